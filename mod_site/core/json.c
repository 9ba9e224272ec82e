#include "core/json.h"

#include "core/unicode.h"

#include <string.h>

typedef struct scan_t {
    const char *at, *end;
    int nul;                       /* a \u0000 was seen */
    char closing[SITE_JSON_DEPTH]; /* what each open bracket waits for */
    int depth;
} scan_t;

static void skip_space(scan_t *scan) {
    while (scan->at < scan->end && (*scan->at == ' ' || *scan->at == '\t' || *scan->at == '\n' || *scan->at == '\r'))
        scan->at++;
}

static int digit_at(const scan_t *scan) {
    return scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9';
}

static int take(scan_t *scan, char c) {
    if (scan->at >= scan->end || *scan->at != c)
        return 0;
    scan->at++;
    return 1;
}

static int take_word(scan_t *scan, const char *word) {
    apr_size_t length = strlen(word);

    if ((apr_size_t)(scan->end - scan->at) < length || memcmp(scan->at, word, length) != 0)
        return 0;
    scan->at += length;
    return 1;
}

static int take_digits(scan_t *scan) {
    if (!digit_at(scan))
        return 0;
    while (digit_at(scan))
        scan->at++;
    return 1;
}

static int take_number(scan_t *scan) {
    take(scan, '-');
    if (!take(scan, '0') && !take_digits(scan))
        return 0;
    if (take(scan, '.') && !take_digits(scan))
        return 0;
    if (take(scan, 'e') || take(scan, 'E')) {
        if (!take(scan, '+'))
            take(scan, '-');
        return take_digits(scan);
    }
    return 1;
}

/* The four digits behind \u, or -1. */
static long take_hex(scan_t *scan) {
    static const char hex[] = "0123456789abcdef";
    long value = 0;
    int i;

    if (scan->end - scan->at < 4)
        return -1;
    for (i = 0; i < 4; i++, scan->at++) {
        const char *found = *scan->at ? strchr(hex, *scan->at | 0x20) : NULL;

        if (!found || (*scan->at < 'A' && *scan->at > '9') || *scan->at < '0')
            return -1;
        value = value * 16 + (found - hex);
    }
    return value;
}

static int take_escape(scan_t *scan) {
    long code, low;

    if (scan->at >= scan->end || !*scan->at || !strchr("\"\\/bfnrtu", *scan->at))
        return 0;
    if (*scan->at++ != 'u')
        return 1;
    code = take_hex(scan);
    scan->nul |= code == 0;
    if (code < 0xd800 || code > 0xdfff)
        return code >= 0;
    if (code >= 0xdc00 || !take(scan, '\\') || !take(scan, 'u'))
        return 0;
    low = take_hex(scan);
    return low >= 0xdc00 && low <= 0xdfff;
}

/* Behind the opening quote. */
static int take_string(scan_t *scan) {
    while (scan->at < scan->end) {
        unsigned code;
        int length = site_unicode_decode(scan->at, scan->end, &code);

        if (!length || code < 0x20)
            return 0;
        scan->at += length;
        if (code == '"')
            return 1;
        if (code == '\\' && !take_escape(scan))
            return 0;
    }
    return 0;
}

static int take_key(scan_t *scan) {
    skip_space(scan);
    if (!take(scan, '"') || !take_string(scan))
        return 0;
    skip_space(scan);
    return take(scan, ':');
}

static int take_scalar(scan_t *scan) {
    if (take(scan, '"'))
        return take_string(scan);
    if (take_word(scan, "null") || take_word(scan, "true") || take_word(scan, "false"))
        return 1;
    return take_number(scan);
}

/* Behind a value: closes what ends here. Returns 1 when another value must follow, 0 at the end, -1 on a mistake. */
static int take_end(scan_t *scan) {
    for (;;) {
        skip_space(scan);
        if (!scan->depth)
            return scan->at == scan->end ? 0 : -1;
        if (take(scan, ','))
            return scan->closing[scan->depth - 1] == ']' || take_key(scan) ? 1 : -1;
        if (!take(scan, scan->closing[scan->depth - 1]))
            return -1;
        scan->depth--;
    }
}

static int take_document(scan_t *scan) {
    int more = 1;

    while (more > 0) {
        skip_space(scan);
        if (scan->at < scan->end && (*scan->at == '[' || *scan->at == '{')) {
            char closing = *scan->at++ == '[' ? ']' : '}';

            if (scan->depth == SITE_JSON_DEPTH)
                return 0;
            scan->closing[scan->depth++] = closing;
            skip_space(scan);
            if (take(scan, closing)) {
                scan->depth--;
            }
            else {
                if (closing == '}' && !take_key(scan))
                    return 0;
                continue;
            }
        }
        else if (!take_scalar(scan)) {
            return 0;
        }
        more = take_end(scan);
    }
    return more == 0;
}

/* Whether a valid document is null, "", [] or {}. */
static int empty(const char *text, apr_size_t length) {
    char compact[5] = "";
    apr_size_t i, used = 0;

    for (i = 0; i < length; i++) {
        if (text[i] == ' ' || text[i] == '\t' || text[i] == '\n' || text[i] == '\r') {
            if (used == 1 && compact[0] == '"')
                return 0;
            continue;
        }
        if (used == sizeof compact - 1)
            return 0;
        compact[used++] = text[i];
    }
    compact[used] = '\0';
    return strcmp(compact, "null") == 0 || strcmp(compact, "\"\"") == 0 || strcmp(compact, "[]") == 0 ||
           strcmp(compact, "{}") == 0;
}

site_json_t site_json_check(const char *text, apr_size_t length) {
    scan_t scan;

    scan.at = text;
    scan.end = text + length;
    scan.nul = scan.depth = 0;
    if (!take_document(&scan))
        return SITE_JSON_INVALID;
    if (scan.nul)
        return SITE_JSON_NUL;
    return empty(text, length) ? SITE_JSON_EMPTY : SITE_JSON_VALID;
}

static char *put_code(char *to, unsigned code) {
    static const char digits[] = "0123456789abcdef";

    *to++ = '\\';
    *to++ = 'u';
    *to++ = digits[code >> 12 & 15];
    *to++ = digits[code >> 8 & 15];
    *to++ = digits[code >> 4 & 15];
    *to++ = digits[code & 15];
    return to;
}

/* U+2028 or U+2029; else 0. */
static unsigned separator_at(const char *at, const char *end) {
    return end - at > 2 && memcmp(at, "\xe2\x80", 2) == 0 && ((unsigned char)at[2] & 0xfe) == 0xa8
               ? 0x2028 + ((unsigned char)at[2] & 1)
               : 0;
}

const char *site_json_escape(apr_pool_t *pool, const char *text, apr_size_t length, apr_size_t *escaped) {
    char *bytes = apr_palloc(pool, 6 * length + 1), *to = bytes;
    const char *at = text, *end = text + length;

    for (; at < end; at++) {
        unsigned separator = separator_at(at, end);

        if (separator) {
            to = put_code(to, separator);
            at += 2;
        }
        else if ((unsigned char)*at < ' ' || strchr("<>&\x7f", *at)) {
            to = put_code(to, (unsigned char)*at);
        }
        else {
            if (*at == '"' || *at == '\\')
                *to++ = '\\';
            *to++ = *at;
        }
    }
    *to = '\0';
    *escaped = (apr_size_t)(to - bytes);
    return bytes;
}
