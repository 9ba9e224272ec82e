#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/metadata.h"
#include "core/resolve.h"
#include "unit/fixture.h"

#include <apr_strings.h>
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
    site_metadata_write(&sink, &route, action, &settings);
    site_sink_char(&sink, '\0');
    return sink.data;
}

static void names_what_it_is(void **state) {
    (void)state;
    assert_non_null(
        strstr(metadata(NULL, SITE_ROUTE_ROOT, NULL),
               "{\"name\":\"Api Root\",\"description\":\"The default basic root view for DefaultRouter\","));
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

/* What a section says of fields, and rows inside of rows. */
static void tells_what_sections_say(void **state) {
    site_catalog_t *catalog = fixture_catalog(fixture_pool);
    site_attribute_spec_t pages = {.name = "pages",
                                   .format = SITE_UNSET,
                                   .read_only = SITE_UNSET,
                                   .hidden = 0,
                                   .decimals_as_numbers = SITE_UNSET,
                                   .scale = SITE_UNSET,
                                   .rules = {.min = "1", .required = SITE_YES}},
                          price = {.name = "price",
                                   .format = SITE_UNSET,
                                   .read_only = SITE_UNSET,
                                   .decimals_as_numbers = SITE_UNSET,
                                   .scale = SITE_UNSET,
                                   .rules = {.min = "0", .max = "99.5"}},
                          title = {.name = "title",
                                   .format = SITE_UNSET,
                                   .read_only = SITE_UNSET,
                                   .decimals_as_numbers = SITE_UNSET,
                                   .scale = SITE_UNSET,
                                   .rules = {.min_length = 2, .max_length = 9}},
                          isbn = {.name = "isbn",
                                  .format = SITE_UNSET,
                                  .read_only = 1,
                                  .decimals_as_numbers = SITE_UNSET,
                                  .scale = SITE_UNSET};
    site_relation_spec_t shelf = {.name = "shelf", .show = SITE_SHOW_NESTED},
                         topics = {.name = "topics", .target = "topic", .via = "book_topic", .show = SITE_SHOW_NESTED};
    site_choice_t choice = {"x", "X"};
    site_resource_spec_t section;
    site_api_spec_t spec;
    const site_api_t *api;
    site_route_t route;
    site_settings_t settings;
    site_sink_t sink;

    (void)state;
    memset(&section, 0, sizeof section);
    memset(&spec, 0, sizeof spec);
    site_settings_init(&section.settings);
    site_settings_init(&spec.settings);
    section.name = "book";
    section.description = "Books & \"more\"";
    section.attribute = apr_array_make(fixture_pool, 4, sizeof(site_attribute_spec_t *));
    section.relations = apr_array_make(fixture_pool, 2, sizeof(site_relation_spec_t *));
    isbn.choices = apr_array_make(fixture_pool, 1, sizeof(site_choice_t *));
    APR_ARRAY_PUSH(isbn.choices, site_choice_t *) = &choice;
    APR_ARRAY_PUSH(section.attribute, site_attribute_spec_t *) = &pages;
    APR_ARRAY_PUSH(section.attribute, site_attribute_spec_t *) = &price;
    APR_ARRAY_PUSH(section.attribute, site_attribute_spec_t *) = &title;
    APR_ARRAY_PUSH(section.attribute, site_attribute_spec_t *) = &isbn;
    APR_ARRAY_PUSH(section.relations, site_relation_spec_t *) = &shelf;
    APR_ARRAY_PUSH(section.relations, site_relation_spec_t *) = &topics;
    spec.path = "/api";
    spec.schemas = apr_array_make(fixture_pool, 1, sizeof(const char *));
    APR_ARRAY_PUSH(spec.schemas, const char *) = "public";
    spec.resources = apr_array_make(fixture_pool, 1, sizeof(site_resource_spec_t *));
    APR_ARRAY_PUSH(spec.resources, site_resource_spec_t *) = &section;
    api = site_resolve(fixture_pool, &spec, catalog, NULL, NULL);
    memset(&route, 0, sizeof route);
    route.kind = SITE_ROUTE_COLLECTION;
    route.resource = site_api_resource(api, "book");
    assert_null(route.resource->broken);
    site_sink_init(&sink, fixture_pool, 1024, 0);
    site_settings_init(&settings);
    site_settings_complete(&settings);
    site_metadata_write(&sink, &route, "POST", &settings);
    site_sink_char(&sink, '\0');
    assert_non_null(strstr(sink.data, "\"description\":\"Books & \\\"more\\\"\""));
    assert_non_null(strstr(sink.data, "\"pages\":{\"type\":\"integer\",\"required\":true,\"read_only\":false,\"label\":"
                                      "\"Pages\",\"min_value\":1,\"max_value\":32767}"));
    assert_non_null(strstr(sink.data, "\"label\":\"Price\",\"min_value\":0,\"max_value\":\"99.5\"}"));
    assert_non_null(strstr(sink.data, "\"label\":\"Title\",\"min_length\":2,\"max_length\":9}"));
    assert_non_null(
        strstr(sink.data, "\"isbn\":{\"type\":\"choice\",\"required\":false,\"read_only\":true,\"label\":\"Isbn\"}"));
    assert_non_null(strstr(sink.data,
                           "\"shelf\":{\"type\":\"nested object\",\"required\":false,\"read_only\":true,\"label\":"
                           "\"Shelf\",\"children\":{\"id\":{\"type\":\"integer\",\"required\":true,"));
    assert_non_null(strstr(sink.data,
                           "\"topics\":{\"type\":\"field\",\"required\":false,\"read_only\":true,\"label\":"
                           "\"Topics\",\"child\":{\"type\":\"nested object\",\"required\":false,\"read_only\":true,"
                           "\"children\":{\"id\":{"));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(names_what_it_is), cmocka_unit_test(tells_fields),
                                       cmocka_unit_test(tells_what_sections_say)};

    return cmocka_run_group_tests(tests, fixture_setup, NULL);
}
