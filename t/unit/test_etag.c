#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/etag.h"
#include "unit/fixture.h"

#include <string.h>

static const char row[] = "0123456789abcdef0123456789abcdef";

static void covers_the_row(void **state) {
    site_cell_t cells[5] = {{"1", 1}, {"1", 1}, {"Ann", 3}, {NULL, 0}, {NULL, 0}};
    const site_resource_t *author = fixture_resource("author");
    const char *first = site_etag_row(fixture_pool, author, cells);

    (void)state;
    assert_int_equal(strlen(first), 32);
    assert_string_equal(site_etag_row(fixture_pool, author, cells), first);
    cells[4].text = "";
    assert_string_not_equal(site_etag_row(fixture_pool, author, cells), first);
}

/* The digest of what was written for somebody. */
static const char *written(const site_resource_t *resource, const site_cell_t *cells, const char *base,
                           const char *url_attribute) {
    site_urls_t urls = {"", "/", "/", "?format=json"};
    apr_size_t members;
    site_sink_t json;

    urls.base = base;
    site_sink_init(&json, fixture_pool, 16, 0);
    members = site_json_row(&json, &urls, resource, url_attribute, cells);
    return site_etag_written(fixture_pool, resource, cells, &json, members);
}

static void is_the_same_for_everybody(void **state) {
    const site_cell_t cells[] = {{"1", 1}, {"1", 1}, {"S1", 2}, {"Tales", 5}, {NULL, 0}, {"7", 1}};
    const site_resource_t *shelf = site_api_resource(fixture_api(fixture_pool), "shelf");
    site_attribute_t *parent = (site_attribute_t *)(uintptr_t)site_resource_attribute(shelf, "parent");
    const char *by_key = site_etag_row(fixture_pool, shelf, cells);

    (void)state;
    assert_string_equal(written(shelf, cells, "http://one/api/", "url"), by_key);
    assert_string_equal(written(shelf, cells, "https://two/", ""), by_key);
    /* Where the row holds addresses of other rows, too. */
    parent->show = SITE_SHOW_LINK;
    assert_string_not_equal(site_etag_row(fixture_pool, shelf, cells), by_key);
    assert_string_equal(written(shelf, cells, "http://one/api/", "url"), site_etag_row(fixture_pool, shelf, cells));
    assert_string_equal(written(shelf, cells, "https://two/", ""), site_etag_row(fixture_pool, shelf, cells));
}

static void differs_by_representation(void **state) {
    const char *json = site_etag_json(fixture_pool, row, 0);

    (void)state;
    assert_string_equal(json, "\"0123456789abcdef0123456789abcdef-j0\"");
    assert_string_not_equal(site_etag_json(fixture_pool, row, 4), json);
    assert_string_not_equal(site_etag_html(fixture_pool, row, "page", 4),
                            site_etag_html(fixture_pool, row, "page2", 5));
}

static void compares(void **state) {
    const char *tag = site_etag_json(fixture_pool, row, 0);

    (void)state;
    assert_true(site_etag_is_listed("*", tag));
    assert_true(site_etag_is_listed(tag, tag));
    assert_true(site_etag_is_listed("\"a,b\" , W/\"0123456789abcdef0123456789abcdef-j0\"", tag));
    assert_false(site_etag_is_listed("\"0123456789abcdef0123456789abcdef-h\"", tag));
    assert_false(site_etag_is_listed("nonsense \"", tag));
    assert_false(site_etag_is_listed("", tag));

    assert_true(site_etag_row_is_listed(" * ", row, 0));
    assert_true(site_etag_row_is_listed(tag, row, 0));
    assert_true(site_etag_row_is_listed("\"x\", \"0123456789abcdef0123456789abcdef-h12345678\"", row, 0));
    assert_false(site_etag_row_is_listed("W/\"0123456789abcdef0123456789abcdef-j0\"", row, 0));
    assert_true(site_etag_row_is_listed("W/\"0123456789abcdef0123456789abcdef-j0\"", row, 1));
    assert_false(site_etag_row_is_listed("\"0123456789abcdef0123456789abcdef\"", row, 0));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(covers_the_row), cmocka_unit_test(is_the_same_for_everybody),
                                       cmocka_unit_test(differs_by_representation), cmocka_unit_test(compares)};

    return cmocka_run_group_tests(tests, fixture_setup, NULL);
}
