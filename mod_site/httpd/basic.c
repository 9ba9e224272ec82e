#include "httpd/basic.h"

#include "core/credentials.h"
#include "httpd/aside.h"
#include "httpd/config.h"
#include "httpd/log.h"
#include "httpd/pace.h"

#include <http_log.h>

int site_basic_wanted(const request_rec *r, const site_access_t *access) {
    return access->basic && access->basic->nelts > 0 &&
           site_credentials_is(apr_table_get(r->headers_in, "Authorization"), "Basic");
}

typedef struct question_t {
    const site_access_t *access;
    const char *user, *password;
} question_t;

static int ask(request_rec *r, void *baton) {
    const question_t *question = baton;
    authn_status status = AUTH_USER_NOT_FOUND;
    int i;

    for (i = 0; i < question->access->basic->nelts && status == AUTH_USER_NOT_FOUND; i++) {
        const site_basic_t *basic = &APR_ARRAY_IDX(question->access->basic, i, site_basic_t);

        /* As mod_auth_basic does: an alias of a provider finds its own configuration by it. */
        apr_table_setn(r->notes, AUTHN_PROVIDER_NAME_NOTE, basic->name);
        status = basic->provider->check_password(r, question->user, question->password);
        apr_table_unset(r->notes, AUTHN_PROVIDER_NAME_NOTE);
    }
    return (int)status;
}

authn_status site_basic_ask(request_rec *r, const site_access_t *access, const char *user, const char *password) {
    question_t question = {access, user, password};
    apr_time_t started = apr_time_now();
    authn_status status = (authn_status)site_aside(r, ask, &question);

    if (status == AUTH_GRANTED || status == AUTH_DENIED)
        site_pace_compared(apr_time_now() - started);
    if (status != AUTH_GRANTED)
        site_pace_refuse(started);
    return status;
}

site_error_t *site_basic_identify(request_rec *r, const site_access_t *access, site_identity_t *identity) {
    const char *user, *password;
    site_error_t *error =
        site_credentials_basic(r->pool, apr_table_get(r->headers_in, "Authorization"), &user, &password);

    if (error)
        return error;
    switch (site_basic_ask(r, access, user, password)) {
    case AUTH_GRANTED:
        identity->user = user;
        identity->by = SITE_BY_BASIC;
        return NULL;
    case AUTH_DENIED:
    case AUTH_USER_NOT_FOUND:
        ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, r, "SITE0140: user %s: wrong user name or password", user);
        return site_credentials_refused(r->pool);
    default:
        /* The provider has logged why. */
        return site_error_make(r->pool, HTTP_INTERNAL_SERVER_ERROR, "error", NULL, "A server error occurred.");
    }
}
