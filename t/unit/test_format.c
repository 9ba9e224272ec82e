/* One value in PostgreSQL's text -> what Django REST framework shows of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/format.h"
#include <apr_general.h>
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

static apr_pool_t *pool;

typedef struct expectation_t {
    const char *text, *json;
} expectation_t;

/* The text is handed over without a NUL behind it: a read beyond shows under the sanitizers. */
static const char *written(const site_format_t *format, const char *text, apr_size_t length) {
    site_sink_t sink;
    char *bare = malloc(length ? length : 1);

    assert_non_null(bare);
    memcpy(bare, text, length);
    site_sink_init(&sink, pool, 4, 0);
    format->write(&sink, format, bare, length);
    free(bare);
    assert_int_equal(sink.status, APR_SUCCESS);
    return apr_pstrmemdup(pool, sink.data, sink.used);
}

static void check_format(const site_format_t *format, const expectation_t *cases, apr_size_t count) {
    apr_size_t i;

    for (i = 0; i < count; i++)
        assert_string_equal(written(format, cases[i].text, strlen(cases[i].text)), cases[i].json);
}

static const site_format_t *scaled(const site_type_t *type, int decimals_as_numbers, int bigints_as_strings,
                                   int scale) {
    site_format_rules_t rules = {decimals_as_numbers, bigints_as_strings, scale};

    return site_format_of(pool, type, &rules);
}

static const site_format_t *of(const site_type_t *type, int decimals_as_numbers, int bigints_as_strings) {
    return scaled(type, decimals_as_numbers, bigints_as_strings, -1);
}

static const site_format_t *format_of(site_kind_t kind) {
    site_type_t type;

    memset(&type, 0, sizeof type);
    type.kind = kind;
    return of(&type, 0, 0);
}

static const site_format_t *array_of(site_kind_t kind, const char *name) {
    site_type_t type, element;

    memset(&type, 0, sizeof type);
    memset(&element, 0, sizeof element);
    type.kind = SITE_KIND_ARRAY;
    type.element = &element;
    element.kind = kind;
    element.sql_name = name;
    return of(&type, 0, 0);
}

#define CHECK(format, cases) check_format(format, cases, sizeof(cases) / sizeof *(cases))

static void booleans_and_integers(void **state) {
    static const expectation_t booleans[] = {{"t", "true"}, {"f", "false"}};
    static const expectation_t integers[] = {{"-42", "-42"}, {"9223372036854775807", "9223372036854775807"}};
    static const expectation_t strings[] = {{"-42", "\"-42\""}};
    site_type_t type;

    (void)state;
    CHECK(format_of(SITE_KIND_BOOLEAN), booleans);
    CHECK(format_of(SITE_KIND_INT4), integers);
    CHECK(format_of(SITE_KIND_INT8), integers);
    CHECK(format_of(SITE_KIND_OID), integers);
    memset(&type, 0, sizeof type);
    type.kind = SITE_KIND_INT8;
    CHECK(of(&type, 0, 1), strings);
}

static void floats_are_python_s_repr(void **state) {
    static const expectation_t cases[] = {
        {"105", "105.0"},
        {"-44.29052", "-44.29052"},
        {"0", "0.0"},
        {"-0", "-0.0"},
        {"1e+15", "1000000000000000.0"},
        {"1.5e+15", "1500000000000000.0"},
        {"1e+16", "1e+16"},
        {"0.0001", "0.0001"},
        {"1e-05", "1e-05"},
        {"1.234e-07", "1.234e-07"},
        {"5e-324", "5e-324"},
        {"1.7976931348623157e+308", "1.7976931348623157e+308"},
        {"123456789012345", "123456789012345.0"},
        {"1.2345678901234568e+17", "1.2345678901234568e+17"},
        /* Halfway: PostgreSQL shows a digit more than the shortest that reads back. */
        {"2.1664062438971312e+16", "2.166406243897131e+16"},
        {"-9.735658398089661e+16", "-9.73565839808966e+16"},
        {"NaN", "\"NaN\""},
        {"-Infinity", "\"-Infinity\""},
        {"2.1e+116646", "2.1e+116646"}, /* no float8, found by the fuzzer */
    };

    (void)state;
    CHECK(format_of(SITE_KIND_FLOAT8), cases);
    CHECK(format_of(SITE_KIND_FLOAT4), cases);
}

