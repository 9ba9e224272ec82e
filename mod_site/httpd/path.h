/* path: the path that was asked for, as the client wrote it.
 *
 * httpd decodes r->uri; whether a slash stood there as "/" or as "%2F", only the request line knows.
 */
#ifndef SITE_HTTPD_PATH_H
#define SITE_HTTPD_PATH_H

#include <httpd.h>

/* The path of the request below the server's own prefix, encoded: each segment as it was sent, as far as httpd has left
 * it what it was. In r->pool. */
const char *site_path_encoded(request_rec *r);

/* Sends the client to the same address with a slash at its end. Returns what the handler returns. */
int site_path_add_slash(request_rec *r);

#endif
