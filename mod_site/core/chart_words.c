#include "core/chart_draw.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

const char *site_chart_count(apr_pool_t *pool, apr_int64_t number) {
    char digits[32];
    char *text = apr_palloc(pool, 48), *to = text;
    apr_size_t length, i;

    apr_snprintf(digits, sizeof digits, "%" APR_INT64_T_FMT, number);
    length = strlen(digits);
    for (i = 0; i < length; i++) {
        if (i && (length - i) % 3 == 0)
            *to++ = ',';
        *to++ = digits[i];
    }
    *to = '\0';
    return text;
}

/* Within a sentence: "Books" -> "books", but "IP addresses" stay. */
static const char *within(apr_pool_t *pool, const char *words) {
    char *copy;

    if (!apr_isupper(words[0]) || !apr_islower(words[1]))
        return words;
    copy = apr_pstrdup(pool, words);
    copy[0] = (char)apr_tolower(copy[0]);
    return copy;
}

const char *site_chart_rows(apr_pool_t *pool, const site_resource_t *resource, apr_int64_t number) {
    return apr_pstrcat(pool, site_chart_count(pool, number), " ",
                       within(pool, number == 1 ? resource->singular : resource->plural), NULL);
}

static const char *rows_of(const site_chart_data_t *data, apr_int64_t number) {
    return site_chart_rows(data->pool, data->chart->resource, number);
}

/* --- parts --- */

static int has_times(const site_attribute_t *attribute) {
    return attribute->column->type.kind != SITE_KIND_DATE;
}

const char *site_chart_value(apr_pool_t *pool, const site_chart_axis_t *axis, double value) {
    return site_chart_is_time(axis->attribute) ? site_calendar_label(pool, value, has_times(axis->attribute))
                                               : site_scale_number(pool, value);
}

/* Of whole numbers the last one that lies in the bin. */
const char *site_chart_bin_name(const site_chart_data_t *data, int bin) {
    const site_attribute_t *attribute = data->chart->x.attribute;
    const site_mark_t *mark = &data->marks[bin];
    int whole = site_chart_is_whole(&attribute->column->type);

    if (site_chart_is_time(attribute))
        return site_calendar_span(data->pool, &data->calendar, bin);
    if (whole && mark[1].at - mark[0].at == 1)
        return mark->label;
    if (whole && fabs(mark[1].at) < 1e15)
        return apr_pstrcat(data->pool, mark->label, " to ",
                           site_scale_decimal(data->pool, apr_psprintf(data->pool, "%.0f", mark[1].at - 1)), NULL);
    return apr_pstrcat(data->pool, mark->label, " to ", mark[1].label, NULL);
}

const char *site_chart_point_name(const site_chart_point_t *point) {
    return point->caption ? point->caption : point->key.text ? point->key.text : "";
}

static const char *named_value(const site_chart_data_t *data, const site_chart_axis_t *axis, double value) {
    return apr_pstrcat(data->pool, within(data->pool, axis->attribute->label), " ",
                       site_chart_value(data->pool, axis, value), NULL);
}

const char *site_chart_point_words(const site_chart_data_t *data, const site_chart_point_t *point) {
    const char *name = site_chart_point_name(point);
    const char *words = apr_pstrcat(data->pool, name, *name ? ": " : "", named_value(data, &data->chart->x, point->x),
                                    ", ", named_value(data, &data->chart->y, point->y), NULL);

    if (!data->chart->size.attribute || !isfinite(point->size))
        return words;
    return apr_pstrcat(data->pool, words, ", ", named_value(data, &data->chart->size, point->size), NULL);
}

/* --- sentences --- */

static const char *left_out(const site_chart_data_t *data) {
    const char *words = "";

    if (data->missing)
        words =
            apr_pstrcat(data->pool, words, "; ", site_chart_count(data->pool, data->missing), " without a value", NULL);
    if (data->outside)
        words = apr_pstrcat(data->pool, words, "; ", site_chart_count(data->pool, data->outside),
                            data->chart->y.attribute ? " without a place" : " infinite or not a number", NULL);
    return words;
}

static int is_choice(const site_chart_data_t *data) {
    return data->placed > data->points->nelts;
}

