/* token: users by `Authorization: Token` or `Bearer`, and the address that hands tokens out (`SetHandler
 * site-token`). */
#ifndef SITE_HTTPD_TOKEN_H
#define SITE_HTTPD_TOKEN_H

#include "httpd/access.h"

/* Whether the location knows tokens and the request shows one. */
int site_token_wanted(const request_rec *r, const site_access_t *access);

/* Fills the identity, or returns what is wrong with the token. */
site_error_t *site_token_identify(request_rec *r, const site_access_t *access, site_identity_t *identity);

/* Hook: handler, of `SetHandler site-token`: a user's name and password -> {"token": "..."}. */
int site_token_handler(request_rec *r);

#endif
