/* Query strings, read as Python's urllib reads them, and written back sorted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/fixture.h"
#include <apr_strings.h>
#include <string.h>

static site_params_t *parse(const char *query) {
    site_error_t *error;
    site_params_t *params = site_params_parse(fixture_pool, query, strlen(query), &error);

    assert_null(error);
    return params;
}

/* "name=value|name=value" of what was read. */
static const char *read_back(const char *query) {
    const site_params_t *params = parse(query);
    const char *text = "";
    int i;

    for (i = 0; i < params->list->nelts; i++) {
        const site_param_t *param = &APR_ARRAY_IDX(params->list, i, site_param_t);

        text = apr_pstrcat(fixture_pool, text, i ? "|" : "", param->name, "=", param->value, NULL);
    }
    return text;
}

static void names_and_values_are_decoded(void **state) {
    static const char *const cases[][2] = {
        {"a=1&b=2", "a=1|b=2"},
        {"", ""},
        {"&&a=1&&", "a=1"},
        {"a", "a="},
        {"=1", "=1"},
        {"a==b=", "a==b="},
        {"a=1;b=2", "a=1;b=2"},
        {"a+b=c+d", "a b=c d"},
        {"a%2Bb=%26%3D", "a+b=&="},
        {"a=%", "a=%"},
        {"a=%5", "a=%5"},
        {"a=%zz%41", "a=%zzA"},
        {"a=%C3%A9", "a=\xC3\xA9"},
        {"a=%FF", "a=\xEF\xBF\xBD"},
        {"a=%E2%82x", "a=\xEF\xBF\xBDx"},
        {"a=%ED%A0%80", "a=\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
        {"a=1&a=2", "a=1|a=2"},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(read_back(cases[i][0]), cases[i][1]);
}

static void the_last_value_wins(void **state) {
    const site_params_t *params = parse("a=1&b=x&a=2&c%00=3");

    (void)state;
    assert_string_equal(site_params_value(params, "a"), "2");
    assert_null(site_params_value(params, "d"));
    assert_null(site_params_value(params, "c")); /* its name holds a NUL */
    assert_int_equal(site_params_last(params, "b")->value_length, 1);
}

static void too_many_are_refused(void **state) {
    char query[2 * (SITE_PARAMS_MAX + 1) + 1];
    site_error_t *error;
    int i;

    (void)state;
    for (i = 0; i <= SITE_PARAMS_MAX; i++)
        memcpy(query + 2 * i, "a&", 3);
    site_params_parse(fixture_pool, query, 2 * SITE_PARAMS_MAX, &error);
    assert_null(error);
    site_params_parse(fixture_pool, query, strlen(query), &error);
    assert_int_equal(error->status, 400);
    site_params_parse(fixture_pool, NULL, 0, &error);
    assert_null(error);
}

static const char *write_with(const char *query, const char *name, const char *value) {
    site_sink_t sink;

    site_sink_init(&sink, fixture_pool, 16, 0);
    site_params_write_with(&sink, fixture_pool, parse(query), name, value);
    site_sink_char(&sink, '\0');
    return sink.data;
}

static void queries_are_written_sorted(void **state) {
    (void)state;
    assert_string_equal(write_with("b=2&a=1", "page", "3"), "?a=1&b=2&page=3");
    assert_string_equal(write_with("page=1&b=2&page=9", "page", "3"), "?b=2&page=3");
    assert_string_equal(write_with("page=1", "page", NULL), "");
    assert_string_equal(write_with("a=2&a=1", "page", NULL), "?a=2&a=1");
    assert_string_equal(write_with("z=a b%2F%C3%A9~-._", "page", NULL), "?z=a+b%2F%C3%A9~-._");
    assert_string_equal(write_with("a!=1", "page", NULL), "?a%21=1");
    assert_string_equal(write_with("ab=1&a=2", "page", NULL), "?a=2&ab=1");
}

static void unquoting_leaves_plus_alone(void **state) {
    apr_size_t length;

    (void)state;
    assert_string_equal(site_params_unquote(fixture_pool, "a+b%20c%2", 9, &length), "a+b c%2");
    assert_int_equal(length, 7);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_values_are_decoded), cmocka_unit_test(the_last_value_wins),
        cmocka_unit_test(too_many_are_refused),         cmocka_unit_test(queries_are_written_sorted),
        cmocka_unit_test(unquoting_leaves_plus_alone),
    };

    return cmocka_run_group_tests(tests, fixture_setup, NULL);
}
