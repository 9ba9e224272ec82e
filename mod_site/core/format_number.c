#include "core/format_private.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_EXACT = 15 /* decimal digits that a float8 always keeps */, MAX_DIGITS = 17 };

/* Halfway between two float8 the shortest text may read back by rounding half to even: Python takes it, PostgreSQL
 * does not. Only integers from 2^53 to 2^78 have so short a midpoint, numbers of this many digits. */
enum { LEAST_ENDPOINT = 16, MOST_ENDPOINT = 24 };

/* No float8 has its point so far from its digits. */
enum { MOST_POINT = 330 };

/* 0.digits * 10^point; no leading and no trailing zeros, except for zero itself, which is "0" with point 1. */
typedef struct number_t {
    char digits[MAX_DIGITS + 1];
    int count;
    int point;
    int negative;
} number_t;

static int is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* Takes apart [-]digits[.digits][e[+-]digits]. Returns 0 when it is none of these, or has more significant digits than
 * fit; *exact tells which. */
static int take_apart(const char *at, const char *end, number_t *number, int *is_number) {
    int point = 0, seen = 0, exponent = 0, negative = 0, fits = 1;

    memset(number, 0, sizeof *number);
    if (at < end && *at == '-') {
        number->negative = 1;
        at++;
    }
    for (; at < end && (is_digit(*at) || (*at == '.' && !point)); at++) {
        if (*at == '.') {
            point = 1;
            continue;
        }
        seen = 1;
        if (number->count || *at != '0') {
            if (number->count < MAX_DIGITS)
                number->digits[number->count] = *at;
            else
                fits &= *at == '0';
            number->count++;
            number->point += !point;
        }
        else {
            number->point -= point;
        }
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        at++;
        if (at < end && (*at == '+' || *at == '-'))
            negative = *at++ == '-';
        for (; at < end && is_digit(*at); at++)
            exponent = exponent < 100000 ? exponent * 10 + (*at - '0') : exponent;
    }
    *is_number = seen && at == end;
    if (number->count > MAX_DIGITS)
        number->count = MAX_DIGITS;
    while (number->count && number->digits[number->count - 1] == '0')
        number->count--;
    number->point += negative ? -exponent : exponent;
    if (!number->count) {
        number->digits[number->count++] = '0';
        number->point = 1;
    }
    return *is_number && fits;
}

/* repr(): fixed notation for 1e-4 <= |x| < 1e16, always with a point or an exponent. */
static void write_repr(site_sink_t *sink, const number_t *number) {
    char text[64], *to = text;
    int i, exponent = number->point - 1;

    if (number->negative)
        *to++ = '-';
    if (exponent >= -4 && exponent < 16) {
        if (number->point <= 0) {
            *to++ = '0';
            *to++ = '.';
            for (i = number->point; i < 0; i++)
                *to++ = '0';
        }
        for (i = 0; i < number->count || i < number->point; i++) {
            if (i == number->point && i)
                *to++ = '.';
            *to++ = i < number->count ? number->digits[i] : '0';
        }
        if (number->count <= number->point) {
            *to++ = '.';
            *to++ = '0';
        }
    }
    else {
        *to++ = number->digits[0];
        if (number->count > 1) {
            *to++ = '.';
            memcpy(to, number->digits + 1, (size_t)(number->count - 1));
            to += number->count - 1;
        }
        *to++ = 'e';
        *to++ = exponent < 0 ? '-' : '+';
        exponent = exponent < 0 ? -exponent : exponent;
        if (exponent >= 100)
            *to++ = (char)('0' + exponent / 100);
        *to++ = (char)('0' + exponent / 10 % 10);
        *to++ = (char)('0' + exponent % 10);
    }
    site_sink_write(sink, text, (apr_size_t)(to - text));
}

/* Adds one unit in the last place of d.ddde+xx as printf writes it. Returns 0 when that carries into a new digit. */
static int next_up(char *text) {
    char *at = strchr(text, 'e');

    while (at-- > text) {
        if (*at == '9') {
            *at = '0';
        }
        else if (*at != '.') {
            ++*at;
            return 1;
        }
    }
    return 0;
}

/* The shortest digits that read back as the same float8, of several such the nearest: what repr() takes. Below a power
 * of two the neighbours are closer than above it, so the nearest text of a length may not read back while the
 * one above does. */
static void shortest(double value, number_t *number) {
    char text[40];
    int precision, is_number;

    /* Near zero a float8 keeps fewer digits; elsewhere the first 15 come back, with zeros behind what is shorter. */
    for (precision = fabs(value) < 1e-290 ? 1 : MAX_EXACT; precision <= MAX_DIGITS; precision++) {
        snprintf(text, sizeof text, "%.*e", precision - 1, fabs(value));
        if (strtod(text, NULL) == fabs(value))
            break;
        if (precision < MAX_DIGITS && next_up(text) && strtod(text, NULL) == fabs(value))
            break;
    }
    take_apart(text, text + strlen(text), number, &is_number);
    number->negative = signbit(value) != 0;
}

