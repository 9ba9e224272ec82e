/* watch: keeps the snapshots fresh, in two threads of mod_watchdog.
 *
 * One in every child builds snapshots (snapshot.h) as soon as there is a generation that it has not built. One in a single
 * process of the server notices that the catalogue has changed and raises the generation: it holds a connection of its
 * own that LISTENs, or compares fingerprints now and then. That duty goes to another child within seconds when its holder
 * goes (mod_watchdog's own singletons take ten seconds for it).
 */
#ifndef SITE_HTTPD_WATCH_H
#define SITE_HTTPD_WATCH_H

#include <httpd.h>

/* Registers both threads. Returns OK, or logs and returns an error. */
int site_watch_post_config(apr_pool_t *pconf, server_rec *main);

/* Before mod_watchdog starts its threads. */
void site_watch_child_init(apr_pool_t *pchild, server_rec *main);

/* After mod_dbd can lend connections: the threads set to work. */
void site_watch_begin(void);

#endif
