/* request_body: the bytes of a request's body, capped, in memory; and what they say. */
#ifndef SITE_HTTPD_REQUEST_BODY_H
#define SITE_HTTPD_REQUEST_BODY_H

#include "core/body.h"
#include "httpd/exchange.h"

#include <httpd.h>

/* Reads all of the body, chunked or not, at most `limit` bytes. *text is NUL-terminated behind *length bytes. Errors: 413, 408, 400; the
 * connection is closed after one, since the rest of the body stands in the way of the next request. */
site_error_t *site_request_body_read(request_rec *r, apr_size_t limit, const char **text, apr_size_t *length);

/* Decides on a request whose body has not arrived yet: sets *block to wait for the rest as long as it takes, or returns to look
 * again. An error is the request's answer. */
typedef site_error_t *(*site_may_wait_fn)(request_rec *r, void *baton, int *block);

/* Reads the body as site_request_body_read() does; `may_wait` is called whenever nothing has arrived, until it sets *block. NULL: any
 * request may wait. */
site_error_t *site_request_body_read_if(request_rec *r, apr_size_t limit, site_may_wait_fn may_wait, void *baton,
                                        const char **text, apr_size_t *length);

/* Whether the request is a form of one of the module's pages: a POST for a client that wants HTML, with `_method`. */
int site_request_body_is_form(const site_exchange_t *exchange);

/* Reads the body of an API's request, unless that has been done: exchange->body. Errors: as above. A form of a page (is_form) that is too large is
 * no error here: it is read to its end without the contents of its files, and exchange->oversized is the 413. */
site_error_t *site_request_body_once(site_exchange_t *exchange, int is_form);

/* Reads them as the Content-Type says: JSON, a form, multipart; 415 for anything else. No bytes are an empty body of any type. */
site_error_t *site_request_body_parse(request_rec *r, const char *text, apr_size_t length, site_body_t **body);

#endif
