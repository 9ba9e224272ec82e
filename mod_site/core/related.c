#include "core/related.h"
#include "core/assign.h"
#include "core/route.h"
#include "core/value.h"

#include <apr_strings.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef enum outcome_t { FOUND, MISSING, WRONG_TYPE, WRONG_UUID } outcome_t;

const site_column_t *site_related_lookup(const site_attribute_t *attribute) {
    const site_attribute_t *key = site_attribute_target(attribute)->key;

    if (attribute->show == SITE_SHOW_LINK && key)
        return key->column;
    if (attribute->show == SITE_SHOW_SLUG && attribute->slug)
        return attribute->slug->column;
    return attribute->relation->key;
}

/* The attribute by whose value a related row is named, where that is not its primary key: a section says so, or the foreign key refers
 * to another column. DRF has a field of its own for it, with its own words. NULL: it is the key. */
static const char *slug_of(const site_attribute_t *attribute) {
    const site_relation_t *relation = attribute->relation;
    const site_attribute_t *target;

    if (attribute->show == SITE_SHOW_SLUG && attribute->slug)
        return attribute->slug->name;
    if (attribute->show != SITE_SHOW_KEY || relation->kind != SITE_RELATION_FORWARD || !relation->key ||
        !relation->target->table->primary_key || relation->key == relation->target->primary)
        return NULL;
    target = site_attribute_over(relation->target, relation->key);
    return target ? target->name : relation->key->name;
}

site_error_t *site_missing_error(apr_pool_t *pool, const site_attribute_t *attribute, const char *shown) {
    const char *slug = slug_of(attribute);

    if (attribute->show == SITE_SHOW_LINK)
        return site_error_make(pool, 400, "does_not_exist", attribute->name,
                               "Invalid hyperlink - Object does not exist.");
    if (slug)
        return site_error_make(pool, 400, "does_not_exist", attribute->name, "Object with %s=%s does not exist.", slug,
                               shown);
    return site_error_make(pool, 400, "does_not_exist", attribute->name, "Invalid pk \"%s\" - object does not exist.",
                           shown);
}

static int bytes_of(const site_type_t *type) {
    return type->kind == SITE_KIND_INT2 ? 2 : type->kind == SITE_KIND_INT4 ? 4 : 8;
}

/* int() of what the body says; a fraction is cut off from a number, and refused in a string. */
static outcome_t read_whole(apr_pool_t *pool, const site_type_t *type, const site_node_t *node, const char **value) {
    if (node->kind == SITE_NODE_FLOAT) {
        double number = trunc(strtod(node->text, NULL));

        if (!isfinite(number) || fabs(number) > 1e18)
            return MISSING;
        *value = apr_psprintf(pool, "%" APR_INT64_T_FMT, (apr_int64_t)number);
    }
    else if (node->kind == SITE_NODE_INTEGER || node->kind == SITE_NODE_STRING) {
        *value = site_whole_number(pool, node->text, node->length);
    }
    else if (node->kind == SITE_NODE_BOOLEAN) {
        *value = *node->text == 't' ? "1" : "0";
    }
    if (!*value)
        return WRONG_TYPE;
    return site_value_fits(*value, bytes_of(type)) ? FOUND : MISSING;
}

static outcome_t read_key(apr_pool_t *pool, const site_column_t *column, const site_node_t *node, const char **value) {
    site_attribute_t plain;
    site_field_t field;

    if (node->kind == SITE_NODE_NULL)
        return MISSING;
    if (node->kind == SITE_NODE_FILE)
        return WRONG_TYPE;
    switch (column->type.kind) {
    case SITE_KIND_INT2:
    case SITE_KIND_INT4:
    case SITE_KIND_INT8:
        return read_whole(pool, &column->type, node, value);
    case SITE_KIND_TEXT:
    case SITE_KIND_CHAR:
        *value = site_node_python(pool, node);
        if (node->kind == SITE_NODE_STRING && (node->nul || strlen(*value) != node->length))
            return WRONG_TYPE;
        return FOUND;
    default:
        memset(&plain, 0, sizeof plain);
        plain.name = "";
        plain.column = column;
        plain.shown = 1;
        site_field_of(&plain, &field);
        if (node->kind == SITE_NODE_LIST || node->kind == SITE_NODE_OBJECT)
            return column->type.kind == SITE_KIND_UUID ? WRONG_UUID : WRONG_TYPE;
        if (column->type.kind == SITE_KIND_ENUM) {
            *value = site_node_python(pool, node);
            return FOUND;
        }
        if (!site_field_read(pool, &field, "", node, value) && *value)
            return FOUND;
        return column->type.kind == SITE_KIND_UUID ? WRONG_UUID : WRONG_TYPE;
    }
}

