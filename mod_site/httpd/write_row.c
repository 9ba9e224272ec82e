/* The works that write one row: what goes into which round trip, and what its answers mean. */
#include "core/echo.h"
#include "core/etag.h"
#include "core/read_only.h"
#include "httpd/identity.h"
#include "httpd/reply.h"
#include "httpd/writing.h"

#include <apr_strings.h>
#include <http_protocol.h>
#include <string.h>

void site_writing_conclude(site_writing_t *writing, site_change_t *change, const PGresult *result) {
    int i;

    for (i = 0; i < change->demands->nelts; i++)
        site_demand_conclude(writing->pool, APR_ARRAY_IDX(change->demands, i, site_demand_t *),
                             PQgetisnull(result, 0, i) ? NULL : PQgetvalue(result, 0, i));
}

site_error_t *site_writing_not_taken(const site_writing_t *writing) {
    return site_error_make(writing->pool, HTTP_CONFLICT, "not_taken", NULL, "The database did not take this change.");
}

static site_error_t *not_found(const site_writing_t *writing) {
    return site_error_make(writing->pool, HTTP_NOT_FOUND, "not_found", NULL, "Not found.");
}

static int is_strict(const site_writing_t *writing, const site_body_t *body) {
    return writing->exchange->settings.strict == 1 && !body->form;
}

void site_writing_assign(const site_writing_t *writing, const site_body_t *body, site_change_t *change) {
    const site_settings_t *settings = &writing->exchange->settings;

    site_assign(writing->pool, writing->resource, writing->mode, settings->time_zone, body, change);
    if (writing->mode == SITE_MODE_CREATE && is_strict(writing, body))
        site_error_append(&change->errors,
                          site_read_only_errors(writing->pool, writing->resource, settings->url_attribute, body, NULL));
}

/* --- the answer --- */

void site_writing_body(const site_writing_t *writing, apr_size_t expected, site_sink_t *body) {
    apr_size_t limit = (apr_size_t)writing->exchange->settings.answer_limit;

    site_sink_init(body, writing->pool, expected < limit ? expected : limit, limit);
}

site_error_t *site_writing_judge(const site_writing_t *writing, const site_sink_t *body) {
    int indent = writing->answer.html ? 0 : writing->exchange->accept.indent;
    site_sink_t indented;

    if (!indent || body->status != APR_SUCCESS)
        return site_reply_body_error(writing->exchange, body);
    site_writing_body(writing, body->used * 2 + 64, &indented);
    site_json_indent(&indented, body->data, body->used, indent);
    return site_reply_body_error(writing->exchange, &indented);
}

site_error_t *site_writing_show(site_writing_t *writing, int status, const PGresult *result) {
    const site_exchange_t *exchange = writing->exchange;
    const char *url_attribute = exchange->settings.url_attribute;
    site_cell_t *cells = site_cells_of(writing->pool, result, 0);
    site_answer_t *answer = &writing->answer;
    const char *row = site_etag_row(writing->pool, writing->resource, cells);
    site_sink_t body, address, proof, *page;

    memset(answer, 0, sizeof *answer);
    if (writing->claim && writing->resource->key) {
        site_sink_init(&proof, writing->pool, 128, 0);
        site_write_prove(writing, &proof, cells);
        site_sink_char(&proof, '\0');
        answer->proof = proof.data;
    }
    site_echo_row(writing->pool, &writing->change, cells);
    answer->status = status;
    answer->html = exchange->accept.representation == SITE_REPRESENTATION_HTML;
    if (((status == HTTP_CREATED && *url_attribute) || exchange->submission) && cells[0].text) {
        site_sink_init(&address, writing->pool, 128, 0);
        site_json_address(&address, &exchange->urls, writing->resource, cells[0].text, cells[0].length);
        site_sink_char(&address, '\0');
        answer->location = address.data;
    }
    if (exchange->submission)
        return NULL; /* it is shown the way to the row */
    page = answer->html ? site_reply_item_page(writing->exchange, writing->resource, cells, NULL, NULL) : NULL;
    site_writing_body(writing, PQresultMemorySize(result) * 2 + 1024, &body);
    if (page)
        body = *page;
    else
        site_json_row(&body, &exchange->urls, writing->resource, url_attribute, cells);
    if (writing->resource->key)
        answer->etag = answer->html ? site_etag_html(writing->pool, row, body.data, body.used)
                                    : site_etag_json(writing->pool, row, exchange->accept.indent);
    if (writing->minimal) {
        answer->status = status == HTTP_OK ? HTTP_NO_CONTENT : status;
        return NULL;
    }
    answer->body = body.data;
    answer->length = body.used;
    return site_writing_judge(writing, &body);
}

