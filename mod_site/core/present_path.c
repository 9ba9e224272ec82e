/* present_path: what the paths of a section lead to, once every resource has its attributes: orderings, search, slugs and shapes. */
#include "core/resolver.h"

#include <apr_strings.h>
#include <string.h>

/* --- paths over relations --- */

/* "author__name" -> relations and the column at their end. NULL: no such path. */
static const site_attribute_t *walk(site_resolver_t *resolver, const site_resource_t *resource, const char *path,
                                    apr_array_header_t **relations) {
    *relations = apr_array_make(resolver->pool, 2, sizeof(site_relation_t *));
    while (!site_resource_attribute(resource, path)) {
        const site_relation_t *relation = NULL;
        int i;

        for (i = 0; i < resource->relations_down->nelts && !relation; i++) {
            const site_relation_t *each = APR_ARRAY_IDX(resource->relations_down, i, const site_relation_t *);
            apr_size_t length = strlen(each->name);

            if (strncmp(path, each->name, length) == 0 && strncmp(path + length, "__", 2) == 0) {
                relation = each;
                path += length + 2;
            }
        }
        if (!relation || relation->blind)
            return NULL;
        APR_ARRAY_PUSH(*relations, const site_relation_t *) = relation;
        resource = relation->target;
    }
    return site_resource_attribute(resource, path);
}

static int goes_to_many(const apr_array_header_t *relations) {
    int i;

    for (i = 0; i < relations->nelts; i++) {
        if (APR_ARRAY_IDX(relations, i, const site_relation_t *)->many)
            return 1;
    }
    return 0;
}

/* --- orderings --- */

static int can_be_sorted(const site_type_t *type) {
    while (type->kind == SITE_KIND_ARRAY && type->element)
        type = type->element;
    return type->kind != SITE_KIND_JSON && type->kind != SITE_KIND_OTHER && type->kind != SITE_KIND_TSVECTOR;
}

/* The attribute's relation to the resource that shows its rows: only what is shown orders. */
static const site_relation_t *shown_relation(site_resolver_t *resolver, const site_attribute_t *attribute) {
    const site_resource_t *rows = site_attribute_rows(attribute);
    site_relation_t *shown;

    if (rows == attribute->relation->target)
        return attribute->relation;
    shown = apr_pmemdup(resolver->pool, attribute->relation, sizeof *shown);
    shown->target = rows;
    return shown;
}

static void push_ordering(site_resolver_t *resolver, apr_array_header_t *list, apr_array_header_t *relations,
                          const site_column_t *column, int descending) {
    site_ordering_t *ordering = apr_pcalloc(resolver->pool, sizeof *ordering);

    ordering->relations = relations && relations->nelts ? relations : NULL;
    ordering->column = column;
    ordering->descending = descending;
    APR_ARRAY_PUSH(list, site_ordering_t *) = ordering;
}

/* A foreign key whose row SiteWhere may hide orders as the related row's key, which a hidden row does not give. */
static void push_attribute(site_resolver_t *resolver, apr_array_header_t *list, apr_array_header_t *relations,
                           const site_attribute_t *attribute, int descending) {
    apr_array_header_t *path;

    if (!attribute->relation || !site_attribute_rows(attribute)->where) {
        push_ordering(resolver, list, relations, attribute->column, descending);
        return;
    }
    path = apr_array_copy(resolver->pool, relations);
    APR_ARRAY_PUSH(path, const site_relation_t *) = shown_relation(resolver, attribute);
    push_ordering(resolver, list, path, APR_ARRAY_IDX(attribute->relation->target_columns, 0, const site_column_t *),
                  descending);
}

/* The order in which a section wants related rows, or in which their own section wants them; NULL: nobody said. */
static const apr_array_header_t *wanted_order(site_resolver_t *resolver, const site_draft_t *draft,
                                              const site_relation_t *relation) {
    const site_relation_spec_t *said = site_draft_relation(draft, relation->name);
    const site_draft_t *target = site_resolver_named(resolver, relation->target->name);

    if (said && said->order)
        return said->order;
    return target && target->spec ? target->spec->ordering : NULL;
}

