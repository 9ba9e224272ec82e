#include "core/format_private.h"

#include "core/unicode.h"

#include <stdint.h>
#include <string.h>

/* This is the hot path: a page of a thousand rows has tens of thousands of values. Nothing here allocates or prints for
 * an ordinary value, and nothing relies on the NUL behind it: an element of an array has none. */

static int is_digit(char c) {
    return c >= '0' && c <= '9';
}

static void as_is(site_sink_t *sink, const site_format_t *format, const char *text, apr_size_t length) {
    (void)format;
    site_sink_write(sink, text, length);
}

/* A type whose text never needs escaping. */
static void quoted(site_sink_t *sink, const site_format_t *format, const char *text, apr_size_t length) {
    (void)format;
    site_sink_char(sink, '"');
    site_sink_write(sink, text, length);
    site_sink_char(sink, '"');
}

static void string(site_sink_t *sink, const site_format_t *format, const char *text, apr_size_t length) {
    (void)format;
    site_format_string(sink, text, length);
}

static void boolean(site_sink_t *sink, const site_format_t *format, const char *text, apr_size_t length) {
    (void)format;
    if (length && *text == 't')
        site_sink_write(sink, "true", 4);
    else
        site_sink_write(sink, "false", 5);
}

static void floating(site_sink_t *sink, const site_format_t *format, const char *text, apr_size_t length) {
    (void)format;
    site_format_float(sink, text, length);
}

static void json(site_sink_t *sink, const site_format_t *format, const char *text, apr_size_t length) {
    (void)format;
    site_format_json(sink, text, length);
}

static void decimal_string(site_sink_t *sink, const site_format_t *format, const char *text, apr_size_t length) {
    if (format->scale >= 0)
        text = site_format_scaled(sink->pool, text, length, format->scale, &length);
    quoted(sink, format, text, length);
}

static void decimal_number(site_sink_t *sink, const site_format_t *format, const char *text, apr_size_t length) {
    if (format->scale >= 0)
        text = site_format_scaled(sink->pool, text, length, format->scale, &length);
    site_format_decimal(sink, text, length);
}

static void label(site_sink_t *sink, const site_format_t *format, const char *text, apr_size_t length) {
    int i;

    for (i = 0; i + 1 < format->labels->nelts; i += 2) {
        const char *value = APR_ARRAY_IDX(format->labels, i, const char *);

        if (strlen(value) == length && memcmp(value, text, length) == 0) {
            text = APR_ARRAY_IDX(format->labels, i + 1, const char *);
            length = strlen(text);
            break;
        }
    }
    site_format_string(sink, text, length);
}

/* Writes from `at` the clock time HH:MM:SS[.f] with a fraction of 6 digits; PostgreSQL leaves out trailing zeros.
 * Returns what follows it. */
static const char *write_clock(site_sink_t *sink, const char *at, const char *end) {
    const char *start = at;
    apr_size_t digits;

    while (at < end && (is_digit(*at) || *at == ':'))
        at++;
    if (at < end && *at == '.') {
        const char *point = at++;

        while (at < end && is_digit(*at))
            at++;
        digits = (apr_size_t)(at - point - 1);
        site_sink_write(sink, start, (apr_size_t)(at - start));
        if (digits < 6)
            site_sink_write(sink, "000000", 6 - digits);
    }
    else {
        site_sink_write(sink, start, (apr_size_t)(at - start));
    }
    return at;
}

/* +HH[:MM[:SS]] as Python's isoformat() says it, UTC as DRF does. */
static void write_offset(site_sink_t *sink, const char *at, const char *end) {
    if (end - at == 3 && at[1] == '0' && at[2] == '0') {
        site_sink_char(sink, 'Z');
        return;
    }
    site_sink_write(sink, at, (apr_size_t)(end - at));
    if (end - at == 3)
        site_sink_write(sink, ":00", 3);
}

/* timestamp and timestamptz. Years beyond 9999, BC and infinity have no ISO form that clients read: as they are. */
static void timestamp(site_sink_t *sink, const site_format_t *format, const char *text, apr_size_t length) {
    const char *end = text + length, *at;

    if (length < sizeof "2000-01-01 00:00:00" - 1 || text[4] != '-' || text[10] != ' ' || text[length - 1] == 'C') {
        quoted(sink, format, text, length);
        return;
    }
    site_sink_char(sink, '"');
    site_sink_write(sink, text, 10);
    site_sink_char(sink, 'T');
    at = write_clock(sink, text + 11, end);
    if (at < end)
        write_offset(sink, at, end);
    site_sink_char(sink, '"');
}

