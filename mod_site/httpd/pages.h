/* pages: the site's own pages beside the API: the front page, and what is shown for an address that names nothing. */
#ifndef SITE_HTTPD_PAGES_H
#define SITE_HTTPD_PAGES_H

#include "core/html.h"

#include <httpd.h>

/* Serves the page at r->uri; DECLINED where there is none, so that static files are found. */
int site_pages(request_rec *r);

/* The site that a page belongs to: its title, and the path that it has for its visitors. In r->pool. */
const site_html_site_t *site_pages_site(request_rec *r);

/* The page for an address that names nothing. */
int site_pages_not_found(request_rec *r);

#endif
