/* Streams of rows, and the limits of statements, against a real PostgreSQL (see database.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bench.h"
#include "database.h"
#include "db/batch.h"
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MANY = 40 }; /* statements of a batch */

/* Streams */

typedef struct stream_t {
    long sum;
    long stop_at; /* rows; 0: never */
    long seen;
} stream_t;

static int add_row(void *baton, const PGresult *row) {
    stream_t *stream = baton;

    assert_int_equal(PQntuples(row), 1);
    stream->sum += atol(PQgetvalue(row, 0, 0));
    return ++stream->seen == stream->stop_at;
}

static void a_stream_sees_every_row(void **state) {
    const site_statement_t statement = {.text = "SELECT generate_series(1, 10000), repeat('x', 100)"};
    const site_statement_t nothing = {.text = "SELECT 1 WHERE false"};
    const site_session_t *const sessions[] = {&bench_plain, &bench_pooler};
    int i;

    (void)state;
    for (i = 0; i < 2; i++) {
        bench_t bench = bench_open(sessions[i]);
        stream_t stream = {0};
        apr_uint64_t rows;

        assert_null(site_execute_stream(bench.pool, bench.connection, &statement, 0, add_row, &stream, &rows, NULL));
        assert_int_equal(rows, 10000);
        assert_int_equal(stream.sum, 50005000);
        bench_assert_usable(&bench);
        assert_null(site_execute_stream(bench.pool, bench.connection, &nothing, 0, add_row, &stream, &rows, NULL));
        assert_int_equal(rows, 0);
        assert_string_equal(bench_ask(&bench, "SELECT 'whole' FROM generate_series(1, 3)", NULL), "whole");
        bench_close(&bench);
    }
}

static void a_stopped_stream_leaves_the_connection_idle(void **state) {
    const site_statement_t statement = {.text = "SELECT generate_series(1, 100000000), repeat('x', 1000)"};
    bench_t bench = bench_open(&bench_plain);
    long stop;

    (void)state;
    for (stop = 1; stop <= 1000; stop *= 10) {
        stream_t stream = {.stop_at = stop};
        apr_uint64_t rows;

        assert_null(site_execute_stream(bench.pool, bench.connection, &statement, 0, add_row, &stream, &rows, NULL));
        assert_int_equal(rows, stop);
        bench_assert_usable(&bench);
        assert_string_equal(bench_ask(&bench, "SELECT 'whole' FROM generate_series(1, 3)", NULL), "whole");
    }
    bench_close(&bench);
}

static void a_stream_tells_where_it_broke(void **state) {
    const site_statement_t late = {.text = "SELECT 1 / (5000 - i) FROM generate_series(1, 10000) i"};
    const site_statement_t early = {.text = "SELECT no_such_column"};
    const site_statement_t deadly = {
        .text = "SELECT CASE WHEN i = 5000 THEN pg_terminate_backend(pg_backend_pid())::int END, repeat('x', 100)"
                " FROM generate_series(1, 10000) i"};
    bench_t bench = bench_open(&bench_plain);
    stream_t stream = {0};
    site_diagnosis_t diagnosis;
    apr_uint64_t rows;

    (void)state;
    assert_non_null(site_execute_stream(bench.pool, bench.connection, &late, 0, add_row, &stream, &rows, &diagnosis));
    assert_string_equal(diagnosis.sqlstate, "22012");
    assert_int_equal(rows, 4999);
    bench_assert_usable(&bench);
    assert_non_null(site_execute_stream(bench.pool, bench.connection, &early, 0, add_row, &stream, &rows, &diagnosis));
    assert_int_equal(rows, 0);
    bench_assert_usable(&bench);
    /* No second try once rows went out. */
    stream.seen = 0;
    assert_int_equal(
        site_execute_stream(bench.pool, bench.connection, &deadly, 0, add_row, &stream, &rows, &diagnosis)->status,
        503);
    assert_true(rows > 0 && rows <= 5000);
    assert_int_equal(stream.seen, rows);
    assert_null(site_connection_ready(bench.pool, bench.connection, &bench_plain));
    assert_string_equal(bench_ask(&bench, "SELECT 1", NULL), "1");
    bench_close(&bench);
}

static int add_row_slowly(void *baton, const PGresult *row) {
    apr_sleep(APR_TIME_C(30000));
    return add_row(baton, row);
}

