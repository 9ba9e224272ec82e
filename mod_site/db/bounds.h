/* bounds: the whole numbers that a CHECK constraint allows, read from its definition. */
#ifndef SITE_DB_BOUNDS_H
#define SITE_DB_BOUNDS_H

#include <apr_pools.h>

/* `definition` is what pg_get_constraintdef gives. When it says that `column` (or, of a domain, VALUE: `column` NULL) is not less or not
 * greater than some whole number, and nothing else, sets *least and *greatest to the numbers' text in `pool`; what is there already
 * stays when it is narrower. When there is any doubt, nothing is changed. */
void site_bounds_read(apr_pool_t *pool, const char *definition, const char *column, const char **least,
                      const char **greatest);

#endif
