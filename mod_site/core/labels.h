/* labels: what the related rows that a page refers to are called.
 *
 * A page's rows hold keys, many of them the same. Once the rows are read, each key is asked for once: a statement for each
 * attribute that shows related rows, all of them in one round trip.
 */
#ifndef SITE_CORE_LABELS_H
#define SITE_CORE_LABELS_H

#include "core/sql.h"
#include "core/writer_json.h"

enum { SITE_LABELS_MAX = 12 }; /* attributes of a page that have labels; the others show keys */

typedef struct site_labels_t site_labels_t;

/* Nothing is known yet. In `pool`. */
site_labels_t *site_labels_make(apr_pool_t *pool, const site_resource_t *resource);

/* Takes note of the keys in a row. */
void site_labels_note(site_labels_t *labels, const site_cell_t *cells);

/* The statements that ask for all labels: at most SITE_LABELS_MAX. Returns how many; 0: there is nothing to ask. */
int site_labels_ask(site_labels_t *labels, site_sql_t *sql);

/* Takes a row of the answer to statement `i`: its two cells, whose texts must live as long as the labels. */
void site_labels_take(site_labels_t *labels, int i, const site_cell_t *cells);

/* What the row with this key is called; NULL: nobody knows. `labels` may be NULL. */
const char *site_labels_find(const site_labels_t *labels, const site_attribute_t *attribute, const char *key,
                             apr_size_t length);

/* Whether an attribute's related rows have names other than what is shown of them. */
int site_labels_are_wanted(const site_attribute_t *attribute);

#endif