static site_error_t *refuse(apr_pool_t *pool, const site_attribute_t *attribute, const char *code,
                            const char *message) {
    return site_error_make(pool, 400, code, attribute->name, "%s", message);
}

/* Django's own words, whatever field of DRF's asked. */
static site_error_t *refuse_uuid(apr_pool_t *pool, const site_attribute_t *attribute, const char *shown) {
    return refuse(pool, attribute, "invalid",
                  apr_psprintf(pool, "\xe2\x80\x9c%s\xe2\x80\x9d is not a valid UUID.", shown));
}

/* The path in an address, up to its parameters, query or fragment; anything else is taken for a path. */
static const char *path_of(apr_pool_t *pool, const char *text) {
    apr_size_t scheme = strncmp(text, "http:", 5) == 0 ? 5 : strncmp(text, "https:", 6) == 0 ? 6 : 0;

    if (!scheme)
        return text;
    text += scheme;
    if (text[0] == '/' && text[1] == '/') {
        text += 2;
        text += strcspn(text, "/?#");
    }
    return apr_pstrmemdup(pool, text, strcspn(text, ";?#"));
}

static site_error_t *read_link(apr_pool_t *pool, const site_attribute_t *attribute, const site_node_t *node,
                               const char **value) {
    const site_api_t *api = attribute->resource->api;
    const char *prefix = api->spec->path, *path;
    apr_size_t length = strlen(prefix);
    site_node_t *key;
    site_route_t route;

    if (node->kind != SITE_NODE_STRING)
        return refuse(pool, attribute, "incorrect_type",
                      apr_psprintf(pool, "Incorrect type. Expected URL string, received %s.", site_node_type(node)));
    path = path_of(pool, node->text);
    if (strlen(node->text) != node->length || strncmp(path, prefix, length) != 0 || path[length] != '/')
        return refuse(pool, attribute, "no_match", "Invalid hyperlink - No URL match.");
    site_route_find(pool, api, path + length, &route);
    if (route.kind == SITE_ROUTE_NONE || route.kind == SITE_ROUTE_SLASH)
        return refuse(pool, attribute, "no_match", "Invalid hyperlink - No URL match.");
    if (route.kind != SITE_ROUTE_ITEM || route.resource != site_attribute_target(attribute))
        return refuse(pool, attribute, "incorrect_match", "Invalid hyperlink - Incorrect URL match.");
    key = site_node_make(pool, SITE_NODE_STRING, route.key, route.key_length);
    switch (read_key(pool, site_related_lookup(attribute), key, value)) {
    case FOUND:
        return NULL;
    case WRONG_UUID:
        return refuse_uuid(pool, attribute, key->text);
    default:
        return site_missing_error(pool, attribute, "");
    }
}

site_error_t *site_related_read(apr_pool_t *pool, const site_attribute_t *attribute, const site_node_t *node,
                                const char **value) {
    const site_column_t *lookup = site_related_lookup(attribute);
    const char *shown;

    if (attribute->show == SITE_SHOW_LINK)
        return read_link(pool, attribute, node, value);
    if (!slug_of(attribute) && node->kind == SITE_NODE_BOOLEAN)
        lookup = NULL;
    shown = site_node_python(pool, node);
    switch (lookup ? read_key(pool, lookup, node, value) : WRONG_TYPE) {
    case FOUND:
        return NULL;
    case MISSING:
        return site_missing_error(pool, attribute, shown);
    case WRONG_UUID:
        return refuse_uuid(pool, attribute, shown);
    case WRONG_TYPE:
        break;
    }
    if (slug_of(attribute))
        return refuse(pool, attribute, "invalid", "Invalid value.");
    return refuse(pool, attribute, "incorrect_type",
                  apr_psprintf(pool, "Incorrect type. Expected pk value, received %s.", site_node_type(node)));
}
