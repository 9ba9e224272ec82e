#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/read_only.h"
#include "unit/fixture.h"

#include <string.h>

static site_body_t *parse(const char *text) {
    site_body_t *body;

    assert_null(site_body_read_json(fixture_pool, text, strlen(text), &body));
    return body;
}

static int is_same(const char *one, const char *other) {
    int same = site_node_is_same(parse(one)->root, parse(other)->root);

    assert_int_equal(site_node_is_same(parse(other)->root, parse(one)->root), same);
    return same;
}

static void compares_values(void **state) {
    (void)state;
    assert_true(is_same("null", "null"));
    assert_true(is_same("1.50", "1.5"));
    assert_true(is_same("10", "1e1"));
    assert_true(is_same("\"\\u0061\"", "\"a\""));
    assert_true(is_same("{\"a\": [1, {\"b\": true}], \"c\": 2}", "{\"c\":2,\"a\":[1,{\"b\":true}]}"));
    assert_false(is_same("9007199254740993", "9007199254740992"));
    assert_false(is_same("1", "\"1\""));
    assert_false(is_same("true", "false"));
    assert_false(is_same("[1, 2]", "[2, 1]"));
    assert_false(is_same("[1]", "[1, 1]"));
    assert_false(is_same("{\"a\": 1}", "{\"a\": 1, \"b\": 1}"));
    assert_false(is_same("{\"a\": 1}", "{\"b\": 1}"));
    assert_false(is_same("null", "0"));
}

static const char *refusal(const char *sent, const char *row) {
    return fixture_errors(fixture_pool, site_read_only_errors(fixture_pool, fixture_resource("author"), "url",
                                                              parse(sent), row ? parse(row) : NULL));
}

static void names_what_cannot_be_written(void **state) {
    (void)state;
    assert_string_equal(refusal("{\"name\": \"x\"}", NULL), "");
    assert_string_equal(refusal("{\"url\": \"/1/\", \"name\": \"x\"}", NULL),
                        "{\"url\":[\"This field is read-only.\"]}");
    assert_string_equal(refusal("{\"url\": \"/1/\"}", "{\"url\": \"/1/\", \"name\": \"y\"}"), "");
    assert_string_equal(refusal("{\"url\": \"/2/\"}", "{\"url\": \"/1/\", \"name\": \"y\"}"),
                        "{\"url\":[\"This field is read-only.\"]}");
    assert_string_equal(refusal("[]", NULL), "");
    assert_true(site_read_only_is_sent(fixture_resource("author"), "url", parse("{\"url\": null}")));
    assert_false(site_read_only_is_sent(fixture_resource("author"), "", parse("{\"url\": null, \"name\": 1}")));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compares_values),
        cmocka_unit_test(names_what_cannot_be_written),
    };

    return cmocka_run_group_tests(tests, fixture_setup, NULL);
}