/* --- POST --- */

/* Claims the key and asks what only the database knows. */
static site_error_t *prepare_create(site_writing_t *writing, site_transaction_t *transaction, int *replay) {
    site_change_t *change = &writing->change;
    int demands_at = -1;
    site_error_t *error;
    site_batch_t plan = site_batch_make(writing->pool);
    site_sql_t sql;

    *replay = 0;
    if (writing->claim)
        site_write_claim(writing, &plan);
    if (change->demands->nelts) {
        site_sql_demands(writing->pool, change, NULL, &sql);
        demands_at = site_batch_add(&plan, &sql);
    }
    if (!plan.count)
        return site_change_errors(change);
    error = site_batch_transact(&plan, transaction, 0);
    if (!error && writing->claim)
        error = site_write_claimed(writing, transaction, &plan, replay);
    if (error || *replay)
        return error;
    if (demands_at >= 0)
        site_writing_conclude(writing, change, plan.results[demands_at]);
    return site_change_errors(change);
}

/* Adds what makes the to-many relations of the row what they shall be. */
static void add_links(site_writing_t *writing, site_batch_t *plan, const char *key, int is_new) {
    site_sql_t sql;
    int i;

    for (i = 0; i < writing->change.lists->nelts; i++) {
        const site_assignment_t *list = APR_ARRAY_IDX(writing->change.lists, i, const site_assignment_t *);

        if (!is_new) {
            site_sql_unlink(writing->pool, list, key, &sql);
            site_batch_add(plan, &sql);
        }
        if (list->values->nelts) {
            site_sql_link(writing->pool, list, key, &sql);
            site_batch_add(plan, &sql);
        }
    }
}

int site_writing_is_told_otherwise(const site_writing_t *writing) {
    return writing->resource->table->kind == 'v' && writing->resource->key;
}

site_error_t *site_write_look_again(site_writing_t *writing, site_transaction_t *transaction, PGresult **row) {
    int is_named = !PQgetisnull(*row, 0, 0);
    site_error_t *error;
    site_batch_t plan = site_batch_make(writing->pool);
    site_sql_t sql;

    if (is_named) {
        site_sql_item(writing->pool, writing->resource, apr_pstrdup(writing->pool, PQgetvalue(*row, 0, 0)), &sql);
        site_batch_add(&plan, &sql);
    }
    error = site_batch_transact(&plan, transaction, 0);
    if (!error && is_named && PQntuples(plan.results[0]))
        *row = plan.results[0];
    return error;
}

site_error_t *site_write_create(void *baton, site_transaction_t *transaction) {
    site_writing_t *writing = baton;
    int whole = site_sql_returns(writing->resource) || !writing->resource->key, replay, row_at;
    int again = whole && site_writing_is_told_otherwise(writing);
    site_error_t *error;
    PGresult *row;
    site_batch_t plan = site_batch_make(writing->pool);
    site_sql_t sql;

    site_writing_assign(writing, writing->body, &writing->change);
    error = prepare_create(writing, transaction, &replay);
    if (error || replay)
        return error;
    site_sql_insert(writing->pool, &writing->change, &sql);
    site_batch_add(&plan, &sql);
    error = site_batch_transact(&plan, transaction, 0);
    if (error)
        return error;
    row = plan.results[0];
    if (!PQntuples(row))
        return site_writing_not_taken(writing);
    if (!whole) {
        const char *key = apr_pstrdup(writing->pool, PQgetvalue(row, 0, 0));

        add_links(writing, &plan, key, 1);
        site_sql_item(writing->pool, writing->resource, key, &sql);
        row_at = site_batch_add(&plan, &sql);
        error = site_batch_transact(&plan, transaction, 0);
        if (error)
            return error;
        row = plan.results[row_at];
        if (!PQntuples(row)) /* row-level security hides what it was let in */
            return site_writing_not_taken(writing);
    }
    error = again ? site_write_look_again(writing, transaction, &row) : NULL;
    if (!error)
        error = site_writing_show(writing, HTTP_CREATED, row);
    return error ? error : site_write_end(writing, transaction);
}

/* --- PUT, PATCH, DELETE --- */

