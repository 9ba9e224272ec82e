/* The grammar of complex expressions: whatever a client writes, groups come out whole, or errors do. */
#include "core/complex.h"
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
    apr_array_header_t *groups;
    site_error_t *errors, *error;
    apr_pool_t *pool;
    char *text;
    int i;

    if (!root) {
        apr_initialize();
        apr_pool_create(&root, NULL);
    }
    text = malloc(size + 1); /* of exactly this size, so that a read beyond shows */
    require(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    apr_pool_create(&pool, root);
    groups = site_complex_parse(pool, "filters", text, size, &errors);
    require(groups->nelts > 0 || errors);
    for (i = 0; i < groups->nelts; i++) {
        const site_group_t *group = &APR_ARRAY_IDX(groups, i, site_group_t);

        require(group->query != NULL && group->query[group->query_length] == '\0');
        require(errors || (i + 1 < groups->nelts ? group->joined == '&' || group->joined == '|' : !group->joined));
    }
    for (error = errors; error; error = error->next)
        require(error->status == 400 && error->message && strcmp(error->field, "filters") == 0);
    apr_pool_destroy(pool);
    free(text);
    return 0;
}
