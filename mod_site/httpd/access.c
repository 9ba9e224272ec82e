#include "httpd/access.h"

#include "core/credentials.h"
#include "httpd/aside.h"
#include "httpd/basic.h"
#include "httpd/config.h"
#include "httpd/log.h"
#include "httpd/session.h"
#include "httpd/token.h"

#include <apr_strings.h>
#include <http_core.h>
#include <http_log.h>
#include <http_request.h>
#include <string.h>

void site_access_merge(site_access_t *result, const site_access_t *outer, const site_access_t *inner) {
    result->basic = inner->basic ? inner->basic : outer->basic;
    result->throttles = inner->throttles ? inner->throttles : outer->throttles;
    result->roles = inner->roles ? inner->roles : outer->roles;
    result->users = inner->users ? inner->users : outer->users;
    result->tokens = inner->tokens ? inner->tokens : outer->tokens;
    result->sessions = inner->sessions ? inner->sessions : outer->sessions;
    result->realm = inner->realm ? inner->realm : outer->realm;
}

static site_visit_t *visit_here(request_rec *r) {
    return site_known_of(r)->visit;
}

static site_visit_t *make_visit(request_rec *r) {
    site_visit_t *visit = apr_pcalloc(r->pool, sizeof *visit);

    site_known_of(r)->visit = visit;
    return visit;
}

int site_access_is_safe(const request_rec *r) {
    return r->method_number == M_GET || r->method_number == M_OPTIONS;
}

/* By the location's own ways. A header says more than a cookie: a client sets it on purpose. */
static site_error_t *identify(request_rec *r, const site_access_t *access, site_identity_t *identity) {
    if (site_basic_wanted(r, access))
        return site_basic_identify(r, access, identity);
    if (site_token_wanted(r, access))
        return site_token_identify(r, access, identity);
    return site_session_wanted(r, access) ? site_session_identify(r, access, identity) : NULL;
}

/* Some modules let everybody through under a name that is empty: that is nobody. */
static int has_user(request_rec *r) {
    if (r->user && !*r->user)
        r->user = NULL;
    return r->user != NULL;
}

/* Whom Apache has established wins. */
static void authenticate(request_rec *r, site_visit_t *visit) {
    static const char *const types[] = {NULL, NULL, "Basic", "Token", "Session"};

    if (has_user(r))
        return;
    visit->error = identify(r, &site_dir_of(r)->access, &visit->identity);
    if (visit->identity.user) {
        r->user = (char *)visit->identity.user;
        r->ap_auth_type = (char *)types[visit->identity.by];
    }
}

/* A user of Apache's. A session, a certificate or a ticket comes along with whatever a browser is made to ask; a header
 * that says who it is mostly does not. */
static void note_user(request_rec *r, site_visit_t *visit) {
    if (!has_user(r) || visit->identity.user)
        return;
    visit->identity.user = site_credentials_name(r->pool, r->user);
    visit->identity.by = SITE_BY_APACHE;
    if (!site_access_is_safe(r) && !apr_table_get(r->headers_in, "Authorization"))
        visit->error = site_csrf_check_origin(r);
}

static int ask_userless(request_rec *r, void *unused) {
    (void)unused;
    return ap_run_access_checker_ex(r);
}

/* Whether the request has credentials for the location's AuthType: Basic and Digest say so themselves, of others nobody
 * knows what they look at. */
static int shows_credentials(request_rec *r) {
    const char *type = ap_auth_type(r), *header = apr_table_get(r->headers_in, "Authorization");

    if (strcasecmp(type, "Basic") == 0 || strcasecmp(type, "Digest") == 0)
        return site_credentials_is(header, type);
    return header || apr_table_get(r->headers_in, "Cookie");
}

/* A header that nobody took. With a cookie it may only be old. */
static void note_refusal(request_rec *r, site_visit_t *visit) {
    if (apr_table_get(r->headers_in, "Authorization") && shows_credentials(r))
        visit->error = site_credentials_refused(r->pool);
}

