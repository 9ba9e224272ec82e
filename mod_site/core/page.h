/* page: pagination styles, and the links they give (contract 5.11). */
#ifndef SITE_CORE_PAGE_H
#define SITE_CORE_PAGE_H

#include "core/error.h"
#include "core/params.h"
#include "core/settings.h"

typedef struct site_page_t {
    site_pagination_t style;
    apr_int64_t size;   /* rows of a page; < 0: all */
    apr_int64_t number; /* of a page, from 1; 0: the last, whatever it is */
    apr_int64_t offset; /* rows before this page; unknown (< 0) while the number is 0 */
    const char *beyond; /* the digits of an offset that is larger than all numbers here; else NULL */
} site_page_t;

/* What the request asks for. *error: 404 "Invalid page.". */
void site_page_read(apr_pool_t *pool, const site_settings_t *settings, const site_params_t *params, site_page_t *page,
                    site_error_t **error);

/* Once the rows are counted: settles the last page's number, refuses one that does not exist (404). */
site_error_t *site_page_settle(apr_pool_t *pool, site_page_t *page, apr_int64_t count);

/* The addresses of the pages around this one, NULL where there is none. `base` is the absolute address without a query. */
void site_page_links(apr_pool_t *pool, const site_settings_t *settings, const site_page_t *page, apr_int64_t count,
                     const char *base, const site_params_t *params, const char **next, const char **previous);

/* The address of the page that begins at a cursor (core/cursor's text). */
const char *site_page_cursor_link(apr_pool_t *pool, const site_settings_t *settings, const char *base,
                                  const site_params_t *params, const char *cursor);

#endif
