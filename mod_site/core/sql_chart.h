/* sql_chart: the statements behind a chart. They ask for the same rows as the list does: the query's condition is theirs, limit, offset
 * and ordering are not.
 */
#ifndef SITE_CORE_SQL_CHART_H
#define SITE_CORE_SQL_CHART_H

#include "core/chart.h"
#include "core/scale.h"
#include "core/sql.h"

/* Rows that are in no bin. */
enum {
    SITE_CHART_MISSING = -1, /* without a value */
    SITE_CHART_OUTSIDE = -2  /* infinite, not a number, or beyond 1e300 */
};

/* One row: the least and the greatest value of x (NULL: there is none), as core/chart says that values come. */
void site_sql_chart_range(apr_pool_t *pool, const site_query_t *query, const site_chart_t *chart, site_sql_t *sql);

/* Rows of (bin from 0, or one of the above; how many rows), where bins lie between `count` + 1 marks. Bins without rows are left out. */
void site_sql_chart_bins(apr_pool_t *pool, const site_query_t *query, const site_chart_t *chart,
                         const site_mark_t *marks, int count, site_sql_t *sql);

/* The `most` most frequent values of x, that of rows without one (NULL) before them all: (value, rows, rows of all values, number of
 * values, whether the value's text was cut, what a related row is called). */
void site_sql_chart_groups(apr_pool_t *pool, const site_query_t *query, const site_chart_t *chart, int most,
                           site_sql_t *sql);

/* One row: how many rows there are, and how many of them have both an x and a y. */
void site_sql_chart_placed(apr_pool_t *pool, const site_query_t *query, const site_chart_t *chart, site_sql_t *sql);

/* At most `most` of the latter, the same ones each time: the largest first where points have a size, else a fair sample of all. (URL key,
 * what the row is called, x, y, size) */
void site_sql_chart_points(apr_pool_t *pool, const site_query_t *query, const site_chart_t *chart, int most,
                           site_sql_t *sql);

#endif
