/* connection_private: the record beside a PGconn, for the files of this folder alone. */
#ifndef SITE_DB_CONNECTION_PRIVATE_H
#define SITE_DB_CONNECTION_PRIVATE_H

#include "db/connection.h"

#include <apr.h>

/* A statement that the server keeps under the name "s<number>". */
typedef struct site_prepared_t {
    char *text;
    apr_size_t length;
    unsigned long number; /* never used again in this session: a late DEALLOCATE cannot hit another statement */
    apr_uint64_t used;    /* the record's clock when it was last asked for */
    int sent;             /* PREPARE is on its way or done */
} site_prepared_t;

struct site_connection_t {
    PGconn *native;
    int configured;          /* the session has the settings of `session` */
    int known;               /* `session` holds something */
    site_session_t session;  /* time_zone is a copy of ours */
    const char *role, *user; /* site_connection_act_for(); not ours */
    apr_size_t result_limit; /* bytes of one statement's result; 0: any */
    int too_large;           /* a result went beyond it, and was cancelled */

    site_peer_t *peer;      /* site_connection_watch(); not ours */
    apr_int64_t deadline;   /* site_connection_end_at() */
    int work_limited;       /* site_connection_limit_work() */
    apr_int64_t work_left;  /* microseconds */
    site_stop_t stop;       /* why the running statement was cancelled, and no other begins */
    apr_int64_t stop_until; /* how long the server is given to do so */

    char *search_path; /* as the server made it; sent again with every batch when nothing is prepared */

    site_prepared_t **prepared;
    int count, size;
    unsigned long next_number;
    apr_uint64_t clock;
    int deallocate_all; /* the server may keep statements that we know no more: to be sent first */
};

/* When a server that has been given a statement now counts as gone, or SITE_FOR_EVER. */
apr_int64_t site_connection_patience(const site_connection_t *connection);

/* Waits until PQgetResult will not block. Returns 0 when the connection is lost: a server that has not answered by the
 * time `until` counts as gone, and its socket is shut down so that libpq knows it too.
 * When the client goes or a limit of the connection is reached, the statement is cancelled and its end is waited for. */
int site_connection_wait(site_connection_t *connection, apr_int64_t until);

/* The same for the result of a COMMIT, which is not cancelled: PostgreSQL would end its wait for a synchronous standby, and answer as
 * if that had the transaction. */
int site_connection_wait_for_commit(site_connection_t *connection, apr_int64_t until);

/* Whether a statement may begin: 0 when the client has gone or a limit is used up. */
int site_connection_may_begin(site_connection_t *connection);

/* Cancels the running statement when the connection's time is over, for one that gives no reason to wait. */
void site_connection_check_time(site_connection_t *connection);

/* Queues the statement that gives the settings to the current transaction (in a pipeline: to all that follows in it).
 * Non-zero on success; it has one result. */
int site_connection_send_settings(site_connection_t *connection);

/* The cached statement of this text, or NULL. Marks it as used. */
site_prepared_t *site_connection_find(site_connection_t *connection, const char *text);

/* The least recently used statement when the cache is full and that one was last used before `since`; it is taken out
 * of the cache and is the caller's, who DEALLOCATEs it and calls site_connection_free_prepared. */
site_prepared_t *site_connection_evict(site_connection_t *connection, apr_uint64_t since);

/* Adds a statement. NULL when the cache is full, off, or memory is short: then it goes unnamed. */
site_prepared_t *site_connection_remember(site_connection_t *connection, const char *text);

/* Takes one statement out (its PREPARE failed), or all of them (the session lost them). */
void site_connection_forget(site_connection_t *connection, site_prepared_t *prepared);
void site_connection_forget_all(site_connection_t *connection);

void site_connection_free_prepared(site_prepared_t *prepared);

#endif
