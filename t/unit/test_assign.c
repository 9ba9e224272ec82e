#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/constraint.h"
#include "core/sql_write.h"
#include "unit/fixture.h"

#include <apr_strings.h>
#include <string.h>

static void read_change(const char *resource, site_mode_t mode, const char *text, site_change_t *change) {
    site_body_t *body;

    assert_null(site_body_read_json(fixture_pool, text, strlen(text), &body));
    site_assign(fixture_pool, fixture_resource(resource), mode, "UTC", body, change);
}

/* The errors that are certain, as JSON. */
static const char *refusal(const char *resource, site_mode_t mode, const char *text) {
    site_change_t change;

    read_change(resource, mode, text, &change);
    return fixture_errors(fixture_pool, site_change_errors(&change));
}

static void assert_book(const char *member, const char *expected) {
    const char *text = apr_pstrcat(fixture_pool, "{", member, "}", NULL);

    assert_string_equal(refusal("book", SITE_MODE_MODIFY, text), expected);
}

static void tells_all_fields_at_once(void **state) {
    (void)state;
    assert_string_equal(refusal("book", SITE_MODE_CREATE, "{\"pages\": \"x\"}"),
                        "{\"id\":[\"This field is required.\"],\"title\":[\"This field is required.\"],"
                        "\"pages\":[\"A valid integer is required.\"],\"sold\":[\"This field is required.\"],"
                        "\"author\":[\"This field is required.\"]}");
    assert_string_equal(refusal("book", SITE_MODE_MODIFY, "[1]"),
                        "{\"non_field_errors\":[\"Invalid data. Expected a dictionary, but got list.\"]}");
    assert_string_equal(refusal("book", SITE_MODE_MODIFY, "null"), "{\"non_field_errors\":[\"No data provided\"]}");
    assert_string_equal(refusal("book", SITE_MODE_MODIFY, "{\"nosuch\":1}"), "");
}

static void reads_values_as_drf_does(void **state) {
    (void)state;
    assert_book("\"title\":\"\"", "{\"title\":[\"This field may not be blank.\"]}");
    assert_book("\"title\":null", "{\"title\":[\"This field may not be null.\"]}");
    assert_book("\"title\":true", "{\"title\":[\"Not a valid string.\"]}");
    assert_book("\"title\":5", "");
    assert_book("\"pages\":32768", "{\"pages\":[\"Ensure this value is less than or equal to 32767.\"]}");
    assert_book("\"pages\":\"7.0\"", "");
    assert_book("\"pages\":7.5", "{\"pages\":[\"A valid integer is required.\"]}");
    assert_book("\"price\":\"1234567.8\"",
                "{\"price\":[\"Ensure that there are no more than 6 digits before the decimal point.\"]}");
    assert_book("\"price\":\"123456789\"", "{\"price\":[\"Ensure that there are no more than 8 digits in total.\"]}");
    assert_book("\"price\":1.234", "{\"price\":[\"Ensure that there are no more than 2 decimal places.\"]}");
    assert_book("\"price\":\"\"", "");
    assert_book("\"weight\":1e39", "{\"weight\":[\"Ensure this value is less than or equal to 3.4028235e+38.\"]}");
    assert_book("\"weight\":\"nan\"", "{\"weight\":[\"A valid number is required.\"]}");
    assert_book("\"sold\":\"2024-13-01T00:00:00\"",
                "{\"sold\":[\"Datetime has wrong format. Use one of these formats instead: "
                "YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].\"]}");
    assert_book("\"printed\":\"2024-1-2\"", "");
    assert_book("\"printed\":\"01/02/2024\"",
                "{\"printed\":[\"Date has wrong format. Use one of these formats instead: YYYY-MM-DD.\"]}");
    assert_book("\"opens\":\"12:34\"", "");
    assert_book("\"lent\":\"null\"", "");
    assert_book("\"lent\":\"maybe\"", "{\"lent\":[\"Must be a valid boolean.\"]}");
    assert_book("\"mood\":\"mad\"", "{\"mood\":[\"\\\"mad\\\" is not a valid choice.\"]}");
    assert_book("\"marks\":[\"a\",1]", "");
    assert_book("\"marks\":[null,[1]]",
                "{\"marks\":{\"0\":[\"This field may not be null.\"],\"1\":[\"Not a valid string.\"]}}");
    assert_book("\"marks\":{}", "{\"marks\":[\"Expected a list of items but got type \\\"dict\\\".\"]}");
    assert_book("\"uid\":340282366920938463463374607431768211456", "{\"uid\":[\"Must be a valid UUID.\"]}");
    assert_book("\"origin\":\"a\\u0000\"",
                "{\"origin\":[\"Null characters are not allowed.\",\"Enter a valid IPv4 or IPv6 address.\"]}");
    assert_book("\"origin\":\"1.2.3.4\"", "");
    assert_book("\"origin\":\"::ffff:1.2.3\"", "{\"origin\":[\"Enter a valid IPv4 or IPv6 address.\"]}");
    assert_book("\"shelf\":\"abc\"", "{\"shelf\":[\"Incorrect type. Expected pk value, received str.\"]}");
    assert_book("\"shelf\":99999999999", "{\"shelf\":[\"Invalid pk \\\"99999999999\\\" - object does not exist.\"]}");
    assert_book("\"shelf\":\"\"", "");
    assert_book("\"shelf\":true", "{\"shelf\":[\"Incorrect type. Expected pk value, received bool.\"]}");
    assert_book("\"shelf\":\"1.0\"", "{\"shelf\":[\"Incorrect type. Expected pk value, received str.\"]}");
    assert_book("\"author\":\"\"", "{\"author\":[\"This field may not be null.\"]}");
    assert_book("\"cover\":\"A\"", "{\"cover\":[\"Value must be valid base64.\"]}");
}

