/* error_page: Apache's own errors in the site's words: what ErrorDocument sends somebody to.
 *
 *     ErrorDocument 403 /@error
 *     <Location "/@error">
 *         SetHandler site-error
 *         Require all granted
 *     </Location>
 */
#ifndef SITE_HTTPD_ERROR_PAGE_H
#define SITE_HTTPD_ERROR_PAGE_H

#include <httpd.h>

/* Hook: handler. Tells the error that the request was redirected for. */
int site_error_page_handler(request_rec *r);

#endif
