#include "core/chart_data.h"
#include "core/sql_chart.h"

#include <apr_strings.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_BINS = 50, MOST_SPANS = 80 };

site_chart_data_t *site_chart_begin(apr_pool_t *pool, const site_chart_t *chart, const site_query_t *query) {
    site_chart_data_t *data = apr_pcalloc(pool, sizeof *data);

    data->pool = pool;
    data->chart = chart;
    data->query = query;
    data->low = 1;
    data->high = 0;
    data->groups = apr_array_make(pool, SITE_CHART_GROUPS + 1, sizeof(site_chart_group_t));
    data->points = apr_array_make(pool, 64, sizeof(site_chart_point_t));
    return data;
}

/* The bins cover the range. Whole numbers get one more, where the greatest stands on a mark: a bin ends before its second mark, but for the
 * last one of others. */
static void make_bins(site_chart_data_t *data) {
    const site_attribute_t *attribute = data->chart->x.attribute;

    if (site_chart_is_time(attribute)) {
        site_calendar_cover(&data->calendar, data->low, data->high, MOST_SPANS,
                            attribute->column->type.kind == SITE_KIND_DATE);
        data->marks = site_calendar_marks(data->pool, &data->calendar);
        data->bins = data->calendar.count;
    }
    else {
        int whole = site_chart_is_whole(&attribute->column->type);

        site_scale_cover(&data->scale, data->low, data->high + (whole ? 1 : 0), MOST_BINS, whole);
        data->marks = site_scale_marks(data->pool, &data->scale);
        data->bins = data->scale.count;
    }
    data->counts = apr_pcalloc(data->pool, (apr_size_t)data->bins * sizeof *data->counts);
}

static int ask_for_bins(site_chart_data_t *data, site_sql_t *statements) {
    if (data->round == 1) {
        site_sql_chart_range(data->pool, data->query, data->chart, &statements[0]);
        return 1;
    }
    if (data->round > 2)
        return 0;
    /* Without a range there are still rows to be counted. */
    if (data->low <= data->high)
        make_bins(data);
    site_sql_chart_bins(data->pool, data->query, data->chart, data->marks, data->bins, &statements[0]);
    return 1;
}

/* --- the order of groups --- */

static int choice_number(const site_attribute_t *attribute, const site_chart_group_t *group) {
    int i;

    for (i = 0; i < attribute->choices->nelts; i++) {
        if (group->value &&
            strcmp(APR_ARRAY_IDX(attribute->choices, i, const site_choice_t *)->value, group->value) == 0)
            return i;
    }
    return i;
}

/* Choices have an order of their own, which says more than that of their numbers. */
static void order_groups(site_chart_data_t *data) {
    const site_attribute_t *attribute = data->chart->x.attribute;
    site_chart_group_t *groups = (site_chart_group_t *)(void *)data->groups->elts;
    int i, j;

    if (!attribute->choices || attribute->relation)
        return;
    for (i = 1; i < data->groups->nelts; i++) {
        site_chart_group_t group = groups[i];

        for (j = i; j > 0 && choice_number(attribute, &groups[j - 1]) > choice_number(attribute, &group); j--)
            groups[j] = groups[j - 1];
        groups[j] = group;
    }
}

int site_chart_ask(site_chart_data_t *data, site_sql_t statements[SITE_CHART_STATEMENTS]) {
    data->round++;
    switch (data->chart->kind) {
    case SITE_CHART_HISTOGRAM:
    case SITE_CHART_SERIES:
        return ask_for_bins(data, statements);
    case SITE_CHART_BARS:
        if (data->round > 1) {
            order_groups(data);
            return 0;
        }
        site_sql_chart_groups(data->pool, data->query, data->chart, SITE_CHART_GROUPS, &statements[0]);
        return 1;
    default:
        if (data->round > 1)
            return 0;
        site_sql_chart_placed(data->pool, data->query, data->chart, &statements[0]);
        site_sql_chart_points(data->pool, data->query, data->chart, SITE_CHART_POINTS, &statements[1]);
        return 2;
    }
}

/* --- answers --- */

