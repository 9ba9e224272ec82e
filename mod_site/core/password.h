/* password: passwords as Django keeps them: "pbkdf2_sha256$iterations$salt$hash" (and pbkdf2_sha1).
 *
 * An existing auth_user table keeps working. Other schemes of Django's (argon2, bcrypt) are told apart, not guessed at.
 */
#ifndef SITE_CORE_PASSWORD_H
#define SITE_CORE_PASSWORD_H

#include <apr_pools.h>

typedef enum site_password_t {
    SITE_PASSWORD_RIGHT,
    SITE_PASSWORD_WRONG,
    SITE_PASSWORD_UNUSABLE, /* Django's "!": nobody signs in by password */
    SITE_PASSWORD_UNKNOWN   /* a scheme that is not known here */
} site_password_t;

site_password_t site_password_check(const char *encoded, const char *password);

/* The work of a check, for nothing: for a user who is not there. As much as the last real one took. */
void site_password_pretend(const char *password);

/* A new one, as hard to guess as Django's newest (720000 iterations of SHA-256). NULL when there is no randomness. */
const char *site_password_make(apr_pool_t *pool, const char *password);

#endif
