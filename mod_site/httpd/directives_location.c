#include "httpd/directives.h"

#include "httpd/templates.h"
#include "httpd/words.h"

#include <apr_strings.h>
#include <http_core.h>
#include <string.h>

int site_directive_in_location(const cmd_parms *cmd) {
    const ap_directive_t *around = cmd->directive->parent;

    return cmd->path && around && strcasecmp(around->directive, "<Location") == 0 && around->args[0] != '~' &&
           cmd->path[0] == '/' && !ap_is_matchexp(cmd->path);
}

/* "/api/" -> "/api", "/" -> "". */
static const char *without_slash(apr_pool_t *pool, const char *path) {
    apr_size_t length = strlen(path);

    while (length && path[length - 1] == '/')
        length--;
    return apr_pstrmemdup(pool, path, length);
}

/* The API of this location, made when it is first spoken of. Two sections of the same path in the same server speak
 * of the same API. NULL and a complaint where none can be. */
static site_exposed_t *api_of(cmd_parms *cmd, site_dir_t *dir, const char **complaint) {
    site_server_t *server = ap_get_module_config(cmd->server->module_config, &site_module);
    site_exposed_t *api;
    const char *path;
    int i;

    if (!site_directive_in_location(cmd)) {
        *complaint =
            apr_psprintf(cmd->pool, "%s%s can only stand in a <Location> with a plain path: that is where the API is",
                         cmd->cmd->name, *cmd->cmd->name == '<' ? ">" : "");
        return NULL;
    }
    path = without_slash(cmd->pool, cmd->path);
    for (i = 0; i < server->apis->nelts; i++) {
        api = APR_ARRAY_IDX(server->apis, i, site_exposed_t *);
        if (strcmp(api->spec.path, path) == 0) {
            dir->api = &api->spec;
            return api;
        }
    }
    api = apr_pcalloc(cmd->pool, sizeof *api);
    api->spec.path = path;
    api->spec.schemas = apr_array_make(cmd->pool, 2, sizeof(const char *));
    api->spec.hidden = apr_array_make(cmd->pool, 2, sizeof(const char *));
    api->spec.resources = apr_array_make(cmd->pool, 8, sizeof(site_resource_spec_t *));
    api->spec.places = apr_hash_make(cmd->pool);
    api->spec.place = site_directive_place(cmd);
    site_settings_init(&api->spec.settings);
    api->server = cmd->server;
    api->dir = dir;
    APR_ARRAY_PUSH(server->apis, site_exposed_t *) = api;
    dir->api = &api->spec;
    return api;
}

SITE_DIRECTIVE(site_directive_schema) {
    site_exposed_t *api;
    apr_array_header_t *words;
    const char *complaint = site_directive_words(cmd, line, 1, 0, "the names of one or more schemas", &words);
    int i;

    if (complaint || !(api = api_of(cmd, config, &complaint)))
        return complaint;
    for (i = 0; i < words->nelts; i++) {
        const char *word = APR_ARRAY_IDX(words, i, const char *);

        if (!*word)
            return site_directive_wants(cmd, "the name of a schema", word);
        if (site_words_hold(api->spec.schemas, word))
            return apr_psprintf(cmd->pool, "%s: '%s' is named twice", cmd->cmd->name, word);
        APR_ARRAY_PUSH(api->spec.schemas, const char *) = word;
        site_directive_remember(cmd, api->spec.places, word);
    }
    return NULL;
}

SITE_DIRECTIVE(site_directive_hide) {
    site_dir_t *dir = config;
    site_exposed_t *api;
    apr_array_header_t *words, **hidden;
    apr_hash_t *places;
    const char *complaint =
        site_directive_words(cmd, line, 1, 0, dir->section ? "one or more attributes" : "one or more tables", &words);
    int i;

    if (complaint)
        return complaint;
    if (dir->section) {
        hidden = &dir->section->spec.hidden;
        places = dir->section->spec.places;
        if (!*hidden)
            *hidden = apr_array_make(cmd->pool, 4, sizeof(const char *));
    }
    else {
        api = api_of(cmd, dir, &complaint);
        if (!api)
            return complaint;
        hidden = &api->spec.hidden;
        places = api->spec.places;
    }
    for (i = 0; i < words->nelts; i++) {
        const char *word = APR_ARRAY_IDX(words, i, const char *);

        if (!*word)
            return site_directive_wants(cmd, "names", word);
        if (site_words_hold(*hidden, word))
            return apr_psprintf(cmd->pool, "%s: '%s' is named twice", cmd->cmd->name, word);
        APR_ARRAY_PUSH(*hidden, const char *) = word;
        site_directive_remember(cmd, places, word);
    }
    return NULL;
}

