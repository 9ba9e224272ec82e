/* search: the words of `search=` -> a condition: every word in some field (contract 5.10). */
#ifndef SITE_CORE_SEARCH_H
#define SITE_CORE_SEARCH_H

#include "core/filter.h"

/* The condition of `text` over the resource's search fields, or NULL when there is nothing to look for. *error: 400 when there are too many words. */
site_condition_t *site_search_read(apr_pool_t *pool, const site_resource_t *resource, const site_settings_t *settings,
                                   const char *text, apr_size_t length, site_error_t **error);

#endif
