#include "core/password.h"

#include "core/key.h"
#include "core/proof.h"

#include <apr_strings.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum {
    ITERATIONS = 720000,
    MOST_ITERATIONS = 10000000, /* what stands in a table is no reason to work for minutes */
    SALT_BYTES = 16,
    MOST_SALT = 128
};

static _Atomic int last_iterations = ITERATIONS;

/* The hash in base64, as Django writes it. `encoded` has room for 4/3 of EVP_MAX_MD_SIZE and more. */
static int derive(const EVP_MD *digest, int iterations, const char *salt, size_t salt_length, const char *password,
                  unsigned char *encoded) {
    unsigned char hash[EVP_MAX_MD_SIZE];
    int length = EVP_MD_get_size(digest);
    int made = PKCS5_PBKDF2_HMAC(password, (int)strlen(password), (const unsigned char *)salt, (int)salt_length,
                                 iterations, digest, length, hash);

    EVP_EncodeBlock(encoded, hash, length);
    OPENSSL_cleanse(hash, sizeof hash);
    return made;
}

/* What follows "scheme$", or NULL. */
static const char *after(const char *encoded, const char *scheme) {
    size_t length = strlen(scheme);

    return strncmp(encoded, scheme, length) == 0 && encoded[length] == '$' ? encoded + length + 1 : NULL;
}

site_password_t site_password_check(const char *encoded, const char *password) {
    unsigned char expected[2 * EVP_MAX_MD_SIZE];
    site_password_t outcome;
    const char *rest = after(encoded, "pbkdf2_sha256"), *salt, *hash;
    const EVP_MD *digest = EVP_sha256();
    char *end;
    long iterations;

    if (encoded[0] == '!' || encoded[0] == '\0')
        return SITE_PASSWORD_UNUSABLE;
    if (!rest) {
        rest = after(encoded, "pbkdf2_sha1");
        digest = EVP_sha1();
    }
    if (!rest)
        return SITE_PASSWORD_UNKNOWN;
    iterations = strtol(rest, &end, 10);
    if (end == rest || *end != '$' || iterations < 1 || iterations > MOST_ITERATIONS)
        return SITE_PASSWORD_UNKNOWN;
    salt = end + 1;
    hash = strchr(salt, '$');
    if (!hash || hash - salt > MOST_SALT)
        return SITE_PASSWORD_UNKNOWN;
    if (site_proof_known(encoded, password))
        return SITE_PASSWORD_RIGHT;
    atomic_store(&last_iterations, (int)iterations);
    if (!derive(digest, (int)iterations, salt, (size_t)(hash - salt), password, expected))
        return SITE_PASSWORD_UNKNOWN;
    outcome = site_key_same((const char *)expected, hash + 1) ? SITE_PASSWORD_RIGHT : SITE_PASSWORD_WRONG;
    OPENSSL_cleanse(expected, sizeof expected);
    if (outcome == SITE_PASSWORD_RIGHT)
        site_proof_keep(encoded, password);
    return outcome;
}

void site_password_pretend(const char *password) {
    static const char salt[] = "nobody";
    unsigned char unused[2 * EVP_MAX_MD_SIZE];

    derive(EVP_sha256(), atomic_load(&last_iterations), salt, sizeof salt - 1, password, unused);
}

const char *site_password_make(apr_pool_t *pool, const char *password) {
    unsigned char encoded[2 * EVP_MAX_MD_SIZE];
    const char *salt = site_key_make(pool, SALT_BYTES);

    if (!salt || !derive(EVP_sha256(), ITERATIONS, salt, strlen(salt), password, encoded))
        return NULL;
    return apr_psprintf(pool, "pbkdf2_sha256$%d$%s$%s", ITERATIONS, salt, (const char *)encoded);
}
