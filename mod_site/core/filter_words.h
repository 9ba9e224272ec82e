/* filter_words: filters in words for people: "Author › Name contains". */
#ifndef SITE_CORE_FILTER_WORDS_H
#define SITE_CORE_FILTER_WORDS_H

#include "core/filter.h"

/* What a filter's parameter asks, up to its value: labels of the path, and the lookup. NULL: it is no filter here. */
const char *site_filter_words(apr_pool_t *pool, const site_resource_t *resource, const site_settings_t *settings,
                              const char *name);

/* "is less than", for the operator of a lookup; `many`: of a list's elements. */
const char *site_operator_words(site_operator_t operator);

/* "year", for a transform; "" for none. */
const char *site_transform_words(site_transform_t transform);

/* What `value` is called in a filter of this kind: "yes" for "true", a choice's label. */
const char *site_filter_value_words(apr_pool_t *pool, const site_resource_t *resource, const site_settings_t *settings,
                                    const char *name, const char *value);

#endif
