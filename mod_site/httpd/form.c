#include "httpd/form.h"

#include "core/etag.h"
#include "core/form.h"
#include "core/metadata.h"
#include "core/sql.h"
#include "core/url.h"
#include "core/views.h"
#include "db/account.h"
#include "db/batch.h"
#include "db/cells.h"
#include "httpd/access.h"
#include "httpd/borrow.h"
#include "httpd/identity.h"
#include "httpd/read.h"
#include "httpd/reply.h"
#include "httpd/request_body.h"
#include "httpd/session.h"

#include <apr_strings.h>
#include <http_protocol.h>
#include <string.h>

#define SENT_ETAG "_etag"       /* what the row was when the form was made */
#define SENT_CONTENT "_content" /* the body itself, as JSON */

/* A form while its page is made. */
typedef struct page_t {
    site_exchange_t *exchange;
    apr_pool_t *pool;
    int method;            /* SITE_METHOD_* that it means */
    const site_sql_t *row; /* reads the row; NULL: it is not there yet */
    site_form_t *form;
    const site_cell_t *cells; /* the row; NULL: none */
    const char *etag;         /* of the row; NULL: it has none */
    int status;
} page_t;

static const struct {
    int method, number;
    const char *name;
} methods[] = {{SITE_METHOD_POST, M_POST, "POST"},
               {SITE_METHOD_PUT, M_PUT, "PUT"},
               {SITE_METHOD_PATCH, M_PATCH, "PATCH"},
               {SITE_METHOD_DELETE, M_DELETE, "DELETE"}};

enum { METHOD_COUNT = sizeof methods / sizeof *methods };

static const char *name_of(int method) {
    int i;

    for (i = 0; i < METHOD_COUNT; i++) {
        if (methods[i].method == method)
            return methods[i].name;
    }
    return "";
}

/* --- addresses --- */

static const char *with_parameter(const site_exchange_t *exchange, const char *address, const char *name,
                                  const char *value) {
    return apr_pstrcat(exchange->r->pool, address, *exchange->urls.query ? "&" : "?", name, "=", value, NULL);
}

/* Where the page is, without what it was asked by. */
static const char *here(const site_exchange_t *exchange) {
    return apr_pstrcat(exchange->r->pool, site_url_path(exchange->self), exchange->urls.query, NULL);
}

static const char *collection(const site_exchange_t *exchange) {
    site_sink_t address;

    site_sink_init(&address, exchange->r->pool, 128, 0);
    site_url_list(&address, &exchange->urls, exchange->route.resource);
    site_sink_char(&address, '\0');
    return address.data;
}

/* --- the row and what it can refer to --- */

static void take_options(page_t *page, PGresult *const *results, int count) {
    int i, k;

    for (i = 0; i < count; i++) {
        for (k = 0; k < PQntuples(results[i]); k++)
            site_form_take_option(page->form, i, site_cells_of(page->pool, results[i], k));
    }
}

static site_error_t *take_row(page_t *page, const PGresult *result) {
    if (!PQntuples(result))
        return site_error_make(page->pool, HTTP_NOT_FOUND, "not_found", NULL, "Not found.");
    page->cells = site_cells_of(page->pool, result, 0);
    if (page->exchange->route.resource->key)
        page->etag =
            site_etag_json(page->pool, site_etag_row(page->pool, page->exchange->route.resource, page->cells), 0);
    return NULL;
}

/* One round trip. Whoever may not see the rows that a field refers to writes their keys. */
static site_error_t *ask(page_t *page, site_connection_t *connection) {
    site_batch_t batch = site_batch_make(page->pool);
    site_sql_t options[SITE_FORM_SELECTIONS];
    int wanted = page->form ? site_form_ask(page->form, options) : 0, i;
    site_error_t *error;

    if (page->row)
        site_batch_add(&batch, page->row);
    for (i = 0; i < wanted; i++)
        site_batch_add(&batch, &options[i]);
    error = site_batch_run(&batch, connection, 0, NULL);
    if (error && wanted) {
        wanted = 0;
        if (page->row)
            site_batch_add(&batch, page->row);
        error = site_batch_run(&batch, connection, 0, NULL);
    }
    if (error)
        return error;
    take_options(page, batch.results + (page->row != NULL), wanted);
    return page->row ? take_row(page, batch.results[0]) : NULL;
}

