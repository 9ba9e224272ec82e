/* Pages of a site's own: how their queries are read, judged and asked, and whose fault it is when that fails. The
 * fixture's API is at "". */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/custom.h"
#include "core/template_names.h"
#include "unit/fixture.h"
#include <apr_strings.h>
#include <string.h>

static site_api_spec_t api_spec;

/* --- pages of these tests --- */

static site_custom_t *page_at(const char *path) {
    site_custom_t *page = apr_pcalloc(fixture_pool, sizeof *page);
    const char *complaint;

    page->pattern = site_pattern_read(fixture_pool, path, &complaint);
    assert_non_null(page->pattern);
    page->file = "page.html";
    page->parameters = apr_array_make(fixture_pool, 2, sizeof(site_custom_parameter_t));
    page->queries = apr_array_make(fixture_pool, 2, sizeof(site_custom_query_t *));
    page->place.file = "site.conf";
    page->place.line = 1;
    return page;
}

static void add_parameter(site_custom_t *page, const char *name, const char *fallback) {
    site_custom_parameter_t *parameter = apr_array_push(page->parameters);

    parameter->name = name;
    parameter->fallback = fallback;
    parameter->unseen = strcmp(name, "page") == 0;
}

static site_custom_query_t *add_query(site_custom_t *page, const char *name, const char *address) {
    site_custom_query_t *query = apr_pcalloc(fixture_pool, sizeof *query);

    query->name = name;
    query->page = page;
    query->rows = 50;
    query->place.file = "site.conf";
    query->place.line = 2 + page->queries->nelts;
    if (strncmp(address, "sql:", 4) == 0) {
        const char *complaint;

        query->sql = site_sql_file_read(fixture_pool, "q.sql", address + 4, strlen(address + 4), 50, &complaint);
        assert_non_null(query->sql);
    }
    else {
        query->address = address;
    }
    APR_ARRAY_PUSH(page->queries, site_custom_query_t *) = query;
    return query;
}

/* /books/{id}/ with the parameters q and page, and one query. */
static site_custom_query_t *query_of(const char *address) {
    site_custom_t *page = page_at("/books/{id}/");

    add_parameter(page, "q", NULL);
    add_parameter(page, "page", "1");
    return add_query(page, "books", address);
}

static const char *settle(site_custom_query_t *query) {
    api_spec.path = "";
    return site_custom_query_settle(fixture_pool, query, &api_spec);
}

/* --- reading --- */

/* "book [key] name=value ...", blanks as {name}. */
static const char *show_blanks(const apr_array_header_t *blanks) {
    const char *shown = "";
    int i;

    for (i = 0; i < blanks->nelts; i++) {
        const site_blank_t *blank = &APR_ARRAY_IDX(blanks, i, const site_blank_t);

        shown = apr_pstrcat(fixture_pool, shown, apr_pstrmemdup(fixture_pool, blank->text, blank->length),
                            blank->name ? "{" : "", blank->name ? blank->name : "", blank->name ? "}" : "", NULL);
    }
    return shown;
}

static const char *read_address(const char *address) {
    site_custom_query_t *query = query_of(address);
    const char *complaint = settle(query), *shown;
    int i;

    if (complaint)
        return complaint;
    shown = query->resource;
    if (query->key)
        shown = apr_pstrcat(fixture_pool, shown, " [", show_blanks(query->key), "]", NULL);
    for (i = 0; i < query->params->nelts; i++) {
        const site_custom_param_t *param = &APR_ARRAY_IDX(query->params, i, const site_custom_param_t);

        shown = apr_pstrcat(fixture_pool, shown, " ", param->name, "=", show_blanks(param->value), NULL);
    }
    return shown;
}

