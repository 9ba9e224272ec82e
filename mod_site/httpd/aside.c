#include "httpd/aside.h"

#include <apr_strings.h>
#include <apr_tables.h>
#include <http_config.h>
#include <string.h>

/* What the other modules know of the request, except for the connection that mod_dbd may keep for it. */
static ap_conf_vector_t *copy_config(apr_pool_t *pool, const request_rec *r) {
    ap_conf_vector_t *copy = ap_create_request_config(pool);
    const module *m;

    for (m = ap_top_module; m; m = m->next) {
        if (strcmp(m->name, "mod_dbd.c") != 0)
            ap_set_module_config(copy, m, ap_get_module_config(r->request_config, m));
    }
    return copy;
}

typedef struct keeper_t {
    apr_table_t *to;
} keeper_t;

static int keep(void *baton, const char *name, const char *value) {
    keeper_t *keeper = baton;
    const char *before = apr_table_get(keeper->to, name);

    if (!before || strcmp(before, value) != 0)
        apr_table_set(keeper->to, name, value);
    return 1;
}

int site_aside(request_rec *r, site_aside_fn ask, void *baton) {
    request_rec copy = *r;
    apr_pool_t *pool;
    keeper_t keeper;
    int result;

    if (apr_pool_create(&pool, r->pool) != APR_SUCCESS)
        return HTTP_INTERNAL_SERVER_ERROR;
    apr_pool_tag(pool, "site_aside");
    copy.pool = pool;
    /* mod_dbd keeps connections with the first request of a chain. */
    copy.main = copy.prev = NULL;
    copy.request_config = copy_config(pool, r);
    copy.notes = apr_table_copy(pool, r->notes);
    copy.subprocess_env = apr_table_copy(pool, r->subprocess_env);
    copy.err_headers_out = apr_table_copy(pool, r->err_headers_out);
    result = ask(&copy, baton);
    keeper.to = r->subprocess_env;
    apr_table_do(keep, &keeper, copy.subprocess_env, NULL);
    keeper.to = r->err_headers_out;
    apr_table_do(keep, &keeper, copy.err_headers_out, NULL);
    apr_pool_destroy(pool);
    return result;
}
