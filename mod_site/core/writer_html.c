#include "core/writer_html.h"

#include <string.h>

/* The attribute whose cell links to the row's own page: the key, else the first plain one. NULL: none of the shown ones
 * can, and a column of links comes in front. */
static const site_attribute_t *linking_attribute(const site_resource_t *resource) {
    int i;

    if (resource->key && resource->key->shown && !resource->key->relation)
        return resource->key;
    for (i = 0; i < resource->attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *);

        if (attribute->shown && !attribute->relation && attribute->column->type.kind != SITE_KIND_ARRAY)
            return attribute;
    }
    return NULL;
}

static int has_link_column(const site_resource_t *resource) {
    return resource->key && !linking_attribute(resource);
}

/* Thousands stand in a page: one word needs no quotes. */
static void write_class(site_sink_t *sink, const char *class) {
    const char *quote = strchr(class, ' ') ? "\"" : "";

    if (!*class)
        return;
    site_sink_puts(sink, " class=");
    site_sink_puts(sink, quote);
    site_sink_puts(sink, class);
    site_sink_puts(sink, quote);
}

/* A heading that sorts is a link; which way the page is sorted, aria-sort tells. */
static void write_heading(site_sink_t *sink, const site_attribute_t *attribute, const site_html_sort_t *sort) {
    site_sink_puts(sink, "<th scope=\"col\"");
    write_class(sink, site_html_class(attribute));
    if (sort && sort->direction)
        site_sink_puts(sink, sort->direction > 0 ? " aria-sort=\"ascending\"" : " aria-sort=\"descending\"");
    if (!sort || !sort->url) {
        site_sink_char(sink, '>');
        site_html_puts(sink, attribute->label);
    }
    else {
        site_sink_puts(sink, "><a href=\"");
        site_html_puts(sink, sort->url);
        site_sink_puts(sink, "\">");
        site_html_puts(sink, attribute->label);
        site_sink_puts(sink, "</a>");
    }
    site_sink_puts(sink, "</th>");
}

static void write_head(site_sink_t *sink, const site_resource_t *resource, const site_html_sort_t *sorts) {
    int i;

    site_sink_puts(sink, "<thead><tr>");
    if (has_link_column(resource))
        site_sink_puts(sink, "<th scope=\"col\">Key</th>");
    for (i = 0; i < resource->attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *);

        if (attribute->shown)
            write_heading(sink, attribute, sorts ? sorts++ : NULL);
    }
    site_sink_puts(sink, "</tr></thead>\n<tbody>\n");
}

/* The text of a row's own link: the value, or the key where there is nothing to be seen. */
static void write_row_link(site_sink_t *sink, const site_urls_t *urls, const site_resource_t *resource,
                           const site_attribute_t *attribute, const site_cell_t *cells, const site_cell_t *cell) {
    site_sink_puts(sink, "<a href=\"");
    site_html_item_address(sink, urls, resource, &cells[0]);
    site_sink_puts(sink, "\">");
    if (attribute && cell->text && cell->length)
        site_html_value(sink, urls, attribute, NULL, cell, NULL, SITE_HTML_BARE);
    else
        site_html_text(sink, cells[0].text, cells[0].length);
    site_sink_puts(sink, "</a>");
}

/* The end tags of cells and rows may be left out in HTML: of a page of 100 rows that is a tenth. */
static void write_row(site_sink_t *sink, const site_urls_t *urls, const site_resource_t *resource,
                      const site_cell_t *cells, const site_labels_t *labels) {
    const site_attribute_t *linking = site_html_has_page(&cells[0]) ? linking_attribute(resource) : NULL;
    const site_cell_t *cell = cells + 1;
    int i;

    site_sink_puts(sink, "<tr>");
    if (has_link_column(resource)) {
        site_sink_puts(sink, "<th scope=\"row\">");
        if (site_html_has_page(&cells[0]))
            write_row_link(sink, urls, resource, NULL, cells, NULL);
    }
    for (i = 0; i < resource->attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *);

        if (!attribute->shown)
            continue;
        site_sink_puts(sink, attribute == linking ? "<th scope=\"row\"" : "<td");
        write_class(sink, site_html_class(attribute));
        site_sink_char(sink, '>');
        if (attribute == linking)
            write_row_link(sink, urls, resource, attribute, cells, cell);
        else
            site_html_value(sink, urls, attribute, &cells[0], cell, labels, SITE_HTML_SHORT);
        cell++;
    }
    site_sink_char(sink, '\n');
}

void site_html_table(site_sink_t *sink, const site_urls_t *urls, const site_resource_t *resource,
                     const site_rows_t *rows, const site_html_sort_t *sorts) {
    site_cell_t *cells = apr_palloc(sink->pool, ((apr_size_t)rows->width + 1) * sizeof *cells);
    int i;

    site_sink_puts(sink, "<table>\n");
    write_head(sink, resource, sorts);
    for (i = 0; i < rows->count; i++) {
        rows->cells(rows->baton, i, cells);
        write_row(sink, urls, resource, cells, rows->labels);
    }
    site_sink_puts(sink, "</table>\n");
}
