/* generation: the number of the catalogue, in memory that all children share.
 *
 * One process notices that the database's schema has changed and raises the number of that database's server; each child
 * builds new snapshots when it sees one that it has not built. The first child that has built a generation says so
 * here, with the fingerprint of what it has read: it alone logs, and whoever watches has something to compare with.
 * Made in post_config, inherited by fork. Until then, and without APIs, all numbers are 0.
 */
#ifndef SITE_HTTPD_GENERATION_H
#define SITE_HTTPD_GENERATION_H

#include <apr_pools.h>
#include <apr_time.h>

/* For servers 0 to `servers` - 1 and APIs 0 to `apis` - 1 (site_exposed_t.watched and .number). */
apr_status_t site_generation_make(apr_pool_t *pconf, int servers, int apis);

unsigned site_generation_now(int server);

void site_generation_raise(int server);

/* Raises the numbers of all servers, but not more than once in `pause`. Returns whether it did. */
int site_generation_raise_all(apr_interval_time_t pause);

/* Claims to be the first who has built `generation` of an API. Returns 0 when another one was, else 1, and whether the
 * fingerprint is another than that of the generation before. */
int site_generation_claim(int api, unsigned generation, const char *fingerprint, int *changed);

/* Compares with what was built of the server's present generation: 1 the same, 0 another, -1 none has been built yet. */
int site_generation_compare(int api, int server, const char *fingerprint);

/* Whether that could be compared now. */
int site_generation_is_built(int api, int server);

/* The duty to watch the catalogues is one process's at a time. Takes it when nobody has it or its holder has not renewed
 * it for `lease`, or renews it. Returns whether the caller has it now. */
int site_generation_hold_duty(apr_interval_time_t lease);

/* Lays it down, if the caller has it. */
void site_generation_end_duty(void);

#endif
