/* handler: method x route -> operation. */
#ifndef SITE_HTTPD_HANDLER_H
#define SITE_HTTPD_HANDLER_H

#include <httpd.h>

/* Hook: handler. Serves what `SetHandler site` gives it: the API of the location, or the site's pages. */
int site_handler(request_rec *r);

#endif
