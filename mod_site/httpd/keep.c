#include "httpd/keep.h"

#include <apr_hash.h>
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

#define KEPT "mod_site: kept texts"

typedef struct text_t {
    apr_size_t length;
    char bytes[];
} text_t;

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

void site_keep_forget(process_rec *process, const char *name) {
    text_t *text = apr_hash_get(texts_of(process), name, APR_HASH_KEY_STRING);

    if (!text)
        return;
    apr_hash_set(texts_of(process), name, APR_HASH_KEY_STRING, NULL);
    explicit_bzero(text->bytes, text->length);
    free(text);
}

void site_keep(process_rec *process, const char *name, const char *bytes, apr_size_t length) {
    text_t *text = malloc(sizeof *text + length + 1);

    if (!text)
        return;
    text->length = length;
    memcpy(text->bytes, bytes, length);
    text->bytes[length] = '\0';
    site_keep_forget(process, name);
    apr_hash_set(texts_of(process), apr_pstrdup(process->pool, name), APR_HASH_KEY_STRING, text);
}

const char *site_kept(process_rec *process, const char *name, apr_size_t *length) {
    const text_t *text = apr_hash_get(texts_of(process), name, APR_HASH_KEY_STRING);

    if (!text)
        return NULL;
    *length = text->length;
    return text->bytes;
}
