/* The description of an API. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/filterer.h"
#include "core/openapi.h"
#include "core/rights.h"
#include "unit/fixture.h"

#include <apr_strings.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/* The fixture's tables, all of which can be changed; `section`, which may be NULL, speaks of one. */
static const site_api_t *writable_as(const site_settings_t *settings, site_resource_spec_t *section) {
    site_api_spec_t *spec = apr_pcalloc(fixture_pool, sizeof *spec);
    site_catalog_t *catalog = fixture_catalog(fixture_pool);
    int i;

    for (i = 0; i < catalog->tables->nelts; i++) {
        site_table_t *table = APR_ARRAY_IDX(catalog->tables, i, site_table_t *);

        table->insertable = table->updatable = table->deletable = 1;
        table->comment = "It's \"so\"";
    }
    spec->path = "/api";
    spec->schemas = apr_array_make(fixture_pool, 1, sizeof(const char *));
    APR_ARRAY_PUSH(spec->schemas, const char *) = "public";
    spec->settings = *settings;
    spec->resources = apr_array_make(fixture_pool, 1, sizeof(site_resource_spec_t *));
    if (section)
        APR_ARRAY_PUSH(spec->resources, site_resource_spec_t *) = section;
    site_table_column(site_catalog_table(catalog, "public", "book"), "pages")->least = "1";
    return site_resolve(fixture_pool, spec, catalog, NULL, NULL);
}

static const site_api_t *writable(const site_settings_t *settings) {
    return writable_as(settings, NULL);
}

static json_object *describe_as(const site_api_t *api, const site_settings_t *settings, unsigned ways, int throttled) {
    site_openapi_t openapi = {api, settings, ways, throttled};
    site_openapi_head_t head = {"Books", NULL, "1", "/api"};
    json_tokener *tokener = json_tokener_new();
    json_object *document;
    site_sink_t sink;

    site_sink_init(&sink, fixture_pool, 1024, 0);
    site_openapi_head(&sink, &head);
    site_openapi_rest(&sink, &openapi);
    assert_int_equal(sink.status, APR_SUCCESS);
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    document = json_tokener_parse_ex(tokener, sink.data, (int)sink.used);
    assert_int_equal(json_tokener_get_error(tokener), json_tokener_success);
    json_tokener_free(tokener);
    assert_non_null(document);
    return document;
}

static json_object *describe(const site_api_t *api, const site_settings_t *settings) {
    return describe_as(api, settings, SITE_OPENAPI_BASIC | SITE_OPENAPI_ANONYMOUS, 0);
}

static json_object *fixture_document(void) {
    site_settings_t settings;

    fixture_settings(&settings);
    return describe(fixture_resource("book")->api, &settings);
}

/* What a path of member names leads to, separated by blanks; NULL: nothing. */
static json_object *at(json_object *object, const char *path) {
    char *copy = apr_pstrdup(fixture_pool, path), *word, *last;

    for (word = apr_strtok(copy, " ", &last); word && object; word = apr_strtok(NULL, " ", &last)) {
        json_object *next = NULL;

        if (json_object_is_type(object, json_type_array))
            next = json_object_array_get_idx(object, (size_t)atoi(word));
        else
            json_object_object_get_ex(object, word, &next);
        object = next;
    }
    return object;
}

static const char *text_at(json_object *object, const char *path) {
    json_object *found = at(object, path);

    return found ? json_object_is_type(found, json_type_string)
                       ? json_object_get_string(found)
                       : json_object_to_json_string_ext(found, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE)
                 : "";
}

/* A parameter of a collection by its name. */
static json_object *parameter(json_object *document, const char *path, const char *name) {
    json_object *list = at(document, apr_pstrcat(fixture_pool, "paths ", path, " get parameters", NULL));
    size_t i;

    for (i = 0; i < json_object_array_length(list); i++) {
        json_object *each = json_object_array_get_idx(list, i);

        if (strcmp(text_at(each, "name"), name) == 0)
            return each;
    }
    return NULL;
}

