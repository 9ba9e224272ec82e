#include "db/transact.h"
#include "db/connection_private.h"
#include "db/sqlstate.h"

#include <apr_general.h>
#include <apr_time.h>
#include <poll.h>
#include <string.h>

enum { ATTEMPTS = 5 };

struct site_transaction_t {
    apr_pool_t *pool;
    site_connection_t *connection;
    site_diagnosis_t diagnosis;
    int serializable;
    int begun;
    int committing; /* COMMIT was sent */
    int failed;     /* a statement did */
};

site_error_t *site_transaction_run(site_transaction_t *transaction, const site_statement_t *statements, int count,
                                   PGresult **results, int last) {
    /* Every statement sees what was committed before it: what stands behind a lock sees what the lock waited for. */
    static const site_statement_t begin = {.text = "BEGIN ISOLATION LEVEL READ COMMITTED"},
                                  begin_serializable = {.text = "BEGIN ISOLATION LEVEL SERIALIZABLE"},
                                  commit = {.text = "COMMIT"};
    apr_size_t room = (apr_size_t)count + 2; /* and BEGIN and COMMIT */
    site_statement_t *all = apr_palloc(transaction->pool, room * sizeof *all);
    PGresult **answers = apr_palloc(transaction->pool, room * sizeof *answers);
    int first = !transaction->begun, used = 0, i;
    site_error_t *error;

    if (first)
        all[used++] = transaction->serializable ? begin_serializable : begin;
    for (i = 0; i < count; i++)
        all[used++] = statements[i];
    if (last)
        all[used++] = commit;
    transaction->committing = last;
    error = site_execute_once(transaction->pool, transaction->connection, all, used, transaction->begun, answers,
                              &transaction->diagnosis);
    transaction->begun = !last;
    if (transaction->diagnosis.statement >= 0)
        transaction->diagnosis.statement -= first;
    if (error) {
        transaction->failed = 1;
        return error;
    }
    for (i = 0; i < count; i++)
        results[i] = answers[i + first];
    return NULL;
}

static int is_conflict(const char *sqlstate) {
    return strcmp(sqlstate, "40001") == 0 || strcmp(sqlstate, "40P01") == 0;
}

/* A moment that grows, and differs ever more between those who collided: 2 to 12 ms at first, 16 to 98 ms at last. */
static void wait_a_moment(int attempt) {
    unsigned char random = 0;

    apr_generate_random_bytes(&random, 1);
    apr_sleep((APR_TIME_C(1000) + random * APR_TIME_C(20)) << attempt);
}

/* Whether another attempt may follow attempt number `attempt`, which failed. */
static int may_try_again(const site_transaction_t *transaction, int attempt, apr_int64_t budget) {
    const site_diagnosis_t *diagnosis = &transaction->diagnosis;

    if (!transaction->failed || attempt >= ATTEMPTS || site_clock() >= budget || transaction->connection->too_large)
        return 0;
    if (is_conflict(diagnosis->sqlstate))
        return 1;
    if (diagnosis->stale)
        return attempt == 1;
    return site_sqlstate_is_lost(diagnosis->sqlstate) && !transaction->committing && attempt == 1;
}

/* Lets libpq notice that the server is gone while nothing has been sent yet: an idle connection has nothing to read but its end. What
 * was lost later cannot be told from what was done. */
static void look_for_end(site_connection_t *connection) {
    PGconn *native = site_connection_native(connection);
    struct pollfd wanted = {.fd = PQsocket(native), .events = POLLIN};
    int i;

    for (i = 0; i < 4 && !site_connection_lost(connection) && poll(&wanted, 1, 0) > 0; i++) {
        if (!PQconsumeInput(native))
            return;
    }
}

/* Until when attempts after the first one may run: the time of one statement, from the beginning of the first attempt.
 * That one may take longer, because each of its statements has that time. */
static apr_int64_t budget_of(const site_connection_t *connection) {
    int limit = connection->session.statement_timeout;

    return limit > 0 ? site_clock_in(limit) : SITE_FOR_EVER;
}

/* Statements end at this time at the latest. Returns until when they could run before. */
static apr_int64_t end_by(site_connection_t *connection, apr_int64_t time) {
    apr_int64_t before = site_connection_end_at(connection, time);

    if (before < time)
        site_connection_end_at(connection, before);
    return before;
}

site_error_t *site_transact(apr_pool_t *pool, site_connection_t *connection, int serializable, site_transaction_fn work,
                            void *baton, site_diagnosis_t *diagnosis) {
    site_transaction_t transaction = {.pool = pool, .connection = connection, .serializable = serializable};
    apr_int64_t budget = budget_of(connection), end = SITE_FOR_EVER;
    site_error_t *error;
    int attempt, conflict = 0;

    look_for_end(connection);
    for (attempt = 1;; attempt++) {
        transaction.begun = transaction.committing = transaction.failed = 0;
        memset(&transaction.diagnosis, 0, sizeof transaction.diagnosis);
        error = work(baton, &transaction);
        site_connection_settle(connection);
        if (attempt == 1)
            end = end_by(connection, budget);
        if (!error || !may_try_again(&transaction, attempt, budget))
            break;
        conflict = is_conflict(transaction.diagnosis.sqlstate);
        wait_a_moment(attempt);
    }
    site_connection_end_at(connection, end);
    /* Conflicts took the time, not the statement: a later try may succeed. */
    if (error && conflict && strcmp(error->code, "query_timeout") == 0)
        error = site_sqlstate_error(pool, "40001");
    if (diagnosis)
        *diagnosis = transaction.diagnosis;
    return error;
}
