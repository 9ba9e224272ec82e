/* The work that creates a list of rows: all of them, or none. */
#include "core/echo.h"
#include "httpd/writing.h"

#include <apr_strings.h>
#include <httpd.h>
#include <string.h>

enum { ITEMS = 14 }; /* of a round trip */

/* The errors of every item, in order: {} for one that has none. */
static site_error_t *tell(site_writing_t *writing, site_error_t *const *errors, int count) {
    site_error_t *error;
    site_sink_t body;
    int i, wrong = 0;

    site_sink_init(&body, writing->pool, 256, 0);
    site_sink_char(&body, '[');
    for (i = 0; i < count; i++) {
        if (i)
            site_sink_char(&body, ',');
        if (errors[i])
            site_json_error(&body, errors[i]);
        else
            site_sink_puts(&body, "{}");
        wrong += errors[i] != NULL;
    }
    site_sink_char(&body, ']');
    if (!wrong)
        return NULL;
    memset(&writing->answer, 0, sizeof writing->answer);
    writing->answer.status = HTTP_BAD_REQUEST;
    writing->answer.body = body.data;
    writing->answer.length = body.used;
    error = site_error_make(writing->pool, HTTP_BAD_REQUEST, "list", NULL, "Some items of the list are wrong.");
    return error;
}

/* Asks the database what it knows of the items, and says what is wrong with which. */
static site_error_t *check_items(site_writing_t *writing, site_transaction_t *transaction, site_change_t *changes,
                                 int count, site_batch_t *plan) {
    site_error_t **errors = apr_pcalloc(writing->pool, ((apr_size_t)count + 1) * sizeof *errors);
    site_change_t *asked[ITEMS] = {NULL};
    site_error_t *error;
    site_sql_t sql;
    int i, j;

    for (i = 0; i < count; i++) {
        if (changes[i].demands->nelts) {
            asked[plan->count] = &changes[i];
            site_sql_demands(writing->pool, &changes[i], NULL, &sql);
            site_batch_add(plan, &sql);
        }
        if (plan->count == ITEMS || (i + 1 == count && plan->count)) {
            int sent = plan->count;

            error = site_batch_transact(plan, transaction, 0);
            if (error)
                return error;
            for (j = 0; j < sent; j++)
                site_writing_conclude(writing, asked[j], plan->results[j]);
        }
    }
    for (i = 0; i < count; i++)
        errors[i] = site_change_errors(&changes[i]);
    return tell(writing, errors, count);
}

/* Counts a row that waits to be shown. */
static site_error_t *keep(site_writing_t *writing, const PGresult *row) {
    apr_size_t limit = (apr_size_t)writing->exchange->settings.answer_limit;
    int i;

    for (i = 0; i < PQnfields(row); i++)
        writing->kept += (apr_size_t)PQgetlength(row, 0, i);
    return writing->kept > limit ? site_error_too_large(writing->pool, limit) : NULL;
}

/* Runs the inserts; a failure is that of one item. */
static site_error_t *insert_some(site_writing_t *writing, site_transaction_t *transaction, site_batch_t *plan,
                                 site_change_t *changes, int first, PGresult **rows) {
    int count = plan->count, i;
    site_error_t *error = site_batch_transact(plan, transaction, 0);

    if (error)
        writing->list_first = first;
    for (i = 0; !error && i < count; i++) {
        rows[first + i] = plan->results[i];
        if (!PQntuples(plan->results[i])) {
            writing->change = changes[first + i];
            return site_writing_not_taken(writing);
        }
        error = keep(writing, plan->results[i]);
    }
    return error;
}

/* The row of one item with its to-many relations. */
static site_error_t *complete(site_writing_t *writing, site_transaction_t *transaction, const site_change_t *change,
                              PGresult **row) {
    const char *key = apr_pstrdup(writing->pool, PQgetvalue(*row, 0, 0));
    site_error_t *error;
    site_batch_t plan = site_batch_make(writing->pool);
    site_sql_t sql;
    int i, row_at;

    for (i = 0; i < change->lists->nelts; i++) {
        const site_assignment_t *list = APR_ARRAY_IDX(change->lists, i, const site_assignment_t *);

        if (!list->values->nelts)
            continue;
        site_sql_link(writing->pool, list, key, &sql);
        site_batch_add(&plan, &sql);
    }
    site_sql_item(writing->pool, writing->resource, key, &sql);
    row_at = site_batch_add(&plan, &sql);
    error = site_batch_transact(&plan, transaction, 0);
    if (!error)
        *row = plan.results[row_at];
    return error ? error : PQntuples(*row) ? keep(writing, *row) : site_writing_not_taken(writing);
}