static void addresses(void **state) {
    (void)state;
    assert_string_equal(read_address("/book/"), "book");
    assert_string_equal(read_address("/book"), "book");
    assert_string_equal(read_address("/book/?"), "book");
    assert_string_equal(read_address("/%62ook/?a=b&&c=d+e%26f&g"), "book a=b c=d e&f g=");
    assert_string_equal(read_address("/book/{id}/"), "book [{id}]");
    assert_string_equal(read_address("/book/x-{id}%2F/?a=b"), "book [x-{id}/] a=b");
    assert_string_equal(read_address("/book/?title={q}&x=a{id}b{q}c"), "book title={q} x=a{id}b{q}c");
    /* What is encoded is no blank, and a doubled brace is none either. */
    assert_string_equal(read_address("/book/?title=%7Bq%7D"), "book title={q}");
    assert_string_equal(read_address("/book/?title={{q}}"), "book title={q}");
    assert_string_equal(read_address("/book/1/2/"),
                        "the address of a collection, such as /api/books/, or of a row, such as /api/books/{id}/");
    assert_string_equal(read_address("/{id}/"),
                        "the address of a collection, such as /api/books/, or of a row, such as /api/books/{id}/");
    assert_string_equal(read_address("/book/?{q}=1"), "blanks in values alone, not in a parameter's name");
    assert_string_equal(read_address("/book/?title={q"),
                        "a name between braces, not '{q' (a brace itself is written twice)");
    assert_string_equal(read_address("/book/?title=q}"),
                        "a name between braces, not '}' (a brace itself is written twice)");
    assert_string_equal(read_address("/book/?title=a%00b"), "no %00");
}

/* --- names --- */

static const char *check(site_custom_t *page) {
    site_place_t place;
    const char *complaint;
    int i;

    for (i = 0; i < page->queries->nelts; i++)
        assert_null(settle(APR_ARRAY_IDX(page->queries, i, site_custom_query_t *)));
    complaint = site_custom_check(fixture_pool, page, &place);
    return complaint ? apr_psprintf(fixture_pool, "%d: %s", place.line, complaint) : NULL;
}

static void names_are_known(void **state) {
    site_custom_t *page = page_at("/books/{id}/");
    const char *complaint;

    (void)state;
    add_parameter(page, "query", NULL);
    add_query(page, "books", "/book/{id}/?title={query}");
    add_query(page, "other", "sql:SELECT 1 WHERE :id = :query");
    page->title = site_blanks_read(fixture_pool, "{id} {query} {books.title}", &complaint);
    assert_null(check(page));
    add_query(page, "wrong", "/book/?title={quary}");
    assert_string_equal(check(page), "4: there is no 'quary' here: the page's address does not capture it, and no "
                                     "SitePageParameter declares it; did you mean 'query'?");
    page->queries->nelts = 2;
    add_query(page, "wrong", "sql:SELECT 1,\n :ID");
    assert_string_equal(check(page), "4: q.sql:2: there is no ':ID' here: the page's address does not capture it, and "
                                     "no SitePageParameter declares it");
    page->queries->nelts = 2;
    page->title = site_blanks_read(fixture_pool, "{nobody.title}", &complaint);
    assert_string_equal(check(page), "1: the title shows 'nobody.title', but no query has that name");
    page->title = site_blanks_read(fixture_pool, "{nobody}", &complaint);
    assert_non_null(strstr(check(page), "there is no 'nobody' here"));
}

static const char *why_taken(site_custom_t *page, const char *name) {
    const char *why = site_custom_is_taken(page, name);

    return why ? why : site_custom_is_common(fixture_pool, page, name) ? "common" : "free";
}

static void names_are_used_once(void **state) {
    site_custom_t *page = page_at("/books/{id}/");

    (void)state;
    add_parameter(page, "q", NULL);
    add_query(page, "books", "/book/");
    assert_string_equal(why_taken(page, "other"), "free");
    assert_string_equal(why_taken(page, "id"), "the page's address captures that name");
    assert_string_equal(why_taken(page, "q"), "a parameter has that name");
    assert_string_equal(why_taken(page, "books"), "another query has that name");
    assert_string_equal(why_taken(page, "books_count"), "another query has that name");
    assert_string_equal(why_taken(page, "books_next_url"), "another query has that name");
    assert_string_equal(why_taken(page, "title"), "common");
    assert_string_equal(why_taken(page, "missing"), "common");
    assert_string_equal(why_taken(page, "single"), "free");
    assert_string_equal(why_taken(page_at("/"), "single"), "common");
}

static int kind_of(const site_template_name_t *names, const char *name) {
    for (; names->name; names++) {
        if (strcmp(names->name, name) == 0)
            return (int)names->kind;
    }
    return -1;
}

