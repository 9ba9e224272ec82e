/* Error values and their chains. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/error.h"
#include <apr_general.h>
#include <string.h>

static apr_pool_t *pool;

static void an_error_owns_its_texts(void **state) {
    char field[] = "size", code[] = "invalid";
    site_error_t *error = site_error_make(pool, 400, code, field, "Enter a number up to %d%%.", 10);

    (void)state;
    field[0] = code[0] = 'x';
    assert_int_equal(error->status, 400);
    assert_string_equal(error->code, "invalid");
    assert_string_equal(error->field, "size");
    assert_string_equal(error->message, "Enter a number up to 10%.");
    assert_null(error->nested);
    assert_null(error->next);
    assert_int_equal(error->retry_after, 0);
}

static void a_field_may_be_missing(void **state) {
    (void)state;
    assert_null(site_error_make(pool, 503, "unavailable", NULL, "Not now.")->field);
}

static void a_long_message_is_kept_whole(void **state) {
    char text[10001];

    (void)state;
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_int_equal(strlen(site_error_make(pool, 400, "invalid", NULL, "<%s>", text)->message), 10002);
}

static void chains_keep_their_order(void **state) {
    site_error_t *list = NULL, *first = site_error_make(pool, 400, "a", "one", "1");
    site_error_t *second = site_error_make(pool, 400, "b", "two", "2");
    site_error_t *third = site_error_make(pool, 400, "c", "one", "3");

    (void)state;
    site_error_append(&list, NULL);
    assert_null(list);
    site_error_append(&list, first);
    site_error_append(&second, third); /* a chain of two */
    site_error_append(&list, second);
    site_error_append(&list, NULL);
    assert_ptr_equal(list, first);
    assert_ptr_equal(first->next, second);
    assert_ptr_equal(second->next, third);
    assert_null(third->next);
}

static void the_first_error_of_a_field_is_found(void **state) {
    site_error_t *list = site_error_make(pool, 400, "a", NULL, "of the whole");
    site_error_t *first = site_error_make(pool, 400, "b", "one", "1");

    (void)state;
    site_error_append(&list, first);
    site_error_append(&list, site_error_make(pool, 400, "c", "one", "2"));
    assert_ptr_equal(site_error_find(list, "one"), first);
    assert_null(site_error_find(list, "two"));
    assert_null(site_error_find(list, NULL));
    assert_null(site_error_find(NULL, "one"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_error_owns_its_texts),
        cmocka_unit_test(a_field_may_be_missing),
        cmocka_unit_test(a_long_message_is_kept_whole),
        cmocka_unit_test(chains_keep_their_order),
        cmocka_unit_test(the_first_error_of_a_field_is_found),
    };
    int failed;

    apr_initialize();
    apr_pool_create(&pool, NULL);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    apr_terminate();
    return failed;
}
