#include "httpd/borrow.h"

#include "httpd/client.h"
#include "httpd/config.h"
#include "httpd/gate.h"
#include "httpd/log.h"
#include "httpd/role.h"
#include "httpd/snapshot.h"

#include "db/cancel.h"
#include "db/sqlstate.h"

#include <apr_optional_hooks.h>
#include <apr_portable.h>
#include <http_core.h>
#include <string.h>

#define WAIT APR_TIME_C(3000000) /* for a connection */

enum {
    IDLE_IN_TRANSACTION = 10000 /* milliseconds; we never are, unless something went very wrong */
};

struct site_loan_t {
    apr_pool_t *pool;
    server_rec *server;
    ap_dbd_t *dbd; /* NULL: given back */
    site_connection_t *connection;
    conn_rec *client; /* that is watched; NULL: none is */
    site_peer_t peer; /* its socket */
    site_claim_t claim;
    site_pass_t pass;
    site_entry_t entry; /* what the gate said last */
};

/* mod_dbd's, found once the configuration has been read. */
static APR_OPTIONAL_FN_TYPE(ap_dbd_open) * dbd_open;
static APR_OPTIONAL_FN_TYPE(ap_dbd_close) * dbd_close;

static site_error_t *unavailable(apr_pool_t *pool, server_rec *server, site_entry_t why) {
    site_error_t *error = why == SITE_ENTRY_SHARE
                              ? site_error_make(pool, HTTP_TOO_MANY_REQUESTS, "too_many_requests", NULL,
                                                "Too many of your requests are being answered at the same time. "
                                                "Try again later.")
                              : site_sqlstate_error(pool, why == SITE_ENTRY_FULL ? "53300" : "");

    error->retry_after = site_gate_patience(server);
    return error;
}

static apr_status_t give_back(void *data) {
    site_loan_t *loan = data;
    int idle;

    if (!loan->dbd)
        return APR_SUCCESS;
    /* Nothing can be sent any more. The access log shows it (%X). */
    if (loan->client && site_connection_stopped(loan->connection) == SITE_STOP_CLIENT)
        loan->client->aborted = 1;
    /* Whoever comes next is somebody else. */
    site_connection_forget_caller(loan->connection);
    idle = site_connection_settle(loan->connection);
    /* First into the pool, then into our count of it: who is let in shall find it there. */
    dbd_close(loan->server, loan->dbd);
    loan->dbd = NULL;
    site_gate_leave(&loan->pass, idle ? SITE_RETURN_IDLE : SITE_RETURN_BROKEN);
    return APR_SUCCESS;
}

void site_give_back(site_loan_t *loan) {
    if (loan)
        apr_pool_cleanup_run(loan->pool, loan, give_back);
}

/* AGAIN: there is no connection by this attempt; the next one may find another. */
typedef enum outcome_t { LENT, REFUSED, AGAIN } outcome_t;

/* There is no connection. With the right to connect that means that connecting failed, which has to be known before the
 * next one is let in. Connections that are there may work all the same, e.g. when the server takes no more. */
static outcome_t fail(site_loan_t *loan, site_error_t **error) {
    if (loan->pass.connecting)
        site_gate_failed(&loan->pass);
    *error = unavailable(loan->pool, loan->server, SITE_ENTRY_DOWN);
    if (loan->dbd)
        give_back(loan);
    else
        site_gate_leave(&loan->pass, SITE_RETURN_NONE);
    return AGAIN;
}

