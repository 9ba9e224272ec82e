/* compare_text: what a column's text is matched with. */
#ifndef SITE_CORE_COMPARE_TEXT_H
#define SITE_CORE_COMPARE_TEXT_H

#include "core/lookup.h"
#include <apr_pools.h>

/* The value as Python's str() shows it, which is what the Django site matches a column's text with. */
const char *site_compare_text(apr_pool_t *pool, const site_lookup_t *lookup, const char *value);

/* A LIKE pattern: wildcards in the value are escaped. `before`, `after`: whether anything may stand there. */
const char *site_compare_pattern(apr_pool_t *pool, const char *value, int before, int after);

#endif
