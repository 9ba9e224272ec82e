/* seek: a cursor -> the condition that a page begins behind a row. Used by core/sql only.
 *
 * PostgreSQL puts NULLs last ascending and first descending, and an index scan begins where a comparison of its first column says. A page that has
 * rows with and without a value of the first sort key therefore takes two statements, one for each, in this order: then every one begins
 * at its place in the index, however deep the page. Rows that are equal to the place and lie behind it are one more, before these.
 */
#ifndef SITE_CORE_SEEK_H
#define SITE_CORE_SEEK_H

#include "core/compare.h"
#include "core/cursor.h"

/* How many statements the page takes: 1 to 3. */
int site_seek_parts(const apr_array_header_t *ordering, const site_cursor_t *cursor);

/* How many rows part `part` of a page with at most `limit` rows has at most. */
apr_int64_t site_seek_limit(const site_cursor_t *cursor, int part, apr_int64_t limit);

/* Writes the condition of part `part` (0 to 2). `ordering` is in the direction of reading (turned round where the cursor reads backward). Returns 0
 * when there is none. `write_key` writes sort key i. */
typedef void (*site_seek_key_fn)(site_sql_writer_t *writer, const site_ordering_t *key);
int site_seek_write(site_sql_writer_t *writer, const apr_array_header_t *ordering, const site_cursor_t *cursor,
                    int part, site_seek_key_fn write_key);

#endif
