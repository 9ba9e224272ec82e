/* sql: condition tree -> statement text and bound parameters.
 *
 * The only file that concatenates SQL (with its other half, core/compare). Identifiers come from the catalogue and are always
 * quoted, values are always parameters with an explicit cast, so that a statement means the same whatever search_path a session has.
 *
 * The rows' shape: column 0 is the resource's URL key (NULL where it has none), then one column for each shown attribute in order.
 */
#ifndef SITE_CORE_SQL_H
#define SITE_CORE_SQL_H

#include "core/cursor.h"
#include "core/filter.h"

/* A statement; everything lives in the pool it was made with. */
typedef struct site_sql_t {
    const char *text;
    int count;
    const char *const *values; /* NULL: SQL's NULL */
} site_sql_t;

typedef struct site_query_t {
    const site_resource_t *resource;
    const site_condition_t *condition;  /* never NULL */
    const apr_array_header_t *ordering; /* site_ordering_t *; empty: any order */
    apr_int64_t limit;                  /* rows; < 0: all */
    apr_int64_t offset;
    const site_cursor_t
        *cursor; /* NULL: none. Else `ordering` is that of reading, and its keys are selected as text behind the
                                           shown attributes */
} site_query_t;

/* The rows of a query. */
void site_sql_rows(apr_pool_t *pool, const site_query_t *query, site_sql_t *sql);

/* Part `part` of the rows behind the query's cursor, of site_seek_parts() (core/seek). */
void site_sql_rows_from(apr_pool_t *pool, const site_query_t *query, int part, site_sql_t *sql);

/* How many rows a query has, limit and offset aside. */
void site_sql_count(apr_pool_t *pool, const site_query_t *query, site_sql_t *sql);

/* The first of the check's values that no row has, if any: no row is the good answer. */
void site_sql_check(apr_pool_t *pool, const site_check_t *check, site_sql_t *sql);

/* The select list of a resource over alias t0: made once, when the snapshot is made. NULL where it depends on the SiteWhere of a related
 * resource, whose values have to be bound: then each statement writes its own. */
const char *site_sql_select_list(apr_pool_t *pool, const site_resource_t *resource);

#endif
