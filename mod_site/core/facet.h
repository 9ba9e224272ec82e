/* facet: how many rows have which value, under the filters of a page.
 *
 * All facets of a page are one statement and one look at the rows (GROUPING SETS).
 */
#ifndef SITE_CORE_FACET_H
#define SITE_CORE_FACET_H

#include "core/sql.h"
#include "core/writer_json.h"

enum {
    SITE_FACETS_MAX = 12,    /* of a resource */
    SITE_FACET_VALUES = 10,  /* that are told of each */
    SITE_FACET_DISTINCT = 60 /* values that an attribute may have to be counted without being asked for */
};

typedef struct site_facet_value_t {
    const char *value; /* as a filter takes it; NULL: rows without a value */
    const char *label; /* what it is called; NULL: as it is */
    apr_int64_t count;
} site_facet_value_t;

typedef struct site_facet_t {
    const site_attribute_t *attribute;
    apr_array_header_t *values; /* site_facet_value_t, the most frequent first */
    int more;                   /* there are values that are not told */
} site_facet_t;

/* Whether the values of an attribute can be counted at all: scalars that a filter takes, keys of related rows. */
int site_facet_is_possible(const site_attribute_t *attribute);

/* Whether they are few, as far as the catalogue tells. */
int site_facet_is_likely(const site_attribute_t *attribute);

/* The statement that counts all of the resource's facets; there must be some. */
void site_facet_sql(apr_pool_t *pool, const site_query_t *query, site_sql_t *sql);

/* Facets without values, in `pool`. */
apr_array_header_t *site_facets_make(apr_pool_t *pool, const site_resource_t *resource);

/* Takes a row of the statement's answer into them: its four cells, whose texts must live as long as the facets. */
void site_facets_take(apr_array_header_t *facets, const site_cell_t *cells);

#endif
