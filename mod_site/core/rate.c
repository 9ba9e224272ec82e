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

void site_rate_note(site_rate_log_t *log, const site_rate_t *rate, apr_time_t now) {
    log->times[log->next] = now;
    log->next = (log->next + 1) % (apr_uint64_t)rate->limit;
}
