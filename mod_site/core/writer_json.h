/* writer_json: rows -> JSON (contract 5.12). It knows a sink and the resource, nothing of servers or connections. */
#ifndef SITE_CORE_WRITER_JSON_H
#define SITE_CORE_WRITER_JSON_H

#include "core/error.h"
#include "core/resource.h"

/* One cell in PostgreSQL's text format. */
typedef struct site_cell_t {
    const char *text; /* NUL-terminated; NULL: SQL's NULL */
    apr_size_t length;
} site_cell_t;

/* How addresses are written: base + "books" + "/" + key + tail. */
typedef struct site_urls_t {
    const char *base;            /* absolute, up to and with the API's last slash: "http://host/api/" */
    const char *item_tail;       /* after a key: "/", or ".json" */
    const char *collection_tail; /* after a resource's name */
    const char *query;           /* "?format=json" where the request carried it, else "" */
} site_urls_t;

/* One row as an object. cells[0] is the URL key, the shown attributes follow, as core/sql selects them. `url_attribute` is the name of the row's
 * own address, "" for none. Returns where, in a sink that grows, the members behind that address begin. */
apr_size_t site_json_row(site_sink_t *sink, const site_urls_t *urls, const site_resource_t *resource,
                         const char *url_attribute, const site_cell_t *cells);

/* One attribute's value. */
void site_json_value(site_sink_t *sink, const site_urls_t *urls, const site_attribute_t *attribute,
                     const site_cell_t *cell);

/* The address of a row, without quotes. */
void site_json_address(site_sink_t *sink, const site_urls_t *urls, const site_resource_t *resource, const char *key,
                       apr_size_t key_length);

/* `{"count":..,"next":..,"previous":..,"results":[` and `]}`. */
void site_json_page_begin(site_sink_t *sink, apr_int64_t count, const char *next, const char *previous);
/* `{"next":..,"previous":..,"results":[`: a page that is not counted. */
void site_json_keyset_begin(site_sink_t *sink, const char *next, const char *previous);
void site_json_page_end(site_sink_t *sink);

/* The API root: every resource's address. */
void site_json_root(site_sink_t *sink, const site_urls_t *urls, const site_api_t *api);

/* The body of an error: `{"detail":"..."}`, or `{"field":["...", ...], ...}`. */
void site_json_error(site_sink_t *sink, const site_error_t *error);

/* Compact JSON with every level indented by `indent` spaces, as json.dumps(indent=...) does. */
void site_json_indent(site_sink_t *sink, const char *json, apr_size_t length, int indent);

#endif
