/* echo: a row that was just written, shown as its values were sent.
 *
 * Django's answer to a write shows the values that it was given. PostgreSQL keeps some of them in a form of its own: jsonb sorts
 * its members, a real has fewer digits, char(n) is padded. Where what is stored is the same value as what was sent, it is shown as it was
 * sent; where it is not (a trigger changed it), as it is stored.
 */
#ifndef SITE_CORE_ECHO_H
#define SITE_CORE_ECHO_H

#include "core/assign.h"
#include "core/writer_json.h"

/* The text of one cell: `sent`, the parameter that was given to PostgreSQL, or `stored`, its text now. */
const char *site_echo_value(apr_pool_t *pool, const site_type_t *type, const char *sent, const char *stored);

/* The cells of the row that `change` made; those that are shown as they were sent are replaced. */
void site_echo_row(apr_pool_t *pool, const site_change_t *change, site_cell_t *cells);

#endif
