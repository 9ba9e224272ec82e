/* Conditions over relations: the shape of their SQL. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/sql_writer.h"
#include "unit/fixture.h"

typedef struct case_t {
    const char *resource, *query, *expected;
} case_t;

static void check(const case_t *cases, size_t count) {
    size_t i;

    for (i = 0; i < count; i++)
        assert_string_equal(fixture_where(fixture_pool, cases[i].resource, cases[i].query), cases[i].expected);
}

#define CHECK(cases) check((cases), sizeof(cases) / sizeof *(cases))

/* A unique column makes a scalar sub-select, which an index of this table can be probed with. */
static void forward_keys_are_sub_selects(void **state) {
    static const case_t cases[] = {
        {"book", "shelf=1", "t0.\"shelf_id\" = $1::integer | 1"},
        {"book", "shelf!=1", "NOT (t0.\"shelf_id\" = $1::integer AND t0.\"shelf_id\" IS NOT NULL) | 1"},
        {"book", "shelf__in=1,2", "t0.\"shelf_id\" = ANY($1::integer[]) | {\"1\",\"2\"}"},
        {"book", "shelf__in!=1,2",
         "NOT (t0.\"shelf_id\" = ANY($1::integer[]) AND t0.\"shelf_id\" IS NOT NULL) | {\"1\",\"2\"}"},
        {"book", "shelf__isnull=true", "t0.\"shelf_id\" IS NULL"},
        {"book", "shelf__isnull!=true", "NOT (t0.\"shelf_id\" IS NULL)"},
        {"book", "shelf__code=a",
         "t0.\"shelf_id\" = (SELECT t1.\"id\" FROM \"public\".\"shelf\" AS t1 WHERE t1.\"code\" = $1::text) | a"},
        {"book", "shelf__code!=a",
         "t0.\"shelf_id\" IN (SELECT t1.\"id\" FROM \"public\".\"shelf\" AS t1 WHERE NOT (t1.\"code\" = $1::text AND "
         "t1.\"code\" IS NOT NULL)) | a"},
        {"book", "shelf__code__in=a,b",
         "t0.\"shelf_id\" IN (SELECT t1.\"id\" FROM \"public\".\"shelf\" AS t1 WHERE t1.\"code\" = ANY($1::text[])) | "
         "{\"a\",\"b\"}"},
        {"book", "shelf__title=a",
         "t0.\"shelf_id\" IN (SELECT t1.\"id\" FROM \"public\".\"shelf\" AS t1 WHERE t1.\"title\" = $1::text) | a"},
        {"book", "shelf__code=a&shelf__title=b",
         "t0.\"shelf_id\" = (SELECT t1.\"id\" FROM \"public\".\"shelf\" AS t1 WHERE t1.\"code\" = $1::text AND "
         "t1.\"title\" = $2::text) | a | b"},
        {"book", "shelf__nope=1", "t0.\"shelf_id\" IS NOT NULL"},
        {"book", "author__nope=1", "t0.\"author_id\" IS NOT NULL"},
        {"book", "shelf__parent__code=a",
         "t0.\"shelf_id\" IN (SELECT t1.\"id\" FROM \"public\".\"shelf\" AS t1 WHERE t1.\"parent_id\" = (SELECT "
         "t2.\"id\" FROM \"public\".\"shelf\" AS t2 WHERE t2.\"code\" = $1::text)) | a"},
        {"book", "shelf__parent=1",
         "t0.\"shelf_id\" IN (SELECT t1.\"id\" FROM \"public\".\"shelf\" AS t1 WHERE t1.\"parent_id\" = $1::integer) | "
         "1"},
        {"book", "author__name__icontains=x",
         "t0.\"author_id\" IN (SELECT t1.\"id\" FROM \"public\".\"author\" AS t1 WHERE upper((t1.\"name\")::text) LIKE "
         "upper($1::text)) | %x%"},
        {"book", "author__name!=x",
         "t0.\"author_id\" IN (SELECT t1.\"id\" FROM \"public\".\"author\" AS t1 WHERE NOT (t1.\"name\" = $1::text)) | "
         "x"},
        {"shelf", "shelf_by_parent__code=a",
         "EXISTS (SELECT 1 FROM \"public\".\"shelf\" AS t1 WHERE t1.\"parent_id\" = t0.\"id\" AND t1.\"code\" = "
         "$1::text) | a"},
        {"shelf", "parent__parent__code=a",
         "t0.\"parent_id\" IN (SELECT t1.\"id\" FROM \"public\".\"shelf\" AS t1 WHERE t1.\"parent_id\" = (SELECT "
         "t2.\"id\" FROM \"public\".\"shelf\" AS t2 WHERE t2.\"code\" = $1::text)) | a"},
    };

    (void)state;
    CHECK(cases);
}

