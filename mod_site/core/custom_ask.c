/* What one visitor asks with a page's queries: the second part of custom.h. */
#include "core/custom.h"

#include "core/order.h"
#include "core/regex.h"
#include "core/search.h"

#include <apr_strings.h>
#include <string.h>

/* --- values --- */

static const char *captured_value(const site_custom_values_t *values, const char *name) {
    const apr_array_header_t *segments = values->page->pattern->segments;
    int i, number = 0;

    for (i = 0; i < segments->nelts; i++) {
        const site_pattern_segment_t *segment = &APR_ARRAY_IDX(segments, i, const site_pattern_segment_t);

        if (segment->captured && strcmp(segment->text, name) == 0)
            return values->captured[number];
        number += segment->captured;
    }
    return NULL;
}

const char *site_custom_value(const site_custom_values_t *values, const char *name) {
    const char *value = captured_value(values, name);
    const site_custom_parameter_t *parameter = value ? NULL : site_custom_parameter(values->page, name);

    if (!parameter)
        return value;
    value = site_params_value(values->params, name);
    return value ? value : parameter->fallback;
}

site_params_t *site_custom_given(apr_pool_t *pool, const site_custom_values_t *values) {
    site_params_t *given = apr_palloc(pool, sizeof *given);
    int i;

    given->list = apr_array_make(pool, 4, sizeof(site_param_t));
    for (i = 0; i < values->page->parameters->nelts; i++) {
        const site_param_t *param = site_params_last(
            values->params, APR_ARRAY_IDX(values->page->parameters, i, const site_custom_parameter_t).name);

        if (param)
            APR_ARRAY_PUSH(given->list, site_param_t) = *param;
    }
    return given;
}

site_error_t *site_custom_check_values(apr_pool_t *pool, const site_custom_values_t *values) {
    const site_params_t *given = site_custom_given(pool, values);
    int i;

    for (i = 0; i < given->list->nelts; i++) {
        const site_param_t *param = &APR_ARRAY_IDX(given->list, i, const site_param_t);

        if (strlen(param->value) != param->value_length)
            return site_error_make(pool, 400, "invalid", param->name, "Null characters are not allowed.");
    }
    return NULL;
}

static const char *find_value(void *baton, const char *name) {
    return site_custom_value(baton, name);
}

/* --- the query --- */

void site_custom_settings(const site_custom_query_t *query, const site_resource_t *resource,
                          const site_settings_t *location, site_settings_t *settings) {
    site_settings_merge(settings, location, &resource->settings);
    site_settings_complete(settings);
    /* What stands in the query was written by the site's author, and has been judged. */
    settings->strict = 0;
    settings->max_page_size = query->rows;
    if (!*settings->page_size_parameter)
        settings->page_size_parameter = "page_size";
    if (!*settings->limit_parameter)
        settings->limit_parameter = "limit";
}

/* A condition whose value the visitor did not give is none. */
static site_params_t *fill_params(apr_pool_t *pool, const site_custom_query_t *query,
                                  const site_custom_values_t *values) {
    site_params_t *params = apr_palloc(pool, sizeof *params);
    int i, missing;

    params->list = apr_array_make(pool, query->params->nelts + 1, sizeof(site_param_t));
    for (i = 0; i < query->params->nelts; i++) {
        const site_custom_param_t *from = &APR_ARRAY_IDX(query->params, i, const site_custom_param_t);
        const char *value = site_blanks_fill(pool, from->value, find_value, (void *)values, &missing);
        site_param_t *param;

        if (missing)
            continue;
        param = apr_array_push(params->list);
        param->name = from->name;
        param->name_length = strlen(from->name);
        param->value = value;
        param->value_length = strlen(value);
    }
    return params;
}

/* `page={page}`: that parameter of the page's turns the pages. */
static const char *turning_parameter(const site_custom_query_t *query, const site_settings_t *settings) {
    const char *control = settings->pagination == SITE_PAGINATION_PAGE    ? settings->page_parameter
                          : settings->pagination == SITE_PAGINATION_LIMIT ? settings->offset_parameter
                                                                          : "";
    const char *name = NULL;
    int i;

    for (i = 0; i < query->params->nelts; i++) {
        const site_custom_param_t *param = &APR_ARRAY_IDX(query->params, i, const site_custom_param_t);

        if (strcmp(param->name, control) == 0)
            name = site_blanks_only(param->value);
    }
    return name && site_custom_parameter(query->page, name) ? name : NULL;
}

static void settle_page(apr_pool_t *pool, const site_custom_query_t *query, const site_params_t *params,
                        site_custom_ask_t *ask) {
    site_error_t *error;

    site_page_read(pool, &ask->settings, params, &ask->page, &error);
    if (!error && ask->page.offset < 0)
        error = site_error_make(pool, 404, "invalid_page", NULL, "Invalid page.");
    if (ask->page.size < 0 || ask->page.size > query->rows)
        ask->page.size = query->rows;
    ask->turned_by = turning_parameter(query, &ask->settings);
    ask->query.offset = error ? 0 : ask->page.offset;
    ask->query.limit = ask->page.size + (ask->turned_by != NULL);
    if (!ask->error)
        ask->error = error;
}

static site_condition_t *both(apr_pool_t *pool, site_condition_t *one, site_condition_t *other) {
    site_condition_t *all = one->kind == SITE_CONDITION_ALL ? one : site_condition_make(pool, SITE_CONDITION_ALL);

    if (all != one)
        site_condition_add(all, one);
    site_condition_add(all, other);
    return all;
}

