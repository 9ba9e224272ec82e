/* Forms: which control a field has, what is asked for, and what is meant by what a browser sends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/assign.h"
#include "core/form.h"
#include "unit/fixture.h"

#include <apr_strings.h>
#include <string.h>

static const site_urls_t urls = {"http://host/api/", "/", "/", ""};

static site_form_t *book(int creating) {
    return site_form_make(fixture_pool, fixture_resource("book"), &urls, creating);
}

static site_form_field_t *field(site_form_t *form, const char *name) {
    int i;

    for (i = 0; i < form->fields->nelts; i++) {
        site_form_field_t *each = &APR_ARRAY_IDX(form->fields, i, site_form_field_t);

        if (strcmp(each->field.attribute->name, name) == 0)
            return each;
    }
    fail_msg("there is no field %s", name);
    return NULL;
}

/* The body that a form means, as JSON; or its errors. */
static const char *meant(int creating, const char *sent) {
    site_body_t *body, *read;
    site_error_t *error;
    site_sink_t sink;
    int i;

    assert_null(site_body_read_form(fixture_pool, sent, strlen(sent), &read));
    error = site_form_body(book(creating), read, &body);
    if (error)
        return fixture_errors(fixture_pool, error);
    site_sink_init(&sink, fixture_pool, 256, 0);
    for (i = 0; i < body->root->items->nelts; i++) {
        const site_member_t *member = &APR_ARRAY_IDX(body->root->items, i, site_member_t);

        site_sink_printf(&sink, "%s%s=%s", i ? " " : "", member->name,
                         member->value->kind == SITE_NODE_NULL
                             ? "NULL"
                             : apr_psprintf(fixture_pool, "'%s'", site_node_python(fixture_pool, member->value)));
    }
    site_sink_char(&sink, '\0');
    return sink.data;
}

