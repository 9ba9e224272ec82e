/* check: what only the whole configuration shows: site_config_check() of config.h. */
#include "httpd/config.h"

#include "httpd/check_signing_in.h"
#include "httpd/complaint.h"
#include "httpd/log.h"
#include "httpd/words.h"

#include <ap_listen.h>
#include <apr_fnmatch.h>
#include <apr_strings.h>
#include <http_config.h>
#include <http_core.h>
#include <string.h>

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

int site_config_covers(const ap_conf_vector_t *section, const char *path) {
    return covers(ap_get_core_module_config(section), path);
}

static int has_handler(const core_dir_config *location) {
    return location && (location->handler || location->expr_handler);
}

/* Such an API is never asked. Which handler it is, and what a <Directory> or <Files> sets, only a request shows: hence no error. The
 * configuration is read twice at a start, and told once. */
static void miss_handler(const site_complaints_t *complaints, const site_exposed_t *api) {
    if (ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_CREATE_PRE_CONFIG &&
        ap_state_query(AP_SQ_RUN_MODE) != AP_SQ_RM_CONFIG_TEST)
        return;
    ap_log_error(APLOG_MARK, APLOG_STARTUP | APLOG_WARNING, 0, complaints->main,
                 "SITE0004: %s:%d: <Location \"%s\"> is an API without a handler, so that nothing answers there: "
                 "SetHandler site",
                 api->spec.place.file, api->spec.place.line, *api->spec.path ? api->spec.path : "/");
}

/* What holds at the API's own address: the server's settings, then those of every <Location> that covers it, in the
 * order of the configuration. A virtual host's list of sections begins with the main server's. */
static void settle_settings(site_complaints_t *complaints, site_exposed_t *api) {
    const core_server_config *core = ap_get_core_module_config(api->server->module_config);
    const site_dir_t *defaults = ap_get_module_config(api->server->lookup_defaults, &site_module);
    const char *path = *api->spec.path ? api->spec.path : "/";
    site_settings_t *settings = &api->spec.settings;
    int handled = has_handler(ap_get_core_module_config(api->server->lookup_defaults)), i;

    site_settings_init(settings);
    if (defaults)
        site_settings_merge(settings, settings, &defaults->settings);
    for (i = 0; core->sec_url && i < core->sec_url->nelts; i++) {
        ap_conf_vector_t *section = APR_ARRAY_IDX(core->sec_url, i, ap_conf_vector_t *);
        const core_dir_config *location = ap_get_core_module_config(section);
        const site_dir_t *dir = ap_get_module_config(section, &site_module);

        /* `<Location "/api/">` covers what is below the API; the API means it, too. */
        if (!covers(location, path) && !(dir && dir->api == &api->spec))
            continue;
        handled |= has_handler(location);
        if (dir)
            site_settings_merge(settings, settings, &dir->settings);
    }
    site_settings_complete(settings);
    if (!handled)
        miss_handler(complaints, api);
}

struct site_templates_t *site_config_templates(const server_rec *server, const char *path) {
    const core_server_config *core = ap_get_core_module_config(server->module_config);
    const site_dir_t *dir = ap_get_module_config(server->lookup_defaults, &site_module);
    struct site_templates_t *templates = dir ? dir->templates : NULL;
    int i;

