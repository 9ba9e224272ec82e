/* header: a header's value and its parameters (`form-data; name="photo"`), as Django's parse_header() reads them. */
#ifndef SITE_CORE_HEADER_H
#define SITE_CORE_HEADER_H

#include <apr_pools.h>

/* What stands in front of the first `;`, without white space around it, in small letters. */
const char *site_header_value(apr_pool_t *pool, const char *text, apr_size_t length);

/* The value of the last parameter of that name (in small letters), its quotes taken off, `name*=utf-8''...` percent-decoded. NULL:
 * there is none. A NUL ends it. */
const char *site_header_parameter(apr_pool_t *pool, const char *text, apr_size_t length, const char *name);

#endif
