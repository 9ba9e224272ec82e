#include "core/unicode.h"

/* The zeros of Unicode 14's decimal digits, ascending; each is followed by its nine. */
static const unsigned zeros[] = {
    0x0030,  0x0660,  0x06F0,  0x07C0,  0x0966,  0x09E6,  0x0A66,  0x0AE6,  0x0B66,  0x0BE6,  0x0C66,
    0x0CE6,  0x0D66,  0x0DE6,  0x0E50,  0x0ED0,  0x0F20,  0x1040,  0x1090,  0x17E0,  0x1810,  0x1946,
    0x19D0,  0x1A80,  0x1A90,  0x1B50,  0x1BB0,  0x1C40,  0x1C50,  0xA620,  0xA8D0,  0xA900,  0xA9D0,
    0xA9F0,  0xAA50,  0xABF0,  0xFF10,  0x104A0, 0x10D30, 0x11066, 0x110F0, 0x11136, 0x111D0, 0x112F0,
    0x11450, 0x114D0, 0x11650, 0x116C0, 0x11730, 0x118E0, 0x11950, 0x11C50, 0x11D50, 0x11DA0, 0x16A60,
    0x16AC0, 0x16B50, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140, 0x1E2F0, 0x1E950, 0x1FBF0,
};

int site_unicode_decode(const char *at, const char *end, unsigned *code) {
    static const unsigned smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned first = (unsigned char)*at, value;
    int length, i;

    if (first < 0x80) {
        *code = first;
        return 1;
    }
    if (first < 0xc2 || first > 0xf4)
        return 0;
    length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (end - at < length)
        return 0;
    value = first & (0x7fu >> length);
    for (i = 1; i < length; i++) {
        unsigned next = (unsigned char)at[i];

        if ((next & 0xc0) != 0x80)
            return 0;
        value = value << 6 | (next & 0x3f);
    }
    if (value < smallest[length] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
        return 0;
    *code = value;
    return length;
}

int site_unicode_encode(unsigned code, char *out) {
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (char)(0xc0 | code >> 6);
        out[1] = (char)(0x80 | (code & 0x3f));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (char)(0xe0 | code >> 12);
        out[1] = (char)(0x80 | (code >> 6 & 0x3f));
        out[2] = (char)(0x80 | (code & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | code >> 18);
    out[1] = (char)(0x80 | (code >> 12 & 0x3f));
    out[2] = (char)(0x80 | (code >> 6 & 0x3f));
    out[3] = (char)(0x80 | (code & 0x3f));
    return 4;
}

int site_unicode_hex4(const char *at, const char *end) {
    int value = 0, i;

    if (end - at < 4)
        return -1;
    for (i = 0; i < 4; i++) {
        char c = at[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;

        if (digit < 0)
            return -1;
        value = value << 4 | digit;
    }
    return value;
}

int site_unicode_space(unsigned code) {
    if (code <= 0x20)
        return code == 0x20 || (code >= 0x09 && code <= 0x0d) || (code >= 0x1c && code <= 0x1f);
    if (code < 0x80)
        return 0;
    return code == 0x85 || code == 0xa0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200a) || code == 0x2028 ||
           code == 0x2029 || code == 0x202f || code == 0x205f || code == 0x3000;
}

int site_unicode_digit(unsigned code) {
    apr_size_t low = 0, high = sizeof zeros / sizeof zeros[0];

    while (high - low > 1) {
        apr_size_t middle = (low + high) / 2;

        if (zeros[middle] <= code)
            low = middle;
        else
            high = middle;
    }
    return code >= zeros[low] && code - zeros[low] < 10 ? (int)(code - zeros[low]) : -1;
}

void site_unicode_strip(const char **at, const char **end) {
    unsigned code;
    int length;

    while (*at < *end && (length = site_unicode_decode(*at, *end, &code)) > 0 && site_unicode_space(code))
        *at += length;
    while (*at < *end) {
        const char *last = *end - 1;

        while (last > *at && ((unsigned char)*last & 0xc0) == 0x80 && *end - last < 4)
            last--;
        length = site_unicode_decode(last, *end, &code);
        if (length != *end - last || !site_unicode_space(code))
            break;
        *end = last;
    }
}

const unsigned char *site_unicode_fold(apr_pool_t *pool, const char *text, apr_size_t length,
                                       apr_size_t *folded_length) {
    unsigned char *folded = apr_palloc(pool, length + 1), *to = folded;
    const char *at = text, *end = text + length;

    while (at < end) {
        unsigned code = 0;
        int bytes = site_unicode_decode(at, end, &code);

        if (bytes == 1) {
            *to++ = (unsigned char)code;
        }
        else {
            int digit = bytes ? site_unicode_digit(code) : -1;

            *to++ = (unsigned char)(digit < 0 ? SITE_FOLDED_OTHER : SITE_FOLDED_DIGIT + digit);
        }
        at += bytes ? bytes : 1;
    }
    *to = '\0';
    *folded_length = (apr_size_t)(to - folded);
    return folded;
}
