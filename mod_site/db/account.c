#include "db/account.h"

#include <apr_strings.h>
#include <string.h>

#define KEPT "20" /* keys per user */

const char *site_account_quote(apr_pool_t *pool, const char *name) {
    char *quoted = apr_palloc(pool, 2 * strlen(name) + 3), *to = quoted;

    if (!*name)
        return NULL;
    *to++ = '"';
    for (; *name; name++) {
        if (*name == '"')
            *to++ = '"';
        *to++ = *name;
    }
    *to++ = '"';
    *to = '\0';
    return quoted;
}

const char *site_account_table(apr_pool_t *pool, const char *name) {
    const char *dot = strchr(name, '.');
    const char *schema = dot ? apr_pstrmemdup(pool, name, (apr_size_t)(dot - name)) : "public";

    schema = site_account_quote(pool, schema);
    name = site_account_quote(pool, dot ? dot + 1 : name);
    return schema && name ? apr_pstrcat(pool, schema, ".", name, NULL) : NULL;
}

static const char **values_of(apr_pool_t *pool, site_statement_t *statement, int count) {
    const char **values = apr_pcalloc(pool, (apr_size_t)count * sizeof *values);

    statement->count = count;
    statement->values = values;
    return values;
}

void site_account_user(apr_pool_t *pool, const site_users_t *users, const char *name, site_statement_t *statement) {
    statement->text =
        apr_psprintf(pool, "SELECT u.%s, %s%s FROM %s u WHERE u.%s = $1", users->password,
                     users->active ? "u." : "true", users->active ? users->active : "", users->table, users->name);
    values_of(pool, statement, 1)[0] = name;
}

void site_account_find(apr_pool_t *pool, const site_keys_t *keys, const site_users_t *users, const char *hash,
                       site_statement_t *statement) {
    const char *active = "true";

    if (users && users->table)
        active = apr_psprintf(pool, "EXISTS (SELECT FROM %s u WHERE u.%s = k.username%s%s)", users->table, users->name,
                              users->active ? " AND u." : "", users->active ? users->active : "");
    statement->text = apr_psprintf(pool,
                                   "SELECT k.username, %s FROM %s k WHERE k.hash = $1::pg_catalog.bytea"
                                   " AND (k.expires IS NULL OR k.expires > pg_catalog.now())",
                                   active, keys->table);
    values_of(pool, statement, 1)[0] = hash;
}

/* One statement, so that nobody has more than he may for a moment; the new row is not seen by its other parts. */
void site_account_keep(apr_pool_t *pool, const site_keys_t *keys, const char *hash, const char *name,
                       site_statement_t *statement) {
    const char **values = values_of(pool, statement, 3);

    statement->text = apr_psprintf(
        pool,
        "WITH gone AS (DELETE FROM %s WHERE expires < pg_catalog.now() OR hash IN (SELECT hash FROM %s WHERE username"
        " = $2 ORDER BY created DESC OFFSET " KEPT " - 1))"
        " INSERT INTO %s (hash, username, expires)"
        " VALUES ($1::pg_catalog.bytea, $2, pg_catalog.now() + $3::pg_catalog.interval)",
        keys->table, keys->table, keys->table);
    values[0] = hash;
    values[1] = name;
    values[2] = keys->lifetime ? apr_psprintf(pool, "%d seconds", keys->lifetime) : NULL;
}

void site_account_drop(apr_pool_t *pool, const site_keys_t *keys, const char *hash, site_statement_t *statement) {
    statement->text = apr_psprintf(pool, "DELETE FROM %s WHERE hash = $1::pg_catalog.bytea", keys->table);
    values_of(pool, statement, 1)[0] = hash;
}
