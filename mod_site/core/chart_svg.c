#include "core/chart_draw.h"
#include "core/url.h"

#include <string.h>

static const char *const classes[] = {[SITE_CHART_HISTOGRAM] = "histogram",
                                      [SITE_CHART_SERIES] = "series",
                                      [SITE_CHART_BARS] = "bars",
                                      [SITE_CHART_SCATTER] = "scatter",
                                      [SITE_CHART_SKY] = "sky"};

void site_chart_href(site_sink_t *sink, const char *address) {
    site_sink_puts(sink, " href=\"");
    site_html_puts(sink, site_url_path(address));
    site_sink_char(sink, '"');
}

int site_chart_row_link(site_sink_t *sink, const site_draw_t *draw, const site_chart_point_t *point,
                        const char *extra) {
    if (!site_html_has_page(&point->key))
        return 0;
    site_sink_puts(sink, "<a href=\"");
    site_html_item_address(sink, draw->page->urls, draw->data->chart->resource, &point->key);
    site_sink_printf(sink, "\"%s>", extra);
    return 1;
}

/* --- the frame --- */

/* "chart-prices-title": what else is on the page has other names. */
static void write_id(site_sink_t *sink, const site_chart_t *chart, const char *part) {
    site_sink_puts(sink, "chart-");
    if (chart->name) {
        site_html_puts(sink, chart->name);
        site_sink_char(sink, '-');
    }
    site_sink_puts(sink, part);
}

static void write_named(site_sink_t *sink, const site_chart_t *chart, const char *tag, const char *part,
                        const char *text) {
    site_sink_printf(sink, "<%s id=\"", tag);
    write_id(sink, chart, part);
    site_sink_puts(sink, "\">");
    site_html_puts(sink, text);
    site_sink_printf(sink, "</%s>", tag);
}

static void begin_figure(site_sink_t *sink, const site_chart_t *chart, const char *summary) {
    site_sink_printf(sink, "<figure class=\"chart %s\">\n<figcaption><b>", classes[chart->kind]);
    site_html_puts(sink, chart->label);
    site_sink_puts(sink, "</b> <span>");
    site_html_puts(sink, summary);
    site_sink_puts(sink, "</span></figcaption>\n");
}

void site_chart_write_notice(site_sink_t *sink, const site_chart_t *chart, const char *sentence) {
    begin_figure(sink, chart, sentence);
    site_sink_puts(sink, "</figure>\n");
}

/* --- the picture --- */

static void begin(site_draw_t *draw) {
    switch (draw->data->chart->kind) {
    case SITE_CHART_HISTOGRAM:
    case SITE_CHART_SERIES:
        site_draw_bins_begin(draw);
        break;
    case SITE_CHART_BARS:
        site_draw_groups_begin(draw);
        break;
    case SITE_CHART_SCATTER:
        site_draw_scatter_begin(draw);
        break;
    case SITE_CHART_SKY:
        site_draw_sky_begin(draw);
        break;
    }
}

static void write_picture(site_sink_t *sink, const site_draw_t *draw) {
    switch (draw->data->chart->kind) {
    case SITE_CHART_HISTOGRAM:
    case SITE_CHART_SERIES:
        site_draw_bins(sink, draw);
        break;
    case SITE_CHART_BARS:
        site_draw_groups(sink, draw);
        break;
    case SITE_CHART_SCATTER:
        site_draw_scatter(sink, draw);
        break;
    case SITE_CHART_SKY:
        site_draw_sky(sink, draw);
        break;
    }
}

static void write_hits(site_sink_t *sink, const site_draw_t *draw) {
    switch (draw->data->chart->kind) {
    case SITE_CHART_HISTOGRAM:
    case SITE_CHART_SERIES:
        site_draw_bins_hits(sink, draw);
        break;
    case SITE_CHART_BARS:
        site_draw_groups_hits(sink, draw);
        break;
    case SITE_CHART_SCATTER:
        site_draw_points_hits(sink, draw, site_draw_in_plot);
        break;
    case SITE_CHART_SKY:
        site_draw_points_hits(sink, draw, site_draw_in_sky);
        break;
    }
}

/* An image's parts are none of their own, so what can be pointed at lies in front of it; those who do not point have the table. */
static void write_svg(site_sink_t *sink, const site_draw_t *draw) {
    const site_chart_t *chart = draw->data->chart;

    site_sink_printf(sink, "<svg viewBox=\"0 0 %d %d\"><g role=\"img\" aria-labelledby=\"", SITE_DRAW_WIDTH,
                     draw->height);
    write_id(sink, chart, "title");
    site_sink_puts(sink, "\" aria-describedby=\"");
    write_id(sink, chart, "desc");
    site_sink_puts(sink, "\">");
    write_named(sink, chart, "title", "title", chart->label);
    write_named(sink, chart, "desc", "desc", site_chart_description(draw->data));
    write_picture(sink, draw);
    site_sink_puts(sink, "</g>\n<g aria-hidden=\"true\">");
    write_hits(sink, draw);
    site_sink_puts(sink, "</g></svg>\n");
}

void site_chart_write(site_sink_t *sink, const site_chart_page_t *page, const site_chart_data_t *data) {
    site_chart_links_t links;
    site_draw_t draw;

    begin_figure(sink, data->chart, site_chart_summary(data));
    if (site_chart_drawn(data)) {
        memset(&draw, 0, sizeof draw);
        site_chart_links(&links, data->pool, page, data->chart);
        draw.page = page;
        draw.data = data;
        draw.links = &links;
        begin(&draw);
        write_svg(sink, &draw);
        site_chart_table(sink, &draw);
    }
    site_sink_puts(sink, "</figure>\n");
}
