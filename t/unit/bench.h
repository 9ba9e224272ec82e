/* bench: a connection of its own to the tests' PostgreSQL (database.h), and what is asked over it. */
#ifndef SITE_UNIT_BENCH_H
#define SITE_UNIT_BENCH_H

#include "db/batch.h"

/* A connection and the pool of one "request", a child of bench_pool. */
typedef struct bench_t {
    apr_pool_t *pool;
    PGconn *native;
    site_connection_t *connection;
} bench_t;

/* Set by the test program: that of database_begin(). */
extern apr_pool_t *bench_pool;

/* With prepared statements, and as behind a pooler. */
extern const site_session_t bench_plain, bench_pooler;

bench_t bench_open(const site_session_t *session);
void bench_close(bench_t *bench);

/* The connection is idle and whole. */
void bench_assert_usable(const bench_t *bench);

/* Runs one statement with at most one parameter and returns the first value. */
const char *bench_ask(const bench_t *bench, const char *text, const char *value);

/* Runs one that fails. */
site_error_t *bench_ask_wrong(const bench_t *bench, const char *text, site_diagnosis_t *diagnosis);

/* Ends the connection's backend, and waits until it has gone. */
void bench_kill(const bench_t *bench);

#endif
