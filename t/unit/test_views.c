/* Pages, with the module's own templates: what they say, that strangers' text stays text, that every tag is closed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/views.h"
#include "library.h"
#include "pages.h"
#include <apr_general.h>
#include <apr_strings.h>
#include <string.h>

static int is_void(const char *name) {
    return strcmp(name, "meta") == 0 || strcmp(name, "link") == 0 || strcmp(name, "!DOCTYPE") == 0 ||
           strcmp(name, "input") == 0;
}

/* Elements whose end tags HTML lets one leave out, and mod_site does: each ends with the next one, or with the table. */
static int ends_by_itself(const char *name) {
    return strcmp(name, "td") == 0 || strcmp(name, "th") == 0 || strcmp(name, "tr") == 0 || strcmp(name, "tbody") == 0;
}

/* Every tag that is opened is closed, the innermost first; '<' stands nowhere else; attributes are quoted. */
static void is_well_formed(const char *page) {
    const char *open[64], *at = page;
    int depth = 0;

    while ((at = strchr(at, '<')) != NULL) {
        const char *end = strchr(at, '>');
        int closing = at[1] == '/';
        const char *name = apr_pstrmemdup(pool, at + 1 + closing, strcspn(at + 1 + closing, " >\n"));

        assert_non_null(end);
        if (ends_by_itself(name)) {
            at = end;
            continue;
        }
        if (closing) {
            const char *innermost = depth > 0 ? open[--depth] : "nothing";

            if (strcmp(innermost, name) != 0)
                fail_msg("</%s> closes %s in:\n%s", name, innermost, page);
        }
        else if (!is_void(name)) {
            assert_true(depth < 64);
            open[depth++] = name;
        }
        at = end;
    }
    assert_int_equal(depth, 0);
}

static const site_views_site_t library = {"The Library", NULL, "", "/static"},
                               bracketed = {"The <Library>", "Books, \"all\" of them.", "/shelf", "/shelf/static"},
                               nameless = {NULL, NULL, "", "/static"};

/* Expands one of the module's own templates, and makes one space of all white space. */
static const char *page_of(const char *file, site_view_t *view) {
    const char *page = pages_expand(pool, file, view);

    is_well_formed(page);
    return page;
}

static void cells_of(const void *baton, int row, site_cell_t *cells) {
    (void)row;
    memcpy(cells, baton, sizeof *cells * BOOK_CELLS);
}

static const char *list_of(const site_resource_t *resource, const site_cell_t *cells, int count, const char *query) {
    site_rows_t rows = {count, BOOK_CELLS, cells_of, cells, NULL};
    site_error_t *error;
    site_params_t *params = site_params_parse(pool, query, strlen(query), &error);
    site_views_list_t list = {.urls = &urls,
                              .resource = resource,
                              .settings = &resource->api->spec->settings,
                              .params = params,
                              .self = "http://host/api/books/",
                              .rows = &rows,
                              .count = 8412,
                              .first = 101,
                              .page = 2,
                              .size = 100,
                              .next = "http://host/api/books/?page=3&a=%22"};
    site_view_t *view = site_view_make(pool, NULL);

    site_views_page(view, &library, "list", resource->plural);
    site_views_crumb(view, "API", "/api/");
    site_views_crumb(view, resource->plural, NULL);
    site_view_text(view, "json_url", "?format=json");
    site_views_list(view, &list);
    return page_of("list.html", view);
}

static const char *list_page(const site_resource_t *resource, const site_cell_t *cells, int count) {
    return list_of(resource, cells, count, "page=2");
}

static const char *item_page(const site_resource_t *resource, const site_cell_t *cells) {
    site_views_item_t item = {&urls, resource, cells, NULL, NULL};
    site_view_t *view = site_view_make(pool, NULL);

    site_views_page(view, &library, "item", resource->singular);
    site_views_crumb(view, resource->singular, NULL);
    site_views_item(view, &item);
    return page_of("item.html", view);
}

/* --- pages --- */

