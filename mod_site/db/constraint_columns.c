#include "db/constraint_columns.h"

#include <apr_strings.h>

apr_array_header_t *site_constraint_columns(apr_pool_t *pool, site_connection_t *connection, const char *schema,
                                            const char *table, const char *name) {
    static const char text[] =
        "SELECT a.attname FROM pg_class r JOIN pg_namespace n ON n.oid = r.relnamespace,"
        " LATERAL (SELECT k.conkey FROM pg_constraint k WHERE k.conrelid = r.oid AND k.conname = $3::name"
        " UNION ALL SELECT x.indkey::int2[] FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid"
        " WHERE x.indrelid = r.oid AND i.relname = $3::name"
        " AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = x.indexrelid)) f(key),"
        " LATERAL unnest(f.key) WITH ORDINALITY u(number, place)"
        " JOIN pg_attribute a ON a.attnum = u.number AND a.attnum > 0"
        " WHERE n.nspname = $1::name AND r.relname = $2::name AND a.attrelid = r.oid ORDER BY u.place";
    apr_array_header_t *columns = apr_array_make(pool, 2, sizeof(const char *));
    const char *values[3];
    site_statement_t statement;
    PGresult *result;
    int i;

    values[0] = schema;
    values[1] = table;
    values[2] = name;
    statement.text = text;
    statement.count = 3;
    statement.values = values;
    if (site_execute_batch(pool, connection, &statement, 1, &result, NULL))
        return columns;
    for (i = 0; i < PQntuples(result); i++)
        APR_ARRAY_PUSH(columns, const char *) = apr_pstrdup(pool, PQgetvalue(result, i, 0));
    return columns;
}
