/* Charts over a real PostgreSQL (see database.h): whatever a column holds, every row is counted once, and the list that a bar leads to has as
 * many rows as the bar says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/chart_draw.h"
#include "core/resolve.h"
#include "database.h"
#include "db/execute.h"
#include "db/introspect.h"
#include <apr_strings.h>
#include <apr_xml.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static apr_pool_t *pool;
static const char *schema;
static PGconn *native;
static site_connection_t *connection;
static const site_api_t *api;

static const site_urls_t urls = {"http://host/api/", "/", "/", ""};

static const char tables[] = "CREATE TYPE mood AS ENUM ('sad', 'glad', 'wild');"
                             "CREATE DOMAIN small AS integer CHECK (VALUE < 1000);"
                             "CREATE TABLE kind (code text PRIMARY KEY, name text);"
                             "CREATE TABLE wild (id serial PRIMARY KEY, f8 float8, f4 real, n numeric, n2 "
                             "numeric(6,2), n0 numeric(20), i2 smallint, "
                             "i4 integer, i8 bigint, dom small, d date, ts timestamp, tz timestamptz, b boolean, t "
                             "text, e mood, c char(3), kind text "
                             "REFERENCES kind);"
                             "CREATE VIEW bare AS SELECT f8, n FROM wild;"
                             "INSERT INTO kind VALUES ('a', 'First'), ('b', ''), ('x&y', NULL)";

static void reject(void *baton, const site_place_t *place, const char *resource, const char *message) {
    (void)baton;
    (void)place;
    fail_msg("%s: %s", resource ? resource : "-", message);
}

static int setup(void **state) {
    static const site_session_t session = {
        .time_zone = "Europe/Berlin", .statement_timeout = 20000, .prepared_statements = 8};
    site_api_spec_t *spec;
    site_catalog_t *catalog;
    site_diagnosis_t diagnosis;
    site_scope_t scope = {.schemas = NULL};
    apr_pool_t *scratch;

    (void)state;
    schema = database_begin(&pool);
    if (!schema)
        return 0;
    database_run(tables);
    native = database_connect();
    connection = site_connection_of(native);
    assert_null(site_connection_ready(pool, connection, &session));
    spec = apr_pcalloc(pool, sizeof *spec);
    spec->path = "/api";
    spec->schemas = apr_array_make(pool, 1, sizeof(const char *));
    APR_ARRAY_PUSH(spec->schemas, const char *) = schema;
    site_settings_init(&spec->settings);
    site_settings_complete(&spec->settings);
    apr_pool_create(&scratch, pool);
    scope.schemas = spec->schemas;
    assert_null(site_introspect(pool, scratch, connection, &scope, &catalog, &diagnosis));
    api = site_resolve(pool, spec, catalog, reject, NULL);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    if (native)
        PQfinish(native);
    database_end();
    return 0;
}

static void need_database(void) {
    if (!schema)
        skip();
}

/* --- tools --- */

typedef struct bench_t {
    apr_pool_t *pool;
    site_params_t *params;
    site_query_t query;
    site_chart_data_t *data;
} bench_t;

static void run(bench_t *bench, const site_sql_t *sql, int count, PGresult **results) {
    site_statement_t statements[SITE_CHART_STATEMENTS];
    site_diagnosis_t diagnosis;
    int i;

    for (i = 0; i < count; i++) {
        statements[i].text = sql[i].text;
        statements[i].count = sql[i].count;
        statements[i].values = sql[i].values;
    }
    if (site_execute_batch(bench->pool, connection, statements, count, results, &diagnosis))
        fail_msg("%s: %s %s", sql[0].text, diagnosis.sqlstate, diagnosis.message);
}

static void take_all(bench_t *bench, int statement, const PGresult *result) {
    site_cell_t cells[8];
    int row, i;

    for (row = 0; row < PQntuples(result); row++) {
        for (i = 0; i < PQnfields(result); i++) {
            cells[i].text = PQgetisnull(result, row, i) ? NULL : PQgetvalue(result, row, i);
            cells[i].length = (apr_size_t)PQgetlength(result, row, i);
        }
        site_chart_take(bench->data, statement, cells);
    }
}

