/* Connections and statements, against a real PostgreSQL (see database.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "database.h"
#include "db/batch.h"
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MANY = 40 }; /* statements of a batch */

static apr_pool_t *pool;
static const char *schema;

static const site_session_t plain = {.time_zone = "Europe/Berlin", .statement_timeout = 2000, .prepared_statements = 4};
static const site_session_t pooler = {.time_zone = "Europe/Berlin", .statement_timeout = 2000};

/* A connection and the pool of one "request". */
typedef struct bench_t {
    apr_pool_t *pool;
    PGconn *native;
    site_connection_t *connection;
} bench_t;

static bench_t open_bench(const site_session_t *session) {
    bench_t bench;

    apr_pool_create(&bench.pool, pool);
    bench.native = database_connect();
    bench.connection = site_connection_of(bench.native);
    assert_non_null(bench.connection);
    assert_null(site_connection_ready(bench.pool, bench.connection, session));
    return bench;
}

static void close_bench(bench_t *bench) {
    apr_pool_destroy(bench->pool);
    PQfinish(bench->native);
}

static void assert_usable(const bench_t *bench) {
    assert_int_equal(PQstatus(bench->native), CONNECTION_OK);
    assert_int_equal(PQtransactionStatus(bench->native), PQTRANS_IDLE);
    assert_int_equal(PQpipelineStatus(bench->native), PQ_PIPELINE_OFF);
    assert_true(site_connection_settle(bench->connection));
}

/* Runs one statement with at most one parameter and returns the first value. */
static const char *ask(const bench_t *bench, const char *text, const char *value) {
    const site_statement_t statement = {.text = text, .count = value ? 1 : 0, .values = &value};
    PGresult *result;
    site_diagnosis_t diagnosis;
    site_error_t *error = site_execute_batch(bench->pool, bench->connection, &statement, 1, &result, &diagnosis);

    if (error)
        fail_msg("%s: %s %s", text, diagnosis.sqlstate, diagnosis.message);
    assert_null(diagnosis.message);
    assert_usable(bench);
    return PQgetvalue(result, 0, 0);
}

static site_error_t *ask_wrong(const bench_t *bench, const char *text, site_diagnosis_t *diagnosis) {
    const site_statement_t statement = {.text = text};
    PGresult *result;
    site_error_t *error = site_execute_batch(bench->pool, bench->connection, &statement, 1, &result, diagnosis);

    assert_non_null(error);
    assert_null(result);
    assert_non_null(diagnosis->message);
    return error;
}

static void kill_backend(const bench_t *bench) {
    int waited;

    database_number(apr_psprintf(pool, "SELECT pg_terminate_backend(%d)::int", PQbackendPID(bench->native)));
    for (waited = 0; waited < 500; waited++) {
        if (!database_number(apr_psprintf(pool, "SELECT count(*) FROM pg_stat_activity WHERE pid = %d",
                                          PQbackendPID(bench->native))))
            return;
        apr_sleep(10000);
    }
    fail_msg("the backend lives on");
}

static void settings_are_those_of_the_session(void **state) {
    const site_session_t *const sessions[] = {&plain, &pooler};
    int i;

    (void)state;
    for (i = 0; i < 2; i++) {
        bench_t bench = open_bench(sessions[i]);

        assert_string_equal(ask(&bench, "SELECT current_setting('TimeZone')", NULL), "Europe/Berlin");
        assert_string_equal(ask(&bench, "SELECT current_setting('DateStyle')", NULL), "ISO, YMD");
        assert_string_equal(ask(&bench, "SELECT current_setting('statement_timeout')", NULL), "2s");
        assert_string_equal(ask(&bench, "SELECT current_setting('client_encoding')", NULL), "UTF8");
        assert_string_equal(ask(&bench, "SELECT interval '1 day 2 hours'::text", NULL), "1 day 02:00:00");
        assert_string_equal(ask(&bench, "SELECT '\\x00ff'::bytea", NULL), "\\x00ff");
        assert_string_equal(ask(&bench, "SELECT 0.1::float4", NULL), "0.1");
        close_bench(&bench);
    }
}

