#include "httpd/snapshot.h"

#include "httpd/borrow.h"
#include "httpd/config.h"
#include "httpd/bypass.h"
#include "httpd/custom.h"
#include "httpd/gate.h"
#include "httpd/generation.h"
#include "httpd/log.h"
#include "httpd/verify.h"

#include "core/resolve.h"
#include "db/introspect.h"
#include "db/statistics.h"
#include "db/sqlstate.h"

#include <apr_allocator.h>
#include <apr_strings.h>
#include <apr_thread_cond.h>
#include <apr_thread_mutex.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

#define WAIT APR_TIME_C(3000000)       /* for the first snapshot */
#define RETRY APR_TIME_C(1000000)      /* after a snapshot that could not be built */
#define POKE_PAUSE APR_TIME_C(2000000) /* between refreshes that requests ask for */

enum {
    SLOTS = 256, /* snapshots of one API that somebody still reads */
    SLOT_SHIFT = 56,
    BUILD_TIMEOUT = 10000 /* milliseconds */
};

#define TAKEN_MASK ((UINT64_C(1) << SLOT_SHIFT) - 1)

typedef struct holder_t {
    const site_api_t *api;
    apr_pool_t *pool;
    struct room_t *room;
    int slot;
    /* Minus those who left, until the snapshot is replaced; then plus those who had taken it. Nobody is left when it
     * comes to 0 after that; before, it starts at 0 and only falls. */
    _Atomic int64_t balance;
} holder_t;

/* Of one API. */
typedef struct room_t {
    const site_exposed_t *exposed;
    _Atomic uint64_t current; /* slot << 56 | how often it was taken; slot 0: none yet */
    _Atomic(holder_t *) slots[SLOTS];
    _Atomic int failed; /* the last attempt to build one */
    /* Of the thread that builds. */
    unsigned built; /* generation */
    apr_time_t retry;
    int complained;
} room_t;

static struct {
    room_t *rooms;
    int count;
    apr_thread_mutex_t *mutex; /* only for waiting for a first snapshot */
    apr_thread_cond_t *arrived;
} child;

void site_snapshots_make(apr_pool_t *pchild, server_rec *main) {
    const apr_array_header_t *apis = site_config_apis(pchild, main);
    int i;

    child.count = apis->nelts;
    child.rooms = apr_pcalloc(pchild, (apr_size_t)child.count * sizeof *child.rooms);
    for (i = 0; i < child.count; i++)
        child.rooms[i].exposed = APR_ARRAY_IDX(apis, i, const site_exposed_t *);
    apr_thread_mutex_create(&child.mutex, APR_THREAD_MUTEX_DEFAULT, pchild);
    apr_thread_cond_create(&child.arrived, pchild);
}

/* --- readers ------------------------------------------------------------------------------------------------------ */

static void destroy(holder_t *holder) {
    atomic_store(&holder->room->slots[holder->slot], NULL);
    apr_pool_destroy(holder->pool); /* the holder lives in it */
}

static apr_status_t leave(void *data) {
    holder_t *holder = data;

    if (atomic_fetch_sub(&holder->balance, 1) == 1)
        destroy(holder);
    return APR_SUCCESS;
}

static holder_t *take(room_t *room) {
    return atomic_load(&room->slots[atomic_fetch_add(&room->current, 1) >> SLOT_SHIFT]);
}

static void wait_for_first(room_t *room) {
    apr_time_t until = apr_time_now() + WAIT;
    apr_interval_time_t left = WAIT;

    apr_thread_mutex_lock(child.mutex);
    while (left > 0 && !atomic_load(&room->failed) && atomic_load(&room->current) >> SLOT_SHIFT == 0) {
        apr_thread_cond_timedwait(child.arrived, child.mutex, left);
        left = until - apr_time_now();
    }
    apr_thread_mutex_unlock(child.mutex);
}

