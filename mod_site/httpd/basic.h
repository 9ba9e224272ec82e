/* basic: users by `Authorization: Basic`, as Apache's own providers know them (SiteBasicProvider). */
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

/* Asks the providers. Returns AUTH_GRANTED, or what the first that knows the user says. Refusals take as long for a user
 * whom nobody knows as for a wrong password. */
authn_status site_basic_ask(request_rec *r, const site_access_t *access, const char *user, const char *password);

#endif
