/* wait: waits for PostgreSQL's socket and for the end of the client's connection at the same time.
 *
 * All times are microseconds of a clock that is never set (CLOCK_MONOTONIC); an end of waiting is a time of that clock, so
 * that it stays where it is however often the wait is resumed.
 */
#ifndef SITE_DB_WAIT_H
#define SITE_DB_WAIT_H

#include <apr.h>

#define SITE_FOR_EVER APR_INT64_MAX

/* The client's end of a connection, while a statement runs for it. Nothing is read from the socket: what the client has
 * sent for its next request stays there, and behind TLS it is not ours to read.
 *
 * A client that closes only its sending side looks like one that closes both until something is sent to it. So the
 * end of its data counts after half a second; a reset connection counts at once. */
typedef struct site_peer_t {
    int socket;                           /* -1: there is none to watch */
    int (*is_aborted)(const void *baton); /* asked four times a second; NULL: there is nothing to ask */
    const void *baton;
    apr_int64_t ended; /* private: since when there is no more data to come; 0: more may come */
} site_peer_t;

typedef enum site_wake_t { SITE_WAKE_INPUT, SITE_WAKE_LATE, SITE_WAKE_GONE } site_wake_t;

/* The time now, and milliseconds from now. */
apr_int64_t site_clock(void);
apr_int64_t site_clock_in(int milliseconds);

/* Waits until `server` can be read or has failed (INPUT), the client has gone (GONE; `peer` may be NULL), or the time
 * `until` is reached (LATE). A client that has gone is told even when there is input. */
site_wake_t site_wait(int server, site_peer_t *peer, apr_int64_t until);

#endif
