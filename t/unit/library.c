#include "library.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/resolve.h"
#include <apr_strings.h>
#include <string.h>

static const struct {
    const char *name;
    site_kind_t kind;
} book_columns[] = {{"id", SITE_KIND_INT4},           {"title", SITE_KIND_TEXT},       {"author", SITE_KIND_TEXT},
                    {"price", SITE_KIND_NUMERIC},     {"in_print", SITE_KIND_BOOLEAN}, {"born", SITE_KIND_DATE},
                    {"added", SITE_KIND_TIMESTAMPTZ}, {"extra", SITE_KIND_JSONB},      {"words", SITE_KIND_ARRAY},
                    {"cover", SITE_KIND_BYTEA},       {"home", SITE_KIND_TEXT},        {"write_to", SITE_KIND_TEXT}};

apr_pool_t *pool;
site_api_t *api;
const site_resource_t *books, *authors;
const site_urls_t urls = {"http://host/api/", "/", "/", ""};

static site_column_t *add_column(site_catalog_t *catalog, site_table_t *table, const char *name, site_kind_t kind) {
    site_type_t type, *element;

    memset(&type, 0, sizeof type);
    type.kind = kind;
    type.sql_name = "some_type";
    type.max_length = type.precision = type.scale = -1;
    if (kind == SITE_KIND_ARRAY) {
        element = apr_pmemdup(catalog->pool, &type, sizeof type);
        element->kind = SITE_KIND_TEXT;
        type.element = element;
    }
    return site_catalog_add_column(catalog, table, name, table->columns->nelts + 1, &type);
}

static apr_array_header_t *one(site_column_t *column) {
    apr_array_header_t *columns = apr_array_make(pool, 1, sizeof(site_column_t *));

    APR_ARRAY_PUSH(columns, site_column_t *) = column;
    return columns;
}

static void no_problem(void *baton, const site_place_t *place, const char *resource, const char *message) {
    (void)baton;
    (void)place;
    fail_msg("%s: %s", resource ? resource : "-", message);
}

static site_attribute_spec_t *say(site_resource_spec_t *section, const char *name, site_text_format_t format) {
    site_attribute_spec_t *spec = apr_pcalloc(pool, sizeof *spec);

    spec->name = name;
    spec->format = format;
    spec->read_only = spec->decimals_as_numbers = spec->scale = SITE_UNSET;
    APR_ARRAY_PUSH(section->attribute, site_attribute_spec_t *) = spec;
    return spec;
}

static site_catalog_t *make_catalog(void) {
    site_catalog_t *catalog = site_catalog_make(pool);
    site_table_t *author = site_catalog_add_table(catalog, "public", "author", 'r');
    site_table_t *book = site_catalog_add_table(catalog, "public", "book", 'r');
    site_column_t *name = add_column(catalog, author, "name", SITE_KIND_TEXT), *id = NULL, *written_by = NULL;
    apr_size_t i;

    for (i = 0; i < sizeof book_columns / sizeof *book_columns; i++) {
        site_column_t *column = add_column(catalog, book, book_columns[i].name, book_columns[i].kind);

        id = i == 0 ? column : id;
        written_by = i == 2 ? column : written_by;
    }
    site_catalog_add_key(catalog, author, "author_pkey", 1, one(name));
    site_catalog_add_key(catalog, book, "book_pkey", 1, one(id));
    site_catalog_add_foreign_key(catalog, "book_author", book, one(written_by), author, one(name));
    book->rows = 8412;
    author->rows = 12;
    author->comment = "Who wrote & why";
    return catalog;
}

int make_library(void **state) {
    site_api_spec_t *spec = apr_pcalloc(pool, sizeof *spec);
    site_resource_spec_t *section = apr_pcalloc(pool, sizeof *section);

    (void)state;
    spec->path = "/api";
    spec->schemas = apr_array_make(pool, 1, sizeof(const char *));
    APR_ARRAY_PUSH(spec->schemas, const char *) = "public";
    spec->hidden = apr_array_make(pool, 1, sizeof(const char *));
    spec->resources = apr_array_make(pool, 1, sizeof(site_resource_spec_t *));
    site_settings_init(&spec->settings);
    site_settings_complete(&spec->settings);
    section->name = "books";
    section->table = "book";
    section->singular = "Book";
    section->plural = "Books & more";
    section->attribute = apr_array_make(pool, 3, sizeof(site_attribute_spec_t *));
    section->relations = apr_array_make(pool, 1, sizeof(site_relation_spec_t *));
    section->parameters = apr_array_make(pool, 1, sizeof(site_parameter_spec_t *));
    site_settings_init(&section->settings);
    say(section, "home", SITE_TEXT_URL);
    say(section, "write_to", SITE_TEXT_EMAIL);
    say(section, "price", SITE_TEXT_PLAIN)->label = "Price in <EUR>";
    APR_ARRAY_PUSH(spec->resources, site_resource_spec_t *) = section;
    api = site_resolve(pool, spec, make_catalog(), no_problem, NULL);
    books = site_api_resource(api, "books");
    authors = site_api_resource(api, "author");
    return books && authors ? 0 : -1;
}

site_cell_t cell_of(const char *text) {
    site_cell_t cell = {text, text ? strlen(text) : 0};

    return cell;
}

/* The shown attributes of a book are its columns, in their order. */
site_cell_t *book_cells(void) {
    static const char *const values[BOOK_CELLS] = {"42",
                                                   "42",
                                                   "Moby-Dick; or, The Whale",
                                                   "Melville",
                                                   "12.50",
                                                   "t",
                                                   "1851-10-18",
                                                   "2024-05-06 07:08:09.123456+00",
                                                   "{\"pages\": 635}",
                                                   "{sea,\"a, b\"}",
                                                   "\\xdeadbeef",
                                                   "https://example.org/?a=1&b=2",
                                                   "herman@example.org"};
    site_cell_t *cells = apr_palloc(pool, sizeof *cells * BOOK_CELLS);
    int i;

    for (i = 0; i < BOOK_CELLS; i++)
        cells[i] = cell_of(values[i]);
    return cells;
}

site_sink_t *new_sink(void) {
    site_sink_t *sink = apr_palloc(pool, sizeof *sink);

    site_sink_init(sink, pool, 16, 0);
    return sink;
}

const char *text_of(site_sink_t *sink) {
    assert_int_equal(sink->status, APR_SUCCESS);
    return apr_pstrmemdup(pool, sink->data, sink->used);
}

void has(const char *page, const char *part) {
    if (!strstr(page, part))
        fail_msg("'%s' is not in:\n%s", part, page);
}

void has_not(const char *page, const char *part) {
    if (strstr(page, part))
        fail_msg("'%s' is in:\n%s", part, page);
}
