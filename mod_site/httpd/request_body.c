#include "httpd/request_body.h"
#include "core/header.h"
#include "core/latin1.h"
#include "core/params.h"
#include "httpd/unread.h"

#include <apr_strings.h>
#include <http_core.h>
#include <http_protocol.h>
#include <string.h>
#include <util_filter.h>

enum { PIECE = 8192 };

/* A body while it is read. */
typedef struct intake_t {
    request_rec *r;
    apr_size_t limit;
    const char *form; /* the Content-Type of a form whose files may be dropped; NULL: nothing may */
    char *data;
    apr_size_t used, size;
    int dropped; /* files were */
    int ended;
    site_may_wait_fn may_wait; /* NULL: it may */
    void *baton;
    site_error_t *refusal; /* may_wait's */
} intake_t;

/* In the largest unit that says it exactly. */
static const char *bytes_text(apr_pool_t *pool, apr_size_t bytes) {
    if (bytes % 1048576 == 0)
        return apr_psprintf(pool, "%" APR_SIZE_T_FMT " MiB", bytes / 1048576);
    if (bytes % 1024 == 0)
        return apr_psprintf(pool, "%" APR_SIZE_T_FMT " KiB", bytes / 1024);
    return apr_psprintf(pool, "%" APR_SIZE_T_FMT " bytes", bytes);
}

/* httpd's own limit holds, too. */
static site_error_t *too_large(request_rec *r, apr_size_t limit) {
    apr_off_t own = ap_get_limit_req_body(r);

    if (own > 0 && (apr_uint64_t)own < limit)
        limit = (apr_size_t)own;
    return site_error_make(r->pool, HTTP_REQUEST_ENTITY_TOO_LARGE, "too_large", NULL,
                           "The request body is too large. The limit is %s.", bytes_text(r->pool, limit));
}

static site_error_t *fail(const intake_t *intake, int status) {
    request_rec *r = intake->r;

    site_unread_settle(r, 0);
    switch (status) {
    case HTTP_REQUEST_ENTITY_TOO_LARGE:
        return too_large(r, intake->limit);
    case HTTP_REQUEST_TIME_OUT:
        return site_error_make(r->pool, status, "timeout", NULL, "The request body did not arrive in time.");
    default:
        return site_error_make(r->pool, HTTP_BAD_REQUEST, "parse_error", NULL, "The request body could not be read.");
    }
}

/* What Content-Length announces; -1: nothing that could be read. */
static apr_int64_t announced(const request_rec *r) {
    const char *header = apr_table_get(r->headers_in, "Content-Length");

    return header ? apr_atoi64(header) : -1;
}

static int status_of(apr_status_t status) {
    int mapped;

    if (APR_STATUS_IS_TIMEUP(status))
        return HTTP_REQUEST_TIME_OUT;
    mapped = ap_map_http_request_error(status, HTTP_BAD_REQUEST);
    return mapped;
}

/* Makes room for `length` more bytes. Returns whether there is. A form that stays large without its files is not read on. */
static int make_room(intake_t *intake, apr_size_t length) {
    if (length > intake->limit - intake->used && intake->form) {
        site_body_drop_files(intake->r->pool, intake->data, &intake->used, intake->form);
        intake->dropped = 1;
        if (intake->used > intake->limit / 2)
            return 0;
    }
    if (length > intake->limit - intake->used)
        return 0;
    if (intake->used + length + 1 > intake->size) {
        apr_size_t larger = (intake->used + length) * 2 + 1;
        char *moved = apr_palloc(intake->r->pool, larger);

        memcpy(moved, intake->data, intake->used);
        intake->data = moved;
        intake->size = larger;
    }
    return 1;
}

/* Adds the brigade's data to the body. Returns an HTTP status, or 0. */
static int take(intake_t *intake, apr_bucket_brigade *brigade) {
    apr_bucket *bucket;

    for (bucket = APR_BRIGADE_FIRST(brigade); bucket != APR_BRIGADE_SENTINEL(brigade);
         bucket = APR_BUCKET_NEXT(bucket)) {
        const char *piece;
        apr_size_t length;
        apr_status_t status;

        if (APR_BUCKET_IS_EOS(bucket)) {
            intake->ended = 1;
            return 0;
        }
        if (APR_BUCKET_IS_METADATA(bucket))
            continue;
        status = apr_bucket_read(bucket, &piece, &length, APR_BLOCK_READ);
        if (status != APR_SUCCESS)
            return status_of(status);
        if (!make_room(intake, length))
            return HTTP_REQUEST_ENTITY_TOO_LARGE;
        memcpy(intake->data + intake->used, piece, length);
        intake->used += length;
    }
    return 0;
}

/* Reads the next piece: what has arrived, or, to `block`, what arrives. Returns 0 when nothing has arrived yet. */
static int next_piece(request_rec *r, apr_bucket_brigade *brigade, int block, apr_status_t *status) {
    *status =
        ap_get_brigade(r->input_filters, brigade, AP_MODE_READBYTES, block ? APR_BLOCK_READ : APR_NONBLOCK_READ, PIECE);
    if (block)
        return 1;
    return !APR_STATUS_IS_EAGAIN(*status) && !(*status == APR_SUCCESS && APR_BRIGADE_EMPTY(brigade));
}

