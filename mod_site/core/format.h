/* format: one value in PostgreSQL's text output -> its JSON representation (contract 5.12).
 *
 * The connection's settings are fixed (db/connection): DateStyle ISO, IntervalStyle postgres, bytea_output hex,
 * extra_float_digits 1 or more, TimeZone the site's, client_encoding UTF8.
 */
#ifndef SITE_CORE_FORMAT_H
#define SITE_CORE_FORMAT_H

#include "core/catalog.h"
#include "core/sink.h"

typedef struct site_format_t site_format_t;

/* Writes the JSON of a non-null value; `text` is `length` bytes long and need not be NUL-terminated. Never fails: what
 * the type's text form does not explain (an "infinity" date) is written as a JSON string; NaN and infinities of a
 * number, too. */
typedef void (*site_format_fn)(site_sink_t *sink, const site_format_t *format, const char *text, apr_size_t length);

struct site_format_t {
    site_format_fn write;
    const site_format_t *element;     /* of an array */
    char delimiter;                   /* of an array's text form: ',' (';' for box) */
    int scale;                        /* of a numeric: its fractional digits; < 0: those that it has */
    const apr_array_header_t *labels; /* const char *: value, label, value, label ...; else NULL */
};

typedef struct site_format_rules_t {
    int decimals_as_numbers; /* numeric as JSON numbers instead of strings (COERCE_DECIMAL_TO_STRING off), as Python's floats are spelled. Money is
                                always a string: its text depends on the database's locale */
    int bigints_as_strings; /* int8 as JSON strings (COERCE_BIGINT_TO_STRING) */
    int scale; /* numeric with so many fractional digits, rounded half to even; < 0: with those that PostgreSQL has */
} site_format_rules_t;

/* The format of a type, made once when resources are loaded, in `pool`. */
const site_format_t *site_format_of(apr_pool_t *pool, const site_type_t *type, const site_format_rules_t *rules);

/* Values shown by their labels; what has none is shown as it is. */
const site_format_t *site_format_labels(apr_pool_t *pool, const apr_array_header_t *labels);

/* What stands for U+0000 in text that ends at a NUL: two bytes that are not UTF-8. */
#define SITE_NUL_IN_TEXT "\xc0\x80"

/* A JSON string with its quotes: DRF's escaping (UTF-8 unescaped, U+2028 and U+2029 escaped, controls
 * as \n, \t, \u001f; SITE_NUL_IN_TEXT as \u0000). Bytes that are not UTF-8 are replaced by U+FFFD. */
void site_format_string(site_sink_t *sink, const char *text, apr_size_t length);

/* A float8 or float4 in PostgreSQL's shortest text -> Python's repr() ("105.0", "1e+16", "0.0001", "1e-05"). */
void site_format_float(site_sink_t *sink, const char *text, apr_size_t length);

/* json or jsonb text -> what json.dumps(json.loads(text)) with compact separators writes. Two exceptions: a key that a
 * json value (not jsonb) repeats is written as often, and a number beyond float8 stays as it is spelled. */
void site_format_json(site_sink_t *sink, const char *text, apr_size_t length);

/* One element of an array's text form: calls `each` for every element in order; nested arrays are written as nested
 * lists by site_format_of()'s formatter. `value` is NULL for a NULL element; it is unescaped, valid during the call,
 * and not NUL-terminated. `depth` is 1 for an element of the outermost array.
 * Returns the number of elements, or -1 when the text is no array. */
typedef void (*site_format_element_fn)(void *baton, const char *value, apr_size_t length, int depth);
int site_format_array_each(apr_pool_t *pool, const char *text, apr_size_t length, char delimiter,
                           site_format_element_fn each, void *baton);

#endif