static void says_where_and_what(void **state) {
    json_object *document = fixture_document();

    (void)state;
    assert_string_equal(text_at(document, "openapi"), "3.1.0");
    assert_string_equal(text_at(document, "info title"), "Books");
    assert_string_equal(text_at(document, "servers 0 url"), "/api");
    assert_string_equal(text_at(document, "paths /book/ get operationId"), "listBooks");
    assert_string_equal(text_at(document, "paths /book/{id}/ get operationId"), "retrieveBook");
    assert_string_equal(text_at(document, "paths /book_topic/ get operationId"), "listBookTopics");
    assert_non_null(at(document, "paths /note/"));
    assert_null(at(document, "paths /note/{words}/"));
    assert_null(at(document, "paths /book/ post"));
    json_object_put(document);
}

static void a_lookup_has_words_and_a_type(void **state) {
    json_object *document = fixture_document();

    (void)state;
    assert_string_equal(text_at(parameter(document, "/book/", "pages__lte"), "description"), "pages at most");
    assert_string_equal(text_at(parameter(document, "/book/", "pages__lte"), "schema"), "{\"type\":\"number\"}");
    assert_string_equal(text_at(parameter(document, "/book/", "pages__in"), "explode"), "false");
    assert_string_equal(text_at(parameter(document, "/book/", "pages__range"), "schema maxItems"), "2");
    assert_string_equal(text_at(parameter(document, "/book/", "sold__date__year__gte"), "description"),
                        "year of date of sold at least");
    assert_string_equal(text_at(parameter(document, "/book/", "mood"), "schema enum 0"), "sad");
    assert_string_equal(text_at(parameter(document, "/book/", "marks__contains"), "description"),
                        "marks contains all of these elements");
    assert_string_equal(text_at(parameter(document, "/book/", "extra__has_key"), "schema type"), "string");
    assert_string_equal(text_at(parameter(document, "/book/", "lent__isnull"), "schema type"), "boolean");
    assert_null(parameter(document, "/book/", "pages__regex"));
    assert_null(parameter(document, "/book/", "cover"));
    assert_non_null(parameter(document, "/book/", "cover__isnull"));
    json_object_put(document);
}

static void relations_are_listed(void **state) {
    json_object *document = fixture_document();

    (void)state;
    assert_string_equal(text_at(parameter(document, "/book/", "author"), "schema type"), "integer");
    assert_string_equal(text_at(parameter(document, "/book/", "author__in"), "schema items type"), "integer");
    assert_string_equal(text_at(parameter(document, "/book/", "shelf__isnull"), "schema type"), "boolean");
    assert_string_equal(text_at(parameter(document, "/book/", "author__born"), "schema format"), "date");
    assert_null(parameter(document, "/book/", "author__born__year"));
    assert_non_null(
        strstr(text_at(document, "paths /book/ get x-relations"),
               "{\"prefix\":\"author__\",\"resource\":\"author\",\"filters\":\"listAuthors\",\"many\":false}"));
    json_object_put(document);
}

static void search_and_ordering_are_told(void **state) {
    json_object *document = fixture_document();

    (void)state;
    assert_string_equal(
        text_at(parameter(document, "/book/", "search"), "description"),
        "Every word, separated by blanks or commas, occurs in one of `title` (its beginning), `author__name`, "
        "`isbn` (the whole), `topic__slug`.");
    assert_null(parameter(document, "/author/", "search"));
    assert_non_null(
        strstr(text_at(parameter(document, "/book/", "ordering"), "schema items enum"), "\"title\",\"-title\""));
    json_object_put(document);
}

/* Each name once, and each is understood by those who read requests. */
static void every_parameter_is_one(void **state) {
    static const char *const resources[] = {"book", "author", "shelf", "copy", "note"};
    json_object *document = fixture_document(), *list, *other;
    site_filterer_t reader;
    site_settings_t settings;
    site_level_t level;
    site_target_t target;
    size_t i, j, k;

    (void)state;
    fixture_settings(&settings);
    memset(&reader, 0, sizeof reader);
    memset(&level, 0, sizeof level);
    reader.pool = fixture_pool;
    reader.settings = &settings;
    for (i = 0; i < sizeof resources / sizeof *resources; i++) {
        level.resource = fixture_resource(resources[i]);
        list = at(document, apr_pstrcat(fixture_pool, "paths /", resources[i], "/ get parameters", NULL));
        assert_true(json_object_array_length(list) > 10);
        for (j = 0; j < json_object_array_length(list); j++) {
            const char *name = text_at(json_object_array_get_idx(list, j), "name");

            if (!*name || site_filter_is_control(&settings, name))
                continue;
            site_filter_resolve(&reader, &level, name, &target);
            assert_int_not_equal(target.kind, TARGET_NONE);
            for (k = 0; k < j; k++) {
                other = json_object_array_get_idx(list, k);
                assert_string_not_equal(text_at(other, "name"), name);
            }
        }
    }
    json_object_put(document);
}

