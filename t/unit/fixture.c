#include "unit/fixture.h"
#include "core/order.h"
#include "core/page.h"
#include "core/search.h"
#include "core/writer_json.h"

#include <apr_general.h>
#include <apr_strings.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

apr_pool_t *fixture_pool;

static const site_api_t *the_api;

typedef struct row_t {
    const char *table, *name;
    site_kind_t kind;
    const char *sql_name;
    int not_null;
} row_t;

static const row_t rows[] = {
    {"shelf", "id", SITE_KIND_INT4, "integer", 1},
    {"shelf", "code", SITE_KIND_TEXT, "text", 0},
    {"shelf", "title", SITE_KIND_TEXT, "text", 0},
    {"shelf", "opened", SITE_KIND_DATE, "date", 0},
    {"shelf", "parent_id", SITE_KIND_INT4, "integer", 0},
    {"author", "id", SITE_KIND_INT4, "integer", 1},
    {"author", "name", SITE_KIND_TEXT, "text", 1},
    {"author", "born", SITE_KIND_DATE, "date", 0},
    {"author", "email", SITE_KIND_TEXT, "public.citext", 0},
    {"book", "id", SITE_KIND_INT8, "bigint", 1},
    {"book", "isbn", SITE_KIND_TEXT, "text", 0},
    {"book", "title", SITE_KIND_TEXT, "text", 1},
    {"book", "pages", SITE_KIND_INT2, "smallint", 0},
    {"book", "price", SITE_KIND_NUMERIC, "numeric", 0},
    {"book", "weight", SITE_KIND_FLOAT4, "real", 0},
    {"book", "sold", SITE_KIND_TIMESTAMPTZ, "timestamp with time zone", 1},
    {"book", "printed", SITE_KIND_DATE, "date", 0},
    {"book", "opens", SITE_KIND_TIME, "time without time zone", 0},
    {"book", "loan", SITE_KIND_INTERVAL, "interval", 0},
    {"book", "uid", SITE_KIND_UUID, "uuid", 0},
    {"book", "lent", SITE_KIND_BOOLEAN, "boolean", 0},
    {"book", "mood", SITE_KIND_ENUM, "public.mood", 0},
    {"book", "marks", SITE_KIND_ARRAY, "text[]", 0},
    {"book", "extra", SITE_KIND_JSONB, "jsonb", 0},
    {"book", "cover", SITE_KIND_BYTEA, "bytea", 0},
    {"book", "origin", SITE_KIND_INET, "inet", 0},
    {"book", "cost", SITE_KIND_MONEY, "money", 0},
    {"book", "shelf_id", SITE_KIND_INT4, "integer", 0},
    {"book", "author_id", SITE_KIND_INT4, "integer", 1},
    {"book_topic", "book_id", SITE_KIND_INT8, "bigint", 1},
    {"book_topic", "topic_id", SITE_KIND_INT4, "integer", 1},
    {"topic", "id", SITE_KIND_INT4, "integer", 1},
    {"topic", "slug", SITE_KIND_TEXT, "text", 1},
    {"edition", "maker", SITE_KIND_CHAR, "character", 1},
    {"edition", "number", SITE_KIND_INT4, "integer", 1},
    {"copy", "id", SITE_KIND_INT4, "integer", 1},
    {"copy", "maker", SITE_KIND_CHAR, "character", 0},
    {"copy", "number", SITE_KIND_INT4, "integer", 0},
    {"note", "words", SITE_KIND_TEXT, "text", 0},
};

static void require(int condition) {
    if (!condition)
        abort();
}

static apr_array_header_t *columns(const site_catalog_t *catalog, const char *table, const char *one, const char *two) {
    apr_array_header_t *list = apr_array_make(catalog->pool, 2, sizeof(site_column_t *));
    const site_table_t *found = site_catalog_table(catalog, "public", table);

    APR_ARRAY_PUSH(list, site_column_t *) = site_table_column(found, one);
    if (two)
        APR_ARRAY_PUSH(list, site_column_t *) = site_table_column(found, two);
    return list;
}

static void key(site_catalog_t *catalog, const char *table, int primary, const char *one, const char *two) {
    site_catalog_add_key(catalog, site_catalog_table(catalog, "public", table), one, primary,
                         columns(catalog, table, one, two));
}

static void refers(site_catalog_t *catalog, const char *table, const char *one, const char *two, const char *target,
                   const char *target_one, const char *target_two) {
    site_catalog_add_foreign_key(catalog, one, site_catalog_table(catalog, "public", table),
                                 columns(catalog, table, one, two), site_catalog_table(catalog, "public", target),
                                 columns(catalog, target, target_one, target_two));
}

