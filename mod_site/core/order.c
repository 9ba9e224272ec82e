#include "core/order.h"
#include "core/spelling.h"
#include "core/value.h"

#include <apr_strings.h>
#include <string.h>

/* The searches for full text on the resource's own columns, outside of negations. */
static void collect_matches(apr_array_header_t *matches, const site_condition_t *condition) {
    int i;

    switch (condition->kind) {
    case SITE_CONDITION_TEST:
        if (condition->lookup.operator== SITE_OP_SEARCH && !condition->exclude)
            APR_ARRAY_PUSH(matches, const site_condition_t *) = condition;
        return;
    case SITE_CONDITION_AT:
        if (condition->join)
            return;
        break;
    case SITE_CONDITION_ALL:
    case SITE_CONDITION_ANY:
    case SITE_CONDITION_JOINED:
        break;
    default:
        return;
    }
    for (i = 0; i < condition->parts->nelts; i++)
        collect_matches(matches, APR_ARRAY_IDX(condition->parts, i, const site_condition_t *));
}

static apr_array_header_t *matches_of(apr_pool_t *pool, const site_condition_t *condition) {
    apr_array_header_t *matches = apr_array_make(pool, 2, sizeof(site_condition_t *));

    if (condition)
        collect_matches(matches, condition);
    return matches;
}

static int contains(const apr_array_header_t *keys, const site_ordering_t *wanted) {
    int i;

    for (i = 0; i < keys->nelts; i++) {
        const site_ordering_t *key = APR_ARRAY_IDX(keys, i, const site_ordering_t *);

        if (!key->relations && !wanted->relations && key->column == wanted->column)
            return 1;
    }
    return 0;
}

static void add_keys(apr_pool_t *pool, apr_array_header_t *keys, const apr_array_header_t *named, int descending,
                     const site_condition_t *condition) {
    int i;

    for (i = 0; i < named->nelts; i++) {
        const site_ordering_t *key = APR_ARRAY_IDX(named, i, const site_ordering_t *);
        apr_array_header_t *matches = key->is_rank ? matches_of(pool, condition) : NULL;
        site_ordering_t *turned;

        if (contains(keys, key))
            continue; /* a second time it can decide nothing */
        if (matches && !matches->nelts)
            continue;
        turned = apr_pmemdup(pool, key, sizeof *key);
        turned->descending ^= descending;
        turned->matches = matches;
        APR_ARRAY_PUSH(keys, site_ordering_t *) = turned;
    }
}

/* Pages neither repeat nor skip rows where ties are broken. */
static void add_tie_breaker(apr_array_header_t *keys, const site_resource_t *resource) {
    int i;

    for (i = 0; i < resource->tie_breaker->nelts; i++) {
        const site_ordering_t *key = APR_ARRAY_IDX(resource->tie_breaker, i, const site_ordering_t *);

        if (!contains(keys, key))
            APR_ARRAY_PUSH(keys, const site_ordering_t *) = key;
    }
}

static const char *nearest(apr_pool_t *pool, const site_resource_t *resource, const char *name) {
    site_spelling_t spelling;
    int i;

    site_spelling_begin(&spelling, name);
    for (i = 0; i < resource->ordering_names->nelts; i++)
        site_spelling_try(&spelling, APR_ARRAY_IDX(resource->ordering_names, i, const char *));
    return spelling.best ? apr_psprintf(pool, "Did you mean '%s'? ", spelling.best) : "";
}

const apr_array_header_t *site_order_read(apr_pool_t *pool, const site_resource_t *resource,
                                          const site_settings_t *settings, const site_params_t *params,
                                          const site_condition_t *condition, site_error_t **error) {
    const site_param_t *param =
        *settings->ordering_parameter ? site_params_last(params, settings->ordering_parameter) : NULL;
    apr_array_header_t *keys;
    const char *at, *end;

    *error = NULL;
    if (!param || !param->value_length)
        return resource->ordering;
    keys = apr_array_make(pool, 4, sizeof(site_ordering_t *));
    end = param->value + param->value_length;
    for (at = param->value; at <= end;) {
        const char *comma = memchr(at, ',', (size_t)(end - at)), *stop = comma ? comma : end, *name;
        const apr_array_header_t *named;
        apr_size_t length;
        int descending;

        name =
            site_value_strip(pool, apr_pstrmemdup(pool, at, (apr_size_t)(stop - at)), (apr_size_t)(stop - at), &length);
        descending = *name == '-';
        named = apr_hash_get(resource->orderings, name + descending, APR_HASH_KEY_STRING);
        if (named)
            add_keys(pool, keys, named, descending, condition);
        else if (settings->strict && *name)
            site_error_append(error, site_error_make(pool, 400, "invalid_ordering", settings->ordering_parameter,
                                                     "'%s' cannot be sorted by. %sUse one of: %s.", name + descending,
                                                     nearest(pool, resource, name + descending),
                                                     apr_array_pstrcat(pool, resource->ordering_names, ',')));
        at = stop + 1;
    }
    if (!keys->nelts)
        return resource->ordering;
    add_tie_breaker(keys, resource);
    return keys;
}
