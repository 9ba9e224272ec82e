/* What each reader accepts, what it takes for empty, and the words of each refusal: as Django 3.2's form fields. The
 * expectations were taken from Django itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/range.h"
#include "core/unicode.h"
#include "core/value.h"
#include <apr_general.h>
#include <apr_strings.h>
#include <string.h>

static apr_pool_t *pool;

/* A value, "" for none, or a message behind an exclamation mark. */
typedef struct expectation_t {
    const char *text, *outcome;
} expectation_t;

static const char *read_with(site_reader_t reader, const site_value_rules_t *rules, const char *text,
                             apr_size_t length) {
    const char *result = "unset";
    site_error_t *error = site_value_read(pool, reader, rules, "parameter", text, length, &result);

    if (!error)
        return result ? result : "";
    assert_null(result);
    assert_int_equal(error->status, 400);
    assert_string_equal(error->field, "parameter");
    assert_null(error->next);
    return apr_pstrcat(pool, "!", error->message, NULL);
}

static void check(site_reader_t reader, site_kind_t kind, const expectation_t *cases, apr_size_t count) {
    site_type_t type;
    site_value_rules_t rules;
    apr_size_t i;

    memset(&type, 0, sizeof type);
    memset(&rules, 0, sizeof rules);
    type.kind = kind;
    rules.type = &type;
    for (i = 0; i < count; i++) {
        const char *got = read_with(reader, &rules, cases[i].text, strlen(cases[i].text));

        if (strcmp(got, cases[i].outcome) != 0)
            print_error("'%s': ", cases[i].text);
        assert_string_equal(got, cases[i].outcome);
    }
}

#define CHECK(reader, kind, cases) check(reader, kind, cases, sizeof(cases) / sizeof *(cases))

static void text_is_stripped_as_python_does(void **state) {
    static const expectation_t cases[] = {
        {"Bellatrix", "Bellatrix"},
        {" a b\t", "a b"},
        {"\xc2\xa0\xe3\x80\x80 a\xc2\x85\x1c", "a"},
        {"", ""},
        {" \n\xe2\x80\xa8", ""},
        {"\xe2\x80\x8b", "\xe2\x80\x8b"}, /* no space there */
        {"\xff", "!Enter text in UTF-8."},
    };

    (void)state;
    CHECK(SITE_READ_TEXT, SITE_KIND_TEXT, cases);
    assert_string_equal(read_with(SITE_READ_TEXT, NULL, "a\0b", 3), "!Null characters are not allowed.");
    assert_string_equal(read_with(SITE_READ_NATIVE, NULL, "a\0b", 3), "!Null characters are not allowed.");
    assert_string_equal(read_with(SITE_READ_NATIVE, NULL, " [1,2) ", 7), "[1,2)");
}

static void numbers_follow_decimal(void **state) {
    static const expectation_t cases[] = {
        {"48915", "48915"},
        {"-0.5", "-0.5"},
        {"1e3", "1000"},
        {"+007", "7"},
        {".5", "0.5"},
        {"5.", "5"},
        {"1.50", "1.50"},
        {"1.50e1", "15.0"},
        {"15e-3", "0.015"},
        {" 1 ", "1"},
        {"_1__0_", "10"},
        {"\xd9\xa1\xd9\xa2", "12"},
        {"0e5", "0"},
        {"-0", "-0"},
        {"", ""},
        {" ", "!Enter a number."},
        {".", "!Enter a number."},
        {"1,5", "!Enter a number."},
        {"1 5", "!Enter a number."},
        {"0x10", "!Enter a number."},
        {"1e", "!Enter a number."},
        {"NaN", "!Enter a number."},
        {"sNaN12", "!Enter a number."},
        {"-Infinity", "!Enter a number."},
        {"1e1000000000000000000", "!Enter a number."},
        {"0e1000000000000000000", "!Enter a number."},
        {"1e-1999999999999999998", "!Enter a number."},
    };

    (void)state;
    CHECK(SITE_READ_NUMBER, SITE_KIND_NUMERIC, cases);
    assert_string_equal(read_with(SITE_READ_NUMBER, NULL, "1\0", 2), "!Enter a number.");
}

