#include "core/filterer.h"
#include "core/strict.h"

#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

site_condition_t *site_condition_make(apr_pool_t *pool, site_condition_kind_t kind) {
    site_condition_t *condition = apr_pcalloc(pool, sizeof *condition);

    condition->kind = kind;
    if (kind != SITE_CONDITION_TEST && kind != SITE_CONDITION_NEVER)
        condition->parts = apr_array_make(pool, 2, sizeof(site_condition_t *));
    return condition;
}

void site_condition_add(site_condition_t *condition, site_condition_t *part) {
    if (part)
        APR_ARRAY_PUSH(condition->parts, site_condition_t *) = part;
}

int site_filter_is_native(const site_condition_t *test) {
    const site_lookup_t *lookup = &test->lookup;

    if (lookup->operator== SITE_OP_REGEX || lookup->operator== SITE_OP_IREGEX)
        return 1;
    if (lookup->family == SITE_FAMILY_ARRAY)
        return lookup->operator!= SITE_OP_ISNULL;
    return site_reader_is_native(lookup->reader);
}

site_condition_t *site_filter_negate(apr_pool_t *pool, site_condition_t *condition) {
    site_condition_t *outer = site_condition_make(pool, SITE_CONDITION_NOT);

    site_condition_add(outer, condition);
    return outer;
}

/* Only what the pagination style reads: the others' names are free for attributes. */
int site_filter_is_control(const site_settings_t *settings, const char *name) {
    const char *names[6] = {settings->ordering_parameter, settings->search_parameter, settings->complex_parameter,
                            settings->format_parameter};
    size_t count = 4, i;

    if (settings->pagination == SITE_PAGINATION_LIMIT) {
        names[count++] = settings->limit_parameter;
        names[count++] = settings->offset_parameter;
    }
    else if (settings->pagination != SITE_PAGINATION_NONE) {
        names[count++] =
            settings->pagination == SITE_PAGINATION_PAGE ? settings->page_parameter : settings->cursor_parameter;
        names[count++] = settings->max_page_size ? settings->page_size_parameter : "";
    }
    for (i = 0; i < count; i++) {
        if (*names[i] && strcmp(names[i], name) == 0)
            return 1;
    }
    return 0;
}

/* --- a SiteParameter --- */

/* The column that a lookup reads: an attribute's, a foreign key, or the key of rows that refer to this one. */
static const site_column_t *column_of(const site_target_t *target) {
    const site_relation_t *relation = target->relation;

    if (target->kind == TARGET_ATTRIBUTE)
        return target->attribute->column;
    if (relation->kind == SITE_RELATION_FORWARD)
        return APR_ARRAY_IDX(relation->columns, 0, const site_column_t *);
    return relation->key ? relation->key : APR_ARRAY_IDX(relation->target_columns, 0, const site_column_t *);
}

/* Where the path leads, over whatever relations. */
static const site_column_t *follow(apr_pool_t *pool, const site_resource_t *resource, const char *path,
                                   apr_array_header_t *relations) {
    site_filterer_t reader;
    site_target_t target;
    site_level_t level;

    memset(&reader, 0, sizeof reader);
    memset(&level, 0, sizeof level);
    reader.pool = pool;
    reader.trusted = 1;
    level.prefix = "";
    for (level.resource = resource; level.resource; path += strlen(target.relation->name) + 2) {
        site_filter_resolve(&reader, &level, path, &target);
        if (target.kind != TARGET_TRAVERSAL)
            return (target.kind == TARGET_ATTRIBUTE || target.kind == TARGET_RELATION) && !target.negated
                       ? column_of(&target)
                       : NULL;
        APR_ARRAY_PUSH(relations, const site_relation_t *) = target.relation;
        level.resource = target.relation->target;
    }
    return NULL;
}

static int path_exists(apr_pool_t *pool, const site_resource_t *resource, const char *path) {
    return follow(pool, resource, path, apr_array_make(pool, 2, sizeof(const site_relation_t *))) != NULL;
}

