#include "core/decimal.h"

#include "core/unicode.h"
#include "core/value.h"

#include <apr_strings.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Python's limits on a 64-bit machine: Decimal() itself refuses beyond them. */
#define EXPONENT_MAX APR_INT64_C(999999999999999999)
#define EXPONENT_MIN APR_INT64_C(-1999999999999999997)
#define EXPONENT_FAR APR_INT64_C(4000000000000000000) /* out of sight, and far from overflow */

/* The float 1e50 exactly, which is what Django compares with. */
static const char limit[] = "100000000000000007629769841091887003294964970946560";

/* A number taken apart: sign, the digits without leading zeros, and how far the point is from their right end. */
typedef struct parts_t {
    int negative;
    char *digits; /* ASCII; at least one */
    apr_size_t count;
    apr_int64_t exponent;
} parts_t;

/* [+-]digits of any script, all of them; saturates. */
static int read_exponent(const char *at, apr_int64_t *exponent) {
    int negative = *at == '-', any = 0;
    apr_int64_t value = 0;

    if (*at == '+' || *at == '-')
        at++;
    for (; *at >= '0' && *at <= '9'; at++, any = 1) {
        value = value > EXPONENT_FAR / 10 ? EXPONENT_FAR : value * 10 + (*at - '0');
    }
    *exponent = negative ? -value : value;
    return any && *at == '\0';
}

/* `at` is ASCII without underscores. Digits are compacted in place. */
static int take_apart(char *at, parts_t *parts) {
    char *to;
    apr_int64_t fraction = 0;
    int point = 0, any = 0;

    memset(parts, 0, sizeof *parts);
    if (*at == '+' || *at == '-')
        parts->negative = *at++ == '-';
    parts->digits = to = at;
    for (; (*at >= '0' && *at <= '9') || (*at == '.' && !point); at++) {
        if (*at == '.') {
            point = 1;
            continue;
        }
        any = 1;
        fraction += point;
        if (to == parts->digits + 1 && *parts->digits == '0')
            to--; /* leading zeros say nothing */
        *to++ = *at;
    }
    if (!any || (*at && *at != 'e' && *at != 'E'))
        return 0;
    if (*at && !read_exponent(at + 1, &parts->exponent))
        return 0;
    parts->exponent -= fraction;
    parts->count = (apr_size_t)(to - parts->digits);
    return 1;
}

static int above_limit(const parts_t *parts) {
    apr_int64_t size = (apr_int64_t)parts->count + parts->exponent; /* digits before the point */
    apr_size_t i;

    if (parts->negative || *parts->digits == '0' || size < (apr_int64_t)sizeof limit - 1)
        return 0;
    if (size > (apr_int64_t)sizeof limit - 1)
        return 1;
    for (i = 0; i < parts->count || i < sizeof limit - 1; i++) {
        char digit = i < parts->count ? parts->digits[i] : '0', bound = i < sizeof limit - 1 ? limit[i] : '0';

        if (digit != bound)
            return digit > bound;
    }
    return 0;
}

/* The fraction of `fraction` digits, of which those beyond the bound become one sticky digit. */
static char *write_fraction(char *to, const parts_t *parts, apr_size_t fraction) {
    apr_size_t shown = fraction < SITE_DECIMAL_MAX_FRACTION ? fraction : SITE_DECIMAL_MAX_FRACTION;
    apr_size_t i, sticky = 0;

    if (!fraction)
        return to;
    *to++ = '.';
    for (i = 0; i < shown; i++) /* the i-th digit behind the point is digits[count - fraction + i] */
        *to++ = fraction - i > parts->count ? '0' : parts->digits[parts->count - (fraction - i)];
    for (i = fraction - shown < parts->count ? parts->count - (fraction - shown) : 0; i < parts->count; i++)
        sticky |= parts->digits[i] != '0';
    if (sticky && fraction > shown)
        *to++ = '1';
    return to;
}

static const char *write_plain(apr_pool_t *pool, const parts_t *parts) {
    int zero = *parts->digits == '0';
    apr_size_t fraction = parts->exponent < 0 ? (apr_size_t)-parts->exponent : 0;
    apr_size_t zeros = parts->exponent > 0 && !zero ? (apr_size_t)parts->exponent : 0;
    apr_size_t whole = parts->count > fraction ? parts->count - fraction : 0;
    char *text = apr_palloc(pool, parts->count + zeros + SITE_DECIMAL_MAX_FRACTION + 8), *to = text;

    if (parts->negative)
        *to++ = '-';
    if (whole) {
        memcpy(to, parts->digits, whole);
        to += whole;
        memset(to, '0', zeros);
        to += zeros;
    }
    else {
        *to++ = '0';
    }
    to = write_fraction(to, parts, fraction);
    *to = '\0';
    return text;
}

