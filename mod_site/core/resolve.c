#include "core/resolver.h"
#include "core/chart.h"
#include "core/filter.h"
#include "core/sql.h"
#include "core/sql_keys.h"
#include "core/withheld.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <stdarg.h>
#include <string.h>

void site_resolver_complain(site_resolver_t *resolver, site_draft_t *draft, const site_place_t *place,
                            const char *format, ...) {
    va_list arguments;
    char *message;
    apr_size_t length;

    if (resolver->base)
        return;
    va_start(arguments, format);
    message = apr_pvsprintf(resolver->pool, format, arguments);
    va_end(arguments);
    /* Clients' errors are sentences; these are parts of one. */
    length = strlen(message);
    if (length && message[length - 1] == '.')
        message[length - 1] = '\0';
    if (!draft->resource.broken)
        draft->resource.broken = message;
    if (resolver->problem)
        resolver->problem(resolver->baton, place, draft->resource.name, message);
}

static const site_place_t *place_in(apr_pool_t *pool, apr_hash_t *places, const char *directive, const char *what) {
    const char *key = what ? apr_pstrcat(pool, directive, " ", what, NULL) : directive;

    return places ? apr_hash_get(places, key, APR_HASH_KEY_STRING) : NULL;
}

const site_place_t *site_draft_place(const site_resolver_t *resolver, const site_draft_t *draft, const char *directive,
                                     const char *what) {
    const site_place_t *place = draft->spec ? place_in(resolver->pool, draft->spec->places, directive, what) : NULL;

    return place ? place : &draft->resource.place;
}

/* What concerns no single resource: nothing is broken by it. */
static void warn(site_resolver_t *resolver, const char *directive, const char *what, const char *message) {
    const site_api_spec_t *spec = resolver->api->spec;
    const site_place_t *place = place_in(resolver->pool, spec->places, directive, what);

    if (resolver->problem)
        resolver->problem(resolver->baton, place ? place : &spec->place, NULL,
                          apr_psprintf(resolver->pool, "%s %s: %s", directive, what, message));
}

site_draft_t *site_resolver_named(site_resolver_t *resolver, const char *name) {
    int i;

    for (i = 0; i < resolver->drafts->nelts; i++) {
        site_draft_t *draft = APR_ARRAY_IDX(resolver->drafts, i, site_draft_t *);

        if (strcmp(draft->resource.name, name) == 0)
            return draft;
    }
    return NULL;
}

static int is_internal(const site_draft_t *draft) {
    return draft->spec && draft->spec->internal;
}

/* The resource that a table's relations lead to: one with addresses, or else the first of its internal sections. */
site_draft_t *site_resolver_over(site_resolver_t *resolver, const site_table_t *table) {
    site_draft_t *internal = NULL;
    int i;

    for (i = 0; i < resolver->drafts->nelts; i++) {
        site_draft_t *draft = APR_ARRAY_IDX(resolver->drafts, i, site_draft_t *);

        if (draft->resource.table != table)
            continue;
        if (!is_internal(draft))
            return draft;
        if (!internal)
            internal = draft;
    }
    return internal;
}

const site_table_t *site_resolver_table(site_resolver_t *resolver, const char *name) {
    const site_catalog_t *catalog = resolver->api->catalog;
    const apr_array_header_t *schemas = resolver->api->spec->schemas;
    const site_table_t *table;
    const char *dot;
    int i;

    for (i = 0; schemas && i < schemas->nelts; i++) {
        table = site_catalog_table(catalog, APR_ARRAY_IDX(schemas, i, const char *), name);
        if (table)
            return table;
    }
    /* A name may itself hold a dot, so that every one of them could be the separator. */
    for (dot = strchr(name, '.'); dot; dot = strchr(dot + 1, '.')) {
        table = site_catalog_table(catalog, apr_pstrmemdup(resolver->pool, name, (apr_size_t)(dot - name)), dot + 1);
        if (table)
            return table;
    }
    return site_catalog_table(catalog, "public", name);
}

