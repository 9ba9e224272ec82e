#include "httpd/read.h"
#include "core/constraint.h"
#include "core/etag.h"
#include "httpd/reading.h"
#include "core/order.h"
#include "core/regex.h"
#include "core/search.h"
#include "core/views.h"
#include "httpd/borrow.h"
#include "httpd/chart.h"
#include "httpd/log.h"
#include "httpd/reply.h"
#include "httpd/snapshot.h"

#include <apr_strings.h>
#include <http_protocol.h>

static site_error_t *report(request_rec *r, site_error_t *error, const site_diagnosis_t *diagnosis) {
    if (strcmp(error->code, "stale_catalog") == 0)
        site_snapshot_poke();
    ap_log_rerror(APLOG_MARK, error->status >= 500 ? APLOG_WARNING : APLOG_INFO, 0, r, "SITE0110: %s: %s %s",
                  error->code, diagnosis->sqlstate, diagnosis->message ? diagnosis->message : "");
    return error;
}

/* A value that only PostgreSQL could judge: the parameter that gave it is named, where it is plain which one. */
static const char *native_field(const site_condition_t *condition, int *count) {
    const char *field = NULL;
    int i;

    if (condition->kind == SITE_CONDITION_TEST) {
        if (!site_filter_is_native(condition))
            return NULL;
        ++*count;
        return condition->field;
    }
    for (i = 0; condition->parts && i < condition->parts->nelts; i++) {
        const char *found = native_field(APR_ARRAY_IDX(condition->parts, i, const site_condition_t *), count);

        field = found ? found : field;
    }
    return field;
}

int site_reading_is_bad_value(const site_error_t *error) {
    return error->status == HTTP_BAD_REQUEST && !error->field && strcmp(error->code, "answer_too_large") != 0 &&
           strcmp(error->code, "raised") != 0;
}

static void name_field(const site_reading_t *reading, site_error_t *error) {
    int count = 0;
    const char *field;

    if (!site_reading_is_bad_value(error) || !reading->filter->has_native)
        return;
    field = native_field(reading->filter->condition, &count);
    if (count == 1)
        error->field = field;
}

/* The error that a value of the request's filters is, where a domain does not take it. */
static site_error_t *blame_domain(const site_reading_t *reading, site_error_t *error,
                                  const site_diagnosis_t *diagnosis) {
    const site_exchange_t *exchange = reading->exchange;
    site_violation_t violation;
    site_error_t *told;

    memset(&violation, 0, sizeof violation);
    violation.sqlstate = diagnosis->sqlstate;
    violation.type_schema = diagnosis->type_schema;
    violation.type = diagnosis->type;
    told = site_constraint_filter_error(exchange->r->pool, reading->query.condition, exchange->route.resource->where,
                                        &violation);
    return told ? told : error;
}

/* --- regular expressions --- */

/* The parameter that the client has sent. A test that none of them names stands in an expression. */
static const char *parameter_of(const void *baton, const char *field) {
    const site_exchange_t *exchange = baton;
    int i;

    for (i = 0; i < exchange->params->list->nelts; i++) {
        const char *name = APR_ARRAY_IDX(exchange->params->list, i, site_param_t).name;

        if (site_regex_is_asked(name, field))
            return name;
    }
    return exchange->settings.complex_parameter;
}

/* A backtracking expression can keep PostgreSQL busy for as long as it is allowed to. Users who have signed in are known,
 * and have the time of any statement. */
static void limit_regex(site_reading_t *reading) {
    const site_exchange_t *exchange = reading->exchange;

    if (!exchange->identity.user && exchange->settings.regex_timeout && reading->query.condition)
        reading->regex =
            site_regex_find(reading->query.condition, exchange->route.resource->where, parameter_of, exchange);
}

site_loan_t *site_reading_borrow(site_reading_t *reading, site_connection_t **connection, site_error_t **error) {
    const site_settings_t *settings = &reading->exchange->settings;
    site_loan_t *loan = site_borrow(reading->exchange->r, settings, connection, error);

    if (loan && reading->regex)
        site_connection_limit_work(*connection, settings->regex_timeout);
    return loan;
}

/* The error that names the parameter, where its time was over. */
static site_error_t *blame_regex(const site_reading_t *reading, const site_connection_t *connection,
                                 site_error_t *error) {
    return reading->regex && site_connection_is_out_of_work(connection, error)
               ? site_regex_error(reading->exchange->r->pool, reading->regex)
               : error;
}

