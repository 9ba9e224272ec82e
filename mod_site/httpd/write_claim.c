/* The Idempotency-Key of a POST: claimed before the work, answered from what was kept, stored after it. */
#include "core/digest.h"
#include "core/params.h"
#include "db/batch.h"
#include "db/sqlstate.h"
#include "httpd/writing.h"

#include <apr_strings.h>
#include <httpd.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 14 /* of a round trip */, SPARE = 16384 /* bytes that libpq needs beside a kept body */ };

void site_write_claim(site_writing_t *writing, site_batch_t *plan) {
    site_statement_t statements[2];

    site_idempotency_claim(writing->pool, writing->claim, statements);
    site_batch_add_statement(plan, &statements[0]);
    site_batch_add_statement(plan, &statements[1]);
}

/* --- what a kept body shows ---
 *
 * A kept body begins with its proof: for each row a digest and the key. The digest is of the statement that reads the
 * row, so it changes with the readable columns, and of what the row shows of other rows. */

/* The row with this key, as a GET shows it. Returns 0 when no row can have the key. */
static int select_row(const site_writing_t *writing, const char *key, apr_size_t length, site_sql_t *sql) {
    const site_resource_t *resource = writing->resource;
    site_condition_t *test = site_filter_key(writing->pool, resource, key, length), *all;
    site_query_t query = {.resource = resource, .condition = test, .limit = -1};

    if (!test)
        return 0;
    if (resource->where) {
        all = site_condition_make(writing->pool, SITE_CONDITION_ALL);
        site_condition_add(all, test);
        site_condition_add(all, resource->where);
        query.condition = all;
    }
    query.ordering = apr_array_make(writing->pool, 1, sizeof(site_ordering_t *));
    site_sql_rows(writing->pool, &query, sql);
    return 1;
}

/* Whether the attribute's value is read from other rows. A foreign key that is shown as it is stands in the row itself. */
static int is_of_others(const site_attribute_t *attribute) {
    return attribute->relation &&
           (!attribute->column || attribute->show != SITE_SHOW_KEY || site_attribute_rows(attribute)->where);
}

static const char *digest_row(const site_writing_t *writing, const site_sql_t *sql, const site_cell_t *cells) {
    const apr_array_header_t *attributes = writing->resource->attributes;
    site_sink_t text;
    int i, at = 0;

    site_sink_init(&text, writing->pool, strlen(sql->text) + 256, 0);
    site_sink_puts(&text, sql->text);
    for (i = 0; i < attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(attributes, i, const site_attribute_t *);

        if (!attribute->shown)
            continue;
        at++;
        if (!is_of_others(attribute))
            continue;
        site_sink_printf(&text, "\n%d %ld ", at, cells[at].text ? (long)cells[at].length : -1L);
        if (cells[at].text)
            site_sink_write(&text, cells[at].text, cells[at].length);
    }
    return site_digest(writing->pool, text.data, text.used);
}

void site_write_prove(const site_writing_t *writing, site_sink_t *proof, const site_cell_t *cells) {
    const char *key = cells[0].text ? cells[0].text : "";
    site_sql_t sql;

    if (select_row(writing, key, strlen(key), &sql))
        site_sink_puts(proof, digest_row(writing, &sql, cells));
    site_sink_char(proof, ' ');
    site_params_encode(proof, key, strlen(key), 0);
    site_sink_char(proof, ' ');
}

/* One row of a proof. */
typedef struct proven_t {
    const char *digest;
    site_sql_t sql; /* reads the row */
} proven_t;

/* Reads the next row of a proof from *at. Returns 0 when there is none, or no such row can be. */
static int next_proven(const site_writing_t *writing, const char **at, proven_t *row) {
    apr_size_t length = strcspn(*at, " \n"), key_length;
    const char *key;

    row->digest = apr_pstrmemdup(writing->pool, *at, length);
    *at += length + ((*at)[length] == ' ');
    length = strcspn(*at, " \n");
    key = site_params_unquote(writing->pool, *at, length, &key_length);
    *at += length + ((*at)[length] == ' ');
    return select_row(writing, key, key_length, &row->sql);
}

