#include "db/execute.h"
#include "db/connection_private.h"
#include "db/sqlstate.h"

#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

/* Everything goes through a pipeline, a stream too: settings, DEALLOCATE, PREPARE and the statements themselves are one
 * round trip, and what each is answered is told apart by its place in the order. The order is kept as steps.
 *
 * A pipeline on a blocking socket cannot lock up: while libpq waits to send it also reads what comes in. */
typedef enum step_kind_t { STEP_SETTINGS, STEP_CLOSE, STEP_PREPARE, STEP_CALLER, STEP_QUERY } step_kind_t;

/* The index of the statement that says for whom the others run; those count from 0. */
enum { CALLER = -1 };

typedef struct step_t {
    step_kind_t kind;
    int statement;             /* STEP_QUERY: its index */
    site_prepared_t *prepared; /* STEP_PREPARE */
} step_t;

typedef enum outcome_t { OUTCOME_DONE, OUTCOME_FAILED, OUTCOME_LOST, OUTCOME_STALE } outcome_t;

typedef struct run_t {
    apr_pool_t *pool;
    site_connection_t *connection;
    const site_statement_t *statements;
    int count;
    PGresult **results; /* NULL for a stream */
    site_statement_t caller;
    const char *caller_values[2];

    site_row_fn each;
    void *baton;
    apr_uint64_t rows;
    apr_size_t kept; /* bytes of memory */
    int stopped;
    int needed;     /* of the statements: the others may run out of time; 0: all of them */
    int once;       /* no second attempt */
    int continuing; /* inside of a transaction */

    step_t *steps; /* room for max_steps() */
    int step_count;
    int answered; /* some statement brought a result */
    int caller_refused;
    outcome_t outcome;
    site_diagnosis_t diagnosis;
} run_t;

static apr_status_t clear_result(void *result) {
    PQclear(result);
    return APR_SUCCESS;
}

static const char *copy_field(apr_pool_t *pool, const PGresult *result, int field) {
    return apr_pstrdup(pool, PQresultErrorField(result, field));
}

/* The first failure counts: what follows it in a pipeline is only its echo. */
static void diagnose(run_t *run, const PGresult *result) {
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
    site_diagnosis_t *diagnosis = &run->diagnosis;

    if (run->outcome != OUTCOME_DONE)
        return;
    apr_cpystrn(diagnosis->sqlstate, sqlstate ? sqlstate : "", sizeof diagnosis->sqlstate);
    diagnosis->message = copy_field(run->pool, result, PG_DIAG_MESSAGE_PRIMARY);
    if (!diagnosis->message)
        diagnosis->message = apr_pstrdup(run->pool, PQresultErrorMessage(result));
    diagnosis->position = position ? atoi(position) : 0;
    diagnosis->constraint = copy_field(run->pool, result, PG_DIAG_CONSTRAINT_NAME);
    diagnosis->table = copy_field(run->pool, result, PG_DIAG_TABLE_NAME);
    diagnosis->column = copy_field(run->pool, result, PG_DIAG_COLUMN_NAME);
    diagnosis->type_schema = copy_field(run->pool, result, PG_DIAG_SCHEMA_NAME);
    /* An error of the statement itself has neither. One of a query that a C function runs may have the query alone. */
    diagnosis->raised =
        PQresultErrorField(result, PG_DIAG_CONTEXT) || PQresultErrorField(result, PG_DIAG_INTERNAL_QUERY);
    diagnosis->type = copy_field(run->pool, result, PG_DIAG_DATATYPE_NAME);
    if (site_sqlstate_is_lost(diagnosis->sqlstate))
        run->outcome = OUTCOME_LOST;
    else
        run->outcome = site_sqlstate_is_stale(diagnosis->sqlstate, diagnosis->message) ? OUTCOME_STALE : OUTCOME_FAILED;
}

static void diagnose_loss(run_t *run) {
    if (run->outcome != OUTCOME_DONE)
        return;
    run->outcome = OUTCOME_LOST;
    run->diagnosis.sqlstate[0] = '\0';
    run->diagnosis.message = apr_pstrdup(run->pool, PQerrorMessage(run->connection->native));
}

static void add_step(run_t *run, step_kind_t kind, int statement, site_prepared_t *prepared) {
    step_t *step = &run->steps[run->step_count++];

    step->kind = kind;
    step->statement = statement;
    step->prepared = prepared;
}

