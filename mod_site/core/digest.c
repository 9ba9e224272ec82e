#include "core/digest.h"

#include <endian.h>
#include <stdint.h>
#include <string.h>

typedef struct state_t {
    uint64_t v0, v1, v2, v3;
} state_t;

static inline uint64_t rotate(uint64_t word, int bits) {
    return word << bits | word >> (64 - bits);
}

static inline void mix(state_t *s, int rounds) {
    while (rounds--) {
        s->v0 += s->v1;
        s->v1 = rotate(s->v1, 13) ^ s->v0;
        s->v0 = rotate(s->v0, 32);
        s->v2 += s->v3;
        s->v3 = rotate(s->v3, 16) ^ s->v2;
        s->v0 += s->v3;
        s->v3 = rotate(s->v3, 21) ^ s->v0;
        s->v2 += s->v1;
        s->v1 = rotate(s->v1, 17) ^ s->v2;
        s->v2 = rotate(s->v2, 32);
    }
}

static inline void absorb(state_t *s, uint64_t word) {
    s->v3 ^= word;
    mix(s, 2);
    s->v0 ^= word;
}

/* `length` bytes, at most 8, little-endian. */
static inline uint64_t word_of(const void *bytes, apr_size_t length) {
    uint64_t word = 0;

    memcpy(&word, bytes, length);
    return le64toh(word);
}

static void put_word(unsigned char *to, const state_t *s) {
    uint64_t word = htole64(s->v0 ^ s->v1 ^ s->v2 ^ s->v3);

    memcpy(to, &word, sizeof word);
}

void site_digest_bytes(unsigned char *digest, const unsigned char *key, const char *data, apr_size_t length) {
    uint64_t k0 = word_of(key, 8), k1 = word_of(key + 8, 8);
    state_t s = {k0 ^ 0x736f6d6570736575u, k1 ^ 0x646f72616e646f6du ^ 0xee, k0 ^ 0x6c7967656e657261u,
                 k1 ^ 0x7465646279746573u};
    apr_size_t left = length;

    for (; left >= 8; data += 8, left -= 8)
        absorb(&s, word_of(data, 8));
    absorb(&s, word_of(data, left) | (uint64_t)length << 56);
    s.v2 ^= 0xee;
    mix(&s, 4);
    put_word(digest, &s);
    s.v1 ^= 0xdd;
    mix(&s, 4);
    put_word(digest + 8, &s);
}

const char *site_digest(apr_pool_t *pool, const char *data, apr_size_t length) {
    static const unsigned char key[SITE_DIGEST_SIZE] = "mod_site digest";
    static const char hex[] = "0123456789abcdef";
    unsigned char digest[SITE_DIGEST_SIZE];
    char *text = apr_palloc(pool, 2 * SITE_DIGEST_SIZE + 1);
    int i;

    site_digest_bytes(digest, key, data, length);
    for (i = 0; i < SITE_DIGEST_SIZE; i++) {
        text[2 * i] = hex[digest[i] >> 4];
        text[2 * i + 1] = hex[digest[i] & 15];
    }
    text[2 * SITE_DIGEST_SIZE] = '\0';
    return text;
}
