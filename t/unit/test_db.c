/* Connections and statements, against a real PostgreSQL (see database.h). */
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

static const char *schema;

static void settings_are_those_of_the_session(void **state) {
    const site_session_t *const sessions[] = {&bench_plain, &bench_pooler};
    int i;

    (void)state;
    for (i = 0; i < 2; i++) {
        bench_t bench = bench_open(sessions[i]);

        assert_string_equal(bench_ask(&bench, "SELECT current_setting('TimeZone')", NULL), "Europe/Berlin");
        assert_string_equal(bench_ask(&bench, "SELECT current_setting('DateStyle')", NULL), "ISO, YMD");
        assert_string_equal(bench_ask(&bench, "SELECT current_setting('statement_timeout')", NULL), "2s");
        assert_string_equal(bench_ask(&bench, "SELECT current_setting('client_encoding')", NULL), "UTF8");
        assert_string_equal(bench_ask(&bench, "SELECT interval '1 day 2 hours'::text", NULL), "1 day 02:00:00");
        assert_string_equal(bench_ask(&bench, "SELECT '\\x00ff'::bytea", NULL), "\\x00ff");
        assert_string_equal(bench_ask(&bench, "SELECT 0.1::float4", NULL), "0.1");
        bench_close(&bench);
    }
}

static void nothing_is_left_behind_for_a_pooler(void **state) {
    bench_t bench = bench_open(&bench_pooler);
    PGresult *result;

    (void)state;
    bench_ask(&bench, "SELECT 1", NULL);
    result =
        PQexec(bench.native,
               "SELECT source, (SELECT count(*) FROM pg_prepared_statements) FROM pg_settings WHERE name = 'TimeZone'");
    assert_string_not_equal(PQgetvalue(result, 0, 0), "session");
    assert_string_equal(PQgetvalue(result, 0, 1), "0");
    PQclear(result);
    bench_close(&bench);
}

static void another_session_is_sent_again(void **state) {
    site_session_t other = bench_plain;
    bench_t bench = bench_open(&bench_plain);

    (void)state;
    other.time_zone = apr_pstrdup(bench.pool, "Asia/Tokyo");
    other.statement_timeout = 0;
    assert_null(site_connection_ready(bench.pool, bench.connection, &other));
    assert_string_equal(bench_ask(&bench, "SELECT current_setting('TimeZone')", NULL), "Asia/Tokyo");
    assert_string_equal(bench_ask(&bench, "SELECT current_setting('statement_timeout')", NULL), "0");
    assert_null(site_connection_ready(bench.pool, bench.connection, &bench_pooler));
    assert_string_equal(bench_ask(&bench, "SELECT current_setting('TimeZone')", NULL), "Europe/Berlin");
    assert_null(site_connection_ready(bench.pool, bench.connection, &other));
    assert_string_equal(bench_ask(&bench, "SELECT current_setting('TimeZone')", NULL), "Asia/Tokyo");
    bench_close(&bench);
}

static void a_bad_time_zone_is_refused(void **state) {
    site_session_t wrong = bench_plain;
    bench_t bench = bench_open(&bench_plain);
    site_error_t *error;

    (void)state;
    wrong.time_zone = "Mars/Olympus";
    error = site_connection_ready(bench.pool, bench.connection, &wrong);
    assert_non_null(error);
    assert_int_equal(error->status, 503);
    assert_string_equal(error->code, "misconfigured");
    assert_null(site_connection_ready(bench.pool, bench.connection, &bench_plain));
    bench_assert_usable(&bench);
    bench_close(&bench);
}

static void settings_come_back_after_a_reset(void **state) {
    bench_t bench = bench_open(&bench_plain);

    (void)state;
    bench_ask(&bench, "SELECT 1", NULL);
    PQreset(bench.native); /* as mod_dbd does it, without asking us */
    assert_string_equal(bench_ask(&bench, "SELECT current_setting('TimeZone')", NULL), "Europe/Berlin");
    assert_string_equal(bench_ask(&bench, "SELECT 1", NULL), "1");
    bench_close(&bench);
}

