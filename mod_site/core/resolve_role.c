/* resolve_role: the API as a role sees it that may not read or write all columns. What it may not read is left out, as
 * if SiteHide named it.
 *
 * Everything keeps the name that it has for other roles. So relations are taken away when all of them are named, and
 * attributes when all of them are made.
 */
#include "core/resolver.h"
#include "core/rights.h"

#include <string.h>

static const site_rights_t *rights_of(const site_resolver_t *resolver, const site_table_t *table) {
    return resolver->base ? site_rights_of(table, resolver->role) : NULL;
}

int site_resolver_reads(const site_resolver_t *resolver, const site_column_t *column) {
    return site_rights_read(rights_of(resolver, column->table), column);
}

int site_resolver_reads_table(const site_resolver_t *resolver, const site_table_t *table) {
    const site_rights_t *rights = rights_of(resolver, table);

    return !rights || rights->select;
}

/* --- relations --- */

int site_resolver_reads_all(const site_resolver_t *resolver, const apr_array_header_t *columns) {
    int i;

    for (i = 0; columns && i < columns->nelts; i++) {
        if (!site_resolver_reads(resolver, APR_ARRAY_IDX(columns, i, const site_column_t *)))
            return 0;
    }
    return 1;
}

/* Whether the rows on the other side can be found. */
static int leads_there(const site_resolver_t *resolver, const site_relation_t *relation) {
    return site_resolver_reads_table(resolver, relation->target->table) &&
           site_resolver_reads_all(resolver, relation->target_columns) &&
           (!relation->via || (site_resolver_reads_table(resolver, relation->via) &&
                               site_resolver_reads_all(resolver, relation->via_columns) &&
                               site_resolver_reads_all(resolver, relation->via_target_columns)));
}

/* A foreign key of one column says by itself to which row it leads, where SiteWhere hides none. */
static int says_key(const site_relation_t *relation) {
    return relation->kind == SITE_RELATION_FORWARD && relation->columns->nelts == 1 && !relation->target->where;
}

static void make_blind(site_relation_t *relation) {
    relation->blind = 1;
    relation->lookups &= SITE_KEY_ISNULL;
    if (relation->reach == SITE_REACH_ALL)
        relation->reach = SITE_REACH_KEY;
}

static void drop_relations(const site_resolver_t *resolver, site_draft_t *draft) {
    apr_array_header_t *relations = draft->resource.relations;
    int kept = 0, i;

    for (i = 0; i < relations->nelts; i++) {
        site_relation_t *relation = APR_ARRAY_IDX(relations, i, site_relation_t *);
        int own = site_resolver_reads_all(resolver, relation->columns), there = own && leads_there(resolver, relation);

        if (there || (own && says_key(relation))) {
            if (!there)
                make_blind(relation);
            APR_ARRAY_IDX(relations, kept++, site_relation_t *) = relation;
            continue;
        }
        if (relation->kind == SITE_RELATION_FORWARD)
            site_draft_hide_columns(draft, relation->columns);
        apr_hash_set(draft->resource.relation_by_name, relation->name, APR_HASH_KEY_STRING, NULL);
    }
    relations->nelts = kept;
}

void site_resolver_drop_relations(site_resolver_t *resolver) {
    int i;

    for (i = 0; resolver->base && i < resolver->drafts->nelts; i++)
        drop_relations(resolver, APR_ARRAY_IDX(resolver->drafts, i, site_draft_t *));
}

/* --- attributes --- */

/* The related row's column that the attribute shows; NULL: there is none that may be read. */
static const site_column_t *shown_column(const site_attribute_t *attribute) {
    const site_resource_t *shape = attribute->shape;

    switch (attribute->show) {
    case SITE_SHOW_LINK:
        return shape && shape->key ? shape->key->column : NULL;
    case SITE_SHOW_SLUG:
        return attribute->slug ? attribute->slug->column : NULL;
    default:
        return attribute->relation->key;
    }
}

static int can_be_shown(const site_attribute_t *attribute) {
    const site_relation_t *relation = attribute->relation;

    if (!relation || attribute->show == SITE_SHOW_NONE)
        return 1;
    if (!relation->blind)
        return attribute->show == SITE_SHOW_NESTED || shown_column(attribute) != NULL;
    return (attribute->show == SITE_SHOW_KEY || attribute->show == SITE_SHOW_LINK) &&
           !site_attribute_rows(attribute)->where &&
           shown_column(attribute) == APR_ARRAY_IDX(relation->target_columns, 0, const site_column_t *);
}

static int inserts(const site_rights_t *rights, const apr_array_header_t *columns) {
    int i;

    for (i = 0; i < columns->nelts; i++) {
        if (!site_rights_write(rights, APR_ARRAY_IDX(columns, i, const site_column_t *), 1))
            return 0;
    }
    return 1;
}

/* A list of keys is written by rows of its join table: a new row of the resource adds some, another one may also lose some. */
static int links(const site_rights_t *rights, const site_relation_t *relation, int creating) {
    return !rights || (inserts(rights, relation->via_columns) && inserts(rights, relation->via_target_columns) &&
                       (creating || rights->delete));
}

static int may_write(const site_resolver_t *resolver, const site_attribute_t *attribute, int creating) {
    const site_relation_t *relation = attribute->relation;

    if (attribute->column)
        return site_rights_write(rights_of(resolver, attribute->column->table), attribute->column, creating);
    return !relation || !relation->via || links(rights_of(resolver, relation->via), relation, creating);
}

