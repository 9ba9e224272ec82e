/* neighbour: the rows on the other side of a row's to-many relations: what its page shows of them. */
#ifndef SITE_CORE_NEIGHBOUR_H
#define SITE_CORE_NEIGHBOUR_H

#include "core/sql.h"
#include "core/writer_json.h"

enum {
    SITE_NEIGHBOURS = 8,    /* relations of a row that its page shows */
    SITE_NEIGHBOUR_ROWS = 6 /* rows of each */
};

typedef struct site_neighbours_t {
    const site_relation_t *relation;
    const char *filter;       /* the filter of the target that gives them all, by this row's key; NULL: there is none */
    apr_array_header_t *rows; /* site_neighbour_t, in the target's default order */
    int more;                 /* there are others */
} site_neighbours_t;

typedef struct site_neighbour_t {
    site_cell_t key;   /* in URLs */
    const char *label; /* NULL: its key says it */
} site_neighbour_t;

/* The relations that a row's page shows (site_neighbours_t *, at most SITE_NEIGHBOURS), without rows yet. Those that are shown as an
 * attribute already are left out. */
apr_array_header_t *site_neighbours_of(apr_pool_t *pool, const site_resource_t *resource);

/* The statement that reads the rows of one relation: one more than are shown says that there are more. `condition` finds the row. */
void site_neighbours_sql(apr_pool_t *pool, const site_relation_t *relation, const site_condition_t *condition,
                         site_sql_t *sql);

/* Takes one row of its answer, whose texts must live as long. */
void site_neighbours_take(site_neighbours_t *neighbours, const site_cell_t *cells);

#endif