static site_error_t *load(page_t *page) {
    site_exchange_t *exchange = page->exchange;
    site_connection_t *connection;
    site_error_t *error;
    site_loan_t *loan = site_borrow(exchange->r, &exchange->settings, &connection, &error);

    if (loan) {
        error = ask(page, connection);
        site_give_back(loan);
    }
    if (page->form)
        site_form_taken(page->form);
    return error;
}

/* --- pages --- */

static void add_token(const page_t *page, site_view_t *view) {
    const site_access_t *access = &page->exchange->dir->access;

    if (!access->sessions || !access->sessions->table)
        return;
    site_view_text(view, "csrf_name", SITE_CSRF_FIELD);
    site_view_text(view, "csrf_token", site_csrf_token(page->exchange->r, access));
}

/* A raw body, and the methods by which it can be sent. */
static void add_raw(const page_t *page, site_view_t *view) {
    site_exchange_t *exchange = page->exchange;
    const site_node_t *content = exchange->submission && exchange->submission->sent
                                     ? site_body_value(exchange->submission->sent, SENT_CONTENT)
                                     : NULL;
    site_sink_t json;
    int i;

    for (i = 0; i < METHOD_COUNT; i++) {
        site_view_t *way;

        if (methods[i].method == SITE_METHOD_DELETE || (methods[i].method == SITE_METHOD_POST) != !page->row ||
            !(exchange->settings.methods & methods[i].method) || !site_may(exchange, methods[i].method))
            continue;
        way = site_view_item(view, "ways");
        site_view_text(way, "method", methods[i].name);
        site_view_text(way, "url", with_parameter(exchange, here(exchange), "_method", methods[i].name));
    }
    site_view_flag(view, "raw_open", content != NULL);
    site_sink_init(&json, page->pool, 1024, 0);
    if (content && content->kind == SITE_NODE_STRING)
        site_sink_write(&json, content->text, content->length);
    else
        site_form_json(&json, page->form, page->cells);
    site_view_text_of(view, "raw", json.data, json.used);
}

static const char *row_label(const page_t *page) {
    site_views_item_t item = {&page->exchange->urls, page->exchange->route.resource, page->cells, NULL, NULL};

    return page->cells ? site_views_label(page->pool, &item) : page->exchange->route.resource->singular;
}

static const char *title_of(const page_t *page) {
    const char *what = page->row ? row_label(page) : page->exchange->route.resource->singular;

    return apr_pstrcat(page->pool,
                       page->method == SITE_METHOD_DELETE ? "Delete "
                       : page->row                        ? "Edit "
                                                          : "New ",
                       what, NULL);
}

static int send_page(page_t *page, const site_error_t *errors) {
    site_exchange_t *exchange = page->exchange;
    site_view_t *view = site_reply_view(exchange, "form", title_of(page));
    const char *where = here(exchange);

    if (page->form)
        site_views_form(view, page->form);
    if (page->form)
        add_raw(page, view);
    site_views_errors(view, errors);
    site_view_text(view, "name", exchange->route.resource->name);
    site_view_text(view, "singular", exchange->route.resource->singular);
    site_view_text(view, "label", row_label(page));
    site_view_text(view, "action", with_parameter(exchange, where, "_method", name_of(page->method)));
    site_view_text(view, "cancel_url", where);
    site_view_text(view, "etag", page->etag);
    site_view_text(view, "json_url", NULL);
    site_view_flag(view, "noindex", 1);
    add_token(page, view);
    apr_table_setn(exchange->r->headers_out, "Cache-Control", "private, no-store");
    return site_reply_page(exchange, page->status, page->method == SITE_METHOD_DELETE ? "delete.html" : "form.html",
                           view);
}

static void begin(page_t *page, site_exchange_t *exchange, int method, int status) {
    memset(page, 0, sizeof *page);
    page->exchange = exchange;
    page->pool = exchange->r->pool;
    page->method = method;
    page->status = status;
    if (method != SITE_METHOD_DELETE)
        page->form = site_form_make(page->pool, exchange->route.resource, &exchange->urls, method == SITE_METHOD_POST);
}

/* The row of this address, whatever else its query says. */
static site_error_t *find(page_t *page) {
    site_sql_t *sql = apr_palloc(page->pool, sizeof *sql);
    site_error_t *error = site_read_row(page->exchange, sql);

    page->row = error ? NULL : sql;
    return error;
}

