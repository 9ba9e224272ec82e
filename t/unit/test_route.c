/* Which address names what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/route.h"
#include "unit/fixture.h"
#include <apr_strings.h>

static const site_api_t *text_keys;

static const char *find_in(const site_api_t *api, const char *path) {
    static const char *const kinds[] = {"none", "slash", "root", "collection", "item", "openapi", "docs"};
    site_route_t route;

    site_route_find(fixture_pool, api, path, &route);
    if (route.kind == SITE_ROUTE_NONE || route.kind == SITE_ROUTE_SLASH)
        return kinds[route.kind];
    return apr_pstrcat(fixture_pool, kinds[route.kind], route.resource ? " " : "",
                       route.resource ? route.resource->name : "", route.kind == SITE_ROUTE_ITEM ? " " : "",
                       route.kind == SITE_ROUTE_ITEM ? route.key : "", route.format ? " as " : "",
                       route.format ? route.format : "", NULL);
}

static const char *find(const char *path) {
    return find_in(fixture_resource("book")->api, path);
}

static void resources_and_rows(void **state) {
    (void)state;
    assert_string_equal(find("/"), "root");
    assert_string_equal(find(""), "slash");
    assert_string_equal(find("/.json"), "root as json");
    assert_string_equal(find("/book/"), "collection book");
    assert_string_equal(find("/book"), "slash");
    assert_string_equal(find("//book//"), "collection book");
    assert_string_equal(find("/%62ook/"), "collection book");
    assert_string_equal(find("/book.json"), "collection book as json");
    assert_string_equal(find("/book.csv"), "collection book as csv");
    assert_string_equal(find("/Book/"), "none");
    assert_string_equal(find("/book/1/"), "item book 1");
    assert_string_equal(find("/book/1"), "slash");
    assert_string_equal(find("/book/1.json"), "item book 1 as json");
    assert_string_equal(find("/book/1/2/"), "none");
    assert_string_equal(find("/note/1/"), "none");
    assert_string_equal(find("/edition/1/"), "none");
}

static void the_description_unless_a_resource_is_called_so(void **state) {
    (void)state;
    assert_string_equal(find("/openapi.json"), "openapi");
    assert_string_equal(find("//openapi.json"), "openapi");
    assert_string_equal(find("/openapi.json/"), "none");
    assert_string_equal(find("/openapi"), "none");
    assert_string_equal(find("/openapi.xml"), "none");
    assert_string_equal(find("/docs/"), "docs");
    assert_string_equal(find("/docs"), "slash");
    assert_string_equal(find("/docs/x/"), "none");
    assert_string_equal(find("/docs.json"), "none");
}

static void a_number_has_neither_dots_nor_slashes(void **state) {
    (void)state;
    assert_string_equal(find("/book/1%2E5/"), "item book 1 as 5");
    assert_string_equal(find("/book/1.5.json"), "none");
    assert_string_equal(find("/book/1%2531/"), "item book 1%31");
    assert_string_equal(find("/book/1.X/"), "none");
    assert_string_equal(find("/book/1%2F/"), "none");
}

static void a_text_key_may_hold_anything(void **state) {
    (void)state;
    assert_string_equal(find_in(text_keys, "/item/a.b/"), "item item a.b");
    assert_string_equal(find_in(text_keys, "/item/a%2Fb/"), "item item a/b");
    assert_string_equal(find_in(text_keys, "/item/a.json"), "item item a as json");
    assert_string_equal(find_in(text_keys, "/item/a%2Ejson/"), "item item a.json");
    assert_string_equal(find_in(text_keys, "/item/a%2Ejson.json"), "item item a.json as json");
    assert_string_equal(find_in(text_keys, "/item/a.csv/"), "item item a.csv");
    assert_string_equal(find_in(text_keys, "/item/%25/"), "item item %");
    assert_string_equal(find_in(text_keys, "/item/a+b/"), "item item a+b");
    assert_string_equal(find_in(text_keys, "/item/a.csv"), "item item a as csv");
    assert_string_equal(find_in(text_keys, "/item/a.json/"), "item item a as json");
    assert_string_equal(find_in(text_keys, "/item/a.C"), "none");
    assert_string_equal(find_in(text_keys, "/item/a%2EC"), "slash");
    assert_string_equal(find_in(text_keys, "/item/.a"), "none");
    assert_string_equal(find_in(text_keys, "/item/a."), "none");
    assert_string_equal(find_in(text_keys, "/item/a.json.json"), "none");
}

static void keys_are_written_as_they_are_read(void **state) {
    site_sink_t sink;

    (void)state;
    site_sink_init(&sink, fixture_pool, 16, 0);
    site_route_write_key(&sink, "a/b.c %\xC3\xA9~+", 11, 0);
    site_route_write_key(&sink, "|a.b|", 5, 1);
    site_route_write_key(&sink, "..", 2, 1);
    site_sink_char(&sink, '\0');
    assert_string_equal(sink.data, "a%2Fb%2Ec%20%25%C3%A9~+%7Ca.b%7C%2E%2E");
}

/* Where the section says that keys hold dots, a closed address has no format. */
static void dots_may_be_the_key_s_own(void **state) {
    site_resource_t *item = (site_resource_t *)(uintptr_t)site_api_resource(text_keys, "item");

    (void)state;
    item->key_dots = 1;
    assert_string_equal(find_in(text_keys, "/item/a.json/"), "item item a.json");
    assert_string_equal(find_in(text_keys, "/item/a.b/"), "item item a.b");
    assert_string_equal(find_in(text_keys, "/item/a.b.json"), "item item a.b as json");
    assert_string_equal(find_in(text_keys, "/item/a.b"), "item item a as b");
    assert_string_equal(find_in(text_keys, "/item/a.C"), "slash");
    item->key_dots = 0;
}

