#include "db/cancel.h"
#include "db/connection_private.h"
#include "db/sqlstate.h"

#include <apr_strings.h>
#include <libpq-events.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

enum {
    GRACE = 2000,       /* milliseconds that a server may be late with its own statement_timeout */
    UNCOUNTED = 32,     /* reads of one result that are not worth counting */
    LEAST_READ = 8192,  /* bytes that libpq makes room for before it reads */
    CANCEL_TIME = 2000, /* milliseconds that a cancel request may take */
    HOUSEKEEPING = 5000 /* milliseconds for statements of ours that take none: settings, ROLLBACK, draining */
};

#define CANCEL_AGAIN APR_INT64_C(250000) /* microseconds */

/* set_config instead of SET: the values are parameters, all of them go in one statement, and with "local" ($1) the
 * same words serve a transaction. A NULL is the setting's default, which ALTER ROLE may have given.
 * jit: compiling costs more than our statements take, and a mistaken estimate is enough to start it. */
#define SET_COMMON                                                                                                     \
    "SELECT pg_catalog.set_config('DateStyle', 'ISO, YMD', $1),"                                                       \
    " pg_catalog.set_config('IntervalStyle', 'postgres', $1),"                                                         \
    " pg_catalog.set_config('extra_float_digits', '1', $1),"                                                           \
    " pg_catalog.set_config('bytea_output', 'hex', $1),"                                                               \
    " pg_catalog.set_config('client_encoding', 'UTF8', $1),"                                                           \
    " pg_catalog.set_config('standard_conforming_strings', 'on', $1),"                                                 \
    " pg_catalog.set_config('jit', 'off', $1),"                                                                        \
    " pg_catalog.set_config('TimeZone', $2, $1),"                                                                      \
    " pg_catalog.set_config('statement_timeout', $3, $1),"                                                             \
    " pg_catalog.set_config('idle_in_transaction_session_timeout', $4, $1),"

static const char set_session[] =
    SET_COMMON " pg_catalog.set_config('search_path', 'pg_catalog' || $5::pg_catalog.text || coalesce("
               "(SELECT pg_catalog.string_agg(DISTINCT ', ' || pg_catalog.quote_ident(n.nspname), '')"
               " FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace"
               " WHERE n.nspname <> 'pg_catalog'), '') || ', pg_temp', $1)";

static const char set_transaction[] = SET_COMMON " pg_catalog.set_config('search_path', $5, $1)";

enum { SEARCH_PATH = 10 }; /* its column in both */

/* Written once before threads start, see site_connection_log_to. */
static site_connection_log_fn logger;

void site_connection_log_to(site_connection_log_fn log) {
    logger = log;
}

static void say(const char *severity, const char *sqlstate, const char *message) {
    if (logger)
        logger(severity ? severity : "", sqlstate ? sqlstate : "", message ? message : "");
}

static void on_notice(void *baton, const PGresult *notice) {
    (void)baton;
    say(PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED), PQresultErrorField(notice, PG_DIAG_SQLSTATE),
        PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY));
}

/* The record lives as long as the PGconn, which no pool of ours knows: hence malloc. */
static int on_event(PGEventId id, void *info, void *baton) {
    site_connection_t *connection;

    (void)baton;
    switch (id) {
    case PGEVT_REGISTER: {
        PGconn *native = ((PGEventRegister *)info)->conn;

        connection = calloc(1, sizeof *connection);
        if (!connection)
            return 0;
        connection->native = native;
        if (!PQsetInstanceData(native, on_event, connection)) {
            free(connection);
            return 0;
        }
        PQsetNoticeReceiver(native, on_notice, NULL);
        return 1;
    }
    case PGEVT_CONNRESET:
        connection = PQinstanceData(((PGEventConnReset *)info)->conn, on_event);
        if (connection) {
            site_connection_forget_all(connection);
            connection->deallocate_all = 0; /* a new session has none */
            connection->configured = 0;
        }
        return 1;
    case PGEVT_CONNDESTROY:
        connection = PQinstanceData(((PGEventConnDestroy *)info)->conn, on_event);
        if (connection) {
            site_connection_forget_all(connection);
            free(connection->prepared);
            free((char *)connection->session.time_zone);
            free((char *)connection->session.search_path);
            free(connection->search_path);
            free(connection);
        }
        return 1;
    default:
        return 1;
    }
}

