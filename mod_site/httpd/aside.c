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

/* Whether these are still the same strings. */
static int is_unchanged(const apr_table_t *one, const apr_table_t *other) {
    const apr_array_header_t *these = apr_table_elts(one), *those = apr_table_elts(other);
    int i;

    if (these->nelts != those->nelts)
        return 0;
    for (i = 0; i < these->nelts; i++) {
        const apr_table_entry_t *a = &APR_ARRAY_IDX(these, i, apr_table_entry_t);
        const apr_table_entry_t *b = &APR_ARRAY_IDX(those, i, apr_table_entry_t);

        if (a->key != b->key || a->val != b->val)
            return 0;
    }
    return 1;
}

static int add(void *table, const char *name, const char *value) {
    apr_table_add(table, name, value);
    return 1;
}

/* What was set there, copied out of the pool that goes. */
static void take_over(apr_table_t *to, const apr_table_t *from) {
    if (is_unchanged(to, from))
        return;
    apr_table_clear(to);
    apr_table_do(add, to, from, NULL);
}

int site_aside(request_rec *r, site_aside_fn ask, void *baton) {
    request_rec copy = *r;
    apr_pool_t *pool;
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
    copy.headers_out = apr_table_copy(pool, r->headers_out);
    copy.err_headers_out = apr_table_copy(pool, r->err_headers_out);
    result = ask(&copy, baton);
    take_over(r->subprocess_env, copy.subprocess_env);
    take_over(r->headers_out, copy.headers_out);
    take_over(r->err_headers_out, copy.err_headers_out);
    apr_pool_destroy(pool);
    return result;
}
