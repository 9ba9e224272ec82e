/* What pages ask beside their rows: facets, neighbours; and the addresses of other views of the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/facet.h"
#include "core/filter_words.h"
#include "core/neighbour.h"
#include "core/vary.h"
#include "library.h"
#include <apr_general.h>
#include <apr_strings.h>
#include <string.h>

static site_query_t all_books(void) {
    site_query_t query = {.resource = books, .condition = site_condition_make(pool, SITE_CONDITION_ALL), .limit = -1};

    return query;
}

/* --- facets --- */

static void few_values_are_counted(void **state) {
    (void)state;
    assert_int_equal(books->facets->nelts, 1);
    assert_string_equal(APR_ARRAY_IDX(books->facets, 0, const site_attribute_t *)->name, "in_print");
    assert_int_equal(authors->facets->nelts, 0);
}

static void not_everything_can_be_counted(void **state) {
    (void)state;
    assert_true(site_facet_is_possible(site_resource_attribute(books, "title")));
    assert_true(site_facet_is_possible(site_resource_attribute(books, "author")));
    assert_true(site_facet_is_possible(site_resource_attribute(books, "born")));
    assert_false(site_facet_is_possible(site_resource_attribute(books, "extra")));
    assert_false(site_facet_is_possible(site_resource_attribute(books, "words")));
    assert_false(site_facet_is_possible(site_resource_attribute(books, "price")));
    assert_false(site_facet_is_likely(site_resource_attribute(books, "title")));
}

static void facets_are_one_look_at_the_rows(void **state) {
    site_query_t query = all_books();
    site_resource_t resource = *books;
    site_sql_t sql;

    (void)state;
    resource.facets = apr_array_make(pool, 2, sizeof(const site_attribute_t *));
    APR_ARRAY_PUSH(resource.facets, const site_attribute_t *) = site_resource_attribute(books, "in_print");
    APR_ARRAY_PUSH(resource.facets, const site_attribute_t *) = site_resource_attribute(books, "author");
    query.resource = &resource;
    site_facet_sql(pool, &query, &sql);
    has(sql.text,
        "SELECT GROUPING(t0.\"in_print\", t0.\"author\") AS n, t0.\"in_print\" AS v0, t0.\"author\" AS v1, "
        "count(*) AS c FROM \"public\".\"book\" AS t0 GROUP BY GROUPING SETS ((t0.\"in_print\"), (t0.\"author\"))");
    has(sql.text, "CASE r.n WHEN 1 THEN r.v0::text WHEN 2 THEN r.v1::text END");
    has(sql.text, "WHERE r.k <= 11 ");
    assert_int_equal(sql.count, 0);
}

static void answers_become_filters(void **state) {
    apr_array_header_t *facets = site_facets_make(pool, books);
    site_cell_t rows[3][4] = {{{"0", 1}, {"t", 1}, {NULL, 0}, {"70", 2}},
                              {{"0", 1}, {"f", 1}, {NULL, 0}, {"20", 2}},
                              {{"0", 1}, {NULL, 0}, {NULL, 0}, {"3", 1}}};
    const site_facet_t *facet = APR_ARRAY_IDX(facets, 0, const site_facet_t *);
    const site_facet_value_t *values;
    int i;

    (void)state;
    for (i = 0; i < 3; i++)
        site_facets_take(facets, rows[i]);
    assert_int_equal(facet->values->nelts, 3);
    assert_false(facet->more);
    values = (const site_facet_value_t *)(const void *)facet->values->elts;
    assert_string_equal(values[0].value, "true");
    assert_string_equal(values[0].label, "yes");
    assert_int_equal(values[0].count, 70);
    assert_string_equal(values[1].value, "false");
    assert_null(values[2].value);
    for (i = 0; i < SITE_FACET_VALUES; i++)
        site_facets_take(facets, rows[0]);
    assert_int_equal(facet->values->nelts, SITE_FACET_VALUES);
    assert_true(facet->more);
}

/* --- neighbours --- */