static outcome_t attempt(site_loan_t *loan, const site_session_t *session, apr_time_t until, site_error_t **error) {
    PGconn *native;

    loan->entry = site_gate_enter(loan->server, loan->claim.client ? &loan->claim : NULL, &loan->pass, until);
    if (loan->entry != SITE_ENTRY_OPEN) {
        *error = unavailable(loan->pool, loan->server, loan->entry);
        return REFUSED;
    }
    loan->dbd = site_gate_open(&loan->pass, loan->pool, loan->server, dbd_open);
    if (!loan->dbd)
        return fail(loan, error);
    native = strcmp(apr_dbd_name(loan->dbd->driver), "pgsql") == 0
                 ? apr_dbd_native_handle(loan->dbd->driver, loan->dbd->handle)
                 : NULL;
    loan->connection = native ? site_connection_of(native) : NULL;
    if (!loan->connection) {
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, loan->server,
                     "SITE0050: mod_dbd's connection cannot be used: DBDriver is %s, and must be pgsql",
                     apr_dbd_name(loan->dbd->driver));
        dbd_close(loan->server, loan->dbd);
        loan->dbd = NULL;
        site_gate_leave(&loan->pass, SITE_RETURN_IDLE);
        *error = unavailable(loan->pool, loan->server, SITE_ENTRY_DOWN);
        return REFUSED;
    }
    *error = site_connection_ready(loan->pool, loan->connection, session);
    if (!*error) {
        site_gate_succeeded(&loan->pass);
        return LENT;
    }
    if (site_connection_lost(loan->connection))
        return fail(loan, error);
    /* The server answers, but will not have us so. */
    site_gate_succeeded(&loan->pass);
    give_back(loan);
    return REFUSED;
}

/* Lends a connection, if there is one before the time `until`. */
static int lend(site_loan_t *loan, const site_session_t *session, apr_time_t until, site_error_t **error) {
    outcome_t outcome;

    *error = NULL;
    /* A connection that lay in the pool while the server was restarted is no sign that the server is down: the next
     * one is tried, or a new one. Where connecting failed, one that works may be in the pool, or come back to it. */
    do
        outcome = attempt(loan, session, until, error);
    while (outcome == AGAIN && apr_time_now() < until);
    if (outcome == LENT)
        apr_pool_cleanup_register(loan->pool, loan, give_back, apr_pool_cleanup_null);
    return outcome == LENT;
}

/* `client`: whose share of the pool it comes from; NULL: the server's own work. */
static site_loan_t *make_loan(apr_pool_t *pool, server_rec *server, const char *client) {
    const site_share_t *share = &site_server_of(server)->connection_share;
    site_loan_t *loan = apr_pcalloc(pool, sizeof *loan);

    loan->pool = pool;
    loan->server = server;
    loan->claim.client = client;
    loan->claim.share.percent = share->percent == SITE_UNSET ? SITE_CONNECTION_SHARE : share->percent;
    loan->claim.share.number = share->number;
    return loan;
}

static site_loan_t *lend_session(site_loan_t *loan, const site_settings_t *settings, site_connection_t **connection,
                                 site_error_t **error) {
    server_rec *server = loan->server;
    site_session_t session;

    session.time_zone = settings->time_zone;
    session.search_path = settings->search_path;
    session.statement_timeout = settings->statement_timeout;
    session.idle_timeout = IDLE_IN_TRANSACTION;
    session.prepared_statements = site_server_of(server)->prepared_statements;
    if (session.prepared_statements == SITE_UNSET)
        session.prepared_statements = SITE_PREPARED_STATEMENTS;
    session.generation = site_snapshot_generation(server);
    if (!lend(loan, &session, apr_time_now() + WAIT, error))
        return NULL;
    *connection = loan->connection;
    return loan;
}

site_loan_t *site_borrow_now(apr_pool_t *pool, server_rec *server, site_connection_t **connection, int *full) {
    site_loan_t *loan = make_loan(pool, server, NULL);
    site_error_t *error;

    *full = 0;
    if (lend(loan, NULL, apr_time_now(), &error)) {
        *connection = loan->connection;
        return loan;
    }
    *full = loan->entry == SITE_ENTRY_FULL;
    return NULL;
}

site_loan_t *site_borrow_for(apr_pool_t *pool, server_rec *server, const site_settings_t *settings,
                             site_connection_t **connection, site_error_t **error) {
    return lend_session(make_loan(pool, server, NULL), settings, connection, error);
}

static server_rec *server_of(const request_rec *r) {
    const site_dir_t *dir = site_dir_of(r);

    return dir->api ? site_exposed_of(dir->api)->server : r->server;
}

