/* snapshot: what each API of this child is made of just now.
 *
 * A snapshot (core/resource.h) is immutable. A new one takes the place of the old one by one atomic exchange; requests
 * keep the one that they began with, and it is destroyed when the last of them leaves. Taking and leaving is one atomic
 * addition each: no lock, and nothing to wait for, but for the very first snapshot of a child.
 */
#ifndef SITE_HTTPD_SNAPSHOT_H
#define SITE_HTTPD_SNAPSHOT_H

#include "core/error.h"
#include "core/resource.h"
#include "core/sink.h"

#include <httpd.h>

/* Takes a reference to the current snapshot of `spec`, released with `pool`. Waits for the very first one, a few seconds
 * at most. NULL: the database has not been reachable yet; *error is a 503 with Retry-After. */
const site_api_t *site_snapshot_take(apr_pool_t *pool, server_rec *server, const site_api_spec_t *spec,
                                     site_error_t **error);

/* Asks for a refresh soon: a request met a stale catalogue. Cheap, and without effect when it was asked a moment ago. */
void site_snapshot_poke(void);

/* The number of the catalogue of this server's database: session settings are sent again when it changes. */
unsigned site_snapshot_generation(const server_rec *server);

/* Makes room for the snapshots of this child: before it has threads. */
void site_snapshots_make(apr_pool_t *pchild, server_rec *main);

/* A line for each API whose catalogue has not been read yet. */
void site_snapshots_missing(site_sink_t *lines);

/* Builds what is missing or of an older generation. Called by one thread, again and again (watch.c). */
void site_snapshots_refresh(void);

#endif