static void the_other_side_is_found_by_an_index(void **state) {
    apr_array_header_t *all = site_neighbours_of(pool, authors);
    site_neighbours_t *neighbours = APR_ARRAY_IDX(all, 0, site_neighbours_t *);
    site_cell_t row[2] = {{"42", 2}, {"Moby-Dick", 9}};
    site_sql_t sql;
    int i;

    (void)state;
    assert_int_equal(all->nelts, 1);
    assert_ptr_equal(neighbours->relation->target, books);
    assert_string_equal(neighbours->filter, "author");
    site_neighbours_sql(pool, neighbours->relation, site_filter_key(pool, authors, "Melville", 8), &sql);
    has(sql.text, "SELECT t1.\"id\"::text, t1.\"title\"::text FROM \"public\".\"book\" AS t1 WHERE t1.\"author\" = "
                  "(SELECT t0.\"name\" FROM \"public\".\"author\" AS t0 WHERE t0.\"name\" = $1");
    has(sql.text, " ORDER BY t1.\"id\" LIMIT 7");
    assert_string_equal(sql.values[0], "Melville");
    for (i = 0; i <= SITE_NEIGHBOUR_ROWS; i++)
        site_neighbours_take(neighbours, row);
    assert_int_equal(neighbours->rows->nelts, SITE_NEIGHBOUR_ROWS);
    assert_true(neighbours->more);
    assert_int_equal(site_neighbours_of(pool, books)->nelts, 0);
}

/* --- the same in other words, and under other addresses --- */

static void filters_are_told_in_words(void **state) {
    static const struct {
        const char *name, *words;
    } cases[] = {{"title", "Title is"},
                 {"title__icontains", "Title contains"},
                 {"title__icontains!", "Title not: contains"},
                 {"price__lte!", "Price in <EUR> is not at most"},
                 {"added__year__gte", "Added, year is at least"},
                 {"author", "Author is"},
                 {"author__isnull", "Author is missing:"},
                 {"author__name__startswith", "Author \xe2\x80\xba Name starts exactly with"},
                 {"nothing", NULL},
                 {"title__nothing", NULL},
                 {"page", NULL},
                 {"", NULL}};
    apr_size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *words = site_filter_words(pool, books, &api->spec->settings, cases[i].name);

        if (!cases[i].words)
            assert_null(words);
        else
            assert_string_equal(words ? words : "(nothing)", cases[i].words);
    }
    assert_string_equal(site_filter_value_words(pool, books, &api->spec->settings, "in_print", "TRUE"), "yes");
    assert_string_equal(site_filter_value_words(pool, books, &api->spec->settings, "author__isnull", "0"), "no");
    assert_string_equal(site_filter_value_words(pool, books, &api->spec->settings, "title", "true"), "true");
}

static void an_address_keeps_what_it_does_not_change(void **state) {
    static const char query[] = "b=2&page=7&a=1&a=3&_field=x&_x=price&c=%26%20";
    site_error_t *error;
    site_vary_t vary = {pool, site_params_parse(pool, query, strlen(query), &error), &api->spec->settings};
    site_vary_t empty = {pool, site_params_parse(pool, "page=2", 6, &error), &api->spec->settings};

    (void)state;
    assert_string_equal(site_vary_set(&vary, "d", "4"), "?_x=price&a=1&a=3&b=2&c=%26+&d=4");
    assert_string_equal(site_vary_set(&vary, "a", "9"), "?_x=price&a=9&b=2&c=%26+");
    assert_string_equal(site_vary_set(&vary, "a", NULL), "?_x=price&b=2&c=%26+");
    assert_string_equal(site_vary_add(&vary, "a", "9"), "?_x=price&a=1&a=3&a=9&b=2&c=%26+");
    assert_string_equal(site_vary_drop(&vary, 3), "?_x=price&a=1&b=2&c=%26+");
    assert_string_equal(site_vary_set(&empty, "x", NULL), "?");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(few_values_are_counted),
        cmocka_unit_test(not_everything_can_be_counted),
        cmocka_unit_test(facets_are_one_look_at_the_rows),
        cmocka_unit_test(answers_become_filters),
        cmocka_unit_test(the_other_side_is_found_by_an_index),
        cmocka_unit_test(filters_are_told_in_words),
        cmocka_unit_test(an_address_keeps_what_it_does_not_change),
    };
    int failed;

    apr_initialize();
    apr_pool_create(&pool, NULL);
    failed = cmocka_run_group_tests(tests, make_library, NULL);
    apr_terminate();
    return failed;
}
