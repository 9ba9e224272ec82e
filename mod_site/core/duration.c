#include "core/datetime.h"
#include "core/unicode.h"

#include <apr_strings.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Django's parse_duration() tries three regular expressions in turn, then gives floats to timedelta(). Each matcher
 * here is one of them; the arithmetic is that of CPython's timedelta, whose roundings show in microseconds. */

#define US_PER_SECOND APR_INT64_C(1000000)
#define US_PER_DAY (86400 * US_PER_SECOND)
#define MAX_DAYS APR_INT64_C(999999999)

enum { DAYS, HOURS, MINUTES, SECONDS, MICROSECONDS, UNITS };

typedef __int128 wide_t;

typedef struct duration_t {
    double value[UNITS];
    int negative;      /* of the clock part */
    int negative_days; /* ISO 8601: the sign is of the days, too */
} duration_t;

/* Where a run of digits beginning at `at` ends. */
static const char *digits(const char *at) {
    while (*at >= '0' && *at <= '9')
        at++;
    return at;
}

/* float() of the characters from `at` to `end`, in which underscores may stand between digits. */
static int read_float(const char *at, const char *end, double *value) {
    char small[400], *to = small;
    const char *from;
    char *stop;

    if (end - at >= (long)sizeof small) {
        *value = HUGE_VAL; /* more digits than any timedelta */
        return 1;
    }
    for (from = at; from < end; from++) {
        if (*from != '_')
            *to++ = *from;
        else if (from == at || from[-1] < '0' || from[-1] > '9' || from[1] < '0' || from[1] > '9')
            return 0;
    }
    *to = '\0';
    *value = strtod(small, &stop);
    return stop == to && to > small;
}

/* -?\d+ */
static const char *match_days(const char *at, duration_t *duration) {
    const char *end = digits(at + (*at == '-'));

    if (end == at + (*at == '-') || !read_float(at, end, &duration->value[DAYS]))
        return NULL;
    return end;
}

/* \d{1,most_digits}, of which the first six count, left-justified. */
static const char *match_microseconds(const char *at, int most_digits, duration_t *duration) {
    const char *end = digits(at);
    int i;
    double value = 0;

    if (end == at || end - at > most_digits)
        return NULL;
    for (i = 0; i < 6; i++)
        value = value * 10 + (at + i < end ? at[i] - '0' : 0);
    duration->value[MICROSECONDS] = value;
    return end;
}

/* (-?)((\d+):(?=\d+:\d+))?((\d+):)?(\d+)([.,]\d{1,12})?$ */
static int match_standard_clock(const char *at, duration_t *duration) {
    const char *start[3], *end[3];
    int parts = 0, i;

    duration->negative = *at == '-';
    at += duration->negative;
    for (;;) {
        start[parts] = at;
        end[parts] = digits(at);
        if (end[parts] == at)
            return 0;
        at = end[parts++];
        if (*at != ':' || parts == 3)
            break;
        at++;
    }
    for (i = 0; i < parts; i++) {
        if (!read_float(start[i], end[i], &duration->value[SECONDS - parts + 1 + i]))
            return 0;
    }
    if (*at == '.' || *at == ',')
        at = match_microseconds(at + 1, 12, duration);
    return at && *at == '\0';
}

/* ((-?\d+) (days?, )?)? and the clock. */
static int match_standard(const char *text, duration_t *duration) {
    const char *at = match_days(text, duration);

    if (at && *at == ' ') {
        at++;
        if (strncmp(at, "day, ", 5) == 0)
            at += 5;
        else if (strncmp(at, "days, ", 6) == 0)
            at += 6;
        if (match_standard_clock(at, duration))
            return 1;
    }
    memset(duration, 0, sizeof *duration);
    return match_standard_clock(text, duration);
}

/* ((-?\d+) (days? ?))?(([-+])?(\d+):(\d\d):(\d\d)(\.\d{1,6})?)?$ */
static int match_postgres(const char *text, duration_t *duration) {
    const char *at = match_days(text, duration), *end;

    if (at && strncmp(at, " day", 4) == 0) {
        at += 4;
        at += *at == 's';
        at += *at == ' ';
    }
    else {
        duration->value[DAYS] = 0;
        at = text;
    }
    if (!*at)
        return 1;
    duration->negative = *at == '-';
    at += *at == '-' || *at == '+';
    end = digits(at);
    if (end == at || *end != ':' || !read_float(at, end, &duration->value[HOURS]))
        return 0;
    at = end + 1;
    end = digits(at);
    if (end - at != 2 || *end != ':' || !read_float(at, end, &duration->value[MINUTES]))
        return 0;
    at = end + 1;
    end = digits(at);
    if (end - at != 2 || !read_float(at, end, &duration->value[SECONDS]))
        return 0;
    if (*end == '.')
        end = match_microseconds(end + 1, 6, duration);
    return end && *end == '\0';
}

