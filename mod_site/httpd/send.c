#include "httpd/send.h"

#include <http_protocol.h>
#include <limits.h>

void site_send_bytes(request_rec *r, const char *bytes, apr_size_t length) {
    while (!r->header_only && length) {
        /* ap_rwrite() takes an int. */
        int part = length > INT_MAX ? INT_MAX : (int)length;

        if (ap_rwrite(bytes, part, r) < 0)
            return;
        bytes += part;
        length -= (apr_size_t)part;
    }
}