static void nothing_is_left_behind_for_a_pooler(void **state) {
    bench_t bench = open_bench(&pooler);
    PGresult *result;

    (void)state;
    ask(&bench, "SELECT 1", NULL);
    result =
        PQexec(bench.native,
               "SELECT source, (SELECT count(*) FROM pg_prepared_statements) FROM pg_settings WHERE name = 'TimeZone'");
    assert_string_not_equal(PQgetvalue(result, 0, 0), "session");
    assert_string_equal(PQgetvalue(result, 0, 1), "0");
    PQclear(result);
    close_bench(&bench);
}

static void another_session_is_sent_again(void **state) {
    site_session_t other = plain;
    bench_t bench = open_bench(&plain);

    (void)state;
    other.time_zone = apr_pstrdup(bench.pool, "Asia/Tokyo");
    other.statement_timeout = 0;
    assert_null(site_connection_ready(bench.pool, bench.connection, &other));
    assert_string_equal(ask(&bench, "SELECT current_setting('TimeZone')", NULL), "Asia/Tokyo");
    assert_string_equal(ask(&bench, "SELECT current_setting('statement_timeout')", NULL), "0");
    assert_null(site_connection_ready(bench.pool, bench.connection, &pooler));
    assert_string_equal(ask(&bench, "SELECT current_setting('TimeZone')", NULL), "Europe/Berlin");
    assert_null(site_connection_ready(bench.pool, bench.connection, &other));
    assert_string_equal(ask(&bench, "SELECT current_setting('TimeZone')", NULL), "Asia/Tokyo");
    close_bench(&bench);
}

static void a_bad_time_zone_is_refused(void **state) {
    site_session_t wrong = plain;
    bench_t bench = open_bench(&plain);
    site_error_t *error;

    (void)state;
    wrong.time_zone = "Mars/Olympus";
    error = site_connection_ready(bench.pool, bench.connection, &wrong);
    assert_non_null(error);
    assert_int_equal(error->status, 503);
    assert_string_equal(error->code, "misconfigured");
    assert_null(site_connection_ready(bench.pool, bench.connection, &plain));
    assert_usable(&bench);
    close_bench(&bench);
}

static void settings_come_back_after_a_reset(void **state) {
    bench_t bench = open_bench(&plain);

    (void)state;
    ask(&bench, "SELECT 1", NULL);
    PQreset(bench.native); /* as mod_dbd does it, without asking us */
    assert_string_equal(ask(&bench, "SELECT current_setting('TimeZone')", NULL), "Europe/Berlin");
    assert_string_equal(ask(&bench, "SELECT 1", NULL), "1");
    close_bench(&bench);
}

static void operators_of_extensions_are_found(void **state) {
    int made = database_try("CREATE EXTENSION citext");
    bench_t bench;

    (void)state;
    if (!database_number("SELECT count(*) FROM pg_extension WHERE extname = 'citext'"))
        skip();
    bench = open_bench(&plain);
    database_run("CREATE TABLE words AS SELECT 'Word'::citext AS word");
    assert_string_equal(
        ask(&bench, apr_psprintf(pool, "SELECT count(*) FROM %s.words WHERE word = $1", schema), "wORD"), "1");
    if (made)
        database_run("DROP EXTENSION citext CASCADE");
    close_bench(&bench);
}

static void statements_are_prepared_once_and_evicted(void **state) {
    static const char count[] = "SELECT count(*) FROM pg_prepared_statements";
    bench_t bench = open_bench(&plain);
    int i;

    (void)state;
    for (i = 0; i < 20; i++)
        assert_string_equal(ask(&bench, "SELECT $1::text", apr_itoa(pool, i)), apr_itoa(pool, i));
    assert_string_equal(ask(&bench, count, NULL), "2");
    for (i = 0; i < 20; i++) {
        ask(&bench, apr_psprintf(pool, "SELECT %d", i), NULL);
        ask(&bench, "SELECT $1::text", "x");
    }
    assert_string_equal(ask(&bench, count, NULL), "4");
    /* What is asked for all the time has never been put out. */
    assert_string_equal(
        ask(&bench, "SELECT name FROM pg_prepared_statements WHERE statement = 'SELECT $1::text'", NULL), "s1");
    close_bench(&bench);
}

