/* url: the addresses of an API's pages, from the path on: they name no host, and hold behind any proxy.
 *
 * They are the very paths that core/writer_json gives with a host in front.
 */
#ifndef SITE_CORE_URL_H
#define SITE_CORE_URL_H

#include "core/writer_json.h"

/* An absolute address from its path on; "/" when it has none. */
const char *site_url_path(const char *url);

/* The addresses of an API, of a collection and of an item. */
void site_url_root(site_sink_t *sink, const site_urls_t *urls);
void site_url_list(site_sink_t *sink, const site_urls_t *urls, const site_resource_t *resource);
void site_url_item(site_sink_t *sink, const site_urls_t *urls, const site_resource_t *resource, const site_cell_t *key);

#endif
