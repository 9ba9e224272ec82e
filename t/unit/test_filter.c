/* Lookups on own columns: what each becomes in SQL, and which values it binds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/fixture.h"

typedef struct case_t {
    const char *resource, *query, *expected;
} case_t;

static void check(const case_t *cases, size_t count) {
    size_t i;

    for (i = 0; i < count; i++)
        assert_string_equal(fixture_where(fixture_pool, cases[i].resource, cases[i].query), cases[i].expected);
}

#define CHECK(cases) check((cases), sizeof(cases) / sizeof *(cases))

static void text(void **state) {
    static const case_t cases[] = {
        {"book", "title=x", "t0.\"title\" = $1::text | x"},
        {"book", "title!=x", "NOT (t0.\"title\" = $1::text) | x"},
        {"book", "title__iexact=x", "upper((t0.\"title\")::text) = upper($1::text) | x"},
        {"book", "title__contains=50%_\\", "(t0.\"title\")::text LIKE $1::text | %50\\%\\_\\\\%"},
        {"book", "title__icontains=x", "upper((t0.\"title\")::text) LIKE upper($1::text) | %x%"},
        {"book", "title__startswith=x", "(t0.\"title\")::text LIKE $1::text | x%"},
        {"book", "title__istartswith=x", "upper((t0.\"title\")::text) LIKE upper($1::text) | x%"},
        {"book", "title__endswith=x", "(t0.\"title\")::text LIKE $1::text | %x"},
        {"book", "title__iendswith=x", "upper((t0.\"title\")::text) LIKE upper($1::text) | %x"},
        {"book", "title__regex=^x", "(t0.\"title\")::text ~ $1::text | ^x"},
        {"book", "title__iregex=^x", "(t0.\"title\")::text ~* $1::text | ^x"},
        {"book", "title__search=x", "to_tsvector(coalesce((t0.\"title\")::text, '')) @@ plainto_tsquery($1::text) | x"},
        {"book", "title__isnull=true", "t0.\"title\" IS NULL"},
        {"book", "title__isnull!=true", "NOT (t0.\"title\" IS NULL)"},
        {"book", "title__in=a,,b", "t0.\"title\" = ANY($1::text[]) | {\"a\",\"\",\"b\"}"},
        {"author", "email=A@B", "t0.\"email\" = $1::public.citext | A@B"},
        {"author", "email__contains=a", "(t0.\"email\")::public.citext LIKE $1::text | %a%"},
        {"author", "email__iexact=a", "upper((t0.\"email\")::public.citext) = upper($1::text) | a"},
    };

    (void)state;
    CHECK(cases);
}

/* Out of a column's range, the answer does not depend on the row; int() cuts a fraction. */
static void numbers(void **state) {
    static const case_t cases[] = {
        {"book", "pages=5", "t0.\"pages\" = $1::smallint | 5"},
        {"book", "pages!=5", "NOT (t0.\"pages\" = $1::smallint AND t0.\"pages\" IS NOT NULL) | 5"},
        {"book", "pages=1.5", "t0.\"pages\" = $1::smallint | 1"},
        {"book", "pages=99999", "FALSE"},
        {"book", "pages__lt=99999", "t0.\"pages\" IS NOT NULL"},
        {"book", "pages__gt!=99999", "NOT (FALSE AND t0.\"pages\" IS NOT NULL)"},
        {"book", "pages__in=1,99999,2", "t0.\"pages\" = ANY($1::smallint[]) | {\"1\",\"2\"}"},
        {"book", "pages__in=,", "FALSE"},
        {"book", "pages__in!=,", ""},
        {"book", "pages__range=1,5", "(t0.\"pages\" >= $1::smallint AND t0.\"pages\" <= $2::smallint) | 1 | 5"},
        {"book", "pages__range=1,", "(t0.\"pages\" >= $1::smallint AND NULL::boolean) | 1"},
        {"book", "price__gte=1e2", "t0.\"price\" >= $1::numeric | 100"},
        {"book", "weight=0.1", "t0.\"weight\" = $1::double precision | 0.1"},
        {"book", "weight__in=0.1", "t0.\"weight\" = ANY($1::double precision[]) | {\"0.1\"}"},
        {"book", "weight__in=0.1,0.2", "t0.\"weight\" = ANY($1::real[]) | {\"0.1\",\"0.2\"}"},
        {"book", "pages__contains=1e2", "(t0.\"pages\")::text LIKE $1::text | %1E+2%"},
    };

    (void)state;
    CHECK(cases);
}

