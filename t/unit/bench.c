#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bench.h"
#include "database.h"
#include <apr_strings.h>

apr_pool_t *bench_pool;

const site_session_t bench_plain = {.time_zone = "Europe/Berlin", .statement_timeout = 2000, .prepared_statements = 4};
const site_session_t bench_pooler = {.time_zone = "Europe/Berlin", .statement_timeout = 2000};

bench_t bench_open(const site_session_t *session) {
    bench_t bench;

    apr_pool_create(&bench.pool, bench_pool);
    bench.native = database_connect();
    bench.connection = site_connection_of(bench.native);
    assert_non_null(bench.connection);
    assert_null(site_connection_ready(bench.pool, bench.connection, session));
    return bench;
}

void bench_close(bench_t *bench) {
    apr_pool_destroy(bench->pool);
    PQfinish(bench->native);
}

void bench_assert_usable(const bench_t *bench) {
    assert_int_equal(PQstatus(bench->native), CONNECTION_OK);
    assert_int_equal(PQtransactionStatus(bench->native), PQTRANS_IDLE);
    assert_int_equal(PQpipelineStatus(bench->native), PQ_PIPELINE_OFF);
    assert_true(site_connection_settle(bench->connection));
}

const char *bench_ask(const bench_t *bench, const char *text, const char *value) {
    const site_statement_t statement = {.text = text, .count = value ? 1 : 0, .values = &value};
    PGresult *result;
    site_diagnosis_t diagnosis;
    site_error_t *error = site_execute_batch(bench->pool, bench->connection, &statement, 1, &result, &diagnosis);

    if (error)
        fail_msg("%s: %s %s", text, diagnosis.sqlstate, diagnosis.message);
    assert_null(diagnosis.message);
    bench_assert_usable(bench);
    return PQgetvalue(result, 0, 0);
}

site_error_t *bench_ask_wrong(const bench_t *bench, const char *text, site_diagnosis_t *diagnosis) {
    const site_statement_t statement = {.text = text};
    PGresult *result;
    site_error_t *error = site_execute_batch(bench->pool, bench->connection, &statement, 1, &result, diagnosis);

    assert_non_null(error);
    assert_null(result);
    assert_non_null(diagnosis->message);
    return error;
}

void bench_kill(const bench_t *bench) {
    int waited;

    database_number(apr_psprintf(bench_pool, "SELECT pg_terminate_backend(%d)::int", PQbackendPID(bench->native)));
    for (waited = 0; waited < 500; waited++) {
        if (!database_number(apr_psprintf(bench_pool, "SELECT count(*) FROM pg_stat_activity WHERE pid = %d",
                                          PQbackendPID(bench->native))))
            return;
        apr_sleep(10000);
    }
    fail_msg("the backend lives on");
}