static void a_list_is_a_table(void **state) {
    const char *page = list_page(books, book_cells(), 100);

    (void)state;
    has(page, "<!DOCTYPE html> <html lang=\"en\"> <head> <meta charset=\"utf-8\"> ");
    has(page, "<title>Books &amp; more \xe2\x80\x93 The Library</title>");
    has(page, "<li><a href=\"/api/\">API</a></li> <li aria-current=\"page\">Books &amp; more</li>");
    has(page, "Rows 101\xe2\x80\x93"
              "200 of 8,412");
    has(page, "<a rel=\"next\" href=\"/api/books/?page=3&amp;a=%22\">Next</a>");
    has(page, "<th scope=\"col\" class=n><a href=\"?ordering=price\">Price in &lt;EUR&gt;</a></th>");
    has(page, "<link rel=\"alternate\" type=\"application/json\" href=\"?format=json\">");
    has(page, "<tr><th scope=\"row\" class=n><a href=\"/api/books/42/\">42</a>"
              "<td class=t>Moby-Dick; or, The Whale"
              "<td class=t><a href=\"/api/author/Melville/\">Melville</a>"
              "<td class=n>12.50<td>yes<td>1851-10-18<td>2024-05-06 07:08:09.123456 UTC<td");
    has(page, "<td class=\"m t\">{&quot;pages&quot;: 635}<td class=t>sea, a, b<td>4 bytes<td");
    has(page, "<a href=\"https://example.org/?a=1&amp;b=2\" rel=\"nofollow noopener\">");
    has(page, "<a href=\"mailto:herman@example.org\">herman@example.org</a>");
    has_not(page, "<script>");
    has_not(page, "style=");
}

static void a_list_is_sorted_by_its_headings(void **state) {
    const char *up = list_of(books, book_cells(), 1, "ordering=price&page=2&name=x");
    const char *down = list_of(books, book_cells(), 1, "ordering=-price,id");

    (void)state;
    has(up, "<th scope=\"col\" class=n aria-sort=\"ascending\"><a href=\"?name=x&amp;ordering=-price\">Price");
    has(up, "<th scope=\"col\"><a href=\"?name=x&amp;ordering=born\">Born");
    has(down, "<th scope=\"col\" class=n aria-sort=\"descending\"><a href=\"?ordering=price\">Price");
}

/* A key is asked for once, however many rows have it. */
static void related_rows_are_shown_by_what_they_are_called(void **state) {
    site_resource_t target = *authors;
    site_attribute_t key = *authors->key, label = *authors->key;
    site_relation_t relation = *site_resource_relation(books, "author");
    site_attribute_t attribute = *site_resource_attribute(books, "author");
    site_resource_t resource = *books;
    site_column_t column = *label.column;
    site_labels_t *labels;
    site_cell_t answer[2] = {{"Melville", 8}, {"Herman <Melville>", 17}};
    site_sql_t sql[SITE_LABELS_MAX];
    site_sink_t *sink = new_sink();
    int i;

    (void)state;
    column.name = "full_name";
    label.column = &column;
    target.label = &label;
    target.key = &key;
    relation.target = &target;
    attribute.relation = &relation;
    resource.attributes = apr_array_copy(pool, books->attributes);
    for (i = 0; i < resource.attributes->nelts; i++) {
        if (APR_ARRAY_IDX(resource.attributes, i, site_attribute_t *) == site_resource_attribute(books, "author"))
            APR_ARRAY_IDX(resource.attributes, i, site_attribute_t *) = &attribute;
    }
    labels = site_labels_make(pool, &resource);
    assert_int_equal(site_labels_ask(labels, sql), 0);
    site_labels_note(labels, book_cells());
    site_labels_note(labels, book_cells());
    assert_int_equal(site_labels_ask(labels, sql), 1);
    has(sql[0].text, "SELECT t0.\"name\"::text, t0.\"full_name\"::text FROM \"public\".\"author\" AS t0 "
                     "WHERE t0.\"name\" = ANY (");
    assert_string_equal(sql[0].values[0], "{\"Melville\"}");
    assert_null(site_labels_find(labels, &attribute, "Melville", 8));
    site_labels_take(labels, 0, answer);
    assert_string_equal(site_labels_find(labels, &attribute, "Melville", 8), "Herman <Melville>");
    site_html_value(sink, &urls, &attribute, NULL, &book_cells()[AUTHOR], labels, SITE_HTML_SHORT);
    assert_string_equal(text_of(sink), "<a href=\"/api/author/Melville/\">Herman &lt;Melville&gt;</a>");
}