static void decimals(void **state) {
    static const expectation_t strings[] = {{"5.50", "\"5.50\""}, {"NaN", "\"NaN\""}};
    static const expectation_t numbers[] = {{"5.50", "5.5"},
                                            {"-5", "-5.0"},
                                            {"0.00001", "1e-05"},
                                            {"NaN", "\"NaN\""},
                                            {"-Infinity", "\"-Infinity\""},
                                            {"12345678901234567.5", "1.2345678901234568e+16"},
                                            {"0", "0.0"}};
    static const expectation_t money[] = {{"$1,234.50", "\"$1,234.50\""}};
    site_type_t type;

    (void)state;
    CHECK(format_of(SITE_KIND_NUMERIC), strings);
    CHECK(format_of(SITE_KIND_MONEY), money);
    memset(&type, 0, sizeof type);
    type.kind = SITE_KIND_NUMERIC;
    CHECK(of(&type, 1, 0), numbers);
}

/* Decimal.quantize() rounds half to even. */
static void decimals_have_the_digits_that_are_asked_for(void **state) {
    static const expectation_t two[] = {{"5", "\"5.00\""},        {"5.5", "\"5.50\""},     {"0.005", "\"0.00\""},
                                        {"0.015", "\"0.02\""},    {"0.0051", "\"0.01\""},  {"-9.995", "\"-10.00\""},
                                        {"99.999", "\"100.00\""}, {"-0.001", "\"-0.00\""}, {"NaN", "\"NaN\""}};
    static const expectation_t none[] = {
        {"5", "\"5\""}, {"5.5", "\"6\""}, {"4.5", "\"4\""}, {"-0.5", "\"-0\""}, {"9.6", "\"10\""}};
    static const expectation_t number[] = {{"5.126", "5.13"}, {"5", "5.0"}};
    site_type_t type;

    (void)state;
    memset(&type, 0, sizeof type);
    type.kind = SITE_KIND_NUMERIC;
    CHECK(scaled(&type, 0, 0, 2), two);
    CHECK(scaled(&type, 0, 0, 0), none);
    CHECK(scaled(&type, 1, 0, 2), number);
}

static void labels_stand_for_values(void **state) {
    static const expectation_t cases[] = {
        {"1", "\"Low\""}, {"2", "\"Very \\\"high\\\"\""}, {"3", "\"3\""}, {"", "\"\""}};
    apr_array_header_t *labels = apr_array_make(pool, 4, sizeof(const char *));

    (void)state;
    APR_ARRAY_PUSH(labels, const char *) = "1";
    APR_ARRAY_PUSH(labels, const char *) = "Low";
    APR_ARRAY_PUSH(labels, const char *) = "2";
    APR_ARRAY_PUSH(labels, const char *) = "Very \"high\"";
    CHECK(site_format_labels(pool, labels), cases);
}

static void strings_are_escaped_as_drf_does(void **state) {
    static const expectation_t cases[] = {
        {"", "\"\""},
        {"HD 224750", "\"HD 224750\""},
        {"Jos\xc3\xa9 \"Pepe\" \\ /", "\"Jos\xc3\xa9 \\\"Pepe\\\" \\\\ /\""},
        {"\b\f\n\r\t\x01\x1f\x7f", "\"\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\""},
        {"a\xe2\x80\xa8"
         "b\xe2\x80\xa9"
         "c\xe2\x80\xaa",
         "\"a\\u2028b\\u2029c\xe2\x80\xaa\""},
        {"\xf0\x9f\x98\x80", "\"\xf0\x9f\x98\x80\""},
        {"<b>&</b>", "\"<b>&</b>\""},
        {"a\xff"
         "b\xe2\x80",
         "\"a\xef\xbf\xbd"
         "b\xef\xbf\xbd\xef\xbf\xbd\""},
        {"eight by eight, a longer run\nof text that is clean",
         "\"eight by eight, a longer run\\nof text that is clean\""},
    };
    site_sink_t sink;

    (void)state;
    CHECK(format_of(SITE_KIND_TEXT), cases);
    CHECK(format_of(SITE_KIND_ENUM), cases);
    CHECK(format_of(SITE_KIND_OTHER), cases);
    site_sink_init(&sink, pool, 8, 0);
    site_format_string(&sink, "a\0b", 3);
    assert_memory_equal(sink.data, "\"a\\u0000b\"", 10);
}

/* The words of eight bytes are judged at once: every byte at every place. */
static void every_byte_is_found_at_every_place(void **state) {
    int byte, place;

    (void)state;
    for (byte = 0; byte < 0x80; byte++) {
        for (place = 0; place < 16; place++) {
            char text[17] = "abcdefghijklmnop", expected[40];
            const char *got;
            apr_size_t plain = byte >= 0x20 && byte != '"' && byte != '\\';

            text[place] = (char)byte;
            got = written(format_of(SITE_KIND_TEXT), text, 16);
            assert_int_equal(got[place + 1] == '\\', !plain);
            apr_cpystrn(expected, text + place + 1, sizeof expected);
            assert_string_equal(got + strlen(got) - strlen(expected) - 1, apr_pstrcat(pool, expected, "\"", NULL));
        }
    }
}

