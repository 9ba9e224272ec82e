#include "core/cursor.h"
#include "core/params.h"

#include <apr_base64.h>
#include <apr_strings.h>
#include <string.h>

enum { LONGEST = 16384 }; /* of a cursor that is looked at; a request line is shorter anyway */

/* The ordering that a cursor belongs to: a cursor of another one would point nowhere. */
static const char *signature(apr_pool_t *pool, const apr_array_header_t *ordering) {
    apr_uint32_t hash = 2166136261u;
    int i;

    for (i = 0; i < ordering->nelts; i++) {
        const site_ordering_t *key = APR_ARRAY_IDX(ordering, i, const site_ordering_t *);
        const char *at;

        for (at = key->column->table->name; *at; at++)
            hash = (hash ^ (unsigned char)*at) * 16777619u;
        for (at = key->column->name; *at; at++)
            hash = (hash ^ (unsigned char)*at) * 16777619u;
        hash = (hash ^ (key->descending ? '-' : '+')) * 16777619u;
    }
    return apr_psprintf(pool, "%08x", hash);
}

site_error_t *site_cursor_invalid(apr_pool_t *pool) {
    return site_error_make(pool, 404, "invalid_cursor", NULL, "Invalid cursor");
}

site_error_t *site_cursor_read(apr_pool_t *pool, const apr_array_header_t *ordering, const char *text,
                               apr_size_t length, site_cursor_t *cursor) {
    const char **values = apr_pcalloc(pool, ((apr_size_t)ordering->nelts + 1) * sizeof *values), *signed_for;
    site_params_t *params;
    site_error_t *error;
    int used = 0, size, i;
    char *decoded;

    cursor->backward = 0;
    cursor->values = NULL;
    if (!text || !length)
        return NULL;
    if (length > LONGEST || strlen(text) != length ||
        strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=") != length)
        return site_cursor_invalid(pool);
    decoded = apr_palloc(pool, (apr_size_t)apr_base64_decode_len(text) + 1);
    size = apr_base64_decode(decoded, text);
    params = site_params_parse(pool, decoded, (apr_size_t)size, &error);
    signed_for = site_params_value(params, "o");
    if (error || !signed_for || strcmp(signed_for, signature(pool, ordering)) != 0)
        return site_cursor_invalid(pool);
    cursor->backward = site_params_value(params, "r") != NULL;
    for (i = 0; i < params->list->nelts; i++) {
        const site_param_t *param = &APR_ARRAY_IDX(params->list, i, site_param_t);
        int is_null = strcmp(param->name, "n") == 0;

        if (!is_null && strcmp(param->name, "p") != 0)
            continue;
        if (used == ordering->nelts || strlen(param->value) != param->value_length)
            return site_cursor_invalid(pool);
        values[used++] = is_null ? NULL : param->value;
    }
    if (used && used != ordering->nelts)
        return site_cursor_invalid(pool);
    cursor->values = used ? values : NULL;
    return NULL;
}

const char *site_cursor_text(apr_pool_t *pool, const apr_array_header_t *ordering, const site_cursor_t *cursor) {
    site_sink_t sink;
    char *text;
    int i;

    site_sink_init(&sink, pool, 256, 0);
    site_sink_puts(&sink, "o=");
    site_sink_puts(&sink, signature(pool, ordering));
    if (cursor->backward)
        site_sink_puts(&sink, "&r=1");
    for (i = 0; cursor->values && i < ordering->nelts; i++) {
        site_sink_puts(&sink, cursor->values[i] ? "&p=" : "&n=");
        if (cursor->values[i])
            site_params_encode(&sink, cursor->values[i], strlen(cursor->values[i]), 1);
    }
    text = apr_palloc(pool, (apr_size_t)apr_base64_encode_len((int)sink.used));
    apr_base64_encode(text, sink.data, (int)sink.used);
    return text;
}
