/* gate: who may enter mod_dbd's pool now (see borrow.h for why).
 *
 * One gate per server of this child; servers that share one pool of mod_dbd share the gate, as soon as that is known.
 * What the gate knows of the pool (DBDMax, which connections lie idle) it learns from mod_dbd's post_connect hook and
 * from what goes in and out.
 */
#ifndef SITE_HTTPD_GATE_H
#define SITE_HTTPD_GATE_H

#include <httpd.h>

#include <apr_dbd.h>
#include <mod_dbd.h>

typedef struct site_gate_t site_gate_t;

typedef enum site_entry_t {
    SITE_ENTRY_OPEN, /* go in */
    SITE_ENTRY_DOWN, /* the database could not be reached a moment ago, or somebody is trying just now */
    SITE_ENTRY_FULL  /* all connections were out for too long */
} site_entry_t;

/* Leave to enter once; filled by site_gate_enter. */
typedef struct site_pass_t {
    site_gate_t *gate;
    int connecting; /* it holds the right to connect: nothing that works was seen in the pool */
} site_pass_t;

/* Makes the gates of this child, for `main` and its virtual hosts. */
void site_gates_make(apr_pool_t *pchild, server_rec *main);

/* Asks for entry and waits for it a few seconds at most. With SITE_ENTRY_OPEN the pass must be given back, by
 * site_gate_leave; until then it counts as one connection that is out. */
site_entry_t site_gate_enter(server_rec *server, site_pass_t *pass);

/* Calls `open` (mod_dbd's) with the pass. NULL: no connection. */
ap_dbd_t *site_gate_open(site_pass_t *pass, apr_pool_t *pool, server_rec *server,
                         ap_dbd_t *(*open)(apr_pool_t *, server_rec *));

/* The connection works, or could not be had: whoever waits for that is told. The pass is still to be given back; a
 * failure may also be told afterwards. */
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