static void redirects_are_spelled_as_django_s(void **state) {
    static const char *const cases[][2] = {{"/api/a%20b", "/api/a%20b"},   {"/api/a;b=c", "/api/a%3Bb%3Dc"},
                                           {"/api/%41%2fb", "/api/A%2Fb"}, {"/api/\"<%0A", "/api/%22%3C%0A"},
                                           {"/api/%25", "/api/%25"},       {"/api/%FF", "/api/%25FF"},
                                           {"/api/%zz", "/api/%25zz"},     {"/api/%C3%A9", "/api/%C3%A9"},
                                           {"/%2E%2E/%2E", "/%2E%2E/%2E"}, {"/a:@&+$,-_.!~*'()", "/a:@&+$,-_.!~*'()"}};
    site_sink_t sink;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        site_sink_init(&sink, fixture_pool, 16, 0);
        site_route_write_path(&sink, cases[i][0]);
        site_sink_char(&sink, '\0');
        assert_string_equal(sink.data, cases[i][1]);
    }
    site_sink_init(&sink, fixture_pool, 16, 0);
    site_route_write_query(&sink, "a=%20&b=c|d\"<>^`{}\\;~\xC3");
    site_sink_char(&sink, '\0');
    assert_string_equal(sink.data, "a=%20&b=c%7Cd%22%3C%3E%5E%60%7B%7D%5C;~%C3");
}

static const char *canonical(const site_api_t *api, const char *path) {
    site_route_t route;
    site_sink_t sink;

    site_route_find(fixture_pool, api, path, &route);
    if (route.kind == SITE_ROUTE_NONE)
        return NULL;
    site_sink_init(&sink, fixture_pool, 16, 0);
    site_route_write_canonical(&sink, &route, route.key, route.key_length);
    site_sink_char(&sink, '\0');
    return sink.data;
}

static void every_spelling_has_one_canonical_address(void **state) {
    static const char *const cases[][2] = {
        {"", "/"},
        {"/.json", "/"},
        {"//", "/"},
        {"/book", "/book/"},
        {"/book.json", "/book/"},
        {"//%62ook//", "/book/"},
        {"/book/1", "/book/1/"},
        {"/book/1.api", "/book/1/"},
        {"/book/1.json/", "/book/1/"},
        {"/docs", "/docs/"},
        {"/docs/", "/docs/"},
        {"//openapi.json", "/openapi.json"},
    };
    static const char *const keys[][2] = {
        {"/item/a.json", "/item/a/"},         {"/item/a%2Ejson/", "/item/a.json/"},
        {"/item/a%2fb.json", "/item/a%2Fb/"}, {"/item/a%2ejson.api", "/item/a.json/"},
        {"/%69tem/%25/", "/item/%/"},         {"/item/a%20b", "/item/a b/"},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(canonical(fixture_resource("book")->api, cases[i][0]), cases[i][1]);
    for (i = 0; i < sizeof keys / sizeof *keys; i++)
        assert_string_equal(canonical(text_keys, keys[i][0]), keys[i][1]);
    assert_null(canonical(text_keys, "/nosuch.json"));
}

static int setup(void **state) {
    fixture_setup(state);
    text_keys = fixture_keys(fixture_pool);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(resources_and_rows),
        cmocka_unit_test(the_description_unless_a_resource_is_called_so),
        cmocka_unit_test(a_number_has_neither_dots_nor_slashes),
        cmocka_unit_test(a_text_key_may_hold_anything),
        cmocka_unit_test(keys_are_written_as_they_are_read),
        cmocka_unit_test(dots_may_be_the_key_s_own),
        cmocka_unit_test(redirects_are_spelled_as_django_s),
        cmocka_unit_test(every_spelling_has_one_canonical_address),
    };

    return cmocka_run_group_tests(tests, setup, NULL);
}
