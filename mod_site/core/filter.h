/* filter: parameters -> a condition tree.
 *
 * The tree is all that core/sql needs: columns and relations of the catalogue, lookups, values as bound texts. The rules are those of
 * djangorestframework-filters (contract 5.3 to 5.9): how a key is resolved, what counts as empty, what `!` means, in which order errors are told.
 *
 * Some errors only the database can decide: whether a related key exists. Each such check stands in the error chain as a pending error; run
 * the checks with the request's statements, clear `error->pending` of those that failed, and site_error_settle() leaves what is to be told.
 */
#ifndef SITE_CORE_FILTER_H
#define SITE_CORE_FILTER_H

#include "core/error.h"
#include "core/lookup.h"
#include "core/params.h"
#include "core/resource.h"

typedef struct site_condition_t site_condition_t;

typedef enum site_condition_kind_t {
    SITE_CONDITION_ALL,     /* every part holds; no parts: everything */
    SITE_CONDITION_ANY,     /* some part holds; no parts: everything, as an empty group of the complex grammar */
    SITE_CONDITION_NOT,     /* its one part does not hold (plain NOT: NULL stays NULL) */
    SITE_CONDITION_TEST,    /* a lookup on a column */
    SITE_CONDITION_RELATED, /* a row over `relation` exists for which the one part (or nothing) holds */
    SITE_CONDITION_NEVER    /* nothing matches */
} site_condition_kind_t;

struct site_condition_t {
    site_condition_kind_t kind;
    apr_array_header_t *parts;       /* site_condition_t *; ALL, ANY, NOT, RELATED */
    const site_relation_t *relation; /* RELATED */
    const site_column_t *column;     /* TEST */
    site_lookup_t lookup;            /* TEST */
    apr_array_header_t *values;      /* TEST: const char * as core/value reads them; NULL: SQL's NULL */
    int exclude;                     /* TEST: Django's exclude(): rows where the column is NULL are kept */
    const char *field;               /* TEST: the parameter, for an error that only PostgreSQL finds */
};

/* A key that must exist among a resource's rows. */
typedef struct site_check_t {
    const site_resource_t *target;
    const site_column_t *key;
    apr_array_header_t *values; /* const char * */
    site_error_t *error;        /* pending, in the chain */
    int names_value;            /* the message names the missing value */
} site_check_t;

typedef struct site_filter_t {
    site_condition_t *condition; /* never NULL */
    apr_array_header_t *checks;  /* site_check_t * */
    site_error_t *errors;        /* the chain; NULL: none, not even pending ones */
    int decided;                 /* some error is certain, whatever the checks say */
    int has_native;              /* some value can only be judged by PostgreSQL */
} site_filter_t;

/* Reads the filters of `params` for `resource`, `settings` being complete. Control parameters are skipped. Never NULL. */
site_filter_t *site_filter_read(apr_pool_t *pool, const site_resource_t *resource, const site_settings_t *settings,
                                const site_params_t *params);

/* `value` looked up in the URL key's column: the condition of a detail page. NULL when no row can have this key. */
site_condition_t *site_filter_key(apr_pool_t *pool, const site_resource_t *resource, const char *value,
                                  apr_size_t length);

/* Whether a parameter of this name would filter: it is a lookup or a related key, here or over relations, and no SiteParameter itself. */
int site_filter_knows(apr_pool_t *pool, const site_resource_t *resource, const site_settings_t *settings,
                      const char *name);

/* Whether a parameter name controls paging, ordering, search, format or complex filters rather than filtering. */
int site_filter_is_control(const site_settings_t *settings, const char *name);

/* Makes conditions. */
site_condition_t *site_condition_make(apr_pool_t *pool, site_condition_kind_t kind);
void site_condition_add(site_condition_t *condition, site_condition_t *part);

#endif