static void a_batch_is_one_round_trip_of_many(void **state) {
    const char *value = "7";
    bench_t bench = open_bench(&plain);
    site_batch_t batch = site_batch_make(bench.pool);
    int i, turn;

    (void)state;
    /* More different ones than the cache holds, and one twice. */
    for (turn = 0; turn < 3; turn++) {
        for (i = 0; i < MANY; i++) {
            const site_sql_t sql = {apr_psprintf(pool, "SELECT %d, $1::int FROM generate_series(1, %d)", i / 2, i / 2),
                                    1, &value};

            assert_int_equal(site_batch_add(&batch, &sql), i);
        }
        assert_null(site_batch_run(&batch, bench.connection, 0, NULL));
        assert_int_equal(batch.count, 0);
        assert_usable(&bench);
        for (i = 0; i < MANY; i++) {
            assert_int_equal(PQntuples(batch.results[i]), i / 2);
            if (i > 1)
                assert_string_equal(PQgetvalue(batch.results[i], 0, 0), apr_itoa(pool, i / 2));
        }
    }
    assert_true(atoi(ask(&bench, "SELECT count(*) FROM pg_prepared_statements", NULL)) <= 4);
    close_bench(&bench);
}

/* What a batch was run for stays while another one is collected in it, however much longer that one is. */
static void a_batch_grows_and_keeps_its_results(void **state) {
    static const site_sql_t one = {"SELECT 1", 0, NULL};
    bench_t bench = open_bench(&pooler);
    site_batch_t batch = site_batch_make(bench.pool);
    int count, i;

    (void)state;
    assert_null(site_batch_run(&batch, bench.connection, 0, NULL)); /* an empty one */
    for (count = 1; count <= MANY; count++) {
        site_batch_add(&batch, &one);
        assert_null(site_batch_run(&batch, bench.connection, 0, NULL));
        for (i = 0; i < count; i++)
            assert_int_equal(site_batch_add(&batch, &one), i);
        assert_string_equal(PQgetvalue(batch.results[0], 0, 0), "1");
        assert_null(site_batch_run(&batch, bench.connection, 0, NULL));
        for (i = 0; i < count; i++)
            assert_string_equal(PQgetvalue(batch.results[i], 0, 0), "1");
    }
    assert_usable(&bench);
    close_bench(&bench);
}

static void null_is_told_from_the_empty_text(void **state) {
    const char *values[] = {NULL, ""};
    const site_statement_t statement = {"SELECT $1::text, $2::text", 2, values};
    PGresult *result;
    bench_t bench = open_bench(&plain);

    (void)state;
    assert_null(site_execute_batch(bench.pool, bench.connection, &statement, 1, &result, NULL));
    assert_true(PQgetisnull(result, 0, 0));
    assert_false(PQgetisnull(result, 0, 1));
    close_bench(&bench);
}

static void an_error_in_the_middle_spoils_all_and_no_more(void **state) {
    static const char *const wrong[] = {"SELECT * FROM no_such_table", "SELECT 1 / (SELECT 0)", "SELECT 'x'::int",
                                        "not SQL"};
    static const site_session_t *const sessions[] = {&plain, &pooler};
    site_diagnosis_t diagnosis;
    int i, k;

    (void)state;
    for (k = 0; k < 2; k++) {
        bench_t bench = open_bench(sessions[k]);

        for (i = 0; i < 4; i++) {
            const site_statement_t statements[] = {{"SELECT 1", 0, NULL}, {wrong[i], 0, NULL}, {"SELECT 3", 0, NULL}};
            PGresult *results[3];
            site_error_t *error = site_execute_batch(bench.pool, bench.connection, statements, 3, results, &diagnosis);

            assert_non_null(error);
            assert_null(results[0]);
            assert_null(results[2]);
            assert_int_equal(strlen(diagnosis.sqlstate), 5);
            assert_usable(&bench);
            assert_string_equal(ask(&bench, "SELECT 3", NULL), "3");
        }
        close_bench(&bench);
    }
}

static void diagnoses_name_what_the_server_named(void **state) {
    site_diagnosis_t diagnosis;
    bench_t bench = open_bench(&plain);
    site_error_t *error;

    (void)state;
    error = ask_wrong(&bench, "SELECT no_such_column FROM pg_class", &diagnosis);
    assert_string_equal(diagnosis.sqlstate, "42703");
    assert_string_equal(error->code, "stale_catalog");
    assert_non_null(strstr(diagnosis.message, "no_such_column"));
    database_run("CREATE TABLE checked (a int CONSTRAINT positive CHECK (a > 0))");
    ask_wrong(&bench, apr_psprintf(pool, "INSERT INTO %s.checked VALUES (-1)", schema), &diagnosis);
    assert_string_equal(diagnosis.sqlstate, "23514");
    assert_string_equal(diagnosis.constraint, "positive");
    assert_string_equal(diagnosis.table, "checked");
    close_bench(&bench);
}

