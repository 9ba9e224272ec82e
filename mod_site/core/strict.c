#include "core/strict.h"
#include "core/integer.h"
#include "core/suggest.h"

#include <apr_strings.h>
#include <string.h>

static site_error_t *refuse(apr_pool_t *pool, const char *code, const char *field, const char *message) {
    return site_error_make(pool, 400, code, field, "%s", message);
}

static int occurrences(const site_level_t *level, const site_entry_t *entry) {
    int count = 0, i;

    for (i = 0; i < level->params->list->nelts; i++)
        count += strcmp(APR_ARRAY_IDX(level->params->list, i, site_param_t).name, entry->param->name) == 0;
    return count;
}

static int is_boolean_word(const char *text) {
    return strcasecmp(text, "true") == 0 || strcasecmp(text, "false") == 0 || strcmp(text, "1") == 0 ||
           strcmp(text, "0") == 0;
}

static const char *complex_name(const site_settings_t *settings) {
    return *settings->complex_parameter ? settings->complex_parameter : "filters";
}

/* What the entry is about, if that can be NULL; else NULL. */
static const char *nullable_name(const site_entry_t *entry) {
    const site_relation_t *relation = entry->target.relation;

    if (entry->target.kind == TARGET_ATTRIBUTE)
        return entry->target.attribute->column->not_null ? NULL : entry->target.attribute->name;
    return entry->target.kind == TARGET_RELATION && relation && relation->kind == SITE_RELATION_FORWARD &&
                   (relation->nullable || relation->target->where)
               ? relation->name
               : NULL;
}

/* Whether the request says itself what becomes of rows without a value. */
static int says_null(const site_level_t *level, const char *subject) {
    apr_size_t length = strlen(level->prefix), own = strlen(subject);
    int i;

    for (i = 0; i < level->params->list->nelts; i++) {
        const char *name = APR_ARRAY_IDX(level->params->list, i, site_param_t).name;

        if (strncmp(name, level->prefix, length) == 0 && strncmp(name + length, subject, own) == 0 &&
            strncmp(name + length + own, "__isnull", 8) == 0)
            return 1;
    }
    return 0;
}

/* Whether somebody tries to keep a comma inside a part of a list: \, or quotes around it. */
static int guards_a_comma(const char *text) {
    const char *at, *end;

    for (at = text; *at; at = end + (*end == ',')) {
        end = at + strcspn(at, ",");
        if (*end && end > at && end[-1] == '\\')
            return 1;
        if ((*at == '"' || *at == '\'') && *end && (end == at + 1 || end[-1] != *at) && strchr(end, *at))
            return 1;
    }
    return 0;
}

static site_error_t *check_value(site_filterer_t *reader, const site_entry_t *entry) {
    const site_param_t *param = entry->param;

    if (!param->value_length)
        return refuse(reader->pool, "empty", entry->field,
                      "Without a value this parameter has no effect: give it one, or leave it out.");
    if (entry->target.lookup.reader == SITE_READ_BOOLEAN && !is_boolean_word(param->value))
        return refuse(reader->pool, "invalid_boolean", entry->field, "Use true or false.");
    if (entry->target.lookup.arity != SITE_ARITY_ONE &&
        (*param->value == ',' || param->value[param->value_length - 1] == ',' || strstr(param->value, ",,")))
        return refuse(reader->pool, "empty_part", entry->field,
                      "An empty part of the list has no effect: leave its comma out.");
    if (entry->target.lookup.arity != SITE_ARITY_ONE && entry->target.lookup.reader != SITE_READ_RANGE &&
        guards_a_comma(param->value))
        return refuse(reader->pool, "comma", entry->field,
                      apr_psprintf(reader->pool,
                                   "A list is split at every comma, whatever stands around it. For a value with a "
                                   "comma use %s=(...)|(...).",
                                   complex_name(reader->settings)));
    return NULL;
}

static site_error_t *check_negation(site_filterer_t *reader, const site_level_t *level, const site_entry_t *entry) {
    apr_pool_t *pool = reader->pool;

    const char *name = nullable_name(entry);

    if (!entry->target.negated)
        return NULL;
    if (level->crosses_many)
        return refuse(
            pool, "inner_negation", entry->field,
            apr_psprintf(pool,
                         "This asks for a row that has some other related row, whatever else it has. For rows "
                         "without a related row use %.*s!= and its key.",
                         (int)(strlen(level->prefix) - 2), level->prefix));
    if (name && entry->target.lookup.operator!= SITE_OP_ISNULL && !says_null(level, name))
        return refuse(
            pool, "null_kept", entry->field,
            entry->target.kind == TARGET_RELATION
                ? apr_psprintf(pool,
                               "Rows without one are kept, too: leave them out with %s__isnull=false, or say so with "
                               "%s=(%s__isnull=true)|~(%s=...).",
                               name, complex_name(reader->settings), name, name)
                : apr_psprintf(pool, "Rows without a value are kept, too: say so with %s__isnull=true or =false.",
                               name));
    return NULL;
}

/* What begins with an underscore and is no attribute belongs to the pages: how something is shown, not what. */
static int is_no_filter(const site_settings_t *settings, const char *name) {
    return *name == '_' || site_filter_is_control(settings, name);
}

