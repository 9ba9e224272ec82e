#include "httpd/listen.h"

#include "httpd/borrow.h"
#include "httpd/config.h"
#include "httpd/generation.h"
#include "httpd/log.h"

#include "db/introspect.h"

#include <apr_strings.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#define RECONNECT APR_TIME_C(1000000)
#define CONNECT_TIMEOUT APR_TIME_C(5000000)
#define COMPARE_INTERVAL APR_TIME_C(60000000) /* where nobody may notify: a database without the triggers */

#define LISTENER_NAME "mod_site listen"

enum { SLICE = 100 /* milliseconds */, COMPARE_TIMEOUT = 10000 };

struct site_listener_t {
    apr_pool_t *pool;
    server_rec *server;
    apr_array_header_t *apis; /* site_exposed_t *, of this server */
    int watched;
    int refresh; /* site_refresh_t; from LISTEN to poll where LISTEN is impossible */
    apr_interval_time_t interval;
    const char *channel;

    PQconninfoOption *parameters; /* mod_dbd's, as libpq understood them; NULL: not known yet */
    PGconn *native;
    apr_time_t next; /* attempt to connect, or comparison */
    int compared;    /* of `apis`, since the connection was made */
    int silent;      /* a lost connection has been logged */
};

site_listener_t *site_listener_make(apr_pool_t *pool, server_rec *server, const apr_array_header_t *apis) {
    const site_server_t *config = site_server_of(server);
    site_listener_t *listener = apr_pcalloc(pool, sizeof *listener);
    int i;

    listener->pool = pool;
    listener->server = server;
    listener->apis = apr_array_make(pool, apis->nelts, sizeof(const site_exposed_t *));
    for (i = 0; i < apis->nelts; i++) {
        const site_exposed_t *api = APR_ARRAY_IDX(apis, i, const site_exposed_t *);

        if (api->server == server) {
            APR_ARRAY_PUSH(listener->apis, const site_exposed_t *) = api;
            listener->watched = api->watched;
        }
    }
    listener->refresh = config->refresh == SITE_UNSET ? SITE_REFRESH_LISTEN : config->refresh;
    listener->interval =
        apr_time_from_sec(config->poll_seconds == SITE_UNSET ? SITE_POLL_SECONDS : config->poll_seconds);
    listener->channel = config->channel ? config->channel : SITE_CHANNEL;
    return listener;
}

void site_listener_close(site_listener_t *listener) {
    if (listener->native)
        PQfinish(listener->native);
    listener->native = NULL;
    if (listener->parameters)
        PQconninfoFree(listener->parameters);
    listener->parameters = NULL;
}

/* --- comparing ---------------------------------------------------------------------------------------------------- */

/* Compares the catalogue with what was read last. Returns 0 when that cannot be done yet. */
static int compare(site_listener_t *listener, const site_exposed_t *api, apr_pool_t *scratch,
                   site_connection_t *connection) {
    site_diagnosis_t diagnosis = {.message = NULL};
    const char *fingerprint;

    if (!site_generation_is_built(api->number, listener->watched))
        return 0;
    if (site_introspect_fingerprint(scratch, connection, &api->scope, &fingerprint, &diagnosis)) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, listener->server,
                     "SITE0081: the catalogue cannot be looked at: %s %s", diagnosis.sqlstate,
                     diagnosis.message ? diagnosis.message : "");
        return 0;
    }
    if (site_generation_compare(api->number, listener->watched, fingerprint) == 0)
        site_generation_raise(listener->watched);
    return 1;
}

static void poll_catalog(site_listener_t *listener, apr_pool_t *scratch) {
    site_connection_t *connection;
    site_settings_t settings;
    site_error_t *error;
    site_loan_t *loan;
    int i;

    if (apr_time_now() < listener->next)
        return;
    listener->next = apr_time_now() + listener->interval;
    site_settings_init(&settings);
    site_settings_complete(&settings);
    settings.statement_timeout = COMPARE_TIMEOUT;
    loan = site_borrow_for(scratch, listener->server, &settings, &connection, &error);
    for (i = 0; loan && i < listener->apis->nelts; i++)
        compare(listener, APR_ARRAY_IDX(listener->apis, i, const site_exposed_t *), scratch, connection);
    site_give_back(loan);
}

/* Compares each API's catalogue once, over the connection that LISTENs; goes on at the next step where that cannot be done
 * yet. */
static void catch_up(site_listener_t *listener, apr_pool_t *scratch) {
    static const site_session_t session = {.statement_timeout = COMPARE_TIMEOUT, .prepared_statements = 1};
    site_connection_t *connection = site_connection_of(listener->native);
    int backend = PQbackendPID(listener->native);

    while (connection && listener->compared < listener->apis->nelts) {
        const site_exposed_t *api = APR_ARRAY_IDX(listener->apis, listener->compared, const site_exposed_t *);

        if (!site_generation_is_built(api->number, listener->watched))
            return;
        if (site_connection_ready(scratch, connection, &session) || !compare(listener, api, scratch, connection))
            break;
        listener->compared++;
    }
    /* Whoever had to reconnect on the way does not LISTEN any more. */
    if (listener->compared < listener->apis->nelts || PQbackendPID(listener->native) != backend) {
        PQfinish(listener->native);
        listener->native = NULL;
        listener->next = apr_time_now() + RECONNECT;
    }
}

/* --- listening ---------------------------------------------------------------------------------------------------- */

