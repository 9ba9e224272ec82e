/* The table of lookups x types. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/lookup.h"
#include <string.h>

static site_lookup_t found;

static int find(site_kind_t kind, const char *expression) {
    static site_type_t element, bound = {.kind = SITE_KIND_DATE};
    site_type_t type;

    memset(&type, 0, sizeof type);
    element.kind = SITE_KIND_ENUM;
    type.kind = kind;
    type.element = kind == SITE_KIND_ARRAY ? &element : NULL;
    type.bound = kind == SITE_KIND_RANGE ? &bound : NULL;
    return site_lookup_find(&type, expression, &found);
}

static void every_type_has_its_own(void **state) {
    (void)state;
    assert_true(find(SITE_KIND_TEXT, ""));
    assert_int_equal(found.operator, SITE_OP_EXACT);
    assert_int_equal(found.reader, SITE_READ_TEXT);
    assert_false(find(SITE_KIND_TEXT, "exact"));
    assert_false(find(SITE_KIND_TEXT, "year"));
    assert_false(find(SITE_KIND_TEXT, "nope"));
    assert_false(find(SITE_KIND_TEXT, "__"));
    assert_true(find(SITE_KIND_INT4, "in"));
    assert_int_equal(found.arity, SITE_ARITY_LIST);
    assert_true(find(SITE_KIND_INT4, "range"));
    assert_int_equal(found.arity, SITE_ARITY_PAIR);
    assert_true(find(SITE_KIND_BYTEA, "isnull"));
    assert_int_equal(found.reader, SITE_READ_BOOLEAN);
    assert_false(find(SITE_KIND_BYTEA, ""));
    assert_true(find(SITE_KIND_JSONB, "has_key"));
    assert_int_equal(found.reader, SITE_READ_TEXT);
    assert_false(find(SITE_KIND_JSONB, "icontains"));
    assert_true(find(SITE_KIND_OTHER, "icontains"));
    assert_false(find(SITE_KIND_OTHER, "gt"));
    assert_true(find(SITE_KIND_RANGE, "gt"));
    assert_int_equal(found.reader, SITE_READ_RANGE);
}

/* A tsvector is text to most lookups, and can be searched. */
static void documents_can_be_searched(void **state) {
    (void)state;
    assert_true(find(SITE_KIND_TSVECTOR, "search"));
    assert_int_equal(found.operator, SITE_OP_SEARCH);
    assert_int_equal(found.reader, SITE_READ_TEXT);
    assert_true(find(SITE_KIND_TSVECTOR, "icontains"));
    assert_true(find(SITE_KIND_TSVECTOR, "isnull"));
    assert_false(find(SITE_KIND_TSVECTOR, "gt"));
    assert_false(find(SITE_KIND_OTHER, "search"));
}

/* Those of Django's range fields: of the whole, and of a bound, which has the lookups of its own type. */
static void ranges_have_theirs(void **state) {
    static const struct {
        const char *word;
        site_operator_t operator;
    } whole[] = {{"contained_by", SITE_OP_CONTAINED_BY}, {"overlap", SITE_OP_OVERLAP}, {"fully_lt", SITE_OP_FULLY_LT},
                 {"fully_gt", SITE_OP_FULLY_GT},         {"not_lt", SITE_OP_NOT_LT},   {"not_gt", SITE_OP_NOT_GT},
                 {"adjacent_to", SITE_OP_ADJACENT_TO}};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof whole / sizeof *whole; i++) {
        assert_true(find(SITE_KIND_RANGE, whole[i].word));
        assert_int_equal(found.operator, whole[i].operator);
        assert_int_equal(found.reader, SITE_READ_RANGE);
        assert_int_equal(found.arity, SITE_ARITY_ONE);
        assert_true(site_lookup_is_word(whole[i].word));
    }
    assert_true(find(SITE_KIND_RANGE, "contains"));
    assert_int_equal(found.operator, SITE_OP_HOLDS);
    assert_int_equal(found.reader, SITE_READ_MEMBER);
    assert_true(find(SITE_KIND_RANGE, "icontains"));
    assert_int_equal(found.reader, SITE_READ_TEXT);
    assert_true(find(SITE_KIND_RANGE, "in"));
    assert_int_equal(found.reader, SITE_READ_RANGE);
    assert_true(find(SITE_KIND_RANGE, "startswith"));
    assert_int_equal(found.transforms[0], SITE_AS_LOWER);
    assert_int_equal(found.operator, SITE_OP_EXACT);
    assert_int_equal(found.reader, SITE_READ_DATE);
    assert_true(find(SITE_KIND_RANGE, "endswith__year__gte"));
    assert_int_equal(found.transforms[0], SITE_AS_UPPER);
    assert_int_equal(found.transforms[1], SITE_AS_YEAR);
    assert_int_equal(found.reader, SITE_READ_NUMBER);
    assert_true(find(SITE_KIND_RANGE, "isempty"));
    assert_int_equal(found.reader, SITE_READ_BOOLEAN);
    assert_false(find(SITE_KIND_RANGE, "startswith__startswith__year"));
    assert_false(find(SITE_KIND_RANGE, "len"));
    assert_false(find(SITE_KIND_INT4, "isempty"));
    assert_false(find(SITE_KIND_ARRAY, "adjacent_to"));
    assert_true(site_lookup_is_word("startswith__year__lt"));
}

