/* strict: the silent traps of the compatible behaviour (contract 5.9), told instead of kept.
 *
 * Where `strict` is set, whatever the Django site would silently ignore, replace or reinterpret is a 400 that names the parameter and says what
 * would have been right. The compatible reading is not touched: these functions only look.
 */
#ifndef SITE_CORE_STRICT_H
#define SITE_CORE_STRICT_H

#include "core/filterer.h"

/* What is wrong with one resolved parameter of a level, or NULL. */
site_error_t *site_strict_entry(site_filterer_t *reader, const site_level_t *level, const site_entry_t *entry);

/* What is wrong with a complex expression that parses all the same: text in front, a `~` that touches no parenthesis, parentheses inside. */
site_error_t *site_strict_complex(apr_pool_t *pool, const char *field, const char *text, apr_size_t length);

/* Filters beside a complex expression, which are not applied: a chain. */
site_error_t *site_strict_beside(apr_pool_t *pool, const site_settings_t *settings, const site_params_t *params);

/* A number of rows that would silently be replaced by another; `most` 0: any positive number will do. `field` names it. */
site_error_t *site_strict_size(apr_pool_t *pool, const site_params_t *params, const char *field, int least, int most);

#endif