static void dates_and_times(void **state) {
    static const expectation_t dates[] = {
        {"2024-05-06", "\"2024-05-06\""}, {"infinity", "\"infinity\""}, {"0044-03-15 BC", "\"0044-03-15 BC\""}};
    static const expectation_t times[] = {
        {"07:08:09", "\"07:08:09\""},
        {"07:08:09.5", "\"07:08:09.500000\""},
        {"24:00:00", "\"24:00:00\""},
        {"07:08:09.123456", "\"07:08:09.123456\""},
        {"07:08:09.5+02", "\"07:08:09.500000+02:00\""},
    };
    static const expectation_t timestamps[] = {
        {"2024-05-06 07:08:09", "\"2024-05-06T07:08:09\""},
        {"2024-05-06 07:08:09.5", "\"2024-05-06T07:08:09.500000\""},
        {"2024-05-06 07:08:09+00", "\"2024-05-06T07:08:09Z\""},
        {"2024-05-06 07:08:09.000001+02", "\"2024-05-06T07:08:09.000001+02:00\""},
        {"2024-05-06 07:08:09-03:30", "\"2024-05-06T07:08:09-03:30\""},
        {"1800-05-06 07:08:09+00:19:32", "\"1800-05-06T07:08:09+00:19:32\""},
        {"12024-05-06 07:08:09+00", "\"12024-05-06 07:08:09+00\""},
        {"0044-03-15 00:00:00 BC", "\"0044-03-15 00:00:00 BC\""},
        {"-infinity", "\"-infinity\""},
        {"infinity", "\"infinity\""},
    };

    (void)state;
    CHECK(format_of(SITE_KIND_DATE), dates);
    CHECK(format_of(SITE_KIND_TIME), times);
    CHECK(format_of(SITE_KIND_TIMETZ), times);
    CHECK(format_of(SITE_KIND_TIMESTAMP), timestamps);
    CHECK(format_of(SITE_KIND_TIMESTAMPTZ), timestamps);
}

static void intervals(void **state) {
    static const expectation_t cases[] = {
        {"00:00:00", "\"00:00:00\""},
        {"04:05:06.5", "\"04:05:06.500000\""},
        {"3 days", "\"3 00:00:00\""},
        {"1 year 2 mons 3 days 04:05:06", "\"428 04:05:06\""},
        {"-1 days +02:03:04", "\"-1 02:03:04\""},
        {"-00:00:00.5", "\"-1 23:59:59.500000\""},
        {"-1 years -2 mons +3 days -04:05:06", "\"-423 19:54:54\""},
        {"36:00:00", "\"1 12:00:00\""},
        {"-24:00:00", "\"-1 00:00:00\""},
        {"178000000 years", "\"64970000000 00:00:00\""},
        {"2562047788:00:54.775807", "\"106751991 04:00:54.775807\""},
        {"infinity", "\"infinity\""},
        {"", "\"\""},
        {"9999999999999999999:00:00", "\"9999999999999999999:00:00\""},
    };

    (void)state;
    CHECK(format_of(SITE_KIND_INTERVAL), cases);
}

static void bytes_are_base64(void **state) {
    static const expectation_t cases[] = {
        {"\\x", "\"\""},           {"\\x00", "\"AA==\""},   {"\\x0001", "\"AAE=\""},
        {"\\x000102", "\"AAEC\""}, {"\\xFFfe", "\"//4=\""}, {"escape\\000", "\"escape\\\\000\""},
    };

    (void)state;
    CHECK(format_of(SITE_KIND_BYTEA), cases);
}

static void json_is_what_python_writes(void **state) {
    static const expectation_t cases[] = {
        {"{\"a\": 1, \"b\": [true, null]}", "{\"a\":1,\"b\":[true,null]}"},
        {" { } ", "{}"},
        {"[2.50, 1e2, 1E-7, -0, -0.0, 1e16, 0.1e1]", "[2.5,100.0,1e-07,0,-0.0,1e+16,1.0]"},
        {"12345678901234567890123", "12345678901234567890123"},
        {"0.1000000000000000055511151231257827", "0.1"},
        {"123456789.123456789", "123456789.12345679"},
        {"5.6843418860808015e-14", "5.684341886080802e-14"}, /* a power of two */
        {"4.9e-324", "5e-324"},
        {"1e400", "1e400"},
        {"1.0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
         "00000000000000000000000000000000000000",
         "1.0"},
        {"\"\\u00e9\\/\\n\\u000b\\\"\\\\\"", "\"\xc3\xa9/\\n\\u000b\\\"\\\\\""},
        {"\"\\ud83d\\ude00 \\ud83d \\u2028\"", "\"\xf0\x9f\x98\x80 \xef\xbf\xbd \\u2028\""},
        {"\"a b : , \"", "\"a b : , \""},
        {"\"cut", "\"cut\""},
        {"\"cut\\", "\"cut\""},
        {"\"cut\\u12", "\"cut12\""},
    };

    (void)state;
    CHECK(format_of(SITE_KIND_JSON), cases);
    CHECK(format_of(SITE_KIND_JSONB), cases);
}

