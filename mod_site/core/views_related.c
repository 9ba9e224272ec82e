/* What a template sees of the one row on the other side of a relation: the fifth part of views.h. */
#include "core/url.h"
#include "core/views.h"

#include <apr_strings.h>
#include <string.h>

/* Whether the cell is the key that the related row's address has. */
static int is_key(const site_attribute_t *attribute) {
    const site_relation_t *relation = attribute->relation;
    const site_resource_t *target = relation ? site_attribute_target(attribute) : NULL;

    if (!target || relation->many || target->broken || target->internal || !target->key)
        return 0;
    return attribute->show == SITE_SHOW_LINK ||
           (attribute->show == SITE_SHOW_KEY && relation->key == target->key->column);
}

/* An attribute that is called so itself is that. */
static void add(site_view_t *view, const site_views_item_t *row, const site_attribute_t *attribute, const char *tail,
                const char *text) {
    const char *name = apr_pstrcat(site_view_pool(view), attribute->name, tail, NULL);

    if (!site_resource_attribute(row->resource, name))
        site_view_text(view, name, text);
}

void site_views_related(site_view_t *view, const site_views_item_t *row) {
    apr_pool_t *pool = site_view_pool(view);
    const site_cell_t *cell = row->cells + 1;
    int i;

    for (i = 0; i < row->resource->attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(row->resource->attributes, i, const site_attribute_t *);
        const char *label;
        site_sink_t address;

        if (!attribute->shown)
            continue;
        if (is_key(attribute) && site_html_has_page(cell)) {
            label = site_labels_find(row->labels, attribute, cell->text, cell->length);
            site_sink_init(&address, pool, 64, 0);
            site_url_item(&address, row->urls, site_attribute_target(attribute), cell);
            site_sink_char(&address, '\0');
            add(view, row, attribute, "_label", label ? label : cell->text);
            add(view, row, attribute, "_url", address.data);
        }
        cell++;
    }
}