/* Rounds text of many digits, or one at the ends of a float8's range, as Python's float() does. Rare: PostgreSQL's own
 * floats never come here. */
static void write_rounded(site_sink_t *sink, const char *text, apr_size_t length) {
    char small[128], *copy = length < sizeof small ? small : malloc(length + 1);
    number_t number;
    double value;

    if (!copy) {
        site_sink_write(sink, text, length);
        return;
    }
    memcpy(copy, text, length);
    copy[length] = '\0';
    value = strtod(copy, NULL);
    if (copy != small)
        free(copy);
    if (isinf(value)) {
        site_sink_write(sink, text, length); /* Python would fail; the number is good JSON */
        return;
    }
    shortest(value, &number);
    write_repr(sink, &number);
}

/* PostgreSQL's fixed notation, up to 15 digits before the point, is repr()'s, too, but for the .0 of an integer. */
static int write_fixed(site_sink_t *sink, const char *text, apr_size_t length) {
    const char *at = text, *end = text + length, *point = NULL;

    at += length && *at == '-';
    if (at == end || !is_digit(*at))
        return 0;
    for (; at < end; at++) {
        if (*at == '.' && !point)
            point = at;
        else if (!is_digit(*at))
            return 0;
    }
    if ((point ? point : end) - text > MAX_EXACT)
        return 0;
    site_sink_write(sink, text, length);
    if (!point)
        site_sink_write(sink, ".0", 2);
    return 1;
}

void site_format_float(site_sink_t *sink, const char *text, apr_size_t length) {
    number_t number;
    int is_number, fits;

    if (write_fixed(sink, text, length))
        return;
    fits = take_apart(text, text + length, &number, &is_number);
    if (!is_number)
        site_format_string(sink, text, length); /* NaN, Infinity, -Infinity */
    else if (fits && number.point > -MOST_POINT && number.point < MOST_POINT &&
             (number.count <= MAX_EXACT || number.point < LEAST_ENDPOINT || number.point > MOST_ENDPOINT))
        write_repr(sink, &number);
    else
        write_rounded(sink, text, length);
}

void site_format_json_number(site_sink_t *sink, const char *text, apr_size_t length) {
    number_t number;
    int is_number;

    if (!memchr(text, '.', length) && !memchr(text, 'e', length) && !memchr(text, 'E', length)) {
        if (length == 2 && memcmp(text, "-0", 2) == 0)
            site_sink_char(sink, '0'); /* int("-0") */
        else
            site_sink_write(sink, text, length);
    }
    else if (take_apart(text, text + length, &number, &is_number) && number.count <= MAX_EXACT && number.point < 300 &&
             number.point > -300) {
        write_repr(sink, &number);
    }
    else if (is_number) {
        write_rounded(sink, text, length);
    }
    else {
        site_format_string(sink, text, length);
    }
}

void site_format_decimal(site_sink_t *sink, const char *text, apr_size_t length) {
    number_t number;
    int is_number, fits = take_apart(text, text + length, &number, &is_number);

    if (!is_number)
        site_format_string(sink, text, length);
    else if (fits && number.count <= MAX_EXACT && number.point < 300 && number.point > -300)
        write_repr(sink, &number);
    else
        write_rounded(sink, text, length);
}

/* Adds one to the digits before `end`, over their point. Returns 0 when that carries beyond the first one. */
static int add_one(char *digits, char *end) {
    while (end-- > digits) {
        if (*end == '.')
            continue;
        if (*end != '9') {
            ++*end;
            return 1;
        }
        *end = '0';
    }
    return 0;
}

/* Whether the digits that are cut off are more than half of the last place that stays, or half of it where that is odd. */
static int rounds_up(char last, const char *cut, const char *end) {
    const char *at;

    if (cut == end || *cut < '5')
        return 0;
    if (*cut > '5')
        return 1;
    for (at = cut + 1; at < end; at++) {
        if (*at != '0')
            return 1;
    }
    return (last - '0') & 1;
}

const char *site_format_scaled(apr_pool_t *pool, const char *text, apr_size_t length, int scale,
                               apr_size_t *scaled_length) {
    const char *end = text + length, *point = memchr(text, '.', length), *cut;
    char *scaled = apr_palloc(pool, length + (apr_size_t)scale + 4), *digits = scaled + 1, *to = digits;
    int negative = length && *text == '-', left = scale;

    text += negative;
    *scaled_length = length;
    if (text == end || !is_digit(*text))
        return text - negative;
    for (; text < (point ? point : end); text++)
        *to++ = *text;
    if (scale)
        *to++ = '.';
    for (cut = point ? point + 1 : end; cut < end && left; left--)
        *to++ = *cut++;
    for (; left; left--)
        *to++ = '0';
    if (rounds_up(to[-1] == '.' ? to[-2] : to[-1], cut, end) && !add_one(digits, to))
        *--digits = '1';
    if (negative) {
        memmove(digits + 1, digits, (size_t)(to - digits));
        *digits = '-';
        to++;
    }
    *scaled_length = (apr_size_t)(to - digits);
    return digits;
}
