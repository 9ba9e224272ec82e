/* verify: what directives name that is not in the catalogue: schemas, time zones, regular expressions. The database is
 * asked when the catalogue is read.
 */
#ifndef SITE_HTTPD_VERIFY_H
#define SITE_HTTPD_VERIFY_H

#include "db/connection.h"
#include "httpd/config.h"

/* What is wrong with what this API's configuration names, for site_verify_tell(). In `pool`, never NULL. What cannot be
 * asked is taken to be right. */
apr_array_header_t *site_verify(apr_pool_t *pool, const site_exposed_t *exposed, site_connection_t *connection);

/* Logs it. */
void site_verify_tell(const site_exposed_t *exposed, const apr_array_header_t *complaints);

#endif
