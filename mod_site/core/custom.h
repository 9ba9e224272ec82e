/* custom: a site's own pages: an address, a template, and queries that give it rows.
 *
 * A query is an address of the API (what a URL can say there, it says here) or a file of SQL. What the page's own address
 * captures, and the parameters of its query string that it declares, are blanks in both: {name} in an address, :name in
 * SQL. They are values, never text: whatever a visitor sends, the query stays the one that its author wrote.
 *
 * custom.c        what the configuration says of pages, and whether it can be so
 * custom_ask.c    a query and a visitor's values -> what is asked of the database; what of it cannot be
 */
#ifndef SITE_CORE_CUSTOM_H
#define SITE_CORE_CUSTOM_H

#include "core/blanks.h"
#include "core/filter.h"
#include "core/page.h"
#include "core/pattern.h"
#include "core/sql.h"
#include "core/sql_file.h"
#include "core/template_source.h"

enum { SITE_CUSTOM_ROWS = 1000, SITE_CUSTOM_MOST_ROWS = 10000 };

typedef struct site_custom_t site_custom_t;

/* `name=value` in the address of a query. */
typedef struct site_custom_param_t {
    const char *name;
    apr_array_header_t *value; /* site_blank_t */
} site_custom_param_t;

typedef struct site_custom_query_t {
    const char *name;
    const site_custom_t *page;
    const char *address;        /* "/api/books/?author__slug={slug}"; NULL: it is SQL */
    const site_sql_file_t *sql; /* or NULL */
    const char *api_path;       /* of SQL: "/api"; NULL: not said */
    int rows;                   /* at most */
    unsigned required : 1;      /* no row: the page is not found */
    unsigned optional : 1;      /* what fails is left out */
    unsigned counted : 1;
    unsigned labelled : 1; /* related rows have their labels */
    site_place_t place;

    /* Once all APIs are known: site_custom_query_settle(). */
    const site_api_spec_t *api;
    const char *resource;
    apr_array_header_t *key;    /* site_blank_t: of one row; NULL: a collection */
    apr_array_header_t *params; /* site_custom_param_t */
} site_custom_query_t;

/* A parameter of the page's query string. */
typedef struct site_custom_parameter_t {
    const char *name;
    const char *fallback; /* or NULL */
    int unseen;           /* every page has that name already, and shows that */
} site_custom_parameter_t;

struct site_custom_t {
    const site_pattern_t *pattern;
    const char *file;               /* its template */
    apr_array_header_t *title;      /* site_blank_t; NULL: none */
    apr_array_header_t *parameters; /* site_custom_parameter_t */
    apr_array_header_t *queries;    /* site_custom_query_t * */
    int cache;                      /* seconds; SITE_UNSET */
    int sitemap;                    /* 0, 1 or SITE_UNSET */
    site_place_t place;
};

/* --- what the configuration says --- */

/* The parameter of this name; NULL: the page has none. */
const site_custom_parameter_t *site_custom_parameter(const site_custom_t *page, const char *name);

/* Whether a template of this page has that name without any query. */
int site_custom_is_common(apr_pool_t *pool, const site_custom_t *page, const char *name);

/* Why `name` cannot be one more parameter or query; NULL: it can. */
const char *site_custom_is_taken(const site_custom_t *page, const char *name);

/* Joins a query with the API that its address lies in, whose path is `api`->path. Returns what is wrong, or NULL. */
const char *site_custom_query_settle(apr_pool_t *pool, site_custom_query_t *query, const site_api_spec_t *api);

/* Whether every blank is a name that the page knows. Returns what is wrong, or NULL. After all queries are settled. */
const char *site_custom_check(apr_pool_t *pool, const site_custom_t *page, site_place_t *place);

/* What the page's template can use beside what every page has. In `pool`. */
const site_template_name_t *site_custom_names(apr_pool_t *pool, const site_custom_t *page);

/* Whether the catalogue bears a query out. Returns what is wrong, or NULL. (Of SQL, only PostgreSQL knows.) */
const char *site_custom_judge(apr_pool_t *pool, const site_api_t *api, const site_custom_query_t *query);

/* --- a visit --- */

/* What one visitor sends. */
typedef struct site_custom_values_t {
    const site_custom_t *page;
    const char *const *captured; /* in the order of the pattern */
    const site_params_t *params; /* the query string */
} site_custom_values_t;

/* A value of this name; NULL: it was not given and has no default, or there is no such name. */
const char *site_custom_value(const site_custom_values_t *values, const char *name);

/* The declared parameters that were given, for addresses of the same page. */
site_params_t *site_custom_given(apr_pool_t *pool, const site_custom_values_t *values);

/* What is wrong with a value before anything is asked; NULL: nothing. */
site_error_t *site_custom_check_values(apr_pool_t *pool, const site_custom_values_t *values);

/* A query of the API, ready. */
typedef struct site_custom_ask_t {
    const site_custom_query_t *from;
    const site_resource_t *resource;
    site_settings_t settings;
    const site_filter_t *filter;
    site_query_t query; /* asks for one row more where pages turn */
    site_page_t page;
    const char *turned_by; /* the page's parameter that turns the pages of this query; NULL: none does */
    const char *regex;     /* the query's parameter whose regular expression a visitor has a part in; NULL: none */
    site_error_t *error;   /* decided already; NULL: none */
} site_custom_ask_t;

/* How a query of `resource` behaves: as the API's addresses do, but for how many rows its author may ask for. `location`:
 * the settings of the API's location. */
void site_custom_settings(const site_custom_query_t *query, const site_resource_t *resource,
                          const site_settings_t *location, site_settings_t *settings);

/* Joins a query with a visitor's values. `settings` are the location's, `resource` is not broken. */
void site_custom_ask(apr_pool_t *pool, const site_custom_query_t *query, const site_resource_t *resource,
                     const site_settings_t *settings, const site_custom_values_t *values, site_custom_ask_t *ask);

/* The parameters of an SQL query, in the order of its names. In `pool`. */
const char *const *site_custom_sql_values(apr_pool_t *pool, const site_custom_query_t *query,
                                          const site_custom_values_t *values);

/* Whose fault a query's error is: a bad value of the address is a page that does not exist, a bad parameter is told to
 * the visitor under its name, anything else is the site's own. */
site_error_t *site_custom_blame(apr_pool_t *pool, const site_custom_query_t *query, site_error_t *error);

#endif