/* What the caller takes is counted for the whole alone. */
static void a_stream_has_limits_of_its_own(void **state) {
    const site_statement_t statement = {.text = "SELECT generate_series(1, 100), repeat('x', 100)"};
    const site_statement_t endless = {.text = "SELECT generate_series(1, 1000000000), repeat('x', 100)"};
    const site_statement_t working = {.text = "SELECT pg_sleep(60), 1"};
    site_session_t hasty = bench_plain;
    stream_t stream = {0};
    site_diagnosis_t diagnosis;
    apr_uint64_t rows;
    bench_t bench;

    (void)state;
    hasty.statement_timeout = 1000;
    bench = bench_open(&hasty);
    site_connection_limit_work(bench.connection, 1000);
    assert_null(
        site_execute_stream(bench.pool, bench.connection, &statement, 60000, add_row_slowly, &stream, &rows, NULL));
    assert_int_equal(rows, 100);
    assert_non_null(
        site_execute_stream(bench.pool, bench.connection, &working, 60000, add_row, &stream, &rows, &diagnosis));
    assert_int_equal(site_connection_stopped(bench.connection), SITE_STOP_WORK);
    site_connection_forget_caller(bench.connection);
    assert_non_null(
        site_execute_stream(bench.pool, bench.connection, &endless, 200, add_row_slowly, &stream, &rows, &diagnosis));
    assert_string_equal(diagnosis.sqlstate, "57014");
    assert_in_range(rows, 0, 100);
    bench_assert_usable(&bench);
    assert_string_equal(bench_ask(&bench, "SELECT current_setting('statement_timeout')", NULL), "1s");
    bench_close(&bench);
}

static void a_stream_retries_before_its_first_row(void **state) {
    const site_statement_t statement = {.text = "SELECT generate_series(1, 10)"};
    bench_t bench = bench_open(&bench_plain);
    stream_t stream = {0};
    apr_uint64_t rows;

    (void)state;
    bench_kill(&bench);
    assert_null(site_execute_stream(bench.pool, bench.connection, &statement, 0, add_row, &stream, &rows, NULL));
    assert_int_equal(stream.sum, 55);
    bench_close(&bench);
}

/* Limits of a caller, and what they leave behind. */

