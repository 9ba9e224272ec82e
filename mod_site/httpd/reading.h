/* reading: what the files of httpd/read share. Private to them. */
#ifndef SITE_HTTPD_READING_H
#define SITE_HTTPD_READING_H

#include "core/chart.h"
#include "core/filter.h"
#include "core/page.h"
#include "core/sql.h"
#include "core/views.h"
#include "db/cells.h"
#include "db/execute.h"
#include "httpd/exchange.h"

/* A read on its way. */
typedef struct site_reading_t {
    site_exchange_t *exchange;
    site_filter_t *filter;
    site_query_t query;
    site_page_t page;
    apr_int64_t count;
    PGresult *rows;                 /* NULL: none were asked for */
    site_labels_t *labels;          /* of a page; NULL: none */
    const site_chart_t *chart;      /* that a page was asked for; NULL: none */
    site_sink_t *drawn;             /* its figure, once it is there */
    apr_array_header_t *neighbours; /* of an item's page: site_neighbours_t *; NULL: none */
} site_reading_t;

/* Checks, count and rows: in one round trip, as far as they fit. */
typedef struct site_batch_t {
    site_statement_t statements[SITE_EXECUTE_MAX];
    PGresult *results[SITE_EXECUTE_MAX];
    int count;
    int checks, first_check; /* statements [0, checks) are checks first_check ... of the filter */
} site_batch_t;

/* Adds a statement; returns its number. */
int site_batch_add(site_batch_t *batch, const site_sql_t *sql);

/* Begins a batch with the filter's checks; what does not fit has been run by then. A decided error ends the read. */
site_error_t *site_batch_begin(site_reading_t *reading, site_connection_t *connection, site_batch_t *batch);

/* Runs the batch and concludes its checks. */
site_error_t *site_batch_run(site_reading_t *reading, site_connection_t *connection, site_batch_t *batch);

/* The same, where only the first `needed` statements must be answered: the others may run out of time (site_execute_some). */
site_error_t *site_batch_run_some(site_reading_t *reading, site_connection_t *connection, site_batch_t *batch,
                                  int needed);

/* Whether PostgreSQL refused a value that the request gave, of a parameter that is not known. */
int site_reading_is_bad_value(const site_error_t *error);

/* Counts and reads the rows of a page; the number of the last page is settled on the way. */
site_error_t *site_reading_fetch(site_reading_t *reading, site_connection_t *connection);

/* Draws the chart that a page was asked for, if it was. */
void site_reading_draw(site_reading_t *reading, site_connection_t *connection);

/* A page of a collection in HTML. `list` has what is special about it: rows, count, first, next, previous. */
int site_reading_reply_page(const site_reading_t *reading, site_views_list_t *list);

/* read_page: answers a collection as a page; takes the filter form of such a page: returns 0 when it was not sent. */
int site_read_page(site_reading_t *reading);
int site_read_page_form(site_exchange_t *exchange, int *result);

/* The same for one row that `key` finds: reads it, and the rows on the other side of its relations. */
site_error_t *site_read_item_page(site_reading_t *reading, site_connection_t *connection, const site_condition_t *key);

/* Asks what the related rows of a page's rows are called. */
void site_reading_labels(site_reading_t *reading, site_connection_t *connection, const site_rows_t *rows);

/* Answers a page of a keyset (SITE_PAGINATION_CURSOR). */
int site_read_cursor(site_reading_t *reading);

#endif
