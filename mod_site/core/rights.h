/* rights: what a role may do with a table, by PostgreSQL's GRANTs: for what a caller is shown. What he may do, PostgreSQL itself says
 * when he does it.
 */
#ifndef SITE_CORE_RIGHTS_H
#define SITE_CORE_RIGHTS_H

#include "core/catalog.h"
#include "core/settings.h"

typedef struct site_rights_t {
    const char *role;
    unsigned own : 1; /* the role that the site connects as */
    unsigned select : 1;
    unsigned insert : 1;
    unsigned update : 1;
    unsigned delete : 1;
    apr_array_header_t *insertable; /* site_column_t *: only these; NULL: all of them */
    apr_array_header_t *updatable;
    apr_array_header_t *selectable;
} site_rights_t;

/* Adds a role to its table, which it may SELECT from; the name is copied. */
site_rights_t *site_rights_add(site_catalog_t *catalog, site_table_t *table, const char *role, int own);

/* Those of a role; NULL: of the one that the site connects as. Returns NULL when nothing is known of them. */
const site_rights_t *site_rights_of(const site_table_t *table, const char *role);

/* Whether a row may be given a value in this column, when it is made or when it is changed. `rights` may be NULL: whatever is not
 * known is not denied. */
int site_rights_write(const site_rights_t *rights, const site_column_t *column, int creating);

/* Whether the column may be read, by a role that may read some column of its table. `rights` may be NULL. */
int site_rights_read(const site_rights_t *rights, const site_column_t *column);

/* The methods for which the GRANTs suffice, SITE_METHOD_*. `rights` may be NULL. */
int site_rights_methods(const site_rights_t *rights);

/* The methods for which the GRANTs of at least one role suffice. */
int site_rights_methods_of_all(const site_table_t *table);

/* Whether both say the same of their table. Either may be NULL. */
int site_rights_equal(const site_rights_t *one, const site_rights_t *other);

/* Whether they allow the same for all columns of the table, and SELECT. `rights` may be NULL. */
int site_rights_are_plain(const site_rights_t *rights, const site_table_t *table);

#endif