/* The client's connection: one end of it, and the other as it is watched. */
static int open_client(site_peer_t *peer) {
    int ends[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    memset(peer, 0, sizeof *peer);
    peer->socket = ends[0];
    return ends[1];
}

static void who_has_gone_waits_for_no_statement(void **state) {
    static const site_statement_t statements[] = {{"SELECT 1", 0, NULL}, {"SELECT pg_sleep(60)", 0, NULL}};
    site_session_t patient = bench_plain;
    site_peer_t peer;
    site_diagnosis_t diagnosis;
    PGresult *results[2];
    site_error_t *error;
    apr_uint64_t rows;
    stream_t stream = {0};
    bench_t bench;
    int i;

    (void)state;
    patient.statement_timeout = 50000;
    bench = bench_open(&patient);
    for (i = 0; i < 2; i++) {
        close(open_client(&peer));
        site_connection_watch(bench.connection, &peer);
        error = i ? site_execute_stream(bench.pool, bench.connection, &statements[1], 0, add_row, &stream, &rows,
                                        &diagnosis)
                  : site_execute_batch(bench.pool, bench.connection, statements, 2, results, &diagnosis);
        assert_non_null(error);
        assert_int_equal(error->status, SITE_CLIENT_GONE);
        assert_int_equal(site_connection_stopped(bench.connection), SITE_STOP_CLIENT);
        /* No other one begins. */
        error = site_execute_batch(bench.pool, bench.connection, statements, 1, results, &diagnosis);
        assert_non_null(error);
        assert_string_equal(error->code, "client_gone");
        close(peer.socket);
        site_connection_forget_caller(bench.connection);
        bench_assert_usable(&bench);
        assert_string_equal(bench_ask(&bench, "SELECT 'next'", NULL), "next");
    }
    bench_close(&bench);
}

static void time_and_work_are_limited(void **state) {
    site_session_t patient = bench_plain;
    site_diagnosis_t diagnosis;
    bench_t bench;

    (void)state;
    patient.statement_timeout = 50000;
    bench = bench_open(&patient);
    site_connection_end_at(bench.connection, site_clock_in(50));
    assert_string_equal(bench_ask_wrong(&bench, "SELECT pg_sleep(60)", &diagnosis)->code, "query_timeout");
    assert_int_equal(site_connection_stopped(bench.connection), SITE_STOP_TIME);
    assert_string_equal(bench_ask_wrong(&bench, "SELECT 1", &diagnosis)->code, "query_timeout");
    site_connection_forget_caller(bench.connection);
    assert_string_equal(bench_ask(&bench, "SELECT 1", NULL), "1");

    site_connection_limit_work(bench.connection, 2000);
    apr_sleep(APR_TIME_C(2100000)); /* what the caller does meanwhile is not PostgreSQL's work */
    assert_string_equal(bench_ask(&bench, "SELECT 1", NULL), "1");
    assert_string_equal(bench_ask_wrong(&bench, "SELECT pg_sleep(60)", &diagnosis)->code, "query_timeout");
    assert_int_equal(site_connection_stopped(bench.connection), SITE_STOP_WORK);
    assert_string_equal(bench_ask_wrong(&bench, "SELECT 1", &diagnosis)->code, "query_timeout");
    site_connection_forget_caller(bench.connection);
    bench_assert_usable(&bench);
    assert_string_equal(bench_ask(&bench, "SELECT 1", NULL), "1");
    bench_close(&bench);
}

/* PostgreSQL forgets a cancel request between two statements: the next one has to be cancelled again. */
static void a_pipeline_of_short_statements_is_cancelled(void **state) {
    site_statement_t statements[MANY];
    PGresult *results[MANY];
    site_diagnosis_t diagnosis;
    bench_t bench = bench_open(&bench_plain);
    site_error_t *error;
    int i;

    (void)state;
    for (i = 0; i < MANY; i++)
        statements[i] = (site_statement_t){.text = "SELECT pg_sleep(1)"};
    site_connection_end_at(bench.connection, site_clock_in(100));
    error = site_execute_batch(bench.pool, bench.connection, statements, MANY, results, &diagnosis);
    assert_non_null(error);
    assert_string_equal(error->code, "query_timeout");
    site_connection_forget_caller(bench.connection);
    bench_assert_usable(&bench);
    bench_close(&bench);
}

typedef struct attempts_t {
    int count;
    const char *text;
} attempts_t;

static site_error_t *try_in_vain(void *baton, site_transaction_t *transaction) {
    attempts_t *attempts = baton;
    const site_statement_t statement = {.text = attempts->text};
    PGresult *result;

    attempts->count++;
    return site_transaction_run(transaction, &statement, 1, &result, 1);
}

static void attempts_have_the_time_of_one_statement(void **state) {
    attempts_t quick = {0, "DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$"};
    attempts_t slow = {0, "DO $$ BEGIN PERFORM pg_sleep(0.7); RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$"};
    site_session_t hasty = bench_plain;
    bench_t bench;
    site_error_t *error;

    (void)state;
    bench = bench_open(&bench_plain);
    error = site_transact(bench.pool, bench.connection, 0, try_in_vain, &quick, NULL);
    assert_int_equal(error->status, 503);
    assert_int_equal(quick.count, 5);
    hasty.statement_timeout = 1000;
    assert_null(site_connection_ready(bench.pool, bench.connection, &hasty));
    error = site_transact(bench.pool, bench.connection, 0, try_in_vain, &slow, NULL);
    assert_int_equal(error->status, 503);
    assert_in_range(slow.count, 1, 2);
    /* The next one has all of its time again. */
    assert_string_equal(bench_ask(&bench, "SELECT 1 FROM pg_sleep(0.4)", NULL), "1");
    bench_assert_usable(&bench);
    bench_close(&bench);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stream_sees_every_row),
        cmocka_unit_test(a_stopped_stream_leaves_the_connection_idle),
        cmocka_unit_test(a_stream_tells_where_it_broke),
        cmocka_unit_test(a_stream_has_limits_of_its_own),
        cmocka_unit_test(a_stream_retries_before_its_first_row),
        cmocka_unit_test(who_has_gone_waits_for_no_statement),
        cmocka_unit_test(time_and_work_are_limited),
        cmocka_unit_test(a_pipeline_of_short_statements_is_cancelled),
        cmocka_unit_test(attempts_have_the_time_of_one_statement),
    };
    const char *schema;
    int failed = 0;

    schema = database_begin(&bench_pool);
    if (schema)
        failed = cmocka_run_group_tests(tests, NULL, NULL);
    database_end();
    return failed;
}
