/* filter_complex: the groups of a complex expression, joined and negated as Django's querysets are. */
#include "core/complex.h"
#include "core/filterer.h"
#include "core/strict.h"
#include "core/value.h"

#include <string.h>

static site_condition_t *join(apr_pool_t *pool, site_condition_t *left, char operator, site_condition_t * right) {
    site_condition_kind_t kind = operator== '&' ? SITE_CONDITION_ALL : SITE_CONDITION_ANY;
    site_condition_t *joined;

    if (left->kind == kind && left->parts->nelts) {
        site_condition_add(left, right);
        return left;
    }
    joined = site_condition_make(pool, kind);
    site_condition_add(joined, left);
    site_condition_add(joined, right);
    return joined;
}

/* Whether it is known to hold of every row, or of none. */
static int is_known(const site_condition_t *condition, int holds) {
    int whole = condition->kind == (holds ? SITE_CONDITION_ALL : SITE_CONDITION_ANY), i;

    if (condition->kind == SITE_CONDITION_NEVER)
        return !holds;
    if (condition->kind != SITE_CONDITION_ALL && condition->kind != SITE_CONDITION_ANY)
        return 0;
    for (i = 0; i < condition->parts->nelts; i++) {
        if (is_known(APR_ARRAY_IDX(condition->parts, i, const site_condition_t *), holds) != whole)
            return !whole;
    }
    return whole;
}

/* What is known of an operand before the database is asked. */
typedef struct fate_t {
    int holds, fails;
} fate_t;

/* What was wrong with a group was left out of its condition, which then holds of more than was asked for. */
static fate_t fate_of(const site_condition_t *group, const site_error_t *wrong) {
    fate_t fate = {!wrong && is_known(group, 1), is_known(group, 0)};

    return fate;
}

/* Joins two; returns whether one of them decides alone. The other is then no part of Django's statement: the database sees no mistake in it. */
static int meet(fate_t *left, char operator, const fate_t * right) {
    if (operator== '|') {
        left->holds |= right->holds;
        left->fails &= right->fails;
        return left->holds;
    }
    left->holds &= right->holds;
    left->fails |= right->fails;
    return left->fails;
}

/* Rows that Django joins: over anything but a foreign key of the row's own, and over each step of a path. */
static int is_joined(const site_condition_t *condition) {
    return condition->kind == SITE_CONDITION_RELATED &&
           (condition->path || condition->relation->kind != SITE_RELATION_FORWARD);
}

/* A related row of which `related` does not hold, or for which `otherwise` (NULL: nothing) holds of the row itself. Of a filter set that is a row
 * which is not among those that it finds; of a path, a row whose value is another one. NULL: there is none. */
static site_condition_t *fails(apr_pool_t *pool, const site_condition_t *related, site_condition_t *otherwise) {
    site_condition_t *other = site_condition_make(pool, SITE_CONDITION_RELATED), *inner = NULL;
    site_condition_t *part = related->parts->nelts ? APR_ARRAY_IDX(related->parts, 0, site_condition_t *) : NULL;

    other->relation = related->relation;
    other->path = related->path;
    if (part && related->path && part->kind == SITE_CONDITION_RELATED) {
        inner = fails(pool, part, otherwise);
        otherwise = NULL;
    }
    else if (part && !(part->kind == SITE_CONDITION_ALL && !part->parts->nelts)) {
        inner = site_condition_make(pool, related->path ? SITE_CONDITION_NOT : SITE_CONDITION_UNTRUE);
        site_condition_add(inner, part);
    }
    if (inner && otherwise) {
        site_condition_t *either = site_condition_make(pool, SITE_CONDITION_ANY);

        site_condition_add(either, otherwise);
        site_condition_add(either, inner);
        inner = either;
    }
    else if (!inner) {
        inner = otherwise;
    }
    site_condition_add(other, inner);
    return inner ? other : NULL;
}

/* NOT of the row's own conditions, said inside a related row; NULL: there are none. */
static site_condition_t *negate_own(apr_pool_t *pool, site_condition_t *own) {
    site_condition_t *at = site_condition_make(pool, SITE_CONDITION_AT);

    site_condition_add(at, site_filter_negate(pool, own));
    return own->parts->nelts ? at : NULL;
}

static site_condition_t *or_else(apr_pool_t *pool, site_condition_t *one, site_condition_t *other) {
    site_condition_t *any;

    if (!one || !other)
        return one ? one : other ? other : site_condition_make(pool, SITE_CONDITION_NEVER);
    any = site_condition_make(pool, SITE_CONDITION_ANY);
    site_condition_add(any, one);
    site_condition_add(any, other);
    return any;
}

/* NOT of a group, as Django negates it: the joins stay, and what is negated is what is said of the rows side by side. So every joined relation has a
 * row, and something is false of the row itself or of one of these. `outer`: the group is an operand of OR, for which a row without related ones is
 * joined with NULLs, so that what is false of the row itself is enough. */
