#include "core/body.h"
#include "core/format.h"
#include "core/unicode.h"

#include <apr_strings.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

site_node_t *site_node_make(apr_pool_t *pool, site_node_kind_t kind, const char *text, apr_size_t length) {
    site_node_t *node = apr_pcalloc(pool, sizeof *node);

    node->kind = kind;
    node->text = text;
    node->length = length;
    if (kind == SITE_NODE_LIST)
        node->items = apr_array_make(pool, 4, sizeof(site_node_t *));
    else if (kind == SITE_NODE_OBJECT)
        node->items = apr_array_make(pool, 8, sizeof(site_member_t));
    return node;
}

void site_body_index(apr_pool_t *pool, site_body_t *body) {
    int i;

    body->by_name = NULL;
    if (body->root->kind != SITE_NODE_OBJECT)
        return;
    body->by_name = apr_hash_make(pool);
    for (i = 0; i < body->root->items->nelts; i++) {
        const site_member_t *member = &APR_ARRAY_IDX(body->root->items, i, site_member_t);

        apr_hash_set(body->by_name, member->name, (apr_ssize_t)member->name_length, member->value);
    }
}

site_body_t *site_body_of(apr_pool_t *pool, site_node_t *root) {
    site_body_t *body = apr_pcalloc(pool, sizeof *body);

    body->root = root;
    site_body_index(pool, body);
    return body;
}

site_body_t *site_body_empty(apr_pool_t *pool, int form) {
    site_body_t *body = site_body_of(pool, site_node_make(pool, SITE_NODE_OBJECT, NULL, 0));

    body->form = form;
    return body;
}

site_node_t *site_body_value(const site_body_t *body, const char *name) {
    return body->by_name ? apr_hash_get(body->by_name, name, APR_HASH_KEY_STRING) : NULL;
}

const char *site_node_repeats(apr_pool_t *pool, const site_node_t *node) {
    apr_hash_t *seen = node->kind == SITE_NODE_OBJECT ? apr_hash_make(pool) : NULL;
    const char *repeated = NULL;
    int i;

    for (i = 0; node->items && !repeated && i < node->items->nelts; i++) {
        const site_member_t *member;

        if (!seen) {
            repeated = site_node_repeats(pool, APR_ARRAY_IDX(node->items, i, const site_node_t *));
            continue;
        }
        member = &APR_ARRAY_IDX(node->items, i, site_member_t);
        if (apr_hash_get(seen, member->name, (apr_ssize_t)member->name_length))
            return member->name;
        apr_hash_set(seen, member->name, (apr_ssize_t)member->name_length, member);
        repeated = site_node_repeats(pool, member->value);
    }
    return repeated;
}

/* --- lists in forms --- */

typedef struct indexed_t {
    unsigned long index;
    int order; /* of two with the same number the last one counts */
    site_node_t *value;
} indexed_t;

static int by_index(const void *one, const void *other) {
    const indexed_t *a = one, *b = other;

    if (a->index != b->index)
        return a->index < b->index ? -1 : 1;
    return a->order - b->order;
}

/* The number in `name[12]`, and what stands behind it; -1: it is not of this form. */
static long index_of(const site_member_t *member, const char *name, const char **behind) {
    apr_size_t length = strlen(name);
    const char *at = member->name + length;
    char *end;
    long index;

    if (member->name_length < length + 3 || memcmp(member->name, name, length) != 0 || *at != '[' || at[1] < '0' ||
        at[1] > '9')
        return -1;
    index = strtol(at + 1, &end, 10);
    *behind = end + 1;
    return *end == ']' ? index : -1;
}

/* {behind: value}: what DRF makes of `name[12]behind`. */
static site_node_t *object_of(apr_pool_t *pool, const char *behind, const site_member_t *member) {
    site_node_t *object = site_node_make(pool, SITE_NODE_OBJECT, NULL, 0);
    site_member_t *inside = apr_array_push(object->items);

    inside->name = behind;
    inside->name_length = member->name_length - (apr_size_t)(behind - member->name);
    inside->value = member->value;
    return object;
}

