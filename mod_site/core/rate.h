/* rate: "100/h", and whether one more request keeps to it.
 *
 * A sliding log, as DRF's: the times of the last `limit` requests that were let through. Another one is, when the oldest
 * of them is a period ago. What was refused does not count.
 *
 * Of some it is only known later whether they count: a password is looked at before it is known to be wrong. They are
 * taken down at once, so that no more of them than the limit are under way, and afterwards kept or taken back.
 */
#ifndef SITE_CORE_RATE_H
#define SITE_CORE_RATE_H

#include <apr.h>
#include <apr_time.h>

enum { SITE_RATE_MOST = 10000 };

typedef struct site_rate_t {
    int limit; /* requests, 1 to SITE_RATE_MOST */
    apr_interval_time_t period;
} site_rate_t;

/* All zero: nothing happened yet. Times are of a clock that never shows 0 and never goes back, in microseconds; an odd
 * one is only reserved. */
typedef struct site_rate_log_t {
    apr_uint64_t next;
    apr_time_t times[]; /* `limit` of them, a ring */
} site_rate_log_t;

/* Reads "5/s", "100/min", "1000/day": of the period its first letter counts. Returns 0 when it is none. */
int site_rate_read(const char *text, site_rate_t *rate);

/* How long until another request is let through: 0, now. */
apr_interval_time_t site_rate_wait(const site_rate_log_t *log, const site_rate_t *rate, apr_time_t now);

/* Takes down one that was let through. */
void site_rate_note(site_rate_log_t *log, const site_rate_t *rate, apr_time_t now);

/* Takes down one of which is not known yet whether it counts; returns what it goes by. */
apr_time_t site_rate_reserve(site_rate_log_t *log, const site_rate_t *rate, apr_time_t now);

/* It is known now: it counts, or is taken back. */
void site_rate_settle(site_rate_log_t *log, const site_rate_t *rate, apr_time_t reserved, int counts);

/* Whether one that is reserved, not before `since`, may still be taken back. */
int site_rate_is_pending(const site_rate_log_t *log, const site_rate_t *rate, apr_time_t since);

#endif
