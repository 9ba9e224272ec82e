#include "httpd/token.h"

#include "core/body.h"
#include "core/credentials.h"
#include "core/key.h"
#include "core/value.h"
#include "httpd/account.h"
#include "httpd/basic.h"
#include "httpd/config.h"
#include "httpd/origin.h"
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
    const char *token, *user = NULL;
    site_error_t *error = site_credentials_token(r->pool, header_of(r), &token);
    site_attempt_t *attempt;
    int active = 0;

    if (!error)
        error = site_throttle_attempt(r, access, &attempt);
    if (error)
        return error;
    user = site_account_of_key(r, access->tokens, access->users, token, &active, &error);
    site_throttle_conclude(attempt, !error && !user);
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

/* What OPTIONS tells of it: the words of DRF's ObtainAuthToken. */
static const char description[] =
    "{\"name\":\"Obtain Auth Token\",\"description\":\"\",\"renders\":[\"application/json\"],"
    "\"parses\":[\"application/x-www-form-urlencoded\",\"multipart/form-data\",\"application/json\"],"
    "\"actions\":{\"POST\":{"
    "\"username\":{\"type\":\"string\",\"required\":true,\"read_only\":false,\"label\":\"Username\"},"
    "\"password\":{\"type\":\"string\",\"required\":true,\"read_only\":false,\"label\":\"Password\"},"
    "\"token\":{\"type\":\"string\",\"required\":false,\"read_only\":true,\"label\":\"Token\"}}}}";

static site_error_t *wrong(request_rec *r, const char *field, const char *message) {
    return site_error_make(r->pool, HTTP_BAD_REQUEST, "invalid", field, "%s", message);
}

/* A text that has to be there; DRF trims all but a password. */
static const char *field(request_rec *r, const site_body_t *body, const char *name, int trim, site_error_t **errors) {
    const site_node_t *node = site_body_value(body, name);
    const char *message = NULL, *text = NULL;
    apr_size_t length;

    if (!node)
        message = "This field is required.";
    else if (node->kind == SITE_NODE_NULL)
        message = "This field may not be null.";
    else if (node->kind != SITE_NODE_STRING && node->kind != SITE_NODE_INTEGER && node->kind != SITE_NODE_FLOAT)
        message = "Not a valid string.";
    else if (node->surrogate)
        message = apr_psprintf(r->pool, "Surrogate characters are not allowed: U+%X.", (unsigned)node->surrogate);
    else if (strlen(node->text) != node->length)
        message = "Null characters are not allowed.";
    else {
        text = node->kind == SITE_NODE_STRING ? node->text : site_node_python(r->pool, node);
        text = trim ? site_value_strip(r->pool, text, strlen(text), &length) : text;
        if (!*text)
            message = "This field may not be blank.";
    }
    if (message)
        site_error_append(errors, wrong(r, name, message));
    return text;
}

static site_error_t *not_a_dictionary(request_rec *r, const site_node_t *root) {
    if (root->kind == SITE_NODE_NULL)
        return wrong(r, "non_field_errors", "No data provided");
    return wrong(r, "non_field_errors",
                 apr_psprintf(r->pool, "Invalid data. Expected a dictionary, but got %s.", site_node_type(root)));
}

static site_error_t *read_fields(request_rec *r, const char **user, char **password) {
    const char *text, *secret = NULL;
    site_body_t *body = NULL;
    apr_size_t length;
    site_error_t *error = site_basic_read(r, MOST_BODY, &text, &length);

    if (error)
        return error;
    error = site_request_body_parse(r, text, length, &body);
    if (!error && !body->by_name)
        error = not_a_dictionary(r, body->root);
    if (!error) {
        *user = field(r, body, "username", 1, &error);
        secret = field(r, body, "password", 0, &error);
    }
    if (secret) {
        *password = apr_pstrdup(r->pool, secret);
        site_key_wipe(secret, strlen(secret));
    }
    site_key_wipe(text, length);
    return error;
}

static site_error_t *hand_out(request_rec *r, const site_access_t *access, site_sink_t *reply) {
    const char *user = NULL, *token;
    char *password = NULL;
    site_error_t *error = read_fields(r, &user, &password);

    if (error)
        return error;
    error = site_basic_ask(r, access, &user, password);
    if (error && error->status == HTTP_UNAUTHORIZED)
        error = wrong(r, "non_field_errors", "Unable to log in with provided credentials.");
    if (error)
        return error;
    token = site_account_new_key(r, access->tokens, NULL, user, BYTES, &error);
    if (!error)
        site_sink_printf(reply, "{\"token\":\"%s\"}", token);
    return error;
}

/* It speaks JSON only. */
static site_error_t *negotiate(site_exchange_t *exchange) {
    request_rec *r = exchange->r;
    const char *name = exchange->settings.format_parameter, *format = NULL;
    site_error_t *error;

    exchange->params = site_params_parse(r->pool, r->args, r->args ? strlen(r->args) : 0, &error);
    if (*name)
        format = site_params_value(exchange->params, name);
    return site_accept_choose(r->pool, apr_table_get(r->headers_in, "Accept"), format && *format ? format : "json",
                              NULL, SITE_OFFER_ALL, &exchange->accept);
}

/* In the order in which DRF looks: negotiation, credentials, method, body. */
static site_error_t *serve(site_exchange_t *exchange, site_sink_t *body) {
    request_rec *r = exchange->r;
    site_error_t *error = negotiate(exchange);

    if (!error && exchange->accept.representation != SITE_REPRESENTATION_JSON)
        error = site_error_make(r->pool, HTTP_NOT_FOUND, "unknown_format", NULL, "Not found.");
    exchange->accept.representation = SITE_REPRESENTATION_JSON;
    if (!error)
        error = site_visit_of(r)->error;
    if (error)
        return error;
    if (r->method_number == M_POST)
        return hand_out(r, &exchange->dir->access, body);
    if (r->method_number != M_OPTIONS)
        return site_error_make(r->pool, HTTP_METHOD_NOT_ALLOWED, "method_not_allowed", NULL,
                               "Method \"%s\" not allowed.", r->method);
    site_sink_puts(body, description);
    return NULL;
}

int site_token_handler(request_rec *r) {
    site_exchange_t exchange;
    site_error_t *error;
    site_sink_t body;

    if (!r->handler || strcmp(r->handler, "site-token") != 0)
        return DECLINED;
    memset(&exchange, 0, sizeof exchange);
    exchange.r = r;
    exchange.dir = site_dir_of(r);
    if (!exchange.dir->access.tokens || !exchange.dir->access.tokens->table)
        return HTTP_NOT_FOUND;
    if (r->uri[0] && r->uri[strlen(r->uri) - 1] != '/')
        return site_origin_add_slash(r, r->parsed_uri.path);
    site_settings_init(&exchange.settings);
    site_settings_merge(&exchange.settings, &exchange.settings, &exchange.dir->settings);
    site_settings_complete(&exchange.settings);
    apr_table_setn(r->err_headers_out, "Allow", "POST, OPTIONS");
    /* The answer is a secret. */
    apr_table_setn(r->headers_out, "Cache-Control", "no-store");
    site_sink_init(&body, r->pool, 512, 0);
    error = serve(&exchange, &body);
    return error ? site_reply_error(&exchange, error) : site_reply_json(&exchange, HTTP_OK, &body);
}