/* ((\d+(.\d+)?)X)? where the dot is any character: Django forgot to escape it, and float() judges what it took. */
static int match_iso_part(const char **at, char designator, double *value, int *refused) {
    char small[400];
    const char *end = digits(*at), *more;
    apr_size_t i, length;

    if (end == *at)
        return 0;
    if (*end != designator) {
        if (!*end || *end == '\n')
            return 0;
        more = digits(end + 1);
        if (more == end + 1 || *more != designator)
            return 0;
        end = more;
    }
    length = (apr_size_t)(end - *at);
    if (length >= sizeof small) {
        *value = HUGE_VAL;
    }
    else {
        for (i = 0; i < length; i++)
            small[i] = (*at)[i] == ',' ? '.' : (*at)[i];
        small[length] = '\0';
        if (strspn(small, "0123456789._eE") != length || !read_float(small, small + length, value))
            *refused = 1;
    }
    *at = end + 1;
    return 1;
}

/* ([-+]?)P(...D)?(T(...H)?(...M)?(...S)?)?$ */
static int match_iso(const char *at, duration_t *duration, int *refused) {
    duration->negative = duration->negative_days = *at == '-';
    at += *at == '-' || *at == '+';
    if (*at++ != 'P')
        return 0;
    match_iso_part(&at, 'D', &duration->value[DAYS], refused);
    if (*at == 'T') {
        at++;
        match_iso_part(&at, 'H', &duration->value[HOURS], refused);
        match_iso_part(&at, 'M', &duration->value[MINUTES], refused);
        match_iso_part(&at, 'S', &duration->value[SECONDS], refused);
    }
    return *at == '\0';
}

static int in_range(wide_t us) {
    return us >= -(wide_t)MAX_DAYS * US_PER_DAY && us < ((wide_t)MAX_DAYS + 1) * US_PER_DAY;
}

/* Adds `value` units of `factor` microseconds: whole ones exactly, of the fraction the whole microseconds exactly and
 * the rest in *leftover. Returns 0 on overflow. */
static int accumulate(double value, apr_int64_t factor, wide_t *us, double *leftover) {
    double whole, fraction = modf(value, &whole), part;

    if (fabs(whole) > 9e13) /* seconds; more than a timedelta holds, of every unit */
        return 0;
    *us += (wide_t)whole * factor;
    if (fraction != 0) {
        fraction = modf((double)factor * fraction, &part);
        *us += (wide_t)part;
        *leftover += fraction;
    }
    return 1;
}

/* Half to even, of the sum. */
static wide_t round_leftover(wide_t us, double leftover) {
    double whole = round(leftover);
    int odd = (int)(us & 1);

    if (fabs(whole - leftover) == 0.5)
        whole = 2.0 * round((leftover + odd) * 0.5) - odd;
    return us + (wide_t)whole;
}

/* timedelta(days) [* sign] + sign * timedelta(hours, minutes, seconds, microseconds) */
static int total(const duration_t *duration, wide_t *us) {
    wide_t days = 0, clock = 0;
    double leftover = 0;

    if (!accumulate(duration->value[DAYS], US_PER_DAY, &days, &leftover))
        return 0;
    days = round_leftover(days, leftover);
    if (duration->negative_days && in_range(days))
        days = -days;
    leftover = 0;
    if (!accumulate(duration->value[MICROSECONDS], 1, &clock, &leftover) ||
        !accumulate(duration->value[SECONDS], US_PER_SECOND, &clock, &leftover) ||
        !accumulate(duration->value[MINUTES], 60 * US_PER_SECOND, &clock, &leftover) ||
        !accumulate(duration->value[HOURS], 3600 * US_PER_SECOND, &clock, &leftover))
        return 0;
    clock = round_leftover(clock, leftover);
    if (!in_range(days) || !in_range(clock))
        return 0;
    if (duration->negative)
        clock = -clock;
    *us = days + clock;
    return in_range(clock) && in_range(*us);
}

const char *site_duration_read(apr_pool_t *pool, const char *text, apr_size_t length, int *overflow) {
    apr_size_t count, i;
    const unsigned char *folded = site_unicode_fold(pool, text, length, &count);
    char *ascii = apr_palloc(pool, count + 1);
    duration_t duration = {{0}, 0, 0};
    int refused = 0, found;
    apr_int64_t days, rest;
    wide_t us;

    *overflow = 0;
    for (i = 0; i < count; i++) {
        if (folded[i] == '\0')
            return NULL;
        ascii[i] = (char)(site_folded_digit(folded[i]) >= 0 ? '0' + site_folded_digit(folded[i]) : folded[i]);
    }
    if (count && ascii[count - 1] == '\n') /* Python's $ matches in front of it */
        count--;
    ascii[count] = '\0';
    found = match_standard(ascii, &duration);
    if (!found) {
        memset(&duration, 0, sizeof duration);
        found = match_iso(ascii, &duration, &refused);
    }
    if (!found) {
        memset(&duration, 0, sizeof duration);
        refused = 0;
        found = match_postgres(ascii, &duration);
    }
    if (!found || refused)
        return NULL;
    if (!total(&duration, &us)) {
        *overflow = 1;
        return NULL;
    }
    days = (apr_int64_t)(us / US_PER_DAY) - (us % US_PER_DAY < 0);
    rest = (apr_int64_t)(us - (wide_t)days * US_PER_DAY);
    /* As psycopg2 writes it, so that 30 days stay days; the + keeps the sign from spreading in IntervalStyle
     * sql_standard. */
    return apr_psprintf(pool, "%" APR_INT64_T_FMT " days +%" APR_INT64_T_FMT ".%06" APR_INT64_T_FMT " seconds", days,
                        rest / US_PER_SECOND, rest % US_PER_SECOND);
}
