#include "core/html.h"
#include "core/unicode.h"
#include "core/url.h"

#include <string.h>

/* --- text --- */

/* What may stand in a page as it is, among the bytes of ASCII. */
static int is_plain(unsigned char c) {
    return c >= 0x20 ? c < 0x7f && c != '&' && c != '<' && c != '>' && c != '"' && c != '\'' : c == '\n' || c == '\t';
}

static void write_ascii(site_sink_t *sink, unsigned char c) {
    switch (c) {
    case '&':
        site_sink_write(sink, "&amp;", 5);
        break;
    case '<':
        site_sink_write(sink, "&lt;", 4);
        break;
    case '>':
        site_sink_write(sink, "&gt;", 4);
        break;
    case '"':
        site_sink_write(sink, "&quot;", 6);
        break;
    case '\'':
        site_sink_write(sink, "&#39;", 5);
        break;
    case '\r':
        site_sink_write(sink, "&#13;", 5);
        break;
    case 0x7f:
        site_sink_write(sink, "\xe2\x90\xa1", 3);
        break;
    default: /* a control character has a picture: U+2400 + c */
        site_sink_write(sink, "\xe2\x90", 2);
        site_sink_char(sink, (char)(0x80 + c));
    }
}

/* One character beyond ASCII; C1 controls have no picture. */
static const char *write_wide(site_sink_t *sink, const char *at, const char *end) {
    unsigned code = 0;
    int length = site_unicode_decode(at, end, &code);

    if (length && code >= 0xa0)
        site_sink_write(sink, at, (apr_size_t)length);
    else
        site_sink_write(sink, "\xef\xbf\xbd", 3);
    return at + (length ? length : 1);
}

void site_html_text(site_sink_t *sink, const char *text, apr_size_t length) {
    const char *at = text, *end = text + length;

    while (at < end) {
        const char *run = at;

        while (at < end && is_plain((unsigned char)*at))
            at++;
        site_sink_write(sink, run, (apr_size_t)(at - run));
        if (at == end)
            return;
        if ((unsigned char)*at < 0x80)
            write_ascii(sink, (unsigned char)*at++);
        else
            at = write_wide(sink, at, end);
    }
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