/* time and timetz. */
static void clock_time(site_sink_t *sink, const site_format_t *format, const char *text, apr_size_t length) {
    const char *end = text + length, *at;

    (void)format;
    site_sink_char(sink, '"');
    at = write_clock(sink, text, end);
    if (at < end)
        write_offset(sink, at, end);
    site_sink_char(sink, '"');
}

/* The number at *at with an optional sign, which is left in *negative. Returns 0 when it has no digits or too many. */
static int read_number(const char **at, const char *end, int64_t *value, int *negative) {
    const char *start;

    *negative = *at < end && **at == '-';
    if (*at < end && (**at == '-' || **at == '+'))
        (*at)++;
    for (start = *at, *value = 0; *at < end && is_digit(**at); (*at)++) {
        if (*value > INT64_MAX / 10000000000)
            return 0;
        *value = *value * 10 + (**at - '0');
    }
    return *at > start;
}

typedef struct interval_t {
    int64_t days, seconds, microseconds;
} interval_t;

/* What follows the hours of HH:MM:SS[.ffffff]. */
static int read_rest_of_clock(const char **at, const char *end, int64_t hours, interval_t *interval) {
    const char *p = *at;
    int64_t unit = 100000;

    if (end - p < 6 || !is_digit(p[1]) || !is_digit(p[2]) || p[3] != ':' || !is_digit(p[4]) || !is_digit(p[5]))
        return 0;
    interval->seconds = hours * 3600 + ((p[1] - '0') * 10 + (p[2] - '0')) * 60 + (p[4] - '0') * 10 + (p[5] - '0');
    p += 6;
    if (p < end && *p == '.') {
        for (p++; p < end && is_digit(*p); p++, unit /= 10)
            interval->microseconds += (*p - '0') * unit;
    }
    *at = p;
    return 1;
}

/* IntervalStyle postgres: "1 year 2 mons -3 days +04:05:06.5". As psycopg2 does, a year has 365 days, a month 30. */
static int read_interval(const char *at, const char *end, interval_t *interval) {
    memset(interval, 0, sizeof *interval);
    while (at < end) {
        int64_t value;
        int negative;

        if (!read_number(&at, end, &value, &negative))
            return 0;
        if (at < end && *at == ':') {
            if (!read_rest_of_clock(&at, end, value, interval))
                return 0;
            if (negative) {
                interval->seconds = -interval->seconds;
                interval->microseconds = -interval->microseconds;
            }
            return at == end;
        }
        if (end - at < 4 || *at++ != ' ')
            return 0;
        value *= *at == 'y' ? 365 : *at == 'm' ? 30 : *at == 'd' ? 1 : 0;
        interval->days += negative ? -value : value;
        while (at < end && *at != ' ')
            at++;
        at += at < end;
    }
    return 1;
}

/* `value` in decimal, at least `width` digits; returns its start. `end` is where it ends. */
static char *write_number(char *end, uint64_t value, int width) {
    while (value || width > 0) {
        *--end = (char)('0' + value % 10);
        value /= 10;
        width--;
    }
    return end;
}

/* Python's timedelta: only the days are negative. */
static void normalise(interval_t *interval) {
    int64_t carry;

    if (interval->microseconds < 0) {
        interval->microseconds += 1000000;
        interval->seconds--;
    }
    carry = interval->seconds / 86400 - (interval->seconds % 86400 < 0);
    interval->seconds -= carry * 86400;
    interval->days += carry;
}

/* Django's duration_string(): [D ]HH:MM:SS[.ffffff]. Written from its end. */
static void duration(site_sink_t *sink, const site_format_t *format, const char *text, apr_size_t length) {
    char buffer[64], *end = buffer + sizeof buffer, *at = end;
    interval_t interval;

    (void)format;
    if (!length || !read_interval(text, text + length, &interval)) {
        site_format_string(sink, text, length); /* infinity */
        return;
    }
    normalise(&interval);
    *--at = '"';
    if (interval.microseconds) {
        at = write_number(at, (uint64_t)interval.microseconds, 6);
        *--at = '.';
    }
    at = write_number(at, (uint64_t)(interval.seconds % 60), 2);
    *--at = ':';
    at = write_number(at, (uint64_t)(interval.seconds / 60 % 60), 2);
    *--at = ':';
    at = write_number(at, (uint64_t)(interval.seconds / 3600), 2);
    if (interval.days) {
        *--at = ' ';
        at = write_number(at, (uint64_t)(interval.days < 0 ? -interval.days : interval.days), 1);
        if (interval.days < 0)
            *--at = '-';
    }
    *--at = '"';
    site_sink_write(sink, at, (apr_size_t)(end - at));
}

