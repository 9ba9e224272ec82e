/* What the template of a collection sees of its rows and pages: the second part of views.h. */
#include "core/url.h"
#include "core/vary.h"
#include "core/views.h"

#include <apr_strings.h>
#include <string.h>

/* --- columns, and what they are sorted by --- */

/* The first name that the page is sorted by: its parameter's, without '-'; "" when it is sorted by its default. */
static const char *sorted_by(apr_pool_t *pool, const site_views_list_t *list, int *direction) {
    const char *name = *list->settings->ordering_parameter
                           ? site_params_value(list->params, list->settings->ordering_parameter)
                           : NULL;

    *direction = 1;
    if (!name)
        return "";
    name += strspn(name, " ,");
    if (*name == '-') {
        *direction = -1;
        name++;
    }
    return apr_pstrmemdup(pool, name, strcspn(name, ", "));
}

/* A second click turns the order round. */
static void sort_of(apr_pool_t *pool, const site_views_list_t *list, const site_attribute_t *attribute,
                    site_html_sort_t *sort) {
    site_vary_t vary = {pool, list->params, list->settings};
    const char *parameter = list->settings->ordering_parameter;
    int direction;

    memset(sort, 0, sizeof *sort);
    if (!*parameter || !apr_hash_get(list->resource->orderings, attribute->name, APR_HASH_KEY_STRING))
        return;
    if (strcmp(sorted_by(pool, list, &direction), attribute->name) == 0)
        sort->direction = direction;
    sort->url = site_vary_set(&vary, parameter,
                              sort->direction > 0 ? apr_pstrcat(pool, "-", attribute->name, NULL) : attribute->name);
}

static const site_html_sort_t *sorts_of(apr_pool_t *pool, const site_views_list_t *list) {
    const apr_array_header_t *attributes = list->resource->attributes;
    site_html_sort_t *sorts = apr_palloc(pool, ((apr_size_t)attributes->nelts + 1) * sizeof *sorts);
    int count = 0, i;

    for (i = 0; i < attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(attributes, i, const site_attribute_t *);

        if (attribute->shown)
            sort_of(pool, list, attribute, &sorts[count++]);
    }
    return sorts;
}

static void fill_columns(site_view_t *view, const char *name, void *baton) {
    const site_views_list_t *list = baton;
    int i;

    for (i = 0; i < list->resource->attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(list->resource->attributes, i, const site_attribute_t *);
        site_html_sort_t sort;
        site_view_t *item;

        if (!attribute->shown)
            continue;
        item = site_view_item(view, name);
        sort_of(site_view_pool(view), list, attribute, &sort);
        site_view_text(item, "name", attribute->name);
        site_view_text(item, "label", attribute->label);
        site_view_text(item, "comment", attribute->column ? attribute->column->comment : NULL);
        site_view_text(item, "class", site_html_class(attribute));
        site_view_text(item, "sort_url", sort.url);
        site_view_flag(item, "ascending", sort.direction > 0);
        site_view_flag(item, "descending", sort.direction < 0);
    }
}

/* --- rows --- */

static void fill_table(site_view_t *view, const char *name, void *baton) {
    const site_views_list_t *list = baton;
    apr_pool_t *pool = site_view_pool(view);
    site_sink_t sink;

    site_sink_init(&sink, pool, 65536, 0);
    site_html_table(&sink, list->urls, list->resource, list->rows, sorts_of(pool, list));
    site_view_markup(view, name, &sink);
}

static void fill_rows(site_view_t *view, const char *name, void *baton) {
    const site_views_list_t *list = baton;
    int i;

    for (i = 0; i < list->rows->count; i++) {
        site_cell_t *cells = apr_palloc(site_view_pool(view), ((apr_size_t)list->rows->width + 1) * sizeof *cells);
        site_views_item_t row = {list->urls, list->resource, cells, list->rows->labels, NULL};

        list->rows->cells(list->rows->baton, i, cells);
        site_views_row(site_view_item(view, name), &row);
    }
}

/* --- pages --- */