/* Years and dates are ranges of the column, for its index. */
static void dates_and_times(void **state) {
    static const case_t cases[] = {
        {"book", "sold__year=2020",
         "(t0.\"sold\" >= $1::date::timestamptz AND t0.\"sold\" < $2::date::timestamptz) | 2020-01-01 | 2021-01-01"},
        {"book", "sold__year__gt=2020", "t0.\"sold\" >= $1::date::timestamptz | 2021-01-01"},
        {"book", "sold__year__lte=2020", "t0.\"sold\" < $1::date::timestamptz | 2021-01-01"},
        {"book", "sold__year__in=2020,2021",
         "(EXTRACT(year FROM t0.\"sold\") = ANY($1::integer[]) AND t0.\"sold\" >= $2::date::timestamptz AND "
         "t0.\"sold\" < $3::date::timestamptz) | {\"2020\",\"2021\"} | 2020-01-01 | 2022-01-01"},
        {"book", "sold__year__range=2020,2021",
         "(t0.\"sold\" >= $1::date::timestamptz AND t0.\"sold\" < $2::date::timestamptz) | 2020-01-01 | 2022-01-01"},
        {"book", "printed__year=2020",
         "(t0.\"printed\" >= $1::date AND t0.\"printed\" < $2::date) | 2020-01-01 | 2021-01-01"},
        {"book", "printed__year__range=0,3",
         "(EXTRACT(year FROM t0.\"printed\") >= $1::integer AND EXTRACT(year FROM t0.\"printed\") <= $2::integer) | 0 "
         "| 3"},
        {"book", "printed__year=0", "{\"printed__year\":[\"Ensure this year is between 1 and 9999.\"]}"},
        {"book", "printed__iso_year=2020",
         "(t0.\"printed\" >= $1::date AND t0.\"printed\" < $2::date) | 2020-01-01 | 2021-01-01"},
        {"book", "printed__iso_year__range=2020,2021",
         "((EXTRACT(isoyear FROM t0.\"printed\") >= $1::integer AND EXTRACT(isoyear FROM t0.\"printed\") <= "
         "$2::integer) AND t0.\"printed\" >= $3::date AND t0.\"printed\" < $4::date) | 2020 | 2021 | 2019-01-01 | "
         "2023-01-01"},
        {"book", "printed__iso_year__in=1,5",
         "EXTRACT(isoyear FROM t0.\"printed\") = ANY($1::integer[]) | {\"1\",\"5\"}"},
        {"book", "printed__year__in=5,10000",
         "EXTRACT(year FROM t0.\"printed\") = ANY($1::integer[]) | {\"5\",\"10000\"}"},
        {"book", "printed__week_day=1", "(EXTRACT(dow FROM t0.\"printed\") + 1) = $1::integer | 1"},
        {"book", "printed__month__in=1,2", "EXTRACT(month FROM t0.\"printed\") = ANY($1::integer[]) | {\"1\",\"2\"}"},
        {"book", "sold__date=2020-02-29",
         "(t0.\"sold\"::date = $1::date AND t0.\"sold\" >= ($2::date - 1)::timestamp with time zone AND t0.\"sold\" < "
         "($3::date + 2)::timestamp with time zone) | 2020-02-29 | 2020-02-29 | 2020-02-29"},
        {"book", "sold__date__gt=2020-02-29",
         "(t0.\"sold\"::date > $1::date AND t0.\"sold\" >= ($2::date - 1)::timestamp with time zone) | 2020-02-29 | "
         "2020-02-29"},
        {"book", "sold__date__lte=2020-02-29",
         "(t0.\"sold\"::date <= $1::date AND t0.\"sold\" < ($2::date + 2)::timestamp with time zone) | 2020-02-29 | "
         "2020-02-29"},
        {"book", "sold__date__in=2020-02-29,2020-03-01",
         "(t0.\"sold\"::date = ANY($1::date[]) AND t0.\"sold\" >= ($2::date - 1)::timestamp with time zone AND "
         "t0.\"sold\" "
         "< ($3::date + 2)::timestamp with time zone) | {\"2020-02-29\",\"2020-03-01\"} | 2020-02-29 | 2020-03-01"},
        {"book", "sold__date__range=2020-03-01,2020-02-29",
         "((t0.\"sold\"::date >= $1::date AND t0.\"sold\"::date <= $2::date) AND t0.\"sold\" >= ($3::date - "
         "1)::timestamp "
         "with time zone AND t0.\"sold\" < ($4::date + 2)::timestamp with time zone) | 2020-03-01 | 2020-02-29 | "
         "2020-02-29 "
         "| 2020-03-01"},
        {"book", "sold__time__gte=12:00", "t0.\"sold\"::time >= $1::time | 12:00:00"},
        {"book", "sold__date__year=2020",
         "(t0.\"sold\"::date >= $1::date AND t0.\"sold\"::date < $2::date) | 2020-01-01 | 2021-01-01"},
        {"book", "sold__hour=3", "EXTRACT(hour FROM t0.\"sold\") = $1::integer | 3"},
        {"book", "sold__time__minute__lt=30", "EXTRACT(minute FROM t0.\"sold\"::time) < $1::integer | 30"},
        {"book", "sold=2020-01-01T00:00:00Z", "t0.\"sold\" = $1::timestamp with time zone | 2020-01-01T00:00:00+00:00"},
        {"book", "opens__gte=12:00", "t0.\"opens\" >= $1::time without time zone | 12:00:00"},
        {"book", "loan__lt=1:00", "t0.\"loan\" < $1::interval | 0 days +60.000000 seconds"},
        {"book", "loan__contains=1:00", "(t0.\"loan\")::text LIKE $1::text | %0:01:00%"},
    };

    (void)state;
    CHECK(cases);
}