static int send_form(site_exchange_t *exchange, int method) {
    page_t page;
    site_error_t *error = NULL;

    begin(&page, exchange, method, HTTP_OK);
    if (method != SITE_METHOD_POST)
        error = find(&page);
    if (!error)
        error = load(&page);
    if (error)
        return site_reply_error(exchange, error);
    if (page.form && page.cells)
        site_form_show_row(page.form, page.cells);
    return send_page(&page, NULL);
}

static int send_options(site_exchange_t *exchange) {
    request_rec *r = exchange->r;
    site_view_t *view =
        site_reply_view(exchange, "form", apr_pstrcat(r->pool, "Options of ", exchange->route.resource->plural, NULL));
    int item = exchange->route.kind == SITE_ROUTE_ITEM;
    int method = item ? SITE_METHOD_PUT : SITE_METHOD_POST;
    int may = exchange->settings.methods & method && site_may(exchange, method);
    site_sink_t document, indented;

    site_sink_init(&document, r->pool, 4096, 0);
    site_metadata_write(&document, &exchange->route, may ? item ? "PUT" : "POST" : NULL, &exchange->settings);
    site_sink_init(&indented, r->pool, document.used * 2, 0);
    site_json_indent(&indented, document.data, document.used, 4);
    site_view_text_of(view, "document", indented.data, indented.used);
    site_view_text(view, "allow", apr_table_get(r->err_headers_out, "Allow"));
    site_view_text(view, "cancel_url", here(exchange));
    site_view_flag(view, "noindex", 1);
    return site_reply_page(exchange, HTTP_OK, "options.html", view);
}

/* Changing a row is PATCH where it may be: what the form does not have stays. */
static int changing_method(site_exchange_t *exchange) {
    return exchange->settings.methods & SITE_METHOD_PATCH && site_may(exchange, SITE_METHOD_PATCH) ? SITE_METHOD_PATCH
                                                                                                   : SITE_METHOD_PUT;
}

/* The method of a form that this address has; 0: there is no such form. */
static int method_of(site_exchange_t *exchange, const char *form) {
    if (exchange->route.kind == SITE_ROUTE_COLLECTION)
        return strcmp(form, "new") == 0 ? SITE_METHOD_POST : 0;
    if (strcmp(form, "edit") == 0)
        return changing_method(exchange);
    return strcmp(form, "delete") == 0 ? SITE_METHOD_DELETE : 0;
}

int site_form_page(site_exchange_t *exchange, int *result) {
    const char *form = site_params_value(exchange->params, "_form");
    request_rec *r = exchange->r;
    site_error_t *error;
    int method;

    if (!form || exchange->accept.representation != SITE_REPRESENTATION_HTML ||
        (exchange->route.kind != SITE_ROUTE_COLLECTION && exchange->route.kind != SITE_ROUTE_ITEM))
        return 0;
    if (strcmp(form, "options") == 0) {
        *result = send_options(exchange);
        return 1;
    }
    method = method_of(exchange, form);
    if (!method)
        error = site_error_make(r->pool, HTTP_BAD_REQUEST, "unknown_form", "_form", "There is no such form here.");
    else if (!(exchange->settings.methods & method))
        error = site_error_make(r->pool, HTTP_METHOD_NOT_ALLOWED, "method_not_allowed", NULL,
                                "Method \"%s\" not allowed.", name_of(method));
    else
        error = site_permit_method(exchange, method);
    *result = error ? site_reply_error(exchange, error) : send_form(exchange, method);
    return 1;
}

/* --- what comes back --- */

/* From here on the request is one of this method, for Apache's `Require` as well. */
static void become(site_exchange_t *exchange, int i) {
    request_rec *r = exchange->r;
    site_visit_t *visit = site_visit_of(r);

    if (methods[i].number == M_POST)
        return;
    visit->denied = site_access_allows(r, visit, methods[i].number, methods[i].name) ? 0
                    : exchange->identity.user                                        ? HTTP_FORBIDDEN
                                                                                     : HTTP_UNAUTHORIZED;
    r->method_number = methods[i].number;
    r->method = methods[i].name;
}

static void note_etag(site_exchange_t *exchange) {
    const site_body_t *sent = exchange->submission->sent;
    const site_node_t *etag = sent ? site_body_value(sent, SENT_ETAG) : NULL;

    if (etag && etag->kind == SITE_NODE_STRING && etag->length && !strpbrk(etag->text, "\r\n"))
        apr_table_setn(exchange->r->headers_in, "If-Match", etag->text);
}

