#include "core/rights.h"

#include <apr_strings.h>
#include <string.h>

site_rights_t *site_rights_add(site_catalog_t *catalog, site_table_t *table, const char *role, int own) {
    site_rights_t *rights = apr_pcalloc(catalog->pool, sizeof *rights);

    rights->role = apr_pstrdup(catalog->pool, role);
    rights->own = own != 0;
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

int site_rights_write(const site_rights_t *rights, const site_column_t *column, int creating) {
    const apr_array_header_t *columns;
    int i;

    if (!rights)
        return 1;
    if (!(creating ? rights->insert : rights->update))
        return 0;
    columns = creating ? rights->insertable : rights->updatable;
    for (i = 0; columns && i < columns->nelts; i++) {
        if (APR_ARRAY_IDX(columns, i, const site_column_t *) == column)
            return 1;
    }
    return !columns;
}
