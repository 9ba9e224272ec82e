/* Pages: what a request asks for, and the addresses around it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/page.h"
#include "unit/fixture.h"
#include <apr_strings.h>
#include <string.h>

static site_settings_t settings;

/* "size number offset next previous" of a page of `count` rows, or the status. */
static const char *page_of(const char *query, apr_int64_t count) {
    const char *next, *previous;
    site_params_t *params;
    site_error_t *error;
    site_page_t page;

    params = site_params_parse(fixture_pool, query, strlen(query), &error);
    site_page_read(fixture_pool, &settings, params, &page, &error);
    if (!error)
        error = site_page_settle(fixture_pool, &page, count);
    if (error)
        return apr_psprintf(fixture_pool, "%d %s", error->status, error->message);
    site_page_links(fixture_pool, &settings, &page, count, "/b", params, &next, &previous);
    return apr_psprintf(fixture_pool, "%" APR_INT64_T_FMT " %" APR_INT64_T_FMT " %" APR_INT64_T_FMT " %s %s", page.size,
                        page.number, page.offset, next ? next : "-", previous ? previous : "-");
}

static void numbered_pages(void **state) {
    (void)state;
    settings.pagination = SITE_PAGINATION_PAGE;
    assert_string_equal(page_of("", 250), "100 1 0 /b?page=2 -");
    assert_string_equal(page_of("page=2&z=1&a=b+c", 250), "100 2 100 /b?a=b+c&page=3&z=1 /b?a=b+c&z=1");
    assert_string_equal(page_of("page=3", 250), "100 3 200 - /b?page=2");
    assert_string_equal(page_of("page=last", 250), "100 3 200 - /b?page=2");
    assert_string_equal(page_of("page=last", 0), "100 1 0 - -");
    assert_string_equal(page_of("page=1", 0), "100 1 0 - -");
    assert_string_equal(page_of("page=%20%2B2%20", 250), "100 2 100 /b?page=3 /b");
    assert_string_equal(page_of("page=%D9%A2", 250), "100 2 100 /b?page=3 /b");
    assert_string_equal(page_of("page=4", 250), "404 Invalid page.");
    assert_string_equal(page_of("page=0", 250), "404 Invalid page.");
    assert_string_equal(page_of("page=-1", 250), "404 Invalid page.");
    assert_string_equal(page_of("page=x", 250), "404 Invalid page.");
    assert_string_equal(page_of("page=99999999999999999999", 250), "404 Invalid page.");
}

static void sizes(void **state) {
    (void)state;
    settings.pagination = SITE_PAGINATION_PAGE;
    assert_string_equal(page_of("page_size=10", 5), "10 1 0 - -");
    assert_string_equal(page_of("page_size=0", 5), "100 1 0 - -");
    assert_string_equal(page_of("page_size=-5", 5), "100 1 0 - -");
    assert_string_equal(page_of("page_size=x", 5), "100 1 0 - -");
    assert_string_equal(page_of("page_size=1001", 5), "1000 1 0 - -");
    assert_string_equal(page_of("page_size=1_0", 5), "10 1 0 - -");
    assert_string_equal(page_of("page_size=1__0", 5), "100 1 0 - -");
}

static void limits_and_offsets(void **state) {
    (void)state;
    settings.pagination = SITE_PAGINATION_LIMIT;
    assert_string_equal(page_of("", 250), "100 1 0 /b?limit=100&offset=100 -");
    assert_string_equal(page_of("limit=10&offset=5", 250), "10 1 5 /b?limit=10&offset=15 /b?limit=10");
    assert_string_equal(page_of("limit=10&offset=30", 250), "10 1 30 /b?limit=10&offset=40 /b?limit=10&offset=20");
    assert_string_equal(page_of("offset=400", 250), "100 1 400 - /b?limit=100&offset=300");
    assert_string_equal(page_of("offset=-1&limit=0", 10), "100 1 0 - -");
    assert_string_equal(page_of("offset=9223372036854775807", 10),
                        "100 1 9223372036854775807 - /b?limit=100&offset=9223372036854775707");
}

static int setup(void **state) {
    fixture_setup(state);
    fixture_settings(&settings);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbered_pages),
        cmocka_unit_test(sizes),
        cmocka_unit_test(limits_and_offsets),
    };

    return cmocka_run_group_tests(tests, setup, NULL);
}
