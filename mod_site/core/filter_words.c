#include "core/filter_words.h"

#include "core/filterer.h"

#include <apr_strings.h>
#include <string.h>

const char *site_operator_words(site_operator_t operator) {
    static const char *const words[] = {
        [SITE_OP_EXACT] = "is",
        [SITE_OP_IEXACT] = "is, in any case,",
        [SITE_OP_GT] = "is greater than",
        [SITE_OP_GTE] = "is at least",
        [SITE_OP_LT] = "is less than",
        [SITE_OP_LTE] = "is at most",
        [SITE_OP_IN] = "is one of",
        [SITE_OP_CONTAINS] = "contains exactly",
        [SITE_OP_ICONTAINS] = "contains",
        [SITE_OP_STARTSWITH] = "starts exactly with",
        [SITE_OP_ISTARTSWITH] = "starts with",
        [SITE_OP_ENDSWITH] = "ends exactly with",
        [SITE_OP_IENDSWITH] = "ends with",
        [SITE_OP_RANGE] = "is between",
        [SITE_OP_ISNULL] = "is missing:",
        [SITE_OP_REGEX] = "matches exactly",
        [SITE_OP_IREGEX] = "matches",
        [SITE_OP_HOLDS] = "holds",
        [SITE_OP_CONTAINED_BY] = "has nothing but",
        [SITE_OP_OVERLAP] = "has one of",
        [SITE_OP_HAS_KEY] = "has the key",
        [SITE_OP_HAS_KEYS] = "has all keys",
        [SITE_OP_HAS_ANY_KEYS] = "has one of the keys",
        [SITE_OP_SEARCH] = "has the words",
        [SITE_OP_FULLY_LT] = "ends before",
        [SITE_OP_FULLY_GT] = "begins after",
        [SITE_OP_NOT_LT] = "does not begin before",
        [SITE_OP_NOT_GT] = "does not end after",
        [SITE_OP_ADJACENT_TO] = "is next to",
    };

    return words[operator];
}

const char *site_transform_words(site_transform_t transform) {
    static const char *const words[] = {
        [SITE_AS_IS] = "",
        [SITE_AS_YEAR] = "year",
        [SITE_AS_MONTH] = "month",
        [SITE_AS_DAY] = "day of the month",
        [SITE_AS_WEEK_DAY] = "day of the week (Sunday is 1)",
        [SITE_AS_ISO_WEEK_DAY] = "day of the week (Monday is 1)",
        [SITE_AS_WEEK] = "week",
        [SITE_AS_ISO_YEAR] = "year of the week",
        [SITE_AS_QUARTER] = "quarter",
        [SITE_AS_HOUR] = "hour",
        [SITE_AS_MINUTE] = "minute",
        [SITE_AS_SECOND] = "second",
        [SITE_AS_DATE] = "date",
        [SITE_AS_TIME] = "time",
        [SITE_AS_LENGTH] = "length",
        [SITE_AS_LOWER] = "lower bound",
        [SITE_AS_UPPER] = "upper bound",
        [SITE_AS_EMPTY] = "empty",
    };

    return words[transform];
}

/* As the attribute that shows it is called, where there is one. */
static const char *label_of(const site_relation_t *relation) {
    const site_attribute_t *attribute = site_resource_attribute(relation->source, relation->name);

    return attribute ? attribute->label : relation->label ? relation->label : relation->name;
}

/* Follows the path to its end: the last resolved target, NULL when it leads nowhere. The labels on the way are added to
 * *path. */
static const site_target_t *follow(site_filterer_t *reader, const site_resource_t *resource, const char *key,
                                   const char **path, site_target_t *target) {
    site_level_t level;

    memset(&level, 0, sizeof level);
    level.resource = resource;
    level.prefix = "";
    for (*path = ""; level.depth <= reader->settings->max_depth; level.depth++) {
        site_filter_resolve(reader, &level, key, target);
        if (target->kind == TARGET_PARAMETER) {
            key = target->negated ? apr_pstrcat(reader->pool, target->path, "!", NULL) : target->path;
            reader->trusted = 1;
            site_filter_resolve(reader, &level, key, target);
        }
        if (target->kind != TARGET_TRAVERSAL)
            return target->kind == TARGET_NONE || target->kind == TARGET_PARAMETER ? NULL : target;
        *path = apr_pstrcat(reader->pool, *path, label_of(target->relation), " \xe2\x80\xba ", NULL);
        key += strlen(target->relation->name) + 2;
        level.resource = target->relation->target;
    }
    return NULL;
}

static site_filterer_t reader_for(apr_pool_t *pool, const site_settings_t *settings) {
    site_filterer_t reader = {.pool = pool, .settings = settings};

    return reader;
}

/* "is less than" -> "is not less than", "contains" -> "does not: contains". */
static const char *negated_words(apr_pool_t *pool, const char *words) {
    if (strncmp(words, "is", 2) == 0)
        return apr_pstrcat(pool, "is not", words + 2, NULL);
    return apr_pstrcat(pool, "not: ", words, NULL);
}

const char *site_filter_words(apr_pool_t *pool, const site_resource_t *resource, const site_settings_t *settings,
                              const char *name) {
    site_filterer_t reader = reader_for(pool, settings);
    site_target_t target;
    const char *path, *words;
    int i;

    if (!follow(&reader, resource, name, &path, &target))
        return NULL;
    words = target.kind == TARGET_ATTRIBUTE ? target.attribute->label : label_of(target.relation);
    for (i = 0; i < 2 && target.kind == TARGET_ATTRIBUTE && target.lookup.transforms[i] != SITE_AS_IS; i++)
        words = apr_pstrcat(pool, words, ", ", site_transform_words(target.lookup.transforms[i]), NULL);
    words = apr_pstrcat(pool, path, words, " ", NULL);
    return apr_pstrcat(pool, words,
                       target.negated ? negated_words(pool, site_operator_words(target.lookup.operator))
                                      : site_operator_words(target.lookup.operator),
                       NULL);
}

static const char *yes_or_no(const char *value) {
    if (strcasecmp(value, "true") == 0 || strcmp(value, "1") == 0)
        return "yes";
    return strcasecmp(value, "false") == 0 || strcmp(value, "0") == 0 ? "no" : value;
}

const char *site_filter_value_words(apr_pool_t *pool, const site_resource_t *resource, const site_settings_t *settings,
                                    const char *name, const char *value) {
    site_filterer_t reader = reader_for(pool, settings);
    site_target_t target;
    const char *path;
    int i;

    if (!follow(&reader, resource, name, &path, &target))
        return value;
    if (target.lookup.reader == SITE_READ_BOOLEAN)
        return yes_or_no(value);
    if (target.kind != TARGET_ATTRIBUTE || target.lookup.operator!= SITE_OP_EXACT || !target.attribute->choices)
        return value;
    for (i = 0; i < target.attribute->choices->nelts; i++) {
        const site_choice_t *choice = APR_ARRAY_IDX(target.attribute->choices, i, const site_choice_t *);

        if (strcmp(choice->value, value) == 0)
            return choice->label;
    }
    return value;
}