const site_api_t *site_snapshot_take(apr_pool_t *pool, server_rec *server, const site_api_spec_t *spec,
                                     site_error_t **error) {
    room_t *room = &child.rooms[site_exposed_of(spec)->number];
    holder_t *holder = take(room);

    (void)server;
    if (!holder) {
        wait_for_first(room);
        holder = take(room);
    }
    if (!holder) {
        *error = site_sqlstate_error(pool, "");
        (*error)->retry_after = site_gate_patience(room->exposed->server);
        return NULL;
    }
    apr_pool_cleanup_register(pool, holder, leave, apr_pool_cleanup_null);
    return holder->api;
}

void site_snapshots_missing(site_sink_t *lines) {
    int i;

    for (i = 0; i < child.count; i++) {
        const char *path = child.rooms[i].exposed->spec.path;

        if (atomic_load(&child.rooms[i].current) >> SLOT_SHIFT == 0)
            site_sink_printf(lines, "catalogue of %s: not read yet\n", *path ? path : "/");
    }
}

void site_snapshot_poke(void) {
    site_generation_raise_all(POKE_PAUSE);
}

unsigned site_snapshot_generation(const server_rec *server) {
    int i;

    for (i = 0; i < child.count; i++) {
        if (child.rooms[i].exposed->server == server)
            return site_generation_now(child.rooms[i].exposed->watched);
    }
    return 0;
}

/* --- the builder -------------------------------------------------------------------------------------------------- */

/* A pool that belongs to no other and shares its memory with none: the last reader, in whatever thread, destroys it. */
static apr_pool_t *own_pool(void) {
    apr_allocator_t *allocator;
    apr_pool_t *pool;

    if (apr_allocator_create(&allocator) != APR_SUCCESS)
        return NULL;
    if (apr_pool_create_unmanaged_ex(&pool, NULL, allocator) != APR_SUCCESS) {
        apr_allocator_destroy(allocator);
        return NULL;
    }
    apr_allocator_owner_set(allocator, pool);
    apr_pool_tag(pool, "site_snapshot");
    return pool;
}

/* Puts the snapshot in the place of the present one. Returns 0 when no slot is free. */
static int replace(room_t *room, apr_pool_t *pool, const site_api_t *api) {
    holder_t *holder = apr_pcalloc(pool, sizeof *holder), *old;
    uint64_t before;
    int64_t taken;
    int slot = 1;

    while (slot < SLOTS && atomic_load(&room->slots[slot]))
        slot++;
    if (slot == SLOTS)
        return 0;
    holder->api = api;
    holder->pool = pool;
    holder->room = room;
    holder->slot = slot;
    atomic_store(&room->slots[slot], holder);
    before = atomic_exchange(&room->current, (uint64_t)slot << SLOT_SHIFT);
    old = before >> SLOT_SHIFT ? atomic_load(&room->slots[before >> SLOT_SHIFT]) : NULL;
    taken = (int64_t)(before & TAKEN_MASK);
    if (old && atomic_fetch_add(&old->balance, taken) + taken == 0)
        destroy(old);
    return 1;
}

typedef struct teller_t {
    const site_exposed_t *exposed;
    int loud; /* this child is the one that logs this generation */
} teller_t;

static void tell_problem(void *baton, const site_place_t *place, const char *resource, const char *message) {
    teller_t *teller = baton;
    const site_place_t *where = place && place->file ? place : &teller->exposed->spec.place;
    const site_exposed_t *exposed = teller->exposed;

    if (teller->loud && resource)
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, exposed->server,
                     "SITE0071: %s:%d: %s/%s: %s. This resource answers 503 until that is mended", where->file,
                     where->line, exposed->spec.path, resource, message);
    else if (teller->loud)
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, exposed->server, "SITE0073: %s:%d: %s/: %s", where->file,
                     where->line, exposed->spec.path, message);
}

