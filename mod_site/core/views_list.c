/* What the template of a collection sees: the second part of views.h. */
#include "core/url.h"
#include "core/views.h"

#include <apr_strings.h>
#include <string.h>

static void fill_table(site_view_t *view, const char *name, void *baton) {
    const site_views_list_t *list = baton;
    site_sink_t sink;

    site_sink_init(&sink, site_view_pool(view), 65536, 0);
    site_html_table(&sink, list->urls, list->resource, list->rows);
    site_view_markup(view, name, &sink);
}

static void fill_rows(site_view_t *view, const char *name, void *baton) {
    const site_views_list_t *list = baton;
    int i;

    for (i = 0; i < list->rows->count; i++) {
        site_cell_t *cells = apr_palloc(site_view_pool(view), ((apr_size_t)list->rows->width + 1) * sizeof *cells);

        list->rows->cells(list->rows->baton, i, cells);
        site_views_row(site_view_item(view, name), list->urls, list->resource, cells);
    }
}

static void fill_columns(site_view_t *view, const char *name, void *baton) {
    const site_resource_t *resource = ((const site_views_list_t *)baton)->resource;
    int i;

    for (i = 0; i < resource->attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *);
        site_view_t *item;

        if (!attribute->shown)
            continue;
        item = site_view_item(view, name);
        site_view_text(item, "name", attribute->name);
        site_view_text(item, "label", attribute->label);
        site_view_text(item, "comment", attribute->column ? attribute->column->comment : NULL);
        site_view_text(item, "class", site_html_class(attribute));
    }
}

/* "Rows 101 – 200 of 8,412" */
static void write_range(site_sink_t *sink, const site_views_list_t *list) {
    int shown = list->rows->count;

    if (!shown) {
        site_sink_puts(sink, list->count > 0 ? "No rows on this page" : "No rows");
        return;
    }
    if (shown == list->count || list->first < 1) {
        site_html_number(sink, shown);
        site_sink_puts(sink, shown == 1 ? " row" : " rows");
        return;
    }
    site_sink_puts(sink, "Rows ");
    site_html_number(sink, list->first);
    site_sink_puts(sink, "\xe2\x80\x93");
    site_html_number(sink, list->first + shown - 1);
    if (list->count >= 0) {
        site_sink_puts(sink, " of ");
        site_html_number(sink, list->count);
    }
}

void site_views_list(site_view_t *view, const site_views_list_t *list) {
    const site_resource_t *resource = list->resource;
    apr_pool_t *pool = site_view_pool(view);
    site_views_list_t *baton = apr_pmemdup(pool, list, sizeof *list);
    site_sink_t range;

    site_sink_init(&range, pool, 64, 0);
    write_range(&range, list);
    site_view_text_of(view, "range", range.data, range.used);
    if (list->count >= 0)
        site_view_number(view, "count", list->count);
    site_view_text(view, "name", resource->name);
    site_view_text(view, "singular", resource->singular);
    site_view_text(view, "plural", resource->plural);
    site_view_text(view, "comment", resource->comment);
    site_view_flag(view, "turns", list->next || list->previous);
    site_view_text(view, "next_url", list->next ? site_url_path(list->next) : NULL);
    site_view_text(view, "previous_url", list->previous ? site_url_path(list->previous) : NULL);
    if (list->rows->count) {
        site_view_later(view, "table", fill_table, baton);
        site_view_later(view, "rows", fill_rows, baton);
    }
    site_view_later(view, "columns", fill_columns, baton);
}
