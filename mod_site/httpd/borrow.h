/* borrow: connections from mod_dbd's pool, taken late and given back early.
 *
 * mod_dbd's own ap_dbd_acquire, which its header recommends, keeps a connection until the response has been written to
 * the last byte, however slow the client; so ap_dbd_open and ap_dbd_close are used here. Its pool has two more traps:
 * whoever comes when all connections are out waits for ever, and connecting happens under the pool's lock, so that with
 * a server that does not answer each waits for the timeouts of all before it. A gate in front of the pool sees to that:
 *
 * - no more than DBDMax are inside; the others wait a moment, then get a 503
 * - one at a time connects; the others wait for what becomes of it, or for a connection that is given back
 * - when connecting failed, this process does not connect for a moment: until then requests share the connections that
 *   there are, and get a 503 at once where there are none; then one request at a time tries again
 */
#ifndef SITE_HTTPD_BORROW_H
#define SITE_HTTPD_BORROW_H

#include "core/error.h"
#include "core/settings.h"
#include "db/connection.h"

#include <httpd.h>

typedef struct site_loan_t site_loan_t;

/* Takes a connection to the database of the request's API (without one: of r->server), ready for a session with these
 * settings. NULL: *error is a 503 with Retry-After, a 429 when the client holds its share of the pool (core/share), or a
 * 500 when the server refuses the settings.
 * While it is lent, statements end when the client goes (db/wait).
 * The caller gives it back as soon as it has what it needs; a cleanup on r->pool does it for one who forgot. */
site_loan_t *site_borrow(request_rec *r, const site_settings_t *settings, site_connection_t **connection,
                         site_error_t **error);

/* The same before the user is known: the connection counts for the client's address, and acts for nobody. */
site_loan_t *site_borrow_to_sign_in(request_rec *r, const site_settings_t *settings, site_connection_t **connection,
                                    site_error_t **error);

/* The same for the server's own work, from any thread. It is not limited by a share. */
site_loan_t *site_borrow_for(apr_pool_t *pool, server_rec *server, const site_settings_t *settings,
                             site_connection_t **connection, site_error_t **error);

/* The same without waiting for others, and with the settings that the connection has. NULL: there is none, because all are
 * in use (*full), or because the database cannot be reached. */
site_loan_t *site_borrow_now(apr_pool_t *pool, server_rec *server, site_connection_t **connection, int *full);

/* Gives it back, settled (idle); idempotent, and does nothing for NULL. */
void site_give_back(site_loan_t *loan);

/* Hooks: looks for mod_dbd and complains when there is none; makes the gates of a child. */
int site_borrow_post_config(apr_pool_t *pconf, server_rec *main);
void site_borrow_child_init(apr_pool_t *pchild, server_rec *main);
void site_borrow_register_hooks(void);

#endif
