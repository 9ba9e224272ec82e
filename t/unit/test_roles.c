/* An API as a role sees it that may not read or write all columns. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/field.h"
#include "core/rights.h"
#include "unit/fixture.h"
#include <apr_strings.h>
#include <string.h>

static site_catalog_t *catalog;
static site_api_spec_t spec;

static apr_array_header_t *columns(const site_table_t *table, const char *names) {
    apr_array_header_t *list = apr_array_make(fixture_pool, 4, sizeof(site_column_t *));
    char *copy = apr_pstrdup(fixture_pool, names), *last, *name;

    for (name = apr_strtok(copy, " ", &last); name; name = apr_strtok(NULL, " ", &last)) {
        site_column_t *column = site_table_column(table, name);

        assert_non_null(column);
        APR_ARRAY_PUSH(list, site_column_t *) = column;
    }
    return list;
}

static site_table_t *table(const char *name) {
    return site_catalog_table(catalog, "public", name);
}

/* Every table knows the login role and these two, which may read and write everything. */
static void begin(void) {
    static const char *const names[] = {"login", "all", "some"};
    int i, j;

    catalog = fixture_catalog(fixture_pool);
    memset(&spec, 0, sizeof spec);
    spec.path = "/api";
    spec.schemas = apr_array_make(fixture_pool, 1, sizeof(const char *));
    APR_ARRAY_PUSH(spec.schemas, const char *) = "public";
    spec.resources = apr_array_make(fixture_pool, 1, sizeof(site_resource_spec_t *));
    fixture_settings(&spec.settings);
    for (i = 0; i < catalog->tables->nelts; i++) {
        for (j = 0; j < 3; j++) {
            site_rights_t *rights =
                site_rights_add(catalog, APR_ARRAY_IDX(catalog->tables, i, site_table_t *), names[j], j == 0);

            rights->insert = rights->update = rights->delete = 1;
        }
    }
}

static site_rights_t *rights_of(const char *name, const char *role) {
    return (site_rights_t *)site_rights_of(table(name), role);
}

static void complain(void *baton, const site_place_t *place, const char *resource, const char *message) {
    (void)baton;
    (void)place;
    fail_msg("%s: %s", resource ? resource : "-", message);
}

static const site_api_t *resolve(void) {
    return site_resolve(fixture_pool, &spec, catalog, complain, NULL);
}

static const char *shown(const site_api_t *api, const char *name) {
    const site_resource_t *resource = site_api_resource(api, name);
    const char *text = "";
    int i;

    for (i = 0; i < resource->attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *);

        if (attribute->shown)
            text = apr_pstrcat(fixture_pool, text, *text ? " " : "", attribute->name, NULL);
    }
    return text;
}

static void roles_with_all_rights_share_one_api(void **state) {
    const site_api_t *api;

    (void)state;
    begin();
    rights_of("shelf", "some")->selectable = table("shelf")->columns; /* each of them, one by one */
    api = resolve();
    assert_null(api->role_apis);
    assert_ptr_equal(site_api_of_role(api, "some"), api);
    assert_ptr_equal(site_api_of_role(api, NULL), api);
}

static void what_may_not_be_read_is_left_out(void **state) {
    const site_api_t *api, *some;
    const site_resource_t *shelf;

    (void)state;
    begin();
    rights_of("shelf", "some")->selectable = columns(table("shelf"), "id title");
    api = resolve();
    some = site_api_of_role(api, "some");
    assert_ptr_not_equal(some, api);
    assert_ptr_equal(site_api_of_role(api, "all"), api);
    assert_ptr_equal(site_api_of_role(api, NULL), api);
    assert_string_equal(shown(api, "shelf"), "id code title opened parent");
    assert_string_equal(shown(some, "shelf"), "id title");
    shelf = site_api_resource(some, "shelf");
    assert_null(site_resource_relation(shelf, "parent"));
    assert_null(apr_hash_get(shelf->orderings, "code", APR_HASH_KEY_STRING));
    assert_string_equal(shelf->select_sql, "t0.\"id\", t0.\"id\", t0.\"title\"");
    /* What is named by relations keeps its name. */
    assert_non_null(site_resource_relation(site_api_resource(some, "book"), "shelf"));
    assert_ptr_equal(site_resource_relation(site_api_resource(some, "book"), "shelf")->target, shelf);
}

static void a_key_that_may_not_be_read_is_none(void **state) {
    const site_resource_t *author;
    const site_relation_t *relation;
    const site_api_t *some;

    (void)state;
    begin();
    rights_of("author", "some")->selectable = columns(table("author"), "name born");
    some = site_api_of_role(resolve(), "some");
    author = site_api_resource(some, "author");
    assert_null(author->key);
    assert_int_equal(author->ordering->nelts, 2); /* by all that may be read */
    assert_int_equal(author->relations->nelts, 0);
    relation = site_resource_relation(site_api_resource(some, "book"), "author");
    assert_true(relation->blind); /* the book itself tells whose it is */
    assert_int_equal(relation->reach, SITE_REACH_KEY);
    assert_int_equal(relation->lookups, SITE_KEY_ISNULL);
    assert_non_null(strstr(shown(some, "book"), "author"));
}

