#include "db/idempotency.h"

#include <apr_strings.h>

static void set(site_statement_t *statement, const char *text, int count, const char *const *values) {
    statement->text = text;
    statement->count = count;
    statement->values = values;
}

void site_idempotency_claim(apr_pool_t *pool, const site_claim_t *claim, site_statement_t statements[2]) {
    const char **values = apr_palloc(pool, 4 * sizeof *values);

    values[0] = claim->scope;
    values[1] = claim->key;
    values[2] = claim->fingerprint;
    values[3] = apr_itoa(pool, claim->window);
    set(&statements[0],
        "INSERT INTO mod_site.idempotency AS i (scope, key, fingerprint, expires)"
        " VALUES ($1::text, $2::text, $3::text || ' ' || current_user, now() + $4::integer * interval '1 second')"
        " ON CONFLICT (scope, key) DO UPDATE SET fingerprint = excluded.fingerprint, expires = excluded.expires,"
        " status = NULL, content_type = NULL, location = NULL, etag = NULL, body = NULL"
        " WHERE i.expires <= now() RETURNING 1",
        4, values);
    set(&statements[1],
        "SELECT fingerprint = $3::text || ' ' || current_user, status, content_type, location, etag, body"
        " FROM mod_site.idempotency"
        " WHERE scope = $1::text AND key = $2::text",
        3, values);
}

void site_idempotency_right(apr_pool_t *pool, const char *schema, const char *table, site_statement_t *statement) {
    const char **values = apr_palloc(pool, 2 * sizeof *values);

    values[0] = schema;
    values[1] = table;
    set(statement,
        "SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = $1::name AND c.relname = $2::name"
        " AND pg_catalog.has_any_column_privilege(c.oid, 'INSERT')"
        " AND pg_catalog.has_any_column_privilege(c.oid, 'SELECT')",
        2, values);
}

static const char *cell(apr_pool_t *pool, const PGresult *result, int column) {
    return PQgetisnull(result, 0, column) ? NULL : apr_pstrdup(pool, PQgetvalue(result, 0, column));
}

void site_idempotency_kept(apr_pool_t *pool, const PGresult *result, site_kept_t *kept) {
    kept->same = *PQgetvalue(result, 0, 0) == 't';
    kept->status = cell(pool, result, 1);
    kept->content_type = cell(pool, result, 2);
    kept->location = cell(pool, result, 3);
    kept->etag = cell(pool, result, 4);
    kept->body = cell(pool, result, 5);
}

void site_idempotency_store(apr_pool_t *pool, const site_claim_t *claim, const site_kept_t *kept,
                            site_statement_t statements[2]) {
    const char **values = apr_palloc(pool, 7 * sizeof *values);

    values[0] = claim->scope;
    values[1] = claim->key;
    values[2] = kept->status;
    values[3] = kept->content_type;
    values[4] = kept->location;
    values[5] = kept->etag;
    values[6] = kept->body;
    set(&statements[0],
        "UPDATE mod_site.idempotency SET status = $3::smallint, content_type = $4::text, location = $5::text,"
        " etag = $6::text, body = $7::text WHERE scope = $1::text AND key = $2::text",
        7, values);
    set(&statements[1],
        "DELETE FROM mod_site.idempotency WHERE ctid = ANY (ARRAY(SELECT ctid FROM mod_site.idempotency"
        " WHERE expires <= now() LIMIT 8 FOR UPDATE SKIP LOCKED))",
        0, NULL);
}
