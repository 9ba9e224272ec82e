/* Complex expressions, from the grammar to the condition. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

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

static void groups_are_joined_from_left_to_right(void **state) {
    static const case_t cases[] = {
        {"book", "filters=(title%3Dx)", "t0.\"title\" = $1::text | x"},
        {"book", "filters=~(title%3Dx)", "NOT (t0.\"title\" = $1::text) | x"},
        {"book", "filters=(title%3Dx)%26(pages%3D1)",
         "t0.\"title\" = $1::text AND (t0.\"pages\" = $2::smallint) | x | 1"},
        {"book", "filters=(title%3Dx)|(pages%3D1)",
         "((t0.\"title\" = $1::text) OR (t0.\"pages\" = $2::smallint)) | x | 1"},
        {"book", "filters=(title%3Dx)|(pages%3D1)%26(lent%3Dtrue)",
         "((t0.\"title\" = $1::text) OR (t0.\"pages\" = $2::smallint)) AND (t0.\"lent\" = $3::boolean) | x | 1 | true"},
        {"book", "filters=(title%3Dx)%26(pages%3D1)|(lent%3Dtrue)",
         "((t0.\"title\" = $1::text AND (t0.\"pages\" = $2::smallint)) OR (t0.\"lent\" = $3::boolean)) | x | 1 | true"},
        {"book", "filters=(title%3Dx)%26~(pages%3D1)",
         "t0.\"title\" = $1::text AND NOT (t0.\"pages\" = $2::smallint) | x | 1"},
        {"book", "filters=(title%3Dx%26pages%3D1)", "t0.\"title\" = $1::text AND t0.\"pages\" = $2::smallint | x | 1"},
        {"book", "filters=(title%3Dx%26pages%3D1)|(lent%3Dtrue)",
         "((t0.\"title\" = $1::text AND t0.\"pages\" = $2::smallint) OR (t0.\"lent\" = $3::boolean)) | x | 1 | true"},
        {"book", "filters=(nope%3D1)", ""},
        {"book", "filters=(nope%3D1)|(title%3Dx)", "((TRUE) OR (t0.\"title\" = $1::text)) | x"},
        {"book", "filters=~(nope%3D1)", ""},
        {"book", "filters=(title!%3Dx)", "NOT (t0.\"title\" = $1::text) | x"},
        {"book", "filters=(shelf__code%3Da)|~(topic__slug%3Db)",
         "((t0.\"shelf_id\" = (SELECT t1.\"id\" FROM \"public\".\"shelf\" AS t1 WHERE t1.\"code\" = $1::text)) OR "
         "EXISTS (SELECT 1 FROM \"public\".\"book_topic\" AS t2 JOIN \"public\".\"topic\" AS t3 ON t3.\"id\" = "
         "t2.\"topic_id\" WHERE t2.\"book_id\" = t0.\"id\" AND (t3.\"slug\" = $2::text) IS NOT TRUE)) | a | b"},
        {"book", "filters=(title%3Dx)&pages=1", "t0.\"title\" = $1::text | x"},
        {"book", "foo=1&filters=foo(title%3Dx)", "t0.\"title\" = $1::text | x"},
        {"book", "filters=~ (title%3Dx)", "t0.\"title\" = $1::text | x"},
        {"book", "filters=~~(title%3Dx)", "NOT (t0.\"title\" = $1::text) | x"},
        {"book", "filters=(title%3Dx) | ~(pages%3D1)",
         "((t0.\"title\" = $1::text) OR NOT (t0.\"pages\" = $2::smallint)) | x | 1"},
        {"book", "filters=(title%3Dx)%C2%A0|%C2%A0(pages%3D1)",
         "((t0.\"title\" = $1::text) OR (t0.\"pages\" = $2::smallint)) | x | 1"},
        {"book", "filters=((title%3Dx)%26(pages%3D1)", "(TRUE) AND (t0.\"pages\" = $1::smallint) | 1"},
        {"book", "filters=(title%3D%252529)", "t0.\"title\" = $1::text | )"},
    };

    (void)state;
    CHECK(cases);
}

/* Django negates what is said of a row and its joined rows side by side: over several rows that is "some row that does not match". */
static void a_negated_group_keeps_its_joins(void **state) {
    static const case_t cases[] = {
        {"book", "filters=~(shelf__code%3Da)",
         "NOT (t0.\"shelf_id\" IN (SELECT t1.\"id\" FROM \"public\".\"shelf\" AS t1 WHERE t1.\"code\" = $1::text)) | "
         "a"},
        {"book", "filters=~(topic__slug%3Db)",
         "EXISTS (SELECT 1 FROM \"public\".\"book_topic\" AS t1 JOIN \"public\".\"topic\" AS t2 ON t2.\"id\" = "
         "t1.\"topic_id\" WHERE t1.\"book_id\" = t0.\"id\" AND (t2.\"slug\" = $1::text) IS NOT TRUE) | b"},
        {"book", "filters=~(topic__slug%3Db%26title%3Dx)",
         "EXISTS (SELECT 1 FROM \"public\".\"book_topic\" AS t1 JOIN \"public\".\"topic\" AS t2 ON t2.\"id\" = "
         "t1.\"topic_id\" WHERE t1.\"book_id\" = t0.\"id\" AND (NOT (t0.\"title\" = $1::text) OR (t2.\"slug\" = "
         "$2::text) "
         "IS NOT TRUE)) | x | b"},
        {"book", "filters=~(topic__slug%3Db%26topic%3D1%26title%3Dx)",
         "EXISTS (SELECT 1 FROM \"public\".\"book_topic\" AS t1 WHERE t1.\"book_id\" = t0.\"id\") AND EXISTS (SELECT 1 "
         "FROM "
         "\"public\".\"book_topic\" AS t2 WHERE t2.\"book_id\" = t0.\"id\") AND (EXISTS (SELECT 1 FROM "
         "\"public\".\"book_topic\" AS t3 JOIN \"public\".\"topic\" AS t4 ON t4.\"id\" = t3.\"topic_id\" WHERE "
         "t3.\"book_id\" = t0.\"id\" AND (t4.\"id\" = $1::integer) IS NOT TRUE) OR EXISTS (SELECT 1 FROM "
         "\"public\".\"book_topic\" AS t5 JOIN \"public\".\"topic\" AS t6 ON t6.\"id\" = t5.\"topic_id\" WHERE "
         "t5.\"book_id\" = t0.\"id\" AND (t6.\"slug\" = $2::text) IS NOT TRUE) OR NOT (t0.\"title\" = $3::text)) | 1 | "
         "b | x"},
        {"book", "filters=~(topic__nope%3Db)", "FALSE"},
        {"book", "filters=~(topic__nope%3Db%26title%3Dx)",
         "EXISTS (SELECT 1 FROM \"public\".\"book_topic\" AS t1 JOIN \"public\".\"topic\" AS t2 ON t2.\"id\" = "
         "t1.\"topic_id\" WHERE t1.\"book_id\" = t0.\"id\" AND NOT (t0.\"title\" = $1::text)) | x"},
        {"book", "filters=~(topic!%3D1)",
         "NOT (NOT (EXISTS (SELECT 1 FROM \"public\".\"book_topic\" AS t1 WHERE t1.\"book_id\" = t0.\"id\" AND "
         "t1.\"topic_id\" = $1::integer))) | 1"},
    };

    (void)state;
    CHECK(cases);
}