static void rows_have_types(void **state) {
    json_object *document = fixture_document(), *book = at(document, "components schemas Book");

    (void)state;
    assert_string_equal(text_at(book, "properties id type"), "integer");
    assert_string_equal(text_at(book, "properties id format"), "int64");
    assert_string_equal(text_at(book, "properties title type"), "string");
    assert_string_equal(text_at(book, "properties isbn type"), "[\"string\",\"null\"]");
    assert_string_equal(text_at(book, "properties sold format"), "date-time");
    assert_string_equal(text_at(book, "properties weight type"), "[\"number\",\"string\",\"null\"]");
    assert_string_equal(text_at(book, "properties mood enum"), "[\"sad\",\"glad\",null]");
    assert_string_equal(text_at(book, "properties marks items type"), "[\"string\",\"null\"]");
    assert_string_equal(text_at(book, "properties cover contentEncoding"), "base64");
    assert_string_equal(text_at(book, "properties author description"), "Key of a row of `author`.");
    assert_null(at(book, "properties extra type"));
    assert_string_equal(text_at(book, "required 0"), "url");
    assert_string_equal(text_at(document, "components schemas PaginatedBookList required 0"), "count");
    assert_null(at(document, "components schemas BookRequest"));
    json_object_put(document);
}

static void what_is_written(void **state) {
    site_settings_t settings;
    json_object *document;

    (void)state;
    fixture_settings(&settings);
    settings.methods = SITE_METHODS_ALL;
    settings.idempotency = 60;
    settings.bulk = 5;
    document = describe(writable(&settings), &settings);
    assert_string_equal(text_at(document, "paths /book/ get description"), "It's \"so\"");
    assert_string_equal(text_at(document, "paths /book/ post operationId"), "createBook");
    assert_string_equal(text_at(document, "paths /book/{id}/ put operationId"), "updateBook");
    assert_string_equal(text_at(document, "paths /book/{id}/ patch operationId"), "partialUpdateBook");
    assert_string_equal(text_at(document, "paths /book/{id}/ delete operationId"), "destroyBook");
    assert_string_equal(
        text_at(document, "paths /book/ post requestBody content application/json schema anyOf 1 maxItems"), "5");
    assert_string_equal(text_at(document, "paths /book/ post requestBody content multipart/form-data schema $ref"),
                        "#/components/schemas/BookRequest");
    assert_string_equal(text_at(document, "paths /book/ post responses 422 $ref"),
                        "#/components/responses/OtherRequest");
    assert_null(at(document, "paths /author/{id}/ put responses 422"));
    assert_string_equal(text_at(document, "paths /book/ post responses 400 $ref"), "#/components/responses/BadList");
    assert_string_equal(text_at(document, "paths /book/ get responses 400 $ref"), "#/components/responses/BadRequest");
    assert_null(strstr(text_at(document, "components schemas FieldErrors"), "$ref"));
    assert_non_null(strstr(text_at(document, "components schemas BookRequest required"), "\"title\""));
    assert_string_equal(text_at(document, "components schemas BookRequest allOf 0 $ref"),
                        "#/components/schemas/PatchedBookRequest");
    assert_string_equal(text_at(document, "components schemas PatchedBookRequest properties pages maximum"), "32767");
    assert_null(at(document, "components schemas PatchedBookRequest required"));
    assert_null(at(document, "paths /edition/{maker}/"));
    assert_string_equal(text_at(document, "paths /book/ post security"), "[{\"basic\":[]}]");
    assert_string_equal(text_at(document, "paths /book/ get security"), "[{},{\"basic\":[]}]");
    json_object_put(document);
}

