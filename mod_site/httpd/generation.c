#include "httpd/generation.h"

#include <apr_shm.h>
#include <apr_time.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { PID_BITS = 24 };

#define PID_MASK ((UINT64_C(1) << PID_BITS) - 1)

typedef struct shared_t {
    _Atomic int64_t raised;   /* when all were raised, in microseconds */
    _Atomic uint64_t duty;    /* when it was taken or renewed, in milliseconds since boot << 24 | process; 0: free */
    _Atomic uint64_t cells[]; /* the servers' generations, then per API: generation << 32 | fingerprint */
} shared_t;

/* Set in post_config, before there are children. */
static shared_t *shared;
static int server_count;

static apr_status_t forget(void *unused) {
    (void)unused;
    shared = NULL;
    return APR_SUCCESS;
}

apr_status_t site_generation_make(apr_pool_t *pconf, int servers, int apis) {
    apr_size_t size = sizeof *shared + (apr_size_t)(servers + apis) * sizeof shared->cells[0];
    apr_shm_t *memory;
    apr_status_t status = apr_shm_create(&memory, size, NULL, pconf);
    int i;

    if (status != APR_SUCCESS)
        return status;
    apr_pool_cleanup_register(pconf, NULL, forget, apr_pool_cleanup_null);
    shared = apr_shm_baseaddr_get(memory);
    memset(shared, 0, size);
    server_count = servers;
    for (i = 0; i < servers; i++)
        atomic_store(&shared->cells[i], 1);
    return APR_SUCCESS;
}

unsigned site_generation_now(int server) {
    return shared ? (unsigned)atomic_load(&shared->cells[server]) : 0;
}

void site_generation_raise(int server) {
    if (shared)
        atomic_fetch_add(&shared->cells[server], 1);
}

int site_generation_raise_all(apr_interval_time_t pause) {
    int64_t now = apr_time_now(), before;
    int i;

    if (!shared)
        return 0;
    before = atomic_load(&shared->raised);
    if (now - before < pause || !atomic_compare_exchange_strong(&shared->raised, &before, now))
        return 0;
    for (i = 0; i < server_count; i++)
        site_generation_raise(i);
    return 1;
}

/* FNV-1a. Two catalogues of one hash (1 in 4 billion) would cost no more than a refresh that waits for the next one. */
static uint32_t hash_of(const char *text) {
    uint32_t hash = 2166136261U;

    for (; text && *text; text++)
        hash = (hash ^ (unsigned char)*text) * 16777619U;
    return hash;
}

int site_generation_claim(int api, unsigned generation, const char *fingerprint, int *changed) {
    uint64_t cell, mine = (uint64_t)generation << 32 | hash_of(fingerprint);

    *changed = 1;
    if (!shared)
        return 0;
    cell = atomic_load(&shared->cells[server_count + api]);
    do {
        if ((unsigned)(cell >> 32) >= generation)
            return 0;
    } while (!atomic_compare_exchange_weak(&shared->cells[server_count + api], &cell, mine));
    *changed = cell == 0 || (uint32_t)cell != (uint32_t)mine;
    return 1;
}

int site_generation_is_built(int api, int server) {
    return shared && (unsigned)(atomic_load(&shared->cells[server_count + api]) >> 32) == site_generation_now(server);
}

int site_generation_compare(int api, int server, const char *fingerprint) {
    uint64_t cell;

    if (!site_generation_is_built(api, server))
        return -1;
    cell = atomic_load(&shared->cells[server_count + api]);
    return (uint32_t)cell == hash_of(fingerprint);
}

/* In milliseconds, the same in all children, and never set back. 40 bits of them last for 34 years. */
static int64_t since_boot(void) {
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int site_generation_hold_duty(apr_interval_time_t lease) {
    uint64_t me = (uint64_t)getpid() & PID_MASK, cell;
    int64_t now = since_boot();

    if (!shared)
        return 0;
    cell = atomic_load(&shared->duty);
    if (cell && (cell & PID_MASK) != me && now - (int64_t)(cell >> PID_BITS) <= apr_time_as_msec(lease))
        return 0;
    return atomic_compare_exchange_strong(&shared->duty, &cell, (uint64_t)now << PID_BITS | me);
}

void site_generation_end_duty(void) {
    uint64_t cell = shared ? atomic_load(&shared->duty) : 0;

    if (cell && (cell & PID_MASK) == ((uint64_t)getpid() & PID_MASK))
        atomic_compare_exchange_strong(&shared->duty, &cell, 0);
}
