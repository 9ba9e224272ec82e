#include "httpd/handler.h"
#include "core/prefer.h"
#include "httpd/address.h"
#include "httpd/describe.h"
#include "httpd/documentation.h"
#include "httpd/file.h"
#include "httpd/form.h"
#include "httpd/identity.h"
#include "httpd/origin.h"
#include "httpd/pages.h"
#include "httpd/read.h"
#include "httpd/reply.h"
#include "httpd/role.h"
#include "httpd/row_address.h"
#include "httpd/snapshot.h"
#include "httpd/throttle.h"
#include "httpd/write.h"

#include <apr_strings.h>
#include <http_core.h>
#include <http_protocol.h>
#include <string.h>

/* The value of the format parameter. One with a NUL inside names no format. */
static const char *format_of(const site_exchange_t *exchange) {
    const char *name = exchange->settings.format_parameter;
    const site_param_t *param = *name ? site_params_last(exchange->params, name) : NULL;

    if (!param)
        return NULL;
    return memchr(param->value, '\0', param->value_length) ? "?" : param->value;
}

static void make_urls(site_exchange_t *exchange, const char *below) {
    request_rec *r = exchange->r;
    const char *format = format_of(exchange);
    const char *root = apr_pstrcat(r->pool, site_origin(r), exchange->api->spec->path, NULL);
    site_sink_t query;

    exchange->urls.base = apr_pstrcat(r->pool, root, "/", NULL);
    exchange->urls.item_tail = exchange->urls.collection_tail =
        exchange->route.format ? apr_pstrcat(r->pool, ".", exchange->route.format, NULL) : "/";
    exchange->urls.query = "";
    if (format) {
        site_sink_init(&query, r->pool, 64, 0);
        site_sink_char(&query, '?');
        site_sink_puts(&query, exchange->settings.format_parameter);
        site_sink_char(&query, '=');
        site_params_encode(&query, format, strlen(format), 1);
        site_sink_char(&query, '\0');
        exchange->urls.query = query.data;
    }
    while (*below == '/' && below[1] == '/')
        below++;
    exchange->self = apr_pstrcat(r->pool, root, below, NULL);
}

static site_error_t *not_allowed(request_rec *r) {
    return site_error_make(r->pool, HTTP_METHOD_NOT_ALLOWED, "method_not_allowed", NULL, "Method \"%s\" not allowed.",
                           r->method);
}

/* What can be done at all with this kind of address. */
static int possible_methods(const site_exchange_t *exchange) {
    switch (exchange->route.kind) {
    case SITE_ROUTE_COLLECTION:
        return exchange->settings.methods & (SITE_METHOD_GET | SITE_METHOD_POST | SITE_METHOD_OPTIONS);
    case SITE_ROUTE_ITEM:
        return exchange->settings.methods & ~SITE_METHOD_POST;
    default:
        return SITE_METHOD_GET | SITE_METHOD_OPTIONS;
    }
}

/* Settings of the location, and over them the resource's own. */
static void settle(site_exchange_t *exchange) {
    site_settings_merge(&exchange->settings, &exchange->api->spec->settings, &exchange->dir->settings);
    site_resource_settle(exchange->route.resource, &exchange->settings);
}

/* The API as the caller's role sees it takes the place of the one by which the address was found. */
static void take_role(site_exchange_t *exchange) {
    site_visit_t *visit = site_visit_of(exchange->r);
    int strict = exchange->settings.strict;
    const site_api_t *api;

    if (!exchange->api->role_apis || visit->denied || !site_role_find(exchange->r, &exchange->dir->access, visit))
        return;
    api = site_api_of_role(exchange->api, visit->role);
    if (api == exchange->api)
        return;
    exchange->api = api;
    if (exchange->route.resource)
        exchange->route.resource = site_api_resource(api, exchange->route.resource->name);
    settle(exchange);
    exchange->settings.strict = strict;
}

/* Who may not read a resource's key has no addresses of its rows. */
static site_error_t *find_row(const site_exchange_t *exchange) {
    const site_resource_t *resource = exchange->route.resource;

    if (exchange->route.kind != SITE_ROUTE_ITEM || !resource || resource->key)
        return NULL;
    return site_error_make(exchange->r->pool, HTTP_NOT_FOUND, "not_found", NULL, "Not found.");
}

