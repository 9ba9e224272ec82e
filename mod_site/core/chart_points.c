/* Points: on two axes, and what they have in common with those of a sky. */
#include "core/chart_draw.h"

#include <apr_strings.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum {
    TOP = 84,
    PLOT = 800,
    FOOT = 140,
    SIZES = 10, /* that are told apart */
    LINKS = 150 /* points that can be pointed at: the largest; more would make a heavy page */
};

static const double least_sky = 1.7, least_radius = 3.5, greatest_radius = 15;

/* --- sizes --- */

static void size_range(const site_chart_data_t *data, double *low, double *high) {
    int i;

    *low = INFINITY;
    *high = -INFINITY;
    for (i = 0; i < data->points->nelts; i++) {
        double size = APR_ARRAY_IDX(data->points, i, site_chart_point_t).size;

        if (isfinite(size)) {
            *low = fmin(*low, size);
            *high = fmax(*high, size);
        }
    }
}

/* The class of a size. Of most the area says it; what falls as it grows is a scale of its own already, as those of brightness do, and there the
 * few large ones stand out. */
static int size_class(const site_chart_axis_t *axis, double size, double low, double high) {
    double share = (size / 2 - low / 2) / (high / 2 - low / 2);

    if (!isfinite(share))
        return 0;
    share = axis->reversed ? pow(1 - share, 1.5) : sqrt(share);
    return (int)fmin(SIZES - 1, floor(share * SIZES));
}

static double radius_of(const site_chart_data_t *data, int size) {
    double least = data->chart->kind == SITE_CHART_SKY ? least_sky : least_radius;

    return least + (greatest_radius - least) * size / (SIZES - 1);
}

/* Points without a size are the smaller the more of them there are. */
static double plain_radius(int count) {
    return count <= 200 ? 7 : count <= 800 ? 5 : 3.5;
}

/* --- drawing --- */

typedef struct placed_t {
    int size;
    long x, y;
} placed_t;

/* By size, then from left to right: what lies side by side is told by short steps. */
static int by_place(const void *one, const void *other) {
    const placed_t *a = one, *b = other;

    if (a->size != b->size)
        return a->size - b->size;
    if (a->x != b->x)
        return a->x < b->x ? -1 : 1;
    return a->y < b->y ? -1 : a->y > b->y;
}

static int place_all(const site_draw_t *draw, site_draw_place_fn place, placed_t *placed) {
    const site_chart_data_t *data = draw->data;
    const site_chart_axis_t *size = &data->chart->size;
    double low, high, x, y;
    int count = 0, i;

    size_range(data, &low, &high);
    for (i = 0; i < data->points->nelts; i++) {
        const site_chart_point_t *point = &APR_ARRAY_IDX(data->points, i, site_chart_point_t);

        if (!place(draw, point, &x, &y))
            continue;
        placed[count].size = size->attribute ? size_class(size, point->size, low, high) : 0;
        placed[count].x = lround(x);
        placed[count++].y = lround(y);
    }
    qsort(placed, (size_t)count, sizeof *placed, by_place);
    return count;
}

/* A point is a line of no length with a round cap: the shortest way to say it. */
static void write_path(site_sink_t *sink, const placed_t *placed, int count, const char *class, double radius) {
    long x = 0, y = 0;
    int i;

    site_sink_printf(sink, "<path class=\"%s%d\" stroke-width=\"%.3g\" d=\"", class, placed->size, radius * 2);
    for (i = 0; i < count; i++) {
        long right = placed[i].x - x, down = placed[i].y - y;

        if (i && !right && !down)
            continue;
        site_sink_printf(sink, down < 0 ? "m%ld%ldh0" : "m%ld %ldh0", right, down);
        x = placed[i].x;
        y = placed[i].y;
    }
    site_sink_puts(sink, "\"/>");
}

void site_draw_points(site_sink_t *sink, const site_draw_t *draw, site_draw_place_fn place) {
    const site_chart_data_t *data = draw->data;
    int has_size = data->chart->size.attribute != NULL;
    placed_t *placed = apr_palloc(data->pool, ((apr_size_t)data->points->nelts + 1) * sizeof *placed);
    int count = place_all(draw, place, placed), begin, end;

    site_sink_puts(sink, "<g class=\"points\">");
    for (begin = 0; begin < count; begin = end) {
        for (end = begin; end < count && placed[end].size == placed[begin].size; end++)
            ;
        if (has_size && placed[begin].size >= SITE_DRAW_GLOWING)
            write_path(sink, placed + begin, end - begin, "glow g", radius_of(data, placed[begin].size) * 2.5);
        write_path(sink, placed + begin, end - begin, "p",
                   has_size ? radius_of(data, placed[begin].size) : plain_radius(count));
    }
    site_sink_puts(sink, "</g>");
}

