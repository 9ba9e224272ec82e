/* Charts: what can be asked for, which statements that makes, and the markup: its words, links and escaping. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/chart_svg.h"
#include "core/sql_chart.h"
#include "unit/fixture.h"
#include <apr_strings.h>
#include <apr_xml.h>
#include <math.h>
#include <string.h>

static const site_urls_t urls = {"http://host/api/", "/", "/", ""};

/* --- tools --- */

static site_params_t *params_of(const char *query) {
    site_error_t *error;

    return site_params_parse(fixture_pool, query, strlen(query), &error);
}

static const site_chart_t *chart_of(const char *resource, const char *query) {
    site_error_t *error;
    const site_chart_t *chart = site_chart_read(fixture_pool, fixture_resource(resource), params_of(query), &error);

    if (!chart)
        fail_msg("%s: %s", query, error ? error->message : "no chart");
    return chart;
}

static const char *refused(const char *resource, const char *query) {
    site_error_t *error;

    assert_null(site_chart_read(fixture_pool, fixture_resource(resource), params_of(query), &error));
    return fixture_errors(fixture_pool, error);
}

/* A chart on its way: asked for by `query`, which also filters. */
typedef struct bench_t {
    site_settings_t settings;
    site_params_t *params;
    site_query_t query;
    site_chart_data_t *data;
    site_sql_t sql[SITE_CHART_STATEMENTS];
} bench_t;

static void begin(bench_t *bench, const char *resource, const char *query) {
    memset(bench, 0, sizeof *bench);
    fixture_settings(&bench->settings);
    bench->params = params_of(query);
    bench->query.resource = fixture_resource(resource);
    bench->query.condition =
        site_filter_read(fixture_pool, bench->query.resource, &bench->settings, bench->params)->condition;
    bench->query.limit = -1;
    bench->data = site_chart_begin(fixture_pool, chart_of(resource, query), &bench->query);
}

static const char *ask(bench_t *bench) {
    int count = site_chart_ask(bench->data, bench->sql), i;
    const char *text = "";

    for (i = 0; i < count; i++)
        text = apr_pstrcat(fixture_pool, text, i ? "\n" : "", fixture_show(fixture_pool, &bench->sql[i]), NULL);
    return text;
}

/* One row of an answer: cells separated by '|', "-" for NULL. */
static void answer(bench_t *bench, int statement, const char *row) {
    site_cell_t cells[8];
    char *copy = apr_pstrdup(fixture_pool, row), *bar;
    int count = 0;

    memset(cells, 0, sizeof cells);
    while (copy && count < 8) {
        bar = strchr(copy, '|');
        if (bar)
            *bar = '\0';
        cells[count].text = strcmp(copy, "-") == 0 ? NULL : copy;
        cells[count].length = cells[count].text ? strlen(copy) : 0;
        count++;
        copy = bar ? bar + 1 : NULL;
    }
    site_chart_take(bench->data, statement, cells);
}

/* Every figure is well-formed XML, has no style and no script, and no id twice. */
static void check_markup(const char *markup) {
    apr_xml_parser *parser = apr_xml_parser_create(fixture_pool);
    apr_xml_doc *document;
    const char *at = markup;
    char message[200];

    apr_xml_parser_feed(parser, markup, strlen(markup));
    if (apr_xml_parser_done(parser, &document) != APR_SUCCESS)
        fail_msg("%s in:\n%s", apr_xml_parser_geterror(parser, message, sizeof message), markup);
    assert_null(strstr(markup, "style"));
    assert_null(strstr(markup, "<script"));
    assert_null(strstr(markup, "nan"));
    assert_null(strstr(markup, "inf\""));
    while ((at = strstr(at, " id=\"")) != NULL) {
        apr_size_t length = strcspn(at + 5, "\"") + 6;

        assert_null(strstr(at + 1, apr_pstrmemdup(fixture_pool, at, length)));
        at++;
    }
}

