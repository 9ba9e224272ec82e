/* cells: a row of a result as the writers of core take it. */
#ifndef SITE_DB_CELLS_H
#define SITE_DB_CELLS_H

#include "core/writer_json.h"

#include <libpq-fe.h>

/* Room for a row of the result. In `pool`. */
site_cell_t *site_cells_make(apr_pool_t *pool, const PGresult *result);

/* Fills the cells; their texts live as long as the result. */
void site_cells_fill(const PGresult *result, int row, site_cell_t *cells);

/* Both. */
site_cell_t *site_cells_of(apr_pool_t *pool, const PGresult *result, int row);

#endif
