#include "core/echo.h"

#include <apr_hash.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

/* --- documents --- */

/* A number without what does not matter: its digits from the first to the last that is not 0, and the power of ten of the first. */
typedef struct number_t {
    int negative;
    char *digits;
    long power;
} number_t;

static number_t number_of(apr_pool_t *pool, const char *text) {
    number_t number = {0, NULL, 0};
    char *to = apr_palloc(pool, strlen(text) + 1);
    int point = 0;

    number.negative = *text == '-';
    number.digits = to;
    for (text += number.negative; *text && *text != 'e' && *text != 'E'; text++) {
        if (*text == '.') {
            point = 1;
            continue;
        }
        number.power += point ? (to == number.digits && *text == '0' ? -1 : 0) : (to > number.digits || *text != '0');
        if (to > number.digits || *text != '0')
            *to++ = *text;
    }
    while (to > number.digits && to[-1] == '0')
        to--;
    *to = '\0';
    if (*text)
        number.power += strtol(text + 1, NULL, 10);
    return number;
}

static int same_number(apr_pool_t *pool, const char *one, const char *other) {
    number_t a = number_of(pool, one), b = number_of(pool, other);

    if (!*a.digits || !*b.digits) /* zero has no sign in jsonb */
        return !*a.digits && !*b.digits;
    return a.negative == b.negative && a.power == b.power && strcmp(a.digits, b.digits) == 0;
}

static int same_document(apr_pool_t *pool, const site_node_t *one, const site_node_t *other);

static int same_list(apr_pool_t *pool, const site_node_t *one, const site_node_t *other) {
    int i;

    if (one->items->nelts != other->items->nelts)
        return 0;
    for (i = 0; i < one->items->nelts; i++) {
        if (!same_document(pool, APR_ARRAY_IDX(one->items, i, const site_node_t *),
                           APR_ARRAY_IDX(other->items, i, const site_node_t *)))
            return 0;
    }
    return 1;
}

/* Neither has a name twice: jsonb keeps one of each, and then the numbers of members differ. */
static int same_object(apr_pool_t *pool, const site_node_t *one, const site_node_t *other) {
    apr_hash_t *names = apr_hash_make(pool);
    int i;

    if (one->items->nelts != other->items->nelts)
        return 0;
    for (i = 0; i < one->items->nelts; i++) {
        const site_member_t *member = &APR_ARRAY_IDX(one->items, i, site_member_t);

        apr_hash_set(names, member->name, (apr_ssize_t)member->name_length, member->value);
    }
    for (i = 0; i < other->items->nelts; i++) {
        const site_member_t *member = &APR_ARRAY_IDX(other->items, i, site_member_t);
        const site_node_t *value = apr_hash_get(names, member->name, (apr_ssize_t)member->name_length);

        if (!value || !same_document(pool, value, member->value))
            return 0;
    }
    return 1;
}

static int is_number(const site_node_t *node) {
    return node->kind == SITE_NODE_INTEGER || node->kind == SITE_NODE_FLOAT;
}

static int same_document(apr_pool_t *pool, const site_node_t *one, const site_node_t *other) {
    if (is_number(one) && is_number(other))
        return same_number(pool, one->text, other->text);
    if (one->kind != other->kind)
        return 0;
    switch (one->kind) {
    case SITE_NODE_LIST:
        return same_list(pool, one, other);
    case SITE_NODE_OBJECT:
        return same_object(pool, one, other);
    case SITE_NODE_NULL:
        return 1;
    default:
        return one->length == other->length && memcmp(one->text, other->text, one->length) == 0;
    }
}

static int same_json(apr_pool_t *pool, const char *sent, const char *stored) {
    site_body_t *one, *other;

    if (strcmp(sent, stored) == 0)
        return 1;
    return !site_body_read_json(pool, sent, strlen(sent), &one) &&
           !site_body_read_json(pool, stored, strlen(stored), &other) && same_document(pool, one->root, other->root);
}

/* --- values --- */

/* -0, -0.00, -0e5 */
static int is_negative_zero(const char *text) {
    return *text == '-' && !text[1 + strspn(text + 1, "0.")];
}

static int is_zero(const char *text) {
    return !text[strspn(text, "-0.")];
}

const char *site_echo_value(apr_pool_t *pool, const site_type_t *type, const char *sent, const char *stored) {
    apr_size_t length;

    switch (type->kind) {
    case SITE_KIND_JSON:
    case SITE_KIND_JSONB:
        return same_json(pool, sent, stored) ? sent : stored;
    case SITE_KIND_FLOAT4:
        return strtof(sent, NULL) == strtof(stored, NULL) ? sent : stored;
    case SITE_KIND_FLOAT8:
        return is_negative_zero(sent) && is_zero(stored) ? sent : stored;
    case SITE_KIND_NUMERIC:
        return is_negative_zero(sent) && is_zero(stored) ? apr_pstrcat(pool, "-", stored, NULL) : stored;
    case SITE_KIND_CHAR:
        length = strlen(sent);
        return strncmp(sent, stored, length) == 0 && !stored[length + strspn(stored + length, " ")] ? sent : stored;
    default:
        return stored;
    }
}

static void echo_cell(apr_pool_t *pool, const site_type_t *type, const char *sent, site_cell_t *cell) {
    const char *text = cell->text ? site_echo_value(pool, type, sent, cell->text) : NULL;

    if (text && text != cell->text) {
        cell->text = text;
        cell->length = strlen(text);
    }
}

void site_echo_row(apr_pool_t *pool, const site_change_t *change, site_cell_t *cells) {
    const site_resource_t *resource = change->resource;
    site_cell_t *cell = cells + 1;
    int i;

    for (i = 0; i < resource->attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *);
        const site_assignment_t *assignment;

        if (!attribute->shown)
            continue;
        assignment = attribute->column && !attribute->relation ? site_change_of(change, attribute) : NULL;
        if (assignment && assignment->value) {
            echo_cell(pool, &attribute->column->type, assignment->value, cell);
            if (attribute == resource->key)
                echo_cell(pool, &attribute->column->type, assignment->value, cells);
        }
        cell++;
    }
}
