#include "core/html.h"
#include "core/params.h"
#include "core/route.h"
#include "core/unicode.h"

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

/* --- addresses --- */

void site_html_address(site_sink_t *sink, const char *url) {
    const char *host = strstr(url, "://"), *path = host ? strchr(host + 3, '/') : url;

    site_html_puts(sink, path ? path : "/");
}

void site_html_root_address(site_sink_t *sink, const site_urls_t *urls) {
    site_html_address(sink, urls->base);
    site_html_puts(sink, urls->query);
}

/* Up to the resource's name, which percent-encoding leaves without a character that HTML knows. */
static void write_resource_address(site_sink_t *sink, const site_urls_t *urls, const site_resource_t *resource) {
    site_html_address(sink, urls->base);
    site_params_encode(sink, resource->name, strlen(resource->name), 0);
}

void site_html_list_address(site_sink_t *sink, const site_urls_t *urls, const site_resource_t *resource) {
    write_resource_address(sink, urls, resource);
    site_html_puts(sink, urls->collection_tail);
    site_html_puts(sink, urls->query);
}

/* Most keys are numbers or words; of the others '&' and the apostrophe mean something in a path and in HTML. */
static void write_key(site_sink_t *sink, const site_cell_t *key) {
    site_sink_t encoded;
    apr_size_t i;

    for (i = 0; i < key->length && key->text[i] != '&' && key->text[i] != '\''; i++)
        ;
    if (i == key->length) {
        site_route_write_key(sink, key->text, key->length);
        return;
    }
    site_sink_init(&encoded, sink->pool, key->length * 3 + 1, 0);
    site_route_write_key(&encoded, key->text, key->length);
    site_html_text(sink, encoded.data, encoded.used);
}

void site_html_item_address(site_sink_t *sink, const site_urls_t *urls, const site_resource_t *resource,
                            const site_cell_t *key) {
    write_resource_address(sink, urls, resource);
    site_sink_char(sink, '/');
    write_key(sink, key);
    site_html_puts(sink, urls->item_tail);
    site_html_puts(sink, urls->query);
}

/* --- the frame --- */

static const char *site_name(const site_html_frame_t *frame) {
    return frame->site->title ? frame->site->title : "mod_site";
}

void site_html_title(site_sink_t *sink, const site_html_frame_t *frame) {
    site_html_puts(sink, frame->title ? frame->title : site_name(frame));
    if (frame->key && frame->key->text) {
        site_sink_char(sink, ' ');
        site_html_text(sink, frame->key->text, frame->key->length);
    }
}

/* The API and the collection above the page; the page itself is the heading that follows. */
static void write_breadcrumbs(site_sink_t *sink, const site_html_frame_t *frame) {
    site_sink_puts(sink, "<nav class=\"crumbs\" aria-label=\"Breadcrumb\"><ol><li><a href=\"");
    site_html_puts(sink, frame->site->prefix);
    site_sink_puts(sink, "/\">Home</a></li>");
    if (frame->resource) {
        site_sink_puts(sink, "<li><a href=\"");
        site_html_root_address(sink, frame->urls);
        site_sink_puts(sink, "\">API</a></li>");
    }
    if (frame->key && frame->resource) {
        site_sink_puts(sink, "<li><a href=\"");
        site_html_list_address(sink, frame->urls, frame->resource);
        site_sink_puts(sink, "\">");
        site_html_puts(sink, frame->resource->plural);
        site_sink_puts(sink, "</a></li>");
    }
    site_sink_puts(sink, "<li aria-current=\"page\">");
    site_html_title(sink, frame);
    site_sink_puts(sink, "</li></ol></nav>\n");
}

void site_html_begin(site_sink_t *sink, const site_html_frame_t *frame) {
    site_sink_puts(sink, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>");
    site_html_title(sink, frame);
    if (frame->title) {
        site_sink_puts(sink, " \xe2\x80\x93 ");
        site_html_puts(sink, site_name(frame));
    }
    site_sink_puts(sink, "</title>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                         "<meta name=\"color-scheme\" content=\"light dark\">\n"
                         "<link rel=\"icon\" type=\"image/svg+xml\" href=\"");
    site_html_puts(sink, frame->site->prefix);
    site_sink_puts(sink, "/static/favicon.svg\">\n<link rel=\"stylesheet\" href=\"");
    site_html_puts(sink, frame->site->prefix);
    site_sink_puts(sink, "/static/site.css\">\n");
    if (frame->json) {
        site_sink_puts(sink, "<link rel=\"alternate\" type=\"application/json\" href=\"");
        site_html_puts(sink, frame->json);
        site_sink_puts(sink, "\">\n");
    }
    site_sink_puts(sink, "</head>\n<body class=\"");
    site_html_puts(sink, frame->kind ? frame->kind : "page");
    site_sink_puts(sink, "\">\n<a class=\"skip\" href=\"#main\">Skip to content</a>\n"
                         "<header class=\"site\"><a class=\"brand\" href=\"");
    site_html_puts(sink, frame->site->prefix);
    site_sink_puts(sink, "/\">");
    site_html_puts(sink, site_name(frame));
    site_sink_puts(sink, "</a></header>\n<main id=\"main\">\n");
    if (frame->title)
        write_breadcrumbs(sink, frame);
}

void site_html_end(site_sink_t *sink, const site_html_frame_t *frame) {
    site_sink_puts(sink, "</main>\n<footer class=\"site\"><p>");
    if (frame->json) {
        site_sink_puts(sink, "This page is also <a href=\"");
        site_html_puts(sink, frame->json);
        site_sink_puts(sink, "\" type=\"application/json\">JSON</a>.");
    }
    else {
        site_html_puts(sink, site_name(frame));
    }
    site_sink_puts(sink, "</p></footer>\n</body>\n</html>\n");
}
