#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/body.h"

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

static void has_limits(void **state) {
    char deep[2 * SITE_BODY_DEPTH + 3];

    (void)state;
    memset(deep, '[', SITE_BODY_DEPTH);
    memset(deep + SITE_BODY_DEPTH, ']', SITE_BODY_DEPTH);
    deep[2 * SITE_BODY_DEPTH] = '\0';
    assert_int_equal(*json(deep), '[');
    memset(deep, '[', SITE_BODY_DEPTH + 1);
    assert_json(deep, "JSON parse error - Nested too deeply");
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
    const char *text = "a=1&b=x+%C3%A9&a=2&list[1]=q&list[0]=p&list[1]=r&list[x]=no";
    site_body_t *body;

    (void)state;
    assert_null(site_body_read_form(pool, text, strlen(text), &body));
    assert_true(body->form);
    assert_string_equal(site_body_value(body, "a")->text, "2");
    assert_string_equal(site_body_value(body, "b")->text, "x \xc3\xa9");
    assert_string_equal(joined(body, "a", 1), "1,2");
    assert_string_equal(joined(body, "list", 1), "p,r");
    assert_string_equal(joined(body, "list", 0), "");
}

static site_error_t *multipart(const char *text, const char *boundary, site_body_t **body) {
    return site_body_read_multipart(pool, text, strlen(text), boundary, body);
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
    assert_null(site_body_value(body, "empty"));
    assert_null(multipart("--XX--\r\n", "XX", &body));
    assert_int_equal(body->root->items->nelts, 0);
    assert_null(multipart("--XX\r\nContent-Disposition: form-data; name=\"cut\"\r\n\r\nshort", "XX", &body));
    assert_string_equal(site_body_value(body, "cut")->text, "short");
    assert_string_equal(multipart("x", NULL, &body)->message,
                        "Multipart form parse error - Invalid boundary in multipart: None");
}

static int setup(void **state) {
    (void)state;
    apr_initialize();
    return apr_pool_create(&pool, NULL) != APR_SUCCESS;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_json),  cmocka_unit_test(tells_mistakes_as_python_does),
        cmocka_unit_test(has_limits),  cmocka_unit_test(sees_what_no_column_takes),
        cmocka_unit_test(reads_forms), cmocka_unit_test(reads_multipart),
    };

    return cmocka_run_group_tests(tests, setup, NULL);
}
