/* writer_html: rows -> a plain, complete HTML page. It knows a sink and the resource, nothing of servers or connections.
 *
 * All text is escaped. Pages are styled by /static/site.css, use neither script nor inline style (Content-Security-Policy), and
 * are good on a phone. `title` is the site's (SiteTitle); NULL: "mod_site".
 */
#ifndef SITE_CORE_WRITER_HTML_H
#define SITE_CORE_WRITER_HTML_H

#include "core/writer_json.h"

/* Text in HTML, safe between tags and in quoted attributes. */
void site_html_text(site_sink_t *sink, const char *text, apr_size_t length);

/* A page of a collection: begin, each row (cells as for site_json_row), end. */
typedef struct site_html_list_t {
    const char *title;
    const site_urls_t *urls;
    const site_resource_t *resource;
    apr_int64_t count;          /* of all rows */
    apr_int64_t first;          /* number of the first row shown, from 1 */
    int rows;                   /* on this page */
    const char *next, *previous; /* absolute addresses, or NULL */
} site_html_list_t;

void site_html_list_begin(site_sink_t *sink, const site_html_list_t *list);
void site_html_list_row(site_sink_t *sink, const site_html_list_t *list, const site_cell_t *cells);
void site_html_list_end(site_sink_t *sink, const site_html_list_t *list);

/* One row. */
void site_html_item(site_sink_t *sink, const char *title, const site_urls_t *urls, const site_resource_t *resource,
                    const site_cell_t *cells);

/* The API root. */
void site_html_root(site_sink_t *sink, const char *title, const site_urls_t *urls, const site_api_t *api);

/* The front page: the site's title and description, and the resources of each of its APIs. `apis` holds site_api_t *; bases[i] is where
 * apis[i] lives: "/api/". A database that cannot be reached yet leaves `apis` empty: the page says so. */
void site_html_home(site_sink_t *sink, const char *title, const char *description, const apr_array_header_t *apis);

/* An error: {"detail"} or the fields' messages. */
void site_html_error(site_sink_t *sink, const char *title, int status, const site_error_t *error);

#endif
