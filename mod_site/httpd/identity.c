#include "httpd/identity.h"

#include "core/rights.h"
#include "db/account.h"
#include "httpd/basic.h"
#include "httpd/request_body.h"
#include "httpd/role.h"
#include "httpd/session.h"

#include <apr_strings.h>
#include <http_core.h>
#include <string.h>

/* The first of the location's ways; or what the module that Apache authenticates with has set. */
const char *site_challenge(const site_exchange_t *exchange) {
    const site_access_t *access = &exchange->dir->access;
    request_rec *r = exchange->r;

    if (access->basic && access->basic->nelts > 0)
        return apr_pstrcat(r->pool, "Basic realm=\"", access->realm ? access->realm : "api", "\"", NULL);
    if (access->tokens && access->tokens->table)
        return "Token";
    return apr_table_get(r->err_headers_out, "WWW-Authenticate");
}

/* A 401 must say how to do better: where there is no such way, it is a 403. */
static site_error_t *settle(const site_exchange_t *exchange, site_error_t *error) {
    if (error && error->status == HTTP_UNAUTHORIZED && !site_challenge(exchange))
        error->status = HTTP_FORBIDDEN;
    return error;
}

static site_error_t *not_authenticated(const site_exchange_t *exchange) {
    return settle(exchange, site_error_make(exchange->r->pool, HTTP_UNAUTHORIZED, "not_authenticated", NULL,
                                            "Authentication credentials were not provided."));
}

static site_error_t *permission_denied(request_rec *r) {
    return site_error_make(r->pool, HTTP_FORBIDDEN, "permission_denied", NULL,
                           "You do not have permission to perform this action.");
}

int site_method(const request_rec *r) {
    switch (r->method_number) {
    case M_GET:
        return SITE_METHOD_GET;
    case M_POST:
        return SITE_METHOD_POST;
    case M_PUT:
        return SITE_METHOD_PUT;
    case M_PATCH:
        return SITE_METHOD_PATCH;
    case M_DELETE:
        return SITE_METHOD_DELETE;
    case M_OPTIONS:
        return SITE_METHOD_OPTIONS;
    default:
        return 0;
    }
}

static int is_about_body(const site_error_t *error) {
    return error->status == HTTP_BAD_REQUEST || error->status == HTTP_UNSUPPORTED_MEDIA_TYPE;
}

const site_error_t *site_denial(site_exchange_t *exchange, const site_error_t *error) {
    if (is_about_body(error) && exchange->body && exchange->identity.user &&
        !(site_granted(exchange) & site_method(exchange->r)))
        return permission_denied(exchange->r);
    if (error->status != HTTP_FORBIDDEN || exchange->identity.user || strcmp(error->code, "permission_denied") != 0 ||
        site_visit_of(exchange->r)->denied == HTTP_FORBIDDEN)
        return error;
    return not_authenticated(exchange);
}

/* A form of a session shows its token among its fields. */
static site_error_t *check_form(site_exchange_t *exchange, const char *token) {
    site_error_t *error = site_request_body_once(exchange, site_request_body_is_form(exchange));
    const site_node_t *field = NULL;
    site_body_t *body = NULL;

    if (error)
        return error;
    if (!site_request_body_parse(exchange->r, exchange->body, exchange->body_length, &body))
        field = site_body_value(body, SITE_CSRF_FIELD);
    /* Its token was not read. An empty form needs none, and nothing is written. */
    if (!field && exchange->oversized) {
        exchange->body = "";
        exchange->body_length = 0;
        return NULL;
    }
    return site_csrf_compare(exchange->r, field && field->kind == SITE_NODE_STRING ? field->text : NULL, token);
}

/* Whether who it is may stand in a cookie: then no cache may give one caller's answer to another. */
static int looks_at_cookies(const site_exchange_t *exchange) {
    const site_access_t *access = &exchange->dir->access;
    const char *type = ap_auth_type(exchange->r);

    return (access->sessions && access->sessions->table) ||
           (type && strcasecmp(type, "Basic") != 0 && strcasecmp(type, "Digest") != 0);
}

site_error_t *site_identify(site_exchange_t *exchange) {
    site_visit_t *visit = site_visit_of(exchange->r);

    if (!visit->error && visit->identity.unshown) {
        visit->error = check_form(exchange, visit->identity.unshown);
        visit->identity.unshown = NULL;
    }
    exchange->identity = visit->identity;
    if (looks_at_cookies(exchange))
        apr_table_mergen(exchange->r->headers_out, "Vary", "Cookie");
    return settle(exchange, visit->error);
}

/* Reading is for anyone whom Apache lets in; writing takes a name, even where Apache asks for none. */
site_error_t *site_permit(site_exchange_t *exchange) {
    request_rec *r = exchange->r;
    site_visit_t *visit = site_visit_of(r);
    int denied = visit->denied;

    if (!denied && !site_role_find(r, &exchange->dir->access, visit))
        denied = exchange->identity.user ? HTTP_FORBIDDEN : HTTP_UNAUTHORIZED;
    if (!denied && !exchange->identity.user && !site_access_is_safe(r))
        denied = HTTP_UNAUTHORIZED;
    if (denied == HTTP_UNAUTHORIZED)
        return not_authenticated(exchange);
    return denied ? permission_denied(r) : NULL;
}

static const site_rights_t *rights_of(site_exchange_t *exchange) {
    const site_resource_t *resource = exchange->route.resource;
    site_visit_t *visit = site_visit_of(exchange->r);

    if (!resource || !resource->table || !site_role_find(exchange->r, &exchange->dir->access, visit))
        return NULL;
    return site_rights_of(resource->table, visit->role);
}

int site_granted(site_exchange_t *exchange) {
    return site_rights_methods(rights_of(exchange));
}

int site_may(site_exchange_t *exchange, int method) {
    static const struct {
        int method, number;
        const char *name;
    } methods[] = {{SITE_METHOD_GET, M_GET, "GET"},          {SITE_METHOD_POST, M_POST, "POST"},
                   {SITE_METHOD_PUT, M_PUT, "PUT"},          {SITE_METHOD_PATCH, M_PATCH, "PATCH"},
                   {SITE_METHOD_DELETE, M_DELETE, "DELETE"}, {SITE_METHOD_OPTIONS, M_OPTIONS, "OPTIONS"}};
    apr_size_t i;

    for (i = 0; i < sizeof methods / sizeof *methods; i++) {
        if (methods[i].method == method)
            return (method == SITE_METHOD_GET || method == SITE_METHOD_OPTIONS || exchange->identity.user) &&
                   site_granted(exchange) & method &&
                   site_access_allows(exchange->r, site_visit_of(exchange->r), methods[i].number, methods[i].name);
    }
    return 0;
}

site_error_t *site_permit_method(site_exchange_t *exchange, int method) {
    if (site_may(exchange, method))
        return NULL;
    return exchange->identity.user ? permission_denied(exchange->r) : not_authenticated(exchange);
}
