/* sql_write: what is to be written -> statement text and bound parameters. With core/sql the only place that concatenates SQL; the same
 * rules hold: identifiers from the catalogue, values as parameters.
 *
 * A row is named by its key, the text of the resource's URL key.
 */
#ifndef SITE_CORE_SQL_WRITE_H
#define SITE_CORE_SQL_WRITE_H

#include "core/assign.h"
#include "core/sql.h"

/* The answers to all demands of a change: one row, a text column for each (see site_demand_conclude). `key` is the row that is changed;
 * NULL: none. */
void site_sql_demands(apr_pool_t *pool, const site_change_t *change, const char *key, site_sql_t *sql);

/* Locks the row that satisfies the condition against every other writer, and gives its key. */
void site_sql_lock(apr_pool_t *pool, const site_resource_t *resource, const site_condition_t *condition,
                   site_sql_t *sql);

/* The key of the row that satisfies the condition, without a lock. */
void site_sql_find(apr_pool_t *pool, const site_resource_t *resource, const site_condition_t *condition,
                   site_sql_t *sql);

/* The row as site_sql_rows() selects it. */
void site_sql_item(apr_pool_t *pool, const site_resource_t *resource, const char *key, site_sql_t *sql);

/* INSERT, UPDATE (of a change that assigns columns), DELETE of the row that satisfies the condition. The first two give
 * the row as site_sql_item() does where site_sql_returns(), else its key alone. */
void site_sql_insert(apr_pool_t *pool, const site_change_t *change, site_sql_t *sql);
void site_sql_update(apr_pool_t *pool, const site_change_t *change, const char *key, site_sql_t *sql);
void site_sql_delete(apr_pool_t *pool, const site_resource_t *resource, const site_condition_t *condition,
                     site_sql_t *sql);

/* A statement that fails where the type of the column refuses the value: the constraints of a domain, also of an array's elements. */
void site_sql_try(apr_pool_t *pool, const site_assignment_t *assignment, site_sql_t *sql);

/* Whether RETURNING can give the whole row: nothing that it shows is looked up in tables that the same write may change. */
int site_sql_returns(const site_resource_t *resource);

/* Makes the related rows of a to-many relation exactly those of the assignment: what is to go, what is to come. */
void site_sql_unlink(apr_pool_t *pool, const site_assignment_t *list, const char *key, site_sql_t *sql);
void site_sql_link(apr_pool_t *pool, const site_assignment_t *list, const char *key, site_sql_t *sql);

/* Whether rows with this foreign key refer to the row that satisfies the condition (one, or none is returned); DELETE of all of them. */
void site_sql_joined(apr_pool_t *pool, const site_foreign_key_t *key, const site_condition_t *condition,
                     site_sql_t *sql);
void site_sql_unjoin(apr_pool_t *pool, const site_foreign_key_t *key, const site_condition_t *condition,
                     site_sql_t *sql);

#endif
