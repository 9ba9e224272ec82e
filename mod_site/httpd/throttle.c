#include "httpd/throttle.h"

#include "httpd/client.h"
#include "httpd/config.h"
#include "httpd/log.h"
#include "httpd/pace.h"

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

#define LONGEST APR_TIME_C(30000000) /* that an attempt to sign in may be under way; else its process died */
#define PATIENCE APR_TIME_C(2000000) /* for those under way */
#define PAUSE APR_TIME_C(1000)
#define MOST_PAUSE APR_TIME_C(50000)

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
    slot_t *oldest = slot_at(throttle, bucket, 0), *slot;
    int i;

    for (i = 0; i < WAYS; i++) {
        slot = slot_at(throttle, bucket, i);
        if (slot->used && memcmp(slot->name, name, NAME) == 0)
            return slot;
        if (slot->used < oldest->used)
            oldest = slot;
    }
    memset(oldest, 0, throttle->slot_size);
    memcpy(oldest->name, name, NAME);
    return oldest;
}

/* The slot of `name`, locked; *lock is to be given back. NULL: it cannot be had. */
static slot_t *enter(const site_throttle_t *throttle, const unsigned char *name, pthread_mutex_t **lock) {
    apr_uint64_t number;
    apr_size_t bucket;
    slot_t *slot;
    int held;

    if (!throttle->table)
        return NULL;
    memcpy(&number, name, sizeof number);
    bucket = (apr_size_t)(number % throttle->buckets);
    *lock = &throttle->table->locks[bucket % LOCKS];
    held = pthread_mutex_lock(*lock);
    /* Whoever died here left at worst one time that is not there. */
    if (held == EOWNERDEAD)
        pthread_mutex_consistent(*lock);
    else if (held)
        return NULL;
    slot = find(throttle, bucket, name);
    slot->used = now_steady();
    return slot;
}

/* Takes a request down, unless there is something to wait for: then how long. */
static apr_interval_time_t count(const site_throttle_t *throttle, const unsigned char *name) {
    pthread_mutex_t *lock;
    slot_t *slot = enter(throttle, name, &lock);
    apr_interval_time_t wait;

    if (!slot)
        return 0;
    wait = site_rate_wait(&slot->log, &throttle->rate, slot->used);
    if (!wait)
        site_rate_note(&slot->log, &throttle->rate, slot->used);
    pthread_mutex_unlock(lock);
    return wait;
}

/* The same for what may be taken back. *pending: others are under way that may be. */
static apr_interval_time_t reserve(const site_throttle_t *throttle, const unsigned char *name, apr_time_t *reserved,
                                   int *pending) {
    pthread_mutex_t *lock;
    slot_t *slot = enter(throttle, name, &lock);
    apr_interval_time_t wait;

    if (!slot)
        return 0;
    wait = site_rate_wait(&slot->log, &throttle->rate, slot->used);
    if (!wait)
        *reserved = site_rate_reserve(&slot->log, &throttle->rate, slot->used);
    else if (site_rate_is_pending(&slot->log, &throttle->rate, slot->used - LONGEST))
        *pending = 1;
    pthread_mutex_unlock(lock);
    return wait;
}

static void settle(const site_throttle_t *throttle, const unsigned char *name, apr_time_t reserved, int counts) {
    pthread_mutex_t *lock;
    slot_t *slot = enter(throttle, name, &lock);

    if (!slot)
        return;
    site_rate_settle(&slot->log, &throttle->rate, reserved, counts);
    pthread_mutex_unlock(lock);
}

static int name_of(const request_rec *r, const char *user, unsigned char *name) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    apr_size_t length = user ? strlen(user) : 0;
    const void *bytes = user ? user : site_client_address(r, &length);
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

static int make_name(request_rec *r, const char *user, unsigned char *name) {
    if (name_of(r, user, name))
        return 1;
    ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r, "SITE0144: requests cannot be counted: no hash can be made");
    return 0;
}

static int has(const site_access_t *access, int scopes) {
    int i, some = 0;

    for (i = 0; access->throttles && i < access->throttles->nelts; i++)
        some |= scopes & 1 << APR_ARRAY_IDX(access->throttles, i, const site_throttle_t *)->scope;
    return some;
}

