/* account: the statements about users, tokens and sessions (website/database/auth.sql makes the latter two's tables).
 *
 * Tables are named by directives; their names come here quoted. What a client shows is looked up by its hash.
 */
#ifndef SITE_DB_ACCOUNT_H
#define SITE_DB_ACCOUNT_H

#include "db/execute.h"

/* Users as Django keeps them. Names are quoted. */
typedef struct site_users_t {
    const char *table; /* "schema"."table"; NULL: Off */
    const char *name, *password;
    const char *active; /* a boolean column; NULL: all are */
} site_users_t;

/* Tokens or sessions: columns hash, username, created, expires; of sessions also stamp, a hash of what the user's password was kept as
 * when he signed in. */
typedef struct site_keys_t {
    const char *table; /* NULL: Off */
    int lifetime;      /* seconds; 0: for ever */
    int stamped;       /* sessions: a new password ends them */
    const char *page;  /* sessions: "/api-auth", below which one signs in and out; NULL: not said */
} site_keys_t;

/* "schema"."table" of [schema.]table, quoted. NULL: no such name can be. */
const char *site_account_table(apr_pool_t *pool, const char *name);
const char *site_account_quote(apr_pool_t *pool, const char *name);

/* One row when there is such a user: name, password, active ("t" or "f"). */
void site_account_user(apr_pool_t *pool, const site_users_t *users, const char *name, site_statement_t *statement);

/* One row when there is such a key and it has not expired: username, and whether the user is there and active, with the
 * password that a stamp was made of ("t" or "f"). `users` may be NULL: then all are. */
void site_account_find(apr_pool_t *pool, const site_keys_t *keys, const site_users_t *users, const char *hash,
                       site_statement_t *statement);

/* Keeps a key, with a stamp where it has one (`users` may be NULL); and throws away the user's oldest and what has expired. */
void site_account_keep(apr_pool_t *pool, const site_keys_t *keys, const site_users_t *users, const char *hash,
                       const char *name, site_statement_t *statement);

void site_account_drop(apr_pool_t *pool, const site_keys_t *keys, const char *hash, site_statement_t *statement);

#endif