/* "Rows 101 – 200 of 8,412" */
static void write_range(site_sink_t *sink, const site_views_list_t *list) {
    int shown = list->rows->count;

    if (!shown) {
        site_sink_puts(sink, list->count > 0 ? "No rows on this page" : "No rows");
        return;
    }
    if ((shown == list->count && !list->about) || list->first < 1) {
        site_html_number(sink, shown);
        site_sink_puts(sink, shown == 1 ? " row" : " rows");
        return;
    }
    site_sink_puts(sink, "Rows ");
    site_html_number(sink, list->first);
    site_sink_puts(sink, "\xe2\x80\x93");
    site_html_number(sink, list->first + shown - 1);
    if (list->count >= 0) {
        site_sink_puts(sink, list->about ? " of about " : " of ");
        site_html_number(sink, list->count);
    }
}

static void add_page(site_view_t *view, const site_views_list_t *list, apr_int64_t number) {
    apr_pool_t *pool = site_view_pool(view);
    site_vary_t vary = {pool, list->params, list->settings};
    site_view_t *item = site_view_item(view, "pages");

    site_view_number(item, "number", number);
    site_view_flag(item, "current", number == list->page);
    site_view_flag(item, "gap", 0);
    site_view_text(item, "url",
                   site_vary_set(&vary, list->settings->page_parameter,
                                 number == 1 ? NULL : apr_psprintf(pool, "%" APR_INT64_T_FMT, number)));
}

/* The numbers that DRF's pages show: the first, the last, this one and its neighbours; all when they are few. */
static int is_numbered(apr_int64_t number, apr_int64_t current, apr_int64_t last) {
    if (last <= 5 || number == 1 || number == last || (number >= current - 1 && number <= current + 1))
        return 1;
    return (current <= 4 && number <= 3) || (current >= last - 3 && number >= last - 2);
}

static void fill_pages(site_view_t *view, const char *name, void *baton) {
    const site_views_list_t *list = baton;
    apr_int64_t last = (list->count - 1) / list->size + 1, number, shown = 0;
    apr_int64_t candidates[12];
    int count = 0, i;

    if (last < 2)
        return;
    for (i = 0; i < 3; i++) {
        candidates[count++] = 1 + i;
        candidates[count++] = list->page - 1 + i;
        candidates[count++] = last - 2 + i;
    }
    /* In order, each once. */
    for (number = 0; count; number = shown) {
        apr_int64_t next = 0;

        for (i = 0; i < count; i++) {
            if (candidates[i] > number && candidates[i] <= last && (!next || candidates[i] < next) &&
                is_numbered(candidates[i], list->page, last))
                next = candidates[i];
        }
        if (!next)
            break;
        if (next > shown + 1) {
            site_view_t *gap = site_view_item(view, name);

            site_view_flag(gap, "gap", 1);
            site_view_text(gap, "url", NULL);
        }
        add_page(view, list, next);
        shown = next;
    }
}

/* --- the same for programs --- */

/* The address is encoded; what a shell minds in it, quotes take care of. */
static const char *curl_line(apr_pool_t *pool, const site_views_list_t *list) {
    site_vary_t vary = {pool, list->params, list->settings};
    const char *query =
        site_vary_set(&vary, *list->settings->format_parameter ? list->settings->format_parameter : "_", NULL);

    return apr_pstrcat(pool, "curl '", list->self, query[1] ? query : "", "'", NULL);
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
    site_view_flag(view, "about", list->about);
    site_view_text(view, "name", resource->name);
    site_view_text(view, "singular", resource->singular);
    site_view_text(view, "plural", resource->plural);
    site_view_text(view, "comment", resource->comment);
    site_view_flag(view, "turns", list->next || list->previous);
    site_view_text(view, "next_url", list->next ? site_url_path(list->next) : NULL);
    site_view_text(view, "previous_url", list->previous ? site_url_path(list->previous) : NULL);
    site_view_text(view, "curl", curl_line(pool, list));
    if (list->page >= 1 && list->count > 0)
        site_view_later(view, "pages", fill_pages, baton);
    if (list->rows->count) {
        site_view_later(view, "table", fill_table, baton);
        site_view_later(view, "rows", fill_rows, baton);
    }
    site_view_later(view, "columns", fill_columns, baton);
    site_views_filter(view, baton);
    site_views_chart(view, baton);
}
