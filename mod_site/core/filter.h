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
    SITE_CONDITION_UNTRUE,  /* its one part does not hold, or nobody knows */
    SITE_CONDITION_TEST,    /* a lookup on a column */
    SITE_CONDITION_RELATED, /* a row over `relation` exists for which the one part (or nothing) holds */
    SITE_CONDITION_JOINED,  /* its part holds for the row together with one row, or none, of each of `joins` */
    SITE_CONDITION_AT, /* its part holds of the row of `join` (inside JOINED), or, without one, of the outermost row */
    SITE_CONDITION_NEVER /* nothing matches */
} site_condition_kind_t;

/* Related rows beside the row itself, or beside those of another join. */
typedef struct site_join_t {
    const struct site_join_t *from; /* NULL: the row itself */
    const site_relation_t *relation;
    int alias; /* core/sql's */
} site_join_t;

struct site_condition_t {
    site_condition_kind_t kind;
    apr_array_header_t *parts;       /* site_condition_t *; of all kinds but TEST and NEVER */
    const site_relation_t *relation; /* RELATED */
    int once;                        /* RELATED: however many related rows there are, the row appears once */
    int path;                        /* RELATED: a step of a path (SiteParameter), not a filter set of its own */
    int unguarded;                   /* RELATED: part of a SiteWhere, so the target's own SiteWhere is not asked */
    apr_array_header_t *joins;       /* JOINED: site_join_t *, each behind the one that it begins at */
    const site_join_t *join;         /* AT */
    const site_column_t *column;     /* TEST */
    const site_relation_t
        *guard;           /* TEST: `column` is its foreign key, NULL where SiteWhere hides the related row; or NULL */
    site_lookup_t lookup; /* TEST */
    apr_array_header_t *values;            /* TEST: const char * as core/value reads them; NULL: SQL's NULL */
    int exclude;                           /* TEST: Django's exclude(): rows where the column is NULL are kept */
    const site_text_search_t *text_search; /* TEST of full text */
    const char *field;                     /* TEST: the parameter, for an error that only PostgreSQL finds */
};

/* What only the database can say of values: that keys exist among a resource's rows; or that moments without an offset do, once each, in the
 * site's time zone. */
typedef struct site_check_t {
    const char *zone; /* of moments; NULL: keys */
    const site_resource_t *target;
    const site_column_t *key;
    apr_array_header_t *values; /* const char * */
    site_error_t *error;        /* pending, in the chain */
    int names_value;            /* the message names the missing value */
} site_check_t;

/* The message of a check that has failed over `value`. */
const char *site_check_message(apr_pool_t *pool, const site_check_t *check, const char *value);

typedef struct site_filter_t {
    site_condition_t *condition; /* never NULL */
    apr_array_header_t *checks;  /* site_check_t * */
    site_error_t *errors;        /* the chain; NULL: none, not even pending ones */
    int decided;                 /* some error is certain, whatever the checks say */
    int has_native;              /* some value can only be judged by PostgreSQL */
} site_filter_t;

/* Reads the filters of `params` for `resource`, `settings` being complete. Control parameters are skipped; what holds of all of the resource's rows is
 * part of the condition. Never NULL. */
site_filter_t *site_filter_read(apr_pool_t *pool, const site_resource_t *resource, const site_settings_t *settings,
                                const site_params_t *params);

/* `value` as the URL key's column reads it: `007` is "7". NULL when no row can have this key. */
const char *site_filter_key_text(apr_pool_t *pool, const site_resource_t *resource, const char *value,
                                 apr_size_t length);

/* Whether several texts name the same row as far as site_filter_key_text() can tell: only the row itself knows which of them is its address
 * (1.5 and 1.50, true and t, moments, networks, texts whose case does not count). */
int site_filter_key_has_spellings(const site_column_t *key);

/* `value` looked up in the URL key's column: the condition of a detail page. NULL when no row can have this key. */
site_condition_t *site_filter_key(apr_pool_t *pool, const site_resource_t *resource, const char *value,
                                  apr_size_t length);

/* What the configuration says itself, whatever clients may ask for: `path` (a parameter as a client would write it) with a value. *condition stays
 * NULL where that says nothing. */
site_error_t *site_filter_fixed(apr_pool_t *pool, const site_resource_t *resource, const site_settings_t *settings,
                                const char *path, const char *value, site_condition_t **condition);

/* Whether `path` is such a parameter; it may end in `!`. */
int site_filter_parameter_exists(apr_pool_t *pool, const site_resource_t *resource, const char *path);

/* Where such a path leads: the column that it tests, and the relations (const site_relation_t *) on the way there, added to `relations`. NULL: there is
 * no such path. */
const site_column_t *site_filter_path(apr_pool_t *pool, const site_resource_t *resource, const char *path,
                                      apr_array_header_t *relations);

/* Whether a parameter name controls paging, ordering, search, format or complex filters rather than filtering. */
int site_filter_is_control(const site_settings_t *settings, const char *name);

/* Marks a condition of SiteWhere: it reads all related rows, whatever their own SiteWhere says. Else two of them could ask each other for ever. */
void site_filter_unguard(site_condition_t *condition);

/* Whether PostgreSQL has the last word on the values of a test, and may refuse them. */
int site_filter_is_native(const site_condition_t *test);

/* Makes conditions. */
site_condition_t *site_condition_make(apr_pool_t *pool, site_condition_kind_t kind);
void site_condition_add(site_condition_t *condition, site_condition_t *part);

#endif
