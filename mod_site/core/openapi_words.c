/* The words of core/openapi: what a parameter means. */
#include "core/openapi_private.h"

#include <apr_strings.h>

static const char *const operator_words[] = {
    [SITE_OP_EXACT] = "equals",
    [SITE_OP_IEXACT] = "equals, in whatever case",
    [SITE_OP_GT] = "greater than",
    [SITE_OP_GTE] = "at least",
    [SITE_OP_LT] = "less than",
    [SITE_OP_LTE] = "at most",
    [SITE_OP_IN] = "is one of these",
    [SITE_OP_CONTAINS] = "contains",
    [SITE_OP_ICONTAINS] = "contains, in whatever case",
    [SITE_OP_STARTSWITH] = "starts with",
    [SITE_OP_ISTARTSWITH] = "starts with, in whatever case",
    [SITE_OP_ENDSWITH] = "ends with",
    [SITE_OP_IENDSWITH] = "ends with, in whatever case",
    [SITE_OP_RANGE] = "between these two, both included",
    [SITE_OP_ISNULL] = "has no value (true) or has one (false)",
    [SITE_OP_REGEX] = "matches this regular expression",
    [SITE_OP_IREGEX] = "matches this regular expression, in whatever case",
    [SITE_OP_HOLDS] = "contains",
    [SITE_OP_CONTAINED_BY] = "is contained in",
    [SITE_OP_OVERLAP] = "has one of these elements at least",
    [SITE_OP_HAS_KEY] = "has this key",
    [SITE_OP_HAS_KEYS] = "has all of these keys",
    [SITE_OP_HAS_ANY_KEYS] = "has one of these keys at least",
    [SITE_OP_SEARCH] = "matches these words (full text)",
    [SITE_OP_FULLY_LT] = "ends before this range begins",
    [SITE_OP_FULLY_GT] = "begins after this range ends",
    [SITE_OP_NOT_LT] = "does not begin before this range",
    [SITE_OP_NOT_GT] = "does not end after this range",
    [SITE_OP_ADJACENT_TO] = "is next to this range, with nothing between",
};

static const char *const transform_words[] = {
    [SITE_AS_IS] = "",
    [SITE_AS_YEAR] = "year of ",
    [SITE_AS_MONTH] = "month of ",
    [SITE_AS_DAY] = "day of the month of ",
    [SITE_AS_WEEK_DAY] = "day of the week (Sunday is 1) of ",
    [SITE_AS_ISO_WEEK_DAY] = "day of the week (Monday is 1) of ",
    [SITE_AS_WEEK] = "week of ",
    [SITE_AS_ISO_YEAR] = "year of the week of ",
    [SITE_AS_QUARTER] = "quarter of ",
    [SITE_AS_HOUR] = "hour of ",
    [SITE_AS_MINUTE] = "minute of ",
    [SITE_AS_SECOND] = "second of ",
    [SITE_AS_DATE] = "date of ",
    [SITE_AS_TIME] = "time of ",
    [SITE_AS_LENGTH] = "number of elements of ",
    [SITE_AS_LOWER] = "lower bound of ",
    [SITE_AS_UPPER] = "upper bound of ",
    [SITE_AS_EMPTY] = "emptiness of ",
};

static const char *words_of(const site_lookup_t *lookup) {
    if (lookup->family == SITE_FAMILY_ARRAY && lookup->operator== SITE_OP_HOLDS)
        return "contains all of these elements";
    if (lookup->family == SITE_FAMILY_ARRAY && lookup->operator== SITE_OP_CONTAINED_BY)
        return "has no elements but these";
    if (lookup->family == SITE_FAMILY_JSON && lookup->operator== SITE_OP_HOLDS)
        return "contains this document";
    if (lookup->family == SITE_FAMILY_JSON && lookup->operator== SITE_OP_CONTAINED_BY)
        return "is contained in this document";
    if (lookup->family == SITE_FAMILY_RANGE && lookup->operator== SITE_OP_HOLDS)
        return "contains this range or element";
    if (lookup->family == SITE_FAMILY_RANGE && lookup->operator== SITE_OP_CONTAINED_BY)
        return "is within this range";
    if (lookup->family == SITE_FAMILY_RANGE && lookup->operator== SITE_OP_OVERLAP)
        return "has a value in common with this range";
    return operator_words[lookup->operator];
}

const char *site_openapi_meaning(apr_pool_t *pool, const char *subject, const site_lookup_t *lookup) {
    return apr_pstrcat(pool, transform_words[lookup->transforms[1]], transform_words[lookup->transforms[0]], subject,
                       " ", words_of(lookup), NULL);
}

/* --- search --- */

static const char *const search_words[] = {
    [SITE_SEARCH_ICONTAINS] = "",
    [SITE_SEARCH_ISTARTSWITH] = " (its beginning)",
    [SITE_SEARCH_IEXACT] = " (the whole)",
    [SITE_SEARCH_FULLTEXT] = " (full text)",
    [SITE_SEARCH_IREGEX] = " (as a regular expression)",
};

/* The attribute that shows the column, or the column itself where none does. */
static const char *name_of(const site_resource_t *resource, const site_column_t *column) {
    int i;

    for (i = 0; i < resource->attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *);

        if (attribute->column == column)
            return attribute->name;
    }
    return column->name;
}

static const char *field_name(apr_pool_t *pool, const site_resource_t *resource, const site_search_t *search) {
    const char *path = "";
    int i;

    for (i = 0; i < search->relations->nelts; i++) {
        const site_relation_t *relation = APR_ARRAY_IDX(search->relations, i, const site_relation_t *);

        path = apr_pstrcat(pool, path, relation->name, "__", NULL);
        resource = relation->target;
    }
    return apr_pstrcat(pool, "`", path, name_of(resource, search->column), "`", search_words[search->mode], NULL);
}

const char *site_openapi_search_meaning(apr_pool_t *pool, const site_resource_t *resource) {
    const char *text = "Every word, separated by blanks or commas, occurs in one of ";
    int i;

    for (i = 0; i < resource->search->nelts; i++)
        text = apr_pstrcat(pool, text, i ? ", " : "",
                           field_name(pool, resource, APR_ARRAY_IDX(resource->search, i, const site_search_t *)), NULL);
    return apr_pstrcat(pool, text, ".", NULL);
}
