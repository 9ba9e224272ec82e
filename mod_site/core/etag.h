/* etag: strong validators of rows. They are made of the row as it is shown (so that a tag that was added to a book changes the book's),
 * and of the representation: `"<row>-<representation>"`. A write that was made conditional by any representation's validator looks at
 * the row's part alone. */
#ifndef SITE_CORE_ETAG_H
#define SITE_CORE_ETAG_H

#include "core/error.h"
#include "core/writer_json.h"

/* The row's part: 32 hexadecimal digits. `cells` as core/sql selects them. */
const char *site_etag_row(apr_pool_t *pool, const site_resource_t *resource, const site_cell_t *cells);

/* The same of a row that has been written to `json`, its members from `members` on, as site_json_row() said. */
const char *site_etag_written(apr_pool_t *pool, const site_resource_t *resource, const site_cell_t *cells,
                              const site_sink_t *json, apr_size_t members);

/* The validator of a row's JSON indented by `indent`, and of its page, whose `html` also shows other things. */
const char *site_etag_json(apr_pool_t *pool, const char *row, int indent);
const char *site_etag_html(apr_pool_t *pool, const char *row, const char *html, apr_size_t length);

/* Whether an If-None-Match header names the validator, or anything ("*"). Weak comparison. */
int site_etag_is_listed(const char *header, const char *etag);

/* Whether an If-Match header names a strong validator of this row, or anything. */
int site_etag_row_is_listed(const char *header, const char *row, int weak);

/* The 412: it does not. */
site_error_t *site_etag_mismatch(apr_pool_t *pool);

#endif
