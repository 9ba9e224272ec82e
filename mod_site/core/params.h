/* params: a query string or form body -> names and values, and back.
 *
 * Decoding is application/x-www-form-urlencoded as Python's urllib does it, because clients of the Django site rely on it: `+`
 * is a space, `;` separates nothing, a broken %-sequence stays as it is, blank values are kept, and bytes that are
 * not UTF-8 become U+FFFD.
 */
#ifndef SITE_CORE_PARAMS_H
#define SITE_CORE_PARAMS_H

#include "core/error.h"
#include "core/sink.h"
#include <apr_tables.h>

/* How many parameters one request may have (Django's DATA_UPLOAD_MAX_NUMBER_FIELDS). */
enum { SITE_PARAMS_MAX = 1000 };

typedef struct site_param_t {
    const char *name; /* NUL-terminated; a NUL inside is possible: use the length */
    apr_size_t name_length;
    const char *value;
    apr_size_t value_length;
} site_param_t;

typedef struct site_params_t {
    apr_array_header_t *list; /* site_param_t, in the order of the query */
} site_params_t;

/* Parses `query` (may be NULL: none), `length` bytes. *error: 400 when there are more than SITE_PARAMS_MAX. */
site_params_t *site_params_parse(apr_pool_t *pool, const char *query, apr_size_t length, site_error_t **error);

/* The last parameter of that name (single-valued readers take the last), or NULL. */
const site_param_t *site_params_last(const site_params_t *params, const char *name);

/* The last value of that name, NULL when there is none. */
const char *site_params_value(const site_params_t *params, const char *name);

/* Writes the query with `name` set to `value` (NULL: removed), keys sorted, encoded as urlencode(sorted(...), doseq=True) does.
 * Nothing, not even `?`, is written when no parameter is left. */
void site_params_write_with(site_sink_t *sink, apr_pool_t *pool, const site_params_t *params, const char *name,
                            const char *value);

/* Percent-encoding: quote_plus() where `plus`, else quote(safe='') as for a path segment. */
void site_params_encode(site_sink_t *sink, const char *text, apr_size_t length, int plus);

/* Percent-decoding and nothing else: bytes, NUL-terminated, in `pool`. */
char *site_params_unescape(apr_pool_t *pool, const char *text, apr_size_t length, apr_size_t *decoded_length);

/* Percent-decoding without `+` (urllib's unquote), invalid UTF-8 replaced; in `pool`. */
const char *site_params_unquote(apr_pool_t *pool, const char *text, apr_size_t length, apr_size_t *decoded_length);

#endif
