#include "httpd/unread.h"

#include <apr_strings.h>
#include <http_core.h>
#include <http_protocol.h>
#include <string.h>
#include <util_filter.h>

enum { MOST = 65536 /* bytes that are skipped */, PIECE = 8192 };

static const char filter_name[] = "SITE_UNREAD", note[] = "site-unread";

static int has_body(const request_rec *r) {
    const char *length = apr_table_get(r->headers_in, "Content-Length");

    return (length && strcmp(length, "0") != 0) || apr_table_get(r->headers_in, "Transfer-Encoding");
}

/* The end of the body is in the brigade. Its bytes are dropped; *skipped counts them. */
static int reaches_end(apr_bucket_brigade *brigade, apr_off_t *skipped) {
    apr_off_t length = 0;
    int end = !APR_BRIGADE_EMPTY(brigade) && APR_BUCKET_IS_EOS(APR_BRIGADE_LAST(brigade));

    apr_brigade_length(brigade, 0, &length);
    *skipped += length > 0 ? length : 0;
    apr_brigade_cleanup(brigade);
    return end;
}

/* Skips what has arrived, without waiting. Returns whether that was the rest. */
static int skip(request_rec *r) {
    apr_bucket_brigade *brigade = apr_brigade_create(r->pool, r->connection->bucket_alloc);
    apr_off_t skipped = 0;
    int ended = 0;

    while (!ended && skipped < MOST &&
           ap_get_brigade(r->input_filters, brigade, AP_MODE_READBYTES, APR_NONBLOCK_READ, PIECE) == APR_SUCCESS &&
           !APR_BRIGADE_EMPTY(brigade))
        ended = reaches_end(brigade, &skipped);
    apr_brigade_destroy(brigade);
    return ended;
}

/* Whether it was us who had this connection closed: for this request, or for the one that was redirected here. */
static int is_ours(const request_rec *r) {
    for (; r; r = r->prev) {
        if (apr_table_get(r->notes, note))
            return 1;
    }
    return 0;
}

/* Reading what httpd finds too long, or no chunks, would make it answer that instead. A client that waits for a `100 Continue` has
 * sent nothing, and reading would send it one. */
static int can_skip(const request_rec *r) {
    const char *header = apr_table_get(r->headers_in, "Content-Length");
    apr_int64_t length = header ? apr_atoi64(header) : -1;
    apr_off_t limit = ap_get_limit_req_body(r);

    return length >= 0 && length <= MOST && (limit <= 0 || length <= limit) && !r->expecting_100 &&
           !apr_table_get(r->headers_in, "Transfer-Encoding");
}

/* Before the first byte of the answer is sent, when its headers can still say so. */
static apr_status_t look(ap_filter_t *filter, apr_bucket_brigade *answer) {
    request_rec *r = filter->r;

    ap_remove_output_filter(filter);
    if (is_ours(r) && can_skip(r) && skip(r))
        r->connection->keepalive = AP_CONN_UNKNOWN;
    return ap_pass_brigade(filter->next, answer);
}

void site_unread_register(void) {
    ap_register_output_filter(filter_name, look, NULL, AP_FTYPE_CONTENT_SET);
}

void site_unread_settle(request_rec *r, int whole) {
    if (apr_table_get(r->notes, note))
        r->connection->keepalive = AP_CONN_UNKNOWN;
    apr_table_unset(r->notes, note);
    if (!whole)
        r->connection->keepalive = AP_CONN_CLOSE;
}

/* httpd skips the body once the handler has returned, before it sends what is buffered; not where the connection is to be closed. */
void site_unread_insert(request_rec *r) {
    if (r->main || !r->handler || strncmp(r->handler, "site", 4) != 0 || !has_body(r) ||
        (r->connection->keepalive == AP_CONN_CLOSE && !is_ours(r)))
        return;
    apr_table_setn(r->notes, note, "1");
    r->connection->keepalive = AP_CONN_CLOSE;
    ap_add_output_filter(filter_name, NULL, r, r->connection);
}

int site_unread_fixup(request_rec *r) {
    if (!r->main && (!r->handler || strcmp(r->handler, "none") == 0) && has_body(r))
        r->connection->keepalive = AP_CONN_CLOSE;
    return DECLINED;
}
