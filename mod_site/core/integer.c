#include "core/integer.h"
#include "core/unicode.h"

#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

const char *site_integer_text(apr_pool_t *pool, const char *text, apr_size_t length) {
    const char *at = text, *end = text + length;
    char *digits, *to;
    int underscore = 1; /* none may come first */

    site_unicode_strip(&at, &end);
    digits = to = apr_palloc(pool, (apr_size_t)(end - at) + 2);
    if (at < end && (*at == '-' || *at == '+')) {
        if (*at++ == '-')
            *to++ = '-';
    }
    while (at < end) {
        unsigned code;
        int step = site_unicode_decode(at, end, &code), digit = step ? site_unicode_digit(code) : -1;

        if (digit < 0 && (*at != '_' || underscore))
            return NULL;
        underscore = digit < 0;
        if (digit >= 0)
            *to++ = (char)('0' + digit);
        at += digit < 0 ? 1 : step;
    }
    *to = '\0';
    return underscore ? NULL : digits;
}

int site_integer_read(const char *text, apr_size_t length, apr_int64_t *number) {
    const char *at = text, *end = text + length;
    int negative = 0, underscore = 1;
    apr_int64_t value = 0;

    site_unicode_strip(&at, &end);
    if (at < end && (*at == '-' || *at == '+'))
        negative = *at++ == '-';
    while (at < end) {
        unsigned code;
        int step = site_unicode_decode(at, end, &code), digit = step ? site_unicode_digit(code) : -1;

        if (digit < 0 && (*at != '_' || underscore))
            return 0;
        underscore = digit < 0;
        if (digit >= 0)
            value = value > (APR_INT64_MAX - digit) / 10 ? APR_INT64_MAX : value * 10 + digit;
        at += digit < 0 ? 1 : step;
    }
    *number = negative ? -value : value;
    return !underscore;
}

const char *site_integer_minus(apr_pool_t *pool, const char *digits, apr_int64_t less) {
    char *result = apr_pstrdup(pool, digits), *at = result + strlen(result);
    int borrowed = 0;

    while (at-- > result) {
        int digit = *at - '0' - (int)(less % 10) - borrowed;

        borrowed = digit < 0;
        *at = (char)('0' + digit + (borrowed ? 10 : 0));
        less /= 10;
    }
    while (*result == '0' && result[1])
        result++;
    return result;
}
