/* address: the canonical address of what a request asks an API for.
 *
 * One resource, row or form has many spellings (`/books`, `/books.json`, `//books/`, `/%62ooks/`, `/books/007/`). httpd
 * finds the configuration of a request by comparing r->uri with <Location> sections, so r->uri is made canonical before
 * the walk that decides: in every request, subrequest and internal redirect. What the client wrote is kept for the
 * representation, for links and for the access log.
 */
#ifndef SITE_HTTPD_ADDRESS_H
#define SITE_HTTPD_ADDRESS_H

#include "core/error.h"
#include "core/route.h"

#include <httpd.h>

typedef struct site_address_t {
    const char *uri;       /* canonical, as httpd keeps it in r->uri: decoded, but for the slashes of a name or key */
    const char *asked_uri; /* r->uri as it was before */
    const char *encoded;   /* the path that was asked for, encoded */
    const char *below;     /* the rest of `encoded` below the API's path */
    const site_api_t *api; /* the snapshot that decided; NULL: not needed to decide, or `error` */
    site_error_t *error;   /* why there is no snapshot: a 503 */
    site_route_t route;    /* as asked: with its format */
} site_address_t;

/* The address of this request; NULL: r->uri is not the canonical one that the configuration was found by. */
const site_address_t *site_address_of(request_rec *r);

/* The canonical address of the row of r's address whose key is this text. */
const char *site_address_of_row(request_rec *r, const site_api_spec_t *spec, const char *key, apr_size_t length);

/* Whether the same sections of the configuration hold for `uri`, a canonical address, as for r->uri. */
int site_address_has_same_rules(request_rec *r, const char *uri);

/* The same for what is no API's: `uri` is the canonical one. Before map_to_storage. */
void site_address_rename(request_rec *r, const char *uri);

/* Hook: map_to_storage. Makes r->uri canonical where an API answers, and spares the walk over the disk there. */
int site_address_settle(request_rec *r);

/* Hook: log_transaction, before the access log. Gives r->uri back as it was asked. */
int site_address_restore(request_rec *r);

#endif
