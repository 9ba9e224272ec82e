/* connection: a PGconn in our discipline.
 *
 * mod_dbd owns the connections and hands out the native handle; it knows nothing of what a session carries. So
 * everything that a session must have is kept beside the PGconn itself, by a libpq event procedure: it comes into
 * being with the first use, is emptied when the connection is reset, and goes with it.
 *
 * - settings (DateStyle, TimeZone, timeouts ...) are sent once per connection, before the first statement
 * - prepared statements are cached by their text, at most `prepared_statements`, least recently used first out
 * - a connection is handed back idle, or not at all
 *
 * The search_path of a session is pg_catalog, then what SiteSearchPath says (nothing, by default), then the schemas that hold an extension's
 * objects.
 * Statements name their tables and types with their schema, so nothing of ours is found by the path; but operators
 * and functions of extensions are (citext's = would silently become that of text without it). A schema without an
 * extension is left out: what a stranger may create in it cannot stand in for a function of PostgreSQL's own.
 *
 * A pooler that hands every transaction to another server (pgbouncer in transaction mode) can keep neither prepared
 * statements nor settings. With `prepared_statements` 0 neither is relied on: statements go unnamed, and the settings
 * go before them in the same round trip, for that transaction only.
 */
#ifndef SITE_DB_CONNECTION_H
#define SITE_DB_CONNECTION_H

#include "core/error.h"
#include "db/wait.h"
#include <libpq-fe.h>

typedef struct site_connection_t site_connection_t;

typedef struct site_session_t {
    const char *time_zone;   /* IANA name; NULL: UTC */
    int statement_timeout;   /* milliseconds; 0: PostgreSQL's own */
    int idle_timeout;        /* idle_in_transaction_session_timeout, milliseconds; 0: PostgreSQL's own */
    int prepared_statements; /* how many are cached; 0: none are prepared (poolers) */
    unsigned generation; /* of the catalogue: when it changes the settings are sent again (extensions may have come) */
    const char *search_path; /* what stands behind pg_catalog: `, "one", "other"`; NULL or "": nothing */
} site_session_t;

/* Is told what the server says on the way: notices and warnings, settings that it refused, connections that failed.
 * `sqlstate` may be "". Called in whatever thread the connection is used in. */
typedef void (*site_connection_log_fn)(const char *severity, const char *sqlstate, const char *message);

/* Sets the log of this process, once, before the first connection is used; without one all of it is swallowed. */
void site_connection_log_to(site_connection_log_fn log);

/* The record of `native`, made when it has none yet. Returns NULL when memory is short. */
site_connection_t *site_connection_of(PGconn *native);

/* Makes sure that the connection lives, is idle, and that its settings are those of `session` (copied; NULL: those it
 * had before), in at most one round trip, none when they are. A connection known to be broken is reset, once.
 * On failure the connection is broken (503, with Retry-After), or the server refused a setting (500, logged). */
site_error_t *site_connection_ready(apr_pool_t *pool, site_connection_t *connection, const site_session_t *session);

PGconn *site_connection_native(const site_connection_t *connection);

/* For whom statements run from now on: `role` (NULL: the site's own) and the setting mod_site.user, given to each transaction in
 * the round trip that begins it and gone with it. NULL, NULL: for the site itself, and nobody. Both strings are kept as they are, until the next
 * call. */
void site_connection_act_for(site_connection_t *connection, const char *role, const char *user);

/* How many bytes of memory the results of one batch, or one row of a stream, may take from now on; 0: any. What is larger is
 * cancelled while it arrives, and is the error "answer_too_large". Over TLS it is seen only once it is there. */
void site_connection_limit(site_connection_t *connection, apr_size_t bytes);

/* Why a statement was cancelled, or not begun. */
typedef enum site_stop_t {
    SITE_STOP_NONE,
    SITE_STOP_CLIENT, /* the client has gone */
    SITE_STOP_TIME,   /* site_connection_end_at() */
    SITE_STOP_WORK    /* site_connection_limit_work() */
} site_stop_t;

/* Watches this client while statements run from now on; NULL: none. `peer` stays the caller's, and has to live until the
 * next call. When the client goes, the running statement is cancelled, and no other begins: error "client_gone". */
void site_connection_watch(site_connection_t *connection, site_peer_t *peer);

/* Until when statements may run from now on, as a time of site_clock(); SITE_FOR_EVER: as long as each may. Returns what
 * held before. Then the running statement is cancelled, and no other begins: error "query_timeout". */
apr_int64_t site_connection_end_at(site_connection_t *connection, apr_int64_t time);

/* How many milliseconds PostgreSQL may work from now on, all statements together; 0: any. It works while this process
 * waits for it: the time that a client takes to read does not count. Ends as site_connection_end_at(). */
void site_connection_limit_work(site_connection_t *connection, int milliseconds);

/* Why the last statement was cancelled or not begun. */
site_stop_t site_connection_stopped(const site_connection_t *connection);

/* Whether `error` is that of a statement that site_connection_limit_work() ended. */
int site_connection_is_out_of_work(const site_connection_t *connection, const site_error_t *error);

/* Takes back all that holds for one caller: act_for, limit, watch, end_at, limit_work. */
void site_connection_forget_caller(site_connection_t *connection);

/* Brings the connection back to idle: drains results, cancels and rolls back where needed, resets when all else fails.
 * To be called before it is given back; costs nothing when it is idle. Returns non-zero when it is idle and usable,
 * 0 when it is broken: it may be given back all the same, since the next borrower's site_connection_ready (or mod_dbd,
 * which sees PQstatus) connects again. */
int site_connection_settle(site_connection_t *connection);

/* Cancels the statement that is running, if any. Its results must still be drained. A server that does not take the request
 * within two seconds loses the connection: site_connection_lost(). */
void site_connection_cancel(site_connection_t *connection);

/* Whether the server answers, within `patience` milliseconds (over TLS, within what keepalives allow). A connection that
 * broke while it lay idle is reset, once. It must be idle, and stays so. */
int site_connection_answers(site_connection_t *connection, int patience);

/* Whether the connection broke (the server went away). */
int site_connection_lost(const site_connection_t *connection);

/* Closes what is left and connects again with the same parameters (PQreset; bounded by their connect_timeout).
 * Settings and prepared statements are gone with it. Returns non-zero on success.
 * A PGconn keeps the password that it was opened with: after a rotation this fails, and the owner must replace it. */
int site_connection_reset(site_connection_t *connection);

#endif