/* `Require` wants a user, and an AuthType says how one is found: as httpd itself would go on. */
static int ask_apache_for_user(request_rec *r, site_visit_t *visit) {
    int status = ap_run_check_user_id(r);

    if (status == OK && has_user(r)) {
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
    note_refusal(r, visit);
    return OK;
}

typedef struct finding_t {
    apr_pool_t *pool; /* the request's own */
    const char *user, *type;
} finding_t;

static int ask_who(request_rec *r, void *baton) {
    finding_t *finding = baton;
    int status = ap_run_check_user_id(r);

    if (status == OK && has_user(r)) {
        finding->user = apr_pstrdup(finding->pool, r->user);
        finding->type = apr_pstrdup(finding->pool, r->ap_auth_type);
    }
    return status;
}

/* `Require` let the request in without asking who it is, and httpd would never know. Roles do, and what is shown; and
 * credentials that are wrong are wrong. Whoever has none is not troubled: no redirection, no cookie. */
static void find_user(request_rec *r, site_visit_t *visit) {
    apr_table_t *headers = apr_table_copy(r->pool, r->headers_out);
    apr_table_t *error_headers = apr_table_copy(r->pool, r->err_headers_out);
    finding_t finding = {r->pool, NULL, NULL};
    int status = site_aside(r, ask_who, &finding);

    if (finding.user) {
        r->user = (char *)finding.user;
        r->ap_auth_type = (char *)finding.type;
        note_user(r, visit);
        return;
    }
    if (status == HTTP_UNAUTHORIZED)
        note_refusal(r, visit);
    if (visit->error)
        return;
    r->headers_out = headers;
    r->err_headers_out = error_headers;
}

/* What httpd does between access_checker_ex and auth_checker, only that a denial is kept for later. */
static int ask_apache(request_rec *r, site_visit_t *visit) {
    int status;

    visit->asking = 1;
    /* Without a user no provider has anything to look up. */
    status = r->user ? site_aside(r, ask_userless, NULL) : ap_run_access_checker_ex(r);
    if (status == DECLINED && !r->user && ap_auth_type(r))
        status = ask_apache_for_user(r, visit);
    else if (status == OK && !r->user && ap_auth_type(r) && shows_credentials(r))
        find_user(r, visit);
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
    if (!dir || (!dir->api && !site_config_is_ours(r)))
        return DECLINED;
    visit = make_visit(r);
    note_user(r, visit);
    authenticate(r, visit);
    /* Wrong credentials are wrong, whatever `Require` would say without them. */
    return visit->error ? OK : ask_apache(r, visit);
}

/* A form of a session that has not shown its token is refused as well, but for the pages that ask for one themselves. */
int site_access_guard(request_rec *r) {
    const site_visit_t *visit = visit_here(r);
    const char *handler = r->handler ? r->handler : "";

    if (!visit || strcmp(handler, "site") == 0)
        return DECLINED;
    if (visit->denied || visit->error)
        return visit->denied ? visit->denied : visit->error->status;
    if (visit->identity.unshown && strcmp(handler, "site-login") != 0 && strcmp(handler, "site-token") != 0)
        return HTTP_FORBIDDEN;
    return DECLINED;
}

site_visit_t *site_visit_of(request_rec *r) {
    request_rec *from = r;
    site_visit_t *visit;

    do {
        visit = visit_here(from);
        if (visit)
            return visit;
        from = from->prev ? from->prev : from->main;
    } while (from);
    visit = make_visit(r);
    note_user(r, visit);
    authenticate(r, visit);
    return visit;
}

typedef struct method_t {
    int number;
    const char *name;
} method_t;

static const struct ap_logconf quiet = {.level = APLOG_CRIT};

static int ask_about_method(request_rec *r, void *baton) {
    const method_t *method = baton;

    /* Nobody has been denied anything yet: no line in the log. */
    r->log = &quiet;
    r->method_number = method->number;
    r->method = method->name;
    return ap_run_access_checker_ex(r);
}

static int ask_for_nobody(request_rec *r, void *unused) {
    (void)unused;
    r->log = &quiet;
    r->user = NULL;
    r->ap_auth_type = NULL;
    return ap_run_access_checker_ex(r);
}

/* A denial is not kept: nobody has asked. */
static int would(request_rec *r, site_visit_t *visit, site_aside_fn ask, void *baton) {
    int status;

    if (visit->asking)
        return 0;
    visit->asking = 1;
    status = site_aside(r, ask, baton);
    visit->asking = 0;
    return status == OK;
}

int site_access_allows(request_rec *r, site_visit_t *visit, int method_number, const char *method) {
    method_t other = {method_number, method};

    return would(r, visit, ask_about_method, &other);
}

int site_access_is_open(request_rec *r, site_visit_t *visit) {
    return visit->identity.user ? would(r, visit, ask_for_nobody, NULL) : !visit->denied;
}
