#include "core/vary.h"

#include <string.h>

int site_vary_is_place(const site_settings_t *settings, const char *name) {
    switch (settings->pagination) {
    case SITE_PAGINATION_PAGE:
        return *settings->page_parameter && strcmp(name, settings->page_parameter) == 0;
    case SITE_PAGINATION_LIMIT:
        return *settings->offset_parameter && strcmp(name, settings->offset_parameter) == 0;
    case SITE_PAGINATION_CURSOR:
        return *settings->cursor_parameter && strcmp(name, settings->cursor_parameter) == 0;
    default:
        return 0;
    }
}

/* What the page is asked by, once: forms. What chooses a chart stays. */
static int is_passing(const char *name) {
    static const char *const staying[] = {"_chart", "_x", "_y", "_size", NULL};
    int i;

    if (*name != '_')
        return 0;
    for (i = 0; staying[i]; i++) {
        if (strcmp(name, staying[i]) == 0)
            return 0;
    }
    return 1;
}

/* The parameters that go along, but for the one at `position` (-1: all). */
static site_params_t *lasting(const site_vary_t *vary, int position) {
    site_params_t *params = apr_palloc(vary->pool, sizeof *params);
    int i;

    params->list = apr_array_make(vary->pool, vary->params->list->nelts + 1, sizeof(site_param_t));
    for (i = 0; i < vary->params->list->nelts; i++) {
        const site_param_t *param = &APR_ARRAY_IDX(vary->params->list, i, site_param_t);

        if (i != position && !site_vary_is_place(vary->settings, param->name) && !is_passing(param->name))
            APR_ARRAY_PUSH(params->list, site_param_t) = *param;
    }
    return params;
}

static const char *written(const site_vary_t *vary, const site_params_t *params, const char *name, const char *value) {
    site_sink_t sink;

    site_sink_init(&sink, vary->pool, 128, 0);
    site_params_write_with(&sink, vary->pool, params, name, value);
    if (!sink.used)
        site_sink_char(&sink, '?'); /* an empty address would keep the query that there is */
    site_sink_char(&sink, '\0');
    return sink.data;
}

const char *site_vary_set(const site_vary_t *vary, const char *name, const char *value) {
    return written(vary, lasting(vary, -1), name, value);
}

const char *site_vary_add(const site_vary_t *vary, const char *name, const char *value) {
    site_params_t *params = lasting(vary, -1);
    site_param_t *param = apr_array_push(params->list);

    param->name = name;
    param->name_length = strlen(name);
    param->value = value;
    param->value_length = strlen(value);
    return written(vary, params, "", NULL);
}

const char *site_vary_drop(const site_vary_t *vary, int position) {
    return written(vary, lasting(vary, position), "", NULL);
}
