/* The digest, by the test vectors of its authors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/digest.h"
#include "unit/fixture.h"

#include <string.h>

/* Of the bytes 0, 1, 2 ... and so many of them, by the key 0, 1, ... 15. */
static const struct {
    apr_size_t length;
    unsigned char digest[SITE_DIGEST_SIZE];
} vectors[] = {
    {0, {0xa3, 0x81, 0x7f, 0x04, 0xba, 0x25, 0xa8, 0xe6, 0x6d, 0xf6, 0x72, 0x14, 0xc7, 0x55, 0x02, 0x93}},
    {1, {0xda, 0x87, 0xc1, 0xd8, 0x6b, 0x99, 0xaf, 0x44, 0x34, 0x76, 0x59, 0x11, 0x9b, 0x22, 0xfc, 0x45}},
    {2, {0x81, 0x77, 0x22, 0x8d, 0xa4, 0xa4, 0x5d, 0xc7, 0xfc, 0xa3, 0x8b, 0xde, 0xf6, 0x0a, 0xff, 0xe4}},
    {8, {0x3b, 0x62, 0xa9, 0xba, 0x62, 0x58, 0xf5, 0x61, 0x0f, 0x83, 0xe2, 0x64, 0xf3, 0x14, 0x97, 0xb4}},
};

static void fits_the_vectors(void **state) {
    unsigned char key[SITE_DIGEST_SIZE], digest[SITE_DIGEST_SIZE];
    char data[64];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof key; i++)
        key[i] = (unsigned char)i;
    for (i = 0; i < sizeof data; i++)
        data[i] = (char)i;
    for (i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        site_digest_bytes(digest, key, data, vectors[i].length);
        assert_memory_equal(digest, vectors[i].digest, sizeof digest);
    }
}

static void tells_bytes_apart(void **state) {
    const char *one = site_digest(fixture_pool, "a row of some length", 20);

    (void)state;
    assert_int_equal(strlen(one), 32);
    assert_int_equal(strspn(one, "0123456789abcdef"), 32);
    assert_string_equal(site_digest(fixture_pool, "a row of some length", 20), one);
    assert_string_not_equal(site_digest(fixture_pool, "a row of some length", 19), one);
    assert_string_not_equal(site_digest(fixture_pool, "a row of some lengti", 20), one);
    assert_string_not_equal(site_digest(fixture_pool, "", 0), site_digest(fixture_pool, "\0", 1));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(fits_the_vectors), cmocka_unit_test(tells_bytes_apart)};

    return cmocka_run_group_tests(tests, fixture_setup, NULL);
}