static const char *markup_of(bench_t *bench) {
    site_chart_page_t page = {&urls, &bench->settings, bench->params};
    site_sink_t sink;

    assert_int_equal(site_chart_ask(bench->data, bench->sql), 0);
    site_sink_init(&sink, fixture_pool, 4096, 0);
    site_chart_write(&sink, &page, bench->data);
    site_sink_char(&sink, '\0');
    assert_int_equal(sink.status, APR_SUCCESS);
    check_markup(sink.data);
    return sink.data;
}

static void has(const char *text, const char *part) {
    if (!strstr(text, part))
        fail_msg("'%s' is not in:\n%s", part, text);
}

static void has_not(const char *text, const char *part) {
    if (strstr(text, part))
        fail_msg("'%s' is in:\n%s", part, text);
}

/* --- what can be asked for --- */

static void an_attribute_says_how_it_is_drawn(void **state) {
    static const struct {
        const char *query;
        site_chart_kind_t kind;
    } cases[] = {{"_x=pages", SITE_CHART_HISTOGRAM},
                 {"_x=price", SITE_CHART_HISTOGRAM},
                 {"_x=weight", SITE_CHART_HISTOGRAM},
                 {"_x=sold", SITE_CHART_SERIES},
                 {"_x=printed", SITE_CHART_SERIES},
                 {"_x=lent", SITE_CHART_BARS},
                 {"_x=mood", SITE_CHART_BARS},
                 {"_x=title", SITE_CHART_BARS},
                 {"_x=shelf", SITE_CHART_BARS},
                 {"_x=pages&_y=price", SITE_CHART_SCATTER},
                 {"_x=-sold&_y=pages&_size=-weight", SITE_CHART_SCATTER}};
    apr_size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(chart_of("book", cases[i].query)->kind, cases[i].kind);
    assert_true(chart_of("book", "_x=-sold&_y=pages&_size=-weight")->x.reversed);
    assert_false(chart_of("book", "_x=-sold&_y=pages&_size=-weight")->y.reversed);
    assert_string_equal(chart_of("book", "_x=-sold&_y=pages")->label, "book by Sold and Pages");
}

static void nothing_is_asked_for(void **state) {
    site_error_t *error;

    (void)state;
    assert_null(site_chart_read(fixture_pool, fixture_resource("book"), params_of("pages__gt=3"), &error));
    assert_null(error);
    /* A form sends its empty fields as well. */
    assert_null(site_chart_read(fixture_pool, fixture_resource("book"), params_of("_chart=&_x=&_y=&_size="), &error));
    assert_null(error);
}

static void what_cannot_be_drawn_is_named(void **state) {
    (void)state;
    assert_string_equal(refused("book", "_x=nope"), "{\"_x\":[\"There is no attribute 'nope'.\"]}");
    assert_string_equal(refused("book", "_x=extra"), "{\"_x\":[\"'extra' cannot be drawn as a chart.\"]}");
    assert_string_equal(refused("book", "_x=isbn"), "{\"_x\":[\"'isbn' cannot be drawn as a chart.\"]}");
    assert_string_equal(refused("book", "_x=cover"), "{\"_x\":[\"'cover' cannot be drawn as a chart.\"]}");
    assert_string_equal(refused("book", "_x=marks"), "{\"_x\":[\"'marks' cannot be drawn as a chart.\"]}");
    assert_string_equal(refused("book", "_x=pages&_y=mood"),
                        "{\"_y\":[\"'mood' cannot be drawn as one axis of two: it is neither a number nor a time.\"]}");
    assert_string_equal(refused("book", "_x=pages&_y=price&_size=sold"),
                        "{\"_size\":[\"'sold' cannot be drawn as the size of points.\"]}");
    assert_string_equal(refused("book", "_x=pages&_size=price"),
                        "{\"_size\":[\"Only points of two attributes have a size: y is missing.\"]}");
    assert_string_equal(refused("book", "_y=pages"), "{\"_x\":[\"A chart needs an attribute for its x axis.\"]}");
    assert_string_equal(refused("book", "_chart=sky"), "{\"_chart\":[\"There is no chart 'sky'.\"]}");
    assert_string_equal(refused("book", "_x=-"), "{\"_x\":[\"There is no attribute ''.\"]}");
}