static site_condition_t *key_condition(apr_pool_t *pool, const site_custom_query_t *query,
                                       const site_resource_t *resource, const site_custom_values_t *values) {
    int missing;
    const char *key = site_blanks_fill(pool, query->key, find_value, (void *)values, &missing);
    site_condition_t *condition = missing ? NULL : site_filter_key(pool, resource, key, strlen(key));

    return condition ? condition : site_condition_make(pool, SITE_CONDITION_NEVER);
}

static int has_blank(const site_custom_param_t *param) {
    int i;

    for (i = 0; i < param->value->nelts; i++) {
        if (APR_ARRAY_IDX(param->value, i, const site_blank_t).name)
            return 1;
    }
    return 0;
}

/* A test that no parameter names stands in an expression. */
static const char *visitors_parameter(const void *baton, const char *field) {
    const site_custom_ask_t *ask = baton;
    const char *expression = NULL;
    int i, named = 0;

    for (i = 0; i < ask->from->params->nelts; i++) {
        const site_custom_param_t *param = &APR_ARRAY_IDX(ask->from->params, i, const site_custom_param_t);
        int asked = site_regex_is_asked(param->name, field);

        if (asked && has_blank(param))
            return param->name;
        named |= asked;
        if (strcmp(param->name, ask->settings.complex_parameter) == 0 && has_blank(param))
            expression = param->name;
    }
    return named ? NULL : expression;
}

void site_custom_ask(apr_pool_t *pool, const site_custom_query_t *query, const site_resource_t *resource,
                     const site_settings_t *settings, const site_custom_values_t *values, site_custom_ask_t *ask) {
    const site_params_t *params = fill_params(pool, query, values);
    const site_param_t *search;
    site_condition_t *condition;
    site_error_t *order_error, *search_error = NULL;

    memset(ask, 0, sizeof *ask);
    ask->from = query;
    ask->resource = ask->query.resource = resource;
    site_custom_settings(query, resource, settings, &ask->settings);
    ask->filter = site_filter_read(pool, resource, &ask->settings, params);
    condition = ask->filter->condition;
    if (ask->filter->decided)
        ask->error = site_error_settle(ask->filter->errors);
    search = *ask->settings.search_parameter ? site_params_last(params, ask->settings.search_parameter) : NULL;
    if (search)
        condition =
            both(pool, condition,
                 site_search_read(pool, resource, &ask->settings, search->value, search->value_length, &search_error));
    ask->query.ordering = site_order_read(pool, resource, &ask->settings, params, condition, &order_error);
    if (!ask->error)
        ask->error = order_error ? order_error : search_error;
    if (query->key)
        condition = both(pool, condition, key_condition(pool, query, resource, values));
    ask->query.condition = condition;
    ask->regex = site_regex_find(condition, resource->where, visitors_parameter, ask);
    settle_page(pool, query, params, ask);
}

const char *const *site_custom_sql_values(apr_pool_t *pool, const site_custom_query_t *query,
                                          const site_custom_values_t *values) {
    int count = query->sql->names->nelts, i;
    const char **bound = apr_palloc(pool, ((apr_size_t)count + 1) * sizeof *bound);

    for (i = 0; i < count; i++)
        bound[i] = site_custom_value(values, APR_ARRAY_IDX(query->sql->names, i, const char *));
    return bound;
}

/* --- whose fault it is --- */

/* What the blanks of a query are: values of the address, parameters. */
typedef struct sources_t {
    int captured;
    const char *parameter; /* one of them; NULL: none */
} sources_t;

static void add_source(const site_custom_t *page, const char *name, sources_t *sources) {
    if (site_custom_parameter(page, name))
        sources->parameter = name;
    else
        sources->captured = 1;
}

static void add_sources(const site_custom_t *page, const apr_array_header_t *blanks, sources_t *sources) {
    int i;

    for (i = 0; blanks && i < blanks->nelts; i++) {
        const char *name = APR_ARRAY_IDX(blanks, i, const site_blank_t).name;

        if (name)
            add_source(page, name, sources);
    }
}

/* Of the parameter of this name; NULL, or a name that is not there: of the whole query. */
static void find_sources(const site_custom_query_t *query, const char *field, sources_t *sources) {
    int i, found = 0;

    memset(sources, 0, sizeof *sources);
    for (i = 0; field && i < query->params->nelts; i++) {
        const site_custom_param_t *param = &APR_ARRAY_IDX(query->params, i, const site_custom_param_t);

        if (strcmp(param->name, field) == 0) {
            add_sources(query->page, param->value, sources);
            found = 1;
        }
    }
    if (found)
        return;
    add_sources(query->page, query->key, sources);
    for (i = 0; i < query->params->nelts; i++)
        add_sources(query->page, APR_ARRAY_IDX(query->params, i, const site_custom_param_t).value, sources);
    for (i = 0; query->sql && i < query->sql->names->nelts; i++)
        add_source(query->page, APR_ARRAY_IDX(query->sql->names, i, const char *), sources);
}

/* The first sentence of a tree of errors. */
static const char *sentence(const site_error_t *error) {
    while (error->nested)
        error = error->nested;
    return error->message;
}

site_error_t *site_custom_blame(apr_pool_t *pool, const site_custom_query_t *query, site_error_t *error) {
    sources_t sources;

    if (error->status == 404)
        return site_error_make(pool, 404, "not_found", NULL, "There is nothing at this address.");
    if (error->status != 400)
        return error;
    find_sources(query, error->field, &sources);
    if (sources.captured)
        return site_error_make(pool, 404, "not_found", NULL, "There is nothing at this address.");
    if (sources.parameter)
        return site_error_make(pool, 400, "invalid", sources.parameter, "%s", sentence(error));
    return site_error_make(pool, 503, "misconfigured", NULL,
                           "This page is not available: its configuration does not fit the database.");
}