/* The path is resolved anew, as if the client had written it; its errors carry the parameter's own name. */
static site_error_t *read_path(site_filterer_t *reader, const site_level_t *level, const site_entry_t *entry,
                               const char *path, site_condition_t **condition) {
    site_level_t inner = *level;
    site_entry_t step = *entry;
    int negated = entry->target.negated;

    memset(&step.target, 0, sizeof step.target);
    reader->trusted++;
    site_filter_resolve(reader, &inner, path, &step.target);
    reader->trusted--;
    if (step.target.kind == TARGET_TRAVERSAL) {
        const site_relation_t *relation = step.target.relation;
        site_condition_t *related = site_condition_make(reader->pool, SITE_CONDITION_RELATED), *part = NULL;
        site_entry_t deeper = *entry;
        site_error_t *error;

        deeper.target.negated = 0;
        inner.resource = relation->target;
        inner.depth++;
        error = read_path(reader, &inner, &deeper, path + strlen(relation->name) + 2, &part);
        if (!part)
            return error;
        related->relation = relation;
        related->path = 1;
        site_condition_add(related, part);
        *condition = related;
        if (negated) { /* Django's exclude(): whoever has no related row stays */
            *condition = site_condition_make(reader->pool, SITE_CONDITION_UNTRUE);
            site_condition_add(*condition, related);
        }
        return error;
    }
    step.target.negated ^= negated;
    if (step.target.kind == TARGET_ATTRIBUTE)
        return site_filter_attribute(reader, &step, condition);
    if (step.target.kind == TARGET_RELATION)
        return site_filter_relation(reader, &inner, &step, condition);
    return NULL;
}

/* A `!` at the end of a path negates all of it, as Django's exclude() does. */
static site_error_t *read_parameter(site_filterer_t *reader, const site_level_t *level, const site_entry_t *entry,
                                    const char *path, site_condition_t **condition) {
    site_entry_t whole = *entry;
    apr_size_t length = strlen(path);

    if (!path_exists(reader->pool, level->resource, path)) {
        path = apr_pstrmemdup(reader->pool, path, length ? length - 1 : 0);
        whole.target.negated ^= 1;
    }
    return read_path(reader, level, &whole, path, condition);
}

/* --- a level --- */

static int by_rank(const void *one, const void *other) {
    const site_entry_t *a = one, *b = other;

    if (a->target.rank != b->target.rank)
        return a->target.rank < b->target.rank ? -1 : 1;
    if (a->target.negated != b->target.negated)
        return a->target.negated ? 1 : -1;
    return a->position - b->position;
}

/* The keys of this level, each once, with its last value. */
static apr_array_header_t *collect(site_filterer_t *reader, const site_level_t *level) {
    apr_array_header_t *entries = apr_array_make(reader->pool, 8, sizeof(site_entry_t));
    apr_size_t prefix_length = strlen(level->prefix);
    int i;

    for (i = 0; i < level->params->list->nelts; i++) {
        const site_param_t *param = &APR_ARRAY_IDX(level->params->list, i, site_param_t);
        site_entry_t *entry, *seen;
        int j;

        /* A name with a NUL inside is no name of ours. */
        if (strlen(param->name) != param->name_length || strncmp(param->name, level->prefix, prefix_length) != 0)
            continue;
        for (j = 0; j < entries->nelts; j++) {
            seen = &APR_ARRAY_IDX(entries, j, site_entry_t);
            if (strcmp(seen->param->name, param->name) == 0)
                break;
        }
        if (j < entries->nelts) {
            APR_ARRAY_IDX(entries, j, site_entry_t).param = param;
            continue;
        }
        entry = apr_array_push(entries);
        entry->param = param;
        entry->key = param->name + prefix_length;
        entry->field = entry->key;
        entry->position = i;
        site_filter_resolve(reader, level, entry->key, &entry->target);
    }
    return entries;
}

/* Whether the related filterset takes part: some key names the relation or goes through it, and some key begins with its prefix. */
static int is_touched(const apr_array_header_t *entries, const site_relation_t *relation) {
    apr_size_t length = strlen(relation->name);
    int named = 0, prefixed = 0, i;

    for (i = 0; i < entries->nelts; i++) {
        const site_entry_t *entry = &APR_ARRAY_IDX(entries, i, site_entry_t);

        named |= entry->target.relation == relation &&
                 (entry->target.kind == TARGET_TRAVERSAL || entry->target.lookup.operator== SITE_OP_EXACT);
        prefixed |= strncmp(entry->key, relation->name, length) == 0 && strncmp(entry->key + length, "__", 2) == 0;
    }
    return named && prefixed && relation->reach == SITE_REACH_ALL;
}

/* The errors of a related filterset carry the whole path once more at every level, as the Django site shows them. */
static void adopt(site_filterer_t *reader, const char *prefix, site_error_t *nested, site_error_t **errors) {
    site_error_t *error;

    for (error = nested; error; error = error->next) {
        if (!error->whole)
            error->field = apr_pstrcat(reader->pool, prefix, error->field, NULL);
    }
    site_error_append(errors, nested);
}