static void a_declaration_is_judged(void **state) {
    site_chart_spec_t spec = {.name = "map", .x = "pages", .y = "-price", .sky = 1, .label = "A map"};
    const site_resource_t *book = fixture_resource("book");
    const site_chart_t *chart;

    (void)state;
    assert_null(site_chart_make(fixture_pool, book, &spec, &chart));
    assert_int_equal(chart->kind, SITE_CHART_SKY);
    assert_true(chart->y.reversed);
    assert_string_equal(chart->label, "A map");
    spec.y = "sold";
    assert_string_equal(site_chart_make(fixture_pool, book, &spec, &chart),
                        "y=: A sky map needs degrees: y is a time.");
    spec.y = NULL;
    assert_string_equal(site_chart_make(fixture_pool, book, &spec, &chart), "y=: A sky map needs a declination as y.");
    spec.sky = 0;
    spec.x = "uid";
    assert_string_equal(site_chart_make(fixture_pool, book, &spec, &chart), "x=: 'uid' cannot be drawn as a chart.");
}

/* --- statements --- */

static void numbers_are_counted_between_marks(void **state) {
    bench_t bench;

    (void)state;
    begin(&bench, "book", "_x=price&pages__gt=3");
    assert_string_equal(ask(&bench), "SELECT min(t0.\"price\"), max(t0.\"price\") FROM \"public\".\"book\" AS t0 WHERE "
                                     "t0.\"pages\" > $1::smallint AND t0.\"price\" BETWEEN -1e300 AND 1e300 | 3");
    answer(&bench, 0, "0.25|98.5");
    assert_string_equal(
        ask(&bench),
        "SELECT CASE WHEN t0.\"price\" IS NULL THEN -1 WHEN t0.\"price\" BETWEEN -1e300 AND 1e300 THEN "
        "width_bucket(t0.\"price\", $1::numeric[]) ELSE -2 END, count(*) FROM \"public\".\"book\" AS t0 WHERE "
        "t0.\"pages\" > $2::smallint GROUP BY 1 | "
        "{\"2\",\"4\",\"6\",\"8\",\"10\",\"12\",\"14\",\"16\",\"18\",\"20\",\"22\",\"24\",\"26\",\"28\",\"30\",\"32\","
        "\"34\",\"36\",\"38\",\"40\",\"42\",\"44\",\"46\",\"48\",\"50\",\"52\",\"54\",\"56\",\"58\",\"60\",\"62\","
        "\"64\","
        "\"66\",\"68\",\"70\",\"72\",\"74\",\"76\",\"78\",\"80\",\"82\",\"84\",\"86\",\"88\",\"90\",\"92\",\"94\","
        "\"96\","
        "\"98\"} | 3");
    assert_string_equal(ask(&bench), "");
}

static void times_are_those_of_the_site(void **state) {
    bench_t bench;

    (void)state;
    begin(&bench, "book", "_x=sold");
    assert_string_equal(ask(&bench),
                        "SELECT extract(epoch FROM min(t0.\"sold\")::timestamp), extract(epoch FROM "
                        "max(t0.\"sold\")::timestamp) FROM \"public\".\"book\" AS t0 WHERE t0.\"sold\" > '-infinity' "
                        "AND t0.\"sold\" < 'infinity'");
    answer(&bench, 0, "1700000000.5|1700000002");
    has(ask(&bench), "THEN width_bucket(t0.\"sold\"::timestamp, $1::timestamp[]) ELSE -2 END, count(*)");
    has(fixture_show(fixture_pool, &bench.sql[0]), "{\"2023-11-14 22:13:21\",\"2023-11-14 22:13:22\"}");
    begin(&bench, "book", "_x=printed");
    has(ask(&bench), "SELECT (min(t0.\"printed\") - DATE '1970-01-01') * 86400::bigint, ");
    answer(&bench, 0, "0|86400");
    has(ask(&bench), "width_bucket(t0.\"printed\", $1::date[])");
    has(fixture_show(fixture_pool, &bench.sql[0]), "{\"1970-01-02\"}");
}

