#include "httpd/token.h"

#include "core/body.h"
#include "core/credentials.h"
#include "core/value.h"
#include "httpd/account.h"
#include "httpd/basic.h"
#include "httpd/config.h"
#include "httpd/log.h"
#include "httpd/reply.h"
#include "httpd/request_body.h"
#include "httpd/throttle.h"

#include <apr_strings.h>
#include <http_protocol.h>
#include <string.h>

enum {
    BYTES = 20, /* of a token, as DRF's have */
    MOST_BODY = 16384
};

static const char *header_of(const request_rec *r) {
    return apr_table_get(r->headers_in, "Authorization");
}

int site_token_wanted(const request_rec *r, const site_access_t *access) {
    return access->tokens && access->tokens->table &&
           (site_credentials_is(header_of(r), "Token") || site_credentials_is(header_of(r), "Bearer"));
}

static site_error_t *failed(request_rec *r, const char *message) {
    return site_error_make(r->pool, HTTP_UNAUTHORIZED, "authentication_failed", NULL, "%s", message);
}

site_error_t *site_token_identify(request_rec *r, const site_access_t *access, site_identity_t *identity) {
    const char *token, *user;
    site_error_t *error = site_credentials_word(r->pool, header_of(r), "token", "Token string", &token);
    int active;

    if (error)
        return error;
    user = site_account_of_key(r, access->tokens, access->users, token, &active, &error);
    if (error)
        return error;
    if (!user)
        return failed(r, "Invalid token.");
    if (!active)
        return failed(r, "User inactive or deleted.");
    identity->user = user;
    identity->by = SITE_BY_TOKEN;
    return NULL;
}

/* --- handing out --- */

static int is_type(const char *type, const char *name) {
    apr_size_t length = strcspn(type, "; \t");

    return length == strlen(name) && strncasecmp(type, name, length) == 0;
}

static site_error_t *read_body(request_rec *r, site_body_t **body) {
    const char *type = apr_table_get(r->headers_in, "Content-Type"), *text;
    apr_size_t length;
    site_error_t *error = site_request_body_read(r, MOST_BODY, &text, &length);

    if (error)
        return error;
    type = type ? type : "";
    if (!length)
        *body = site_body_empty(r->pool, 0);
    else if (is_type(type, "application/json"))
        error = site_body_read_json(r->pool, text, length, body);
    else if (is_type(type, "application/x-www-form-urlencoded"))
        error = site_body_read_form(r->pool, text, length, body);
    else
        error = site_error_make(r->pool, HTTP_UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", NULL,
                                "Unsupported media type \"%s\" in request.", type);
    return error;
}

/* A text that has to be there; DRF trims all but a password. */
static const char *field(request_rec *r, const site_body_t *body, const char *name, int trim, site_error_t **errors) {
    const site_node_t *node = site_body_value(body, name);
    const char *message = NULL, *text = NULL;

    if (!node)
        message = "This field is required.";
    else if (node->kind == SITE_NODE_NULL)
        message = "This field may not be null.";
    else if (node->kind != SITE_NODE_STRING && node->kind != SITE_NODE_INTEGER && node->kind != SITE_NODE_FLOAT)
        message = "Not a valid string.";
    else if (strlen(node->text) != node->length)
        message = "Null characters are not allowed.";
    else {
        text = node->text;
        if (trim) {
            apr_size_t length;

            text = site_value_strip(r->pool, node->text, node->length, &length);
        }
        if (!*text)
            message = "This field may not be blank.";
    }
    if (message)
        site_error_append(errors, site_error_make(r->pool, HTTP_BAD_REQUEST, "invalid", name, "%s", message));
    return text;
}

static site_error_t *hand_out(request_rec *r, const site_access_t *access, site_sink_t *reply) {
    const char *user, *password, *token;
    site_body_t *body = NULL;
    site_error_t *error = read_body(r, &body);

    if (error || !body)
        return error;
    if (!body->by_name)
        return site_error_make(r->pool, HTTP_BAD_REQUEST, "invalid", "non_field_errors",
                               "Invalid data. Expected a dictionary, but got %s.", site_node_type(body->root));
    user = field(r, body, "username", 1, &error);
    password = field(r, body, "password", 0, &error);
    if (error)
        return error;
    error = site_throttle_sign_in(r, access);
    if (error)
        return error;
    switch (site_basic_ask(r, access, user, password)) {
    case AUTH_GRANTED:
        break;
    case AUTH_DENIED:
    case AUTH_USER_NOT_FOUND:
        site_throttle_wrong(r, access);
        return site_error_make(r->pool, HTTP_BAD_REQUEST, "authorization", "non_field_errors",
                               "Unable to log in with provided credentials.");
    default:
        return site_error_make(r->pool, HTTP_INTERNAL_SERVER_ERROR, "error", NULL, "A server error occurred.");
    }
    token = site_account_new_key(r, access->tokens, user, BYTES, &error);
    if (!error)
        site_sink_printf(reply, "{\"token\":\"%s\"}", token);
    return error;
}

int site_token_handler(request_rec *r) {
    site_exchange_t exchange;
    site_error_t *error = NULL;
    site_sink_t body;

    if (!r->handler || strcmp(r->handler, "site-token") != 0)
        return DECLINED;
    memset(&exchange, 0, sizeof exchange);
    exchange.r = r;
    exchange.dir = site_dir_of(r);
    exchange.accept.representation = SITE_REPRESENTATION_JSON;
    if (!exchange.dir->access.tokens || !exchange.dir->access.tokens->table)
        return HTTP_NOT_FOUND;
    apr_table_setn(r->err_headers_out, "Allow", "POST, OPTIONS");
    /* The answer is a secret. */
    apr_table_setn(r->headers_out, "Cache-Control", "no-store");
    site_sink_init(&body, r->pool, 128, 0);
    if (r->method_number != M_POST)
        error = site_error_make(r->pool, HTTP_METHOD_NOT_ALLOWED, "method_not_allowed", NULL,
                                "Method \"%s\" not allowed.", r->method);
    else
        error = hand_out(r, &exchange.dir->access, &body);
    return error ? site_reply_error(&exchange, error) : site_reply_json(&exchange, HTTP_OK, &body);
}
