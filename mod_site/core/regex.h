/* regex: which parameter asks for a regular expression, so that its time can be limited (SiteRegexTimeout). */
#ifndef SITE_CORE_REGEX_H
#define SITE_CORE_REGEX_H

#include "core/filter.h"

/* Returns the parameter that asks for the test of `field` (its name without the relations that go before it); NULL: no client
 * does. */
typedef const char *(*site_regex_fn)(const void *baton, const char *field);

/* The parameter of the first regular expression in `condition` for which `parameter_of` returns one; NULL: there is none.
 * `where`: what SiteWhere says of the resource, which no client asks for. */
const char *site_regex_find(const site_condition_t *condition, const site_condition_t *where,
                            site_regex_fn parameter_of, const void *baton);

/* Whether a parameter called `name` asks for the test of `field`. */
int site_regex_is_asked(const char *name, const char *field);

/* The error of a regular expression whose time was over: a 400 that names the parameter. */
site_error_t *site_regex_error(apr_pool_t *pool, const char *parameter);

#endif
