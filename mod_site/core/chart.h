/* chart: what can be drawn of a resource's rows.
 *
 * One attribute alone makes a histogram (numbers), a time series (dates and moments) or bars (whatever has few values); two make a
 * scatter, and a third one the size of its points. With projection=sky two numbers are a place in the sky: right ascension and
 * declination in degrees.
 *
 * Which chart is asked for, a section declares (SiteChart) or a request says: `_chart=NAME`, or `_x=`, `_y=` and `_size=`, each with an
 * attribute, which `-` in front turns round.
 */
#ifndef SITE_CORE_CHART_H
#define SITE_CORE_CHART_H

#include "core/error.h"
#include "core/params.h"
#include "core/resource.h"

typedef enum site_chart_kind_t {
    SITE_CHART_HISTOGRAM,
    SITE_CHART_SERIES,
    SITE_CHART_BARS,
    SITE_CHART_SCATTER,
    SITE_CHART_SKY
} site_chart_kind_t;

typedef struct site_chart_axis_t {
    const site_attribute_t *attribute; /* NULL: the chart has none */
    int reversed;                      /* an axis that runs the other way; a size that grows as the number falls */
} site_chart_axis_t;

struct site_chart_t {
    const char *name;  /* of its declaration; NULL: a request put it together */
    const char *label; /* what stands above it; never NULL */
    const site_resource_t *resource;
    site_chart_kind_t kind;
    site_chart_axis_t x, y, size;
};

/* What an attribute is good for: a bit for each. */
enum {
    SITE_CHART_ALONE = 1, /* as the only one */
    SITE_CHART_AXIS = 2,  /* as one of two */
    SITE_CHART_SIZE = 4
};
unsigned site_chart_roles(const site_attribute_t *attribute);

/* The declared chart of that name, or NULL. */
const site_chart_t *site_chart_named(const site_resource_t *resource, const char *name);

/* The chart that a request asks for. NULL: none, or *error, a 400 that names the parameter. */
const site_chart_t *site_chart_read(apr_pool_t *pool, const site_resource_t *resource, const site_params_t *params,
                                    site_error_t **error);

/* A declaration, judged against the resource. Returns what is wrong with it, or NULL and *chart. */
const char *site_chart_make(apr_pool_t *pool, const site_resource_t *resource, const site_chart_spec_t *spec,
                            const site_chart_t **chart);

/* What a row is called beside its point: its name or label, and what says it where that is empty. Either may be NULL. */
typedef struct site_chart_caption_t {
    const site_column_t *column, *otherwise;
} site_chart_caption_t;
void site_chart_caption(const site_resource_t *resource, site_chart_caption_t *caption);

/* How the axes' values come: numbers, or moments (seconds since 1970, see core/calendar). */
static inline int site_chart_is_time(const site_attribute_t *attribute) {
    site_kind_t kind = attribute->column->type.kind;

    return kind == SITE_KIND_DATE || kind == SITE_KIND_TIMESTAMP || kind == SITE_KIND_TIMESTAMPTZ;
}

/* Whether there is nothing between its values, so that 1 to 4 are four of them. */
static inline int site_chart_is_whole(const site_type_t *type) {
    return type->kind == SITE_KIND_INT2 || type->kind == SITE_KIND_INT4 || type->kind == SITE_KIND_INT8 ||
           (type->kind == SITE_KIND_NUMERIC && type->scale == 0);
}

#endif