const site_relation_spec_t *site_draft_relation(const site_draft_t *draft, const char *name) {
    int i;

    for (i = 0; draft->spec && draft->spec->relations && i < draft->spec->relations->nelts; i++) {
        const site_relation_spec_t *spec = APR_ARRAY_IDX(draft->spec->relations, i, const site_relation_spec_t *);

        if (strcmp(spec->name, name) == 0)
            return spec;
    }
    return NULL;
}

int site_draft_hides(site_draft_t *draft, const char *name) {
    int i;

    for (i = 0; draft->spec && draft->spec->hidden && i < draft->spec->hidden->nelts; i++) {
        if (strcmp(APR_ARRAY_IDX(draft->spec->hidden, i, const char *), name) == 0)
            return draft->hides[i] = 1;
    }
    return 0;
}

site_settings_t site_draft_settings(const site_resolver_t *resolver, const site_draft_t *draft) {
    site_settings_t settings;

    site_settings_merge(&settings, &resolver->api->spec->settings, &draft->resource.settings);
    site_settings_complete(&settings);
    return settings;
}

/* "spectral class" -> "SpectralClass": Django's object name. */
static const char *object_name(apr_pool_t *pool, const char *words) {
    char *name = apr_pstrdup(pool, words), *to = name;
    int start = 1;

    for (; *words; words++) {
        if (*words == ' ' || *words == '_' || *words == '-') {
            start = 1;
            continue;
        }
        *to++ = start ? (char)apr_toupper(*words) : *words;
        start = 0;
    }
    *to = '\0';
    return name;
}

static const char *human_words(apr_pool_t *pool, const char *name) {
    char *words = apr_pstrdup(pool, name), *at;

    for (at = words; *at; at++) {
        if (*at == '_' || *at == '-')
            *at = ' ';
    }
    return words;
}

/* SiteWhere holds whatever the role may read: PostgreSQL refuses a statement that asks for more. */
static void follow_base(site_resource_t *resource, const site_resource_t *base) {
    resource->broken = base->broken;
    resource->where = base->where;
}

static site_draft_t *add_draft(site_resolver_t *resolver, const char *name, const site_resource_spec_t *spec,
                               const site_table_t *table) {
    apr_pool_t *pool = resolver->pool;
    site_draft_t *draft = apr_pcalloc(pool, sizeof *draft);
    site_resource_t *resource = &draft->resource;

    draft->spec = spec;
    draft->hides = apr_pcalloc(pool, spec && spec->hidden ? (apr_size_t)spec->hidden->nelts : 0);
    draft->hidden_columns = apr_array_make(pool, 1, sizeof(const site_column_t *));
    resource->api = resolver->api;
    resource->name = apr_pstrdup(pool, name);
    resource->table = table;
    if (table) {
        resource->from_sql =
            apr_pstrcat(pool, site_identifier(pool, table->schema), ".", site_identifier(pool, table->name), NULL);
        resource->comment = table->comment;
    }
    resource->singular = spec && spec->singular ? spec->singular : human_words(pool, table ? table->name : name);
    resource->plural = spec && spec->plural ? spec->plural : human_words(pool, name);
    resource->object_name = object_name(pool, resource->singular);
    resource->attributes = apr_array_make(pool, 16, sizeof(site_attribute_t *));
    resource->relations = apr_array_make(pool, 4, sizeof(site_relation_t *));
    resource->attribute_by_name = apr_hash_make(pool);
    resource->relation_by_name = apr_hash_make(pool);
    resource->parameter_by_name = apr_hash_make(pool);
    resource->search = apr_array_make(pool, 2, sizeof(site_search_t *));
    resource->charts = apr_array_make(pool, 2, sizeof(const site_chart_t *));
    resource->orderings = apr_hash_make(pool);
    resource->ordering_names = apr_array_make(pool, 8, sizeof(const char *));
    resource->ordering = apr_array_make(pool, 2, sizeof(site_ordering_t *));
    resource->url_place = -1;
    site_settings_init(&resource->settings);
    if (spec) {
        resource->description = spec->description;
        if (spec->description)
            resource->comment = spec->description;
        resource->settings = spec->settings;
        if (spec->where && spec->where->nelts)
            resource->where = site_condition_make(pool, SITE_CONDITION_ALL);
        resource->place = spec->place;
    }
    else {
        resource->place = resolver->api->spec->place;
    }
    if (resolver->base)
        follow_base(resource,
                    &APR_ARRAY_IDX(resolver->base->drafts, resolver->drafts->nelts, const site_draft_t *)->resource);
    APR_ARRAY_PUSH(resolver->drafts, site_draft_t *) = draft;
    return draft;
}

