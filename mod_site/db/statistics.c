#include "db/statistics.h"

#include <stdlib.h>

#define SQL_STATISTICS                                                                                                 \
    "SELECT schemaname::text, tablename::text, attname::text, n_distinct::int4 FROM pg_catalog.pg_stats"               \
    " WHERE n_distinct BETWEEN 2 AND 1000 AND schemaname <> 'pg_catalog'"

void site_statistics_read(apr_pool_t *scratch, site_connection_t *connection, site_catalog_t *catalog) {
    static const site_statement_t statement = {SQL_STATISTICS, 0, NULL};
    PGresult *result;
    int i;

    if (site_execute_batch(scratch, connection, &statement, 1, &result, NULL))
        return;
    for (i = 0; i < PQntuples(result); i++) {
        site_table_t *table = site_catalog_table(catalog, PQgetvalue(result, i, 0), PQgetvalue(result, i, 1));
        site_column_t *column = table ? site_table_column(table, PQgetvalue(result, i, 2)) : NULL;

        if (column)
            column->distinct = atoi(PQgetvalue(result, i, 3));
    }
}