static const char *name_of(char *buffer, apr_size_t size, const char *before, const site_prepared_t *prepared) {
    apr_snprintf(buffer, size, "%ss%lu", before, prepared->number);
    return buffer;
}

static int send_close(run_t *run, const char *text) {
    add_step(run, STEP_CLOSE, 0, NULL);
    return PQsendQueryParams(run->connection->native, text, 0, NULL, NULL, NULL, NULL, 0);
}

static const site_statement_t *statement_at(const run_t *run, int i) {
    return i == CALLER ? &run->caller : &run->statements[i];
}

/* Role and user hold until the transaction ends, and it ends with the pipeline; with BEGIN at its COMMIT or ROLLBACK. What
 * continues such a transaction has them already. */
static void find_caller(run_t *run) {
    static const char both[] =
        "SELECT pg_catalog.set_config('mod_site.user', $1, true), pg_catalog.set_config('role', $2, true)";
    static const char user[] = "SELECT pg_catalog.set_config('mod_site.user', $1, true)";
    const site_connection_t *connection = run->connection;

    memset(&run->caller, 0, sizeof run->caller);
    if ((!connection->role && !connection->user) || run->continuing)
        return;
    run->caller_values[0] = connection->user ? connection->user : "";
    run->caller_values[1] = connection->role;
    run->caller.text = connection->role ? both : user;
    run->caller.count = connection->role ? 2 : 1;
    run->caller.values = run->caller_values;
}

/* Finds room for every statement in the cache. What must go is deallocated before anything else is sent, for after an
 * error in the pipeline the server would skip it. */
static int send_closes(run_t *run, site_prepared_t **prepared) {
    site_connection_t *connection = run->connection;
    apr_uint64_t since = connection->clock;
    char text[40];
    int i;

    if (connection->deallocate_all) {
        if (!send_close(run, "DEALLOCATE ALL"))
            return 0;
        connection->deallocate_all = 0;
    }
    for (i = run->caller.text ? CALLER : 0; i < run->count; i++) {
        prepared[i] = site_connection_find(connection, statement_at(run, i)->text);
        if (!prepared[i]) {
            site_prepared_t *victim = site_connection_evict(connection, since);

            if (victim) {
                int sent = send_close(run, name_of(text, sizeof text, "DEALLOCATE ", victim));

                site_connection_free_prepared(victim);
                if (!sent)
                    return 0;
            }
            prepared[i] = site_connection_remember(connection, statement_at(run, i)->text);
        }
    }
    return 1;
}

static int send_statement(run_t *run, int i, site_prepared_t *prepared) {
    const site_statement_t *statement = statement_at(run, i);
    step_kind_t kind = i == CALLER ? STEP_CALLER : STEP_QUERY;
    PGconn *native = run->connection->native;
    char name[32];

    if (!prepared) {
        add_step(run, kind, i, NULL);
        return PQsendQueryParams(native, statement->text, statement->count, NULL, statement->values, NULL, NULL, 0);
    }
    name_of(name, sizeof name, "", prepared);
    if (!prepared->sent) {
        if (!PQsendPrepare(native, name, statement->text, 0, NULL))
            return 0;
        prepared->sent = 1;
        add_step(run, STEP_PREPARE, i, prepared);
    }
    add_step(run, kind, i, NULL);
    return PQsendQueryPrepared(native, name, statement->count, statement->values, NULL, NULL, 0);
}

static int is_commit(const site_statement_t *statement) {
    return strcmp(statement->text, "COMMIT") == 0;
}

static int send_all(run_t *run) {
    site_connection_t *connection = run->connection;
    /* CALLER's is the one before the first. */
    site_prepared_t **prepared =
        (site_prepared_t **)apr_pcalloc(run->pool, ((apr_size_t)run->count + 1) * sizeof *prepared) + 1;
    int i, first;

    find_caller(run);
    /* A transaction that is begun in so many words has to be begun before anything else is asked. */
    first = run->count > 0 && strncmp(run->statements[0].text, "BEGIN", 5) == 0;
    if (!PQenterPipelineMode(connection->native))
        return 0;
    if (connection->session.prepared_statements <= 0) {
        add_step(run, STEP_SETTINGS, 0, NULL);
        if (!site_connection_send_settings(connection))
            return 0;
    }
    else if (!send_closes(run, prepared))
        return 0;
    for (i = 0; i < run->count; i++) {
        if (i == first && run->caller.text && !send_statement(run, CALLER, prepared[CALLER]))
            return 0;
        /* What stands before COMMIT is answered before it begins, so that a cancel request for that comes before, too. */
        if (i && is_commit(&run->statements[i]) && !PQsendFlushRequest(connection->native))
            return 0;
        if (!send_statement(run, i, prepared[i]))
            return 0;
    }
    return PQpipelineSync(connection->native);
}

