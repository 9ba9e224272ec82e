/* The rows of a page's queries as its template sees them: the second half of custom_query. */
#include "httpd/custom_source.h"

#include <apr_strings.h>
#include <string.h>

static void fill_cells(const PGresult *rows, int row, site_cell_t *cells) {
    int i;

    for (i = 0; i < PQnfields(rows); i++) {
        cells[i].text = PQgetisnull(rows, row, i) ? NULL : PQgetvalue(rows, row, i);
        cells[i].length = (apr_size_t)PQgetlength(rows, row, i);
    }
}

/* The statements are few, and run as the rows' own did. */
void site_custom_ask_labels(site_custom_source_t *source, site_connection_t *connection) {
    apr_pool_t *pool = source->visit->r->pool;
    site_cell_t *cells = apr_palloc(pool, ((apr_size_t)PQnfields(source->rows) + 1) * sizeof *cells);
    site_batch_t batch = site_batch_make(pool);
    site_sql_t sql[SITE_LABELS_MAX];
    int count, i, k;

    source->labels = site_labels_make(pool, source->ask.resource);
    for (i = 0; i < PQntuples(source->rows); i++) {
        fill_cells(source->rows, i, cells);
        site_labels_note(source->labels, cells);
    }
    count = site_labels_ask(source->labels, sql);
    for (i = 0; i < count; i++)
        site_batch_add(&batch, &sql[i]);
    if (site_batch_run(&batch, connection, 0, NULL))
        return;
    for (i = 0; i < count; i++) {
        for (k = 0; k < PQntuples(batch.results[i]); k++) {
            site_cell_t answer[2];

            fill_cells(batch.results[i], k, answer);
            site_labels_take(source->labels, i, answer);
        }
    }
}

static void show_row(site_view_t *view, const site_custom_source_t *source, const site_cell_t *cells) {
    site_views_item_t row = {&source->urls, source->ask.resource, cells, source->labels, NULL};

    site_views_row(view, &row);
    site_views_related(view, &row);
}

static void fill_rows(site_view_t *view, const char *name, void *baton) {
    const site_custom_source_t *source = baton;
    int i;

    for (i = 0; i < source->shown; i++) {
        site_view_t *item = site_view_item(view, name);
        site_cell_t *cells =
            apr_palloc(site_view_pool(view), ((apr_size_t)PQnfields(source->rows) + 1) * sizeof *cells);

        fill_cells(source->rows, i, cells);
        if (source->columns)
            site_views_columns(item, source->columns, PQnfields(source->rows), cells);
        else
            show_row(item, source, cells);
    }
}

/* By the types of PostgreSQL's own catalogue, whose numbers never change. */
static int is_number(Oid type) {
    static const Oid numbers[] = {20 /* int8 */,    21 /* int2 */,    23 /* int4 */,   26 /* oid */,
                                  700 /* float4 */, 701 /* float8 */, 790 /* money */, 1700 /* numeric */};
    apr_size_t i;

    for (i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        if (numbers[i] == type)
            return 1;
    }
    return 0;
}

static const site_views_column_t *columns_of(apr_pool_t *pool, const PGresult *rows) {
    int count = PQnfields(rows), i;
    site_views_column_t *columns = apr_pcalloc(pool, ((apr_size_t)count + 1) * sizeof *columns);

    for (i = 0; i < count; i++) {
        columns[i].name = PQfname(rows, i);
        columns[i].number = is_number(PQftype(rows, i));
        columns[i].boolean = PQftype(rows, i) == 16;
    }
    return columns;
}

/* The page's own address with another number; the first page needs none where that is what a missing one means. */
static const char *turned(const site_custom_source_t *source, apr_int64_t number, apr_int64_t first) {
    const char *name = source->ask.turned_by;
    const site_custom_parameter_t *parameter = site_custom_parameter(source->query->page, name);
    apr_pool_t *pool = source->visit->r->pool;
    const char *text = apr_psprintf(pool, "%" APR_INT64_T_FMT, number);
    int plain = number == first && (!parameter->fallback || strcmp(parameter->fallback, text) == 0);
    site_sink_t sink;

    site_sink_init(&sink, pool, 128, 0);
    site_sink_puts(&sink, source->visit->self);
    site_params_write_with(&sink, pool, site_custom_given(pool, &source->visit->values), name, plain ? NULL : text);
    site_sink_char(&sink, '\0');
    return sink.data;
}

static void add_turns(const site_custom_source_t *source) {
    const site_page_t *page = &source->ask.page;
    const site_custom_query_t *query = source->query;
    apr_pool_t *pool = source->visit->r->pool;
    int numbered = page->style == SITE_PAGINATION_PAGE, more = PQntuples(source->rows) > page->size;
    apr_int64_t here = numbered ? page->number : page->offset, step = numbered ? 1 : page->size, first = numbered;

    if (more)
        site_view_text(source->visit->view, apr_pstrcat(pool, query->name, "_next_url", NULL),
                       turned(source, here + step, first));
    if (here > first)
        site_view_text(source->visit->view, apr_pstrcat(pool, query->name, "_previous_url", NULL),
                       turned(source, here - step > first ? here - step : first, first));
}

void site_custom_show(site_custom_source_t *source) {
    const site_custom_query_t *query = source->query;
    site_view_t *view = source->visit->view;
    apr_pool_t *pool = source->visit->r->pool;

    if (!source->rows)
        return;
    if (query->sql)
        source->columns = columns_of(pool, source->rows);
    if (source->shown)
        site_view_later(view, query->name, fill_rows, source);
    if (query->counted)
        site_view_number(view, apr_pstrcat(pool, query->name, "_count", NULL),
                         source->count ? apr_atoi64(PQgetvalue(source->count, 0, 0)) : source->shown);
    if (source->ask.turned_by)
        add_turns(source);
}