/* What an attribute sorts by: its column; a related row's own order where a section gives it one, as Django sorts by a foreign key. */
static apr_array_header_t *sort_keys(site_resolver_t *resolver, const site_draft_t *draft,
                                     const site_attribute_t *attribute, apr_array_header_t *relations) {
    apr_array_header_t *keys = apr_array_make(resolver->pool, 1, sizeof(site_ordering_t *)), *path, *further;
    const apr_array_header_t *order =
        attribute->relation && !attribute->relation->blind ? wanted_order(resolver, draft, attribute->relation) : NULL;
    int i;

    for (i = 0; order && i < order->nelts; i++) {
        const char *name = APR_ARRAY_IDX(order, i, const char *);
        int descending = *name == '-';
        const site_attribute_t *other = walk(resolver, attribute->relation->target, name + descending, &further);

        if (!other || !other->column || !can_be_sorted(&other->column->type))
            continue;
        path = apr_array_copy(resolver->pool, relations);
        APR_ARRAY_PUSH(path, const site_relation_t *) = shown_relation(resolver, attribute);
        apr_array_cat(path, further);
        push_attribute(resolver, keys, path, other, descending);
    }
    if (!keys->nelts)
        push_attribute(resolver, keys, relations, attribute, 0);
    return keys;
}

/* SiteRelation order=: the order in which several related rows are shown. */
static void order_related(site_resolver_t *resolver, site_draft_t *draft) {
    int i, j;

    for (i = 0; i < draft->resource.relations->nelts; i++) {
        site_relation_t *relation = APR_ARRAY_IDX(draft->resource.relations, i, site_relation_t *);
        const site_relation_spec_t *said = site_draft_relation(draft, relation->name);

        if (!said || !said->order)
            continue;
        relation->order = apr_array_make(resolver->pool, 2, sizeof(site_ordering_t *));
        for (j = 0; j < said->order->nelts; j++) {
            const char *name = APR_ARRAY_IDX(said->order, j, const char *);
            int descending = *name == '-';
            apr_array_header_t *path;
            const site_attribute_t *attribute = walk(resolver, relation->target, name + descending, &path);

            if (attribute && attribute->column && can_be_sorted(&attribute->column->type) && !goes_to_many(path))
                push_attribute(resolver, relation->order, path, attribute, descending);
            else
                site_resolver_complain(resolver, draft, &said->place, "SiteRelation %s: cannot order by '%s'%s",
                                       said->name, name + descending,
                                       site_resolver_secret(resolver, relation->target, name + descending));
        }
        if (!relation->order->nelts)
            relation->order = NULL;
    }
}

/* `name`, or `name=path`: what clients say, and what it stands for. */
static void allow_ordering(site_resolver_t *resolver, site_draft_t *draft, const char *name) {
    const char *equals = strchr(name, '='), *path = equals ? equals + 1 : name;
    apr_array_header_t *relations;
    const site_attribute_t *attribute = walk(resolver, &draft->resource, path, &relations);
    int many = attribute && goes_to_many(relations);

    if (equals)
        name = apr_pstrmemdup(resolver->pool, name, (apr_size_t)(equals - name));
    if (!attribute || !attribute->column || !can_be_sorted(&attribute->column->type) || many) {
        site_resolver_complain(resolver, draft, site_draft_place(resolver, draft, "SiteOrderings", NULL),
                               "SiteOrderings: cannot sort by '%s'%s", path,
                               many ? ": it has several values for a row"
                                    : site_resolver_secret(resolver, &draft->resource, path));
        return;
    }
    apr_hash_set(draft->resource.orderings, name, APR_HASH_KEY_STRING,
                 sort_keys(resolver, draft, attribute, relations));
    APR_ARRAY_PUSH(draft->resource.ordering_names, const char *) = name;
}

/* --- the order of every list --- */

