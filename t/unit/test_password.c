#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/key.h"
#include "core/password.h"
#include "core/proof.h"

#include <apr_general.h>
#include <apr_strings.h>
#include <stdio.h>
#include <string.h>

static apr_pool_t *pool;

/* Made by Django's own hashers. */
static void knows_what_django_made(void **state) {
    static const char sha256[] = "pbkdf2_sha256$1000$salt$f3Mc0qjg7U56j3Tjz0z9XgaoBIEve2CfLaQAs5grFsA=";
    static const char sha1[] = "pbkdf2_sha1$1000$salt$2NbzBrlwoi5OfzxdyPRdHb4UJgQ=";

    (void)state;
    assert_int_equal(site_password_check(sha256, "pass\xc3\xa9"), SITE_PASSWORD_RIGHT);
    assert_int_equal(site_password_check(sha256, "pass"), SITE_PASSWORD_WRONG);
    assert_int_equal(site_password_check(sha256, ""), SITE_PASSWORD_WRONG);
    assert_int_equal(site_password_check(sha1, "pass\xc3\xa9"), SITE_PASSWORD_RIGHT);
    assert_int_equal(site_password_check(sha1, "x"), SITE_PASSWORD_WRONG);
}

static void refuses_the_rest(void **state) {
    static const char *const unknown[] = {"plain",
                                          "md5$salt$abc",
                                          "argon2$argon2id$v=19$m=102400,t=2,p=8$a$b",
                                          "pbkdf2_sha256$",
                                          "pbkdf2_sha256$x$salt$hash",
                                          "pbkdf2_sha256$0$salt$hash",
                                          "pbkdf2_sha256$99999999999$salt$hash",
                                          "pbkdf2_sha256$1000$salt",
                                          "pbkdf2_sha2567$1000$salt$hash"};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof unknown / sizeof *unknown; i++)
        assert_int_equal(site_password_check(unknown[i], "x"), SITE_PASSWORD_UNKNOWN);
    assert_int_equal(site_password_check("!abc", "abc"), SITE_PASSWORD_UNUSABLE);
    assert_int_equal(site_password_check("", ""), SITE_PASSWORD_UNUSABLE);
    assert_int_equal(site_password_check("pbkdf2_sha256$10$salt$", ""), SITE_PASSWORD_WRONG);
}

/* What was right is not computed again; what is wrong, each time. */
static void remembers_what_was_right(void **state) {
    static const char hash[] = "pbkdf2_sha256$1000$salt$f3Mc0qjg7U56j3Tjz0z9XgaoBIEve2CfLaQAs5grFsA=";
    char name[32];
    int i;

    (void)state;
    assert_false(site_proof_known("hash", "password"));
    site_proof_keep("hash", "password");
    assert_true(site_proof_known("hash", "password"));
    assert_false(site_proof_known("hash", "Password"));
    assert_false(site_proof_known("hashp", "assword"));
    assert_false(site_proof_known("", "hashpassword"));
    assert_int_equal(site_password_check(hash, "pass\xc3\xa9"), SITE_PASSWORD_RIGHT);
    assert_true(site_proof_known(hash, "pass\xc3\xa9"));
    assert_int_equal(site_password_check(hash, "pass\xc3\xa9"), SITE_PASSWORD_RIGHT);
    assert_int_equal(site_password_check(hash, "wrong"), SITE_PASSWORD_WRONG);
    assert_false(site_proof_known(hash, "wrong"));
    for (i = 0; i < 4096; i++) {
        snprintf(name, sizeof name, "%d", i);
        site_proof_keep(name, "x");
        assert_true(site_proof_known(name, "x"));
    }
    assert_false(site_proof_known("hash", "password")); /* there is only so much room */
}

static void makes_new_ones(void **state) {
    const char *one = site_password_make(pool, "secret"), *other = site_password_make(pool, "secret");

    (void)state;
    assert_non_null(one);
    assert_string_not_equal(one, other);
    assert_true(strncmp(one, "pbkdf2_sha256$720000$", 21) == 0);
    assert_int_equal(site_password_check(one, "secret"), SITE_PASSWORD_RIGHT);
    assert_int_equal(site_password_check(one, "Secret"), SITE_PASSWORD_WRONG);
}

static void makes_keys(void **state) {
    const char *one = site_key_make(pool, 32), *other = site_key_make(pool, 32);

    (void)state;
    assert_int_equal(strlen(one), 64);
    assert_string_not_equal(one, other);
    assert_null(site_key_make(pool, 1000));
    assert_string_equal(site_key_hash(pool, "abc"),
                        "\\xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    /* RFC 4231, case 2 */
    assert_string_equal(site_key_sign(pool, "Jefe", "what do ya want for nothing?"),
                        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    assert_true(site_key_same("abc", "abc"));
    assert_false(site_key_same("abc", "abd"));
    assert_false(site_key_same("abc", "ab"));
    assert_false(site_key_same(NULL, NULL));
}

static void masks_keys(void **state) {
    const char *key = site_key_make(pool, 32), *one = site_key_mask(pool, key), *other = site_key_mask(pool, key);
    char *changed = apr_pstrdup(pool, one);

    (void)state;
    assert_int_equal(strlen(one), 128);
    assert_string_not_equal(one, other);
    assert_string_equal(site_key_unmask(pool, one, 64), key);
    assert_string_equal(site_key_unmask(pool, other, 64), key);
    assert_string_equal(site_key_unmask(pool, key, 64), key);
    changed[127] = changed[127] == '0' ? '1' : '0';
    assert_string_not_equal(site_key_unmask(pool, changed, 64), key);
    changed[127] = 'g';
    assert_null(site_key_unmask(pool, changed, 64));
    assert_null(site_key_unmask(pool, "00", 64));
    assert_null(site_key_unmask(pool, "", 64));
    assert_null(site_key_unmask(pool, NULL, 64));
    assert_null(site_key_mask(pool, "not hexadecimal"));
    assert_null(site_key_mask(pool, ""));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(knows_what_django_made),
                                       cmocka_unit_test(refuses_the_rest),
                                       cmocka_unit_test(remembers_what_was_right),
                                       cmocka_unit_test(makes_new_ones),
                                       cmocka_unit_test(makes_keys),
                                       cmocka_unit_test(masks_keys)};
    int failed;

    apr_initialize();
    apr_pool_create(&pool, NULL);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    apr_pool_destroy(pool);
    apr_terminate();
    return failed;
}
