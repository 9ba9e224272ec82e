/* What the template of a row sees: the third part of views.h. */
#include "core/params.h"
#include "core/url.h"
#include "core/views.h"

#include <apr_strings.h>
#include <string.h>

static void fill_cells(site_view_t *view, const char *name, void *baton) {
    const site_views_item_t *row = baton;
    const site_cell_t *cell = row->cells + 1;
    int i;

    for (i = 0; i < row->resource->attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(row->resource->attributes, i, const site_attribute_t *);
        site_view_t *item;
        site_sink_t value;

        if (!attribute->shown)
            continue;
        item = site_view_item(view, name);
        site_sink_init(&value, site_view_pool(view), cell->length + 64, 0);
        site_html_value(&value, row->urls, attribute, &row->cells[0], cell, row->labels, SITE_HTML_FULL);
        site_view_text(item, "name", attribute->name);
        site_view_text(item, "label", attribute->label);
        site_view_text(item, "comment", attribute->column ? attribute->column->comment : NULL);
        site_view_text(item, "class", site_html_class(attribute));
        site_view_markup(item, "value", &value);
        site_view_text_of(item, "text", cell->text, cell->length);
        cell++;
    }
}

/* A value under its attribute's name: what is not there, and what is false, is nothing. */
static void add_value(site_view_t *view, const site_attribute_t *attribute, const site_cell_t *cell) {
    int boolean = attribute->column && !attribute->relation && attribute->column->type.kind == SITE_KIND_BOOLEAN;

    if (boolean)
        site_view_text(view, attribute->name, cell->text && *cell->text == 't' ? "yes" : NULL);
    else
        site_view_text_of(view, attribute->name, cell->text, cell->length);
}

/* The cell of the attribute that names the row; NULL: there is none, or it is not shown. */
static const site_cell_t *label_cell(const site_views_item_t *row) {
    const site_resource_t *resource = row->resource;
    const site_cell_t *cell = row->cells + 1;
    int i;

    for (i = 0; i < resource->attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *);

        if (attribute == resource->label)
            return attribute->shown ? cell : NULL;
        cell += attribute->shown;
    }
    return NULL;
}

const char *site_views_label(apr_pool_t *pool, const site_views_item_t *row) {
    const site_resource_t *resource = row->resource;
    const site_cell_t *label = resource->label ? label_cell(row) : NULL;

    if (label && label->text && label->length)
        return label->text;
    return row->cells[0].text ? apr_pstrcat(pool, resource->singular, " ", row->cells[0].text, NULL)
                              : resource->singular;
}

void site_views_row(site_view_t *view, const site_views_item_t *row) {
    const site_resource_t *resource = row->resource;
    const site_cell_t *key = &row->cells[0], *cell = key + 1;
    apr_pool_t *pool = site_view_pool(view);
    site_sink_t address;
    int i;

    for (i = 0; i < resource->attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *);

        if (attribute->shown)
            add_value(view, attribute, cell++);
    }
    site_view_text_of(view, "_key", key->text, key->length);
    site_view_text(view, "_label", site_views_label(pool, row));
    site_view_text(view, "_url", NULL);
    if (site_html_has_page(key)) {
        site_sink_init(&address, pool, 64, 0);
        site_url_item(&address, row->urls, resource, key);
        site_view_text_of(view, "_url", address.data, address.used);
    }
    site_view_later(view, "_cells", fill_cells, apr_pmemdup(pool, row, sizeof *row));
}

/* --- the rows on the other side of its relations --- */

static void add_neighbour(site_view_t *view, const site_views_item_t *item, const site_resource_t *target,
                          const site_neighbour_t *neighbour) {
    site_view_t *row = site_view_item(view, "rows");
    apr_pool_t *pool = site_view_pool(view);
    site_sink_t address;

    site_view_text(row, "label",
                   neighbour->label ? neighbour->label
                                    : apr_pstrcat(pool, target->singular, " ", neighbour->key.text, NULL));
    site_view_text(row, "url", NULL);
    if (!site_html_has_page(&neighbour->key))
        return;
    site_sink_init(&address, pool, 64, 0);
    site_url_item(&address, item->urls, target, &neighbour->key);
    site_view_text_of(row, "url", address.data, address.used);
}

/* The collection that holds them all, filtered by this row. */
static const char *all_of(apr_pool_t *pool, const site_views_item_t *item, const site_neighbours_t *neighbours) {
    const char *between = *item->urls->query ? "&" : "?";
    site_sink_t address;

    if (!neighbours->filter || !item->cells[0].text)
        return NULL;
    site_sink_init(&address, pool, 128, 0);
    site_url_list(&address, item->urls, neighbours->relation->target);
    site_sink_puts(&address, between);
    site_params_encode(&address, neighbours->filter, strlen(neighbours->filter), 1);
    site_sink_char(&address, '=');
    site_params_encode(&address, item->cells[0].text, item->cells[0].length, 1);
    site_sink_char(&address, '\0');
    return address.data;
}

static void fill_related(site_view_t *view, const char *name, void *baton) {
    const site_views_item_t *item = baton;
    int i, k;

    for (i = 0; i < item->neighbours->nelts; i++) {
        const site_neighbours_t *neighbours = APR_ARRAY_IDX(item->neighbours, i, const site_neighbours_t *);
        site_view_t *related;

        if (!neighbours->rows->nelts)
            continue;
        related = site_view_item(view, name);
        site_view_text(related, "name", neighbours->relation->name);
        site_view_text(related, "label", neighbours->relation->target->plural);
        site_view_text(related, "url", all_of(site_view_pool(view), item, neighbours));
        site_view_flag(related, "more", neighbours->more);
        for (k = 0; k < neighbours->rows->nelts; k++)
            add_neighbour(related, item, neighbours->relation->target,
                          &APR_ARRAY_IDX(neighbours->rows, k, const site_neighbour_t));
    }
}

void site_views_item(site_view_t *view, const site_views_item_t *item) {
    const site_resource_t *resource = item->resource;
    apr_pool_t *pool = site_view_pool(view);
    site_sink_t address;

    site_sink_init(&address, pool, 64, 0);
    site_url_list(&address, item->urls, resource);
    site_view_text(view, "name", resource->name);
    site_view_text(view, "singular", resource->singular);
    site_view_text(view, "plural", resource->plural);
    site_view_text(view, "comment", resource->comment);
    site_view_text_of(view, "list_url", address.data, address.used);
    site_views_row(site_view_item(view, "row"), item);
    if (item->neighbours)
        site_view_later(view, "related", fill_related, apr_pmemdup(pool, item, sizeof *item));
}
