/* What `ordering=` makes of a list. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/order.h"
#include "unit/fixture.h"
#include <apr_strings.h>
#include <string.h>

/* "title- id" of a request's sort keys, or the errors. */
static const char *order_of(const char *resource, const char *query, int strict) {
    const apr_array_header_t *keys;
    site_settings_t settings;
    site_params_t *params;
    site_error_t *error;
    const char *text = "";
    int i;

    fixture_settings(&settings);
    settings.strict = strict;
    params = site_params_parse(fixture_pool, query, strlen(query), &error);
    keys = site_order_read(fixture_pool, fixture_resource(resource), &settings, params, NULL, &error);
    if (error)
        return fixture_errors(fixture_pool, error);
    for (i = 0; i < keys->nelts; i++) {
        const site_ordering_t *key = APR_ARRAY_IDX(keys, i, const site_ordering_t *);

        text = apr_pstrcat(fixture_pool, text, i ? " " : "", key->column->name, key->descending ? "-" : "", NULL);
    }
    return text;
}

static void the_key_makes_it_total(void **state) {
    (void)state;
    assert_string_equal(order_of("book", "", 0), "id");
    assert_string_equal(order_of("book", "ordering=title", 0), "title id");
    assert_string_equal(order_of("book", "ordering=-title,pages", 0), "title- pages id");
    assert_string_equal(order_of("book", "ordering=-id,title", 0), "id- title");
    assert_string_equal(order_of("edition", "ordering=-number", 0), "number- maker");
    assert_string_equal(order_of("note", "ordering=-words", 0), "words-");
    assert_string_equal(order_of("shelf", "ordering=parent", 0), "parent_id id");
}

static void what_it_does_not_know_is_left_out(void **state) {
    (void)state;
    assert_string_equal(order_of("book", "ordering=nope", 0), "id");
    assert_string_equal(order_of("book", "ordering=nope,%20title%20,,-", 0), "title id");
    assert_string_equal(order_of("book", "ordering=--title", 0), "id");
    assert_string_equal(order_of("book", "ordering=title,-title", 0), "title id");
    assert_string_equal(order_of("book", "ordering=title&ordering=", 0), "id");
    assert_string_equal(order_of("book", "ordering=pages&ordering=title", 0), "title id");
}

static void strict_mode_says_so(void **state) {
    (void)state;
    assert_string_equal(order_of("book", "ordering=title", 1), "title id");
    assert_non_null(strstr(order_of("book", "ordering=titel", 1), "{\"ordering\":["));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_key_makes_it_total),
        cmocka_unit_test(what_it_does_not_know_is_left_out),
        cmocka_unit_test(strict_mode_says_so),
    };

    return cmocka_run_group_tests(tests, fixture_setup, NULL);
}
