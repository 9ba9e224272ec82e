/* The gate in front of mod_dbd's pool: who may enter while connections fail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "httpd/gate.h"

#include <pthread.h>

#define SOON (apr_time_now() + APR_TIME_C(30000))
#define NOW apr_time_now()

static server_rec server;
static dbd_cfg_t config;
static ap_dbd_t connection;

static int start(void **state) {
    apr_pool_t *pool;

    apr_pool_create(&pool, NULL);
    site_gates_make(pool, &server);
    config.persist = 1;
    config.nmax = 3;
    config.exptime = 300;
    *state = pool;
    return 0;
}

static int end(void **state) {
    apr_pool_destroy(*state);
    return 0;
}

static ap_dbd_t *connects(apr_pool_t *pool, server_rec *s) {
    (void)s;
    site_gate_connected(pool, &config, &connection);
    return &connection;
}

/* Enters, and connects where the pass has the right to. */
static void connect_one(apr_pool_t *pool, site_pass_t *pass) {
    assert_int_equal(site_gate_enter(&server, NULL, pass, NOW), SITE_ENTRY_OPEN);
    assert_true(pass->connecting);
    assert_non_null(site_gate_open(pass, pool, &server, connects));
    site_gate_succeeded(pass);
}

static void fail_one(void) {
    site_pass_t pass;

    assert_int_equal(site_gate_enter(&server, NULL, &pass, NOW), SITE_ENTRY_OPEN);
    assert_true(pass.connecting);
    site_gate_failed(&pass);
    site_gate_leave(&pass, SITE_RETURN_NONE);
}

static void idle_connections_are_used_while_connecting_is_paused(void **state) {
    site_pass_t first, second;

    connect_one(*state, &first);
    fail_one();
    assert_int_equal(site_gate_enter(&server, NULL, &second, NOW), SITE_ENTRY_FULL);
    site_gate_leave(&first, SITE_RETURN_IDLE);
    assert_int_equal(site_gate_enter(&server, NULL, &second, NOW), SITE_ENTRY_OPEN);
    assert_false(second.connecting);
    /* It worked before the failure too, so the pause goes on. */
    site_gate_succeeded(&second);
    assert_int_equal(site_gate_enter(&server, NULL, &first, NOW), SITE_ENTRY_FULL);
    site_gate_leave(&second, SITE_RETURN_IDLE);
}

static void without_a_connection_a_failure_is_told_at_once(void **state) {
    apr_time_t begin = apr_time_now();
    site_pass_t pass;

    (void)state;
    fail_one();
    assert_int_equal(site_gate_enter(&server, NULL, &pass, begin + APR_TIME_C(60000000)), SITE_ENTRY_DOWN);
    assert_true(apr_time_now() - begin < APR_TIME_C(60000000));
}

static void a_request_waits_for_a_connection_that_is_out(void **state) {
    apr_time_t until = SOON;
    site_pass_t first, second;

    connect_one(*state, &first);
    fail_one();
    assert_int_equal(site_gate_enter(&server, NULL, &second, until), SITE_ENTRY_FULL);
    assert_true(apr_time_now() >= until);
}

static void connecting_goes_on_after_the_pause(void **state) {
    site_pass_t first, second;

    connect_one(*state, &first);
    fail_one();
    /* The first pause is half a second. */
    assert_int_equal(site_gate_enter(&server, NULL, &second, NOW + APR_TIME_C(60000000)), SITE_ENTRY_OPEN);
    assert_true(second.connecting);
}

/* mod_dbd hands out what was put back last. */
static void a_broken_connection_does_not_hide_one_that_works(void **state) {
    site_pass_t first, second, third;

    connect_one(*state, &first);
    connect_one(*state, &second);
    fail_one();
    site_gate_leave(&first, SITE_RETURN_IDLE);
    site_gate_leave(&second, SITE_RETURN_BROKEN);
    assert_int_equal(site_gate_enter(&server, NULL, &second, NOW), SITE_ENTRY_OPEN);
    assert_true(second.connecting);
    assert_int_equal(site_gate_enter(&server, NULL, &third, NOW), SITE_ENTRY_OPEN);
    assert_false(third.connecting);
    site_gate_failed(&second);
    site_gate_leave(&second, SITE_RETURN_NONE);
    /* One that is alone in the pool waits for the end of the pause. */
    site_gate_leave(&third, SITE_RETURN_BROKEN);
    assert_int_equal(site_gate_enter(&server, NULL, &third, NOW), SITE_ENTRY_DOWN);
}

