/* What the client is told for what PostgreSQL said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "db/sqlstate.h"
#include <apr_general.h>
#include <string.h>

static apr_pool_t *pool;

static void check(const char *sqlstate, int status, const char *code, int retry_after) {
    site_error_t *error = site_sqlstate_error(pool, sqlstate);

    assert_non_null(error);
    assert_int_equal(error->status, status);
    assert_string_equal(error->code, code);
    assert_int_equal(error->retry_after, retry_after);
    assert_non_null(error->message);
    assert_null(error->field);
    assert_null(error->next);
}

static void lost_connections_are_503(void **state) {
    (void)state;
    check("", 503, "database_unavailable", 5);
    check("08006", 503, "database_unavailable", 5);
    check("57P01", 503, "database_unavailable", 5);
    check("57P03", 503, "database_unavailable", 5);
    check("25P03", 503, "database_unavailable", 5);
    check("28P01", 503, "database_unavailable", 5);
    check("3D000", 503, "database_unavailable", 5);
    check("53300", 503, "database_busy", 5);
    check("40001", 503, "database_busy", 1);
}

static void a_timeout_says_so_and_does_not_invite_to_retry(void **state) {
    (void)state;
    check("57014", 503, "query_timeout", 0);
    assert_non_null(strstr(site_sqlstate_error(pool, "57014")->message, "took too long"));
}

static void a_changed_schema_is_stale(void **state) {
    (void)state;
    check("42P01", 503, "stale_catalog", 1);
    check("42703", 503, "stale_catalog", 1);
    check("42883", 503, "stale_catalog", 1);
    check("3F000", 503, "stale_catalog", 1);
}

static void the_client_answers_for_its_values(void **state) {
    (void)state;
    check("42501", 403, "permission_denied", 0);
    check("22P02", 400, "invalid", 0);
    check("22003", 400, "invalid", 0);
    check("2201B", 400, "invalid", 0);
    check("54001", 400, "too_complex", 0);
}

static void all_else_is_ours(void **state) {
    (void)state;
    check("22012", 500, "error", 0); /* a view that divides by zero */
    check("42601", 500, "error", 0);
    check("XX000", 500, "error", 0);
    check("0A000", 500, "error", 0);
    check("57", 500, "error", 0);
}

static void lost_is_told_from_refused(void **state) {
    (void)state;
    assert_true(site_sqlstate_is_lost(""));
    assert_true(site_sqlstate_is_lost("08003"));
    assert_true(site_sqlstate_is_lost("57P01"));
    assert_true(site_sqlstate_is_lost("25P03"));
    assert_false(site_sqlstate_is_lost("57014"));
    assert_false(site_sqlstate_is_lost("22P02"));
}

static void stale_statements_are_known(void **state) {
    (void)state;
    assert_true(site_sqlstate_is_stale("26000", NULL));
    assert_true(site_sqlstate_is_stale("0A000", "cached plan must not change result type"));
    assert_false(site_sqlstate_is_stale("0A000", "FOR UPDATE is not allowed here"));
    assert_false(site_sqlstate_is_stale("0A000", NULL));
    assert_false(site_sqlstate_is_stale("42P01", NULL));
}

static void check_raised(const char *sqlstate, int status, const char *code, const char *message) {
    const site_error_t *error = site_sqlstate_raised(pool, sqlstate, "Not <now>");

    assert_int_equal(error->status, status);
    assert_string_equal(error->code, code);
    assert_string_equal(error->message, message);
}

static void a_function_speaks_to_the_client(void **state) {
    static const char broken[] = "This resource is not available: a function of the database does not work.";

    (void)state;
    check_raised("PT402", 402, "raised", "Not <now>");
    check_raised("PT503", 503, "raised", "Not <now>");
    check_raised("PT401", 500, "error", "A server error occurred."); /* without a challenge it is none */
    check_raised("PT200", 500, "error", "A server error occurred.");
    check_raised("PT4xx", 500, "error", "A server error occurred.");
    check_raised("P0001", 500, "error", "A server error occurred.");
    check_raised("42P01", 503, "broken_function", broken);
    check_raised("42883", 503, "broken_function", broken);
    assert_int_equal(site_sqlstate_raised(pool, "42P01", "x")->retry_after, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_function_speaks_to_the_client),
        cmocka_unit_test(lost_connections_are_503),
        cmocka_unit_test(a_timeout_says_so_and_does_not_invite_to_retry),
        cmocka_unit_test(a_changed_schema_is_stale),
        cmocka_unit_test(the_client_answers_for_its_values),
        cmocka_unit_test(all_else_is_ours),
        cmocka_unit_test(lost_is_told_from_refused),
        cmocka_unit_test(stale_statements_are_known),
    };
    int failed;

    apr_initialize();
    apr_pool_create(&pool, NULL);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    apr_pool_destroy(pool);
    apr_terminate();
    return failed;
}
