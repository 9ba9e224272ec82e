/* chart_data: what the database says for a chart: bins, groups or points.
 *
 * It is asked in rounds, for the bins of a histogram depend on the range of its values:
 *
 *     data = site_chart_begin(pool, chart, query);
 *     while ((count = site_chart_ask(data, statements)) > 0)
 *         run them in one round trip; for every row of each: site_chart_take(data, number of the statement, cells)
 */
#ifndef SITE_CORE_CHART_DATA_H
#define SITE_CORE_CHART_DATA_H

#include "core/calendar.h"
#include "core/chart.h"
#include "core/sql.h"
#include "core/writer_json.h"

enum {
    SITE_CHART_STATEMENTS = 2, /* of one round at most */
    SITE_CHART_GROUPS = 12,    /* that are told apart; the rest is one bar */
    SITE_CHART_POINTS = 2000
};

typedef struct site_chart_group_t {
    const char *value; /* as a filter takes it; NULL: it was cut */
    const char *label;
    apr_int64_t rows;
} site_chart_group_t;

typedef struct site_chart_point_t {
    site_cell_t key;     /* in URLs; NULL: its row has no page */
    const char *caption; /* NULL: it has none */
    double x, y, size;   /* size: NaN where there is none */
} site_chart_point_t;

typedef struct site_chart_data_t {
    apr_pool_t *pool;
    const site_chart_t *chart;
    const site_query_t *query;
    int round;

    apr_int64_t rows;    /* of the query */
    apr_int64_t missing; /* of them, without a value */
    apr_int64_t outside; /* whose value has no place on the axis */

    double low, high; /* the range of x among the rest; low > high: there is none */
    site_mark_t *marks;
    site_scale_t scale;       /* of numbers */
    site_calendar_t calendar; /* of times */
    int bins;                 /* between bins + 1 marks */
    apr_int64_t *counts;

    apr_array_header_t *groups; /* site_chart_group_t */
    apr_int64_t kinds;          /* how many different values there are */

    apr_array_header_t *points; /* site_chart_point_t */
    apr_int64_t placed;         /* rows that have a place; more than points: these are a choice of them */
} site_chart_data_t;

/* `query` must outlive it. */
site_chart_data_t *site_chart_begin(apr_pool_t *pool, const site_chart_t *chart, const site_query_t *query);

/* The statements of the next round; 0: nothing is left to ask. */
int site_chart_ask(site_chart_data_t *data, site_sql_t statements[SITE_CHART_STATEMENTS]);

/* One row of the answer; the cells need not outlive the call. */
void site_chart_take(site_chart_data_t *data, int statement, const site_cell_t *cells);

/* Rows that are drawn. */
apr_int64_t site_chart_drawn(const site_chart_data_t *data);

#endif
