/* credentials: the Authorization header -> a scheme and what follows it, read as Django REST framework reads it.
 *
 * Nothing here knows who is who: the words are only taken apart. The messages are DRF's.
 */
#ifndef SITE_CORE_CREDENTIALS_H
#define SITE_CORE_CREDENTIALS_H

#include "core/error.h"

/* Whether the header's first word is this scheme, in whatever case. `header` may be NULL. */
int site_credentials_is(const char *header, const char *scheme);

/* The key of a Token header (or Bearer), in `pool`. Returns NULL, or a 401 that says what is wrong. */
site_error_t *site_credentials_token(apr_pool_t *pool, const char *header, const char **token);

/* User and password of a Basic header, as UTF-8 (what is not UTF-8 is taken for latin-1). *password is the caller's to
 * wipe. */
site_error_t *site_credentials_basic(apr_pool_t *pool, const char *header, const char **user, char **password);

/* A name as others have it, as UTF-8: what is not is taken for latin-1. */
const char *site_credentials_name(apr_pool_t *pool, const char *name);

/* The 401 for credentials that nobody has. */
site_error_t *site_credentials_refused(apr_pool_t *pool);

#endif
