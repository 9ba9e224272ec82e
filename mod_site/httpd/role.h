/* role: which role of PostgreSQL's a caller's statements run with (SiteRole).
 *
 * Rules are tried in the order in which they stand; the first that holds gives the role. What holds is asked of
 * Apache's own authorization providers, the same that `Require` asks: user, group, dbd-group, ldap-group, claim ... Where
 * there are rules and none holds, nothing may be done: the role that the site logs in with is no caller's.
 */
#ifndef SITE_HTTPD_ROLE_H
#define SITE_HTTPD_ROLE_H

#include "httpd/access.h"

#include <http_config.h>
#include <mod_auth.h>

typedef enum site_role_for_t {
    SITE_ROLE_FOR_ANONYMOUS,
    SITE_ROLE_FOR_AUTHENTICATED,
    SITE_ROLE_FOR_PROVIDER
} site_role_for_t;

typedef struct site_role_t {
    const char *role;
    site_role_for_t who;
    const authz_provider *provider; /* of SITE_ROLE_FOR_PROVIDER */
    const char *name;               /* the provider's */
    const char *arguments;          /* as written */
    const void *parsed;
} site_role_t;

/* Finds visit->role. Returns 0 when the location has rules and none of them holds. */
int site_role_find(request_rec *r, const site_access_t *access, site_visit_t *visit);

#endif
