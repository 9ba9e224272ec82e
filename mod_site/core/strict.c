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

/* Whether the request says itself what becomes of rows without a value. */
static int says_null(const site_level_t *level, const site_entry_t *entry) {
    apr_size_t length = strlen(level->prefix);
    int i;

    for (i = 0; i < level->params->list->nelts; i++) {
        const char *name = APR_ARRAY_IDX(level->params->list, i, site_param_t).name;
        apr_size_t own = strlen(entry->target.attribute->name);

        if (strncmp(name, level->prefix, length) == 0 &&
            strncmp(name + length, entry->target.attribute->name, own) == 0 &&
            strncmp(name + length + own, "__isnull", 8) == 0)
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
    return NULL;
}

static site_error_t *check_negation(site_filterer_t *reader, const site_level_t *level, const site_entry_t *entry) {
    apr_pool_t *pool = reader->pool;

    if (!entry->target.negated)
        return NULL;
    if (level->crosses_many)
        return refuse(
            pool, "inner_negation", entry->field,
            apr_psprintf(pool,
                         "This asks for a row that has another related row as well. For rows without such a "
                         "one use %s=~(%s%s=...).",
                         *reader->settings->complex_parameter ? reader->settings->complex_parameter : "filters",
                         level->prefix, entry->target.attribute ? entry->target.attribute->name : entry->key));
    if (entry->target.kind == TARGET_ATTRIBUTE && !entry->target.attribute->column->not_null &&
        entry->target.lookup.operator!= SITE_OP_ISNULL && !says_null(level, entry))
        return refuse(pool, "null_kept", entry->field,
                      apr_psprintf(pool, "Rows without a value are kept, too: say so with %s__isnull=true or =false.",
                                   entry->target.attribute->name));
    return NULL;
}

/* What begins with an underscore and is no attribute belongs to the pages: how something is shown, not what. */
static int is_no_filter(const site_settings_t *settings, const char *name) {
    return *name == '_' || site_filter_is_control(settings, name);
}

site_error_t *site_strict_entry(site_filterer_t *reader, const site_level_t *level, const site_entry_t *entry) {
    const site_relation_t *relation = entry->target.relation;
    site_error_t *error;

    if (entry->target.kind == TARGET_TRAVERSAL)
        return relation->duplicates ? refuse(reader->pool, "duplicates", entry->field,
                                             "Rows would repeat, once for each related row that matches.")
                                    : NULL;
    if (entry->target.kind == TARGET_NONE) {
        if (level->depth == 0 && is_no_filter(reader->settings, entry->key))
            return NULL;
        return site_error_make(reader->pool, 400, "unknown_parameter", entry->field, "Unknown parameter. %s",
                               site_suggest(reader->pool, level->resource, entry->key));
    }
    if (occurrences(level, entry) > 1 && !(relation && relation->multiple))
        return refuse(reader->pool, "repeated", entry->field,
                      "Only the last of repeated values counts: give the parameter once, or use __in.");
    error = check_value(reader, entry);
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
