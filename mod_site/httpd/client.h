/* client: the address that rates and shares count. */
#ifndef SITE_HTTPD_CLIENT_H
#define SITE_HTTPD_CLIENT_H

#include <httpd.h>

/* The address as mod_remoteip made it out; of an IPv6 address its network of 64 bits, which is what one client has. */
const void *site_client_address(const request_rec *r, apr_size_t *length);

#endif