static void arrays_are_lists(void **state) {
    static const expectation_t texts[] = {
        {"{}", "[]"},
        {"{a,NULL,\"NULL\",\"\"}", "[\"a\",null,\"NULL\",\"\"]"},
        {"{\"a \\\"b\\\" \\\\ ,}\",c}", "[\"a \\\"b\\\" \\\\ ,}\",\"c\"]"},
        {"{{a,b},{c,NULL}}", "[[\"a\",\"b\"],[\"c\",null]]"},
        {"[0:1][2:3]={{a,b},{c,d}}", "[[\"a\",\"b\"],[\"c\",\"d\"]]"},
        /* not arrays: JSON all the same */
        {"", "\"\""},
        {"1 2", "\"1 2\""},
        {"{a,{b", "[\"a\",[]]"},
        {"{a,", "[\"a\"]"},
        {"{\"a", "[]"},
    };
    static const expectation_t floats[] = {{"{1,2.5,NULL}", "[1.0,2.5,null]"}};
    static const expectation_t documents[] = {{"{\"{\\\"a\\\": 1.50}\",null}", "[{\"a\":1.5},null]"}};
    static const expectation_t boxes[] = {{"{(1,1),(0,0);(2,2),(0,0)}", "[\"(1,1),(0,0)\",\"(2,2),(0,0)\"]"}};
    char *long_one = apr_pcalloc(pool, 3001);
    const char *got;

    (void)state;
    CHECK(array_of(SITE_KIND_TEXT, "text"), texts);
    CHECK(array_of(SITE_KIND_FLOAT8, "double precision"), floats);
    CHECK(array_of(SITE_KIND_JSONB, "jsonb"), documents);
    CHECK(array_of(SITE_KIND_OTHER, "box"), boxes);
    memset(long_one, 'x', 3000);
    memcpy(long_one, "{\"\\\"", 4);
    memcpy(long_one + 1500, "\",\"\\\\", 5);
    memcpy(long_one + 2998, "\"}", 2);
    got = written(array_of(SITE_KIND_TEXT, "text"), long_one, 3000);
    assert_int_equal(strlen(got), 3000);
    assert_memory_equal(got, "[\"\\\"x", 5);
    assert_memory_equal(got + 1500, "\",\"\\\\x", 6);
}

typedef struct seen_t {
    char text[100];
} seen_t;

static void see(void *baton, const char *value, apr_size_t length, int depth) {
    seen_t *seen = baton;
    apr_size_t used = strlen(seen->text);

    apr_snprintf(seen->text + used, sizeof seen->text - used, "%d:%s;", depth,
                 value ? apr_pstrmemdup(pool, value, length) : "null");
}

static void array_elements_one_by_one(void **state) {
    seen_t seen = {""};

    (void)state;
    assert_int_equal(site_format_array_each(pool, "{1,NULL,\"a\\\"\"}", 14, ',', see, &seen), 3);
    assert_string_equal(seen.text, "1:1;1:null;1:a\";");
    seen.text[0] = '\0';
    assert_int_equal(site_format_array_each(pool, "{{1},{2}}", 9, ',', see, &seen), 2);
    assert_string_equal(seen.text, "2:1;2:2;");
    assert_int_equal(site_format_array_each(pool, "{}", 2, ',', see, &seen), 0);
    assert_int_equal(site_format_array_each(pool, "", 0, ',', see, &seen), -1);
    assert_int_equal(site_format_array_each(pool, "x", 1, ',', see, &seen), -1);
    assert_int_equal(site_format_array_each(pool, "{1}}", 4, ',', see, &seen), -1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(booleans_and_integers),
        cmocka_unit_test(floats_are_python_s_repr),
        cmocka_unit_test(decimals),
        cmocka_unit_test(decimals_have_the_digits_that_are_asked_for),
        cmocka_unit_test(labels_stand_for_values),
        cmocka_unit_test(strings_are_escaped_as_drf_does),
        cmocka_unit_test(every_byte_is_found_at_every_place),
        cmocka_unit_test(dates_and_times),
        cmocka_unit_test(intervals),
        cmocka_unit_test(bytes_are_base64),
        cmocka_unit_test(json_is_what_python_writes),
        cmocka_unit_test(arrays_are_lists),
        cmocka_unit_test(array_elements_one_by_one),
    };
    int failed;

    apr_initialize();
    apr_pool_create(&pool, NULL);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    apr_terminate();
    return failed;
}
