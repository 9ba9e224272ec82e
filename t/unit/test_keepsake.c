/* What is kept with a snapshot. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/keepsake.h"
#include <apr_general.h>
#include <string.h>

static apr_pool_t *pool;

static void nothing_at_first(void **state) {
    site_keepsake_t *keepsake = site_keepsake_make(pool);
    apr_size_t length = 7;

    (void)state;
    assert_null(site_keepsake_find(keepsake, "key", &length));
    assert_int_equal(length, 7);
}

static void what_was_kept_first(void **state) {
    site_keepsake_t *keepsake = site_keepsake_make(pool);
    char text[] = "one\0two";
    apr_size_t length;
    const char *kept;

    (void)state;
    site_keepsake_keep(keepsake, "key", text, 7);
    memset(text, 'x', sizeof text);
    kept = site_keepsake_find(keepsake, "key", &length);
    assert_int_equal(length, 7);
    assert_memory_equal(kept, "one\0two", 8);
    site_keepsake_keep(keepsake, "key", "other", 5);
    assert_ptr_equal(site_keepsake_find(keepsake, "key", &length), kept);
}

static void another_key_finds_nothing(void **state) {
    site_keepsake_t *keepsake = site_keepsake_make(pool);
    apr_size_t length;

    (void)state;
    site_keepsake_keep(keepsake, "key", "text", 4);
    assert_null(site_keepsake_find(keepsake, "other", &length));
    site_keepsake_keep(keepsake, "other", "text", 4);
    assert_null(site_keepsake_find(keepsake, "other", &length));
}

/* Whether it is freed, the sanitizers see. */
static void it_ends_with_its_pool(void **state) {
    apr_pool_t *own;

    (void)state;
    apr_pool_create(&own, pool);
    site_keepsake_keep(site_keepsake_make(own), "key", "text", 4);
    apr_pool_destroy(own);
}

static int setup(void **state) {
    (void)state;
    apr_initialize();
    return apr_pool_create(&pool, NULL) != APR_SUCCESS;
}

static int teardown(void **state) {
    (void)state;
    apr_pool_destroy(pool);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_at_first), cmocka_unit_test(what_was_kept_first),
                                       cmocka_unit_test(another_key_finds_nothing),
                                       cmocka_unit_test(it_ends_with_its_pool)};

    return cmocka_run_group_tests(tests, setup, teardown);
}
