/* Sitemaps: their XML, and the statements that walk over keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/sitemap.h"
#include "core/sql_keys.h"
#include "unit/fixture.h"
#include <apr_strings.h>
#include <string.h>

static const char *written(site_sitemap_kind_t kind, const char *address, const char *lastmod) {
    site_sink_t sink;

    site_sink_init(&sink, fixture_pool, 16, 0);
    site_sitemap_add(&sink, kind, address, lastmod);
    site_sink_char(&sink, '\0');
    return sink.data;
}

static void files(void **state) {
    site_sink_t sink;

    (void)state;
    site_sink_init(&sink, fixture_pool, 16, 0);
    site_sitemap_begin(&sink, SITE_SITEMAP_PAGES);
    site_sitemap_end(&sink, SITE_SITEMAP_PAGES);
    site_sitemap_begin(&sink, SITE_SITEMAP_INDEX);
    site_sitemap_end(&sink, SITE_SITEMAP_INDEX);
    site_sink_char(&sink, '\0');
    assert_string_equal(sink.data, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                                   "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n</urlset>\n"
                                   "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                                   "<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n"
                                   "</sitemapindex>\n");
}

static void addresses(void **state) {
    (void)state;
    assert_string_equal(written(SITE_SITEMAP_PAGES, "http://h/a/", NULL), "<url><loc>http://h/a/</loc></url>\n");
    assert_string_equal(written(SITE_SITEMAP_INDEX, "http://h/a.xml", NULL),
                        "<sitemap><loc>http://h/a.xml</loc></sitemap>\n");
    assert_string_equal(written(SITE_SITEMAP_PAGES, "http://h/a&b'<c>\"/", NULL),
                        "<url><loc>http://h/a&amp;b&#39;&lt;c&gt;&quot;/</loc></url>\n");
    assert_string_equal(written(SITE_SITEMAP_PAGES, "http://h/", "2024-05-01"),
                        "<url><loc>http://h/</loc><lastmod>2024-05-01</lastmod></url>\n");
    assert_string_equal(written(SITE_SITEMAP_PAGES, "http://h/", "2024-05-01T12:00:00Z"),
                        "<url><loc>http://h/</loc><lastmod>2024-05-01T12:00:00Z</lastmod></url>\n");
    /* No year that a search engine would read. */
    assert_string_equal(written(SITE_SITEMAP_PAGES, "http://h/", "12024-05-01"), "<url><loc>http://h/</loc></url>\n");
    assert_string_equal(written(SITE_SITEMAP_PAGES, "http://h/", "-044-03-15"), "<url><loc>http://h/</loc></url>\n");
    assert_string_equal(written(SITE_SITEMAP_PAGES, "http://h/", ""), "<url><loc>http://h/</loc></url>\n");
    assert_string_equal(written(SITE_SITEMAP_PAGES, "http://h/", "2024-05-0<"), "<url><loc>http://h/</loc></url>\n");
}

static void keys_are_walked_in_their_order(void **state) {
    const site_resource_t *book = fixture_resource("book"),
                          *item = site_api_resource(fixture_keys(fixture_pool), "item");
    site_sql_place_t place = {NULL, 0};
    site_sql_t sql;

    (void)state;
    site_sql_keys(fixture_pool, book, "", &place, 5000, &sql);
    assert_string_equal(fixture_show(fixture_pool, &sql),
                        "SELECT t0.\"id\", NULL FROM \"public\".\"book\" AS t0 WHERE t0.\"id\" IS NOT NULL ORDER BY "
                        "t0.\"id\" LIMIT 5000");
    place.key = "42";
    site_sql_keys(fixture_pool, book, "sold", &place, 10, &sql);
    assert_string_equal(
        fixture_show(fixture_pool, &sql),
        "SELECT t0.\"id\", CASE WHEN t0.\"sold\" >= '0001-01-01' THEN pg_catalog.to_char(t0.\"sold\" AT TIME ZONE "
        "'UTC', "
        "'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') END FROM \"public\".\"book\" AS t0 WHERE t0.\"id\" IS NOT NULL "
        "AND t0.\"id\" >= $1::bigint ORDER BY t0.\"id\" LIMIT 10 | 42");
    place.behind = 1;
    site_sql_keys(fixture_pool, book, "printed", &place, 10, &sql);
    assert_string_equal(fixture_show(fixture_pool, &sql),
                        "SELECT t0.\"id\", CASE WHEN t0.\"printed\" >= '0001-01-01' THEN "
                        "pg_catalog.to_char(t0.\"printed\"::timestamp, 'YYYY-MM-DD') END FROM "
                        "\"public\".\"book\" AS t0 WHERE t0.\"id\" IS NOT NULL AND t0.\"id\" > $1::bigint ORDER BY "
                        "t0.\"id\" LIMIT 10 | 42");
    /* An empty text would be the address of the collection. */
    place.key = "a'b";
    site_sql_key_ahead(fixture_pool, item, &place, 50000, &sql);
    assert_non_null(strstr(fixture_show(fixture_pool, &sql), " <> '' AND t0."));
    assert_non_null(strstr(fixture_show(fixture_pool, &sql), " OFFSET 50000 LIMIT 1 | a'b"));
    site_sql_key_count(fixture_pool, book, 50001, &sql);
    assert_string_equal(fixture_show(fixture_pool, &sql),
                        "SELECT pg_catalog.count(*) FROM (SELECT 1 FROM \"public\".\"book\" AS t0 WHERE t0.\"id\" IS "
                        "NOT NULL LIMIT 50001) AS counted");
}

static void what_says_when(void **state) {
    const site_resource_t *book = fixture_resource("book");

    (void)state;
    assert_true(site_sql_is_lastmod(site_resource_attribute(book, "sold")));
    assert_true(site_sql_is_lastmod(site_resource_attribute(book, "printed")));
    assert_false(site_sql_is_lastmod(site_resource_attribute(book, "opens")));
    assert_false(site_sql_is_lastmod(site_resource_attribute(book, "title")));
    assert_false(site_sql_is_lastmod(site_resource_attribute(book, "shelf")));
    assert_false(site_sql_is_lastmod(NULL));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files),
        cmocka_unit_test(addresses),
        cmocka_unit_test(keys_are_walked_in_their_order),
        cmocka_unit_test(what_says_when),
    };

    return cmocka_run_group_tests(tests, fixture_setup, NULL);
}
