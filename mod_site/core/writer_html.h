/* writer_html: rows -> a table in HTML. It knows a sink and the resource, nothing of servers or connections.
 *
 * This is the part of a page that is worth its own writer: thousands of cells. All around it is a template's.
 */
#ifndef SITE_CORE_WRITER_HTML_H
#define SITE_CORE_WRITER_HTML_H

#include "core/html.h"

/* The rows of a page, wherever they are kept. */
typedef struct site_rows_t {
    int count;
    int width; /* cells of a row */
    /* Fills the cells of a row, as for site_json_row. */
    void (*cells)(const void *baton, int row, site_cell_t *cells);
    const void *baton;
    site_labels_t *labels; /* or NULL */
} site_rows_t;

/* How a column can be sorted by. */
typedef struct site_html_sort_t {
    const char *url; /* of the page that is sorted by it; NULL: it cannot be */
    int direction;   /* of this page: 1 ascending, -1 descending, 0: it is sorted by something else */
} site_html_sort_t;

/* A whole <table>, with its head. `sorts`: one for each shown attribute, in order; or NULL. */
void site_html_table(site_sink_t *sink, const site_urls_t *urls, const site_resource_t *resource,
                     const site_rows_t *rows, const site_html_sort_t *sorts);

#endif