/* DRF's order: who it is, whether he may, and only then whether the method exists here. */
static int dispatch(site_exchange_t *exchange) {
    request_rec *r = exchange->r;
    site_error_t *error = site_identify(exchange);
    int result;

    if (!error) {
        take_role(exchange);
        error = site_form_take(exchange);
    }
    if (!error)
        error = site_permit(exchange);
    if (!error)
        take_role(exchange); /* a form may have been a method that this caller may use */
    if (!error)
        error = site_throttle_request(r, &exchange->dir->access, &exchange->identity);
    if (!error && !(site_method(r) & possible_methods(exchange)))
        error = not_allowed(r);
    if (!error && exchange->route.resource && exchange->route.resource->broken)
        error = site_error_make(r->pool, HTTP_SERVICE_UNAVAILABLE, "misconfigured", NULL,
                                "This resource is not available: its configuration does not fit the database.");
    if (!error)
        error = find_row(exchange);
    if (error)
        return site_reply_error(exchange, error);
    if (site_row_address(exchange, &result))
        return result;
    if (r->method_number == M_OPTIONS)
        return site_describe(exchange);
    if (r->method_number != M_GET)
        return site_write(exchange);
    if (site_form_page(exchange, &result) || site_file(exchange, &result))
        return result;
    if (exchange->route.kind == SITE_ROUTE_ROOT)
        return site_describe_root(exchange);
    if (!exchange->route.resource)
        return site_documentation(exchange);
    return exchange->route.kind == SITE_ROUTE_ITEM ? site_read_item(exchange) : site_read_collection(exchange);
}

/* `Prefer: handling=strict` (RFC 7240, 4.4): traps are told for this request, whatever the site's default. */
static void read_preferences(site_exchange_t *exchange) {
    request_rec *r = exchange->r;
    const char *prefer = apr_table_get(r->headers_in, "Prefer");

    if (!prefer)
        return;
    apr_table_mergen(r->headers_out, "Vary", "Prefer");
    if (!site_prefers(prefer, "handling=strict") && !site_prefers(prefer, "handling=lenient"))
        return;
    exchange->settings.strict = site_prefers(prefer, "handling=strict");
    apr_table_mergen(r->err_headers_out, "Preference-Applied",
                     exchange->settings.strict ? "handling=strict" : "handling=lenient");
}

/* Negotiation comes first: it also decides in which form errors are told. */
static int serve(site_exchange_t *exchange, const char *below) {
    request_rec *r = exchange->r;
    site_error_t *error, *refused;

    exchange->params = site_params_parse(r->pool, r->args, r->args ? strlen(r->args) : 0, &error);
    settle(exchange);
    make_urls(exchange, below);
    site_reply_headers(exchange);
    read_preferences(exchange);
    refused = site_documentation_accepts(exchange)
                  ? NULL
                  : site_accept_choose(r->pool, apr_table_get(r->headers_in, "Accept"), exchange->route.format,
                                       format_of(exchange), exchange->settings.representations, &exchange->accept);
    if (refused || error)
        return site_reply_error(exchange, refused ? refused : error);
    return dispatch(exchange);
}

static int serve_api(request_rec *r, const site_dir_t *dir) {
    const site_address_t *address = site_address_of(r);
    site_exchange_t *exchange;
    site_error_t *error;

    /* Another module has led the request here behind the walk over locations: their rules have not been applied. */
    if (!address)
        return HTTP_NOT_FOUND;
    exchange = apr_pcalloc(r->pool, sizeof *exchange);
    exchange->r = r;
    exchange->dir = dir;
    exchange->api = address->api;
    exchange->route = address->route;
    error = address->error;
    if (!exchange->api && !error)
        exchange->api = site_snapshot_take(r->pool, r->server, dir->api, &error);
    if (!exchange->api) {
        site_settings_merge(&exchange->settings, &dir->api->settings, &dir->settings);
        site_settings_complete(&exchange->settings);
        return site_reply_error(exchange, error);
    }
    if (exchange->route.kind == SITE_ROUTE_SLASH)
        return site_origin_add_slash(r, address->encoded);
    if (exchange->route.kind == SITE_ROUTE_NONE)
        return ap_strstr_c(r->uri, "%2F") || ap_strstr_c(r->uri, "%2f") ? HTTP_NOT_FOUND : site_pages_not_found(r);
    return serve(exchange, address->below);
}

int site_handler(request_rec *r) {
    const site_dir_t *dir;

    if (!r->handler || strcmp(r->handler, "site") != 0)
        return DECLINED;
    dir = site_dir_of(r);
    return dir->api ? serve_api(r, dir) : site_pages(r);
}