/* RFC 9110, 13.2.2: what the client knows of the row against what the row is, under its lock. */
static site_error_t *check_preconditions(const site_writing_t *writing, const PGresult *row) {
    const char *etag;
    int holds = 1;

    if (!writing->if_match && !writing->if_none_match)
        return NULL;
    if (!PQntuples(row))
        return not_found(writing);
    etag = site_etag_row(writing->pool, writing->resource, site_cells_of(writing->pool, row, 0));
    if (writing->if_match)
        holds = site_etag_row_is_listed(writing->if_match, etag, 0);
    if (holds && writing->if_none_match)
        holds = !site_etag_row_is_listed(writing->if_none_match, etag, 1);
    return holds ? NULL : site_etag_mismatch(writing->pool);
}

/* What was sent for read-only fields against what the row shows. */
static site_error_t *compare_read_only(const site_writing_t *writing, const PGresult *row) {
    const site_exchange_t *exchange = writing->exchange;
    const char *url_attribute = exchange->settings.url_attribute;
    site_body_t *shown;
    site_error_t *error;
    site_sink_t text;

    if (!PQntuples(row))
        return not_found(writing);
    site_sink_init(&text, writing->pool, PQresultMemorySize(row) * 2 + 1024, 0);
    site_json_row(&text, &exchange->urls, writing->resource, url_attribute, site_cells_of(writing->pool, row, 0));
    error = site_body_read_json(writing->pool, text.data, text.used, &shown);
    return error ? error : site_read_only_errors(writing->pool, writing->resource, url_attribute, writing->body, shown);
}

/* The statement that finds the row of this address. It takes the lock of a change, and so finds only what the caller's
 * policies let be changed; PostgreSQL does that only for roles with UPDATE. */
static void find_row(const site_writing_t *writing, site_sql_t *sql) {
    if (site_granted(writing->exchange) & SITE_METHOD_PUT)
        site_sql_lock(writing->pool, writing->resource, writing->condition, sql);
    else
        site_sql_find(writing->pool, writing->resource, writing->condition, sql);
}

/* Locks the row where that can be, and looks at it: whether it is there, what it is now, what stands against the change.
 * `compares`: read-only fields were sent. */
static site_error_t *prepare_item(site_writing_t *writing, site_transaction_t *transaction, int demands, int compares) {
    int conditional = writing->if_match || writing->if_none_match, lock_at, row_at = -1, demands_at = -1;
    site_error_t *error;
    site_batch_t plan = site_batch_make(writing->pool);
    site_sql_t sql;

    find_row(writing, &sql);
    lock_at = site_batch_add(&plan, &sql);
    /* A statement of its own behind the lock: it sees also the tags that somebody gave the row while we waited for it. */
    if (conditional || compares) {
        site_sql_item(writing->pool, writing->resource, writing->key, &sql);
        row_at = site_batch_add(&plan, &sql);
    }
    if (demands) {
        site_sql_demands(writing->pool, &writing->change, writing->key, &sql);
        demands_at = site_batch_add(&plan, &sql);
    }
    error = site_batch_transact(&plan, transaction, 0);
    if (error)
        return error;
    if (!PQntuples(plan.results[lock_at]))
        return not_found(writing);
    if (conditional && (error = check_preconditions(writing, plan.results[row_at])) != NULL)
        return error;
    if (compares)
        site_error_append(&writing->change.errors, compare_read_only(writing, plan.results[row_at]));
    if (demands)
        site_writing_conclude(writing, &writing->change, plan.results[demands_at]);
    return NULL;
}

/* Nothing was changed: there is no such row, or a trigger would not have it so. */
static site_error_t *untouched(const site_writing_t *writing, site_transaction_t *transaction) {
    site_error_t *error;
    site_batch_t plan = site_batch_make(writing->pool);
    site_sql_t sql;

    find_row(writing, &sql);
    site_batch_add(&plan, &sql);
    error = site_batch_transact(&plan, transaction, 0);
    if (error)
        return error;
    return PQntuples(plan.results[0]) ? site_writing_not_taken(writing) : not_found(writing);
}

/* The key by which the row is found once it has been changed. */
static const char *key_afterwards(const site_writing_t *writing) {
    const site_assignment_t *assignment = site_change_of(&writing->change, writing->resource->key);

    return assignment && assignment->value ? assignment->value : writing->key;
}