/* Nobody has the memory for the last of them: it has to be cancelled while it arrives. */
static void a_result_beyond_the_limit_is_refused(void **state) {
    static const char *const texts[] = {"SELECT 1", "SELECT repeat('x', 200000)",
                                        "SELECT repeat('x', 100) FROM generate_series(1, 5000)",
                                        "SELECT generate_series(1, 1000000000), repeat('x', 1000)"};
    bench_t bench = open_bench(&plain);
    size_t i;

    (void)state;
    for (i = 0; i < sizeof texts / sizeof *texts; i++) {
        const site_statement_t statement = {texts[i], 0, NULL};
        site_diagnosis_t diagnosis;
        PGresult *result;
        site_error_t *error;

        site_connection_limit(bench.connection, 150000);
        error = site_execute_batch(bench.pool, bench.connection, &statement, 1, &result, &diagnosis);
        if (i == 0) {
            assert_null(error);
            continue;
        }
        assert_non_null(error);
        assert_int_equal(error->status, 400);
        assert_string_equal(error->code, "answer_too_large");
        assert_null(result);
        site_connection_limit(bench.connection, 0);
        assert_usable(&bench);
    }
    assert_int_equal(strlen(ask(&bench, texts[1], NULL)), 200000);
    close_bench(&bench);
}

static void a_slow_query_is_a_timeout(void **state) {
    site_session_t hasty = plain;
    site_diagnosis_t diagnosis;
    bench_t bench;

    (void)state;
    hasty.statement_timeout = 50;
    bench = open_bench(&hasty);
    assert_string_equal(ask_wrong(&bench, "SELECT pg_sleep(5)", &diagnosis)->code, "query_timeout");
    assert_usable(&bench);
    hasty.prepared_statements = 0;
    assert_null(site_connection_ready(bench.pool, bench.connection, &hasty));
    assert_string_equal(ask_wrong(&bench, "SELECT pg_sleep(5)", &diagnosis)->code, "query_timeout");
    assert_usable(&bench);
    close_bench(&bench);
}

static void a_killed_backend_costs_a_retry(void **state) {
    const site_session_t *const sessions[] = {&plain, &pooler};
    int i;

    (void)state;
    for (i = 0; i < 2; i++) {
        bench_t bench = open_bench(sessions[i]);

        ask(&bench, "SELECT 1", NULL);
        kill_backend(&bench);
        assert_string_equal(ask(&bench, "SELECT current_setting('TimeZone')", NULL), "Europe/Berlin");
        kill_backend(&bench);
        assert_null(site_connection_ready(bench.pool, bench.connection, sessions[i]));
        assert_string_equal(ask(&bench, "SELECT 1", NULL), "1");
        close_bench(&bench);
    }
}

static void a_statement_that_kills_its_backend_is_not_tried_for_ever(void **state) {
    site_diagnosis_t diagnosis;
    bench_t bench = open_bench(&plain);
    site_error_t *error;

    (void)state;
    error = ask_wrong(&bench, "SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(1)", &diagnosis);
    assert_int_equal(error->status, 503);
    assert_int_equal(error->retry_after, 5);
    assert_true(site_connection_lost(bench.connection));
    assert_false(site_connection_settle(bench.connection));
    /* The next borrower gets a living one. */
    assert_null(site_connection_ready(bench.pool, bench.connection, &plain));
    assert_string_equal(ask(&bench, "SELECT 1", NULL), "1");
    close_bench(&bench);
}

static void an_unreachable_server_is_503(void **state) {
    PGconn *native = PQconnectdb("host=127.0.0.1 port=1 connect_timeout=3 dbname=none");
    site_connection_t *connection = site_connection_of(native);
    site_error_t *error;

    (void)state;
    assert_non_null(connection);
    error = site_connection_ready(pool, connection, &plain);
    assert_int_equal(error->status, 503);
    assert_int_equal(error->retry_after, 5);
    assert_true(site_connection_lost(connection));
    PQfinish(native);
}