static void what_a_template_can_use(void **state) {
    site_custom_t *page = page_at("/books/{id}/");
    const site_template_name_t *names;

    (void)state;
    add_parameter(page, "q", NULL);
    add_parameter(page, "page", NULL);
    add_query(page, "books", "/book/")->counted = 1;
    add_query(page, "other", "sql:SELECT 1");
    names = site_custom_names(fixture_pool, page);
    assert_int_equal(kind_of(names, "id"), SITE_VIEW_TEXT);
    assert_int_equal(kind_of(names, "q"), SITE_VIEW_TEXT);
    assert_int_equal(kind_of(names, "books"), SITE_VIEW_LIST);
    assert_int_equal(kind_of(names, "books_count"), SITE_VIEW_TEXT);
    assert_int_equal(kind_of(names, "books_next_url"), SITE_VIEW_TEXT);
    assert_int_equal(kind_of(names, "other"), SITE_VIEW_LIST);
    assert_int_equal(kind_of(names, "other_count"), -1);
    assert_int_equal(kind_of(names, "other_next_url"), -1);
    assert_int_equal(kind_of(names, "missing"), SITE_VIEW_FLAG);
    assert_int_equal(kind_of(names, "crumbs"), SITE_VIEW_LIST);
    assert_int_equal(kind_of(names, "single"), -1);
    assert_int_equal(kind_of(site_custom_names(fixture_pool, page_at("/")), "single"), SITE_VIEW_FLAG);
}

/* --- judging --- */

static const char *judge(const char *address) {
    site_custom_query_t *query = query_of(address);
    const char *complaint = settle(query);

    assert_null(complaint);
    complaint = site_custom_judge(fixture_pool, fixture_resource("book")->api, query);
    return complaint ? complaint : "good";
}

static void what_the_catalogue_bears_out(void **state) {
    (void)state;
    assert_string_equal(judge("/book/"), "good");
    assert_string_equal(judge("/book/{id}/"), "good");
    assert_string_equal(judge("/book/?title__icontains={q}&pages__gte=10&ordering=-pages&page_size=5&page={page}"),
                        "good");
    assert_string_equal(judge("/book/?author__name={q}&format=json"), "good");
    assert_string_equal(judge("/book/?title!={q}&lent!=true"), "good"); /* strict would ask about NULL */
    assert_string_equal(judge("/boook/"), "there is no resource 'boook' in /api; did you mean 'book'?");
    assert_non_null(strstr(judge("/book/?titel={q}"), "titel: Unknown parameter."));
    assert_non_null(strstr(judge("/book/?titel=x"), "titel: Unknown parameter."));
    assert_non_null(strstr(judge("/book/?author__nam=x"), "Unknown parameter."));
    assert_string_equal(judge("/book/?pages=many"), "pages: Enter a number.");
    assert_string_equal(judge("/book/?lent=maybe"), "lent: Use true or false.");
    assert_non_null(strstr(judge("/book/?title="), "title: Without a value this parameter has no effect"));
    assert_non_null(strstr(judge("/book/?ordering=size"), "ordering: 'size' cannot be sorted by."));
    assert_string_equal(judge("/book/?page_size=51"), "page_size: Use a whole number from 1 to 50.");
    assert_string_equal(judge("/book/?page=last"), "page: a number is wanted");
    assert_string_equal(judge("/note/{id}/"), "rows of 'note' have no address of their own: they have no key");
    assert_string_equal(judge("sql:SELECT nonsense"), "good"); /* only PostgreSQL knows */
}

static void titles_show_what_is_there(void **state) {
    site_custom_query_t *query = query_of("/book/{id}/");
    const char *complaint;

    (void)state;
    ((site_custom_t *)query->page)->title = site_blanks_read(fixture_pool, "{id}: {books.title}", &complaint);
    assert_null(settle(query));
    assert_null(site_custom_judge(fixture_pool, fixture_resource("book")->api, query));
    ((site_custom_t *)query->page)->title = site_blanks_read(fixture_pool, "{books._key}", &complaint);
    assert_null(site_custom_judge(fixture_pool, fixture_resource("book")->api, query));
    ((site_custom_t *)query->page)->title = site_blanks_read(fixture_pool, "{books.titel}", &complaint);
    assert_string_equal(site_custom_judge(fixture_pool, fixture_resource("book")->api, query),
                        "the title shows 'books.titel', but 'book' has no such attribute");
}

