/* The words of a search, and where each is looked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/phrase.h"
#include "core/search.h"
#include "unit/fixture.h"
#include <apr_strings.h>
#include <string.h>

static const char *search(const char *resource, const char *text, size_t length) {
    site_settings_t settings;
    site_error_t *error;
    site_query_t query;
    const char *where;
    site_sql_t sql;

    fixture_settings(&settings);
    memset(&query, 0, sizeof query);
    query.resource = fixture_resource(resource);
    query.condition = site_search_read(fixture_pool, query.resource, &settings, text, length, &error);
    if (error)
        return fixture_errors(fixture_pool, error);
    if (!query.condition)
        return "";
    site_sql_count(fixture_pool, &query, &sql);
    where = strstr(fixture_show(fixture_pool, &sql), " WHERE ");
    return where ? where + 7 : "TRUE";
}

/* The words alone: each is bound once for every field. */
static const char *words(const char *text, size_t length) {
    const char *shown = search("book", text, length), *at = strstr(shown, " | ");
    char *copy = apr_pstrdup(fixture_pool, at ? at + 3 : ""), *word, *state;
    const char *result = "";
    int i = 0;

    for (word = apr_strtok(copy, "|", &state); word; word = apr_strtok(NULL, "|", &state)) {
        if (i++ % 4 == 1)
            result = apr_pstrcat(fixture_pool, result, word, NULL);
    }
    return result;
}

static void every_word_in_some_field(void **state) {
    (void)state;
    assert_string_equal(
        search("book", "x", 1),
        "(upper((t0.\"title\")::text) LIKE upper($1::text) OR t0.\"author_id\" IN (SELECT t1.\"id\" FROM "
        "\"public\".\"author\" AS t1 WHERE upper((t1.\"name\")::text) LIKE upper($2::text)) OR "
        "upper((t0.\"isbn\")::text) = upper($3::text) OR EXISTS (SELECT 1 FROM \"public\".\"book_topic\" AS "
        "t2 JOIN \"public\".\"topic\" AS t3 ON t3.\"id\" = t2.\"topic_id\" WHERE t2.\"book_id\" = t0.\"id\" "
        "AND upper((t3.\"slug\")::text) LIKE upper($4::text))) | x% | %x% | x | %x%");
    assert_string_equal(search("shelf", "x", 1), "");
}

static void words_end_at_commas_and_white_space(void **state) {
    (void)state;
    assert_string_equal(words("one two", 7), " %one%  %two% ");
    assert_string_equal(words(" one,two,, three\t", 17), " %one%  %two%  %three% ");
    assert_string_equal(words("one\xC2\xA0two\xE2\x80\x83three", 16), " %one%  %two%  %three% ");
    assert_string_equal(words("o\0ne", 4), " %one% ");
    assert_string_equal(words("\"one two\"", 9), " %\"one%  %two\"% ");
    assert_string_equal(words("50%_\\", 5), " %50\\%\\_\\\\% ");
    assert_string_equal(search("book", " , ", 3), "");
    assert_string_equal(search("book", "", 0), "");
}

static void too_much_is_refused(void **state) {
    char *text = apr_pcalloc(fixture_pool, 100001);

    (void)state;
    memset(text, 'x', 100000);
    assert_non_null(strstr(search("book", text, 100000), "{\"search\":["));
    memset(text, ' ', 5000);
    memset(text + 5000, 0, 1);
    for (size_t i = 0; i < 5000; i += 2)
        text[i] = 'a';
    assert_non_null(strstr(search("book", text, 5000), "{\"search\":["));
}

/* The words, each in [brackets]. */
static const char *cut(const char *text) {
    const apr_array_header_t *words = site_phrase_split(fixture_pool, text, strlen(text));
    const char *result = "";
    int i;

    for (i = 0; i < words->nelts; i++)
        result = apr_pstrcat(fixture_pool, result, "[", APR_ARRAY_IDX(words, i, const char *), "]", NULL);
    return result;
}

static void phrases_stay_together(void **state) {
    (void)state;
    assert_string_equal(cut("a  b,c"), "[a][b][c]");
    assert_string_equal(cut("\"alpha centauri\" x"), "[alpha centauri][x]");
    assert_string_equal(cut("'alpha, centauri', x"), "[alpha, centauri][x]");
    assert_string_equal(cut("\"say \\\"hi\\\" \\\\ \\n\""), "[say \"hi\" \\ \\n]");
    assert_string_equal(cut("\"it's\" 'a \"b\" c'"), "[it's][a \"b\" c]");
    assert_string_equal(cut("\"open phrase"), "[\"open][phrase]");
    assert_string_equal(cut("\"\" , \",\" '"), "[,][']");
    assert_string_equal(cut("\"\\"), "[\"\\]");
    assert_string_equal(cut(""), "");
    assert_string_equal(cut("\xe2\x80\x89\"a\xe2\x80\x89z\"\xe2\x80\x89x"), "[a\xe2\x80\x89z][x]");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_word_in_some_field),
        cmocka_unit_test(phrases_stay_together),
        cmocka_unit_test(words_end_at_commas_and_white_space),
        cmocka_unit_test(too_much_is_refused),
    };

    return cmocka_run_group_tests(tests, fixture_setup, NULL);
}