static void make_type(apr_pool_t *pool, const row_t *row, site_type_t *type) {
    site_type_t *element;

    memset(type, 0, sizeof *type);
    type->kind = row->kind;
    type->sql_name = row->sql_name;
    type->max_length = type->precision = type->scale = -1;
    type->case_insensitive = strcmp(row->sql_name, "public.citext") == 0;
    if (row->kind == SITE_KIND_NUMERIC) {
        type->precision = 8;
        type->scale = 2;
    }
    if (row->kind == SITE_KIND_ENUM) {
        type->labels = apr_array_make(pool, 2, sizeof(const char *));
        APR_ARRAY_PUSH(type->labels, const char *) = "sad";
        APR_ARRAY_PUSH(type->labels, const char *) = "glad";
    }
    if (row->kind == SITE_KIND_ARRAY) {
        element = apr_pcalloc(pool, sizeof *element);
        element->kind = SITE_KIND_TEXT;
        element->sql_name = "text";
        element->max_length = element->precision = element->scale = -1;
        type->element = element;
    }
}

site_catalog_t *fixture_catalog(apr_pool_t *pool) {
    site_catalog_t *catalog = site_catalog_make(pool);
    site_table_t *table = NULL;
    size_t i;

    for (i = 0; i < sizeof rows / sizeof *rows; i++) {
        site_type_t type;

        if (!table || strcmp(table->name, rows[i].table) != 0)
            table = site_catalog_add_table(catalog, "public", rows[i].table, 'r');
        make_type(pool, &rows[i], &type);
        site_catalog_add_column(catalog, table, rows[i].name, table->columns->nelts + 1, &type)->not_null =
            rows[i].not_null != 0;
    }
    key(catalog, "shelf", 1, "id", NULL);
    key(catalog, "shelf", 0, "code", NULL);
    key(catalog, "author", 1, "id", NULL);
    key(catalog, "book", 1, "id", NULL);
    key(catalog, "book", 0, "isbn", NULL);
    key(catalog, "book", 0, "uid", NULL);
    key(catalog, "book_topic", 1, "book_id", "topic_id");
    key(catalog, "topic", 1, "id", NULL);
    key(catalog, "topic", 0, "slug", NULL);
    key(catalog, "edition", 1, "maker", "number");
    key(catalog, "copy", 1, "id", NULL);
    refers(catalog, "shelf", "parent_id", NULL, "shelf", "id", NULL);
    refers(catalog, "book", "shelf_id", NULL, "shelf", "id", NULL);
    refers(catalog, "book", "author_id", NULL, "author", "id", NULL);
    refers(catalog, "book_topic", "book_id", NULL, "book", "id", NULL);
    refers(catalog, "book_topic", "topic_id", NULL, "topic", "id", NULL);
    refers(catalog, "copy", "maker", "number", "edition", "maker", "number");
    return catalog;
}

void fixture_settings(site_settings_t *settings) {
    site_settings_init(settings);
    site_settings_complete(settings);
}

static void problem(void *baton, const site_place_t *place, const char *resource, const char *message) {
    (void)baton;
    (void)place;
    (void)resource;
    (void)message;
    abort();
}

const site_api_t *fixture_api(apr_pool_t *pool) {
    site_api_spec_t *spec = apr_pcalloc(pool, sizeof *spec);
    site_resource_spec_t *book = apr_pcalloc(pool, sizeof *book);
    static const char *const search[] = {"^title", "author__name", "=isbn", "topic__slug"};
    size_t i;

    spec->path = "/api";
    spec->schemas = apr_array_make(pool, 1, sizeof(const char *));
    APR_ARRAY_PUSH(spec->schemas, const char *) = "public";
    fixture_settings(&spec->settings);
    site_settings_init(&book->settings);
    book->name = "book";
    book->search = apr_array_make(pool, 4, sizeof(const char *));
    for (i = 0; i < sizeof search / sizeof *search; i++)
        APR_ARRAY_PUSH(book->search, const char *) = search[i];
    spec->resources = apr_array_make(pool, 1, sizeof(site_resource_spec_t *));
    APR_ARRAY_PUSH(spec->resources, site_resource_spec_t *) = book;
    return site_resolve(pool, spec, fixture_catalog(pool), problem, NULL);
}

static void guard(apr_pool_t *pool, site_api_spec_t *spec, const char *name, const char *path, const char *value) {
    site_resource_spec_t *section = apr_pcalloc(pool, sizeof *section);
    site_where_spec_t *where = apr_pcalloc(pool, sizeof *where);

    site_settings_init(&section->settings);
    section->name = name;
    where->path = path;
    where->value = value;
    section->where = apr_array_make(pool, 1, sizeof(site_where_spec_t *));
    APR_ARRAY_PUSH(section->where, site_where_spec_t *) = where;
    APR_ARRAY_PUSH(spec->resources, site_resource_spec_t *) = section;
}

