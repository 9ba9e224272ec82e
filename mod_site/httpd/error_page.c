#include "httpd/error_page.h"

#include "core/unicode.h"
#include "httpd/pages.h"
#include "httpd/send.h"

#include <http_protocol.h>
#include <string.h>

/* As httpd types what it says itself. */
#define ERROR_TYPE "text/html; charset=iso-8859-1"

static const char *message_of(int status) {
    static const struct {
        int status;
        const char *message;
    } messages[] = {{400, "The request could not be understood."},
                    {401, "Authentication credentials were not provided."},
                    {403, "You do not have permission to perform this action."},
                    {404, "There is nothing at this address."},
                    {405, "This cannot be done at this address."},
                    {408, "The request took too long to arrive."},
                    {411, "The request does not say how long it is."},
                    {413, "The request is too large."},
                    {414, "The address is too long."},
                    {429, "There were too many requests. Please wait a moment."},
                    {431, "The request's header is too large."},
                    {500, "A server error occurred."},
                    {503, "This is not available right now. Please try again in a moment."}};
    apr_size_t i;

    for (i = 0; i < sizeof messages / sizeof *messages; i++) {
        if (messages[i].status == status)
            return messages[i].message;
    }
    return status < 500 ? "The request cannot be answered." : "A server error occurred.";
}

/* A page in ASCII is the same in every character set: also in the one that Apache's errors have always had, and that
 * clients of the Django site see. */
static site_sink_t *in_ascii(apr_pool_t *pool, const site_sink_t *page) {
    const char *at = page->data, *end = at + page->used;
    site_sink_t *ascii = apr_palloc(pool, sizeof *ascii);

    site_sink_init(ascii, pool, page->used + 256, 0);
    while (at < end) {
        unsigned code;
        int length = site_unicode_decode(at, end, &code);

        if (length == 1)
            site_sink_char(ascii, *at);
        else
            site_sink_printf(ascii, "&#%u;", length ? code : 0xFFFD);
        at += length ? length : 1;
    }
    return ascii;
}

int site_error_page_handler(request_rec *r) {
    int status = r->prev && r->prev->status >= 400 ? r->prev->status : HTTP_NOT_FOUND;
    const char *title = site_views_status(status);
    site_error_t *error;
    site_view_t *view;
    site_sink_t *page;

    if (!r->handler || strcmp(r->handler, "site-error") != 0)
        return DECLINED;
    error = site_error_make(r->pool, status, "error", NULL, "%s", message_of(status));
    if (site_pages_wants_json(r))
        return site_pages_send_error(r, error);
    view = site_pages_view(r, "error", title);
    site_pages_crumbs(r, view, title);
    site_views_error(view, status, error);
    page = site_pages_expand(r, "error.html", NULL, view, 0);
    if (!page || page->status != APR_SUCCESS)
        return HTTP_INTERNAL_SERVER_ERROR;
    page = in_ascii(r->pool, page);
    r->status = status;
    ap_set_content_type(r, ERROR_TYPE);
    ap_set_content_length(r, (apr_off_t)page->used);
    if (!apr_table_get(r->headers_out, "Cache-Control"))
        apr_table_setn(r->headers_out, "Cache-Control", "no-cache");
    site_send_bytes(r, page->data, page->used);
    return OK;
}
