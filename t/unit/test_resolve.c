/* Catalogue and configuration become resources; what does not fit is told with its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/chart.h"
#include "unit/fixture.h"
#include <apr_strings.h>
#include <string.h>

static const char *problems;

static void problem(void *baton, const site_place_t *place, const char *resource, const char *message) {
    (void)baton;
    problems = apr_psprintf(fixture_pool, "%s%s:%d %s: %s\n", problems, place && place->file ? place->file : "-",
                            place ? place->line : 0, resource ? resource : "-", message);
}

static apr_array_header_t *strings(const char *one, const char *two) {
    apr_array_header_t *list = apr_array_make(fixture_pool, 2, sizeof(const char *));

    if (one)
        APR_ARRAY_PUSH(list, const char *) = one;
    if (two)
        APR_ARRAY_PUSH(list, const char *) = two;
    return list;
}

static site_api_spec_t *make_spec(void) {
    site_api_spec_t *spec = apr_pcalloc(fixture_pool, sizeof *spec);

    problems = "";
    spec->path = "/api";
    spec->schemas = strings("public", NULL);
    spec->resources = apr_array_make(fixture_pool, 2, sizeof(site_resource_spec_t *));
    fixture_settings(&spec->settings);
    return spec;
}

static site_resource_spec_t *section(site_api_spec_t *spec, const char *name) {
    site_resource_spec_t *resource = apr_pcalloc(fixture_pool, sizeof *resource);

    resource->name = name;
    resource->place.file = "site.conf";
    resource->place.line = 10;
    site_settings_init(&resource->settings);
    APR_ARRAY_PUSH(spec->resources, site_resource_spec_t *) = resource;
    return resource;
}

static site_api_t *resolve(const site_api_spec_t *spec) {
    return site_resolve(fixture_pool, spec, fixture_catalog(fixture_pool), problem, NULL);
}

static const char *attributes_of(const site_resource_t *resource) {
    const char *text = "";
    int i;

    for (i = 0; i < resource->attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *);

        if (attribute->shown)
            text = apr_pstrcat(fixture_pool, text, *text ? " " : "", attribute->name, NULL);
    }
    return text;
}

static const char *relations_of(const site_resource_t *resource) {
    static const char *const arrows[] = {">", "<", "<>"};
    const char *text = "";
    int i;

    for (i = 0; i < resource->relations->nelts; i++) {
        const site_relation_t *relation = APR_ARRAY_IDX(resource->relations, i, const site_relation_t *);

        text = apr_pstrcat(fixture_pool, text, *text ? " " : "", relation->name, arrows[relation->kind],
                           relation->target->name, NULL);
    }
    return text;
}

static void every_table_is_a_resource(void **state) {
    const site_api_t *api = resolve(make_spec());

    (void)state;
    assert_string_equal(problems, "");
    assert_string_equal(attributes_of(site_api_resource(api, "shelf")), "id code title opened parent");
    assert_string_equal(site_api_resource(api, "shelf")->key->name, "id");
    assert_null(site_api_resource(api, "note")->key);
    assert_null(site_api_resource(api, "edition")->key);
    assert_string_equal(site_api_resource(api, "book_topic")->object_name, "BookTopic");
    assert_string_equal(site_api_resource(api, "shelf")->from_sql, "\"public\".\"shelf\"");
}

static void foreign_keys_are_relations(void **state) {
    const site_api_t *api = resolve(make_spec());

    (void)state;
    assert_string_equal(relations_of(site_api_resource(api, "shelf")), "parent>shelf shelf_by_parent<shelf book<book");
    assert_non_null(site_resource_relation(site_api_resource(api, "book"), "topic"));
    assert_int_equal(site_resource_relation(site_api_resource(api, "book"), "topic")->kind, SITE_RELATION_MANY);
    assert_string_equal(relations_of(site_api_resource(api, "copy")), "edition>edition");
    assert_null(site_resource_relation(site_api_resource(api, "copy"), "edition")->key);
    assert_true(site_resource_relation(site_api_resource(api, "book"), "shelf")->nullable);
    assert_false(site_resource_relation(site_api_resource(api, "book"), "author")->nullable);
}

static const char *ordering_of(const site_resource_t *resource) {
    const char *text = resource->ties ? "ties:" : "";
    int i;

    for (i = 0; i < resource->ordering->nelts; i++)
        text = apr_pstrcat(fixture_pool, text, i ? " " : "",
                           APR_ARRAY_IDX(resource->ordering, i, const site_ordering_t *)->column->name, NULL);
    return text;
}

static void rows_are_ordered_by_what_is_seen(void **state) {
    site_api_spec_t *spec = make_spec();
    site_resource_spec_t *editions = section(spec, "editions"), *makers = section(spec, "makers"),
                         *listed = section(spec, "listed");
    const site_api_t *api;

    (void)state;
    editions->table = makers->table = listed->table = "edition";
    makers->hidden = strings("number", NULL);
    listed->attributes = strings("number", NULL);
    api = resolve(spec);
    assert_string_equal(ordering_of(site_api_resource(api, "book")), "id");
    assert_string_equal(ordering_of(site_api_resource(api, "editions")), "maker number");
    assert_string_equal(ordering_of(site_api_resource(api, "makers")), "ties:maker");
    assert_string_equal(ordering_of(site_api_resource(api, "listed")), "maker number");
    assert_string_equal(ordering_of(site_api_resource(api, "note")), "ties:words");
}

static void a_section_names_and_narrows(void **state) {
    site_api_spec_t *spec = make_spec();
    site_resource_spec_t *books = section(spec, "books");
    const site_resource_t *resource;
    const site_api_t *api;

    (void)state;
    books->table = "book";
    books->singular = "Fine book";
    books->key = "isbn";
    books->attributes = strings("title", "isbn");
    books->ordering = strings("-title", NULL);
    spec->hidden = strings("note", NULL);
    api = resolve(spec);
    resource = site_api_resource(api, "books");
    assert_null(site_api_resource(api, "book"));
    assert_null(site_api_resource(api, "note"));
    assert_string_equal(attributes_of(resource), "title isbn");
    assert_string_equal(resource->object_name, "FineBook");
    assert_true(APR_ARRAY_IDX(resource->ordering, 0, const site_ordering_t *)->descending);
}

static void an_internal_section_takes_its_table(void **state) {
    site_api_spec_t *spec = make_spec();
    site_resource_spec_t *inner = section(spec, "inner");
    const site_api_t *api;

    (void)state;
    inner->table = "shelf";
    inner->internal = 1;
    api = resolve(spec);
    assert_null(site_api_resource(api, "shelf"));
    assert_null(site_api_resource(api, "inner"));
    assert_string_equal(site_resource_relation(site_api_resource(api, "book"), "shelf")->target->name, "inner");
}

/* The tables whose rows go with a row of `name`. */
static const char *unjoined(const site_api_t *api, const char *name) {
    const apr_array_header_t *keys = site_api_resource(api, name)->unjoined;
    const char *text = "";
    int i;

    for (i = 0; i < keys->nelts; i++)
        text = apr_pstrcat(fixture_pool, text, *text ? " " : "",
                           APR_ARRAY_IDX(keys, i, const site_foreign_key_t *)->table->name, NULL);
    return text;
}

