#include "db/bounds.h"
#include "db/check_text.h"

#include <apr_strings.h>
#include <errno.h>
#include <stdlib.h>

/* What PostgreSQL writes for `n > 0` and for `n BETWEEN -5 AND 5`:
 *
 *     CHECK ((n > 0))
 *     CHECK (((n >= '-5'::integer) AND (n <= 5)))
 *
 * Comparisons of the one column with a literal, joined by AND; anything else is not for us to understand. */

typedef struct bounds_t {
    apr_int64_t least, greatest;
} bounds_t;

enum { DEPTH = 4 };

static int take_casts(site_check_text_t *text) {
    while (site_check_take(text, "::")) {
        if (!site_check_take(text, "smallint") && !site_check_take(text, "integer") && !site_check_take(text, "bigint"))
            return 0;
    }
    return 1;
}

/* 5, '-5'::integer, ('-5'::integer)::bigint */
static int take_number(site_check_text_t *text, apr_int64_t *value, int depth) {
    const char *digits;
    char *end;

    if (site_check_take(text, "("))
        return depth < DEPTH && take_number(text, value, depth + 1) && site_check_take(text, ")") && take_casts(text);
    digits = site_check_literal(text);
    if (!digits)
        digits = site_check_digits(text);
    if (!digits || !*digits)
        return 0;
    errno = 0;
    *value = strtoll(digits, &end, 10);
    return !*end && !errno && take_casts(text);
}

typedef enum comparison_t { LESS_EQUAL, GREATER_EQUAL, LESS, GREATER, EQUAL, COMPARISONS } comparison_t;

static comparison_t take_comparison(site_check_text_t *text) {
    static const char *const signs[] = {"<=", ">=", "<", ">", "="};
    int i;

    for (i = 0; i < COMPARISONS && !site_check_take(text, signs[i]); i++)
        ;
    return (comparison_t)i;
}

static int narrow(bounds_t *bounds, comparison_t comparison, apr_int64_t number) {
    if ((comparison == LESS && number == INT64_MIN) || (comparison == GREATER && number == INT64_MAX))
        return 0;
    number += (comparison == GREATER) - (comparison == LESS);
    if (comparison != LESS_EQUAL && comparison != LESS && number > bounds->least)
        bounds->least = number;
    if (comparison != GREATER_EQUAL && comparison != GREATER && number < bounds->greatest)
        bounds->greatest = number;
    return 1;
}

/* n, or of a domain (n)::integer */
static int take_column(site_check_text_t *text) {
    if (site_check_take(text, "("))
        return site_check_column(text) && site_check_take(text, ")") && take_casts(text);
    return site_check_column(text);
}

/* n >= 5, or 5 <= n */
static int take_condition(site_check_text_t *text, bounds_t *bounds) {
    static const comparison_t mirrored[] = {GREATER_EQUAL, LESS_EQUAL, GREATER, LESS, EQUAL};
    site_check_text_t begin = *text;
    int column_first = take_column(text);
    comparison_t comparison;
    apr_int64_t number;

    if (!column_first) {
        *text = begin;
        if (!take_number(text, &number, 0))
            return 0;
    }
    comparison = take_comparison(text);
    if (comparison == COMPARISONS)
        return 0;
    if (column_first)
        return take_number(text, &number, 0) && narrow(bounds, comparison, number);
    return take_column(text) && narrow(bounds, mirrored[comparison], number);
}

static int take_all(site_check_text_t *text, bounds_t *bounds) {
    site_check_text_t begin;

    if (!site_check_take(text, "CHECK (("))
        return 0;
    begin = *text;
    if (take_condition(text, bounds) && site_check_take(text, "))"))
        return 1;
    *text = begin;
    if (!site_check_take(text, "("))
        return 0;
    do {
        if (!take_condition(text, bounds) || !site_check_take(text, ")"))
            return 0;
    } while (site_check_take(text, "AND ("));
    return site_check_take(text, "))");
}

void site_bounds_read(apr_pool_t *pool, const char *definition, const char *column, const char **least,
                      const char **greatest) {
    bounds_t bounds = {*least ? apr_atoi64(*least) : INT64_MIN, *greatest ? apr_atoi64(*greatest) : INT64_MAX};
    site_check_text_t text = {.pool = pool, .at = definition, .column = column};

    if (!take_all(&text, &bounds) || *text.at != '\0')
        return;
    if (bounds.least > INT64_MIN)
        *least = apr_psprintf(pool, "%" APR_INT64_T_FMT, bounds.least);
    if (bounds.greatest < INT64_MAX)
        *greatest = apr_psprintf(pool, "%" APR_INT64_T_FMT, bounds.greatest);
}
