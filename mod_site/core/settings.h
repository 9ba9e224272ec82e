/* settings: how a resource behaves: pagination, parameter names, representation, limits.
 *
 * The same set is said by the directives of a server, of a location and of a resource; each says only what it wants
 * different. Unset integers are SITE_UNSET, unset strings NULL; a string that is switched off is "".
 */
#ifndef SITE_CORE_SETTINGS_H
#define SITE_CORE_SETTINGS_H

#include <apr_pools.h>

#define SITE_UNSET (-1)

typedef enum site_pagination_t {
    SITE_PAGINATION_PAGE,
    SITE_PAGINATION_LIMIT,
    SITE_PAGINATION_CURSOR,
    SITE_PAGINATION_NONE
} site_pagination_t;

enum {
    SITE_METHOD_GET = 1, /* and HEAD */
    SITE_METHOD_POST = 2,
    SITE_METHOD_PUT = 4,
    SITE_METHOD_PATCH = 8,
    SITE_METHOD_DELETE = 16,
    SITE_METHOD_OPTIONS = 32,
    SITE_METHODS_ALL = 63
};

typedef struct site_settings_t {
    int pagination;                  /* site_pagination_t */
    int page_size;                   /* rows */
    int max_page_size;               /* rows; 0: the client may not choose */
    const char *page_parameter;      /* "page" */
    const char *page_size_parameter; /* "page_size" */
    const char *limit_parameter;     /* "limit" */
    const char *offset_parameter;    /* "offset" */
    const char *cursor_parameter;    /* "cursor" */
    const char *ordering_parameter;  /* "ordering" */
    const char *search_parameter;    /* "search" */
    const char *complex_parameter;   /* "filters" */
    const char *format_parameter;    /* "format" */
    const char *url_attribute;       /* "url": a row's own address; "": none is shown */
    int decimals_as_numbers;         /* 0: strings, as DRF's COERCE_DECIMAL_TO_STRING */
    int bigints_as_strings;
    int representations;     /* SITE_OFFER() of core/accept */
    int declared_relations;  /* foreign keys alone make none */
    int zoned_timestamps;    /* `timestamp` is shown with the site's offset */
    int search_phrases;      /* "two words" in a search are one */
    int text_syntax;         /* site_text_syntax_t: how the words of a full text search are read */
    const char *text_search; /* a text search configuration, [schema.]name; "": the database's default */
    const char *text_rank;   /* what `ordering` calls how well a row matches full text; "": nothing */
    int strict;              /* silent traps are errors */
    int methods;             /* SITE_METHOD_* */
    const char *time_zone;   /* IANA name, as PostgreSQL knows it */
    const char *search_path; /* of sessions, behind pg_catalog: `, "one", "other"`; "": nothing */
    int statement_timeout;   /* milliseconds */
    int stream_timeout;      /* milliseconds that a streamed list may take in all; 0: any */
    int stream_idle_timeout; /* milliseconds that its client may take nothing; 0: Apache's Timeout */
    int regex_timeout;       /* milliseconds for the regular expressions of anonymous clients; 0: as other statements */
    int page_timeout;        /* milliseconds that a page waits for a thing that it can do without: a chart */
    int max_depth;           /* relations that one parameter may cross */
    int max_conditions;      /* of one request, complex groups included */
    int max_values;          /* of one `in` list */
    int max_value_length;    /* bytes of one parameter's value */
    int body_limit;          /* bytes of a request's body */
    int answer_limit;        /* bytes of an answer that is built in memory, and of the rows in it */
    int bulk;                /* rows that one POST may create as a list; 0: it takes none */
    int sitemap;             /* 0: search engines are not told of it */
    const char *lastmod;     /* attribute that says when a row was last changed; "": none */
    int idempotency;         /* seconds that an answer is kept for its Idempotency-Key; 0: the header means nothing */
} site_settings_t;

/* All unset. */
void site_settings_init(site_settings_t *settings);

/* `*result` = what `over` says, else what `base` says. Either may be the result itself. */
void site_settings_merge(site_settings_t *result, const site_settings_t *base, const site_settings_t *over);

/* Fills in the defaults of whatever is still unset. */
void site_settings_complete(site_settings_t *settings);

/* All of them as one line: two texts are the same when the settings are. */
const char *site_settings_text(apr_pool_t *pool, const site_settings_t *settings);

#endif