static void a_stale_plan_is_made_again(void **state) {
    const char *text = apr_psprintf(pool, "SELECT * FROM %s.changing", schema);
    bench_t bench = open_bench(&plain);
    const site_statement_t statement = {.text = text};
    PGresult *result;

    (void)state;
    database_run("CREATE TABLE changing AS SELECT 1 AS a");
    ask(&bench, text, NULL);
    database_run("ALTER TABLE changing ADD b int");
    assert_null(site_execute_batch(bench.pool, bench.connection, &statement, 1, &result, NULL));
    assert_int_equal(PQnfields(result), 2);
    /* Statements that vanished without our knowing, as behind a pooler that discards. */
    PQclear(PQexec(bench.native, "DEALLOCATE ALL"));
    ask(&bench, text, NULL);
    /* An eviction that fails for the same reason. */
    PQclear(PQexec(bench.native, "DEALLOCATE ALL"));
    ask(&bench, "SELECT 1", NULL);
    ask(&bench, "SELECT 2", NULL);
    ask(&bench, "SELECT 3", NULL);
    ask(&bench, "SELECT 4", NULL);
    assert_string_equal(ask(&bench, "SELECT count(*) <= 4 FROM pg_prepared_statements", NULL), "t");
    close_bench(&bench);
}

static void single_row_mode_does_not_leak_into_a_batch(void **state) {
    bench_t bench = open_bench(&plain);
    PGresult *result;

    (void)state;
    assert_true(PQsendQuery(bench.native, "SELECT generate_series(1, 3)"));
    assert_true(PQsetSingleRowMode(bench.native));
    while ((result = PQgetResult(bench.native)) != NULL)
        PQclear(result);
    assert_string_equal(ask(&bench, "SELECT 'whole' FROM generate_series(1, 3)", NULL), "whole");
    close_bench(&bench);
}

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
    const site_session_t *const sessions[] = {&plain, &pooler};
    int i;

    (void)state;
    for (i = 0; i < 2; i++) {
        bench_t bench = open_bench(sessions[i]);
        stream_t stream = {0};
        apr_uint64_t rows;

        assert_null(site_execute_stream(bench.pool, bench.connection, &statement, 0, add_row, &stream, &rows, NULL));
        assert_int_equal(rows, 10000);
        assert_int_equal(stream.sum, 50005000);
        assert_usable(&bench);
        assert_null(site_execute_stream(bench.pool, bench.connection, &nothing, 0, add_row, &stream, &rows, NULL));
        assert_int_equal(rows, 0);
        assert_string_equal(ask(&bench, "SELECT 'whole' FROM generate_series(1, 3)", NULL), "whole");
        close_bench(&bench);
    }
}

static void a_stopped_stream_leaves_the_connection_idle(void **state) {
    const site_statement_t statement = {.text = "SELECT generate_series(1, 100000000), repeat('x', 1000)"};
    bench_t bench = open_bench(&plain);
    long stop;

    (void)state;
    for (stop = 1; stop <= 1000; stop *= 10) {
        stream_t stream = {.stop_at = stop};
        apr_uint64_t rows;

        assert_null(site_execute_stream(bench.pool, bench.connection, &statement, 0, add_row, &stream, &rows, NULL));
        assert_int_equal(rows, stop);
        assert_usable(&bench);
        assert_string_equal(ask(&bench, "SELECT 'whole' FROM generate_series(1, 3)", NULL), "whole");
    }
    close_bench(&bench);
}

static void a_stream_tells_where_it_broke(void **state) {
    const site_statement_t late = {.text = "SELECT 1 / (5000 - i) FROM generate_series(1, 10000) i"};
    const site_statement_t early = {.text = "SELECT no_such_column"};
    const site_statement_t deadly = {
        .text = "SELECT CASE WHEN i = 5000 THEN pg_terminate_backend(pg_backend_pid())::int END, repeat('x', 100)"
                " FROM generate_series(1, 10000) i"};
    bench_t bench = open_bench(&plain);
    stream_t stream = {0};
    site_diagnosis_t diagnosis;
    apr_uint64_t rows;

    (void)state;
    assert_non_null(site_execute_stream(bench.pool, bench.connection, &late, 0, add_row, &stream, &rows, &diagnosis));
    assert_string_equal(diagnosis.sqlstate, "22012");
    assert_int_equal(rows, 4999);
    assert_usable(&bench);
    assert_non_null(site_execute_stream(bench.pool, bench.connection, &early, 0, add_row, &stream, &rows, &diagnosis));
    assert_int_equal(rows, 0);
    assert_usable(&bench);
    /* No second try once rows went out. */
    stream.seen = 0;
    assert_int_equal(
        site_execute_stream(bench.pool, bench.connection, &deadly, 0, add_row, &stream, &rows, &diagnosis)->status,
        503);
    assert_true(rows > 0 && rows <= 5000);
    assert_int_equal(stream.seen, rows);
    assert_null(site_connection_ready(bench.pool, bench.connection, &plain));
    assert_string_equal(ask(&bench, "SELECT 1", NULL), "1");
    close_bench(&bench);
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
    site_session_t hasty = plain;
    stream_t stream = {0};
    site_diagnosis_t diagnosis;
    apr_uint64_t rows;
    bench_t bench;

    (void)state;
    hasty.statement_timeout = 1000;
    bench = open_bench(&hasty);
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
    assert_usable(&bench);
    assert_string_equal(ask(&bench, "SELECT current_setting('statement_timeout')", NULL), "1s");
    close_bench(&bench);
}

