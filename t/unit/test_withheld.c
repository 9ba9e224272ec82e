/* Which tables and columns look like something that nobody means to publish. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/withheld.h"

static int column(const char *name, site_kind_t kind) {
    site_column_t column = {.name = name, .type = {.kind = kind}};

    return site_withheld_column(&column);
}

static int table(const char *name) {
    site_table_t table = {.schema = "public", .name = name};

    return site_withheld_table(&table);
}

static void names_of_secrets(void **state) {
    static const char *const secrets[] = {
        "password",    "password_hash",  "passwordHash", "userPassword", "token",    "ACCESS_TOKEN", "authtoken",
        "csrfToken",   "client_secret",  "clientsecret", "hash",         "pw-salt",  "api_key",      "apiKey",
        "apikey",      "private_key",    "session_key",  "passwd",       "pwd2",     "_token_",      "tokenhash",
        "token_value", "tokenValue",     "tokenvalue",   "pwdhash",      "passHash", "pw",           "user_pass",
        "userPass",    "recovery_codes", "backupCode"};
    static const char *const others[] = {"name",        "hashtag", "geohash",       "tokenizer",   "key",
                                         "primary_key", "passage", "secure_name",   "salted_fish", "sha256",
                                         "access",      "",        "keyboard",      "api",         "api_base_key",
                                         "imagehash",   "pass",    "mountain_pass", "pass_name",   "power",
                                         "postal_code", "keyvalue"};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof secrets / sizeof *secrets; i++) {
        if (!column(secrets[i], SITE_KIND_TEXT))
            fail_msg("%s is not withheld", secrets[i]);
    }
    for (i = 0; i < sizeof others / sizeof *others; i++) {
        if (column(others[i], SITE_KIND_TEXT))
            fail_msg("%s is withheld", others[i]);
    }
}

static void values_that_can_be_secrets(void **state) {
    site_type_t text = {.kind = SITE_KIND_TEXT}, whole = {.kind = SITE_KIND_INT4};
    site_column_t tokens = {.name = "tokens", .type = {.kind = SITE_KIND_ARRAY, .element = &text}};

    (void)state;
    assert_true(column("token", SITE_KIND_BYTEA));
    assert_true(column("token", SITE_KIND_UUID));
    assert_true(column("secret", SITE_KIND_JSONB));
    assert_true(column("secret", SITE_KIND_OTHER));
    assert_true(column("token", SITE_KIND_BIT));
    assert_true(column("secret_words", SITE_KIND_TSVECTOR));
    assert_false(column("password_type", SITE_KIND_ENUM));
    assert_false(column("password_changed", SITE_KIND_TIMESTAMPTZ));
    assert_false(column("has_password", SITE_KIND_BOOLEAN));
    assert_false(column("token_count", SITE_KIND_INT4));
    assert_true(site_withheld_column(&tokens));
    tokens.type.element = &whole;
    assert_false(site_withheld_column(&tokens));
}

static void tables_of_django(void **state) {
    (void)state;
    assert_true(table("auth_user"));
    assert_true(table("auth_group_permissions"));
    assert_true(table("django_session"));
    assert_true(table("django_migrations"));
    assert_true(table("authtoken_token"));
    assert_true(table("oauth2_provider_accesstoken"));
    assert_true(table("mfa_authenticator"));
    assert_true(table("otp_email_emaildevice"));
    assert_true(table("usersessions_usersession"));
    assert_true(table("two_factor_phonedevice"));
    assert_false(table("author"));
    assert_false(table("auth_userbook"));
    assert_false(table("djangonauts"));
    assert_false(table("account"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_secrets),
        cmocka_unit_test(values_that_can_be_secrets),
        cmocka_unit_test(tables_of_django),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
