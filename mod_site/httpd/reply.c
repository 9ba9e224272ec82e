#include "httpd/form.h"
#include "httpd/pages.h"
#include "httpd/reply.h"
#include "db/execute.h"
#include "httpd/identity.h"
#include "httpd/log.h"
#include "httpd/send.h"

#include <apr_strings.h>
#include <http_core.h>
#include <http_protocol.h>
#include <util_filter.h>

const char *site_reply_allow(apr_pool_t *pool, const site_route_t *route, int methods) {
    if (!route->resource)
        return "GET, HEAD, OPTIONS";
    if (route->kind == SITE_ROUTE_COLLECTION)
        return apr_pstrcat(pool, methods & SITE_METHOD_GET ? "GET, " : "", methods & SITE_METHOD_POST ? "POST, " : "",
                           methods & SITE_METHOD_GET ? "HEAD, " : "", "OPTIONS", NULL);
    return apr_pstrcat(pool, methods & SITE_METHOD_GET ? "GET, " : "", methods & SITE_METHOD_PUT ? "PUT, " : "",
                       methods & SITE_METHOD_PATCH ? "PATCH, " : "", methods & SITE_METHOD_DELETE ? "DELETE, " : "",
                       methods & SITE_METHOD_GET ? "HEAD, " : "", "OPTIONS", NULL);
}

void site_reply_headers(site_exchange_t *exchange) {
    request_rec *r = exchange->r;

    /* Errors keep them, too. */
    apr_table_setn(r->err_headers_out, "Allow",
                   site_reply_allow(r->pool, &exchange->route, exchange->settings.methods & site_granted(exchange)));
    if (exchange->settings.representations == SITE_OFFER_ALL)
        apr_table_mergen(r->headers_out, "Vary", "Accept");
}

/* The row that a write shows is judged before COMMIT. Behind it, no limit may turn what has been done into an error. */
apr_size_t site_reply_limit(const site_exchange_t *exchange) {
    return exchange->r->method_number == M_GET ? (apr_size_t)exchange->settings.answer_limit : SITE_SINK_MOST;
}

void site_reply_body(const site_exchange_t *exchange, apr_size_t expected, site_sink_t *body) {
    apr_size_t limit = site_reply_limit(exchange);

    site_sink_init(body, exchange->r->pool, expected < limit ? expected : limit, limit);
}

site_error_t *site_reply_body_error(const site_exchange_t *exchange, const site_sink_t *body) {
    if (body->status == APR_SUCCESS)
        return NULL;
    if (body->status == APR_ENOSPC)
        return site_error_too_large(exchange->r->pool, body->limit);
    ap_log_rerror(APLOG_MARK, APLOG_ERR, body->status, exchange->r, "SITE0100: the answer could not be written");
    return site_error_make(exchange->r->pool, HTTP_INTERNAL_SERVER_ERROR, "error", NULL, "A server error occurred.");
}

static int send_whole(site_exchange_t *exchange, int status, const char *type, const site_sink_t *body) {
    request_rec *r = exchange->r;
    const site_error_t *error = site_reply_body_error(exchange, body);

    if (error)
        return site_reply_error(exchange, error);
    r->status = status;
    ap_set_content_type(r, type);
    ap_set_content_length(r, (apr_off_t)body->used);
    site_send_bytes(r, body->data, body->used);
    return OK;
}

int site_reply_json(site_exchange_t *exchange, int status, site_sink_t *body) {
    site_sink_t indented;

    if (!exchange->accept.indent || body->status != APR_SUCCESS)
        return send_whole(exchange, status, "application/json", body);
    site_reply_body(exchange, body->used * 2 + 64, &indented);
    site_json_indent(&indented, body->data, body->used, exchange->accept.indent);
    return send_whole(exchange, status, "application/json", &indented);
}

int site_reply_html(site_exchange_t *exchange, int status, site_sink_t *body) {
    return send_whole(exchange, status, "text/html; charset=utf-8", body);
}

static int send_error_page(site_exchange_t *exchange, const site_error_t *error) {
    site_view_t *view = site_reply_view(exchange, "error", site_views_status(error->status));

    site_views_error(view, error->status, error);
    return site_reply_page(exchange, error->status, "error.html", view);
}

/* Names the parameter with which a client can ask for fewer rows. */
static const site_error_t *name_size(const site_exchange_t *exchange, const site_error_t *error) {
    const site_settings_t *settings = &exchange->settings;
    site_error_t *named;

    if (strcmp(error->code, "answer_too_large") != 0 || exchange->r->method_number != M_GET ||
        exchange->route.kind != SITE_ROUTE_COLLECTION || settings->pagination == SITE_PAGINATION_NONE ||
        settings->max_page_size == 0)
        return error;
    named = apr_pmemdup(exchange->r->pool, error, sizeof *error);
    named->field =
        settings->pagination == SITE_PAGINATION_LIMIT ? settings->limit_parameter : settings->page_size_parameter;
    return named;
}