site_connection_t *site_connection_of(PGconn *native) {
    site_connection_t *connection = PQinstanceData(native, on_event);

    if (!connection && PQregisterEventProc(native, on_event, "site", NULL))
        connection = PQinstanceData(native, on_event);
    return connection;
}

PGconn *site_connection_native(const site_connection_t *connection) {
    return connection->native;
}

int site_connection_lost(const site_connection_t *connection) {
    return PQstatus(connection->native) != CONNECTION_OK;
}

int site_connection_reset(site_connection_t *connection) {
    PQreset(connection->native);
    if (!site_connection_lost(connection))
        return 1;
    connection->configured = 0;
    say("ERROR", "", PQerrorMessage(connection->native));
    return 0;
}

apr_int64_t site_connection_patience(const site_connection_t *connection) {
    return connection->session.statement_timeout > 0 ? site_clock_in(connection->session.statement_timeout + GRACE)
                                                     : SITE_FOR_EVER;
}

static apr_size_t bytes_waiting(PGconn *native) {
    int bytes = 0;

    return ioctl(PQsocket(native), FIONREAD, &bytes) == 0 && bytes > 0 ? (apr_size_t)bytes : 0;
}

/* PQconsumeInput() that also counts what it reads: never too much, for more may arrive meanwhile. libpq does not tell
 * how large an unfinished result is. Returns 0 when the connection is lost. */
static int consume_counted(site_connection_t *connection, apr_size_t *taken) {
    apr_size_t before = bytes_waiting(connection->native), after, least = before < LEAST_READ ? before : LEAST_READ;

    if (!PQconsumeInput(connection->native))
        return 0;
    after = bytes_waiting(connection->native);
    *taken += before > after + least ? before - after : least;
    if (*taken > connection->result_limit && !connection->too_large) {
        connection->too_large = 1;
        site_connection_cancel(connection);
    }
    return 1;
}

/* Cancels what runs. wait_for() repeats it while something runs, because PostgreSQL forgets a cancel request that comes
 * between two statements of a pipeline. */
static void stop(site_connection_t *connection, site_stop_t why) {
    if (!connection->stop) {
        connection->stop = why;
        connection->stop_until = site_clock_in(HOUSEKEEPING);
    }
    site_connection_cancel(connection);
}

/* The time at which a wait has to end, and why; SITE_STOP_NONE: because the server is given up then. */
static apr_int64_t wait_end(const site_connection_t *connection, apr_int64_t now, apr_int64_t until, site_stop_t *why) {
    *why = SITE_STOP_NONE;
    if (connection->stop) {
        if (connection->stop_until < until)
            until = connection->stop_until;
        if (now + CANCEL_AGAIN >= until)
            return until;
        *why = connection->stop;
        return now + CANCEL_AGAIN;
    }
    if (connection->deadline && connection->deadline < until) {
        until = connection->deadline;
        *why = SITE_STOP_TIME;
    }
    if (connection->work_limited && now + connection->work_left < until) {
        until = now + connection->work_left;
        *why = SITE_STOP_WORK;
    }
    return until;
}

static void count_work(site_connection_t *connection, apr_int64_t spent) {
    if (connection->work_limited)
        connection->work_left = spent < connection->work_left ? connection->work_left - spent : 0;
}

/* Whether TLS holds bytes that it has decrypted already, which poll() cannot see. */
static int has_decrypted(PGconn *native) {
    SSL *tls = PQsslInUse(native) ? PQsslStruct(native, "OpenSSL") : NULL;

    return tls && SSL_pending(tls) > 0;
}

static void give_up(PGconn *native, const char *why) {
    say("ERROR", "", why);
    shutdown(PQsocket(native), SHUT_RDWR);
    PQconsumeInput(native);
}