/* The sections come first, in their order; what no section claims follows under its table's name. */
static void draft_sections(site_resolver_t *resolver) {
    const apr_array_header_t *specs = resolver->api->spec->resources;
    int i;

    for (i = 0; specs && i < specs->nelts; i++) {
        const site_resource_spec_t *spec = APR_ARRAY_IDX(specs, i, const site_resource_spec_t *);
        const char *name = spec->table ? spec->table : spec->name;
        const site_table_t *table = site_resolver_table(resolver, name);
        site_draft_t *draft = add_draft(resolver, spec->name, spec, table);

        if (!table)
            site_resolver_complain(resolver, draft, site_draft_place(resolver, draft, "SiteTable", NULL),
                                   "there is no table '%s' that may be read", name);
    }
}

static int is_named(site_resolver_t *resolver, const apr_array_header_t *names, const site_table_t *table) {
    int i;

    for (i = 0; names && i < names->nelts; i++) {
        if (site_resolver_table(resolver, APR_ARRAY_IDX(names, i, const char *)) == table)
            return 1;
    }
    return 0;
}

static int is_hidden(site_resolver_t *resolver, const site_table_t *table) {
    const site_api_spec_t *spec = resolver->api->spec;

    return is_named(resolver, spec->hidden, table) || is_named(resolver, spec->withheld, table);
}

/* The key's only column, where it is never NULL. */
static const site_column_t *single_column(const site_key_t *key) {
    const site_column_t *column = APR_ARRAY_IDX(key->columns, 0, const site_column_t *);

    return key->columns->nelts == 1 && column->not_null ? column : NULL;
}

/* A table's only primary key column, or else its only column that is unique and never NULL. */
static const site_column_t *single_key(const site_table_t *table) {
    int i;

    for (i = 0; i < table->keys->nelts; i++) {
        const site_column_t *column = single_column(APR_ARRAY_IDX(table->keys, i, const site_key_t *));

        if (column)
            return column;
    }
    return NULL;
}

/* Tables that nobody means to publish: those of the software that fills the database, and those whose rows' addresses would be
 * secrets. */
static int is_withheld(site_resolver_t *resolver, const site_table_t *table) {
    const site_column_t *key = single_key(table);

    if (!site_withheld_table(table) && !(key && site_withheld_column(key)))
        return 0;
    APR_ARRAY_PUSH(resolver->api->left_out, const char *) = table->name;
    return 1;
}

static void draft_tables(site_resolver_t *resolver) {
    const site_catalog_t *catalog = resolver->api->catalog;
    const apr_array_header_t *schemas = resolver->api->spec->schemas;
    int i, j;

    for (i = 0; schemas && i < schemas->nelts; i++) {
        const char *schema = APR_ARRAY_IDX(schemas, i, const char *);

        for (j = 0; j < catalog->tables->nelts; j++) {
            const site_table_t *table = APR_ARRAY_IDX(catalog->tables, j, const site_table_t *);
            const char *name = table->name;

            if (strcmp(table->schema, schema) != 0 || is_hidden(resolver, table) ||
                site_resolver_over(resolver, table) || is_withheld(resolver, table))
                continue;
            /* Two schemas may hold a table of one name: the first keeps the short one. */
            if (site_resolver_named(resolver, name))
                name = apr_pstrcat(resolver->pool, schema, ".", name, NULL);
            add_draft(resolver, name, NULL, table);
        }
    }
}

