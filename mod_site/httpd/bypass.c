#include "httpd/bypass.h"

#include "core/filter.h"
#include "httpd/log.h"

#include <apr_strings.h>
#include <http_config.h>
#include <http_core.h>
#include <http_log.h>
#include <string.h>
#include <strings.h>

/* --- what Require says of an address --- */

/* A <Location> that does not let everybody read. */
typedef struct fence_t {
    const ap_directive_t *line;
    const ap_conf_vector_t *section;
} fence_t;

typedef struct rule_t {
    const char *text;           /* what decides, as it stands in the configuration; "": nothing */
    apr_array_header_t *fences; /* fence_t: all of them hold; none: everybody may read */
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

/* How the section adds to what stands before it. */
typedef enum merging_t { MERGING_OFF, MERGING_AND, MERGING_OR } merging_t;

static merging_t merging_of(apr_pool_t *pool, const ap_directive_t *line) {
    merging_t merging = MERGING_OFF;

    for (line = line->first_child; line; line = line->next) {
        if (is(line, "AuthMerging"))
            merging = has_word(pool, line, "And") ? MERGING_AND : has_word(pool, line, "Or") ? MERGING_OR : MERGING_OFF;
    }
    return merging;
}

/* Lays the section's rule over what stands before it. With `And` every fence still holds, with `Or` an open rule opens all. */
static void lay_over(apr_pool_t *pool, rule_t *rule, merging_t merging, const char *text, const fence_t *fence) {
    int first = !*rule->text, was_open = !rule->fences->nelts;

    if (first || merging == MERGING_OFF) {
        rule->text = text;
        apr_array_clear(rule->fences);
    }
    else {
        rule->text = apr_pstrcat(pool, rule->text, merging == MERGING_AND ? "+" : "|", text, NULL);
        if (merging == MERGING_OR)
            apr_array_clear(rule->fences);
        if (merging == MERGING_OR && was_open)
            return;
    }
    if (fence)
        APR_ARRAY_PUSH(rule->fences, fence_t) = *fence;
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
        fence_t fence;
        int open = 0;

        if (!section && (is_conditional(line) || is_of_server(line, server)))
            collect(pool, server, line->first_child, path, rule);
        if (!section || !site_config_covers(section, path))
            continue;
        text = text_below(pool, line, &open);
        if (!*text)
            continue;
        fence.line = line;
        fence.section = section;
        lay_over(pool, rule, merging_of(pool, line), text, open ? NULL : &fence);
    }
}

static const char *address_of(apr_pool_t *pool, const site_exposed_t *exposed, const site_resource_t *resource) {
    return apr_pstrcat(pool, exposed->spec.path, "/", resource->name, "/", NULL);
}

static rule_t rule_of(apr_pool_t *pool, const site_exposed_t *exposed, const site_resource_t *resource) {
    rule_t rule = {"", apr_array_make(pool, 1, sizeof(fence_t))};

    collect(pool, exposed->server, ap_conftree, address_of(pool, exposed, resource), &rule);
    return rule;
}

/* --- what relations show --- */

typedef struct teller_t {
    apr_pool_t *pool;
    const site_exposed_t *exposed;
    const site_resource_t *source;
    const char *address; /* of the source */
    const char *rule;    /* what decides there */
    apr_hash_t *seen;    /* relations, with the resource at their end */
} teller_t;

/* The fence around the target's address that does not stand around the source's; NULL: there is none. */
static const fence_t *fence_between(const teller_t *teller, const site_resource_t *target) {
    rule_t rule = rule_of(teller->pool, teller->exposed, target);
    int i;

    for (i = 0; i < rule.fences->nelts && strcmp(teller->rule, rule.text) != 0; i++) {
        const fence_t *fence = &APR_ARRAY_IDX(rule.fences, i, const fence_t);

        if (!site_config_covers(fence->section, teller->address))
            return fence;
    }
    return NULL;
}

/* Warns that `path`, the relation or several that begin with it, shows rows of `target`. Warns once for each path. */
static void tell(const teller_t *teller, const char *path, const site_relation_t *relation, const char *how,
                 const site_resource_t *target) {
    const site_resource_t *source = teller->source;
    const char *way = apr_pstrcat(teller->pool, path, " ", target->name, NULL);
    const fence_t *fence;

    if (target->internal || apr_hash_get(teller->seen, way, APR_HASH_KEY_STRING))
        return;
    apr_hash_set(teller->seen, way, APR_HASH_KEY_STRING, way);
    fence = fence_between(teller, target);
    if (!fence)
        return;
    ap_log_error(
        APLOG_MARK, APLOG_WARNING, 0, teller->exposed->server,
        "SITE0181: %s:%d: %s: the relation '%s' %s rows of %s, but the `Require` of %s:%d protects the address "
        "of these rows only. Use GRANT or row-level security with SiteRole, SiteWhere in '%s', or SiteHide %s "
        "in '%s'",
        source->place.file ? source->place.file : "", source->place.line, teller->address, path, how,
        address_of(teller->pool, teller->exposed, target), fence->line->filename, fence->line->line_num, target->name,
        relation->name, source->name);
}

