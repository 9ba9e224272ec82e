#include "httpd/basic.h"

#include "core/credentials.h"
#include "httpd/aside.h"
#include "httpd/client.h"
#include "httpd/config.h"
#include "httpd/log.h"
#include "httpd/pace.h"
#include "httpd/request_body.h"
#include "httpd/throttle.h"

#include <apr_strings.h>
#include <http_log.h>
#include <openssl/crypto.h>
#include <string.h>

#define MOMENT APR_TIME_C(300000)    /* for a body that comes a little later than its request */
#define FIRST_PAUSE APR_TIME_C(1000) /* between two looks at it; each is twice as long as the one before */

int site_basic_wanted(const request_rec *r, const site_access_t *access) {
    return access->basic && access->basic->nelts > 0 &&
           site_credentials_is(apr_table_get(r->headers_in, "Authorization"), "Basic");
}

typedef struct question_t {
    const site_access_t *access;
    apr_pool_t *pool; /* the request's own */
    const char *user, *password;
} question_t;

static int ask(request_rec *r, void *baton) {
    question_t *question = baton;
    static char type[] = "Basic";
    authn_status status = AUTH_USER_NOT_FOUND;
    int i;

    /* As mod_auth_basic does: some providers say themselves who it is, in the end. */
    r->user = (char *)question->user;
    r->ap_auth_type = type;
    for (i = 0; i < question->access->basic->nelts && status == AUTH_USER_NOT_FOUND; i++) {
        const site_basic_t *basic = &APR_ARRAY_IDX(question->access->basic, i, site_basic_t);

        /* An alias of a provider finds its own configuration by it. */
        apr_table_setn(r->notes, AUTHN_PROVIDER_NAME_NOTE, basic->name);
        status = basic->provider->check_password(r, question->user, question->password);
        apr_table_unset(r->notes, AUTHN_PROVIDER_NAME_NOTE);
    }
    if (status == AUTH_GRANTED && r->user && *r->user)
        question->user = apr_pstrdup(question->pool, r->user);
    return (int)status;
}

/* What the providers' answer means. */
static site_error_t *judge(request_rec *r, authn_status status, const char *user) {
    switch (status) {
    case AUTH_GRANTED:
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

static site_error_t *busy(request_rec *r, site_admission_t admission) {
    site_error_t *error =
        admission == SITE_BUSY_SELF
            ? site_error_make(r->pool, HTTP_TOO_MANY_REQUESTS, "throttled", NULL,
                              "Too many requests of your address are signing in just now. Try again later.")
            : site_error_make(r->pool, HTTP_SERVICE_UNAVAILABLE, "busy", NULL,
                              "Too many are signing in just now. Try again later.");

    error->retry_after = 1;
    return error;
}

/* In a turn, which ends before a refusal waits. */
static site_error_t *compare(request_rec *r, const site_access_t *access, const char **user, const char *password,
                             site_stay_t *stay) {
    question_t question = {access, r->pool, *user, password};
    authn_status status;

    if (!site_pace_begin(stay))
        return busy(r, SITE_BUSY);
    status = (authn_status)site_aside(r, ask, &question);
    site_pace_end(stay, status == AUTH_GRANTED || status == AUTH_DENIED);
    if (status != AUTH_GRANTED)
        site_pace_hide(stay);
    *user = question.user;
    return judge(r, status, question.user);
}

static site_error_t *admit(request_rec *r, const site_access_t *access, const char **user, const char *password) {
    apr_size_t length;
    const void *address = site_client_address(r, &length);
    site_stay_t stay;
    site_admission_t admission = site_pace_admit(SITE_PACE_COMPARE, address, length, &stay);
    site_error_t *error;

    if (admission != SITE_ADMITTED)
        return busy(r, admission);
    error = compare(r, access, user, password, &stay);
    site_pace_dismiss(&stay);
    return error;
}

/* A request whose body has not arrived yet. */
typedef struct reader_t {
    site_stay_t stay;
    int stays;        /* it has one */
    apr_time_t until; /* then it is slow */
    apr_interval_time_t pause;
} reader_t;

static void dismiss_reader(reader_t *reader) {
    if (reader->stays)
        site_pace_dismiss(&reader->stay);
    reader->stays = 0;
}

static site_error_t *admit_reader(request_rec *r, reader_t *reader, site_pace_t kind) {
    apr_size_t length;
    const void *address = site_client_address(r, &length);
    site_admission_t admission;

    dismiss_reader(reader);
    admission = site_pace_admit(kind, address, length, &reader->stay);
    reader->stays = admission == SITE_ADMITTED;
    return reader->stays ? NULL : busy(r, admission);
}

/* Most bodies arrive within a moment: what is slower has a limit of its own. */
static site_error_t *wait_for_body(request_rec *r, void *baton, int *block) {
    reader_t *reader = baton;
    site_error_t *error;

    if (!reader->until) {
        error = admit_reader(r, reader, SITE_PACE_ARRIVE);
        reader->until = apr_time_now() + MOMENT;
        reader->pause = FIRST_PAUSE;
        if (error)
            return error;
    }
    if (apr_time_now() >= reader->until) {
        *block = 1;
        return admit_reader(r, reader, SITE_PACE_READ);
    }
    apr_sleep(reader->pause);
    reader->pause *= 2;
    return NULL;
}

site_error_t *site_basic_read(request_rec *r, apr_size_t limit, const char **text, apr_size_t *length) {
    reader_t reader = {.stays = 0};
    site_error_t *error = site_request_body_read_if(r, limit, wait_for_body, &reader, text, length);

    dismiss_reader(&reader);
    return error;
}

site_error_t *site_basic_ask(request_rec *r, const site_access_t *access, const char **user, char *password) {
    site_attempt_t *attempt;
    site_error_t *error;

    if (!access->basic || access->basic->nelts == 0) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r,
                      "SITE0145: nobody knows a password here: signing in needs a SiteBasicProvider");
        return site_error_make(r->pool, HTTP_INTERNAL_SERVER_ERROR, "error", NULL, "A server error occurred.");
    }
    error = site_throttle_attempt(r, access, &attempt);
    if (!error)
        error = admit(r, access, user, password);
    OPENSSL_cleanse(password, strlen(password));
    site_throttle_conclude(attempt, error && error->status == HTTP_UNAUTHORIZED);
    return error;
}

site_error_t *site_basic_identify(request_rec *r, const site_access_t *access, site_identity_t *identity) {
    const char *user = NULL;
    char *password = NULL;
    site_error_t *error =
        site_credentials_basic(r->pool, apr_table_get(r->headers_in, "Authorization"), &user, &password);

    if (!error)
        error = site_basic_ask(r, access, &user, password);
    if (error)
        return error;
    identity->user = user;
    identity->by = SITE_BY_BASIC;
    return NULL;
}
