#include "core/blanks.h"

#include "core/sink.h"

#include <apr_strings.h>
#include <string.h>

apr_array_header_t *site_blanks_read(apr_pool_t *pool, const char *text, const char **complaint) {
    apr_array_header_t *blanks = apr_array_make(pool, 2, sizeof(site_blank_t));
    site_sink_t sink;

    *complaint = NULL;
    site_sink_init(&sink, pool, 64, 0);
    for (;;) {
        site_blank_t *blank;
        const char *end;

        if ((*text == '{' || *text == '}') && text[1] == *text) {
            site_sink_char(&sink, *text);
            text += 2;
            continue;
        }
        if (*text && *text != '{' && *text != '}') {
            site_sink_char(&sink, *text++);
            continue;
        }
        end = *text == '{' ? strchr(text, '}') : NULL;
        if (*text && (!end || end == text + 1)) {
            *complaint = apr_psprintf(pool, "a name between braces, not '%s' (a brace itself is written twice)", text);
            return NULL;
        }
        blank = apr_array_push(blanks);
        blank->text = apr_pstrmemdup(pool, sink.data, sink.used);
        blank->length = sink.used;
        blank->name = *text ? apr_pstrmemdup(pool, text + 1, (apr_size_t)(end - text - 1)) : NULL;
        if (!*text)
            return blanks;
        site_sink_init(&sink, pool, 64, 0);
        text = end + 1;
    }
}

const char *site_blanks_fill(apr_pool_t *pool, const apr_array_header_t *blanks, site_blanks_find_fn find, void *baton,
                             int *missing) {
    site_sink_t sink;
    int i, missed = 0;

    site_sink_init(&sink, pool, 64, 0);
    for (i = 0; i < blanks->nelts; i++) {
        const site_blank_t *blank = &APR_ARRAY_IDX(blanks, i, const site_blank_t);
        const char *value = blank->name ? find(baton, blank->name) : "";

        site_sink_write(&sink, blank->text, blank->length);
        site_sink_puts(&sink, value ? value : "");
        missed |= !value;
    }
    site_sink_char(&sink, '\0');
    if (missing)
        *missing = missed;
    return sink.data;
}

const char *site_blanks_only(const apr_array_header_t *blanks) {
    const site_blank_t *first = &APR_ARRAY_IDX(blanks, 0, const site_blank_t);

    return blanks->nelts == 2 && !first->length && !APR_ARRAY_IDX(blanks, 1, const site_blank_t).length ? first->name
                                                                                                        : NULL;
}
