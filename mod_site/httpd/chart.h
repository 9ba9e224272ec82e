/* chart: a chart of the rows that a page shows, as markup for it.
 *
 * A page can do without its chart: one that takes longer than SitePageTimeout, or that the database cannot answer, is a sentence in its
 * place and a line in the log, never an error of the page.
 */
#ifndef SITE_HTTPD_CHART_H
#define SITE_HTTPD_CHART_H

#include "core/chart.h"
#include "core/sql.h"
#include "db/connection.h"
#include "httpd/exchange.h"

/* Writes the figure of `chart` over the rows of `query`, whose filters have been judged. `connection` is ready, and idle again
 * afterwards; the figure needs no more of it. */
void site_chart_markup(site_exchange_t *exchange, site_connection_t *connection, const site_query_t *query,
                       const site_chart_t *chart, site_sink_t *sink);

#endif
