/* client: as whom a request counts: a user who is signed in, else the client's address.
 *
 * The address is the one that mod_remoteip made out. Of an IPv6 address the network of 64 bits counts, because a client
 * usually has all of it.
 */
#ifndef SITE_HTTPD_CLIENT_H
#define SITE_HTTPD_CLIENT_H

#include <httpd.h>

/* The bytes of the address that count. */
const void *site_client_address(const request_rec *r, apr_size_t *length);

/* A text for each client, in r->pool. `user`: NULL for anonymous requests. */
const char *site_client_name(request_rec *r, const char *user);

#endif