static site_error_t *show(site_writing_t *writing, const site_change_t *changes, PGresult *const *rows, int count) {
    const site_exchange_t *exchange = writing->exchange;
    site_answer_t *answer = &writing->answer;
    int proves = writing->claim && writing->resource->key, i;
    site_sink_t body, proof;

    memset(answer, 0, sizeof *answer);
    answer->status = HTTP_CREATED;
    if (writing->minimal)
        return NULL;
    site_writing_body(writing, 4096, &body);
    site_sink_init(&proof, writing->pool, 128, 0);
    site_sink_char(&body, '[');
    for (i = 0; i < count; i++) {
        site_cell_t *cells = site_cells_of(writing->pool, rows[i], 0);

        if (i)
            site_sink_char(&body, ',');
        if (proves)
            site_write_prove(writing, &proof, cells);
        site_echo_row(writing->pool, &changes[i], cells);
        site_json_row(&body, &exchange->urls, writing->resource, exchange->settings.url_attribute, cells);
    }
    site_sink_char(&body, ']');
    site_sink_char(&proof, '\0');
    answer->body = body.data;
    answer->length = body.used;
    answer->proof = proves ? proof.data : NULL;
    return site_writing_judge(writing, &body);
}

static site_error_t *insert_all(site_writing_t *writing, site_transaction_t *transaction, site_change_t *changes,
                                int count, PGresult **rows) {
    int whole = site_sql_returns(writing->resource) || !writing->resource->key, i;
    site_error_t *error = NULL;
    site_batch_t plan = site_batch_make(writing->pool);
    site_sql_t sql;

    for (i = 0; !error && i < count; i++) {
        site_sql_insert(writing->pool, &changes[i], &sql);
        site_batch_add(&plan, &sql);
        if (plan.count == ITEMS || i + 1 == count)
            error = insert_some(writing, transaction, &plan, changes, i + 1 - plan.count, rows);
    }
    for (i = 0; !error && !whole && i < count; i++)
        error = complete(writing, transaction, &changes[i], &rows[i]);
    for (i = 0; !error && whole && site_writing_is_told_otherwise(writing) && i < count; i++) {
        error = site_write_look_again(writing, transaction, &rows[i]);
        if (!error)
            error = keep(writing, rows[i]);
    }
    return error;
}

site_error_t *site_write_list(void *baton, site_transaction_t *transaction) {
    site_writing_t *writing = baton;
    const apr_array_header_t *items = writing->body->root->items;
    int count = items->nelts, replay = 0, i;
    site_change_t *changes = apr_pcalloc(writing->pool, ((apr_size_t)count + 1) * sizeof *changes);
    PGresult **rows = apr_pcalloc(writing->pool, ((apr_size_t)count + 1) * sizeof *rows);
    site_error_t *error;
    site_batch_t plan = site_batch_make(writing->pool);

    writing->list_first = -1;
    writing->kept = 0;
    writing->changes = changes;
    for (i = 0; i < count; i++)
        site_writing_assign(writing, site_body_of(writing->pool, APR_ARRAY_IDX(items, i, site_node_t *)), &changes[i]);
    if (writing->claim) {
        site_write_claim(writing, &plan);
        error = site_batch_transact(&plan, transaction, 0);
        if (!error)
            error = site_write_claimed(writing, transaction, &plan, &replay);
        if (error || replay)
            return error;
    }
    error = check_items(writing, transaction, changes, count, &plan);
    if (!error)
        error = insert_all(writing, transaction, changes, count, rows);
    if (!error)
        error = show(writing, changes, rows, count);
    return error ? error : site_write_end(writing, transaction);
}
