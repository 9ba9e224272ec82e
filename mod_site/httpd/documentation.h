/* documentation: the API described, for programs (openapi.json) and for people (docs/). Whoever may read the API may read it. */
#ifndef SITE_HTTPD_DOCUMENTATION_H
#define SITE_HTTPD_DOCUMENTATION_H

#include "httpd/exchange.h"

/* Whether the address is of these; then its representation is what it is, and `accept` is set. */
int site_documentation_accepts(site_exchange_t *exchange);

/* GET of one of them. */
int site_documentation(site_exchange_t *exchange);

#endif
