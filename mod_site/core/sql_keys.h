/* sql_keys: statements that walk over the keys of a resource, in their order: for its sitemap. */
#ifndef SITE_CORE_SQL_KEYS_H
#define SITE_CORE_SQL_KEYS_H

#include "core/sql.h"

/* Where a walk begins. */
typedef struct site_sql_place_t {
    const char *key; /* NULL: at the first one */
    int behind;      /* behind the key, else with it */
} site_sql_place_t;

/* `limit` rows: the key, and when the row was last changed, as sitemaps say it, by the attribute `lastmod` ("": NULL).
 * Rows without an address are left out. */
void site_sql_keys(apr_pool_t *pool, const site_resource_t *resource, const char *lastmod,
                   const site_sql_place_t *place, int limit, site_sql_t *sql);

/* The key that is `step` rows further; no row: there is none. */
void site_sql_key_ahead(apr_pool_t *pool, const site_resource_t *resource, const site_sql_place_t *place, int step,
                        site_sql_t *sql);

/* How many keys there are, at most `most`. */
void site_sql_key_count(apr_pool_t *pool, const site_resource_t *resource, int most, site_sql_t *sql);

/* Whether an attribute says when: a date or a time. */
int site_sql_is_lastmod(const site_attribute_t *attribute);

#endif