static unsigned hex_value(char c) {
    if (is_digit(c))
        return (unsigned)(c - '0');
    return (unsigned)((c | 0x20) - 'a' + 10) & 0xf;
}

/* The n-th byte of hex digits. */
static unsigned hex_byte(const char *hex, apr_size_t n) {
    return hex_value(hex[2 * n]) << 4 | hex_value(hex[2 * n + 1]);
}

/* bytea_output hex -> base64. */
static void bytes(site_sink_t *sink, const site_format_t *format, const char *text, apr_size_t length) {
    static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    apr_size_t count, i;

    if (length < 2 || text[0] != '\\' || text[1] != 'x') {
        string(sink, format, text, length);
        return;
    }
    text += 2;
    count = (length - 2) / 2;
    site_sink_char(sink, '"');
    for (i = 0; i < count; i += 3) {
        unsigned left = (unsigned)(count - i < 3 ? count - i : 3);
        unsigned group = hex_byte(text, i) << 16;

        if (left > 1)
            group |= hex_byte(text, i + 1) << 8;
        if (left > 2)
            group |= hex_byte(text, i + 2);
        if (!site_sink_reserve(sink, 4))
            return;
        sink->data[sink->used++] = base64[group >> 18];
        sink->data[sink->used++] = base64[group >> 12 & 63];
        sink->data[sink->used++] = left > 1 ? base64[group >> 6 & 63] : '=';
        sink->data[sink->used++] = left > 2 ? base64[group & 63] : '=';
    }
    site_sink_char(sink, '"');
}

static site_format_fn scalar_format(const site_type_t *type, const site_format_rules_t *rules) {
    switch (type->kind) {
    case SITE_KIND_BOOLEAN:
        return boolean;
    case SITE_KIND_INT2:
    case SITE_KIND_INT4:
    case SITE_KIND_OID:
        return as_is;
    case SITE_KIND_INT8:
        return rules->bigints_as_strings ? quoted : as_is;
    case SITE_KIND_FLOAT4:
    case SITE_KIND_FLOAT8:
        return floating;
    case SITE_KIND_NUMERIC:
        return rules->decimals_as_numbers ? decimal_number : rules->scale >= 0 ? decimal_string : quoted;
    case SITE_KIND_DATE:
    case SITE_KIND_UUID:
    case SITE_KIND_INET:
    case SITE_KIND_CIDR:
    case SITE_KIND_MACADDR:
    case SITE_KIND_BIT:
        return quoted;
    case SITE_KIND_TIME:
    case SITE_KIND_TIMETZ:
        return clock_time;
    case SITE_KIND_TIMESTAMP:
    case SITE_KIND_TIMESTAMPTZ:
        return timestamp;
    case SITE_KIND_INTERVAL:
        return duration;
    case SITE_KIND_JSON:
    case SITE_KIND_JSONB:
        return json;
    case SITE_KIND_BYTEA:
        return bytes;
    default: /* money, too: its text is the database's locale, which nobody can undo */
        return string;
    }
}

const site_format_t *site_format_labels(apr_pool_t *pool, const apr_array_header_t *labels) {
    site_format_t *format = apr_pcalloc(pool, sizeof *format);

    format->write = label;
    format->labels = labels;
    return format;
}

const site_format_t *site_format_of(apr_pool_t *pool, const site_type_t *type, const site_format_rules_t *rules) {
    site_format_t *format = apr_pcalloc(pool, sizeof *format);

    format->delimiter = ',';
    format->scale = rules->scale;
    if (type->kind == SITE_KIND_ARRAY && type->element) {
        format->write = site_format_array;
        format->element = site_format_of(pool, type->element, rules);
        if (type->element->sql_name && strcmp(type->element->sql_name, "box") == 0)
            format->delimiter = ';'; /* the only type of PostgreSQL's own whose typdelim is no comma */
    }
    else {
        format->write = scalar_format(type, rules);
    }
    return format;
}