static void pages_have_numbers(void **state) {
    const char *page = list_page(books, book_cells(), 100);

    (void)state;
    has(page, "<a href=\"?\">1</a></li>");
    has(page, "<a href=\"?page=2\" aria-current=\"page\">2</a></li>");
    has(page, "<a href=\"?page=3\">3</a></li> <li class=\"number\">\xe2\x80\xa6</li> "
              "<li class=\"number\"><a href=\"?page=85\">85</a></li>");
}

static void filters_can_be_taken_off(void **state) {
    const char *page = list_of(books, book_cells(), 1,
                               "price__lt=3&author__name__icontains=%3Cm%3E&in_print=false&page=2&ordering=id&nothing=1"
                               "&title!=x&born__year=1851");

    (void)state;
    has(page,
        "<li>Price in &lt;EUR&gt; is less than <b>3</b> <a href=\"?author__name__icontains=%3Cm%3E&amp;born__year=1851"
        "&amp;in_print=false&amp;nothing=1&amp;ordering=id&amp;title%21=x\"");
    has(page, "<li>Author \xe2\x80\xba Name contains <b>&lt;m&gt;</b>");
    has(page, "<li>In print is <b>no</b>");
    has(page, "<li>Title is not <b>x</b>");
    has(page, "<li>Born, year is <b>1851</b>");
    has(page, "<li class=\"clear\"><a href=\"?ordering=id\">");
    has_not(page, "<li>Nothing");
    has_not(list_page(books, book_cells(), 1), "class=\"chips\"");
}

static void the_filter_form_knows_fields_and_keeps_what_there_is(void **state) {
    const char *page = list_of(books, book_cells(), 1, "price__lt=3&page=2&_field=x");

    (void)state;
    has(page, "<option value=\"price\" data-kind=\"number\">Price in &lt;EUR&gt;</option>");
    has(page, "<optgroup label=\"Author\"> <option value=\"author__name\" data-kind=\"text\">Name</option>");
    has(page, "<input type=\"hidden\" name=\"price__lt\" value=\"3\">");
    has_not(page, "name=\"page\"");
    has_not(page, "name=\"_field\" value");
    assert_string_equal(site_views_filter_name(pool, books, &api->spec->settings, "price", "lt"), "price__lt");
    assert_string_equal(site_views_filter_name(pool, books, &api->spec->settings, "title", "icontains!"),
                        "title__icontains!");
    assert_string_equal(site_views_filter_name(pool, books, &api->spec->settings, "author__name", "!"),
                        "author__name!");
    assert_null(site_views_filter_name(pool, books, &api->spec->settings, "price", "has_key"));
    assert_null(site_views_filter_name(pool, books, &api->spec->settings, "nothing", ""));
}

static void programs_get_the_very_same(void **state) {
    (void)state;
    has(list_of(books, book_cells(), 1, "title=it%27s&format=html&page=3"),
        "<code>curl &#39;http://host/api/books/?title=it%27s&#39;</code>");
    has(list_of(books, book_cells(), 1, ""), "<code>curl &#39;http://host/api/books/&#39;</code>");
}

static void an_empty_list_says_so(void **state) {
    (void)state;
    has(list_page(books, NULL, 0), "No rows on this page");
    has_not(list_page(books, NULL, 0), "<table");
}

static void what_is_missing_is_a_dash_with_a_word(void **state) {
    site_cell_t *cells = book_cells();
    int i;

    (void)state;
    for (i = TITLE; i < BOOK_CELLS; i++)
        cells[i] = cell_of(NULL);
    has(list_page(books, cells, 1), "<td class=n><i class=null>none</i><td");
    has(item_page(books, cells), "<dt>Born</dt><dd class=\"\"><i class=null>none</i></dd>");
}

