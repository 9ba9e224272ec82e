#include "core/proof.h"

#include <apr_time.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <string.h>

enum {
    SIZE = 32, /* of a digest, and of the key */
    SETS = 128,
    WAYS = 4
};

#define LIFE APR_TIME_C(300000000)

typedef struct proof_t {
    unsigned char digest[SIZE];
    apr_time_t made; /* 0: none */
} proof_t;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static proof_t proofs[SETS][WAYS];
static unsigned char key[SIZE];
static int keyed;

/* Both end with a NUL, so that nothing can pass from one to the other. */
static int digest_of(const char *hash, const char *password, unsigned char *digest) {
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    unsigned char inner[EVP_MAX_MD_SIZE];
    int made = context && EVP_DigestInit_ex(context, EVP_sha256(), NULL) && EVP_DigestUpdate(context, key, SIZE) &&
               EVP_DigestUpdate(context, hash, strlen(hash) + 1) &&
               EVP_DigestUpdate(context, password, strlen(password) + 1) && EVP_DigestFinal_ex(context, inner, NULL);

    EVP_MD_CTX_free(context);
    memcpy(digest, inner, SIZE);
    OPENSSL_cleanse(inner, sizeof inner);
    return made;
}

static proof_t *find(const unsigned char *digest) {
    proof_t *set = proofs[digest[0] % SETS];
    int i;

    for (i = 0; i < WAYS; i++) {
        if (set[i].made && CRYPTO_memcmp(set[i].digest, digest, SIZE) == 0)
            return &set[i];
    }
    return NULL;
}

int site_proof_known(const char *hash, const char *password) {
    unsigned char digest[SIZE];
    const proof_t *found;
    int known = 0;

    pthread_mutex_lock(&mutex);
    if (keyed && digest_of(hash, password, digest)) {
        found = find(digest);
        known = found && apr_time_now() - found->made < LIFE;
    }
    pthread_mutex_unlock(&mutex);
    return known;
}

/* The one that is there, else a free one, else the oldest. */
static proof_t *room_for(const unsigned char *digest) {
    proof_t *set = proofs[digest[0] % SETS], *found = find(digest), *oldest = set;
    int i;

    for (i = 1; i < WAYS; i++) {
        if (set[i].made < oldest->made)
            oldest = &set[i];
    }
    return found ? found : oldest;
}

void site_proof_keep(const char *hash, const char *password) {
    unsigned char digest[SIZE];
    proof_t *at;

    pthread_mutex_lock(&mutex);
    keyed = keyed || RAND_bytes(key, sizeof key) == 1;
    if (keyed && digest_of(hash, password, digest)) {
        at = room_for(digest);
        memcpy(at->digest, digest, SIZE);
        at->made = apr_time_now();
    }
    pthread_mutex_unlock(&mutex);
}