/* `limited`: whether the caller's limits apply. 0 for cleanup, which continues after the client has gone. */
static int wait_for(site_connection_t *connection, apr_int64_t until, int limited) {
    PGconn *native = connection->native;
    int counted = connection->result_limit && !PQsslInUse(native), reads = 0;
    apr_size_t taken = 0;

    /* poll() cannot see what GSSAPI has decrypted; libpq's own blocking wait can. There the keepalives of the
     * connection string must do. */
    if (PQgssEncInUse(native))
        return !site_connection_lost(connection);

    while (PQisBusy(native)) {
        apr_int64_t begun = site_clock(), end = until;
        site_stop_t why = SITE_STOP_NONE;
        site_wake_t wake = SITE_WAKE_INPUT;

        if (site_connection_lost(connection))
            return 0;
        if (limited)
            end = wait_end(connection, begun, until, &why);
        if (!has_decrypted(native))
            wake = site_wait(PQsocket(native), limited && !connection->stop ? connection->peer : NULL, end);
        count_work(connection, site_clock() - begun);
        if (wake == SITE_WAKE_GONE)
            why = SITE_STOP_CLIENT;
        else if (wake == SITE_WAKE_INPUT &&
                 !(counted && ++reads > UNCOUNTED ? consume_counted(connection, &taken) : PQconsumeInput(native)))
            return 0;
        if (wake == SITE_WAKE_LATE && !why) {
            give_up(native, "the server has been silent for too long; the connection is given up");
            return 0;
        }
        if (wake != SITE_WAKE_INPUT)
            stop(connection, why);
    }
    return 1;
}

int site_connection_wait(site_connection_t *connection, apr_int64_t until) {
    return wait_for(connection, until, 1);
}

int site_connection_wait_for_commit(site_connection_t *connection, apr_int64_t until) {
    return wait_for(connection, until, 0);
}

int site_connection_may_begin(site_connection_t *connection) {
    if (connection->stop == SITE_STOP_CLIENT)
        return 0;
    connection->stop = SITE_STOP_NONE;
    if (connection->deadline && site_clock() >= connection->deadline)
        connection->stop = SITE_STOP_TIME;
    else if (connection->work_limited && !connection->work_left)
        connection->stop = SITE_STOP_WORK;
    return !connection->stop;
}

void site_connection_check_time(site_connection_t *connection) {
    if (connection->deadline && !connection->stop && site_clock() >= connection->deadline)
        stop(connection, SITE_STOP_TIME);
}

/* Sends one statement outside of any pipeline and returns its last result, which the caller clears; NULL when the
 * connection was lost on the way. */
static PGresult *exchange(site_connection_t *connection, const char *text, int count, const char *const *values,
                          int patience) {
    PGconn *native = connection->native;
    apr_int64_t until = site_clock_in(patience);
    PGresult *last = NULL, *result;

    if (!PQsendQueryParams(native, text, count, NULL, values, NULL, NULL, 0))
        return NULL;
    while (wait_for(connection, until, 0) && (result = PQgetResult(native)) != NULL) {
        PQclear(last);
        last = result;
    }
    if (site_connection_lost(connection)) {
        PQclear(last);
        return NULL;
    }
    return last;
}