static void booleans_and_choices(void **state) {
    static const case_t cases[] = {
        {"book", "uid=B4FF982842AA1FA97EB21FF80FFAD9A4",
         "t0.\"uid\" = $1::uuid | b4ff9828-42aa-1fa9-7eb2-1ff80ffad9a4"},
        {"book", "lent=true", "t0.\"lent\" = $1::boolean | true"},
        {"book", "lent!=false", "NOT (t0.\"lent\" = $1::boolean AND t0.\"lent\" IS NOT NULL) | false"},
        {"book", "lent=maybe", ""},
        {"book", "lent__in=true,false", ""},
        {"book", "lent__in=true", "{\"lent__in\":[\"This lookup is not supported for this field.\"]}"},
        {"book", "mood=sad", "t0.\"mood\" = $1::public.mood | sad"},
        {"book", "mood=mad", "{\"mood\":[\"Select a valid choice. mad is not one of the available choices.\"]}"},
        {"book", "mood__in=sad,glad", "t0.\"mood\" = ANY($1::public.mood[]) | {\"sad\",\"glad\"}"},
        {"book", "mood__gt=sad", "t0.\"mood\" > $1::public.mood | sad"},
    };

    (void)state;
    CHECK(cases);
}

static void arrays_json_and_the_rest(void **state) {
    static const case_t cases[] = {
        {"book", "marks=a,b", "t0.\"marks\" = $1::text[] | {\"a\",\"b\"}"},
        {"book", "marks__contains=a", "t0.\"marks\" @> $1::text[] | {\"a\"}"},
        {"book", "marks__contained_by=a,b", "t0.\"marks\" <@ $1::text[] | {\"a\",\"b\"}"},
        {"book", "marks__overlap=a,\"b", "t0.\"marks\" && $1::text[] | {\"a\",\"\\\"b\"}"},
        {"book", "marks__len=2",
         "CASE WHEN t0.\"marks\" IS NULL THEN NULL ELSE coalesce(array_length(t0.\"marks\", 1), 0) END = $1::integer | "
         "2"},
        {"book", "marks__len__gt=2",
         "CASE WHEN t0.\"marks\" IS NULL THEN NULL ELSE coalesce(array_length(t0.\"marks\", 1), 0) END > $1::integer | "
         "2"},
        {"book", "extra={\"a\":1}", "t0.\"extra\" = $1::jsonb | {\"a\":1}"},
        {"book", "extra__contains={\"a\":1}", "t0.\"extra\" @> $1::jsonb | {\"a\":1}"},
        {"book", "extra__has_key=a", "t0.\"extra\" ? $1::text | a"},
        {"book", "extra__has_keys=a,b", "t0.\"extra\" ?& $1::text[] | {\"a\",\"b\"}"},
        {"book", "extra__has_any_keys=a,b", "t0.\"extra\" ?| $1::text[] | {\"a\",\"b\"}"},
        {"book", "cover__isnull=false", "t0.\"cover\" IS NOT NULL"},
        {"book", "cover=x", ""},
        {"book", "origin=10.0.0.1", "t0.\"origin\" = $1::inet | 10.0.0.1"},
        {"book", "origin__startswith=10.", "host(t0.\"origin\") LIKE $1::text | 10.%"},
        {"book", "origin__in=10.0.0.1,::1", "t0.\"origin\" = ANY($1::inet[]) | {\"10.0.0.1\",\"::1\"}"},
        {"book", "cost=1.5", "t0.\"cost\" = $1::money | 1.5"},
        {"book", "cost__gt=1", "t0.\"cost\" > $1::money | 1"},
    };

    (void)state;
    CHECK(cases);
}

