#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/share.h"

/* How many a client gets where others hold `others` of 16. */
static int most(site_share_t share, int others) {
    int own = 0;

    while (own + others < 16 && site_share_allows(&share, 16, own, others))
        own++;
    return own;
}

static void halves_what_others_leave(void **state) {
    site_share_t half = {50, 0};

    (void)state;
    assert_int_equal(most(half, 0), 8);
    assert_int_equal(most(half, 8), 4);
    assert_int_equal(most(half, 12), 2);
    assert_int_equal(most(half, 14), 1);
    assert_int_equal(most(half, 15), 1);
}

static void knows_numbers_and_none(void **state) {
    (void)state;
    assert_int_equal(most((site_share_t){0, 3}, 0), 3);
    assert_int_equal(most((site_share_t){0, 3}, 14), 2);
    assert_int_equal(most((site_share_t){0, 0}, 0), 16);
    assert_int_equal(most((site_share_t){100, 0}, 0), 16);
    /* Each may hold one. */
    assert_int_equal(most((site_share_t){1, 0}, 0), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(halves_what_others_leave),
        cmocka_unit_test(knows_numbers_and_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
