/* latin1: bodies that say they are ISO-8859-1, made UTF-8. Every other charset is taken for UTF-8. */
#ifndef SITE_CORE_LATIN1_H
#define SITE_CORE_LATIN1_H

#include <apr_pools.h>

/* Whether the charset of a Content-Type (NULL: none) is ISO-8859-1, under one of the names that Python has for it. */
int site_charset_is_latin1(const char *charset);

/* The text as UTF-8, in `pool`, NUL-terminated; *length becomes its length. */
const char *site_latin1_decode(apr_pool_t *pool, const char *text, apr_size_t *length);

/* The same of a form that is still percent-encoded. */
const char *site_latin1_decode_form(apr_pool_t *pool, const char *text, apr_size_t *length);

#endif
