#include "core/rights.h"

#include <apr_strings.h>
#include <string.h>

site_rights_t *site_rights_add(site_catalog_t *catalog, site_table_t *table, const char *role, int own) {
    site_rights_t *rights = apr_pcalloc(catalog->pool, sizeof *rights);

    rights->role = apr_pstrdup(catalog->pool, role);
    rights->own = own != 0;
    rights->select = 1;
    if (!table->rights)
        table->rights = apr_array_make(catalog->pool, 4, sizeof(site_rights_t *));
    APR_ARRAY_PUSH(table->rights, site_rights_t *) = rights;
    return rights;
}

const site_rights_t *site_rights_of(const site_table_t *table, const char *role) {
    int i;

    for (i = 0; table->rights && i < table->rights->nelts; i++) {
        const site_rights_t *rights = APR_ARRAY_IDX(table->rights, i, const site_rights_t *);

        if (role ? strcmp(rights->role, role) == 0 : rights->own)
            return rights;
    }
    return NULL;
}

/* NULL stands for all columns. */
static int is_among(const apr_array_header_t *columns, const site_column_t *column) {
    int i;

    for (i = 0; columns && i < columns->nelts; i++) {
        if (APR_ARRAY_IDX(columns, i, const site_column_t *) == column)
            return 1;
    }
    return !columns;
}

int site_rights_write(const site_rights_t *rights, const site_column_t *column, int creating) {
    if (!rights)
        return 1;
    if (!(creating ? rights->insert : rights->update))
        return 0;
    return is_among(creating ? rights->insertable : rights->updatable, column);
}

int site_rights_read(const site_rights_t *rights, const site_column_t *column) {
    return !rights || !rights->select || is_among(rights->selectable, column);
}

int site_rights_methods(const site_rights_t *rights) {
    int methods = SITE_METHOD_GET | SITE_METHOD_OPTIONS;

    if (!rights || rights->insert)
        methods |= SITE_METHOD_POST;
    if (!rights || rights->update)
        methods |= SITE_METHOD_PUT | SITE_METHOD_PATCH;
    if (!rights || rights->delete)
        methods |= SITE_METHOD_DELETE;
    return methods;
}

int site_rights_methods_of_all(const site_table_t *table) {
    int methods = 0, i;

    for (i = 0; table->rights && i < table->rights->nelts; i++)
        methods |= site_rights_methods(APR_ARRAY_IDX(table->rights, i, const site_rights_t *));
    return table->rights ? methods : site_rights_methods(NULL);
}

/* The columns are in the order of the table. */
static int same_columns(const apr_array_header_t *one, const apr_array_header_t *other) {
    int i;

    if (!one || !other || one->nelts != other->nelts)
        return one == other;
    for (i = 0; i < one->nelts; i++) {
        if (APR_ARRAY_IDX(one, i, const site_column_t *) != APR_ARRAY_IDX(other, i, const site_column_t *))
            return 0;
    }
    return 1;
}

int site_rights_equal(const site_rights_t *one, const site_rights_t *other) {
    if (!one || !other)
        return one == other;
    return one->select == other->select && one->insert == other->insert && one->update == other->update &&
           one->delete == other->delete &&same_columns(one->selectable, other->selectable) &&
           same_columns(one->insertable, other->insertable) && same_columns(one->updatable, other->updatable);
}

static int is_whole(const apr_array_header_t *columns, const site_table_t *table) {
    return !columns || columns->nelts == table->columns->nelts;
}

int site_rights_are_plain(const site_rights_t *rights, const site_table_t *table) {
    return !rights || (rights->select && is_whole(rights->selectable, table) &&
                       (!rights->insert || is_whole(rights->insertable, table)) &&
                       (!rights->update || is_whole(rights->updatable, table)));
}
