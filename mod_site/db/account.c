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
        apr_psprintf(pool, "SELECT u.%s, u.%s, %s%s FROM %s u WHERE u.%s = $1", users->name, users->password,
                     users->active ? "u." : "true", users->active ? users->active : "", users->table, users->name);
    values_of(pool, statement, 1)[0] = name;
}

static int has_stamp(const site_keys_t *keys, const site_users_t *users) {
    return keys->stamped && users && users->table;
}

static const char *stamp_of(apr_pool_t *pool, const site_users_t *users) {
    return apr_psprintf(pool, "pg_catalog.sha256(pg_catalog.convert_to(u.%s::pg_catalog.text, 'UTF8'))",
                        users->password);
}

void site_account_find(apr_pool_t *pool, const site_keys_t *keys, const site_users_t *users, const char *hash,
                       site_statement_t *statement) {
    const char *active = "true";

    if (users && users->table)
        active = apr_pstrcat(pool, "EXISTS (SELECT FROM ", users->table, " u WHERE u.", users->name, " = k.username",
                             users->active ? " AND u." : "", users->active ? users->active : "",
                             has_stamp(keys, users) ? " AND k.stamp = " : "",
                             has_stamp(keys, users) ? stamp_of(pool, users) : "", ")", NULL);
    statement->text = apr_psprintf(pool,
                                   "SELECT k.username, %s FROM %s k WHERE k.hash = $1::pg_catalog.bytea"
                                   " AND (k.expires IS NULL OR k.expires > pg_catalog.now())",
                                   active, keys->table);
    values_of(pool, statement, 1)[0] = hash;
}

/* One statement, so that nobody has more than he may for a moment; the new row is not seen by its other parts. */
void site_account_keep(apr_pool_t *pool, const site_keys_t *keys, const site_users_t *users, const char *hash,
                       const char *name, site_statement_t *statement) {
    const char **values = values_of(pool, statement, 3), *stamp = "";

    if (has_stamp(keys, users))
        stamp = apr_psprintf(pool, ", (SELECT %s FROM %s u WHERE u.%s = $2::pg_catalog.text)", stamp_of(pool, users),
                             users->table, users->name);
    statement->text = apr_psprintf(
        pool,
        "WITH gone AS (DELETE FROM %s WHERE expires < pg_catalog.now() OR hash IN (SELECT hash FROM %s WHERE username"
        " = $2::pg_catalog.text ORDER BY created DESC OFFSET " KEPT " - 1))"
        " INSERT INTO %s (hash, username, expires%s)"
        " VALUES ($1::pg_catalog.bytea, $2::pg_catalog.text, pg_catalog.now() + $3::pg_catalog.interval%s)",
        keys->table, keys->table, keys->table, *stamp ? ", stamp" : "", stamp);
    values[0] = hash;
    values[1] = name;
    values[2] = keys->lifetime ? apr_psprintf(pool, "%d seconds", keys->lifetime) : NULL;
}

void site_account_drop(apr_pool_t *pool, const site_keys_t *keys, const char *hash, site_statement_t *statement) {
    statement->text = apr_psprintf(pool, "DELETE FROM %s WHERE hash = $1::pg_catalog.bytea", keys->table);
    values_of(pool, statement, 1)[0] = hash;
}