static void filter(bench_t *bench, const char *resource, const char *query) {
    site_filter_t *read;
    site_error_t *error;

    memset(&bench->query, 0, sizeof bench->query);
    bench->params = site_params_parse(bench->pool, query, strlen(query), &error);
    bench->query.resource = site_api_resource(api, resource);
    assert_non_null(bench->query.resource);
    read = site_filter_read(bench->pool, bench->query.resource, &api->spec->settings, bench->params);
    /* A pending error is that of a related key, which is there. */
    if (site_error_settle(read->errors))
        fail_msg("%s: %s", query, read->errors->message);
    bench->query.condition = read->condition;
    bench->query.limit = -1;
}

static void draw(bench_t *bench, const char *resource, const char *query) {
    site_sql_t sql[SITE_CHART_STATEMENTS];
    PGresult *results[SITE_CHART_STATEMENTS];
    const site_chart_t *chart;
    site_error_t *error;
    int count, i;

    apr_pool_create(&bench->pool, pool);
    filter(bench, resource, query);
    chart = site_chart_read(bench->pool, bench->query.resource, bench->params, &error);
    if (!chart)
        fail_msg("%s: %s", query, error ? error->message : "no chart");
    bench->data = site_chart_begin(bench->pool, chart, &bench->query);
    while ((count = site_chart_ask(bench->data, sql)) > 0) {
        run(bench, sql, count, results);
        for (i = 0; i < count; i++)
            take_all(bench, i, results[i]);
    }
}

static apr_int64_t rows_at(bench_t *bench, const char *resource, const char *address) {
    const char *query = strchr(address, '?');
    bench_t list = {.pool = bench->pool};
    PGresult *result;
    site_sql_t sql;

    filter(&list, resource, query ? query + 1 : "");
    site_sql_count(bench->pool, &list.query, &sql);
    run(bench, &sql, 1, &result);
    return apr_atoi64(PQgetvalue(result, 0, 0));
}

static const char *markup_of(bench_t *bench) {
    site_chart_page_t page = {&urls, &api->spec->settings, bench->params};
    apr_xml_parser *parser = apr_xml_parser_create(bench->pool);
    apr_xml_doc *document;
    char message[200];
    site_sink_t sink;

    site_sink_init(&sink, bench->pool, 4096, 0);
    site_chart_write(&sink, &page, bench->data);
    apr_xml_parser_feed(parser, sink.data, sink.used);
    if (apr_xml_parser_done(parser, &document) != APR_SUCCESS)
        fail_msg("%s in:\n%.*s", apr_xml_parser_geterror(parser, message, sizeof message), (int)sink.used, sink.data);
    site_sink_char(&sink, '\0');
    return sink.data;
}

/* Draws it, and follows every link of its bars. Returns how many there were. */
static int check_bins(const char *resource, const char *query) {
    bench_t bench;
    site_chart_page_t page = {&urls, &api->spec->settings, NULL};
    site_chart_links_t links;
    apr_int64_t sum;
    int followed = 0, i;

    draw(&bench, resource, query);
    page.params = bench.params;
    site_chart_links(&links, bench.pool, &page, bench.data->chart);
    sum = bench.data->missing + bench.data->outside;
    for (i = 0; i < bench.data->bins; i++) {
        const char *address = site_chart_bin_address(&links, bench.data, i);

        sum += bench.data->counts[i];
        /* An hour that clocks leave out has no rows, and no link. */
        if (!address || !bench.data->counts[i])
            continue;
        followed++;
        if (rows_at(&bench, resource, address) != bench.data->counts[i])
            fail_msg("%s: %" APR_INT64_T_FMT " rows, not %" APR_INT64_T_FMT, address,
                     rows_at(&bench, resource, address), bench.data->counts[i]);
    }
    if (bench.data->missing)
        assert_int_equal(rows_at(&bench, resource, site_chart_missing_address(&links)), bench.data->missing);
    assert_int_equal(sum, bench.data->rows);
    assert_int_equal(bench.data->rows, rows_at(&bench, resource, apr_pstrcat(bench.pool, "?", query, NULL)));
    markup_of(&bench);
    apr_pool_destroy(bench.pool);
    return followed;
}

/* --- numbers and times --- */

/* A column, what it holds, and whether bars over it can be asked for. */
typedef struct load_t {
    const char *column;
    const char *values;
    int linked;
} load_t;

