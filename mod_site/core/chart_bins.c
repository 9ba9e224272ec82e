/* Bars on an axis of numbers or time. */
#include "core/chart_draw.h"

#include <math.h>

enum {
    TOP = 84,
    PLOT = 560,
    FOOT = 140,
    FEWEST = 6 /* bars that take all the width */
};

/* Bars touch nearly, and none is too small to be seen. */
static const double gap = 2, least_height = 3;

/* A number of rows is written as everywhere else. */
static void count_ticks(const site_draw_t *draw) {
    int i;

    for (i = 0; i < draw->y.count; i++)
        draw->y.ticks[i].label = site_chart_count(draw->data->pool, (apr_int64_t)draw->y.ticks[i].at);
}

/* Few bars leave room at both sides rather than grow as wide as it goes. */
static double room_beside(const site_chart_data_t *data) {
    double step = data->marks[1].at - data->marks[0].at;

    return data->bins < FEWEST ? step * (FEWEST - data->bins) / 2 : 0;
}

/* A bar of one whole number has it in its middle. */
static void center_ticks(site_draw_t *draw) {
    const site_chart_data_t *data = draw->data;
    int i;

    if (!site_chart_is_whole(&data->chart->x.attribute->column->type) || data->marks[1].at - data->marks[0].at != 1)
        return;
    for (i = 0; i < draw->x.count; i++)
        draw->x.ticks[i].at += 0.5;
    while (draw->x.count && draw->x.ticks[draw->x.count - 1].at > draw->x.high)
        draw->x.count--;
}

void site_draw_bins_begin(site_draw_t *draw) {
    const site_chart_data_t *data = draw->data;
    const site_chart_axis_t *x = &data->chart->x;
    double room = room_beside(data);
    apr_int64_t most = 1;
    int i;

    for (i = 0; i < data->bins; i++)
        most = data->counts[i] > most ? data->counts[i] : most;
    site_draw_axis(&draw->y, data->pool, NULL, 0, (double)most, most < 5 ? (int)most + 1 : 6, NULL);
    count_ticks(draw);
    site_draw_axis(&draw->x, data->pool, x, data->marks[0].at - room, data->marks[data->bins].at + room,
                   SITE_DRAW_TICKS, site_chart_is_time(x->attribute) ? NULL : &data->scale);
    center_ticks(draw);
    draw->left = site_draw_margin(&draw->y);
    draw->top = TOP;
    draw->right = SITE_DRAW_WIDTH - 24;
    draw->bottom = TOP + PLOT;
    draw->height = draw->bottom + FOOT;
    draw->x.begin = x->reversed ? draw->right : draw->left;
    draw->x.end = x->reversed ? draw->left : draw->right;
    draw->y.begin = draw->bottom;
    draw->y.end = draw->top;
}

/* Where a bar begins and ends, from left to right. */
static void edges(const site_draw_t *draw, int bin, double *left, double *right) {
    double one = site_draw_place(&draw->x, draw->data->marks[bin].at);
    double other = site_draw_place(&draw->x, draw->data->marks[bin + 1].at);

    *left = fmin(one, other);
    *right = fmax(one, other);
}

void site_draw_bins(site_sink_t *sink, const site_draw_t *draw) {
    const site_chart_data_t *data = draw->data;
    int i;

    site_draw_upward(sink, &draw->y, draw->left, draw->right, data->chart->resource->plural);
    site_draw_across(sink, &draw->x, draw->bottom, draw->bottom, data->chart->x.attribute->label);
    site_sink_puts(sink, "<path class=\"bar\" d=\"");
    for (i = 0; i < data->bins; i++) {
        double left, right, top = site_draw_place(&draw->y, (double)data->counts[i]);

        if (!data->counts[i])
            continue;
        edges(draw, i, &left, &right);
        site_sink_printf(sink, "M%ld %dV%ldH%ldV%dz", lround(left + gap), draw->bottom,
                         lround(fmin(top, draw->bottom - least_height)), lround(fmax(right - gap, left + gap + 1)),
                         draw->bottom);
    }
    site_sink_printf(sink, "\"/><path class=\"axis\" d=\"M%d %dH%d\"/>", draw->left, draw->bottom, draw->right);
}

void site_draw_bins_hits(site_sink_t *sink, const site_draw_t *draw) {
    const site_chart_data_t *data = draw->data;
    int i;

    for (i = 0; i < data->bins; i++) {
        const char *address;
        double left, right;

        if (!data->counts[i])
            continue;
        address = site_chart_bin_address(draw->links, data, i);
        edges(draw, i, &left, &right);
        site_sink_puts(sink, address ? "<a tabindex=\"-1\"" : "<g>");
        if (address)
            site_chart_href(sink, address);
        site_sink_puts(sink, address ? "><title>" : "<title>");
        site_html_puts(sink, site_chart_bin_name(data, i));
        site_sink_puts(sink, ": ");
        site_html_puts(sink, site_chart_rows(data->pool, data->chart->resource, data->counts[i]));
        site_sink_printf(sink, "</title><path class=\"hit\" d=\"M%ld %dV%dH%ldV%dz\"/>%s", lround(left), draw->bottom,
                         draw->top, lround(right), draw->bottom, address ? "</a>" : "</g>");
    }
}
