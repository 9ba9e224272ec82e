/* sitemap: addresses -> the XML that search engines read (sitemaps.org, 0.9). */
#ifndef SITE_CORE_SITEMAP_H
#define SITE_CORE_SITEMAP_H

#include "core/sink.h"

enum { SITE_SITEMAP_MOST = 50000 }; /* addresses of one file, or files of one index */

typedef enum site_sitemap_kind_t { SITE_SITEMAP_PAGES, SITE_SITEMAP_INDEX } site_sitemap_kind_t;

void site_sitemap_begin(site_sink_t *sink, site_sitemap_kind_t kind);

/* One address, encoded as addresses are; `lastmod` may be NULL. What is no date is left out. */
void site_sitemap_add(site_sink_t *sink, site_sitemap_kind_t kind, const char *address, const char *lastmod);

void site_sitemap_end(site_sink_t *sink, site_sitemap_kind_t kind);

#endif
