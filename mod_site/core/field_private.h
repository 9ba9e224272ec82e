/* field_private: what the files of core/field share. */
#ifndef SITE_CORE_FIELD_PRIVATE_H
#define SITE_CORE_FIELD_PRIVATE_H

#include "core/field.h"

/* One value on its way. */
typedef struct site_field_input_t {
    apr_pool_t *pool;
    const site_field_t *field;
    const char *name;
    const site_node_t *node;
    const char *value; /* the result */
} site_field_input_t;

site_error_t *site_field_error(const site_field_input_t *reading, const char *code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* core/field_number */
site_error_t *site_read_integer(site_field_input_t *reading);
site_error_t *site_read_float(site_field_input_t *reading);
site_error_t *site_read_decimal(site_field_input_t *reading);

/* core/field_text: strings and their formats, stripped text of `length` bytes */
site_error_t *site_read_string(site_field_input_t *reading);
site_error_t *site_read_address(site_field_input_t *reading);
int site_text_email(const char *text, apr_size_t length);
int site_text_slug(const char *text, apr_size_t length);
int site_text_url(const char *text, apr_size_t length);

#endif
