/* The model of a database, built by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/catalog.h"
#include <apr_general.h>
#include <string.h>

static apr_pool_t *pool;

static site_column_t *add_column(site_catalog_t *catalog, site_table_t *table, const char *name, site_kind_t kind) {
    site_type_t type;

    memset(&type, 0, sizeof type);
    type.kind = kind;
    type.sql_name = "some_type";
    type.max_length = type.precision = type.scale = -1;
    return site_catalog_add_column(catalog, table, name, table->columns->nelts + 1, &type);
}

static apr_array_header_t *columns_of(site_column_t *first, site_column_t *second) {
    apr_array_header_t *columns = apr_array_make(pool, 2, sizeof(site_column_t *));

    APR_ARRAY_PUSH(columns, site_column_t *) = first;
    if (second)
        APR_ARRAY_PUSH(columns, site_column_t *) = second;
    return columns;
}

static void tables_and_columns_are_found_by_their_exact_names(void **state) {
    site_catalog_t *catalog = site_catalog_make(pool);
    site_table_t *book = site_catalog_add_table(catalog, "public", "book", 'r');
    site_table_t *other = site_catalog_add_table(catalog, "archive", "book", 'v');
    site_column_t *title = add_column(catalog, book, "title", SITE_KIND_TEXT);

    (void)state;
    assert_ptr_equal(site_catalog_table(catalog, "public", "book"), book);
    assert_ptr_equal(site_catalog_table(catalog, "archive", "book"), other);
    assert_null(site_catalog_table(catalog, "public", "Book"));
    assert_null(site_catalog_table(catalog, "other", "book"));
    assert_ptr_equal(site_table_column(book, "title"), title);
    assert_null(site_table_column(book, "TITLE"));
    assert_null(site_table_column(other, "title"));
    assert_int_equal(other->kind, 'v');
    assert_true(book->rows < 0);
    assert_ptr_equal(title->table, book);
    assert_int_equal(title->number, 1);
    assert_int_equal(title->type.kind, SITE_KIND_TEXT);
    assert_false(title->not_null);
}

static void names_are_copied(void **state) {
    site_catalog_t *catalog = site_catalog_make(pool);
    char name[] = "book";
    site_table_t *table = site_catalog_add_table(catalog, name, name, 'r');

    (void)state;
    name[0] = 'l';
    assert_string_equal(table->name, "book");
    assert_string_equal(table->schema, "book");
}

static void a_primary_key_comes_first_and_forbids_nulls(void **state) {
    site_catalog_t *catalog = site_catalog_make(pool);
    site_table_t *book = site_catalog_add_table(catalog, "public", "book", 'r');
    site_column_t *id = add_column(catalog, book, "id", SITE_KIND_INT4);
    site_column_t *isbn = add_column(catalog, book, "isbn", SITE_KIND_TEXT);
    site_column_t *shelf = add_column(catalog, book, "shelf", SITE_KIND_TEXT);
    site_key_t *unique = site_catalog_add_key(catalog, book, "book_isbn", 0, columns_of(isbn, NULL));
    site_key_t *pair = site_catalog_add_key(catalog, book, "book_shelf", 0, columns_of(shelf, isbn));
    site_key_t *primary = site_catalog_add_key(catalog, book, "book_pkey", 1, columns_of(id, NULL));

    (void)state;
    assert_ptr_equal(book->primary_key, primary);
    assert_int_equal(book->keys->nelts, 3);
    assert_ptr_equal(APR_ARRAY_IDX(book->keys, 0, site_key_t *), primary);
    assert_ptr_equal(APR_ARRAY_IDX(book->keys, 1, site_key_t *), unique);
    assert_ptr_equal(APR_ARRAY_IDX(book->keys, 2, site_key_t *), pair);
    assert_true(id->not_null);
    assert_false(isbn->not_null);
    assert_true(site_column_is_unique(id));
    assert_true(site_column_is_unique(isbn));
    assert_false(site_column_is_unique(shelf)); /* only together with another */
}

static void a_foreign_key_is_known_at_both_ends(void **state) {
    site_catalog_t *catalog = site_catalog_make(pool);
    site_table_t *author = site_catalog_add_table(catalog, "public", "author", 'r');
    site_table_t *book = site_catalog_add_table(catalog, "public", "book", 'r');
    site_column_t *id = add_column(catalog, author, "id", SITE_KIND_INT4);
    site_column_t *author_id = add_column(catalog, book, "author_id", SITE_KIND_INT4);
    site_column_t *mentor_id = add_column(catalog, author, "mentor_id", SITE_KIND_INT4);
    site_foreign_key_t *wrote, *mentor;

    (void)state;
    wrote = site_catalog_add_foreign_key(catalog, "book_author", book, columns_of(author_id, NULL), author,
                                         columns_of(id, NULL));
    mentor = site_catalog_add_foreign_key(catalog, "author_mentor", author, columns_of(mentor_id, NULL), author,
                                          columns_of(id, NULL));
    assert_int_equal(book->foreign_keys->nelts, 1);
    assert_int_equal(book->referenced->nelts, 0);
    assert_int_equal(author->foreign_keys->nelts, 1);
    assert_int_equal(author->referenced->nelts, 2);
    assert_ptr_equal(APR_ARRAY_IDX(author->referenced, 0, site_foreign_key_t *), wrote);
    assert_ptr_equal(APR_ARRAY_IDX(author->referenced, 1, site_foreign_key_t *), mentor);
    assert_ptr_equal(wrote->target, author);
    assert_ptr_equal(APR_ARRAY_IDX(wrote->target_columns, 0, site_column_t *), id);
}

static void identifiers_are_quoted_whatever_they_hold(void **state) {
    (void)state;
    assert_string_equal(site_identifier(pool, "book"), "\"book\"");
    assert_string_equal(site_identifier(pool, "a\"; DROP TABLE book; --"), "\"a\"\"; DROP TABLE book; --\"");
    assert_string_equal(site_identifier(pool, "\"\""), "\"\"\"\"\"\"");
    assert_string_equal(site_identifier(pool, ""), "\"\"");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_and_columns_are_found_by_their_exact_names),
        cmocka_unit_test(names_are_copied),
        cmocka_unit_test(a_primary_key_comes_first_and_forbids_nulls),
        cmocka_unit_test(a_foreign_key_is_known_at_both_ends),
        cmocka_unit_test(identifiers_are_quoted_whatever_they_hold),
    };
    int failed;

    apr_initialize();
    apr_pool_create(&pool, NULL);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    apr_terminate();
    return failed;
}
