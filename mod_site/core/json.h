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

#endif