static const char *written(const char *text, site_mode_t mode, const char *key) {
    site_change_t change;
    site_sql_t sql;

    read_change("author", mode, text, &change);
    assert_null(site_change_errors(&change));
    if (key)
        site_sql_update(fixture_pool, &change, key, &sql);
    else
        site_sql_insert(fixture_pool, &change, &sql);
    return fixture_show(fixture_pool, &sql);
}

static void writes_statements(void **state) {
    static const char returning[] = " RETURNING t0.\"id\", t0.\"id\", t0.\"name\", t0.\"born\", t0.\"email\"";

    (void)state;
    assert_string_equal(
        written("{\"id\":1,\"name\":\"O'Neil\",\"born\":null}", SITE_MODE_REPLACE, "7"),
        apr_pstrcat(fixture_pool,
                    "UPDATE \"public\".\"author\" AS t0 SET \"id\" = $1::integer, \"name\" = $2::text, \"born\" = "
                    "$3::date WHERE t0.\"id\" = $4::integer",
                    returning, " | 1 | O'Neil | NULL | 7", NULL));
    assert_string_equal(
        written("{}", SITE_MODE_MODIFY, NULL),
        apr_pstrcat(fixture_pool, "INSERT INTO \"public\".\"author\" AS t0 DEFAULT VALUES", returning, NULL));
}