/* Of a stream, only the last statement brings rows. */
static int is_streamed(const run_t *run, const step_t *step) {
    return run->each && step->kind == STEP_QUERY && step->statement == run->count - 1;
}

/* Takes one row of a stream. */
static void take_row(run_t *run, const PGresult *row) {
    run->answered = 1;
    site_connection_check_time(run->connection);
    if (run->stopped || run->connection->stop)
        return;
    run->rows++;
    if (run->each(run->baton, row) != 0) {
        run->stopped = 1;
        site_connection_cancel(run->connection);
    }
}

/* Takes one result of a statement; what is kept is no longer the caller's to clear. */
static int keep_result(run_t *run, const step_t *step, PGresult *result) {
    if (step->kind != STEP_QUERY || !run->results || run->results[step->statement])
        return 0;
    run->results[step->statement] = result;
    run->kept += PQresultMemorySize(result);
    if (run->connection->result_limit && run->kept > run->connection->result_limit)
        run->connection->too_large = 1;
    return 1;
}

/* One result that belongs to `step`. */
static void take_result(run_t *run, const step_t *step, PGresult *result) {
    int kept = 0;

    switch (PQresultStatus(result)) {
    case PGRES_SINGLE_TUPLE:
        if (is_streamed(run, step))
            take_row(run, result);
        else if (run->outcome == OUTCOME_DONE) {
            /* libpq 15 keeps the single-row mode of a statement that ended outside of a pipeline for the first one
             * in it. It is gone with this pipeline; ask again. */
            run->outcome = OUTCOME_STALE;
            run->diagnosis.message = "unexpected single-row result";
        }
        break;
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
    case PGRES_EMPTY_QUERY:
        run->answered |= step->kind == STEP_QUERY;
        kept = keep_result(run, step, result);
        break;
    case PGRES_PIPELINE_ABORTED:
        break;
    default:
        if (run->outcome == OUTCOME_DONE)
            run->diagnosis.statement = step->kind == STEP_QUERY || step->kind == STEP_PREPARE ? step->statement : -1;
        diagnose(run, result);
        run->caller_refused |= run->outcome == OUTCOME_FAILED && step->statement == CALLER;
        break;
    }
    if (!kept)
        PQclear(result);
}

/* What a step's failure means for the cache. */
static void end_step(run_t *run, const step_t *step, int succeeded) {
    if (succeeded)
        return;
    if (step->kind == STEP_CLOSE)
        site_connection_forget_all(run->connection);
    else if (step->kind == STEP_PREPARE)
        site_connection_forget(run->connection, step->prepared);
}

/* The answer to its PREPARE comes along with that to COMMIT itself. */
static int is_of_commit(const run_t *run, const step_t *step) {
    return (step->kind == STEP_QUERY || step->kind == STEP_PREPARE) && is_commit(statement_at(run, step->statement));
}

/* Reads all results of one step. Returns 0 when the connection is lost. */
static int read_step(run_t *run, const step_t *step) {
    site_connection_t *connection = run->connection;
    apr_int64_t until = site_connection_patience(connection);
    int commits = is_of_commit(run, step), succeeded = 0;

    if (is_streamed(run, step))
        PQsetSingleRowMode(connection->native);
    for (;;) {
        PGresult *result;
        ExecStatusType status;

        if (!(commits ? site_connection_wait_for_commit : site_connection_wait)(connection, until))
            break;
        result = PQgetResult(connection->native);
        if (!result)
            break;
        status = PQresultStatus(result);
        succeeded |= status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
        take_result(run, step, result);
        /* Whoever takes a row may have taken his time. */
        if (status == PGRES_SINGLE_TUPLE)
            until = site_connection_patience(connection);
        if (status == PGRES_FATAL_ERROR && site_connection_lost(connection))
            break;
    }
    end_step(run, step, succeeded);
    return !site_connection_lost(connection);
}