/* Whether the parameter is a lookup of the relation's own key: it stands beside others that go over the relation. */
static int is_of_the_key(site_filterer_t *reader, const site_level_t *around, const site_entry_t *entry) {
    site_target_t target;

    site_filter_resolve(reader, around, entry->param->name + strlen(around->prefix), &target);
    return target.kind == TARGET_RELATION;
}

/* Beside the relation's own name or its `!`, the Django site looks for a related row in any case. */
static site_error_t *check_isnull(site_filterer_t *reader, const site_level_t *level, const site_entry_t *entry) {
    const site_relation_t *relation = entry->target.relation;
    apr_size_t length = strlen(level->prefix);
    int i;

    if (entry->target.kind != TARGET_RELATION || !relation ||
        entry->target.lookup.operator!=
        SITE_OP_ISNULL ||(strcasecmp(entry->param->value, "true") != 0 && strcmp(entry->param->value, "1") != 0) ||
        relation->reach != SITE_REACH_ALL)
        return NULL;
    for (i = 0; i < level->params->list->nelts; i++) {
        const char *name = APR_ARRAY_IDX(level->params->list, i, site_param_t).name, *rest;

        if (strncmp(name, level->prefix, length) != 0 ||
            strncmp(name + length, relation->name, strlen(relation->name)) != 0)
            continue;
        rest = name + length + strlen(relation->name);
        if (strcmp(rest, "") == 0 || strcmp(rest, "!") == 0)
            return refuse(reader->pool, "never_null", entry->field,
                          apr_psprintf(reader->pool,
                                       "Beside '%s' no row is without one: use %s=(%s__isnull=true)|~(%s=...).", name,
                                       complex_name(reader->settings), relation->name, relation->name));
    }
    return NULL;
}

site_error_t *site_strict_entry(site_filterer_t *reader, const site_level_t *level, const site_entry_t *entry) {
    const site_relation_t *relation = entry->target.relation;
    site_error_t *error;

    if (relation && relation->duplicates && entry->target.kind != TARGET_NONE)
        return refuse(reader->pool, "duplicates", entry->field,
                      "Rows would repeat, once for each related row that matches.");
    if (entry->target.kind == TARGET_TRAVERSAL)
        return NULL;
    if (entry->target.kind == TARGET_NONE) {
        if (level->around && is_of_the_key(reader, level->around, entry))
            return NULL;
        if (level->depth == 0 && is_no_filter(reader->settings, entry->key))
            return occurrences(level, entry) > 1 ? refuse(reader->pool, "repeated", entry->field,
                                                          "Only the last of repeated values counts: give it once.")
                                                 : NULL;
        return site_error_make(reader->pool, 400, "unknown_parameter", entry->field, "Unknown parameter. %s",
                               site_suggest(reader->pool, level->resource, entry->key));
    }
    if (occurrences(level, entry) > 1 && !(relation && relation->multiple))
        return refuse(reader->pool, "repeated", entry->field,
                      "Only the last of repeated values counts: give the parameter once, or use __in.");
    error = check_value(reader, entry);
    if (!error)
        error = check_isnull(reader, level, entry);
    return error ? error : check_negation(reader, level, entry);
}

/* --- complex expressions --- */

site_error_t *site_strict_complex(apr_pool_t *pool, const char *field, const char *text, apr_size_t length) {
    apr_size_t decoded_length;
    const char *at = site_params_unquote(pool, text, length, &decoded_length), *end = at + decoded_length;
    int open = 0;

    while (at < end && *at == ' ')
        at++;
    if (at < end && *at != '(' && !(*at == '~' && at[1] == '('))
        return refuse(pool, "leading_text", field,
                      "An expression begins with '(' or '~(': what stands before would be dropped.");
    for (; at < end; at++) {
        if (*at == '~' && !open && at[1] != '(')
            return refuse(pool, "detached_negation", field, "A '~' must touch its parenthesis: it would be lost.");
        if (*at == '(' && open)
            return refuse(pool, "nested_parenthesis", field,
                          "Groups cannot be nested: write a parenthesis inside a value as %2528.");
        open = *at == '(' ? 1 : *at == ')' ? 0 : open;
    }
    return NULL;
}

site_error_t *site_strict_beside(apr_pool_t *pool, const site_settings_t *settings, const site_params_t *params) {
    site_error_t *errors = NULL;
    int i;

    for (i = 0; i < params->list->nelts; i++) {
        const site_param_t *param = &APR_ARRAY_IDX(params->list, i, site_param_t);

        if (!is_no_filter(settings, param->name))
            site_error_append(&errors,
                              site_error_make(pool, 400, "not_applied", param->name,
                                              "Beside '%s' this is not applied: write it as one of its groups.",
                                              settings->complex_parameter));
    }
    return errors;
}

site_error_t *site_strict_size(apr_pool_t *pool, const site_params_t *params, const char *field, int least, int most) {
    const site_param_t *param = *field ? site_params_last(params, field) : NULL;
    apr_int64_t size;

    if (!param ||
        (site_integer_read(param->value, param->value_length, &size) && size >= least && (!most || size <= most)))
        return NULL;
    if (most)
        return site_error_make(pool, 400, "invalid_size", field, "Use a whole number from %d to %d.", least, most);
    return site_error_make(pool, 400, "invalid_size", field, "Use a whole number, %d or more.", least);
}
