/* How the value of one field is read: every kind of column, in DRF's words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/field.h"
#include "unit/fixture.h"

#include <apr_strings.h>
#include <string.h>

static site_column_t column;
static site_attribute_t attribute;
static site_rules_t rules;
static site_table_t table;

/* Begins with a column of this kind, NOT NULL and without anything special. */
static void begin(site_kind_t kind) {
    memset(&column, 0, sizeof column);
    memset(&attribute, 0, sizeof attribute);
    memset(&rules, 0, sizeof rules);
    memset(&table, 0, sizeof table);
    table.keys = apr_array_make(fixture_pool, 1, sizeof(site_key_t *));
    column.name = attribute.name = "f";
    column.type.kind = kind;
    column.type.max_length = column.type.precision = column.type.scale = -1;
    column.not_null = 1;
    column.table = &table;
    attribute.column = &column;
    attribute.rules = &rules;
    attribute.shown = 1;
}

/* What becomes of a JSON value: the parameter, or the message of the first error. */
static const char *result_of(const char *json) {
    site_body_t *body;
    site_field_t field;
    site_error_t *error;
    const char *value = NULL;

    assert_null(site_body_read_json(fixture_pool, json, strlen(json), &body));
    site_field_of(&attribute, &field);
    error = site_field_read(fixture_pool, &field, "f", body->root, &value);
    return error ? error->message : value ? value : "NULL";
}

static void numbers_are_pythons(void **state) {
    (void)state;
    begin(SITE_KIND_INT4);
    assert_string_equal(result_of("\" 1_0.00 \""), "10");
    assert_string_equal(result_of("\"\xd9\xa3\""), "3");
    assert_string_equal(result_of("\"\xd9\xa3.\xd9\xa0\""), "A valid integer is required.");
    assert_string_equal(result_of("\"1.\""), "1");
    assert_string_equal(result_of("\".0\""), "A valid integer is required.");
    assert_string_equal(result_of("\"-0\""), "0");
    assert_string_equal(result_of("1e2"), "100");
    assert_string_equal(result_of("true"), "A valid integer is required.");
    assert_string_equal(result_of("-2147483649"), "Ensure this value is greater than or equal to -2147483648.");
    begin(SITE_KIND_FLOAT4);
    assert_string_equal(result_of("\"3.4028235e38\""), "3.4028235e+38");
    assert_string_equal(result_of("-0.0"), "-0.0");
    assert_string_equal(result_of("1e-60"), "0.0");
    assert_string_equal(result_of("\"3.4028236e38\""), "Ensure this value is less than or equal to 3.4028235e+38.");
    assert_string_equal(result_of("\"-3.4028236e38\""),
                        "Ensure this value is greater than or equal to -3.4028235e+38.");
}

static void limits_can_be_said(void **state) {
    (void)state;
    begin(SITE_KIND_INT2);
    column.least = "0";
    column.greatest = "12";
    assert_string_equal(result_of("-1"), "Ensure this value is greater than or equal to 0.");
    assert_string_equal(result_of("13"), "Ensure this value is less than or equal to 12.");
    assert_string_equal(result_of("12"), "12");
    rules.max = "5";
    assert_string_equal(result_of("12"), "Ensure this value is less than or equal to 5.");
    begin(SITE_KIND_NUMERIC);
    rules.min = "-0.5";
    rules.max = "10.25";
    assert_string_equal(result_of("\"-0.50\""), "-0.50");
    assert_string_equal(result_of("\"-0.51\""), "Ensure this value is greater than or equal to -0.5.");
    assert_string_equal(result_of("\"0010.2500\""), "10.2500");
    assert_string_equal(result_of("\"10.2501\""), "Ensure this value is less than or equal to 10.25.");
    assert_string_equal(result_of("\"9.9\""), "9.9");
    assert_string_equal(result_of("100"), "Ensure this value is less than or equal to 10.25.");
    rules.min = "0";
    assert_string_equal(result_of("\"-0.0\""), "-0.0");
    assert_string_equal(result_of("\"-0.001\""), "Ensure this value is greater than or equal to 0.");
    begin(SITE_KIND_FLOAT8);
    rules.min = "0";
    assert_string_equal(result_of("-1e-9"), "Ensure this value is greater than or equal to 0.");
    assert_string_equal(result_of("\"-Inf\""), "Ensure this value is greater than or equal to 0.");
    assert_string_equal(result_of("\"inf\""), "A valid number is required.");
    assert_string_equal(result_of("\"nan\""), "A valid number is required.");
    assert_string_equal(result_of("\"0x1p3\""), "A valid number is required.");
    begin(SITE_KIND_TEXT);
    rules.min_length = 2;
    rules.max_length = 3;
    assert_string_equal(result_of("\"\xc3\xa9\""), "Ensure this field has at least 2 characters.");
    assert_string_equal(result_of("\"\xc3\xa9\xc3\xa9\""), "\xc3\xa9\xc3\xa9");
    assert_string_equal(result_of("\"abcd\""), "Ensure this field has no more than 3 characters.");
}

