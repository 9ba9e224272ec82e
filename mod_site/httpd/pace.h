/* pace: how many passwords are compared at the same time, how many requests wait for that, how many bodies of sign-in forms are
 * read, and how long a refusal takes.
 *
 * Comparing a password takes time on purpose, so clients could keep all processors and all threads busy with it. In
 * each process only a few are compared at a time (turns). A half of the threads may wait: for a turn, for a throttle, or
 * to hide how long a comparison took. An eighth may wait a moment for a body that comes a little later than its request, and
 * another eighth for one that is slow. These kinds of stays are counted apart, so that slow bodies do not keep others from
 * signing in. One address gets half of the turns and half of the stays of a kind at most; requests without a password do not
 * notice.
 *
 * A password is only compared for a user who exists, and how much time that takes depends on how the password is kept. So that
 * no name can be told by time, every refusal takes half a second at least, and as long as the slowest comparison of the last
 * minutes in this process where that was slower. It waits without a turn.
 */
#ifndef SITE_HTTPD_PACE_H
#define SITE_HTTPD_PACE_H

#include <apr_pools.h>
#include <apr_time.h>

typedef enum site_admission_t {
    SITE_ADMITTED,
    SITE_BUSY,     /* too many requests wait already */
    SITE_BUSY_SELF /* too many of this address do */
} site_admission_t;

/* What a stay is for. */
typedef enum site_pace_t {
    SITE_PACE_ARRIVE, /* to wait a moment for a body */
    SITE_PACE_READ,   /* to wait for it as long as it takes */
    SITE_PACE_COMPARE
} site_pace_t;

/* A stay: given by site_pace_admit, ended by site_pace_dismiss. */
typedef struct site_stay_t {
    site_pace_t kind;
    struct site_guest_t *guest;
    apr_time_t started; /* its turn */
} site_stay_t;

/* Makes room for the stays of a process that has `threads`. To be called before there are threads. */
void site_pace_make(apr_pool_t *pchild, int threads);

/* Whether a request of this address (4 to 16 bytes) may wait for what `kind` says. Does not wait itself. */
site_admission_t site_pace_admit(site_pace_t kind, const void *address, apr_size_t length, site_stay_t *stay);
void site_pace_dismiss(site_stay_t *stay);

/* Waits for a turn (with a stay of SITE_PACE_COMPARE), a few seconds at most. Returns 0 when there was none; else the turn must be ended. */
int site_pace_begin(site_stay_t *stay);

/* Ends the turn. `compared`: a password was. */
void site_pace_end(site_stay_t *stay, int compared);

/* Afterwards, before a refusal is told: waits until that has taken as long as a comparison. */
void site_pace_hide(const site_stay_t *stay);

#endif
