#include "core/array.h"

#include "core/sink.h"

const char *site_array_text(apr_pool_t *pool, const apr_array_header_t *values) {
    site_sink_t sink;
    int i;

    site_sink_init(&sink, pool, 256, 0);
    site_sink_char(&sink, '{');
    for (i = 0; i < values->nelts; i++) {
        const char *value = APR_ARRAY_IDX(values, i, const char *);

        if (i)
            site_sink_char(&sink, ',');
        if (!value) {
            site_sink_puts(&sink, "NULL");
            continue;
        }
        site_sink_char(&sink, '"');
        for (; *value; value++) {
            if (*value == '"' || *value == '\\')
                site_sink_char(&sink, '\\');
            site_sink_char(&sink, *value);
        }
        site_sink_char(&sink, '"');
    }
    site_sink_write(&sink, "}", 2);
    return sink.data;
}
