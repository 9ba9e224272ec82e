/* The API's answers as pages: the second half of reply.h. */
#include "core/url.h"
#include "httpd/origin.h"
#include "httpd/pages.h"
#include "httpd/reply.h"
#include "httpd/visitor.h"

#include <apr_strings.h>
#include <httpd.h>
#include <string.h>

static const char *text_of(site_sink_t *sink) {
    site_sink_char(sink, '\0');
    return sink->data;
}

/* The API and the collection above the page, and the page itself: which a collection is only where it is shown. */
static void add_crumbs(const site_exchange_t *exchange, site_view_t *view, const char *page, const char *title) {
    const site_resource_t *resource = exchange->route.resource;
    apr_pool_t *pool = exchange->r->pool;
    site_sink_t address;

    if (!exchange->urls.base)
        return; /* it failed before it was known where this is */
    site_views_crumb(view, "Home", apr_pstrcat(pool, site_origin_prefix(exchange->r), "/", NULL));
    if (exchange->route.kind != SITE_ROUTE_ROOT) {
        site_sink_init(&address, pool, 64, 0);
        site_url_root(&address, &exchange->urls);
        site_views_crumb(view, "API", text_of(&address));
    }
    if (resource && (exchange->route.kind == SITE_ROUTE_ITEM || strcmp(page, "list") != 0)) {
        site_sink_init(&address, pool, 64, 0);
        site_url_list(&address, &exchange->urls, resource);
        site_views_crumb(view, resource->plural, text_of(&address));
    }
    site_views_crumb(view, title, NULL);
}

/* The address of the same as JSON, where a parameter asks for it. */
static const char *json_url(const site_exchange_t *exchange) {
    const char *format = exchange->settings.format_parameter;
    site_sink_t query;

    if (!*format || !exchange->params)
        return NULL;
    site_sink_init(&query, exchange->r->pool, 128, 0);
    site_params_write_with(&query, exchange->r->pool, exchange->params, format, "json");
    return text_of(&query);
}

site_view_t *site_reply_view(site_exchange_t *exchange, const char *page, const char *title) {
    site_view_t *view = site_pages_view(exchange->r, page, title);

    add_crumbs(exchange, view, page, title);
    site_view_text(view, "json_url", json_url(exchange));
    site_visitor_show_methods(exchange, view);
    return view;
}

site_sink_t *site_reply_item_page(site_exchange_t *exchange, const site_resource_t *resource, const site_cell_t *cells,
                                  const site_labels_t *labels, apr_array_header_t *neighbours) {
    site_views_item_t item = {&exchange->urls, resource, cells, labels, neighbours};
    site_view_t *view = site_reply_view(exchange, "item", site_views_label(exchange->r->pool, &item));

    site_views_item(view, &item);
    return site_pages_expand(exchange->r, "item.html", resource->name, view,
                             (apr_size_t)exchange->settings.answer_limit);
}

int site_reply_page(site_exchange_t *exchange, int status, const char *file, site_view_t *view) {
    const site_resource_t *resource = exchange->route.resource;
    apr_size_t limit = status == HTTP_OK ? site_reply_limit(exchange) : 0; /* an error's own page always fits */
    site_sink_t *body = site_pages_expand(exchange->r, file, resource ? resource->name : NULL, view, limit);

    return body ? site_reply_html(exchange, status, body) : HTTP_INTERNAL_SERVER_ERROR;
}
