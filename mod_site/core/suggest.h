/* suggest: an unknown parameter -> what was probably meant, and what there is. */
#ifndef SITE_CORE_SUGGEST_H
#define SITE_CORE_SUGGEST_H

#include "core/resource.h"

/* A sentence for the client: the nearest spelling where one is near, and the names or lookups that exist there. */
const char *site_suggest(apr_pool_t *pool, const site_resource_t *resource, const char *key);

#endif
