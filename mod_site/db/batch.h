/* batch: the statements of one round trip, and their results. It grows with every statement that is added, so it has no bound that a
 * caller could miss.
 *
 * A batch may be run more than once: running it leaves its results in place and makes room for other statements. */
#ifndef SITE_DB_BATCH_H
#define SITE_DB_BATCH_H

#include "core/sql.h"
#include "db/transact.h"

typedef struct site_batch_t {
    apr_pool_t *pool;
    site_statement_t *statements;
    PGresult **results; /* of the statements that were run last */
    int count;          /* statements that wait to be run */
    int room;           /* private: how many both arrays can hold */
} site_batch_t;

/* An empty batch in `pool`. */
site_batch_t site_batch_make(apr_pool_t *pool);

/* Adds a statement; returns its number, from 0. What it points to has to live until the batch is run. */
int site_batch_add(site_batch_t *batch, const site_sql_t *sql);
int site_batch_add_statement(site_batch_t *batch, const site_statement_t *statement);

/* Runs all statements by site_execute_some(), or as a part of a transaction by site_transaction_run(). */
site_error_t *site_batch_run(site_batch_t *batch, site_connection_t *connection, int needed,
                             site_diagnosis_t *diagnosis) __attribute__((warn_unused_result));
site_error_t *site_batch_transact(site_batch_t *batch, site_transaction_t *transaction, int last)
    __attribute__((warn_unused_result));

#endif
