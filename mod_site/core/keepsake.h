/* keepsake: a text that is made of a snapshot when it is first asked for, and kept for as long as the snapshot lives.
 *
 * It has room for one. Whoever finds nothing makes the text himself and offers it; of several at the same time one is kept. No lock.
 */
#ifndef SITE_CORE_KEEPSAKE_H
#define SITE_CORE_KEEPSAKE_H

#include <apr_pools.h>

typedef struct site_keepsake_t site_keepsake_t;

/* An empty keepsake; what it keeps is freed with `pool`. */
site_keepsake_t *site_keepsake_make(apr_pool_t *pool);

/* What was kept under this very key, valid as long as the keepsake; NULL: nothing, or it is another key's. */
const char *site_keepsake_find(const site_keepsake_t *keepsake, const char *key, apr_size_t *length);

/* Keeps a copy, if nothing is kept yet. */
void site_keepsake_keep(site_keepsake_t *keepsake, const char *key, const char *text, apr_size_t length);

#endif
