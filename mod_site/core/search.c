#include "core/search.h"
#include "core/unicode.h"

#include <apr_strings.h>
#include <string.h>

static const site_operator_t operators[] = {
    [SITE_SEARCH_ICONTAINS] = SITE_OP_ICONTAINS, [SITE_SEARCH_ISTARTSWITH] = SITE_OP_ISTARTSWITH,
    [SITE_SEARCH_IEXACT] = SITE_OP_IEXACT,       [SITE_SEARCH_FULLTEXT] = SITE_OP_SEARCH,
    [SITE_SEARCH_IREGEX] = SITE_OP_IREGEX,
};

static site_condition_t *field_condition(apr_pool_t *pool, const site_search_t *field, const char *word,
                                         const char *parameter) {
    site_condition_t *condition = site_condition_make(pool, SITE_CONDITION_TEST);
    int i;

    condition->column = field->column;
    condition->field = parameter;
    condition->lookup.operator= operators[field->mode];
    condition->lookup.family = SITE_FAMILY_TEXT;
    condition->values = apr_array_make(pool, 1, sizeof(const char *));
    APR_ARRAY_PUSH(condition->values, const char *) = word;
    for (i = field->relations->nelts - 1; i >= 0; i--) {
        site_condition_t *related = site_condition_make(pool, SITE_CONDITION_RELATED);

        related->relation = APR_ARRAY_IDX(field->relations, i, const site_relation_t *);
        site_condition_add(related, condition);
        condition = related;
    }
    return condition;
}

/* Whether a comma or white space of any script stands at `at`; *step is its length. */
static int separates(const char *at, const char *end, apr_size_t *step) {
    unsigned code;
    int length = site_unicode_decode(at, end, &code);

    *step = length ? (apr_size_t)length : 1;
    return length && (code == ',' || site_unicode_space(code));
}

/* Words end at commas and at white space; NUL characters are dropped. */
static apr_array_header_t *words_of(apr_pool_t *pool, const char *text, apr_size_t length) {
    apr_array_header_t *words = apr_array_make(pool, 4, sizeof(const char *));
    char *copy = apr_palloc(pool, length + 1);
    apr_size_t used = 0, start = 0, step, i;

    for (i = 0; i < length; i++) {
        if (text[i] != '\0')
            copy[used++] = text[i];
    }
    for (i = 0; i < used; i += step) {
        if (!separates(copy + i, copy + used, &step))
            continue;
        if (i > start)
            APR_ARRAY_PUSH(words, const char *) = apr_pstrmemdup(pool, copy + start, i - start);
        start = i + step;
    }
    if (used > start)
        APR_ARRAY_PUSH(words, const char *) = apr_pstrmemdup(pool, copy + start, used - start);
    return words;
}

site_condition_t *site_search_read(apr_pool_t *pool, const site_resource_t *resource, const site_settings_t *settings,
                                   const char *text, apr_size_t length, site_error_t **error) {
    const char *parameter = settings->search_parameter;
    apr_array_header_t *words;
    site_condition_t *all;
    int i, j;

    *error = NULL;
    if (!resource->search->nelts || !text)
        return NULL;
    if (length > (apr_size_t)settings->max_value_length) {
        *error = site_error_make(pool, 400, "too_long", parameter, "Ensure this value has at most %d characters.",
                                 settings->max_value_length);
        return NULL;
    }
    words = words_of(pool, text, length);
    if (!words->nelts)
        return NULL;
    if (words->nelts * resource->search->nelts > settings->max_conditions) {
        *error = site_error_make(pool, 400, "too_many_conditions", parameter, "Ensure this has at most %d words.",
                                 settings->max_conditions / resource->search->nelts);
        return NULL;
    }
    all = site_condition_make(pool, SITE_CONDITION_ALL);
    for (i = 0; i < words->nelts; i++) {
        site_condition_t *any = site_condition_make(pool, SITE_CONDITION_ANY);

        for (j = 0; j < resource->search->nelts; j++)
            site_condition_add(any, field_condition(pool, APR_ARRAY_IDX(resource->search, j, const site_search_t *),
                                                    APR_ARRAY_IDX(words, i, const char *), parameter));
        site_condition_add(all, any);
    }
    return all;
}
