/* check: what only the whole configuration shows: site_config_check() of config.h. */
#include "httpd/config.h"

#include "httpd/log.h"
#include "httpd/words.h"

#include <apr_fnmatch.h>
#include <apr_strings.h>
#include <http_core.h>
#include <string.h>

typedef struct check_t {
    apr_pool_t *pool;
    server_rec *main;
    int failed;
} check_t;

static void complain(check_t *check, const site_place_t *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void complain(check_t *check, const site_place_t *place, const char *format, ...) {
    va_list arguments;
    const char *message;

    va_start(arguments, format);
    message = apr_pvsprintf(check->pool, format, arguments);
    va_end(arguments);
    ap_log_error(APLOG_MARK, APLOG_STARTUP | APLOG_ERR, 0, check->main, "SITE0001: %s:%d: %s", place->file, place->line,
                 message);
    check->failed = 1;
}

/* Whether a <Location> holds for `path`: httpd's own rule. */
static int covers(const core_dir_config *location, const char *path) {
    apr_size_t length;

    if (!location->d)
        return 0;
    if (location->r)
        return ap_regexec(location->r, path, 0, NULL, 0) == 0;
    if (location->d_is_fnmatch)
        return apr_fnmatch(location->d, path, APR_FNM_PATHNAME) == APR_SUCCESS;
    length = strlen(location->d);
    return strncmp(location->d, path, length) == 0 &&
           (length == 0 || location->d[length - 1] == '/' || path[length] == '/' || path[length] == '\0');
}

/* What holds at the API's own address: the server's settings, then those of every <Location> that covers it, in the
 * order of the configuration. A virtual host's list of sections begins with the main server's. */
static void settle_settings(check_t *check, site_exposed_t *api) {
    const core_server_config *core = ap_get_core_module_config(api->server->module_config);
    const site_dir_t *defaults = ap_get_module_config(api->server->lookup_defaults, &site_module);
    const char *path = *api->spec.path ? api->spec.path : "/";
    site_settings_t *settings = &api->spec.settings;
    int i;

    site_settings_init(settings);
    if (defaults)
        site_settings_merge(settings, settings, &defaults->settings);
    for (i = 0; core->sec_url && i < core->sec_url->nelts; i++) {
        ap_conf_vector_t *section = APR_ARRAY_IDX(core->sec_url, i, ap_conf_vector_t *);
        const core_dir_config *location = ap_get_core_module_config(section);
        const site_dir_t *dir = ap_get_module_config(section, &site_module);

        /* `<Location "/api/">` covers what is below the API; the API means it, too. */
        if (dir && (dir->api == &api->spec || covers(location, path)))
            site_settings_merge(settings, settings, &dir->settings);
    }
    site_settings_complete(settings);
    (void)check;
}

/* Collects the names of the parameters that `settings` gives a meaning to. */
static apr_array_header_t *control_names(apr_pool_t *pool, const site_settings_t *settings) {
    apr_array_header_t *names = apr_array_make(pool, 8, sizeof(const char *));
    const char *page = "", *size = "";

    switch (settings->pagination) {
    case SITE_PAGINATION_PAGE:
        page = settings->page_parameter;
        size = settings->max_page_size > 0 ? settings->page_size_parameter : "";
        break;
    case SITE_PAGINATION_LIMIT:
        page = settings->offset_parameter;
        size = settings->limit_parameter;
        break;
    case SITE_PAGINATION_CURSOR:
        page = settings->cursor_parameter;
        size = settings->max_page_size > 0 ? settings->page_size_parameter : "";
        break;
    default:
        break;
    }
    APR_ARRAY_PUSH(names, const char *) = page;
    APR_ARRAY_PUSH(names, const char *) = size;
    APR_ARRAY_PUSH(names, const char *) = settings->ordering_parameter;
    APR_ARRAY_PUSH(names, const char *) = settings->search_parameter;
    APR_ARRAY_PUSH(names, const char *) = settings->complex_parameter;
    APR_ARRAY_PUSH(names, const char *) = settings->format_parameter;
    return names;
}

static void check_settings(check_t *check, const site_settings_t *settings, const site_place_t *place,
                           const char *where) {
    apr_array_header_t *names = control_names(check->pool, settings);
    int i, j;

    if (settings->max_page_size > 0 && settings->page_size > settings->max_page_size)
        complain(check, place, "%s: SitePagination wants size= not above max=, but %d is above %d", where,
                 settings->page_size, settings->max_page_size);
    for (i = 0; i < names->nelts; i++) {
        const char *name = APR_ARRAY_IDX(names, i, const char *);

        for (j = 0; *name && j < i; j++) {
            if (strcmp(APR_ARRAY_IDX(names, j, const char *), name) == 0)
                complain(check, place, "%s: SiteParameters wants different names, but two parameters are called '%s'",
                         where, name);
        }
    }
}

static void check_resource(check_t *check, const site_exposed_t *api, const site_resource_spec_t *resource) {
    const char *where = apr_psprintf(check->pool, "<SiteResource %s>", resource->name);
    site_settings_t settings;

    site_settings_merge(&settings, &api->spec.settings, &resource->settings);
    check_settings(check, &settings, &resource->place, where);
}

/* Two APIs of one server, one inside the other: an address would have two meanings. */
static void check_nesting(check_t *check, const apr_array_header_t *apis) {
    int i, j;

    for (i = 0; i < apis->nelts; i++) {
        const site_exposed_t *inner = APR_ARRAY_IDX(apis, i, const site_exposed_t *);

        for (j = 0; j < apis->nelts; j++) {
            const site_exposed_t *outer = APR_ARRAY_IDX(apis, j, const site_exposed_t *);
            apr_size_t length = strlen(outer->spec.path);

            if (i != j && inner->server == outer->server && strncmp(inner->spec.path, outer->spec.path, length) == 0 &&
                inner->spec.path[length] == '/')
                complain(check, &inner->spec.place,
                         "<Location \"%s\"> lies within <Location \"%s\">, which is an API already (%s:%d): only one "
                         "of them can have SiteSchema or <SiteResource>",
                         inner->spec.path, *outer->spec.path ? outer->spec.path : "/", outer->spec.place.file,
                         outer->spec.place.line);
        }
    }
}

static void add_schema(apr_array_header_t *schemas, const char *name) {
    if (!site_words_hold(schemas, name))
        APR_ARRAY_PUSH(schemas, const char *) = name;
}

/* Schemas that a table's name may speak of: what stands before one of its dots. */
static void add_schemas_of(apr_pool_t *pool, apr_array_header_t *schemas, const char *table) {
    const char *dot;

    if (!table)
        return;
    for (dot = strchr(table, '.'); dot; dot = strchr(dot + 1, '.'))
        add_schema(schemas, apr_pstrmemdup(pool, table, (apr_size_t)(dot - table)));
}

static void collect_schemas(apr_pool_t *pool, site_exposed_t *api) {
    int i, j;

    api->schemas = apr_array_copy(pool, api->spec.schemas);
    /* Where a section's table is looked for last (core/resolve). */
    if (api->schemas->nelts == 0 || api->spec.resources->nelts > 0)
        add_schema(api->schemas, "public");
    for (i = 0; i < api->spec.resources->nelts; i++) {
        const site_resource_spec_t *resource = APR_ARRAY_IDX(api->spec.resources, i, const site_resource_spec_t *);

        add_schemas_of(pool, api->schemas, resource->table);
        for (j = 0; j < resource->relations->nelts; j++)
            add_schemas_of(pool, api->schemas,
                           APR_ARRAY_IDX(resource->relations, j, const site_relation_spec_t *)->via);
    }
}

int site_config_check(apr_pool_t *pool, apr_pool_t *log, apr_pool_t *temporary, server_rec *main) {
    check_t check = {temporary, main, 0};
    const apr_array_header_t *apis = site_config_apis(temporary, main);
    int i, j, watched = 0;

    (void)log;
    check_nesting(&check, apis);
    for (i = 0; i < apis->nelts; i++) {
        site_exposed_t *api = APR_ARRAY_IDX(apis, i, site_exposed_t *);
        const char *where = apr_psprintf(temporary, "<Location \"%s\">", *api->spec.path ? api->spec.path : "/");

        watched += i > 0 && api->server != APR_ARRAY_IDX(apis, i - 1, const site_exposed_t *)->server;
        api->number = i;
        api->watched = watched;
        collect_schemas(pool, api);
        settle_settings(&check, api);
        check_settings(&check, &api->spec.settings, &api->spec.place, where);
        for (j = 0; j < api->spec.resources->nelts; j++)
            check_resource(&check, api, APR_ARRAY_IDX(api->spec.resources, j, const site_resource_spec_t *));
    }
    return check.failed ? HTTP_INTERNAL_SERVER_ERROR : OK;
}
