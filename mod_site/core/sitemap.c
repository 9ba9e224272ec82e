#include "core/sitemap.h"

#include "core/html.h"

#include <string.h>

static const char *outer_tag(site_sitemap_kind_t kind) {
    return kind == SITE_SITEMAP_INDEX ? "sitemapindex" : "urlset";
}

static const char *inner_tag(site_sitemap_kind_t kind) {
    return kind == SITE_SITEMAP_INDEX ? "sitemap" : "url";
}

/* "2024-05-01", "2024-05-01T12:00:00Z": other years have no date that a search engine reads. */
static int is_date(const char *text) {
    apr_size_t length = strlen(text);

    return (length == 10 || length == 20) && strspn(text, "0123456789") == 4 && text[4] == '-' && text[7] == '-' &&
           strspn(text, "0123456789-:TZ") == length;
}

void site_sitemap_begin(site_sink_t *sink, site_sitemap_kind_t kind) {
    site_sink_puts(sink, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<");
    site_sink_puts(sink, outer_tag(kind));
    site_sink_puts(sink, " xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
}

void site_sitemap_add(site_sink_t *sink, site_sitemap_kind_t kind, const char *address, const char *lastmod) {
    site_sink_char(sink, '<');
    site_sink_puts(sink, inner_tag(kind));
    site_sink_puts(sink, "><loc>");
    site_html_puts(sink, address);
    site_sink_puts(sink, "</loc>");
    if (lastmod && is_date(lastmod)) {
        site_sink_puts(sink, "<lastmod>");
        site_sink_puts(sink, lastmod);
        site_sink_puts(sink, "</lastmod>");
    }
    site_sink_puts(sink, "</");
    site_sink_puts(sink, inner_tag(kind));
    site_sink_puts(sink, ">\n");
}

void site_sitemap_end(site_sink_t *sink, site_sitemap_kind_t kind) {
    site_sink_puts(sink, "</");
    site_sink_puts(sink, outer_tag(kind));
    site_sink_puts(sink, ">\n");
}