enum { SORTED = 32 }; /* attributes that rows without a key are sorted by; what comes behind is only told apart */

static int same_path(const apr_array_header_t *one, const apr_array_header_t *other) {
    int i;

    if (!one || !other)
        return one == other;
    for (i = 0; i < one->nelts && i < other->nelts; i++) {
        const site_relation_t *step = APR_ARRAY_IDX(one, i, const site_relation_t *);
        const site_relation_t *same = APR_ARRAY_IDX(other, i, const site_relation_t *);

        if (step->columns != same->columns || step->target != same->target)
            return 0;
    }
    return one->nelts == other->nelts;
}

/* Whether sort key `last` is there already: a second time it can decide nothing. */
static int repeats(const apr_array_header_t *ordering, const site_ordering_t *last) {
    int i;

    for (i = 0; i < ordering->nelts; i++) {
        const site_ordering_t *key = APR_ARRAY_IDX(ordering, i, const site_ordering_t *);

        if (key->column == last->column && same_path(key->relations, last->relations))
            return 1;
    }
    return 0;
}

/* Whether clients can see or ask for the attribute's value. */
static int is_seen(const site_resource_t *resource, const site_attribute_t *attribute) {
    if (attribute->shown || attribute == resource->key)
        return 1;
    return attribute->relation ? attribute->relation->reach != SITE_REACH_NONE
                               : !attribute->lookups || attribute->lookups->nelts > 0;
}

/* Whether clients may know the column's value in every row: they see it, or, with `any`, no directive hides it from them. */
static int is_seen_whole(const site_resource_t *resource, const site_column_t *column, int any) {
    int i;

    if (resource->key && resource->key->column == column)
        return 1;
    for (i = 0; i < resource->attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *);

        if (attribute->column == column && (any || is_seen(resource, attribute)) &&
            (!attribute->relation || !site_attribute_rows(attribute)->where))
            return 1;
    }
    return 0;
}

/* A key that tells rows apart and is no secret; NULL: there is none. A primary key that is just not shown orders rows as Django does. */
static const site_key_t *seen_key(const site_resource_t *resource) {
    int i, j;

    for (i = 0; i < resource->table->keys->nelts; i++) {
        const site_key_t *key = APR_ARRAY_IDX(resource->table->keys, i, const site_key_t *);

        for (j = 0; j < key->columns->nelts; j++) {
            const site_column_t *column = APR_ARRAY_IDX(key->columns, j, const site_column_t *);

            if (!column->not_null || !is_seen_whole(resource, column, key->columns->nelts == 1))
                break;
        }
        if (j == key->columns->nelts)
            return key;
    }
    return NULL;
}

/* Whether values that are equal look the same, too: 1.5 and 1.50 do not. */
static int looks_as_it_sorts(const site_type_t *type) {
    switch (type->kind) {
    case SITE_KIND_FLOAT4:
    case SITE_KIND_FLOAT8:
    case SITE_KIND_INTERVAL:
    case SITE_KIND_JSON:
    case SITE_KIND_JSONB:
    case SITE_KIND_TSVECTOR:
    case SITE_KIND_OTHER:
        return 0;
    case SITE_KIND_NUMERIC:
        return type->scale >= 0;
    case SITE_KIND_TEXT:
        return !type->case_insensitive;
    case SITE_KIND_ARRAY:
        return type->element && looks_as_it_sorts(type->element);
    case SITE_KIND_RANGE:
        return type->bound && looks_as_it_sorts(type->bound);
    default:
        return 1;
    }
}

/* Whether the rows of a to-many relation that is shown depend on a column that is not. */
static int shows_more(const site_resource_t *resource, const site_attribute_t *attribute) {
    int i;

    for (i = 0; attribute->shown && i < attribute->relation->columns->nelts; i++) {
        if (!is_seen_whole(resource, APR_ARRAY_IDX(attribute->relation->columns, i, const site_column_t *), 0))
            return 1;
    }
    return 0;
}

