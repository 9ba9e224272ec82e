#include "httpd/pages.h"
#include "httpd/login.h"

#include "core/key.h"
#include "core/params.h"
#include "core/sink.h"
#include "db/account.h"
#include "httpd/basic.h"
#include "httpd/config.h"
#include "httpd/origin.h"
#include "httpd/session.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <http_protocol.h>
#include <string.h>

enum { MOST_BODY = 16384 };

typedef struct login_t {
    request_rec *r;
    const site_dir_t *dir;
    const site_params_t *form; /* of a POST */
    const char *next;          /* a path of ours */
    int out;                   /* signing out */
} login_t;

/* A path on this server; anything else could send the user to somebody else's page. */
static const char *safe_next(login_t *login, const char *next) {
    const char *c = next;

    /* Browsers leave out what is a control character, and take a backslash for a slash. */
    while (c && *c && !apr_iscntrl(*c) && *c != '\\')
        c++;
    if (!next || next[0] != '/' || next[1] == '/' || *c)
        return apr_pstrcat(login->r->pool, site_origin_prefix(login->r), "/", NULL);
    return next;
}

static int send_error(login_t *login, const site_error_t *error) {
    if (error->retry_after)
        apr_table_setn(login->r->err_headers_out, "Retry-After", apr_itoa(login->r->pool, error->retry_after));
    return site_pages_send_error(login->r, error);
}

/* The form, with a complaint above it. */
static int send_form(login_t *login, const char *complaint, const char *user) {
    const char *token = site_csrf_token(login->r, &login->dir->access);
    const char *title = login->out ? "Log out" : "Log in";
    site_view_t *view = site_pages_view(login->r, "login", title);

    if (!token)
        return HTTP_INTERNAL_SERVER_ERROR;
    site_pages_crumbs(login->r, view, title);
    /* Whoever has signed in or out does not want to be back here. */
    site_view_text(view, "login_url", NULL);
    if (login->out)
        site_view_text(view, "logout_url", NULL);
    site_view_flag(view, "noindex", 1);
    site_view_text(view, "complaint", complaint);
    site_view_text(view, "username", user);
    site_view_text(view, "csrf_name", SITE_CSRF_FIELD);
    site_view_text(view, "csrf_token", token);
    site_view_text(view, "next", login->next);
    site_view_flag(view, "out", login->out);
    return site_pages_send(login->r, HTTP_OK, "login.html", view);
}

/* As it may stand in a header: what is no ASCII, and blanks, percent-encoded. */
static const char *as_location(apr_pool_t *pool, const char *path) {
    site_sink_t sink;

    site_sink_init(&sink, pool, 2 * strlen(path) + 16, 0);
    for (; *path; path++) {
        if (*path > ' ' && *path <= '~')
            site_sink_char(&sink, *path);
        else
            site_sink_printf(&sink, "%%%02X", (unsigned char)*path);
    }
    site_sink_char(&sink, '\0');
    return sink.data;
}

static int redirect(login_t *login) {
    request_rec *r = login->r;

    /* 303: what follows is a GET, whatever this was. */
    apr_table_setn(r->headers_out, "Location", as_location(r->pool, login->next));
    r->status = HTTP_SEE_OTHER;
    ap_set_content_type(r, "text/html; charset=utf-8");
    ap_set_content_length(r, 0);
    return OK;
}

/* What a field holds, in memory of its own; what holds a NUL is nobody's name or password. */
static char *take_field(login_t *login, const char *name) {
    const site_param_t *field = site_params_last(login->form, name);
    char *value;

    if (!field || strlen(field->value) != field->value_length)
        return apr_pstrdup(login->r->pool, "");
    value = apr_pstrdup(login->r->pool, field->value);
    site_key_wipe(field->value, field->value_length);
    return value;
}

static int sign_in(login_t *login) {
    const site_access_t *access = &login->dir->access;
    const char *user = take_field(login, "username");
    char *password = take_field(login, "password");
    request_rec *r = login->r;
    site_error_t *error = site_basic_ask(r, access, &user, password);

    if (error && error->status == HTTP_UNAUTHORIZED)
        return send_form(
            login, "Please enter a correct user name and password. Note that both fields may be case-sensitive.", user);
    if (!error)
        error = site_session_begin(r, access, user);
    return error ? send_error(login, error) : redirect(login);
}

static int take_form(login_t *login) {
    const site_access_t *access = &login->dir->access;
    const char *text, *next;
    apr_size_t length;
    site_error_t *error = site_basic_read(login->r, MOST_BODY, &text, &length);

    if (!error)
        login->form = site_params_parse(login->r->pool, text, length, &error);
    if (login->form)
        site_key_wipe(text, length);
    if (!error)
        error = site_csrf_check(login->r, access, site_params_value(login->form, SITE_CSRF_FIELD));
    if (error)
        return send_error(login, error);
    next = site_params_value(login->form, "next");
    login->next = safe_next(login, next ? next : login->next);
    if (!login->out)
        return sign_in(login);
    error = site_session_end(login->r, access);
    return error ? send_error(login, error) : redirect(login);
}

static int ends_with(const char *text, const char *end) {
    apr_size_t length = strlen(text), tail = strlen(end);

    return length >= tail && strcmp(text + length - tail, end) == 0;
}

int site_login_handler(request_rec *r) {
    const site_params_t *query;
    site_error_t *error;
    login_t login;

    if (!r->handler || strcmp(r->handler, "site-login") != 0)
        return DECLINED;
    memset(&login, 0, sizeof login);
    login.r = r;
    login.dir = site_dir_of(r);
    if (login.dir->access.sessions && login.dir->access.sessions->table &&
        (ends_with(r->uri, "/login") || ends_with(r->uri, "/logout")))
        return site_origin_add_slash(r, r->parsed_uri.path);
    login.out = ends_with(r->uri, "/logout/");
    if (!login.dir->access.sessions || !login.dir->access.sessions->table ||
        (!login.out && !ends_with(r->uri, "/login/")))
        return HTTP_NOT_FOUND;
    apr_table_setn(r->headers_out, "Cache-Control", "no-store");
    apr_table_mergen(r->headers_out, "Vary", "Cookie");
    query = site_params_parse(r->pool, r->args, r->args ? strlen(r->args) : 0, &error);
    login.next = safe_next(&login, site_params_value(query, "next"));
    if (r->method_number == M_GET)
        return send_form(&login, NULL, NULL);
    if (r->method_number == M_POST)
        return take_form(&login);
    apr_table_setn(r->err_headers_out, "Allow", "GET, HEAD, POST");
    return HTTP_METHOD_NOT_ALLOWED;
}
