/* Waiting for one socket while another one is watched for its end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "db/wait.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SECOND APR_INT64_C(1000000)

enum { LONG = 30000 }; /* milliseconds: no load makes anything here last that long */

/* Both ends of the two connections that a server has. */
typedef struct bench_t {
    int database, database_end;
    int client, client_end;
    site_peer_t peer;
} bench_t;

/* By TCP: what is tested is what the kernel tells of it. */
static void connect_pair(int *near_end, int *far_end) {
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 1), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &length), 0);
    *far_end = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(*far_end, (struct sockaddr *)&address, sizeof address), 0);
    *near_end = accept(listener, NULL, NULL);
    assert_true(*near_end >= 0);
    close(listener);
}

static int set_up(void **state) {
    static bench_t bench;

    memset(&bench, 0, sizeof bench);
    connect_pair(&bench.database, &bench.database_end);
    connect_pair(&bench.client, &bench.client_end);
    bench.peer.socket = bench.client;
    *state = &bench;
    return 0;
}

static void close_end(int *end) {
    if (*end >= 0)
        close(*end);
    *end = -1;
}

static int tear_down(void **state) {
    bench_t *bench = *state;

    close_end(&bench->database);
    close_end(&bench->database_end);
    close_end(&bench->client);
    close_end(&bench->client_end);
    return 0;
}

static void say(int end, const char *text) {
    assert_int_equal(send(end, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

static void assert_hears(int end, const char *text) {
    char heard[64] = "";

    assert_int_equal(recv(end, heard, sizeof heard - 1, 0), strlen(text));
    assert_string_equal(heard, text);
}

static void input_ends_the_wait(void **state) {
    bench_t *bench = *state;

    say(bench->database_end, "row");
    assert_int_equal(site_wait(bench->database, NULL, SITE_FOR_EVER), SITE_WAKE_INPUT);
    assert_int_equal(site_wait(bench->database, &bench->peer, SITE_FOR_EVER), SITE_WAKE_INPUT);
    assert_hears(bench->database, "row");
    close_end(&bench->database_end);
    assert_int_equal(site_wait(bench->database, &bench->peer, SITE_FOR_EVER), SITE_WAKE_INPUT);
}

static void the_time_is_kept(void **state) {
    bench_t *bench = *state;
    apr_int64_t until = site_clock_in(60);

    assert_int_equal(site_wait(bench->database, &bench->peer, until), SITE_WAKE_LATE);
    assert_true(site_clock() >= until);
    assert_int_equal(site_wait(bench->database, &bench->peer, until), SITE_WAKE_LATE);
    say(bench->database_end, "row");
    assert_int_equal(site_wait(bench->database, &bench->peer, until), SITE_WAKE_INPUT);
}

static void a_reset_counts_at_once(void **state) {
    const struct linger hard = {.l_onoff = 1};
    bench_t *bench = *state;

    assert_int_equal(setsockopt(bench->client_end, SOL_SOCKET, SO_LINGER, &hard, sizeof hard), 0);
    close_end(&bench->client_end);
    assert_int_equal(site_wait(bench->database, &bench->peer, site_clock_in(LONG)), SITE_WAKE_GONE);
    assert_int_equal(bench->peer.ended, 0);
}

static void an_end_counts_after_a_moment(void **state) {
    bench_t *bench = *state;
    apr_int64_t begun = site_clock();

    close_end(&bench->client_end);
    assert_int_equal(site_wait(bench->database, &bench->peer, site_clock_in(LONG)), SITE_WAKE_GONE);
    assert_true(site_clock() - begun >= SECOND / 2);
    /* It stays so, also where there is input. */
    say(bench->database_end, "row");
    assert_int_equal(site_wait(bench->database, &bench->peer, SITE_FOR_EVER), SITE_WAKE_GONE);
}

static void who_only_sends_no_more_gets_an_answer(void **state) {
    bench_t *bench = *state;

    shutdown(bench->client_end, SHUT_WR);
    assert_int_equal(site_wait(bench->database, &bench->peer, site_clock_in(1)), SITE_WAKE_LATE);
    say(bench->database_end, "row");
    assert_int_equal(site_wait(bench->database, &bench->peer, SITE_FOR_EVER), SITE_WAKE_INPUT);
    say(bench->client, "answer");
    assert_hears(bench->client_end, "answer");
}

static void what_the_client_sends_stays_there(void **state) {
    bench_t *bench = *state;

    say(bench->client_end, "next request");
    assert_int_equal(site_wait(bench->database, &bench->peer, site_clock_in(20)), SITE_WAKE_LATE);
    close_end(&bench->client_end);
    assert_int_equal(site_wait(bench->database, &bench->peer, site_clock_in(LONG)), SITE_WAKE_GONE);
    assert_hears(bench->client, "next request");
}

static int third_time(const void *baton) {
    int *asked = *(int *const *)baton;

    return ++*asked == 3;
}

static void who_can_be_asked_is_asked(void **state) {
    bench_t *bench = *state;
    int asked = 0;
    int *counter = &asked;

    bench->peer.socket = -1;
    bench->peer.is_aborted = third_time;
    bench->peer.baton = &counter;
    assert_int_equal(site_wait(bench->database, &bench->peer, site_clock_in(LONG)), SITE_WAKE_GONE);
    assert_int_equal(asked, 3);
}

static void a_socket_that_is_none_is_not_watched(void **state) {
    bench_t *bench = *state;

    close_end(&bench->client);
    assert_int_equal(site_wait(bench->database, &bench->peer, site_clock_in(5)), SITE_WAKE_LATE);
    assert_int_equal(bench->peer.socket, -1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(input_ends_the_wait, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_time_is_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_reset_counts_at_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_end_counts_after_a_moment, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_only_sends_no_more_gets_an_answer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_the_client_sends_stays_there, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_can_be_asked_is_asked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_socket_that_is_none_is_not_watched, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