static double number_in(const site_cell_t *cell) {
    return cell->text ? strtod(cell->text, NULL) : NAN;
}

static void take_range(site_chart_data_t *data, const site_cell_t *cells) {
    if (!cells[0].text || !cells[1].text)
        return;
    data->low = number_in(&cells[0]);
    data->high = number_in(&cells[1]);
}

static void take_bin(site_chart_data_t *data, const site_cell_t *cells) {
    int bin = atoi(cells[0].text);
    apr_int64_t rows = apr_atoi64(cells[1].text);

    data->rows += rows;
    if (bin == SITE_CHART_MISSING)
        data->missing = rows;
    else if (bin < 0 || bin >= data->bins) /* the latter: a row that came between the two questions */
        data->outside += rows;
    else
        data->counts[bin] = rows;
}

static const char *choice_label(const site_attribute_t *attribute, const char *value) {
    int i;

    for (i = 0; attribute->choices && i < attribute->choices->nelts; i++) {
        const site_choice_t *choice = APR_ARRAY_IDX(attribute->choices, i, const site_choice_t *);

        if (strcmp(choice->value, value) == 0)
            return choice->label;
    }
    return NULL;
}

static const char *group_label(site_chart_data_t *data, const char *value, const site_cell_t *caption, int cut) {
    const site_attribute_t *attribute = data->chart->x.attribute;
    const char *label = choice_label(attribute, value);

    if (label)
        return label;
    if (caption->text && *caption->text)
        return apr_pstrdup(data->pool, caption->text);
    if (attribute->column->type.kind == SITE_KIND_BOOLEAN)
        return *value == 't' ? "yes" : "no";
    if (!*value)
        return "(empty)";
    return cut ? apr_pstrcat(data->pool, value, "\xe2\x80\xa6", NULL) : value;
}

static void take_group(site_chart_data_t *data, const site_cell_t *cells) {
    apr_int64_t rows = apr_atoi64(cells[1].text);
    int cut = cells[4].text && *cells[4].text == 't';
    site_chart_group_t *group;
    const char *value;

    data->rows = apr_atoi64(cells[2].text);
    data->kinds = apr_atoi64(cells[3].text);
    if (!cells[0].text) {
        data->missing = rows;
        return;
    }
    if (data->groups->nelts == SITE_CHART_GROUPS)
        return;
    value = apr_pstrdup(data->pool, cells[0].text);
    group = apr_array_push(data->groups);
    group->value = cut ? NULL : value;
    group->label = group_label(data, value, &cells[5], cut);
    group->rows = rows;
}

static void take_point(site_chart_data_t *data, const site_cell_t *cells) {
    site_chart_point_t *point = apr_array_push(data->points);

    point->key.text = cells[0].text ? apr_pstrmemdup(data->pool, cells[0].text, cells[0].length) : NULL;
    point->key.length = cells[0].length;
    point->caption = cells[1].text && *cells[1].text ? apr_pstrdup(data->pool, cells[1].text) : NULL;
    point->x = number_in(&cells[2]);
    point->y = number_in(&cells[3]);
    point->size = number_in(&cells[4]);
    if (!isfinite(point->size))
        point->size = NAN;
}

void site_chart_take(site_chart_data_t *data, int statement, const site_cell_t *cells) {
    switch (data->chart->kind) {
    case SITE_CHART_HISTOGRAM:
    case SITE_CHART_SERIES:
        if (data->round == 1)
            take_range(data, cells);
        else
            take_bin(data, cells);
        return;
    case SITE_CHART_BARS:
        take_group(data, cells);
        return;
    default:
        if (statement == 0) {
            data->rows = apr_atoi64(cells[0].text);
            data->placed = apr_atoi64(cells[1].text);
            data->outside = data->rows - data->placed;
        }
        else {
            take_point(data, cells);
        }
    }
}

apr_int64_t site_chart_drawn(const site_chart_data_t *data) {
    if (data->chart->kind == SITE_CHART_SCATTER || data->chart->kind == SITE_CHART_SKY)
        return data->points->nelts;
    return data->rows - data->missing - data->outside;
}