static void long_values_are_cut_between_characters(void **state) {
    site_cell_t *cells = book_cells();
    char text[401];
    int i;

    (void)state;
    text[0] = 'x';
    for (i = 1; i < 400; i += 3) {
        text[i] = '\xe2';
        text[i + 1] = '\x98';
        text[i + 2] = '\x85';
    }
    text[400] = '\0';
    cells[TITLE] = cell_of(text);
    has(list_page(books, cells, 1), "\xe2\x98\x85\xe2\x80\xa6<td");
    has_not(list_page(books, cells, 1), "\xef\xbf\xbd");
    has(item_page(books, cells), text);
}

static void an_item_shows_everything(void **state) {
    const char *page = item_page(books, book_cells());

    (void)state;
    has(page, "<title>Book \xe2\x80\x93 The Library</title>");
    has(page, "<h1>Book</h1>");
    has(page, "<dd class=\"\"><time>1851-10-18</time></dd>");
    has(page, "<time datetime=\"2024-05-06T07:08:09.123+00:00\">2024-05-06 07:08:09.123456 UTC</time>");
    has(page, "<pre><code>{ &quot;pages&quot;: 635 }</code></pre>");
    has(page, "<ul class=\"values\"><li>sea</li><li>a, b</li></ul>");
    has(page, "4 bytes <a href=\"/api/books/42/?_file=cover\" download>download</a> <code>deadbeef</code>");
}

static void moments_that_html_does_not_know_stay_text(void **state) {
    static const char *const moments[] = {"infinity", "0044-03-15 12:00:00+00 BC", "12024-01-01 00:00:00+00",
                                          "1850-01-01 00:53:28+00:53:28"};
    apr_size_t i;

    (void)state;
    for (i = 0; i < sizeof moments / sizeof *moments; i++) {
        site_cell_t *cells = book_cells();

        cells[ADDED] = cell_of(moments[i]);
        cells[BORN] = cell_of(moments[i]);
        has_not(item_page(books, cells), "<time");
    }
}

/* A stranger's text in every cell, and in the key. */
static void no_value_becomes_markup(void **state) {
    static const char *const payloads[] = {"<script>alert(1)</script>",
                                           "\"><img src=x onerror=alert(1)>",
                                           "' onmouseover='alert(1)",
                                           "javascript:alert(1)",
                                           "https://x/\" onclick=\"alert(1)",
                                           "a\"onclick=alert(1)@b.c",
                                           "</title></code></pre></table><svg/onload=alert(1)>",
                                           "{\"<b>\",'\"<i>'}",
                                           "\xc3<b>\xff\"<i>"};
    apr_size_t i;
    int j;

    (void)state;
    for (i = 0; i < sizeof payloads / sizeof *payloads; i++) {
        site_cell_t *cells = book_cells();
        const char *pages[2];

        for (j = 0; j < BOOK_CELLS; j++)
            cells[j] = cell_of(payloads[i]);
        pages[0] = list_page(books, cells, 2);
        pages[1] = item_page(books, cells);
        for (j = 0; j < 2; j++) {
            has_not(pages[j], "<script>");
            has_not(pages[j], "<img");
            has_not(pages[j], "<svg");
            has_not(pages[j], "<b>");
            has_not(pages[j], "<i>");
            has_not(pages[j], "\"javascript:");
            has_not(pages[j], " onclick=\"");
            has_not(pages[j], "' onmouseover='");
        }
    }
}

static void a_row_without_a_key_has_no_link(void **state) {
    site_cell_t *cells = book_cells();

    (void)state;
    cells[KEY] = cell_of(NULL);
    has(list_page(books, cells, 1), "<tr><td class=n>42<td");
    cells[KEY] = cell_of("");
    has(list_page(books, cells, 1), "<tr><td class=n>42<td");
}