static void operators_of_extensions_are_found(void **state) {
    int made = database_try("CREATE EXTENSION citext");
    bench_t bench;

    (void)state;
    if (!database_number("SELECT count(*) FROM pg_extension WHERE extname = 'citext'"))
        skip();
    bench = bench_open(&bench_plain);
    database_run("CREATE TABLE words AS SELECT 'Word'::citext AS word");
    assert_string_equal(
        bench_ask(&bench, apr_psprintf(bench_pool, "SELECT count(*) FROM %s.words WHERE word = $1", schema), "wORD"),
        "1");
    if (made)
        database_run("DROP EXTENSION citext CASCADE");
    bench_close(&bench);
}

static void statements_are_prepared_once_and_evicted(void **state) {
    static const char count[] = "SELECT count(*) FROM pg_prepared_statements";
    bench_t bench = bench_open(&bench_plain);
    int i;

    (void)state;
    for (i = 0; i < 20; i++)
        assert_string_equal(bench_ask(&bench, "SELECT $1::text", apr_itoa(bench_pool, i)), apr_itoa(bench_pool, i));
    assert_string_equal(bench_ask(&bench, count, NULL), "2");
    for (i = 0; i < 20; i++) {
        bench_ask(&bench, apr_psprintf(bench_pool, "SELECT %d", i), NULL);
        bench_ask(&bench, "SELECT $1::text", "x");
    }
    assert_string_equal(bench_ask(&bench, count, NULL), "4");
    /* What is asked for all the time has never been put out. */
    assert_string_equal(
        bench_ask(&bench, "SELECT name FROM pg_prepared_statements WHERE statement = 'SELECT $1::text'", NULL), "s1");
    bench_close(&bench);
}

static void a_batch_is_one_round_trip_of_many(void **state) {
    const char *value = "7";
    bench_t bench = bench_open(&bench_plain);
    site_batch_t batch = site_batch_make(bench.pool);
    int i, turn;

    (void)state;
    /* More different ones than the cache holds, and one twice. */
    for (turn = 0; turn < 3; turn++) {
        for (i = 0; i < MANY; i++) {
            const site_sql_t sql = {
                apr_psprintf(bench_pool, "SELECT %d, $1::int FROM generate_series(1, %d)", i / 2, i / 2), 1, &value};

            assert_int_equal(site_batch_add(&batch, &sql), i);
        }
        assert_null(site_batch_run(&batch, bench.connection, 0, NULL));
        assert_int_equal(batch.count, 0);
        bench_assert_usable(&bench);
        for (i = 0; i < MANY; i++) {
            assert_int_equal(PQntuples(batch.results[i]), i / 2);
            if (i > 1)
                assert_string_equal(PQgetvalue(batch.results[i], 0, 0), apr_itoa(bench_pool, i / 2));
        }
    }
    assert_true(atoi(bench_ask(&bench, "SELECT count(*) FROM pg_prepared_statements", NULL)) <= 4);
    bench_close(&bench);
}

/* What a batch was run for stays while another one is collected in it, however much longer that one is. */
static void a_batch_grows_and_keeps_its_results(void **state) {
    static const site_sql_t one = {"SELECT 1", 0, NULL};
    bench_t bench = bench_open(&bench_pooler);
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
    bench_assert_usable(&bench);
    bench_close(&bench);
}

static void null_is_told_from_the_empty_text(void **state) {
    const char *values[] = {NULL, ""};
    const site_statement_t statement = {"SELECT $1::text, $2::text", 2, values};
    PGresult *result;
    bench_t bench = bench_open(&bench_plain);

    (void)state;
    assert_null(site_execute_batch(bench.pool, bench.connection, &statement, 1, &result, NULL));
    assert_true(PQgetisnull(result, 0, 0));
    assert_false(PQgetisnull(result, 0, 1));
    bench_close(&bench);
}

static void an_error_in_the_middle_spoils_all_and_no_more(void **state) {
    static const char *const wrong[] = {"SELECT * FROM no_such_table", "SELECT 1 / (SELECT 0)", "SELECT 'x'::int",
                                        "not SQL"};
    static const site_session_t *const sessions[] = {&bench_plain, &bench_pooler};
    site_diagnosis_t diagnosis;
    int i, k;

    (void)state;
    for (k = 0; k < 2; k++) {
        bench_t bench = bench_open(sessions[k]);

        for (i = 0; i < 4; i++) {
            const site_statement_t statements[] = {{"SELECT 1", 0, NULL}, {wrong[i], 0, NULL}, {"SELECT 3", 0, NULL}};
            PGresult *results[3];
            site_error_t *error = site_execute_batch(bench.pool, bench.connection, statements, 3, results, &diagnosis);

            assert_non_null(error);
            assert_null(results[0]);
            assert_null(results[2]);
            assert_int_equal(strlen(diagnosis.sqlstate), 5);
            bench_assert_usable(&bench);
            assert_string_equal(bench_ask(&bench, "SELECT 3", NULL), "3");
        }
        bench_close(&bench);
    }
}

