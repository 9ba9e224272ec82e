#include "httpd/request_body.h"
#include "core/header.h"
#include "core/latin1.h"
#include "httpd/unread.h"

#include <apr_strings.h>
#include <http_protocol.h>
#include <string.h>
#include <util_filter.h>

enum { PIECE = 8192 };

static site_error_t *fail(request_rec *r, int status) {
    site_unread_settle(r, 0);
    switch (status) {
    case HTTP_REQUEST_ENTITY_TOO_LARGE:
        return site_error_make(r->pool, status, "too_large", NULL, "The request body is too large.");
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

/* Adds the brigade's data to the body. Returns an HTTP status, or 0; *ended is set at the end of the body. */
static int take(apr_bucket_brigade *brigade, char **data, apr_size_t *used, apr_size_t *size, apr_size_t limit,
                apr_pool_t *pool, int *ended) {
    apr_bucket *bucket;

    for (bucket = APR_BRIGADE_FIRST(brigade); bucket != APR_BRIGADE_SENTINEL(brigade);
         bucket = APR_BUCKET_NEXT(bucket)) {
        const char *piece;
        apr_size_t length;
        apr_status_t status;

        if (APR_BUCKET_IS_EOS(bucket)) {
            *ended = 1;
            return 0;
        }
        if (APR_BUCKET_IS_METADATA(bucket))
            continue;
        status = apr_bucket_read(bucket, &piece, &length, APR_BLOCK_READ);
        if (status != APR_SUCCESS)
            return status_of(status);
        if (length > limit - *used)
            return HTTP_REQUEST_ENTITY_TOO_LARGE;
        if (*used + length + 1 > *size) {
            apr_size_t larger = (*used + length) * 2 + 1;
            char *moved = apr_palloc(pool, larger);

            memcpy(moved, *data, *used);
            *data = moved;
            *size = larger;
        }
        memcpy(*data + *used, piece, length);
        *used += length;
    }
    return 0;
}

site_error_t *site_request_body_read(request_rec *r, apr_size_t limit, const char **text, apr_size_t *length) {
    apr_int64_t expected = announced(r);
    apr_size_t used = 0, size;
    apr_bucket_brigade *brigade;
    int ended = 0, failed = 0;
    char *data;

    if (expected > 0 && (apr_uint64_t)expected > limit)
        return fail(r, HTTP_REQUEST_ENTITY_TOO_LARGE);
    size = expected > 0 ? (apr_size_t)expected + 1 : PIECE;
    data = apr_palloc(r->pool, size);
    brigade = apr_brigade_create(r->pool, r->connection->bucket_alloc);
    while (!ended && !failed) {
        apr_status_t status = ap_get_brigade(r->input_filters, brigade, AP_MODE_READBYTES, APR_BLOCK_READ, PIECE);

        failed = status == APR_SUCCESS ? take(brigade, &data, &used, &size, limit, r->pool, &ended) : status_of(status);
        apr_brigade_cleanup(brigade);
    }
    apr_brigade_destroy(brigade);
    if (failed)
        return fail(r, failed);
    site_unread_settle(r, 1);
    data[used] = '\0';
    *text = data;
    *length = used;
    return NULL;
}

site_error_t *site_request_body_once(site_exchange_t *exchange) {
    if (exchange->body)
        return NULL;
    return site_request_body_read(exchange->r, (apr_size_t)exchange->settings.body_limit, &exchange->body,
                                  &exchange->body_length);
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
