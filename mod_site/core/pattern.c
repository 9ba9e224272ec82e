#include "core/pattern.h"

#include "core/params.h"
#include "core/value.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

int site_pattern_is_name(const char *name, apr_size_t length) {
    apr_size_t i;

    if (!length || !apr_isalpha(*name))
        return 0;
    for (i = 1; i < length; i++) {
        if (!apr_isalnum(name[i]) && name[i] != '_')
            return 0;
    }
    return 1;
}

/* --- reading a pattern --- */

static int is_captured(const site_pattern_t *pattern, const char *name) {
    int i;

    for (i = 0; i < pattern->segments->nelts; i++) {
        const site_pattern_segment_t *segment = &APR_ARRAY_IDX(pattern->segments, i, site_pattern_segment_t);

        if (segment->captured && strcmp(segment->text, name) == 0)
            return 1;
    }
    return 0;
}

/* Whether a literal segment can be asked for as it is written. */
static int is_literal(const char *text, apr_size_t length) {
    apr_size_t i;

    for (i = 0; i < length; i++) {
        if (apr_iscntrl(text[i]) || strchr("{}?#%\\", text[i]))
            return 0;
    }
    return !(length <= 2 && strncmp(text, "..", length) == 0) && site_value_utf8(text, length);
}

static const char *add_segment(apr_pool_t *pool, site_pattern_t *pattern, const char *begin, apr_size_t length) {
    site_pattern_segment_t *segment;
    int captured = length > 2 && *begin == '{' && begin[length - 1] == '}';
    const char *text = apr_pstrmemdup(pool, captured ? begin + 1 : begin, captured ? length - 2 : length);

    if (captured && !site_pattern_is_name(text, length - 2))
        return apr_psprintf(pool, "a name of letters, digits and _ between braces, not '{%s}'", text);
    if (captured && is_captured(pattern, text))
        return apr_psprintf(pool, "different names for what is captured, but '{%s}' is there twice", text);
    if (!captured && !is_literal(begin, length))
        return apr_psprintf(pool, "segments that are text or one {name}, not '%s'", text);
    segment = apr_array_push(pattern->segments);
    segment->text = text;
    segment->length = captured ? length - 2 : length;
    segment->captured = captured;
    pattern->captures += captured;
    return NULL;
}

site_pattern_t *site_pattern_read(apr_pool_t *pool, const char *text, const char **complaint) {
    site_pattern_t *pattern = apr_pcalloc(pool, sizeof *pattern);
    const char *at = text + 1;

    *complaint = *text == '/' && !strstr(text, "//") ? NULL : "a path that begins with a slash, such as /news/{slug}/";
    pattern->text = apr_pstrdup(pool, text);
    pattern->segments = apr_array_make(pool, 4, sizeof(site_pattern_segment_t));
    while (!*complaint && *at) {
        apr_size_t length = strcspn(at, "/");

        *complaint = add_segment(pool, pattern, at, length);
        at += length;
        at += *at == '/';
    }
    pattern->closed = at[-1] == '/';
    return *complaint ? NULL : pattern;
}

/* --- matching --- */

static int hex_digit(char c) {
    return apr_isdigit(c) ? c - '0' : apr_isxdigit(c) ? apr_tolower(c) - 'a' + 10 : -1;
}

/* What the segment says; NULL: nothing that a value could be. A '%' that begins nothing stands for itself. */
static const char *decode(apr_pool_t *pool, const char *text, apr_size_t length, apr_size_t *decoded) {
    char *value = apr_palloc(pool, length + 1), *to = value;
    apr_size_t i;

    for (i = 0; i < length; i++) {
        if (text[i] == '%' && i + 2 < length && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
            *to++ = (char)(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
            i += 2;
        }
        else {
            *to++ = text[i];
        }
    }
    *to = '\0';
    *decoded = (apr_size_t)(to - value);
    return strlen(value) == *decoded && site_value_utf8(value, *decoded) ? value : NULL;
}

site_pattern_match_t site_pattern_match(apr_pool_t *pool, const site_pattern_t *pattern, const char *path,
                                        const char **values) {
    int i, closed = 0;

    for (i = 0;; i++) {
        const site_pattern_segment_t *segment;
        apr_size_t length, decoded;
        const char *text;

        for (; *path == '/'; path++)
            closed = 1;
        if (!*path)
            break;
        if (i == pattern->segments->nelts)
            return SITE_PATTERN_OTHER;
        segment = &APR_ARRAY_IDX(pattern->segments, i, site_pattern_segment_t);
        length = strcspn(path, "/");
        text = decode(pool, path, length, &decoded);
        if (!text)
            return SITE_PATTERN_OTHER;
        if (segment->captured)
            *values++ = text;
        else if (decoded != segment->length || memcmp(text, segment->text, decoded) != 0)
            return SITE_PATTERN_OTHER;
        path += length;
        closed = 0;
    }
    if (i < pattern->segments->nelts || (closed && !pattern->closed))
        return SITE_PATTERN_OTHER;
    return closed == pattern->closed ? SITE_PATTERN_MATCH : SITE_PATTERN_SLASH;
}

const char *site_pattern_path(apr_pool_t *pool, const site_pattern_t *pattern) {
    site_sink_t sink;
    int i;

    site_sink_init(&sink, pool, 64, 0);
    for (i = 0; i < pattern->segments->nelts; i++) {
        const site_pattern_segment_t *segment = &APR_ARRAY_IDX(pattern->segments, i, site_pattern_segment_t);

        site_sink_char(&sink, '/');
        site_params_encode(&sink, segment->text, segment->length, 0);
    }
    site_sink_puts(&sink, pattern->closed ? "/" : "");
    site_sink_char(&sink, '\0');
    return sink.data;
}

int site_pattern_is_above(const site_pattern_t *outer, const site_pattern_t *inner) {
    int i;

    if (outer->captures || !outer->closed || outer->segments->nelts >= inner->segments->nelts)
        return 0;
    for (i = 0; i < outer->segments->nelts; i++) {
        const site_pattern_segment_t *a = &APR_ARRAY_IDX(outer->segments, i, site_pattern_segment_t);
        const site_pattern_segment_t *b = &APR_ARRAY_IDX(inner->segments, i, site_pattern_segment_t);

        if (b->captured || strcmp(a->text, b->text) != 0)
            return 0;
    }
    return 1;
}

int site_pattern_compare(const site_pattern_t *one, const site_pattern_t *other) {
    int count = one->segments->nelts, i;

    if (count != other->segments->nelts)
        return count - other->segments->nelts;
    for (i = 0; i < count; i++) {
        const site_pattern_segment_t *a = &APR_ARRAY_IDX(one->segments, i, site_pattern_segment_t);
        const site_pattern_segment_t *b = &APR_ARRAY_IDX(other->segments, i, site_pattern_segment_t);
        int order = a->captured != b->captured ? a->captured - b->captured : a->captured ? 0 : strcmp(a->text, b->text);

        if (order)
            return order;
    }
    /* "/a" is "/a"; "/a/" is asked for by both. */
    return one->closed - other->closed;
}
