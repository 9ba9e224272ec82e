#include "core/chart.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

/* --- what can be drawn --- */

static int has_groups(const site_attribute_t *attribute) {
    const site_column_t *column = attribute->column;

    if (attribute->relation)
        return attribute->relation->kind == SITE_RELATION_FORWARD && attribute->relation->columns->nelts == 1;
    if (column->type.kind == SITE_KIND_BOOLEAN || column->type.kind == SITE_KIND_ENUM || attribute->choices)
        return 1;
    return (column->type.kind == SITE_KIND_TEXT || column->type.kind == SITE_KIND_CHAR) &&
           !site_column_is_unique(column);
}

unsigned site_chart_roles(const site_attribute_t *attribute) {
    unsigned roles = 0;

    if (!attribute->shown || !attribute->column)
        return 0;
    if (has_groups(attribute))
        return SITE_CHART_ALONE;
    if (site_chart_is_time(attribute))
        roles = SITE_CHART_ALONE | SITE_CHART_AXIS;
    else if (site_type_is_number(&attribute->column->type))
        roles = SITE_CHART_ALONE | SITE_CHART_AXIS | SITE_CHART_SIZE;
    return attribute->relation ? 0 : roles;
}

static site_chart_kind_t kind_alone(const site_attribute_t *attribute) {
    if (has_groups(attribute))
        return SITE_CHART_BARS;
    return site_chart_is_time(attribute) ? SITE_CHART_SERIES : SITE_CHART_HISTOGRAM;
}

/* --- putting one together --- */

/* What is wrong with a chart, and which of its three places is. */
typedef struct fault_t {
    const char *place; /* "x", "y" or "size" */
    const char *message;
} fault_t;

static int fail(fault_t *fault, const char *place, const char *message) {
    fault->place = place;
    fault->message = message;
    return 0;
}

/* What is hidden is not there: no word of it. */
static int find_axis(apr_pool_t *pool, const site_resource_t *resource, const char *place, const char *word,
                     site_chart_axis_t *axis, fault_t *fault) {
    axis->reversed = *word == '-';
    axis->attribute = site_resource_attribute(resource, word + axis->reversed);
    if (axis->attribute && axis->attribute->shown)
        return 1;
    return fail(fault, place, apr_psprintf(pool, "There is no attribute '%s'.", word + axis->reversed));
}

static int check_roles(apr_pool_t *pool, const site_chart_axis_t *axis, unsigned role, const char *place,
                       fault_t *fault) {
    const char *what = role == SITE_CHART_SIZE   ? "the size of points"
                       : role == SITE_CHART_AXIS ? "one axis of two: it is neither a number nor a time"
                                                 : "a chart";

    if (!axis->attribute || site_chart_roles(axis->attribute) & role)
        return 1;
    return fail(fault, place, apr_psprintf(pool, "'%s' cannot be drawn as %s.", axis->attribute->name, what));
}

static const char *default_label(apr_pool_t *pool, const site_chart_t *chart) {
    if (chart->kind == SITE_CHART_SKY)
        return apr_pstrcat(pool, chart->resource->plural, " in the sky", NULL);
    if (chart->kind == SITE_CHART_SCATTER)
        return apr_pstrcat(pool, chart->resource->plural, " by ", chart->x.attribute->label, " and ",
                           chart->y.attribute->label, NULL);
    return apr_pstrcat(pool, chart->resource->plural, " by ", chart->x.attribute->label, NULL);
}

static int assemble(apr_pool_t *pool, site_chart_t *chart, const site_chart_spec_t *spec, fault_t *fault) {
    const site_resource_t *resource = chart->resource;

    if (!spec->x)
        return fail(fault, "x", "A chart needs an attribute for its x axis.");
    if (!find_axis(pool, resource, "x", spec->x, &chart->x, fault) ||
        (spec->y && !find_axis(pool, resource, "y", spec->y, &chart->y, fault)) ||
        (spec->size && !find_axis(pool, resource, "size", spec->size, &chart->size, fault)))
        return 0;
    if (spec->size && !spec->y)
        return fail(fault, "size", "Only points of two attributes have a size: y is missing.");
    if (spec->sky && !spec->y)
        return fail(fault, "y", "A sky map needs a declination as y.");
    if (!check_roles(pool, &chart->x, spec->y ? SITE_CHART_AXIS : SITE_CHART_ALONE, "x", fault) ||
        !check_roles(pool, &chart->y, SITE_CHART_AXIS, "y", fault) ||
        !check_roles(pool, &chart->size, SITE_CHART_SIZE, "size", fault))
        return 0;
    if (spec->sky && site_chart_is_time(chart->x.attribute))
        return fail(fault, "x", "A sky map needs degrees: x is a time.");
    if (spec->sky && site_chart_is_time(chart->y.attribute))
        return fail(fault, "y", "A sky map needs degrees: y is a time.");
    chart->kind = spec->sky ? SITE_CHART_SKY : spec->y ? SITE_CHART_SCATTER : kind_alone(chart->x.attribute);
    chart->label = spec->label ? spec->label : default_label(pool, chart);
    return 1;
}