static void many_rows_are_asked_for_by_exists(void **state) {
    static const case_t cases[] = {
        {"shelf", "book__title=x",
         "EXISTS (SELECT 1 FROM \"public\".\"book\" AS t1 WHERE t1.\"shelf_id\" = t0.\"id\" AND t1.\"title\" = "
         "$1::text) | x"},
        {"shelf", "book__title!=x",
         "EXISTS (SELECT 1 FROM \"public\".\"book\" AS t1 WHERE t1.\"shelf_id\" = t0.\"id\" AND NOT (t1.\"title\" = "
         "$1::text)) | x"},
        {"shelf", "book=1",
         "EXISTS (SELECT 1 FROM \"public\".\"book\" AS t1 WHERE t1.\"shelf_id\" = t0.\"id\" AND t1.\"id\" = "
         "$1::bigint) | 1"},
        {"shelf", "book!=1",
         "NOT (EXISTS (SELECT 1 FROM \"public\".\"book\" AS t1 WHERE t1.\"shelf_id\" = t0.\"id\" AND t1.\"id\" = "
         "$1::bigint)) | 1"},
        {"shelf", "book__author__name=x",
         "EXISTS (SELECT 1 FROM \"public\".\"book\" AS t1 WHERE t1.\"shelf_id\" = t0.\"id\" AND t1.\"author_id\" IN "
         "(SELECT t2.\"id\" FROM \"public\".\"author\" AS t2 WHERE t2.\"name\" = $1::text)) | x"},
        {"book", "topic=1",
         "EXISTS (SELECT 1 FROM \"public\".\"book_topic\" AS t1 WHERE t1.\"book_id\" = t0.\"id\" AND t1.\"topic_id\" = "
         "$1::integer) | 1"},
        {"book", "topic=1&topic=2",
         "EXISTS (SELECT 1 FROM \"public\".\"book_topic\" AS t1 WHERE t1.\"book_id\" = t0.\"id\" AND t1.\"topic_id\" = "
         "$1::integer) | 2"},
        {"book", "topic!=1",
         "NOT (EXISTS (SELECT 1 FROM \"public\".\"book_topic\" AS t1 WHERE t1.\"book_id\" = t0.\"id\" AND "
         "t1.\"topic_id\" = $1::integer)) | 1"},
        {"book", "topic__slug=a",
         "EXISTS (SELECT 1 FROM \"public\".\"book_topic\" AS t1 JOIN \"public\".\"topic\" AS t2 ON t2.\"id\" = "
         "t1.\"topic_id\" WHERE t1.\"book_id\" = t0.\"id\" AND t2.\"slug\" = $1::text) | a"},
        {"book", "topic__slug!=a",
         "EXISTS (SELECT 1 FROM \"public\".\"book_topic\" AS t1 JOIN \"public\".\"topic\" AS t2 ON t2.\"id\" = "
         "t1.\"topic_id\" WHERE t1.\"book_id\" = t0.\"id\" AND NOT (t2.\"slug\" = $1::text)) | a"},
        {"book", "topic__slug=a&topic__slug__in=b,c",
         "EXISTS (SELECT 1 FROM \"public\".\"book_topic\" AS t1 JOIN \"public\".\"topic\" AS t2 ON t2.\"id\" = "
         "t1.\"topic_id\" WHERE t1.\"book_id\" = t0.\"id\" AND t2.\"slug\" = $1::text AND t2.\"slug\" = "
         "ANY($2::text[])) | a | {\"b\",\"c\"}"},
        {"book", "topic__id=1",
         "EXISTS (SELECT 1 FROM \"public\".\"book_topic\" AS t1 WHERE t1.\"book_id\" = t0.\"id\" AND t1.\"topic_id\" = "
         "$1::integer) | 1"},
        {"topic", "book__shelf__code=a",
         "EXISTS (SELECT 1 FROM \"public\".\"book_topic\" AS t1 JOIN \"public\".\"book\" AS t2 ON t2.\"id\" = "
         "t1.\"book_id\" WHERE t1.\"topic_id\" = t0.\"id\" AND t2.\"shelf_id\" = (SELECT t3.\"id\" FROM "
         "\"public\".\"shelf\" AS t3 WHERE t3.\"code\" = $1::text)) | a"},
    };

    (void)state;
    CHECK(cases);
}

static void composite_keys_are_joined_by_all_columns(void **state) {
    static const case_t cases[] = {
        {"copy", "edition__number=1",
         "EXISTS (SELECT 1 FROM \"public\".\"edition\" AS t1 WHERE t1.\"maker\" = t0.\"maker\" AND t1.\"number\" = "
         "t0.\"number\" AND t1.\"number\" = $1::integer) | 1"},
        {"copy", "edition__isnull=true",
         "NOT (EXISTS (SELECT 1 FROM \"public\".\"edition\" AS t1 WHERE t1.\"maker\" = t0.\"maker\" AND t1.\"number\" "
         "= t0.\"number\"))"},
        {"copy", "edition=1", ""},
        {"edition", "copy__id=1",
         "EXISTS (SELECT 1 FROM \"public\".\"copy\" AS t1 WHERE t1.\"maker\" = t0.\"maker\" AND t1.\"number\" = "
         "t0.\"number\" AND t1.\"id\" = $1::integer) | 1"},
        {"edition", "copy=1",
         "EXISTS (SELECT 1 FROM \"public\".\"copy\" AS t1 WHERE t1.\"maker\" = t0.\"maker\" AND t1.\"number\" = "
         "t0.\"number\" AND t1.\"id\" = $1::integer) | 1"},
    };

    (void)state;
    CHECK(cases);
}

