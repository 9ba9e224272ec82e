/* Addresses of a site's own pages: whatever path is asked for, what is captured is text, and comes back when it is written
 * as a path again. The input is a pattern, a newline and a path; or a path for patterns of ours. */
#include "core/pattern.h"
#include "core/route.h"
#include "core/value.h"
#include <apr_general.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int condition) {
    if (!condition)
        abort();
}

static void try_pattern(apr_pool_t *pool, const char *text, const char *path) {
    const char *complaint, **values, **again;
    site_pattern_t *pattern = site_pattern_read(pool, text, &complaint);
    site_sink_t sink;
    int i, captured = 0;

    require(pattern ? !complaint : complaint != NULL);
    if (!pattern)
        return;
    require(site_pattern_compare(pattern, pattern) == 0);
    values = apr_pcalloc(pool, ((size_t)pattern->captures + 1) * sizeof *values);
    again = apr_pcalloc(pool, ((size_t)pattern->captures + 1) * sizeof *again);
    if (site_pattern_match(pool, pattern, path, values) != SITE_PATTERN_MATCH)
        return;
    site_sink_init(&sink, pool, 64, 0);
    for (i = 0; i < pattern->segments->nelts; i++) {
        const site_pattern_segment_t *segment = &APR_ARRAY_IDX(pattern->segments, i, site_pattern_segment_t);
        const char *value = segment->captured ? values[captured++] : segment->text;

        require(value && *value && site_value_utf8(value, strlen(value)));
        site_sink_char(&sink, '/');
        site_route_write_key(&sink, value, strlen(value), 0);
    }
    site_sink_puts(&sink, pattern->closed ? "/" : "");
    site_sink_char(&sink, '\0');
    require(captured == pattern->captures);
    require(site_pattern_match(pool, pattern, sink.data, again) == SITE_PATTERN_MATCH);
    for (i = 0; i < captured; i++)
        require(strcmp(values[i], again[i]) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const patterns[] = {"/", "/a/{x}/", "/{x}/{y}", "/{x}/b/{y}/", "/a/b/"};
    static apr_pool_t *global;
    apr_pool_t *pool;
    char *text, *path;
    size_t i;

    if (!global) {
        apr_initialize();
        apr_pool_create(&global, NULL);
    }
    text = malloc(size + 1); /* of exactly this size, so that a read beyond shows */
    require(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    apr_pool_create(&pool, global);
    for (i = 0; i < sizeof patterns / sizeof *patterns; i++)
        try_pattern(pool, patterns[i], text);
    path = strchr(text, '\n');
    if (path) {
        *path++ = '\0';
        try_pattern(pool, text, path);
    }
    apr_pool_destroy(pool);
    free(text);
    return 0;
}
