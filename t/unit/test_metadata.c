#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/metadata.h"
#include "unit/fixture.h"

#include <string.h>

static const char *metadata(const char *resource, site_route_kind_t kind, const char *action) {
    site_settings_t settings;
    site_route_t route;
    site_sink_t sink;

    memset(&route, 0, sizeof route);
    route.kind = kind;
    route.resource = resource ? fixture_resource(resource) : NULL;
    site_sink_init(&sink, fixture_pool, 1024, 0);
    site_settings_init(&settings);
    site_settings_complete(&settings);
    site_metadata_write(&sink, &route, action, &settings, NULL);
    site_sink_char(&sink, '\0');
    return sink.data;
}

static void names_what_it_is(void **state) {
    (void)state;
    assert_non_null(strstr(metadata(NULL, SITE_ROUTE_ROOT, NULL), "{\"name\":\"Api Root\","));
    assert_non_null(strstr(metadata("book_topic", SITE_ROUTE_COLLECTION, NULL), "{\"name\":\"Book Topic List\","));
    assert_non_null(strstr(metadata("book", SITE_ROUTE_ITEM, NULL), "{\"name\":\"Book Instance\","));
    assert_null(strstr(metadata("book", SITE_ROUTE_ITEM, NULL), "actions"));
}

static void tells_fields(void **state) {
    const char *text = metadata("book", SITE_ROUTE_COLLECTION, "POST");

    (void)state;
    assert_non_null(strstr(text,
                           "\"actions\":{\"POST\":{\"url\":{\"type\":\"field\",\"required\":false,\"read_only\":true,"
                           "\"label\":\"Url\"},"));
    assert_non_null(strstr(text,
                           "\"pages\":{\"type\":\"integer\",\"required\":false,\"read_only\":false,\"label\":\"Pages\","
                           "\"min_value\":-32768,\"max_value\":32767}"));
    assert_non_null(strstr(text, "\"title\":{\"type\":\"string\",\"required\":true,"));
    assert_non_null(strstr(text,
                           "\"mood\":{\"type\":\"choice\",\"required\":false,\"read_only\":false,\"label\":\"Mood\","
                           "\"choices\":[{\"value\":\"sad\",\"display_name\":\"sad\"},"));
    assert_non_null(
        strstr(text, "\"marks\":{\"type\":\"list\",\"required\":false,\"read_only\":false,\"label\":\"Marks\","
                     "\"child\":{\"type\":\"string\",\"required\":true,\"read_only\":false,\"label\":\"Marks\"}}"));
    assert_non_null(strstr(text, "\"author\":{\"type\":\"field\",\"required\":true,"));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(names_what_it_is), cmocka_unit_test(tells_fields)};

    return cmocka_run_group_tests(tests, fixture_setup, NULL);
}