static void related_rows_have_names(void **state) {
    bench_t bench;

    (void)state;
    begin(&bench, "book", "_x=author&author__name=x");
    assert_string_equal(
        ask(&bench),
        "SELECT left(s.v::text, 200), s.n, s.rows, s.kinds, char_length(s.v::text) > 200, (SELECT "
        "left(coalesce(nullif(t1001.\"name\"::text, ''), NULL), 80) FROM \"public\".\"author\" AS t1001 WHERE "
        "t1001.\"id\" = s.v) FROM (SELECT v, n, sum(n) OVER () AS rows, count(v) OVER () AS kinds FROM (SELECT "
        "t0.\"author_id\" AS v, count(*) AS n FROM \"public\".\"book\" AS t0 WHERE t0.\"author_id\" IN (SELECT "
        "t1.\"id\" FROM \"public\".\"author\" AS t1 WHERE t1.\"name\" = $1::text) GROUP BY 1) AS g ORDER BY v IS NULL "
        "DESC, n DESC, v LIMIT $2::bigint) AS s ORDER BY s.v IS NULL DESC, s.n DESC, s.v | x | 13");
}

static void points_are_chosen_within(void **state) {
    bench_t bench;

    (void)state;
    begin(&bench, "book", "_x=pages&_y=sold&_size=weight");
    assert_string_equal(
        ask(&bench),
        "SELECT count(*), count(*) FILTER (WHERE t0.\"pages\" IS NOT NULL AND t0.\"sold\" > '-infinity' AND "
        "t0.\"sold\" < 'infinity') FROM \"public\".\"book\" AS t0\n"
        "SELECT k, left(coalesce(nullif(c::text, ''), NULL), 80), x, extract(epoch FROM y::timestamp), s FROM (SELECT "
        "t0.\"id\" AS k, t0.\"title\" AS c, NULL AS o, t0.\"pages\" AS x, t0.\"sold\" AS y, t0.\"weight\" AS s, CASE "
        "WHEN t0.\"weight\"::double precision BETWEEN -1e300 AND 1e300 THEN t0.\"weight\" END AS r FROM "
        "\"public\".\"book\" AS t0 WHERE t0.\"pages\" IS NOT NULL AND t0.\"sold\" > '-infinity' AND t0.\"sold\" < "
        "'infinity' ORDER BY r DESC NULLS LAST, k LIMIT $1::bigint) AS p ORDER BY r DESC NULLS LAST, k | 2000");
    begin(&bench, "book", "_x=pages&_y=price&_size=-weight");
    has(ask(&bench), "t0.\"weight\" AS r FROM ");
    begin(&bench, "book", "_x=pages&_y=price");
    has(ask(&bench), "hashtextextended(t0.\"id\"::text, 0) AS r FROM ");
    begin(&bench, "edition", "_x=number&_y=number");
    has(ask(&bench), "hashtextextended(t0.\"number\"::text || ' ' || t0.\"number\"::text, 0) AS r");
    has(fixture_show(fixture_pool, &bench.sql[1]), "SELECT NULL AS k, ");
}

/* --- markup --- */

