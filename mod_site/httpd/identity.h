/* identity: who asks, and whether he may. */
#ifndef SITE_HTTPD_IDENTITY_H
#define SITE_HTTPD_IDENTITY_H

#include "httpd/exchange.h"

/* Finds out who asks and fills exchange->identity. Credentials that are given but wrong are a 401, on any method. */
site_error_t *site_identify(site_exchange_t *exchange);

/* Whether this caller may use this method here: 401 for somebody unknown, 403 for somebody known. */
site_error_t *site_permit(site_exchange_t *exchange);

#endif