static void asks_what_only_the_database_knows(void **state) {
    site_change_t change;
    site_sql_t sql;

    (void)state;
    read_change("book", SITE_MODE_MODIFY, "{\"isbn\":\"x\",\"author\":\"5\"}", &change);
    assert_int_equal(change.demands->nelts, 2);
    assert_false(site_change_is_refused(&change));
    site_sql_demands(fixture_pool, &change, "7", &sql);
    assert_string_equal(
        fixture_show(fixture_pool, &sql),
        "SELECT (SELECT '1' FROM \"public\".\"book\" AS t0 WHERE t0.\"isbn\" = $1::text AND NOT t0.\"id\" = "
        "$2::bigint LIMIT 1), (SELECT t0.\"id\"::text FROM \"public\".\"author\" AS t0 WHERE t0.\"id\" = "
        "$3::integer LIMIT 1) | x | 7 | 5");
    site_demand_conclude(fixture_pool, APR_ARRAY_IDX(change.demands, 0, site_demand_t *), "1");
    site_demand_conclude(fixture_pool, APR_ARRAY_IDX(change.demands, 1, site_demand_t *), NULL);
    assert_string_equal(fixture_errors(fixture_pool, site_change_errors(&change)),
                        "{\"isbn\":[\"book with this isbn already exists.\"],"
                        "\"author\":[\"Invalid pk \\\"5\\\" - object does not exist.\"]}");
}

/* A row may be named by another column than the foreign key refers to: what is compared is what is stored. */
static void compares_what_a_related_row_is_stored_as(void **state) {
    const site_resource_t *book = fixture_resource("book");
    const site_attribute_t *author = site_resource_attribute(book, "author");
    const site_column_t *column = author->column;
    apr_array_header_t *columns = apr_array_make(fixture_pool, 2, sizeof(site_column_t *));
    site_assignment_t by_name = {.attribute = author, .value = "Ann", .shown = "Ann"},
                      *assignments[2] = {&by_name, NULL};
    site_key_t key = {.name = "k", .columns = columns};
    site_demand_t demands[2] = {{.kind = SITE_DEMAND_UNIQUE, .assignment = &by_name},
                                {.kind = SITE_DEMAND_TOGETHER, .key = &key, .assignments = assignments}};
    site_change_t change = {.resource = book, .demands = apr_array_make(fixture_pool, 2, sizeof(site_demand_t *))};
    site_sql_t sql;

    (void)state;
    by_name.lookup = site_resource_attribute(author->relation->target, "name")->column;
    APR_ARRAY_PUSH(columns, const site_column_t *) = column;
    APR_ARRAY_PUSH(columns, const site_column_t *) = site_resource_attribute(book, "title")->column;
    APR_ARRAY_PUSH(change.demands, site_demand_t *) = &demands[0];
    APR_ARRAY_PUSH(change.demands, site_demand_t *) = &demands[1];
    site_sql_demands(fixture_pool, &change, "7", &sql);
    assert_string_equal(
        fixture_show(fixture_pool, &sql),
        "SELECT (SELECT '1' FROM \"public\".\"book\" AS t0 WHERE t0.\"author_id\" = (SELECT t1.\"id\" FROM "
        "\"public\".\"author\" AS t1 WHERE t1.\"name\" = $1::text LIMIT 1) AND NOT t0.\"id\" = $2::bigint LIMIT 1), "
        "(SELECT '1' FROM \"public\".\"book\" AS t1, \"public\".\"book\" AS t0 WHERE t1.\"author_id\" = (SELECT "
        "t2.\"id\" "
        "FROM \"public\".\"author\" AS t2 WHERE t2.\"name\" = $3::text LIMIT 1) AND t1.\"title\" = t0.\"title\" AND "
        "t0.\"id\" = $4::bigint AND t1.\"id\" <> t0.\"id\" LIMIT 1) | Ann | 7 | Ann | 7");
}

static const char *violated(const char *sqlstate, const char *table, const char *constraint, const char *column,
                            const char *one, const char *other) {
    apr_array_header_t *columns = apr_array_make(fixture_pool, 2, sizeof(const char *));
    site_violation_t violation = {
        .sqlstate = sqlstate, .table = table, .constraint = constraint, .column = column, .columns = columns};
    site_change_t change;

    if (one)
        APR_ARRAY_PUSH(columns, const char *) = one;
    if (other)
        APR_ARRAY_PUSH(columns, const char *) = other;
    read_change("book", SITE_MODE_MODIFY, "{\"author\":5,\"title\":\"x\"}", &change);
    return fixture_errors(fixture_pool,
                          site_constraint_error(fixture_pool, fixture_resource("book"), &change, &violation));
}