/* A misspelt name would show what it should hide. */
static void check_hidden_tables(site_resolver_t *resolver) {
    const site_api_spec_t *spec = resolver->api->spec;
    int i;

    for (i = 0; spec->hidden && i < spec->hidden->nelts; i++) {
        const char *name = APR_ARRAY_IDX(spec->hidden, i, const char *);

        if (!site_resolver_table(resolver, name) && !resolver->base)
            warn(resolver, "SiteHide", name, "there is no such table that may be read");
    }
}

/* Once attributes and relations are made. */
static void check_hidden(site_resolver_t *resolver, site_draft_t *draft) {
    int i;

    for (i = 0; draft->resource.table && draft->spec && draft->spec->hidden && i < draft->spec->hidden->nelts; i++) {
        const char *name = APR_ARRAY_IDX(draft->spec->hidden, i, const char *);

        if (!draft->hides[i])
            site_resolver_complain(resolver, draft, site_draft_place(resolver, draft, "SiteHide", name),
                                   "SiteHide: there is no attribute or relation '%s'", name);
    }
}

static int is_left_out(const site_resolver_t *resolver, const site_resource_t *resource, const char *column) {
    const char *name = apr_pstrcat(resolver->pool, resource->name, ".", column, NULL);
    int i;

    for (i = 0; i < resolver->api->left_out->nelts; i++) {
        if (strcmp(APR_ARRAY_IDX(resolver->api->left_out, i, const char *), name) == 0)
            return 1;
    }
    return 0;
}

/* What of `path` lies behind the relation; NULL: it does not begin with it. */
static const char *behind(const char *path, const site_relation_t *relation) {
    apr_size_t length = strlen(relation->name);

    return strncmp(path, relation->name, length) == 0 && strncmp(path + length, "__", 2) == 0 ? path + length + 2
                                                                                              : NULL;
}

const char *site_resolver_secret(const site_resolver_t *resolver, const site_resource_t *resource, const char *path) {
    int i;

    for (i = 0; i < resource->relations_down->nelts; i++) {
        const site_relation_t *relation = APR_ARRAY_IDX(resource->relations_down, i, const site_relation_t *);

        if (behind(path, relation))
            return site_resolver_secret(resolver, relation->target, behind(path, relation));
    }
    for (i = 0; resource->table && i < resource->table->columns->nelts; i++) {
        const char *name = APR_ARRAY_IDX(resource->table->columns, i, const site_column_t *)->name;
        apr_size_t length = strlen(name);

        if (strncmp(path, name, length) == 0 &&
            (!path[length] || path[length] == '!' || strncmp(path + length, "__", 2) == 0) &&
            is_left_out(resolver, resource, name))
            return apr_psprintf(
                resolver->pool,
                ". Column \"%s\" looks like a secret and is left out: `SiteAttribute %s` in the section "
                "of '%s' makes it available",
                name, name, resource->name);
    }
    return "";
}

static void collect_parameters(site_resolver_t *resolver, site_draft_t *draft) {
    int i;

    if (!draft->spec || !draft->spec->parameters || draft->resource.broken)
        return;
    for (i = 0; i < draft->spec->parameters->nelts; i++) {
        const site_parameter_spec_t *spec = APR_ARRAY_IDX(draft->spec->parameters, i, const site_parameter_spec_t *);
        site_parameter_t *parameter = apr_pcalloc(resolver->pool, sizeof *parameter);

        if (!site_filter_parameter_exists(resolver->pool, &draft->resource, spec->path)) {
            site_resolver_complain(resolver, draft, &spec->place, "SiteParameter %s: there is no lookup '%s'%s",
                                   spec->name, spec->path,
                                   site_resolver_secret(resolver, &draft->resource, spec->path));
            continue;
        }
        parameter->name = spec->name;
        parameter->path = spec->path;
        apr_hash_set(draft->resource.parameter_by_name, parameter->name, APR_HASH_KEY_STRING, parameter);
    }
}

