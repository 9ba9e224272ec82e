#include "core/cursor.h"
#include "core/format.h"
#include "core/integer.h"
#include "core/params.h"

#include <apr_base64.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

enum { MOST_EQUALS = 1000000000 }; /* rows that look the same, beside a place */
enum { LONGEST = 16384 };          /* of a cursor that is looked at; a request line is shorter anyway */

/* The ordering that a row's cursor belongs to: with another one it would point nowhere. */
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

/* --- base64 --- */

static int digit_of(char c) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c ? strchr(digits, c) : NULL;

    return at ? (int)(at - digits) : -1;
}

/* Python's b64decode(): what is no digit is passed over, padding that is missing is not. NULL: an error, or not ASCII inside. */
static char *decode(apr_pool_t *pool, const char *text, apr_size_t length, apr_size_t *decoded_length) {
    char *decoded = apr_palloc(pool, length + 1), *to = decoded;
    unsigned bits = 0;
    int place = 0, pads = 0;
    apr_size_t i;

    for (i = 0; i < length; i++) {
        int digit = digit_of(text[i]);

        if ((unsigned char)text[i] & 0x80)
            return NULL;
        if (text[i] == '=' && place >= 2 && place + ++pads >= 4)
            break;
        if (digit < 0)
            continue;
        pads = 0;
        bits = bits << 6 | (unsigned)digit;
        place = (place + 1) & 3;
        if (place != 1)
            *to++ = (char)(bits >> (place ? 8 - 2 * place : 0) & 0xff);
    }
    if (i == length && place != 0)
        return NULL;
    *to = '\0';
    *decoded_length = (apr_size_t)(to - decoded);
    for (i = 0; i < *decoded_length; i++) {
        if ((unsigned char)decoded[i] & 0x80)
            return NULL;
    }
    return decoded;
}

/* --- reading --- */

/* A single-valued reader here takes the first value. */
static const site_param_t *first(const site_params_t *params, const char *name) {
    int i;

    for (i = 0; i < params->list->nelts; i++) {
        const site_param_t *param = &APR_ARRAY_IDX(params->list, i, site_param_t);

        if (strcmp(param->name, name) == 0)
            return param;
    }
    return NULL;
}

static site_error_t *read_position(apr_pool_t *pool, const site_params_t *params, site_cursor_t *cursor) {
    const site_param_t *offset = first(params, "o"), *backward = first(params, "r"), *position = first(params, "p");
    apr_int64_t number = 0;

    if (offset && (!site_integer_read(offset->value, offset->value_length, &number) || number < 0))
        return site_cursor_invalid(pool);
    cursor->offset = number > SITE_CURSOR_MOST ? SITE_CURSOR_MOST : (int)number;
    if (backward && !site_integer_read(backward->value, backward->value_length, &number))
        return site_cursor_invalid(pool);
    cursor->backward = backward && number != 0;
    if (position && strlen(position->value) != position->value_length)
        return site_cursor_invalid(pool);
    cursor->position = position ? position->value : NULL;
    return NULL;
}

/* A number of rows; -1: it is none. */
static int read_equals(const site_params_t *params, const char *name) {
    const site_param_t *param = first(params, name);
    apr_int64_t number = 0;

    if (param && !site_integer_read(param->value, param->value_length, &number))
        return -1;
    return number >= 0 && number <= MOST_EQUALS ? (int)number : -1;
}

static site_error_t *read_row(apr_pool_t *pool, const apr_array_header_t *ordering, const site_params_t *params,
                              site_cursor_t *cursor) {
    const char **values = apr_pcalloc(pool, ((apr_size_t)ordering->nelts + 1) * sizeof *values);
    int used = 0, i;

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
    cursor->offset = read_equals(params, "o");
    cursor->behind = read_equals(params, "e");
    if (!used || used != ordering->nelts || cursor->offset < 0 || cursor->behind < 0)
        return site_cursor_invalid(pool);
    cursor->values = values;
    return NULL;
}

site_error_t *site_cursor_read(apr_pool_t *pool, const apr_array_header_t *ordering, const char *text,
                               apr_size_t length, site_cursor_t *cursor) {
    const char *signed_for;
    site_params_t *params;
    site_error_t *error;
    char *decoded;

    memset(cursor, 0, sizeof *cursor);
    if (!text)
        return NULL;
    decoded = length > LONGEST || strlen(text) != length ? NULL : decode(pool, text, length, &length);
    if (!decoded)
        return site_cursor_invalid(pool);
    params = site_params_parse(pool, decoded, length, &error);
    if (error)
        return site_cursor_invalid(pool);
    signed_for = site_params_value(params, "s");
    if (!signed_for)
        return read_position(pool, params, cursor);
    return strcmp(signed_for, signature(pool, ordering)) == 0 ? read_row(pool, ordering, params, cursor)
                                                              : site_cursor_invalid(pool);
}