static void numbers_stay_small_whatever_their_exponent(void **state) {
    static const expectation_t cases[] = {
        {"1e50", "100000000000000000000000000000000000000000000000000"},
        {"100000000000000007629769841091887003294964970946560", "100000000000000007629769841091887003294964970946560"},
        {"100000000000000007629769841091887003294964970946560.1", "!Ensure this value is less than or equal to 1e+50."},
        {"1e51", "!Ensure this value is less than or equal to 1e+50."},
        {"1e999999999999999999", "!Ensure this value is less than or equal to 1e+50."},
        {"-1e1000000000", "!Ensure this value is greater than or equal to -1e+1000."},
    };
    const char *tiny;

    (void)state;
    CHECK(SITE_READ_NUMBER, SITE_KIND_NUMERIC, cases);
    assert_int_equal(strlen(read_with(SITE_READ_NUMBER, NULL, "-1e1000", 7)), 1002);
    /* 1e-1000000 is still more than zero, and less than what a column can hold. */
    tiny = read_with(SITE_READ_NUMBER, NULL, "1e-1000000", 10);
    assert_int_equal(strlen(tiny), 1103);
    assert_int_equal(strspn(tiny, "0."), 1102);
    assert_string_equal(tiny + 1102, "1");
    assert_string_equal(read_with(SITE_READ_NUMBER, NULL, "0e-1000000", 10) + 1101, "0");
}

static void a_number_for_a_float_is_one_it_can_hold(void **state) {
    static const expectation_t cases[] = {{"0.1", "0.1"}, {"1e-400", "0"}, {"-1e400", "-Infinity"}, {"-2e2", "-200"}};

    (void)state;
    CHECK(SITE_READ_NUMBER, SITE_KIND_FLOAT8, cases);
    CHECK(SITE_READ_NUMBER, SITE_KIND_FLOAT4, cases);
}

static void whole_numbers(void **state) {
    const char *whole;

    (void)state;
    assert_true(site_value_whole(pool, "12", &whole));
    assert_string_equal(whole, "12");
    assert_true(site_value_whole(pool, "-12.00", &whole));
    assert_string_equal(whole, "-12");
    assert_false(site_value_whole(pool, "-0.5", &whole));
    assert_string_equal(whole, "0");
    assert_false(site_value_whole(pool, "1.5", &whole));
    assert_string_equal(whole, "1");
    assert_true(site_value_fits("32767", 2));
    assert_true(site_value_fits("-32768", 2));
    assert_false(site_value_fits("32768", 2));
    assert_false(site_value_fits("-32769", 2));
    assert_true(site_value_fits("2147483647", 4));
    assert_false(site_value_fits("2147483648", 4));
    assert_true(site_value_fits("-9223372036854775808", 8));
    assert_false(site_value_fits("9223372036854775808", 8));
    assert_false(site_value_fits("10000000000000000000", 8));
    assert_true(site_value_fits("0", 2));
}

static void booleans_ignore_what_they_do_not_know(void **state) {
    static const expectation_t cases[] = {
        {"true", "true"}, {"TRUE", "true"}, {"1", "true"}, {"False", "false"}, {"0", "false"},
        {" true", ""},    {"yes", ""},      {"2", ""},     {"", ""},           {"maybe", ""},
    };

    (void)state;
    CHECK(SITE_READ_BOOLEAN, SITE_KIND_BOOLEAN, cases);
}

