/* request_body: the bytes of a request's body, capped, in memory. */
#ifndef SITE_HTTPD_REQUEST_BODY_H
#define SITE_HTTPD_REQUEST_BODY_H

#include "core/error.h"

#include <httpd.h>

/* Reads all of the body, chunked or not, at most `limit` bytes. *text is NUL-terminated behind *length bytes. Errors: 413, 408, 400; the
 * connection is closed after one, since the rest of the body stands in the way of the next request. */
site_error_t *site_request_body_read(request_rec *r, apr_size_t limit, const char **text, apr_size_t *length);

#endif
