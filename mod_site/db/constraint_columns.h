/* constraint_columns: what a violated constraint is about. PostgreSQL names the constraint; which columns it looks at is asked here, when
 * it happens, for it happens seldom. */
#ifndef SITE_DB_CONSTRAINT_COLUMNS_H
#define SITE_DB_CONSTRAINT_COLUMNS_H

#include "db/execute.h"

#include <apr_tables.h>

/* The names (const char *) of the columns of the constraint or unique index called `name` on this table; empty when it has none (an
 * expression) or cannot be found. Never fails: an error message is not worth another error. */
apr_array_header_t *site_constraint_columns(apr_pool_t *pool, site_connection_t *connection, const char *schema,
                                            const char *table, const char *name);

#endif
