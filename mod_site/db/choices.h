/* choices: the values that a CHECK constraint allows, read from its definition. */
#ifndef SITE_DB_CHOICES_H
#define SITE_DB_CHOICES_H

#include <apr_pools.h>
#include <apr_tables.h>

/* `definition` is what pg_get_constraintdef gives. When it says that `column` (or, of a domain, VALUE: `column` NULL)
 * is one of some text literals and nothing else, returns them in their order (const char *, in `pool`); otherwise,
 * and when there is any doubt, NULL. */
apr_array_header_t *site_choices_read(apr_pool_t *pool, const char *definition, const char *column);

#endif
