/* unicode: the little that core must know of Unicode: UTF-8, white space and decimal digits as Python sees them.
 *
 * Python's str.strip(), int(), Decimal() and the \d of its regular expressions take every Unicode space and every
 * Unicode digit; clients of a Django site may rely on it, so the readers of values do, too.
 */
#ifndef SITE_CORE_UNICODE_H
#define SITE_CORE_UNICODE_H

#include <apr_pools.h>

/* Decodes one character at `at` (at < end). Returns its length in bytes, 1 to 4, and sets *code; returns 0 when the
 * bytes are not UTF-8 (overlong forms, surrogates, beyond U+10FFFF, cut short). */
int site_unicode_decode(const char *at, const char *end, unsigned *code);

/* Encodes `code` (a valid character) into `out`, which has room for 4 bytes. Returns the length. */
int site_unicode_encode(unsigned code, char *out);

/* The value of the four hexadecimal digits of an escape (\u00e9), or -1. */
int site_unicode_hex4(const char *at, const char *end);

/* Whether Python's str.isspace() is true. */
int site_unicode_space(unsigned code);

/* The value of a decimal digit (category Nd) of any script, or -1. */
int site_unicode_digit(unsigned code);

/* Narrows the range to what str.strip() would leave. Bytes that are not UTF-8 are no space. */
void site_unicode_strip(const char **at, const char **end);

/* One byte per character in `pool`, NUL-terminated, its length in *folded_length: ASCII as it is, a non-ASCII digit d
 * as SITE_FOLDED_DIGIT + d, anything else as SITE_FOLDED_OTHER. What reads the result sees whether a digit is ASCII. */
enum { SITE_FOLDED_DIGIT = 0x80, SITE_FOLDED_OTHER = 0xff };
const unsigned char *site_unicode_fold(apr_pool_t *pool, const char *text, apr_size_t length,
                                       apr_size_t *folded_length);

/* The value of a folded digit of any script, or -1. */
static inline int site_folded_digit(unsigned char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= SITE_FOLDED_DIGIT && c < SITE_FOLDED_DIGIT + 10 ? c - SITE_FOLDED_DIGIT : -1;
}

#endif
