/* unjoin: the rows of join tables that go with a row that is deleted. The tables say which, not the relations that a resource shows. */
#include "core/field.h"
#include "core/resolver.h"

#include <string.h>

enum { WRITES = SITE_METHOD_POST | SITE_METHOD_PUT | SITE_METHOD_PATCH };

static int has_column(const apr_array_header_t *columns, const site_column_t *column) {
    int i;

    for (i = 0; i < columns->nelts; i++) {
        if (APR_ARRAY_IDX(columns, i, const site_column_t *) == column)
            return 1;
    }
    return 0;
}

int site_table_only_joins(const site_table_t *table) {
    const site_key_t *own = table->primary_key;
    int i;

    if (table->foreign_keys->nelts != 2 || table->kind == 'v')
        return 0;
    for (i = 0; i < table->columns->nelts; i++) {
        const site_column_t *column = APR_ARRAY_IDX(table->columns, i, const site_column_t *);

        if (!(own && own->columns->nelts == 1 && has_column(own->columns, column)) &&
            !has_column(APR_ARRAY_IDX(table->foreign_keys, 0, const site_foreign_key_t *)->columns, column) &&
            !has_column(APR_ARRAY_IDX(table->foreign_keys, 1, const site_foreign_key_t *)->columns, column))
            return 0;
    }
    return 1;
}

/* Adds the columns of both foreign keys of every join table over which the resource takes lists of keys. */
static void add_written(const site_resource_t *resource, apr_array_header_t *written) {
    int i;

    for (i = 0; i < resource->attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *);
        site_field_t field;

        if (!attribute->relation || attribute->relation->kind != SITE_RELATION_MANY)
            continue;
        site_field_of(attribute, &field);
        if (field.read_only)
            continue;
        APR_ARRAY_PUSH(written, const apr_array_header_t *) = attribute->relation->via_columns;
        APR_ARRAY_PUSH(written, const apr_array_header_t *) = attribute->relation->via_target_columns;
    }
}

static apr_array_header_t *written_by(const site_resolver_t *resolver) {
    apr_array_header_t *written = apr_array_make(resolver->pool, 4, sizeof(const apr_array_header_t *));
    int i;

    for (i = 0; i < resolver->drafts->nelts; i++) {
        const site_draft_t *draft = APR_ARRAY_IDX(resolver->drafts, i, const site_draft_t *);

        if (draft->resource.table && !draft->resource.internal && site_draft_settings(resolver, draft).methods & WRITES)
            add_written(&draft->resource, written);
    }
    return written;
}

/* Whether the rows with this foreign key go with the row that they refer to, where the database does not decide it. */
static int goes(const site_foreign_key_t *key, const apr_array_header_t *written) {
    int i;

    if (key->on_delete)
        return 0;
    for (i = 0; i < written->nelts; i++) {
        if (APR_ARRAY_IDX(written, i, const apr_array_header_t *) == key->columns)
            return 1;
    }
    return site_table_only_joins(key->table);
}

/* Whether the role can look for such rows. Where it cannot, PostgreSQL decides whether the row may go. */
static int reads(const site_resolver_t *resolver, const site_foreign_key_t *key) {
    return site_resolver_reads_table(resolver, key->table) && site_resolver_reads_all(resolver, key->columns) &&
           site_resolver_reads_all(resolver, key->target_columns);
}

void site_unjoin(site_resolver_t *resolver) {
    const apr_array_header_t *written = resolver->base ? NULL : written_by(resolver);
    int i, j;

    for (i = 0; i < resolver->drafts->nelts; i++) {
        site_resource_t *resource = &APR_ARRAY_IDX(resolver->drafts, i, site_draft_t *)->resource;
        const site_resource_t *same = resolver->base ? site_api_resource(resolver->base->api, resource->name) : NULL;
        const apr_array_header_t *keys = same ? same->unjoined : resource->table ? resource->table->referenced : NULL;

        resource->unjoined = apr_array_make(resolver->pool, 2, sizeof(const site_foreign_key_t *));
        for (j = 0; keys && j < keys->nelts; j++) {
            const site_foreign_key_t *key = APR_ARRAY_IDX(keys, j, const site_foreign_key_t *);

            if (same ? reads(resolver, key) : written && goes(key, written))
                APR_ARRAY_PUSH(resource->unjoined, const site_foreign_key_t *) = key;
        }
    }
}
