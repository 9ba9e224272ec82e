#include "httpd/pace.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define WINDOW APR_TIME_C(60000000)
#define LEAST_TIME APR_TIME_C(500000) /* of a refusal: longer than most comparisons, whichever were measured yet */
#define MOST APR_TIME_C(1000000)      /* one that waited for something else is not taken for the rule */

enum {
    PER_PROCESSOR = 2, /* turns; some providers wait for others, not for a processor */
    LEAST = 4,         /* turns, and stays of those who compare */
    LEAST_READERS = 2, /* stays of those who wait for a body; one address has half of them */
    PATIENCE = 3,      /* seconds */
    ADDRESS = 16       /* bytes */
};

/* --- stays and turns --- */

/* An address with a stay. */
typedef struct site_guest_t {
    unsigned char address[ADDRESS];
    apr_size_t length;
    int stays; /* 0: this place is free */
    int turns;
} site_guest_t;

/* The stays of one kind. There are as many guests as stays, since each has one at least. */
typedef struct room_t {
    site_guest_t *guests;
    int stays, most;
} room_t;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t left_one = PTHREAD_COND_INITIALIZER;
/* Of this process. */
static room_t rooms[SITE_PACE_COMPARE + 1]; /* by site_pace_t */
static int turns, most_turns;

static void make_room(room_t *room, apr_pool_t *pchild, int most, int least) {
    room->stays = 0;
    room->most = most > least ? most : least;
    room->guests = apr_pcalloc(pchild, (apr_size_t)room->most * sizeof *room->guests);
}

void site_pace_make(apr_pool_t *pchild, int threads) {
    long processors = sysconf(_SC_NPROCESSORS_ONLN);

    turns = 0;
    most_turns = processors * PER_PROCESSOR > LEAST ? (int)processors * PER_PROCESSOR : LEAST;
    make_room(&rooms[SITE_PACE_COMPARE], pchild, threads / 2, LEAST);
    make_room(&rooms[SITE_PACE_ARRIVE], pchild, threads / 8, LEAST_READERS);
    make_room(&rooms[SITE_PACE_READ], pchild, threads / 8, LEAST_READERS);
}

/* The place of this address, or a free one; NULL: there is none. */
static site_guest_t *find(const room_t *room, const void *address, apr_size_t length) {
    site_guest_t *unused = NULL;
    int i;

    for (i = 0; i < room->most; i++) {
        site_guest_t *guest = &room->guests[i];

        if (!guest->stays)
            unused = guest;
        else if (guest->length == length && memcmp(guest->address, address, length) == 0)
            return guest;
    }
    return unused;
}

site_admission_t site_pace_admit(site_pace_t kind, const void *address, apr_size_t length, site_stay_t *stay) {
    site_admission_t admission = SITE_ADMITTED;
    room_t *room = &rooms[kind];
    site_guest_t *guest;

    length = length < ADDRESS ? length : ADDRESS;
    pthread_mutex_lock(&mutex);
    guest = find(room, address, length);
    if (guest && guest->stays >= room->most / 2)
        admission = SITE_BUSY_SELF;
    else if (!guest || room->stays >= room->most)
        admission = SITE_BUSY;
    else {
        if (guest->stays++ == 0) {
            memcpy(guest->address, address, length);
            guest->length = length;
            guest->turns = 0;
        }
        room->stays++;
        stay->kind = kind;
        stay->guest = guest;
    }
    pthread_mutex_unlock(&mutex);
    return admission;
}

void site_pace_dismiss(site_stay_t *stay) {
    pthread_mutex_lock(&mutex);
    stay->guest->stays--;
    rooms[stay->kind].stays--;
    pthread_mutex_unlock(&mutex);
}

static int is_full(const site_guest_t *guest) {
    return turns >= most_turns || guest->turns >= most_turns / 2;
}

int site_pace_begin(site_stay_t *stay) {
    struct timespec until;
    int begun;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE;
    pthread_mutex_lock(&mutex);
    while (is_full(stay->guest) && pthread_cond_timedwait(&left_one, &mutex, &until) == 0)
        ;
    begun = !is_full(stay->guest);
    turns += begun;
    stay->guest->turns += begun;
    pthread_mutex_unlock(&mutex);
    stay->started = apr_time_now();
    return begun;
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

void site_pace_hide(const site_stay_t *stay) {
    apr_time_t current = atomic_load(&slowest), previous = atomic_load(&slowest_before), left;
    apr_time_t pace = current > previous ? current : previous;

    left = stay->started + (pace > LEAST_TIME ? pace : LEAST_TIME) - apr_time_now();
    if (left > 0)
        apr_sleep(left);
}

/* All who wait look again: a turn may be too many for the address of one, and not for another. */
void site_pace_end(site_stay_t *stay, int compared) {
    if (compared)
        measure(apr_time_now() - stay->started);
    pthread_mutex_lock(&mutex);
    turns--;
    stay->guest->turns--;
    pthread_cond_broadcast(&left_one);
    pthread_mutex_unlock(&mutex);
}
