#include "httpd/config.h"

#include <apr_strings.h>
#include <http_core.h>
#include <string.h>

void *site_config_create_dir(apr_pool_t *pool, char *path) {
    site_dir_t *dir = apr_pcalloc(pool, sizeof *dir);

    dir->path = path ? apr_pstrdup(pool, path) : NULL;
    site_settings_init(&dir->settings);
    return dir;
}

void *site_config_merge_dir(apr_pool_t *pool, void *base, void *add) {
    const site_dir_t *outer = base, *inner = add;
    site_dir_t *dir = apr_palloc(pool, sizeof *dir);

    dir->path = inner->path ? inner->path : outer->path;
    dir->api = inner->api ? inner->api : outer->api;
    site_settings_merge(&dir->settings, &outer->settings, &inner->settings);
    site_access_merge(&dir->access, &outer->access, &inner->access);
    dir->title = inner->title ? inner->title : outer->title;
    dir->description = inner->description ? inner->description : outer->description;
    dir->templates = inner->templates ? inner->templates : outer->templates;
    dir->section = NULL;
    return dir;
}

void *site_config_create_server(apr_pool_t *pool, server_rec *s) {
    site_server_t *server = apr_pcalloc(pool, sizeof *server);

    (void)s;
    server->prepared_statements = SITE_UNSET;
    server->connection_share.percent = SITE_UNSET;
    server->refresh = SITE_UNSET;
    server->poll_seconds = SITE_UNSET;
    server->apis = apr_array_make(pool, 2, sizeof(site_exposed_t *));
    server->fingerprints = apr_hash_make(pool);
    server->said = apr_array_make(pool, 2, sizeof(site_said_t));
    server->pages = apr_array_make(pool, 2, sizeof(struct site_own_page_t *));
    server->tried = server->pages;
    server->named.omissions = apr_array_make(pool, 2, sizeof(site_omission_t));
    server->named.roles = apr_array_make(pool, 2, sizeof(const char *));
    return server;
}

void *site_config_merge_server(apr_pool_t *pool, void *base, void *add) {
    const site_server_t *outer = base, *inner = add;
    site_server_t *server = apr_palloc(pool, sizeof *server);
    int spoken = inner->refresh != SITE_UNSET;

    server->password_file = inner->password_file ? inner->password_file : outer->password_file;
    server->prepared_statements =
        inner->prepared_statements != SITE_UNSET ? inner->prepared_statements : outer->prepared_statements;
    server->connection_share =
        inner->connection_share.percent != SITE_UNSET ? inner->connection_share : outer->connection_share;
    /* One directive says all three. */
    server->refresh = spoken ? inner->refresh : outer->refresh;
    server->poll_seconds = spoken ? inner->poll_seconds : outer->poll_seconds;
    server->channel = spoken ? inner->channel : outer->channel;
    spoken = inner->public_origin != NULL;
    server->public_origin = spoken ? inner->public_origin : outer->public_origin;
    server->public_prefix = spoken ? inner->public_prefix : outer->public_prefix;
    server->prefix_kept = spoken ? inner->prefix_kept : outer->prefix_kept;
    spoken = inner->static_folder != NULL;
    server->static_path = spoken ? inner->static_path : outer->static_path;
    server->static_folder = spoken ? inner->static_folder : outer->static_folder;
    server->fingerprints = spoken ? inner->fingerprints : outer->fingerprints;
    server->templates = NULL;
    /* Not inherited: an API stays with the server that declared it. */
    server->apis = inner->apis;
    server->said = inner->said;
    server->pages = server->tried = inner->pages;
    server->page = NULL;
    server->named = inner->named;
    return server;
}

site_dir_t *site_dir_of(const request_rec *r) {
    return ap_get_module_config(r->per_dir_config, &site_module);
}

site_known_t *site_known_of(request_rec *r) {
    site_known_t *known = ap_get_module_config(r->request_config, &site_module);

    if (!known) {
        known = apr_pcalloc(r->pool, sizeof *known);
        ap_set_module_config(r->request_config, &site_module, known);
    }
    return known;
}

site_server_t *site_server_of(const server_rec *s) {
    return ap_get_module_config(s->module_config, &site_module);
}

int site_config_is_ours(request_rec *r) {
    const core_dir_config *core = ap_get_core_module_config(r->per_dir_config);
    const char *handler, *error;

    /* What SetHandler says is an expression, also when it is only a word. */
    handler = core->expr_handler ? ap_expr_str_exec(r, core->expr_handler, &error) : NULL;
    return handler && strcmp(handler, "site") == 0;
}

apr_array_header_t *site_config_apis(apr_pool_t *pool, server_rec *main) {
    apr_array_header_t *all = apr_array_make(pool, 4, sizeof(site_exposed_t *));
    server_rec *s;
    int i;

    for (s = main; s; s = s->next) {
        const site_server_t *server = site_server_of(s);

        for (i = 0; i < server->apis->nelts; i++) {
            site_exposed_t *api = APR_ARRAY_IDX(server->apis, i, site_exposed_t *);

            /* A virtual host that says nothing of ours shares the main server's record. */
            if (api->server == s)
                APR_ARRAY_PUSH(all, site_exposed_t *) = api;
        }
    }
    return all;
}
