/* origin: the address at which clients know this server, for links, redirects and pages.
 *
 * 1. SitePublicURL says it.
 * 2. Else a proxy that mod_remoteip trusts may say parts of it (X-Forwarded-Proto, -Host, -Prefix), if it also says in
 *    X-Forwarded-For for whom it asks. Nobody else is believed.
 * 3. Else it is what the client asked for: the scheme of the connection and the Host header.
 */
#ifndef SITE_HTTPD_ORIGIN_H
#define SITE_HTTPD_ORIGIN_H

#include <httpd.h>

/* "https://host:port/prefix": what stands before this server's own paths ("/api/...") in an absolute address. */
const char *site_origin(request_rec *r);

/* "/prefix", or "": the same for addresses that begin with the path. */
const char *site_origin_prefix(request_rec *r);

/* Only a slash is missing behind `path`, which is encoded: answers with a redirection to the address with it, and the same query. Returns OK. */
int site_origin_add_slash(request_rec *r, const char *path);

/* Answers with a redirection of this status to an address of this server, encoded, from its path on. Returns OK. */
int site_origin_redirect(request_rec *r, int status, const char *location);

/* Splits what SitePublicURL says. Returns 0 when it is no address of a server. */
int site_origin_parse(apr_pool_t *pool, const char *url, const char **origin, const char **prefix);

/* Hook: post_read_request. Takes the prefix off a path that a proxy left it on (SitePublicURL ... prefix=kept). */
int site_origin_strip(request_rec *r);

#endif
