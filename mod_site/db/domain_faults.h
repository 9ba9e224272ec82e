/* domain_faults: which values a domain refuses. PostgreSQL names the domain, not the column. Where a change gives several values of the
 * domain, each is tried here. */
#ifndef SITE_DB_DOMAIN_FAULTS_H
#define SITE_DB_DOMAIN_FAULTS_H

#include "core/constraint.h"
#include "db/execute.h"

/* The errors of those of the assignments (const site_assignment_t *) whose values their domains refuse. NULL: none is refused, or that
 * cannot be found out. */
site_error_t *site_domain_faults(apr_pool_t *pool, site_connection_t *connection,
                                 const apr_array_header_t *assignments);

#endif
