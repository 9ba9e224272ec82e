#include "httpd/startup.h"

#include "httpd/borrow.h"
#include "httpd/config.h"
#include "httpd/generation.h"
#include "httpd/log.h"
#include "httpd/secret.h"
#include "httpd/throttle.h"
#include "httpd/watch.h"

#include <http_core.h>
#include <mpm_common.h>
#include <stdlib.h>
#include <unistd.h>

int site_startup_has_work(server_rec *main) {
    server_rec *s;

    for (s = main; s; s = s->next) {
        if (site_server_of(s)->apis->nelts > 0)
            return 1;
    }
    return 0;
}

/* The default file is only asked for where there is a database. */
static const char *password_file(server_rec *main) {
    const char *file = site_server_of(main)->password_file;

    return file || !site_startup_has_work(main) ? file : SITE_PASSWORD_FILE;
}

int site_startup(apr_pool_t *pconf, apr_pool_t *log, apr_pool_t *temporary, server_rec *main) {
    const apr_array_header_t *apis = site_config_apis(temporary, main);
    apr_status_t status;
    int result, servers;

    (void)log;
    /* httpd reads its configuration twice at its start. The first time nothing is kept, but a complaint still reaches
     * the terminal. A configtest comes nowhere near here. */
    if (ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_CREATE_PRE_CONFIG)
        return site_secret_read(temporary, main, password_file(main), 0);

    result = site_secret_read(pconf, main, password_file(main), 1);
    if (result != OK || apis->nelts == 0)
        return result;
    result = site_borrow_post_config(pconf, main);
    if (result != OK)
        return result;
    servers = APR_ARRAY_IDX(apis, apis->nelts - 1, const site_exposed_t *)->watched + 1;
    status = site_throttle_make(pconf);
    if (status == APR_SUCCESS)
        status = site_generation_make(pconf, servers, apis->nelts);
    if (status != APR_SUCCESS) {
        ap_log_error(APLOG_MARK, APLOG_STARTUP | APLOG_CRIT, status, main, "SITE0002: no shared memory can be had");
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    return site_watch_post_config(pconf, main);
}

void site_startup_refuse_root(server_rec *main) {
    if (geteuid() != 0)
        return;
    ap_log_error(
        APLOG_MARK, APLOG_CRIT, 0, main,
        "SITE0003: this process should serve as another user, and still is root: it will not serve. The server "
        "needs the capabilities SETUID and SETGID, or has to be started as the user who serves");
    exit(APEXIT_CHILDFATAL);
}
