/* A collection as a page: its rows, and what the page can do without: how many there are, how many have which value.
 *
 * All of it is one round trip. Rows come first; what follows runs under a short time limit (SitePageTimeout), and what it cuts off is
 * missing on the page.
 */
#include "core/filter_words.h"
#include "core/vary.h"
#include "httpd/borrow.h"
#include "httpd/memo.h"
#include "httpd/pages.h"
#include "httpd/reading.h"
#include "httpd/reply.h"

#include <apr_strings.h>
#include <http_protocol.h>
#include <string.h>

static void cells_of(const void *baton, int row, site_cell_t *cells) {
    site_cells_fill(baton, row, cells);
}

/* The rows of the page: one more may have been read. */
static site_rows_t rows_of(const site_reading_t *reading) {
    int found = PQntuples(reading->rows), most = (int)reading->page.size;
    site_rows_t rows = {reading->page.size >= 0 && found > most ? most : found, PQnfields(reading->rows), cells_of,
                        reading->rows, reading->labels};

    return rows;
}

/* What is asked beside the rows; -1: it is not. */
typedef struct extras_t {
    int count_at, facets_at;
    site_sql_t facets_sql;
    apr_array_header_t *facets;
    int late;
} extras_t;

/* --- facets --- */

/* What a caller may see may depend on who he is: then nothing is remembered for the next one. */
static int may_remember(const site_exchange_t *exchange) {
    return !exchange->identity.user && (!exchange->dir->access.roles || !exchange->dir->access.roles->nelts);
}

static void take_facets(extras_t *extras, const site_memo_rows_t *rows) {
    int i;

    for (i = 0; i < rows->rows->nelts; i++)
        site_facets_take(extras->facets, APR_ARRAY_IDX(rows->rows, i, const site_cell_t *));
}

static void read_facets(site_reading_t *reading, extras_t *extras, const PGresult *result) {
    site_exchange_t *exchange = reading->exchange;
    site_memo_rows_t rows = {apr_array_make(exchange->r->pool, 32, sizeof(site_cell_t *)), PQnfields(result)};
    int i;

    for (i = 0; i < PQntuples(result); i++) {
        site_cell_t *cells = site_cells_make(exchange->r->pool, result);

        site_cells_fill(result, i, cells);
        APR_ARRAY_PUSH(rows.rows, site_cell_t *) = cells;
    }
    if (may_remember(exchange))
        site_memo_keep(exchange->r->server, &extras->facets_sql, &rows);
    take_facets(extras, &rows);
}

/* Returns whether they have to be counted. */
static int recall_facets(site_reading_t *reading, extras_t *extras) {
    site_exchange_t *exchange = reading->exchange;
    apr_pool_t *pool = exchange->r->pool;
    site_memo_rows_t rows;

    if (!exchange->route.resource->facets->nelts)
        return 0;
    extras->facets = site_facets_make(pool, exchange->route.resource);
    site_facet_sql(pool, &reading->query, &extras->facets_sql);
    if (!may_remember(exchange) || !site_memo_recall(pool, exchange->r->server, &extras->facets_sql, &rows))
        return 1;
    take_facets(extras, &rows);
    return 0;
}

/* --- what related rows are called --- */

void site_reading_labels(site_reading_t *reading, site_connection_t *connection, const site_rows_t *rows) {
    const site_exchange_t *exchange = reading->exchange;
    apr_pool_t *pool = exchange->r->pool;
    site_cell_t *cells = apr_palloc(pool, ((apr_size_t)rows->width + 1) * sizeof *cells);
    site_sql_t sql[SITE_LABELS_MAX];
    site_batch_t batch = site_batch_make(pool);
    int count, i, k;

    reading->labels = site_labels_make(pool, exchange->route.resource);
    for (i = 0; i < rows->count; i++) {
        rows->cells(rows->baton, i, cells);
        site_labels_note(reading->labels, cells);
    }
    count = site_labels_ask(reading->labels, sql);
    for (i = 0; i < count; i++)
        site_batch_add(&batch, &sql[i]);
    /* Without them keys are shown. */
    if (site_batch_run(&batch, connection, 0, NULL))
        return;
    for (i = 0; i < count; i++) {
        for (k = 0; k < PQntuples(batch.results[i]); k++) {
            site_cell_t answer[2];

            site_cells_fill(batch.results[i], k, answer);
            site_labels_take(reading->labels, i, answer);
        }
    }
}

