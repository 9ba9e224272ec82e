#include "httpd/session.h"

#include "core/key.h"
#include "httpd/account.h"
#include "httpd/origin.h"

#include <apr_strings.h>
#include <string.h>

enum { BYTES = 32 };

/* The first cookie of that name; NULL: none, or one that is no key of ours. */
static const char *cookie(const request_rec *r, const char *name) {
    const char *text = apr_table_get(r->headers_in, "Cookie");
    apr_size_t length = strlen(name);

    while (text && *text) {
        text += strspn(text, "; \t");
        if (strncmp(text, name, length) == 0 && text[length] == '=') {
            const char *value = text + length + 1;
            apr_size_t size = strcspn(value, "; \t");

            if (size != 2 * BYTES || strspn(value, "0123456789abcdef") < size)
                return NULL;
            return apr_pstrmemdup(r->pool, value, size);
        }
        text += strcspn(text, ";");
    }
    return NULL;
}

/* `value` NULL: taken back. `lifetime` 0: until the browser is closed. */
static void set_cookie(request_rec *r, const char *name, const char *value, int lifetime, int hidden) {
    const char *age = value && !lifetime ? "" : apr_psprintf(r->pool, "; Max-Age=%d", value ? lifetime : 0);
    const char *prefix = site_origin_prefix(r);

    apr_table_addn(r->err_headers_out, "Set-Cookie",
                   apr_pstrcat(r->pool, name, "=", value ? value : "", "; Path=", *prefix ? prefix : "/", age,
                               "; SameSite=Lax", hidden ? "; HttpOnly" : "",
                               strncmp(site_origin(r), "https:", 6) == 0 ? "; Secure" : "", NULL));
}

static const char *session_token(request_rec *r, const char *id) {
    return site_key_sign(r->pool, id, "csrf");
}

static site_error_t *csrf_failed(request_rec *r, const char *reason) {
    return site_error_make(r->pool, HTTP_FORBIDDEN, "csrf_failed", NULL, "CSRF Failed: %s", reason);
}

site_error_t *site_csrf_compare(request_rec *r, const char *shown, const char *token) {
    return site_key_same(site_key_unmask(r->pool, shown, strlen(token)), token)
               ? NULL
               : csrf_failed(r, "CSRF token missing or incorrect.");
}

/* Of two that say it, the newer one: what has no Origin may have Sec-Fetch-Site, and only what has neither has to be asked where it
 * comes from. None of them is there: no browser. */
site_error_t *site_csrf_check_origin(request_rec *r) {
    const char *origin = apr_table_get(r->headers_in, "Origin"), *own = site_origin(r);
    const char *site = apr_table_get(r->headers_in, "Sec-Fetch-Site");
    const char *referer = apr_table_get(r->headers_in, "Referer");
    apr_size_t length = strlen(own) - strlen(site_origin_prefix(r));

    if (origin && (strlen(origin) != length || strncasecmp(origin, own, length) != 0))
        return csrf_failed(
            r, apr_psprintf(r->pool, "Origin checking failed - %s does not match any trusted origins.", origin));
    if (!origin && site && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0)
        return csrf_failed(r, "Origin checking failed - the browser says that another site asked.");
    if (!origin && !site && referer &&
        (strncasecmp(referer, own, length) != 0 || (referer[length] && !strchr("/?#", referer[length]))))
        return csrf_failed(
            r, apr_psprintf(r->pool, "Referer checking failed - %s does not match any trusted origins.", referer));
    return NULL;
}

int site_session_wanted(const request_rec *r, const site_access_t *access) {
    return access->sessions && access->sessions->table && cookie(r, SITE_SESSION_COOKIE);
}

static const char *user_of(request_rec *r, const site_access_t *access, const char *id, site_error_t **error) {
    int active = 0;
    const char *user = site_account_of_key(r, access->sessions, access->users, id, &active, error);

    return active ? user : NULL;
}

static int is_form(const request_rec *r) {
    const char *type = apr_table_get(r->headers_in, "Content-Type");

    return type && (strncasecmp(type, "application/x-www-form-urlencoded", 33) == 0 ||
                    strncasecmp(type, "multipart/form-data", 19) == 0);
}

/* What changes something shows the session's token: in a header, or, where there is none, in the form that it sends. */
static site_error_t *check_token(request_rec *r, const char *id, site_identity_t *identity) {
    const char *shown = apr_table_get(r->headers_in, SITE_CSRF_HEADER), *token = session_token(r, id);
    site_error_t *error = site_csrf_check_origin(r);

    if (error)
        return error;
    if (!shown && r->method_number == M_POST && is_form(r)) {
        identity->unshown = token;
        return NULL;
    }
    return site_csrf_compare(r, shown, token);
}

/* A cookie of no session is no credentials, only an old cookie. */
site_error_t *site_session_identify(request_rec *r, const site_access_t *access, site_identity_t *identity) {
    const char *id = cookie(r, SITE_SESSION_COOKIE), *user;
    site_error_t *error;

    user = user_of(r, access, id, &error);
    if (!error && user && !site_access_is_safe(r))
        error = check_token(r, id, identity);
    if (error || !user)
        return error;
    identity->user = user;
    identity->by = SITE_BY_SESSION;
    return NULL;
}

/* Ends the session that the request came with, if any. */
static site_error_t *drop(request_rec *r, const site_access_t *access) {
    const char *id = cookie(r, SITE_SESSION_COOKIE), *hash = id ? site_key_hash(r->pool, id) : NULL;
    site_statement_t statement;

    if (!hash)
        return NULL;
    site_account_drop(r->pool, access->sessions, hash, &statement);
    return site_account_change(r, &statement);
}

site_error_t *site_session_begin(request_rec *r, const site_access_t *access, const char *user) {
    const site_keys_t *sessions = access->sessions;
    /* An id that was there before somebody signed in may be known to somebody else. */
    site_error_t *error = drop(r, access);
    const char *id;

    if (error)
        return error;
    id = site_account_new_key(r, sessions, access->users, user, BYTES, &error);
    if (error)
        return error;
    set_cookie(r, SITE_SESSION_COOKIE, id, sessions->lifetime, 1);
    set_cookie(r, SITE_CSRF_COOKIE, session_token(r, id), sessions->lifetime, 0);
    return NULL;
}

site_error_t *site_session_end(request_rec *r, const site_access_t *access) {
    site_error_t *error = drop(r, access);

    if (error)
        return error;
    set_cookie(r, SITE_SESSION_COOKIE, NULL, 0, 1);
    set_cookie(r, SITE_CSRF_COOKIE, NULL, 0, 0);
    return NULL;
}

/* What a form's token is compared with: the session's, else the browser's own cookie. */
static const char *expected_token(request_rec *r, const site_access_t *access) {
    return site_session_wanted(r, access) ? session_token(r, cookie(r, SITE_SESSION_COOKIE))
                                          : cookie(r, SITE_CSRF_COOKIE);
}

const char *site_csrf_token(request_rec *r, const site_access_t *access) {
    const char *token = expected_token(r, access);

    if (!token) {
        token = site_key_make(r->pool, BYTES);
        if (token)
            set_cookie(r, SITE_CSRF_COOKIE, token, 0, 0);
    }
    return token ? site_key_mask(r->pool, token) : NULL;
}

site_error_t *site_csrf_check(request_rec *r, const site_access_t *access, const char *token) {
    const char *expected = expected_token(r, access);
    site_error_t *error = site_csrf_check_origin(r);

    if (error)
        return error;
    if (!expected)
        return csrf_failed(r, "CSRF cookie not set.");
    return site_csrf_compare(r, token, expected);
}
