/* access: who asks and whether Apache lets him, found out in Apache's own phase, told by the handler.
 *
 * httpd authenticates only where `Require` cannot do without a user, and answers a denial itself, before anybody knows
 * what was asked for. So a hook in front of Apache's authorization establishes the user from the credentials that this
 * location knows, then asks all other modules (`Require`, and whoever authenticates for an AuthType) as httpd would,
 * and keeps what they say. The request goes on to the handler, which tells it in the API's words and in its order; a
 * request that ends with any other handler is refused there (site_access_guard).
 */
#ifndef SITE_HTTPD_ACCESS_H
#define SITE_HTTPD_ACCESS_H

#include "core/error.h"

#include <apr_tables.h>
#include <httpd.h>

/* By what the user was established. */
typedef enum site_by_t {
    SITE_BY_NOBODY,
    SITE_BY_APACHE, /* some module's doing: a session, a certificate, a ticket ... */
    SITE_BY_BASIC,
    SITE_BY_TOKEN,
    SITE_BY_SESSION
} site_by_t;

/* Who asks. */
typedef struct site_identity_t {
    const char *user; /* NULL: nobody signed in */
    site_by_t by;
    const char *unshown; /* SITE_BY_SESSION: the token that its form has yet to show (session.h); NULL: none */
} site_identity_t;

/* What is known of a request's caller. Lives in r->pool, found by site_visit_of(). */
typedef struct site_visit_t {
    site_identity_t identity;
    site_error_t *error; /* credentials that were given, and are wrong: a 401 */
    int denied;          /* what `Require` says: 0, HTTP_UNAUTHORIZED: a user could help, HTTP_FORBIDDEN */
    const char *role;    /* of PostgreSQL's, that his statements run with; NULL: the site's own */
    int asking;          /* the other modules are being asked */
} site_visit_t;

struct site_users_t;
struct site_keys_t;

/* What a location says of it. Unset members are NULL. */
typedef struct site_access_t {
    apr_array_header_t *basic; /* site_basic_t; empty: Off */
    const char *realm;
    const struct site_users_t *users;
    const struct site_keys_t *tokens, *sessions;
    apr_array_header_t *roles;     /* site_role_t *; empty: Off */
    apr_array_header_t *throttles; /* site_throttle_t *; empty: Off */
} site_access_t;

void site_access_merge(site_access_t *result, const site_access_t *outer, const site_access_t *inner);

/* The visit of this request or of the one that it is a part of. Made on the spot, without asking Apache, where Apache's
 * phase was left out (it has let the request in, then). */
site_visit_t *site_visit_of(request_rec *r);

/* Whether Apache would let this caller use another method (M_*, and its name) at the same address. */
int site_access_allows(request_rec *r, site_visit_t *visit, int method_number, const char *method);

/* Whether Apache would let anybody read at this address, signed in or not. */
int site_access_is_open(request_rec *r, site_visit_t *visit);

/* Whether a request with this method changes nothing. */
int site_access_is_safe(const request_rec *r);

/* Hooks: access_checker_ex, before mod_authz_core's, and handler, before all others. */
int site_access_check(request_rec *r);
int site_access_guard(request_rec *r);

#endif
