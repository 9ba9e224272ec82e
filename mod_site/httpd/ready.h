/* ready: whether this process can serve (`SetHandler site-ready`), for the readiness probes of platforms.
 *
 * It can when the catalogue of each API has been read and PostgreSQL answers a `SELECT 1`. The statement goes over a
 * connection of mod_dbd's pool that lies idle, or over a new one, and is sent at most once a second: requests in between
 * get the last answer. A request never waits for a connection. When all are in use the process is ready, because
 * they are in use by requests that are served.
 */
#ifndef SITE_HTTPD_READY_H
#define SITE_HTTPD_READY_H

#include <httpd.h>

/* Before there are threads. */
void site_ready_make(apr_pool_t *pchild, server_rec *main);

/* Hook: handler. 200, or 503 with a line for each reason. */
int site_ready_handler(request_rec *r);

#endif
