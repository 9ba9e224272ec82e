/* account: asking the database about users, tokens and sessions, in the site's own name. */
#ifndef SITE_HTTPD_ACCOUNT_H
#define SITE_HTTPD_ACCOUNT_H

#include "db/account.h"
#include "httpd/access.h"

/* Runs one statement. *result lives in r->pool. */
site_error_t *site_account_ask(request_rec *r, const site_statement_t *statement, PGresult **result);

/* The same for one that writes: never tried twice. */
site_error_t *site_account_change(request_rec *r, const site_statement_t *statement);

/* Who shows this key? NULL with *error unset: nobody. *active: the user is there and may sign in. */
const char *site_account_of_key(request_rec *r, const site_keys_t *keys, const site_users_t *users, const char *key,
                                int *active, site_error_t **error);

/* Hands out a new key of `bytes` random bytes; only its hash is kept. NULL: *error says why. */
const char *site_account_new_key(request_rec *r, const site_keys_t *keys, const site_users_t *users, const char *user,
                                 int bytes, site_error_t **error);

/* Makes the user table a provider of passwords for SiteBasicProvider and AuthBasicProvider, called "site". */
void site_account_register(apr_pool_t *pool);

#endif
