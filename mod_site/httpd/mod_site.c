/* mod_site: the module's record and its hooks. What they do is elsewhere. */
#include "httpd/access.h"
#include "httpd/account.h"
#include "httpd/address.h"
#include "httpd/assets.h"
#include "httpd/borrow.h"
#include "httpd/config.h"
#include "httpd/custom.h"
#include "httpd/directives.h"
#include "httpd/error_page.h"
#include "httpd/handler.h"
#include "httpd/log.h"
#include "httpd/login.h"
#include "httpd/memo.h"
#include "httpd/origin.h"
#include "httpd/pace.h"
#include "httpd/ready.h"
#include "httpd/secret.h"
#include "httpd/snapshot.h"
#include "httpd/startup.h"
#include "httpd/templates.h"
#include "httpd/token.h"
#include "httpd/unread.h"
#include "httpd/watch.h"

#include <ap_mpm.h>
#include <http_core.h>
#include <http_protocol.h>
#include <http_request.h>

/* In the order of what the child needs: already the serving user, before mod_dbd connects with the password and before
 * mod_watchdog starts our threads. */
static void child_init(apr_pool_t *pchild, server_rec *main) {
    int threads = 0;

    site_startup_refuse_root(main);
    if (!site_startup_has_work(main))
        return;
    ap_mpm_query(AP_MPMQ_MAX_THREADS, &threads);
    site_secret_hand_over(main);
    site_borrow_child_init(pchild, main);
    site_snapshots_make(pchild, main);
    site_ready_make(pchild, main);
    site_memo_make(pchild);
    site_pace_make(pchild, threads);
    site_watch_child_init(pchild, main);
}

static void child_begin(apr_pool_t *pchild, server_rec *main) {
    (void)pchild;
    (void)main;
    site_watch_begin();
}

static void register_hooks(apr_pool_t *pconf) {
    static const char *const before[] = {"mod_dbd.c", "mod_watchdog.c", NULL};
    static const char *const after[] = {"mod_dbd.c", NULL};
    static const char *const mod_alias[] = {"mod_alias.c", NULL};

    /* Now, and not in a hook: the configuration that follows our LoadModule may name the file. */
    site_secret_reserve(pconf);
    site_borrow_register_hooks();
    site_unread_register();
    ap_hook_check_config(site_config_check, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_check_config(site_custom_check_config, NULL, NULL, APR_HOOK_MIDDLE + 1);
    ap_hook_check_config(site_templates_load, NULL, NULL, APR_HOOK_LAST);
    ap_hook_post_config(site_startup, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_child_init(child_init, NULL, before, APR_HOOK_MIDDLE);
    ap_hook_child_init(child_begin, after, NULL, APR_HOOK_MIDDLE);
    ap_hook_post_read_request(site_origin_strip, NULL, NULL, APR_HOOK_LAST);
    ap_hook_translate_name(site_assets_translate, NULL, mod_alias, APR_HOOK_FIRST);
    ap_hook_map_to_storage(site_address_settle, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_check_access_ex(site_access_check, NULL, NULL, APR_HOOK_FIRST, AP_AUTH_INTERNAL_PER_CONF);
    site_account_register(pconf);
    ap_hook_fixups(site_unread_fixup, NULL, NULL, APR_HOOK_LAST);
    ap_hook_insert_filter(site_unread_insert, NULL, NULL, APR_HOOK_LAST);
    ap_hook_log_transaction(site_address_restore, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_handler(site_token_handler, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_handler(site_login_handler, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_handler(site_ready_handler, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_handler(site_access_guard, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_handler(site_assets_handler, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_handler(site_error_page_handler, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_handler(site_handler, NULL, NULL, APR_HOOK_MIDDLE);
}

module AP_MODULE_DECLARE_DATA __attribute__((visibility("default"))) site_module = {
    STANDARD20_MODULE_STUFF,  site_config_create_dir, site_config_merge_dir, site_config_create_server,
    site_config_merge_server, site_directives,        register_hooks,        0,
};
