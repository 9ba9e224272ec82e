/* array: an array's text form, as PostgreSQL reads it. */
#ifndef SITE_CORE_ARRAY_H
#define SITE_CORE_ARRAY_H

#include <apr_tables.h>

/* {"a","b",NULL} of `values` (const char *; NULL is NULL), every other element quoted, in `pool`. */
const char *site_array_text(apr_pool_t *pool, const apr_array_header_t *values);

#endif