site_decimal_t site_decimal_read(apr_pool_t *pool, const char *text, apr_size_t length, const char **result) {
    apr_size_t count, i;
    const unsigned char *folded = site_unicode_fold(pool, text, length, &count);
    char *ascii = apr_palloc(pool, count + 1), *to = ascii;
    parts_t parts;
    apr_int64_t adjusted;

    *result = NULL;
    for (i = 0; i < count; i++) { /* Decimal() drops underscores, wherever they stand */
        int digit = site_folded_digit(folded[i]);

        if (folded[i] == '\0')
            return SITE_DECIMAL_INVALID;
        if (folded[i] != '_')
            *to++ = digit >= 0 ? (char)('0' + digit) : (char)folded[i];
    }
    *to = '\0';
    if (!take_apart(ascii, &parts))
        return SITE_DECIMAL_INVALID;
    adjusted = parts.exponent + (apr_int64_t)parts.count - 1;
    if (adjusted > EXPONENT_MAX || parts.exponent < EXPONENT_MIN)
        return SITE_DECIMAL_INVALID;
    if (above_limit(&parts))
        return SITE_DECIMAL_TOO_LARGE;
    if (*parts.digits != '0' && parts.exponent > 0 && adjusted > SITE_DECIMAL_MAX_WHOLE)
        return SITE_DECIMAL_TOO_SMALL;
    *result = write_plain(pool, &parts);
    return SITE_DECIMAL_OK;
}

const char *site_decimal_for_float(const char *number) {
    double value = strtod(number, NULL);

    if (isinf(value))
        return "-Infinity"; /* site_decimal_read() lets no such positive number pass */
    return value == 0 ? "0" : number;
}

int site_value_whole(apr_pool_t *pool, const char *number, const char **whole) {
    int negative = *number == '-';
    apr_size_t digits = strspn(number + negative, "0123456789");
    const char *rest = number + negative + digits;
    int zero = strspn(number + negative, "0") >= digits;

    *whole = zero ? "0" : apr_pstrndup(pool, number, digits + (apr_size_t)negative);
    return *rest == '\0' || rest[strspn(rest, ".0")] == '\0';
}

int site_value_fits(const char *whole, int bytes) {
    /* The largest number; a negative one may be one more in size. */
    const char *bound = bytes == 2 ? "32767" : bytes == 4 ? "2147483647" : "9223372036854775807";
    int negative = *whole == '-', order;
    apr_size_t digits;

    whole += negative;
    whole += strspn(whole, "0");
    digits = strlen(whole);
    if (digits != strlen(bound))
        return digits < strlen(bound);
    order = strncmp(whole, bound, digits - 1);
    if (order)
        return order < 0;
    return whole[digits - 1] <= bound[digits - 1] + negative;
}

/* The exponent of the last digit: 1.50 has -2, 1e2 has 2. */
static long last_exponent(const char *text, apr_size_t length) {
    const char *at = text, *end = text + length;
    long fraction = 0;
    int behind = 0;

    for (; at < end && *at != 'e' && *at != 'E'; at++) {
        if (*at == '.')
            behind = 1;
        else if (behind && *at != '_' && ((unsigned char)*at & 0xC0) != 0x80)
            fraction++;
    }
    return (at < end ? strtol(at + 1, NULL, 10) : 0) - fraction;
}

const char *site_decimal_shown(apr_pool_t *pool, const char *text, apr_size_t length, const char *number) {
    const char *sign = *number == '-' ? "-" : "", *at;
    char *digits = apr_palloc(pool, strlen(number) + 1), *to = digits;
    long exponent, adjusted;

    while (length && (*text == ' ' || (*text >= '\t' && *text <= '\r'))) {
        text++;
        length--;
    }
    while (length && (text[length - 1] == ' ' || (text[length - 1] >= '\t' && text[length - 1] <= '\r')))
        length--;
    exponent = last_exponent(text, length);
    for (at = number; *at; at++) {
        if (*at >= '0' && *at <= '9' && (*at != '0' || to > digits))
            *to++ = *at;
    }
    if (exponent > 0 && to - digits > exponent)
        to -= exponent;
    if (to == digits)
        *to++ = '0';
    *to = '\0';
    adjusted = exponent + (long)(to - digits) - 1;
    if (exponent <= 0 && adjusted >= -6)
        return number;
    return apr_psprintf(pool, "%s%c%s%sE%+ld", sign, *digits, digits[1] ? "." : "", digits + 1, adjusted);
}
