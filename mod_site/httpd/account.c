#include "httpd/account.h"

#include "core/key.h"
#include "core/password.h"
#include "httpd/borrow.h"
#include "httpd/config.h"
#include "httpd/log.h"

#include <ap_provider.h>
#include <apr_strings.h>
#include <http_log.h>
#include <http_request.h>
#include <mod_auth.h>
#include <string.h>

enum { ATTEMPTS = 3 }; /* at a change that collided with another one */

static site_error_t *execute(request_rec *r, site_connection_t *connection, const site_statement_t *statement, int once,
                             PGresult **result, site_diagnosis_t *diagnosis) {
    site_error_t *error;
    int attempt = 0;

    if (!once)
        return site_execute_batch(r->pool, connection, statement, 1, result, diagnosis);
    do
        error = site_execute_once(r->pool, connection, statement, 1, 0, result, diagnosis);
    while (error && ++attempt < ATTEMPTS && (strncmp(diagnosis->sqlstate, "40", 2) == 0 || diagnosis->stale));
    return error;
}

static site_error_t *run(request_rec *r, const site_statement_t *statement, int once, PGresult **result) {
    const site_dir_t *dir = site_dir_of(r);
    site_diagnosis_t diagnosis;
    site_connection_t *connection;
    site_settings_t settings;
    site_error_t *error;
    site_loan_t *loan;

    site_settings_init(&settings);
    site_settings_merge(&settings, &settings, &dir->settings);
    site_settings_complete(&settings);
    loan = site_borrow_to_sign_in(r, &settings, &connection, &error);
    if (!loan)
        return error;
    error = execute(r, connection, statement, once, result, &diagnosis);
    site_give_back(loan);
    if (!error)
        return NULL;
    ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r, "SITE0141: users, tokens or sessions cannot be asked for: %s %s",
                  diagnosis.sqlstate, diagnosis.message ? diagnosis.message : "");
    /* Which table is wrong is nothing that the client could mend, nor is it his to know. */
    if (error->status < 500)
        error = site_error_make(r->pool, HTTP_INTERNAL_SERVER_ERROR, "error", NULL, "A server error occurred.");
    return error;
}

site_error_t *site_account_ask(request_rec *r, const site_statement_t *statement, PGresult **result) {
    return run(r, statement, 0, result);
}

site_error_t *site_account_change(request_rec *r, const site_statement_t *statement) {
    PGresult *result;

    return run(r, statement, 1, &result);
}

const char *site_account_of_key(request_rec *r, const site_keys_t *keys, const site_users_t *users, const char *key,
                                int *active, site_error_t **error) {
    const char *hash = site_key_hash(r->pool, key);
    site_statement_t statement;
    PGresult *result = NULL;

    if (!hash) {
        *error = site_error_make(r->pool, HTTP_INTERNAL_SERVER_ERROR, "error", NULL, "A server error occurred.");
        return NULL;
    }
    site_account_find(r->pool, keys, users, hash, &statement);
    *error = site_account_ask(r, &statement, &result);
    if (*error || PQntuples(result) != 1)
        return NULL;
    *active = strcmp(PQgetvalue(result, 0, 1), "t") == 0;
    return PQgetvalue(result, 0, 0);
}

const char *site_account_new_key(request_rec *r, const site_keys_t *keys, const site_users_t *users, const char *user,
                                 int bytes, site_error_t **error) {
    const char *key = site_key_make(r->pool, bytes), *hash = key ? site_key_hash(r->pool, key) : NULL;
    site_statement_t statement;

    if (!hash) {
        *error = site_error_make(r->pool, HTTP_INTERNAL_SERVER_ERROR, "error", NULL, "A server error occurred.");
        return NULL;
    }
    site_account_keep(r->pool, keys, users, hash, user, &statement);
    *error = site_account_change(r, &statement);
    return *error ? NULL : key;
}

/* --- the provider --- */

enum { NAME, PASSWORD, ACTIVE }; /* columns of site_account_user() */

static authn_status check_password(request_rec *r, const char *user, const char *password) {
    const site_users_t *users = site_dir_of(r)->access.users;
    site_statement_t statement;
    PGresult *result = NULL;

    if (!users || !users->table) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r, "SITE0142: the provider 'site' needs a SiteUserTable");
        return AUTH_GENERAL_ERROR;
    }
    site_account_user(r->pool, users, user, &statement);
    if (site_account_ask(r, &statement, &result))
        return AUTH_GENERAL_ERROR;
    /* A column may take two spellings for one (citext); rights and rates go by the name as it is kept. */
    if (PQntuples(result) != 1 || strcmp(PQgetvalue(result, 0, NAME), user) != 0) {
        site_password_pretend(password);
        return AUTH_USER_NOT_FOUND;
    }
    switch (site_password_check(PQgetvalue(result, 0, PASSWORD), password)) {
    case SITE_PASSWORD_RIGHT:
        return strcmp(PQgetvalue(result, 0, ACTIVE), "t") == 0 ? AUTH_GRANTED : AUTH_DENIED;
    case SITE_PASSWORD_WRONG:
        return AUTH_DENIED;
    case SITE_PASSWORD_UNKNOWN:
        ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, r,
                      "SITE0143: user %s: the password is kept in a form that is not known here, only pbkdf2_sha256 "
                      "and pbkdf2_sha1 are",
                      user);
        site_password_pretend(password);
        return AUTH_DENIED;
    default:
        site_password_pretend(password);
        return AUTH_DENIED;
    }
}

void site_account_register(apr_pool_t *pool) {
    static const authn_provider provider = {check_password, NULL};

    ap_register_auth_provider(pool, AUTHN_PROVIDER_GROUP, "site", AUTHN_PROVIDER_VERSION, &provider,
                              AP_AUTH_INTERNAL_PER_CONF);
}
