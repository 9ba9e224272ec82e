/* Negotiation by DRF's rules. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/accept.h"
#include <apr_general.h>

static apr_pool_t *pool;

/* 0: JSON, 1: HTML, 10 + n: JSON indented by n, else the status. */
static int choose(const char *header, const char *suffix, const char *format) {
    site_accept_t accept;
    site_error_t *error = site_accept_choose(pool, header, suffix, format, SITE_OFFER_ALL, &accept);

    if (error)
        return error->status;
    return accept.indent ? 10 + accept.indent : accept.representation == SITE_REPRESENTATION_HTML;
}

static void the_header_is_read(void **state) {
    (void)state;
    assert_int_equal(choose(NULL, NULL, NULL), 0);
    assert_int_equal(choose("*/*", NULL, NULL), 0);
    assert_int_equal(choose("text/html", NULL, NULL), 1);
    assert_int_equal(choose("text/*", NULL, NULL), 1);
    assert_int_equal(choose("application/json", NULL, NULL), 0);
    assert_int_equal(choose("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", NULL, NULL), 1);
    assert_int_equal(choose("*/*, text/html", NULL, NULL), 1);
    assert_int_equal(choose("text/csv", NULL, NULL), 406);
    assert_int_equal(choose("Text/HTML", NULL, NULL), 1);
    assert_int_equal(choose("APPLICATION/Json; Indent=4", NULL, NULL), 14);
    assert_int_equal(choose("", NULL, NULL), 406);
}

static void quality_is_ignored(void **state) {
    (void)state;
    assert_int_equal(choose("text/html;q=1, application/json;q=0.1", NULL, NULL), 0);
    assert_int_equal(choose("application/json;q=0", NULL, NULL), 0);
}

static void json_may_be_indented(void **state) {
    (void)state;
    assert_int_equal(choose("application/json; indent=4", NULL, NULL), 14);
    assert_int_equal(choose("application/json; indent=99", NULL, NULL), 18);
    assert_int_equal(choose("application/json; indent=0", NULL, NULL), 0);
    assert_int_equal(choose("application/json; indent=-3", NULL, NULL), 0);
    assert_int_equal(choose("application/json; indent=x", NULL, NULL), 0);
}

static void a_format_narrows_what_is_offered(void **state) {
    (void)state;
    assert_int_equal(choose("*/*", NULL, "api"), 1);
    assert_int_equal(choose("*/*", NULL, "json"), 0);
    assert_int_equal(choose("*/*", NULL, ""), 0);
    assert_int_equal(choose("text/html", NULL, "json"), 406);
    assert_int_equal(choose("*/*", NULL, "csv"), 404);
    assert_int_equal(choose("*/*", "json", "api"), 0);
    assert_int_equal(choose("*/*", "csv", NULL), 404);
}

static void what_is_not_offered_is_not_there(void **state) {
    site_accept_t accept;
    int json = SITE_OFFER(SITE_REPRESENTATION_JSON);

    (void)state;
    assert_null(site_accept_choose(pool, "*/*", NULL, NULL, json, &accept));
    assert_null(site_accept_choose(pool, "text/html,*/*", NULL, NULL, json, &accept));
    assert_int_equal(accept.representation, SITE_REPRESENTATION_JSON);
    assert_int_equal(site_accept_choose(pool, "text/html", NULL, NULL, json, &accept)->status, 406);
    assert_int_equal(site_accept_choose(pool, "*/*", NULL, "api", json, &accept)->status, 404);
    assert_null(site_accept_choose(pool, "*/*", NULL, NULL, SITE_OFFER(SITE_REPRESENTATION_HTML), &accept));
    assert_int_equal(accept.representation, SITE_REPRESENTATION_HTML);
}

static int setup(void **state) {
    (void)state;
    apr_initialize();
    return apr_pool_create(&pool, NULL) != APR_SUCCESS;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_header_is_read),
        cmocka_unit_test(quality_is_ignored),
        cmocka_unit_test(json_may_be_indented),
        cmocka_unit_test(a_format_narrows_what_is_offered),
        cmocka_unit_test(what_is_not_offered_is_not_there),
    };

    return cmocka_run_group_tests(tests, setup, NULL);
}
