/* chart_draw: what the files of core/chart_svg share. Private to them.
 *
 * A picture is WIDTH units wide: with whole numbers as coordinates that is as fine as a screen, and short. Texts grow where the picture is
 * small (the style sheet sees to it), so there is room for the largest: LETTER is the width of one of its letters.
 */
#ifndef SITE_CORE_CHART_DRAW_H
#define SITE_CORE_CHART_DRAW_H

#include "core/chart_svg.h"
#include "core/html.h"

enum {
    SITE_DRAW_WIDTH = 1440,
    SITE_DRAW_TEXT = 50, /* the largest size of a text */
    SITE_DRAW_LETTER = 27,
    SITE_DRAW_TICKS = 9,  /* of an axis at most */
    SITE_DRAW_GLOWING = 5 /* the class of size from which on a point has a glow, for the sky */
};

/* --- chart_link: where parts of a chart lead to; NULL: nowhere --- */

typedef struct site_chart_links_t {
    apr_pool_t *pool;
    const site_chart_page_t *page;
    const site_chart_t *chart;
    const char *exact, *from, *below, *up_to, *isnull; /* names of parameters; NULL: there is no such lookup */
    int has_from, has_end;                             /* the request itself says where the list begins, or ends */
    const char *exact_base, *isnull_base; /* the list's address with what stays of its query, up to ? or & */
    const char *bin_base[2][2];           /* without `from`, without `below` */
} site_chart_links_t;

void site_chart_links(site_chart_links_t *links, apr_pool_t *pool, const site_chart_page_t *page,
                      const site_chart_t *chart);
const char *site_chart_bin_address(const site_chart_links_t *links, const site_chart_data_t *data, int bin);
const char *site_chart_group_address(const site_chart_links_t *links, const site_chart_group_t *group);
const char *site_chart_missing_address(const site_chart_links_t *links);

/* --- chart_words: what is said of it, as plain text --- */

/* 8412 -> "8,412"; "8,412 books". */
const char *site_chart_count(apr_pool_t *pool, apr_int64_t number);
const char *site_chart_rows(apr_pool_t *pool, const site_resource_t *resource, apr_int64_t number);

/* A bin: "6.25 to 6.5", "March 2024". A value of an axis. */
const char *site_chart_bin_name(const site_chart_data_t *data, int bin);
const char *site_chart_value(apr_pool_t *pool, const site_chart_axis_t *axis, double value);

/* A point: its row's name, else its key; with its values. */
const char *site_chart_point_name(const site_chart_point_t *point);
const char *site_chart_point_words(const site_chart_data_t *data, const site_chart_point_t *point);

/* What stands beside the label; and all that the picture shows. */
const char *site_chart_summary(const site_chart_data_t *data);
const char *site_chart_description(const site_chart_data_t *data);

/* --- chart_axis --- */

/* An axis from `begin` to `end` in the picture; reversed ones have their low end there. */
typedef struct site_draw_axis_t {
    double low, high;
    double begin, end;
    site_mark_t *ticks;
    int count;
} site_draw_axis_t;

/* An axis for the values of an attribute, with ticks: at most `most`, none outside. `fine`: as for site_scale_within(). */
void site_draw_axis(site_draw_axis_t *axis, apr_pool_t *pool, const site_chart_axis_t *of, double low, double high,
                    int most, const site_scale_t *fine);
double site_draw_place(const site_draw_axis_t *axis, double value);

/* The lines and texts of a horizontal axis below `bottom`, and of a vertical one left of `left`. `name`: what it measures. */
void site_draw_across(site_sink_t *sink, const site_draw_axis_t *axis, int top, int bottom, const char *name);
void site_draw_upward(site_sink_t *sink, const site_draw_axis_t *axis, int left, int right, const char *name);

/* How much room the texts of a vertical axis take. */
int site_draw_margin(const site_draw_axis_t *axis);

/* A coordinate, rounded. */
void site_draw_at(site_sink_t *sink, double coordinate);

/* `<text class=".." x=".." y=".."` ... `>text</text>`; `extra`: attributes, or NULL. */
void site_draw_text(site_sink_t *sink, const char *class, double x, double y, const char *extra, const char *text);

/* --- the kinds: height of the picture; the picture; what is under the pointer, in front of it --- */

typedef struct site_draw_t {
    const site_chart_page_t *page;
    const site_chart_data_t *data;
    const site_chart_links_t *links;
    site_draw_axis_t x, y;
    int left, top, right, bottom; /* of the plot */
    int height;
} site_draw_t;

void site_draw_bins_begin(site_draw_t *draw);
void site_draw_bins(site_sink_t *sink, const site_draw_t *draw);
void site_draw_bins_hits(site_sink_t *sink, const site_draw_t *draw);

void site_draw_groups_begin(site_draw_t *draw);
void site_draw_groups(site_sink_t *sink, const site_draw_t *draw);
void site_draw_groups_hits(site_sink_t *sink, const site_draw_t *draw);

void site_draw_scatter_begin(site_draw_t *draw);
void site_draw_scatter(site_sink_t *sink, const site_draw_t *draw);

void site_draw_sky_begin(site_draw_t *draw);
void site_draw_sky(site_sink_t *sink, const site_draw_t *draw);

/* --- chart_points: what scatter and sky have in common --- */

/* Where a point is in the picture; 0: nowhere. */
typedef int (*site_draw_place_fn)(const site_draw_t *draw, const site_chart_point_t *point, double *x, double *y);
int site_draw_in_plot(const site_draw_t *draw, const site_chart_point_t *point, double *x, double *y);
int site_draw_in_sky(const site_draw_t *draw, const site_chart_point_t *point, double *x, double *y);

void site_draw_points(site_sink_t *sink, const site_draw_t *draw, site_draw_place_fn place);
void site_draw_points_hits(site_sink_t *sink, const site_draw_t *draw, site_draw_place_fn place);

/* --- chart_table --- */

void site_chart_table(site_sink_t *sink, const site_draw_t *draw);

/* ` href="..."` of an address; `<a href="..">` of a row's page, if it has one: whether it does. */
void site_chart_href(site_sink_t *sink, const char *address);
int site_chart_row_link(site_sink_t *sink, const site_draw_t *draw, const site_chart_point_t *point, const char *extra);

#endif
