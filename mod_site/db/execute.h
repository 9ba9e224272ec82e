/* execute: run statements: several in one round trip, buffered; or one, streamed row by row.
 *
 * Statements are prepared once per connection and text (see connection.h). All parameters are text and all results are
 * text. An error of PostgreSQL comes back as an error value (db/sqlstate); what PostgreSQL said is logged by the caller
 * from the diagnosis, never sent to a client.
 *
 * The statements of one call run in one implicit transaction; under READ COMMITTED each sees its own snapshot. Only
 * reads belong here: a statement may be run twice (see below).
 *
 * A server that does not answer for statement_timeout and two seconds more counts as lost.
 */
#ifndef SITE_DB_EXECUTE_H
#define SITE_DB_EXECUTE_H

#include "core/error.h"
#include "db/connection.h"

/* The status of an answer that nobody waits for any more, in logs. */
#define SITE_CLIENT_GONE 499

typedef struct site_statement_t {
    const char *text;
    int count;                 /* of parameters */
    const char *const *values; /* NUL-terminated UTF-8, or NULL for SQL's NULL */
} site_statement_t;

/* What went wrong, for the log: "42703 column ... does not exist". In `pool`. */
typedef struct site_diagnosis_t {
    char sqlstate[6];       /* "" when the server gave none: the connection was lost */
    const char *message;    /* may quote values that the client sent; NULL: nothing went wrong */
    const char *constraint; /* names that the server gave, or NULL */
    const char *table;
    const char *column;
    const char *type_schema, *type; /* of a domain's constraint */
    int position;                   /* in its text, counted in characters from 1; 0: none in particular */
    int statement;                  /* which one failed, from 0; -1: none of them in particular */
    int raised;                     /* by a function, not by the statement itself */
    int stale; /* a prepared statement, or the way results came, was of another time: trying again helps */
} site_diagnosis_t;

/* Runs `count` statements in one round trip (db/batch collects them). On success results[i] is the result of
 * statement i, cleared with `pool` (PQclear is registered as its cleanup). When the connection turns out to be lost
 * before the first answer, or a prepared statement is stale (26000; 0A000 "cached plan must not change result type"),
 * all are tried once more.
 * On failure results are all NULL, *diagnosis (may be NULL) says why, and the connection is settled. */
site_error_t *site_execute_batch(apr_pool_t *pool, site_connection_t *connection, const site_statement_t *statements,
                                 int count, PGresult **results, site_diagnosis_t *diagnosis)
    __attribute__((warn_unused_result));

/* As site_execute_batch, but only the first `needed` must be answered: where the time runs out for one of the others (57014), it and
 * those behind it have no result, and that is no failure. */
site_error_t *site_execute_some(apr_pool_t *pool, site_connection_t *connection, const site_statement_t *statements,
                                int count, int needed, PGresult **results, site_diagnosis_t *diagnosis)
    __attribute__((warn_unused_result));

/* As site_execute_batch in one attempt, for what must not be run twice: a part of a transaction (db/transact). `continuing`: the transaction has
 * begun on this connection, which is then left alone but for the statements; on failure it is rolled back. */
site_error_t *site_execute_once(apr_pool_t *pool, site_connection_t *connection, const site_statement_t *statements,
                                int count, int continuing, PGresult **results, site_diagnosis_t *diagnosis)
    __attribute__((warn_unused_result));

/* Is called for every row (a PGresult that holds exactly row 0, valid during the call). Returning non-zero stops the
 * stream: the statement is cancelled and the rest drained. It may not use the connection. */
typedef int (*site_row_fn)(void *baton, const PGresult *row);

/* Runs one statement in single-row mode: constant memory. *rows (may be NULL) counts what `each` was given, so that a
 * caller knows whether the failure came before the first byte. Retries like site_execute_batch, only before the first
 * row. A stop by `each` is no error.
 * `whole`: milliseconds that it may take from the beginning, whatever it waits for; 0: any. It takes the place of
 * statement_timeout, which would also count the time that a slow client takes (see site_connection_limit_work()). */
site_error_t *site_execute_stream(apr_pool_t *pool, site_connection_t *connection, const site_statement_t *statement,
                                  int whole, site_row_fn each, void *baton, apr_uint64_t *rows,
                                  site_diagnosis_t *diagnosis) __attribute__((warn_unused_result));

#endif
