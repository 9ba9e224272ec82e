#include "httpd/visitor.h"

#include "core/params.h"
#include "core/url.h"
#include "db/account.h"
#include "httpd/access.h"
#include "httpd/config.h"
#include "httpd/identity.h"
#include "httpd/origin.h"

#include <apr_strings.h>
#include <string.h>

/* Outside of an API nobody asks for credentials in a header, so they are not looked at for a line at the end of a page. */
static const site_identity_t *identity_of(request_rec *r) {
    static const site_identity_t nobody = {NULL, SITE_BY_NOBODY, NULL};

    if (!site_dir_of(r)->api && apr_table_get(r->headers_in, "Authorization"))
        return &nobody;
    return &site_visit_of(r)->identity;
}

/* The address of one of both pages, and where to go from there: back. */
static const char *page_of(request_rec *r, const char *page, const char *name) {
    const char *prefix = site_origin_prefix(r);
    const char *here =
        apr_pstrcat(r->pool, prefix, r->unparsed_uri && *r->unparsed_uri == '/' ? r->unparsed_uri : "/", NULL);
    site_sink_t sink;

    site_sink_init(&sink, r->pool, 128, 0);
    site_sink_printf(&sink, "%s%s/%s/?next=", prefix, page, name);
    site_params_encode(&sink, here, strlen(here), 1);
    site_sink_char(&sink, '\0');
    return sink.data;
}

/* What says who looks at it is kept by nobody else. */
static void note_personal(request_rec *r) {
    const char *known = apr_table_get(r->headers_out, "Cache-Control");

    if (!known || strcmp(known, "no-cache") == 0)
        apr_table_setn(r->headers_out, "Cache-Control", "private, no-cache");
}

static void fill(site_view_t *view, const char *name, void *baton) {
    request_rec *r = baton;
    const site_keys_t *sessions = site_dir_of(r)->access.sessions;
    const site_identity_t *identity = identity_of(r);
    const char *page = sessions && sessions->table ? sessions->page : NULL;

    if (identity->user)
        note_personal(r);
    if (strcmp(name, "user") == 0)
        site_view_text(view, name, identity->user);
    else if (strcmp(name, "login_url") == 0)
        site_view_text(view, name, page && !identity->user ? page_of(r, page, "login") : NULL);
    else
        site_view_text(view, name, page && identity->by == SITE_BY_SESSION ? page_of(r, page, "logout") : NULL);
}

void site_visitor_show(request_rec *r, site_view_t *view) {
    const site_keys_t *sessions = site_dir_of(r)->access.sessions;
    const char *vary = apr_table_get(r->headers_out, "Vary");

    site_view_later(view, "user", fill, r);
    site_view_later(view, "login_url", fill, r);
    site_view_later(view, "logout_url", fill, r);
    if (sessions && sessions->table && !(vary && strstr(vary, "Cookie")))
        apr_table_mergen(r->headers_out, "Vary", "Cookie");
}

static void fill_methods(site_view_t *view, const char *name, void *baton) {
    static const struct {
        int method;
        const char *name;
    } methods[] = {{SITE_METHOD_POST, "POST"},
                   {SITE_METHOD_PUT, "PUT"},
                   {SITE_METHOD_PATCH, "PATCH"},
                   {SITE_METHOD_DELETE, "DELETE"}};
    site_exchange_t *exchange = baton;
    const char *text = NULL;
    apr_size_t i;

    for (i = 0; i < sizeof methods / sizeof *methods; i++) {
        /* Rows are made in a collection, and changed where they are. */
        if ((methods[i].method == SITE_METHOD_POST) != (exchange->route.kind == SITE_ROUTE_COLLECTION) ||
            !(exchange->settings.methods & methods[i].method) || !site_may(exchange, methods[i].method))
            continue;
        text = text ? apr_pstrcat(exchange->r->pool, text, ", ", methods[i].name, NULL) : methods[i].name;
    }
    site_view_text(view, name, text);
}

/* The forms by which he may do it. */
static void fill_form(site_view_t *view, const char *name, void *baton) {
    site_exchange_t *exchange = baton;
    int item = exchange->route.kind == SITE_ROUTE_ITEM;
    int methods = *name == 'n'   ? SITE_METHOD_POST
                  : *name == 'd' ? SITE_METHOD_DELETE
                                 : SITE_METHOD_PUT | SITE_METHOD_PATCH;
    const char *form = *name == 'n' ? "new" : *name == 'd' ? "delete" : "edit", *url = NULL;
    int method;

    for (method = SITE_METHOD_POST; method < SITE_METHODS_ALL && !url; method *= 2) {
        if (item == (*name != 'n') && method & methods & exchange->settings.methods && site_may(exchange, method))
            url = apr_pstrcat(exchange->r->pool, site_url_path(exchange->self), exchange->urls.query,
                              *exchange->urls.query ? "&" : "?", "_form=", form, NULL);
    }
    site_view_text(view, name, url);
}

void site_visitor_show_methods(site_exchange_t *exchange, site_view_t *view) {
    if (exchange->route.kind == SITE_ROUTE_COLLECTION || exchange->route.kind == SITE_ROUTE_ITEM)
        site_view_later(view, "methods", fill_methods, exchange);
    if (exchange->route.kind == SITE_ROUTE_COLLECTION)
        site_view_later(view, "new_url", fill_form, exchange);
    if (exchange->route.kind == SITE_ROUTE_ITEM) {
        site_view_later(view, "edit_url", fill_form, exchange);
        site_view_later(view, "delete_url", fill_form, exchange);
    }
}
