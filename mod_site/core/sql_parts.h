/* sql_parts: what the files of core/sql and core/sql_write share while a statement is written. */
#ifndef SITE_CORE_SQL_PARTS_H
#define SITE_CORE_SQL_PARTS_H

#include "core/compare.h"
#include "core/sql.h"

/* `"schema"."table" AS t<alias>` */
void site_sql_table(site_sql_writer_t *writer, const site_table_t *table, int alias);

/* columns[i] of one alias = columns[i] of another. */
void site_sql_join(site_sql_writer_t *writer, int alias, const apr_array_header_t *columns, int other,
                   const apr_array_header_t *other_columns);

/* sql_condition: `before` (" WHERE " or " AND ") and a whole condition against the row of `alias`, as one operand of AND;
 * nothing for an empty condition. Returns whether there was one. This is the only way of a condition into a statement,
 * because what follows is joined to it by AND. */
int site_sql_and(site_sql_writer_t *writer, const char *before, int alias, const site_condition_t *condition);

/* sql_condition: FROM and WHERE of a query. Related conditions of a relation with `duplicates` become joins, where they stand alone or in a
 * conjunction. Returns whether there is a WHERE; what follows it is one operand of AND. */
int site_sql_source(site_sql_writer_t *writer, const site_query_t *query);

/* `before` and the resource's SiteWhere against the row of `alias`; nothing where it has none. Returns whether it has one. */
int site_sql_where(site_sql_writer_t *writer, const char *before, int alias, const site_resource_t *resource);

/* `table AS t<alias>`, `before` (" WHERE " or " ON ") and, where the resource has a SiteWhere, that with its AND. The caller's own condition
 * follows. Statements read related rows through this or site_sql_where(): no row that SiteWhere hides may get past. */
void site_sql_target(site_sql_writer_t *writer, const site_resource_t *resource, int alias, const char *before);

/* That the row of `via`, of a MANY relation's join table, belongs to the row of `alias`, and that SiteWhere leaves it. Statements read join
 * tables through this or site_sql_via_where(). */
void site_sql_via(site_sql_writer_t *writer, int via, const site_relation_t *relation, int alias);

/* " AND " and the SiteWhere of the resource over the join table; nothing where there is none. */
void site_sql_via_where(site_sql_writer_t *writer, int via, const site_relation_t *relation);

/* The value of a foreign key of one column, of the row of `alias`; NULL where the SiteWhere of `rows`, a resource over the relation's target
 * table, hides the row that it leads to. */
void site_sql_foreign_key(site_sql_writer_t *writer, int alias, const site_relation_t *relation,
                          const site_resource_t *rows);

/* sql_select: the value of an attribute's own column as it is shown: a foreign key may be hidden. */
void site_sql_own_value(site_sql_writer_t *writer, int alias, const site_attribute_t *attribute);

/* sql_select: the select list of a resource over alias t0. Sub-selects have the aliases from t1000 on. */
void site_sql_select(site_sql_writer_t *writer, const site_resource_t *resource);

/* sql_select: the value of a sort key of the row of `alias`. */
void site_sql_sort_key(site_sql_writer_t *writer, int alias, const site_ordering_t *key);

/* Of moments without an offset (const char *) the first that is none in the session's time zone, or two, as a query. */
void site_sql_moments(site_sql_writer_t *writer, const apr_array_header_t *moments);

/* Ends the statement. */
void site_sql_finish(site_sql_writer_t *writer, site_sql_t *sql);

#endif