/* What CHECK constraints and sections allow. */
static void limits_are_told(void **state) {
    static site_attribute_spec_t title = {.name = "title",
                                          .format = SITE_UNSET,
                                          .read_only = SITE_UNSET,
                                          .decimals_as_numbers = SITE_UNSET,
                                          .scale = SITE_UNSET,
                                          .rules = {.min_length = 3, .max_length = 20, .required = SITE_NO}},
                                 price = {.name = "price",
                                          .format = SITE_UNSET,
                                          .read_only = SITE_UNSET,
                                          .decimals_as_numbers = SITE_UNSET,
                                          .scale = SITE_UNSET,
                                          .rules = {.min = "0.5", .max = "99", .required = SITE_YES}};
    static site_resource_spec_t section = {.name = "book"};
    site_settings_t settings;
    json_object *document, *fields;

    (void)state;
    fixture_settings(&settings);
    settings.methods = SITE_METHODS_ALL;
    site_settings_init(&section.settings);
    section.attribute = apr_array_make(fixture_pool, 2, sizeof(site_attribute_spec_t *));
    APR_ARRAY_PUSH(section.attribute, site_attribute_spec_t *) = &title;
    APR_ARRAY_PUSH(section.attribute, site_attribute_spec_t *) = &price;
    document = describe(writable_as(&settings, &section), &settings);
    fields = at(document, "components schemas PatchedBookRequest properties");
    assert_string_equal(text_at(fields, "pages minimum"), "1");
    assert_string_equal(text_at(fields, "pages maximum"), "32767");
    assert_string_equal(text_at(fields, "pages format"), "int32");
    assert_string_equal(text_at(fields, "title minLength"), "3");
    assert_string_equal(text_at(fields, "title maxLength"), "20");
    assert_string_equal(text_at(fields, "price minimum"), "0.5");
    assert_string_equal(text_at(fields, "price maximum"), "99");
    assert_null(strstr(text_at(document, "components schemas BookRequest required"), "\"title\""));
    assert_non_null(strstr(text_at(document, "components schemas BookRequest required"), "\"price\""));
    json_object_put(document);
}

static void settings_are_followed(void **state) {
    site_settings_t settings;
    json_object *document;

    (void)state;
    fixture_settings(&settings);
    settings.pagination = SITE_PAGINATION_CURSOR;
    settings.ordering_parameter = "sort";
    settings.complex_parameter = settings.format_parameter = settings.url_attribute = "";
    settings.max_page_size = 0;
    document = describe_as(fixture_resource("book")->api, &settings, 0, 1);
    assert_non_null(parameter(document, "/book/", "cursor"));
    assert_non_null(parameter(document, "/book/", "sort"));
    assert_null(parameter(document, "/book/", "page"));
    assert_null(parameter(document, "/book/", "page_size"));
    assert_null(parameter(document, "/book/", "filters"));
    assert_null(at(document, "paths /book/ parameters"));
    assert_null(at(document, "components schemas Book properties url"));
    assert_string_equal(text_at(document, "components schemas PaginatedBookList required"),
                        "[\"next\",\"previous\",\"results\"]");
    assert_null(at(document, "components securitySchemes"));
    assert_string_equal(text_at(document, "paths /book/ get responses 429 $ref"),
                        "#/components/responses/TooManyRequests");
    assert_null(at(document, "paths /book/ get responses 401"));
    /* What nothing refers to is left out. */
    assert_null(at(document, "components responses Unauthorized"));
    assert_null(at(document, "components headers Location"));
    json_object_put(document);
    settings.pagination = SITE_PAGINATION_LIMIT;
    settings.max_page_size = 50;
    document = describe(fixture_resource("book")->api, &settings);
    assert_string_equal(text_at(parameter(document, "/book/", "limit"), "schema maximum"), "50");
    assert_non_null(parameter(document, "/book/", "offset"));
    json_object_put(document);
}

/* Attributes that are called like parameters are asked for by another name. */
/* Of the roles that callers may have one can do more than the other; no GRANT is known for other tables. */
static void methods_need_rights(void **state) {
    site_settings_t settings;
    const site_api_t *api;
    json_object *document;
    site_table_t *book;

    (void)state;
    fixture_settings(&settings);
    settings.methods = SITE_METHODS_ALL;
    api = writable(&settings);
    book = site_catalog_table(api->catalog, "public", "book");
    site_rights_add((site_catalog_t *)api->catalog, book, "site", 1);
    site_rights_add((site_catalog_t *)api->catalog, book, "editor", 0)->insert = 1;
    document = describe(api, &settings);
    assert_non_null(at(document, "paths /book/ get"));
    assert_non_null(at(document, "paths /book/ post"));
    assert_non_null(at(document, "components schemas BookRequest"));
    assert_non_null(at(document, "paths /book/{id}/ get"));
    assert_null(at(document, "paths /book/{id}/ put"));
    assert_null(at(document, "paths /book/{id}/ patch"));
    assert_null(at(document, "paths /book/{id}/ delete"));
    assert_non_null(at(document, "paths /author/{id}/ delete"));
    json_object_put(document);
}