static site_condition_t *read_related(site_filterer_t *reader, const site_level_t *level,
                                      const site_relation_t *relation, site_error_t **errors) {
    site_condition_t *related = site_condition_make(reader->pool, SITE_CONDITION_RELATED), *condition;
    site_error_t *nested = NULL;
    site_level_t inner;

    inner.resource = relation->target;
    inner.params = level->params;
    inner.prefix = apr_pstrcat(reader->pool, level->prefix, relation->name, "__", NULL);
    inner.depth = level->depth + 1;
    inner.crosses_many = level->crosses_many || relation->many;
    inner.around = level;
    if (inner.depth > reader->settings->max_depth) {
        site_error_append(errors,
                          site_error_make(reader->pool, 400, "too_deep", relation->name,
                                          "A parameter may cross at most %d relations.", reader->settings->max_depth));
        return NULL;
    }
    related->relation = relation;
    condition = site_filter_level(reader, &inner, &nested);
    site_condition_add(related, condition);
    if (nested)
        adopt(reader, inner.prefix, nested, errors);
    return related;
}

static int within_limits(site_filterer_t *reader, const site_entry_t *entry, site_error_t **errors) {
    if (++reader->conditions > reader->settings->max_conditions) {
        if (!reader->too_many)
            site_error_append(errors, site_error_make(reader->pool, 400, "too_many_conditions", entry->field,
                                                      "A request may have at most %d conditions.",
                                                      reader->settings->max_conditions));
        reader->too_many = 1;
        return 0;
    }
    if (entry->param->value_length > (apr_size_t)reader->settings->max_value_length) {
        site_error_append(errors,
                          site_error_make(reader->pool, 400, "too_long", entry->field,
                                          "Ensure this value has at most %d characters (it has %" APR_SIZE_T_FMT ").",
                                          reader->settings->max_value_length, entry->param->value_length));
        return 0;
    }
    return 1;
}

site_condition_t *site_filter_level(site_filterer_t *reader, const site_level_t *level, site_error_t **errors) {
    site_condition_t *all = site_condition_make(reader->pool, SITE_CONDITION_ALL);
    apr_array_header_t *entries = collect(reader, level);
    int i;

    qsort(entries->elts, (size_t)entries->nelts, sizeof(site_entry_t), by_rank);
    for (i = 0; i < entries->nelts; i++) {
        const site_entry_t *entry = &APR_ARRAY_IDX(entries, i, site_entry_t);
        site_condition_t *condition = NULL;
        site_error_t *error = reader->settings->strict ? site_strict_entry(reader, level, entry) : NULL;

        if (error) {
            error->field = entry->param->name;
            error->whole = 1;
            site_error_append(errors, error);
            continue;
        }
        if (entry->target.kind == TARGET_NONE || entry->target.kind == TARGET_TRAVERSAL)
            continue;
        if (!within_limits(reader, entry, errors))
            continue;
        if (entry->target.kind == TARGET_ATTRIBUTE)
            error = site_filter_attribute(reader, entry, &condition);
        else if (entry->target.kind == TARGET_RELATION)
            error = site_filter_relation(reader, level, entry, &condition);
        else
            error = read_parameter(reader, level, entry, entry->target.path, &condition);
        if (error)
            site_error_append(errors, error);
        site_condition_add(all, condition);
    }
    for (i = 0; i < level->resource->relations->nelts; i++) {
        const site_relation_t *relation = APR_ARRAY_IDX(level->resource->relations, i, const site_relation_t *);

        if (is_touched(entries, relation))
            site_condition_add(all, read_related(reader, level, relation, errors));
    }
    return all;
}

/* Whether some error is more than pending. */
static int is_certain(const site_error_t *errors) {
    for (; errors; errors = errors->next) {
        if (errors->nested ? is_certain(errors->nested) : !errors->pending)
            return 1;
    }
    return 0;
}

static int never_holds(const site_condition_t *condition) {
    int i;

    for (i = 0; condition->kind == SITE_CONDITION_ALL && i < condition->parts->nelts; i++) {
        if (never_holds(APR_ARRAY_IDX(condition->parts, i, const site_condition_t *)))
            return 1;
    }
    return condition->kind == SITE_CONDITION_NEVER;
}

/* What holds of all rows of a resource is no part of what a client asks, negates or joins. */
static site_condition_t *with_where(apr_pool_t *pool, site_condition_t *asked, site_condition_t *where) {
    site_condition_t *all = asked->kind == SITE_CONDITION_ALL ? asked : site_condition_make(pool, SITE_CONDITION_ALL);

    if (all != asked)
        site_condition_add(all, asked);
    site_condition_add(all, where);
    return all;
}

void site_filter_unguard(site_condition_t *condition) {
    int i;

    condition->unguarded = 1;
    condition->guard = NULL;
    for (i = 0; condition->parts && i < condition->parts->nelts; i++)
        site_filter_unguard(APR_ARRAY_IDX(condition->parts, i, site_condition_t *));
}