/* --- asking --- */

static site_custom_values_t values_of(const site_custom_query_t *query, const char *id, const char *args) {
    site_custom_values_t values;
    const char **captured = apr_palloc(fixture_pool, sizeof *captured);
    site_error_t *error;

    *captured = id;
    values.page = query->page;
    values.captured = captured;
    values.params = site_params_parse(fixture_pool, args, strlen(args), &error);
    assert_null(error);
    return values;
}

static site_custom_ask_t ask(site_custom_query_t *query, const char *id, const char *args) {
    const site_resource_t *resource;
    site_custom_values_t values = values_of(query, id, args);
    site_settings_t settings;
    site_custom_ask_t asked;

    assert_null(settle(query));
    resource = fixture_resource(query->resource);
    site_settings_init(&settings);
    site_custom_ask(fixture_pool, query, resource, &settings, &values, &asked);
    return asked;
}

/* What is asked of PostgreSQL, from WHERE on; or the error that it ends with. */
static const char *asked(const char *address, const char *id, const char *args) {
    site_custom_query_t *query = query_of(address);
    site_custom_ask_t it = ask(query, id, args);
    site_error_t *error = it.error ? site_custom_blame(fixture_pool, query, it.error) : NULL;
    const char *text;
    site_sql_t sql;

    if (error)
        return apr_psprintf(fixture_pool, "%d %s %s", error->status, error->field ? error->field : "-", error->message);
    site_sql_rows(fixture_pool, &it.query, &sql);
    text = fixture_show(fixture_pool, &sql);
    text = strstr(text, " AS t0") + 6; /* behind what is selected, labels with their own conditions included */
    return strncmp(text, " WHERE ", 7) == 0 ? text + 7 : text;
}

static void values_are_bound(void **state) {
    (void)state;
    assert_string_equal(asked("/book/?title={q}", "1", "q=a'b%26c=d"),
                        "t0.\"title\" = $1::text ORDER BY t0.\"id\" LIMIT $2::bigint | a'b&c=d | 50");
    assert_string_equal(asked("/book/?title=%25{q}{id}", "7", "q=x&q=y"),
                        "t0.\"title\" = $1::text ORDER BY t0.\"id\" LIMIT $2::bigint | %y7 | 50");
    assert_string_equal(asked("/book/{id}/?pages__gte=3", "7", ""),
                        "t0.\"pages\" >= $1::smallint AND t0.\"id\" = $2::bigint ORDER BY t0.\"id\" LIMIT $3::bigint "
                        "| 3 | 7 | 50");
    /* What was not given, and has no default, asks for nothing. */
    assert_string_equal(asked("/book/?title={q}&pages=3", "1", ""),
                        "t0.\"pages\" = $1::smallint ORDER BY t0.\"id\" LIMIT $2::bigint | 3 | 50");
    assert_string_equal(asked("/book/?ordering=-pages&page_size=5", "1", "q=x&ordering=title&page_size=9"),
                        " ORDER BY t0.\"pages\" DESC, t0.\"id\" LIMIT $1::bigint | 5");
    assert_string_equal(asked("/book/?page_size=9999", "1", ""), " ORDER BY t0.\"id\" LIMIT $1::bigint | 50");
}

static void a_key_that_no_row_has(void **state) {
    (void)state;
    assert_string_equal(asked("/book/{id}/", "x", ""), "FALSE ORDER BY t0.\"id\" LIMIT $1::bigint | 50");
    assert_string_equal(asked("/book/{q}/", "1", ""), "FALSE ORDER BY t0.\"id\" LIMIT $1::bigint | 50");
}

static void pages_turn_by_a_parameter(void **state) {
    site_custom_ask_t it = ask(query_of("/book/?page={page}&page_size=5"), "1", "page=3");

    (void)state;
    assert_string_equal(it.turned_by, "page");
    assert_int_equal(it.page.number, 3);
    assert_int_equal(it.page.size, 5);
    assert_int_equal(it.query.limit, 6); /* one more, to know whether there is more */
    assert_int_equal(it.query.offset, 10);
    it = ask(query_of("/book/?page={page}&page_size=5"), "1", "");
    assert_int_equal(it.page.number, 1);
    assert_null(ask(query_of("/book/?page={id}"), "1", "").turned_by);
    assert_null(ask(query_of("/book/?page=1{page}"), "1", "").turned_by);
    assert_null(ask(query_of("/book/?title={page}"), "1", "").turned_by);
    assert_string_equal(asked("/book/?page={page}", "1", "page=0"), "404 - There is nothing at this address.");
    assert_string_equal(asked("/book/?page={page}", "1", "page=last"), "404 - There is nothing at this address.");
    assert_string_equal(asked("/book/?page={page}", "1", "page=x"), "404 - There is nothing at this address.");
}