/* A to-many relation of books, and a pattern, as a section says them. */
static const site_resource_t *section_over_books(void) {
    static site_attribute_spec_t title = {.name = "title",
                                          .format = SITE_UNSET,
                                          .read_only = SITE_UNSET,
                                          .decimals_as_numbers = SITE_UNSET,
                                          .scale = SITE_UNSET,
                                          .rules = {.pattern = "^[A-Z]"}};
    static site_relation_spec_t topics = {
        .name = "topics", .target = "topic", .via = "book_topic", .show = SITE_SHOW_KEY};
    static site_resource_spec_t section;
    static site_api_spec_t spec;

    memset(&section, 0, sizeof section);
    memset(&spec, 0, sizeof spec);
    site_settings_init(&section.settings);
    site_settings_init(&spec.settings);
    section.name = "book";
    section.attribute = apr_array_make(fixture_pool, 1, sizeof(site_attribute_spec_t *));
    section.relations = apr_array_make(fixture_pool, 1, sizeof(site_relation_spec_t *));
    APR_ARRAY_PUSH(section.attribute, site_attribute_spec_t *) = &title;
    APR_ARRAY_PUSH(section.relations, site_relation_spec_t *) = &topics;
    spec.path = "/api";
    spec.schemas = apr_array_make(fixture_pool, 1, sizeof(const char *));
    spec.resources = apr_array_make(fixture_pool, 1, sizeof(site_resource_spec_t *));
    APR_ARRAY_PUSH(spec.schemas, const char *) = "public";
    APR_ARRAY_PUSH(spec.resources, site_resource_spec_t *) = &section;
    return site_api_resource(site_resolve(fixture_pool, &spec, fixture_catalog(fixture_pool), NULL, NULL), "book");
}

static const char *concluded(const site_resource_t *resource, const char *text, const char *answer) {
    site_change_t change;
    site_body_t *body;

    assert_null(site_body_read_json(fixture_pool, text, strlen(text), &body));
    site_assign(fixture_pool, resource, SITE_MODE_MODIFY, "UTC", body, &change);
    if (change.demands->nelts)
        site_demand_conclude(fixture_pool, APR_ARRAY_IDX(change.demands, 0, site_demand_t *), answer);
    return fixture_errors(fixture_pool, site_change_errors(&change));
}

static void looks_at_one_item_after_the_other(void **state) {
    static const char text[] = "{\"topics\": [1, \"x\", 2]}";
    const site_resource_t *book = section_over_books();

    (void)state;
    assert_string_equal(concluded(book, text, NULL),
                        "{\"topics\":[\"Incorrect type. Expected pk value, received str.\"]}");
    assert_string_equal(concluded(book, text, "1"), "{\"topics\":[\"Invalid pk \\\"1\\\" - object does not exist.\"]}");
    assert_string_equal(concluded(book, "{\"topics\": [\"x\", 1]}", NULL),
                        "{\"topics\":[\"Incorrect type. Expected pk value, received str.\"]}");
    assert_string_equal(concluded(book, "{\"topics\": {\"7\": 1, \"8\": 2}}", "2"),
                        "{\"topics\":[\"Invalid pk \\\"8\\\" - object does not exist.\"]}");
    assert_string_equal(concluded(book, "{\"topics\": [1, 2]}", NULL), "");
}

static void text_matches_a_pattern(void **state) {
    const site_resource_t *book = section_over_books();
    site_change_t change;
    site_body_t *body;
    site_sql_t sql;

    (void)state;
    assert_string_equal(concluded(book, "{\"title\": \"a\"}", "1"), "{\"title\":[\"Enter a valid value.\"]}");
    assert_string_equal(concluded(book, "{\"title\": \"A\"}", NULL), "");
    assert_null(site_body_read_json(fixture_pool, "{\"title\":\"a\"}", 13, &body));
    site_assign(fixture_pool, book, SITE_MODE_MODIFY, "UTC", body, &change);
    site_sql_demands(fixture_pool, &change, "7", &sql);
    assert_string_equal(fixture_show(fixture_pool, &sql),
                        "SELECT (SELECT '1' WHERE NOT $1::text ~ $2::text) | a | ^[A-Z]");
}

