#include "httpd/throttle.h"

#include "httpd/config.h"
#include "httpd/log.h"

#include <apr_shm.h>
#include <apr_strings.h>
#include <errno.h>
#include <http_log.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

enum {
    WAYS = 8,     /* slots that a hash may be in */
    LOCKS = 64,   /* per throttle */
    NAME = 16,    /* bytes of a hash that are kept */
    LEAST = 1024, /* slots */
    MOST = 16384,
    ROOM = 16 << 20 /* bytes per throttle, as far as LEAST allows */
};

typedef struct slot_t {
    unsigned char name[NAME];
    apr_time_t used; /* 0: free */
    site_rate_log_t log;
} slot_t;

/* One throttle's memory: locks, then slots. */
typedef struct table_t {
    pthread_mutex_t locks[LOCKS];
    char slots[];
} table_t;

struct site_throttle_t {
    site_throttle_scope_t scope;
    site_rate_t rate;
    apr_size_t slot_size;
    apr_size_t buckets; /* of WAYS slots */
    table_t *table;     /* NULL until post_config */
};

/* Those of this configuration; written before there are threads. */
static apr_array_header_t *throttles;
static unsigned char secret[NAME];

static apr_status_t forget(void *unused) {
    (void)unused;
    throttles = NULL;
    return APR_SUCCESS;
}

site_throttle_t *site_throttle_declare(apr_pool_t *pconf, site_throttle_scope_t scope, const site_rate_t *rate) {
    site_throttle_t *throttle = apr_pcalloc(pconf, sizeof *throttle);
    apr_size_t slots;

    throttle->scope = scope;
    throttle->rate = *rate;
    throttle->slot_size = sizeof(slot_t) + (apr_size_t)rate->limit * sizeof(apr_time_t);
    slots = ROOM / throttle->slot_size;
    slots = slots < LEAST ? LEAST : slots > MOST ? MOST : slots;
    throttle->buckets = slots / WAYS;
    if (!throttles) {
        throttles = apr_array_make(pconf, 4, sizeof(site_throttle_t *));
        apr_pool_cleanup_register(pconf, NULL, forget, apr_pool_cleanup_null);
    }
    APR_ARRAY_PUSH(throttles, site_throttle_t *) = throttle;
    return throttle;
}

/* A child that dies with a lock in its hand must not stop the others. */
static int make_locks(table_t *table) {
    pthread_mutexattr_t attributes;
    int i, failed = pthread_mutexattr_init(&attributes);

    if (failed)
        return failed;
    failed = pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    if (!failed)
        failed = pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    for (i = 0; !failed && i < LOCKS; i++)
        failed = pthread_mutex_init(&table->locks[i], &attributes);
    pthread_mutexattr_destroy(&attributes);
    return failed;
}

apr_status_t site_throttle_make(apr_pool_t *pconf) {
    apr_status_t status;
    apr_shm_t *memory;
    int i;

    if (!throttles)
        return APR_SUCCESS;
    if (RAND_bytes(secret, sizeof secret) != 1)
        return APR_EGENERAL;
    for (i = 0; i < throttles->nelts; i++) {
        site_throttle_t *throttle = APR_ARRAY_IDX(throttles, i, site_throttle_t *);
        apr_size_t size = sizeof(table_t) + throttle->buckets * WAYS * throttle->slot_size;

        /* Anonymous and zero: the system gives the pages when they are written to. */
        status = apr_shm_create(&memory, size, NULL, pconf);
        if (status != APR_SUCCESS)
            return status;
        throttle->table = apr_shm_baseaddr_get(memory);
        status = make_locks(throttle->table);
        if (status != APR_SUCCESS)
            return status;
    }
    return APR_SUCCESS;
}

/* Never 0, never back, the same in all processes. */
static apr_time_t now_steady(void) {
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (apr_time_t)now.tv_sec * APR_USEC_PER_SEC + now.tv_nsec / 1000 + 1;
}

static slot_t *slot_at(const site_throttle_t *throttle, apr_size_t bucket, int way) {
    return (slot_t *)(throttle->table->slots + (bucket * WAYS + (apr_size_t)way) * throttle->slot_size);
}

/* The slot of `name`, with its bucket locked. Otherwise the one that has been quiet for longest, emptied. */
static slot_t *find(const site_throttle_t *throttle, apr_size_t bucket, const unsigned char *name) {
    slot_t *oldest = NULL, *slot;
    int i;

    for (i = 0; i < WAYS; i++) {
        slot = slot_at(throttle, bucket, i);
        if (slot->used && memcmp(slot->name, name, NAME) == 0)
            return slot;
        if (!oldest || slot->used < oldest->used)
            oldest = slot;
    }
    memset(oldest, 0, throttle->slot_size);
    memcpy(oldest->name, name, NAME);
    return oldest;
}