static int is_key_of(const site_relation_t *relation, const site_column_t *column) {
    int i;

    for (i = 0; i < relation->target_columns->nelts; i++) {
        if (APR_ARRAY_IDX(relation->target_columns, i, const site_column_t *) == column)
            return 1;
    }
    return column == relation->key;
}

/* Warns for each relation on the path, but not for the last one where the column is its key: the row before it holds that. */
static void tell_path(const teller_t *teller, const char *before, const apr_array_header_t *relations,
                      const site_relation_t *first, const site_column_t *column, const char *how) {
    int i;

    for (i = 0; relations && i < relations->nelts; i++) {
        const site_relation_t *relation = APR_ARRAY_IDX(relations, i, const site_relation_t *);

        first = first ? first : relation;
        before = *before ? apr_pstrcat(teller->pool, before, "__", relation->name, NULL) : relation->name;
        if (i + 1 < relations->nelts || !is_key_of(relation, column))
            tell(teller, before, first, how, relation->target);
    }
}

static void tell_shown(const teller_t *teller, const site_relation_t *relation) {
    int i;

    for (i = 0; i < teller->source->attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(teller->source->attributes, i, const site_attribute_t *);

        if (attribute->relation != relation || !attribute->shown)
            continue;
        if (attribute->show == SITE_SHOW_NESTED)
            tell(teller, relation->name, relation, "shows nested", site_attribute_rows(attribute));
        if (attribute->show == SITE_SHOW_SLUG)
            tell(teller, relation->name, relation, "shows by slug", relation->target);
        if (attribute->show == SITE_SHOW_SLUG && attribute->slug)
            tell_path(teller, relation->name, attribute->slug_path, relation, attribute->slug->column, "shows by slug");
    }
    if (relation->reach == SITE_REACH_ALL)
        tell(teller, relation->name, relation, "filters by", relation->target);
}

static void tell_order(const teller_t *teller, const apr_array_header_t *keys) {
    int i;

    for (i = 0; i < keys->nelts; i++) {
        const site_ordering_t *key = APR_ARRAY_IDX(keys, i, const site_ordering_t *);

        tell_path(teller, "", key->relations, NULL, key->column, "orders by");
    }
}

/* What the configuration opens by a path, whatever the relations on it are open for. */
static void tell_opened(const teller_t *teller) {
    const site_resource_t *source = teller->source;
    apr_hash_index_t *each;
    int i;

    for (each = apr_hash_first(teller->pool, source->parameter_by_name); each; each = apr_hash_next(each)) {
        const site_parameter_t *parameter = apr_hash_this_val(each);
        apr_array_header_t *relations = apr_array_make(teller->pool, 2, sizeof(const site_relation_t *));
        const site_column_t *column = site_filter_path(teller->pool, source, parameter->path, relations);

        tell_path(teller, "", relations, NULL, column, "filters by");
    }
    for (i = 0; i < source->search->nelts; i++) {
        const site_search_t *search = APR_ARRAY_IDX(source->search, i, const site_search_t *);

        tell_path(teller, "", search->relations, NULL, search->column, "searches");
    }
    for (each = apr_hash_first(teller->pool, source->orderings); each; each = apr_hash_next(each))
        tell_order(teller, apr_hash_this_val(each));
    tell_order(teller, source->ordering);
}

void site_bypass_tell(const site_exposed_t *exposed, const site_api_t *api, apr_pool_t *scratch) {
    int i, j;

    for (i = 0; i < api->resources->nelts; i++) {
        const site_resource_t *resource = APR_ARRAY_IDX(api->resources, i, const site_resource_t *);
        teller_t teller = {scratch, exposed, resource, NULL, NULL, NULL};

        if (resource->broken)
            continue;
        teller.address = address_of(scratch, exposed, resource);
        teller.rule = rule_of(scratch, exposed, resource).text;
        teller.seen = apr_hash_make(scratch);
        for (j = 0; j < resource->relations->nelts; j++)
            tell_shown(&teller, APR_ARRAY_IDX(resource->relations, j, const site_relation_t *));
        tell_opened(&teller);
    }
}
