#include "httpd/bypass.h"

#include "httpd/log.h"

#include <apr_strings.h>
#include <http_config.h>
#include <http_core.h>
#include <http_log.h>
#include <string.h>
#include <strings.h>

/* --- what Require says of an address --- */

typedef struct rule_t {
    const char *text;           /* what decides, as it stands in the configuration; "": nothing */
    int open;                   /* everybody may read */
    const ap_directive_t *line; /* the <Location> that it stands in; NULL: none */
    const ap_conf_vector_t *section;
} rule_t;

static int is(const ap_directive_t *line, const char *directive) {
    return strcasecmp(line->directive, directive) == 0;
}

/* `word` of the line's arguments, in any case; the last one may end a container. */
static int has_word(apr_pool_t *pool, const ap_directive_t *line, const char *word) {
    const char *at = line->args;

    while (*at) {
        char *each = ap_getword_conf(pool, &at);

        each[strcspn(each, ">")] = '\0';
        if (strcasecmp(each, word) == 0)
            return 1;
    }
    return 0;
}

/* A container whose directives do not hold for reading. */
static int is_for_writing(apr_pool_t *pool, const ap_directive_t *line) {
    return (is(line, "<Limit") && !has_word(pool, line, "GET")) ||
           (is(line, "<LimitExcept") && has_word(pool, line, "GET"));
}

static int is_authorization(const ap_directive_t *line) {
    return is(line, "Require") || strncasecmp(line->directive, "<Require", 8) == 0 || is(line, "AuthUserFile") ||
           is(line, "AuthGroupFile") || is(line, "AuthName") || is(line, "AuthType");
}

/* The directives below `line` that decide, and whether one of them alone lets everybody read. */
static const char *text_below(apr_pool_t *pool, const ap_directive_t *line, int *open) {
    const char *text = "";

    for (line = line->first_child; line; line = line->next) {
        int inner_open = 0;
        const char *inner = line->first_child && !is_for_writing(pool, line) ? text_below(pool, line, &inner_open) : "";

        if (*inner)
            text = apr_pstrcat(pool, text, line->directive, " ", line->args, "{", inner, "}", NULL);
        else if (!line->first_child && is_authorization(line))
            text = apr_pstrcat(pool, text, line->directive, " ", line->args, ";", NULL);
        if (is(line, "<RequireAny") || is(line, "<Limit") || is(line, "<LimitExcept"))
            *open |= inner_open;
        if (is(line, "Require") && (strcasecmp(line->args, "all granted") == 0 ||
                                    (has_word(pool, line, "method") && has_word(pool, line, "GET"))))
            *open = 1;
    }
    return text;
}

/* Whether the section adds to what stands before it. */
static int merges(apr_pool_t *pool, const ap_directive_t *line) {
    for (line = line->first_child; line; line = line->next) {
        if (is(line, "AuthMerging") && !has_word(pool, line, "Off"))
            return 1;
    }
    return 0;
}

/* The section that a <Location> line has made; NULL: it is no such line. */
static const ap_conf_vector_t *section_of(apr_pool_t *pool, const server_rec *server, const ap_directive_t *line) {
    const core_server_config *core = ap_get_core_module_config(server->module_config);
    const char *args, *path;
    char *end;
    int i;

    if (!is(line, "<Location") && !is(line, "<LocationMatch"))
        return NULL;
    args = apr_pstrdup(pool, line->args);
    end = strrchr(args, '>');
    if (end)
        *end = '\0';
    path = ap_getword_conf(pool, &args);
    if (strcmp(path, "~") == 0)
        path = ap_getword_conf(pool, &args);
    for (i = 0; core->sec_url && i < core->sec_url->nelts; i++) {
        const ap_conf_vector_t *section = APR_ARRAY_IDX(core->sec_url, i, const ap_conf_vector_t *);
        const core_dir_config *location = ap_get_core_module_config(section);

        if (location->d && strcmp(location->d, path) == 0)
            return section;
    }
    return NULL;
}

