/* Settings of three levels become one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/settings.h"
#include <apr_general.h>
#include <apr_strings.h>

static void what_is_unset_comes_from_the_base(void **state) {
    site_settings_t base, over, result;

    (void)state;
    site_settings_init(&base);
    site_settings_init(&over);
    base.page_size = 10;
    base.page_parameter = "p";
    over.page_size = 20;
    over.search_parameter = "";
    site_settings_merge(&result, &base, &over);
    assert_int_equal(result.page_size, 20);
    assert_string_equal(result.page_parameter, "p");
    assert_string_equal(result.search_parameter, "");
    assert_int_equal(result.strict, SITE_UNSET);
    assert_null(result.ordering_parameter);
}

static void a_merge_may_be_in_place(void **state) {
    site_settings_t base, over;

    (void)state;
    site_settings_init(&base);
    site_settings_init(&over);
    base.page_size = 10;
    over.strict = 1;
    site_settings_merge(&base, &base, &over);
    assert_int_equal(base.page_size, 10);
    assert_int_equal(base.strict, 1);
    base.page_size = 30;
    site_settings_merge(&over, &base, &over);
    assert_int_equal(over.page_size, 30);
}

static void defaults_fill_the_rest(void **state) {
    site_settings_t settings;

    (void)state;
    site_settings_init(&settings);
    settings.page_size = 7;
    settings.format_parameter = "";
    site_settings_complete(&settings);
    assert_int_equal(settings.page_size, 7);
    assert_int_equal(settings.max_page_size, 1000);
    assert_int_equal(settings.pagination, SITE_PAGINATION_PAGE);
    assert_string_equal(settings.page_parameter, "page");
    assert_string_equal(settings.complex_parameter, "filters");
    assert_string_equal(settings.format_parameter, "");
    assert_string_equal(settings.url_attribute, "url");
    assert_int_equal(settings.statement_timeout, 5000);
    assert_int_equal(settings.regex_timeout, 1000);
    assert_int_equal(settings.stream_timeout, 600000);
    assert_int_equal(settings.stream_idle_timeout, 30000);
    assert_int_equal(settings.strict, 0);
}

static void texts_are_equal_when_settings_are(void **state) {
    site_settings_t one, other;
    apr_pool_t *pool;

    (void)state;
    apr_initialize();
    apr_pool_create(&pool, NULL);
    site_settings_init(&one);
    site_settings_init(&other);
    assert_string_equal(site_settings_text(pool, &one), site_settings_text(pool, &other));
    one.page_parameter = "p";
    assert_string_not_equal(site_settings_text(pool, &one), site_settings_text(pool, &other));
    other.page_parameter = apr_pstrdup(pool, "p");
    assert_string_equal(site_settings_text(pool, &one), site_settings_text(pool, &other));
    other.bulk = 1;
    assert_string_not_equal(site_settings_text(pool, &one), site_settings_text(pool, &other));
    other = one;
    one.search_parameter = "";
    assert_string_not_equal(site_settings_text(pool, &one), site_settings_text(pool, &other));
    apr_pool_destroy(pool);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_unset_comes_from_the_base),
        cmocka_unit_test(a_merge_may_be_in_place),
        cmocka_unit_test(defaults_fill_the_rest),
        cmocka_unit_test(texts_are_equal_when_settings_are),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
