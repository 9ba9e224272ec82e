#include "core/format_private.h"

#include "core/unicode.h"

#include <string.h>

/* \uXXXX, of which a high surrogate takes its low one along; one alone becomes U+FFFD. `at` is behind the u. */
static const char *write_code(site_sink_t *sink, const char *at, const char *end) {
    int code = site_unicode_hex4(at, end), low;
    char text[4];

    if (code < 0)
        return at;
    at += 4;
    if (code >= 0xd800 && code <= 0xdbff && end - at >= 6 && at[0] == '\\' && at[1] == 'u') {
        low = site_unicode_hex4(at + 2, end);
        if (low >= 0xdc00 && low <= 0xdfff) {
            code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
            at += 6;
        }
    }
    if (code >= 0xd800 && code <= 0xdfff)
        code = 0xfffd;
    site_format_characters(sink, text, (apr_size_t)site_unicode_encode((unsigned)code, text));
    return at;
}

/* The string behind its opening quote at `at`. Returns what follows its closing quote. */
static const char *write_string(site_sink_t *sink, const char *at, const char *end) {
    static const char plain[] = "bfnrt", meant[] = "\b\f\n\r\t";

    site_sink_char(sink, '"');
    for (;;) {
        const char *run = at, *letter;

        while (at < end && *at != '"' && *at != '\\')
            at++;
        if (at > run)
            site_format_characters(sink, run, (apr_size_t)(at - run));
        if (at == end || *at == '"')
            break;
        if (++at == end)
            break;
        letter = *at ? strchr(plain, *at) : NULL;
        if (letter)
            site_format_characters(sink, &meant[letter - plain], 1);
        else if (*at != 'u')
            site_format_characters(sink, at, 1); /* \" \\ \/ */
        at = *at == 'u' ? write_code(sink, at + 1, end) : at + 1;
    }
    site_sink_char(sink, '"');
    return at < end ? at + 1 : at;
}

void site_format_json(site_sink_t *sink, const char *text, apr_size_t length) {
    const char *at = text, *end = text + length;

    while (at < end) {
        const char *start = at;

        switch (*at) {
        case ' ':
        case '\t':
        case '\n':
        case '\r':
            at++;
            break;
        case '"':
            at = write_string(sink, at + 1, end);
            break;
        case '-':
        case '0':
        case '1':
        case '2':
        case '3':
        case '4':
        case '5':
        case '6':
        case '7':
        case '8':
        case '9':
            while (at < end && *at && strchr("0123456789+-.eE", *at))
                at++;
            site_format_json_number(sink, start, (apr_size_t)(at - start));
            break;
        default: /* brackets, separators, true, false, null */
            site_sink_char(sink, *at++);
        }
    }
}
