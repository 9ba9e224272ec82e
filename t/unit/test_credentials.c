#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/credentials.h"

#include <apr_general.h>
#include <string.h>

static apr_pool_t *pool;

static void knows_schemes(void **state) {
    (void)state;
    assert_true(site_credentials_is("Basic abc", "Basic"));
    assert_true(site_credentials_is("  bASIC", "Basic"));
    assert_false(site_credentials_is("Basics abc", "Basic"));
    assert_false(site_credentials_is("", "Basic"));
    assert_false(site_credentials_is(NULL, "Basic"));
}

static void reads_basic(void **state) {
    static const struct {
        const char *header, *user, *password;
    } good[] = {{"Basic ZWRpdG9yOmVkaXRvci1wdw==", "editor", "editor-pw"},
                {"basic \t ZWRpdG9yOmVkaXRvci1wdw==  ", "editor", "editor-pw"},
                {"Basic bm9jb2xvbg==", "nocolon", ""},
                {"Basic YTpiOmM=", "a", "b:c"},
                {"Basic YT!piOmM=", "a", "b:c"},    /* no digit of base64 */
                {"Basic YTpiOmM=YTpi", "a", "b:c"}, /* behind the padding */
                {"Basic !!!", "", ""},
                {"Basic w6k6w6k=", "\xc3\xa9", "\xc3\xa9"},
                {"Basic 6Trp", "\xc3\xa9", "\xc3\xa9"}}; /* latin-1 */
    const char *user;
    char *password;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof good / sizeof *good; i++) {
        assert_null(site_credentials_basic(pool, good[i].header, &user, &password));
        assert_string_equal(user, good[i].user);
        assert_string_equal(password, good[i].password);
    }
}

static void refuses(void **state) {
    static const struct {
        const char *header, *message;
    } bad[] = {{"Basic", "Invalid basic header. No credentials provided."},
               {"Basic  ", "Invalid basic header. No credentials provided."},
               {"Basic a b", "Invalid basic header. Credentials string should not contain spaces."},
               {"Basic abc", "Invalid basic header. Credentials not correctly base64 encoded."},
               {"Basic a", "Invalid basic header. Credentials not correctly base64 encoded."},
               {"Basic YQBiOmM=", "Invalid username/password."}}; /* a NUL */
    const char *user;
    char *password;
    site_error_t *error;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof bad / sizeof *bad; i++) {
        error = site_credentials_basic(pool, bad[i].header, &user, &password);
        assert_non_null(error);
        assert_int_equal(error->status, 401);
        assert_string_equal(error->message, bad[i].message);
    }
}

static void reads_tokens(void **state) {
    static const struct {
        const char *header, *token, *message;
    } cases[] = {{"Token abc", "abc", NULL},
                 {"bearer \t abc ", "abc", NULL},
                 {"Token \xc3\xa9", "\xc3\xa9", NULL},
                 {"Token", NULL, "Invalid token header. No credentials provided."},
                 {"Token a b", NULL, "Invalid token header. Token string should not contain spaces."},
                 {"Token \xff", NULL, "Invalid token header. Token string should not contain invalid characters."}};
    const char *token;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        site_error_t *error = site_credentials_token(pool, cases[i].header, &token);

        assert_int_equal(!error, !cases[i].message);
        if (error)
            assert_string_equal(error->message, cases[i].message);
        else
            assert_string_equal(token, cases[i].token);
    }
}

static void makes_names_utf8(void **state) {
    (void)state;
    assert_string_equal(site_credentials_name(pool, "\xc3\xa9"), "\xc3\xa9");
    assert_string_equal(site_credentials_name(pool, "\xe9"), "\xc3\xa9");
    assert_string_equal(site_credentials_name(pool, ""), "");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(knows_schemes), cmocka_unit_test(reads_basic),
                                       cmocka_unit_test(refuses), cmocka_unit_test(reads_tokens),
                                       cmocka_unit_test(makes_names_utf8)};
    int failed;

    apr_initialize();
    apr_pool_create(&pool, NULL);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    apr_pool_destroy(pool);
    apr_terminate();
    return failed;
}
