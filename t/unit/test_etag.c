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
    const struct CMUnitTest tests[] = {cmocka_unit_test(covers_the_row), cmocka_unit_test(differs_by_representation),
                                       cmocka_unit_test(compares)};

    return cmocka_run_group_tests(tests, fixture_setup, NULL);
}