static void bars_lead_to_their_rows(void **state) {
    const char *markup;
    bench_t bench;

    (void)state;
    begin(&bench, "book", "_x=price&price__gte=1&page=3&title=a%26b&price__lt=9");
    ask(&bench);
    answer(&bench, 0, "1.5|8");
    ask(&bench);
    answer(&bench, 0, "0|12");
    answer(&bench, 0, "32|1234");
    answer(&bench, 0, "-1|5");
    answer(&bench, 0, "-2|1");
    markup = markup_of(&bench);
    has(markup,
        "<figure class=\"chart histogram\">\n<figcaption><b>book by Price</b> <span>1,246 book; 5 without a value; "
        "1 infinite or not a number</span></figcaption>");
    has(markup, "from 1.5 to 8, in steps of 0.2. The highest bar is at 7.8 to 8.0, with 1,234 book.</desc>");
    has(markup, "<a tabindex=\"-1\" href=\"/api/book/?_x=price&amp;price__gte=1&amp;title=a%26b&amp;price__lt=1.6\">"
                "<title>1.4 to 1.6: 12 book</title>");
    has(markup, "<tr><th scope=\"row\"><a href=\"/api/book/?_x=price&amp;title=a%26b&amp;price__lt=9&amp;price__gte=7.8"
                "\">7.8 to 8.0</a></th><td class=\"n\">1,234</td></tr>");
    has(markup, "price__isnull=true\">no value</a></th><td class=\"n\">5</td>");
    has(markup, "<tr><th scope=\"row\">1.6 to 1.8</th><td class=\"n\">0</td></tr>");
}

static void times_lead_to_their_rows(void **state) {
    const char *markup;
    bench_t bench;

    (void)state;
    begin(&bench, "book", "_x=sold");
    ask(&bench);
    answer(&bench, 0, "1700000000|1703000000");
    ask(&bench);
    answer(&bench, 0, "0|7");
    markup = markup_of(&bench);
    has(markup, "?_x=sold&amp;sold__gte=2023-11-14T12:00&amp;sold__lt=2023-11-15T00:00\"><title>14 Nov 2023, 12:00 to "
                "24:00: 7 book");
    has(markup, "one bar for each 12 hours.");
}

static void whole_numbers_have_bars_of_their_own(void **state) {
    const char *markup;
    bench_t bench;

    (void)state;
    begin(&bench, "book", "_x=pages");
    ask(&bench);
    answer(&bench, 0, "1|3");
    assert_non_null(strstr(ask(&bench), "{\"2\",\"3\"}"));
    answer(&bench, 0, "1|1");
    markup = markup_of(&bench);
    has(markup, "pages__gte=2&amp;pages__lt=3\"><title>2: 1 book");
    has(markup, ">1</text>");
}

static void there_is_nothing_to_draw(void **state) {
    const char *markup;
    bench_t bench;

    (void)state;
    begin(&bench, "book", "_x=price");
    ask(&bench);
    answer(&bench, 0, "-|-");
    assert_non_null(strstr(ask(&bench), "| {}"));
    markup = markup_of(&bench);
    has(markup, "<span>No rows</span>");
    has_not(markup, "<svg");
    begin(&bench, "book", "_x=price");
    ask(&bench);
    answer(&bench, 0, "-|-");
    ask(&bench);
    answer(&bench, 0, "-1|3");
    has(markup_of(&bench), "<span>3 book, none of which can be drawn; 3 without a value</span>");
    begin(&bench, "book", "_x=pages&_y=price");
    ask(&bench);
    answer(&bench, 0, "3|0");
    has(markup_of(&bench), "<span>3 book, none of which can be drawn; 3 without a place</span>");
}

static void values_are_text(void **state) {
    const char *markup;
    bench_t bench;

    (void)state;
    begin(&bench, "book", "_x=title");
    ask(&bench);
    answer(&bench, 0, "-|2|100|40|f|-");
    answer(&bench, 0, "<script>alert('1')</script>\"|9|100|40|f|-");
    answer(&bench, 0, " padded |8|100|40|f|-");
    answer(&bench, 0, "|7|100|40|f|-");
    answer(&bench, 0, "cut off somewhere|6|100|40|t|-");
    answer(&bench, 0, "M\xc3\xbc\xff|5|100|40|f|-");
    markup = markup_of(&bench);
    has(markup, "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot;");
    has(markup, "title=%3Cscript%3Ealert%28%271%27%29%3C%2Fscript%3E%22\"");
    has(markup, "<th scope=\"row\"> padded </th>");
    has(markup, "<th scope=\"row\">(empty)</th>");
    has(markup, "<th scope=\"row\">cut off somewhere\xe2\x80\xa6</th>");
    has(markup, "M\xc3\xbc\xef\xbf\xbd");
    has(markup, "35 other values</text>");
    has(markup, "<th scope=\"row\">other values</th><td class=\"n\">63</td>");
    has(markup, "no value</text>");
}

