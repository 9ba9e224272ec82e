#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/rate.h"

#include <string.h>

static void reads_rates(void **state) {
    static const struct {
        const char *text;
        int limit, seconds;
    } good[] = {
        {"5/s", 5, 1}, {"100/min", 100, 60}, {"1/m", 1, 60}, {"1000/hour", 1000, 3600}, {"10000/d", 10000, 86400}};
    static const char *const bad[] = {
        "", "5", "/s", "0/s", "5/", "5/x", "5/s5", "-1/s", "10001/s", "5 /s", "99999999999999999999/s"};
    site_rate_t rate;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(site_rate_read(good[i].text, &rate));
        assert_int_equal(rate.limit, good[i].limit);
        assert_int_equal(rate.period, apr_time_from_sec(good[i].seconds));
    }
    for (i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(site_rate_read(bad[i], &rate));
}

static void slides(void **state) {
    static union {
        site_rate_log_t log;
        char room[sizeof(site_rate_log_t) + 3 * sizeof(apr_time_t)];
    } memory;
    site_rate_t rate = {3, 1000};
    apr_time_t times[] = {100, 400, 700};
    int i;

    (void)state;
    for (i = 0; i < 3; i++) {
        assert_int_equal(site_rate_wait(&memory.log, &rate, times[i]), 0);
        site_rate_note(&memory.log, &rate, times[i]);
    }
    assert_int_equal(site_rate_wait(&memory.log, &rate, 800), 300);
    assert_int_equal(site_rate_wait(&memory.log, &rate, 1099), 1);
    assert_int_equal(site_rate_wait(&memory.log, &rate, 1100), 0);
    site_rate_note(&memory.log, &rate, 1100);
    assert_int_equal(site_rate_wait(&memory.log, &rate, 1100), 300);
    assert_int_equal(site_rate_wait(&memory.log, &rate, 5000), 0);
}

/* Up to three at a time; which of them counted is known afterwards. */
static void takes_back(void **state) {
    static union {
        site_rate_log_t log;
        char room[sizeof(site_rate_log_t) + 3 * sizeof(apr_time_t)];
    } memory;
    site_rate_t rate = {3, 1000};
    apr_time_t first, second, third;

    (void)state;
    first = site_rate_reserve(&memory.log, &rate, 100);
    second = site_rate_reserve(&memory.log, &rate, 100);
    assert_int_equal(site_rate_wait(&memory.log, &rate, 102), 0);
    third = site_rate_reserve(&memory.log, &rate, 200);
    assert_true(first < second && second < third);
    assert_true(site_rate_wait(&memory.log, &rate, 210) > 0);
    assert_true(site_rate_is_pending(&memory.log, &rate, 1));
    assert_false(site_rate_is_pending(&memory.log, &rate, 300));

    /* The one in the middle was right: there is room for one more, and no more. */
    site_rate_settle(&memory.log, &rate, second, 0);
    assert_int_equal(site_rate_wait(&memory.log, &rate, 210), 0);
    site_rate_settle(&memory.log, &rate, first, 1);
    site_rate_settle(&memory.log, &rate, third, 1);
    assert_false(site_rate_is_pending(&memory.log, &rate, 1));
    site_rate_settle(&memory.log, &rate, second, 0); /* is none any more */
    site_rate_note(&memory.log, &rate, 301);
    assert_false(site_rate_is_pending(&memory.log, &rate, 1));
    assert_int_equal(site_rate_wait(&memory.log, &rate, 400), 700); /* the first one's period */
    assert_int_equal(site_rate_wait(&memory.log, &rate, 1100), 0);
    site_rate_note(&memory.log, &rate, 1100);
    assert_int_equal(site_rate_wait(&memory.log, &rate, 1100), 100); /* the third one's */
}

static void takes_back_the_only_one(void **state) {
    static union {
        site_rate_log_t log;
        char room[sizeof(site_rate_log_t) + sizeof(apr_time_t)];
    } memory;
    site_rate_t rate = {1, 1000};
    apr_time_t only = site_rate_reserve(&memory.log, &rate, 100);

    (void)state;
    assert_true(site_rate_wait(&memory.log, &rate, 200) > 0);
    site_rate_settle(&memory.log, &rate, only, 0);
    assert_int_equal(site_rate_wait(&memory.log, &rate, 200), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(reads_rates), cmocka_unit_test(slides),
                                       cmocka_unit_test(takes_back), cmocka_unit_test(takes_back_the_only_one)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
