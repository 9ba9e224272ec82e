/* Files of SQL, read by PostgreSQL itself: it finds as many parameters as we do, whatever strings, comments and operators
 * stand around them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/sql_file.h"
#include "database.h"
#include <stdlib.h>
#include <string.h>

static apr_pool_t *pool;

/* Prepares the statement; returns how many parameters it has. */
static int parameters(PGconn *connection, const char *text, const char *statement) {
    PGresult *result = PQprepare(connection, "", statement, 0, NULL);
    int count;

    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        fail_msg("%s\n-> %s", text, PQerrorMessage(connection));
    PQclear(result);
    result = PQdescribePrepared(connection, "");
    count = PQnparams(result);
    PQclear(result);
    return count;
}

static void postgres_reads_it_alike(void **state) {
    static const struct {
        const char *text;
        int names;
    } files[] = {
        {"SELECT :a::int + :b::int + :a", 2},
        {"SELECT ':a', 'it''s :a', 'a\\' || :b::text", 1},
        {"SELECT E'a\\':a', E'\\\\' || :b::text", 1},
        {"SELECT E'x'\n'\\':a' || :b::text", 1},
        {"SELECT E'x' -- :a '\n  '\\':a' || :b::text", 1},
        {"SELECT 'x'\n'\\' || :b::text", 1},
        {"SELECT U&'\\0041:a', N':a', B'01', x'1F', :b::text", 1},
        {"SELECT 1 AS \":a\", 2 AS \"x\"\":a\", :b::text", 1},
        {"SELECT $$ :a ' $$, $x$ :a $$ $y$ $x$, :b::text", 1},
        {"SELECT 1 /* :a /* ' */ $$ */ + :b::int -- ' :c", 1},
        {"SELECT a$b FROM (SELECT 1 AS a$b) AS t$ WHERE a$b = :b", 1},
        {"SELECT a[1:2], a[ :b::int:2], a[:b:2] FROM (SELECT ARRAY[1, 2, 3] AS a) AS t", 1},
        {"SELECT make_interval(days := :b)", 1},
        {"SELECT '12:30'::time, '{\"a\": 1}'::jsonb -> 'a', :b::text", 1},
        {"SELECT 5*/*:a*/:b::int, 5 - -:b::int, 5 --:a\n", 1},
        {"SELECT 1 = ANY (:b::int[]), ('{1,2}'::int[])[:c]", 2},
        {"WITH t AS (VALUES (:a::int), (:b::int)) SELECT * FROM t ORDER BY 1; -- :c", 2},
        {"VALUES (:a::text)", 1},
        {"TABLE pg_catalog.pg_am;", 0},
    };
    PGconn *connection = database_connect();
    apr_size_t i;

    (void)state;
    for (i = 0; i < sizeof files / sizeof *files; i++) {
        const char *complaint = NULL;
        const site_sql_file_t *file;

        file = site_sql_file_read(pool, "q.sql", files[i].text, strlen(files[i].text), 3, &complaint);
        if (!file) {
            fail_msg("%s", complaint);
            return;
        }
        assert_int_equal(file->names->nelts, files[i].names);
        assert_int_equal(parameters(connection, files[i].text, file->text), files[i].names);
        assert_int_equal(parameters(connection, files[i].text, file->probe), files[i].names);
    }
    PQfinish(connection);
}

/* What PostgreSQL complains of, it complains of in the line that the author wrote. */
static void complaints_have_a_line(void **state) {
    static const struct {
        const char *text;
        int line;
    } files[] = {
        {"SELECT 1,\n  nothing", 2},
        {"-- \xe2\x98\x85\xe2\x98\x85\xe2\x98\x85\n\nSELECT 1\n  FROM nowhere_at_all", 4},
        {"SELECT :a::int,\n :b::int,\n now(1)", 3},
        {"SELEKT 1", 1},
    };
    PGconn *connection = database_connect();
    apr_size_t i;

    (void)state;
    for (i = 0; i < sizeof files / sizeof *files; i++) {
        const char *complaint = NULL, *position;
        const site_sql_file_t *file =
            site_sql_file_read(pool, "q.sql", files[i].text, strlen(files[i].text), 3, &complaint);
        PGresult *result = PQprepare(connection, "", file->probe, 0, NULL);

        assert_int_equal(PQresultStatus(result), PGRES_FATAL_ERROR);
        position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
        assert_non_null(position);
        assert_int_equal(site_sql_file_line(file, atoi(position)), files[i].line);
        PQclear(result);
    }
    PQfinish(connection);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(postgres_reads_it_alike),
        cmocka_unit_test(complaints_have_a_line),
    };
    int failed;

    if (!database_begin(&pool))
        return 0;
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    database_end();
    return failed;
}