/* Reads the body to its end, or as far as it can be read. Returns an HTTP status, or 0; or there is a refusal. */
static int read_all(intake_t *intake) {
    request_rec *r = intake->r;
    apr_bucket_brigade *brigade = apr_brigade_create(r->pool, r->connection->bucket_alloc);
    int failed = 0, block = !intake->may_wait;

    while (!intake->ended && !failed && !intake->refusal) {
        apr_status_t status;

        if (next_piece(r, brigade, block, &status))
            failed = status == APR_SUCCESS ? take(intake, brigade) : status_of(status);
        else
            intake->refusal = intake->may_wait(r, intake->baton, &block);
        apr_brigade_cleanup(brigade);
    }
    apr_brigade_destroy(brigade);
    intake->data[intake->used] = '\0';
    return failed;
}

/* Whether the body is to be read at all: httpd itself answers when it is asked for one beyond its own limit. */
static int is_readable(const intake_t *intake, apr_int64_t expected) {
    apr_off_t own = ap_get_limit_req_body(intake->r);

    if (expected <= 0)
        return 1;
    return (own <= 0 || expected <= own) && (intake->form || (apr_uint64_t)expected <= intake->limit);
}

static int read_body(intake_t *intake) {
    apr_int64_t expected = announced(intake->r);
    int whole = expected > 0 && (apr_uint64_t)expected <= intake->limit;

    intake->size = whole ? (apr_size_t)expected + 1 : PIECE;
    intake->data = apr_pcalloc(intake->r->pool, intake->size);
    return is_readable(intake, expected) ? read_all(intake) : HTTP_REQUEST_ENTITY_TOO_LARGE;
}

site_error_t *site_request_body_read_if(request_rec *r, apr_size_t limit, site_may_wait_fn may_wait, void *baton,
                                        const char **text, apr_size_t *length) {
    intake_t intake = {.r = r, .limit = limit, .may_wait = may_wait, .baton = baton};
    int failed = read_body(&intake);

    if (failed)
        return fail(&intake, failed);
    if (intake.refusal)
        return intake.refusal;
    site_unread_settle(r, 1);
    *text = intake.data;
    *length = intake.used;
    return NULL;
}

site_error_t *site_request_body_read(request_rec *r, apr_size_t limit, const char **text, apr_size_t *length) {
    return site_request_body_read_if(r, limit, NULL, NULL, text, length);
}

int site_request_body_is_form(const site_exchange_t *exchange) {
    const char *type = apr_table_get(exchange->r->headers_in, "Content-Type");

    return exchange->r->method_number == M_POST && exchange->params && site_params_value(exchange->params, "_method") &&
           exchange->accept.representation == SITE_REPRESENTATION_HTML && type &&
           (strncasecmp(type, "application/x-www-form-urlencoded", 33) == 0 ||
            strncasecmp(type, "multipart/form-data", 19) == 0);
}

/* What of a form that is too large can be shown again. */
static void keep_fields(site_exchange_t *exchange, intake_t *intake, int failed) {
    if (failed)
        intake->used = site_body_whole(intake->r->pool, intake->data, intake->used, intake->form);
    site_unread_settle(intake->r, !failed);
    exchange->oversized = too_large(intake->r, intake->limit);
}

site_error_t *site_request_body_once(site_exchange_t *exchange, int is_form) {
    intake_t intake = {.r = exchange->r, .limit = (apr_size_t)exchange->settings.body_limit};
    int failed;

    if (exchange->body)
        return NULL;
    if (is_form)
        intake.form = apr_table_get(exchange->r->headers_in, "Content-Type");
    failed = read_body(&intake);
    if (intake.form && (intake.dropped || failed == HTTP_REQUEST_ENTITY_TOO_LARGE))
        keep_fields(exchange, &intake, failed);
    else if (failed)
        return fail(&intake, failed);
    else
        site_unread_settle(exchange->r, 1);
    exchange->body = intake.data;
    exchange->body_length = intake.used;
    return NULL;
}

/* Whether a parser of this type reads a body of that one; the client may leave either half open. */
static int reads(const char *parser, const char *type) {
    const char *slash = strchr(type, '/'), *half = strchr(parser, '/');
    apr_size_t length;

    if (!slash)
        return 0;
    length = (apr_size_t)(slash - type);
    return ((length == 1 && *type == '*') ||
            (length == (apr_size_t)(half - parser) && strncmp(type, parser, length) == 0)) &&
           (strcmp(slash + 1, "*") == 0 || strcmp(slash, half) == 0);
}

site_error_t *site_request_body_parse(request_rec *r, const char *text, apr_size_t length, site_body_t **body) {
    const char *type = apr_table_get(r->headers_in, "Content-Type"), *main_type;
    int json, form, latin1;

    type = type ? type : "";
    main_type = site_header_value(r->pool, type, strlen(type));
    latin1 = site_charset_is_latin1(site_header_parameter(r->pool, type, strlen(type), "charset"));
    json = reads("application/json", main_type);
    form = reads("application/x-www-form-urlencoded", main_type);
    if (!length) {
        *body = site_body_empty(r->pool, !json && (form || reads("multipart/form-data", main_type)));
        return NULL;
    }
    if (json) {
        text = latin1 ? site_latin1_decode(r->pool, text, &length) : text;
        return site_body_read_json(r->pool, text, length, body);
    }
    if (form) {
        text = latin1 ? site_latin1_decode_form(r->pool, text, &length) : text;
        return site_body_read_form(r->pool, text, length, body);
    }
    if (reads("multipart/form-data", main_type))
        return site_body_read_multipart(r->pool, text, length, type, body);
    return site_error_make(r->pool, HTTP_UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", NULL,
                           "Unsupported media type \"%s\" in request.", type);
}
