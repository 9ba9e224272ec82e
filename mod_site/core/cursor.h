/* cursor: where a page of a keyset begins (contract 5.11, cursor pagination).
 *
 * A cursor is opaque to clients: base64 of a query string. Its ordinary form is that of Django REST framework, so that cursors of either site are read
 * by the other one: `p`, the first sort key of a row (as Python shows it), `o`, how many rows behind that to pass over, `r=1`, backwards.
 * That form cannot say where NULLs are, nor pass over any number of equal rows; there the place is a row, by all of its sort keys, and the
 * ordering that they belong to. Where rows can be equal in all of these, they look the same, and it does not matter which of them a page shows:
 * `o` says how many of them lie before the place, or `e`, how many behind it.
 *
 * Nothing is signed: whatever a cursor says is read as values, and one that does not fit is refused.
 */
#ifndef SITE_CORE_CURSOR_H
#define SITE_CORE_CURSOR_H

#include "core/error.h"
#include "core/resource.h"

enum { SITE_CURSOR_MOST = 1000 }; /* rows that `o` may pass over */

typedef struct site_cursor_t {
    int backward;         /* rows before the place, for `previous` */
    const char *position; /* of the first sort key; NULL: none is said */
    int offset;
    const char *const *values; /* of the ordering's keys, NULL: SQL's NULL; or NULL: `position` and `offset` say it */
    int behind; /* with `values`: rows with just these values that come behind the place; `offset`: those before it */
} site_cursor_t;

/* Reads a cursor for `ordering`. `text` NULL: the beginning. Returns NULL, or a 404 "Invalid cursor". */
site_error_t *site_cursor_read(apr_pool_t *pool, const apr_array_header_t *ordering, const char *text,
                               apr_size_t length, site_cursor_t *cursor);

/* That error. */
site_error_t *site_cursor_invalid(apr_pool_t *pool);

/* The text of a cursor, in `pool`. */
const char *site_cursor_text(apr_pool_t *pool, const apr_array_header_t *ordering, const site_cursor_t *cursor);

/* Whether `position` can say where a row is in this ordering: Python shows values of such columns in a form that reads back. */
int site_cursor_has_positions(const apr_array_header_t *ordering);

/* A sort key's text, as core/sql selects it for cursors, as a cursor says it. */
const char *site_cursor_position(apr_pool_t *pool, const site_column_t *column, const char *text);

/* A page that was read. */
typedef struct site_cursor_page_t {
    const site_cursor_t *cursor;
    int size; /* rows that a page has at most */
    int rows; /* rows that it shows */
    int more; /* there are rows beyond, in the direction of reading */
    const char *const
        *positions; /* of the rows as they are shown, and, behind them, of the next one beyond if there is one */
} site_cursor_page_t;

typedef enum site_step_t {
    SITE_STEP_NONE,     /* there is no such page */
    SITE_STEP_POSITION, /* *next says where it begins */
    SITE_STEP_ROW       /* it begins behind the page's last row, or ends before its first */
} site_step_t;

/* Of the cursor `next`, which has the values of the row that the page beside begins or ends with: where its place is among equal rows. The page
 * of `cursor` has `rows` rows, the last of which that were read are `alike` equal ones. */
void site_cursor_among_equals(const site_cursor_t *cursor, int keys, int rows, int alike, site_cursor_t *next);

/* Whether two rows have the same sort keys. */
int site_cursor_same(const char *const *one, const char *const *other, int keys);

/* The page after this one, or, backward, the one before. */
site_step_t site_cursor_step(const site_cursor_page_t *page, int backward, site_cursor_t *next);

#endif
