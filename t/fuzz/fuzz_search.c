/* The words of a search, and the SQL that they make. */
#include "core/search.h"
#include "unit/fixture.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int condition) {
    if (!condition)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const site_resource_t *resource;
    site_settings_t settings;
    site_error_t *error;
    site_query_t query;
    apr_pool_t *pool;
    site_sql_t sql;
    char *text;

    if (!fixture_pool)
        fixture_setup(NULL);
    text = malloc(size + 1); /* of exactly this size, so that a read beyond shows */
    require(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    apr_pool_create(&pool, fixture_pool);
    resource = fixture_resource("book");
    fixture_settings(&settings);
    memset(&query, 0, sizeof query);
    settings.search_phrases = size % 2;
    query.condition = site_search_read(pool, resource, &settings, text, size, &error);
    require(!error || (error->status == 400 && !query.condition));
    if (query.condition) {
        query.resource = resource;
        query.ordering = resource->ordering;
        query.limit = -1;
        site_sql_rows(pool, &query, &sql);
        require(sql.count > 0 && strlen(sql.text) > 0);
    }
    apr_pool_destroy(pool);
    free(text);
    return 0;
}