static void tell_success(const teller_t *teller, const site_api_t *api, unsigned generation, apr_pool_t *pool) {
    const apr_array_header_t *schemas = teller->exposed->spec.schemas;
    const char *path = *teller->exposed->spec.path ? teller->exposed->spec.path : "/";

    ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, teller->exposed->server,
                 "SITE0070: %s: %d resources%s%s (catalogue generation %u)", path, api->resources->nelts,
                 schemas->nelts == 0   ? ""
                 : schemas->nelts == 1 ? " from schema "
                                       : " from schemas ",
                 schemas->nelts ? apr_array_pstrcat(pool, schemas, ',') : "", generation);
    if (api->left_out->nelts)
        ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, teller->exposed->server,
                     "SITE0180: %s: not exposed, as they look like Django's own tables or like secrets: %s. A "
                     "<SiteResource> section for the table, or a SiteAttribute for the column, exposes it",
                     path, apr_array_pstrcat(pool, api->left_out, ','));
}

/* Reads the catalogue. NULL: it could not; whoever has not been told yet is. */
static site_catalog_t *read_catalog(room_t *room, apr_pool_t *pool, apr_pool_t *scratch,
                                    apr_array_header_t **complaints) {
    const site_exposed_t *exposed = room->exposed;
    site_settings_t settings = exposed->spec.settings;
    site_diagnosis_t diagnosis = {.message = NULL};
    site_connection_t *connection;
    site_catalog_t *catalog = NULL;
    site_error_t *error;
    site_loan_t *loan;

    settings.statement_timeout = BUILD_TIMEOUT;
    settings.time_zone = "UTC";
    loan = site_borrow_for(scratch, exposed->server, &settings, &connection, &error);
    if (loan)
        error = site_introspect(pool, scratch, connection, &exposed->scope, &catalog, &diagnosis);
    if (loan && !error)
        site_statistics_read(scratch, connection, catalog);
    if (loan && !error)
        *complaints = site_verify(scratch, exposed, connection);
    site_give_back(loan);
    if (!error)
        return catalog;
    if (!room->complained)
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, exposed->server,
                     "SITE0072: %s: the catalogue could not be read: %s%s%s; it is tried again every second",
                     *exposed->spec.path ? exposed->spec.path : "/", diagnosis.sqlstate, *diagnosis.sqlstate ? " " : "",
                     diagnosis.message ? diagnosis.message
                     : loan            ? error->message
                                       : "there is no connection to the database");
    room->complained = 1;
    return NULL;
}

static int build(room_t *room, unsigned generation) {
    apr_pool_t *pool = own_pool(), *scratch;
    teller_t teller = {room->exposed, 0};
    apr_array_header_t *complaints = NULL;
    site_catalog_t *catalog;
    site_api_t *api;
    int changed;

    if (!pool)
        return 0;
    apr_pool_create(&scratch, pool);
    catalog = read_catalog(room, pool, scratch, &complaints);
    if (!catalog) {
        apr_pool_destroy(pool);
        return 0;
    }
    teller.loud = site_generation_claim(room->exposed->number, generation, catalog->fingerprint, &changed) && changed;
    api = site_resolve(pool, &room->exposed->spec, catalog, tell_problem, &teller);
    site_custom_judge_all(teller.exposed, api, scratch, teller.loud);
    if (teller.loud)
        site_verify_tell(room->exposed, complaints);
    if (teller.loud)
        site_bypass_tell(room->exposed, api, scratch);
    if (teller.loud)
        tell_success(&teller, api, generation, scratch);
    apr_pool_destroy(scratch);
    if (!replace(room, pool, api)) {
        apr_pool_destroy(pool);
        return 0;
    }
    room->complained = 0;
    return 1;
}

void site_snapshots_refresh(void) {
    int i;

    for (i = 0; i < child.count; i++) {
        room_t *room = &child.rooms[i];
        unsigned generation = site_generation_now(room->exposed->watched);
        int done;

        if (room->built == generation || apr_time_now() < room->retry)
            continue;
        done = build(room, generation);
        if (done)
            room->built = generation;
        else
            room->retry = apr_time_now() + RETRY;
        apr_thread_mutex_lock(child.mutex);
        atomic_store(&room->failed, !done);
        apr_thread_cond_broadcast(child.arrived);
        apr_thread_mutex_unlock(child.mutex);
    }
}
