/* Addresses of a site's own pages: what can be one, what it matches, which of several goes first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/pattern.h"
#include <apr_general.h>
#include <apr_strings.h>
#include <string.h>

static apr_pool_t *pool;

static site_pattern_t *pattern(const char *text) {
    const char *complaint;
    site_pattern_t *read = site_pattern_read(pool, text, &complaint);

    if (!read)
        fail_msg("'%s' is refused: %s", text, complaint);
    assert_null(complaint);
    return read;
}

static void refused(const char *text, const char *why) {
    const char *complaint;

    if (site_pattern_read(pool, text, &complaint))
        fail_msg("'%s' is taken", text);
    if (!strstr(complaint, why))
        fail_msg("'%s': %s", text, complaint);
}

/* "match a|b", "slash", "other" */
static const char *match(const char *text, const char *path) {
    const site_pattern_t *read = pattern(text);
    const char *values[8] = {NULL}, *found = "match";
    int i;

    switch (site_pattern_match(pool, read, path, values)) {
    case SITE_PATTERN_OTHER:
        return "other";
    case SITE_PATTERN_SLASH:
        return "slash";
    default:
        break;
    }
    for (i = 0; i < read->captures; i++)
        found = apr_pstrcat(pool, found, i ? "|" : " ", values[i], NULL);
    return found;
}

static void literal_paths(void **state) {
    (void)state;
    assert_string_equal(match("/", "/"), "match");
    assert_string_equal(match("/", "///"), "match");
    assert_string_equal(match("/", "/a"), "other");
    assert_string_equal(match("/a/b/", "/a/b/"), "match");
    assert_string_equal(match("/a/b/", "//a///b//"), "match");
    assert_string_equal(match("/a/b/", "/a/b"), "slash");
    assert_string_equal(match("/a/b/", "/a/"), "other");
    assert_string_equal(match("/a/b/", "/a/b/c/"), "other");
    assert_string_equal(match("/a/b/", "/A/b/"), "other");
    assert_string_equal(match("/a/b/", "/%61/b/"), "match");
    assert_string_equal(match("/a/b/", "/a%2Fb/"), "other");
    assert_string_equal(match("/a.txt", "/a.txt"), "match");
    assert_string_equal(match("/a.txt", "/a.txt/"), "other");
    assert_string_equal(match("/st\xc3\xa4rnor/", "/st%C3%A4rnor/"), "match");
    assert_string_equal(match("/a b/", "/a%20b/"), "match");
    assert_string_equal(match("/a b/", "/a+b/"), "other");
}

static void captures(void **state) {
    (void)state;
    assert_string_equal(match("/c/{abbr}/", "/c/Ori/"), "match Ori");
    assert_string_equal(match("/c/{abbr}/", "/c/Ori"), "slash");
    assert_string_equal(match("/c/{abbr}/", "/c/"), "other");
    assert_string_equal(match("/c/{abbr}/", "/c//"), "other");
    assert_string_equal(match("/{a}/{b}", "/1/2"), "match 1|2");
    assert_string_equal(match("/{a}/x/{b}/", "/1/x/2/"), "match 1|2");
    assert_string_equal(match("/{a}/x/{b}/", "/1/y/2/"), "other");
    /* Decoded once, whatever it becomes. */
    assert_string_equal(match("/{a}/", "/O%2FRi/"), "match O/Ri");
    assert_string_equal(match("/{a}/", "/%252F/"), "match %2F");
    assert_string_equal(match("/{a}/", "/a%26b=c/"), "match a&b=c");
    assert_string_equal(match("/{a}/", "/a+b/"), "match a+b");
    assert_string_equal(match("/{a}/", "/%e2%98%85/"), "match \xe2\x98\x85");
    assert_string_equal(match("/{a}/", "/100%/"), "match 100%");
    assert_string_equal(match("/{a}/", "/%4/"), "match %4");
    assert_string_equal(match("/{a}/", "/%zz/"), "match %zz");
}