/* All points, or which of them were chosen. */
static const char *points_summary(const site_chart_data_t *data) {
    const site_chart_axis_t *size = &data->chart->size;
    const char *some;

    if (!is_choice(data))
        return rows_of(data, data->placed);
    some = apr_pstrcat(data->pool, site_chart_count(data->pool, data->points->nelts), " of ",
                       rows_of(data, data->placed), NULL);
    if (!size->attribute)
        return apr_pstrcat(data->pool, "A sample of ", some, NULL);
    return apr_pstrcat(data->pool, "The ", some, " with the ", size->reversed ? "least " : "greatest ",
                       within(data->pool, size->attribute->label), NULL);
}

const char *site_chart_summary(const site_chart_data_t *data) {
    apr_int64_t drawn = site_chart_drawn(data);
    const char *words;

    if (!data->rows)
        return "No rows";
    if (!drawn)
        return apr_pstrcat(data->pool, rows_of(data, data->rows), ", none of which can be drawn", left_out(data), NULL);
    words = data->chart->y.attribute ? points_summary(data) : rows_of(data, drawn);
    return apr_pstrcat(data->pool, words, left_out(data), NULL);
}

static const char *bins_description(const site_chart_data_t *data) {
    const site_chart_axis_t *x = &data->chart->x;
    int time = site_chart_is_time(x->attribute), peak = 0, i;
    apr_pool_t *pool = data->pool;

    for (i = 1; i < data->bins; i++)
        peak = data->counts[i] > data->counts[peak] ? i : peak;
    return apr_pstrcat(pool, "from ", site_chart_value(pool, x, data->low), " to ",
                       site_chart_value(pool, x, data->high), time ? ", one bar for each " : ", in steps of ",
                       time ? data->calendar.word
                            : site_scale_number(pool, site_scale_at(&data->scale, 1) - site_scale_at(&data->scale, 0)),
                       ". The highest bar is at ", site_chart_bin_name(data, peak), ", with ",
                       rows_of(data, data->counts[peak]), NULL);
}

static const char *groups_description(const site_chart_data_t *data) {
    const site_chart_group_t *most = NULL;
    int i;

    for (i = 0; i < data->groups->nelts; i++) {
        const site_chart_group_t *group = &APR_ARRAY_IDX(data->groups, i, site_chart_group_t);

        most = !most || group->rows > most->rows ? group : most;
    }
    if (!most)
        return "";
    return apr_pstrcat(data->pool, site_chart_count(data->pool, data->kinds),
                       data->kinds == 1 ? " value. It is " : " different values. The most frequent is ", most->label,
                       ", with ", rows_of(data, most->rows), NULL);
}

static const char *range_of(const site_chart_data_t *data, const site_chart_axis_t *axis, apr_size_t member) {
    double low = INFINITY, high = -INFINITY;
    int i;

    for (i = 0; i < data->points->nelts; i++) {
        const site_chart_point_t *point = &APR_ARRAY_IDX(data->points, i, site_chart_point_t);
        double value = *(const double *)((const char *)point + member);

        low = fmin(low, value);
        high = fmax(high, value);
    }
    return apr_pstrcat(data->pool, within(data->pool, axis->attribute->label), " from ",
                       site_chart_value(data->pool, axis, low), " to ", site_chart_value(data->pool, axis, high), NULL);
}

static const char *points_description(const site_chart_data_t *data) {
    const site_chart_t *chart = data->chart;
    const char *words = apr_pstrcat(data->pool,
                                    chart->kind == SITE_CHART_SKY
                                        ? "a map of the whole sky in equal areas, right ascension growing to the left; "
                                        : "",
                                    range_of(data, &chart->x, offsetof(site_chart_point_t, x)), ", ",
                                    range_of(data, &chart->y, offsetof(site_chart_point_t, y)), NULL);

    if (chart->size.attribute)
        words =
            apr_pstrcat(data->pool, words, ". The larger a point, the ", chart->size.reversed ? "smaller" : "greater",
                        " its ", within(data->pool, chart->size.attribute->label), NULL);
    return words;
}

const char *site_chart_description(const site_chart_data_t *data) {
    const char *more;

    if (!site_chart_drawn(data))
        return site_chart_summary(data);
    switch (data->chart->kind) {
    case SITE_CHART_HISTOGRAM:
    case SITE_CHART_SERIES:
        more = bins_description(data);
        break;
    case SITE_CHART_BARS:
        more = groups_description(data);
        break;
    default:
        more = points_description(data);
    }
    return apr_pstrcat(data->pool, site_chart_summary(data), ": ", more, ".", NULL);
}