static void diagnoses_name_what_the_server_named(void **state) {
    site_diagnosis_t diagnosis;
    bench_t bench = bench_open(&bench_plain);
    site_error_t *error;

    (void)state;
    error = bench_ask_wrong(&bench, "SELECT no_such_column FROM pg_class", &diagnosis);
    assert_string_equal(diagnosis.sqlstate, "42703");
    assert_string_equal(error->code, "stale_catalog");
    assert_non_null(strstr(diagnosis.message, "no_such_column"));
    database_run("CREATE TABLE checked (a int CONSTRAINT positive CHECK (a > 0))");
    bench_ask_wrong(&bench, apr_psprintf(bench_pool, "INSERT INTO %s.checked VALUES (-1)", schema), &diagnosis);
    assert_string_equal(diagnosis.sqlstate, "23514");
    assert_string_equal(diagnosis.constraint, "positive");
    assert_string_equal(diagnosis.table, "checked");
    bench_close(&bench);
}

/* Nobody has the memory for the last of them: it has to be cancelled while it arrives. */
static void a_result_beyond_the_limit_is_refused(void **state) {
    static const char *const texts[] = {"SELECT 1", "SELECT repeat('x', 200000)",
                                        "SELECT repeat('x', 100) FROM generate_series(1, 5000)",
                                        "SELECT generate_series(1, 1000000000), repeat('x', 1000)"};
    bench_t bench = bench_open(&bench_plain);
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
        bench_assert_usable(&bench);
    }
    assert_int_equal(strlen(bench_ask(&bench, texts[1], NULL)), 200000);
    bench_close(&bench);
}

static void a_slow_query_is_a_timeout(void **state) {
    site_session_t hasty = bench_plain;
    site_diagnosis_t diagnosis;
    bench_t bench;

    (void)state;
    hasty.statement_timeout = 50;
    bench = bench_open(&hasty);
    assert_string_equal(bench_ask_wrong(&bench, "SELECT pg_sleep(5)", &diagnosis)->code, "query_timeout");
    bench_assert_usable(&bench);
    hasty.prepared_statements = 0;
    assert_null(site_connection_ready(bench.pool, bench.connection, &hasty));
    assert_string_equal(bench_ask_wrong(&bench, "SELECT pg_sleep(5)", &diagnosis)->code, "query_timeout");
    bench_assert_usable(&bench);
    bench_close(&bench);
}

static void a_killed_backend_costs_a_retry(void **state) {
    const site_session_t *const sessions[] = {&bench_plain, &bench_pooler};
    int i;

    (void)state;
    for (i = 0; i < 2; i++) {
        bench_t bench = bench_open(sessions[i]);

        bench_ask(&bench, "SELECT 1", NULL);
        bench_kill(&bench);
        assert_string_equal(bench_ask(&bench, "SELECT current_setting('TimeZone')", NULL), "Europe/Berlin");
        bench_kill(&bench);
        assert_null(site_connection_ready(bench.pool, bench.connection, sessions[i]));
        assert_string_equal(bench_ask(&bench, "SELECT 1", NULL), "1");
        bench_close(&bench);
    }
}

static void a_statement_that_kills_its_backend_is_not_tried_for_ever(void **state) {
    site_diagnosis_t diagnosis;
    bench_t bench = bench_open(&bench_plain);
    site_error_t *error;

    (void)state;
    error = bench_ask_wrong(&bench, "SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(1)", &diagnosis);
    assert_int_equal(error->status, 503);
    assert_int_equal(error->retry_after, 5);
    assert_true(site_connection_lost(bench.connection));
    assert_false(site_connection_settle(bench.connection));
    /* The next borrower gets a living one. */
    assert_null(site_connection_ready(bench.pool, bench.connection, &bench_plain));
    assert_string_equal(bench_ask(&bench, "SELECT 1", NULL), "1");
    bench_close(&bench);
}

