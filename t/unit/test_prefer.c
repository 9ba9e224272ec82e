/* The Prefer header. */
#include "core/prefer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first. */
#include <cmocka.h>

static void finds_preferences(void **state) {
    (void)state;
    assert_true(site_prefers("handling=strict", "handling=strict"));
    assert_true(site_prefers("respond-async, Handling = \"strict\"; x=1", "handling=strict"));
    assert_true(site_prefers("return=minimal,handling=strict", "handling=strict"));
    assert_true(site_prefers("respond-async", "respond-async"));
}

static void is_not_content_with_less(void **state) {
    (void)state;
    assert_false(site_prefers(NULL, "handling=strict"));
    assert_false(site_prefers("", "handling=strict"));
    assert_false(site_prefers("handling=lenient", "handling=strict"));
    assert_false(site_prefers("handling", "handling=strict"));
    assert_false(site_prefers("handling=strictly", "handling=strict"));
    assert_false(site_prefers("xhandling=strict", "handling=strict"));
    assert_false(site_prefers("respond-async=1", "respond-async"));
    assert_false(site_prefers(",,,=", "handling=strict"));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(finds_preferences), cmocka_unit_test(is_not_content_with_less)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
