/* Spellings: which name was probably meant. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/spelling.h"

static const char *best_of(const char *wanted) {
    static const char *const names[] = {"title", "tile", "name", "names", "description", "a", "", "magnitude__lt"};
    site_spelling_t spelling;
    size_t i;

    site_spelling_begin(&spelling, wanted);
    for (i = 0; i < sizeof names / sizeof *names; i++)
        site_spelling_try(&spelling, names[i]);
    return spelling.best;
}

static void the_nearest_name_is_found(void **state) {
    (void)state;
    assert_string_equal(best_of("title"), "title");
    assert_string_equal(best_of("titel"), "title"); /* two letters swapped */
    assert_string_equal(best_of("titl"), "title");
    assert_string_equal(best_of("nmae"), "name");
    assert_string_equal(best_of("namesx"), "names");
    assert_string_equal(best_of("descripton"), "description");
    assert_string_equal(best_of("magnitude__tl"), "magnitude__lt");
    assert_string_equal(best_of("magnitude_lt"), "magnitude__lt");
}

static void what_is_too_far_away_is_not(void **state) {
    (void)state;
    assert_null(best_of("xyz"));
    assert_null(best_of("elephant"));
    assert_null(best_of("0123456789012345678901234567890123456789012345678901234567890123456789"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_nearest_name_is_found),
        cmocka_unit_test(what_is_too_far_away_is_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