/* All throttles of the scopes are asked, as DRF does, and the longest wait is told. */
site_error_t *site_throttle_request(request_rec *r, const site_access_t *access, const site_identity_t *identity) {
    int scopes = 1 << SITE_THROTTLE_USER | (identity->user ? 0 : 1 << SITE_THROTTLE_ANON), i;
    apr_interval_time_t longest = 0;
    unsigned char name[NAME];

    if (!has(access, scopes) || !make_name(r, identity->user, name))
        return NULL;
    for (i = 0; i < access->throttles->nelts; i++) {
        const site_throttle_t *throttle = APR_ARRAY_IDX(access->throttles, i, const site_throttle_t *);
        apr_interval_time_t wait = scopes & 1 << throttle->scope ? count(throttle, name) : 0;

        longest = wait > longest ? wait : longest;
    }
    return longest ? too_many(r, longest) : NULL;
}

/* --- signing in --- */

struct site_attempt_t {
    const apr_array_header_t *throttles;
    unsigned char name[NAME];
    apr_time_t *reserved; /* for each throttle; 0: nothing */
};

void site_throttle_conclude(site_attempt_t *attempt, int wrong) {
    int i;

    for (i = 0; attempt && i < attempt->throttles->nelts; i++) {
        if (attempt->reserved[i])
            settle(APR_ARRAY_IDX(attempt->throttles, i, const site_throttle_t *), attempt->name, attempt->reserved[i],
                   wrong);
        attempt->reserved[i] = 0;
    }
}

/* In all throttles or in none: what is refused is no attempt. */
static apr_interval_time_t reserve_all(site_attempt_t *attempt, int *pending) {
    apr_interval_time_t longest = 0;
    int i;

    *pending = 0;
    for (i = 0; i < attempt->throttles->nelts; i++) {
        const site_throttle_t *throttle = APR_ARRAY_IDX(attempt->throttles, i, const site_throttle_t *);
        apr_interval_time_t wait = 0;

        if (throttle->scope == SITE_THROTTLE_SIGN_IN)
            wait = reserve(throttle, attempt->name, &attempt->reserved[i], pending);
        longest = wait > longest ? wait : longest;
    }
    if (longest)
        site_throttle_conclude(attempt, 0);
    return longest;
}

/* As many as may be wrong are looked at already, and some of them may be right: waits for that, where another request of
 * this address may wait. Returns how long it would be until another try, 0 when the attempt was reserved. */
static apr_interval_time_t wait_for_others(const request_rec *r, site_attempt_t *attempt, apr_interval_time_t wait) {
    apr_time_t until = now_steady() + PATIENCE;
    apr_interval_time_t pause = PAUSE;
    apr_size_t length;
    const void *address = site_client_address(r, &length);
    site_stay_t stay;
    int pending = 1;

    if (site_pace_admit(SITE_PACE_COMPARE, address, length, &stay) != SITE_ADMITTED)
        return wait;
    while (wait && pending && now_steady() < until) {
        apr_sleep(pause);
        pause = 2 * pause < MOST_PAUSE ? 2 * pause : MOST_PAUSE;
        wait = reserve_all(attempt, &pending);
    }
    site_pace_dismiss(&stay);
    return wait;
}

site_error_t *site_throttle_attempt(request_rec *r, const site_access_t *access, site_attempt_t **attempt) {
    apr_interval_time_t wait;
    int pending;

    *attempt = NULL;
    if (!has(access, 1 << SITE_THROTTLE_SIGN_IN))
        return NULL;
    *attempt = apr_pcalloc(r->pool, sizeof **attempt);
    if (!make_name(r, NULL, (*attempt)->name)) {
        *attempt = NULL;
        return NULL;
    }
    (*attempt)->throttles = access->throttles;
    (*attempt)->reserved = apr_pcalloc(r->pool, (apr_size_t)access->throttles->nelts * sizeof(apr_time_t));
    wait = reserve_all(*attempt, &pending);
    if (wait && pending)
        wait = wait_for_others(r, *attempt, wait);
    if (!wait)
        return NULL;
    *attempt = NULL;
    return too_many(r, wait);
}
