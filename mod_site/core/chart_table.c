/* A chart for those who do not see it: its numbers. */
#include "core/chart_draw.h"

#include <apr_strings.h>
#include <math.h>

enum { ROWS = 25 }; /* of points */

static void begin_row(site_sink_t *sink, const char *address) {
    site_sink_puts(sink, "<tr><th scope=\"row\">");
    if (address) {
        site_sink_puts(sink, "<a");
        site_chart_href(sink, address);
        site_sink_char(sink, '>');
    }
}

static void end_row(site_sink_t *sink, const char *address, const char *number) {
    site_sink_puts(sink, address ? "</a></th><td class=\"n\">" : "</th><td class=\"n\">");
    site_html_puts(sink, number);
    site_sink_puts(sink, "</td></tr>\n");
}

static void write_row(site_sink_t *sink, const site_draw_t *draw, const char *address, const char *label,
                      apr_int64_t rows) {
    /* Nobody wants to be led to nothing. */
    address = rows ? address : NULL;
    begin_row(sink, address);
    site_html_puts(sink, label);
    end_row(sink, address, site_chart_count(draw->data->pool, rows));
}

static void head_cell(site_sink_t *sink, const char *label, const char *class) {
    site_sink_printf(sink, "<th scope=\"col\"%s>", class);
    site_html_puts(sink, label);
    site_sink_puts(sink, "</th>");
}

/* --- bins and groups --- */

static void write_counts(site_sink_t *sink, const site_draw_t *draw) {
    const site_chart_data_t *data = draw->data;
    apr_int64_t rest = data->rows - data->missing - data->outside;
    int i;

    head_cell(sink, data->chart->x.attribute->label, "");
    head_cell(sink, data->chart->resource->plural, " class=\"n\"");
    site_sink_puts(sink, "</tr></thead>\n<tbody>\n");
    for (i = 0; i < data->bins; i++) {
        write_row(sink, draw, site_chart_bin_address(draw->links, data, i), site_chart_bin_name(data, i),
                  data->counts[i]);
        rest -= data->counts[i];
    }
    for (i = 0; i < data->groups->nelts; i++) {
        const site_chart_group_t *group = &APR_ARRAY_IDX(data->groups, i, site_chart_group_t);

        write_row(sink, draw, site_chart_group_address(draw->links, group), group->label, group->rows);
        rest -= group->rows;
    }
    if (rest)
        write_row(sink, draw, NULL, "other values", rest);
    if (data->missing)
        write_row(sink, draw, site_chart_missing_address(draw->links), "no value", data->missing);
    if (data->outside)
        write_row(sink, draw, NULL, "infinite or not a number", data->outside);
}

/* --- points --- */

static void value_cell(site_sink_t *sink, const site_draw_t *draw, const site_chart_axis_t *axis, double value) {
    site_sink_puts(sink, site_chart_is_time(axis->attribute) ? "<td>" : "<td class=\"n\">");
    if (isfinite(value))
        site_html_puts(sink, site_chart_value(draw->data->pool, axis, value));
    site_sink_puts(sink, "</td>");
}

static void write_points(site_sink_t *sink, const site_draw_t *draw) {
    const site_chart_data_t *data = draw->data;
    const site_chart_t *chart = data->chart;
    int i;

    head_cell(sink, chart->resource->singular, "");
    head_cell(sink, chart->x.attribute->label, " class=\"n\"");
    head_cell(sink, chart->y.attribute->label, " class=\"n\"");
    if (chart->size.attribute)
        head_cell(sink, chart->size.attribute->label, " class=\"n\"");
    site_sink_puts(sink, "</tr></thead>\n<tbody>\n");
    for (i = 0; i < data->points->nelts && i < ROWS; i++) {
        const site_chart_point_t *point = &APR_ARRAY_IDX(data->points, i, site_chart_point_t);
        int linked;

        site_sink_puts(sink, "<tr><th scope=\"row\">");
        linked = site_chart_row_link(sink, draw, point, "");
        site_html_puts(sink, site_chart_point_name(point));
        site_sink_puts(sink, linked ? "</a></th>" : "</th>");
        value_cell(sink, draw, &chart->x, point->x);
        value_cell(sink, draw, &chart->y, point->y);
        if (chart->size.attribute)
            value_cell(sink, draw, &chart->size, point->size);
        site_sink_puts(sink, "</tr>\n");
    }
}

void site_chart_table(site_sink_t *sink, const site_draw_t *draw) {
    const site_chart_data_t *data = draw->data;
    int shown = data->points->nelts < ROWS ? data->points->nelts : ROWS;

    site_sink_puts(sink, "<details><summary>");
    if (!data->chart->y.attribute)
        site_sink_puts(sink, "The numbers as a table");
    else if (shown == data->points->nelts)
        site_sink_puts(sink, "The points as a table");
    else
        site_sink_printf(sink, "%d of the points as a table", shown);
    site_sink_puts(sink, "</summary>\n<table>\n<thead><tr>");
    if (data->chart->y.attribute)
        write_points(sink, draw);
    else
        write_counts(sink, draw);
    site_sink_puts(sink, "</tbody></table></details>\n");
}
