/* crawl: what search engines ask a site for: robots.txt and the sitemap; and the icon that browsers ask for.
 *
 * A file of the site's own goes before any of them.
 */
#ifndef SITE_HTTPD_CRAWL_H
#define SITE_HTTPD_CRAWL_H

#include <httpd.h>

/* Answers /robots.txt, /favicon.ico, /sitemap.xml and its parts; DECLINED for anything else. */
int site_crawl(request_rec *r);

/* The sitemap and its parts (sitemap.c); DECLINED where there is none. */
int site_sitemap(request_rec *r);

/* Whether there is a sitemap at this server's addresses. */
int site_sitemap_is_on(const request_rec *r);

#endif
