/* introspect: PostgreSQL's system catalogues -> a catalogue (core/catalog). */
#ifndef SITE_DB_INTROSPECT_H
#define SITE_DB_INTROSPECT_H

#include "core/catalog.h"
#include "db/execute.h"

/* Reads the tables, views, materialised views, foreign and partitioned tables (not their partitions) of `schemas`
 * (const char *) that the connection's role may SELECT from (at least one column; columns that it may not are left
 * out, and so are keys over them), and every such table that foreign keys lead to from there, in whatever schema.
 * What is exposed is not decided here.
 *
 * One statement, one snapshot. It waits for whoever is just altering one of the tables, statement_timeout at most (503,
 * "query_timeout"): a caller that has an older catalogue keeps it and asks again later. *catalog lives in `pool`, which should be its own; statements use `scratch`. */
site_error_t *site_introspect(apr_pool_t *pool, apr_pool_t *scratch, site_connection_t *connection,
                              const apr_array_header_t *schemas, site_catalog_t **catalog, site_diagnosis_t *diagnosis)
    __attribute__((warn_unused_result));

/* catalog->fingerprint as it would be now, for polling where LISTEN is impossible: it changes whenever
 * site_introspect() would give something else, but for the planner's estimates (site_table_t.rows). The server does
 * the work of site_introspect() for it, but sends one row. */
site_error_t *site_introspect_fingerprint(apr_pool_t *pool, site_connection_t *connection,
                                          const apr_array_header_t *schemas, const char **fingerprint,
                                          site_diagnosis_t *diagnosis) __attribute__((warn_unused_result));

#endif