static void dates(void **state) {
    static const char no[] = "!Enter a valid date.";
    static const expectation_t cases[] = {
        {"2021-01-31", "2021-01-31"},
        {"2021-1-1", "2021-01-01"},
        {" 2021-01-31\n", "2021-01-31"},
        {"08/02/1733", "1733-08-02"},
        {"1/2/68", "2068-01-02"},
        {"1/2/69", "1969-01-02"},
        {"2000-02-29", "2000-02-29"},
        {"2021-01- 5", "2021-01-05"},
        {"0001-01-01", "0001-01-01"},
        {"9999-12-31", "9999-12-31"},
        {"\xd9\xa2\xd9\xa0\xd9\xa2\xd9\xa1-01-1\xd9\xa3", "2021-01-13"},
        {"", ""},
        {" ", no},
        {"1900-02-29", no},
        {"0000-01-01", no},
        {"2021-13-01", no},
        {"2021-00-01", no},
        {"2021-01-32", no},
        {"2021-01", no},
        {"Oct 5 2020", no},
        {"1/2/202", no},
        {"2020-01/02/03", no},
        {"2020-01-01T00:00", no},
        {"2021-\xd9\xa1-01", no},
        {"20210131", no},
        {"2021-01-31x", no},
    };

    (void)state;
    CHECK(SITE_READ_DATE, SITE_KIND_DATE, cases);
}

static void times(void **state) {
    static const char no[] = "!Enter a valid time.";
    static const expectation_t cases[] = {
        {"12:34:56", "12:34:56"},
        {"1:2", "01:02:00"},
        {"23:59:59.5", "23:59:59.500000"},
        {"0:0:0.000000", "00:00:00"},
        {"1\xd9\xa3:05", "13:05:00"},
        {"24:00", no},
        {"12:60", no},
        {"12:34:60", no},
        {"12:34:56.1234567", no},
        {"12:34:56,5", no},
        {"12", no},
        {"12:34:", no},
        {"12:34:56.", no},
        {"12:34Z", no},
        {"", ""},
    };

    (void)state;
    CHECK(SITE_READ_TIME, SITE_KIND_TIME, cases);
}

static void date_times(void **state) {
    static const char no[] = "!Enter a valid date/time.";
    static const expectation_t cases[] = {
        {"2020-01-02T03:04", "2020-01-02T03:04:00"},
        {"2020-1-2 3:4:5", "2020-01-02T03:04:05"},
        {"2020-01-02T03:04:05.5Z", "2020-01-02T03:04:05.500000+00:00"},
        {"2020-01-02T03:04:05,123456789-0330", "2020-01-02T03:04:05.123456-03:30"},
        {"2020-01-02T03:04+02", "2020-01-02T03:04:00+02:00"},
        {"2020-01-02T03:04-15:59", "2020-01-02T03:04:00-15:59"},
        /* PostgreSQL would refuse these offsets: the same instant in UTC */
        {"2020-01-01T03:04+16:00", "2019-12-31T11:04:00+00:00"},
        {"2020-02-29T12:00-23:59", "2020-03-01T11:59:00+00:00"},
        {"2020-01-01T00:00+22:99", "2019-12-31T00:21:00+00:00"},
        {"", ""},
        {"2020-01-02", no},
        {"2020-01-02T", no},
        {"2020-01-02t03:04", no},
        {"2020-01-02T03", no},
        {"2020-01-02T24:00", no},
        {"2020-01-02T03:04:60", no},
        {"2020-02-30T03:04", no},
        {"2020-01-02T03:04z", no},
        {"2020-01-02T03:04+2", no},
        {"2020-01-02T03:04+24:00", no},
        {"2020-01-02T03:04 Z", no},
        {"0001-01-01T00:00+23:00", no},
        {"20-01-02T03:04", no},
    };

    (void)state;
    CHECK(SITE_READ_DATETIME, SITE_KIND_TIMESTAMPTZ, cases);
}