/* SiteTitle and SiteDescription; the member's offset is the command's data. */
SITE_DIRECTIVE(site_directive_text) {
    site_dir_t *dir = config;
    apr_array_header_t *words;
    const char *complaint = site_directive_words(cmd, line, 1, 1, "one text, in quotes", &words);

    if (complaint)
        return complaint;
    if (dir->section && (apr_size_t)cmd->info == APR_OFFSETOF(site_dir_t, description)) {
        complaint = site_directive_once(cmd, dir->section, NULL);
        dir->section->spec.description = APR_ARRAY_IDX(words, 0, const char *);
        return complaint;
    }
    if (dir->section)
        return apr_psprintf(cmd->pool, "%s cannot stand in <SiteResource>; SiteNames names a resource", cmd->cmd->name);
    *(const char **)((char *)dir + (apr_size_t)cmd->info) = APR_ARRAY_IDX(words, 0, const char *);
    return NULL;
}

SITE_DIRECTIVE(site_directive_templates) {
    site_dir_t *dir = config;
    apr_array_header_t *words;
    const char *complaint = site_directive_words(cmd, line, 1, 2, "a folder, and perhaps 'optional'", &words), *folder;
    int optional, restarting = ap_state_query(AP_SQ_CONFIG_GEN) > 1;

    if (complaint)
        return complaint;
    if (dir->section)
        return apr_psprintf(cmd->pool, "%s cannot stand in <SiteResource>", cmd->cmd->name);
    optional = words->nelts == 2;
    if (optional && strcasecmp(APR_ARRAY_IDX(words, 1, const char *), "optional") != 0)
        return site_directive_wants(cmd, "nothing but 'optional' after the folder",
                                    APR_ARRAY_IDX(words, 1, const char *));
    folder = ap_server_root_relative(cmd->pool, APR_ARRAY_IDX(words, 0, const char *));
    /* At a restart a folder that is missing is no reason to end: site_templates_load() keeps what it had. */
    if (!*APR_ARRAY_IDX(words, 0, const char *) || !folder ||
        (!optional && !restarting && !ap_is_directory(cmd->temp_pool, folder)))
        return site_directive_wants(cmd, "a folder that exists", APR_ARRAY_IDX(words, 0, const char *));
    dir->templates = site_templates_make(cmd->pool, cmd->server, folder, optional);
    return NULL;
}

/* The name of `<SiteResource name>`. */
static const char *section_name(cmd_parms *cmd, const char *line, const char **name) {
    const char *complaint = site_directive_bracketed(cmd, line, "one name: the resource's in URLs", name);

    if (complaint)
        return complaint;
    if (!site_word_is_plain(*name) || strcmp(*name, ".") == 0 || strcmp(*name, "..") == 0)
        return apr_psprintf(cmd->pool,
                            "%s> wants a name of letters, digits and _ . ~ -, not '%s'; SiteTable names "
                            "the table behind it",
                            cmd->cmd->name, *name);
    return NULL;
}

/* Ours say where they may stand. Others know no resources, and would quietly hold for the location around: `Require`, say. */
static const char *check_children(cmd_parms *cmd, const char *path, const char *name) {
    const ap_directive_t *child;

    for (child = cmd->directive->first_child; child; child = child->next) {
        if (strncasecmp(child->directive + (*child->directive == '<'), "Site", 4) == 0)
            continue;
        cmd->err_directive = child;
        return apr_psprintf(cmd->pool,
                            "%s%s cannot stand in <SiteResource>: it would hold for the whole location. Its place is a "
                            "<Location \"%s/%s\">",
                            child->directive, *child->directive == '<' ? ">" : "", path, name);
    }
    return NULL;
}

SITE_DIRECTIVE(site_directive_resource) {
    site_dir_t *dir = config;
    site_exposed_t *api;
    site_section_t *section;
    const char *name = "", *complaint = section_name(cmd, line, &name);
    int i;

    if (complaint || !(api = api_of(cmd, dir, &complaint)) ||
        (complaint = check_children(cmd, api->spec.path, name)) != NULL)
        return complaint;
    for (i = 0; i < api->spec.resources->nelts; i++) {
        const site_resource_spec_t *other = APR_ARRAY_IDX(api->spec.resources, i, const site_resource_spec_t *);

        if (strcmp(other->name, name) == 0)
            return apr_psprintf(cmd->pool, "%s %s> has been there before, at %s:%d", cmd->cmd->name, name,
                                other->place.file, other->place.line);
    }
    section = apr_pcalloc(cmd->pool, sizeof *section);
    section->spec.places = apr_hash_make(cmd->pool);
    section->spec.name = name;
    section->spec.place = site_directive_place(cmd);
    section->spec.attribute = apr_array_make(cmd->pool, 4, sizeof(site_attribute_spec_t *));
    section->spec.relations = apr_array_make(cmd->pool, 4, sizeof(site_relation_spec_t *));
    section->spec.parameters = apr_array_make(cmd->pool, 4, sizeof(site_parameter_spec_t *));
    section->spec.charts = apr_array_make(cmd->pool, 2, sizeof(site_chart_spec_t *));
    site_settings_init(&section->spec.settings);
    APR_ARRAY_PUSH(api->spec.resources, site_resource_spec_t *) = &section->spec;

    /* The lines within are ordinary directives; they find the section by way of the location's configuration. */
    dir->section = section;
    complaint = ap_walk_config(cmd->directive->first_child, cmd, cmd->context);
    dir->section = NULL;
    return complaint;
}