static void fits_controls_to_types(void **state) {
    static const struct {
        const char *name;
        site_control_t control;
    } expected[] = {{"title", SITE_CONTROL_TEXT},  {"pages", SITE_CONTROL_LINE},  {"sold", SITE_CONTROL_LINE},
                    {"lent", SITE_CONTROL_SELECT}, {"mood", SITE_CONTROL_SELECT}, {"marks", SITE_CONTROL_TEXT},
                    {"extra", SITE_CONTROL_TEXT},  {"cover", SITE_CONTROL_FILE},  {"author", SITE_CONTROL_SELECT}};
    site_form_t *form = book(1);
    apr_size_t i;

    (void)state;
    for (i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_int_equal(field(form, expected[i].name)->control, expected[i].control);
    assert_string_equal(APR_ARRAY_IDX(field(form, "lent")->options, 0, site_form_option_t).value, "true");
}

static void asks_for_related_rows(void **state) {
    site_form_t *form = book(1);
    site_sql_t sql[SITE_FORM_SELECTIONS];
    site_cell_t cells[2] = {{"7", 1}, {"Ann", 3}};
    int i;

    (void)state;
    assert_int_equal(site_form_ask(form, sql), 2);
    assert_string_equal(
        fixture_show(fixture_pool, &sql[1]),
        "SELECT t0.\"id\"::text, t0.\"name\"::text FROM \"public\".\"author\" AS t0 WHERE t0.\"id\" IS NOT "
        "NULL ORDER BY t0.\"name\"::text, t0.\"id\" LIMIT 1001");
    site_form_take_option(form, 1, cells);
    for (i = 0; i <= SITE_FORM_OPTIONS; i++)
        site_form_take_option(form, 0, cells);
    site_form_taken(form);
    assert_string_equal(APR_ARRAY_IDX(field(form, "author")->options, 0, site_form_option_t).label, "Ann");
    /* Too many to choose from: their keys are written. */
    assert_int_equal(field(form, "shelf")->control, SITE_CONTROL_LINE);
    assert_null(field(form, "shelf")->options);
}

static void says_what_empty_fields_mean(void **state) {
    (void)state;
    assert_string_equal(meant(1, "pages=&title=&mood=&lent="), "title='' pages=NULL lent=NULL mood=NULL");
    assert_string_equal(meant(0, "isbn="), "isbn=''");
    assert_string_equal(meant(0, "isbn=&_null=isbn"), "isbn=NULL");
    assert_string_equal(meant(0, "isbn=x&_null=isbn"), "isbn='x'");
    assert_string_equal(meant(0, "sold="), "sold=''");
    assert_string_equal(meant(0, "marks="), "marks=NULL");
    assert_string_equal(meant(0, ""), "");
    assert_string_equal(meant(0, "nosuch=1"), "");
}

static void reads_documents(void **state) {
    (void)state;
    assert_string_equal(meant(0, "marks=%5B%22a%22%2C+%22b%22%5D"), "marks='['a', 'b']'");
    assert_string_equal(meant(0, "marks=a"), "{\"marks\":[\"Value must be valid JSON.\"]}");
    assert_string_equal(meant(0, "extra=%7B&marks=%5B"),
                        "{\"marks\":[\"Value must be valid JSON.\"],\"extra\":[\"Value must be valid JSON.\"]}");
}

static void gives_lines_their_own_ends(void **state) {
    (void)state;
    assert_string_equal(meant(0, "title=a%0D%0Ab%0Dc%0Ad"), "title='a\nb\rc\nd'");
}

static void files_go_when_they_shall(void **state) {
    (void)state;
    assert_string_equal(meant(0, "cover="), "");
    assert_string_equal(meant(0, "_clear=cover"), "cover=NULL");
}

static void puts_errors_to_fields(void **state) {
    site_form_t *form = book(1);
    site_error_t *errors = site_error_make(fixture_pool, 400, "x", "pages", "Bad."), *others;
    site_error_t *nested = site_error_make(fixture_pool, 400, "x", "marks", NULL);

    (void)state;
    nested->nested = site_error_make(fixture_pool, 400, "x", "0", "Worse.");
    site_error_append(&errors, nested);
    site_error_append(&errors, site_error_make(fixture_pool, 400, "x", NULL, "Worst."));
    others = site_form_complain(form, errors);
    assert_string_equal(field(form, "pages")->complaint, "Bad.");
    assert_string_equal(field(form, "marks")->complaint, "Worse.");
    assert_string_equal(others->message, "Worst.");
    assert_null(others->next);
}

static void shows_what_would_be_sent(void **state) {
    site_form_t *form = book(0);
    site_cell_t cells[32];
    site_sink_t json;

    (void)state;
    memset(cells, 0, sizeof cells);
    cells[field(form, "title")->cell] = (site_cell_t){"a\"b", 3};
    cells[field(form, "lent")->cell] = (site_cell_t){"t", 1};
    cells[field(form, "marks")->cell] = (site_cell_t){"{x,\"y z\"}", 9};
    site_form_taken(form);
    site_form_show_row(form, cells);
    assert_string_equal(APR_ARRAY_IDX(field(form, "title")->values, 0, const char *), "a\"b");
    assert_string_equal(APR_ARRAY_IDX(field(form, "lent")->values, 0, const char *), "true");
    assert_string_equal(APR_ARRAY_IDX(field(form, "marks")->values, 0, const char *), "[\"x\",\"y z\"]");
    assert_int_equal(field(form, "pages")->values->nelts, 0);
    assert_int_equal(field(form, "pages")->null, 1);
    site_sink_init(&json, fixture_pool, 1024, 0);
    site_form_json(&json, form, cells);
    site_sink_char(&json, '\0');
    assert_non_null(strstr(json.data, "\"title\": \"a\\\"b\",\n    \"pages\": null"));
    assert_null(strstr(json.data, "cover"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fits_controls_to_types),      cmocka_unit_test(asks_for_related_rows),
        cmocka_unit_test(says_what_empty_fields_mean), cmocka_unit_test(reads_documents),
        cmocka_unit_test(gives_lines_their_own_ends),  cmocka_unit_test(files_go_when_they_shall),
        cmocka_unit_test(puts_errors_to_fields),       cmocka_unit_test(shows_what_would_be_sent),
    };

    return cmocka_run_group_tests(tests, fixture_setup, NULL);
}