/* --- writing --- */

static void put(site_sink_t *sink, const char *name, const char *value) {
    if (sink->used)
        site_sink_char(sink, '&');
    site_sink_puts(sink, name);
    site_sink_char(sink, '=');
    site_params_encode(sink, value, strlen(value), 1);
}

const char *site_cursor_text(apr_pool_t *pool, const apr_array_header_t *ordering, const site_cursor_t *cursor) {
    site_sink_t sink;
    char *text;
    int i;

    site_sink_init(&sink, pool, 256, 0);
    if (cursor->values)
        put(&sink, "s", signature(pool, ordering));
    if (cursor->offset)
        put(&sink, "o", apr_itoa(pool, cursor->offset));
    if (cursor->behind)
        put(&sink, "e", apr_itoa(pool, cursor->behind));
    if (cursor->backward)
        put(&sink, "r", "1");
    if (cursor->position && !cursor->values)
        put(&sink, "p", cursor->position);
    for (i = 0; cursor->values && i < ordering->nelts; i++)
        put(&sink, cursor->values[i] ? "p" : "n", cursor->values[i] ? cursor->values[i] : "");
    text = apr_palloc(pool, (apr_size_t)apr_base64_encode_len((int)sink.used));
    apr_base64_encode(text, sink.data, (int)sink.used);
    return text;
}

/* --- positions --- */

int site_cursor_has_positions(const apr_array_header_t *ordering) {
    const site_ordering_t *key = ordering->nelts ? APR_ARRAY_IDX(ordering, 0, const site_ordering_t *) : NULL;

    if (!key || key->relations)
        return 0;
    switch (key->column->type.kind) {
    case SITE_KIND_BOOLEAN:
    case SITE_KIND_INT2:
    case SITE_KIND_INT4:
    case SITE_KIND_INT8:
    case SITE_KIND_FLOAT4:
    case SITE_KIND_FLOAT8:
    case SITE_KIND_NUMERIC:
    case SITE_KIND_TEXT:
    case SITE_KIND_CHAR:
    case SITE_KIND_ENUM:
    case SITE_KIND_DATE:
    case SITE_KIND_TIME:
    case SITE_KIND_TIMESTAMP:
    case SITE_KIND_TIMESTAMPTZ:
    case SITE_KIND_INTERVAL:
    case SITE_KIND_UUID:
    case SITE_KIND_INET:
        return 1;
    default:
        return 0;
    }
}

/* Six digits behind the point, where there are any. */
static const char *with_microseconds(apr_pool_t *pool, const char *text) {
    const char *point = strchr(text, '.');
    apr_size_t digits = point ? strlen(point + 1) : 6;

    return digits < 6 ? apr_pstrcat(pool, text, &"000000"[digits], NULL) : text;
}

/* str(timedelta), from Django's form of it: "1 day, 2:00:00" of "1 02:00:00". */
static const char *timedelta(apr_pool_t *pool, const site_column_t *column, const char *text) {
    static const site_format_rules_t rules = {0, 0, -1};
    const site_format_t *format = site_format_of(pool, &column->type, &rules);
    const char *days, *clock;
    site_sink_t sink;

    site_sink_init(&sink, pool, 32, 0);
    format->write(&sink, format, text, strlen(text));
    days = apr_pstrmemdup(pool, sink.data + 1, sink.used - 2);
    clock = strchr(days, ' ');
    if (!clock || !strchr(days, ':'))
        return *days == '0' && days[1] != ':' ? days + 1 : days;
    clock += clock[1] == '0' ? 2 : 1;
    days = apr_pstrmemdup(pool, days, strcspn(days, " "));
    return apr_pstrcat(pool, days, strcmp(days, "1") == 0 || strcmp(days, "-1") == 0 ? " day, " : " days, ", clock,
                       NULL);
}

