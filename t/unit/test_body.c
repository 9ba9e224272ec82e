#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/body.h"
#include "core/format.h"
#include "core/latin1.h"

#include <apr_general.h>
#include <apr_strings.h>
#include <string.h>

static apr_pool_t *pool;

/* What Python's str() would show of the body, or the refusal. */
static const char *json(const char *text) {
    site_body_t *body;
    site_error_t *error = site_body_read_json(pool, text, strlen(text), &body);

    return error ? error->message : site_node_python(pool, body->root);
}

static void assert_json(const char *text, const char *expected) {
    assert_string_equal(json(text), expected);
}

static void reads_json(void **state) {
    (void)state;
    assert_json(" {\"a\": [1, -0, 2.50, 1e3, true, null], \"b\": {\"c\": \"x\"}} ",
                "{'a': [1, 0, 2.5, 1000.0, True, None], 'b': {'c': 'x'}}");
    assert_json("\"\\u00e9\\ud83d\\ude00\\n\\/\"", "\xc3\xa9\xf0\x9f\x98\x80\n/");
    assert_json("123456789012345678901234567890", "123456789012345678901234567890");
    assert_json("[]", "[]");
    assert_json("{}", "{}");
    assert_json("1e400", "inf");
}

static void tells_mistakes_as_python_does(void **state) {
    (void)state;
    assert_json("", "JSON parse error - Expecting value: line 1 column 1 (char 0)");
    assert_json("{\"a\":", "JSON parse error - Expecting value: line 1 column 6 (char 5)");
    assert_json("{'a':1}",
                "JSON parse error - Expecting property name enclosed in double quotes: line 1 column 2 (char 1)");
    assert_json("{\"a\" 1}", "JSON parse error - Expecting ':' delimiter: line 1 column 6 (char 5)");
    assert_json("{\"a\":1 \"b\"}", "JSON parse error - Expecting ',' delimiter: line 1 column 8 (char 7)");
    assert_json("[1,]", "JSON parse error - Expecting value: line 1 column 4 (char 3)");
    assert_json("[1] 2", "JSON parse error - Extra data: line 1 column 5 (char 4)");
    assert_json("01", "JSON parse error - Extra data: line 1 column 2 (char 1)");
    assert_json("\"abc", "JSON parse error - Unterminated string starting at: line 1 column 1 (char 0)");
    assert_json("[\n\"\xc3\xa9\", \"\\x\"]", "JSON parse error - Invalid \\escape: line 2 column 7 (char 8)");
    assert_json("\"\\u12\"", "JSON parse error - Invalid \\uXXXX escape: line 1 column 3 (char 2)");
    assert_json("\"a\tb\"", "JSON parse error - Invalid control character at: line 1 column 3 (char 2)");
    assert_json("{\"ra\": NaN}", "JSON parse error - Out of range float values are not JSON compliant: 'NaN'");
    assert_json("-Infinity", "JSON parse error - Out of range float values are not JSON compliant: '-Infinity'");
    assert_json("\xff", "JSON parse error - 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte");
    assert_json("\xef\xbb\xbf{}",
                "JSON parse error - Unexpected UTF-8 BOM (decode using utf-8-sig): line 1 column 1 (char 0)");
}

static const char *repeated(const char *text, int times) {
    apr_size_t length = strlen(text);
    char *all = apr_palloc(pool, length * (apr_size_t)times + 1), *at = all;

    for (; times > 0; times--, at += length)
        memcpy(at, text, length);
    *at = '\0';
    return all;
}

static void has_limits(void **state) {
    char deep[2 * SITE_BODY_DEPTH + 3];

    (void)state;
    memset(deep, '[', SITE_BODY_DEPTH);
    memset(deep + SITE_BODY_DEPTH, ']', SITE_BODY_DEPTH);
    deep[2 * SITE_BODY_DEPTH] = '\0';
    assert_int_equal(*json(deep), '[');
    memset(deep, '[', SITE_BODY_DEPTH + 1);
    assert_json(deep, "JSON parse error - Nested too deeply");
    assert_int_equal(*json(apr_pstrcat(pool, "[0", repeated(",0", SITE_BODY_NODES - 2), "]", NULL)), '[');
    assert_json(apr_pstrcat(pool, "[0", repeated(",0", SITE_BODY_NODES - 1), "]", NULL),
                "JSON parse error - Too many values");
}

