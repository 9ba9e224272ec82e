/* login: the pages by which a browser signs in and out (`SetHandler site-login`): .../login/ and .../logout/. */
#ifndef SITE_HTTPD_LOGIN_H
#define SITE_HTTPD_LOGIN_H

#include <httpd.h>

/* Hook: handler. */
int site_login_handler(request_rec *r);

#endif
