/* views: what each page's template sees.
 *
 * Every function fills a view with the names that core/template_names lists for its page; docs/templates.md tells site
 * authors of the same names. They know resources and rows, nothing of servers or connections.
 *
 * views.c         the frame of every page, the front page, the API's root, errors
 * views_list.c    a collection: its rows, its pages
 * views_filter.c  a collection: search, filters, facets
 * views_item.c    one row
 * views_form.c    one row that is made or changed
 * views_columns.c a row of SQL
 * views_related.c the one row on the other side of a relation
 */
#ifndef SITE_CORE_VIEWS_H
#define SITE_CORE_VIEWS_H

#include "core/facet.h"
#include "core/form.h"
#include "core/neighbour.h"
#include "core/params.h"
#include "core/view.h"
#include "core/writer_html.h"

/* The site that a page belongs to. */
typedef struct site_views_site_t {
    const char *title;       /* NULL: "mod_site" */
    const char *description; /* or NULL */
    const char *prefix;      /* the path that the site has for its visitors, without a last slash: "" or "/library" */
    const char *assets;      /* what stands before the name of a static file: "/library/static" */
} site_views_site_t;

/* The frame. `page` is a word for the style sheet, `title` the page's own; NULL: the site's. */
void site_views_page(site_view_t *view, const site_views_site_t *site, const char *page, const char *title);

/* One more place in the breadcrumbs; the page itself, without an address, comes last. */
void site_views_crumb(site_view_t *view, const char *label, const char *url);

/* One more API, with its resources, in the list `apis`. `urls` begins with its address from the path on. */
void site_views_api(site_view_t *view, const site_urls_t *urls, const site_api_t *api);

/* An error: one sentence, or the messages of each field. */
void site_views_error(site_view_t *view, int status, const site_error_t *error);

/* "Not found": the name of a status for people. */
const char *site_views_status(int status);

/* A page of a collection. Everything must live as long as the view. */
typedef struct site_views_list_t {
    const site_urls_t *urls;
    const site_resource_t *resource;
    const site_settings_t *settings; /* complete */
    const site_params_t *params;
    const char *self; /* the page's absolute address, without its query */
    const site_rows_t *rows;
    apr_int64_t count;           /* of all rows; < 0: unknown */
    int about;                   /* it is an estimate */
    apr_int64_t first;           /* number of the first row shown, from 1; < 1: unknown */
    apr_int64_t page, size;      /* number of this page, and rows of each; page < 1: they have no numbers */
    const char *next, *previous; /* absolute addresses, or NULL */
    apr_array_header_t *facets;  /* site_facet_t *; NULL: none were asked for */
    int facets_late;             /* they would have taken too long */
    const site_sink_t *chart;    /* the figure that was asked for (httpd/chart), or NULL */
} site_views_list_t;

/* views_list.c, and (filters, search, facets) views_filter.c, (charts) views_chart.c. */
void site_views_list(site_view_t *view, const site_views_list_t *list);
void site_views_filter(site_view_t *view, const site_views_list_t *list);
void site_views_chart(site_view_t *view, const site_views_list_t *list);

/* The parameter that the filter form of a page asks for: its field, and a lookup of the form's. NULL: there is no such
 * filter. In `pool`. */
const char *site_views_filter_name(apr_pool_t *pool, const site_resource_t *resource, const site_settings_t *settings,
                                   const char *field, const char *lookup);

/* One row. */
typedef struct site_views_item_t {
    const site_urls_t *urls;
    const site_resource_t *resource;
    const site_cell_t *cells;
    const site_labels_t *labels;    /* or NULL */
    apr_array_header_t *neighbours; /* site_neighbours_t *; NULL: none were asked for */
} site_views_item_t;

void site_views_item(site_view_t *view, const site_views_item_t *item);

/* The names of a row: its attributes, and, beginning with an underscore as no attribute should, what the page knows of
 * it: `_url`, `_key`, `_label`, `_cells`. */
void site_views_row(site_view_t *view, const site_views_item_t *row);

/* What a row is called: its label, else its kind and its key. In `pool`. */
const char *site_views_label(apr_pool_t *pool, const site_views_item_t *row);

/* Beside them, for each attribute that is the key of one related row: NAME_url, its page, and NAME_label, what it is called
 * (where nobody has asked, the key). */
void site_views_related(site_view_t *view, const site_views_item_t *row);

/* A form: its fields, and what is wrong with them. Its addresses and what is of no field are the caller's. */
void site_views_form(site_view_t *view, const site_form_t *form);

/* The messages of a chain of errors: the list `errors`. */
void site_views_errors(site_view_t *view, const site_error_t *errors);

/* A column of SQL. */
typedef struct site_views_column_t {
    const char *name;
    unsigned number : 1;
    unsigned boolean : 1;
} site_views_column_t;

/* The same of a row of SQL: its columns, and `_cells`; `_url` and the like where a column is called so. */
void site_views_columns(site_view_t *view, const site_views_column_t *columns, int count, const site_cell_t *cells);

#endif
