#include "httpd/write.h"
#include "core/constraint.h"
#include "core/digest.h"
#include "core/filter.h"
#include "core/prefer.h"
#include "db/constraint_columns.h"
#include "db/domain_faults.h"
#include "httpd/borrow.h"
#include "httpd/form.h"
#include "httpd/log.h"
#include "httpd/read.h"
#include "httpd/reply.h"
#include "httpd/request_body.h"
#include "httpd/snapshot.h"
#include "httpd/writing.h"

#include <apr_strings.h>
#include <http_protocol.h>
#include <string.h>

enum { LONGEST_KEY = 255 };

/* --- what was sent --- */

static site_error_t *parse(site_exchange_t *exchange, site_body_t **body) {
    apr_pool_t *pool = exchange->r->pool;
    site_error_t *error = exchange->submission
                              ? site_form_read(exchange, body)
                              : site_request_body_parse(exchange->r, exchange->body, exchange->body_length, body);
    const char *repeated;

    if (error || (*body)->form || exchange->settings.strict != 1)
        return error;
    repeated = site_node_repeats(pool, (*body)->root);
    return repeated ? site_error_make(pool, HTTP_BAD_REQUEST, "repeated_name", NULL,
                                      "JSON parse error - The name '%s' is there twice in one object.", repeated)
                    : NULL;
}

/* `Prefer: return=minimal` (RFC 7240, 4.2): no body but what is needed to find the row. */
static void read_preference(site_writing_t *writing) {
    request_rec *r = writing->exchange->r;
    const char *prefer = apr_table_get(r->headers_in, "Prefer");
    int minimal = site_prefers(prefer, "return=minimal");

    if (!minimal && !site_prefers(prefer, "return=representation"))
        return;
    writing->minimal = minimal;
    apr_table_mergen(r->headers_out, "Preference-Applied", minimal ? "return=minimal" : "return=representation");
}

/* Whose key it is, and of which request. */
static site_error_t *read_idempotency_key(site_writing_t *writing, const char *text, apr_size_t length) {
    site_exchange_t *exchange = writing->exchange;
    request_rec *r = exchange->r;
    const char *key = apr_table_get(r->headers_in, "Idempotency-Key"), *type, *at;
    site_claim_t *claim;
    site_sink_t all;

    if (!key || exchange->settings.idempotency <= 0)
        return NULL;
    for (at = key; *at >= ' ' && *at <= '~'; at++)
        ;
    if (!*key || *at || at - key > LONGEST_KEY)
        return site_error_make(r->pool, HTTP_BAD_REQUEST, "invalid_idempotency_key", NULL,
                               "An Idempotency-Key has 1 to %d visible ASCII characters.", LONGEST_KEY);
    claim = apr_pcalloc(r->pool, sizeof *claim);
    claim->scope = apr_pstrcat(r->pool, exchange->identity.user ? exchange->identity.user : "", "\n",
                               exchange->api->spec->path, "/", writing->resource->name, NULL);
    claim->key = key;
    claim->window = exchange->settings.idempotency;
    type = apr_table_get(r->headers_in, "Content-Type");
    site_sink_init(&all, r->pool, length + 256, 0);
    site_sink_printf(&all, "%s\n%s\n%d %d %d\n", exchange->self, type ? type : "", (int)exchange->accept.representation,
                     exchange->accept.indent, writing->minimal);
    site_sink_write(&all, text, length);
    claim->fingerprint = site_digest(r->pool, all.data, all.used);
    writing->claim = claim;
    return NULL;
}

/* --- what went wrong --- */

/* What a function says to the client stands at the attribute that it names. */
static site_error_t *explain_raised(const site_writing_t *writing, site_error_t *error,
                                    const site_violation_t *violation) {
    const site_attribute_t *attribute = site_violation_attribute(writing->resource, violation);

    if (attribute)
        error->field = attribute->name;
    return error;
}

