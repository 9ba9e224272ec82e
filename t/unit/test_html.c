/* Escaped text, numbers for people, addresses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/html.h"
#include "library.h"
#include <apr_general.h>
#include <apr_strings.h>
#include <string.h>

/* Of a literal, NUL bytes inside included. */
#define ESCAPED(text) escaped(text, sizeof(text) - 1)

static const char *escaped(const char *text, apr_size_t length) {
    site_sink_t *sink = new_sink();

    site_html_text(sink, text, length);
    return text_of(sink);
}

static void text_is_escaped(void **state) {
    (void)state;
    assert_string_equal(ESCAPED("plain, \xc3\xa9\xe2\x98\x85\xf0\x9f\x8c\x8c"),
                        "plain, \xc3\xa9\xe2\x98\x85\xf0\x9f\x8c\x8c");
    assert_string_equal(ESCAPED("<a href=\"x\">'&'</a>"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
    assert_string_equal(ESCAPED("a\nb\tc\r\nd\re"), "a\nb\tc\nd\xe2\x90\x8d"
                                                    "e");
    assert_string_equal(ESCAPED(""), "");
}

static void bytes_that_are_no_text_cannot_break_markup(void **state) {
    (void)state;
    assert_string_equal(ESCAPED("a\xff<b"), "a\xef\xbf\xbd&lt;b");
    /* A first byte that would swallow what follows. */
    assert_string_equal(ESCAPED("\xc3\""), "\xef\xbf\xbd&quot;");
    assert_string_equal(ESCAPED("\xf0\x9f\x8c"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    assert_string_equal(ESCAPED("\xc0\xbc"), "\xef\xbf\xbd\xef\xbf\xbd"); /* an overlong '<' */
    assert_string_equal(ESCAPED("\xc2\x85"), "\xef\xbf\xbd");             /* a C1 control */
    /* Code points that HTML forbids: U+FFFE, U+1FFFF, U+FDD0; not their neighbours. */
    assert_string_equal(ESCAPED("\xef\xbf\xbe\xf0\x9f\xbf\xbf\xef\xb7\x90"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    assert_string_equal(ESCAPED("\xef\xbf\xbd\xef\xb7\x8f\xef\xb7\xb0"), "\xef\xbf\xbd\xef\xb7\x8f\xef\xb7\xb0");
    assert_string_equal(ESCAPED("a\0b\x1b\x7f"), "a\xe2\x90\x80"
                                                 "b\xe2\x90\x9b\xe2\x90\xa1");
}

static const char *cleaned(const char *text, apr_size_t length) {
    text = site_html_clean(pool, text, &length);
    return apr_pstrmemdup(pool, text, length);
}
#define CLEANED(text) cleaned(text, sizeof(text) - 1)

static void text_for_templates_is_what_a_document_may_hold(void **state) {
    static const char plain[] = "<a href=\"x\">'&'</a>\n\t\xc3\xa9\xf0\x9f\x8c\x8c";
    apr_size_t length = sizeof plain - 1;

    (void)state;
    assert_ptr_equal(site_html_clean(pool, plain, &length), plain);
    assert_int_equal(length, sizeof plain - 1);
    assert_string_equal(CLEANED("<\x01>\x7f"), "<\xe2\x90\x81>\xe2\x90\xa1");
    assert_string_equal(CLEANED("a\0b"), "a\xe2\x90\x80"
                                         "b");
    assert_string_equal(CLEANED("one\r\ntwo\r"), "one\ntwo\xe2\x90\x8d");
    assert_string_equal(CLEANED("\xc0\xbc&\xc3"), "\xef\xbf\xbd\xef\xbf\xbd&\xef\xbf\xbd");
    assert_string_equal(CLEANED("\xef\xbf\xbe<"), "\xef\xbf\xbd<");
}

static void numbers_are_grouped(void **state) {
    static const struct {
        apr_int64_t number;
        const char *text;
    } cases[] = {{0, "0"},
                 {7, "7"},
                 {999, "999"},
                 {1000, "1,000"},
                 {8412, "8,412"},
                 {100000, "100,000"},
                 {-1234, "-1,234"},
                 {1234567, "1,234,567"},
                 {INT64_MIN, "-9,223,372,036,854,775,808"}};
    apr_size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        site_sink_t *sink = new_sink();

        site_html_number(sink, cases[i].number);
        assert_string_equal(text_of(sink), cases[i].text);
    }
}

static const char *unescaped(const char *text) {
    site_sink_t *sink = new_sink();

    for (; *text; text++) {
        if (strncmp(text, "&amp;", 5) == 0 || strncmp(text, "&#39;", 5) == 0) {
            site_sink_char(sink, text[1] == 'a' ? '&' : '\'');
            text += 4;
        }
        else {
            site_sink_char(sink, *text);
        }
    }
    return text_of(sink);
}

/* A page links to the very address that the JSON gives, but for the host. */
static void addresses_are_those_of_the_json(void **state) {
    static const char *const keys[] = {"42", "a b", "a/b?c#d%", "it's & \"co\" <x>", "\xc3\xa9.json", ";=@!$()*+,:~"};
    apr_size_t i;

    (void)state;
    for (i = 0; i < sizeof keys / sizeof *keys; i++) {
        site_sink_t *html = new_sink(), *json = new_sink();
        site_cell_t cells[2];

        cells[0] = cells[1] = cell_of(keys[i]);
        site_html_item_address(html, &urls, authors, &cells[0]);
        site_json_row(json, &urls, authors, "url", cells);
        has(text_of(json), apr_pstrcat(pool, "{\"url\":\"http://host", unescaped(text_of(html)), "\"", NULL));
        has_not(text_of(html), "'");
        has_not(text_of(html), "\"");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_escaped),
        cmocka_unit_test(bytes_that_are_no_text_cannot_break_markup),
        cmocka_unit_test(text_for_templates_is_what_a_document_may_hold),
        cmocka_unit_test(numbers_are_grouped),
        cmocka_unit_test(addresses_are_those_of_the_json),
    };
    int failed;

    apr_initialize();
    apr_pool_create(&pool, NULL);
    failed = cmocka_run_group_tests(tests, make_library, NULL);
    apr_terminate();
    return failed;
}