static void no_more_than_the_limit_are_out(void **state) {
    site_pass_t passes[3], more;
    int i;

    for (i = 0; i < 3; i++)
        connect_one(*state, &passes[i]);
    assert_int_equal(site_gate_enter(&server, NULL, &more, SOON), SITE_ENTRY_FULL);
    site_gate_leave(&passes[1], SITE_RETURN_IDLE);
    assert_int_equal(site_gate_enter(&server, NULL, &more, NOW), SITE_ENTRY_OPEN);
    assert_false(more.connecting);
}

static const site_claim_t half_of_one = {"one", {50, 0}}, half_of_other = {"other", {50, 0}};

static void a_client_leaves_connections_to_others(void **state) {
    site_pass_t passes[2], other, own;

    connect_one(*state, &passes[0]);
    site_gate_leave(&passes[0], SITE_RETURN_IDLE);
    assert_int_equal(site_gate_enter(&server, &half_of_one, &passes[0], NOW), SITE_ENTRY_OPEN);
    /* Half of 3 is 2, as half of the last one is 1. */
    assert_int_equal(site_gate_enter(&server, &half_of_one, &passes[1], NOW), SITE_ENTRY_OPEN);
    assert_non_null(site_gate_open(&passes[1], *state, &server, connects));
    site_gate_succeeded(&passes[1]);
    assert_int_equal(site_gate_enter(&server, &half_of_one, &other, SOON), SITE_ENTRY_SHARE);
    assert_int_equal(site_gate_enter(&server, &half_of_other, &other, NOW), SITE_ENTRY_OPEN);
    site_gate_leave(&passes[0], SITE_RETURN_IDLE);
    /* What the other one holds is not counted: half of 2. */
    assert_int_equal(site_gate_enter(&server, &half_of_one, &own, NOW), SITE_ENTRY_SHARE);
    assert_int_equal(site_gate_enter(&server, NULL, &own, NOW), SITE_ENTRY_OPEN);
}

typedef struct waiting_t {
    const site_claim_t *claim;
    site_entry_t entry;
    site_pass_t pass;
} waiting_t;

static void *wait_long(void *data) {
    waiting_t *waiting = data;

    waiting->entry = site_gate_enter(&server, waiting->claim, &waiting->pass, NOW + APR_TIME_C(60000000));
    return NULL;
}

/* The connection that comes back is of no use to the client that has waited longest. */
static void a_wait_for_the_share_holds_up_no_other_client(void **state) {
    static const site_claim_t all = {"other", {100, 0}};
    waiting_t one = {.claim = &half_of_one}, other = {.claim = &half_of_other};
    site_pass_t own[2], others;
    pthread_t threads[2];
    int i;

    for (i = 0; i < 3; i++) {
        connect_one(*state, &others);
        site_gate_leave(&others, SITE_RETURN_BROKEN);
        assert_int_equal(site_gate_enter(&server, i < 2 ? &half_of_one : &all, i < 2 ? &own[i] : &others, NOW),
                         SITE_ENTRY_OPEN);
        site_gate_succeeded(i < 2 ? &own[i] : &others);
    }
    assert_int_equal(pthread_create(&threads[0], NULL, wait_long, &one), 0);
    apr_sleep(APR_TIME_C(20000));
    assert_int_equal(pthread_create(&threads[1], NULL, wait_long, &other), 0);
    apr_sleep(APR_TIME_C(20000));
    site_gate_leave(&others, SITE_RETURN_IDLE);
    pthread_join(threads[1], NULL);
    assert_int_equal(other.entry, SITE_ENTRY_OPEN);
    site_gate_leave(&own[0], SITE_RETURN_IDLE);
    site_gate_leave(&own[1], SITE_RETURN_IDLE);
    pthread_join(threads[0], NULL);
    assert_int_equal(one.entry, SITE_ENTRY_OPEN);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(idle_connections_are_used_while_connecting_is_paused, start, end),
        cmocka_unit_test_setup_teardown(without_a_connection_a_failure_is_told_at_once, start, end),
        cmocka_unit_test_setup_teardown(a_request_waits_for_a_connection_that_is_out, start, end),
        cmocka_unit_test_setup_teardown(connecting_goes_on_after_the_pause, start, end),
        cmocka_unit_test_setup_teardown(a_broken_connection_does_not_hide_one_that_works, start, end),
        cmocka_unit_test_setup_teardown(no_more_than_the_limit_are_out, start, end),
        cmocka_unit_test_setup_teardown(a_client_leaves_connections_to_others, start, end),
        cmocka_unit_test_setup_teardown(a_wait_for_the_share_holds_up_no_other_client, start, end),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