/* A reference to a row that the role may not read cannot be checked, and so not be written. Without INSERT on the table
 * there are no new rows, and without UPDATE no others: that makes no field read-only. */
static void note_writing(const site_resolver_t *resolver, site_attribute_t *attribute) {
    const site_rights_t *rights = rights_of(resolver, attribute->resource->table);

    if (attribute->relation && attribute->relation->blind)
        attribute->read_only = 1;
    if (!rights || (!rights->insert && !rights->update))
        return;
    attribute->no_insert = !may_write(resolver, attribute, !!rights->insert);
    attribute->no_update = !may_write(resolver, attribute, !rights->update);
}

static void drop_attributes(const site_resolver_t *resolver, site_draft_t *draft) {
    apr_array_header_t *attributes = draft->resource.attributes;
    int kept = 0, i;

    for (i = 0; i < attributes->nelts; i++) {
        site_attribute_t *attribute = APR_ARRAY_IDX(attributes, i, site_attribute_t *);

        if (can_be_shown(attribute)) {
            note_writing(resolver, attribute);
            APR_ARRAY_IDX(attributes, kept++, site_attribute_t *) = attribute;
            continue;
        }
        apr_hash_set(draft->resource.attribute_by_name, attribute->name, APR_HASH_KEY_STRING, NULL);
        if (draft->resource.key == attribute)
            draft->resource.key = NULL;
    }
    attributes->nelts = kept;
}

/* Twice: a resource may lose its key, and with it the links that lead there. */
void site_resolver_drop_attributes(site_resolver_t *resolver) {
    int round, i;

    for (round = 0; resolver->base && round < 2; round++) {
        for (i = 0; i < resolver->drafts->nelts; i++)
            drop_attributes(resolver, APR_ARRAY_IDX(resolver->drafts, i, site_draft_t *));
    }
}

/* --- roles --- */

/* All tables know the same roles. */
static const apr_array_header_t *roles_of(const site_catalog_t *catalog) {
    int i;

    for (i = 0; i < catalog->tables->nelts; i++) {
        const site_table_t *table = APR_ARRAY_IDX(catalog->tables, i, const site_table_t *);

        if (table->rights)
            return table->rights;
    }
    return NULL;
}

static const char *name_of(const site_rights_t *who) {
    return who->own ? NULL : who->role;
}

static int sees_all(const site_catalog_t *catalog, const site_rights_t *who) {
    int i;

    for (i = 0; i < catalog->tables->nelts; i++) {
        const site_table_t *table = APR_ARRAY_IDX(catalog->tables, i, const site_table_t *);

        if (!site_rights_are_plain(site_rights_of(table, name_of(who)), table))
            return 0;
    }
    return 1;
}

/* Whether the role writes all lists of keys whose rows it writes. */
static int links_all(const site_resource_t *resource, const char *role) {
    const site_rights_t *rights = resource->table ? site_rights_of(resource->table, role) : NULL;
    int i;

    if (!rights || (!rights->insert && !rights->update))
        return 1;
    for (i = 0; i < resource->relations->nelts; i++) {
        const site_relation_t *relation = APR_ARRAY_IDX(resource->relations, i, const site_relation_t *);

        if (relation->via && !links(site_rights_of(relation->via, role), relation, !rights->update))
            return 0;
    }
    return 1;
}

static int writes_all(const site_api_t *api, const char *role) {
    int i;

    for (i = 0; i < api->resources->nelts; i++) {
        if (!links_all(APR_ARRAY_IDX(api->resources, i, const site_resource_t *), role))
            return 0;
    }
    return 1;
}

static int sees_the_same(const site_catalog_t *catalog, const char *one, const char *other) {
    int i;

    for (i = 0; i < catalog->tables->nelts; i++) {
        const site_table_t *table = APR_ARRAY_IDX(catalog->tables, i, const site_table_t *);

        if (!site_rights_equal(site_rights_of(table, one), site_rights_of(table, other)))
            return 0;
    }
    return 1;
}

static const site_api_t *api_for(const site_resolver_t *base, const apr_array_header_t *known, const char *role) {
    site_resolver_t resolver;
    int i;

    for (i = 0; i < known->nelts; i++) {
        const site_role_api_t *each = &APR_ARRAY_IDX(known, i, const site_role_api_t);

        if (sees_the_same(base->api->catalog, each->own ? NULL : each->role, role))
            return each->api;
    }
    site_resolver_begin(&resolver, base->pool, base->api->spec, base->api->catalog);
    resolver.base = base;
    resolver.role = role;
    site_resolver_run(&resolver);
    return resolver.api;
}

void site_resolve_roles(const site_resolver_t *base) {
    const apr_array_header_t *roles = roles_of(base->api->catalog);
    apr_array_header_t *known = apr_array_make(base->pool, 2, sizeof(site_role_api_t));
    int i;

    for (i = 0; roles && i < roles->nelts; i++) {
        const site_rights_t *who = APR_ARRAY_IDX(roles, i, const site_rights_t *);
        site_role_api_t each = {who->role, who->own, NULL};

        if (sees_all(base->api->catalog, who) && writes_all(base->api, name_of(who)))
            continue;
        each.api = api_for(base, known, name_of(who));
        APR_ARRAY_PUSH(known, site_role_api_t) = each;
    }
    if (known->nelts)
        base->api->role_apis = known;
}
