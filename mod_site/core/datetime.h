/* datetime: dates, times and durations as Django's form fields read them.
 *
 * `text` is UTF-8 of `length` bytes; the results are canonical text in `pool`, or NULL when the text is not accepted.
 */
#ifndef SITE_CORE_DATETIME_H
#define SITE_CORE_DATETIME_H

#include <apr_pools.h>

/* forms.DateField in the English locale: %Y-%m-%d, %m/%d/%Y, %m/%d/%y -> YYYY-MM-DD. Already stripped. */
const char *site_date_read(apr_pool_t *pool, const char *text, apr_size_t length);

/* forms.TimeField: %H:%M:%S, %H:%M:%S.%f, %H:%M -> HH:MM:SS[.ffffff]. Already stripped. */
const char *site_time_read(apr_pool_t *pool, const char *text, apr_size_t length);

/* What bodies hold: parse_date() takes \d{4}-\d{1,2}-\d{1,2} alone; parse_time() takes \d{1,2}:\d{1,2}(:\d{1,2}([.,]\d{1,12})?)?
 * and whatever follows it. Neither strips. */
const char *site_date_parse(apr_pool_t *pool, const char *text, apr_size_t length);
const char *site_time_parse(apr_pool_t *pool, const char *text, apr_size_t length);

/* parse_datetime(): -> YYYY-MM-DDTHH:MM:SS[.ffffff][+HH:MM]. Already stripped. Offsets that Python takes and PostgreSQL
 * does not (16 to 23:59 hours) come out as the same instant in UTC. */
const char *site_datetime_read(apr_pool_t *pool, const char *text, apr_size_t length);

/* Whether a result of site_datetime_read() with an offset is no year of Python's calendar once it is in UTC. */
int site_datetime_overflows(const char *canonical);

/* parse_duration(): -> "D days +S.ffffff seconds", not stripped first, as Django does not. *overflow tells a duration
 * beyond Python's timedelta (an error message of its own) from text that is none. */
const char *site_duration_read(apr_pool_t *pool, const char *text, apr_size_t length, int *overflow);

/* Days from 1970-01-01 to a date of the proleptic Gregorian calendar, and back. */
long site_days_from_date(int year, int month, int day);
void site_date_from_days(long days, int *year, int *month, int *day);

/* Whether the calendar has this day; years 1 to 9999. */
int site_date_valid(int year, int month, int day);

#endif