const char *site_chart_make(apr_pool_t *pool, const site_resource_t *resource, const site_chart_spec_t *spec,
                            const site_chart_t **chart) {
    site_chart_t *made = apr_pcalloc(pool, sizeof *made);
    fault_t fault;

    made->name = spec->name;
    made->resource = resource;
    if (!assemble(pool, made, spec, &fault))
        return apr_psprintf(pool, "%s=: %s", fault.place, fault.message);
    *chart = made;
    return NULL;
}

/* --- what a request asks for --- */

const site_chart_t *site_chart_named(const site_resource_t *resource, const char *name) {
    int i;

    for (i = 0; i < resource->charts->nelts; i++) {
        const site_chart_t *chart = APR_ARRAY_IDX(resource->charts, i, const site_chart_t *);

        if (strcmp(chart->name, name) == 0)
            return chart;
    }
    return NULL;
}

/* A form sends the fields that were left empty, too. An attribute that is really called so keeps its name. */
static const char *word_of(const site_resource_t *resource, const site_params_t *params, const char *name) {
    const char *value = site_params_value(params, name);

    return value && *value && !site_resource_attribute(resource, name) ? value : NULL;
}

static site_error_t *no_such_chart(apr_pool_t *pool, const site_resource_t *resource, const char *name) {
    const char *names = "";
    int i;

    for (i = 0; i < resource->charts->nelts; i++)
        names = apr_pstrcat(pool, names,
                            i ? ", " : " There are: ", APR_ARRAY_IDX(resource->charts, i, const site_chart_t *)->name,
                            NULL);
    return site_error_make(pool, 400, "unknown_chart", "_chart", "There is no chart '%s'.%s%s", name, names,
                           *names ? "." : "");
}

const site_chart_t *site_chart_read(apr_pool_t *pool, const site_resource_t *resource, const site_params_t *params,
                                    site_error_t **error) {
    const char *name = word_of(resource, params, "_chart");
    const site_chart_t *declared;
    site_chart_spec_t spec;
    site_chart_t *chart;
    fault_t fault;

    *error = NULL;
    if (name) {
        declared = site_chart_named(resource, name);
        if (!declared)
            *error = no_such_chart(pool, resource, name);
        return declared;
    }
    memset(&spec, 0, sizeof spec);
    spec.x = word_of(resource, params, "_x");
    spec.y = word_of(resource, params, "_y");
    spec.size = word_of(resource, params, "_size");
    if (!spec.x && !spec.y && !spec.size)
        return NULL;
    chart = apr_pcalloc(pool, sizeof *chart);
    chart->resource = resource;
    if (assemble(pool, chart, &spec, &fault))
        return chart;
    *error =
        site_error_make(pool, 400, "invalid_chart", apr_pstrcat(pool, "_", fault.place, NULL), "%s", fault.message);
    return NULL;
}

/* --- what a row is called --- */

static const site_column_t *text_of(const site_attribute_t *attribute) {
    return attribute && attribute->shown && attribute->column && !attribute->relation && !attribute->choices &&
                   attribute->text_format == SITE_TEXT_PLAIN && attribute->column->type.kind == SITE_KIND_TEXT
               ? attribute->column
               : NULL;
}

/* A text that every row has. */
static const site_column_t *steady_text(const site_resource_t *resource) {
    int i;

    for (i = 0; i < resource->attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *);
        const site_column_t *column = text_of(attribute);

        if (column && column->not_null && attribute != resource->key)
            return column;
    }
    return NULL;
}

/* On a map one looks for Sirius, whatever it is called in a list. */
void site_chart_caption(const site_resource_t *resource, site_chart_caption_t *caption) {
    const site_column_t *label = resource->label ? resource->label->column : NULL;
    const site_column_t *name = text_of(site_resource_attribute(resource, "name"));

    caption->column = name ? name : label;
    caption->otherwise = NULL;
    if (caption->column && !caption->column->not_null)
        caption->otherwise = label && label != caption->column ? label : steady_text(resource);
}