static void a_table_that_may_not_be_read_is_refused_by_postgresql(void **state) {
    const site_api_t *some;

    (void)state;
    begin();
    rights_of("author", "some")->select = 0;
    some = site_api_of_role(resolve(), "some");
    assert_string_equal(shown(some, "author"), "id name born email");
    assert_non_null(site_api_resource(some, "author")->key);
    assert_null(site_api_resource(some, "author")->label);
    assert_true(site_resource_relation(site_api_resource(some, "book"), "author")->blind);
}

static void a_join_table_is_needed(void **state) {
    const site_api_t *api, *some;

    (void)state;
    begin();
    rights_of("book_topic", "some")->select = 0;
    api = resolve();
    some = site_api_of_role(api, "some");
    assert_non_null(site_resource_relation(site_api_resource(api, "topic"), "book"));
    assert_null(site_resource_relation(site_api_resource(some, "topic"), "book"));
    assert_int_equal(site_api_resource(api, "topic")->unjoined->nelts, 1);
    assert_int_equal(site_api_resource(some, "topic")->unjoined->nelts, 0);
}

static void what_may_not_be_written_is_read_only(void **state) {
    const site_attribute_t *code, *title;
    site_field_t field;

    (void)state;
    begin();
    rights_of("shelf", "some")->insertable = columns(table("shelf"), "id title");
    rights_of("shelf", "some")->updatable = columns(table("shelf"), "opened");
    code = site_resource_attribute(site_api_resource(site_api_of_role(resolve(), "some"), "shelf"), "code");
    title = site_resource_attribute(code->resource, "title");
    assert_true(code->no_insert && code->no_update);
    assert_true(!title->no_insert && title->no_update);
    site_field_of(code, &field);
    assert_true(field.read_only);
    site_field_of(title, &field);
    assert_false(field.read_only);
}

/* The topics of a book, as the role sees them. */
static const site_attribute_t *topics(void) {
    static site_relation_spec_t relation = {
        .name = "topics", .target = "topic", .via = "book_topic", .show = SITE_SHOW_KEY};
    static site_resource_spec_t section;

    memset(&section, 0, sizeof section);
    section.name = "book";
    section.relations = apr_array_make(fixture_pool, 1, sizeof(site_relation_spec_t *));
    APR_ARRAY_PUSH(section.relations, site_relation_spec_t *) = &relation;
    apr_array_clear(spec.resources);
    APR_ARRAY_PUSH(spec.resources, site_resource_spec_t *) = &section;
    return site_resource_attribute(site_api_resource(site_api_of_role(resolve(), "some"), "book"), "topics");
}

/* A list of keys is rows of the join table. */
static void lists_of_keys_need_the_join_table(void **state) {
    const site_attribute_t *list;
    site_rights_t *rights;
    site_field_t field;

    (void)state;
    begin();
    list = topics();
    assert_true(!list->no_insert && !list->no_update);
    rights = rights_of("book_topic", "some");
    rights->delete = 0; /* rows may be added, and so a new book may have topics */
    list = topics();
    assert_true(!list->no_insert && list->no_update);
    site_field_in(list, 1, &field);
    assert_false(field.read_only);
    site_field_in(list, 0, &field);
    assert_true(field.read_only);
    rights->insertable = columns(table("book_topic"), "book_id");
    list = topics();
    assert_true(list->no_insert && list->no_update);
    site_field_of(list, &field);
    assert_true(field.read_only);
    /* Without INSERT on the books, only the topics of those that exist count. */
    rights->insertable = NULL;
    rights_of("book", "some")->insert = 0;
    list = topics();
    assert_true(list->no_insert && list->no_update);
    /* For a role that writes no books, nothing is read-only. */
    rights_of("book", "some")->update = 0;
    list = topics();
    assert_true(!list->no_insert && !list->no_update);
}

/* Where no new rows can be made, what cannot be changed cannot be written at all. */
static void one_right_speaks_for_both(void **state) {
    const site_attribute_t *code, *title;

    (void)state;
    begin();
    rights_of("shelf", "some")->insert = 0;
    rights_of("shelf", "some")->updatable = columns(table("shelf"), "title");
    code = site_resource_attribute(site_api_resource(site_api_of_role(resolve(), "some"), "shelf"), "code");
    title = site_resource_attribute(code->resource, "title");
    assert_true(code->no_insert && code->no_update);
    assert_true(!title->no_insert && !title->no_update);
}

static void roles_with_the_same_rights_share_one_api(void **state) {
    const site_api_t *api;

    (void)state;
    begin();
    rights_of("shelf", "some")->selectable = columns(table("shelf"), "id title");
    rights_of("shelf", NULL)->selectable = columns(table("shelf"), "id title");
    api = resolve();
    assert_int_equal(api->role_apis->nelts, 2);
    assert_ptr_equal(site_api_of_role(api, "some"), site_api_of_role(api, NULL));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roles_with_all_rights_share_one_api),
        cmocka_unit_test(what_may_not_be_read_is_left_out),
        cmocka_unit_test(a_key_that_may_not_be_read_is_none),
        cmocka_unit_test(a_table_that_may_not_be_read_is_refused_by_postgresql),
        cmocka_unit_test(a_join_table_is_needed),
        cmocka_unit_test(what_may_not_be_written_is_read_only),
        cmocka_unit_test(lists_of_keys_need_the_join_table),
        cmocka_unit_test(one_right_speaks_for_both),
        cmocka_unit_test(roles_with_the_same_rights_share_one_api),
    };

    return cmocka_run_group_tests(tests, fixture_setup, NULL);
}