static apr_array_header_t *indexed_values(apr_pool_t *pool, const site_body_t *body, const char *name) {
    apr_array_header_t *found = apr_array_make(pool, 4, sizeof(indexed_t));
    apr_array_header_t *values = apr_array_make(pool, 4, sizeof(site_node_t *));
    int i;

    for (i = 0; i < body->root->items->nelts; i++) {
        const site_member_t *member = &APR_ARRAY_IDX(body->root->items, i, site_member_t);
        const char *behind = NULL;
        long index = index_of(member, name, &behind);

        if (index >= 0) {
            indexed_t *each = apr_array_push(found);

            each->index = (unsigned long)index;
            each->order = i;
            each->value =
                behind == member->name + member->name_length ? member->value : object_of(pool, behind, member);
        }
    }
    qsort(found->elts, (size_t)found->nelts, sizeof(indexed_t), by_index);
    for (i = 0; i < found->nelts; i++) {
        const indexed_t *each = &APR_ARRAY_IDX(found, i, indexed_t);

        if (i + 1 == found->nelts || APR_ARRAY_IDX(found, i + 1, indexed_t).index != each->index)
            APR_ARRAY_PUSH(values, site_node_t *) = each->value;
    }
    return values;
}

apr_array_header_t *site_body_values(apr_pool_t *pool, const site_body_t *body, const char *name, int indexed) {
    apr_array_header_t *values = apr_array_make(pool, 4, sizeof(site_node_t *));
    apr_size_t length = strlen(name);
    int i;

    for (i = 0; i < body->root->items->nelts; i++) {
        const site_member_t *member = &APR_ARRAY_IDX(body->root->items, i, site_member_t);

        if (member->name_length == length && memcmp(member->name, name, length) == 0)
            APR_ARRAY_PUSH(values, site_node_t *) = member->value;
    }
    return values->nelts || !indexed ? values : indexed_values(pool, body, name);
}

/* --- Python's words --- */

const char *site_node_type(const site_node_t *node) {
    static const char *const types[] = {
        [SITE_NODE_NULL] = "NoneType", [SITE_NODE_BOOLEAN] = "bool", [SITE_NODE_INTEGER] = "int",
        [SITE_NODE_FLOAT] = "float",   [SITE_NODE_STRING] = "str",   [SITE_NODE_LIST] = "list",
        [SITE_NODE_OBJECT] = "dict",   [SITE_NODE_FILE] = "file",
    };

    return types[node->kind];
}

const char *site_float_python(apr_pool_t *pool, double value) {
    char shortest[40];
    site_sink_t sink;
    int digits;

    for (digits = 1; digits <= 17; digits++) {
        snprintf(shortest, sizeof shortest, "%.*g", digits, value);
        if (strtod(shortest, NULL) == value)
            break;
    }
    if (strchr("in", shortest[shortest[0] == '-'])) /* inf, nan */
        return apr_pstrdup(pool, shortest);
    site_sink_init(&sink, pool, 40, 0);
    site_format_float(&sink, shortest, strlen(shortest));
    site_sink_char(&sink, '\0');
    return sink.data;
}

static void write_python(site_sink_t *sink, const site_node_t *node, int quoted);

/* What repr() escapes beyond ASCII: spaces, controls, formats, surrogates, private and no characters. */
static int is_printable(unsigned code) {
    static const unsigned ranges[][2] = {
        {0x80, 0xa0},     {0xad, 0xad},     {0x600, 0x605},   {0x61c, 0x61c},   {0x6dd, 0x6dd},     {0x70f, 0x70f},
        {0x1680, 0x1680}, {0x180e, 0x180e}, {0x2000, 0x200f}, {0x2028, 0x202f}, {0x205f, 0x206f},   {0x3000, 0x3000},
        {0xd800, 0xf8ff}, {0xfeff, 0xfeff}, {0xfff0, 0xfffb}, {0xfffe, 0xffff}, {0xe0000, 0xe00ff}, {0xf0000, 0x10ffff},
    };
    apr_size_t i;

    for (i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        if (code >= ranges[i][0] && code <= ranges[i][1])
            return 0;
    }
    return 1;
}

