/* html: what every page is made of: escaped text, addresses, values, and the frame around the content.
 *
 * Whatever comes from outside goes through site_html_text(), and nothing else writes it. Addresses begin with a slash
 * and name no host: they hold behind any proxy.
 *
 * A page needs two files of its site: /static/site.css and /static/favicon.svg. It uses neither script nor inline style
 * (Content-Security-Policy: default-src 'self').
 */
#ifndef SITE_CORE_HTML_H
#define SITE_CORE_HTML_H

#include "core/writer_json.h"

/* Text, safe between tags and in quoted attributes. Bytes that are not UTF-8 become U+FFFD, control characters their
 * pictures (U+2400...). */
void site_html_text(site_sink_t *sink, const char *text, apr_size_t length);

/* The same, NUL-terminated. */
void site_html_puts(site_sink_t *sink, const char *text);

/* 8412 -> 8,412 */
void site_html_number(site_sink_t *sink, apr_int64_t number);

/* An absolute address from its path on. */
void site_html_address(site_sink_t *sink, const char *url);

/* The addresses of an API, of a collection and of an item: the very paths that site_json_root() and site_json_row()
 * give, escaped. */
void site_html_root_address(site_sink_t *sink, const site_urls_t *urls);
void site_html_list_address(site_sink_t *sink, const site_urls_t *urls, const site_resource_t *resource);
void site_html_item_address(site_sink_t *sink, const site_urls_t *urls, const site_resource_t *resource,
                            const site_cell_t *key);

/* Whether a row with this key has a page: an empty key would be the collection's address. */
static inline int site_html_has_page(const site_cell_t *key) {
    return key->text != NULL && key->length > 0;
}

/* --- the frame --- */

/* The site that a page belongs to. */
typedef struct site_html_site_t {
    const char *title;  /* NULL: "mod_site" */
    const char *prefix; /* the path that the site has for its visitors, without a last slash: "" or "/library" */
} site_html_site_t;

/* What stands around a page's content. Its place in the breadcrumbs is as deep as `urls`, `resource` and `key` say. */
typedef struct site_html_frame_t {
    const site_html_site_t *site;
    const char *title;               /* the page's; NULL: the site's alone */
    const site_urls_t *urls;         /* NULL: a page outside of any API */
    const site_resource_t *resource; /* or NULL */
    const site_cell_t *key;          /* of an item, follows the title; or NULL */
    const char *json;                /* the address of the same as JSON; or NULL */
    const char *kind;                /* a word for the style sheet: the body's class */
} site_html_frame_t;

void site_html_begin(site_sink_t *sink, const site_html_frame_t *frame);

/* The page's title and, of an item, its key. */
void site_html_title(site_sink_t *sink, const site_html_frame_t *frame);

void site_html_end(site_sink_t *sink, const site_html_frame_t *frame);

/* --- values (html_value.c) --- */

typedef enum site_html_style_t {
    SITE_HTML_SHORT, /* in a table: one line, cut when long */
    SITE_HTML_BARE,  /* the same without links: the text of a link */
    SITE_HTML_FULL   /* on the row's own page */
} site_html_style_t;

/* One value of a row, NULL included. */
void site_html_value(site_sink_t *sink, const site_urls_t *urls, const site_attribute_t *attribute,
                     const site_cell_t *cell, site_html_style_t style);

/* How an attribute's column looks: "n" a number, "m" code, "t" long text, "" anything else. */
const char *site_html_class(const site_attribute_t *attribute);

#endif
