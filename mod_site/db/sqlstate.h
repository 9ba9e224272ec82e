/* sqlstate: PostgreSQL's SQLSTATE -> an error value.
 *
 * The client gets a status and a sentence of ours; the server's own words stay in the log. */
#ifndef SITE_DB_SQLSTATE_H
#define SITE_DB_SQLSTATE_H

#include "core/error.h"

/* `sqlstate`: five characters, or "" when the connection was lost.
 * Connection trouble (08*, 57P01-03, 53300, ""): 503 with Retry-After. Statement timeout (57014): 503 "The query took too long ...".
 * A schema that changed under us (42P01, 42703, 42883, 3F000): 503 with Retry-After 1, code "stale_catalog".
 * No right (42501): 403. Bad data that only the server could judge (22*: out of range, invalid regular expression 2201B, invalid text
 * 22P02 ...): 400. Anything else: 500 "A server error occurred.". */
site_error_t *site_sqlstate_error(apr_pool_t *pool, const char *sqlstate);

/* The same for an error that a function of the database raised, in a trigger, a view or a policy: `message` is its own. A SQLSTATE of "PT" and
 * an HTTP status is meant for the client and gives status and message (code "raised"). Where a name is missing it is missing in the
 * function, whatever the catalogue says: 503, code "broken_function". */
site_error_t *site_sqlstate_raised(apr_pool_t *pool, const char *sqlstate, const char *message);

/* Classes that callers act on. */
int site_sqlstate_is_lost(const char *sqlstate); /* the connection or the server is gone or going */
int site_sqlstate_is_stale(const char *sqlstate, const char *message); /* the prepared statement must be made again */

#endif