static void collect_charts(site_resolver_t *resolver, site_draft_t *draft) {
    const apr_array_header_t *specs = draft->spec ? draft->spec->charts : NULL;
    int i;

    for (i = 0; specs && draft->resource.table && i < specs->nelts; i++) {
        const site_chart_spec_t *spec = APR_ARRAY_IDX(specs, i, const site_chart_spec_t *);
        const site_chart_t *chart;
        const char *complaint = site_chart_make(resolver->pool, &draft->resource, spec, &chart);

        if (complaint)
            site_resolver_complain(resolver, draft, &spec->place, "SiteChart %s: %s", spec->name, complaint);
        else
            APR_ARRAY_PUSH(draft->resource.charts, const site_chart_t *) = chart;
    }
}

/* Reads SiteWhere as if a client had asked for it. Relations lead to broken resources, too: a condition that cannot be read hides all rows. */
static void collect_where(site_resolver_t *resolver, site_draft_t *draft) {
    site_resource_t *resource = &draft->resource;
    site_settings_t settings = site_draft_settings(resolver, draft);
    int was_broken = resource->broken != NULL, i;

    if (!resource->where || !resource->table || resolver->base)
        return;
    for (i = 0; i < draft->spec->where->nelts; i++) {
        const site_where_spec_t *spec = APR_ARRAY_IDX(draft->spec->where, i, const site_where_spec_t *);
        site_condition_t *condition = NULL;
        site_error_t *error =
            site_filter_fixed(resolver->pool, resource, &settings, spec->path, spec->value, &condition);

        if (error || !condition) {
            condition = site_condition_make(resolver->pool, SITE_CONDITION_NEVER);
            if (!was_broken)
                site_resolver_complain(resolver, draft, &spec->place, "SiteWhere %s=%s: %s%s", spec->path, spec->value,
                                       error ? error->message : "this is no condition",
                                       site_resolver_secret(resolver, resource, spec->path));
        }
        site_filter_unguard(condition);
        site_condition_add(resource->where, condition);
    }
}

/* What a sitemap says of when rows were changed. */
static void check_lastmod(site_resolver_t *resolver, site_draft_t *draft) {
    const char *name = draft->spec ? draft->spec->settings.lastmod : NULL;

    if (name && *name && draft->resource.table && !site_sql_is_lastmod(site_resource_attribute(&draft->resource, name)))
        site_resolver_complain(resolver, draft, site_draft_place(resolver, draft, "SiteSitemap", NULL),
                               "SiteSitemap: lastmod=%s is no attribute with a date or a time", name);
}

/* Whether SiteWhere hides rows of the table from some resource. */
static int has_hidden_rows(const site_resolver_t *resolver, const site_table_t *table) {
    int i;

    for (i = 0; i < resolver->drafts->nelts; i++) {
        const site_draft_t *draft = APR_ARRAY_IDX(resolver->drafts, i, const site_draft_t *);

        if (draft->resource.table == table && draft->resource.where)
            return 1;
    }
    return 0;
}

/* Whether the column tells of rows that SiteWhere hides. */
static int refers_to_hidden(const site_resolver_t *resolver, const site_column_t *column) {
    const apr_array_header_t *keys = column->table->foreign_keys;
    int i;

    for (i = 0; i < keys->nelts; i++) {
        const site_foreign_key_t *key = APR_ARRAY_IDX(keys, i, const site_foreign_key_t *);

        if (key->columns->nelts == 1 && APR_ARRAY_IDX(key->columns, 0, const site_column_t *) == column &&
            has_hidden_rows(resolver, key->target))
            return 1;
    }
    return 0;
}

/* A unique reference to rows that may be hidden is no key: addresses would tell it. The primary key is one whatever it refers to. */
static void find_primary(const site_resolver_t *resolver, site_resource_t *resource) {
    const site_table_t *table = resource->table;
    const site_column_t *found = NULL;
    int i;

    for (i = 0; table && i < table->keys->nelts && !found; i++) {
        const site_key_t *key = APR_ARRAY_IDX(table->keys, i, const site_key_t *);

        found = single_column(key);
        if (found && !key->primary && refers_to_hidden(resolver, found))
            found = NULL;
    }
    resource->primary = found && site_resolver_reads(resolver, found) ? found : NULL;
}