static void sections_have_the_last_word(void **state) {
    site_field_t field;

    (void)state;
    begin(SITE_KIND_TEXT);
    site_field_of(&attribute, &field);
    assert_true(field.required && !field.allow_blank);
    rules.required = SITE_NO;
    rules.blank = SITE_YES;
    site_field_of(&attribute, &field);
    assert_true(!field.required && field.allow_blank);
    begin(SITE_KIND_TEXT);
    column.not_null = 0;
    site_field_of(&attribute, &field);
    assert_true(!field.required && field.allow_blank && field.allow_null);
    rules.required = SITE_YES;
    rules.blank = SITE_NO;
    site_field_of(&attribute, &field);
    assert_true(field.required && !field.allow_blank && field.allow_null);
    assert_string_equal(result_of("\"\""), "This field may not be blank.");
    attribute.read_only = 1;
    site_field_of(&attribute, &field);
    assert_false(field.required);
    begin(SITE_KIND_TEXT);
    rules.initial = "x";
    site_field_of(&attribute, &field);
    assert_false(field.required);
}

static void dates_end_at_a_line(void **state) {
    (void)state;
    begin(SITE_KIND_DATE);
    assert_string_equal(result_of("\"2024-01-02\\n\""), "2024-01-02");
    assert_string_equal(result_of("\"2024-01-02\\n\\n\""),
                        "Date has wrong format. Use one of these formats instead: YYYY-MM-DD.");
    begin(SITE_KIND_TIMESTAMPTZ);
    assert_string_equal(result_of("\"2024-01-02T03:04Z\\n\""), "2024-01-02T03:04:00+00:00");
    assert_string_equal(result_of("\"0001-01-01T00:00:00+05:00\""), "Datetime value out of range.");
    assert_string_equal(result_of("\"0001-01-01T05:00:00+05:00\""), "0001-01-01T05:00:00+05:00");
    assert_string_equal(result_of("\"9999-12-31T23:59:59-00:01\""), "Datetime value out of range.");
    assert_string_equal(result_of("\"9999-12-31T23:59:59\""), "9999-12-31T23:59:59");
}

static void choices_need_no_text(void **state) {
    static site_choice_t one = {"1", "First"};

    (void)state;
    begin(SITE_KIND_INT2);
    column.not_null = 0;
    attribute.choices = apr_array_make(fixture_pool, 1, sizeof(site_choice_t *));
    APR_ARRAY_PUSH(attribute.choices, site_choice_t *) = &one;
    assert_string_equal(result_of("1"), "1");
    assert_string_equal(result_of("\"1\""), "1");
    assert_string_equal(result_of("1.0"), "\"1.0\" is not a valid choice.");
    assert_string_equal(result_of("\"\""), "\"\" is not a valid choice.");
    assert_string_equal(result_of("\"1\\u0000\""), "\"1\xc0\x80\" is not a valid choice.");
}

static void check_format(site_text_format_t format, const char *text, int valid) {
    const char *json = apr_pstrcat(fixture_pool, "\"", text, "\"", NULL), *result;

    begin(SITE_KIND_TEXT);
    attribute.text_format = format;
    result = result_of(json);
    if ((strncmp(result, "Enter a valid ", 14) != 0) != valid)
        fail_msg("%s: %s", text, result);
}

