#include "db/cells.h"

site_cell_t *site_cells_make(apr_pool_t *pool, const PGresult *result) {
    return apr_palloc(pool, ((apr_size_t)PQnfields(result) + 1) * sizeof(site_cell_t));
}

void site_cells_fill(const PGresult *result, int row, site_cell_t *cells) {
    int width = PQnfields(result), i;

    for (i = 0; i < width; i++) {
        cells[i].length = (apr_size_t)PQgetlength(result, row, i);
        /* What has a length is not NULL: no need to ask. */
        cells[i].text = cells[i].length || !PQgetisnull(result, row, i) ? PQgetvalue(result, row, i) : NULL;
    }
}

site_cell_t *site_cells_of(apr_pool_t *pool, const PGresult *result, int row) {
    site_cell_t *cells = site_cells_make(pool, result);

    site_cells_fill(result, row, cells);
    return cells;
}