static void whose_fault_it_is(void **state) {
    site_custom_query_t *sql = query_of("sql:SELECT 1 WHERE :id = '1'"), *other = query_of("sql:SELECT :q"),
                        *constant = query_of("sql:SELECT 1");
    site_error_t *error = site_error_make(fixture_pool, 400, "invalid", NULL, "Enter a valid value.");
    site_error_t *busy = site_error_make(fixture_pool, 503, "database_busy", NULL, "Busy.");

    (void)state;
    /* The address names something that cannot be; a parameter is told to the visitor; anything else is ours. */
    assert_string_equal(asked("/book/?pages={id}", "many", ""), "404 - There is nothing at this address.");
    assert_string_equal(asked("/book/?pages={q}", "1", "q=many"), "400 q Enter a number.");
    assert_string_equal(asked("/book/?pages=many", "1", ""),
                        "503 - This page is not available: its configuration does not fit the database.");
    assert_string_equal(asked("/book/?pages={q}&shelf__id={id}", "1", "q=many"), "400 q Enter a number.");
    assert_null(settle(sql));
    assert_null(settle(other));
    assert_null(settle(constant));
    assert_int_equal(site_custom_blame(fixture_pool, sql, error)->status, 404);
    assert_string_equal(site_custom_blame(fixture_pool, other, error)->field, "q");
    assert_int_equal(site_custom_blame(fixture_pool, constant, error)->status, 503);
    assert_ptr_equal(site_custom_blame(fixture_pool, sql, busy), busy);
}

static void values_of_a_visit(void **state) {
    site_custom_query_t *query = query_of("sql:SELECT :q, :id, :page");
    site_custom_values_t values = values_of(query, "7", "q=&x=1&q=b%20c");
    const char *const *bound;
    site_sink_t sink;

    (void)state;
    assert_null(settle(query));
    assert_string_equal(site_custom_value(&values, "id"), "7");
    assert_string_equal(site_custom_value(&values, "q"), "b c");
    assert_string_equal(site_custom_value(&values, "page"), "1");
    assert_null(site_custom_value(&values, "x")); /* nobody declared it */
    bound = site_custom_sql_values(fixture_pool, query, &values);
    assert_string_equal(bound[0], "b c");
    assert_string_equal(bound[1], "7");
    assert_string_equal(bound[2], "1");
    site_sink_init(&sink, fixture_pool, 64, 0);
    site_params_write_with(&sink, fixture_pool, site_custom_given(fixture_pool, &values), "page", "2");
    site_sink_char(&sink, '\0');
    assert_string_equal(sink.data, "?page=2&q=b+c");
    assert_null(site_custom_check_values(fixture_pool, &values));
    values = values_of(query, "7", "q=a%00b");
    assert_string_equal(site_custom_check_values(fixture_pool, &values)->field, "q");
    values = values_of(query, "7", "x=a%00b");
    assert_null(site_custom_check_values(fixture_pool, &values));
    assert_null(site_custom_sql_values(fixture_pool, query, &values)[0]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses),
        cmocka_unit_test(names_are_known),
        cmocka_unit_test(names_are_used_once),
        cmocka_unit_test(what_a_template_can_use),
        cmocka_unit_test(what_the_catalogue_bears_out),
        cmocka_unit_test(titles_show_what_is_there),
        cmocka_unit_test(values_are_bound),
        cmocka_unit_test(a_key_that_no_row_has),
        cmocka_unit_test(pages_turn_by_a_parameter),
        cmocka_unit_test(whose_fault_it_is),
        cmocka_unit_test(values_of_a_visit),
    };

    return cmocka_run_group_tests(tests, fixture_setup, NULL);
}
