#include "core/rate.h"

#include <apr_lib.h>

static apr_interval_time_t period_of(char letter) {
    switch (letter) {
    case 's':
        return apr_time_from_sec(1);
    case 'm':
        return apr_time_from_sec(60);
    case 'h':
        return apr_time_from_sec(3600);
    case 'd':
        return apr_time_from_sec(86400);
    default:
        return 0;
    }
}

int site_rate_read(const char *text, site_rate_t *rate) {
    const char *c;

    rate->limit = 0;
    for (c = text; apr_isdigit(*c); c++) {
        rate->limit = 10 * rate->limit + (*c - '0');
        if (rate->limit > SITE_RATE_MOST)
            return 0;
    }
    if (!rate->limit || *c != '/')
        return 0;
    rate->period = period_of(*++c);
    while (apr_isalpha(*c))
        c++;
    return rate->period && !*c;
}

apr_interval_time_t site_rate_wait(const site_rate_log_t *log, const site_rate_t *rate, apr_time_t now) {
    apr_time_t oldest = log->times[log->next];
    apr_interval_time_t left = oldest + rate->period - now;

    if (!oldest || left <= 0)
        return 0;
    return left < rate->period ? left : rate->period;
}

static void push(site_rate_log_t *log, const site_rate_t *rate, apr_time_t time) {
    log->times[log->next] = time;
    log->next = (log->next + 1) % (apr_uint64_t)rate->limit;
}

void site_rate_note(site_rate_log_t *log, const site_rate_t *rate, apr_time_t now) {
    push(log, rate, now & ~APR_TIME_C(1));
}

/* The one that is `age` places behind the newest, which is at 0. */
static apr_time_t *at(site_rate_log_t *log, const site_rate_t *rate, int age) {
    apr_uint64_t limit = (apr_uint64_t)rate->limit;

    return &log->times[(log->next + 2 * limit - 1 - (apr_uint64_t)age) % limit];
}

apr_time_t site_rate_reserve(site_rate_log_t *log, const site_rate_t *rate, apr_time_t now) {
    apr_time_t newest = *at(log, rate, 0), reserved = (now > newest ? now : newest + 1) | 1;

    push(log, rate, reserved);
    return reserved;
}

void site_rate_settle(site_rate_log_t *log, const site_rate_t *rate, apr_time_t reserved, int counts) {
    int age = 0;

    while (age < rate->limit && *at(log, rate, age) != reserved)
        age++;
    if (age == rate->limit)
        return; /* so old that it was forgotten */
    if (counts) {
        *at(log, rate, age) &= ~APR_TIME_C(1);
        return;
    }
    /* Those before it close up, and the place of the oldest is free. */
    for (; age + 1 < rate->limit; age++)
        *at(log, rate, age) = *at(log, rate, age + 1);
    *at(log, rate, age) = 0;
}

int site_rate_is_pending(const site_rate_log_t *log, const site_rate_t *rate, apr_time_t since) {
    int i;

    for (i = 0; i < rate->limit; i++) {
        if ((log->times[i] & 1) && log->times[i] >= since)
            return 1;
    }
    return 0;
}