static void names_that_collide(void **state) {
    static const struct {
        const char *table, *column;
    } rows[] = {{"star", "page"},      {"star", "name"},          {"star", "name__in"}, {"stars", "id"},
                {"star request", "x"}, {"error", "detail"},       {"star_", "x"},       {"\xc3\x9c \xe2\x82\xac", "x"},
                {"42", "x"},           {"field errors", "format"}};
    site_api_spec_t *spec = apr_pcalloc(fixture_pool, sizeof *spec);
    site_catalog_t *catalog = site_catalog_make(fixture_pool);
    const apr_array_header_t *names;
    site_table_t *table = NULL;
    json_object *document;
    site_settings_t settings;
    const site_api_t *api;
    site_type_t type;
    size_t i, j;

    (void)state;
    memset(&type, 0, sizeof type);
    type.kind = SITE_KIND_TEXT;
    type.sql_name = "text";
    type.max_length = type.precision = type.scale = -1;
    for (i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!table || strcmp(table->name, rows[i].table) != 0)
            table = site_catalog_add_table(catalog, "public", rows[i].table, 'r');
        site_catalog_add_column(catalog, table, rows[i].column, table->columns->nelts + 1, &type);
    }
    spec->path = "";
    spec->schemas = apr_array_make(fixture_pool, 1, sizeof(const char *));
    APR_ARRAY_PUSH(spec->schemas, const char *) = "public";
    fixture_settings(&spec->settings);
    fixture_settings(&settings);
    api = site_resolve(fixture_pool, spec, catalog, NULL, NULL);
    names = site_openapi_names(fixture_pool, api);
    assert_int_equal(names->nelts, api->resources->nelts);
    for (i = 0; i < (size_t)names->nelts; i++) {
        const char *name = APR_ARRAY_IDX(names, i, const char *);

        assert_true(*name &&
                    name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")] == '\0');
        assert_false(*name >= '0' && *name <= '9');
        assert_string_not_equal(name, "Error");
        assert_string_not_equal(name, "StarRequest");
        for (j = 0; j < i; j++)
            assert_string_not_equal(name, APR_ARRAY_IDX(names, j, const char *));
    }
    document = describe(api, &settings);
    assert_string_equal(text_at(parameter(document, "/star/", "page__exact"), "description"), "page equals");
    assert_string_equal(text_at(parameter(document, "/star/", "name__in"), "description"), "name__in equals");
    assert_string_equal(text_at(parameter(document, "/star/", "name__in__in"), "description"),
                        "name__in is one of these");
    json_object_put(document);
}

static void speaks_of_its_resources(void **state) {
    site_settings_t settings;
    json_object *document;

    (void)state;
    fixture_settings(&settings);
    settings.methods = SITE_METHODS_ALL;
    document = describe(writable(&settings), &settings);
    assert_string_equal(text_at(document, "paths /author/ post summary"), "Create an author");
    assert_string_equal(text_at(document, "paths /author/ get summary"), "List author");
    assert_string_equal(text_at(document, "paths /book/{id}/ delete summary"), "Delete a book");
    json_object_put(document);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(speaks_of_its_resources),
        cmocka_unit_test(says_where_and_what),
        cmocka_unit_test(a_lookup_has_words_and_a_type),
        cmocka_unit_test(relations_are_listed),
        cmocka_unit_test(search_and_ordering_are_told),
        cmocka_unit_test(every_parameter_is_one),
        cmocka_unit_test(rows_have_types),
        cmocka_unit_test(what_is_written),
        cmocka_unit_test(settings_are_followed),
        cmocka_unit_test(methods_need_rights),
        cmocka_unit_test(names_that_collide),
        cmocka_unit_test(limits_are_told),
    };

    return cmocka_run_group_tests(tests, fixture_setup, NULL);
}