const site_column_t *site_filter_path(apr_pool_t *pool, const site_resource_t *resource, const char *path,
                                      apr_array_header_t *relations) {
    const site_column_t *column = follow(pool, resource, path, relations);
    apr_size_t length = strlen(path);

    if (column || !length || path[length - 1] != '!')
        return column;
    apr_array_clear(relations);
    return follow(pool, resource, apr_pstrmemdup(pool, path, length - 1), relations);
}

int site_filter_parameter_exists(apr_pool_t *pool, const site_resource_t *resource, const char *path) {
    return site_filter_path(pool, resource, path, apr_array_make(pool, 2, sizeof(const site_relation_t *))) != NULL;
}

site_error_t *site_filter_fixed(apr_pool_t *pool, const site_resource_t *resource, const site_settings_t *settings,
                                const char *path, const char *value, site_condition_t **condition) {
    site_filter_t scratch;
    site_filterer_t reader;
    site_param_t param;
    site_entry_t entry;
    site_level_t level;

    site_error_t *error;

    *condition = NULL;
    if (!site_filter_parameter_exists(pool, resource, path))
        return site_error_make(pool, 400, "unknown_parameter", path, "there is no such lookup");
    memset(&scratch, 0, sizeof scratch);
    memset(&reader, 0, sizeof reader);
    memset(&level, 0, sizeof level);
    memset(&entry, 0, sizeof entry);
    scratch.checks = apr_array_make(pool, 1, sizeof(site_check_t *));
    reader.pool = pool;
    reader.settings = settings;
    reader.filter = &scratch;
    param.name = path;
    param.name_length = strlen(path);
    param.value = value;
    param.value_length = strlen(value);
    level.resource = resource;
    level.params = site_params_parse(pool, NULL, 0, &(site_error_t *){NULL});
    level.prefix = "";
    entry.key = entry.field = path;
    entry.param = &param;
    error = read_parameter(&reader, &level, &entry, path, condition);
    /* Whether a related row is there yet does not matter. */
    return error && error->pending ? NULL : error;
}

site_filter_t *site_filter_read(apr_pool_t *pool, const site_resource_t *resource, const site_settings_t *settings,
                                const site_params_t *params) {
    site_filter_t *filter = apr_pcalloc(pool, sizeof *filter);
    const site_param_t *complex =
        *settings->complex_parameter ? site_params_last(params, settings->complex_parameter) : NULL;
    site_filterer_t reader;
    site_level_t level;

    filter->checks = apr_array_make(pool, 2, sizeof(site_check_t *));
    memset(&reader, 0, sizeof reader);
    reader.pool = pool;
    reader.settings = settings;
    reader.filter = filter;
    if (complex) {
        filter->condition = site_filter_complex(&reader, resource, complex, &filter->errors);
        if (settings->strict)
            site_error_append(&filter->errors, site_strict_beside(pool, settings, params));
    }
    else {
        level.resource = resource;
        level.params = params;
        level.prefix = "";
        level.depth = 0;
        level.crosses_many = 0;
        level.around = NULL;
        filter->condition = site_filter_level(&reader, &level, &filter->errors);
    }
    /* A list of nothing is known to find nothing: the Django site does not ask the database, and sees no late error. */
    if (filter->errors && never_holds(filter->condition))
        filter->errors = site_error_without_late(filter->errors);
    filter->decided = is_certain(filter->errors);
    if (resource->where)
        filter->condition = with_where(pool, filter->condition, resource->where);
    return filter;
}

const char *site_filter_key_text(apr_pool_t *pool, const site_resource_t *resource, const char *value,
                                 apr_size_t length) {
    site_filter_t scratch;
    site_error_t *error;
    site_filterer_t reader;
    const char *read;

    memset(&scratch, 0, sizeof scratch);
    memset(&reader, 0, sizeof reader);
    reader.pool = pool;
    reader.filter = &scratch;
    return site_filter_read_key(&reader, resource->key->column, NULL, value, length, &read, &error) ? read : NULL;
}

site_condition_t *site_filter_key(apr_pool_t *pool, const site_resource_t *resource, const char *value,
                                  apr_size_t length) {
    const char *read = site_filter_key_text(pool, resource, value, length);
    site_condition_t *test;

    if (!read)
        return NULL;
    test = site_condition_make(pool, SITE_CONDITION_TEST);
    test->column = resource->key->column;
    test->lookup.operator= SITE_OP_EXACT;
    /* A whole value, whatever operators its type has beside. */
    test->lookup.family = SITE_FAMILY_NATIVE;
    test->values = apr_array_make(pool, 1, sizeof(const char *));
    APR_ARRAY_PUSH(test->values, const char *) = read;
    return test;
}
