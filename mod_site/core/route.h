/* route: URL path -> what it names (the URLs of DRF's DefaultRouter).
 *
 *   /                    the API root           /.json
 *   /books/              a collection           /books.json
 *   /books/42/           an item                /books/42.json
 *   /openapi.json        the API's description
 *   /docs/               the same for people
 *
 * A resource that is called `openapi` or `docs` has these addresses itself. An address that only lacks its last slash is sent there. The path is
 * read as the client wrote it, still encoded, so that a key may hold any character: its own slashes and dots are %2F and %2E. What follows a
 * last dot is a format, whether there is one or not, but for a closed address: there only what names a format is one, and none at all where
 * the section says that keys hold dots.
 */
#ifndef SITE_CORE_ROUTE_H
#define SITE_CORE_ROUTE_H

#include "core/resource.h"

typedef enum site_route_kind_t {
    SITE_ROUTE_NONE,  /* names nothing here */
    SITE_ROUTE_SLASH, /* names something once a slash is added */
    SITE_ROUTE_ROOT,
    SITE_ROUTE_COLLECTION,
    SITE_ROUTE_ITEM,
    SITE_ROUTE_OPENAPI,
    SITE_ROUTE_DOCS
} site_route_kind_t;

typedef struct site_route_t {
    site_route_kind_t kind;
    const site_resource_t *resource; /* COLLECTION and ITEM */
    const char *key;                 /* ITEM: decoded */
    apr_size_t key_length;
    const char *described; /* OPENAPI and DOCS, or SLASH where one is missing: the last part of their address */
    const char *format;    /* of the suffix: "json"; NULL: none */
} site_route_t;

/* `path`: what follows the API's own path, encoded, beginning with '/' (or empty). */
void site_route_find(apr_pool_t *pool, const site_api_t *api, const char *path, site_route_t *route);

/* Writes the address that all spellings of what `route` names have in common, from the API's path on, decoded as httpd
 * decodes it: only the slashes of a name or a key stay %2F. `key`: of an item, as its resource reads it. */
void site_route_write_canonical(site_sink_t *sink, const site_route_t *route, const char *key, apr_size_t key_length);

/* Writes an encoded path again as Django writes the address that it redirects to: everything decoded, then encoded where it must be; a
 * segment's own slashes and dots stay as they are, and what is not UTF-8 is no character but three. */
void site_route_write_path(site_sink_t *sink, const char *path);

/* The same for a query, of which only what may never stand in an address is encoded. */
void site_route_write_query(site_sink_t *sink, const char *query);

/* Writes a key as a path segment; `dots`: its dots as they are, unless it is nothing else. */
void site_route_write_key(site_sink_t *sink, const char *key, apr_size_t length, int dots);

#endif