static void the_root_lists_the_resources(void **state) {
    site_view_t *view = site_view_make(pool, NULL);
    const char *page;

    (void)state;
    site_views_page(view, &nameless, "api", "API");
    site_views_crumb(view, "API", NULL);
    site_views_api(view, &urls, api);
    page = page_of("api.html", view);
    has(page, "<title>API \xe2\x80\x93 mod_site</title>");
    has(page, "<a href=\"/api/books/\">Books &amp; more</a>");
    has(page, "<p class=\"count\">about 8,400 rows</p> <p>Title, Author, Price in &lt;EUR&gt;, In print, Born, "
              "Added and 5 more</p>");
    has(page, "<p class=\"count\">12 rows</p> <p>Who wrote &amp; why</p>");
}

static void the_front_page_names_the_site(void **state) {
    site_urls_t shelf = {"/shelf/api/", "/", "/", ""};
    site_view_t *view = site_view_make(pool, NULL);
    const char *page;

    (void)state;
    site_views_page(view, &bracketed, "home", NULL);
    site_views_api(view, &shelf, api);
    page = page_of("home.html", view);
    has(page, "href=\"/shelf/static/site.0123456789.css\"");
    has(page, "<title>The &lt;Library&gt;</title>");
    has(page, "<h1>The &lt;Library&gt;</h1> <p class=\"lead\">Books, &quot;all&quot; of them.</p>");
    has(page, "<h3><a href=\"/shelf/api/books/\">Books &amp; more</a></h3>");
    has_not(page, "notice");
}

static void the_front_page_works_without_a_database(void **state) {
    site_view_t *view = site_view_make(pool, NULL);
    const char *page;

    (void)state;
    site_views_page(view, &library, "home", NULL);
    site_view_flag(view, "missing", 1);
    page = page_of("home.html", view);
    has(page, "<h1>The Library</h1>");
    has(page, "cannot be reached right now");
    has_not(page, "There is nothing here yet");
}

static const char *error_page(int status, const site_error_t *error) {
    site_view_t *view = site_view_make(pool, NULL);

    site_views_page(view, &library, "error", site_views_status(status));
    site_views_error(view, status, error);
    return page_of("error.html", view);
}

static void errors_name_their_fields(void **state) {
    site_error_t *error = site_error_make(pool, 400, "invalid", "price__<lt>", "Enter a \"number\".");
    const char *page = error_page(503, site_error_make(pool, 503, "unavailable", NULL, "Back <soon>."));

    (void)state;
    has(page, "<h1>Not available right now</h1> <p class=\"lead\">Back &lt;soon&gt;.</p>");
    has_not(page, "class=\"errors\"");
    site_error_append(&error, site_error_make(pool, 400, "invalid", "filters", "x"));
    error->next->message = NULL;
    error->next->nested = site_error_make(pool, 400, "invalid", "id=1", "Wrong.");
    page = error_page(400, error);
    has(page, "<li><code>price__&lt;lt&gt;</code> Enter a &quot;number&quot;.</li>");
    has(page, "<li><code>filters.id=1</code> Wrong.</li>");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_is_a_table),
        cmocka_unit_test(a_list_is_sorted_by_its_headings),
        cmocka_unit_test(related_rows_are_shown_by_what_they_are_called),
        cmocka_unit_test(pages_have_numbers),
        cmocka_unit_test(filters_can_be_taken_off),
        cmocka_unit_test(the_filter_form_knows_fields_and_keeps_what_there_is),
        cmocka_unit_test(programs_get_the_very_same),
        cmocka_unit_test(an_empty_list_says_so),
        cmocka_unit_test(what_is_missing_is_a_dash_with_a_word),
        cmocka_unit_test(long_values_are_cut_between_characters),
        cmocka_unit_test(an_item_shows_everything),
        cmocka_unit_test(moments_that_html_does_not_know_stay_text),
        cmocka_unit_test(no_value_becomes_markup),
        cmocka_unit_test(a_row_without_a_key_has_no_link),
        cmocka_unit_test(the_root_lists_the_resources),
        cmocka_unit_test(the_front_page_names_the_site),
        cmocka_unit_test(the_front_page_works_without_a_database),
        cmocka_unit_test(errors_name_their_fields),
    };
    int failed;

    apr_initialize();
    apr_pool_create(&pool, NULL);
    failed = cmocka_run_group_tests(tests, make_library, NULL);
    apr_terminate();
    return failed;
}
