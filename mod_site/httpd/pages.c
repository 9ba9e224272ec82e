#include "httpd/pages.h"

#include "core/accept.h"
#include "core/writer_json.h"
#include "httpd/access.h"
#include "httpd/assets.h"
#include "httpd/config.h"
#include "httpd/crawl.h"
#include "httpd/custom.h"
#include "httpd/identity.h"
#include "httpd/log.h"
#include "httpd/origin.h"
#include "httpd/reply.h"
#include "httpd/send.h"
#include "httpd/snapshot.h"
#include "httpd/templates.h"
#include "httpd/visitor.h"

#include <apr_strings.h>
#include <http_main.h>
#include <http_protocol.h>
#include <http_request.h>
#include <string.h>

/* What this server shows: what was declared in it, and, in a virtual host, what was in the main server, whose locations
 * it inherits. */
apr_array_header_t *site_pages_apis(request_rec *r) {
    const apr_array_header_t *all = site_config_apis(r->pool, ap_server_conf);
    apr_array_header_t *here = apr_array_make(r->pool, all->nelts, sizeof(const site_exposed_t *));
    int i;

    for (i = 0; i < all->nelts; i++) {
        const site_exposed_t *api = APR_ARRAY_IDX(all, i, const site_exposed_t *);

        if (api->server == r->server || api->server == ap_server_conf)
            APR_ARRAY_PUSH(here, const site_exposed_t *) = api;
    }
    return here;
}

/* What this page's own location says, else the first API that says it. */
static const char *title_of(request_rec *r, const apr_array_header_t *apis) {
    const char *title = site_dir_of(r)->title;
    int i;

    for (i = 0; !title && i < apis->nelts; i++)
        title = APR_ARRAY_IDX(apis, i, const site_exposed_t *)->dir->title;
    return title;
}

static const char *description_of(request_rec *r, const apr_array_header_t *apis) {
    const char *description = site_dir_of(r)->description;
    int i;

    for (i = 0; !description && i < apis->nelts; i++)
        description = APR_ARRAY_IDX(apis, i, const site_exposed_t *)->dir->description;
    return description;
}

/* --- pages --- */

/* The reference sends its pages so, and each says its character set itself. */
#define PAGE_TYPE "text/html"

site_view_t *site_pages_view(request_rec *r, const char *page, const char *title) {
    const apr_array_header_t *apis = site_pages_apis(r);
    site_view_t *view = site_view_make(r->pool, NULL);
    site_views_site_t site;

    site.title = title_of(r, apis);
    site.description = description_of(r, apis);
    site.prefix = site_origin_prefix(r);
    site.assets = site_assets_base(r);
    site_views_page(view, &site, page, title);
    site_visitor_show(r, view);
    return view;
}

void site_pages_crumbs(request_rec *r, site_view_t *view, const char *title) {
    site_views_crumb(view, "Home", apr_pstrcat(r->pool, site_origin_prefix(r), "/", NULL));
    site_views_crumb(view, title, NULL);
}

site_sink_t *site_pages_expand(request_rec *r, const char *file, const char *resource, site_view_t *view,
                               apr_size_t limit) {
    site_sink_t *sink = apr_palloc(r->pool, sizeof *sink);

    site_sink_init(sink, r->pool, 16384, limit);
    return site_templates_expand(r, file, resource, view, sink) || sink->status == APR_ENOSPC ? sink : NULL;
}

static int send_body(request_rec *r, int status, const char *type, const site_sink_t *body) {
    r->status = status;
    ap_set_content_type(r, type);
    ap_set_content_length(r, (apr_off_t)body->used);
    /* The page changes with the database, and a missing page may come. */
    if (!apr_table_get(r->headers_out, "Cache-Control"))
        apr_table_setn(r->headers_out, "Cache-Control", "no-cache");
    site_send_bytes(r, body->data, body->used);
    return OK;
}

int site_pages_send_body(request_rec *r, int status, const site_sink_t *body) {
    return send_body(r, status, PAGE_TYPE, body);
}

int site_pages_send(request_rec *r, int status, const char *file, site_view_t *view) {
    const site_sink_t *body = site_pages_expand(r, file, NULL, view, 0);

    return body && body->status == APR_SUCCESS ? site_pages_send_body(r, status, body) : HTTP_INTERNAL_SERVER_ERROR;
}

int site_pages_wants_json(request_rec *r) {
    const char *header = apr_table_get(r->headers_in, "Accept");
    site_accept_t accept;

    return header && ap_strcasestr(header, "application/json") &&
           !site_accept_choose(r->pool, header, NULL, NULL, SITE_OFFER_ALL, &accept) &&
           accept.representation == SITE_REPRESENTATION_JSON;
}

static int send_json(request_rec *r, const site_error_t *error) {
    site_sink_t body;

    site_sink_init(&body, r->pool, 256, 0);
    site_json_error(&body, error);
    apr_table_mergen(r->headers_out, "Vary", "Accept");
    return send_body(r, error->status, "application/json", &body);
}

