/* Bars of values that have no axis: one below the other, each under its name. */
#include "core/chart_draw.h"

#include <apr_strings.h>
#include <math.h>
#include <string.h>

enum {
    ROW = 92,
    TEXT_BASE = 44, /* from a row's top */
    BAR_TOP = 58,
    BAR_BOTTOM = 78,
    LONGEST_NAME = 36 /* characters that leave room for the number */
};

/* The rest, and the rows without a value, come last. */
static apr_int64_t rest_of(const site_chart_data_t *data) {
    apr_int64_t rest = data->rows - data->missing;
    int i;

    for (i = 0; i < data->groups->nelts; i++)
        rest -= APR_ARRAY_IDX(data->groups, i, site_chart_group_t).rows;
    return rest;
}

static int row_count(const site_chart_data_t *data) {
    return data->groups->nelts + (rest_of(data) > 0) + (data->missing > 0);
}

/* The longest bar. The rest is many values, and would dwarf them: it has none. */
static apr_int64_t most_of(const site_chart_data_t *data) {
    apr_int64_t most = data->missing;
    int i;

    for (i = 0; i < data->groups->nelts; i++) {
        apr_int64_t rows = APR_ARRAY_IDX(data->groups, i, site_chart_group_t).rows;

        most = rows > most ? rows : most;
    }
    return most;
}

void site_draw_groups_begin(site_draw_t *draw) {
    draw->left = 0;
    draw->right = SITE_DRAW_WIDTH;
    draw->top = 0;
    draw->bottom = draw->height = row_count(draw->data) * ROW;
    memset(&draw->x, 0, sizeof draw->x);
    draw->x.high = (double)most_of(draw->data);
    draw->x.end = SITE_DRAW_WIDTH;
}

static const char *shortened(apr_pool_t *pool, const char *text) {
    apr_size_t i;
    int count = 0;

    for (i = 0; text[i]; i++) {
        count += ((unsigned char)text[i] & 0xc0) != 0x80;
        if (count > LONGEST_NAME)
            return apr_pstrcat(pool, apr_pstrmemdup(pool, text, i), "\xe2\x80\xa6", NULL);
    }
    return text;
}

static void draw_row(site_sink_t *sink, const site_draw_t *draw, int row, const char *label, apr_int64_t rows,
                     const char *class) {
    apr_pool_t *pool = draw->data->pool;
    int top = row * ROW;

    site_draw_text(sink, "label", 0, top + TEXT_BASE, NULL, shortened(pool, label));
    site_draw_text(sink, "tick end", SITE_DRAW_WIDTH, top + TEXT_BASE, NULL, site_chart_count(pool, rows));
    site_sink_printf(sink, "<path class=\"grid\" d=\"M0 %dH%d\"/>", top + BAR_BOTTOM, SITE_DRAW_WIDTH);
    if (class)
        site_sink_printf(sink, "<path class=\"%s\" d=\"M0 %dV%dH%ldV%dz\"/>", class, top + BAR_BOTTOM, top + BAR_TOP,
                         lround(fmax(3, site_draw_place(&draw->x, (double)rows))), top + BAR_BOTTOM);
}

static const char *rest_label(const site_chart_data_t *data) {
    return apr_pstrcat(data->pool, site_chart_count(data->pool, data->kinds - data->groups->nelts), " other values",
                       NULL);
}

void site_draw_groups(site_sink_t *sink, const site_draw_t *draw) {
    const site_chart_data_t *data = draw->data;
    int row;

    for (row = 0; row < data->groups->nelts; row++) {
        const site_chart_group_t *group = &APR_ARRAY_IDX(data->groups, row, site_chart_group_t);

        draw_row(sink, draw, row, group->label, group->rows, "bar");
    }
    if (rest_of(data) > 0)
        draw_row(sink, draw, row++, rest_label(data), rest_of(data), NULL);
    if (data->missing > 0)
        draw_row(sink, draw, row, "no value", data->missing, "bar rest");
}

static void draw_hit(site_sink_t *sink, const char *address, int row, const char *label, const char *rows) {
    if (!address)
        return;
    site_sink_puts(sink, "<a tabindex=\"-1\"");
    site_chart_href(sink, address);
    site_sink_puts(sink, "><title>");
    site_html_puts(sink, label);
    site_sink_puts(sink, ": ");
    site_html_puts(sink, rows);
    site_sink_printf(sink, "</title><path class=\"hit\" d=\"M0 %dH%dV%dH0z\"/></a>", row * ROW, SITE_DRAW_WIDTH,
                     (row + 1) * ROW);
}

void site_draw_groups_hits(site_sink_t *sink, const site_draw_t *draw) {
    const site_chart_data_t *data = draw->data;
    const site_resource_t *resource = data->chart->resource;
    int row;

    for (row = 0; row < data->groups->nelts; row++) {
        const site_chart_group_t *group = &APR_ARRAY_IDX(data->groups, row, site_chart_group_t);

        draw_hit(sink, site_chart_group_address(draw->links, group), row, group->label,
                 site_chart_rows(data->pool, resource, group->rows));
    }
    if (data->missing > 0)
        draw_hit(sink, site_chart_missing_address(draw->links), row + (rest_of(data) > 0), "no value",
                 site_chart_rows(data->pool, resource, data->missing));
}
