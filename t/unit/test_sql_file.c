/* Files of SQL: where a placeholder stands and where something only looks like one; what is refused, with its line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/sql_file.h"
#include <apr_general.h>
#include <apr_strings.h>
#include <string.h>

static apr_pool_t *pool;

static const site_sql_file_t *read_of(const char *text, apr_size_t length) {
    const char *complaint = NULL;
    site_sql_file_t *file = site_sql_file_read(pool, "q.sql", text, length, 7, &complaint);

    if (!file)
        fail_msg("'%s' is refused: %s", text, complaint);
    assert_null(complaint);
    return file;
}

/* The author's text as it is sent, and the names behind it: "SELECT $1 | a". */
static const char *read_text(const char *text) {
    const site_sql_file_t *file = read_of(text, strlen(text));
    static const char before[] = "SELECT * FROM (", behind[] = "\n) AS \"rows\" LIMIT 7";
    apr_size_t length = strlen(file->text) - strlen(before) - strlen(behind);
    const char *said;
    int i;

    assert_memory_equal(file->text, before, strlen(before));
    assert_string_equal(file->text + strlen(before) + length, behind);
    assert_non_null(strstr(file->probe, "LIMIT 0"));
    said = apr_pstrmemdup(pool, file->text + strlen(before), length);
    for (i = 0; i < file->names->nelts; i++)
        said = apr_pstrcat(pool, said, " | ", APR_ARRAY_IDX(file->names, i, const char *), NULL);
    return said;
}

/* Nothing in it is a placeholder. */
static void untouched(const char *text) {
    assert_string_equal(read_text(text), text);
}

static void refused(const char *text, const char *expected) {
    const char *complaint = NULL;

    if (site_sql_file_read(pool, "q.sql", text, strlen(text), 7, &complaint))
        fail_msg("'%s' is taken", text);
    assert_string_equal(complaint, apr_pstrcat(pool, "q.sql:", expected, NULL));
}

static void placeholders_become_numbers(void **state) {
    (void)state;
    assert_string_equal(read_text("SELECT :a"), "SELECT $1 | a");
    assert_string_equal(read_text(":a"), "$1 | a");
    assert_string_equal(read_text("SELECT :a, :b, :a"), "SELECT $1, $2, $1 | a | b");
    assert_string_equal(read_text("x=:a AND y>:b1_c"), "x=$1 AND y>$2 | a | b1_c");
    assert_string_equal(read_text(":a::int"), "$1::int | a");
    assert_string_equal(read_text("(:a)"), "($1) | a");
    assert_string_equal(read_text("a[:n]"), "a[$1] | n");
    assert_string_equal(read_text("x||:a||':b'"), "x||$1||':b' | a");
    assert_string_equal(read_text("a -:b"), "a -$1 | b");
    assert_string_equal(read_text(":\xc3\xa4"), "$1 | \xc3\xa4");
    assert_string_equal(read_text("SELECT 1;"), "SELECT 1");
    assert_string_equal(read_text("SELECT 1 ; -- and nothing :more\n/* ; */ "), "SELECT 1 ");
    assert_string_equal(read_text("\xEF\xBB\xBFSELECT :a"), "SELECT $1 | a");
}

static void what_only_looks_like_one(void **state) {
    (void)state;
    untouched("SELECT ':a'");
    untouched("SELECT 'it''s :a'");
    untouched("SELECT 'a\\' || ':a'"); /* a backslash is a character */
    untouched("SELECT \":a\", \"x\"\":a\"");
    untouched("SELECT 1 -- :a\n, 2");
    untouched("SELECT 1 -- :a");
    untouched("SELECT /* :a /* :b */ :c */ 1");
    untouched("SELECT a::text, b :: int");
    untouched("SELECT f(x := 1)");
    untouched("SELECT a[1:2], a[: 2]");
    untouched("SELECT $$ :a $$, $x$ :a $$ ' :b $x$");
    untouched("SELECT $\xc3\xa4$ :a $\xc3\xa4$");
    untouched("SELECT '12:30'::time, TIME '12:30:00'");
    untouched("SELECT '{\"a\":1}'::jsonb -> 'a'");
    untouched("SELECT a$b$c FROM t"); /* dollars within a name quote nothing */
    untouched("SELECT 1*/* :a */2");
    untouched("SELECT 5 --:a\n");
    untouched("SELECT U&'\\0041:a', U&\":a\", B'01', x':a'");
}