static void forms_have_limits(void **state) {
    const char *most = repeated("&a=1", SITE_BODY_FIELDS), *more = repeated("&a=1", SITE_BODY_FIELDS + 1);
    static const char part[] = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n";
    site_body_t *body;

    (void)state;
    assert_null(site_body_read_form(pool, most + 1, strlen(most) - 1, &body));
    assert_string_equal(site_body_read_form(pool, more + 1, strlen(more) - 1, &body)->code, "too_many_fields");
    most = apr_pstrcat(pool, repeated(part, SITE_BODY_FIELDS), "--b--\r\n", NULL);
    more = apr_pstrcat(pool, repeated(part, SITE_BODY_FIELDS + 1), "--b--\r\n", NULL);
    assert_null(site_body_read_multipart(pool, most, strlen(most), "multipart/form-data; boundary=b", &body));
    assert_string_equal(
        site_body_read_multipart(pool, more, strlen(more), "multipart/form-data; boundary=b", &body)->code,
        "too_many_fields");
}

static void sees_what_no_column_takes(void **state) {
    site_body_t *body;

    (void)state;
    assert_null(site_body_read_json(pool, "{\"a\":[\"\\u0000\"],\"b\":\"\\ud800x\"}", 30, &body));
    assert_true(body->root->nul);
    assert_true(site_body_value(body, "a")->nul);
    assert_int_equal(site_body_value(body, "b")->surrogate, 0xd800);
    assert_null(site_body_value(body, "c"));
    assert_null(site_body_read_json(pool, "{\"a\":1,\"a\":2}", 13, &body));
    assert_string_equal(site_body_value(body, "a")->text, "2");
}

static const char *joined(const site_body_t *body, const char *name, int indexed) {
    apr_array_header_t *values = site_body_values(pool, body, name, indexed);
    const char *all = "";
    int i;

    for (i = 0; i < values->nelts; i++)
        all = apr_pstrcat(pool, all, i ? "," : "", APR_ARRAY_IDX(values, i, site_node_t *)->text, NULL);
    return all;
}

static void reads_forms(void **state) {
    const char *text = "a=1&b=x+%C3%A9&a=2&list[1]=q&list[0]=p&list[1]=r&list[x]=no&deep[0]x=y";
    site_body_t *body;

    (void)state;
    assert_null(site_body_read_form(pool, text, strlen(text), &body));
    assert_true(body->form);
    assert_string_equal(site_body_value(body, "a")->text, "2");
    assert_string_equal(site_body_value(body, "b")->text, "x \xc3\xa9");
    assert_string_equal(joined(body, "a", 1), "1,2");
    assert_string_equal(joined(body, "list", 1), "p,r");
    assert_string_equal(joined(body, "list", 0), "");
    assert_int_equal(APR_ARRAY_IDX(site_body_values(pool, body, "deep", 1), 0, site_node_t *)->kind, SITE_NODE_OBJECT);
}

static site_error_t *multipart(const char *text, const char *boundary, site_body_t **body) {
    const char *type = apr_pstrcat(pool, "multipart/form-data; boundary=", boundary, NULL);

    return site_body_read_multipart(pool, text, strlen(text), boundary ? type : "multipart/form-data", body);
}

#define DISPOSITION(name) "Content-Disposition: form-data; name=" name "\r\n"

static const char *value_of(const char *part, const char *name) {
    site_body_t *body;
    site_node_t *node;

    assert_null(multipart(apr_pstrcat(pool, "--XX\r\n", part, "\r\n--XX--\r\n", NULL), "XX", &body));
    node = site_body_value(body, name);
    return node ? node->text : NULL;
}