static void choices_keep_their_order(void **state) {
    const char *markup;
    bench_t bench;

    (void)state;
    begin(&bench, "book", "_x=mood");
    ask(&bench);
    answer(&bench, 0, "glad|9|10|2|f|-");
    answer(&bench, 0, "sad|1|10|2|f|-");
    markup = markup_of(&bench);
    assert_true(strstr(markup, ">sad<") < strstr(markup, ">glad<"));
    has(markup, "2 different values. The most frequent is glad, with 9 book.");
    begin(&bench, "book", "_x=lent");
    ask(&bench);
    answer(&bench, 0, "true|1|1|1|f|-");
    has(markup_of(&bench), "lent=true\"><title>yes: 1 book");
}

static void keys_that_say_something_are_shown(void **state) {
    bench_t bench;

    (void)state;
    begin(&bench, "book", "_x=shelf");
    ask(&bench);
    answer(&bench, 0, "7|4|4|1|f|Fiction & more");
    has(markup_of(&bench), "shelf=7\">Fiction &amp; more</a>");
}

static void points_lead_to_their_pages(void **state) {
    const char *markup;
    bench_t bench;

    (void)state;
    begin(&bench, "book", "_x=pages&_y=-price&_size=weight");
    ask(&bench);
    answer(&bench, 0, "9|3");
    answer(&bench, 1, "a/b?c|<b>Moby</b>|12|3.5|1e10");
    answer(&bench, 1, "2|-|1000|-7|NaN");
    answer(&bench, 1, "-|Nobody|500|0|-");
    markup = markup_of(&bench);
    has(markup, "<figcaption><b>book by Pages and Price</b> <span>3 book; 6 without a place</span>");
    has(markup, "<a href=\"/api/book/a%2Fb%3Fc/\" tabindex=\"-1\"><title>&lt;b&gt;Moby&lt;/b&gt;: pages 12, price 3.5, "
                "weight 10,000,000,000</title>");
    has(markup, "<title>2: pages 1000, price \xe2\x88\x92"
                "7</title>");
    has(markup, "<g><title>Nobody: pages 500, price 0</title><circle");
    has(markup, "<th scope=\"row\">Nobody</th><td class=\"n\">500</td><td class=\"n\">0</td><td class=\"n\"></td>");
    has(markup, "The larger a point, the greater its weight.");
}

static void any_numbers_can_be_points(void **state) {
    static const char *const rows[] = {"1|-|-1e300|1e300|-", "1|-|1e300|-1e300|-", "1|-|5e-324|0|-", "1|-|0|-0|-"};
    bench_t bench;
    int count, i;

    (void)state;
    for (count = 1; count <= 4; count++) {
        begin(&bench, "book", "_x=price&_y=weight&_size=-price");
        ask(&bench);
        answer(&bench, 0, apr_psprintf(fixture_pool, "%d|%d", count, count));
        for (i = 0; i < count; i++)
            answer(&bench, 1, rows[i]);
        markup_of(&bench);
    }
}

static void there_are_no_links_where_nothing_can_be_asked(void **state) {
    const char *markup;
    bench_t bench;

    (void)state;
    begin(&bench, "book", "_x=price&filters=(pages%3D1)");
    ask(&bench);
    answer(&bench, 0, "1|8");
    ask(&bench);
    answer(&bench, 0, "0|12");
    markup = markup_of(&bench);
    has_not(markup, "<a ");
    has(markup, "<g><title>1.0 to 1.2: 12 book</title>");
    /* Neither a filter's number nor a filter's year goes so far. */
    begin(&bench, "book", "_x=price");
    ask(&bench);
    answer(&bench, 0, "1e200|8e200");
    ask(&bench);
    answer(&bench, 0, "0|12");
    has_not(markup_of(&bench), "price__gte");
    begin(&bench, "book", "_x=printed");
    ask(&bench);
    answer(&bench, 0, "-100000000000|-99000000000");
    ask(&bench);
    answer(&bench, 0, "0|12");
    has_not(markup_of(&bench), "printed__gte");
}

