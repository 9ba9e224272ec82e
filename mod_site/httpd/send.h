/* send: bytes of any length -> the client. */
#ifndef SITE_HTTPD_SEND_H
#define SITE_HTTPD_SEND_H

#include <httpd.h>

/* Writes `length` bytes to the client; nothing for HEAD. Stops when the client has gone. */
void site_send_bytes(request_rec *r, const char *bytes, apr_size_t length);

#endif