/* --- statements --- */

/* A row in the answer is a value that is missing: the error that was pending holds. */
static void conclude_checks(const site_reading_t *reading, const site_batch_t *batch) {
    apr_pool_t *pool = reading->exchange->r->pool;
    int i;

    for (i = 0; i < reading->filter->checks->nelts; i++) {
        site_check_t *check = APR_ARRAY_IDX(reading->filter->checks, i, site_check_t *);

        if (PQntuples(batch->results[i]) == 0)
            continue;
        check->error->pending = 0;
        check->error->message = site_check_message(pool, check, PQgetvalue(batch->results[i], 0, 0));
    }
}

static site_error_t *run(site_reading_t *reading, site_connection_t *connection, site_batch_t *batch, int needed) {
    site_diagnosis_t diagnosis;
    site_error_t *error = site_batch_run(batch, connection, needed, &diagnosis);

    if (error) {
        error = blame_regex(reading, connection, blame_domain(reading, error, &diagnosis));
        report(reading->exchange->r, error, &diagnosis);
        name_field(reading, error);
    }
    return error;
}

site_error_t *site_reading_begin(site_reading_t *reading, site_connection_t *connection, site_batch_t *batch) {
    apr_pool_t *pool = reading->exchange->r->pool;
    int i;

    *batch = site_batch_make(pool);
    for (i = 0; i < reading->filter->checks->nelts; i++) {
        site_sql_t sql;

        site_sql_check(pool, APR_ARRAY_IDX(reading->filter->checks, i, site_check_t *), &sql);
        site_batch_add(batch, &sql);
    }
    return reading->filter->decided ? site_reading_run(reading, connection, batch, 0) : NULL;
}

site_error_t *site_reading_run(site_reading_t *reading, site_connection_t *connection, site_batch_t *batch,
                               int needed) {
    site_error_t *error = run(reading, connection, batch, needed);

    if (error)
        return error;
    conclude_checks(reading, batch);
    return site_error_settle(reading->filter->errors);
}

static apr_int64_t number_in(const PGresult *result) {
    return apr_atoi64(PQgetvalue(result, 0, 0));
}

static site_error_t *read_rows(site_reading_t *reading, site_connection_t *connection, int counted) {
    apr_pool_t *pool = reading->exchange->r->pool;
    int count_at = -1, rows_at = -1;
    site_batch_t batch;
    site_error_t *error = site_reading_begin(reading, connection, &batch);
    site_sql_t sql;

    if (error)
        return error;
    if (counted) {
        site_sql_count(pool, &reading->query, &sql);
        count_at = site_batch_add(&batch, &sql);
    }
    if (reading->query.offset >= 0) {
        site_sql_rows(pool, &reading->query, &sql);
        rows_at = site_batch_add(&batch, &sql);
    }
    error = site_reading_run(reading, connection, &batch, 0);
    if (error)
        return error;
    if (count_at >= 0)
        reading->count = number_in(batch.results[count_at]);
    if (rows_at >= 0)
        reading->rows = batch.results[rows_at];
    return NULL;
}

/* The last page is known once the rows are counted: it costs a second round trip. */
site_error_t *site_reading_fetch(site_reading_t *reading, site_connection_t *connection) {
    site_error_t *error = read_rows(reading, connection, 1);
    site_sql_t sql;
    site_batch_t batch;

    if (!error)
        error = site_page_settle(reading->exchange->r->pool, &reading->page, reading->count);
    if (error || reading->rows)
        return error;
    reading->query.offset = reading->page.offset;
    site_sql_rows(reading->exchange->r->pool, &reading->query, &sql);
    batch = site_batch_make(reading->exchange->r->pool);
    site_batch_add(&batch, &sql);
    error = run(reading, connection, &batch, 0);
    if (!error)
        reading->rows = batch.results[0];
    return error;
}

/* --- writing --- */

static void write_rows(const site_reading_t *reading, site_sink_t *sink) {
    const site_exchange_t *exchange = reading->exchange;
    int rows = PQntuples(reading->rows), i;
    site_cell_t *cells = site_cells_make(exchange->r->pool, reading->rows);

    for (i = 0; i < rows; i++) {
        if (i)
            site_sink_char(sink, ',');
        site_cells_fill(reading->rows, i, cells);
        site_json_row(sink, &exchange->urls, exchange->route.resource, exchange->settings.url_attribute, cells);
    }
}

