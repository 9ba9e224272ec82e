#include "core/datetime.h"

#include "core/unicode.h"

#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

/* Longer text is no date or time: the longest form has 26 + 6 + 6 characters. */
enum { LONGEST = 64 };

enum { MINUTES_PER_DAY = 24 * 60 };

/* What PostgreSQL takes at most: 15:59. */
enum { POSTGRES_MAX_OFFSET = 16 * 60 - 1 };

typedef struct moment_t {
    int year, month, day, hour, minute, second, microsecond;
} moment_t;

/* A range of folded characters. */
typedef struct span_t {
    const unsigned char *at, *end;
} span_t;

int site_date_valid(int year, int month, int day) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 &&
           day <= days[month - 1] + (month == 2 && leap);
}

/* The year is counted from March, so that the leap day is its last. */
long site_days_from_date(int year, int month, int day) {
    long y = month <= 2 ? year - 1 : year, era = (y >= 0 ? y : y - 399) / 400, of_era = y - era * 400;
    long of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

void site_date_from_days(long days, int *year, int *month, int *day) {
    long z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097, of_era = z - era * 146097;
    long y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    long of_year = of_era - (365 * y + y / 4 - y / 100), m = (5 * of_year + 2) / 153;

    *day = (int)(of_year - (153 * m + 2) / 5 + 1);
    *month = (int)(m < 10 ? m + 3 : m - 9);
    *year = (int)(y + era * 400 + (*month <= 2));
}

static int fold(apr_pool_t *pool, const char *text, apr_size_t length, span_t *span) {
    apr_size_t count;

    if (length == 0 || length > LONGEST * 4)
        return 0;
    span->at = site_unicode_fold(pool, text, length, &count);
    span->end = span->at + count;
    return count <= LONGEST;
}

/* Cuts off the part before the first `separator`. Returns 0 when there is none. */
static int cut(span_t *rest, unsigned char separator, span_t *part) {
    const unsigned char *found = memchr(rest->at, separator, (size_t)(rest->end - rest->at));

    if (!found)
        return 0;
    part->at = rest->at;
    part->end = found;
    rest->at = found + 1;
    return 1;
}

/* All of `part` as a number of `least` to `most` digits of any script, or -1. */
static int number(const span_t *part, int least, int most) {
    const unsigned char *at;
    int value = 0;

    if (part->end - part->at < least || part->end - part->at > most)
        return -1;
    for (at = part->at; at < part->end; at++) {
        int digit = site_folded_digit(*at);

        if (digit < 0)
            return -1;
        value = value * 10 + digit;
    }
    return value;
}

static int ascii_between(unsigned char c, unsigned char low, unsigned char high) {
    return c >= low && c <= high;
}

/* strptime's %m: 1[0-2]|0[1-9]|[1-9], all of it ASCII. */
static int strptime_month(const span_t *part) {
    int value = number(part, 1, 2);
    const unsigned char *at;

    for (at = part->at; at < part->end; at++) {
        if (!ascii_between(*at, '0', '9'))
            return -1;
    }
    return value >= 1 && value <= 12 ? value : -1;
}

/* strptime's %d: 3[0-1]|[1-2]\d|0[1-9]|[1-9]| [1-9]. Only the second digit of 10 to 29 may be of any script. */
static int strptime_day(const span_t *part) {
    span_t digits = *part;
    int value;

    if (digits.end - digits.at == 2 && *digits.at == ' ')
        digits.at++;
    value = number(&digits, 1, 2);
    if (value < 1 || value > 31 || !ascii_between(*digits.at, '0', '9'))
        return -1;
    if (digits.end - digits.at == 2 && (*digits.at == '0' || *digits.at == '3') &&
        !ascii_between(digits.at[1], '0', '9'))
        return -1;
    return value;
}

/* strptime's %H, %M and %S: of two digits the first is ASCII, and of 20 to 23 the second, too. */
static int strptime_clock(const span_t *part, int limit) {
    int value = number(part, 1, 2);

    if (value < 0 || value >= limit)
        return -1;
    if (part->end - part->at == 2 && (!ascii_between(*part->at, '0', '9') ||
                                      (limit == 24 && *part->at == '2' && !ascii_between(part->at[1], '0', '9'))))
        return -1;
    return value;
}

/* Up to six digits as microseconds; further ones are cut off. */
static int microseconds(const span_t *part) {
    int value = 0, i;

    for (i = 0; i < 6; i++)
        value = value * 10 + (part->at + i < part->end ? site_folded_digit(part->at[i]) : 0);
    return value;
}

static char *two_digits(char *to, int value) {
    *to++ = (char)('0' + value / 10 % 10);
    *to++ = (char)('0' + value % 10);
    return to;
}

static char *write_date(char *to, const moment_t *moment) {
    to = two_digits(to, moment->year / 100);
    to = two_digits(to, moment->year % 100);
    *to++ = '-';
    to = two_digits(to, moment->month);
    *to++ = '-';
    return two_digits(to, moment->day);
}

static char *write_clock(char *to, const moment_t *moment) {
    to = two_digits(to, moment->hour);
    *to++ = ':';
    to = two_digits(to, moment->minute);
    *to++ = ':';
    to = two_digits(to, moment->second);
    if (moment->microsecond) {
        *to++ = '.';
        to = two_digits(to, moment->microsecond / 10000);
        to = two_digits(to, moment->microsecond / 100 % 100);
        to = two_digits(to, moment->microsecond % 100);
    }
    return to;
}

const char *site_date_read(apr_pool_t *pool, const char *text, apr_size_t length) {
    moment_t moment = {0};
    span_t rest, slashed, part[2];
    char *result;

    if (!fold(pool, text, length, &rest))
        return NULL;
    slashed = rest;
    if (cut(&rest, '-', &part[0]) && cut(&rest, '-', &part[1])) {
        moment.year = number(&part[0], 4, 4);
        moment.month = strptime_month(&part[1]);
        moment.day = strptime_day(&rest);
    }
    else if (cut(&slashed, '/', &part[0]) && cut(&slashed, '/', &part[1])) {
        moment.year = number(&slashed, 2, 4);
        if (slashed.end - slashed.at == 3)
            return NULL;
        if (slashed.end - slashed.at == 2 && moment.year >= 0)
            moment.year += moment.year <= 68 ? 2000 : 1900; /* POSIX's pivot */
        moment.month = strptime_month(&part[0]);
        moment.day = strptime_day(&part[1]);
    }
    if (!site_date_valid(moment.year, moment.month, moment.day))
        return NULL;
    result = apr_palloc(pool, sizeof "2000-01-01");
    *write_date(result, &moment) = '\0';
    return result;
}

const char *site_time_read(apr_pool_t *pool, const char *text, apr_size_t length) {
    moment_t moment = {0};
    span_t rest, part, fraction;
    const unsigned char *at;
    char *result;

    if (!fold(pool, text, length, &rest) || !cut(&rest, ':', &part))
        return NULL;
    moment.hour = strptime_clock(&part, 24);
    if (cut(&rest, ':', &part)) {
        moment.minute = strptime_clock(&part, 60);
        fraction = rest;
        if (cut(&fraction, '.', &rest)) {
            if (fraction.at == fraction.end || fraction.end - fraction.at > 6)
                return NULL;
            for (at = fraction.at; at < fraction.end; at++) {
                if (!ascii_between(*at, '0', '9'))
                    return NULL;
            }
            moment.microsecond = microseconds(&fraction);
        }
        moment.second = strptime_clock(&rest, 60);
    }
    else {
        moment.minute = strptime_clock(&rest, 60);
    }
    if (moment.hour < 0 || moment.minute < 0 || moment.second < 0)
        return NULL;
    result = apr_palloc(pool, sizeof "00:00:00.000000");
    *write_clock(result, &moment) = '\0';
    return result;
}

/* Z|[+-]\d{2}(:?\d{2})? at the end of `rest`, cut off. *zoned tells whether there was one. Returns 0 when it is none
 * that Python takes. */
static int read_offset(span_t *rest, int *zoned, int *minutes) {
    const unsigned char *at;
    span_t hour, minute;
    int hours, more = 0;

    *zoned = *minutes = 0;
    if (rest->at < rest->end && rest->end[-1] == 'Z') {
        rest->end--;
        *zoned = 1;
        return 1;
    }
    for (at = rest->end; at > rest->at && at[-1] != '+' && at[-1] != '-'; at--)
        ;
    if (at == rest->at)
        return 1;
    hour.at = at;
    hour.end = minute.end = rest->end;
    if (hour.end - hour.at > 2)
        hour.end = hour.at + 2;
    minute.at = hour.end;
    hours = number(&hour, 2, 2);
    if (minute.at < minute.end) {
        minute.at += *minute.at == ':';
        more = number(&minute, 2, 2);
    }
    if (hours < 0 || more < 0)
        return 0;
    *zoned = 1;
    *minutes = (at[-1] == '-' ? -1 : 1) * (hours * 60 + more);
    rest->end = at - 1;
    return *minutes > -MINUTES_PER_DAY && *minutes < MINUTES_PER_DAY;
}

/* \d{1,2}:\d{1,2}(:\d{1,2}([.,]\d{1,12})?)? */
static int read_clock(span_t *rest, moment_t *moment) {
    span_t part, fraction;
    const unsigned char *at;

    if (!cut(rest, ':', &part))
        return 0;
    moment->hour = number(&part, 1, 2);
    if (!cut(rest, ':', &part)) {
        moment->minute = number(rest, 1, 2);
        return 1;
    }
    moment->minute = number(&part, 1, 2);
    fraction = *rest;
    if (cut(&fraction, '.', rest) || cut(&fraction, ',', rest)) {
        if (fraction.at == fraction.end || fraction.end - fraction.at > 12)
            return 0;
        for (at = fraction.at; at < fraction.end; at++) {
            if (site_folded_digit(*at) < 0)
                return 0;
        }
        moment->microsecond = microseconds(&fraction);
    }
    moment->second = number(rest, 1, 2);
    return 1;
}

const char *site_date_parse(apr_pool_t *pool, const char *text, apr_size_t length) {
    moment_t moment = {0};
    span_t rest, part[2];
    char *result;

    if (!fold(pool, text, length, &rest) || !cut(&rest, '-', &part[0]) || !cut(&rest, '-', &part[1]))
        return NULL;
    moment.year = number(&part[0], 4, 4);
    moment.month = number(&part[1], 1, 2);
    moment.day = number(&rest, 1, 2);
    if (!site_date_valid(moment.year, moment.month, moment.day))
        return NULL;
    result = apr_palloc(pool, sizeof "2000-01-01");
    *write_date(result, &moment) = '\0';
    return result;
}

/* One or two digits at the front, or -1. */
static int take_two(span_t *rest) {
    span_t digits = {rest->at, rest->at};

    while (digits.end < rest->end && digits.end - digits.at < 2 && site_folded_digit(*digits.end) >= 0)
        digits.end++;
    rest->at = digits.end;
    return number(&digits, 1, 2);
}

static int take_sign(span_t *rest, const char *signs) {
    if (rest->at == rest->end || !*rest->at || *rest->at > 0x7f || !strchr(signs, *rest->at))
        return 0;
    rest->at++;
    return 1;
}

const char *site_time_parse(apr_pool_t *pool, const char *text, apr_size_t length) {
    moment_t moment = {0};
    span_t rest, second, fraction;
    char *result;

    if (!fold(pool, text, length, &rest))
        return NULL;
    moment.hour = take_two(&rest);
    if (moment.hour < 0 || !take_sign(&rest, ":"))
        return NULL;
    moment.minute = take_two(&rest);
    second = rest;
    if (take_sign(&second, ":") && (moment.second = take_two(&second)) >= 0) {
        fraction = second;
        if (take_sign(&fraction, ".,") && fraction.at < fraction.end && site_folded_digit(*fraction.at) >= 0) {
            const unsigned char *at = fraction.at;

            while (at < fraction.end && site_folded_digit(*at) >= 0)
                at++;
            fraction.end = at;
            moment.microsecond = microseconds(&fraction);
        }
    }
    else {
        moment.second = 0;
    }
    if (moment.hour > 23 || moment.minute < 0 || moment.minute > 59 || moment.second > 59)
        return NULL;
    result = apr_palloc(pool, sizeof "00:00:00.000000");
    *write_clock(result, &moment) = '\0';
    return result;
}

/* The instant in UTC, of an offset that PostgreSQL would refuse. Returns 0 when that leaves Python's calendar. */
static int to_utc(moment_t *moment, int *offset) {
    long days = site_days_from_date(moment->year, moment->month, moment->day);
    int minutes = moment->hour * 60 + moment->minute - *offset;

    if (minutes < 0) {
        minutes += MINUTES_PER_DAY;
        days--;
    }
    else if (minutes >= MINUTES_PER_DAY) {
        minutes -= MINUTES_PER_DAY;
        days++;
    }
    site_date_from_days(days, &moment->year, &moment->month, &moment->day);
    moment->hour = minutes / 60;
    moment->minute = minutes % 60;
    *offset = 0;
    return moment->year >= 1 && moment->year <= 9999;
}

static int read_moment(span_t *rest, moment_t *moment) {
    span_t part;

    if (!cut(rest, '-', &part))
        return 0;
    moment->year = number(&part, 4, 4);
    if (!cut(rest, '-', &part))
        return 0;
    moment->month = number(&part, 1, 2);
    part = *rest;
    if (!cut(rest, 'T', &part) && !cut(rest, ' ', &part))
        return 0;
    moment->day = number(&part, 1, 2);
    if (!read_clock(rest, moment))
        return 0;
    return site_date_valid(moment->year, moment->month, moment->day) && moment->hour >= 0 && moment->hour < 24 &&
           moment->minute >= 0 && moment->minute < 60 && moment->second >= 0 && moment->second < 60;
}

const char *site_datetime_read(apr_pool_t *pool, const char *text, apr_size_t length) {
    moment_t moment = {0};
    int zoned, offset, size;
    span_t rest, day_and_clock;
    char *result, *to;

    if (!fold(pool, text, length, &rest))
        return NULL;
    /* The offset is looked for behind the first colon: a date has hyphens of its own. */
    day_and_clock.at = memchr(rest.at, ':', (size_t)(rest.end - rest.at));
    if (!day_and_clock.at)
        return NULL;
    day_and_clock.end = rest.end;
    if (!read_offset(&day_and_clock, &zoned, &offset))
        return NULL;
    rest.end = day_and_clock.end;
    if (!read_moment(&rest, &moment))
        return NULL;
    size = offset < 0 ? -offset : offset;
    if (size > POSTGRES_MAX_OFFSET && !to_utc(&moment, &offset))
        return NULL;
    size = offset < 0 ? -offset : offset;
    result = apr_palloc(pool, sizeof "2000-01-01T00:00:00.000000+00:00");
    to = write_date(result, &moment);
    *to++ = 'T';
    to = write_clock(to, &moment);
    if (zoned) {
        *to++ = offset < 0 ? '-' : '+';
        to = two_digits(to, size / 60);
        *to++ = ':';
        to = two_digits(to, size % 60);
    }
    *to = '\0';
    return result;
}

int site_datetime_overflows(const char *canonical) {
    const char *clock = canonical + sizeof "2000-01-01T" - 1, *zone = clock + strcspn(clock, "+-");
    int minutes = atoi(clock) * 60 + atoi(clock + 3), offset;

    if (!*zone)
        return 0;
    offset = atoi(zone + 1) * 60 + atoi(zone + 4);
    if (strncmp(canonical, "0001-01-01", 10) == 0)
        return *zone == '+' && minutes < offset;
    return strncmp(canonical, "9999-12-31", 10) == 0 && *zone == '-' && minutes + offset >= MINUTES_PER_DAY;
}
