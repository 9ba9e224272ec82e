#include "httpd/error_page.h"

#include "core/accept.h"
#include "httpd/config.h"
#include "httpd/pages.h"
#include "httpd/reply.h"

#include <apr_strings.h>
#include <http_protocol.h>
#include <string.h>

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

/* Whether it went wrong below an API, for a program. */
static int wants_json(request_rec *r) {
    const site_dir_t *dir = r->prev && r->prev->per_dir_config ? site_dir_of(r->prev) : NULL;
    site_accept_t accept;

    return dir && dir->api &&
           !site_accept_choose(r->pool, apr_table_get(r->headers_in, "Accept"), NULL, NULL, &accept) &&
           accept.representation == SITE_REPRESENTATION_JSON;
}

int site_error_page_handler(request_rec *r) {
    const site_error_t *error;
    site_exchange_t exchange;
    site_sink_t body;
    int status = r->prev && r->prev->status >= 400 ? r->prev->status : HTTP_NOT_FOUND;

    if (!r->handler || strcmp(r->handler, "site-error") != 0)
        return DECLINED;
    error = site_error_make(r->pool, status, "error", NULL, "%s", message_of(status));
    if (!wants_json(r))
        return site_pages_send_error(r, error);
    memset(&exchange, 0, sizeof exchange);
    exchange.r = r;
    site_sink_init(&body, r->pool, 256, 0);
    site_json_error(&body, error);
    return site_reply_json(&exchange, status, &body);
}
