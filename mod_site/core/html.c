#include "core/html.h"
#include "core/unicode.h"
#include "core/url.h"

#include <string.h>

/* --- text --- */

/* What may stand in a page as it is, among the bytes of ASCII. */
static int is_plain(unsigned char c) {
    return c >= 0x20 ? c < 0x7f && c != '&' && c != '<' && c != '>' && c != '"' && c != '\'' : c == '\n' || c == '\t';
}

/* The five characters that mean something in HTML; NULL: any other. */
static const char *entity_of(char c) {
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

/* A control character has a picture: U+2400 + c, and U+2421 for the last of them. */
static void write_control(site_sink_t *sink, unsigned char c) {
    site_sink_write(sink, "\xe2\x90", 2);
    site_sink_char(sink, (char)(c == 0x7f ? 0xa1 : 0x80 + c));
}

/* Code points that no document may hold: C1 controls, U+FDD0 to U+FDEF, and the last two of each plane. */
static int is_forbidden(unsigned code) {
    return code < 0xa0 || (code >= 0xfdd0 && code <= 0xfdef) || (code & 0xfffe) == 0xfffe;
}

/* How many bytes a character beyond ASCII has; 0: it cannot stand in a document. */
static int wide_length(const char *at, const char *end) {
    unsigned code = 0;
    int length = site_unicode_decode(at, end, &code);

    return length && !is_forbidden(code) ? length : 0;
}

/* One character that is not plain, as a document may hold it. Returns where the next one begins. */
static const char *write_special(site_sink_t *sink, const char *at, const char *end) {
    unsigned code;
    int length;

    if ((unsigned char)*at < 0x80) {
        if (*at != '\r' || at + 1 == end || at[1] != '\n') /* CR LF is the end of a line */
            write_control(sink, (unsigned char)*at);
        return at + 1;
    }
    length = wide_length(at, end);
    if (length) {
        site_sink_write(sink, at, (apr_size_t)length);
        return at + length;
    }
    site_sink_write(sink, "\xef\xbf\xbd", 3);
    length = site_unicode_decode(at, end, &code);
    return at + (length ? length : 1);
}

void site_html_text(site_sink_t *sink, const char *text, apr_size_t length) {
    const char *at = text, *end = text + length;

    while (at < end) {
        const char *run = at, *entity;

        while (at < end && is_plain((unsigned char)*at))
            at++;
        site_sink_write(sink, run, (apr_size_t)(at - run));
        if (at == end)
            return;
        entity = entity_of(*at);
        if (entity) {
            site_sink_puts(sink, entity);
            at++;
        }
        else {
            at = write_special(sink, at, end);
        }
    }
}

/* How much of a text, from its beginning, may stand in a document. */
static apr_size_t clean_length(const char *text, apr_size_t length) {
    const char *at = text, *end = text + length;

    while (at < end) {
        int wide = (unsigned char)*at < 0x80 ? is_plain((unsigned char)*at) || entity_of(*at) : wide_length(at, end);

        if (!wide)
            break;
        at += wide;
    }
    return (apr_size_t)(at - text);
}

const char *site_html_clean(apr_pool_t *pool, const char *text, apr_size_t *length) {
    apr_size_t clean = clean_length(text, *length);
    const char *at = text, *end = text + *length;
    site_sink_t sink;

    if (clean == *length)
        return text;
    site_sink_init(&sink, pool, *length + 32, 0);
    while (at < end) {
        clean = clean_length(at, (apr_size_t)(end - at));
        site_sink_write(&sink, at, clean);
        at += clean;
        if (at < end)
            at = write_special(&sink, at, end);
    }
    *length = sink.used;
    return sink.data;
}

void site_html_puts(site_sink_t *sink, const char *text) {
    site_html_text(sink, text, strlen(text));
}

void site_html_number(site_sink_t *sink, apr_int64_t number) {
    char digits[32] = "";
    int used = 0;
    apr_uint64_t rest = number < 0 ? 0 - (apr_uint64_t)number : (apr_uint64_t)number;

    if (number < 0)
        site_sink_char(sink, '-');
    do {
        digits[used++] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    while (used > 0) {
        site_sink_char(sink, digits[--used]);
        if (used && used % 3 == 0)
            site_sink_char(sink, ',');
    }
}

/* Percent-encoding leaves two characters that mean something in HTML: '&' and the apostrophe. Few addresses have one. */
void site_html_item_address(site_sink_t *sink, const site_urls_t *urls, const site_resource_t *resource,
                            const site_cell_t *key) {
    site_sink_t address;
    apr_size_t i;

    for (i = 0; i < key->length && key->text[i] != '&' && key->text[i] != '\''; i++)
        ;
    if (i == key->length && !*urls->query) {
        site_url_item(sink, urls, resource, key);
        return;
    }
    site_sink_init(&address, sink->pool, key->length * 3 + 64, 0);
    site_url_item(&address, urls, resource, key);
    site_html_text(sink, address.data, address.used);
}
