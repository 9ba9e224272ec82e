/* CHECK constraints that limit whole numbers, in the words of pg_get_constraintdef. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "db/bounds.h"
#include <apr_general.h>
#include <apr_strings.h>
#include <string.h>

static apr_pool_t *pool;

static void reads(const char *column, const char *definition, const char *expected) {
    const char *least = NULL, *greatest = NULL;

    site_bounds_read(pool, definition, column, &least, &greatest);
    assert_string_equal(apr_pstrcat(pool, least ? least : "", "..", greatest ? greatest : "", NULL), expected);
}

static void comparisons_are_read(void **state) {
    (void)state;
    reads("n", "CHECK ((n >= 0))", "0..");
    reads("n", "CHECK ((n > 0))", "1..");
    reads("n", "CHECK ((n < 10))", "..9");
    reads("n", "CHECK ((n <= 10))", "..10");
    reads("n", "CHECK ((n = 5))", "5..5");
    reads("n", "CHECK ((0 <= n))", "0..");
    reads("n", "CHECK ((10 > n))", "..9");
    reads("n", "CHECK (((n >= '-5'::integer) AND (n <= 10)))", "-5..10");
    reads("k", "CHECK (((k >= ('-2'::integer)::smallint) AND (k <= (4)::bigint)))", "-2..4");
    reads("n", "CHECK (((n >= 0) AND (n < 100) AND (n > 7)))", "8..99");
    reads("E e", "CHECK ((0 <= \"E e\"))", "0..");
    reads(NULL, "CHECK ((VALUE > 0))", "1..");
    reads(NULL, "CHECK (((VALUE)::integer < 100))", "..99");
    reads("n", "CHECK ((((n)::integer >= 0) AND ((n)::integer < 100)))", "0..99");
    reads("n", "CHECK ((n <= '9223372036854775806'::bigint))", "..9223372036854775806");
}

static void other_conditions_are_left(void **state) {
    (void)state;
    reads("n", "CHECK (((n)::numeric > 0.5))", "..");
    reads("n", "CHECK ((n > 0.5))", "..");
    reads("n", "CHECK ((n = ANY (ARRAY[1, 2])))", "..");
    reads("n", "CHECK ((n <> 0))", "..");
    reads("n", "CHECK (((n >= 0) OR (n = 7)))", "..");
    reads("n", "CHECK (((n >= 0) AND (n IS NOT NULL)))", "..");
    reads("n", "CHECK (((n >= 0) IS TRUE))", "..");
    reads("n", "CHECK ((n >= 0)) NOT VALID", "..");
    reads("n", "CHECK ((m >= 0))", "..");
    reads("n", "CHECK ((n >= m))", "..");
    reads("n", "CHECK ((n > '9223372036854775807'::bigint))", "..");
    reads("n", "CHECK ((n > '99999999999999999999'::bigint))", "..");
    reads("n", "CHECK ((n > ''::integer))", "..");
    reads("n", "CHECK ((n >= ((((((0)))))))", "..");
}

static void bounds_only_narrow(void **state) {
    const char *least = "3", *greatest = "20";

    (void)state;
    site_bounds_read(pool, "CHECK (((n >= 0) AND (n <= 10)))", "n", &least, &greatest);
    assert_string_equal(least, "3");
    assert_string_equal(greatest, "10");
}

static void broken_texts_are_refused(void **state) {
    static const char whole[] = "CHECK (((n >= '-5'::integer) AND (n <= 10)))";
    apr_size_t length;

    (void)state;
    for (length = 0; length < sizeof whole - 1; length++)
        reads("n", apr_pstrmemdup(pool, whole, length), "..");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comparisons_are_read),
        cmocka_unit_test(other_conditions_are_left),
        cmocka_unit_test(bounds_only_narrow),
        cmocka_unit_test(broken_texts_are_refused),
    };
    int failed;

    apr_initialize();
    apr_pool_create(&pool, NULL);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    apr_pool_destroy(pool);
    apr_terminate();
    return failed;
}
