/* SiteWhere of related resources: a part of every statement that reads their rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/sql_write.h"
#include "unit/fixture.h"
#include <apr_strings.h>
#include <string.h>

typedef struct case_t {
    const char *query, *expected;
} case_t;

static void check(const case_t *cases, size_t count) {
    size_t i;

    for (i = 0; i < count; i++)
        assert_string_equal(fixture_where(fixture_pool, "book", cases[i].query), cases[i].expected);
}

static int guard(void **state) {
    fixture_setup(state);
    fixture_guard(fixture_pool);
    return 0;
}

/* Books and authors ask each other: with the condition of each in that of the other this would never end. */
static void a_condition_reads_all_related_rows(void **state) {
    (void)state;
    assert_string_equal(fixture_where(fixture_pool, "book", ""),
                        "t0.\"author_id\" IN (SELECT t1.\"id\" FROM \"public\".\"author\" AS t1 WHERE t1.\"name\" = "
                        "$1::text) | ada");
    assert_string_equal(fixture_where(fixture_pool, "author", ""),
                        "EXISTS (SELECT 1 FROM \"public\".\"book\" AS t1 WHERE t1.\"author_id\" = t0.\"id\" AND "
                        "t1.\"lent\" = $1::boolean) | true");
}

static void filters_read_what_is_left(void **state) {
    static const case_t cases[] = {
        {"shelf=1",
         "(t0.\"shelf_id\" = $1::integer AND EXISTS (SELECT 1 FROM \"public\".\"shelf\" AS t1 WHERE "
         "t1.\"title\" = $2::text AND t1.\"id\" = t0.\"shelf_id\")) AND (t0.\"author_id\" IN (SELECT t2.\"id\" "
         "FROM \"public\".\"author\" AS t2 WHERE t2.\"name\" = $3::text)) | 1 | open | ada"},
        {"shelf__isnull=true",
         "(NOT EXISTS (SELECT 1 FROM \"public\".\"shelf\" AS t1 WHERE t1.\"title\" = $1::text AND "
         "t1.\"id\" = t0.\"shelf_id\")) AND (t0.\"author_id\" IN (SELECT t2.\"id\" FROM "
         "\"public\".\"author\" AS t2 WHERE t2.\"name\" = $2::text)) | open | ada"},
        {"shelf__code=a", "t0.\"shelf_id\" = (SELECT t1.\"id\" FROM \"public\".\"shelf\" AS t1 WHERE t1.\"title\" = "
                          "$1::text AND t1.\"code\" = $2::text) AND (t0.\"author_id\" IN (SELECT t2.\"id\" FROM "
                          "\"public\".\"author\" AS t2 WHERE t2.\"name\" = $3::text)) | open | a | ada"},
        {"topic__slug=a",
         "EXISTS (SELECT 1 FROM \"public\".\"book_topic\" AS t1 JOIN \"public\".\"topic\" AS t2 ON "
         "t2.\"slug\" > $1::text AND t2.\"id\" = t1.\"topic_id\" WHERE t1.\"book_id\" = t0.\"id\" AND "
         "t2.\"slug\" = $2::text) AND (t0.\"author_id\" IN (SELECT t3.\"id\" FROM \"public\".\"author\" "
         "AS t3 WHERE t3.\"name\" = $3::text)) | m | a | ada"},
        {"topic=1",
         "EXISTS (SELECT 1 FROM \"public\".\"book_topic\" AS t1 JOIN \"public\".\"topic\" AS t2 ON t2.\"slug\" "
         "> $1::text AND t2.\"id\" = t1.\"topic_id\" WHERE t1.\"book_id\" = t0.\"id\" AND t2.\"id\" = "
         "$2::integer) AND (t0.\"author_id\" IN (SELECT t3.\"id\" FROM \"public\".\"author\" AS t3 WHERE "
         "t3.\"name\" = $3::text)) | m | 1 | ada"},
    };

    (void)state;
    check(cases, sizeof cases / sizeof *cases);
}

/* NOT of what is not known is not known: a hidden reference must not be told from NULL. */
static void below_a_not_a_hidden_reference_is_null(void **state) {
    static const case_t cases[] = {
        {"filters=~(shelf%253D1)",
         "NOT ((SELECT t0.\"shelf_id\" = $1::integer FROM \"public\".\"shelf\" AS t1 WHERE t1.\"title\" = $2::text AND "
         "t1.\"id\" = t0.\"shelf_id\")) AND (t0.\"author_id\" IN (SELECT t2.\"id\" FROM \"public\".\"author\" AS t2 "
         "WHERE "
         "t2.\"name\" = $3::text)) | 1 | open | ada"},
        {"filters=~(shelf__code%253Da)",
         "NOT ((SELECT t0.\"shelf_id\" FROM \"public\".\"shelf\" AS t2 WHERE t2.\"title\" = $1::text AND t2.\"id\" = "
         "t0.\"shelf_id\") IN (SELECT t1.\"id\" FROM \"public\".\"shelf\" AS t1 WHERE t1.\"title\" = $2::text AND "
         "t1.\"code\" = $3::text)) AND (t0.\"author_id\" IN (SELECT t3.\"id\" FROM \"public\".\"author\" AS t3 WHERE "
         "t3.\"name\" = $4::text)) | open | open | a | ada"},
    };

    (void)state;
    check(cases, sizeof cases / sizeof *cases);
}

