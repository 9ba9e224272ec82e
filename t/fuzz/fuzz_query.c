/* A whole query string over the fixture: filters of every kind, order, search, page, and the SQL that they make. */
#include "core/order.h"
#include "core/page.h"
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

/* Every value has its placeholder, and no more. */
static void check_statement(const site_sql_t *sql) {
    const char *at;
    int highest = 0;

    for (at = strchr(sql->text, '$'); at; at = strchr(at + 1, '$')) {
        int number = atoi(at + 1);

        highest = number > highest ? number : highest;
    }
    require(highest == sql->count);
}

static void run(apr_pool_t *pool, const site_resource_t *resource, const char *text, size_t size, int strict) {
    site_error_t *error, *filters;
    site_settings_t settings;
    site_params_t *params;
    site_filter_t *filter;
    site_query_t query;
    site_page_t page;
    site_sql_t sql;

    fixture_settings(&settings);
    settings.strict = strict;
    params = site_params_parse(pool, text, size, &error);
    require(!error || error->status == 400);
    filter = site_filter_read(pool, resource, &settings, params);
    filters = site_error_settle(filter->errors);
    fixture_errors(pool, filters);
    memset(&query, 0, sizeof query);
    query.resource = resource;
    query.condition = filter->condition;
    query.ordering = site_order_read(pool, resource, &settings, params, query.condition, &error);
    site_page_read(pool, &settings, params, &page, &error);
    query.limit = page.size;
    query.offset = page.offset;
    if (filters)
        return;
    site_sql_rows(pool, &query, &sql);
    check_statement(&sql);
    site_sql_count(pool, &query, &sql);
    check_statement(&sql);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const names[] = {"book", "shelf", "author", "topic", "copy", "note", "edition", "book"};
    apr_pool_t *pool;
    char *text;

    if (!fixture_pool)
        fixture_setup(NULL);
    if (!size)
        return 0;
    text = malloc(size); /* of exactly this size, so that a read beyond shows */
    require(text != NULL);
    memcpy(text, data + 1, size - 1);
    text[size - 1] = '\0';
    apr_pool_create(&pool, fixture_pool);
    run(pool, fixture_resource(names[data[0] & 7]), text, size - 1, data[0] & 8);
    apr_pool_destroy(pool);
    free(text);
    return 0;
}