/* Takes mod_dbd's word for where the database is: from a connection of its pool. */
static int find_parameters(site_listener_t *listener, apr_pool_t *scratch) {
    site_connection_t *connection;
    site_settings_t settings;
    site_error_t *error;
    site_loan_t *loan;

    site_settings_init(&settings);
    site_settings_complete(&settings);
    loan = site_borrow_for(scratch, listener->server, &settings, &connection, &error);
    if (loan)
        listener->parameters = PQconninfo(site_connection_native(connection));
    site_give_back(loan);
    return listener->parameters != NULL;
}

/* Connects without blocking for longer than a slice at a time, so that the server can stop meanwhile. */
static int finish_connecting(PGconn *native, const _Atomic int *stop) {
    apr_time_t until = apr_time_now() + CONNECT_TIMEOUT;
    PostgresPollingStatusType state = PGRES_POLLING_WRITING;

    while (!*stop && apr_time_now() < until) {
        struct pollfd wanted = {.fd = PQsocket(native), .events = state == PGRES_POLLING_READING ? POLLIN : POLLOUT};
        int ready = wanted.fd >= 0 ? poll(&wanted, 1, SLICE) : -1;

        if (ready == 0 || (ready < 0 && wanted.fd >= 0 && errno == EINTR))
            continue;
        state = PQconnectPoll(native);
        if (state == PGRES_POLLING_OK)
            return 1;
        if (state == PGRES_POLLING_FAILED)
            return 0;
    }
    return 0;
}

static PGconn *connect_own(const PQconninfoOption *parameters, apr_pool_t *scratch, const _Atomic int *stop) {
    apr_array_header_t *keys = apr_array_make(scratch, 32, sizeof(const char *));
    apr_array_header_t *values = apr_array_make(scratch, 32, sizeof(const char *));
    PGconn *native;

    for (; parameters->keyword; parameters++) {
        if (parameters->val && *parameters->val && strcmp(parameters->keyword, "application_name") != 0) {
            APR_ARRAY_PUSH(keys, const char *) = parameters->keyword;
            APR_ARRAY_PUSH(values, const char *) = parameters->val;
        }
    }
    /* So that it can be told from the pool's in pg_stat_activity. */
    APR_ARRAY_PUSH(keys, const char *) = "application_name";
    APR_ARRAY_PUSH(values, const char *) = LISTENER_NAME;
    APR_ARRAY_PUSH(keys, const char *) = NULL;
    APR_ARRAY_PUSH(values, const char *) = NULL;
    native = PQconnectStartParams((const char *const *)keys->elts, (const char *const *)values->elts, 0);
    if (native && PQstatus(native) != CONNECTION_BAD && finish_connecting(native, stop))
        return native;
    PQfinish(native);
    return NULL;
}

/* Returns 0 when this server cannot LISTEN at all. */
static int send_listen(site_listener_t *listener, apr_pool_t *scratch) {
    char *name = PQescapeIdentifier(listener->native, listener->channel, strlen(listener->channel));
    PGresult *result = name ? PQexec(listener->native, apr_pstrcat(scratch, "LISTEN ", name, NULL)) : NULL;
    int done = PQresultStatus(result) == PGRES_COMMAND_OK;

    if (!done && PQstatus(listener->native) == CONNECTION_OK) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, listener->server,
                     "SITE0082: LISTEN is not possible here (%s), so the catalogue is looked at every %d seconds: "
                     "SiteCatalogRefresh poll says so without trying",
                     PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY), (int)apr_time_sec(listener->interval));
        PQclear(result);
        PQfreemem(name);
        return 0;
    }
    PQclear(result);
    PQfreemem(name);
    return 1;
}

static void begin_listening(site_listener_t *listener, apr_pool_t *scratch, const _Atomic int *stop) {
    if (apr_time_now() < listener->next)
        return;
    listener->next = apr_time_now() + RECONNECT;
    if (!listener->parameters && !find_parameters(listener, scratch))
        return;
    listener->native = connect_own(listener->parameters, scratch, stop);
    if (!listener->native)
        return;
    if (!send_listen(listener, scratch)) {
        PQfinish(listener->native);
        listener->native = NULL;
        listener->refresh = SITE_REFRESH_POLL;
        return;
    }
    listener->next = 0; /* what happened before nobody heard */
    ap_log_error(APLOG_MARK, listener->silent ? APLOG_NOTICE : APLOG_INFO, 0, listener->server,
                 "SITE0083: listening for changes of the catalogue on channel %s", listener->channel);
    listener->silent = 0;
}

static void hear(site_listener_t *listener) {
    PGnotify *note;
    int heard = 0;

    if (!PQconsumeInput(listener->native) || PQstatus(listener->native) != CONNECTION_OK) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, listener->server,
                     "SITE0084: the connection that listens for changes of the catalogue is lost; it is made again: %s",
                     PQerrorMessage(listener->native));
        PQfinish(listener->native);
        listener->native = NULL;
        listener->next = 0;
        listener->silent = 1;
        return;
    }
    while ((note = PQnotifies(listener->native)) != NULL) {
        PQfreemem(note);
        heard = 1;
    }
    if (heard)
        site_generation_raise(listener->watched);
}

void site_listener_step(site_listener_t *listener, apr_pool_t *scratch, const _Atomic int *stop) {
    if (listener->refresh == SITE_REFRESH_POLL) {
        poll_catalog(listener, scratch);
        return;
    }
    if (listener->refresh == SITE_REFRESH_OFF)
        return;
    if (!listener->native)
        begin_listening(listener, scratch, stop);
    if (listener->native)
        hear(listener);
    if (listener->native && apr_time_now() >= listener->next) {
        listener->next = apr_time_now() + COMPARE_INTERVAL;
        listener->compared = 0;
    }
    if (listener->native && listener->compared < listener->apis->nelts)
        catch_up(listener, scratch);
}