static void rows_show_what_is_left(void **state) {
    const char *text = fixture_rows(fixture_pool, "book", "ordering=shelf");

    (void)state;
    assert_null(fixture_resource("book")->select_sql);
    assert_non_null(fixture_resource("edition")->select_sql);
    assert_false(site_sql_returns(fixture_resource("book")));
    assert_non_null(strstr(text, "(SELECT t0.\"shelf_id\" FROM \"public\".\"shelf\" AS t1001 WHERE t1001.\"title\" = "
                                 "$1::text AND t1001.\"id\" = t0.\"shelf_id\")"));
    assert_non_null(strstr(text, " ORDER BY (SELECT t2.\"id\" FROM \"public\".\"shelf\" AS t2 WHERE t2.\"title\" = "
                                 "$4::text AND t2.\"id\" = t0.\"shelf_id\"), t0.\"id\""));
}

/* Null for a reference that is hidden is what was shown of it. */
static void null_keeps_what_is_hidden(void **state) {
    const site_resource_t *book = fixture_resource("book");
    site_assignment_t assignment = {.attribute = site_resource_attribute(book, "shelf")};
    site_change_t change;
    site_sql_t sql;

    (void)state;
    memset(&change, 0, sizeof change);
    change.resource = book;
    change.columns = apr_array_make(fixture_pool, 1, sizeof(site_assignment_t *));
    APR_ARRAY_PUSH(change.columns, site_assignment_t *) = &assignment;
    site_sql_update(fixture_pool, &change, "7", &sql);
    assert_string_equal(
        fixture_show(fixture_pool, &sql),
        "UPDATE \"public\".\"book\" AS t0 SET \"shelf_id\" = CASE WHEN (SELECT t0.\"shelf_id\" FROM "
        "\"public\".\"shelf\" "
        "AS t3 WHERE t3.\"title\" = $1::text AND t3.\"id\" = t0.\"shelf_id\") IS NULL THEN t0.\"shelf_id\" END WHERE "
        "t0.\"id\" = $2::bigint RETURNING t0.\"id\"::text | open | 7");
}

/* The row's links that SiteWhere leaves. */
#define LEFT "t1.\"book_id\" = t0.\"id\" AND t1.\"topic_id\" = ANY($1::integer[])"

static void hidden_rows_of_a_join_table_join_nothing(void **state) {
    (void)state;
    fixture_guard_join(fixture_pool);
    assert_string_equal(fixture_where(fixture_pool, "book", "topic=1"),
                        "EXISTS (SELECT 1 FROM \"public\".\"book_topic\" AS t1 WHERE " LEFT
                        " AND t1.\"topic_id\" = $2::integer) | {\"7\",\"8\"} | 1");
    assert_string_equal(fixture_where(fixture_pool, "book", "topic__isnull=true"),
                        "NOT (EXISTS (SELECT 1 FROM \"public\".\"book_topic\" AS t1 WHERE " LEFT ")) | {\"7\",\"8\"}");
    assert_string_equal(fixture_where(fixture_pool, "book", "topic__slug=a"),
                        "EXISTS (SELECT 1 FROM \"public\".\"book_topic\" AS t1 JOIN \"public\".\"topic\" AS t2 ON "
                        "t2.\"id\" = t1.\"topic_id\" WHERE " LEFT " AND t2.\"slug\" = $2::text) | {\"7\",\"8\"} | a");
}

static void hidden_rows_of_a_join_table_are_not_deleted(void **state) {
    const site_relation_t *relation;
    site_attribute_t attribute = {.show = SITE_SHOW_KEY};
    site_assignment_t list = {.attribute = &attribute};
    site_sql_t sql;

    (void)state;
    fixture_guard_join(fixture_pool);
    relation = site_resource_relation(fixture_resource("book"), "topic");
    attribute.relation = relation;
    list.lookup = relation->key;
    list.values = apr_array_make(fixture_pool, 1, sizeof(const char *));
    site_sql_unlink(fixture_pool, &list, "3", &sql);
    assert_non_null(strstr(fixture_show(fixture_pool, &sql), "AND t2.\"topic_id\" = ANY($3::integer[])"));
    site_sql_link(fixture_pool, &list, "3", &sql);
    assert_null(strstr(fixture_show(fixture_pool, &sql), "$3"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_condition_reads_all_related_rows),
        cmocka_unit_test(filters_read_what_is_left),
        cmocka_unit_test(below_a_not_a_hidden_reference_is_null),
        cmocka_unit_test(rows_show_what_is_left),
        cmocka_unit_test(null_keeps_what_is_hidden),
        cmocka_unit_test(hidden_rows_of_a_join_table_join_nothing),
        cmocka_unit_test(hidden_rows_of_a_join_table_are_not_deleted),
    };

    return cmocka_run_group_tests(tests, guard, NULL);
}