static void durations(void **state) {
    static const char no[] = "!Enter a valid duration.";
    static const char overflow[] = "!The number of days must be between -999999999 and 999999999.";
    static const expectation_t cases[] = {
        {"5", "0 days +5.000000 seconds"},
        {"1:2", "0 days +62.000000 seconds"},
        {"1 02:03:04.5", "1 days +7384.500000 seconds"},
        {"3 days, 1:0:0", "3 days +3600.000000 seconds"},
        {"3 days 04:05:06.5", "3 days +14706.500000 seconds"},
        {"-1 days +02:03:04", "-1 days +7384.000000 seconds"},
        {"-0:0:0.5", "-1 days +86399.500000 seconds"},
        {"1 day", "1 days +0.000000 seconds"},
        {"P1DT2H3M4.5S", "1 days +7384.500000 seconds"},
        {"-P1,5D", "-2 days +43200.000000 seconds"},
        {"P1e2D", "100 days +0.000000 seconds"},
        {"PT0.0000005S", "0 days +0.000000 seconds"},
        {"PT0.0000015S", "0 days +0.000002 seconds"},
        {"P", "0 days +0.000000 seconds"},
        {"1\n", "0 days +1.000000 seconds"},
        {"999999999 23:59:59.999999", "999999999 days +86399.999999 seconds"},
        {"", ""},
        {" 5", no},
        {"P1x5D", no},
        {"1 month", no},
        {"1.5 days", no},
        {"04:05:06.1234567890123", no},
        {"1000000000 0", overflow},
        {"-1000000000 0", overflow},
        {"999999999 24:00:00", overflow},
        {"99999999999999999999999999", overflow},
        {"PT1e308S", overflow},
        {"P1e308D", overflow},
    };

    (void)state;
    CHECK(SITE_READ_DURATION, SITE_KIND_INTERVAL, cases);
}

static void uuids(void **state) {
    static const char no[] = "!Enter a valid UUID.";
    static const char same[] = "b4ff9828-42aa-1fa9-7eb2-1ff80ffad9a4";
    static const expectation_t cases[] = {
        {"b4ff9828-42aa-1fa9-7eb2-1ff80ffad9a4", same},
        {" B4FF982842AA1FA97EB21FF80FFAD9A4 ", same},
        {"{b4ff9828-42aa-1fa9-7eb2-1ff80ffad9a4}", same},
        {"urn:uuid:b4ff9828-42aa-1fa9-7eb2-1ff80ffad9a4", same},
        {"0x111111111111111111111111111111", "00111111-1111-1111-1111-111111111111"},
        {"1_111111111111111111111111111111", "01111111-1111-1111-1111-111111111111"},
        {"", ""},
        {"  ", ""},
        {"b4ff9828", no},
        {"b4ff9828-42aa-1fa9-7eb2-1ff80ffad9ag", no},
        {"1__11111111111111111111111111111", no},
        {"_1111111111111111111111111111111", no},
    };

    (void)state;
    CHECK(SITE_READ_UUID, SITE_KIND_UUID, cases);
}

static void addresses(void **state) {
    static const char no[] = "!Enter a valid IPv4 or IPv6 address.";
    static const expectation_t inet[] = {
        {" 192.0.2.1 ", "192.0.2.1"},
        {"192.0.2.1/24", "192.0.2.1/24"},
        {"2001:db8::1", "2001:db8::1"},
        {"::ffff:1.2.3.4", "::ffff:1.2.3.4"},
        {"", ""},
        {"192.0.2", no},
        {"192.0.2.256", no},
        {"192.0.2.1/33", no},
        {"192.0.2.1/", no},
        {"fe80::1%eth0", no},
        {"::1/129", no},
        {"foo", no},
    };
    static const expectation_t cidr[] = {
        {"10.0.0.0/8", "10.0.0.0/8"},       {"10.1/16", "10.1/16"}, {"10.1.0.0/8", no},
        {"2001:db8::/32", "2001:db8::/32"}, {"2001:db8::1/32", no},
    };

    (void)state;
    CHECK(SITE_READ_INET, SITE_KIND_INET, inet);
    CHECK(SITE_READ_INET, SITE_KIND_CIDR, cidr);
}

