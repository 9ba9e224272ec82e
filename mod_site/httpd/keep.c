#include "httpd/keep.h"

#include <apr_hash.h>
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

#define KEPT "mod_site: kept texts"

/* Of one name. The bytes are malloc's, so that they can be given back. */
typedef struct kept_t {
    char *bytes; /* NULL: nothing is kept */
    apr_size_t length;
} kept_t;

static apr_hash_t *texts_of(process_rec *process) {
    void *texts;

    apr_pool_userdata_get(&texts, KEPT, process->pool);
    if (!texts) {
        texts = apr_hash_make(process->pool);
        /* The key is copied: ours goes with the module. */
        apr_pool_userdata_set(texts, KEPT, NULL, process->pool);
    }
    return texts;
}

static void clear(kept_t *kept) {
    if (!kept->bytes)
        return;
    explicit_bzero(kept->bytes, kept->length);
    free(kept->bytes);
    kept->bytes = NULL;
}

void site_keep_forget(process_rec *process, const char *name) {
    kept_t *kept = apr_hash_get(texts_of(process), name, APR_HASH_KEY_STRING);

    if (kept)
        clear(kept);
}

void site_keep(process_rec *process, const char *name, const char *bytes, apr_size_t length) {
    kept_t *kept = apr_hash_get(texts_of(process), name, APR_HASH_KEY_STRING);
    char *copy = malloc(length + 1);

    if (!copy)
        return;
    memcpy(copy, bytes, length);
    copy[length] = '\0';
    if (!kept) {
        kept = apr_pcalloc(process->pool, sizeof *kept);
        apr_hash_set(texts_of(process), apr_pstrdup(process->pool, name), APR_HASH_KEY_STRING, kept);
    }
    clear(kept);
    kept->bytes = copy;
    kept->length = length;
}

const char *site_kept(process_rec *process, const char *name, apr_size_t *length) {
    const kept_t *kept = apr_hash_get(texts_of(process), name, APR_HASH_KEY_STRING);

    if (!kept || !kept->bytes)
        return NULL;
    *length = kept->length;
    return kept->bytes;
}