static void a_stream_retries_before_its_first_row(void **state) {
    const site_statement_t statement = {.text = "SELECT generate_series(1, 10)"};
    bench_t bench = open_bench(&plain);
    stream_t stream = {0};
    apr_uint64_t rows;

    (void)state;
    kill_backend(&bench);
    assert_null(site_execute_stream(bench.pool, bench.connection, &statement, 0, add_row, &stream, &rows, NULL));
    assert_int_equal(stream.sum, 55);
    close_bench(&bench);
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
    site_session_t patient = plain;
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
    bench = open_bench(&patient);
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
        assert_usable(&bench);
        assert_string_equal(ask(&bench, "SELECT 'next'", NULL), "next");
    }
    close_bench(&bench);
}

static void time_and_work_are_limited(void **state) {
    site_session_t patient = plain;
    site_diagnosis_t diagnosis;
    bench_t bench;

    (void)state;
    patient.statement_timeout = 50000;
    bench = open_bench(&patient);
    site_connection_end_at(bench.connection, site_clock_in(50));
    assert_string_equal(ask_wrong(&bench, "SELECT pg_sleep(60)", &diagnosis)->code, "query_timeout");
    assert_int_equal(site_connection_stopped(bench.connection), SITE_STOP_TIME);
    assert_string_equal(ask_wrong(&bench, "SELECT 1", &diagnosis)->code, "query_timeout");
    site_connection_forget_caller(bench.connection);
    assert_string_equal(ask(&bench, "SELECT 1", NULL), "1");

    site_connection_limit_work(bench.connection, 2000);
    apr_sleep(APR_TIME_C(2100000)); /* what the caller does meanwhile is not PostgreSQL's work */
    assert_string_equal(ask(&bench, "SELECT 1", NULL), "1");
    assert_string_equal(ask_wrong(&bench, "SELECT pg_sleep(60)", &diagnosis)->code, "query_timeout");
    assert_int_equal(site_connection_stopped(bench.connection), SITE_STOP_WORK);
    assert_string_equal(ask_wrong(&bench, "SELECT 1", &diagnosis)->code, "query_timeout");
    site_connection_forget_caller(bench.connection);
    assert_usable(&bench);
    assert_string_equal(ask(&bench, "SELECT 1", NULL), "1");
    close_bench(&bench);
}

/* PostgreSQL forgets a cancel request between two statements: the next one has to be cancelled again. */
static void a_pipeline_of_short_statements_is_cancelled(void **state) {
    site_statement_t statements[MANY];
    PGresult *results[MANY];
    site_diagnosis_t diagnosis;
    bench_t bench = open_bench(&plain);
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
    assert_usable(&bench);
    close_bench(&bench);
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
    site_session_t hasty = plain;
    bench_t bench;
    site_error_t *error;

    (void)state;
    bench = open_bench(&plain);
    error = site_transact(bench.pool, bench.connection, 0, try_in_vain, &quick, NULL);
    assert_int_equal(error->status, 503);
    assert_int_equal(quick.count, 5);
    hasty.statement_timeout = 1000;
    assert_null(site_connection_ready(bench.pool, bench.connection, &hasty));
    error = site_transact(bench.pool, bench.connection, 0, try_in_vain, &slow, NULL);
    assert_int_equal(error->status, 503);
    assert_in_range(slow.count, 1, 2);
    /* The next one has all of its time again. */
    assert_string_equal(ask(&bench, "SELECT 1 FROM pg_sleep(0.4)", NULL), "1");
    assert_usable(&bench);
    close_bench(&bench);
}