/* Brackets, quotes and commas; what is between is for PostgreSQL. */
static void ranges(void **state) {
    static const char range_message[] = "!Enter a valid range, such as [1,5).";
    static const char multirange_message[] = "!Enter a valid multirange, such as {[1,5)}, or a range.";
    static const expectation_t whole[] = {
        {"[1,5)", "[1,5)"},
        {" (,) ", "(,)"},
        {"empty", "empty"},
        {"EMPTY", "EMPTY"},
        {"[\"a,]\",b]", "[\"a,]\",b]"},
        {"[a\\,b,c)", "[a\\,b,c)"},
        {"", ""},
        {"5", range_message},
        {"[1,5", range_message},
        {"[1)", range_message},
        {"[1,5))", range_message},
        {"[1,2,3]", range_message},
        {"{[1,5)}", range_message},
        {"[1,\"5)", range_message},
        {"[1,5) x", range_message},
        {"[1,[5)", range_message},
        {"[1,5\\", range_message},
        {"emptyish", range_message},
    };
    static const expectation_t members[] = {{"5", "5"},         {"2024-01-01", "2024-01-01"},
                                            {"[1,5)", "[1,5)"}, {"[1", range_message},
                                            {"empty", "empty"}, {"emptyish", "emptyish"}};
    static const expectation_t several[] = {{"{}", "{}"},
                                            {"{[1,2), (5,6]}", "{[1,2), (5,6]}"},
                                            {"[1,5)", "{[1,5)}"},
                                            {"empty", "{empty}"},
                                            {"{[1,2),}", multirange_message},
                                            {"{[1,2)", multirange_message},
                                            {"{1}", multirange_message},
                                            {"{[1,2)[3,4)}", multirange_message},
                                            {"{} {}", multirange_message}};
    site_type_t type;
    site_value_rules_t rules;
    size_t i;

    (void)state;
    CHECK(SITE_READ_RANGE, SITE_KIND_RANGE, whole);
    CHECK(SITE_READ_MEMBER, SITE_KIND_RANGE, members);
    memset(&type, 0, sizeof type);
    memset(&rules, 0, sizeof rules);
    type.kind = SITE_KIND_RANGE;
    type.multirange = 1;
    rules.type = &type;
    for (i = 0; i < sizeof several / sizeof *several; i++)
        assert_string_equal(read_with(SITE_READ_RANGE, &rules, several[i].text, strlen(several[i].text)),
                            several[i].outcome);
    assert_string_equal(read_with(SITE_READ_RANGE, &rules, "[1,\0)", 5), "!Null characters are not allowed.");
}

/* A list of ranges is split between them. */
static void commas_of_ranges_are_theirs(void **state) {
    static const struct {
        const char *list;
        int first; /* the comma's place; -1: there is none */
    } cases[] = {{"[1,5),[7,9)", 5}, {"[1,5)", -1},  {"{[1,2),[3,4)},{}", 13}, {"[\"),\",b],x", 8}, {"(,)", -1},
                 {",x", 0},          {"a\\,b,c", 4}, {"empty,[1,2)", 5},       {"[1,5", -1}};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *list = cases[i].list, *comma = site_range_comma(list, list + strlen(list));

        assert_int_equal(comma ? (int)(comma - list) : -1, cases[i].first);
    }
}

static void json_documents(void **state) {
    static const char no[] = "!Enter a valid JSON.", nul[] = "!Null characters are not allowed.";
    static const expectation_t cases[] = {
        {"{ \"a\" : [1, 2.50, null] }", "{\"a\":[1,2.5,null]}"},
        {"0", "0"},
        {"false", "false"},
        {"\" \"", "\" \""},
        {"\"\\ud83d\\ude00\"", "\"\xf0\x9f\x98\x80\""},
        {"[[]]", "[[]]"},
        {"", ""},
        {"null", ""},
        {" { } ", ""},
        {"[ ]", ""},
        {"\"\"", ""},
        {" ", no},
        {"{", no},
        {"[1,]", no},
        {"{\"a\":1,}", no},
        {"{\"a\"}", no},
        {"[1}", no},
        {"01", no},
        {"1.", no},
        {"NaN", no},
        {"'a'", no},
        {"\"a\tb\"", no},
        {"\"\\x\"", no},
        {"\"\\ud83d\"", no},
        {"1 2", no},
        {"\xef\xbb\xbf"
         "1",
         no},
        {"{\"a\":\"\\u0000\"}", nul},
    };
    char deep[1202];

    (void)state;
    CHECK(SITE_READ_JSON, SITE_KIND_JSONB, cases);
    assert_string_equal(read_with(SITE_READ_JSON, NULL, "1\0", 2), no);
    memset(deep, '[', 601);
    memset(deep + 601, ']', 601);
    assert_string_equal(read_with(SITE_READ_JSON, NULL, deep, sizeof deep), no);
    assert_string_not_equal(read_with(SITE_READ_JSON, NULL, deep + 200, 802), no);
}

