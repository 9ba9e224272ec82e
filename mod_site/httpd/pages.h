/* pages: HTML for people: what every page has, the front page, and what is shown for an address that names nothing. */
#ifndef SITE_HTTPD_PAGES_H
#define SITE_HTTPD_PAGES_H

#include "core/views.h"

#include <httpd.h>

/* Serves the page at r->uri; DECLINED where there is none, so that static files are found. */
int site_pages(request_rec *r);

/* The page for an address that names nothing. */
int site_pages_not_found(request_rec *r);

/* A view with the frame of a page: see site_views_page(). In r->pool. */
site_view_t *site_pages_view(request_rec *r, const char *page, const char *title);

/* Its breadcrumbs, where nothing lies between the front page and this one. */
void site_pages_crumbs(request_rec *r, site_view_t *view, const char *title);

/* The APIs that this server shows (const site_exposed_t *). In r->pool. */
apr_array_header_t *site_pages_apis(request_rec *r);

/* Gives the view `apis`, `missing` and `single`, which are found out when a template asks for them. */
void site_pages_add_apis(request_rec *r, site_view_t *view);

/* Expands a page's template into a new sink of r->pool. `resource` is the name of the resource that it shows, or NULL.
 * `limit`: bytes that the page may have, 0: SITE_SINK_MOST; a longer one has the status APR_ENOSPC.
 * NULL: it could not be done; the log says why. */
site_sink_t *site_pages_expand(request_rec *r, const char *file, const char *resource, site_view_t *view,
                               apr_size_t limit);

/* The same, and sends it with this status: what a handler returns. */
int site_pages_send(request_rec *r, int status, const char *file, site_view_t *view);

/* Sends a page that has been expanded. */
int site_pages_send_body(request_rec *r, int status, const site_sink_t *body);

/* Whether the client names JSON in its Accept, and so is told errors in JSON at any address. */
int site_pages_wants_json(request_rec *r);

/* An error as a page, or as JSON where the client asks for that. */
int site_pages_send_error(request_rec *r, const site_error_t *error);

#endif