static void rows_of_join_tables_go_with_a_row(void **state) {
    static site_relation_spec_t relation = {
        .name = "topics", .target = "topic", .via = "book_topic", .show = SITE_SHOW_KEY};
    site_api_spec_t *spec = make_spec();
    site_resource_spec_t *book = section(spec, "book");
    site_catalog_t *catalog = fixture_catalog(fixture_pool);
    site_table_t *joins = site_catalog_table(catalog, "public", "book_topic");
    site_api_t *api;

    (void)state;
    spec->settings.declared_relations = 1;
    api = site_resolve(fixture_pool, spec, catalog, problem, NULL);
    assert_string_equal(unjoined(api, "book"), "book_topic");
    assert_string_equal(unjoined(api, "topic"), "book_topic");
    assert_string_equal(unjoined(api, "author"), "");
    /* A column more: only a list of keys that can be written makes it a join table. */
    site_catalog_add_column(catalog, joins, "added", 3,
                            &site_table_column(site_catalog_table(catalog, "public", "author"), "born")->type);
    assert_string_equal(unjoined(site_resolve(fixture_pool, spec, catalog, problem, NULL), "topic"), "");
    book->relations = apr_array_make(fixture_pool, 1, sizeof(site_relation_spec_t *));
    APR_ARRAY_PUSH(book->relations, site_relation_spec_t *) = &relation;
    assert_string_equal(unjoined(site_resolve(fixture_pool, spec, catalog, problem, NULL), "topic"), "");
    spec->settings.methods = SITE_METHODS_ALL;
    api = site_resolve(fixture_pool, spec, catalog, problem, NULL);
    assert_string_equal(unjoined(api, "topic"), "book_topic");
    assert_string_equal(unjoined(api, "book"), "book_topic");
    relation.show = SITE_SHOW_NESTED;
    assert_string_equal(unjoined(site_resolve(fixture_pool, spec, catalog, problem, NULL), "book"), "");
    assert_string_equal(problems, "");
    /* The database decides. */
    APR_ARRAY_IDX(joins->foreign_keys, 0, site_foreign_key_t *)->on_delete = 1;
    relation.show = SITE_SHOW_KEY;
    api = site_resolve(fixture_pool, spec, catalog, problem, NULL);
    assert_string_equal(unjoined(api, "book"), "");
    assert_string_equal(unjoined(api, "topic"), "book_topic");
}

