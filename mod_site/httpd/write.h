/* write: POST, PUT, PATCH and DELETE. */
#ifndef SITE_HTTPD_WRITE_H
#define SITE_HTTPD_WRITE_H

#include "httpd/exchange.h"

/* Answers a write on a collection or an item. Returns what the handler returns. */
int site_write(site_exchange_t *exchange);

#endif