/* What PostgreSQL is asked of a book's `sold`, and what is told when it answers. */
static int asks_of_moment(const char *zone, const char *moment) {
    const char *text = apr_psprintf(fixture_pool, "{\"sold\":\"%s\"}", moment);
    site_change_t change;
    site_demand_t *made;
    site_body_t *body;
    site_sql_t sql;

    assert_null(site_body_read_json(fixture_pool, text, strlen(text), &body));
    site_assign(fixture_pool, fixture_resource("book"), SITE_MODE_MODIFY, zone, body, &change);
    assert_null(site_change_is_refused(&change) ? change.errors : NULL);
    if (!change.demands->nelts)
        return 0;
    made = APR_ARRAY_IDX(change.demands, 0, site_demand_t *);
    site_sql_demands(fixture_pool, &change, "7", &sql);
    assert_non_null(strstr(sql.text, "AT TIME ZONE"));
    assert_non_null(strstr(fixture_show(fixture_pool, &sql), moment));
    site_demand_conclude(fixture_pool, made, "1");
    assert_string_equal(fixture_errors(fixture_pool, site_change_errors(&change)),
                        "{\"sold\":[\"Invalid datetime for the timezone \\\"Europe/Berlin\\\".\"]}");
    return 1;
}

static void times_exist_once_where_clocks_are_changed(void **state) {
    (void)state;
    assert_true(asks_of_moment("Europe/Berlin", "2024-03-31T02:30:00"));
    assert_false(asks_of_moment("Europe/Berlin", "2024-03-31T02:30:00+02:00"));
    assert_false(asks_of_moment("Europe/Berlin", "2024-03-31T02:30:00Z"));
    assert_false(asks_of_moment("UTC", "2024-03-31T02:30:00"));
}

/* What Django would learn from the database alone is told when nothing else is wrong. */
static void late_errors_come_last(void **state) {
    (void)state;
    assert_book("\"weight\":\"nan\",\"pages\":\"x\"", "{\"pages\":[\"A valid integer is required.\"]}");
    assert_book("\"extra\":\"\\u0000\",\"pages\":\"x\"", "{\"pages\":[\"A valid integer is required.\"]}");
    assert_book("\"weight\":\"nan\",\"extra\":\"\\u0000\"",
                "{\"weight\":[\"A valid number is required.\"],"
                "\"extra\":[\"Null and surrogate characters are not allowed.\"]}");
}

static void names_what_the_database_refused(void **state) {
    (void)state;
    assert_string_equal(violated("23502", "book", NULL, "title", NULL, NULL),
                        "{\"title\":[\"This field may not be null.\"]}");
    assert_string_equal(violated("23505", "book", "isbn", NULL, NULL, NULL),
                        "{\"isbn\":[\"book with this isbn already exists.\"]}");
    assert_string_equal(violated("23503", "book", "author_id", NULL, NULL, NULL),
                        "{\"author\":[\"Invalid pk \\\"5\\\" - object does not exist.\"]}");
    assert_string_equal(violated("23514", "book", "c", NULL, "price", NULL),
                        "{\"price\":[\"This value is not allowed. (c)\"]}");
    assert_string_equal(violated("23514", "book", "c", NULL, "price", "cost"),
                        "{\"non_field_errors\":[\"The fields price, cost do not go together (c).\"]}");
    assert_string_equal(violated("P0001", NULL, NULL, NULL, NULL, NULL),
                        "{\"non_field_errors\":[\"The database refuses this change.\"]}");
    assert_string_equal(violated("45000", "book", NULL, "author_id", NULL, NULL),
                        "{\"author\":[\"The database refuses this change.\"]}");
    assert_string_equal(violated("XX000", NULL, "rule", NULL, NULL, NULL),
                        "{\"non_field_errors\":[\"The database refuses this change (rule).\"]}");
    assert_string_equal(violated("23514", "book_2024", NULL, NULL, NULL, NULL),
                        "{\"non_field_errors\":[\"This value is not allowed.\"]}");
    assert_string_equal(violated("23502", "book_2024", NULL, "sold", NULL, NULL),
                        "{\"sold\":[\"This field may not be null.\"]}");
    assert_string_equal(violated("23502", "audit", NULL, "author_id", NULL, NULL),
                        "{\"non_field_errors\":[\"A column that must have a value would have none.\"]}");
    assert_string_equal(violated("42501", NULL, NULL, NULL, NULL, NULL), "");
    assert_string_equal(violated("40001", NULL, NULL, NULL, NULL, NULL), "");
    assert_string_equal(violated("", NULL, NULL, NULL, NULL, NULL), "");
}

