/* json: the text of a JSON document, checked without being built. (What needs the tree uses json-c.)
 */
#ifndef SITE_CORE_JSON_H
#define SITE_CORE_JSON_H

#include <apr_pools.h>

typedef enum site_json_t {
    SITE_JSON_VALID,
    SITE_JSON_EMPTY,  /* valid, and null, "", [] or {}: what django-filter takes for no value */
    SITE_JSON_NUL,    /* valid, with a \u0000 in a string, which PostgreSQL cannot keep */
    SITE_JSON_INVALID /* also NaN and Infinity (Python takes them), lone surrogates, and nesting beyond the limit */
} site_json_t;

enum { SITE_JSON_DEPTH = 500 };

/* Judges one document of `length` bytes, white space around it allowed. */
site_json_t site_json_check(const char *text, apr_size_t length);

/* The text as it stands in a string of JSON within HTML, in `pool`: `<`, `>`, `&`, control characters and the separators
 * U+2028 and U+2029 are \uXXXX, so that nothing in it ends a script. *escaped is its length. */
const char *site_json_escape(apr_pool_t *pool, const char *text, apr_size_t length, apr_size_t *escaped);

#endif