static void reads_multipart_as_django_does(void **state) {
    site_body_t *body;

    (void)state;
    assert_string_equal(value_of(DISPOSITION("\"a\"") "\r\nx", "a"), "x");
    assert_string_equal(value_of(DISPOSITION("a") "\r\nx", "a"), "x");
    assert_string_equal(value_of(" content-disposition:FORM-DATA; NAME = \"a\" \r\n\r\nx", "a"), "x");
    assert_string_equal(value_of(DISPOSITION("\"a\\\"b\"") "\r\nx", "a\"b"), "x");
    assert_string_equal(value_of(DISPOSITION("\"a;b\"") "\r\nx", "a;b"), "x");
    assert_string_equal(value_of(DISPOSITION("\"a\"; name=\"b\"") "\r\nx", "b"), "x");
    assert_string_equal(value_of("Content-Disposition: form-data; name*=utf-8''%C3%A9\r\n\r\nx", "\xc3\xa9"), "x");
    assert_string_equal(value_of(DISPOSITION("\"a\"") "Content-Transfer-Encoding: BASE64\r\n\r\naGVs\r\nbG8=", "a"),
                        "hello");
    assert_string_equal(value_of(DISPOSITION("\"a\"") "Content-Transfer-Encoding: base64\r\n\r\naGVsbG8", "a"),
                        "aGVsbG8");
    assert_string_equal(value_of(DISPOSITION("\"a\"; filename=\"\"") "\r\nx", "a"), "x");
    assert_null(value_of(DISPOSITION("\"a\"; filename=\"dir/\"") "\r\nx", "a"));
    assert_string_equal(value_of(DISPOSITION("\"a\"") "\r\none--XXtwo", "a"), "one");
    assert_null(value_of("Content-Disposition: form-data; name=\"a\"\n\nx", "a"));
    assert_null(value_of("Content-Disposition: form-data\r\n\r\nx", "a"));
    /* What stands in front of the first boundary is a part, too. */
    assert_null(multipart("--YY\r\n" DISPOSITION("a") "\r\nx\r\n--XX--", "XX", &body));
    assert_string_equal(site_body_value(body, "a")->text, "x");
    /* Files stand behind the fields of their name. */
    assert_null(
        multipart("--XX\r\n" DISPOSITION("a; filename=f") "\r\nfile\r\n--XX\r\n" DISPOSITION("a") "\r\nfield\r\n--XX--",
                  "XX", &body));
    assert_string_equal(site_body_value(body, "a")->text, "file");
    assert_string_equal(
        multipart("--XX\r\n" DISPOSITION("a; filename=f") "Content-Transfer-Encoding: base64\r\n\r\nAAA\r\n--XX--",
                  "XX", &body)
            ->message,
        "Multipart form parse error - Could not decode base64 data.");
    assert_string_equal(site_body_read_multipart(pool, "x", 1, "Multipart/form-data; boundary=XX", &body)->message,
                        "Multipart form parse error - Invalid Content-Type: Multipart/form-data; boundary=XX");
    assert_null(site_body_read_multipart(pool, "--a b\r\n", 7,
                                         "multipart/form-data; boundary=YY; boundary=\"a b\"; charset=latin1", &body));
    assert_null(multipart("--XX\r\n" DISPOSITION("a") "\r\n\xe9\r\n--XX--", "XX", &body));
    assert_string_equal(site_body_value(body, "a")->text, "\xef\xbf\xbd");
    assert_null(site_body_read_multipart(pool, "--XX\r\n" DISPOSITION("a") "\r\n\xe9",
                                         sizeof "--XX\r\n" DISPOSITION("a") "\r\n\xe9" - 1,
                                         "multipart/form-data; boundary=XX; charset=Latin-1", &body));
    assert_string_equal(site_body_value(body, "a")->text, "\xc3\xa9");
}

static void reads_latin1(void **state) {
    apr_size_t length = 3;

    (void)state;
    assert_true(site_charset_is_latin1("ISO_8859-1"));
    assert_false(site_charset_is_latin1("utf-8"));
    assert_false(site_charset_is_latin1(NULL));
    assert_string_equal(site_latin1_decode(pool, "a\xe9\x80", &length), "a\xc3\xa9\xc2\x80");
    assert_int_equal(length, 5);
    length = 11;
    assert_string_equal(site_latin1_decode_form(pool, "a=\xe9%E9%41%z", &length), "a=\xc3\xa9%C3%A9%41%z");
}

