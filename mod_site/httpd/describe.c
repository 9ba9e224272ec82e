#include "httpd/describe.h"
#include "core/metadata.h"
#include "core/writer_html.h"
#include "httpd/reply.h"

#include <httpd.h>

int site_describe_root(site_exchange_t *exchange) {
    site_sink_t body;

    site_sink_init(&body, exchange->r->pool, 1024, 0);
    if (exchange->accept.representation == SITE_REPRESENTATION_HTML) {
        site_html_root(&body, exchange->dir->title, &exchange->urls, exchange->api);
        return site_reply_html(exchange, HTTP_OK, &body);
    }
    site_json_root(&body, &exchange->urls, exchange->api);
    return site_reply_json(exchange, HTTP_OK, &body);
}

int site_describe(site_exchange_t *exchange) {
    site_sink_t body;

    site_sink_init(&body, exchange->r->pool, 1024, 0);
    site_metadata_write(&body, &exchange->route);
    exchange->accept.representation = SITE_REPRESENTATION_JSON;
    return site_reply_json(exchange, HTTP_OK, &body);
}
