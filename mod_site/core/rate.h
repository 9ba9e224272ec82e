/* rate: "100/h", and whether one more request keeps to it.
 *
 * A sliding log, as DRF's: the times of the last `limit` requests that were let through. Another one is, when the oldest
 * of them is a period ago. What was refused does not count.
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

/* All zero: nothing happened yet. Times are of a clock that never shows 0 and never goes back. */
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

#endif
