/* What was sent and what is stored: which of them an answer shows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/echo.h"
#include "unit/fixture.h"

#include <string.h>

static const char *shown(site_kind_t kind, const char *sent, const char *stored) {
    site_type_t type;

    memset(&type, 0, sizeof type);
    type.kind = kind;
    return site_echo_value(fixture_pool, &type, sent, stored);
}

static void assert_sent(site_kind_t kind, const char *sent, const char *stored) {
    assert_string_equal(shown(kind, sent, stored), sent);
}

static void assert_stored(site_kind_t kind, const char *sent, const char *stored) {
    assert_string_equal(shown(kind, sent, stored), stored);
}

static void documents_are_compared(void **state) {
    (void)state;
    assert_sent(SITE_KIND_JSONB, "{\"source\":1,\"a\":[1.50,null]}", "{\"a\": [1.50, null], \"source\": 1}");
    assert_sent(SITE_KIND_JSONB, "1e+20", "100000000000000000000");
    assert_sent(SITE_KIND_JSONB, "1.5e-07", "0.00000015");
    assert_sent(SITE_KIND_JSONB, "-0.0", "0.0");
    assert_sent(SITE_KIND_JSONB, "0", "0");
    assert_sent(SITE_KIND_JSONB, "10", "10.00");
    assert_sent(SITE_KIND_JSONB, "{\"k\":\"\\u00e9\"}", "{\"k\": \"\xc3\xa9\"}");
    assert_stored(SITE_KIND_JSONB, "1", "10");
    assert_stored(SITE_KIND_JSONB, "1", "-1");
    assert_stored(SITE_KIND_JSONB, "1", "true");
    assert_stored(SITE_KIND_JSONB, "0", "0.1");
    assert_stored(SITE_KIND_JSONB, "{\"a\":1}", "{\"a\": 2}");
    assert_stored(SITE_KIND_JSONB, "{\"a\":1}", "{\"b\": 1}");
    assert_stored(SITE_KIND_JSONB, "{\"a\":1,\"a\":2}", "{\"a\": 2}");
    assert_stored(SITE_KIND_JSONB, "[1,2]", "[2, 1]");
    assert_stored(SITE_KIND_JSONB, "[1]", "[1, 1]");
    assert_stored(SITE_KIND_JSONB, "\"a\"", "\"b\"");
}

static void values_are_compared(void **state) {
    (void)state;
    assert_sent(SITE_KIND_FLOAT4, "0.3333333333333333", "0.33333334");
    assert_sent(SITE_KIND_FLOAT4, "16777217.0", "16777216");
    assert_stored(SITE_KIND_FLOAT4, "0.5", "0.25");
    assert_sent(SITE_KIND_FLOAT8, "-0.0", "0");
    assert_stored(SITE_KIND_FLOAT8, "1.5", "1.25");
    assert_string_equal(shown(SITE_KIND_NUMERIC, "-0", "0.00"), "-0.00");
    assert_stored(SITE_KIND_NUMERIC, "-0", "1.00");
    assert_stored(SITE_KIND_NUMERIC, "1.5", "1.50");
    assert_sent(SITE_KIND_CHAR, "ab", "ab   ");
    assert_stored(SITE_KIND_CHAR, "ab", "abc  ");
    assert_stored(SITE_KIND_TEXT, "ab", "AB");
}

static void rows_are_shown_as_they_were_sent(void **state) {
    static const char body[] = "{\"weight\": 0.1234567891, \"extra\": {\"zz\": 1, \"a\": 2}, \"title\": \"x\"}";
    const site_resource_t *book = fixture_resource("book");
    int count = book->attributes->nelts, weight = -1, extra = -1, i;
    site_cell_t *cells = apr_pcalloc(fixture_pool, ((apr_size_t)count + 1) * sizeof *cells);
    site_change_t change;
    site_body_t *read;

    (void)state;
    for (i = 0; i < count; i++) {
        const char *name = APR_ARRAY_IDX(book->attributes, i, const site_attribute_t *)->name;

        weight = strcmp(name, "weight") == 0 ? i + 1 : weight;
        extra = strcmp(name, "extra") == 0 ? i + 1 : extra;
    }
    assert_null(site_body_read_json(fixture_pool, body, sizeof body - 1, &read));
    site_assign(fixture_pool, book, SITE_MODE_MODIFY, "UTC", read, &change);
    cells[weight].text = "0.12345679";
    cells[weight].length = 10;
    cells[extra].text = "{\"a\": 2, \"zz\": 1}";
    cells[extra].length = strlen(cells[extra].text);
    site_echo_row(fixture_pool, &change, cells);
    assert_string_equal(cells[weight].text, "0.1234567891");
    assert_int_equal(cells[weight].length, 12);
    assert_string_equal(cells[extra].text, "{\"zz\":1,\"a\":2}");
    assert_null(cells[0].text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(documents_are_compared),
        cmocka_unit_test(values_are_compared),
        cmocka_unit_test(rows_are_shown_as_they_were_sent),
    };

    return cmocka_run_group_tests(tests, fixture_setup, NULL);
}
