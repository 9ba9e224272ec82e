#include "db/wait.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <time.h>

#define GRACE APR_INT64_C(500000) /* of a client that sends no more */
#define TICK APR_INT64_C(250000)  /* between two questions to is_aborted() */

apr_int64_t site_clock(void) {
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * APR_INT64_C(1000000) + now.tv_nsec / 1000;
}

apr_int64_t site_clock_in(int milliseconds) {
    return site_clock() + milliseconds * APR_INT64_C(1000);
}

static apr_int64_t earlier(apr_int64_t one, apr_int64_t other) {
    return one < other ? one : other;
}

/* For poll(). Rounded up, so that it does not return just before the time. */
static int milliseconds_until(apr_int64_t time, apr_int64_t now) {
    if (time == SITE_FOR_EVER)
        return -1;
    if (time <= now)
        return 0;
    return (time - now) / 1000 >= INT_MAX ? INT_MAX : (int)((time - now + 999) / 1000);
}

/* When the client has to be looked at again. */
static apr_int64_t next_look(const site_peer_t *peer, apr_int64_t now) {
    apr_int64_t next = peer->is_aborted ? now + TICK : SITE_FOR_EVER;

    return peer->ended ? earlier(next, peer->ended + GRACE) : next;
}

static int is_gone(site_peer_t *peer, short events, apr_int64_t now) {
    /* Not a socket of ours: nothing can be said of it. */
    if (events & POLLNVAL)
        peer->socket = -1;
    else if (events & (POLLERR | POLLHUP))
        return 1;
    else if ((events & POLLRDHUP) && !peer->ended)
        peer->ended = now;
    return (peer->ended && now - peer->ended >= GRACE) || (peer->is_aborted && peer->is_aborted(peer->baton));
}

site_wake_t site_wait(int server, site_peer_t *peer, apr_int64_t until) {
    apr_int64_t now = site_clock();

    for (;;) {
        /* Without POLLIN: data of the client's next request wakes nobody. */
        struct pollfd wanted[2] = {
            {.fd = server, .events = POLLIN},
            {.fd = peer ? peer->socket : -1, .events = peer && !peer->ended ? POLLRDHUP : 0},
        };
        apr_int64_t next = peer ? earlier(until, next_look(peer, now)) : until;
        int ready = poll(wanted, 2, milliseconds_until(next, now));

        now = site_clock();
        if (ready < 0 && errno != EINTR)
            return SITE_WAKE_LATE;
        if (ready < 0)
            continue;
        if (peer && is_gone(peer, wanted[1].revents, now))
            return SITE_WAKE_GONE;
        if (wanted[0].revents)
            return SITE_WAKE_INPUT;
        if (now >= until)
            return SITE_WAKE_LATE;
    }
}
