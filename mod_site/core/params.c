#include "core/params.h"

#include <stdlib.h>
#include <string.h>

static int hex_digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* The length of the valid UTF-8 sequence at `at`, or 0; *skip is how many bytes one U+FFFD stands for (Unicode's maximal subpart, as
 * Python's decoder replaces). */
static int utf8_sequence(const unsigned char *at, apr_size_t left, int *skip) {
    int length, i;
    unsigned char low = 0x80, high = 0xBF;

    *skip = 1;
    if (at[0] < 0x80)
        return 1;
    if (at[0] >= 0xC2 && at[0] <= 0xDF)
        length = 2;
    else if (at[0] >= 0xE0 && at[0] <= 0xEF)
        length = 3;
    else if (at[0] >= 0xF0 && at[0] <= 0xF4)
        length = 4;
    else
        return 0;
    if (at[0] == 0xE0)
        low = 0xA0;
    else if (at[0] == 0xED)
        high = 0x9F;
    else if (at[0] == 0xF0)
        low = 0x90;
    else if (at[0] == 0xF4)
        high = 0x8F;
    for (i = 1; i < length; i++) {
        if ((apr_size_t)i >= left || at[i] < low || at[i] > high)
            return 0;
        *skip = i + 1;
        low = 0x80;
        high = 0xBF;
    }
    return length;
}

/* Replaces what is not UTF-8. Text that is (nearly all of it) is returned as it is. */
static const char *repair_utf8(apr_pool_t *pool, const char *text, apr_size_t length, apr_size_t *repaired_length) {
    const unsigned char *bytes = (const unsigned char *)text;
    apr_size_t i, bad = 0, used = 0;
    int step, skip;
    char *repaired;

    for (i = 0; i < length; i += (apr_size_t)(step ? step : skip)) {
        step = utf8_sequence(bytes + i, length - i, &skip);
        bad += step == 0;
    }
    *repaired_length = length;
    if (!bad)
        return text;
    repaired = apr_palloc(pool, length + 2 * bad + 1);
    for (i = 0; i < length; i += (apr_size_t)(step ? step : skip)) {
        step = utf8_sequence(bytes + i, length - i, &skip);
        memcpy(repaired + used, step ? text + i : "\xEF\xBF\xBD", step ? (apr_size_t)step : 3);
        used += step ? (apr_size_t)step : 3;
    }
    repaired[used] = '\0';
    *repaired_length = used;
    return repaired;
}

static char *unescape(apr_pool_t *pool, const char *text, apr_size_t length, int plus, apr_size_t *decoded_length) {
    char *decoded = apr_palloc(pool, length + 1), *to = decoded;
    apr_size_t i;

    for (i = 0; i < length; i++) {
        if (text[i] == '%' && i + 2 < length && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
            *to++ = (char)(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
            i += 2;
        }
        else {
            *to++ = plus && text[i] == '+' ? ' ' : text[i];
        }
    }
    *to = '\0';
    *decoded_length = (apr_size_t)(to - decoded);
    return decoded;
}

char *site_params_unescape(apr_pool_t *pool, const char *text, apr_size_t length, apr_size_t *decoded_length) {
    return unescape(pool, text, length, 0, decoded_length);
}

static const char *decode(apr_pool_t *pool, const char *text, apr_size_t length, int plus, apr_size_t *decoded_length) {
    char *decoded = unescape(pool, text, length, plus, decoded_length);

    return repair_utf8(pool, decoded, *decoded_length, decoded_length);
}

const char *site_params_unquote(apr_pool_t *pool, const char *text, apr_size_t length, apr_size_t *decoded_length) {
    return decode(pool, text, length, 0, decoded_length);
}

site_params_t *site_params_parse(apr_pool_t *pool, const char *query, apr_size_t length, site_error_t **error) {
    site_params_t *params = apr_pcalloc(pool, sizeof *params);
    const char *at = query, *end = query ? query + length : NULL;

    *error = NULL;
    params->list = apr_array_make(pool, 8, sizeof(site_param_t));
    while (at && at < end) {
        const char *stop = memchr(at, '&', (size_t)(end - at)), *equals;
        site_param_t *param;

        if (!stop)
            stop = end;
        if (stop > at) {
            if (params->list->nelts == SITE_PARAMS_MAX) {
                *error = site_error_make(pool, 400, "too_many_parameters", NULL,
                                         "A request may have at most %d parameters.", SITE_PARAMS_MAX);
                return params;
            }
            equals = memchr(at, '=', (size_t)(stop - at));
            param = apr_array_push(params->list);
            param->name = decode(pool, at, (apr_size_t)((equals ? equals : stop) - at), 1, &param->name_length);
            param->value = "";
            param->value_length = 0;
            if (equals)
                param->value = decode(pool, equals + 1, (apr_size_t)(stop - equals - 1), 1, &param->value_length);
        }
        at = stop + 1;
    }
    return params;
}

const site_param_t *site_params_last(const site_params_t *params, const char *name) {
    apr_size_t length = strlen(name);
    int i;

    for (i = params->list->nelts - 1; i >= 0; i--) {
        const site_param_t *param = &APR_ARRAY_IDX(params->list, i, site_param_t);

        if (param->name_length == length && memcmp(param->name, name, length) == 0)
            return param;
    }
    return NULL;
}

const char *site_params_value(const site_params_t *params, const char *name) {
    const site_param_t *param = site_params_last(params, name);

    return param ? param->value : NULL;
}

void site_params_encode(site_sink_t *sink, const char *text, apr_size_t length, int plus) {
    static const char digits[] = "0123456789ABCDEF";
    apr_size_t i;

    for (i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];

        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("_.-~", c))) {
            site_sink_char(sink, (char)c);
        }
        else if (plus && c == ' ') {
            site_sink_char(sink, '+');
        }
        else {
            site_sink_char(sink, '%');
            site_sink_char(sink, digits[c >> 4]);
            site_sink_char(sink, digits[c & 15]);
        }
    }
}

/* Sorted by name; values of one name stay in their order. */
static int by_name(const void *one, const void *other) {
    const site_param_t *a = *(const site_param_t *const *)one, *b = *(const site_param_t *const *)other;
    apr_size_t shorter = a->name_length < b->name_length ? a->name_length : b->name_length;
    int order = memcmp(a->name, b->name, shorter);

    if (order == 0 && a->name_length != b->name_length)
        order = a->name_length < b->name_length ? -1 : 1;
    return order ? order : a < b ? -1 : a > b;
}

void site_params_write_with(site_sink_t *sink, apr_pool_t *pool, const site_params_t *params, const char *name,
                            const char *value) {
    apr_size_t name_length = strlen(name);
    int count = params->list->nelts, used = 0, i;
    const site_param_t **sorted = apr_palloc(pool, ((apr_size_t)count + 1) * sizeof *sorted);
    site_param_t own;

    for (i = 0; i < count; i++) {
        const site_param_t *param = &APR_ARRAY_IDX(params->list, i, site_param_t);

        if (param->name_length != name_length || memcmp(param->name, name, name_length) != 0)
            sorted[used++] = param;
    }
    if (value) {
        own.name = name;
        own.name_length = name_length;
        own.value = value;
        own.value_length = strlen(value);
        sorted[used++] = &own;
    }
    qsort(sorted, (size_t)used, sizeof *sorted, by_name);
    for (i = 0; i < used; i++) {
        site_sink_char(sink, i ? '&' : '?');
        site_params_encode(sink, sorted[i]->name, sorted[i]->name_length, 1);
        site_sink_char(sink, '=');
        site_params_encode(sink, sorted[i]->value, sorted[i]->value_length, 1);
    }
}