/* Every relation can be asked whether it has a row: one with several rows, too, and over a path. */
static void whether_there_is_a_related_row(void **state) {
    static const case_t cases[] = {
        {"book", "author__isnull=true", "t0.\"author_id\" IS NULL"},
        {"book", "shelf__isnull!=true", "NOT (t0.\"shelf_id\" IS NULL)"},
        {"shelf", "book__isnull=false",
         "EXISTS (SELECT 1 FROM \"public\".\"book\" AS t1 WHERE t1.\"shelf_id\" = t0.\"id\")"},
        {"shelf", "book__isnull=true",
         "NOT (EXISTS (SELECT 1 FROM \"public\".\"book\" AS t1 WHERE t1.\"shelf_id\" = t0.\"id\"))"},
        {"shelf", "book__isnull!=true",
         "EXISTS (SELECT 1 FROM \"public\".\"book\" AS t1 WHERE t1.\"shelf_id\" = t0.\"id\")"},
        {"shelf", "book__isnull=maybe", ""},
        {"book", "topic__isnull=false",
         "EXISTS (SELECT 1 FROM \"public\".\"book_topic\" AS t1 WHERE t1.\"book_id\" = t0.\"id\")"},
        {"author", "book__topic__isnull=true",
         "EXISTS (SELECT 1 FROM \"public\".\"book\" AS t1 WHERE t1.\"author_id\" = t0.\"id\" AND NOT (EXISTS (SELECT 1 "
         "FROM \"public\".\"book_topic\" AS t2 WHERE t2.\"book_id\" = t1.\"id\")))"},
    };

    (void)state;
    CHECK(cases);
}

static void keys_with_several_spellings(void **state) {
    static const site_kind_t settled[] = {SITE_KIND_INT2, SITE_KIND_INT4, SITE_KIND_INT8,
                                          SITE_KIND_UUID, SITE_KIND_DATE, SITE_KIND_TIME,
                                          SITE_KIND_ENUM, SITE_KIND_TEXT, SITE_KIND_CHAR};
    site_column_t column;
    size_t i, count = sizeof settled / sizeof *settled;
    int kind;

    (void)state;
    for (kind = 0; kind < SITE_KIND_COUNT; kind++) {
        memset(&column, 0, sizeof column);
        column.type.kind = (site_kind_t)kind;
        for (i = 0; i < count && settled[i] != column.type.kind; i++)
            ;
        assert_int_equal(site_filter_key_has_spellings(&column), i == count);
    }
    memset(&column, 0, sizeof column);
    column.type.kind = SITE_KIND_TEXT;
    column.type.case_insensitive = 1;
    assert_true(site_filter_key_has_spellings(&column));
    column.type.case_insensitive = 0;
    column.nondeterministic = 1;
    assert_true(site_filter_key_has_spellings(&column));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_with_several_spellings),
        cmocka_unit_test(text),
        cmocka_unit_test(numbers),
        cmocka_unit_test(dates_and_times),
        cmocka_unit_test(booleans_and_choices),
        cmocka_unit_test(arrays_json_and_the_rest),
        cmocka_unit_test(whether_there_is_a_related_row),
    };

    return cmocka_run_group_tests(tests, fixture_setup, NULL);
}
