/* visitor: what a page says of who looks at it: his name, where to sign in and out, what he may do here. */
#ifndef SITE_HTTPD_VISITOR_H
#define SITE_HTTPD_VISITOR_H

#include "core/view.h"
#include "httpd/exchange.h"

/* `user`; `login_url` for nobody and `logout_url` for a session, where the location says which page that is (SiteSessionTable page=). */
void site_visitor_show(request_rec *r, site_view_t *view);

/* `methods`: those by which this caller may change what is at this address: "PUT, PATCH, DELETE". And the forms by which he may:
 * `new_url` of a collection, `edit_url` and `delete_url` of a row. */
void site_visitor_show_methods(site_exchange_t *exchange, site_view_t *view);

#endif