/* <IfModule>, <IfDefine> and the like, whose condition held. <If> is decided for each request. */
static int is_conditional(const ap_directive_t *line) {
    return strncasecmp(line->directive, "<If", 3) == 0 && line->directive[3];
}

static int is_of_server(const ap_directive_t *line, const server_rec *server) {
    return server->is_virtual && server->defn_name && is(line, "<VirtualHost") &&
           strcmp(server->defn_name, line->filename) == 0 && (int)server->defn_line_number == line->line_num;
}

/* What the lines say of `path`, behind what *rule has collected. */
static void collect(apr_pool_t *pool, const server_rec *server, const ap_directive_t *line, const char *path,
                    rule_t *rule) {
    for (; line; line = line->next) {
        const ap_conf_vector_t *section = section_of(pool, server, line);
        const char *text;
        int open = 0;

        if (!section && (is_conditional(line) || is_of_server(line, server)))
            collect(pool, server, line->first_child, path, rule);
        if (!section || !site_config_covers(section, path))
            continue;
        text = text_below(pool, line, &open);
        if (!*text)
            continue;
        rule->text = merges(pool, line) ? apr_pstrcat(pool, rule->text, "+", text, NULL) : text;
        rule->open = open;
        rule->line = line;
        rule->section = section;
    }
}

static const char *address_of(apr_pool_t *pool, const site_exposed_t *exposed, const site_resource_t *resource) {
    return apr_pstrcat(pool, exposed->spec.path, "/", resource->name, "/", NULL);
}

static rule_t rule_of(apr_pool_t *pool, const site_exposed_t *exposed, const site_resource_t *resource) {
    rule_t rule = {"", 0, NULL, NULL};

    collect(pool, exposed->server, ap_conftree, address_of(pool, exposed, resource), &rule);
    return rule;
}

/* --- what relations show --- */

/* What the resource tells of the rows that the relation leads to; NULL: nothing but their keys. */
static const char *tells(const site_resource_t *resource, const site_relation_t *relation) {
    int i;

    for (i = 0; i < resource->attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *);

        if (attribute->relation != relation || !attribute->shown)
            continue;
        if (attribute->show == SITE_SHOW_NESTED)
            return "shows nested";
        if (attribute->show == SITE_SHOW_SLUG)
            return "shows by slug";
    }
    return relation->reach == SITE_REACH_ALL ? "filters by" : NULL;
}

static void tell(apr_pool_t *pool, const site_exposed_t *exposed, const site_relation_t *relation, const char *how,
                 const rule_t *rule) {
    const site_resource_t *source = relation->source, *target = relation->target;

    ap_log_error(
        APLOG_MARK, APLOG_WARNING, 0, exposed->server,
        "SITE0181: %s:%d: %s: the relation '%s' %s rows of %s, but the `Require` of %s:%d protects the address "
        "of these rows only. Use GRANT or row-level security with SiteRole, SiteWhere in '%s', or SiteHide %s "
        "in '%s'",
        source->place.file ? source->place.file : "", source->place.line, address_of(pool, exposed, source),
        relation->name, how, address_of(pool, exposed, target), rule->line->filename, rule->line->line_num,
        target->name, relation->name, source->name);
}

void site_bypass_tell(const site_exposed_t *exposed, const site_api_t *api, apr_pool_t *scratch) {
    int i, j;

    for (i = 0; i < api->resources->nelts; i++) {
        const site_resource_t *resource = APR_ARRAY_IDX(api->resources, i, const site_resource_t *);
        const char *address = address_of(scratch, exposed, resource);
        rule_t own = rule_of(scratch, exposed, resource);

        for (j = 0; !resource->broken && j < resource->relations->nelts; j++) {
            const site_relation_t *relation = APR_ARRAY_IDX(resource->relations, j, const site_relation_t *);
            const char *how = relation->target->internal ? NULL : tells(resource, relation);
            rule_t other;

            if (!how)
                continue;
            other = rule_of(scratch, exposed, relation->target);
            if (other.line && !other.open && !site_config_covers(other.section, address) &&
                strcmp(own.text, other.text) != 0)
                tell(scratch, exposed, relation, how, &other);
        }
    }
}