static const load_t loads[] = {
    {"f8", "(NULL), ('NaN'), ('Infinity'), ('-Infinity'), ('0'), ('1.5'), ('-2.25'), ('100')", 1},
    {"f8", "('1e308'), ('-1e308'), ('1e299'), ('-1e299'), ('0')", 0},
    {"f8", "('5e-324'), ('0'), ('-5e-324')", 0},
    {"f8", "('42.5')", 1},
    {"f8", "('NaN'), (NULL), ('Infinity')", 0},
    {"f8", "('0.1'), ('0.2'), ('0.3'), ('0.30000000000000004'), ('0.7'), ('0.8')", 1},
    {"f4", "('0.1'), ('0.2'), ('0.3'), ('0.7'), ('1'), (NULL)", 1},
    {"f4", "('3.4e38'), ('-3.4e38'), ('NaN'), ('1e-44')", 1},
    {"n", "('NaN'), (NULL), ('12.345678901234567890123456789'), ('-1'), ('0.000000001')", 1},
    {"n", "('1e400'), ('-1e400'), ('1e-400'), ('7')", 0},
    {"n", "('1e400')", 0},
    {"n2", "('6.25'), ('6.5'), ('6.49'), ('-1.44'), ('0'), (NULL), ('NaN')", 1},
    {"n0", "('99999999999999999999'), ('1'), (NULL)", 1},
    {"i2", "('-32768'), ('32767'), ('0'), (NULL)", 1},
    {"i2", "('1'), ('2'), ('2'), ('5')", 1},
    {"i2", "('7')", 1},
    {"i4", "('-2147483648'), ('2147483647'), ('5')", 1},
    {"i8", "('-9223372036854775808'), ('9223372036854775807'), ('0')", 1},
    {"i8", "('9223372036854775807'), ('9223372036854775806')", 1},
    {"dom", "('999'), ('1'), (NULL)", 1},
    {"d", "('infinity'), ('-infinity'), ('2024-02-29'), ('2023-01-01'), (NULL)", 1},
    {"d", "('4713-01-01 BC'), ('5874897-12-31'), ('2024-02-29')", 0},
    {"d", "('4713-01-01 BC'), ('4713-01-02 BC')", 0},
    {"d", "('2024-03-01')", 1},
    {"d", "('0044-03-15 BC'), ('0010-01-01')", 0},
    {"ts", "('infinity'), ('2024-02-29 23:59:59.999999'), ('2024-03-01'), (NULL)", 1},
    {"ts", "('4713-01-01 00:00:00 BC'), ('294276-12-31 23:59:59')", 0},
    {"ts", "('2024-03-01 12:00:00.25'), ('2024-03-01 12:00:00.75')", 1},
    {"tz", "('2024-03-31 00:30+01'), ('2024-03-31 03:30+02'), ('2024-03-30 23:59:59+01'), ('-infinity')", 1},
    {"tz", "('2024-01-01 00:00+01'), ('2024-12-31 23:59:59+01'), ('2024-07-01 00:00+02'), ('2024-06-30 23:59+02')", 1},
    {"tz", "('4713-11-24 00:00 BC'), ('2024-07-01 00:00+02')", 0},
};

static void fill(const char *column, const char *values) {
    database_run(apr_psprintf(pool, "TRUNCATE wild; INSERT INTO wild (%s) SELECT v::%s FROM (VALUES %s) AS load(v)",
                              column,
                              strcmp(column, "f8") == 0    ? "float8"
                              : strcmp(column, "f4") == 0  ? "real"
                              : *column == 'n'             ? "numeric"
                              : *column == 'i'             ? "bigint"
                              : strcmp(column, "dom") == 0 ? "integer"
                              : strcmp(column, "d") == 0   ? "date"
                              : strcmp(column, "ts") == 0  ? "timestamp"
                                                           : "timestamptz",
                              values));
}

static void every_row_is_counted_once(void **state) {
    apr_size_t i;

    (void)state;
    need_database();
    for (i = 0; i < sizeof loads / sizeof *loads; i++) {
        int followed;

        fill(loads[i].column, loads[i].values);
        followed = check_bins("wild", apr_psprintf(pool, "_x=%s", loads[i].column));
        if (loads[i].linked && !followed)
            fail_msg("%s of %s: no bar can be asked for", loads[i].column, loads[i].values);
        check_bins("wild", apr_psprintf(pool, "_x=-%s&id__gt=2", loads[i].column));
    }
}

