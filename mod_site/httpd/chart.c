#include "httpd/chart.h"
#include "core/chart_svg.h"
#include "db/batch.h"
#include "httpd/log.h"
#include "httpd/snapshot.h"

#include <apr_strings.h>
#include <http_log.h>
#include <string.h>

/* The statements of one call are one transaction, and with it the time that they may take goes. Adds nothing where the session's own holds. */
static void add_timeout(site_batch_t *batch, const site_settings_t *settings) {
    const char **value = apr_palloc(batch->pool, sizeof *value);
    const site_sql_t sql = {"SELECT pg_catalog.set_config('statement_timeout', $1, true)", 1, value};

    if (!settings->page_timeout ||
        (settings->statement_timeout && settings->statement_timeout < settings->page_timeout))
        return;
    *value = apr_psprintf(batch->pool, "%d", settings->page_timeout);
    site_batch_add(batch, &sql);
}

static void take_rows(apr_pool_t *pool, site_chart_data_t *data, int statement, const PGresult *result) {
    int width = PQnfields(result), row, i;
    site_cell_t *cells = apr_palloc(pool, ((apr_size_t)width + 1) * sizeof *cells);

    for (row = 0; row < PQntuples(result); row++) {
        for (i = 0; i < width; i++) {
            cells[i].text = PQgetisnull(result, row, i) ? NULL : PQgetvalue(result, row, i);
            cells[i].length = (apr_size_t)PQgetlength(result, row, i);
        }
        site_chart_take(data, statement, cells);
    }
}

static site_error_t *fetch(site_exchange_t *exchange, site_connection_t *connection, site_chart_data_t *data,
                           site_diagnosis_t *diagnosis) {
    apr_pool_t *pool = exchange->r->pool;
    site_batch_t batch = site_batch_make(pool);
    site_sql_t sql[SITE_CHART_STATEMENTS];
    int count, first, i;

    while ((count = site_chart_ask(data, sql)) > 0) {
        site_error_t *error;

        add_timeout(&batch, &exchange->settings);
        first = batch.count;
        for (i = 0; i < count; i++)
            site_batch_add(&batch, &sql[i]);
        error = site_batch_run(&batch, connection, 0, diagnosis);
        if (error)
            return error;
        for (i = 0; i < count; i++)
            take_rows(pool, data, i, batch.results[first + i]);
    }
    return NULL;
}

void site_chart_markup(site_exchange_t *exchange, site_connection_t *connection, const site_query_t *query,
                       const site_chart_t *chart, site_sink_t *sink) {
    request_rec *r = exchange->r;
    site_chart_data_t *data = site_chart_begin(r->pool, chart, query);
    site_chart_page_t page = {&exchange->urls, &exchange->settings, exchange->params};
    site_diagnosis_t diagnosis;
    site_error_t *error = fetch(exchange, connection, data, &diagnosis);
    int slow;

    if (!error) {
        site_chart_write(sink, &page, data);
        return;
    }
    if (strcmp(error->code, "stale_catalog") == 0)
        site_snapshot_poke();
    slow = strcmp(error->code, "query_timeout") == 0;
    ap_log_rerror(APLOG_MARK, error->status >= 500 && !slow ? APLOG_WARNING : APLOG_INFO, 0, r,
                  "SITE0150: a chart of %s was left out: %s: %s %s", chart->resource->name, error->code,
                  diagnosis.sqlstate, diagnosis.message ? diagnosis.message : "");
    site_chart_write_notice(sink, chart,
                            slow
                                ? "It took too long to draw. With fewer rows, by a narrower filter, it will be quicker."
                                : "It cannot be drawn right now.");
}