static void what_cannot_be_read_is_told(void **state) {
    static const case_t cases[] = {
        {"book", "filters=(pages%3Dx)|(lent%3Dtrue)", "{\"filters\":{\"pages=x\":{\"pages\":[\"Enter a number.\"]}}}"},
        {"book", "filters=(pages%3Dx)|(pages%3Dy)",
         "{\"filters\":{\"pages=x\":{\"pages\":[\"Enter a number.\"]},\"pages=y\":{\"pages\":[\"Enter a number.\"]}}}"},
        {"book", "filters=(title%3Dx)(pages%3D1)", "{\"filters\":[\"Invalid querystring operator. Matched: ''.\"]}"},
        {"book", "filters=(title%3Dx)foo(pages%3D1)bar",
         "{\"filters\":[\"Invalid querystring operator. Matched: 'foo'.\",\"Ending querystring must not have trailing "
         "characters. Matched: 'bar'.\"]}"},
        {"book", "filters=title%3Dx", "{\"filters\":[\"Unable to parse querystring. Decoded: 'title=x'.\"]}"},
        {"book", "filters=", "{\"filters\":[\"Unable to parse querystring. Decoded: ''.\"]}"},
        {"book", "filters=()", "{\"filters\":[\"Unable to parse querystring. Decoded: '()'.\"]}"},
        {"book", "filters=(title%3Dx)~(pages%3D1)", "{\"filters\":[\"Invalid querystring operator. Matched: ''.\"]}"},
        {"book", "filters=((title%3Dx)%26(pages%3D1))",
         "{\"filters\":[\"Ending querystring must not have trailing characters. Matched: ')'.\"]}"},
        {"book", "filters=((title%3Dx)|(pages%3D1))%26(lent%3Dtrue)",
         "{\"filters\":[\"Invalid querystring operator. Matched: ')&'.\"]}"},
        {"book", "filters=(title%3D%2529)",
         "{\"filters\":[\"Ending querystring must not have trailing characters. Matched: ')'.\"]}"},
        {"book", "filters=(title%3Dx)%26",
         "{\"filters\":[\"Ending querystring must not have trailing characters. Matched: '&'.\"]}"},
    };

    (void)state;
    CHECK(cases);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_are_joined_from_left_to_right),
        cmocka_unit_test(a_negated_group_keeps_its_joins),
        cmocka_unit_test(what_cannot_be_read_is_told),
    };

    return cmocka_run_group_tests(tests, fixture_setup, NULL);
}
