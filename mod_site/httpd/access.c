#include "httpd/access.h"

#include "httpd/aside.h"
#include "httpd/basic.h"
#include "httpd/config.h"
#include "httpd/log.h"
#include "httpd/throttle.h"

#include <apr_strings.h>
#include <http_core.h>
#include <http_log.h>
#include <http_request.h>
#include <string.h>

void site_access_merge(site_access_t *result, const site_access_t *outer, const site_access_t *inner) {
    result->basic = inner->basic ? inner->basic : outer->basic;
    result->throttles = inner->throttles ? inner->throttles : outer->throttles;
    result->roles = inner->roles ? inner->roles : outer->roles;
    result->realm = inner->realm ? inner->realm : outer->realm;
}

static site_visit_t *visit_here(const request_rec *r) {
    return ap_get_module_config(r->request_config, &site_module);
}

static site_visit_t *make_visit(request_rec *r) {
    site_visit_t *visit = apr_pcalloc(r->pool, sizeof *visit);

    ap_set_module_config(r->request_config, &site_module, visit);
    return visit;
}

/* Whoever Apache has established wins; then the location's own ways, in the order in which DRF tries them. */
static void authenticate(request_rec *r, site_visit_t *visit) {
    const site_access_t *access = &site_dir_of(r)->access;

    if (!r->user && site_basic_wanted(r, access)) {
        visit->error = site_throttle_sign_in(r, access);
        if (visit->error)
            return;
        visit->error = site_basic_identify(r, access, &visit->identity);
        if (visit->error)
            site_throttle_wrong(r, access);
    }
    if (visit->identity.user) {
        r->user = (char *)visit->identity.user;
        r->ap_auth_type = (char *)"Basic";
    }
}

static void note_user(request_rec *r, site_visit_t *visit) {
    if (!r->user || visit->identity.user)
        return;
    visit->identity.user = r->user;
    visit->identity.by = SITE_BY_APACHE;
}

static int ask_userless(request_rec *r, void *unused) {
    (void)unused;
    return ap_run_access_checker_ex(r);
}

/* `Require` wants a user, and an AuthType says how one is found: as httpd itself would go on. */
static int ask_apache_for_user(request_rec *r, site_visit_t *visit) {
    int status = ap_run_check_user_id(r);

    if (status == OK && r->user) {
        note_user(r, visit);
        status = ap_run_auth_checker(r);
        if (status == OK)
            return OK;
        visit->denied = HTTP_FORBIDDEN;
        return status == HTTP_UNAUTHORIZED || status == HTTP_FORBIDDEN || status == DECLINED ? OK : status;
    }
    r->user = NULL;
    if (status != OK && status != DECLINED && status != HTTP_UNAUTHORIZED)
        return status; /* a redirection to a form, an error of its own */
    visit->denied = HTTP_UNAUTHORIZED;
    if (apr_table_get(r->headers_in, "Authorization"))
        visit->error =
            site_error_make(r->pool, HTTP_UNAUTHORIZED, "authentication_failed", NULL, "Invalid username/password.");
    return OK;
}

/* What httpd does between access_checker_ex and auth_checker, only that a denial is kept for later. */
static int ask_apache(request_rec *r, site_visit_t *visit) {
    int status;

    visit->asking = 1;
    /* Without a user no provider has anything to look up. */
    status = r->user ? site_aside(r, ask_userless, NULL) : ap_run_access_checker_ex(r);
    if (status == DECLINED && !r->user && ap_auth_type(r))
        status = ask_apache_for_user(r, visit);
    else if (status == DECLINED || status == HTTP_UNAUTHORIZED || status == HTTP_FORBIDDEN) {
        visit->denied = status == DECLINED && !r->user ? HTTP_UNAUTHORIZED : HTTP_FORBIDDEN;
        status = OK;
    }
    visit->asking = 0;
    return status;
}

int site_access_check(request_rec *r) {
    const site_dir_t *dir = site_dir_of(r);
    site_visit_t *visit = visit_here(r);

    if (visit && visit->asking)
        return DECLINED;
    if (!dir || !dir->api)
        return DECLINED;
    visit = make_visit(r);
    note_user(r, visit);
    authenticate(r, visit);
    /* Wrong credentials are wrong, whatever `Require` would say without them. */
    return visit->error ? OK : ask_apache(r, visit);
}

int site_access_guard(request_rec *r) {
    const site_visit_t *visit = visit_here(r);

    if (!visit || (!visit->error && !visit->denied) || (r->handler && strcmp(r->handler, "site") == 0))
        return DECLINED;
    return visit->denied ? visit->denied : visit->error->status;
}

site_visit_t *site_visit_of(request_rec *r) {
    const request_rec *from;
    site_visit_t *visit;

    for (from = r; from; from = from->prev ? from->prev : from->main) {
        visit = visit_here(from);
        if (visit)
            return visit;
    }
    visit = make_visit(r);
    note_user(r, visit);
    authenticate(r, visit);
    return visit;
}

typedef struct method_t {
    int number;
    const char *name;
} method_t;

static int ask_about_method(request_rec *r, void *baton) {
    static const struct ap_logconf quiet = {.level = APLOG_CRIT};
    const method_t *method = baton;

    /* Nobody has been denied anything yet: no line in the log. */
    r->log = &quiet;
    r->method_number = method->number;
    r->method = method->name;
    return ap_run_access_checker_ex(r);
}

int site_access_allows(request_rec *r, site_visit_t *visit, int method_number, const char *method) {
    method_t other = {method_number, method};
    int status;

    if (visit->asking)
        return 0;
    visit->asking = 1;
    status = site_aside(r, ask_about_method, &other);
    visit->asking = 0;
    return status == OK;
}