    for (i = 0; core->sec_url && i < core->sec_url->nelts; i++) {
        ap_conf_vector_t *section = APR_ARRAY_IDX(core->sec_url, i, ap_conf_vector_t *);

        dir = ap_get_module_config(section, &site_module);
        if (dir && dir->templates && covers(ap_get_core_module_config(section), path))
            templates = dir->templates;
    }
    return templates;
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

static void check_settings(site_complaints_t *complaints, const site_settings_t *settings, const site_place_t *place,
                           const char *where) {
    apr_array_header_t *names = control_names(complaints->pool, settings);
    int i, j;

    if (settings->max_page_size > 0 && settings->page_size > settings->max_page_size)
        site_complain(complaints, place, "%s: SitePagination wants size= not above max=, but %d is above %d", where,
                      settings->page_size, settings->max_page_size);
    for (i = 0; i < names->nelts; i++) {
        const char *name = APR_ARRAY_IDX(names, i, const char *);

        for (j = 0; *name && j < i; j++) {
            if (strcmp(APR_ARRAY_IDX(names, j, const char *), name) == 0)
                site_complain(complaints, place,
                              "%s: SiteParameters wants different names, but two parameters are called '%s'", where,
                              name);
        }
    }
}

static void check_resource(site_complaints_t *complaints, const site_exposed_t *api,
                           const site_resource_spec_t *resource) {
    const char *where = apr_psprintf(complaints->pool, "<SiteResource %s>", resource->name);
    site_settings_t settings;

    site_settings_merge(&settings, &api->spec.settings, &resource->settings);
    check_settings(complaints, &settings, &resource->place, where);
}

/* Two APIs of one server, one inside the other: an address would have two meanings. */
static void check_nesting(site_complaints_t *complaints, const apr_array_header_t *apis) {
    int i, j;

    for (i = 0; i < apis->nelts; i++) {
        const site_exposed_t *inner = APR_ARRAY_IDX(apis, i, const site_exposed_t *);

        for (j = 0; j < apis->nelts; j++) {
            const site_exposed_t *outer = APR_ARRAY_IDX(apis, j, const site_exposed_t *);
            apr_size_t length = strlen(outer->spec.path);

            if (i != j && inner->server == outer->server && strncmp(inner->spec.path, outer->spec.path, length) == 0 &&
                inner->spec.path[length] == '/')
                site_complain(
                    complaints, &inner->spec.place,
                    "<Location \"%s\"> lies within <Location \"%s\">, which is an API already (%s:%d): only one "
                    "of them can have SiteSchema or <SiteResource>",
                    inner->spec.path, *outer->spec.path ? outer->spec.path : "/", outer->spec.place.file,
                    outer->spec.place.line);
        }
    }
}

/* How values are shown is the API's or a resource's to say, not that of a <Location> below. */
static void check_shapes(site_complaints_t *complaints, const site_exposed_t *api) {
    const apr_array_header_t *said = site_server_of(api->server)->said;
    apr_size_t length = strlen(api->spec.path);
    int i;

    for (i = 0; i < said->nelts; i++) {
        const site_said_t *line = &APR_ARRAY_IDX(said, i, const site_said_t);

        if (!line->path || strcmp(line->directive, "SiteTimeZone") == 0 ||
            strncmp(line->path, api->spec.path, length) != 0 || line->path[length] != '/' || !line->path[length + 1])
            continue;
        site_complain(
            complaints, &line->place,
            "%s cannot differ within <Location \"%s\">: it holds for an API, or in a <SiteResource> for one resource",
            line->directive, *api->spec.path ? api->spec.path : "/");
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

/* What any directive names, wherever it stands: locations of the main server are those of virtual hosts, too. Tables of tokens and
 * sessions are in no catalogue, nor are passwords; users are no resource but by a <SiteResource>. */
static void collect_named(apr_pool_t *pool, server_rec *main, site_exposed_t *api) {
    server_rec *s;
    int i;

    api->scope.omissions = apr_array_make(pool, 4, sizeof(site_omission_t));
    api->scope.roles = apr_array_make(pool, 4, sizeof(const char *));
    api->spec.withheld = apr_array_make(pool, 1, sizeof(const char *));
    for (s = main; s; s = s->next) {
        const site_scope_t *named = &site_server_of(s)->named;

        apr_array_cat(api->scope.omissions, named->omissions);
        apr_array_cat(api->scope.roles, named->roles);
    }
    for (i = 0; i < api->scope.omissions->nelts; i++) {
        const site_omission_t *omission = &APR_ARRAY_IDX(api->scope.omissions, i, site_omission_t);

        if (omission->column)
            APR_ARRAY_PUSH(api->spec.withheld, const char *) =
                apr_pstrcat(pool, omission->schema, ".", omission->table, NULL);
    }
}

static void collect_schemas(apr_pool_t *pool, site_exposed_t *api) {
    int i, j;

    api->scope.schemas = apr_array_copy(pool, api->spec.schemas);
    /* Where a section's table is looked for last (core/resolve). */
    if (api->scope.schemas->nelts == 0 || api->spec.resources->nelts > 0)
        add_schema(api->scope.schemas, "public");
    for (i = 0; i < api->spec.resources->nelts; i++) {
        const site_resource_spec_t *resource = APR_ARRAY_IDX(api->spec.resources, i, const site_resource_spec_t *);

        add_schemas_of(pool, api->scope.schemas, resource->table);
        for (j = 0; j < resource->relations->nelts; j++)
            add_schemas_of(pool, api->scope.schemas,
                           APR_ARRAY_IDX(resource->relations, j, const site_relation_spec_t *)->via);
    }
}

/* Whether a <VirtualHost> answers what comes in at this address. */
static int has_virtual_host(const server_rec *main, const apr_sockaddr_t *address) {
    const server_rec *host;
    const server_addr_rec *own;

    for (host = main->next; host; host = host->next) {
        for (own = host->addrs; own; own = own->next) {
            if ((!own->host_port || own->host_port == address->port) &&
                (apr_sockaddr_is_wildcard(own->host_addr) || apr_sockaddr_equal(own->host_addr, address)))
                return 1;
        }
    }
    return 0;
}

/* Whether any request reaches this server: a virtual host's may, the main server's only at an address that no virtual host has. */
static int is_asked(const server_rec *server) {
    const ap_listen_rec *listener;

    for (listener = ap_listeners; listener && !server->is_virtual; listener = listener->next) {
        if (!has_virtual_host(server, listener->bind_addr))
            return 1;
    }
    return server->is_virtual || !ap_listeners;
}

int site_config_check(apr_pool_t *pool, apr_pool_t *log, apr_pool_t *temporary, server_rec *main) {
    site_complaints_t complaints = {temporary, main, 0};
    const apr_array_header_t *apis = site_config_apis(temporary, main);
    const server_rec *server;
    int i, j, watched = 0;

    (void)log;
    for (server = main; server; server = server->next) {
        if (is_asked(server))
            site_check_signing_in(&complaints, server);
    }
    check_nesting(&complaints, apis);
    for (i = 0; i < apis->nelts; i++) {
        site_exposed_t *api = APR_ARRAY_IDX(apis, i, site_exposed_t *);
        const char *where = apr_psprintf(temporary, "<Location \"%s\">", *api->spec.path ? api->spec.path : "/");

        watched += i > 0 && api->server != APR_ARRAY_IDX(apis, i - 1, const site_exposed_t *)->server;
        api->number = i;
        api->watched = watched;
        collect_schemas(pool, api);
        collect_named(pool, main, api);
        settle_settings(&complaints, api);
        check_settings(&complaints, &api->spec.settings, &api->spec.place, where);
        check_shapes(&complaints, api);
        if (is_asked(api->server))
            site_check_users(&complaints, api->server, *api->spec.path ? api->spec.path : "/", &api->spec.place);
        for (j = 0; j < api->spec.resources->nelts; j++)
            check_resource(&complaints, api, APR_ARRAY_IDX(api->spec.resources, j, const site_resource_spec_t *));
    }
    return complaints.count ? HTTP_INTERNAL_SERVER_ERROR : OK;
}
