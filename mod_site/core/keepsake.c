#include "core/keepsake.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* A snapshot's pool belongs to the thread that made it: what others add comes from the heap. */
typedef struct kept_t {
    apr_size_t length;
    char *text;
    char key[];
} kept_t;

struct site_keepsake_t {
    _Atomic(kept_t *) kept;
};

static void discard(kept_t *kept) {
    if (kept)
        free(kept->text);
    free(kept);
}

static apr_status_t clean_up(void *data) {
    site_keepsake_t *keepsake = data;

    discard(atomic_load(&keepsake->kept));
    return APR_SUCCESS;
}

site_keepsake_t *site_keepsake_make(apr_pool_t *pool) {
    site_keepsake_t *keepsake = apr_palloc(pool, sizeof *keepsake);

    atomic_init(&keepsake->kept, NULL);
    apr_pool_cleanup_register(pool, keepsake, clean_up, apr_pool_cleanup_null);
    return keepsake;
}

const char *site_keepsake_find(const site_keepsake_t *keepsake, const char *key, apr_size_t *length) {
    const kept_t *kept = atomic_load(&((site_keepsake_t *)keepsake)->kept);

    if (!kept || strcmp(kept->key, key) != 0)
        return NULL;
    *length = kept->length;
    return kept->text;
}

void site_keepsake_keep(site_keepsake_t *keepsake, const char *key, const char *text, apr_size_t length) {
    kept_t *kept, *nothing = NULL;

    if (atomic_load(&keepsake->kept))
        return;
    kept = calloc(1, sizeof *kept + strlen(key) + 1);
    if (!kept)
        return;
    memcpy(kept->key, key, strlen(key) + 1);
    kept->length = length;
    kept->text = malloc(length + 1);
    if (kept->text) {
        memcpy(kept->text, text, length);
        kept->text[length] = '\0';
    }
    if (!kept->text || !atomic_compare_exchange_strong(&keepsake->kept, &nothing, kept))
        discard(kept);
}
