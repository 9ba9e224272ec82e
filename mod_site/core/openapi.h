/* openapi: a snapshot and its settings -> the OpenAPI 3.1 document of an API: what can be asked at which address, with every parameter,
 * body, answer and error.
 *
 * It says what the server does, and so it asks those who do it: parameters are those that core/filter_key finds, fields of bodies those of
 * core/field, values what core/format writes.
 *
 * Nothing of it belongs to one request but its head, which is written apart: the rest can be kept for as long as the snapshot lives.
 */
#ifndef SITE_CORE_OPENAPI_H
#define SITE_CORE_OPENAPI_H

#include "core/resource.h"

/* How a caller may say who it is. */
enum {
    SITE_OPENAPI_BASIC = 1,
    SITE_OPENAPI_TOKEN = 2,
    SITE_OPENAPI_SESSION = 4,
    SITE_OPENAPI_DIGEST = 8,    /* Apache's own, as is whatever else */
    SITE_OPENAPI_ANONYMOUS = 16 /* reading takes nobody */
};

typedef struct site_openapi_t {
    const site_api_t *api;
    const site_settings_t *settings; /* of the location; unset members are its defaults */
    unsigned ways;                   /* SITE_OPENAPI_* */
    int throttled;                   /* some request can be one too many */
} site_openapi_t;

typedef struct site_openapi_head_t {
    const char *title;       /* of the site; NULL: none */
    const char *description; /* NULL: none */
    const char *version;     /* of the document */
    const char *server;      /* the API's address, without its last slash: "/library/api" */
} site_openapi_head_t;

/* The document: its head, and right behind it all the rest. */
void site_openapi_head(site_sink_t *sink, const site_openapi_head_t *head);
void site_openapi_rest(site_sink_t *sink, const site_openapi_t *openapi);

/* Names for code that is generated: of each resource in their order, unlike any other in the document. "Book" stands for BookRequest,
 * PatchedBookRequest and PaginatedBookList, too. const char *, in `pool`. */
apr_array_header_t *site_openapi_names(apr_pool_t *pool, const site_api_t *api);

#endif