site_loan_t *site_borrow_to_sign_in(request_rec *r, const site_settings_t *settings, site_connection_t **connection,
                                    site_error_t **error) {
    return lend_session(make_loan(r->pool, server_of(r), site_client_name(r, NULL)), settings, connection, error);
}

/* One request of an HTTP/2 connection can end without the others; mod_http2 marks it then. */
static int is_aborted(const void *client) {
    return ((const conn_rec *)client)->aborted;
}

/* Statements end when the client goes. With HTTP/2 a request's connection is a secondary one: the socket is its master's. */
static void watch_client(site_loan_t *loan, conn_rec *client) {
    apr_socket_t *socket = ap_get_conn_socket(client->master ? client->master : client);
    apr_os_sock_t number;

    if (!socket || apr_os_sock_get(&number, socket) != APR_SUCCESS)
        return;
    loan->client = client;
    loan->peer.socket = number;
    loan->peer.is_aborted = client->master ? is_aborted : NULL;
    loan->peer.baton = client;
    site_connection_watch(loan->connection, &loan->peer);
}

site_loan_t *site_borrow(request_rec *r, const site_settings_t *settings, site_connection_t **connection,
                         site_error_t **error) {
    const site_dir_t *dir = site_dir_of(r);
    site_visit_t *visit = site_visit_of(r);
    site_loan_t *loan;

    if (!site_role_find(r, &dir->access, visit)) {
        *error = site_sqlstate_error(r->pool, "42501");
        return NULL;
    }
    loan = lend_session(make_loan(r->pool, server_of(r), site_client_name(r, visit->identity.user)), settings,
                        connection, error);
    if (loan) {
        site_connection_act_for(*connection, visit->role, visit->identity.user);
        watch_client(loan, r->connection);
        site_connection_limit(*connection, (apr_size_t)settings->answer_limit);
    }
    return loan;
}

int site_borrow_post_config(apr_pool_t *pconf, server_rec *main) {
    (void)pconf;
    dbd_open = APR_RETRIEVE_OPTIONAL_FN(ap_dbd_open);
    dbd_close = APR_RETRIEVE_OPTIONAL_FN(ap_dbd_close);
    if (dbd_open && dbd_close)
        return OK;
    ap_log_error(APLOG_MARK, APLOG_STARTUP | APLOG_CRIT, 0, main,
                 "SITE0051: mod_dbd is not loaded, which owns the connections to the database: "
                 "LoadModule dbd_module modules/mod_dbd.so");
    return HTTP_INTERNAL_SERVER_ERROR;
}

/* What PostgreSQL says on the way, outside of any request. */
static server_rec *log_server;

static void log_connection(const char *severity, const char *sqlstate, const char *message) {
    int level = APLOG_INFO;

    /* 57P01, 57P02: somebody ended the session or the server. */
    if (strcmp(severity, "WARNING") == 0 || strncmp(sqlstate, "57P0", 4) == 0)
        level = APLOG_WARNING;
    else if (strcmp(severity, "ERROR") == 0 || strcmp(severity, "FATAL") == 0 || strcmp(severity, "PANIC") == 0)
        level = APLOG_ERR;
    ap_log_error(APLOG_MARK, level, 0, log_server, "SITE0052: PostgreSQL: %s %s%s%s", severity, sqlstate,
                 *sqlstate ? " " : "", message);
}

static apr_status_t end_cancelling(void *unused) {
    (void)unused;
    site_cancel_end();
    return APR_SUCCESS;
}

void site_borrow_child_init(apr_pool_t *pchild, server_rec *main) {
    apr_pool_cleanup_register(pchild, NULL, end_cancelling, apr_pool_cleanup_null);
    log_server = main;
    site_connection_log_to(log_connection);
    site_gates_make(pchild, main);
}

void site_borrow_register_hooks(void) {
    APR_OPTIONAL_HOOK(dbd, post_connect, site_gate_connected, NULL, NULL, APR_HOOK_MIDDLE);
}
