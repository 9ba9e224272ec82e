/* gate: who may enter mod_dbd's pool now (see borrow.h for why).
 *
 * One gate per server of this child; servers that share one pool of mod_dbd share the gate, as soon as that is known.
 * What the gate knows of the pool (DBDMax, which connections lie idle) it learns from mod_dbd's post_connect hook and
 * from what goes in and out.
 */
#ifndef SITE_HTTPD_GATE_H
#define SITE_HTTPD_GATE_H

#include "core/share.h"

#include <httpd.h>

#include <apr_dbd.h>
#include <mod_dbd.h>

typedef struct site_gate_t site_gate_t;

typedef enum site_entry_t {
    SITE_ENTRY_OPEN, /* go in */
    SITE_ENTRY_DOWN, /* connecting failed a moment ago, and no connection is out that could come back */
    SITE_ENTRY_FULL, /* all connections were out for too long, and there could be no more */
    SITE_ENTRY_SHARE /* the client held all connections that it may hold for too long */
} site_entry_t;

/* Who asks for a connection, and how many that client may hold. Lives as long as the pass. */
typedef struct site_claim_t {
    const char *client;
    site_share_t share;
} site_claim_t;

/* Leave to enter once; filled by site_gate_enter. */
typedef struct site_pass_t {
    site_gate_t *gate;
    const site_claim_t *claim; /* NULL: the server itself, which no share limits */
    struct site_pass_t *next;
    int connecting; /* it holds the right to connect: the pool had no working connection to hand out */
} site_pass_t;

/* Makes the gates of this child, for `main` and its virtual hosts. */
void site_gates_make(apr_pool_t *pchild, server_rec *main);

/* Asks for entry and waits for it, at most until the time `until`. With SITE_ENTRY_OPEN the pass must stay where it is
 * and be given back, by site_gate_leave; until then it counts as one connection that is out, and as one of its
 * client's. */
site_entry_t site_gate_enter(server_rec *server, const site_claim_t *claim, site_pass_t *pass, apr_time_t until);

/* Calls `open` (mod_dbd's) with the pass. NULL: no connection. */
ap_dbd_t *site_gate_open(site_pass_t *pass, apr_pool_t *pool, server_rec *server,
                         ap_dbd_t *(*open)(apr_pool_t *, server_rec *));

/* The connection works, or connecting failed: wakes the threads that wait for it. A success only counts where the pass
 * holds the right to connect. The pass must still be given back. */
void site_gate_succeeded(site_pass_t *pass);
void site_gate_failed(site_pass_t *pass);

/* What becomes of the connection when the pass is given back. */
typedef enum site_return_t {
    SITE_RETURN_IDLE,   /* it lies in the pool again */
    SITE_RETURN_BROKEN, /* it does, but has to be connected again */
    SITE_RETURN_NONE    /* there is none */
} site_return_t;

void site_gate_leave(site_pass_t *pass, site_return_t what);

/* Seconds until it is worth asking again: for Retry-After. */
int site_gate_patience(server_rec *server);

/* Hook: dbd, post_connect. */
apr_status_t site_gate_connected(apr_pool_t *pool, dbd_cfg_t *config, ap_dbd_t *connection);

#endif
