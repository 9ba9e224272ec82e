/* What the files behind format.h share.
 */
#ifndef SITE_CORE_FORMAT_PRIVATE_H
#define SITE_CORE_FORMAT_PRIVATE_H

#include "core/format.h"

/* The inside of a JSON string, without quotes. */
void site_format_characters(site_sink_t *sink, const char *text, apr_size_t length);

/* A number of a JSON document: an integer as it is, anything else as repr(float(...)). */
void site_format_json_number(site_sink_t *sink, const char *text, apr_size_t length);

/* numeric text as Python's float() of it is spelled; NaN and infinities as strings. */
void site_format_decimal(site_sink_t *sink, const char *text, apr_size_t length);

/* numeric text with `scale` fractional digits, rounded half to even; what is no number stays as it is. In the sink's pool; *scaled_length is set. */
const char *site_format_scaled(apr_pool_t *pool, const char *text, apr_size_t length, int scale,
                               apr_size_t *scaled_length);

/* A site_format_fn: an array as nested lists, its elements by format->element. */
void site_format_array(site_sink_t *sink, const site_format_t *format, const char *text, apr_size_t length);

#endif