const char *site_cursor_position(apr_pool_t *pool, const site_column_t *column, const char *text) {
    site_sink_t sink;

    switch (column->type.kind) {
    case SITE_KIND_BOOLEAN:
        return *text == 't' ? "True" : "False";
    case SITE_KIND_FLOAT4:
    case SITE_KIND_FLOAT8:
        if (!apr_isdigit(text[*text == '-']))
            return text; /* NaN, Infinity */
        site_sink_init(&sink, pool, 32, 0);
        site_format_float(&sink, text, strlen(text));
        site_sink_char(&sink, '\0');
        return sink.data;
    case SITE_KIND_INTERVAL:
        return timedelta(pool, column, text);
    case SITE_KIND_TIME:
    case SITE_KIND_TIMESTAMP:
        return with_microseconds(pool, text);
    case SITE_KIND_TIMESTAMPTZ: /* selected as it is in UTC */
        return apr_isdigit(*text) && text[strlen(text) - 1] != 'C'
                   ? apr_pstrcat(pool, with_microseconds(pool, text), "+00:00", NULL)
                   : text;
    default:
        return text;
    }
}

/* --- the pages around a page --- */

/* SQL's NULL equals itself here, as Python's 'None' does. */
static int same(const char *one, const char *other) {
    return one && other ? strcmp(one, other) == 0 : one == other;
}

int site_cursor_same(const char *const *one, const char *const *other, int keys) {
    int i;

    for (i = 0; i < keys && same(one[i], other[i]); i++)
        ;
    return i == keys;
}

void site_cursor_among_equals(const site_cursor_t *cursor, int keys, int rows, int alike, site_cursor_t *next) {
    int goes_on = cursor->values && (cursor->offset || cursor->behind);

    if (cursor->backward != next->backward) {
        /* The same place, from its other side. Else none that is equal to the first row lies before it. */
        if (!goes_on)
            return;
        next->values = cursor->values;
        next->offset = cursor->behind;
        next->behind = cursor->offset;
        return;
    }
    goes_on = goes_on && alike == rows && site_cursor_same(cursor->values, next->values, keys);
    if (!goes_on || !cursor->behind)
        next->offset = alike + (goes_on ? cursor->offset : 0);
    else if (cursor->behind > alike)
        next->behind = cursor->behind - alike;
}

/* Whether there is a page beyond, as the one that was read tells. */
static int has_page(const site_cursor_page_t *page, int backward) {
    const site_cursor_t *cursor = page->cursor;

    if (backward == cursor->backward)
        return page->more;
    return cursor->position || cursor->offset > 0 || cursor->values;
}

/* Without a row that differs from its neighbours the offset grows; when the direction changes as well, nothing can be said. */
static site_step_t all_alike(const site_cursor_page_t *page, int backward, site_cursor_t *next) {
    const site_cursor_t *cursor = page->cursor;

    if (!has_page(page, !backward) && page->rows == page->size && page->size <= SITE_CURSOR_MOST) {
        next->offset = page->size;
        return SITE_STEP_POSITION;
    }
    if (cursor->backward != backward || cursor->values || cursor->offset + page->size > SITE_CURSOR_MOST)
        return SITE_STEP_ROW;
    next->offset = cursor->offset + page->size;
    next->position = cursor->position;
    return SITE_STEP_POSITION;
}

/* DRF's get_next_link() and get_previous_link(), but for the places where they lose rows. */
site_step_t site_cursor_step(const site_cursor_page_t *page, int backward, site_cursor_t *next) {
    const site_cursor_t *cursor = page->cursor;
    const char *compare;
    int turned = cursor->backward != backward, i;

    memset(next, 0, sizeof *next);
    next->backward = backward;
    if (!has_page(page, backward))
        return SITE_STEP_NONE;
    if (!page->rows) {
        next->position = cursor->position;
        return SITE_STEP_POSITION;
    }
    if (cursor->values && turned)
        return SITE_STEP_ROW;
    if (!turned)
        compare = page->positions[page->rows];
    else
        compare = cursor->offset ? page->positions[backward ? 0 : page->rows - 1] : cursor->position;
    for (i = 0; i < page->rows; i++) {
        const char *position = page->positions[backward ? i : page->rows - 1 - i];

        if (!same(position, compare)) {
            next->position = position;
            /* Beside NULLs no comparison finds the place, and an offset does not count them. */
            return position && (compare || (turned && !next->offset)) && next->offset <= SITE_CURSOR_MOST
                       ? SITE_STEP_POSITION
                       : SITE_STEP_ROW;
        }
        next->offset++;
    }
    next->offset = 0;
    return all_alike(page, backward, next);
}
