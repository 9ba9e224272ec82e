/* complex: the grammar of complex filter expressions (contract 5.9): `(a=1) & ~(b=2) | (c=3)`.
 *
 * Groups are joined strictly from left to right; there is neither nesting nor precedence. Each group holds a query string of its own.
 */
#ifndef SITE_CORE_COMPLEX_H
#define SITE_CORE_COMPLEX_H

#include "core/error.h"
#include <apr_tables.h>

typedef struct site_group_t {
    const char *query; /* the decoded inside of the parentheses */
    apr_size_t query_length;
    int negated;
    char joined; /* '&' or '|': how the next group follows; 0 after the last */
} site_group_t;

/* Splits `text` (decoded once, as a form value) into groups (site_group_t). *errors: a chain of 400 errors for `field`, all problems at once. */
apr_array_header_t *site_complex_parse(apr_pool_t *pool, const char *field, const char *text, apr_size_t length,
                                       site_error_t **errors);

#endif
