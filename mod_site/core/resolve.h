/* resolve: catalogue + configuration -> the resources of an API.
 *
 * Zero configuration works: every table of the exposed schemas is a resource under its own name, with all of its
 * columns; foreign keys make relations in both directions, a table that only joins two others makes a many-to-many relation of both.
 * Sections narrow and rename. What they say that the catalogue does not bear out is a problem: it is reported with its place, and
 * that resource alone is marked broken.
 */
#ifndef SITE_CORE_RESOLVE_H
#define SITE_CORE_RESOLVE_H

#include "core/resource.h"

/* Is told every problem once, while the snapshot is made. `resource` may be NULL. */
typedef void (*site_problem_fn)(void *baton, const site_place_t *place, const char *resource, const char *message);

/* Makes the snapshot in `pool`, which must outlive it (the catalogue's pool or a child of it). Never NULL. */
site_api_t *site_resolve(apr_pool_t *pool, const site_api_spec_t *spec, const site_catalog_t *catalog,
                         site_problem_fn problem, void *baton);

#endif
