/* describe: what an API says of itself: its root, and OPTIONS (contract 5.16). */
#ifndef SITE_HTTPD_DESCRIBE_H
#define SITE_HTTPD_DESCRIBE_H

#include "httpd/exchange.h"

int site_describe_root(site_exchange_t *exchange);
int site_describe(site_exchange_t *exchange);

#endif