site_error_t *site_form_take(site_exchange_t *exchange) {
    request_rec *r = exchange->r;
    const char *method = site_params_value(exchange->params, "_method");
    site_submission_t *submission;
    site_body_t *sent = NULL;
    site_error_t *error;
    int i;

    if (!site_request_body_is_form(exchange))
        return NULL;
    for (i = 0; i < METHOD_COUNT && strcmp(methods[i].name, method) != 0; i++)
        ;
    if (i == METHOD_COUNT)
        return site_error_make(r->pool, HTTP_BAD_REQUEST, "unknown_method", "_method",
                               "A form means POST, PUT, PATCH or DELETE.");
    /* Nobody sends a body who may not. */
    become(exchange, i);
    error = site_permit(exchange);
    if (!error)
        error = site_csrf_check_origin(r);
    if (!error)
        error = site_request_body_once(exchange, 1);
    if (!error && methods[i].method == SITE_METHOD_DELETE)
        error = exchange->oversized;
    if (error)
        return error;
    submission = apr_pcalloc(r->pool, sizeof *submission);
    submission->unread = site_request_body_parse(r, exchange->body, exchange->body_length, &sent);
    submission->sent = submission->unread ? NULL : sent;
    if (exchange->oversized)
        submission->unread = exchange->oversized;
    if (exchange->oversized && !exchange->body_length)
        submission->sent = NULL;
    exchange->submission = submission;
    note_etag(exchange);
    return NULL;
}

site_error_t *site_form_read(site_exchange_t *exchange, site_body_t **body) {
    const site_submission_t *submission = exchange->submission;
    const site_node_t *content = submission->sent ? site_body_value(submission->sent, SENT_CONTENT) : NULL;
    apr_pool_t *pool = exchange->r->pool;

    if (submission->unread)
        return submission->unread;
    if (content)
        return site_body_read_json(pool, content->text, content->length, body);
    return site_form_body(
        site_form_make(pool, exchange->route.resource, &exchange->urls, exchange->r->method_number == M_POST),
        submission->sent, body);
}

int site_form_done(site_exchange_t *exchange, const char *location) {
    request_rec *r = exchange->r;

    if (!location && r->method_number != M_DELETE)
        location = exchange->self;
    apr_table_setn(r->headers_out, "Location", location ? location : collection(exchange));
    r->status = HTTP_SEE_OTHER;
    ap_set_content_length(r, 0);
    return OK;
}

int site_form_wants(const site_exchange_t *exchange, const site_error_t *error) {
    return exchange->submission && exchange->route.resource && !exchange->route.resource->broken &&
           (error->status == HTTP_BAD_REQUEST || error->status == HTTP_CONFLICT ||
            error->status == HTTP_REQUEST_ENTITY_TOO_LARGE || error->status == HTTP_PRECONDITION_FAILED ||
            error->status == HTTP_UNPROCESSABLE_ENTITY || strcmp(error->code, "raised") == 0);
}

int site_form_again(site_exchange_t *exchange, const site_error_t *error) {
    const site_submission_t *submission = exchange->submission;
    const site_node_t *etag = submission->sent ? site_body_value(submission->sent, SENT_ETAG) : NULL;
    site_error_t *others = NULL, *missing = NULL;
    page_t page;

    begin(&page, exchange, site_method(exchange->r), error->status);
    if (exchange->route.kind == SITE_ROUTE_ITEM)
        missing = find(&page);
    if (!missing)
        missing = load(&page);
    exchange->submission = NULL; /* what goes wrong now is told as it is */
    if (missing)
        return site_reply_error(exchange, missing);
    exchange->submission = (site_submission_t *)submission;
    /* Who is told that the row has changed, and sends the form again, has seen it. */
    if (error->status != HTTP_PRECONDITION_FAILED && etag && etag->kind == SITE_NODE_STRING)
        page.etag = etag->text;
    if (page.form && submission->sent)
        site_form_show_sent(page.form, submission->sent);
    else if (page.form && page.cells)
        site_form_show_row(page.form, page.cells);
    if (page.form)
        others = site_form_complain(page.form, error);
    return send_page(&page, page.form ? others : error);
}