/* Sorts by what is seen of a column; what that does not tell apart goes to `looks`. */
static void add_seen(site_resolver_t *resolver, site_resource_t *resource, const site_column_t *column,
                     apr_array_header_t *looks) {
    apr_array_header_t *ordering = resource->ordering, *none = apr_array_make(resolver->pool, 0, sizeof(void *));
    int i;

    for (i = 0; i < resource->attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *);

        if (attribute->column != column || !is_seen(resource, attribute))
            continue;
        if (ordering->nelts >= SORTED || !can_be_sorted(&column->type) || !looks_as_it_sorts(&column->type))
            APR_ARRAY_PUSH(looks, const site_attribute_t *) = attribute;
        if (ordering->nelts >= SORTED || !can_be_sorted(&column->type))
            continue;
        push_attribute(resolver, ordering, none, attribute, 0);
        ordering->nelts--;
        if (!repeats(ordering, APR_ARRAY_IDX(ordering, ordering->nelts, const site_ordering_t *)))
            ordering->nelts++;
    }
}

/* Sorts by a digest of what the attributes show. Always, where nothing else is sorted by: a cursor needs a place. */
static void add_looks(site_resolver_t *resolver, site_resource_t *resource, apr_array_header_t *looks) {
    static const site_type_t type = {.kind = SITE_KIND_INT8, .sql_name = "bigint"};
    site_column_t *column;
    site_ordering_t *ordering;

    if (!looks->nelts && resource->ordering->nelts)
        return;
    column = apr_pcalloc(resolver->pool, sizeof *column);
    column->name = "";
    column->type = type;
    column->not_null = 1;
    column->table = resource->table;
    ordering = apr_pcalloc(resolver->pool, sizeof *ordering);
    ordering->column = column;
    ordering->looks = looks;
    APR_ARRAY_PUSH(resource->ordering, site_ordering_t *) = ordering;
}

/* Rows without a key that may tell their order are sorted by all that they show, the columns of their key first. */
static void sort_by_looks(site_resolver_t *resolver, site_resource_t *resource) {
    const site_table_t *table = resource->table;
    apr_array_header_t *looks = apr_array_make(resolver->pool, 4, sizeof(const site_attribute_t *));
    const apr_array_header_t *key =
        table->keys->nelts ? APR_ARRAY_IDX(table->keys, 0, const site_key_t *)->columns : table->columns;
    int i;

    for (i = 0; key != table->columns && i < key->nelts; i++)
        add_seen(resolver, resource, APR_ARRAY_IDX(key, i, const site_column_t *), looks);
    for (i = 0; i < table->columns->nelts; i++)
        add_seen(resolver, resource, APR_ARRAY_IDX(table->columns, i, const site_column_t *), looks);
    for (i = 0; i < resource->attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *);

        if (!attribute->column && shows_more(resource, attribute))
            APR_ARRAY_PUSH(looks, const site_attribute_t *) = attribute;
    }
    add_looks(resolver, resource, looks);
    resource->tie_breaker = resource->ordering;
    resource->ties = 1;
}

/* Pages are only pages when the order is total, and the order tells of what it goes by: so it goes by what clients see. */
static void make_total(site_resolver_t *resolver, site_resource_t *resource) {
    const site_key_t *key = seen_key(resource);
    apr_array_header_t *keys;
    int i;

    if (!key) {
        sort_by_looks(resolver, resource);
        return;
    }
    keys = apr_array_make(resolver->pool, key->columns->nelts, sizeof(site_ordering_t *));
    for (i = 0; i < key->columns->nelts; i++) {
        push_ordering(resolver, keys, NULL, APR_ARRAY_IDX(key->columns, i, const site_column_t *), 0);
        if (!repeats(resource->ordering, APR_ARRAY_IDX(keys, i, const site_ordering_t *)))
            APR_ARRAY_PUSH(resource->ordering, site_ordering_t *) = APR_ARRAY_IDX(keys, i, site_ordering_t *);
    }
    resource->tie_breaker = keys;
}

