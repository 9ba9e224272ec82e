/* read: GET and HEAD of collections and items: parameters in, rows out. Orchestration only. */
#ifndef SITE_HTTPD_READ_H
#define SITE_HTTPD_READ_H

#include "httpd/exchange.h"

/* Answers a collection or an item. Return what the handler returns. */
int site_read_collection(site_exchange_t *exchange);
int site_read_item(site_exchange_t *exchange);

#endif