/* Unknown and empty parameters are none. */
static void conditions_are_in_the_order_of_attributes(void **state) {
    static const case_t cases[] = {
        {"shelf", "shelf__code=a", ""},
        {"book", "pages=1&title=x", "t0.\"title\" = $1::text AND t0.\"pages\" = $2::smallint | x | 1"},
        {"book", "title=x&pages=1", "t0.\"title\" = $1::text AND t0.\"pages\" = $2::smallint | x | 1"},
        {"note", "words=x", "t0.\"words\" = $1::text | x"},
        {"book", "nope=1", ""},
        {"book", "title=&pages=", ""},
        {"book", "title__exact=x", ""},
        {"book", "page__exact=1", ""},
    };

    (void)state;
    CHECK(cases);
}

/* Charts, facets and cursor pages add conditions of their own behind it. */
static void a_disjunction_is_one_operand(void **state) {
    static const case_t cases[] = {
        {"book", "filters=(title%3Dx)%7C(pages%3D1)",
         "((t0.\"title\" = $1::text) OR (t0.\"pages\" = $2::smallint)) | x | 1"},
    };

    (void)state;
    CHECK(cases);
}

static void errors_are_told_in_order(void **state) {
    static const case_t cases[] = {
        {"book", "pages=x&shelf__code__range=1&title__range=1",
         "{\"title__range\":[\"Range query expects two values.\"],\"pages\":[\"Enter a "
         "number.\"],\"shelf__code__range\":[\"Range query expects two values.\"]}"},
        {"book", "pages!=x&pages=x", "{\"pages\":[\"Enter a number.\"],\"pages!\":[\"Enter a number.\"]}"},
        {"book", "shelf=x",
         "{\"shelf\":[\"Select a valid choice. That choice is not one of the available choices.\"]}"},
        {"book", "topic=x",
         "{\"topic\":[\"Select a valid choice. That choice is not one of the available choices.\"]}"},
        {"book", "shelf__in=1,x",
         "{\"shelf__in\":[\"Select a valid choice. That choice is not one of the available choices.\"]}"},
        {"book", "shelf__parent__id=x", "{\"shelf__shelf__parent__id\":[\"Enter a number.\"]}"},
    };

    (void)state;
    CHECK(cases);
}

/* `$1::...` of one value, or of an array of it. */
static const char *member(site_kind_t kind, const char *sql_name, const char *domain, int array) {
    site_type_t type = {.kind = kind, .sql_name = sql_name, .domain = domain};
    apr_array_header_t *values = apr_array_make(fixture_pool, 1, sizeof(const char *));
    site_sql_writer_t writer;

    APR_ARRAY_PUSH(values, const char *) = "1";
    site_sql_begin(&writer, fixture_pool);
    if (array)
        site_sql_bind_members(&writer, &type, values);
    else
        site_sql_bind_member(&writer, &type, "1");
    site_sink_char(&writer.text, '\0');
    return writer.text.data;
}

/* No operator of arrays and ranges converts them. */
static void elements_and_bounds_keep_their_type(void **state) {
    (void)state;
    assert_string_equal(member(SITE_KIND_FLOAT4, "real", NULL, 1), "$1::real[]");
    assert_string_equal(member(SITE_KIND_FLOAT4, "real", NULL, 0), "$1::real");
    assert_string_equal(member(SITE_KIND_BIT, "\"bit\"", NULL, 1), "$1::\"bit\"[]");
    assert_string_equal(member(SITE_KIND_TEXT, "text", "public.email", 1), "$1::public.email[]");
    assert_string_equal(member(SITE_KIND_INT4, "integer", "public.place", 0), "$1::public.place");
    assert_string_equal(member(SITE_KIND_TIMESTAMP, "timestamp without time zone", "public.local", 1),
                        "$1::timestamptz[]::public.local[]");
    assert_string_equal(member(SITE_KIND_TIMESTAMP, "timestamp without time zone", NULL, 0),
                        "$1::timestamptz::timestamp without time zone");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forward_keys_are_sub_selects),
        cmocka_unit_test(many_rows_are_asked_for_by_exists),
        cmocka_unit_test(composite_keys_are_joined_by_all_columns),
        cmocka_unit_test(conditions_are_in_the_order_of_attributes),
        cmocka_unit_test(a_disjunction_is_one_operand),
        cmocka_unit_test(errors_are_told_in_order),
        cmocka_unit_test(elements_and_bounds_keep_their_type),
    };

    return cmocka_run_group_tests(tests, fixture_setup, NULL);
}