static void choices(void **state) {
    site_value_rules_t rules;
    apr_array_header_t *labels = apr_array_make(pool, 2, sizeof(const char *));

    (void)state;
    memset(&rules, 0, sizeof rules);
    rules.choices = labels;
    APR_ARRAY_PUSH(labels, const char *) = "good";
    APR_ARRAY_PUSH(labels, const char *) = "very good";
    assert_string_equal(read_with(SITE_READ_CHOICE, &rules, "very good", 9), "very good");
    assert_string_equal(read_with(SITE_READ_CHOICE, &rules, "", 0), "");
    assert_string_equal(read_with(SITE_READ_CHOICE, &rules, "Good", 4),
                        "!Select a valid choice. Good is not one of the available choices.");
    assert_string_equal(read_with(SITE_READ_CHOICE, &rules, " good", 5),
                        "!Select a valid choice.  good is not one of the available choices.");
    assert_string_equal(read_with(SITE_READ_CHOICE, NULL, "%s", 2),
                        "!Select a valid choice. %s is not one of the available choices.");
}

static void utf8_is_judged_strictly(void **state) {
    (void)state;
    assert_true(site_value_utf8("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 10));
    assert_false(site_value_utf8("\xc0\x80", 2));         /* overlong */
    assert_false(site_value_utf8("\xe0\x80\x80", 3));     /* overlong */
    assert_false(site_value_utf8("\xed\xa0\x80", 3));     /* a surrogate */
    assert_false(site_value_utf8("\xf4\x90\x80\x80", 4)); /* beyond U+10FFFF */
    assert_false(site_value_utf8("\xe2\x82", 2));         /* cut short */
    assert_false(site_value_utf8("\x80", 1));
    assert_int_equal(site_unicode_digit(0x665), 5);
    assert_int_equal(site_unicode_digit(0x1fbf9), 9);
    assert_int_equal(site_unicode_digit('a'), -1);
    assert_int_equal(site_unicode_digit(0x10ffff), -1);
}

static void strip_returns_a_copy(void **state) {
    apr_size_t length;

    (void)state;
    assert_string_equal(site_value_strip(pool, "\t a \xe3\x80\x80", 7, &length), "a");
    assert_int_equal(length, 1);
    assert_string_equal(site_value_strip(pool, "  ", 2, NULL), "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_stripped_as_python_does),
        cmocka_unit_test(numbers_follow_decimal),
        cmocka_unit_test(numbers_stay_small_whatever_their_exponent),
        cmocka_unit_test(a_number_for_a_float_is_one_it_can_hold),
        cmocka_unit_test(whole_numbers),
        cmocka_unit_test(booleans_ignore_what_they_do_not_know),
        cmocka_unit_test(dates),
        cmocka_unit_test(times),
        cmocka_unit_test(date_times),
        cmocka_unit_test(durations),
        cmocka_unit_test(uuids),
        cmocka_unit_test(addresses),
        cmocka_unit_test(ranges),
        cmocka_unit_test(commas_of_ranges_are_theirs),
        cmocka_unit_test(json_documents),
        cmocka_unit_test(choices),
        cmocka_unit_test(utf8_is_judged_strictly),
        cmocka_unit_test(strip_returns_a_copy),
    };
    int failed;

    apr_initialize();
    apr_pool_create(&pool, NULL);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    apr_terminate();
    return failed;
}
