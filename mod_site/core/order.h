/* order: `ordering=` -> sort keys (contract 5.10). */
#ifndef SITE_CORE_ORDER_H
#define SITE_CORE_ORDER_H

#include "core/error.h"
#include "core/filter.h"
#include "core/params.h"
#include "core/resource.h"

/* The sort keys (site_ordering_t *) of a request: what the parameter names and the resource allows, then the resource's own key, so that the order is
 * total; the resource's default when nothing is left. A rank sorts by the searches for full text that `condition` (the request's; NULL: none)
 * has on the resource's own columns, outside of negations; without one it is left out. In strict mode an unknown name is a 400 (*error). */
const apr_array_header_t *site_order_read(apr_pool_t *pool, const site_resource_t *resource,
                                          const site_settings_t *settings, const site_params_t *params,
                                          const site_condition_t *condition, site_error_t **error);

#endif
