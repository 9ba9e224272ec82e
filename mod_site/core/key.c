#include "core/key.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <string.h>

enum { MOST_BYTES = 64 };

static char *write_hex(char *to, const unsigned char *bytes, unsigned length) {
    static const char digits[] = "0123456789abcdef";
    unsigned i;

    for (i = 0; i < length; i++) {
        *to++ = digits[bytes[i] >> 4];
        *to++ = digits[bytes[i] & 15];
    }
    *to = '\0';
    return to;
}

const char *site_key_make(apr_pool_t *pool, int bytes) {
    unsigned char random[MOST_BYTES];
    char *key;

    if (bytes > MOST_BYTES || RAND_bytes(random, bytes) != 1)
        return NULL;
    key = apr_palloc(pool, 2 * (apr_size_t)bytes + 1);
    write_hex(key, random, (unsigned)bytes);
    OPENSSL_cleanse(random, sizeof random);
    return key;
}

const char *site_key_hash(apr_pool_t *pool, const char *key) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    char *text;

    if (!EVP_Digest(key, strlen(key), digest, &length, EVP_sha256(), NULL))
        return NULL;
    text = apr_palloc(pool, 2 * (apr_size_t)length + 3);
    text[0] = '\\';
    text[1] = 'x';
    write_hex(text + 2, digest, length);
    return text;
}

const char *site_key_sign(apr_pool_t *pool, const char *key, const char *text) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    char *hex;

    if (!HMAC(EVP_sha256(), key, (int)strlen(key), (const unsigned char *)text, strlen(text), digest, &length))
        return NULL;
    hex = apr_palloc(pool, 2 * (apr_size_t)length + 1);
    write_hex(hex, digest, length);
    return hex;
}

/* Reads hexadecimal digits as write_hex() writes them. Returns how many bytes they are; 0: they are something else. */
static unsigned read_hex(const char *hex, unsigned char *bytes, unsigned most) {
    size_t length = strlen(hex), i;

    if (length % 2 || length / 2 > most || strspn(hex, "0123456789abcdef") < length)
        return 0;
    for (i = 0; i < length; i++) {
        unsigned char digit = (unsigned char)(hex[i] <= '9' ? hex[i] - '0' : hex[i] - 'a' + 10);

        bytes[i / 2] = (unsigned char)(i % 2 ? bytes[i / 2] | digit : digit << 4);
    }
    return (unsigned)(length / 2);
}

static void apply(unsigned char *bytes, const unsigned char *mask, unsigned length) {
    unsigned i;

    for (i = 0; i < length; i++)
        bytes[i] ^= mask[i];
}

const char *site_key_mask(apr_pool_t *pool, const char *key) {
    unsigned char mask[MOST_BYTES], bytes[MOST_BYTES];
    unsigned length = read_hex(key, bytes, MOST_BYTES);
    char *shown;

    if (!length || RAND_bytes(mask, (int)length) != 1)
        return NULL;
    apply(bytes, mask, length);
    shown = apr_palloc(pool, 4 * (apr_size_t)length + 1);
    write_hex(write_hex(shown, mask, length), bytes, length);
    OPENSSL_cleanse(bytes, sizeof bytes);
    return shown;
}

const char *site_key_unmask(apr_pool_t *pool, const char *shown, apr_size_t length) {
    unsigned char bytes[2 * MOST_BYTES];
    unsigned half;
    char *key;

    if (!shown || strlen(shown) == length)
        return shown;
    if (strlen(shown) != 2 * length)
        return NULL;
    half = read_hex(shown, bytes, sizeof bytes) / 2;
    if (!half)
        return NULL;
    apply(bytes + half, bytes, half);
    key = apr_palloc(pool, length + 1);
    write_hex(key, bytes + half, half);
    OPENSSL_cleanse(bytes, sizeof bytes);
    return key;
}

int site_key_same(const char *one, const char *other) {
    size_t length;

    if (!one || !other)
        return 0;
    length = strlen(one);
    return length == strlen(other) && CRYPTO_memcmp(one, other, length) == 0;
}

void site_key_wipe(const char *text, apr_size_t length) {
    OPENSSL_cleanse((void *)(apr_uintptr_t)text, length);
}
