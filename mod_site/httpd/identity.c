#include "httpd/identity.h"

/* Whoever Apache has established is the user. */
site_error_t *site_identify(site_exchange_t *exchange) {
    exchange->identity.user = exchange->r->user;
    return NULL;
}

/* Reading is for anyone whom Apache lets in; writing takes a name. */
site_error_t *site_permit(site_exchange_t *exchange) {
    request_rec *r = exchange->r;

    if (r->method_number == M_GET || r->method_number == M_OPTIONS || exchange->identity.user)
        return NULL;
    return site_error_make(r->pool, HTTP_UNAUTHORIZED, "not_authenticated", NULL,
                           "Authentication credentials were not provided.");
}