static int same_text(const char *a, const char *b) {
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* Keeps a copy of `text`. Returns 0 when memory is short. */
static int keep_text(const char **mine, const char *text) {
    char *copy;

    if (same_text(*mine, text))
        return 1;
    copy = strdup(text);
    if (!copy)
        return 0;
    free((char *)*mine);
    *mine = copy;
    return 1;
}

/* Remembers what the session shall be. Returns 0 when memory is short. */
static int adopt(site_connection_t *connection, const site_session_t *session) {
    site_session_t *mine = &connection->session;
    const char *zone = session->time_zone ? session->time_zone : "UTC";
    const char *path = session->search_path ? session->search_path : "";

    if (connection->known && same_text(mine->time_zone, zone) && same_text(mine->search_path, path) &&
        mine->statement_timeout == session->statement_timeout && mine->idle_timeout == session->idle_timeout &&
        mine->generation == session->generation) {
        mine->prepared_statements = session->prepared_statements;
        return 1;
    }
    connection->configured = 0;
    if (!keep_text(&mine->time_zone, zone) || !keep_text(&mine->search_path, path))
        return 0;
    mine->statement_timeout = session->statement_timeout;
    mine->idle_timeout = session->idle_timeout;
    mine->prepared_statements = session->prepared_statements;
    mine->generation = session->generation;
    connection->known = 1;
    return 1;
}

static const char *milliseconds(char *buffer, apr_size_t size, int value) {
    if (value <= 0)
        return NULL;
    apr_snprintf(buffer, size, "%d", value);
    return buffer;
}

/* Asks the server for the settings. Returns the SQLSTATE of its refusal, "" when the connection is lost, NULL when
 * all is well. With a pooler nothing is left behind but the knowledge of the search_path. */
static const char *configure(site_connection_t *connection) {
    const site_session_t *session = &connection->session;
    char timeout[16], idle[16], *path;
    const char *values[5];
    static const char refused[] = "F0000";
    PGresult *result;

    values[0] = session->prepared_statements > 0 ? "false" : "true";
    values[1] = session->time_zone;
    values[2] = milliseconds(timeout, sizeof timeout, session->statement_timeout);
    values[3] = milliseconds(idle, sizeof idle, session->idle_timeout);
    values[4] = session->search_path;
    result = exchange(connection, set_session, 5, values, HOUSEKEEPING);
    if (!result)
        return "";
    if (PQresultStatus(result) != PGRES_TUPLES_OK || PQntuples(result) != 1) {
        const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
        int lost = !sqlstate || site_sqlstate_is_lost(sqlstate);

        say("ERROR", sqlstate, PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
        PQclear(result);
        return lost ? "" : refused;
    }
    path = strdup(PQgetvalue(result, 0, SEARCH_PATH));
    PQclear(result);
    if (!path)
        return refused;
    free(connection->search_path);
    connection->search_path = path;
    connection->configured = 1;
    return NULL;
}

int site_connection_send_settings(site_connection_t *connection) {
    const site_session_t *session = &connection->session;
    char timeout[16], idle[16];
    const char *values[5];

    values[0] = "true";
    values[1] = session->time_zone;
    values[2] = milliseconds(timeout, sizeof timeout, session->statement_timeout);
    values[3] = milliseconds(idle, sizeof idle, session->idle_timeout);
    values[4] = connection->search_path;
    return PQsendQueryParams(connection->native, set_transaction, 5, NULL, values, NULL, NULL, 0);
}

void site_connection_act_for(site_connection_t *connection, const char *role, const char *user) {
    connection->role = role;
    connection->user = user;
}

void site_connection_limit(site_connection_t *connection, apr_size_t bytes) {
    connection->result_limit = bytes;
}

void site_connection_watch(site_connection_t *connection, site_peer_t *peer) {
    connection->peer = peer;
    connection->stop = SITE_STOP_NONE;
}

apr_int64_t site_connection_end_at(site_connection_t *connection, apr_int64_t time) {
    apr_int64_t before = connection->deadline ? connection->deadline : SITE_FOR_EVER;

    connection->deadline = time == SITE_FOR_EVER ? 0 : time;
    return before;
}

void site_connection_limit_work(site_connection_t *connection, int milliseconds) {
    connection->work_limited = milliseconds > 0;
    connection->work_left = milliseconds * APR_INT64_C(1000);
}

site_stop_t site_connection_stopped(const site_connection_t *connection) {
    return connection->stop;
}

int site_connection_is_out_of_work(const site_connection_t *connection, const site_error_t *error) {
    return connection->stop == SITE_STOP_WORK && strcmp(error->code, "query_timeout") == 0;
}

void site_connection_forget_caller(site_connection_t *connection) {
    site_connection_act_for(connection, NULL, NULL);
    site_connection_limit(connection, 0);
    site_connection_watch(connection, NULL);
    site_connection_end_at(connection, SITE_FOR_EVER);
    site_connection_limit_work(connection, 0);
}

static int is_idle(const site_connection_t *connection) {
    return PQstatus(connection->native) == CONNECTION_OK && PQpipelineStatus(connection->native) == PQ_PIPELINE_OFF &&
           PQtransactionStatus(connection->native) == PQTRANS_IDLE;
}

site_error_t *site_connection_ready(apr_pool_t *pool, site_connection_t *connection, const site_session_t *session) {
    static const site_session_t plain = {0};
    const char *refusal;
    int pooler;

    if (!session && !connection->known)
        session = &plain;
    pooler = connection->known && connection->session.prepared_statements <= 0;
    if (session && !adopt(connection, session))
        return site_error_make(pool, 500, "error", NULL, "A server error occurred.");
    /* From a pooler's session to one of our own, or back: what was set for a transaction is gone by now. */
    if (pooler != (connection->session.prepared_statements <= 0))
        connection->configured = 0;

    if (!is_idle(connection) && !site_connection_settle(connection) && !site_connection_reset(connection))
        return site_sqlstate_error(pool, "");
    if (connection->configured)
        return NULL;
    refusal = configure(connection);
    /* The server may have gone while the connection lay in the pool: PQstatus did not know. */
    if (refusal && site_sqlstate_is_lost(refusal) && site_connection_reset(connection))
        refusal = configure(connection);
    return refusal ? site_sqlstate_error(pool, refusal) : NULL;
}

void site_connection_cancel(site_connection_t *connection) {
    char why[256];

    if (site_connection_lost(connection))
        return;
    switch (site_cancel(connection->native, site_clock_in(CANCEL_TIME), why, sizeof why)) {
    case SITE_CANCEL_SENT:
        break;
    case SITE_CANCEL_FAILED:
        say("WARNING", "", why);
        break;
    case SITE_CANCEL_LATE:
        give_up(connection->native, "the server did not take a cancel request in time; the connection is given up");
        break;
    }
}

/* Reads until nothing is on its way any more, in or out of pipeline mode. */
static void drain(site_connection_t *connection) {
    PGconn *native = connection->native;
    apr_int64_t until = site_clock_in(HOUSEKEEPING);
    int silent = 0;

    while (silent < 2 && wait_for(connection, until, 0)) {
        PGresult *result = PQgetResult(native);

        /* In a pipeline one NULL ends one statement's results, two in a row end all. */
        silent = result ? 0 : silent + 1;
        PQclear(result);
        if (!result && PQpipelineStatus(native) == PQ_PIPELINE_OFF)
            break;
    }
    if (PQpipelineStatus(native) != PQ_PIPELINE_OFF)
        PQexitPipelineMode(native);
}

int site_connection_settle(site_connection_t *connection) {
    PGconn *native = connection->native;

    if (is_idle(connection))
        return 1;
    if (site_connection_lost(connection))
        return 0;
    if (PQpipelineStatus(native) != PQ_PIPELINE_OFF || PQtransactionStatus(native) == PQTRANS_ACTIVE) {
        site_connection_cancel(connection);
        drain(connection);
    }
    switch (PQtransactionStatus(native)) {
    case PQTRANS_INTRANS:
    case PQTRANS_INERROR:
        PQclear(exchange(connection, "ROLLBACK", 0, NULL, HOUSEKEEPING));
        break;
    default:
        break;
    }
    return is_idle(connection) || (!site_connection_lost(connection) && site_connection_reset(connection));
}

int site_connection_answers(site_connection_t *connection, int patience) {
    int attempt;

    for (attempt = 0; attempt < 2; attempt++) {
        apr_int64_t until = site_clock_in(patience);
        PGresult *result = exchange(connection, "SELECT 1", 0, NULL, patience);
        int answered = PQresultStatus(result) == PGRES_TUPLES_OK;

        PQclear(result);
        if (answered)
            return 1;
        /* One that is silent would not connect either. */
        if (!site_connection_lost(connection) || site_clock() >= until || !site_connection_reset(connection))
            return 0;
    }
    return 0;
}