typedef enum act_t { LOOK = 1, NOTE = 2 } act_t;

/* LOOK: how long to wait. NOTE: takes it down, if there is nothing to wait for. */
static apr_interval_time_t act(const site_throttle_t *throttle, const unsigned char *name, int acts) {
    apr_interval_time_t wait;
    apr_uint64_t number;
    apr_size_t bucket;
    pthread_mutex_t *lock;
    apr_time_t now;
    slot_t *slot;
    int held;

    memcpy(&number, name, sizeof number);
    bucket = (apr_size_t)(number % throttle->buckets);
    lock = &throttle->table->locks[bucket % LOCKS];
    held = pthread_mutex_lock(lock);
    /* Whoever died here left at worst one time that is not there. */
    if (held == EOWNERDEAD)
        pthread_mutex_consistent(lock);
    else if (held)
        return 0;
    now = now_steady();
    slot = find(throttle, bucket, name);
    slot->used = now;
    wait = site_rate_wait(&slot->log, &throttle->rate, now);
    if (!wait && (acts & NOTE))
        site_rate_note(&slot->log, &throttle->rate, now);
    pthread_mutex_unlock(lock);
    return wait;
}

/* The client's address, or the part of it that is one client's. */
static const void *address_of(const request_rec *r, apr_size_t *length) {
    const apr_sockaddr_t *address = r->useragent_addr;
    const unsigned char *bytes = address->ipaddr_ptr;

    *length = (apr_size_t)address->ipaddr_len;
    if (address->family == APR_INET6 && IN6_IS_ADDR_V4MAPPED((const struct in6_addr *)address->ipaddr_ptr)) {
        *length = 4;
        return bytes + 12;
    }
    if (address->family == APR_INET6)
        *length = 8;
    return bytes;
}

static int name_of(const request_rec *r, const char *user, unsigned char *name) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    apr_size_t length = user ? strlen(user) : 0;
    const void *bytes = user ? user : address_of(r, &length);
    int made;

    made = context && EVP_DigestInit_ex(context, EVP_sha256(), NULL) &&
           EVP_DigestUpdate(context, secret, sizeof secret) && EVP_DigestUpdate(context, user ? "u" : "a", 1) &&
           EVP_DigestUpdate(context, bytes, length) && EVP_DigestFinal_ex(context, digest, NULL);
    EVP_MD_CTX_free(context);
    memcpy(name, digest, NAME);
    return made;
}

static site_error_t *too_many(request_rec *r, apr_interval_time_t wait) {
    int seconds = (int)((wait + APR_USEC_PER_SEC - 1) / APR_USEC_PER_SEC);
    site_error_t *error =
        site_error_make(r->pool, HTTP_TOO_MANY_REQUESTS, "throttled", NULL,
                        "Request was throttled. Expected available in %d second%s.", seconds, seconds == 1 ? "" : "s");

    error->retry_after = seconds;
    return error;
}

/* All throttles of the scopes are asked, as DRF does, and the longest wait is told. */
static site_error_t *ask(request_rec *r, const site_access_t *access, const char *user, int scopes, int acts) {
    unsigned char name[NAME];
    apr_interval_time_t longest = 0;
    int i, named = 0;

    for (i = 0; access->throttles && i < access->throttles->nelts; i++) {
        const site_throttle_t *throttle = APR_ARRAY_IDX(access->throttles, i, const site_throttle_t *);
        apr_interval_time_t wait;

        if (!(scopes & 1 << throttle->scope) || !throttle->table)
            continue;
        if (!named && !name_of(r, user, name)) {
            ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r, "SITE0144: requests cannot be counted: no hash can be made");
            return NULL;
        }
        named = 1;
        wait = act(throttle, name, acts);
        longest = wait > longest ? wait : longest;
    }
    return longest ? too_many(r, longest) : NULL;
}

site_error_t *site_throttle_request(request_rec *r, const site_access_t *access, const site_identity_t *identity) {
    int scopes = 1 << SITE_THROTTLE_USER | (identity->user ? 0 : 1 << SITE_THROTTLE_ANON);

    return access->throttles ? ask(r, access, identity->user, scopes, LOOK | NOTE) : NULL;
}

site_error_t *site_throttle_sign_in(request_rec *r, const site_access_t *access) {
    return access->throttles ? ask(r, access, NULL, 1 << SITE_THROTTLE_SIGN_IN, LOOK) : NULL;
}

void site_throttle_wrong(request_rec *r, const site_access_t *access) {
    if (access->throttles)
        ask(r, access, NULL, 1 << SITE_THROTTLE_SIGN_IN, LOOK | NOTE);
}