static void transforms_chain(void **state) {
    (void)state;
    assert_true(find(SITE_KIND_TIMESTAMPTZ, "date__year__gte"));
    assert_int_equal(found.transforms[0], SITE_AS_DATE);
    assert_int_equal(found.transforms[1], SITE_AS_YEAR);
    assert_int_equal(found.operator, SITE_OP_GTE);
    assert_int_equal(found.reader, SITE_READ_NUMBER);
    assert_true(find(SITE_KIND_TIMESTAMPTZ, "time__hour__in"));
    assert_true(find(SITE_KIND_DATE, "week_day"));
    assert_int_equal(found.transforms[0], SITE_AS_WEEK_DAY);
    assert_true(find(SITE_KIND_DATE, "week"));
    assert_int_equal(found.transforms[0], SITE_AS_WEEK);
    assert_false(find(SITE_KIND_DATE, "hour"));
    assert_false(find(SITE_KIND_DATE, "date"));
    assert_false(find(SITE_KIND_TIMESTAMPTZ, "date__date"));
    assert_false(find(SITE_KIND_TIMESTAMPTZ, "year__month"));
    assert_false(find(SITE_KIND_TIMESTAMPTZ, "date__"));
    assert_true(find(SITE_KIND_ARRAY, "len__gt"));
    assert_int_equal(found.family, SITE_FAMILY_LENGTH);
    assert_true(find(SITE_KIND_ARRAY, "contains"));
    assert_int_equal(found.reader, SITE_READ_NATIVE); /* only PostgreSQL knows the labels */
}

static void some_exist_and_cannot_be_answered(void **state) {
    (void)state;
    assert_true(find(SITE_KIND_INT4, "iexact"));
    assert_true(found.unsupported);
    assert_true(find(SITE_KIND_INT4, "regex"));
    assert_true(found.unsupported);
    assert_true(find(SITE_KIND_TEXT, "regex"));
    assert_false(found.unsupported);
    assert_true(find(SITE_KIND_BOOLEAN, "in"));
    assert_true(found.unsupported);
    assert_true(find(SITE_KIND_BOOLEAN, "range"));
    assert_true(found.unsupported);
    assert_true(find(SITE_KIND_DATE, "week_day__contains"));
    assert_true(found.unsupported);
    assert_true(find(SITE_KIND_DATE, "week__contains"));
    assert_false(found.unsupported);
}

static void count_one(void *baton, const char *expression, const site_lookup_t *lookup) {
    site_lookup_t again;
    site_type_t type;

    memset(&type, 0, sizeof type);
    type.kind = SITE_KIND_TIMESTAMPTZ;
    assert_true(site_lookup_find(&type, expression, &again));
    assert_int_equal(again.rank, lookup->rank);
    assert_true(!*expression || site_lookup_is_word(expression));
    ++*(int *)baton;
}

static void each_is_found_again(void **state) {
    site_type_t type;
    int count = 0;

    (void)state;
    memset(&type, 0, sizeof type);
    type.kind = SITE_KIND_TIMESTAMPTZ;
    site_lookup_each(&type, count_one, &count);
    assert_int_equal(count, 17 * (1 + 8 + 3 + 2 + 8 + 3));
}

static void words_of_directives(void **state) {
    (void)state;
    assert_true(site_lookup_is_word("exact"));
    assert_true(site_lookup_is_word("date__gte"));
    assert_true(site_lookup_is_word("has_keys"));
    assert_false(site_lookup_is_word(""));
    assert_false(site_lookup_is_word("contain"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_has_its_own),
        cmocka_unit_test(documents_can_be_searched),
        cmocka_unit_test(ranges_have_theirs),
        cmocka_unit_test(transforms_chain),
        cmocka_unit_test(some_exist_and_cannot_be_answered),
        cmocka_unit_test(each_is_found_again),
        cmocka_unit_test(words_of_directives),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
