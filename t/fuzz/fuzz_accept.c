/* Negotiation: an Accept header, a suffix and a format parameter, one line each. */
#include "core/accept.h"
#include <apr_general.h>
#include <apr_strings.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static apr_pool_t *root;

static void require(int condition) {
    if (!condition)
        abort();
}

/* The next line of *at, or NULL when there is none. */
static const char *line(apr_pool_t *pool, const char **at, const char *end) {
    const char *start = *at, *stop;

    if (start >= end)
        return NULL;
    stop = memchr(start, '\n', (size_t)(end - start));
    *at = stop ? stop + 1 : end;
    return apr_pstrmemdup(pool, start, (apr_size_t)((stop ? stop : end) - start));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const char *at = (const char *)data, *end = at + size, *header, *suffix, *format;
    site_accept_t accept;
    site_error_t *error;
    apr_pool_t *pool;

    if (!root) {
        apr_initialize();
        apr_pool_create(&root, NULL);
    }
    apr_pool_create(&pool, root);
    header = line(pool, &at, end);
    format = line(pool, &at, end);
    suffix = line(pool, &at, end);
    error = site_accept_choose(pool, header, suffix && *suffix ? suffix : NULL, format, SITE_OFFER_ALL, &accept);
    require(!error || error->status == 404 || error->status == 406);
    require(accept.representation == SITE_REPRESENTATION_JSON || accept.representation == SITE_REPRESENTATION_HTML);
    require(accept.indent >= 0 && accept.indent <= 8);
    apr_pool_destroy(pool);
    return 0;
}
