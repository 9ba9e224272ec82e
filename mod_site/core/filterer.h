/* filterer: what the files of core/filter share while parameters are read. Private to them and to those who list parameters.
 *
 * filter_key resolves a key, filter_attribute reads a lookup on a column, filter_relation one on a related key, filter puts the
 * levels together.
 */
#ifndef SITE_CORE_FILTERER_H
#define SITE_CORE_FILTERER_H

#include "core/filter.h"

/* What a key turned out to be (contract 5.4). */
typedef enum site_target_kind_t {
    TARGET_NONE,
    TARGET_ATTRIBUTE, /* a lookup on a column of this resource */
    TARGET_RELATION,  /* the related key itself, or `in` or `isnull` of it */
    TARGET_PARAMETER, /* a SiteParameter: another path */
    TARGET_TRAVERSAL  /* goes on in the related resource */
} site_target_kind_t;

typedef struct site_target_t {
    site_target_kind_t kind;
    const site_attribute_t *attribute;
    const site_relation_t *relation;
    const char *path; /* of a SiteParameter */
    site_lookup_t lookup;
    int negated;
    int rank;
} site_target_t;

/* One key of this level, resolved. */
typedef struct site_entry_t {
    site_target_t target;
    const char *key;   /* without the path in front */
    const char *field; /* as errors name it */
    const site_param_t *param;
    int position;
} site_entry_t;

typedef struct site_filterer_t {
    apr_pool_t *pool;
    const site_settings_t *settings;
    site_filter_t *filter;
    int conditions; /* made so far, of all groups */
    int too_many;
    int trusted; /* the configuration speaks, not a client: SiteLookups and the like do not narrow it */
} site_filterer_t;

typedef struct site_level_t {
    const site_resource_t *resource;
    const site_params_t *params;
    const char *prefix; /* "author__books__", "" at the top */
    int depth;
    int crosses_many;                  /* some relation on the way here has several rows for one */
    const struct site_level_t *around; /* the level that leads here; NULL at the top */
} site_level_t;

/* filter_key: what `key` names at this level (contract 5.4). */
void site_filter_resolve(site_filterer_t *reader, const site_level_t *level, const char *key, site_target_t *target);

/* filter_key: whether an attribute can be filtered by this lookup ("" is exact), as far as the configuration goes. */
int site_filter_allows(const site_attribute_t *attribute, const char *expression);

/* filter: what the parameters of a level say, all of it: a conjunction (SITE_CONDITION_ALL). */
site_condition_t *site_filter_level(site_filterer_t *reader, const site_level_t *level, site_error_t **errors);

/* filter_complex: a complex expression (contract 5.9). */
site_condition_t *site_filter_complex(site_filterer_t *reader, const site_resource_t *resource,
                                      const site_param_t *param, site_error_t **errors);

/* filter_attribute: the condition of a lookup on an own column; *condition stays NULL where the value counts as empty: no filter. */
site_error_t *site_filter_attribute(site_filterer_t *reader, const site_entry_t *entry, site_condition_t **condition);

/* filter_relation: the same for a related key, `in` and `isnull` of it. */
site_error_t *site_filter_relation(site_filterer_t *reader, const site_level_t *level, const site_entry_t *entry,
                                   site_condition_t **condition);

/* Reads a key as rows are addressed by it. Returns 0 when no row can have it. *error: where Django's field complains in words of its own. */
int site_filter_read_key(site_filterer_t *reader, const site_column_t *key, const char *field, const char *text,
                         apr_size_t length, const char **value, site_error_t **error);

/* What all of them need: a test on a column, with what the entry says; one value read into a list (NULL when it is empty);
 * how many parts a list has; a list without its NULLs; the opposite of a condition; a condition that never holds. */
site_condition_t *site_filter_test(site_filterer_t *reader, const site_column_t *column, const site_entry_t *entry);
site_error_t *site_filter_read_one(site_filterer_t *reader, const site_value_rules_t *rules,
                                   const site_lookup_t *lookup, const char *field, const char *text, apr_size_t length,
                                   apr_array_header_t *values);
int site_filter_count_parts(const char *text, apr_size_t length);
apr_array_header_t *site_filter_without_nulls(apr_pool_t *pool, const apr_array_header_t *values);
site_condition_t *site_filter_negate(apr_pool_t *pool, site_condition_t *condition);
site_condition_t *site_filter_nothing(site_filterer_t *reader, int negated);

#endif
