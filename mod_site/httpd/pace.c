#include "httpd/pace.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

#define WINDOW APR_TIME_C(60000000)
#define FIRST APR_TIME_C(20000)  /* before anything was measured */
#define MOST APR_TIME_C(1000000) /* one that waited for something else is not taken for the rule */

enum {
    PER_PROCESSOR = 2, /* some providers wait for others, not for a processor */
    LEAST = 4,
    QUEUE = 16,
    PATIENCE = 3 /* seconds */
};

/* --- turns --- */

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t left_one = PTHREAD_COND_INITIALIZER;
static int inside, waiting, room;

static int find_room(void) {
    long processors = sysconf(_SC_NPROCESSORS_ONLN);

    return processors * PER_PROCESSOR > LEAST ? (int)processors * PER_PROCESSOR : LEAST;
}

int site_pace_enter(void) {
    struct timespec until;
    int entered;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE;
    pthread_mutex_lock(&mutex);
    if (!room)
        room = find_room();
    if (inside >= room && waiting < QUEUE) {
        waiting++;
        while (inside >= room && pthread_cond_timedwait(&left_one, &mutex, &until) == 0)
            ;
        waiting--;
    }
    entered = inside < room;
    inside += entered;
    pthread_mutex_unlock(&mutex);
    return entered;
}

static void leave(void) {
    pthread_mutex_lock(&mutex);
    inside--;
    pthread_cond_signal(&left_one);
    pthread_mutex_unlock(&mutex);
}

/* --- time --- */

/* The slowest of this window and of the one before. A race loses one measurement. */
static _Atomic int64_t begun, slowest, slowest_before;

static void measure(apr_time_t spent) {
    int64_t now = apr_time_now(), before = atomic_load(&begun);

    if (spent > MOST)
        spent = MOST;
    if (now - before > WINDOW && atomic_compare_exchange_strong(&begun, &before, now)) {
        atomic_store(&slowest_before, atomic_load(&slowest));
        atomic_store(&slowest, 0);
    }
    if (spent > atomic_load(&slowest))
        atomic_store(&slowest, spent);
}

static void wait_since(apr_time_t started) {
    apr_time_t current = atomic_load(&slowest), previous = atomic_load(&slowest_before), left;
    apr_time_t pace = current > previous ? current : previous;

    left = started + (pace ? pace : FIRST) - apr_time_now();
    if (left > 0)
        apr_sleep(left);
}

void site_pace_leave(apr_time_t started, int compared, int refused) {
    if (compared)
        measure(apr_time_now() - started);
    if (refused)
        wait_since(started);
    leave();
}
