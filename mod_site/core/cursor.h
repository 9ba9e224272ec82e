/* cursor: where a page of a keyset begins: the sort keys of the row before it (contract 5.11, cursor pagination).
 *
 * A cursor is opaque to clients: base64 of a query string with the direction, the ordering that it belongs to and each key's value in PostgreSQL's
 * text form. It is not signed: whatever it says is read as values, and one that does not fit is refused.
 */
#ifndef SITE_CORE_CURSOR_H
#define SITE_CORE_CURSOR_H

#include "core/error.h"
#include "core/resource.h"

typedef struct site_cursor_t {
    int backward; /* rows before the place, for `previous` */
    const char *const
        *values; /* of the ordering's keys; NULL: SQL's NULL. NULL: the beginning (or, backward, the end) */
} site_cursor_t;

/* Reads a cursor for `ordering`. `text` NULL or empty: the beginning. Returns NULL, or a 404 "Invalid cursor". */
site_error_t *site_cursor_read(apr_pool_t *pool, const apr_array_header_t *ordering, const char *text,
                               apr_size_t length, site_cursor_t *cursor);

/* That error. */
site_error_t *site_cursor_invalid(apr_pool_t *pool);

/* The text of a cursor, in `pool`. */
const char *site_cursor_text(apr_pool_t *pool, const apr_array_header_t *ordering, const site_cursor_t *cursor);

#endif
