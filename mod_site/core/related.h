/* related: how a body names a related row: by its key, its address, or one of its attributes. For core/assign. */
#ifndef SITE_CORE_RELATED_H
#define SITE_CORE_RELATED_H

#include "core/body.h"
#include "core/resource.h"

/* The target's column that a value of this attribute is looked up in. */
const site_column_t *site_related_lookup(const site_attribute_t *attribute);

/* Reads one value. *value is text for site_related_lookup()'s type. Returns NULL, or the error: also that no such row can exist. */
site_error_t *site_related_read(apr_pool_t *pool, const site_attribute_t *attribute, const site_node_t *node,
                                const char **value);

#endif