static void settling_undoes_what_others_left(void **state) {
    bench_t bench = open_bench(&plain);

    (void)state;
    PQclear(PQexec(bench.native, "BEGIN"));
    assert_true(site_connection_settle(bench.connection));
    PQclear(PQexec(bench.native, "BEGIN; SELECT 1 / 0"));
    assert_true(site_connection_settle(bench.connection));
    assert_true(PQsendQuery(bench.native, "SELECT pg_sleep(60)"));
    assert_true(site_connection_settle(bench.connection));
    assert_usable(&bench);
    assert_true(PQenterPipelineMode(bench.native));
    assert_true(PQsendQueryParams(bench.native, "SELECT pg_sleep(60)", 0, NULL, NULL, NULL, NULL, 0));
    assert_true(PQpipelineSync(bench.native));
    assert_true(site_connection_settle(bench.connection));
    assert_usable(&bench);
    assert_string_equal(ask(&bench, "SELECT 1", NULL), "1");
    close_bench(&bench);
}

/* Parameters and answers that fill both sides' socket buffers at once. */
static void large_batches_do_not_lock_up(void **state) {
    apr_size_t length = 4 * 1024 * 1024;
    char *value = apr_palloc(pool, length + 1);
    const char *values[1];
    site_statement_t statements[8];
    PGresult *results[8];
    bench_t bench = open_bench(&plain);
    int i;

    (void)state;
    memset(value, 'x', length);
    value[length] = '\0';
    values[0] = value;
    for (i = 0; i < 8; i++)
        statements[i] = (site_statement_t){"SELECT $1::text", 1, values};
    assert_null(site_execute_batch(bench.pool, bench.connection, statements, 8, results, NULL));
    for (i = 0; i < 8; i++)
        assert_int_equal(PQgetlength(results[i], 0, 0), length);
    close_bench(&bench);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_are_those_of_the_session),
        cmocka_unit_test(nothing_is_left_behind_for_a_pooler),
        cmocka_unit_test(another_session_is_sent_again),
        cmocka_unit_test(a_bad_time_zone_is_refused),
        cmocka_unit_test(settings_come_back_after_a_reset),
        cmocka_unit_test(operators_of_extensions_are_found),
        cmocka_unit_test(statements_are_prepared_once_and_evicted),
        cmocka_unit_test(a_batch_is_one_round_trip_of_many),
        cmocka_unit_test(a_batch_grows_and_keeps_its_results),
        cmocka_unit_test(null_is_told_from_the_empty_text),
        cmocka_unit_test(an_error_in_the_middle_spoils_all_and_no_more),
        cmocka_unit_test(diagnoses_name_what_the_server_named),
        cmocka_unit_test(a_result_beyond_the_limit_is_refused),
        cmocka_unit_test(a_slow_query_is_a_timeout),
        cmocka_unit_test(a_killed_backend_costs_a_retry),
        cmocka_unit_test(a_statement_that_kills_its_backend_is_not_tried_for_ever),
        cmocka_unit_test(an_unreachable_server_is_503),
        cmocka_unit_test(a_stale_plan_is_made_again),
        cmocka_unit_test(single_row_mode_does_not_leak_into_a_batch),
        cmocka_unit_test(a_stream_sees_every_row),
        cmocka_unit_test(a_stopped_stream_leaves_the_connection_idle),
        cmocka_unit_test(a_stream_tells_where_it_broke),
        cmocka_unit_test(a_stream_has_limits_of_its_own),
        cmocka_unit_test(a_stream_retries_before_its_first_row),
        cmocka_unit_test(who_has_gone_waits_for_no_statement),
        cmocka_unit_test(time_and_work_are_limited),
        cmocka_unit_test(a_pipeline_of_short_statements_is_cancelled),
        cmocka_unit_test(attempts_have_the_time_of_one_statement),
        cmocka_unit_test(settling_undoes_what_others_left),
        cmocka_unit_test(large_batches_do_not_lock_up),
    };
    int failed = 0;

    schema = database_begin(&pool);
    if (schema)
        failed = cmocka_run_group_tests(tests, NULL, NULL);
    database_end();
    return failed;
}
