#include "db/batch.h"

#include <string.h>

enum { ROOM = 8 }; /* at first: most requests need no more */

site_batch_t site_batch_make(apr_pool_t *pool) {
    site_batch_t batch = {.pool = pool};

    return batch;
}

static void grow(site_batch_t *batch) {
    int room = batch->room ? batch->room * 2 : ROOM;
    site_statement_t *statements = apr_pcalloc(batch->pool, (apr_size_t)room * sizeof *statements);
    PGresult **results = apr_pcalloc(batch->pool, (apr_size_t)room * sizeof *results);

    if (batch->room) {
        memcpy(statements, batch->statements, (apr_size_t)batch->room * sizeof *statements);
        memcpy(results, batch->results, (apr_size_t)batch->room * sizeof *results);
    }
    batch->statements = statements;
    batch->results = results;
    batch->room = room;
}

int site_batch_add_statement(site_batch_t *batch, const site_statement_t *statement) {
    if (batch->count == batch->room)
        grow(batch);
    batch->statements[batch->count] = *statement;
    return batch->count++;
}

int site_batch_add(site_batch_t *batch, const site_sql_t *sql) {
    const site_statement_t statement = {.text = sql->text, .count = sql->count, .values = sql->values};

    return site_batch_add_statement(batch, &statement);
}

site_error_t *site_batch_run(site_batch_t *batch, site_connection_t *connection, int needed,
                             site_diagnosis_t *diagnosis) {
    int count = batch->count;

    batch->count = 0;
    if (!count)
        return NULL;
    return site_execute_some(batch->pool, connection, batch->statements, count, needed, batch->results, diagnosis);
}

site_error_t *site_batch_transact(site_batch_t *batch, site_transaction_t *transaction, int last) {
    int count = batch->count;

    batch->count = 0;
    return site_transaction_run(transaction, batch->statements, count, batch->results, last);
}
