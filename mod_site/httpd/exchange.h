/* exchange: one request of the API while it is answered: what was asked, and how it is to be told.
 *
 * Made by the handler, filled on the way, read by the operations (read, describe) and by reply. Lives in r->pool.
 */
#ifndef SITE_HTTPD_EXCHANGE_H
#define SITE_HTTPD_EXCHANGE_H

#include "core/accept.h"
#include "core/params.h"
#include "core/route.h"
#include "core/writer_json.h"
#include "httpd/config.h"

typedef struct site_exchange_t {
    request_rec *r;
    const site_dir_t *dir;
    const site_api_t *api;
    site_route_t route;
    site_settings_t settings; /* complete: the location's, and over them the resource's own */
    site_params_t *params;
    site_accept_t accept;
    site_urls_t urls;
    site_identity_t identity;
    const char *body; /* the request's; NULL: it has not been read yet (request_body) */
    apr_size_t body_length;
    site_error_t *oversized;              /* a page's form was too large: `body` is what could be kept; else NULL */
    struct site_submission_t *submission; /* what a page's form sent (form); NULL: none did */
    const char *self;                     /* absolute address of this page, without its query */
} site_exchange_t;

#endif
