/* transact: several statements, in one or more round trips, as one transaction.
 *
 * The work is a function that may be called more than once: when PostgreSQL could not serialize it with others (40001), it ran into a
 * deadlock (40P01), or a prepared statement was stale, all of it has been rolled back, and it is tried again, a few times. So it is,
 * once, when the connection turned out to be lost before COMMIT was sent. Once it was sent nobody knows what became of it, and the
 * error is told instead. Attempts after the first one end when statement_timeout is over since the first one began.
 */
#ifndef SITE_DB_TRANSACT_H
#define SITE_DB_TRANSACT_H

#include "db/execute.h"

typedef struct site_transaction_t site_transaction_t;

/* Does the work, by site_transaction_run(). What it returns is the transaction's outcome: an error of its own rolls back. */
typedef site_error_t *(*site_transaction_fn)(void *baton, site_transaction_t *transaction);

/* Runs the work, READ COMMITTED, or SERIALIZABLE where nothing can be locked that the work has looked at. On success it is committed if
 * the work's last round trip said so, else rolled back. The connection is idle afterwards. *diagnosis: of the statement that failed, else
 * empty. */
site_error_t *site_transact(apr_pool_t *pool, site_connection_t *connection, int serializable, site_transaction_fn work,
                            void *baton, site_diagnosis_t *diagnosis) __attribute__((warn_unused_result));

/* Statements in one round trip, as site_execute_batch() has them; `last`: and COMMIT behind them; what is run
 * thereafter is another transaction. After an error the work can only return it. */
site_error_t *site_transaction_run(site_transaction_t *transaction, const site_statement_t *statements, int count,
                                   PGresult **results, int last) __attribute__((warn_unused_result));

#endif