static void an_unreachable_server_is_503(void **state) {
    PGconn *native = PQconnectdb("host=127.0.0.1 port=1 connect_timeout=3 dbname=none");
    site_connection_t *connection = site_connection_of(native);
    site_error_t *error;

    (void)state;
    assert_non_null(connection);
    error = site_connection_ready(bench_pool, connection, &bench_plain);
    assert_int_equal(error->status, 503);
    assert_int_equal(error->retry_after, 5);
    assert_true(site_connection_lost(connection));
    PQfinish(native);
}

static void a_stale_plan_is_made_again(void **state) {
    const char *text = apr_psprintf(bench_pool, "SELECT * FROM %s.changing", schema);
    bench_t bench = bench_open(&bench_plain);
    const site_statement_t statement = {.text = text};
    PGresult *result;

    (void)state;
    database_run("CREATE TABLE changing AS SELECT 1 AS a");
    bench_ask(&bench, text, NULL);
    database_run("ALTER TABLE changing ADD b int");
    assert_null(site_execute_batch(bench.pool, bench.connection, &statement, 1, &result, NULL));
    assert_int_equal(PQnfields(result), 2);
    /* Statements that vanished without our knowing, as behind a pooler that discards. */
    PQclear(PQexec(bench.native, "DEALLOCATE ALL"));
    bench_ask(&bench, text, NULL);
    /* An eviction that fails for the same reason. */
    PQclear(PQexec(bench.native, "DEALLOCATE ALL"));
    bench_ask(&bench, "SELECT 1", NULL);
    bench_ask(&bench, "SELECT 2", NULL);
    bench_ask(&bench, "SELECT 3", NULL);
    bench_ask(&bench, "SELECT 4", NULL);
    assert_string_equal(bench_ask(&bench, "SELECT count(*) <= 4 FROM pg_prepared_statements", NULL), "t");
    bench_close(&bench);
}

static void single_row_mode_does_not_leak_into_a_batch(void **state) {
    bench_t bench = bench_open(&bench_plain);
    PGresult *result;

    (void)state;
    assert_true(PQsendQuery(bench.native, "SELECT generate_series(1, 3)"));
    assert_true(PQsetSingleRowMode(bench.native));
    while ((result = PQgetResult(bench.native)) != NULL)
        PQclear(result);
    assert_string_equal(bench_ask(&bench, "SELECT 'whole' FROM generate_series(1, 3)", NULL), "whole");
    bench_close(&bench);
}

static void settling_undoes_what_others_left(void **state) {
    bench_t bench = bench_open(&bench_plain);

    (void)state;
    PQclear(PQexec(bench.native, "BEGIN"));
    assert_true(site_connection_settle(bench.connection));
    PQclear(PQexec(bench.native, "BEGIN; SELECT 1 / 0"));
    assert_true(site_connection_settle(bench.connection));
    assert_true(PQsendQuery(bench.native, "SELECT pg_sleep(60)"));
    assert_true(site_connection_settle(bench.connection));
    bench_assert_usable(&bench);
    assert_true(PQenterPipelineMode(bench.native));
    assert_true(PQsendQueryParams(bench.native, "SELECT pg_sleep(60)", 0, NULL, NULL, NULL, NULL, 0));
    assert_true(PQpipelineSync(bench.native));
    assert_true(site_connection_settle(bench.connection));
    bench_assert_usable(&bench);
    assert_string_equal(bench_ask(&bench, "SELECT 1", NULL), "1");
    bench_close(&bench);
}

/* Parameters and answers that fill both sides' socket buffers at once. */
static void large_batches_do_not_lock_up(void **state) {
    apr_size_t length = 4 * 1024 * 1024;
    char *value = apr_palloc(bench_pool, length + 1);
    const char *values[1];
    site_statement_t statements[8];
    PGresult *results[8];
    bench_t bench = bench_open(&bench_plain);
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
    bench_close(&bench);
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
        cmocka_unit_test(settling_undoes_what_others_left),
        cmocka_unit_test(large_batches_do_not_lock_up),
    };
    int failed = 0;

    schema = database_begin(&bench_pool);
    if (schema)
        failed = cmocka_run_group_tests(tests, NULL, NULL);
    database_end();
    return failed;
}
