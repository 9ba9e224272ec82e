#include "core/filterer.h"

#include <apr_strings.h>
#include <string.h>

int site_filter_allows(const site_attribute_t *attribute, const char *expression) {
    int i;

    if (!attribute->lookups)
        return 1;
    for (i = 0; i < attribute->lookups->nelts; i++) {
        const char *lookup = APR_ARRAY_IDX(attribute->lookups, i, const char *);

        if (strcmp(lookup, "all") == 0 || strcmp(lookup, *expression ? expression : "exact") == 0)
            return 1;
    }
    return 0;
}

/* An attribute that is called like a control parameter is asked for by its name and `__exact`. */
static const char *expression_of(const site_filterer_t *reader, const char *name, const char *expression) {
    return strcmp(expression, "exact") == 0 && (reader->trusted || site_filter_is_control(reader->settings, name))
               ? ""
               : expression;
}

/* "name__lookup" on a column of the resource. A name may itself hold "__", so that every split is tried, the longest name first. */
static int find_attribute(site_filterer_t *reader, const site_resource_t *resource, const char *key,
                          site_target_t *target) {
    const char *split = key + strlen(key);

    while (split > key) {
        const char *name = apr_pstrmemdup(reader->pool, key, (apr_size_t)(split - key));
        const char *expression = expression_of(reader, name, *split ? split + 2 : "");
        const site_attribute_t *attribute = site_resource_attribute(resource, name);

        /* `name__` is not `name`. */
        if (attribute && attribute->column && !attribute->relation && (!*split || split[2]) &&
            (reader->trusted || site_filter_allows(attribute, expression)) &&
            site_lookup_find(&attribute->column->type, expression, &target->lookup)) {
            target->kind = TARGET_ATTRIBUTE;
            target->attribute = attribute;
            target->rank = 1000000 + attribute->rank * 1000000 + target->lookup.rank;
            return 1;
        }
        for (split--; split > key && strncmp(split, "__", 2) != 0; split--)
            ;
    }
    return 0;
}

/* What may follow a relation's own name. */
static const struct {
    const char *rest;
    site_operator_t operator;
    unsigned bit;
} key_lookups[] = {
    {"", SITE_OP_EXACT, SITE_KEY_EXACT},           {"__in", SITE_OP_IN, SITE_KEY_IN},
    {"__isnull", SITE_OP_ISNULL, SITE_KEY_ISNULL}, {"__gt", SITE_OP_GT, SITE_KEY_GT},
    {"__gte", SITE_OP_GTE, SITE_KEY_GTE},          {"__lt", SITE_OP_LT, SITE_KEY_LT},
    {"__lte", SITE_OP_LTE, SITE_KEY_LTE},
};

static int find_key_lookup(const site_filterer_t *reader, const site_relation_t *relation, const char *rest) {
    int i, count = (int)(sizeof key_lookups / sizeof *key_lookups);

    for (i = 0; i < count && strcmp(rest, key_lookups[i].rest) != 0; i++)
        ;
    return i < count && ((reader->trusted && !relation->blind) ||
                         (relation->reach != SITE_REACH_NONE && (relation->lookups & key_lookups[i].bit)))
               ? i
               : -1;
}

static int find_relation(const site_filterer_t *reader, const site_resource_t *resource, const char *key,
                         site_target_t *target) {
    int i, found;

    for (i = 0; i < resource->relations->nelts; i++) {
        const site_relation_t *relation = APR_ARRAY_IDX(resource->relations, i, const site_relation_t *);
        apr_size_t length = strlen(relation->name);
        const char *rest = key + length;

        /* Without a single key there is only the question whether there is a row. */
        if (strncmp(key, relation->name, length) != 0 || (!relation->key && strcmp(rest, "__isnull") != 0))
            continue;
        found = find_key_lookup(reader, relation, rest);
        if (found < 0)
            continue;
        memset(&target->lookup, 0, sizeof target->lookup);
        target->lookup.operator= key_lookups[found].operator;
        target->kind = TARGET_RELATION;
        target->relation = relation;
        if (relation->key)
            target->lookup.family = site_lookup_family(&relation->key->type);
        target->lookup.arity = target->lookup.operator== SITE_OP_IN ? SITE_ARITY_LIST : SITE_ARITY_ONE;
        target->lookup.reader = target->lookup.operator== SITE_OP_ISNULL ? SITE_READ_BOOLEAN : SITE_READ_TEXT;
        /* Related filters are declared before the columns' lookups are expanded, their own lookups after. */
        target->rank = *rest == '\0' ? relation->rank * 2 : 1900000000 + relation->rank * 8 + found;
        return 1;
    }
    return 0;
}

static int find_base(site_filterer_t *reader, const site_resource_t *resource, const char *key, site_target_t *target) {
    /* What a path of the configuration names is never another such path. */
    const site_parameter_t *parameter =
        reader->trusted ? NULL : apr_hash_get(resource->parameter_by_name, key, APR_HASH_KEY_STRING);

    if (parameter) {
        target->kind = TARGET_PARAMETER;
        target->path = parameter->path;
        target->rank = 999999;
        return 1;
    }
    return find_relation(reader, resource, key, target) || find_attribute(reader, resource, key, target);
}

void site_filter_resolve(site_filterer_t *reader, const site_level_t *level, const char *key, site_target_t *target) {
    apr_size_t length = strlen(key);
    int i;

    memset(target, 0, sizeof *target);
    /* A control parameter is a filter as well only where SiteParameter says so. */
    if (!length || (level->depth == 0 && !reader->trusted && site_filter_is_control(reader->settings, key) &&
                    !apr_hash_get(level->resource->parameter_by_name, key, APR_HASH_KEY_STRING)))
        return;
    if (find_base(reader, level->resource, key, target))
        return;
    if (key[length - 1] == '!' &&
        find_base(reader, level->resource, apr_pstrmemdup(reader->pool, key, length - 1), target)) {
        target->negated = 1;
        return;
    }
    for (i = 0; i < level->resource->relations_down->nelts; i++) {
        const site_relation_t *relation = APR_ARRAY_IDX(level->resource->relations_down, i, const site_relation_t *);
        apr_size_t name_length = strlen(relation->name);

        if (strncmp(key, relation->name, name_length) == 0 && strncmp(key + name_length, "__", 2) == 0 &&
            ((reader->trusted && !relation->blind) || relation->reach == SITE_REACH_ALL)) {
            target->kind = TARGET_TRAVERSAL;
            target->relation = relation;
            return;
        }
    }
}
