#include "core/calendar.h"
#include "core/datetime.h"

#include <apr_strings.h>
#include <math.h>
#include <string.h>

enum { MINUTE = 60, HOUR = 3600, DAY = 86400, WEEK = 604800, YEAR = 12 };

/* 1970-01-01 was a Thursday, and a week begins on Monday. */
static const apr_int64_t a_monday = -3 * (apr_int64_t)DAY;

typedef struct step_t {
    int months;
    int seconds;
    int ticks; /* for ticks alone: bars of it would say little */
    const char *word;
} step_t;

static const step_t steps[] = {
    {0, 1, 0, "second"},
    {0, 5, 0, "5 seconds"},
    {0, 15, 0, "15 seconds"},
    {0, MINUTE, 0, "minute"},
    {0, 5 * MINUTE, 0, "5 minutes"},
    {0, 15 * MINUTE, 0, "15 minutes"},
    {0, 30 * MINUTE, 1, "30 minutes"},
    {0, HOUR, 0, "hour"},
    {0, 3 * HOUR, 0, "3 hours"},
    {0, 6 * HOUR, 1, "6 hours"},
    {0, 12 * HOUR, 0, "12 hours"},
    {0, DAY, 0, "day"},
    {0, 2 * DAY, 1, "2 days"},
    {0, WEEK, 0, "week"},
    {0, 2 * WEEK, 1, "2 weeks"},
    {1, 0, 0, "month"},
    {2, 0, 1, "2 months"},
    {3, 0, 0, "quarter"},
    {6, 0, 1, "6 months"},
    {YEAR, 0, 0, "year"},
    {2 * YEAR, 0, 1, "2 years"},
    {5 * YEAR, 0, 0, "5 years"},
    {10 * YEAR, 0, 0, "10 years"},
    {20 * YEAR, 0, 1, "20 years"},
    {50 * YEAR, 0, 0, "50 years"},
    {100 * YEAR, 0, 0, "100 years"},
    {200 * YEAR, 0, 1, "200 years"},
    {500 * YEAR, 0, 0, "500 years"},
    {1000 * YEAR, 0, 0, "1,000 years"},
    {5000 * YEAR, 0, 0, "5,000 years"},
    {10000 * YEAR, 0, 0, "10,000 years"},
    {50000 * YEAR, 0, 0, "50,000 years"},
    {100000 * YEAR, 0, 0, "100,000 years"},
    {500000 * YEAR, 0, 0, "500,000 years"},
    {1000000 * YEAR, 0, 0, "1,000,000 years"},
    {5000000 * YEAR, 0, 0, "5,000,000 years"},
};

enum { STEPS = sizeof steps / sizeof *steps };

static apr_int64_t floor_of(apr_int64_t number, apr_int64_t divisor) {
    return number / divisor - (number % divisor < 0);
}

static apr_int64_t moment_of_month(apr_int64_t month) {
    apr_int64_t year = floor_of(month, YEAR);

    return (apr_int64_t)site_days_from_date((int)year, (int)(month - year * YEAR) + 1, 1) * DAY;
}

static apr_int64_t moment_at(const site_calendar_t *calendar, int i) {
    apr_int64_t number = calendar->first + i;

    return calendar->months ? moment_of_month(number * calendar->months)
                            : calendar->origin + number * calendar->seconds;
}

double site_calendar_at(const site_calendar_t *calendar, int i) {
    return (double)moment_at(calendar, i);
}

/* The step that `moment` lies in. */
static apr_int64_t number_of(const site_calendar_t *calendar, apr_int64_t moment) {
    int year, month, day;

    if (!calendar->months)
        return floor_of(moment - calendar->origin, calendar->seconds);
    site_date_from_days((long)floor_of(moment, DAY), &year, &month, &day);
    return floor_of((apr_int64_t)year * YEAR + month - 1, calendar->months);
}

static void set_step(site_calendar_t *calendar, const step_t *step, int days) {
    calendar->months = step->months;
    calendar->seconds = step->seconds;
    calendar->origin = step->seconds % WEEK == 0 && step->seconds ? a_monday : 0;
    calendar->times = !days;
    calendar->word = step->word;
}

static int is_too_fine(const step_t *step, int days) {
    return days && !step->months && step->seconds < DAY;
}

void site_calendar_cover(site_calendar_t *calendar, double low, double high, int most, int days) {
    apr_int64_t from = (apr_int64_t)floor(low), to = (apr_int64_t)floor(high);
    int i;

    for (i = 0; i < STEPS; i++) {
        if (steps[i].ticks || is_too_fine(&steps[i], days))
            continue;
        set_step(calendar, &steps[i], days);
        calendar->first = number_of(calendar, from);
        if (number_of(calendar, to) - calendar->first < most)
            break;
    }
    calendar->count = (int)(number_of(calendar, to) - calendar->first) + 1;
}

void site_calendar_within(site_calendar_t *calendar, double low, double high, int most, int days) {
    apr_int64_t from = (apr_int64_t)ceil(low), to = (apr_int64_t)floor(high), marks = 0;
    int i;

    for (i = 0; i < STEPS; i++) {
        if (is_too_fine(&steps[i], days))
            continue;
        set_step(calendar, &steps[i], days);
        calendar->first = number_of(calendar, from - 1) + 1;
        marks = number_of(calendar, to) - calendar->first + 1;
        if (marks <= most)
            break;
    }
    calendar->count = marks > most ? most - 1 : (int)marks - 1;
}

