#include "core/latin1.h"
#include "core/unicode.h"

#include <apr_lib.h>
#include <stdlib.h>
#include <string.h>

int site_charset_is_latin1(const char *charset) {
    static const char *const names[] = {"iso-8859-1", "iso8859-1", "latin-1", "latin1", "l1", "8859", "cp819"};
    char folded[16], *to = folded;
    apr_size_t i;

    for (; charset && *charset && to < folded + sizeof folded - 1; charset++)
        *to++ = *charset == '_' || *charset == ' ' ? '-' : (char)apr_tolower(*charset);
    *to = '\0';
    for (i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(folded, names[i]) == 0)
            return 1;
    }
    return 0;
}

const char *site_latin1_decode(apr_pool_t *pool, const char *text, apr_size_t *length) {
    char *result = apr_palloc(pool, *length * 2 + 1), *to = result;
    apr_size_t i;

    for (i = 0; i < *length; i++)
        to += site_unicode_encode((unsigned char)text[i], to);
    *to = '\0';
    *length = (apr_size_t)(to - result);
    return result;
}

const char *site_latin1_decode_form(apr_pool_t *pool, const char *text, apr_size_t *length) {
    static const char hex[] = "0123456789ABCDEF";
    const char *at = text, *end = text + *length;
    char *result = apr_palloc(pool, *length * 2 + 1), *to = result, bytes[4];
    int count, i;

    while (at < end) {
        if (end - at < 3 || *at != '%' || !apr_isxdigit(at[1]) || !apr_isxdigit(at[2])) {
            to += site_unicode_encode((unsigned char)*at++, to);
            continue;
        }
        bytes[0] = at[1];
        bytes[1] = at[2];
        bytes[2] = '\0';
        count = site_unicode_encode((unsigned)strtol(bytes, NULL, 16), bytes);
        for (i = 0; i < count; i++) {
            *to++ = '%';
            *to++ = hex[(unsigned char)bytes[i] >> 4];
            *to++ = hex[bytes[i] & 15];
        }
        at += 3;
    }
    *to = '\0';
    *length = (apr_size_t)(to - result);
    return result;
}