/* Room for the answer from the start: growing would copy it again and again. JSON is a little longer than the cells' text. */
static apr_size_t expected_size(const PGresult *rows) {
    return rows ? PQresultMemorySize(rows) * 2 + 1024 : 1024;
}

void site_reading_draw(site_reading_t *reading, site_connection_t *connection) {
    apr_pool_t *pool = reading->exchange->r->pool;

    if (!reading->chart)
        return;
    reading->drawn = apr_palloc(pool, sizeof *reading->drawn);
    site_sink_init(reading->drawn, pool, 65536, 0);
    site_chart_markup(reading->exchange, connection, &reading->query, reading->chart, reading->drawn);
}

int site_reading_reply_page(const site_reading_t *reading, site_views_list_t *list) {
    site_exchange_t *exchange = reading->exchange;
    site_view_t *view = site_reply_view(exchange, "list", exchange->route.resource->plural);

    list->urls = &exchange->urls;
    list->resource = exchange->route.resource;
    list->settings = &exchange->settings;
    list->params = exchange->params;
    list->self = exchange->self;
    list->chart = reading->drawn;
    site_view_flag(view, "noindex", exchange->r->args != NULL);
    site_views_list(view, list);
    return site_reply_page(exchange, HTTP_OK, "list.html", view);
}

static int reply_page(site_reading_t *reading) {
    site_exchange_t *exchange = reading->exchange;
    const char *next, *previous;
    site_sink_t body;

    site_page_links(exchange->r->pool, &exchange->settings, &reading->page, reading->count, exchange->self,
                    exchange->params, &next, &previous);
    site_reply_body(exchange, expected_size(reading->rows), &body);
    site_json_page_begin(&body, reading->count, next, previous);
    write_rows(reading, &body);
    site_json_page_end(&body);
    return site_reply_json(exchange, HTTP_OK, &body);
}

/* --- a collection without pages: rows flow to the client as they come --- */

typedef struct flow_t {
    const site_exchange_t *exchange;
    site_sink_t *sink;
    site_cell_t *cells;
} flow_t;

static int flow_row(void *baton, const PGresult *row) {
    flow_t *flow = baton;

    if (!flow->cells) {
        flow->cells = site_cells_make(flow->exchange->r->pool, row);
        site_sink_char(flow->sink, '[');
    }
    else {
        site_sink_char(flow->sink, ',');
    }
    site_cells_fill(row, 0, flow->cells);
    site_json_row(flow->sink, &flow->exchange->urls, flow->exchange->route.resource,
                  flow->exchange->settings.url_attribute, flow->cells);
    return flow->sink->status != APR_SUCCESS;
}

/* Why a stream ends early, in one word for the log. */
static const char *cut_by(const site_connection_t *connection) {
    switch (site_connection_stopped(connection)) {
    case SITE_STOP_CLIENT:
        return "client";
    case SITE_STOP_TIME:
        return "time";
    case SITE_STOP_WORK:
        return "work";
    default:
        return "database";
    }
}

static int stream_all(site_reading_t *reading, site_connection_t *connection, site_error_t **error) {
    site_exchange_t *exchange = reading->exchange;
    const site_settings_t *settings = &exchange->settings;
    site_diagnosis_t diagnosis;
    site_statement_t statement;
    const char *cut;
    site_sink_t sink;
    site_sql_t sql;
    flow_t flow;

    site_reply_stream(exchange->r, "application/json", settings->stream_idle_timeout, settings->stream_timeout, &sink);
    flow.exchange = exchange;
    flow.sink = &sink;
    flow.cells = NULL;
    site_sql_rows(exchange->r->pool, &reading->query, &sql);
    statement.text = sql.text;
    statement.count = sql.count;
    statement.values = sql.values;
    site_connection_limit_work(connection, reading->regex && (!settings->statement_timeout ||
                                                              settings->regex_timeout < settings->statement_timeout)
                                               ? settings->regex_timeout
                                               : settings->statement_timeout);
    *error = site_execute_stream(exchange->r->pool, connection, &statement, settings->stream_timeout, flow_row, &flow,
                                 NULL, &diagnosis);
    if (*error) {
        *error = blame_regex(reading, connection, blame_domain(reading, *error, &diagnosis));
        report(exchange->r, *error, &diagnosis);
        name_field(reading, *error);
        cut = cut_by(connection);
        if (!site_reply_stream_begun(&sink)) {
            site_reply_stream_forget(&sink);
            return OK; /* it can still be told properly */
        }
        *error = NULL;
        return site_reply_stream_end(exchange->r, &sink, cut);
    }
    if (!flow.cells)
        site_sink_char(&sink, '[');
    site_sink_char(&sink, ']');
    return site_reply_stream_end(exchange->r, &sink, NULL);
}

