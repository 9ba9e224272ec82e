/* read: GET and HEAD of collections and items: parameters in, rows out. Orchestration only. */
#ifndef SITE_HTTPD_READ_H
#define SITE_HTTPD_READ_H

#include "core/error.h"
#include "httpd/exchange.h"

#include <libpq-fe.h>

/* Answers a collection or an item. Return what the handler returns. */
int site_read_collection(site_exchange_t *exchange);
int site_read_item(site_exchange_t *exchange);

/* For writes: the condition of an item, which is its key and whatever else the query asks for (*filtered). *key: the key as its column
 * takes it; NULL: no row can have it. */
struct site_condition_t;
site_error_t *site_read_condition(site_exchange_t *exchange, const struct site_condition_t **condition,
                                  const char **key, int *filtered);

/* The statement that reads the row of this address, whatever else its query asks for. Returns NULL, or the 404: no row can have
 * such a key. */
struct site_sql_t;
site_error_t *site_read_row(site_exchange_t *exchange, struct site_sql_t *sql);

/* Runs that statement alone. NULL: *row is the row, cleared with the request's pool; else the 404, or why it cannot be read. */
site_error_t *site_read_row_now(site_exchange_t *exchange, const PGresult **row);

#endif