/* One character beyond ASCII; a surrogate's three bytes are none to site_unicode_decode(). Returns its length. */
static int write_beyond(site_sink_t *sink, const char *at, const char *end) {
    unsigned code;
    int length = site_unicode_decode(at, end, &code);

    if (!length && end - at >= 3 && (unsigned char)*at == 0xed) {
        code = 0xd000u | ((unsigned)at[1] & 0x3f) << 6 | ((unsigned)at[2] & 0x3f);
        length = 3;
    }
    if (length && is_printable(code))
        site_sink_write(sink, at, (apr_size_t)length);
    else if (length)
        site_sink_printf(sink, code < 0x100 ? "\\x%02x" : code < 0x10000 ? "\\u%04x" : "\\U%08x", code);
    return length ? length : 1;
}

/* repr() of a string: single quotes, unless it holds some and no double ones. */
static void write_quoted(site_sink_t *sink, const char *text, apr_size_t length) {
    char quote = memchr(text, '\'', length) && !memchr(text, '"', length) ? '"' : '\'';
    const char *at = text, *end = text + length;

    site_sink_char(sink, quote);
    while (at < end) {
        unsigned char c = (unsigned char)*at;

        if (c & 0x80) {
            at += write_beyond(sink, at, end);
            continue;
        }
        at++;
        if (c == '\n')
            site_sink_puts(sink, "\\n");
        else if (c == '\t')
            site_sink_puts(sink, "\\t");
        else if (c == '\r')
            site_sink_puts(sink, "\\r");
        else if (c < 0x20 || c == 0x7f)
            site_sink_printf(sink, "\\x%02x", c);
        else {
            if (c == (unsigned char)quote || c == '\\')
                site_sink_char(sink, '\\');
            site_sink_char(sink, (char)c);
        }
    }
    site_sink_char(sink, quote);
}

/* str() of a string. Whoever gets the result reads up to a NUL, so one inside becomes SITE_NUL_IN_TEXT. */
static void write_plain(site_sink_t *sink, const char *text, apr_size_t length) {
    const char *at = text, *end = text + length, *nul;

    while ((nul = memchr(at, '\0', (apr_size_t)(end - at))) != NULL) {
        site_sink_write(sink, at, (apr_size_t)(nul - at));
        site_sink_puts(sink, SITE_NUL_IN_TEXT);
        at = nul + 1;
    }
    site_sink_write(sink, at, (apr_size_t)(end - at));
}

static void write_items(site_sink_t *sink, const site_node_t *node) {
    int i;

    site_sink_char(sink, node->kind == SITE_NODE_LIST ? '[' : '{');
    for (i = 0; i < node->items->nelts; i++) {
        site_sink_puts(sink, i ? ", " : "");
        if (node->kind == SITE_NODE_LIST) {
            write_python(sink, APR_ARRAY_IDX(node->items, i, const site_node_t *), 1);
        }
        else {
            const site_member_t *member = &APR_ARRAY_IDX(node->items, i, site_member_t);

            write_quoted(sink, member->name, member->name_length);
            site_sink_puts(sink, ": ");
            write_python(sink, member->value, 1);
        }
    }
    site_sink_char(sink, node->kind == SITE_NODE_LIST ? ']' : '}');
}

static void write_python(site_sink_t *sink, const site_node_t *node, int quoted) {
    switch (node->kind) {
    case SITE_NODE_NULL:
        site_sink_puts(sink, "None");
        break;
    case SITE_NODE_BOOLEAN:
        site_sink_puts(sink, *node->text == 't' ? "True" : "False");
        break;
    case SITE_NODE_INTEGER:
        site_sink_puts(sink, strcmp(node->text, "-0") == 0 ? "0" : node->text);
        break;
    case SITE_NODE_FLOAT:
        site_sink_puts(sink, site_float_python(sink->pool, strtod(node->text, NULL)));
        break;
    case SITE_NODE_STRING:
    case SITE_NODE_FILE:
        if (quoted)
            write_quoted(sink, node->text, node->length);
        else
            write_plain(sink, node->text, node->length);
        break;
    case SITE_NODE_LIST:
    case SITE_NODE_OBJECT:
        write_items(sink, node);
        break;
    }
}

const char *site_node_python(apr_pool_t *pool, const site_node_t *node) {
    site_sink_t sink;

    site_sink_init(&sink, pool, node->length + 32, 0);
    write_python(&sink, node, 0);
    site_sink_char(&sink, '\0');
    return sink.data;
}
