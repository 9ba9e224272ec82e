/* database: a PostgreSQL for unit tests, where there is one.
 *
 * SITE_TEST_DATABASE is a connection string of a role that may create schemas and end its own sessions. Without it the
 * tests are skipped. Everything happens in one schema of the test's own, which is dropped at the end. */
#ifndef SITE_T_UNIT_DATABASE_H
#define SITE_T_UNIT_DATABASE_H

#include <apr_pools.h>
#include <libpq-fe.h>

/* Opens a second session beside the tested one, makes the schema (its name is returned; it stands first in that
 * session's search_path, before public) and the process's pool. NULL when there is no database to test with. */
const char *database_begin(apr_pool_t **pool);

/* Runs `sql` (any number of statements) in that second session; fails the test on an error. */
void database_run(const char *sql);

/* Runs it and tells whether it worked. */
int database_try(const char *sql);

/* One value, as a number. */
long database_number(const char *sql);

/* A new connection for the test; fails it when there is none. */
PGconn *database_connect(void);

void database_end(void);

#endif
