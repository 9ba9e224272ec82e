/* vary: the addresses of the same page with other parameters: sorted otherwise, without one of its filters ...
 *
 * An address is a query alone, "?a=1&b=2": it holds wherever the page is. It leads to the first page, and leaves out what
 * only the page itself is asked by: the parameters that begin with an underscore, but for those that choose a chart.
 */
#ifndef SITE_CORE_VARY_H
#define SITE_CORE_VARY_H

#include "core/params.h"
#include "core/settings.h"

typedef struct site_vary_t {
    apr_pool_t *pool;
    const site_params_t *params;
    const site_settings_t *settings;
} site_vary_t;

/* With `name` set to `value`; NULL: without it. */
const char *site_vary_set(const site_vary_t *vary, const char *name, const char *value);

/* With one more `name=value` beside what there is. */
const char *site_vary_add(const site_vary_t *vary, const char *name, const char *value);

/* Without the parameter at `position` of the list. */
const char *site_vary_drop(const site_vary_t *vary, int position);

/* Whether a parameter leads to a place among the pages (page, offset, cursor) rather than to other rows. */
int site_vary_is_place(const site_settings_t *settings, const char *name);

#endif