/* --- the statements --- */

/* Nobody asked for them: they get a quarter of the time that a chart has. */
static void add_timeout(const site_exchange_t *exchange, site_batch_t *batch) {
    const site_settings_t *settings = &exchange->settings;
    const char **value = apr_palloc(exchange->r->pool, sizeof *value);
    site_sql_t sql = {"SELECT pg_catalog.set_config('statement_timeout', $1, true)", 1, value};
    int limit = settings->page_timeout / 4 + 1;

    if (!settings->page_timeout || (settings->statement_timeout && settings->statement_timeout < limit))
        return;
    *value = apr_itoa(exchange->r->pool, limit);
    site_batch_add(batch, &sql);
}

static int add_extras(site_reading_t *reading, site_batch_t *batch, extras_t *extras, int counted) {
    int needed = batch->count, facets = recall_facets(reading, extras);
    site_sql_t sql;

    extras->count_at = extras->facets_at = -1;
    if (counted || facets)
        add_timeout(reading->exchange, batch);
    if (counted) {
        site_sql_count(reading->exchange->r->pool, &reading->query, &sql);
        extras->count_at = site_batch_add(batch, &sql);
    }
    if (facets)
        extras->facets_at = site_batch_add(batch, &extras->facets_sql);
    return needed;
}

/* One row more than the page has says whether there is a next one, however many there are. */
static site_error_t *fetch(site_reading_t *reading, site_connection_t *connection, extras_t *extras, int counted) {
    apr_pool_t *pool = reading->exchange->r->pool;
    site_batch_t batch;
    site_error_t *error = site_reading_begin(reading, connection, &batch);
    int rows_at, needed;
    site_sql_t sql;

    if (error)
        return error;
    reading->query.limit += reading->page.size >= 0;
    site_sql_rows(pool, &reading->query, &sql);
    rows_at = site_batch_add(&batch, &sql);
    needed = add_extras(reading, &batch, extras, counted);
    error = site_reading_run(reading, connection, &batch, needed);
    if (error)
        return error;
    reading->rows = batch.results[rows_at];
    reading->count = -1;
    if (extras->count_at >= 0 && batch.results[extras->count_at])
        reading->count = apr_atoi64(PQgetvalue(batch.results[extras->count_at], 0, 0));
    if (extras->facets_at >= 0 && batch.results[extras->facets_at])
        read_facets(reading, extras, batch.results[extras->facets_at]);
    else if (extras->facets_at >= 0)
        extras->late = 1;
    return NULL;
}

/* --- one row --- */

static void take_neighbours(site_neighbours_t *neighbours, const PGresult *result) {
    site_cell_t cells[2];
    int i;

    for (i = 0; result && i < PQntuples(result); i++) {
        site_cells_fill(result, i, cells);
        site_neighbours_take(neighbours, cells);
    }
}

site_error_t *site_read_item_page(site_reading_t *reading, site_connection_t *connection, const site_condition_t *key) {
    apr_pool_t *pool = reading->exchange->r->pool;
    site_batch_t batch;
    site_error_t *error = site_reading_begin(reading, connection, &batch);
    int rows_at, needed, first, i;
    site_rows_t rows;
    site_sql_t sql;

    if (error)
        return error;
    site_sql_rows(pool, &reading->query, &sql);
    rows_at = site_batch_add(&batch, &sql);
    needed = batch.count;
    reading->neighbours = site_neighbours_of(pool, reading->exchange->route.resource);
    if (reading->neighbours->nelts)
        add_timeout(reading->exchange, &batch);
    first = batch.count;
    for (i = 0; i < reading->neighbours->nelts; i++) {
        site_neighbours_sql(pool, APR_ARRAY_IDX(reading->neighbours, i, const site_neighbours_t *)->relation, key,
                            &sql);
        site_batch_add(&batch, &sql);
    }
    error = site_reading_run(reading, connection, &batch, needed);
    if (error)
        return error;
    reading->rows = batch.results[rows_at];
    for (i = 0; i < reading->neighbours->nelts; i++)
        take_neighbours(APR_ARRAY_IDX(reading->neighbours, i, site_neighbours_t *), batch.results[first + i]);
    reading->page.size = -1;
    rows = rows_of(reading);
    site_reading_labels(reading, connection, &rows);
    return NULL;
}

