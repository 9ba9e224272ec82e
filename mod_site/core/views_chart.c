/* What the template of a collection sees of charts: a part of views.h. */
#include "core/chart.h"
#include "core/vary.h"
#include "core/views.h"

#include <string.h>

static const char *const parameters[] = {"_chart", "_x", "_y", "_size", NULL};

static const char *said(const site_views_list_t *list, const char *parameter) {
    const char *value = site_params_value(list->params, parameter);

    return value ? value : "";
}

/* The charts that the resource declares, each with the address of this page with it. */
static void fill_charts(site_view_t *view, const char *name, void *baton) {
    const site_views_list_t *list = baton;
    site_params_t rest = {apr_array_make(site_view_pool(view), 8, sizeof(site_param_t))};
    site_vary_t vary = {site_view_pool(view), &rest, list->settings};
    int i, j;

    for (i = 0; i < list->params->list->nelts; i++) {
        const site_param_t *param = &APR_ARRAY_IDX(list->params->list, i, site_param_t);

        for (j = 0; parameters[j] && strcmp(param->name, parameters[j]) != 0; j++)
            ;
        if (!parameters[j])
            APR_ARRAY_PUSH(rest.list, site_param_t) = *param;
    }
    for (i = 0; i < list->resource->charts->nelts; i++) {
        const site_chart_t *chart = APR_ARRAY_IDX(list->resource->charts, i, const site_chart_t *);
        int current = strcmp(said(list, "_chart"), chart->name) == 0;
        site_view_t *item = site_view_item(view, name);

        site_view_text(item, "label", chart->label);
        site_view_flag(item, "current", current);
        /* A second click takes it away. */
        site_view_text(item, "url", site_vary_set(&vary, "_chart", current ? NULL : chart->name));
    }
}

/* The attributes that can be drawn, and what each can be: for a form. */
static void fill_axes(site_view_t *view, const char *name, void *baton) {
    const site_views_list_t *list = baton;
    int i;

    for (i = 0; i < list->resource->attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(list->resource->attributes, i, const site_attribute_t *);
        unsigned roles = site_chart_roles(attribute);
        site_view_t *item;

        if (!roles)
            continue;
        item = site_view_item(view, name);
        site_view_text(item, "name", attribute->name);
        site_view_text(item, "label", attribute->label);
        site_view_flag(item, "axis", (roles & SITE_CHART_AXIS) != 0);
        site_view_flag(item, "size", (roles & SITE_CHART_SIZE) != 0);
        site_view_flag(item, "is_x", strcmp(said(list, "_x"), attribute->name) == 0);
        site_view_flag(item, "is_y", strcmp(said(list, "_y"), attribute->name) == 0);
        site_view_flag(item, "is_size", strcmp(said(list, "_size"), attribute->name) == 0);
    }
}

void site_views_chart(site_view_t *view, const site_views_list_t *list) {
    if (list->chart)
        site_view_markup(view, "chart", list->chart);
    site_view_later(view, "charts", fill_charts, (void *)list);
    site_view_later(view, "axes", fill_axes, (void *)list);
}