/* --- the operations --- */

static site_condition_t *both(apr_pool_t *pool, site_condition_t *one, site_condition_t *other) {
    site_condition_t *all;

    if (!one || !other)
        return one ? one : other;
    if (one->kind == SITE_CONDITION_ALL) {
        site_condition_add(one, other);
        return one;
    }
    all = site_condition_make(pool, SITE_CONDITION_ALL);
    site_condition_add(all, one);
    site_condition_add(all, other);
    return all;
}

/* Filters, ordering and search: in this order, which is the order in which their errors are told. */
static site_error_t *begin(site_reading_t *reading) {
    site_exchange_t *exchange = reading->exchange;
    const site_resource_t *resource = exchange->route.resource;
    const site_settings_t *settings = &exchange->settings;
    apr_pool_t *pool = exchange->r->pool;
    const site_param_t *search;
    site_error_t *error, *search_error = NULL;

    reading->filter = site_filter_read(pool, resource, settings, exchange->params);
    reading->query.resource = resource;
    reading->query.limit = -1;
    reading->query.offset = 0;
    if (reading->filter->decided) {
        reading->query.condition = reading->filter->condition;
        return reading->filter->checks->nelts ? NULL : site_error_settle(reading->filter->errors);
    }
    search = *settings->search_parameter ? site_params_last(exchange->params, settings->search_parameter) : NULL;
    reading->query.condition = both(
        pool, reading->filter->condition,
        search ? site_search_read(pool, resource, settings, search->value, search->value_length, &search_error) : NULL);
    limit_regex(reading);
    reading->query.ordering =
        site_order_read(pool, resource, settings, exchange->params, reading->query.condition, &error);
    return error ? error : search_error;
}

static int read_all(site_reading_t *reading) {
    site_exchange_t *exchange = reading->exchange;
    site_connection_t *connection;
    site_error_t *error;
    site_loan_t *loan = site_reading_borrow(reading, &connection, &error);
    int result = OK;

    if (loan && reading->filter->checks->nelts) {
        apr_int64_t limit = reading->query.limit;

        reading->query.limit = 0; /* the checks alone, and a query that costs nothing */
        error = read_rows(reading, connection, 0);
        reading->query.limit = limit;
    }
    if (!error)
        result = stream_all(reading, connection, &error);
    site_give_back(loan);
    return error ? site_reply_error(exchange, error) : result;
}

/* The page asked for, once the filters are known: how many rows, from where. A page that does not exist is told only when the filters are
 * right, and some of these only the database can judge. */
static site_error_t *begin_page(site_reading_t *reading) {
    site_exchange_t *exchange = reading->exchange;
    site_error_t *error;

    site_page_read(exchange->r->pool, &exchange->settings, exchange->params, &reading->page, &error);
    reading->query.limit = error ? 0 : reading->page.size;
    reading->query.offset = error ? 0 : reading->page.offset;
    /* Nobody reads a page of a million rows. */
    if (!error && reading->page.style == SITE_PAGINATION_NONE &&
        exchange->accept.representation == SITE_REPRESENTATION_HTML)
        reading->query.limit = exchange->settings.page_size;
    if (!error && exchange->accept.representation == SITE_REPRESENTATION_HTML)
        reading->chart = site_chart_read(exchange->r->pool, exchange->route.resource, exchange->params, &error);
    return error;
}

/* An error that the database alone would have found on the Django site comes after that of the page's number, or of its cursor. */
static const site_error_t *first_told(site_reading_t *reading, site_error_t *error) {
    site_exchange_t *exchange = reading->exchange;
    site_error_t *page_error, *ignored;

    if (!site_error_is_late(error))
        return error;
    page_error = begin_page(reading);
    if (!page_error && reading->page.style == SITE_PAGINATION_CURSOR) {
        const site_param_t *param = site_params_last(exchange->params, exchange->settings.cursor_parameter);
        site_cursor_t cursor;

        page_error = site_cursor_read(exchange->r->pool,
                                      site_order_read(exchange->r->pool, exchange->route.resource, &exchange->settings,
                                                      exchange->params, reading->query.condition, &ignored),
                                      param ? param->value : NULL, param ? param->value_length : 0, &cursor);
    }
    return page_error ? page_error : error;
}

