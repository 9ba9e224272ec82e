/* aside: asking other modules about a request without letting them keep anything for it.
 *
 * A provider that looks into a database (mod_authn_dbd, mod_authz_dbd) takes a connection of mod_dbd's and keeps it until
 * the request's pool goes: until the last byte of the answer has been written. The handler then needs a second one, and
 * with as many such requests as there are connections none of them would ever get it. So the question is asked in the
 * name of a copy of the request, whose pool goes as soon as the answer is there.
 */
#ifndef SITE_HTTPD_ASIDE_H
#define SITE_HTTPD_ASIDE_H

#include <httpd.h>

typedef int (*site_aside_fn)(request_rec *copy, void *baton);

/* Calls `ask` with a copy of `r` and returns what it returns. Variables and headers that it sets are kept. */
int site_aside(request_rec *r, site_aside_fn ask, void *baton);

#endif
