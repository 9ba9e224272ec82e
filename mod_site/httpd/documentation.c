#include "httpd/documentation.h"

#include "core/digest.h"
#include "core/etag.h"
#include "core/openapi.h"
#include "core/views.h"
#include "db/account.h"
#include "httpd/log.h"
#include "httpd/origin.h"
#include "httpd/reply.h"
#include "httpd/send.h"

#include <apr_strings.h>
#include <http_core.h>
#include <http_protocol.h>
#include <string.h>

enum { DIGEST = 32 }; /* characters of site_digest() */

int site_documentation_accepts(site_exchange_t *exchange) {
    request_rec *r = exchange->r;

    switch (exchange->route.kind) {
    case SITE_ROUTE_DOCS:
        exchange->accept.representation = SITE_REPRESENTATION_HTML;
        return 1;
    case SITE_ROUTE_OPENAPI:
        /* Only the indentation is the client's choice. */
        if (site_accept_choose(r->pool, apr_table_get(r->headers_in, "Accept"), NULL, "json", SITE_OFFER_ALL,
                               &exchange->accept))
            memset(&exchange->accept, 0, sizeof exchange->accept);
        return 1;
    default:
        return 0;
    }
}

/* --- openapi.json --- */

/* How a caller of this location can say who it is. */
static unsigned ways_of(const site_exchange_t *exchange) {
    const site_access_t *access = &exchange->dir->access;
    const char *type = ap_auth_type(exchange->r);
    unsigned ways = 0;

    if ((access->basic && access->basic->nelts) || (type && strcasecmp(type, "Basic") == 0))
        ways |= SITE_OPENAPI_BASIC;
    if (type && strcasecmp(type, "Digest") == 0)
        ways |= SITE_OPENAPI_DIGEST;
    if (access->tokens && access->tokens->table)
        ways |= SITE_OPENAPI_TOKEN;
    if (access->sessions && access->sessions->table)
        ways |= SITE_OPENAPI_SESSION;
    if (site_access_is_open(exchange->r, site_visit_of(exchange->r)))
        ways |= SITE_OPENAPI_ANONYMOUS;
    return ways;
}

/* All but the head, its digest in front. It is the same for every request, so that it is made once for each snapshot; where a section around
 * this very address says something else, it is made for the request. */
static const char *rest_of(site_exchange_t *exchange, apr_size_t *length) {
    const site_access_t *access = &exchange->dir->access;
    apr_pool_t *pool = exchange->r->pool;
    site_openapi_t openapi;
    const char *key, *kept;
    site_sink_t sink;

    openapi.api = exchange->api;
    openapi.settings = &exchange->settings;
    openapi.ways = ways_of(exchange);
    openapi.throttled = access->throttles && access->throttles->nelts > 0;
    key = apr_psprintf(pool, "%u %d %s", openapi.ways, openapi.throttled, site_settings_text(pool, openapi.settings));
    kept = site_keepsake_find(exchange->api->document, key, length);
    if (kept)
        return kept;
    site_sink_init(&sink, pool, 256 * 1024, 0);
    sink.used = DIGEST;
    site_openapi_rest(&sink, &openapi);
    if (sink.status != APR_SUCCESS) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, sink.status, exchange->r,
                      "SITE0160: the description of the API could not be written");
        return NULL;
    }
    memcpy(sink.data, site_digest(pool, sink.data + DIGEST, sink.used - DIGEST), DIGEST);
    site_keepsake_keep(exchange->api->document, key, sink.data, sink.used);
    *length = sink.used;
    return sink.data;
}

/* By its registered name where the client knows it. */
static const char *type_of(const request_rec *r) {
    const char *accept = apr_table_get(r->headers_in, "Accept");

    return accept && ap_strcasestr(accept, "application/openapi+json") ? "application/openapi+json; version=3.1"
                                                                       : "application/json";
}

static void write_head(const site_exchange_t *exchange, const char *digest, site_sink_t *sink) {
    request_rec *r = exchange->r;
    site_openapi_head_t head;

    head.title = exchange->dir->title;
    head.description = exchange->dir->description;
    head.version = apr_pstrndup(r->pool, digest, 8);
    head.server = apr_pstrcat(r->pool, site_origin_prefix(r), exchange->api->spec->path, NULL);
    site_sink_init(sink, r->pool, 8192, 0);
    site_openapi_head(sink, &head);
}

/* Sets the validator. Returns whether the client has what it stands for. */
static int is_known(request_rec *r, const char *etag) {
    const char *known = apr_table_get(r->headers_in, "If-None-Match");

    apr_table_setn(r->headers_out, "ETag", etag);
    return known && site_etag_is_listed(known, etag);
}

static int send_openapi(site_exchange_t *exchange) {
    request_rec *r = exchange->r;
    apr_size_t length;
    const char *rest = rest_of(exchange, &length);
    site_sink_t whole, indented;

    if (!rest)
        return HTTP_INTERNAL_SERVER_ERROR;
    write_head(exchange, rest, &whole);
    apr_table_setn(r->headers_out, "Cache-Control", "no-cache");
    if (is_known(r, apr_psprintf(r->pool, "\"%.*s-%s-j%d\"", DIGEST / 2, rest,
                                 apr_pstrndup(r->pool, site_digest(r->pool, whole.data, whole.used), DIGEST / 2),
                                 exchange->accept.indent)))
        return HTTP_NOT_MODIFIED;
    ap_set_content_type(r, type_of(r));
    if (exchange->accept.indent) {
        site_sink_write(&whole, rest + DIGEST, length - DIGEST);
        site_sink_init(&indented, r->pool, whole.used * 2, 0);
        site_json_indent(&indented, whole.data, whole.used, exchange->accept.indent);
        whole = indented;
        length = DIGEST;
    }
    ap_set_content_length(r, (apr_off_t)(whole.used + length - DIGEST));
    site_send_bytes(r, whole.data, whole.used);
    site_send_bytes(r, rest + DIGEST, length - DIGEST);
    return OK;
}

/* --- docs/ --- */

/* Swagger UI's style sheet has its pictures in itself: they are all that this page is allowed beyond what every page is. */
#define POLICY                                                                                                         \
    "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "          \
    "object-src 'none'"

static int send_docs(site_exchange_t *exchange) {
    request_rec *r = exchange->r;
    site_view_t *view = site_reply_view(exchange, "docs", "API documentation");

    site_views_api(view, &exchange->urls, exchange->api);
    site_view_text(view, "document_url",
                   apr_pstrcat(r->pool, site_origin_prefix(r), exchange->api->spec->path, "/openapi.json", NULL));
    site_view_text(view, "json_url", NULL);
    apr_table_setn(r->err_headers_out, "Content-Security-Policy", POLICY);
    apr_table_setn(r->headers_out, "Cache-Control", "no-cache");
    return site_reply_page(exchange, HTTP_OK, "docs.html", view);
}

int site_documentation(site_exchange_t *exchange) {
    return exchange->route.kind == SITE_ROUTE_DOCS ? send_docs(exchange) : send_openapi(exchange);
}
