#include "httpd/watch.h"

#include "httpd/config.h"
#include "httpd/generation.h"
#include "httpd/listen.h"
#include "httpd/log.h"
#include "httpd/snapshot.h"

#include <apr_thread_mutex.h>
#include <mod_watchdog.h>
#include <openssl/crypto.h>
#include <stdatomic.h>

#define REFRESH_INTERVAL AP_WD_TM_SLICE
#define LISTEN_INTERVAL (2 * AP_WD_TM_SLICE)
#define LEASE APR_TIME_C(3000000) /* several intervals: a holder that is late has not gone */
#define NAP APR_TIME_C(5000)

/* Of this child. mod_watchdog's threads outlive pchild, and with it all that they work on: so each holds its mutex, which
 * lives as long as the process, while it works, and what destroys pchild takes both once, after which they do nothing any
 * more. */
static struct {
    apr_thread_mutex_t *building, *listening;
    site_listener_t **listeners;
    int count;
    _Atomic int begun;
    _Atomic int stopped;
} child;

/* Ends a piece of work. mod_watchdog's threads may end just when the process does, and OpenSSL would then free twice what
 * it keeps for them. */
static void end_work(apr_thread_mutex_t *mutex) {
    OPENSSL_thread_stop();
    apr_thread_mutex_unlock(mutex);
}

/* mod_watchdog may start its threads before mod_dbd has set itself up in this child. */
static int wait_for_begin(void) {
    while (!atomic_load(&child.begun) && !child.stopped)
        apr_sleep(NAP);
    return !child.stopped;
}

static apr_status_t on_refresh(int state, void *data, apr_pool_t *pool) {
    (void)data;
    (void)pool;
    if (state == AP_WATCHDOG_STATE_STOPPING || !wait_for_begin())
        return APR_SUCCESS;
    apr_thread_mutex_lock(child.building);
    if (!child.stopped)
        site_snapshots_refresh();
    end_work(child.building);
    return APR_SUCCESS;
}

static apr_status_t on_listen(int state, void *data, apr_pool_t *pool) {
    int i;

    (void)data;
    if (state == AP_WATCHDOG_STATE_STOPPING || !wait_for_begin())
        return APR_SUCCESS;
    apr_thread_mutex_lock(child.listening);
    for (i = 0; i < child.count && !child.stopped; i++) {
        /* Two that have the duty for a moment, after a step that took long, do no harm: a catalogue is read once too
         * often. */
        if (site_generation_hold_duty(LEASE))
            site_listener_step(child.listeners[i], pool, &child.stopped);
        else
            site_listener_close(child.listeners[i]);
    }
    end_work(child.listening);
    return APR_SUCCESS;
}

static apr_status_t stop(void *unused) {
    int i;

    (void)unused;
    child.stopped = 1;
    apr_thread_mutex_lock(child.building);
    apr_thread_mutex_unlock(child.building);
    apr_thread_mutex_lock(child.listening);
    for (i = 0; i < child.count; i++)
        site_listener_close(child.listeners[i]);
    child.count = 0;
    site_generation_end_duty();
    apr_thread_mutex_unlock(child.listening);
    return APR_SUCCESS;
}

static apr_status_t add_thread(apr_pool_t *pconf, const char *name, apr_interval_time_t interval,
                               ap_watchdog_callback_fn_t *callback) {
    APR_OPTIONAL_FN_TYPE(ap_watchdog_get_instance) *get = APR_RETRIEVE_OPTIONAL_FN(ap_watchdog_get_instance);
    APR_OPTIONAL_FN_TYPE(ap_watchdog_register_callback) *add = APR_RETRIEVE_OPTIONAL_FN(ap_watchdog_register_callback);
    ap_watchdog_t *watchdog;
    apr_status_t status;

    if (!get || !add)
        return APR_ENOTIMPL;
    status = get(&watchdog, name, 0, 0, pconf);
    return status != APR_SUCCESS ? status : add(watchdog, interval, NULL, callback);
}

int site_watch_post_config(apr_pool_t *pconf, server_rec *main) {
    apr_status_t status = add_thread(pconf, "site-refresh", REFRESH_INTERVAL, on_refresh);

    if (status == APR_SUCCESS)
        status = add_thread(pconf, "site-listen", LISTEN_INTERVAL, on_listen);
    if (status == APR_SUCCESS)
        return OK;
    ap_log_error(APLOG_MARK, APLOG_STARTUP | APLOG_CRIT, status, main,
                 "SITE0080: mod_watchdog is needed, which keeps the catalogue fresh: "
                 "LoadModule watchdog_module modules/mod_watchdog.so");
    return HTTP_INTERNAL_SERVER_ERROR;
}

void site_watch_child_init(apr_pool_t *pchild, server_rec *main) {
    const apr_array_header_t *apis = site_config_apis(pchild, main);
    int i, last = -1;

    apr_thread_mutex_create(&child.building, APR_THREAD_MUTEX_DEFAULT, main->process->pool);
    apr_thread_mutex_create(&child.listening, APR_THREAD_MUTEX_DEFAULT, main->process->pool);
    child.listeners = apr_pcalloc(pchild, (apr_size_t)(apis->nelts + 1) * sizeof *child.listeners);
    for (i = 0; i < apis->nelts; i++) {
        const site_exposed_t *api = APR_ARRAY_IDX(apis, i, const site_exposed_t *);

        if (api->watched != last)
            child.listeners[child.count++] = site_listener_make(pchild, api->server, apis);
        last = api->watched;
    }
    apr_pool_pre_cleanup_register(pchild, NULL, stop);
}

void site_watch_begin(void) {
    atomic_store(&child.begun, 1);
}