void fixture_guard(apr_pool_t *pool) {
    site_api_spec_t *spec = apr_pcalloc(pool, sizeof *spec);

    spec->path = "/api";
    spec->schemas = apr_array_make(pool, 1, sizeof(const char *));
    APR_ARRAY_PUSH(spec->schemas, const char *) = "public";
    fixture_settings(&spec->settings);
    spec->resources = apr_array_make(pool, 4, sizeof(site_resource_spec_t *));
    guard(pool, spec, "shelf", "title", "open");
    guard(pool, spec, "topic", "slug__gt", "m");
    guard(pool, spec, "author", "book__lent", "true");
    guard(pool, spec, "book", "author__name", "ada");
    the_api = site_resolve(pool, spec, fixture_catalog(pool), problem, NULL);
}

void fixture_guard_join(apr_pool_t *pool) {
    site_api_spec_t *spec = apr_pcalloc(pool, sizeof *spec);

    spec->path = "/api";
    spec->schemas = apr_array_make(pool, 1, sizeof(const char *));
    APR_ARRAY_PUSH(spec->schemas, const char *) = "public";
    fixture_settings(&spec->settings);
    spec->resources = apr_array_make(pool, 1, sizeof(site_resource_spec_t *));
    guard(pool, spec, "book_topic", "topic__in", "7,8");
    the_api = site_resolve(pool, spec, fixture_catalog(pool), problem, NULL);
}

const site_api_t *fixture_keys(apr_pool_t *pool) {
    static const row_t text = {"item", "name", SITE_KIND_TEXT, "text", 1};
    site_catalog_t *catalog = site_catalog_make(pool);
    site_api_spec_t *spec = apr_pcalloc(pool, sizeof *spec);
    site_type_t type;

    make_type(pool, &text, &type);
    site_catalog_add_column(catalog, site_catalog_add_table(catalog, "public", "item", 'r'), "name", 1, &type);
    site_catalog_add_column(catalog, site_catalog_add_table(catalog, "public", "note", 'v'), "words", 1, &type);
    key(catalog, "item", 1, "name", NULL);
    spec->path = "/api";
    spec->schemas = apr_array_make(pool, 1, sizeof(const char *));
    APR_ARRAY_PUSH(spec->schemas, const char *) = "public";
    fixture_settings(&spec->settings);
    return site_resolve(pool, spec, catalog, problem, NULL);
}

int fixture_setup(void **state) {
    (void)state;
    apr_initialize();
    apr_pool_create(&fixture_pool, NULL);
    the_api = fixture_api(fixture_pool);
    return 0;
}

const site_resource_t *fixture_resource(const char *name) {
    const site_resource_t *resource = site_api_resource(the_api, name);

    require(resource != NULL);
    return resource;
}

const char *fixture_errors(apr_pool_t *pool, const site_error_t *errors) {
    site_sink_t sink;

    if (!errors)
        return "";
    site_sink_init(&sink, pool, 256, 0);
    site_json_error(&sink, errors);
    site_sink_char(&sink, '\0');
    return sink.data;
}

const char *fixture_show(apr_pool_t *pool, const site_sql_t *sql) {
    const char *text = sql->text;
    int i;

    for (i = 0; i < sql->count; i++)
        text = apr_pstrcat(pool, text, " | ", sql->values[i] ? sql->values[i] : "NULL", NULL);
    return text;
}

static const char *statement(apr_pool_t *pool, const char *name, const char *text, int count) {
    const site_resource_t *resource = fixture_resource(name);
    site_settings_t settings;
    site_params_t *params;
    site_filter_t *filter;
    site_error_t *error;
    site_query_t query;
    site_page_t page;
    site_sql_t sql;

    fixture_settings(&settings);
    params = site_params_parse(pool, text, strlen(text), &error);
    require(!error);
    filter = site_filter_read(pool, resource, &settings, params);
    error = site_error_settle(filter->errors);
    if (error)
        return fixture_errors(pool, error);
    memset(&query, 0, sizeof query);
    query.resource = resource;
    query.condition = filter->condition;
    query.ordering = site_order_read(pool, resource, &settings, params, query.condition, &error);
    if (!error)
        site_page_read(pool, &settings, params, &page, &error);
    if (error)
        return fixture_errors(pool, error);
    query.limit = page.size;
    query.offset = page.offset;
    if (count)
        site_sql_count(pool, &query, &sql);
    else
        site_sql_rows(pool, &query, &sql);
    return fixture_show(pool, &sql);
}

const char *fixture_rows(apr_pool_t *pool, const char *resource, const char *query) {
    return statement(pool, resource, query, 0);
}

const char *fixture_where(apr_pool_t *pool, const char *resource, const char *query) {
    const char *text = statement(pool, resource, query, 1), *where = strstr(text, " WHERE ");

    if (*text == '{' || *text == '[')
        return text;
    return where ? where + 7 : strstr(text, " AS t0") + 6;
}