static void knows_python_strings(void **state) {
    static const char text[] = "[\"\\ud800\", \"\\u200b\", \"\\u0000\", \"\\u00a0\", \"it's\", \"\xc3\xa9\", "
                               "\"\\ud83d\\ude00\", \"\\udb40\\udc01\"]";
    site_body_t *body;

    (void)state;
    assert_null(site_body_read_json(pool, text, sizeof text - 1, &body));
    assert_string_equal(
        site_node_python(pool, body->root),
        "['\\ud800', '\\u200b', '\\x00', '\\xa0', \"it's\", '\xc3\xa9', '\xf0\x9f\x98\x80', '\\U000e0001']");
    assert_null(site_body_read_json(pool, "\"a\\u0000b\"", 10, &body));
    assert_string_equal(site_node_python(pool, body->root), "a" SITE_NUL_IN_TEXT "b");
}

static void finds_names_that_are_there_twice(void **state) {
    static const char twice[] = "[{\"a\": 1, \"b\": {\"c\": 1, \"c\": 2}}]",
                      once[] = "{\"a\": {\"a\": [{\"a\": 1}, {\"a\": 1}]}}";
    site_body_t *body;

    (void)state;
    assert_null(site_body_read_json(pool, twice, sizeof twice - 1, &body));
    assert_string_equal(site_node_repeats(pool, body->root), "c");
    assert_null(site_body_read_json(pool, once, sizeof once - 1, &body));
    assert_null(site_node_repeats(pool, body->root));
}

static void decodes_as_python_does(void **state) {
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"\xff", "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"},
        {"\xc3(", "'utf-8' codec can't decode byte 0xc3 in position 0: invalid continuation byte"},
        {"\"\xe2\x82\"", "'utf-8' codec can't decode bytes in position 1-2: invalid continuation byte"},
        {"\"\xf0\x9f\x98\"", "'utf-8' codec can't decode bytes in position 1-3: invalid continuation byte"},
        {"\"\xed\xa0\x80\"", "'utf-8' codec can't decode byte 0xed in position 1: invalid continuation byte"},
        {"\xc3", "Expecting value: line 1 column 1 (char 0)"},
        {"\"\xe2\x82", "Unterminated string starting at: line 1 column 1 (char 0)"},
        {"\xef\xbb\xbf{}", "Unexpected UTF-8 BOM (decode using utf-8-sig): line 1 column 1 (char 0)"},
    };
    site_body_t *body;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(site_body_read_json(pool, cases[i].text, strlen(cases[i].text), &body)->message,
                            apr_pstrcat(pool, "JSON parse error - ", cases[i].message, NULL));
}

static void reads_multipart(void **state) {
    site_body_t *body;

    (void)state;
    assert_null(
        multipart("preamble\r\n--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\none\r\ntwo\r\n"
                  "--XX\r\ncontent-disposition: form-data; name=file; filename=\"x;y.bin\"\r\n"
                  "Content-Transfer-Encoding: base64\r\n\r\nAAEC\r\n"
                  "--XX\r\nContent-Disposition: form-data; name=\"empty\"; filename=\"\"\r\n\r\n\r\n--XX--\r\nepilogue",
                  "XX", &body));
    assert_string_equal(site_body_value(body, "a")->text, "one\r\ntwo");
    assert_int_equal(site_body_value(body, "file")->kind, SITE_NODE_FILE);
    assert_int_equal(site_body_value(body, "file")->length, 3);
    assert_memory_equal(site_body_value(body, "file")->text, "\0\1\2", 3);
    assert_string_equal(site_body_value(body, "empty")->text, "");
    assert_null(multipart("--XX--\r\n", "XX", &body));
    assert_int_equal(body->root->items->nelts, 0);
    assert_null(multipart("--XX\r\nContent-Disposition: form-data; name=\"cut\"\r\n\r\nshort", "XX", &body));
    assert_string_equal(site_body_value(body, "cut")->text, "short");
    assert_string_equal(multipart("x", NULL, &body)->message,
                        "Multipart form parse error - Invalid boundary in multipart: None");
}