/* SiteTextSearch rank=name. */
static void allow_rank(site_resolver_t *resolver, site_draft_t *draft) {
    const char *name = site_draft_settings(resolver, draft).text_rank;
    site_resource_t *resource = &draft->resource;
    apr_array_header_t *keys = apr_array_make(resolver->pool, 1, sizeof(site_ordering_t *));
    site_ordering_t *key = apr_pcalloc(resolver->pool, sizeof *key);
    site_column_t *column = apr_pcalloc(resolver->pool, sizeof *column);

    if (!*name)
        return;
    if (apr_hash_get(resource->orderings, name, APR_HASH_KEY_STRING)) {
        site_resolver_complain(resolver, draft, site_draft_place(resolver, draft, "SiteTextSearch", NULL),
                               "SiteTextSearch: rank=%s: `ordering` already sorts by '%s', so choose another name",
                               name, name);
        return;
    }
    column->name = name;
    column->table = resource->table;
    column->type.kind = SITE_KIND_FLOAT4;
    column->type.sql_name = "real";
    column->not_null = 1;
    key->column = column;
    key->is_rank = 1;
    APR_ARRAY_PUSH(keys, site_ordering_t *) = key;
    apr_hash_set(resource->orderings, name, APR_HASH_KEY_STRING, keys);
    APR_ARRAY_PUSH(resource->ordering_names, const char *) = name;
}

static void default_ordering(site_resolver_t *resolver, site_draft_t *draft) {
    site_resource_t *resource = &draft->resource;
    const apr_array_header_t *said = draft->spec ? draft->spec->ordering : NULL;
    int i, j;

    for (i = 0; said && i < said->nelts; i++) {
        const char *name = APR_ARRAY_IDX(said, i, const char *);
        int descending = *name == '-';
        apr_array_header_t *relations, *keys;
        const site_attribute_t *attribute = walk(resolver, resource, name + descending, &relations);

        if (!attribute || !attribute->column || !can_be_sorted(&attribute->column->type)) {
            site_resolver_complain(resolver, draft, site_draft_place(resolver, draft, "SiteDefaultOrdering", NULL),
                                   "SiteDefaultOrdering: cannot sort by '%s'%s", name + descending,
                                   site_resolver_secret(resolver, resource, name + descending));
            continue;
        }
        keys = relations->nelts ? NULL : sort_keys(resolver, draft, attribute, relations);
        if (!keys) {
            push_attribute(resolver, resource->ordering, relations, attribute, descending);
            continue;
        }
        for (j = 0; j < keys->nelts; j++) {
            const site_ordering_t *key = APR_ARRAY_IDX(keys, j, const site_ordering_t *);

            push_ordering(resolver, resource->ordering, key->relations, key->column, key->descending ^ descending);
        }
    }
    make_total(resolver, resource);
}

void site_present_order(site_resolver_t *resolver, site_draft_t *draft) {
    site_resource_t *resource = &draft->resource;
    apr_array_header_t *none = apr_array_make(resolver->pool, 1, sizeof(site_relation_t *));
    int i;

    if (!resource->table)
        return;
    if (draft->spec && draft->spec->orderings) {
        for (i = 0; i < draft->spec->orderings->nelts; i++)
            allow_ordering(resolver, draft, APR_ARRAY_IDX(draft->spec->orderings, i, const char *));
    }
    else {
        for (i = 0; i < resource->attributes->nelts; i++) {
            const site_attribute_t *attribute = APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *);

            if (!attribute->shown || !attribute->column || !can_be_sorted(&attribute->column->type))
                continue;
            apr_hash_set(resource->orderings, attribute->name, APR_HASH_KEY_STRING,
                         sort_keys(resolver, draft, attribute, none));
            APR_ARRAY_PUSH(resource->ordering_names, const char *) = attribute->name;
        }
    }
    allow_rank(resolver, draft);
    default_ordering(resolver, draft);
    order_related(resolver, draft);
}

/* --- search --- */