/* --- the page --- */

/* Of a table that nobody filters the planner knows about how many rows it has. */
static void estimate(const site_reading_t *reading, site_views_list_t *list) {
    const site_condition_t *condition = reading->query.condition;

    if (list->count >= 0 || condition->kind != SITE_CONDITION_ALL || condition->parts->nelts ||
        reading->exchange->route.resource->table->rows < 1)
        return;
    list->count = (apr_int64_t)reading->exchange->route.resource->table->rows;
    list->about = 1;
}

static int reply(site_reading_t *reading, const extras_t *extras) {
    site_exchange_t *exchange = reading->exchange;
    int found = PQntuples(reading->rows);
    site_rows_t rows = rows_of(reading);
    site_views_list_t list = {.rows = &rows, .count = reading->count, .first = reading->page.offset + 1};

    /* Where the next and the previous page begin does not depend on how many there are. */
    site_page_links(exchange->r->pool, &exchange->settings, &reading->page, reading->page.offset + found,
                    exchange->self, exchange->params, &list.next, &list.previous);
    if (reading->page.style == SITE_PAGINATION_PAGE) {
        list.page = reading->page.number;
        list.size = reading->page.size;
    }
    estimate(reading, &list);
    list.facets = extras->facets;
    list.facets_late = extras->late;
    return site_reading_reply_page(reading, &list);
}

/* --- the filter form --- */

static int see_other(site_exchange_t *exchange, const char *query) {
    request_rec *r = exchange->r;

    apr_table_setn(r->headers_out, "Location", apr_pstrcat(r->pool, exchange->self, query[1] ? query : "", NULL));
    r->status = HTTP_SEE_OTHER;
    ap_set_content_length(r, 0);
    return OK;
}

/* Three fields of a form become one parameter. Returns 0 when the form was not sent. */
static int take_form(site_exchange_t *exchange, int *result) {
    const char *field = site_params_value(exchange->params, "_field");
    const char *lookup = site_params_value(exchange->params, "_lookup");
    const char *value = site_params_value(exchange->params, "_value"), *name;
    site_vary_t vary = {exchange->r->pool, exchange->params, &exchange->settings};

    if (!field)
        return 0;
    lookup = lookup ? lookup : "";
    name = site_views_filter_name(exchange->r->pool, exchange->route.resource, &exchange->settings, field, lookup);
    if (!name)
        *result = site_reply_error(exchange, site_error_make(exchange->r->pool, HTTP_BAD_REQUEST, "no_such_filter",
                                                             field, "This condition cannot be asked of this field."));
    else
        *result = see_other(exchange, site_vary_add(&vary, name, value ? value : ""));
    return 1;
}

int site_read_page_form(site_exchange_t *exchange, int *result) {
    return exchange->accept.representation == SITE_REPRESENTATION_HTML && take_form(exchange, result);
}

int site_read_page(site_reading_t *reading) {
    site_exchange_t *exchange = reading->exchange;
    extras_t extras = {.count_at = -1, .facets_at = -1};
    site_connection_t *connection;
    site_error_t *error;
    site_loan_t *loan = site_reading_borrow(reading, &connection, &error);

    if (!error && reading->query.offset < 0)
        error = site_reading_fetch(reading, connection); /* the last page, whatever its number */
    else if (!error)
        error = fetch(reading, connection, &extras, reading->page.style != SITE_PAGINATION_NONE);
    if (!error) {
        site_rows_t rows = rows_of(reading);

        site_reading_labels(reading, connection, &rows);
        site_reading_draw(reading, connection);
    }
    /* The rows are in memory: the connection need not wait for the client. */
    site_give_back(loan);
    if (!error && !PQntuples(reading->rows) && reading->page.style == SITE_PAGINATION_PAGE && reading->page.number > 1)
        error = site_error_make(exchange->r->pool, HTTP_NOT_FOUND, "invalid_page", NULL, "Invalid page.");
    return error ? site_reply_error(exchange, error) : reply(reading, &extras);
}
