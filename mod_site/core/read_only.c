#include "core/read_only.h"

#include "core/field.h"

#include <stdlib.h>
#include <string.h>

static int is_number(const site_node_t *node) {
    return node->kind == SITE_NODE_INTEGER || node->kind == SITE_NODE_FLOAT;
}

static int is_same_text(const site_node_t *one, const site_node_t *other) {
    return one->length == other->length && memcmp(one->text, other->text, one->length) == 0;
}

static int is_same_list(const apr_array_header_t *one, const apr_array_header_t *other) {
    int i;

    for (i = 0; one->nelts == other->nelts && i < one->nelts; i++) {
        if (!site_node_is_same(APR_ARRAY_IDX(one, i, const site_node_t *),
                               APR_ARRAY_IDX(other, i, const site_node_t *)))
            return 0;
    }
    return one->nelts == other->nelts;
}

/* The last member of a name counts. */
static const site_node_t *member(const site_node_t *object, const site_member_t *named) {
    int i;

    for (i = object->items->nelts; i-- > 0;) {
        const site_member_t *each = &APR_ARRAY_IDX(object->items, i, site_member_t);

        if (each->name_length == named->name_length && memcmp(each->name, named->name, named->name_length) == 0)
            return each->value;
    }
    return NULL;
}

static int has_members_of(const site_node_t *object, const site_node_t *other) {
    int i;

    for (i = 0; i < other->items->nelts; i++) {
        const site_member_t *each = &APR_ARRAY_IDX(other->items, i, site_member_t);
        const site_node_t *mine = member(object, each);

        if (!mine || !site_node_is_same(mine, member(other, each)))
            return 0;
    }
    return 1;
}

int site_node_is_same(const site_node_t *one, const site_node_t *other) {
    if (is_number(one) && is_number(other)) {
        if (one->kind == SITE_NODE_INTEGER && other->kind == SITE_NODE_INTEGER)
            return is_same_text(one, other);
        return is_same_text(one, other) || strtod(one->text, NULL) == strtod(other->text, NULL);
    }
    if (one->kind != other->kind)
        return 0;
    switch (one->kind) {
    case SITE_NODE_NULL:
        return 1;
    case SITE_NODE_LIST:
        return is_same_list(one->items, other->items);
    case SITE_NODE_OBJECT:
        return has_members_of(one, other) && has_members_of(other, one);
    default:
        return is_same_text(one, other);
    }
}

/* The value that `body` has for a shown field that cannot be written; NULL: none. */
static const site_node_t *sent_for(const site_attribute_t *attribute, int creating, const site_body_t *body) {
    site_field_t field;

    if (!attribute->shown)
        return NULL;
    site_field_in(attribute, creating, &field);
    return field.read_only ? site_body_value(body, attribute->name) : NULL;
}

static const site_node_t *sent_url(const site_resource_t *resource, const char *url_attribute,
                                   const site_body_t *body) {
    return *url_attribute && resource->key ? site_body_value(body, url_attribute) : NULL;
}

int site_read_only_is_sent(const site_resource_t *resource, const char *url_attribute, const site_body_t *body) {
    int i;

    for (i = 0; i < resource->attributes->nelts; i++) {
        if (sent_for(APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *), 0, body))
            return 1;
    }
    return sent_url(resource, url_attribute, body) != NULL;
}

static void judge(apr_pool_t *pool, const char *name, const site_node_t *sent, const site_body_t *row,
                  site_error_t **errors) {
    const site_node_t *shown = sent && row ? site_body_value(row, name) : NULL;

    if (sent && !(shown && site_node_is_same(sent, shown)))
        site_error_append(errors, site_error_make(pool, 400, "read_only", name, "This field is read-only."));
}

site_error_t *site_read_only_errors(apr_pool_t *pool, const site_resource_t *resource, const char *url_attribute,
                                    const site_body_t *body, const site_body_t *row) {
    site_error_t *errors = NULL;
    int i;

    judge(pool, url_attribute, sent_url(resource, url_attribute, body), row, &errors);
    for (i = 0; i < resource->attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *);

        judge(pool, attribute->name, sent_for(attribute, !row, body), row, &errors);
    }
    return errors;
}
