/* custom_source: a query of a site's own page on its way: what custom_query and custom_rows share. Private to them. */
#ifndef SITE_HTTPD_CUSTOM_SOURCE_H
#define SITE_HTTPD_CUSTOM_SOURCE_H

#include "db/batch.h"
#include "httpd/custom.h"

/* What a query needs, and what came of it. */
typedef struct site_custom_source_t {
    site_custom_visit_t *visit;
    const site_custom_query_t *query;
    request_rec *asked; /* for the address that it asks; NULL: it is over before that */
    site_visit_t *caller;
    site_custom_ask_t ask;              /* of an address */
    site_settings_t settings;           /* of the session that it runs in */
    site_urls_t urls;                   /* of an address */
    const PGresult *rows, *count;       /* NULL: nothing */
    site_labels_t *labels;              /* what related rows are called; NULL: nobody has asked */
    const site_views_column_t *columns; /* of SQL */
    int shown;                          /* how many of the rows */
    unsigned denied : 1;                /* the visitor gets nothing of it */
    unsigned failed : 1;                /* an optional one that could not be had */
    unsigned done : 1;
} site_custom_source_t;

/* Asks what the related rows of its rows are called. Without an answer their keys are shown. */
void site_custom_ask_labels(site_custom_source_t *source, site_connection_t *connection);

/* Gives the page's view what came of it. */
void site_custom_show(site_custom_source_t *source);

#endif
