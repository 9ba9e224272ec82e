/* introspect: PostgreSQL's system catalogues -> a catalogue (core/catalog). */
#ifndef SITE_DB_INTROSPECT_H
#define SITE_DB_INTROSPECT_H

#include "core/catalog.h"
#include "db/execute.h"

/* A column, or all of a table, that is not read. */
typedef struct site_omission_t {
    const char *schema, *table;
    const char *column; /* NULL: all of it */
} site_omission_t;

/* What of a database is read. */
typedef struct site_scope_t {
    apr_array_header_t *schemas; /* const char * */
    apr_array_header_t
        *omissions; /* site_omission_t: what is in no catalogue, and so can be exposed by no directive; or NULL */
    apr_array_header_t *roles; /* const char *: who else reads; or NULL */
} site_scope_t;

/* Reads the tables, views, materialised views, foreign and partitioned tables (not their partitions) of the scope's schemas
 * that the connection's role or one of the scope's may SELECT from (at least one column; columns that none of them may are
 * left out, and so are keys over them), and every such table that foreign keys lead to from there, in whatever schema;
 * with it what each of these roles may do. What is exposed is not decided here.
 *
 * One statement, one snapshot. It waits for whoever is just altering one of the tables, statement_timeout at most (503,
 * "query_timeout"): a caller that has an older catalogue keeps it and asks again later. *catalog lives in `pool`, which should be its own; statements use `scratch`. */
site_error_t *site_introspect(apr_pool_t *pool, apr_pool_t *scratch, site_connection_t *connection,
                              const site_scope_t *scope, site_catalog_t **catalog, site_diagnosis_t *diagnosis)
    __attribute__((warn_unused_result));

/* catalog->fingerprint as it would be now, for polling where LISTEN is impossible: it changes whenever
 * site_introspect() would give something else, but for the planner's estimates (site_table_t.rows). The server does
 * the work of site_introspect() for it, but sends one row. */
site_error_t *site_introspect_fingerprint(apr_pool_t *pool, site_connection_t *connection, const site_scope_t *scope,
                                          const char **fingerprint, site_diagnosis_t *diagnosis)
    __attribute__((warn_unused_result));

#endif
