/* calendar: round moments over a span of time, as core/scale has round numbers.
 *
 * Moments are seconds since 1970-01-01 00:00 of a clock on the wall: the site's time zone is PostgreSQL's to know, and what comes
 * here has been brought into it. Years go as far as PostgreSQL's, to both sides of year 1; year 0 is 1 BC.
 */
#ifndef SITE_CORE_CALENDAR_H
#define SITE_CORE_CALENDAR_H

#include "core/scale.h"

/* The marks (first + i) steps, 0 <= i <= count: of `months` months, or else of `seconds` seconds from `origin` on. */
typedef struct site_calendar_t {
    int months;
    apr_int64_t seconds;
    apr_int64_t origin;
    apr_int64_t first;
    int count;        /* steps; < 0: no mark */
    int times;        /* texts have a time of day */
    const char *word; /* what one step is: "month", "6 hours" */
} site_calendar_t;

/* Covers [low, high] with at most `most` (10 or more) steps: at least one, the last of which ends after `high`. `days`: no step below a
 * day, and texts without a time. */
void site_calendar_cover(site_calendar_t *calendar, double low, double high, int most, int days);

/* At most `most` (1 or more) marks within [low, high]. */
void site_calendar_within(site_calendar_t *calendar, double low, double high, int most, int days);

double site_calendar_at(const site_calendar_t *calendar, int i);

/* All marks, count + 1 of them. The texts are those of PostgreSQL's ISO style: "2024-02-29 06:00:00", "0044-03-15 BC". */
site_mark_t *site_calendar_marks(apr_pool_t *pool, const site_calendar_t *calendar);

/* The time of step i as people read it: "Mar 2024", "1990 to 1999". */
const char *site_calendar_span(apr_pool_t *pool, const site_calendar_t *calendar, int i);

/* A moment as people read it; without `times` the day alone. */
const char *site_calendar_label(apr_pool_t *pool, double moment, int times);

#endif
