#include "httpd/role.h"

#include "httpd/aside.h"

static int ask_provider(request_rec *r, void *baton) {
    const site_role_t *rule = baton;
    authz_status status;

    apr_table_setn(r->notes, AUTHZ_PROVIDER_NAME_NOTE, rule->name);
    status = rule->provider->check_authorization(r, rule->arguments, rule->parsed);
    apr_table_unset(r->notes, AUTHZ_PROVIDER_NAME_NOTE);
    return status == AUTHZ_GRANTED;
}

static int holds(request_rec *r, site_role_t *rule, const char *user) {
    switch (rule->who) {
    case SITE_ROLE_FOR_ANONYMOUS:
        return !user;
    case SITE_ROLE_FOR_AUTHENTICATED:
        return user != NULL;
    default:
        return site_aside(r, ask_provider, rule) == 1;
    }
}

int site_role_find(request_rec *r, const site_access_t *access, site_visit_t *visit) {
    int i;

    if (!access->roles || access->roles->nelts == 0 || visit->role)
        return 1;
    for (i = 0; i < access->roles->nelts; i++) {
        site_role_t *rule = APR_ARRAY_IDX(access->roles, i, site_role_t *);

        if (holds(r, rule, visit->identity.user)) {
            visit->role = rule->role;
            return 1;
        }
    }
    return 0;
}