static void many_rows_fall_where_filters_find_them(void **state) {
    static const char *const columns[] = {"f8", "f4", "n", "n2", "i2", "i4", "i8", "d", "ts", "tz"};
    apr_size_t i;

    (void)state;
    need_database();
    database_run(
        "TRUNCATE wild; SELECT setseed(0.5); INSERT INTO wild (f8, f4, n, n2, i2, i4, i8, d, ts, tz, b, t, e, c, kind) "
        "SELECT random() * 100, random() * 10, round((random() * 7)::numeric, 1), round((random() * 9 - 2)::numeric, "
        "2), "
        "i % 200, i * 7, i::bigint * 1000000007, DATE '2020-01-01' + i, TIMESTAMP '2024-05-30' + i * interval "
        "'1 min', TIMESTAMPTZ '2024-03-30 00:00+01' + i * interval '5 min', i % 3 = 0, 'text ' || i % 20, "
        "(ARRAY['sad', 'glad', 'wild'])[1 + i % 3]::mood, 'c' || i % 4, (ARRAY['a', 'b', 'x&y', NULL])[1 + i % 4] "
        "FROM generate_series(1, 3000) AS i");
    for (i = 0; i < sizeof columns / sizeof *columns; i++) {
        assert_true(check_bins("wild", apr_psprintf(pool, "_x=%s", columns[i])) >= 10);
        check_bins("wild", apr_psprintf(pool, "_x=%s&b=true&i2__lt=150", columns[i]));
    }
    /* What the request says of the column itself stays said. */
    assert_true(check_bins("wild", "_x=f8&f8__gte=13.37&f8__lt=77.7&f8__gt=13") > 10);
    assert_true(check_bins("wild", "_x=n2&n2__gte=-1.3&n2__lte=4.44&n2__isnull=false") > 10);
    assert_true(check_bins("wild", "_x=i2&i2__gte=3&i2__lt=148") > 10);
    assert_true(check_bins("wild", "_x=i2&i2__gte=&i2=7") == 1);
    assert_true(check_bins("wild", "_x=d&d__gte=2021-03-03&d__lt=2021-03-20") > 10);
    assert_true(check_bins("wild", "_x=tz&tz__gt=2024-04-01T00:00&tz__lte=2024-04-02T10:17:33Z") > 10);
}

/* --- groups --- */

static void groups_lead_to_their_rows(void **state) {
    static const char *const columns[] = {"b", "t", "e", "c", "kind"};
    apr_size_t i;
    int j;

    (void)state;
    need_database();
    database_run(
        "INSERT INTO wild (t, b) VALUES ('', NULL), (' blank ', NULL), (repeat('long', 100), true), ('a&b<c>', false), "
        "('%_\\', true)");
    for (i = 0; i < sizeof columns / sizeof *columns; i++) {
        site_chart_page_t page = {&urls, &api->spec->settings, NULL};
        site_chart_links_t links;
        bench_t bench;

        draw(&bench, "wild", apr_psprintf(pool, "_x=%s", columns[i]));
        page.params = bench.params;
        site_chart_links(&links, bench.pool, &page, bench.data->chart);
        assert_true(bench.data->groups->nelts > 1);
        for (j = 0; j < bench.data->groups->nelts; j++) {
            const site_chart_group_t *group = &APR_ARRAY_IDX(bench.data->groups, j, site_chart_group_t);
            const char *address = site_chart_group_address(&links, group);

            assert_non_null(address);
            assert_int_equal(rows_at(&bench, "wild", address), group->rows);
        }
        assert_int_equal(bench.data->rows, database_number("SELECT count(*) FROM wild"));
        markup_of(&bench);
        apr_pool_destroy(bench.pool);
    }
}