int site_reply_error(site_exchange_t *exchange, const site_error_t *error) {
    request_rec *r = exchange->r;
    site_sink_t body;

    if (error->status == SITE_CLIENT_GONE) {
        r->status = error->status;
        return OK;
    }
    error = name_size(exchange, site_denial(exchange, error));
    if (error->retry_after)
        apr_table_setn(r->err_headers_out, "Retry-After", apr_itoa(r->pool, error->retry_after));
    if (error->status == HTTP_UNAUTHORIZED && site_challenge(exchange))
        apr_table_setn(r->err_headers_out, "WWW-Authenticate", site_challenge(exchange));
    ap_log_rerror(APLOG_MARK, APLOG_DEBUG, 0, r, "SITE0101: %d %s (%s)", error->status, error->code,
                  error->field ? error->field : "-");
    if (site_form_wants(exchange, error))
        return site_form_again(exchange, error);
    if (exchange->accept.representation == SITE_REPRESENTATION_HTML)
        return send_error_page(exchange, error);
    site_sink_init(&body, r->pool, 512, 0);
    site_json_error(&body, error);
    return site_reply_json(exchange, error->status, &body);
}

/* --- streams --- */

/* Bytes that are sent before the time is judged again. A slow client takes long for many; for a fast one few cost more. */
enum { LEAST_PIECE = 4096, MOST_PIECE = 65536, SLOW = 1000000 /* microseconds for a piece */ };

typedef struct stream_t {
    request_rec *r;
    apr_bucket_brigade *brigade;
    apr_socket_t *socket;     /* whose timeout is changed; NULL: none */
    apr_interval_time_t was;  /* its timeout before */
    apr_interval_time_t idle; /* its timeout now */
    apr_int64_t end;          /* of site_clock() */
    apr_size_t piece;         /* bytes to send next, at most */
    int begun, late;
    int ends_first; /* the timeout now is the rest of the stream's time */
} stream_t;

/* Passes bytes on. With an end to the stream it returns once they are sent. */
static apr_status_t pass_piece(stream_t *stream, const char *data, apr_size_t length) {
    apr_bucket_brigade *brigade = stream->brigade;
    apr_status_t status = apr_brigade_write(brigade, NULL, NULL, data, length);
    apr_int64_t begin = site_clock();

    if (stream->end != SITE_FOR_EVER)
        APR_BRIGADE_INSERT_TAIL(brigade, apr_bucket_flush_create(brigade->bucket_alloc));
    if (status == APR_SUCCESS)
        status = ap_pass_brigade(stream->r->output_filters, brigade);
    apr_brigade_cleanup(brigade);
    if (site_clock() - begin > SLOW)
        stream->piece = LEAST_PIECE;
    else if (stream->piece < MOST_PIECE)
        stream->piece *= 2;
    return status;
}

/* Waits for the client no longer than until the stream's end. Returns 0 when that is reached. */
static int limit_wait(stream_t *stream) {
    apr_int64_t left = stream->end - site_clock();

    stream->ends_first = left < stream->idle;
    if (left <= 0)
        return 0;
    if (stream->socket)
        apr_socket_timeout_set(stream->socket, stream->ends_first ? left : stream->idle);
    return 1;
}

/* The brigade is passed at once, so that a slow client slows the reading of rows, not this process's memory. */
static apr_status_t pass(void *baton, const char *data, apr_size_t length) {
    stream_t *stream = baton;
    apr_status_t status = APR_SUCCESS;

    stream->begun = 1;
    while (length && status == APR_SUCCESS) {
        apr_size_t piece = stream->end != SITE_FOR_EVER && length > stream->piece ? stream->piece : length;

        if (stream->r->connection->aborted)
            status = APR_ECONNABORTED;
        else
            status = limit_wait(stream) ? pass_piece(stream, data, piece) : APR_TIMEUP;
        data += piece;
        length -= piece;
    }
    /* A timeout may end up to a millisecond early. */
    stream->late = APR_STATUS_IS_TIMEUP(status) && (stream->ends_first || site_clock() >= stream->end);
    return status;
}

/* A stream of HTTP/2 has no socket of its own: there Apache's Timeout holds. */
static void limit_idleness(stream_t *stream, int idle) {
    conn_rec *client = stream->r->connection;

    if (!client->master && (idle > 0 || stream->end != SITE_FOR_EVER))
        stream->socket = ap_get_conn_socket(client);
    if (!stream->socket)
        return;
    apr_socket_timeout_get(stream->socket, &stream->was);
    stream->idle = idle > 0 ? idle * APR_TIME_C(1000) : stream->was;
}

void site_reply_stream(request_rec *r, const char *type, int idle, int whole, site_sink_t *sink) {
    stream_t *stream = apr_pcalloc(r->pool, sizeof *stream);

    stream->r = r;
    stream->brigade = apr_brigade_create(r->pool, r->connection->bucket_alloc);
    stream->piece = LEAST_PIECE;
    stream->end = whole > 0 ? site_clock_in(whole) : SITE_FOR_EVER;
    limit_idleness(stream, idle);
    ap_set_content_type(r, type);
    site_sink_init_stream(sink, r->pool, pass, stream);
}

int site_reply_stream_begun(const site_sink_t *sink) {
    return ((const stream_t *)sink->baton)->begun;
}

void site_reply_stream_forget(site_sink_t *sink) {
    const stream_t *stream = sink->baton;

    if (stream->socket)
        apr_socket_timeout_set(stream->socket, stream->was);
}

int site_reply_stream_end(request_rec *r, site_sink_t *sink, const char *cut) {
    const stream_t *stream = sink->baton;

    if (!cut)
        site_sink_flush(sink);
    site_reply_stream_forget(sink);
    if (sink->status != APR_SUCCESS)
        cut = stream->late ? "time" : APR_STATUS_IS_TIMEUP(sink->status) ? "idle" : "client";
    if (!cut)
        return OK;
    apr_table_setn(r->notes, "site-cut", cut);
    r->connection->keepalive = AP_CONN_CLOSE;
    return AP_FILTER_ERROR;
}
