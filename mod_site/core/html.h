/* html: what tables and values are made of: escaped text, addresses, numbers for people.
 *
 * Whatever comes from outside goes through site_html_text(), and nothing else writes it. The pages around are templates
 * (core/template), which escape for themselves.
 */
#ifndef SITE_CORE_HTML_H
#define SITE_CORE_HTML_H

#include "core/labels.h"
#include "core/writer_json.h"

/* Text, safe between tags and in quoted attributes. Bytes that are not UTF-8 and code points that no document may hold
 * become U+FFFD, control characters their pictures (U+2400...), CR LF the end of a line. */
void site_html_text(site_sink_t *sink, const char *text, apr_size_t length);

/* The same replacements alone, without escaping: `text` itself when there are none, else a copy in `pool`. */
const char *site_html_clean(apr_pool_t *pool, const char *text, apr_size_t *length);

/* site_html_text() of a text that ends with NUL. */
void site_html_puts(site_sink_t *sink, const char *text);

/* 8412 -> 8,412 */
void site_html_number(site_sink_t *sink, apr_int64_t number);

/* The address of an item, as core/url writes it, escaped. */
void site_html_item_address(site_sink_t *sink, const site_urls_t *urls, const site_resource_t *resource,
                            const site_cell_t *key);

/* Whether a row with this key has a page: an empty key would be the collection's address. */
static inline int site_html_has_page(const site_cell_t *key) {
    return key->text != NULL && key->length > 0;
}

/* --- values (html_value.c) --- */

typedef enum site_html_style_t {
    SITE_HTML_SHORT, /* in a table: one line, cut when long */
    SITE_HTML_BARE,  /* the same without links: the text of a link */
    SITE_HTML_FULL   /* on the row's own page */
} site_html_style_t;

/* One value of a row, NULL included. `key`: the row's, where its files are to be had; `labels`: what its related rows are called; either
 * may be NULL. */
void site_html_value(site_sink_t *sink, const site_urls_t *urls, const site_attribute_t *attribute,
                     const site_cell_t *key, const site_cell_t *cell, const site_labels_t *labels,
                     site_html_style_t style);

/* How an attribute's column looks: "n" a number, "m" code, "t" long text, "" anything else. */
const char *site_html_class(const site_attribute_t *attribute);

#endif
