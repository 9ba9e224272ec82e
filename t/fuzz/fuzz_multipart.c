/* Whatever a stranger sends as multipart/form-data with the boundary "XX": parts stay inside of the body, names are names. */
#include "core/body.h"
#include "core/value.h"
#include <apr_general.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static apr_pool_t *root;

static void require(int condition) {
    if (!condition)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    site_error_t *error;
    site_body_t *body;
    apr_pool_t *pool;
    char *text;
    int i;

    if (!root) {
        apr_initialize();
        apr_pool_create(&root, NULL);
    }
    text = malloc(size ? size : 1); /* of exactly this size, so that a read beyond shows */
    require(text != NULL);
    memcpy(text, data, size);
    apr_pool_create(&pool, root);
    error = site_body_read_multipart(pool, text, size, "multipart/form-data; boundary=XX", &body);
    require(!error || error->status == 400);
    for (i = 0; !error && i < body->root->items->nelts; i++) {
        const site_member_t *member = &APR_ARRAY_IDX(body->root->items, i, site_member_t);

        require(strlen(member->name) == member->name_length);
        require(member->value->length <= 3 * size);
        if (member->value->kind == SITE_NODE_STRING)
            require(site_value_utf8(member->value->text, member->value->length));
    }
    apr_pool_destroy(pool);
    free(text);
    return 0;
}
