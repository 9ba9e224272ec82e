/* chart_svg: a chart as markup: a <figure> with a picture in SVG, and the same as a table.
 *
 * The picture has a viewBox and no size: it is as wide as its place. Colours, and the size of its texts, are the style sheet's, by these
 * classes: figure.chart and one of .histogram .series .bars .scatter .sky; in the picture .grid, .axis, .tick (also .alt: where there is
 * little room it can go), .name of an axis, .bar, .rest, .points (.p0 smallest to .p9, with a .glow behind the large ones), .hit (what is under the pointer), and of the sky
 * .ground, .line, .ecliptic, .galactic. There is no script, no style, and whatever comes from outside is escaped.
 *
 * Bars lead to their rows, points to their row's page. With a keyboard one gets there by the table, which has the same links: the picture
 * itself is one image with a name and a description.
 */
#ifndef SITE_CORE_CHART_SVG_H
#define SITE_CORE_CHART_SVG_H

#include "core/chart_data.h"

/* The page that the chart stands on. */
typedef struct site_chart_page_t {
    const site_urls_t *urls;
    const site_settings_t *settings; /* complete */
    const site_params_t *params;     /* of the request: a bar's address keeps them, and adds its own */
} site_chart_page_t;

void site_chart_write(site_sink_t *sink, const site_chart_page_t *page, const site_chart_data_t *data);

/* The figure of a chart that could not be drawn, with a sentence instead. */
void site_chart_write_notice(site_sink_t *sink, const site_chart_t *chart, const char *sentence);

#endif
