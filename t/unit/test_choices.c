/* CHECK constraints that list a column's values, in the words of pg_get_constraintdef. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "db/choices.h"
#include <apr_general.h>
#include <apr_strings.h>

static apr_pool_t *pool;

static void reads(const char *column, const char *definition, const char *joined) {
    apr_array_header_t *values = site_choices_read(pool, definition, column);

    assert_non_null(values);
    assert_string_equal(apr_array_pstrcat(pool, values, '|'), joined);
}

static void refuses(const char *column, const char *definition) {
    assert_null(site_choices_read(pool, definition, column));
}

static void lists_are_read(void **state) {
    (void)state;
    reads("kind", "CHECK ((kind = ANY (ARRAY['a'::text, 'b'::text])))", "a|b");
    reads("kind",
          "CHECK (((kind)::text = ANY ((ARRAY['catalog'::character varying, 'tag'::character varying])::text[])))",
          "catalog|tag");
    reads("kind",
          "CHECK (((kind)::text = ANY (ARRAY[('a'::character varying)::text, ('b'::character varying)::text])))",
          "a|b");
    reads("c", "CHECK ((c = ANY (ARRAY['x'::bpchar, 'y'::bpchar])))", "x|y");
    reads("c", "CHECK ((c = ANY (ARRAY['x'::public.citext])))", "x");
    reads("kind", "CHECK ((kind = 'only'::text))", "only");
    reads(NULL, "CHECK (((VALUE)::text = ANY ((ARRAY['red'::character varying])::text[])))", "red");
}

static void odd_characters_survive(void **state) {
    (void)state;
    reads("k", "CHECK ((k = ANY (ARRAY['it''s'::text, ''::text, '))'::text])))", "it's||))");
    reads("k", "CHECK ((k = E'back\\\\slash'::text))", "back\\slash");
    reads("SELECT", "CHECK ((\"SELECT\" = 'a'::text))", "a");
    reads("quo\"te", "CHECK ((\"quo\"\"te\" = 'a'::text))", "a");
    reads("\xc3\xbcml", "CHECK ((\"\xc3\xbcml\" = '\xc3\xa4'::text))", "\xc3\xa4");
}

static void other_conditions_are_left(void **state) {
    (void)state;
    refuses("kind", "CHECK ((kind <> 'a'::text))");
    refuses("kind", "CHECK (((kind = 'a'::text) OR (other = 'b'::text)))");
    refuses("kind", "CHECK ((lower(kind) = ANY (ARRAY['a'::text])))");
    refuses("kind", "CHECK ((kind = ANY (ARRAY['a'::text, NULL::text])))");
    refuses("kind", "CHECK ((kind = ALL (ARRAY['a'::text])))");
    refuses("kind", "CHECK ((kinder = 'a'::text))");
    refuses("kind", "CHECK ((\"kinder\" = 'a'::text))");
    refuses("kinder", "CHECK ((\"kind\" = 'a'::text))");
    refuses("kind", "CHECK (((kind)::character varying(1) = 'a'::text))");
    refuses("kind", "CHECK ((kind = 'a'::text)) NOT VALID");
    refuses("kind", "CHECK ((kind = 'a'::text)) NO INHERIT");
    refuses("kind", "CHECK ((kind = 'a'::text COLLATE \"C\"))");
    refuses("kind", "CHECK ((1 = 1))");
    refuses("kind", "CHECK (((length(kind) > 0)))");
}

static void broken_texts_are_refused(void **state) {
    static const char whole[] = "CHECK (((kind)::text = ANY ((ARRAY['a'::text, E'b\\\\'::text])::text[])))";
    apr_size_t length;

    (void)state;
    reads("kind", whole, "a|b\\");
    for (length = 0; length < sizeof whole - 1; length++)
        refuses("kind", apr_pstrmemdup(pool, whole, length));
    refuses("kind", "CHECK ((((((((((((((((((((kind)))))))))))))))))) = 'a'::text))");
    refuses("", "CHECK (( = 'a'::text))");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_are_read),
        cmocka_unit_test(odd_characters_survive),
        cmocka_unit_test(other_conditions_are_left),
        cmocka_unit_test(broken_texts_are_refused),
    };
    int failed;

    apr_initialize();
    apr_pool_create(&pool, NULL);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    apr_pool_destroy(pool);
    apr_terminate();
    return failed;
}