static site_condition_t *negate_group(apr_pool_t *pool, site_condition_t *group, int outer) {
    site_condition_t *result = site_condition_make(pool, SITE_CONDITION_ALL);
    site_condition_t *own = site_condition_make(pool, SITE_CONDITION_ALL);
    site_condition_t *some = site_condition_make(pool, SITE_CONDITION_ANY), *only = NULL;
    int joins = 0, i;

    for (i = 0; i < group->parts->nelts; i++) {
        site_condition_t *part = APR_ARRAY_IDX(group->parts, i, site_condition_t *), *exists;

        if (!is_joined(part)) {
            site_condition_add(own, part);
            continue;
        }
        joins++;
        only = part;
        site_condition_add(some, fails(pool, part, NULL));
        exists = site_condition_make(pool, SITE_CONDITION_RELATED);
        exists->relation = part->relation;
        exists->path = part->path;
        site_condition_add(result, exists);
    }
    if (!joins)
        return site_filter_negate(pool, group);
    if (joins == 1) { /* of one and the same related row, with which the row may appear once more */
        only = fails(pool, only, negate_own(pool, own));
        return or_else(pool, only, outer && own->parts->nelts ? site_filter_negate(pool, own) : NULL);
    }
    if (own->parts->nelts)
        site_condition_add(some, site_filter_negate(pool, own));
    if (!some->parts->nelts)
        return site_condition_make(pool, SITE_CONDITION_NEVER);
    for (i = 0; i < result->parts->nelts; i++)
        APR_ARRAY_IDX(result->parts, i, site_condition_t *)->once = 1;
    site_condition_add(result, some);
    return or_else(pool, result, outer && own->parts->nelts ? site_filter_negate(pool, own) : NULL);
}

static site_condition_t *group_condition(site_filterer_t *reader, const site_resource_t *resource,
                                         const site_group_t *group, site_error_t **errors) {
    site_level_t level;
    site_error_t *too_many;

    level.resource = resource;
    level.params = site_params_parse(reader->pool, group->query, group->query_length, &too_many);
    level.prefix = "";
    level.depth = 0;
    level.crosses_many = 0;
    level.around = NULL;
    if (too_many) {
        too_many->field = reader->settings->complex_parameter;
        site_error_append(errors, too_many);
    }
    return site_filter_level(reader, &level, errors);
}

/* Over several related rows `~` does not ask for what one may think. */
static site_error_t *check_joins(const site_filterer_t *reader, const site_condition_t *group) {
    const char *field = reader->settings->complex_parameter;
    int i;

    for (i = 0; reader->settings->strict && i < group->parts->nelts; i++) {
        const site_condition_t *part = APR_ARRAY_IDX(group->parts, i, const site_condition_t *);

        if (is_joined(part) && part->relation->many)
            return site_error_make(
                reader->pool, 400, "negated_join", field,
                "Over '%s' a '~' asks for a row that has some related row which does not match. For rows "
                "without a related row use %s!= and its key.",
                part->relation->name, part->relation->name);
    }
    return NULL;
}

/* Whether a group becomes an operand of OR: by the operator before it, or by any that follows, as all are read from the left. */
static int meets_or(const apr_array_header_t *groups, int i) {
    for (i = i ? i - 1 : 0; i < groups->nelts; i++) {
        if (APR_ARRAY_IDX(groups, i, site_group_t).joined == '|')
            return 1;
    }
    return 0;
}

site_condition_t *site_filter_complex(site_filterer_t *reader, const site_resource_t *resource,
                                      const site_param_t *param, site_error_t **errors) {
    const char *field = reader->settings->complex_parameter;
    apr_array_header_t *groups;
    site_condition_t *result = NULL;
    site_error_t *keyed = NULL, *holder;
    fate_t all = {0, 0}, fate;
    char joined = 0;
    int i;

    groups = site_complex_parse(reader->pool, field, param->value, param->value_length, errors);
    if (!*errors && reader->settings->strict)
        *errors = site_strict_complex(reader->pool, field, param->value, param->value_length);
    if (*errors)
        return site_condition_make(reader->pool, SITE_CONDITION_ALL);
    for (i = 0; i < groups->nelts; i++) {
        const site_group_t *group = &APR_ARRAY_IDX(groups, i, site_group_t);
        site_error_t *wrong = NULL;
        site_condition_t *condition = group_condition(reader, resource, group, &wrong);
        const char *shown = site_value_shown(reader->pool, group->query, group->query_length);

        if (wrong && !site_error_find(keyed, shown)) {
            holder = site_error_make(reader->pool, 400, "invalid_group", shown, NULL);
            holder->nested = wrong;
            site_error_append(&keyed, holder);
        }
        if (group->negated) /* a WHERE that is not there is not negated: an empty group holds for every row */
            site_error_append(errors, check_joins(reader, condition));
        if (group->negated && condition->parts->nelts)
            condition = negate_group(reader->pool, condition, meets_or(groups, i));
        fate = fate_of(condition, wrong);
        if (result && meet(&all, joined, &fate))
            keyed = site_error_without_late(keyed);
        else if (!result)
            all = fate;
        result = result ? join(reader->pool, result, joined, condition) : condition;
        joined = group->joined;
    }
    if (keyed) {
        holder = site_error_make(reader->pool, 400, "invalid_groups", field, NULL);
        holder->nested = keyed;
        site_error_append(errors, holder);
    }
    return result;
}
