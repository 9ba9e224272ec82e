/* assets: static files: under names that change with what is in them, so that browsers keep them for ever.
 *
 * SiteStatic maps a path to a folder. "site.0123456789.css" there is the file site.css, and when these digits are what
 * was found in it when the server started, it is sent to be kept. Beside a file, "site.css.br" and "site.css.gz" are
 * sent to whoever takes them. Everything else is Apache's own: types, ranges, validators, rights.
 *
 * What the folder does not have may be a part of the module (core/builtin). Without SiteStatic these are found at
 * "@static/" below an API, or below whatever location serves pages.
 */
#ifndef SITE_HTTPD_ASSETS_H
#define SITE_HTTPD_ASSETS_H

#include <httpd.h>

/* What follows site_assets_base() in the address of a file of this server: "/site.0123456789.css"; NULL: there is no
 * such file. While the configuration is read only: it remembers the fingerprint. */
const char *site_assets_address(apr_pool_t *pool, server_rec *server, const char *name);

/* What stands before it: "/static", with the prefix that visitors see. In r->pool. */
const char *site_assets_base(request_rec *r);

/* Sends the file of this name: the server's, or one that is a part of the module. DECLINED: there is none. */
int site_assets_send(request_rec *r, const char *name);

/* Hooks: translate_name and handler. */
int site_assets_translate(request_rec *r);
int site_assets_handler(request_rec *r);

#endif