static void what_does_not_fit_is_told_with_its_place(void **state) {
    site_api_spec_t *spec = make_spec();
    const site_api_t *api;

    (void)state;
    section(spec, "nowhere");
    section(spec, "book")->attributes = strings("title", "titel");
    section(spec, "shelf")->key = "nope";
    section(spec, "author")->ordering = strings("nope", NULL);
    section(spec, "topic")->search = strings("^nope", NULL);
    api = resolve(spec);
    assert_non_null(strstr(problems, "site.conf:10 nowhere: there is no table 'nowhere' that may be read\n"));
    assert_non_null(strstr(problems, " book: "));
    assert_non_null(strstr(problems, "titel"));
    assert_non_null(strstr(problems, " shelf: "));
    assert_non_null(strstr(problems, " author: "));
    assert_non_null(strstr(problems, " topic: "));
    assert_non_null(site_api_resource(api, "nowhere")->broken);
    assert_non_null(site_api_resource(api, "book")->broken);
    assert_null(site_api_resource(api, "edition")->broken);
}

static site_chart_spec_t *chart(site_resource_spec_t *section, const char *name, const char *x, int line) {
    site_chart_spec_t *spec = apr_pcalloc(fixture_pool, sizeof *spec);

    if (!section->charts)
        section->charts = apr_array_make(fixture_pool, 2, sizeof(site_chart_spec_t *));
    spec->name = name;
    spec->x = x;
    spec->place.file = "charts.conf";
    spec->place.line = line;
    APR_ARRAY_PUSH(section->charts, site_chart_spec_t *) = spec;
    return spec;
}

static void charts_are_judged(void **state) {
    site_api_spec_t *spec = make_spec();
    site_resource_spec_t *book = section(spec, "book"), *author = section(spec, "author"),
                         *shelf = section(spec, "shelf");
    const site_resource_t *resource;
    const site_api_t *api;

    (void)state;
    chart(book, "prices", "price", 3);
    chart(book, "sizes", "-pages", 4)->y = "weight";
    author->attributes = strings("id", "name");
    chart(author, "born", "born", 7);
    chart(shelf, "rooms", "room", 9);
    api = resolve(spec);
    resource = site_api_resource(api, "book");
    assert_null(resource->broken);
    assert_int_equal(resource->charts->nelts, 2);
    assert_string_equal(site_chart_named(resource, "sizes")->x.attribute->name, "pages");
    assert_null(site_chart_named(resource, "born"));
    /* What is not shown is not drawn. */
    assert_non_null(strstr(problems, "charts.conf:7 author: SiteChart born: x=: There is no attribute 'born'\n"));
    assert_non_null(strstr(problems, "charts.conf:9 shelf: SiteChart rooms: x=: There is no attribute 'room'\n"));
    assert_non_null(site_api_resource(api, "shelf")->broken);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_table_is_a_resource),
        cmocka_unit_test(foreign_keys_are_relations),
        cmocka_unit_test(rows_are_ordered_by_what_is_seen),
        cmocka_unit_test(a_section_names_and_narrows),
        cmocka_unit_test(what_does_not_fit_is_told_with_its_place),
        cmocka_unit_test(charts_are_judged),
        cmocka_unit_test(an_internal_section_takes_its_table),
        cmocka_unit_test(rows_of_join_tables_go_with_a_row),
    };

    return cmocka_run_group_tests(tests, fixture_setup, NULL);
}