void site_draw_points_hits(site_sink_t *sink, const site_draw_t *draw, site_draw_place_fn place) {
    const site_chart_data_t *data = draw->data;
    double low, high, x, y;
    int i;

    size_range(data, &low, &high);
    /* The largest first, in the order in which they came: so the smaller ones, in front, can be pointed at, too. */
    for (i = 0; i < data->points->nelts && i < LINKS; i++) {
        const site_chart_point_t *point = &APR_ARRAY_IDX(data->points, i, site_chart_point_t);
        double radius;
        int linked;

        if (!place(draw, point, &x, &y))
            continue;
        radius = data->chart->size.attribute ? radius_of(data, size_class(&data->chart->size, point->size, low, high))
                                             : plain_radius(data->points->nelts);
        linked = site_chart_row_link(sink, draw, point, " tabindex=\"-1\"");
        site_sink_puts(sink, linked ? "<title>" : "<g><title>");
        site_html_puts(sink, site_chart_point_words(data, point));
        site_sink_printf(sink, "</title><circle class=\"hit\" cx=\"%ld\" cy=\"%ld\" r=\"%ld\"/>%s", lround(x),
                         lround(y), lround(fmax(radius + 2, 10)), linked ? "</a>" : "</g>");
    }
}

/* --- a scatter --- */

/* A little room around the points; some even where all of them are in one place. */
static void domain(const site_chart_data_t *data, apr_size_t member, double *low, double *high) {
    double room;
    int i;

    *low = INFINITY;
    *high = -INFINITY;
    for (i = 0; i < data->points->nelts; i++) {
        double value = *(const double *)((const char *)&APR_ARRAY_IDX(data->points, i, site_chart_point_t) + member);

        *low = fmin(*low, value);
        *high = fmax(*high, value);
    }
    room = *high / 32 - *low / 32;
    if (!(room > 0))
        room = *low != 0 ? fabs(*low) / 8 : 1;
    *low -= room;
    *high += room;
}

void site_draw_scatter_begin(site_draw_t *draw) {
    const site_chart_data_t *data = draw->data;
    const site_chart_t *chart = data->chart;
    double low, high;

    domain(data, offsetof(site_chart_point_t, y), &low, &high);
    site_draw_axis(&draw->y, data->pool, &chart->y, low, high, SITE_DRAW_TICKS, NULL);
    domain(data, offsetof(site_chart_point_t, x), &low, &high);
    site_draw_axis(&draw->x, data->pool, &chart->x, low, high, SITE_DRAW_TICKS, NULL);
    draw->left = site_draw_margin(&draw->y);
    draw->top = TOP;
    draw->right = SITE_DRAW_WIDTH - 24;
    draw->bottom = TOP + PLOT;
    draw->height = draw->bottom + FOOT;
    draw->x.begin = chart->x.reversed ? draw->right : draw->left;
    draw->x.end = chart->x.reversed ? draw->left : draw->right;
    draw->y.begin = chart->y.reversed ? draw->top : draw->bottom;
    draw->y.end = chart->y.reversed ? draw->bottom : draw->top;
}

int site_draw_in_plot(const site_draw_t *draw, const site_chart_point_t *point, double *x, double *y) {
    *x = site_draw_place(&draw->x, point->x);
    *y = site_draw_place(&draw->y, point->y);
    return isfinite(*x) && isfinite(*y);
}

void site_draw_scatter(site_sink_t *sink, const site_draw_t *draw) {
    const site_chart_t *chart = draw->data->chart;

    site_draw_upward(sink, &draw->y, draw->left, draw->right, chart->y.attribute->label);
    site_draw_across(sink, &draw->x, draw->top, draw->bottom, chart->x.attribute->label);
    site_sink_printf(sink, "<path class=\"axis\" d=\"M%d %dH%d\"/>", draw->left, draw->bottom, draw->right);
    site_draw_points(sink, draw, site_draw_in_plot);
}