/* Reads up to the end of the pipeline and leaves it. */
static int read_all(run_t *run) {
    site_connection_t *connection = run->connection;
    apr_int64_t until;
    int i, synced = 0;

    for (i = 0; i < run->step_count; i++) {
        if (!read_step(run, &run->steps[i]))
            return 0;
    }
    until = site_connection_patience(connection);
    while (!synced && site_connection_wait(connection, until)) {
        PGresult *result = PQgetResult(connection->native);

        if (!result || PQresultStatus(result) == PGRES_FATAL_ERROR)
            synced = -1;
        else
            synced = PQresultStatus(result) == PGRES_PIPELINE_SYNC;
        if (synced < 0 && result)
            diagnose(run, result);
        PQclear(result);
    }
    return synced > 0 && PQexitPipelineMode(connection->native) && !site_connection_lost(connection);
}

static void drop_results(run_t *run) {
    int i;

    for (i = 0; run->results && i < run->count; i++) {
        PQclear(run->results[i]);
        run->results[i] = NULL;
    }
}

/* One attempt. Afterwards the connection is idle, or lost. */
static void attempt(run_t *run) {
    run->step_count = 0;
    run->answered = 0;
    run->kept = 0;
    run->connection->too_large = 0;
    run->caller_refused = 0;
    run->outcome = OUTCOME_DONE;
    memset(&run->diagnosis, 0, sizeof run->diagnosis);
    run->diagnosis.statement = -1;
    drop_results(run);

    if (!send_all(run) || !read_all(run)) {
        diagnose_loss(run);
        /* Half a pipeline cannot be told from a whole one any more. */
        if (run->outcome != OUTCOME_LOST)
            run->outcome = OUTCOME_LOST;
    }
    run->diagnosis.stale = run->outcome == OUTCOME_STALE;
    if (run->outcome == OUTCOME_STALE)
        site_connection_forget_all(run->connection);
}

/* Whether what is missing can be done without. */
static int is_enough(const run_t *run) {
    return run->needed && run->outcome == OUTCOME_FAILED && run->diagnosis.statement >= run->needed &&
           strcmp(run->diagnosis.sqlstate, "57014") == 0;
}

static site_error_t *refuse_size(run_t *run, site_diagnosis_t *diagnosis) {
    drop_results(run);
    site_connection_settle(run->connection);
    memset(&run->diagnosis, 0, sizeof run->diagnosis);
    run->diagnosis.message = "the rows are larger than SiteAnswerLimit allows";
    run->diagnosis.statement = -1;
    if (diagnosis)
        *diagnosis = run->diagnosis;
    return site_error_too_large(run->pool, run->connection->result_limit);
}

/* The client has gone, or the caller's time is over. */
static site_error_t *refuse_more(run_t *run, site_diagnosis_t *diagnosis) {
    int gone = run->connection->stop == SITE_STOP_CLIENT;

    drop_results(run);
    site_connection_settle(run->connection);
    memset(&run->diagnosis, 0, sizeof run->diagnosis);
    memcpy(run->diagnosis.sqlstate, "57014", sizeof "57014");
    run->diagnosis.message = gone ? "the client has gone" : "the time that the request has is over";
    run->diagnosis.statement = -1;
    if (diagnosis)
        *diagnosis = run->diagnosis;
    return gone ? site_error_make(run->pool, SITE_CLIENT_GONE, "client_gone", NULL, "The client has gone.")
                : site_sqlstate_error(run->pool, "57014");
}

/* Whether the run ends with the connection's stop. What was answered in full before it took effect counts; of a stream,
 * rows have been thrown away. The connection is lost where the server did not take the cancel request. */
static int is_stopped(const run_t *run) {
    switch (run->connection->stop) {
    case SITE_STOP_NONE:
        return 0;
    case SITE_STOP_CLIENT:
        return run->each || run->outcome != OUTCOME_DONE;
    default:
        return run->each || run->outcome == OUTCOME_LOST;
    }
}

/* Settings or DEALLOCATE ALL, and for each statement and the caller's DEALLOCATE, PREPARE and itself. */
static apr_size_t max_steps(const run_t *run) {
    return 1 + 3 * ((apr_size_t)run->count + 1);
}

