/* How many passwords are compared and bodies read at a time, and by whose requests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "httpd/pace.h"

#include <pthread.h>

enum { THREADS = 64, SHARE = THREADS / 4, MANY = 1000 };

static const char *const addresses[] = {"1.1.", "2.2.", "3.3.", "4.4."};

static int start(void **state) {
    apr_pool_t *pool;

    apr_pool_create(&pool, NULL);
    site_pace_make(pool, THREADS);
    *state = pool;
    return 0;
}

static int end(void **state) {
    apr_pool_destroy(*state);
    return 0;
}

static site_admission_t admit(int address, site_stay_t *stay) {
    return site_pace_admit(SITE_PACE_COMPARE, addresses[address], 4, stay);
}

static site_admission_t admit_reader(int address, site_stay_t *stay) {
    return site_pace_admit(SITE_PACE_READ, addresses[address], 4, stay);
}

static void an_address_has_half_of_the_stays(void **state) {
    site_stay_t stays[2 * SHARE], more;
    int i;

    (void)state;
    for (i = 0; i < SHARE; i++)
        assert_int_equal(admit(0, &stays[i]), SITE_ADMITTED);
    assert_int_equal(admit(0, &more), SITE_BUSY_SELF);
    for (i = SHARE; i < 2 * SHARE; i++)
        assert_int_equal(admit(1, &stays[i]), SITE_ADMITTED);
    assert_int_equal(admit(2, &more), SITE_BUSY);
    site_pace_dismiss(&stays[0]);
    assert_int_equal(admit(2, &more), SITE_ADMITTED);
}

/* Clients at two addresses that send their bodies slowly. */
static void readers_leave_stays_to_others(void **state) {
    enum { READERS = THREADS / 8 };
    site_stay_t stays[READERS], more;
    int i;

    (void)state;
    for (i = 0; i < READERS / 2; i++)
        assert_int_equal(admit_reader(0, &stays[i]), SITE_ADMITTED);
    assert_int_equal(admit_reader(0, &more), SITE_BUSY_SELF);
    for (; i < READERS; i++)
        assert_int_equal(admit_reader(1, &stays[i]), SITE_ADMITTED);
    assert_int_equal(admit_reader(2, &more), SITE_BUSY);
    assert_int_equal(admit(2, &more), SITE_ADMITTED);
    assert_int_equal(admit(0, &more), SITE_ADMITTED);
    assert_int_equal(site_pace_admit(SITE_PACE_ARRIVE, addresses[0], 4, &more), SITE_ADMITTED);
    site_pace_dismiss(&stays[0]);
    assert_int_equal(admit_reader(2, &more), SITE_ADMITTED);
}

static void places_are_used_again(void **state) {
    site_stay_t stay;
    int i;

    (void)state;
    for (i = 0; i < MANY; i++) {
        assert_int_equal(site_pace_admit(SITE_PACE_COMPARE, &i, sizeof i, &stay), SITE_ADMITTED);
        site_pace_dismiss(&stay);
    }
}

static void *wait_for_a_turn(void *stay) {
    return site_pace_begin(stay) ? stay : NULL;
}

/* More than one address can have: the others wait, and a turn that ends is for one of them. */
static void an_address_leaves_turns_to_others(void **state) {
    site_stay_t stays[SHARE], other;
    pthread_t threads[SHARE];
    void *result;
    int i;

    (void)state;
    for (i = 0; i < SHARE; i++) {
        assert_int_equal(admit(0, &stays[i]), SITE_ADMITTED);
        assert_int_equal(pthread_create(&threads[i], NULL, wait_for_a_turn, &stays[i]), 0);
    }
    assert_int_equal(admit(1, &other), SITE_ADMITTED);
    assert_true(site_pace_begin(&other));
    site_pace_end(&other, 0);
    for (i = 0; i < SHARE; i++) {
        pthread_join(threads[i], &result);
        if (result)
            site_pace_end(&stays[i], 0);
        site_pace_dismiss(&stays[i]);
    }
    site_pace_dismiss(&other);
}

/* Whether a password was compared or not, and before any was. */
static void a_refusal_takes_half_a_second(void **state) {
    apr_time_t begin = apr_time_now();
    site_stay_t stay;

    (void)state;
    assert_int_equal(admit(0, &stay), SITE_ADMITTED);
    assert_true(site_pace_begin(&stay));
    site_pace_end(&stay, 0);
    site_pace_hide(&stay);
    assert_true(apr_time_now() - begin >= APR_TIME_C(500000));
    site_pace_dismiss(&stay);
}

static void a_refusal_takes_as_long_as_a_comparison(void **state) {
    apr_time_t begin = apr_time_now();
    site_stay_t stay;

    (void)state;
    assert_int_equal(admit(0, &stay), SITE_ADMITTED);
    assert_true(site_pace_begin(&stay));
    stay.started -= APR_TIME_C(800000);
    site_pace_end(&stay, 1);
    assert_true(site_pace_begin(&stay));
    site_pace_end(&stay, 0);
    site_pace_hide(&stay);
    assert_true(apr_time_now() - begin >= APR_TIME_C(800000));
    site_pace_dismiss(&stay);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_address_has_half_of_the_stays, start, end),
        cmocka_unit_test_setup_teardown(readers_leave_stays_to_others, start, end),
        cmocka_unit_test_setup_teardown(places_are_used_again, start, end),
        cmocka_unit_test_setup_teardown(an_address_leaves_turns_to_others, start, end),
        cmocka_unit_test_setup_teardown(a_refusal_takes_half_a_second, start, end),
        cmocka_unit_test_setup_teardown(a_refusal_takes_as_long_as_a_comparison, start, end),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