/* Asks the database for what it did not say of the violation. */
static void look_closer(const site_writing_t *writing, site_connection_t *connection, const site_change_t *change,
                        site_violation_t *violation) {
    const site_table_t *table = writing->resource->table;
    const apr_array_header_t *suspects;

    if (site_violation_wants_columns(writing->resource, violation))
        violation->columns =
            site_constraint_columns(writing->pool, connection, table->schema, table->name, violation->constraint);
    if (!change)
        return;
    suspects = site_violation_suspects(writing->pool, change, violation);
    if (suspects->nelts > 1)
        violation->faults = site_domain_faults(writing->pool, connection, suspects);
}

static site_error_t *explain(site_writing_t *writing, site_connection_t *connection, site_error_t *error,
                             const site_diagnosis_t *diagnosis) {
    request_rec *r = writing->exchange->r;
    const site_change_t *change = r->method_number == M_DELETE ? NULL : &writing->change;
    site_violation_t violation;
    site_error_t *told;

    if (strcmp(error->code, "answer_too_large") == 0)
        error->message = apr_psprintf(r->pool, "This answer is larger than %d bytes. Nothing was written.",
                                      writing->exchange->settings.answer_limit);
    if (!diagnosis->message)
        return error;
    if (strcmp(error->code, "stale_catalog") == 0) {
        site_snapshot_poke();
        if (writing->claim)
            ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r,
                          "SITE0121: with SiteIdempotency the database needs website/database/mod_site.sql");
    }
    if (writing->list_first >= 0 && diagnosis->statement >= 0)
        change = &writing->changes[writing->list_first + diagnosis->statement];
    memset(&violation, 0, sizeof violation);
    violation.sqlstate = diagnosis->sqlstate;
    violation.table = diagnosis->table;
    violation.constraint = diagnosis->constraint;
    violation.column = diagnosis->column;
    violation.type_schema = diagnosis->type_schema;
    violation.type = diagnosis->type;
    look_closer(writing, connection, change, &violation);
    told = strcmp(error->code, "raised") == 0 ? explain_raised(writing, error, &violation)
                                              : site_constraint_error(r->pool, writing->resource, change, &violation);
    /* XX and 42 are mistakes in functions of the database, as a rule: somebody must see to them. */
    ap_log_rerror(APLOG_MARK,
                  (told ? told : error)->status >= 500 || strncmp(diagnosis->sqlstate, "XX", 2) == 0 ||
                          (told && strncmp(diagnosis->sqlstate, "42", 2) == 0)
                      ? APLOG_WARNING
                      : APLOG_INFO,
                  0, r, "SITE0120: %s: %s %s", (told ? told : error)->code, diagnosis->sqlstate, diagnosis->message);
    return told ? told : error;
}

/* A list's errors are told item by item, also one that only the constraint found. */
static site_error_t *place(site_writing_t *writing, site_error_t *error, const site_diagnosis_t *diagnosis) {
    site_answer_t *answer = &writing->answer;
    int failed = writing->list_first + diagnosis->statement, count, i;
    site_sink_t body;

    if (writing->list_first < 0 || diagnosis->statement < 0 || !error->field)
        return error;
    count = writing->body->root->items->nelts;
    site_sink_init(&body, writing->pool, 256, 0);
    site_sink_char(&body, '[');
    for (i = 0; i < count; i++) {
        site_sink_puts(&body, i ? "," : "");
        if (i == failed)
            site_json_error(&body, error);
        else
            site_sink_puts(&body, "{}");
    }
    site_sink_char(&body, ']');
    answer->status = error->status;
    answer->body = body.data;
    answer->length = body.used;
    return site_error_make(writing->pool, error->status, "list", NULL, "Some items of the list are wrong.");
}

/* --- the answer --- */

static int send_answer(site_writing_t *writing) {
    site_exchange_t *exchange = writing->exchange;
    const site_answer_t *answer = &writing->answer;
    request_rec *r = exchange->r;
    site_sink_t body;

    if (exchange->submission)
        return site_form_done(exchange, answer->location);
    if (answer->location)
        apr_table_setn(r->headers_out, "Location", answer->location);
    if (answer->etag)
        apr_table_setn(r->headers_out, "ETag", answer->etag);
    if (writing->replayed)
        apr_table_setn(r->headers_out, "Idempotency-Replayed", "true");
    if (!answer->body) {
        r->status = answer->status;
        ap_set_content_length(r, 0);
        return OK;
    }
    site_sink_init(&body, r->pool, answer->length + 1, 0);
    site_sink_write(&body, answer->body, answer->length);
    return answer->html ? site_reply_html(exchange, answer->status, &body)
                        : site_reply_json(exchange, answer->status, &body);
}

