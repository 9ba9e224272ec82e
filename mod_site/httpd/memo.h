/* memo: what pages counted a moment ago, so that it need not be counted again for the next visitor.
 *
 * Each child remembers a few dozen small answers of the database for half a minute, by the statement that they answer and
 * whose database it is. Only what every caller would be answered alike belongs here.
 */
#ifndef SITE_HTTPD_MEMO_H
#define SITE_HTTPD_MEMO_H

#include "core/sql.h"
#include "core/writer_json.h"

#include <apr_tables.h>
#include <httpd.h>

/* Rows of cells: site_cell_t *, `width` of them each. */
typedef struct site_memo_rows_t {
    apr_array_header_t *rows;
    int width;
} site_memo_rows_t;

/* What was remembered of `sql`, copied into `pool`. Returns 0 when there is nothing, or it is too old. */
int site_memo_recall(apr_pool_t *pool, const server_rec *server, const site_sql_t *sql, site_memo_rows_t *rows);

/* Remembers it; the oldest goes. Large answers are not kept. */
void site_memo_keep(const server_rec *server, const site_sql_t *sql, const site_memo_rows_t *rows);

/* Makes room in this child, before it has threads. */
void site_memo_make(apr_pool_t *pchild);

#endif
