#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "database.h"
#include <apr_general.h>
#include <apr_strings.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static apr_pool_t *own_pool;
static PGconn *second;
static char schema[40];

const char *database_begin(apr_pool_t **pool) {
    const char *where = getenv("SITE_TEST_DATABASE");

    apr_initialize();
    apr_pool_create(&own_pool, NULL);
    *pool = own_pool;
    if (!where || !*where) {
        printf("SITE_TEST_DATABASE is not set: skipped\n");
        return NULL;
    }
    apr_snprintf(schema, sizeof schema, "site_unit_%ld", (long)getpid());
    second = PQconnectdb(where);
    if (PQstatus(second) != CONNECTION_OK) {
        fprintf(stderr, "%s", PQerrorMessage(second));
        exit(1);
    }
    database_run("SET client_min_messages = warning");
    database_run(apr_psprintf(own_pool, "CREATE SCHEMA %s; SET search_path = %s, public", schema, schema));
    return schema;
}

int database_try(const char *sql) {
    PGresult *result = PQexec(second, sql);
    ExecStatusType status = PQresultStatus(result);

    PQclear(result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

void database_run(const char *sql) {
    if (!database_try(sql))
        fail_msg("%s: %s", sql, PQerrorMessage(second));
}

long database_number(const char *sql) {
    PGresult *result = PQexec(second, sql);
    long number;

    if (PQntuples(result) != 1)
        fail_msg("%s: %s", sql, PQerrorMessage(second));
    number = strtol(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    return number;
}

PGconn *database_connect(void) {
    PGconn *native = PQconnectdb(getenv("SITE_TEST_DATABASE"));

    assert_int_equal(PQstatus(native), CONNECTION_OK);
    return native;
}

void database_end(void) {
    if (second) {
        database_try(apr_psprintf(own_pool, "DROP SCHEMA %s CASCADE", schema));
        PQfinish(second);
    }
    apr_pool_destroy(own_pool);
    apr_terminate();
}