static void what_is_no_text_is_no_value(void **state) {
    (void)state;
    assert_string_equal(match("/{a}/", "/%00/"), "other");
    assert_string_equal(match("/{a}/", "/a%00b/"), "other");
    assert_string_equal(match("/{a}/", "/%ff/"), "other");
    assert_string_equal(match("/{a}/", "/%c3%28/"), "other");
    assert_string_equal(match("/{a}/", "/%ed%a0%80/"), "other");
    assert_string_equal(match("/x/{a}/", "/%ff/a/"), "other");
}

static void what_can_be_an_address(void **state) {
    (void)state;
    refused("", "a path that begins with a slash");
    refused("news/", "a path that begins with a slash");
    refused("//news/", "a path that begins with a slash");
    refused("/a//b/", "a path that begins with a slash");
    refused("/a/../b/", "segments that are text or one {name}, not '..'");
    refused("/./", "not '.'");
    refused("/a?b=c", "not 'a?b=c'");
    refused("/a#b", "not 'a#b'");
    refused("/a%20b/", "not 'a%20b'");
    refused("/a\x01/", "segments");
    refused("/\xff/", "segments");
    refused("/{}/", "not '{}'");
    refused("/{1}/", "a name of letters, digits and _ between braces, not '{1}'");
    refused("/{_a}/", "not '{_a}'");
    refused("/{a-b}/", "not '{a-b}'");
    refused("/x{a}/", "not 'x{a}'");
    refused("/{a}.html", "not '{a}.html'");
    refused("/{a}/{a}/", "'{a}' is there twice");
    assert_int_equal(pattern("/{a}/b/{c}/")->captures, 2);
    assert_true(pattern("/{a}/b/{c}/")->closed);
    assert_false(pattern("/a.b")->closed);
}

static int compare(const char *one, const char *other) {
    int order = site_pattern_compare(pattern(one), pattern(other));

    assert_true(order == 0 ? site_pattern_compare(pattern(other), pattern(one)) == 0
                           : (order < 0) == (site_pattern_compare(pattern(other), pattern(one)) > 0));
    return order < 0 ? -1 : order > 0;
}

static void literal_segments_go_first(void **state) {
    (void)state;
    assert_int_equal(compare("/a/", "/{x}/"), -1);
    assert_int_equal(compare("/a/{x}/", "/{x}/b/"), -1);
    assert_int_equal(compare("/{x}/b/", "/{x}/{y}/"), -1);
    assert_int_equal(compare("/{x}/", "/{y}/"), 0);
    assert_int_equal(compare("/a/{x}/", "/a/{y}/"), 0);
    assert_int_equal(compare("/a", "/a"), 0);
    assert_int_not_equal(compare("/a", "/a/"), 0);
    assert_int_not_equal(compare("/a/", "/b/"), 0);
}

static void pages_above(void **state) {
    (void)state;
    assert_true(site_pattern_is_above(pattern("/"), pattern("/a/")));
    assert_true(site_pattern_is_above(pattern("/a/"), pattern("/a/{x}/")));
    assert_true(site_pattern_is_above(pattern("/a/b/"), pattern("/a/b/c/{x}")));
    assert_false(site_pattern_is_above(pattern("/a/"), pattern("/a/")));
    assert_false(site_pattern_is_above(pattern("/a"), pattern("/a/b/")));
    assert_false(site_pattern_is_above(pattern("/b/"), pattern("/a/{x}/")));
    assert_false(site_pattern_is_above(pattern("/a/"), pattern("/{x}/b/")));
    assert_false(site_pattern_is_above(pattern("/{x}/"), pattern("/a/b/")));
    assert_string_equal(site_pattern_path(pool, pattern("/about us/caf\xc3\xa9/")), "/about%20us/caf%C3%A9/");
    assert_string_equal(site_pattern_path(pool, pattern("/a.txt")), "/a.txt");
    assert_string_equal(site_pattern_path(pool, pattern("/")), "/");
}

static int setup(void **state) {
    (void)state;
    apr_initialize();
    return apr_pool_create(&pool, NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(literal_paths),
        cmocka_unit_test(captures),
        cmocka_unit_test(what_is_no_text_is_no_value),
        cmocka_unit_test(what_can_be_an_address),
        cmocka_unit_test(literal_segments_go_first),
        cmocka_unit_test(pages_above),
    };

    return cmocka_run_group_tests(tests, setup, NULL);
}
