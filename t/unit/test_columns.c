/* Rows of SQL as templates see them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/views.h"
#include <apr_general.h>
#include <apr_strings.h>
#include <string.h>

static apr_pool_t *pool;

static const char *text_of(site_view_t *view, const char *name) {
    const site_view_entry_t *entry = site_view_find(view, name, strlen(name));

    return entry && entry->text ? apr_pstrmemdup(pool, entry->text, entry->length) : "-";
}

static void a_row_of_columns(void **state) {
    static const site_views_column_t columns[] = {{"light_years", 1, 0}, {"bright", 0, 1}, {"dim", 0, 1},
                                                  {"note", 0, 0},        {"empty", 0, 0},  {"_url", 0, 0}};
    static const site_cell_t cells[] = {{"4.2", 3}, {"t", 1}, {"f", 1}, {"<b>&", 4}, {NULL, 0}, {"/x/", 3}};
    site_view_t *outer = site_view_make(pool, NULL), *row = site_view_item(outer, "rows"), *cell;
    const site_view_entry_t *entry;

    (void)state;
    site_view_text(outer, "note", "that of the page");
    site_view_text(outer, "empty", "that of the page");
    site_views_columns(row, columns, 6, cells);
    assert_string_equal(text_of(row, "light_years"), "4.2");
    assert_string_equal(text_of(row, "bright"), "yes");
    assert_string_equal(text_of(row, "dim"), "-");
    assert_string_equal(text_of(row, "note"), "<b>&");
    assert_string_equal(text_of(row, "empty"), "-"); /* NULL hides what is around it */
    assert_string_equal(text_of(row, "_url"), "/x/");
    assert_string_equal(text_of(row, "_key"), "-");
    entry = site_view_find(row, "_cells", 6);
    assert_int_equal(entry->items->nelts, 6);
    cell = APR_ARRAY_IDX(entry->items, 0, site_view_t *);
    assert_string_equal(text_of(cell, "label"), "Light years");
    assert_string_equal(text_of(cell, "class"), "n");
    cell = APR_ARRAY_IDX(entry->items, 3, site_view_t *);
    assert_string_equal(text_of(cell, "name"), "note");
    assert_string_equal(text_of(cell, "value"), "&lt;b&gt;&amp;");
    assert_string_equal(text_of(cell, "class"), "-");
    assert_int_equal(site_view_find(cell, "value", 5)->kind, SITE_VIEW_MARKUP);
}

static int setup(void **state) {
    (void)state;
    apr_initialize();
    return apr_pool_create(&pool, NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_row_of_columns)};

    return cmocka_run_group_tests(tests, setup, NULL);
}
