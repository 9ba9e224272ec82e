/* reading: what the files of httpd/read share. Private to them. */
#ifndef SITE_HTTPD_READING_H
#define SITE_HTTPD_READING_H

#include "core/chart.h"
#include "core/filter.h"
#include "core/page.h"
#include "core/sql.h"
#include "core/views.h"
#include "db/batch.h"
#include "db/cells.h"
#include "httpd/exchange.h"

/* A read on its way. */
typedef struct site_reading_t {
    site_exchange_t *exchange;
    site_filter_t *filter;
    const char
        *regex; /* the parameter with a regular expression whose time is limited (SiteRegexTimeout); NULL: none */
    site_query_t query;
    site_page_t page;
    apr_int64_t count;
    PGresult *rows;                 /* NULL: none were asked for */
    site_labels_t *labels;          /* of a page; NULL: none */
    const site_chart_t *chart;      /* that a page was asked for; NULL: none */
    site_sink_t *drawn;             /* its figure, once it is there */
    apr_array_header_t *neighbours; /* of an item's page: site_neighbours_t *; NULL: none */
} site_reading_t;

/* Takes a connection by site_borrow(), for as long as the read's filters may take. */
struct site_loan_t *site_reading_borrow(site_reading_t *reading, site_connection_t **connection, site_error_t **error);

/* Makes a batch that begins with the filter's checks. A decided error ends the read: then they have been run alone. */
site_error_t *site_reading_begin(site_reading_t *reading, site_connection_t *connection, site_batch_t *batch);

/* Runs that batch and concludes its checks. `needed`: how many of its first statements must be answered, the others may run out of time
 * (site_execute_some); 0: all of them. */
site_error_t *site_reading_run(site_reading_t *reading, site_connection_t *connection, site_batch_t *batch, int needed);

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
