#include "core/format_private.h"

#include "core/unicode.h"

#include <stdint.h>
#include <string.h>

#define EACH_BYTE(b) (UINT64_C(0x0101010101010101) * (b))
#define HIGH_BITS EACH_BYTE(0x80)

/* Whether one of eight bytes is a control, a quote, a backslash or not ASCII. May say yes for a byte next to such a
 * one, never no for one. */
static int eight_need_care(const char *at) {
    uint64_t word, quote, backslash;

    memcpy(&word, at, sizeof word);
    quote = word ^ EACH_BYTE('"');
    backslash = word ^ EACH_BYTE('\\');
    return ((word | (word - EACH_BYTE(0x20)) | (quote - EACH_BYTE(1)) | (backslash - EACH_BYTE(1))) & HIGH_BITS) != 0;
}

static int needs_care(char c) {
    unsigned char byte = (unsigned char)c;

    return byte < 0x20 || byte == '"' || byte == '\\' || byte >= 0x80;
}

static void escape(site_sink_t *sink, unsigned char c) {
    static const char hex[] = "0123456789abcdef";
    static const char letters[32] = {['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
    char text[6] = {'\\', (char)c, '0', '0', 0, 0};

    if (c < 0x20)
        text[1] = letters[c];
    if (text[1]) {
        site_sink_write(sink, text, 2);
        return;
    }
    text[1] = 'u';
    text[4] = hex[c >> 4];
    text[5] = hex[c & 15];
    site_sink_write(sink, text, 6);
}

/* The run of characters that go out as they are. */
static const char *clean_run(const char *at, const char *end) {
    for (;;) {
        unsigned code;
        int length;

        while (end - at >= 8 && !eight_need_care(at))
            at += 8;
        while (at < end && !needs_care(*at))
            at++;
        if (at == end || !((unsigned char)*at & 0x80))
            return at;
        length = site_unicode_decode(at, end, &code);
        if (!length || code == 0x2028 || code == 0x2029)
            return at;
        at += length;
    }
}

void site_format_characters(site_sink_t *sink, const char *text, apr_size_t length) {
    const char *at = text, *end = text + length;

    for (;;) {
        const char *run = at;

        at = clean_run(at, end);
        if (at > run)
            site_sink_write(sink, run, (apr_size_t)(at - run));
        if (at == end)
            return;
        if (!((unsigned char)*at & 0x80)) {
            escape(sink, (unsigned char)*at++);
        }
        else if (end - at >= 3 && memcmp(at, "\xe2\x80", 2) == 0 && ((unsigned char)at[2] & 0xfe) == 0xa8) {
            site_sink_write(sink, at[2] == '\xa8' ? "\\u2028" : "\\u2029", 6);
            at += 3;
        }
        else if (end - at >= 2 && memcmp(at, SITE_NUL_IN_TEXT, 2) == 0) {
            escape(sink, '\0');
            at += 2;
        }
        else {
            site_sink_write(sink, "\xef\xbf\xbd", 3); /* not UTF-8 */
            at++;
        }
    }
}

void site_format_string(site_sink_t *sink, const char *text, apr_size_t length) {
    site_sink_char(sink, '"');
    site_format_characters(sink, text, length);
    site_sink_char(sink, '"');
}
