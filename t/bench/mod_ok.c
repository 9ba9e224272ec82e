/*
 * The yardstick: a handler that says ok and nothing else, so that what is left
 * of a request's time is Apache's own.
 */
#include <string.h>

#include <httpd.h>
#include <http_config.h>
#include <http_protocol.h>
#include <http_request.h>

static int is_ours(const request_rec *r) {
    return r->handler && strcmp(r->handler, "ok") == 0;
}

static int no_file(request_rec *r) {
    return is_ours(r) ? OK : DECLINED;
}

static int say_ok(request_rec *r) {
    if (!is_ours(r)) {
        return DECLINED;
    }
    ap_set_content_type(r, "application/json");
    ap_rputs("\"ok\"", r);
    return OK;
}

static void register_hooks(apr_pool_t *pool) {
    (void)pool;
    ap_hook_map_to_storage(no_file, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_handler(say_ok, NULL, NULL, APR_HOOK_MIDDLE);
}

AP_DECLARE_MODULE(ok) = {STANDARD20_MODULE_STUFF, NULL, NULL, NULL, NULL, NULL, register_hooks, 0};
