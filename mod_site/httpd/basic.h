/* basic: users by name and password, as Apache's own providers know them (SiteBasicProvider): from `Authorization: Basic`,
 * and from whoever else was told both. */
#ifndef SITE_HTTPD_BASIC_H
#define SITE_HTTPD_BASIC_H

#include "httpd/access.h"

#include <http_config.h>
#include <mod_auth.h>

/* A provider and the name that it goes by: "file", "dbd" ... */
typedef struct site_basic_t {
    const char *name;
    const authn_provider *provider;
} site_basic_t;

/* Whether the location takes Basic and the request carries it. */
int site_basic_wanted(const request_rec *r, const site_access_t *access);

/* Fills the identity, or returns what is wrong with the credentials. */
site_error_t *site_basic_identify(request_rec *r, const site_access_t *access, site_identity_t *identity);

/* Asks the providers in turn; the first that knows the user decides. Returns NULL when the password is his: *user is who
 * he is, by the provider's word. Else a 401 when it is not, which takes as long for a user whom nobody knows; a 429 when too many
 * were wrong, a 503 when too many ask, a 500. The password is wiped. */
site_error_t *site_basic_ask(request_rec *r, const site_access_t *access, const char **user, char *password);

/* Reads the body, of at most `limit` bytes, by which an anonymous client signs in. A body that has arrived is read at once. The
 * others are waited for within the limits of pace.h, so that slow bodies leave threads to others. Errors: those of
 * site_request_body_read, 429, 503. */
site_error_t *site_basic_read(request_rec *r, apr_size_t limit, const char **text, apr_size_t *length);

#endif
