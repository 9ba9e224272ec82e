/* constraint: what the database refused -> the field's own error, or what stands in the way. */
#ifndef SITE_CORE_CONSTRAINT_H
#define SITE_CORE_CONSTRAINT_H

#include "core/assign.h"
#include "core/filter.h"

/* What PostgreSQL says of a statement that it refused; unknown members are NULL. */
typedef struct site_violation_t {
    const char *sqlstate;
    const char *table;
    const char *constraint;
    const char *column;
    const char *type_schema, *type;    /* of a domain's constraint: its name */
    const apr_array_header_t *columns; /* const char *: the constraint's, where they had to be asked for */
    site_error_t *faults;              /* of the values that the domain refuses, where they had to be tried */
} site_violation_t;

/* Whether the constraint's columns are needed, and are not in the catalogue. */
int site_violation_wants_columns(const site_resource_t *resource, const site_violation_t *violation);

/* The shown attribute over the column that the violation names; NULL: it names none, or one of another table. */
const site_attribute_t *site_violation_attribute(const site_resource_t *resource, const site_violation_t *violation);

/* The values (const site_assignment_t *) that a domain's constraint may have refused, because PostgreSQL names the domain, not the column.
 * Of several, db/domain_faults finds out which. */
apr_array_header_t *site_violation_suspects(apr_pool_t *pool, const site_change_t *change,
                                            const site_violation_t *violation);

/* The error of an attribute whose value the domain refuses. */
site_error_t *site_violation_of_domain(apr_pool_t *pool, const site_attribute_t *attribute,
                                       const site_violation_t *violation);

/* The error of a write to `resource`: 400 with the field, or 409 where another row is in the way. `change` NULL: a DELETE. NULL: it says
 * nothing of the change. */
site_error_t *site_constraint_error(apr_pool_t *pool, const site_resource_t *resource, const site_change_t *change,
                                    const site_violation_t *violation);

/* The error of a read whose `condition` holds a value that a domain does not take: 400, with the parameter where only one can be
 * meant. `where`: SiteWhere's part of it, which no client asks for. NULL: no client gave such a value. */
site_error_t *site_constraint_filter_error(apr_pool_t *pool, const site_condition_t *condition,
                                           const site_condition_t *where, const site_violation_t *violation);

#endif