/* PostgreSQL names the domain: of one value of it, that is the one. Of several, they are tried. */
static void names_what_a_domain_refused(void **state) {
    const site_resource_t *book = fixture_resource("book");
    site_violation_t violation = {
        .sqlstate = "23514", .type_schema = "public", .type = "code", .constraint = "code_check"};
    site_column_t *title = site_table_column(book->table, "title"), *isbn = site_table_column(book->table, "isbn");
    const apr_array_header_t *suspects;
    site_change_t change;
    site_sql_t sql;

    (void)state;
    title->type.domain = isbn->type.domain = "public.code";
    read_change("book", SITE_MODE_MODIFY, "{\"title\":\"x\",\"pages\":1}", &change);
    assert_string_equal(fixture_errors(fixture_pool, site_constraint_error(fixture_pool, book, &change, &violation)),
                        "{\"title\":[\"This value is not allowed. (code_check)\"]}");
    read_change("book", SITE_MODE_MODIFY, "{\"title\":\"x\",\"isbn\":null}", &change);
    suspects = site_violation_suspects(fixture_pool, &change, &violation);
    assert_int_equal(suspects->nelts, 2);
    site_sql_try(fixture_pool, site_change_of(&change, site_resource_attribute(book, "title")), &sql);
    assert_string_equal(fixture_show(fixture_pool, &sql), "SELECT ($1::text::public.code) IS NULL | x");
    assert_string_equal(fixture_errors(fixture_pool, site_constraint_error(fixture_pool, book, &change, &violation)),
                        "{\"non_field_errors\":[\"This value is not allowed. (code_check)\"]}");
    violation.faults = site_violation_of_domain(fixture_pool, site_resource_attribute(book, "title"), &violation);
    assert_string_equal(fixture_errors(fixture_pool, site_constraint_error(fixture_pool, book, &change, &violation)),
                        "{\"title\":[\"This value is not allowed. (code_check)\"]}");
    violation.sqlstate = "22001";
    assert_int_equal(site_violation_suspects(fixture_pool, &change, &violation)->nelts, 0);
    title->type.domain = isbn->type.domain = NULL;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_all_fields_at_once),
        cmocka_unit_test(reads_values_as_drf_does),
        cmocka_unit_test(writes_statements),
        cmocka_unit_test(asks_what_only_the_database_knows),
        cmocka_unit_test(compares_what_a_related_row_is_stored_as),
        cmocka_unit_test(names_what_the_database_refused),
        cmocka_unit_test(names_what_a_domain_refused),
        cmocka_unit_test(looks_at_one_item_after_the_other),
        cmocka_unit_test(text_matches_a_pattern),
        cmocka_unit_test(times_exist_once_where_clocks_are_changed),
        cmocka_unit_test(late_errors_come_last),
    };

    return cmocka_run_group_tests(tests, fixture_setup, NULL);
}