/* In E'' a backslash escapes; in what continues such a string on another line as well. */
static void escape_strings(void **state) {
    (void)state;
    untouched("SELECT E'a\\':a'");
    untouched("SELECT e'\\\\' || ':a'");
    assert_string_equal(read_text("SELECT E'\\\\' || :a"), "SELECT E'\\\\' || $1 | a");
    untouched("SELECT E'x'\n'\\':a'");
    untouched("SELECT E'x' -- note\n  '\\':a'");
    untouched("SELECT 'x'\n'\\' || ':a'");
    assert_string_equal(read_text("SELECT 'x'\n'\\' || :a"), "SELECT 'x'\n'\\' || $1 | a");
    /* On the same line nothing is continued: the second string is one of its own. */
    assert_string_equal(read_text("SELECT E'x' '\\' || :a"), "SELECT E'x' '\\' || $1 | a");
    /* A name that ends with e is a name. */
    assert_string_equal(read_text("SELECT type'\\' || :a"), "SELECT type'\\' || $1 | a");
    assert_string_equal(read_text("SELECT a$e'\\' || :a"), "SELECT a$e'\\' || $1 | a");
    untouched("SELECT 1E'\\':a'");
}

static void what_is_wrong_is_told_with_its_line(void **state) {
    (void)state;
    refused("", "1: there is no query in it");
    refused(" \n-- nothing\n/* at all */", "1: there is no query in it");
    refused(";", "1: there is no query before the semicolon");
    refused("SELECT 1;\nSELECT 2", "2: one query is enough: another one begins behind the semicolon");
    refused("SELECT 1;;", "1: one query is enough: another one begins behind the semicolon");
    refused("SELECT 1; DROP TABLE star", "1: one query is enough: another one begins behind the semicolon");
    refused("SELECT 'a\n\nb", "1: a string is not closed");
    refused("SELECT 1,\n\"a", "2: a quoted name is not closed");
    refused("SELECT E'a\\'", "1: a string is not closed");
    refused("SELECT E'a\\", "1: a string is not closed");
    refused("SELECT\n/* /* */", "2: a comment is not closed by */");
    refused("\nSELECT $$ $x$", "2: $$ is not closed");
    refused("SELECT $x$ $$ $X$", "1: $x$ is not closed");
    refused("SELECT $1", "1: '$1': parameters have names here, as in :name");
    refused("SELECT :'a'", "1: ':'': a placeholder is written :name; its value is bound, so that it needs no quotes");
    refused("SELECT :\"a\"",
            "1: ':\"': a placeholder is written :name; its value is bound, so that it needs no quotes");
    refused("SELECT :{a}", "1: ':{': a placeholder is written :name; its value is bound, so that it needs no quotes");
    refused("SELECT 1) AS x,\n(SELECT 2", "1: ')' closes nothing");
    refused("SELECT (\n(1)", "1: '(' is not closed");
    refused("SELECT '\xff'", "1: it is no text in UTF-8");
    {
        const char *complaint = NULL;

        assert_null(site_sql_file_read(pool, "q.sql", "SELECT 1\0", 9, 7, &complaint));
        assert_string_equal(complaint, "q.sql:1: it is no text in UTF-8");
    }
}

static void lines_are_those_of_the_file(void **state) {
    static const char text[] = "-- A \xe2\x98\x85\nSELECT a,\n  :x::int AS b\nFROM c";
    const site_sql_file_t *file = read_of(text, strlen(text));

    (void)state;
    assert_int_equal(APR_ARRAY_IDX(file->lines, 0, int), 3);
    /* As PostgreSQL counts: characters of the statement, from 1. */
    assert_int_equal(site_sql_file_line(file, 16), 1);
    assert_int_equal(site_sql_file_line(file, 16 + 6), 1);
    assert_int_equal(site_sql_file_line(file, 16 + 7), 2);
    assert_int_equal(site_sql_file_line(file, 16 + 7 + 9), 2);
    assert_int_equal(site_sql_file_line(file, 16 + 7 + 10), 3);
    assert_int_equal(site_sql_file_line(file, 10000), 5);
    assert_int_equal(site_sql_file_line(file, 0), 1);
    file = read_of("\n\n SELECT 1", 11);
    assert_int_equal(site_sql_file_line(file, 0), 3);
}

static int setup(void **state) {
    (void)state;
    apr_initialize();
    return apr_pool_create(&pool, NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(placeholders_become_numbers),
        cmocka_unit_test(what_only_looks_like_one),
        cmocka_unit_test(escape_strings),
        cmocka_unit_test(what_is_wrong_is_told_with_its_line),
        cmocka_unit_test(lines_are_those_of_the_file),
    };

    return cmocka_run_group_tests(tests, setup, NULL);
}
