#include "core/url.h"

#include "core/params.h"
#include "core/route.h"

#include <string.h>

const char *site_url_path(const char *url) {
    const char *host = strstr(url, "://"), *path = host ? strchr(host + 3, '/') : url;

    return path ? path : "/";
}

void site_url_root(site_sink_t *sink, const site_urls_t *urls) {
    site_sink_puts(sink, site_url_path(urls->base));
    site_sink_puts(sink, urls->query);
}

static void write_name(site_sink_t *sink, const site_urls_t *urls, const site_resource_t *resource) {
    site_sink_puts(sink, site_url_path(urls->base));
    site_params_encode(sink, resource->name, strlen(resource->name), 0);
}

void site_url_list(site_sink_t *sink, const site_urls_t *urls, const site_resource_t *resource) {
    write_name(sink, urls, resource);
    site_sink_puts(sink, urls->collection_tail);
    site_sink_puts(sink, urls->query);
}

void site_url_item(site_sink_t *sink, const site_urls_t *urls, const site_resource_t *resource,
                   const site_cell_t *key) {
    write_name(sink, urls, resource);
    site_sink_char(sink, '/');
    site_route_write_key(sink, key->text, key->length, resource->key_dots);
    site_sink_puts(sink, urls->item_tail);
    site_sink_puts(sink, urls->query);
}