int site_read_collection(site_exchange_t *exchange) {
    site_error_t *error, *page_error = NULL;
    site_connection_t *connection;
    site_loan_t *loan;
    site_reading_t reading;
    int result;

    if (site_read_page_form(exchange, &result))
        return result;
    memset(&reading, 0, sizeof reading);
    reading.exchange = exchange;
    error = begin(&reading);
    if (error)
        return site_reply_error(exchange, first_told(&reading, error));
    if (!reading.filter->decided)
        page_error = begin_page(&reading);
    if (page_error && !reading.filter->checks->nelts)
        return site_reply_error(exchange, page_error);
    if (!reading.filter->decided && !page_error && reading.page.style == SITE_PAGINATION_CURSOR)
        return site_read_cursor(&reading);
    if (!page_error && exchange->accept.representation == SITE_REPRESENTATION_HTML)
        return site_read_page(&reading);
    if (!reading.filter->decided && !page_error && reading.page.style == SITE_PAGINATION_NONE)
        return read_all(&reading);
    loan = site_reading_borrow(&reading, &connection, &error);
    if (!error)
        error = page_error ? read_rows(&reading, connection, 0) : site_reading_fetch(&reading, connection);
    /* The rows are in memory: the connection need not wait for the client. */
    site_give_back(loan);
    if (error && reading.filter->decided)
        return site_reply_error(exchange, first_told(&reading, error));
    if (!error)
        error = page_error;
    return error ? site_reply_error(exchange, error) : reply_page(&reading);
}

/* Sends a representation of a row, unless the request's conditions stand against it (RFC 9110, 13.2.2). */
static int send_item(site_exchange_t *exchange, const char *row, const char *etag, site_sink_t *body) {
    request_rec *r = exchange->r;
    const char *wanted = apr_table_get(r->headers_in, "If-Match"),
               *known = apr_table_get(r->headers_in, "If-None-Match");
    const site_error_t *error = site_reply_body_error(exchange, body);

    if (error)
        return site_reply_error(exchange, error);
    if (wanted && !site_etag_row_is_listed(wanted, row, 0))
        return site_reply_error(exchange, site_etag_mismatch(r->pool));
    apr_table_setn(r->headers_out, "ETag", etag);
    if (known && site_etag_is_listed(known, etag))
        return HTTP_NOT_MODIFIED;
    return exchange->accept.representation == SITE_REPRESENTATION_HTML ? site_reply_html(exchange, HTTP_OK, body)
                                                                       : site_reply_json(exchange, HTTP_OK, body);
}

static int reply_item(site_reading_t *reading) {
    site_exchange_t *exchange = reading->exchange;
    const site_resource_t *resource = exchange->route.resource;
    apr_pool_t *pool = exchange->r->pool;
    site_cell_t *cells = site_cells_make(pool, reading->rows);
    apr_size_t members;
    const char *row;
    site_sink_t body, *page;

    site_cells_fill(reading->rows, 0, cells);
    if (exchange->accept.representation == SITE_REPRESENTATION_HTML) {
        row = site_etag_row(pool, resource, cells);
        page = site_reply_item_page(exchange, resource, cells, reading->labels, reading->neighbours);
        if (!page)
            return HTTP_INTERNAL_SERVER_ERROR;
        return send_item(exchange, row, site_etag_html(pool, row, page->data, page->used), page);
    }
    site_reply_body(exchange, expected_size(reading->rows), &body);
    members = site_json_row(&body, &exchange->urls, resource, exchange->settings.url_attribute, cells);
    row = site_etag_written(pool, resource, cells, &body, members);
    return send_item(exchange, row, site_etag_json(pool, row, exchange->accept.indent), &body);
}