/* --- texts --- */

static const char *const month_names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

static const char *text_of(apr_pool_t *pool, apr_int64_t moment, int times) {
    apr_int64_t days = floor_of(moment, DAY);
    int seconds = (int)(moment - days * DAY), year, month, day;
    const char *clock = "";

    site_date_from_days((long)days, &year, &month, &day);
    if (times)
        clock = apr_psprintf(pool, " %02d:%02d:%02d", seconds / HOUR, seconds / MINUTE % 60, seconds % 60);
    return apr_psprintf(pool, "%04d-%02d-%02d%s%s", year > 0 ? year : 1 - year, month, day, clock,
                        year > 0 ? "" : " BC");
}

static const char *year_of(apr_pool_t *pool, int year) {
    return year > 0 ? apr_psprintf(pool, "%d", year) : apr_psprintf(pool, "%d BC", 1 - year);
}

const char *site_calendar_label(apr_pool_t *pool, double moment, int times) {
    apr_int64_t second = (apr_int64_t)floor(moment), days = floor_of(second, DAY);
    int of_day = (int)(second - days * DAY), year, month, day;

    site_date_from_days((long)days, &year, &month, &day);
    if (!times)
        return apr_psprintf(pool, "%d %s %s", day, month_names[month - 1], year_of(pool, year));
    return apr_psprintf(pool, of_day % 60 ? "%d %s %s, %02d:%02d:%02d" : "%d %s %s, %02d:%02d", day,
                        month_names[month - 1], year_of(pool, year), of_day / HOUR, of_day / MINUTE % 60, of_day % 60);
}

/* The last day or month that lies in a step says more than the first that does not. */
static const char *span_of_months(apr_pool_t *pool, const site_calendar_t *calendar, apr_int64_t from, apr_int64_t to) {
    int year, month, last_year, last_month, day;

    site_date_from_days((long)floor_of(from, DAY), &year, &month, &day);
    site_date_from_days((long)floor_of(to, DAY) - 1, &last_year, &last_month, &day);
    if (calendar->months == YEAR)
        return year_of(pool, year);
    if (calendar->months > YEAR)
        return apr_pstrcat(pool, year_of(pool, year), " to ", year_of(pool, last_year), NULL);
    if (calendar->months == 1)
        return apr_psprintf(pool, "%s %s", month_names[month - 1], year_of(pool, year));
    return apr_psprintf(pool, "%s to %s %s", month_names[month - 1], month_names[last_month - 1], year_of(pool, year));
}

const char *site_calendar_span(apr_pool_t *pool, const site_calendar_t *calendar, int i) {
    apr_int64_t from = moment_at(calendar, i), to = moment_at(calendar, i + 1);
    int end = (int)(to - floor_of(to, DAY) * DAY);
    const char *begin;

    if (calendar->months)
        return span_of_months(pool, calendar, from, to);
    begin = site_calendar_label(pool, (double)from, calendar->seconds < DAY);
    if (calendar->seconds == DAY)
        return begin;
    if (calendar->seconds > DAY)
        return apr_pstrcat(pool, "week from ", begin, NULL);
    return apr_psprintf(pool, calendar->seconds < MINUTE ? "%s to %02d:%02d:%02d" : "%s to %02d:%02d", begin,
                        end ? end / HOUR : 24, end / MINUTE % 60, end % 60);
}

/* As much as tells one mark from the next: the rest stands at the first mark, and where it changes. */
static const char *mark_label(apr_pool_t *pool, const site_calendar_t *calendar, apr_int64_t moment, int first) {
    apr_int64_t days = floor_of(moment, DAY);
    int of_day = (int)(moment - days * DAY), year, month, day;

    site_date_from_days((long)days, &year, &month, &day);
    if (calendar->months % YEAR == 0 && calendar->months)
        return year_of(pool, year);
    if (calendar->months)
        return first || month == 1 ? apr_psprintf(pool, "%s %s", month_names[month - 1], year_of(pool, year))
                                   : month_names[month - 1];
    if (of_day == 0)
        return apr_psprintf(pool, first ? "%d %s %s" : "%d %s", day, month_names[month - 1], year_of(pool, year));
    return apr_psprintf(pool, calendar->seconds < MINUTE ? "%02d:%02d:%02d" : "%02d:%02d", of_day / HOUR,
                        of_day / MINUTE % 60, of_day % 60);
}

site_mark_t *site_calendar_marks(apr_pool_t *pool, const site_calendar_t *calendar) {
    site_mark_t *marks = apr_palloc(pool, ((apr_size_t)calendar->count + 2) * sizeof *marks);
    int i;

    for (i = 0; i <= calendar->count; i++) {
        apr_int64_t moment = moment_at(calendar, i);

        marks[i].at = (double)moment;
        marks[i].text = text_of(pool, moment, calendar->times);
        marks[i].label = mark_label(pool, calendar, moment, i == 0);
    }
    return marks;
}
