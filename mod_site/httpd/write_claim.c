/* The Idempotency-Key of a POST: claimed before the work, answered from what was kept, stored after it. */
#include "core/filter.h"
#include "db/batch.h"
#include "db/sqlstate.h"
#include "httpd/writing.h"

#include <apr_strings.h>
#include <httpd.h>
#include <stdlib.h>
#include <string.h>

void site_write_claim(site_writing_t *writing, site_batch_t *plan) {
    site_statement_t statements[2];

    site_idempotency_claim(writing->pool, writing->claim, statements);
    site_batch_add_statement(plan, &statements[0]);
    site_batch_add_statement(plan, &statements[1]);
}

/* The condition of the row that a kept answer made: its key is the last segment of its Location, which was written for an
 * address like this one. NULL: it has no address. */
static site_condition_t *row_of(const site_writing_t *writing, const char *location) {
    const char *tail = writing->exchange->urls.item_tail, *begin;
    apr_size_t length = location ? strcspn(location, "?") : 0, tail_length = strlen(tail), decoded;
    site_condition_t *key, *all;

    if (!location || length < tail_length || strncmp(location + length - tail_length, tail, tail_length) != 0)
        return NULL;
    length -= tail_length;
    for (begin = location + length; begin > location && begin[-1] != '/'; begin--)
        ;
    begin = site_params_unquote(writing->pool, begin, (apr_size_t)(location + length - begin), &decoded);
    key = site_filter_key(writing->pool, writing->resource, begin, decoded);
    if (!key || !writing->resource->where)
        return key;
    all = site_condition_make(writing->pool, SITE_CONDITION_ALL);
    site_condition_add(all, key);
    site_condition_add(all, writing->resource->where);
    return all;
}

/* Rights may have gone since the answer was kept. Without the right to create there is no answer at all; a row that is
 * deleted or hidden by now is not shown again. */
static site_error_t *check_right(site_writing_t *writing, site_transaction_t *transaction) {
    site_answer_t *answer = &writing->answer;
    const site_table_t *table = writing->resource->table;
    const site_condition_t *row = row_of(writing, answer->location);
    site_batch_t batch = site_batch_make(writing->pool);
    site_statement_t right;
    site_error_t *error;
    site_sql_t sql;

    site_idempotency_right(writing->pool, table->schema, table->name, &right);
    site_batch_add_statement(&batch, &right);
    if (row) {
        site_sql_find(writing->pool, writing->resource, row, &sql);
        site_batch_add(&batch, &sql);
    }
    error = site_batch_transact(&batch, transaction, 0);
    if (!error && !PQntuples(batch.results[0]))
        error = site_sqlstate_error(writing->pool, "42501");
    if (!error && row && !PQntuples(batch.results[1])) {
        answer->body = NULL;
        answer->length = 0;
    }
    return error;
}

/* The claim's two answers are the plan's first two. */
site_error_t *site_write_claimed(site_writing_t *writing, site_transaction_t *transaction, const site_batch_t *plan,
                                 int *replay) {
    site_answer_t *answer = &writing->answer;
    site_kept_t kept;

    *replay = 0;
    if (PQntuples(plan->results[0]))
        return NULL;
    if (!PQntuples(plan->results[1]))
        return site_writing_not_taken(writing);
    site_idempotency_kept(writing->pool, plan->results[1], &kept);
    if (!kept.same)
        return site_error_make(writing->pool, HTTP_UNPROCESSABLE_ENTITY, "idempotency_key_reused", NULL,
                               "This Idempotency-Key was used for another request.");
    *replay = writing->replayed = 1;
    memset(answer, 0, sizeof *answer);
    answer->status = kept.status ? atoi(kept.status) : HTTP_CREATED;
    answer->location = kept.location;
    answer->etag = kept.etag;
    answer->body = kept.body;
    answer->length = kept.body ? strlen(kept.body) : 0;
    answer->html = kept.content_type && strcmp(kept.content_type, "text/html") == 0;
    return check_right(writing, transaction);
}

site_error_t *site_write_store(site_writing_t *writing, site_transaction_t *transaction) {
    const site_answer_t *answer = &writing->answer;
    site_batch_t plan = site_batch_make(writing->pool);
    site_statement_t statements[2];
    site_kept_t kept;

    memset(&kept, 0, sizeof kept);
    kept.status = apr_itoa(writing->pool, answer->status);
    kept.content_type = answer->html ? "text/html" : "application/json";
    kept.location = answer->location;
    kept.etag = answer->etag;
    kept.body = answer->body ? apr_pstrmemdup(writing->pool, answer->body, answer->length) : NULL;
    site_idempotency_store(writing->pool, writing->claim, &kept, statements);
    site_batch_add_statement(&plan, &statements[0]);
    site_batch_add_statement(&plan, &statements[1]);
    return site_batch_transact(&plan, transaction, 1);
}
