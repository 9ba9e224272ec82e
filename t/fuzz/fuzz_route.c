/* Paths: whatever is asked for, what is found is of the API, and a key that is written comes back. */
#include "core/route.h"
#include "unit/fixture.h"
#include <apr_strings.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int condition) {
    if (!condition)
        abort();
}

/* A text key as the address of its row shows it. */
static void round_trip(apr_pool_t *pool, const site_api_t *api, const char *key, apr_size_t length) {
    site_route_t route;
    site_sink_t sink;

    if (!length || !site_value_utf8(key, length) || memchr(key, '\0', length))
        return;
    site_sink_init(&sink, pool, 64, 0);
    site_sink_puts(&sink, "/note/");
    site_route_write_key(&sink, key, length, 0);
    site_sink_write(&sink, "/", 2);
    site_route_find(pool, api, sink.data, &route);
    require(route.kind == SITE_ROUTE_NONE); /* notes have no key */
    memcpy(sink.data, "/item/", 6);
    site_route_find(pool, api, sink.data, &route);
    require(route.kind == SITE_ROUTE_ITEM && route.key_length == length && memcmp(route.key, key, length) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const site_api_t *api;
    site_route_t route;
    apr_pool_t *pool;
    char *text;

    if (!api) {
        fixture_setup(NULL);
        api = fixture_keys(fixture_pool);
    }
    text = malloc(size + 1); /* of exactly this size, so that a read beyond shows */
    require(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    apr_pool_create(&pool, fixture_pool);
    site_route_find(pool, api, text, &route);
    require((route.kind != SITE_ROUTE_COLLECTION && route.kind != SITE_ROUTE_ITEM) || route.resource);
    require(route.kind != SITE_ROUTE_ITEM || route.key);
    round_trip(pool, api, text, size);
    apr_pool_destroy(pool);
    free(text);
    return 0;
}