static int run(site_writing_t *writing, site_transaction_fn work) {
    site_exchange_t *exchange = writing->exchange;
    site_connection_t *connection;
    site_diagnosis_t diagnosis;
    site_error_t *error;
    site_loan_t *loan = site_borrow(exchange->r, &exchange->settings, &connection, &error);
    int serializable;

    if (loan) {
        memset(&diagnosis, 0, sizeof diagnosis);
        /* The rows of a view cannot be locked: there the database has to notice that one was changed under our eyes. */
        serializable = writing->resource->table->kind == 'v' && (writing->if_match || writing->if_none_match);
        error = site_transact(writing->pool, connection, serializable, work, writing, &diagnosis);
        if (error && strcmp(error->code, "list") != 0)
            error = place(writing, explain(writing, connection, error, &diagnosis), &diagnosis);
        site_give_back(loan);
    }
    if (error && strcmp(error->code, "list") != 0)
        return site_reply_error(exchange, error);
    return send_answer(writing);
}

/* --- the operations --- */

/* Errors that are certain need no database. */
static site_error_t *judge(site_writing_t *writing) {
    site_writing_assign(writing, writing->body, &writing->change);
    return site_change_is_refused(&writing->change) ? site_change_errors(&writing->change) : NULL;
}

static int create(site_writing_t *writing) {
    site_exchange_t *exchange = writing->exchange;
    site_error_t *error = writing->unread;
    int is_list;

    if (error)
        return site_reply_error(exchange, error);
    is_list = exchange->settings.bulk > 0 && writing->body && !writing->body->form &&
              writing->body->root->kind == SITE_NODE_LIST;
    if (is_list && writing->body->root->items->nelts > exchange->settings.bulk)
        error = site_error_make(writing->pool, HTTP_BAD_REQUEST, "too_many_items", "non_field_errors",
                                "Ensure this list has no more than %d items.", exchange->settings.bulk);
    if (!error && !is_list)
        error = judge(writing);
    if (error)
        return site_reply_error(exchange, error);
    return run(writing, is_list ? site_write_list : site_write_create);
}

static int change_item(site_writing_t *writing) {
    site_exchange_t *exchange = writing->exchange;
    site_error_t *error = site_read_condition(exchange, &writing->condition, &writing->key, &writing->filtered);

    if (!error && !writing->key)
        error = site_error_make(writing->pool, HTTP_NOT_FOUND, "not_found", NULL, "Not found.");
    if (error)
        return site_reply_error(exchange, error);
    writing->if_match = apr_table_get(exchange->r->headers_in, "If-Match");
    writing->if_none_match = apr_table_get(exchange->r->headers_in, "If-None-Match");
    return run(writing, exchange->r->method_number == M_DELETE ? site_write_remove : site_write_modify);
}

int site_write(site_exchange_t *exchange) {
    request_rec *r = exchange->r;
    site_writing_t writing;
    site_body_t *body = NULL;
    apr_size_t length;
    site_error_t *error;
    const char *text;

    memset(&writing, 0, sizeof writing);
    writing.exchange = exchange;
    writing.pool = r->pool;
    writing.resource = exchange->route.resource;
    writing.list_first = -1;
    writing.mode = r->method_number == M_POST  ? SITE_MODE_CREATE
                   : r->method_number == M_PUT ? SITE_MODE_REPLACE
                                               : SITE_MODE_MODIFY;
    error = site_request_body_once(exchange, 0);
    if (error)
        return site_reply_error(exchange, error);
    text = exchange->body;
    length = exchange->body_length;
    if (r->method_number != M_DELETE) {
        writing.unread = parse(exchange, &body);
        writing.body = body;
        read_preference(&writing);
    }
    if (r->method_number != M_POST)
        return change_item(&writing);
    error = read_idempotency_key(&writing, text, length);
    return error ? site_reply_error(exchange, error) : create(&writing);
}
