/* writer_html: rows -> a complete HTML page. It knows a sink and the resource, nothing of servers or connections.
 *
 * The frame, escaping and the form of values are core/html.h's. Pages work without script, on a phone and on paper.
 * `title` is the site's (SiteTitle); NULL: "mod_site".
 */
#ifndef SITE_CORE_WRITER_HTML_H
#define SITE_CORE_WRITER_HTML_H

#include "core/html.h"

/* A page of a collection: begin, each row (cells as for site_json_row), end. */
typedef struct site_html_list_t {
    const site_html_site_t *site;
    const site_urls_t *urls;
    const site_resource_t *resource;
    apr_int64_t count;           /* of all rows; < 0: unknown */
    apr_int64_t first;           /* number of the first row shown, from 1 */
    int rows;                    /* on this page */
    const char *next, *previous; /* absolute addresses, or NULL */
    const char *json;            /* the query of the same page as JSON: "?format=json&name=x"; NULL: there is none */
} site_html_list_t;

void site_html_list_begin(site_sink_t *sink, const site_html_list_t *list);
void site_html_list_row(site_sink_t *sink, const site_html_list_t *list, const site_cell_t *cells);
void site_html_list_end(site_sink_t *sink, const site_html_list_t *list);

/* One row. */
void site_html_item(site_sink_t *sink, const site_html_site_t *site, const site_urls_t *urls,
                    const site_resource_t *resource, const site_cell_t *cells);

/* The API root. */
void site_html_root(site_sink_t *sink, const site_html_site_t *site, const site_urls_t *urls, const site_api_t *api);

/* The front page: the site's title and description (or NULL), and the resources of its APIs (site_api_t *). `missing`
 * counts the APIs whose database has not been reachable yet: the page says so. */
void site_html_home(site_sink_t *sink, const site_html_site_t *site, const char *description,
                    const apr_array_header_t *apis, int missing);

/* An error: one sentence, or the messages of each field. */
void site_html_error(site_sink_t *sink, const site_html_site_t *site, int status, const site_error_t *error);

#endif
