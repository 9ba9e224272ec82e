#include "httpd/client.h"

#include <apr_escape.h>
#include <apr_strings.h>
#include <netinet/in.h>

const void *site_client_address(const request_rec *r, apr_size_t *length) {
    const apr_sockaddr_t *address = r->useragent_addr;
    const unsigned char *bytes = address->ipaddr_ptr;

    *length = (apr_size_t)address->ipaddr_len;
    if (address->family == APR_INET6 && IN6_IS_ADDR_V4MAPPED((const struct in6_addr *)address->ipaddr_ptr)) {
        *length = 4;
        return bytes + 12;
    }
    if (address->family == APR_INET6)
        *length = 8;
    return bytes;
}

const char *site_client_name(request_rec *r, const char *user) {
    apr_size_t length;
    const void *address;

    if (user)
        return apr_pstrcat(r->pool, "user ", user, NULL);
    address = site_client_address(r, &length);
    return apr_pstrcat(r->pool, "address ", apr_pescape_hex(r->pool, address, length, 0), NULL);
}