static site_error_t *apply(site_writing_t *writing, site_transaction_t *transaction) {
    const site_change_t *change = &writing->change;
    int returns = site_sql_returns(writing->resource) && change->columns->nelts, update_at = -1, row_at;
    const char *key = key_afterwards(writing);
    site_error_t *error;
    site_batch_t plan = site_batch_make(writing->pool);
    site_sql_t sql;

    if (change->columns->nelts) {
        site_sql_update(writing->pool, change, writing->key, &sql);
        update_at = site_batch_add(&plan, &sql);
    }
    add_links(writing, &plan, key, 0);
    row_at = update_at;
    if (!returns || site_writing_is_told_otherwise(writing)) {
        site_sql_item(writing->pool, writing->resource, key, &sql);
        row_at = site_batch_add(&plan, &sql);
    }
    error = site_batch_transact(&plan, transaction, 0);
    if (error)
        return error;
    if (returns && !PQntuples(plan.results[row_at]))
        row_at = update_at; /* it has left the view */
    if (!PQntuples(plan.results[row_at]))
        return untouched(writing, transaction);
    error = site_writing_show(writing, HTTP_OK, plan.results[row_at]);
    return error ? error : site_batch_transact(&plan, transaction, 1); /* COMMIT alone */
}

site_error_t *site_write_modify(void *baton, site_transaction_t *transaction) {
    site_writing_t *writing = baton;
    site_change_t *change = &writing->change;
    int needs_look = writing->filtered || writing->if_match || writing->if_none_match || !writing->body, compares = 0;
    site_error_t *error;

    if (writing->body) {
        site_writing_assign(writing, writing->body, change);
        compares = is_strict(writing, writing->body) &&
                   site_read_only_is_sent(writing->resource, writing->exchange->settings.url_attribute, writing->body);
        /* A single UPDATE tells by itself whether the row is there. */
        needs_look |=
            compares || change->demands->nelts || change->errors || change->lists->nelts || !change->columns->nelts;
    }
    if (needs_look) {
        error = prepare_item(writing, transaction, writing->body && change->demands->nelts, compares);
        if (!error)
            error = writing->body ? site_change_errors(change) : writing->unread;
        if (error)
            return error;
    }
    return apply(writing, transaction);
}

/* Adds to `plan` the DELETEs of the rows that only join this row with others. The join tables are asked first: who deletes a row without such
 * rows needs no right on them. A row that is added meanwhile keeps the row, by its foreign key. */
static site_error_t *add_unjoins(site_writing_t *writing, site_transaction_t *transaction, site_batch_t *plan) {
    const apr_array_header_t *keys = writing->resource->unjoined;
    site_batch_t asked = site_batch_make(writing->pool);
    site_error_t *error = NULL;
    site_sql_t sql;
    int i;

    for (i = 0; i < keys->nelts; i++) {
        site_sql_joined(writing->pool, APR_ARRAY_IDX(keys, i, const site_foreign_key_t *), writing->condition, &sql);
        site_batch_add(&asked, &sql);
    }
    if (asked.count)
        error = site_batch_transact(&asked, transaction, 0);
    for (i = 0; !error && i < keys->nelts; i++) {
        if (!PQntuples(asked.results[i]))
            continue;
        site_sql_unjoin(writing->pool, APR_ARRAY_IDX(keys, i, const site_foreign_key_t *), writing->condition, &sql);
        site_batch_add(plan, &sql);
    }
    return error;
}

site_error_t *site_write_remove(void *baton, site_transaction_t *transaction) {
    site_writing_t *writing = baton;
    site_error_t *error = NULL;
    site_batch_t plan = site_batch_make(writing->pool);
    int row_at;
    site_sql_t sql;

    if (writing->if_match || writing->if_none_match)
        error = prepare_item(writing, transaction, 0, 0);
    if (!error)
        error = add_unjoins(writing, transaction, &plan);
    if (error)
        return error;
    site_sql_delete(writing->pool, writing->resource, writing->condition, &sql);
    row_at = site_batch_add(&plan, &sql);
    /* Where the row stays (a trigger keeps it), what joins it stays, too. */
    error = site_batch_transact(&plan, transaction, row_at == 0);
    if (error)
        return error;
    if (strcmp(PQcmdTuples(plan.results[row_at]), "0") == 0)
        return untouched(writing, transaction);
    if (row_at > 0 && (error = site_batch_transact(&plan, transaction, 1)) != NULL)
        return error;
    memset(&writing->answer, 0, sizeof writing->answer);
    writing->answer.status = HTTP_NO_CONTENT;
    return NULL;
}
