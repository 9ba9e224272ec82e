/* Which text search configuration a name means, and how it stands in SQL. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/text_search.h"
#include <apr_general.h>
#include <string.h>

static apr_pool_t *pool;

static const char *constant_of(const char *name) {
    site_catalog_t *catalog = site_catalog_make(pool);
    site_text_search_t search = {NULL, SITE_TEXT_SYNTAX_PLAIN};
    int found;

    site_catalog_add_text_config(catalog, "mine", "english");
    site_catalog_add_text_config(catalog, "pg_catalog", "english");
    site_catalog_add_text_config(catalog, "mine", "it's \"so\"");
    site_catalog_add_text_config(catalog, "a.b", "c");
    found = site_text_search_find(pool, catalog, name, &search);
    assert_int_equal(found, search.config != NULL);
    return search.config ? search.config : "";
}

static void a_name_is_found(void **state) {
    (void)state;
    assert_string_equal(constant_of("english"), "'\"pg_catalog\".\"english\"'::pg_catalog.regconfig");
    assert_string_equal(constant_of("mine.english"), "'\"mine\".\"english\"'::pg_catalog.regconfig");
    assert_string_equal(constant_of("a.b.c"), "'\"a.b\".\"c\"'::pg_catalog.regconfig");
    assert_string_equal(constant_of("klingon"), "");
    assert_string_equal(constant_of("English"), "");
    assert_string_equal(constant_of("yours.english"), "");
}

static void quotes_stay_inside(void **state) {
    (void)state;
    assert_string_equal(constant_of("it's \"so\""), "'\"mine\".\"it''s \"\"so\"\"\"'::pg_catalog.regconfig");
}

static int set_up(void **state) {
    (void)state;
    return apr_initialize() != APR_SUCCESS || apr_pool_create(&pool, NULL) != APR_SUCCESS;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_is_found),
        cmocka_unit_test(quotes_stay_inside),
    };

    return cmocka_run_group_tests(tests, set_up, NULL);
}
