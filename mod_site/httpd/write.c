#include "httpd/write.h"
#include "httpd/reply.h"

int site_write(site_exchange_t *exchange) {
    request_rec *r = exchange->r;

    return site_reply_error(exchange, site_error_make(r->pool, HTTP_METHOD_NOT_ALLOWED, "method_not_allowed", NULL,
                                                      "Method \"%s\" not allowed.", r->method));
}
