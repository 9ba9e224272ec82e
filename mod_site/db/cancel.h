/* cancel: cancels the statement that runs on a connection, within a limited time.
 *
 * libpq sends a cancel request on a connection of its own and blocks until the server closes it: for ever, when the server
 * accepts connections and serves none. (libpq 17 has calls that do not block, libpq 15 has not.) So each request is sent by
 * a thread of its own, a few at a time in a process, and the caller waits for it until a deadline. A request that
 * comes late can hit whatever runs in that session then, so its connection must not be used again.
 */
#ifndef SITE_DB_CANCEL_H
#define SITE_DB_CANCEL_H

#include <apr.h>
#include <libpq-fe.h>

typedef enum site_cancel_t {
    SITE_CANCEL_SENT,   /* the server has it */
    SITE_CANCEL_FAILED, /* the server could not be reached */
    SITE_CANCEL_LATE    /* it is still on its way, or too many are: close the connection */
} site_cancel_t;

/* Cancels what runs on `native`, and waits for that until `until`, a time of site_clock(). When it FAILED, `why` of `size`
 * bytes says why. */
site_cancel_t site_cancel(PGconn *native, apr_int64_t until, char *why, apr_size_t size);

/* Waits, for a second at most, until no thread is left: before the process ends, and with it this code. */
void site_cancel_end(void);

#endif
