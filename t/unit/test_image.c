/* Pictures, told by their first bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/image.h"

#include <stdio.h>
#include <string.h>

/* What begins so, and is long enough. */
static const char *type_of(const char *digits) {
    char text[128];

    memset(text, '0', sizeof text);
    memcpy(text, "\\x", 2);
    memcpy(text + 2, digits, strlen(digits));
    return site_image_type(text, 66);
}

static void knows_pictures(void **state) {
    (void)state;
    assert_string_equal(type_of("89504e470d0a1a0a"), "image/png");
    assert_string_equal(type_of("ffd8ffe0"), "image/jpeg");
    assert_string_equal(type_of("474946383961"), "image/gif");
    assert_string_equal(type_of("5249464601020304574542505650"), "image/webp");
    assert_string_equal(type_of("0000001c6674797061766966"), "image/avif");
}

static void knows_nothing_else(void **state) {
    (void)state;
    assert_null(type_of("3c73766720786d6c6e73"));       /* <svg xmlns */
    assert_null(type_of("52494646010203045741564566")); /* a sound */
    assert_null(site_image_type("\\x89504e470d0a1a0a", 18));
    assert_null(site_image_type("89504e470d0a1a0a89504e470d0a1a0a89504e470d0a1a0a89504e47", 56));
    assert_null(site_image_type("", 0));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(knows_pictures), cmocka_unit_test(knows_nothing_else)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
