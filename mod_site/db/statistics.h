/* statistics: what the planner knows of a catalogue's columns. */
#ifndef SITE_DB_STATISTICS_H
#define SITE_DB_STATISTICS_H

#include "core/catalog.h"
#include "db/execute.h"

/* Fills in site_column_t.distinct of the columns that have few values (2 to 1000), as far as this role may know. A
 * database that tells nothing is no error: nobody depends on it. Statements use `scratch`. */
void site_statistics_read(apr_pool_t *scratch, site_connection_t *connection, site_catalog_t *catalog);

#endif