/* Reads the rows of a proof again, some in each round trip. *holds: all are there and show what they showed. */
static site_error_t *check_proof(const site_writing_t *writing, site_transaction_t *transaction, const char *proof,
                                 int *holds) {
    site_batch_t batch = site_batch_make(writing->pool);
    proven_t rows[ROWS];
    site_error_t *error = NULL;
    int count, i;

    *holds = 1;
    while (*holds && !error && *proof != '\n') {
        for (count = 0; *holds && count < ROWS && *proof != '\n'; count++) {
            *holds = next_proven(writing, &proof, &rows[count]);
            if (*holds)
                site_batch_add(&batch, &rows[count].sql);
        }
        if (!*holds)
            break;
        error = site_batch_transact(&batch, transaction, 0);
        for (i = 0; !error && *holds && i < count; i++) {
            const PGresult *result = batch.results[i];

            *holds =
                PQntuples(result) == 1 &&
                strcmp(rows[i].digest, digest_row(writing, &rows[i].sql, site_cells_of(writing->pool, result, 0))) == 0;
        }
    }
    return error;
}

/* Takes the proof off a kept body, and the body away when the proof does not hold. Rows that cannot be read, for want of a
 * right on a column or because they are too large, are no error here: nothing follows in this transaction. */
static site_error_t *check_body(site_writing_t *writing, site_transaction_t *transaction) {
    site_answer_t *answer = &writing->answer;
    const char *proof = answer->body, *end = proof ? strchr(proof, '\n') : NULL;
    int holds = 0;
    site_error_t *error = NULL;

    if (!proof)
        return NULL;
    if (end && writing->resource->key)
        error = check_proof(writing, transaction, proof, &holds);
    if (error && (strcmp(error->code, "permission_denied") == 0 || strcmp(error->code, "answer_too_large") == 0)) {
        error = NULL;
        holds = 0;
    }
    answer->body = holds ? end + 1 : NULL;
    answer->length = answer->body ? strlen(answer->body) : 0;
    return error;
}

/* Rights may have gone since the answer was kept. Without the right to create there is no answer at all; a body that shows
 * what the caller may no longer read is not sent again. */
static site_error_t *check_right(site_writing_t *writing, site_transaction_t *transaction) {
    const site_table_t *table = writing->resource->table;
    site_batch_t batch = site_batch_make(writing->pool);
    site_statement_t right;
    site_error_t *error;

    site_idempotency_right(writing->pool, table->schema, table->name, &right);
    site_batch_add_statement(&batch, &right);
    error = site_batch_transact(&batch, transaction, 0);
    if (!error && !PQntuples(batch.results[0]))
        error = site_sqlstate_error(writing->pool, "42501");
    return error ? error : check_body(writing, transaction);
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
    answer->html = kept.content_type && strcmp(kept.content_type, "text/html") == 0;
    return check_right(writing, transaction);
}

/* A body without a proof is not kept, nor one that is too large to be read again together with its proof. */
static const char *kept_body(const site_writing_t *writing) {
    const site_answer_t *answer = &writing->answer;

    if (!answer->body || !answer->proof ||
        answer->length + strlen(answer->proof) + SPARE > (apr_size_t)writing->exchange->settings.answer_limit)
        return NULL;
    return apr_pstrcat(writing->pool, answer->proof, "\n", apr_pstrmemdup(writing->pool, answer->body, answer->length),
                       NULL);
}

site_error_t *site_write_end(site_writing_t *writing, site_transaction_t *transaction) {
    const site_answer_t *answer = &writing->answer;
    site_batch_t plan = site_batch_make(writing->pool);
    site_statement_t statements[2];
    site_kept_t kept;

    if (!writing->claim)
        return site_batch_transact(&plan, transaction, 1); /* COMMIT alone */
    memset(&kept, 0, sizeof kept);
    kept.status = apr_itoa(writing->pool, answer->status);
    kept.content_type = answer->html ? "text/html" : "application/json";
    kept.location = answer->location;
    kept.etag = answer->etag;
    kept.body = kept_body(writing);
    site_idempotency_store(writing->pool, writing->claim, &kept, statements);
    site_batch_add_statement(&plan, &statements[0]);
    site_batch_add_statement(&plan, &statements[1]);
    return site_batch_transact(&plan, transaction, 1);
}