static void the_sky_has_its_lines(void **state) {
    site_chart_spec_t spec = {.name = "map", .x = "weight", .y = "price", .size = "-pages", .sky = 1};
    const site_chart_t *chart;
    const char *markup;
    bench_t bench;
    int i;

    (void)state;
    begin(&bench, "book", "_x=weight&_y=price");
    assert_null(site_chart_make(fixture_pool, bench.query.resource, &spec, &chart));
    bench.data = site_chart_begin(fixture_pool, chart, &bench.query);
    ask(&bench);
    answer(&bench, 0, "2004|2004");
    answer(&bench, 1, "1|Sirius|101.287|-16.716|-1.46");
    answer(&bench, 1, "2|Nowhere|10|95|0");
    for (i = 0; i < 1998; i++)
        answer(&bench, 1,
               apr_psprintf(fixture_pool, "%d|Star number %d|%d.5|%d.25|%d", i + 3, i, i * 7 % 360, i * 13 % 180 - 90,
                            i / 300));
    markup = markup_of(&bench);
    has(markup, "<figure class=\"chart sky\">");
    has(markup, "<title id=\"chart-map-title\">book in the sky</title>");
    has(markup, "The 2,000 of 2,004 book with the least pages");
    has(markup, "role=\"img\" aria-labelledby=\"chart-map-title\" aria-describedby=\"chart-map-desc\"");
    has(markup, "<text class=\"tick mid\" x=\"720\" y=\"376\" dy=\".9em\">0h</text>");
    has(markup, ">+60\xc2\xb0</text>");
    has(markup, "dy=\".35em\">Sirius</text>");
    has_not(markup, ">Nowhere</text>");
    has_not(markup, "<title>Nowhere");
    assert_true(strlen(markup) < 70000);
}

static void a_chart_can_be_a_sentence(void **state) {
    site_sink_t sink;

    (void)state;
    site_sink_init(&sink, fixture_pool, 256, 0);
    site_chart_write_notice(&sink, chart_of("book", "_x=pages"), "It took <too> long.");
    site_sink_char(&sink, '\0');
    check_markup(sink.data);
    assert_string_equal(sink.data, "<figure class=\"chart histogram\">\n<figcaption><b>book by Pages</b> <span>It took "
                                   "&lt;too&gt; long.</span></figcaption>\n</figure>\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_attribute_says_how_it_is_drawn),
        cmocka_unit_test(nothing_is_asked_for),
        cmocka_unit_test(what_cannot_be_drawn_is_named),
        cmocka_unit_test(a_declaration_is_judged),
        cmocka_unit_test(numbers_are_counted_between_marks),
        cmocka_unit_test(times_are_those_of_the_site),
        cmocka_unit_test(related_rows_have_names),
        cmocka_unit_test(points_are_chosen_within),
        cmocka_unit_test(bars_lead_to_their_rows),
        cmocka_unit_test(times_lead_to_their_rows),
        cmocka_unit_test(whole_numbers_have_bars_of_their_own),
        cmocka_unit_test(there_is_nothing_to_draw),
        cmocka_unit_test(values_are_text),
        cmocka_unit_test(choices_keep_their_order),
        cmocka_unit_test(keys_that_say_something_are_shown),
        cmocka_unit_test(points_lead_to_their_pages),
        cmocka_unit_test(any_numbers_can_be_points),
        cmocka_unit_test(there_are_no_links_where_nothing_can_be_asked),
        cmocka_unit_test(the_sky_has_its_lines),
        cmocka_unit_test(a_chart_can_be_a_sentence),
    };

    return cmocka_run_group_tests(tests, fixture_setup, NULL);
}
