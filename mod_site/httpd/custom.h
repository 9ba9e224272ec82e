/* custom: a site's own pages (<SitePage>), as the server knows and serves them.
 *
 * A page belongs to the server_rec that it was declared in; virtual hosts have the main server's pages beside their own.
 * It is answered where `SetHandler site` holds, before static files and the module's own pages. What its queries read
 * obeys the API that they ask: its access, its roles, its settings; a visitor who may not see the API gets nothing of it.
 *
 * custom.c         which pages there are; a request for one
 * custom_query.c   its queries, in one round trip
 * custom_rows.c    what the template sees of them
 * custom_judge.c   what the database does not bear out, told before anybody asks
 */
#ifndef SITE_HTTPD_CUSTOM_H
#define SITE_HTTPD_CUSTOM_H

#include "core/custom.h"
#include "core/views.h"
#include "httpd/exchange.h"

struct site_templates_t;

/* A page and what is known of it beside what was said: `custom` comes first, so that a pointer to the one is a pointer to
 * the other. */
typedef struct site_own_page_t {
    site_custom_t custom;
    server_rec *server;
    struct site_templates_t *templates; /* where its template is, */
    const char *key;                    /* under this name */
} site_own_page_t;

/* The pages that this server answers (site_own_page_t *), in the order in which they are tried. */
const apr_array_header_t *site_custom_pages(const server_rec *server);

/* Joins pages with APIs and templates, and judges what can be judged without the database. Returns OK, or logs and returns
 * an error. Hook: check_config, after the APIs have been judged. */
int site_custom_check_config(apr_pool_t *pool, apr_pool_t *log, apr_pool_t *temporary, server_rec *main);

/* Serves the page at r->uri to whom Apache has let in; DECLINED where there is none. */
int site_custom(request_rec *r, const site_exchange_t *exchange);

/* --- its queries --- */

/* One visit of a page. */
typedef struct site_custom_visit_t {
    request_rec *r;
    const site_own_page_t *page;
    site_custom_values_t values;
    const char *self; /* the page's own address, from its path on, without a query */
    site_view_t *view;
    int missing;  /* something optional could not be had */
    int personal; /* somebody else might get something else */
} site_custom_visit_t;

/* Runs the page's queries and gives their rows to the view. Returns an error that the page ends with. */
site_error_t *site_custom_run(site_custom_visit_t *visit);

/* What a transaction of a page's queries begins with. Once it has been used, nothing makes it writable again. */
#define SITE_CUSTOM_READ_ONLY "SELECT pg_catalog.set_config('transaction_read_only', 'on', true)"

/* Judges all queries that ask this API, for a snapshot that is being made: those that the catalogue does not bear out, or
 * whose SQL PostgreSQL does not understand, go into its misfits, and with `loud` into the log. */
void site_custom_judge_all(const site_exposed_t *exposed, site_api_t *api, apr_pool_t *scratch, int loud);

#endif
