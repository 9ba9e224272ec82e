/* scale: round numbers over a range: where the bars of a histogram begin, where the ticks of an axis stand.
 *
 * A step is 1, 2 or 5 times a power of ten, and a mark is a whole number of steps. So a mark has an exact decimal text: what a
 * statement, a filter and a label say of it is the same number.
 */
#ifndef SITE_CORE_SCALE_H
#define SITE_CORE_SCALE_H

#include <apr_pools.h>

/* The marks (first + i) x mantissa x 10^exponent, 0 <= i <= count. */
typedef struct site_scale_t {
    int mantissa; /* 1, 2 or 5 */
    int exponent;
    apr_int64_t first;
    int count; /* steps; < 0: no mark */
} site_scale_t;

/* One mark, of a scale of numbers or of time (core/calendar). */
typedef struct site_mark_t {
    double at;
    const char *text;  /* as PostgreSQL and a filter read it */
    const char *label; /* for people */
} site_mark_t;

/* Covers [low, high], both finite, with at most `most` (2 or more) equal steps: at least one. `whole`: no step below 1. */
void site_scale_cover(site_scale_t *scale, double low, double high, int most, int whole);

/* At most `most` (1 or more) marks within [low, high]. With `fine` every step is a whole number of its steps. */
void site_scale_within(site_scale_t *scale, double low, double high, int most, const site_scale_t *fine);

double site_scale_at(const site_scale_t *scale, int i);

/* All marks, count + 1 of them. */
site_mark_t *site_scale_marks(apr_pool_t *pool, const site_scale_t *scale);

/* Any number as people read it: six digits at most, U+2212 for a minus. */
const char *site_scale_number(apr_pool_t *pool, double number);

/* The same of a plain decimal text, all of its digits kept, in groups of three from five digits on. */
const char *site_scale_decimal(apr_pool_t *pool, const char *text);

#endif