static void email_addresses_are_djangos(void **state) {
    static const char *const good[] = {"a@b.co",         "a@localhost",
                                       "a@b.c1",         "a@b.1c",
                                       "a@b.-co",        "a@[127.0.0.1]",
                                       "a@[::1]",        "a@x-y.co",
                                       "a+b'c@d.co",     "a@\xc3\xa9.co",
                                       "a@b.\xc3\xa9",   "a@xn--p1ai.xn--p1ai",
                                       "\\\"a\\\"@b.co", "\\\"a\\\\\\\"b\\\"@b.co"};
    static const char *const bad[] = {
        "a",         "@b.co",    "a@",       "a@b",           "a@b.c",        ".a@b.co", "a.@b.co",
        "a..b@c.co", "a b@c.de", "a@b@c.co", "a@b..co",       "a@b-.co",      "a@-b.co", "a@b.co-",
        "a@b_c.co",  "a@b.co.",  "a@[]",     "\xc3\xa9@b.co", "a@[300.1.1.1]"};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof good / sizeof good[0]; i++)
        check_format(SITE_TEXT_EMAIL, good[i], 1);
    for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
        check_format(SITE_TEXT_EMAIL, bad[i], 0);
}

static void urls_are_djangos(void **state) {
    static const char *const good[] = {"http://a.example",          "HTTPS://A.EXAMPLE:80/x?y#z",
                                       "ftp://a.example.",          "ftps://localhost:8080",
                                       "http://1.2.3.4/",           "http://[::1]:80/",
                                       "http://user:pw@a.example/", "http://user@a.example",
                                       "http://a.example?x@y",      "http://\xc3\xa9.example/",
                                       "http://a.\xc3\xa9/",        "http://xn--e1afmkfd.xn--80akhbyknj4f",
                                       "http://a.example/\xc3\xa9", "http://a?b@c.example",
                                       "http://0.0.0.0/",           "http://1.2.3.4.example"};
    static const char *const bad[] = {"a.example",
                                      "//a.example",
                                      "http://",
                                      "http:///x",
                                      "http://a",
                                      "http://a.b",
                                      "http://a.b1",
                                      "http://a.12",
                                      "http://256.1.1.1",
                                      "http://01.2.3.4/",
                                      "http://[::1",
                                      "http://[zz]/",
                                      "http://a.example:1/",
                                      "http://a.example:123456/",
                                      "http://a.example:80a",
                                      "http://a.example:/",
                                      "http://-a.example",
                                      "http://a-.example",
                                      "http://a..example",
                                      "http://.a.example",
                                      "http://a_b.example",
                                      "http://u@v@a.example/",
                                      "http://a.example/ x",
                                      "http://a.example/\xc2\xa0/",
                                      "mailto:a@b.co",
                                      "javascript:alert(1)",
                                      "svn+ssh://a.example",
                                      "http://a.example..",
                                      "http://a.-b",
                                      "http://@a.example"};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof good / sizeof good[0]; i++)
        check_format(SITE_TEXT_URL, good[i], 1);
    for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
        check_format(SITE_TEXT_URL, bad[i], 0);
    begin(SITE_KIND_TEXT);
    attribute.text_format = SITE_TEXT_URL;
    assert_string_equal(result_of("true"), "Enter a valid URL.");
    attribute.text_format = SITE_TEXT_EMAIL;
    assert_string_equal(result_of("[]"), "Enter a valid email address.");
    attribute.text_format = SITE_TEXT_SLUG;
    assert_string_equal(result_of("{}"),
                        "Enter a valid \"slug\" consisting of letters, numbers, underscores or hyphens.");
    assert_string_equal(result_of("\"a_b-1\""), "a_b-1");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_pythons),
        cmocka_unit_test(limits_can_be_said),
        cmocka_unit_test(sections_have_the_last_word),
        cmocka_unit_test(dates_end_at_a_line),
        cmocka_unit_test(choices_need_no_text),
        cmocka_unit_test(email_addresses_are_djangos),
        cmocka_unit_test(urls_are_djangos),
    };

    return cmocka_run_group_tests(tests, fixture_setup, NULL);
}