static void groups_have_names_and_a_rest(void **state) {
    const char *markup;
    bench_t bench;

    (void)state;
    need_database();
    draw(&bench, "wild", "_x=kind");
    markup = markup_of(&bench);
    assert_non_null(strstr(markup, "kind=a\">First</a>"));
    assert_non_null(strstr(markup, "kind=x%26y\">x&amp;y</a>"));
    assert_non_null(strstr(markup, "kind__isnull=true\">no value</a>"));
    draw(&bench, "wild", "_x=t&t__startswith=text");
    assert_int_equal(bench.data->kinds, 20);
    assert_int_equal(bench.data->groups->nelts, SITE_CHART_GROUPS);
    assert_non_null(strstr(markup_of(&bench), "8 other values"));
    draw(&bench, "wild", "_x=t&id__lt=0");
    assert_int_equal(bench.data->rows, 0);
    assert_non_null(strstr(markup_of(&bench), "No rows"));
    draw(&bench, "wild", "_x=t&t__startswith=longlong");
    assert_null(APR_ARRAY_IDX(bench.data->groups, 0, site_chart_group_t).value);
}

/* --- points --- */

static void all_axes_go_together(void **state) {
    static const char *const columns[] = {"f8", "f4", "n", "i2", "i8", "d", "ts", "tz"};
    enum { COLUMNS = sizeof columns / sizeof *columns };
    int x, y;

    (void)state;
    need_database();
    database_run(
        "INSERT INTO wild (f8, f4, n, i2, i8, d, ts, tz) VALUES ('NaN', 'NaN', 'NaN', 1, 1, 'infinity', 'infinity', "
        "'infinity'), (1e308, 3e38, 1e400, 32767, 9223372036854775807, '5874897-12-31', '294276-12-30', "
        "'294276-12-30'), (-1e308, -3e38, -1e400, -32768, -9223372036854775808, '4713-01-01 BC', "
        "'4713-01-02 BC', '4713-11-25 BC')");
    for (x = 0; x < COLUMNS; x++) {
        for (y = 0; y < COLUMNS; y++) {
            bench_t bench;

            draw(&bench, "wild",
                 apr_psprintf(pool, "_x=%s&_y=-%s%s", columns[x], columns[y],
                              y % 3 == 0   ? "&_size=n"
                              : y % 3 == 1 ? "&_size=-f8"
                                           : ""));
            assert_int_equal(bench.data->points->nelts, SITE_CHART_POINTS);
            assert_true(bench.data->placed >= 3000 && bench.data->placed <= 3004);
            assert_true(strlen(markup_of(&bench)) < 100000);
            apr_pool_destroy(bench.pool);
        }
    }
}

static const char *keys_of(const bench_t *bench) {
    const char *all = "";
    int i;

    for (i = 0; i < bench->data->points->nelts && i < 50; i++)
        all = apr_pstrcat(pool, all, " ", APR_ARRAY_IDX(bench->data->points, i, site_chart_point_t).key.text, NULL);
    return all;
}

static double size_at(const bench_t *bench, int i) {
    return APR_ARRAY_IDX(bench->data->points, i, site_chart_point_t).size;
}

static void points_are_the_same_each_time(void **state) {
    bench_t bench;
    const char *keys;
    int i;

    (void)state;
    need_database();
    draw(&bench, "wild", "_x=i4&_y=f8");
    keys = keys_of(&bench);
    draw(&bench, "wild", "_x=i4&_y=f8");
    assert_string_equal(keys_of(&bench), keys);
    /* The largest first; what is no number has no size. */
    draw(&bench, "wild", "_x=i2&_y=i8&_size=f8");
    for (i = 1; i < 100; i++)
        assert_true(size_at(&bench, i - 1) >= size_at(&bench, i));
    draw(&bench, "wild", "_x=i2&_y=i8&_size=-f8");
    for (i = 1; i < 100; i++)
        assert_true(size_at(&bench, i - 1) <= size_at(&bench, i));
    draw(&bench, "bare", "_x=f8&_y=n");
    assert_null(APR_ARRAY_IDX(bench.data->points, 0, site_chart_point_t).key.text);
    markup_of(&bench);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_counted_once), cmocka_unit_test(many_rows_fall_where_filters_find_them),
        cmocka_unit_test(groups_lead_to_their_rows), cmocka_unit_test(groups_have_names_and_a_rest),
        cmocka_unit_test(all_axes_go_together),      cmocka_unit_test(points_are_the_same_each_time),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