int site_pages_send_error(request_rec *r, const site_error_t *error) {
    const char *title = site_views_status(error->status);
    site_view_t *view;

    if (error->retry_after)
        apr_table_setn(r->err_headers_out, "Retry-After", apr_itoa(r->pool, error->retry_after));
    if (site_pages_wants_json(r))
        return send_json(r, error);
    view = site_pages_view(r, "error", title);
    site_pages_crumbs(r, view, title);
    site_views_error(view, error->status, error);
    return site_pages_send(r, error->status, "error.html", view);
}

static int send_error(request_rec *r, int status, const char *code, const char *message) {
    return site_pages_send_error(r, site_error_make(r->pool, status, code, NULL, "%s", message));
}

/* --- what is there --- */

/* Who may not see an API is not told what is in it. A denial is kept for the handler (access.h), so both are asked. */
static int may_see(request_rec *r, const site_exposed_t *api) {
    request_rec *asked = ap_sub_req_lookup_uri(apr_pstrcat(r->pool, api->spec.path, "/", NULL), r, NULL);
    int seen = asked->status != HTTP_UNAUTHORIZED && asked->status != HTTP_FORBIDDEN;

    if (seen) {
        const site_visit_t *visit = site_visit_of(asked);

        seen = !visit->denied && !visit->error;
    }
    ap_destroy_sub_req(asked);
    return seen;
}

/* Fills all of `apis`, `missing` and `single`, whichever is asked for first. Without the database, something is missing. */
static void fill_apis(site_view_t *view, const char *name, void *baton) {
    request_rec *r = baton;
    const apr_array_header_t *here = site_pages_apis(r);
    int missing = 0, shown = 0, i;

    (void)name;
    for (i = 0; i < here->nelts; i++) {
        const site_exposed_t *exposed = APR_ARRAY_IDX(here, i, const site_exposed_t *);
        const site_api_t *api;
        site_urls_t *urls;
        site_error_t *error;

        if (!may_see(r, exposed))
            continue;
        api = site_snapshot_take(r->pool, r->server, &exposed->spec, &error);
        if (!api) {
            missing++;
            continue;
        }
        urls = apr_pcalloc(r->pool, sizeof *urls);
        urls->base = apr_pstrcat(r->pool, site_origin_prefix(r), exposed->spec.path, "/", NULL);
        urls->item_tail = urls->collection_tail = "/";
        urls->query = "";
        site_views_api(view, urls, api);
        shown++;
    }
    if (!shown)
        site_view_text(view, "apis", NULL);
    site_view_flag(view, "missing", missing);
    site_view_flag(view, "single", shown + missing == 1);
}

void site_pages_add_apis(request_rec *r, site_view_t *view) {
    site_view_later(view, "apis", fill_apis, r);
    site_view_later(view, "missing", fill_apis, r);
    site_view_later(view, "single", fill_apis, r);
}

/* --- the handler --- */

/* Who asks, and whether Apache lets him. */
static site_error_t *admit(request_rec *r, site_exchange_t *exchange) {
    site_error_t *error;

    memset(exchange, 0, sizeof *exchange);
    exchange->r = r;
    exchange->dir = site_dir_of(r);
    exchange->settings = exchange->dir->settings;
    site_settings_complete(&exchange->settings);
    exchange->accept.representation = SITE_REPRESENTATION_HTML;
    error = site_identify(exchange);
    if (error)
        return error;
    switch (site_visit_of(r)->denied) {
    case 0:
        return NULL;
    case HTTP_UNAUTHORIZED:
        return site_error_make(r->pool, site_challenge(exchange) ? HTTP_UNAUTHORIZED : HTTP_FORBIDDEN,
                               "not_authenticated", NULL, "Authentication credentials were not provided.");
    default:
        return site_error_make(r->pool, HTTP_FORBIDDEN, "permission_denied", NULL,
                               "You do not have permission to perform this action.");
    }
}

static int send_home(request_rec *r) {
    site_view_t *view = site_pages_view(r, "home", NULL);

    site_pages_add_apis(r, view);
    return site_pages_send(r, HTTP_OK, "home.html", view);
}

int site_pages(request_rec *r) {
    site_exchange_t exchange;
    site_error_t *error = admit(r, &exchange);
    int result;

    if (error)
        return site_reply_error(&exchange, error);
    result = site_custom(r, &exchange);
    if (result != DECLINED)
        return result;
    if (strcmp(r->uri, "/") != 0) {
        if (r->finfo.filetype != APR_NOFILE)
            return DECLINED;
        result = site_crawl(r);
        return result == DECLINED ? site_pages_not_found(r) : result;
    }
    if (r->method_number == M_GET)
        return send_home(r);
    apr_table_setn(r->err_headers_out, "Allow", "GET, HEAD");
    return send_error(r, HTTP_METHOD_NOT_ALLOWED, "method_not_allowed", "This page can only be read.");
}

int site_pages_not_found(request_rec *r) {
    return send_error(r, HTTP_NOT_FOUND, "not_found", "There is nothing at this address.");
}
