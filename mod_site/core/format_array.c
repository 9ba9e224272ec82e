#include "core/format_private.h"

#include <string.h>

typedef enum token_kind_t { TOKEN_OPEN, TOKEN_CLOSE, TOKEN_NULL, TOKEN_ELEMENT, TOKEN_END, TOKEN_BAD } token_kind_t;

/* Reads an array's text: {1,NULL,"a \"b\""}, nested, and with bounds in front: [0:1]={1,2}. */
typedef struct scan_t {
    const char *at, *end;
    char delimiter;
    int depth;
    int after_value; /* a delimiter or a closing brace must come next */
    /* of the element */
    const char *value;
    apr_size_t length;
    int escaped; /* it has backslashes to be taken out */
} scan_t;

static void scan_init(scan_t *scan, const char *text, apr_size_t length, char delimiter) {
    memset(scan, 0, sizeof *scan);
    scan->at = text;
    scan->end = text + length;
    scan->delimiter = delimiter;
    if (length && *text == '[') {
        const char *equals = memchr(text, '=', length);

        scan->at = equals ? equals + 1 : scan->end;
    }
}

static token_kind_t next_quoted(scan_t *scan) {
    scan->value = ++scan->at;
    scan->escaped = 0;
    while (scan->at < scan->end && *scan->at != '"') {
        if (*scan->at == '\\') {
            scan->escaped = 1;
            scan->at++;
        }
        if (scan->at < scan->end)
            scan->at++;
    }
    if (scan->at == scan->end)
        return TOKEN_BAD;
    scan->length = (apr_size_t)(scan->at++ - scan->value);
    return TOKEN_ELEMENT;
}

static token_kind_t next_plain(scan_t *scan) {
    scan->value = scan->at;
    scan->escaped = 0;
    while (scan->at < scan->end && *scan->at != scan->delimiter && *scan->at != '}')
        scan->at++;
    scan->length = (apr_size_t)(scan->at - scan->value);
    if (scan->at == scan->end || !scan->length)
        return TOKEN_BAD;
    return scan->length == 4 && memcmp(scan->value, "NULL", 4) == 0 ? TOKEN_NULL : TOKEN_ELEMENT;
}

static token_kind_t next(scan_t *scan) {
    if (scan->at == scan->end)
        return scan->depth || !scan->after_value ? TOKEN_BAD : TOKEN_END;
    if (*scan->at == '}') {
        scan->at++;
        scan->after_value = 1;
        return scan->depth-- > 0 ? TOKEN_CLOSE : TOKEN_BAD;
    }
    if (scan->after_value) {
        if (!scan->depth || *scan->at != scan->delimiter || ++scan->at == scan->end)
            return TOKEN_BAD;
        scan->after_value = 0;
    }
    if (*scan->at == '{') {
        scan->at++;
        scan->depth++;
        return TOKEN_OPEN;
    }
    if (!scan->depth)
        return TOKEN_BAD;
    scan->after_value = 1;
    return *scan->at == '"' ? next_quoted(scan) : next_plain(scan);
}

/* The element without its backslashes. Most fit the caller's buffer; a longer one is built in *scratch, a pool made
 * when first needed and destroyed with the array, so that a stream of any length keeps its memory. */
static const char *unescape(scan_t *scan, char *buffer, apr_size_t size, apr_pool_t *parent, apr_pool_t **scratch) {
    char *copy = buffer, *to;
    const char *at = scan->value, *end = scan->value + scan->length;

    if (!scan->escaped)
        return scan->value;
    if (scan->length >= size) {
        if (*scratch)
            apr_pool_clear(*scratch);
        else
            apr_pool_create(scratch, parent);
        copy = apr_palloc(*scratch, scan->length + 1);
    }
    for (to = copy; at < end; at++) {
        if (*at == '\\' && at + 1 < end)
            at++;
        *to++ = *at;
    }
    *to = '\0';
    scan->length = (apr_size_t)(to - copy);
    return copy;
}

void site_format_array(site_sink_t *sink, const site_format_t *format, const char *text, apr_size_t length) {
    char buffer[512];
    apr_pool_t *scratch = NULL;
    scan_t scan;
    token_kind_t token;
    int comma = 0, depth = 0;

    scan_init(&scan, text, length, format->delimiter);
    if (scan.at == scan.end || *scan.at != '{') {
        site_format_string(sink, text, length);
        return;
    }
    while ((token = next(&scan)) != TOKEN_END && token != TOKEN_BAD) {
        if (comma && token != TOKEN_CLOSE)
            site_sink_char(sink, ',');
        comma = token != TOKEN_OPEN;
        if (token == TOKEN_OPEN) {
            site_sink_char(sink, '[');
        }
        else if (token == TOKEN_CLOSE) {
            site_sink_char(sink, ']');
        }
        else if (token == TOKEN_NULL) {
            site_sink_write(sink, "null", 4);
        }
        else {
            const char *value = unescape(&scan, buffer, sizeof buffer, sink->pool, &scratch);

            format->element->write(sink, format->element, value, scan.length);
        }
        depth = scan.depth;
    }
    while (depth-- > 0) /* cut short: PostgreSQL never does, but what leaves here is JSON all the same */
        site_sink_char(sink, ']');
    if (scratch)
        apr_pool_destroy(scratch);
}

int site_format_array_each(apr_pool_t *pool, const char *text, apr_size_t length, char delimiter,
                           site_format_element_fn each, void *baton) {
    char buffer[512];
    apr_pool_t *scratch = NULL;
    scan_t scan;
    token_kind_t token;
    int count = 0;

    scan_init(&scan, text, length, delimiter);
    while ((token = next(&scan)) != TOKEN_END && token != TOKEN_BAD) {
        if (token == TOKEN_NULL) {
            each(baton, NULL, 0, scan.depth);
        }
        else if (token == TOKEN_ELEMENT) {
            const char *value = unescape(&scan, buffer, sizeof buffer, pool, &scratch);

            each(baton, value, scan.length, scan.depth);
        }
        else {
            continue;
        }
        count++;
    }
    if (scratch)
        apr_pool_destroy(scratch);
    return token == TOKEN_END ? count : -1;
}