static site_error_t *execute(run_t *run, site_diagnosis_t *diagnosis) {
    site_connection_t *connection = run->connection;
    site_error_t *error = run->continuing ? NULL : site_connection_ready(run->pool, connection, NULL);
    apr_int64_t patience = site_connection_patience(connection);
    int reset = run->once, renewed = reset;

    run->steps = apr_palloc(run->pool, max_steps(run) * sizeof *run->steps);
    while (!error) {
        if (!site_connection_may_begin(connection))
            return refuse_more(run, diagnosis);
        attempt(run);
        if (connection->too_large)
            return refuse_size(run, diagnosis);
        if (is_stopped(run))
            return refuse_more(run, diagnosis);
        if (run->stopped) {
            /* Nobody waits for the rest, so what became of it (mostly our own cancelling) is nobody's error. */
            site_connection_settle(connection);
            return NULL;
        }
        /* A server that was silent for the whole time of a statement gets no second one. */
        if (run->outcome == OUTCOME_LOST && !run->answered && site_clock() < patience && !reset++) {
            if (site_connection_reset(connection) && !(error = site_connection_ready(run->pool, connection, NULL)))
                continue;
        }
        else if (run->outcome == OUTCOME_STALE && run->rows == 0 && !renewed++)
            continue;
        break;
    }
    if (!error && (run->outcome == OUTCOME_DONE || is_enough(run)))
        return NULL;
    drop_results(run);
    site_connection_settle(connection);
    if (!run->diagnosis.message)
        run->diagnosis.message = apr_pstrdup(run->pool, PQerrorMessage(connection->native));
    if (diagnosis)
        *diagnosis = run->diagnosis;
    /* Which role a caller has is ours to say: that PostgreSQL will not have it so is not the caller's fault. */
    if (!error && run->caller_refused)
        return site_error_make(run->pool, 500, "role_refused", NULL, "A server error occurred.");
    if (!error && run->diagnosis.raised && !site_sqlstate_is_lost(run->diagnosis.sqlstate))
        return site_sqlstate_raised(run->pool, run->diagnosis.sqlstate, run->diagnosis.message);
    return error ? error : site_sqlstate_error(run->pool, run->diagnosis.sqlstate);
}

static site_error_t *execute_all(run_t *run, site_diagnosis_t *diagnosis) {
    site_error_t *error;
    int i;

    if (diagnosis)
        memset(diagnosis, 0, sizeof *diagnosis);
    for (i = 0; i < run->count; i++)
        run->results[i] = NULL;
    error = execute(run, diagnosis);
    for (i = 0; !error && i < run->count; i++)
        apr_pool_cleanup_register(run->pool, run->results[i], clear_result, apr_pool_cleanup_null);
    return error;
}

site_error_t *site_execute_batch(apr_pool_t *pool, site_connection_t *connection, const site_statement_t *statements,
                                 int count, PGresult **results, site_diagnosis_t *diagnosis) {
    run_t run = {.pool = pool, .connection = connection, .statements = statements, .count = count, .results = results};

    return execute_all(&run, diagnosis);
}

site_error_t *site_execute_some(apr_pool_t *pool, site_connection_t *connection, const site_statement_t *statements,
                                int count, int needed, PGresult **results, site_diagnosis_t *diagnosis) {
    run_t run = {.pool = pool,
                 .connection = connection,
                 .statements = statements,
                 .count = count,
                 .needed = needed,
                 .results = results};

    return execute_all(&run, diagnosis);
}

site_error_t *site_execute_once(apr_pool_t *pool, site_connection_t *connection, const site_statement_t *statements,
                                int count, int continuing, PGresult **results, site_diagnosis_t *diagnosis) {
    run_t run = {.pool = pool,
                 .connection = connection,
                 .statements = statements,
                 .count = count,
                 .results = results,
                 .once = 1,
                 .continuing = continuing};

    return execute_all(&run, diagnosis);
}

site_error_t *site_execute_stream(apr_pool_t *pool, site_connection_t *connection, const site_statement_t *statement,
                                  int whole, site_row_fn each, void *baton, apr_uint64_t *rows,
                                  site_diagnosis_t *diagnosis) {
    char limit[16];
    const char *const values[] = {limit};
    const site_statement_t statements[] = {{"SELECT pg_catalog.set_config('statement_timeout', $1, true)", 1, values},
                                           *statement};
    run_t run = {
        .pool = pool, .connection = connection, .statements = statements, .count = 2, .each = each, .baton = baton};
    apr_int64_t end = whole > 0 ? site_clock_in(whole) : SITE_FOR_EVER;
    apr_int64_t before = site_connection_end_at(connection, end);
    site_error_t *error;

    if (before < end)
        site_connection_end_at(connection, before);
    apr_snprintf(limit, sizeof limit, "%d", whole > 0 ? whole : 0);
    if (diagnosis)
        memset(diagnosis, 0, sizeof *diagnosis);
    error = execute(&run, diagnosis);
    site_connection_end_at(connection, before);
    if (rows)
        *rows = run.rows;
    return error;
}
