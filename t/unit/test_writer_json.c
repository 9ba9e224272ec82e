/* Rows, pages and errors as JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/writer_json.h"
#include "unit/fixture.h"
#include <string.h>

static const site_urls_t plain = {"http://h/api/", "/", "/", ""};
static const site_urls_t suffixed = {"http://h/api/", ".json", ".json", ""};
static const site_urls_t asked = {"http://h/api/", "/", "/", "?format=json"};

static site_sink_t sink;

static void begin(void) {
    site_sink_init(&sink, fixture_pool, 16, 0);
}

static const char *written(void) {
    site_sink_char(&sink, '\0');
    return sink.data;
}

static void rows(void **state) {
    const site_cell_t cells[] = {{"7", 1}, {"7", 1}, {"a\"\\\n\xC3\xA9\xE2\x80\xA8", 9}};
    const site_resource_t *topic = fixture_resource("topic");

    (void)state;
    begin();
    site_json_row(&sink, &plain, topic, "url", cells);
    assert_string_equal(written(),
                        "{\"url\":\"http://h/api/topic/7/\",\"id\":7,\"slug\":\"a\\\"\\\\\\n\xC3\xA9\\u2028\"}");
    begin();
    site_json_row(&sink, &suffixed, topic, "href", cells);
    assert_non_null(strstr(written(), "{\"href\":\"http://h/api/topic/7.json\","));
    begin();
    site_json_row(&sink, &asked, topic, "url", cells);
    assert_non_null(strstr(written(), "http://h/api/topic/7/?format=json\""));
    begin();
    site_json_row(&sink, &plain, topic, "", cells);
    assert_int_equal(strncmp(written(), "{\"id\":7,", 8), 0);
}

static void a_row_without_a_key(void **state) {
    const site_cell_t cells[] = {{NULL, 0}, {NULL, 0}};

    (void)state;
    begin();
    site_json_row(&sink, &plain, fixture_resource("note"), "url", cells);
    assert_string_equal(written(), "{\"words\":null}");
}

static void pages(void **state) {
    (void)state;
    begin();
    site_json_page_begin(&sink, 3, "http://h/?a=1&b=2", NULL);
    site_json_page_end(&sink);
    assert_string_equal(written(), "{\"count\":3,\"next\":\"http://h/?a=1&b=2\",\"previous\":null,\"results\":[]}");
}

static void errors(void **state) {
    site_error_t *error = site_error_make(fixture_pool, 404, "x", NULL, "Not found.");
    site_error_t *list = NULL;

    (void)state;
    assert_string_equal(fixture_errors(fixture_pool, error), "{\"detail\":\"Not found.\"}");
    site_error_append(&list, site_error_make(fixture_pool, 400, "x", "b", "One."));
    site_error_append(&list, site_error_make(fixture_pool, 400, "x", "a", "Two \"quoted\"."));
    site_error_append(&list, site_error_make(fixture_pool, 400, "x", "b", "Three."));
    assert_string_equal(fixture_errors(fixture_pool, list),
                        "{\"b\":[\"One.\",\"Three.\"],\"a\":[\"Two \\\"quoted\\\".\"]}");
}

static void indented(void **state) {
    static const char json[] = "{\"a\":[1,{\"b\":\"x,{}\"}],\"c\":{},\"d\":[]}";

    (void)state;
    begin();
    site_json_indent(&sink, json, sizeof json - 1, 2);
    assert_string_equal(
        written(), "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"x,{}\"\n    }\n  ],\n  \"c\": {},\n  \"d\": []\n}");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows),     cmocka_unit_test(a_row_without_a_key),
        cmocka_unit_test(pages),    cmocka_unit_test(errors),
        cmocka_unit_test(indented),
    };

    return cmocka_run_group_tests(tests, fixture_setup, NULL);
}