site_error_t *site_read_condition(site_exchange_t *exchange, const site_condition_t **condition, const char **key,
                                  int *filtered) {
    apr_pool_t *pool = exchange->r->pool;
    site_condition_t *test =
        site_filter_key(pool, exchange->route.resource, exchange->route.key, exchange->route.key_length);
    site_reading_t reading;
    site_error_t *error = NULL;

    *condition = test;
    *key = test ? APR_ARRAY_IDX(test->values, 0, const char *) : NULL;
    *filtered = 0;
    if (!test || (!exchange->r->args && !exchange->route.resource->where))
        return NULL;
    memset(&reading, 0, sizeof reading);
    reading.exchange = exchange;
    error = begin(&reading);
    if (!error) {
        *condition = both(pool, (site_condition_t *)reading.query.condition, test);
        *filtered = 1;
    }
    return error;
}

site_error_t *site_read_row(site_exchange_t *exchange, site_sql_t *sql) {
    apr_pool_t *pool = exchange->r->pool;
    const site_resource_t *resource = exchange->route.resource;
    site_query_t query = {.resource = resource, .limit = -1};
    site_condition_t *key = site_filter_key(pool, resource, exchange->route.key, exchange->route.key_length);

    if (!key)
        return site_error_make(pool, HTTP_NOT_FOUND, "not_found", NULL, "Not found.");
    query.condition = resource->where
                          ? both(pool, both(pool, site_condition_make(pool, SITE_CONDITION_ALL), key), resource->where)
                          : key;
    query.ordering = apr_array_make(pool, 1, sizeof(site_ordering_t *));
    site_sql_rows(pool, &query, sql);
    return NULL;
}

site_error_t *site_read_row_now(site_exchange_t *exchange, const PGresult **row) {
    apr_pool_t *pool = exchange->r->pool;
    site_connection_t *connection;
    site_statement_t statement;
    PGresult *result = NULL;
    site_error_t *error;
    site_loan_t *loan;
    site_sql_t sql = {NULL, 0, NULL};

    error = site_read_row(exchange, &sql);
    if (error)
        return error;
    statement.text = sql.text;
    statement.count = sql.count;
    statement.values = sql.values;
    loan = site_borrow(exchange->r, &exchange->settings, &connection, &error);
    if (loan) {
        error = site_execute_batch(pool, connection, &statement, 1, &result, NULL);
        site_give_back(loan);
    }
    *row = result;
    if (!error && !PQntuples(result))
        error = site_error_make(pool, HTTP_NOT_FOUND, "not_found", NULL, "Not found.");
    return error;
}

/* The same filters hold for one row as for many: an item that they leave out is not found. */
int site_read_item(site_exchange_t *exchange) {
    apr_pool_t *pool = exchange->r->pool;
    site_condition_t *key =
        site_filter_key(pool, exchange->route.resource, exchange->route.key, exchange->route.key_length);
    site_connection_t *connection;
    site_error_t *error;
    site_loan_t *loan;
    site_reading_t reading;

    memset(&reading, 0, sizeof reading);
    reading.exchange = exchange;
    error = begin(&reading);
    /* Django makes dates of years while it looks for the row, and takes a year without dates for a row that is not there. */
    if (error && strcmp(error->code, "invalid_year") == 0)
        error = site_error_make(pool, HTTP_NOT_FOUND, "not_found", NULL, "Not found.");
    if (!error && !key && !reading.filter->checks->nelts)
        error = site_error_make(pool, HTTP_NOT_FOUND, "not_found", NULL, "Not found.");
    if (error)
        return site_reply_error(exchange, error);
    reading.query.condition = both(pool, (site_condition_t *)reading.query.condition,
                                   key ? key : site_condition_make(pool, SITE_CONDITION_NEVER));
    reading.query.ordering = apr_array_make(pool, 1, sizeof(site_ordering_t *));
    loan = site_reading_borrow(&reading, &connection, &error);
    if (!error)
        error = exchange->accept.representation == SITE_REPRESENTATION_HTML && key
                    ? site_read_item_page(&reading, connection, key)
                    : read_rows(&reading, connection, 0);
    site_give_back(loan);
    /* What PostgreSQL alone could judge, and refused, was the key. */
    if (error && site_reading_is_bad_value(error) && !reading.filter->has_native)
        error = NULL;
    if (!error && (!reading.rows || !PQntuples(reading.rows)))
        error = site_error_make(pool, HTTP_NOT_FOUND, "not_found", NULL, "Not found.");
    return error ? site_reply_error(exchange, error) : reply_item(&reading);
}
