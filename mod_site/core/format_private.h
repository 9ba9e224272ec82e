/* What the files behind format.h share.
 */
#ifndef SITE_CORE_FORMAT_PRIVATE_H
#define SITE_CORE_FORMAT_PRIVATE_H

#include "core/format.h"

/* The inside of a JSON string, without quotes. */
void site_format_characters(site_sink_t *sink, const char *text, apr_size_t length);

/* A number of a JSON document: an integer as it is, anything else as repr(float(...)). */
void site_format_json_number(site_sink_t *sink, const char *text, apr_size_t length);

/* A site_format_fn: an array as nested lists, its elements by format->element. */
void site_format_array(site_sink_t *sink, const site_format_t *format, const char *text, apr_size_t length);

#endif
