/* Whatever a stranger sends as JSON: it is read or refused with a 400, and what was read can be shown, checked and indexed. */
#include "core/body.h"
#include "core/json.h"
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

/* Whether the text, or what is left of it without a character that is cut off at its end, is JSON to the other reader. */
static int is_json(const char *text, size_t size) {
    size_t cut;

    for (cut = 0; cut < 4 && cut <= size && (!cut || (text[size - cut] & 0x80)); cut++) {
        if (site_json_check(text, size - cut) != SITE_JSON_INVALID)
            return 1;
    }
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    site_error_t *error;
    site_body_t *body;
    apr_pool_t *pool;
    char *text;

    if (!root) {
        apr_initialize();
        apr_pool_create(&root, NULL);
    }
    text = malloc(size ? size : 1); /* of exactly this size, so that a read beyond shows */
    require(text != NULL);
    memcpy(text, data, size);
    apr_pool_create(&pool, root);
    error = site_body_read_json(pool, text, size, &body);
    require(!error || (error->status == 400 && error->message && !error->field));
    if (!error) {
        /* The two readers agree, but for half characters, which only this one lets pass so that their field can be named. */
        require(is_json(text, size) || body->root->nul);
        require(site_node_python(pool, body->root) != NULL && site_node_type(body->root) != NULL);
        require((body->by_name != NULL) == (body->root->kind == SITE_NODE_OBJECT));
        require(body->root->raw >= text && body->root->raw + body->root->raw_length <= text + size);
        if (!body->root->nul && body->root->kind == SITE_NODE_STRING)
            require(site_value_utf8(body->root->text, body->root->length));
    }
    apr_pool_destroy(pool);
    free(text);
    return 0;
}
