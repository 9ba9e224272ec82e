/* listen: notices that the catalogue of one server's database has changed, and raises its generation.
 *
 * Used by one thread of one process (watch.c). The connection that LISTENs is our own, with the parameters of mod_dbd's:
 * it stays for as long as the process does, and the pool is for requests.
 */
#ifndef SITE_HTTPD_LISTEN_H
#define SITE_HTTPD_LISTEN_H

#include <httpd.h>

typedef struct site_listener_t site_listener_t;

/* Listens, polls or does nothing, as the server's SiteCatalogRefresh says. `apis` (site_exposed_t *) are all of the
 * process; those of `server` are looked after. Lives in `pool`. */
site_listener_t *site_listener_make(apr_pool_t *pool, server_rec *server, const apr_array_header_t *apis);

/* One step, a few times a second; takes a moment, or seconds when it has to connect. Breaks off when *stop is set. */
void site_listener_step(site_listener_t *listener, apr_pool_t *scratch, const _Atomic int *stop);

/* Closes the connection. */
void site_listener_close(site_listener_t *listener);

#endif