static site_search_mode_t search_mode(const char **field) {
    switch (**field) {
    case '^':
        ++*field;
        return SITE_SEARCH_ISTARTSWITH;
    case '=':
        ++*field;
        return SITE_SEARCH_IEXACT;
    case '@':
        ++*field;
        return SITE_SEARCH_FULLTEXT;
    case '$':
        ++*field;
        return SITE_SEARCH_IREGEX;
    default:
        return SITE_SEARCH_ICONTAINS;
    }
}

/* A related row is shown as its resource is, or as another one over the same table. */
static void find_shape(site_resolver_t *resolver, site_draft_t *draft, site_attribute_t *attribute,
                       const site_relation_spec_t *said) {
    const site_draft_t *shape = said && said->shape ? site_resolver_named(resolver, said->shape) : NULL;

    attribute->shape = attribute->relation->target;
    if (!said || !said->shape)
        return;
    if (shape && shape->resource.table == attribute->relation->target->table)
        attribute->shape = &shape->resource;
    else
        site_resolver_complain(resolver, draft, &said->place,
                               "SiteRelation %s: '%s' is no resource over the table of '%s'", attribute->name,
                               said->shape, attribute->relation->target->name);
}

/* Slugs and shapes are looked up here, when every resource has its attributes. */
void site_present_related(site_resolver_t *resolver, site_draft_t *draft) {
    int i;

    for (i = 0; draft->resource.table && i < draft->resource.attributes->nelts; i++) {
        site_attribute_t *attribute = APR_ARRAY_IDX(draft->resource.attributes, i, site_attribute_t *);
        const site_relation_spec_t *said;

        if (!attribute->relation)
            continue;
        said = site_draft_relation(draft, attribute->name);
        if (attribute->show == SITE_SHOW_NESTED || attribute->show == SITE_SHOW_LINK)
            find_shape(resolver, draft, attribute, said);
        if (attribute->show == SITE_SHOW_LINK && (!attribute->shape->key || attribute->shape->internal))
            site_resolver_complain(resolver, draft, said ? &said->place : &draft->resource.place,
                                   "SiteRelation %s: '%s' has no addresses to link to", attribute->name,
                                   attribute->shape->name);
        if (attribute->show != SITE_SHOW_SLUG || !said)
            continue;
        attribute->slug = walk(resolver, attribute->relation->target, said->slug, &attribute->slug_path);
        if (attribute->slug && attribute->slug->column && !goes_to_many(attribute->slug_path)) {
            attribute->format = attribute->slug->format;
            attribute->read_only |= attribute->slug_path->nelts > 0;
        }
        else
            site_resolver_complain(resolver, draft, &said->place, "SiteRelation %s: '%s' has no attribute '%s'%s",
                                   attribute->name, attribute->relation->target->name, said->slug,
                                   site_resolver_secret(resolver, attribute->relation->target, said->slug));
    }
}

void site_present_search(site_resolver_t *resolver, site_draft_t *draft) {
    const apr_array_header_t *fields = draft->spec ? draft->spec->search : NULL;
    int i;

    if (!draft->resource.table)
        return;
    for (i = 0; fields && i < fields->nelts; i++) {
        const char *field = APR_ARRAY_IDX(fields, i, const char *);
        site_search_t *search = apr_pcalloc(resolver->pool, sizeof *search);
        const site_attribute_t *attribute;

        search->mode = search_mode(&field);
        attribute = walk(resolver, &draft->resource, field, &search->relations);
        if (!attribute || !attribute->column) {
            site_resolver_complain(resolver, draft, site_draft_place(resolver, draft, "SiteSearch", NULL),
                                   "SiteSearch: there is no attribute '%s'%s", field,
                                   site_resolver_secret(resolver, &draft->resource, field));
            continue;
        }
        search->column = attribute->column;
        search->guard = attribute->relation;
        search->text_search = &attribute->resource->text_search;
        APR_ARRAY_PUSH(draft->resource.search, site_search_t *) = search;
    }
}
