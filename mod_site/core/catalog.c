#include "core/catalog.h"

#include <apr_strings.h>
#include <string.h>

site_catalog_t *site_catalog_make(apr_pool_t *pool) {
    site_catalog_t *catalog = apr_pcalloc(pool, sizeof *catalog);

    catalog->pool = pool;
    catalog->tables = apr_array_make(pool, 16, sizeof(site_table_t *));
    catalog->text_configs = apr_array_make(pool, 32, sizeof(site_text_config_t));
    return catalog;
}

void site_catalog_add_text_config(site_catalog_t *catalog, const char *schema, const char *name) {
    site_text_config_t *config = apr_array_push(catalog->text_configs);

    config->schema = apr_pstrdup(catalog->pool, schema);
    config->name = apr_pstrdup(catalog->pool, name);
}

site_table_t *site_catalog_add_table(site_catalog_t *catalog, const char *schema, const char *name, char kind) {
    apr_pool_t *pool = catalog->pool;
    site_table_t *table = apr_pcalloc(pool, sizeof *table);

    table->schema = apr_pstrdup(pool, schema);
    table->name = apr_pstrdup(pool, name);
    table->kind = kind;
    table->rows = -1;
    table->columns = apr_array_make(pool, 8, sizeof(site_column_t *));
    table->keys = apr_array_make(pool, 2, sizeof(site_key_t *));
    table->foreign_keys = apr_array_make(pool, 2, sizeof(site_foreign_key_t *));
    table->referenced = apr_array_make(pool, 2, sizeof(site_foreign_key_t *));
    APR_ARRAY_PUSH(catalog->tables, site_table_t *) = table;
    return table;
}

site_column_t *site_catalog_add_column(site_catalog_t *catalog, site_table_t *table, const char *name, int number,
                                       const site_type_t *type) {
    site_column_t *column = apr_pcalloc(catalog->pool, sizeof *column);

    column->name = apr_pstrdup(catalog->pool, name);
    column->number = number;
    column->type = *type;
    column->table = table;
    APR_ARRAY_PUSH(table->columns, site_column_t *) = column;
    return column;
}

site_key_t *site_catalog_add_key(site_catalog_t *catalog, site_table_t *table, const char *name, int primary,
                                 apr_array_header_t *columns) {
    site_key_t *key = apr_pcalloc(catalog->pool, sizeof *key);
    int i;

    key->name = apr_pstrdup(catalog->pool, name);
    key->columns = columns;
    key->primary = primary != 0;
    APR_ARRAY_PUSH(table->keys, site_key_t *) = key;
    if (primary) {
        table->primary_key = key;
        for (i = table->keys->nelts - 1; i > 0; i--)
            APR_ARRAY_IDX(table->keys, i, site_key_t *) = APR_ARRAY_IDX(table->keys, i - 1, site_key_t *);
        APR_ARRAY_IDX(table->keys, 0, site_key_t *) = key;
        for (i = 0; i < columns->nelts; i++)
            APR_ARRAY_IDX(columns, i, site_column_t *)->not_null = 1;
    }
    return key;
}

site_foreign_key_t *site_catalog_add_foreign_key(site_catalog_t *catalog, const char *name, site_table_t *table,
                                                 apr_array_header_t *columns, site_table_t *target,
                                                 apr_array_header_t *target_columns) {
    site_foreign_key_t *key = apr_pcalloc(catalog->pool, sizeof *key);

    key->name = apr_pstrdup(catalog->pool, name);
    key->table = table;
    key->columns = columns;
    key->target = target;
    key->target_columns = target_columns;
    APR_ARRAY_PUSH(table->foreign_keys, site_foreign_key_t *) = key;
    APR_ARRAY_PUSH(target->referenced, site_foreign_key_t *) = key;
    return key;
}

site_table_t *site_catalog_table(const site_catalog_t *catalog, const char *schema, const char *name) {
    int i;

    for (i = 0; i < catalog->tables->nelts; i++) {
        site_table_t *table = APR_ARRAY_IDX(catalog->tables, i, site_table_t *);

        if (strcmp(table->name, name) == 0 && strcmp(table->schema, schema) == 0)
            return table;
    }
    return NULL;
}

site_column_t *site_table_column(const site_table_t *table, const char *name) {
    int i;

    for (i = 0; i < table->columns->nelts; i++) {
        site_column_t *column = APR_ARRAY_IDX(table->columns, i, site_column_t *);

        if (strcmp(column->name, name) == 0)
            return column;
    }
    return NULL;
}

int site_column_is_unique(const site_column_t *column) {
    int i;

    for (i = 0; i < column->table->keys->nelts; i++) {
        const site_key_t *key = APR_ARRAY_IDX(column->table->keys, i, site_key_t *);

        if (key->columns->nelts == 1 && APR_ARRAY_IDX(key->columns, 0, site_column_t *) == column)
            return 1;
    }
    return 0;
}

const char *site_identifier(apr_pool_t *pool, const char *name) {
    char *quoted = apr_palloc(pool, 2 * strlen(name) + 3), *at = quoted;

    *at++ = '"';
    for (; *name; name++) {
        if (*name == '"')
            *at++ = '"';
        *at++ = *name;
    }
    *at++ = '"';
    *at = '\0';
    return quoted;
}
