/* sql_writer: a statement while it is being written, with what is bound to it. */
#ifndef SITE_CORE_SQL_WRITER_H
#define SITE_CORE_SQL_WRITER_H

#include "core/catalog.h"
#include "core/sink.h"

/* A statement while it is being written. */
typedef struct site_sql_writer_t {
    apr_pool_t *pool;
    site_sink_t text;
    apr_array_header_t *values; /* const char * */
    int aliases;                /* t0 is the resource; every sub-select takes the next */
    apr_array_header_t *joins;  /* of core/sql_condition: related rows that stand beside the row */
    int negated;                /* NOTs around what is being written */
    int guarded;                /* conditions of SiteWhere that were written */
} site_sql_writer_t;

void site_sql_begin(site_sql_writer_t *writer, apr_pool_t *pool);

/* Writes `$n` and binds `value` to it. */
void site_sql_bind(site_sql_writer_t *writer, const char *value);

/* Writes `t<alias>."column"`. */
void site_sql_column(site_sql_writer_t *writer, int alias, const site_column_t *column);

/* Writes `$n::type`, as values of this column are compared. */
void site_sql_bind_as(site_sql_writer_t *writer, const site_type_t *type, const char *value);

/* Writes `$n::type[]`: `values` as one array parameter, so that a list's length does not change the statement. */
void site_sql_bind_array(site_sql_writer_t *writer, const site_type_t *type, const apr_array_header_t *values);

/* Writes `$n::type`, exactly: the operators of arrays and ranges convert neither elements nor bounds. PostgreSQL checks a domain's
 * constraints then. */
void site_sql_bind_member(site_sql_writer_t *writer, const site_type_t *type, const char *value);

/* Writes `$n::type[]`, exactly: an array of the column's own type, whose elements are of `type`. */
void site_sql_bind_members(site_sql_writer_t *writer, const site_type_t *type, const apr_array_header_t *values);

#endif