/* What is kept of a body that comes in pieces of `piece` bytes, when room is made after each. */
static const char *without_files(const char *text, apr_size_t length, apr_size_t piece, const char *type) {
    char *kept = apr_pcalloc(pool, length + 1);
    apr_size_t used = 0, at;

    for (at = 0; at < length; at += piece) {
        apr_size_t taken = length - at < piece ? length - at : piece;

        memcpy(kept + used, text + at, taken);
        used += taken;
        site_body_drop_files(pool, kept, &used, type);
    }
    kept[used] = '\0';
    return kept;
}

static void drops_files_of_large_forms(void **state) {
    static const char type[] = "multipart/form-data; boundary=XX";
    static const char first[] = "--XX\r\n" DISPOSITION("a") "\r\none\r\n--XX\r\n" DISPOSITION("f; filename=x") "\r\n";
    static const char last[] = "\r\n--XX\r\n" DISPOSITION("b") "\r\ntwo\r\n--XX--\r\n";
    char *text = apr_palloc(pool, sizeof first + sizeof last + 5000), *at = text;
    apr_size_t piece, length;

    (void)state;
    at = (char *)memcpy(at, first, sizeof first - 1) + sizeof first - 1;
    at = (char *)memset(at, '-', 5000) + 5000;
    at = (char *)memcpy(at, last, sizeof last - 1) + sizeof last - 1;
    length = (apr_size_t)(at - text);
    for (piece = 1; piece <= length; piece += piece < 100 ? 1 : 997) {
        const char *kept = without_files(text, length, piece, type);
        site_body_t *body;

        assert_true(strlen(kept) < sizeof first + sizeof last + 10);
        assert_null(site_body_read_multipart(pool, kept, strlen(kept), type, &body));
        assert_int_equal(body->root->items->nelts, 3);
        assert_string_equal(site_body_value(body, "a")->text, "one");
        assert_int_equal(site_body_value(body, "f")->kind, SITE_NODE_FILE);
        assert_string_equal(site_body_value(body, "b")->text, "two");
    }
    assert_string_equal(without_files("a=1&b=2", 7, 3, "application/x-www-form-urlencoded"), "a=1&b=2");
    assert_string_equal(without_files("--XX\r\n", 6, 6, "multipart/form-data"), "--XX\r\n");
}

static void finds_whole_fields(void **state) {
    static const char type[] = "multipart/form-data; boundary=XX";
    static const char text[] = "--XX\r\n" DISPOSITION("a") "\r\none\r\n--XX\r\n" DISPOSITION("b") "\r\ntw";

    (void)state;
    assert_int_equal(site_body_whole(pool, text, sizeof text - 1, type), strstr(text + 4, "--XX") + 4 - text);
    assert_int_equal(site_body_whole(pool, "none", 4, type), 0);
    assert_int_equal(site_body_whole(pool, "a=1&b=2", 7, "application/x-www-form-urlencoded"), 4);
    assert_int_equal(site_body_whole(pool, "a=1", 3, "application/x-www-form-urlencoded"), 0);
}

static int setup(void **state) {
    (void)state;
    apr_initialize();
    return apr_pool_create(&pool, NULL) != APR_SUCCESS;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_json),
        cmocka_unit_test(tells_mistakes_as_python_does),
        cmocka_unit_test(has_limits),
        cmocka_unit_test(forms_have_limits),
        cmocka_unit_test(sees_what_no_column_takes),
        cmocka_unit_test(reads_forms),
        cmocka_unit_test(reads_multipart),
        cmocka_unit_test(reads_multipart_as_django_does),
        cmocka_unit_test(drops_files_of_large_forms),
        cmocka_unit_test(finds_whole_fields),
        cmocka_unit_test(reads_latin1),
        cmocka_unit_test(knows_python_strings),
        cmocka_unit_test(decodes_as_python_does),
        cmocka_unit_test(finds_names_that_are_there_twice),
    };

    return cmocka_run_group_tests(tests, setup, NULL);
}