/* Drafts of all resources; those with addresses are the API's. */
static void draft_all(site_resolver_t *resolver) {
    int i;

    draft_sections(resolver);
    draft_tables(resolver);
    for (i = 0; i < resolver->drafts->nelts; i++) {
        site_draft_t *draft = APR_ARRAY_IDX(resolver->drafts, i, site_draft_t *);

        find_primary(resolver, &draft->resource);
        draft->resource.internal = is_internal(draft);
        if (draft->resource.internal)
            continue;
        APR_ARRAY_PUSH(resolver->api->resources, site_resource_t *) = &draft->resource;
        apr_hash_set(resolver->api->by_name, draft->resource.name, APR_HASH_KEY_STRING, &draft->resource);
    }
}

/* What a resource is once all of them have their attributes. */
static void finish(site_resolver_t *resolver, site_draft_t *draft) {
    site_present_label(resolver, draft);
    site_present_facets(resolver, draft);
    site_present_order(resolver, draft);
    site_present_search(resolver, draft);
    site_present_writers(draft);
    collect_charts(resolver, draft);
    check_hidden(resolver, draft);
    check_lastmod(resolver, draft);
}

void site_resolver_run(site_resolver_t *resolver) {
    int i;

    draft_all(resolver);
    site_relate(resolver);
    for (i = 0; i < resolver->drafts->nelts; i++)
        site_present(resolver, APR_ARRAY_IDX(resolver->drafts, i, site_draft_t *));
    for (i = 0; i < resolver->drafts->nelts; i++)
        site_present_related(resolver, APR_ARRAY_IDX(resolver->drafts, i, site_draft_t *));
    site_resolver_drop_attributes(resolver);
    site_unjoin(resolver);
    for (i = 0; i < resolver->drafts->nelts; i++)
        finish(resolver, APR_ARRAY_IDX(resolver->drafts, i, site_draft_t *));
    for (i = 0; i < resolver->drafts->nelts; i++) {
        collect_parameters(resolver, APR_ARRAY_IDX(resolver->drafts, i, site_draft_t *));
        collect_where(resolver, APR_ARRAY_IDX(resolver->drafts, i, site_draft_t *));
    }
    check_hidden_tables(resolver);
    for (i = 0; i < resolver->api->resources->nelts; i++) {
        site_resource_t *resource = APR_ARRAY_IDX(resolver->api->resources, i, site_resource_t *);

        if (resource->table && !resource->broken)
            resource->select_sql = site_sql_select_list(resolver->pool, resource);
    }
}

void site_resolver_begin(site_resolver_t *resolver, apr_pool_t *pool, const site_api_spec_t *spec,
                         const site_catalog_t *catalog) {
    site_api_t *api = apr_pcalloc(pool, sizeof *api);

    api->pool = pool;
    api->spec = spec;
    api->catalog = catalog;
    api->resources = apr_array_make(pool, 16, sizeof(site_resource_t *));
    api->by_name = apr_hash_make(pool);
    api->left_out = apr_array_make(pool, 4, sizeof(const char *));
    api->misfits = apr_hash_make(pool);
    api->document = site_keepsake_make(pool);
    memset(resolver, 0, sizeof *resolver);
    resolver->pool = pool;
    resolver->api = api;
    resolver->drafts = apr_array_make(pool, 16, sizeof(site_draft_t *));
}

site_api_t *site_resolve(apr_pool_t *pool, const site_api_spec_t *spec, const site_catalog_t *catalog,
                         site_problem_fn problem, void *baton) {
    site_resolver_t resolver;

    site_resolver_begin(&resolver, pool, spec, catalog);
    resolver.problem = problem;
    resolver.baton = baton;
    site_resolver_run(&resolver);
    site_resolve_roles(&resolver);
    return resolver.api;
}
