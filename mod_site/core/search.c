#include "core/search.h"
#include "core/phrase.h"

#include <apr_strings.h>
#include <string.h>

static const site_operator_t operators[] = {
    [SITE_SEARCH_ICONTAINS] = SITE_OP_ICONTAINS, [SITE_SEARCH_ISTARTSWITH] = SITE_OP_ISTARTSWITH,
    [SITE_SEARCH_IEXACT] = SITE_OP_IEXACT,       [SITE_SEARCH_FULLTEXT] = SITE_OP_SEARCH,
    [SITE_SEARCH_IREGEX] = SITE_OP_IREGEX,
};

static const site_relation_t *step_of(const site_search_t *field, int i) {
    return APR_ARRAY_IDX(field->relations, i, const site_relation_t *);
}

/* How many steps of the way lead to the last one with several rows: all of them are joined. */
static int joined_steps(const site_search_t *field) {
    int steps = field->relations->nelts;

    while (steps && step_of(field, steps - 1)->kind == SITE_RELATION_FORWARD)
        steps--;
    return steps;
}

/* What the field is to say of `word`, from its relation `from` on. */
static site_condition_t *field_condition(apr_pool_t *pool, const site_search_t *field, int from, const char *word,
                                         const char *parameter) {
    site_condition_t *condition = site_condition_make(pool, SITE_CONDITION_TEST);
    int i;

    condition->column = field->column;
    condition->guard = field->guard;
    condition->field = parameter;
    condition->lookup.operator= operators[field->mode];
    condition->lookup.family = SITE_FAMILY_TEXT;
    condition->text_search = field->text_search;
    condition->values = apr_array_make(pool, 1, sizeof(const char *));
    APR_ARRAY_PUSH(condition->values, const char *) = word;
    for (i = field->relations->nelts - 1; i >= from; i--) {
        site_condition_t *related = site_condition_make(pool, SITE_CONDITION_RELATED);

        related->relation = step_of(field, i);
        related->once = related->relation->kind != SITE_RELATION_FORWARD;
        site_condition_add(related, condition);
        condition = related;
    }
    return condition;
}

/* The rows of the field's relations up to its last one with several: each of them once, whatever fields go that way. */
static const site_join_t *join_field(apr_pool_t *pool, apr_array_header_t *joins, const site_search_t *field) {
    const site_join_t *from = NULL;
    int steps = joined_steps(field), i, j;

    for (i = 0; i < steps; i++) {
        site_join_t *join = NULL;

        for (j = 0; j < joins->nelts && !join; j++) {
            join = APR_ARRAY_IDX(joins, j, site_join_t *);
            if (join->from != from || join->relation != step_of(field, i))
                join = NULL;
        }
        if (!join) {
            join = apr_pcalloc(pool, sizeof *join);
            join->from = from;
            join->relation = step_of(field, i);
            APR_ARRAY_PUSH(joins, site_join_t *) = join;
        }
        from = join;
    }
    return from;
}

/* Every word in some field. Where a field goes to several rows, one and the same of them counts for all words, as in Django's joins; a single
 * word needs no such care. */
static site_condition_t *words_condition(apr_pool_t *pool, const apr_array_header_t *fields,
                                         const apr_array_header_t *words, const char *parameter) {
    site_condition_t *all = site_condition_make(pool, SITE_CONDITION_ALL), *joined;
    apr_array_header_t *joins = apr_array_make(pool, 2, sizeof(site_join_t *));
    int i, j;

    for (i = 0; i < words->nelts; i++) {
        site_condition_t *any = site_condition_make(pool, SITE_CONDITION_ANY);
        const char *word = APR_ARRAY_IDX(words, i, const char *);

        for (j = 0; j < fields->nelts; j++) {
            const site_search_t *field = APR_ARRAY_IDX(fields, j, const site_search_t *);
            const site_join_t *join = words->nelts > 1 ? join_field(pool, joins, field) : NULL;
            site_condition_t *condition = field_condition(pool, field, join ? joined_steps(field) : 0, word, parameter),
                             *at;

            if (join) {
                at = site_condition_make(pool, SITE_CONDITION_AT);
                at->join = join;
                site_condition_add(at, condition);
                condition = at;
            }
            site_condition_add(any, condition);
        }
        site_condition_add(all, any);
    }
    if (!joins->nelts)
        return all;
    joined = site_condition_make(pool, SITE_CONDITION_JOINED);
    joined->joins = joins;
    site_condition_add(joined, all);
    return joined;
}

site_condition_t *site_search_read(apr_pool_t *pool, const site_resource_t *resource, const site_settings_t *settings,
                                   const char *text, apr_size_t length, site_error_t **error) {
    const char *parameter = settings->search_parameter;
    apr_array_header_t *words;

    *error = NULL;
    if (!resource->search->nelts || !text)
        return NULL;
    if (length > (apr_size_t)settings->max_value_length) {
        *error = site_error_make(pool, 400, "too_long", parameter, "Ensure this value has at most %d characters.",
                                 settings->max_value_length);
        return NULL;
    }
    words = settings->search_phrases ? site_phrase_split(pool, text, length) : site_phrase_words(pool, text, length);
    if (!words->nelts)
        return NULL;
    if (words->nelts * resource->search->nelts > settings->max_conditions) {
        *error = site_error_make(pool, 400, "too_many_conditions", parameter, "Ensure this has at most %d words.",
                                 settings->max_conditions / resource->search->nelts);
        return NULL;
    }
    return words_condition(pool, resource->search, words, parameter);
}
