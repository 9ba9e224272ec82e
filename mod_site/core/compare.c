#include "core/compare.h"
#include "core/compare_text.h"
#include "core/range.h"

#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

static void put(site_sql_writer_t *writer, const char *text) {
    site_sink_puts(&writer->text, text);
}

/* --- the left side --- */

static site_transform_t last_transform(const site_lookup_t *lookup) {
    return lookup->transforms[lookup->transforms[1] != SITE_AS_IS];
}

static const char *part_of(site_transform_t transform) {
    static const char *const parts[] = {
        [SITE_AS_YEAR] = "year",        [SITE_AS_MONTH] = "month",         [SITE_AS_DAY] = "day",
        [SITE_AS_WEEK_DAY] = "dow",     [SITE_AS_ISO_WEEK_DAY] = "isodow", [SITE_AS_WEEK] = "week",
        [SITE_AS_ISO_YEAR] = "isoyear", [SITE_AS_QUARTER] = "quarter",     [SITE_AS_HOUR] = "hour",
        [SITE_AS_MINUTE] = "minute",    [SITE_AS_SECOND] = "second",
    };

    return parts[transform];
}

/* The column as transforms [0, count) see it. A timestamptz is cast in the session's time zone, which is the site's. */
static void write_operand(site_sql_writer_t *writer, int alias, const site_condition_t *test, int count) {
    site_transform_t transform = count ? test->lookup.transforms[count - 1] : SITE_AS_IS;

    switch (transform) {
    case SITE_AS_IS:
        site_sql_column(writer, alias, test->column);
        if (test->column->type.kind == SITE_KIND_JSON)
            put(writer, "::jsonb");
        break;
    case SITE_AS_DATE:
        write_operand(writer, alias, test, count - 1);
        put(writer, "::date");
        break;
    case SITE_AS_TIME:
        write_operand(writer, alias, test, count - 1);
        put(writer, "::time");
        break;
    case SITE_AS_LOWER:
    case SITE_AS_UPPER:
    case SITE_AS_EMPTY:
        put(writer, transform == SITE_AS_LOWER ? "lower(" : transform == SITE_AS_UPPER ? "upper(" : "isempty(");
        write_operand(writer, alias, test, count - 1);
        put(writer, ")");
        break;
    case SITE_AS_LENGTH:
        put(writer, "CASE WHEN ");
        write_operand(writer, alias, test, count - 1);
        put(writer, " IS NULL THEN NULL ELSE coalesce(array_length(");
        write_operand(writer, alias, test, count - 1);
        put(writer, ", 1), 0) END");
        break;
    default:
        put(writer, transform == SITE_AS_WEEK_DAY ? "(EXTRACT(" : "EXTRACT(");
        put(writer, part_of(transform));
        put(writer, " FROM ");
        write_operand(writer, alias, test, count - 1);
        put(writer, transform == SITE_AS_WEEK_DAY ? ") + 1)" : ")");
        break;
    }
}

static int transform_count(const site_lookup_t *lookup) {
    return lookup->transforms[0] == SITE_AS_IS ? 0 : lookup->transforms[1] == SITE_AS_IS ? 1 : 2;
}

static void write_left(site_sql_writer_t *writer, int alias, const site_condition_t *test) {
    write_operand(writer, alias, test, transform_count(&test->lookup));
}

/* The type of the left side. */
static const site_type_t *left_type(const site_condition_t *test) {
    static const site_type_t integer = {.kind = SITE_KIND_INT4, .sql_name = "integer"};
    static const site_type_t date = {.kind = SITE_KIND_DATE, .sql_name = "date"};
    static const site_type_t time = {.kind = SITE_KIND_TIME, .sql_name = "time"};
    static const site_type_t jsonb = {.kind = SITE_KIND_JSONB, .sql_name = "jsonb"};
    static const site_type_t boolean = {.kind = SITE_KIND_BOOLEAN, .sql_name = "boolean"};

    switch (last_transform(&test->lookup)) {
    case SITE_AS_IS:
        return test->column->type.kind == SITE_KIND_JSON ? &jsonb : &test->column->type;
    case SITE_AS_LOWER:
    case SITE_AS_UPPER:
        return site_lookup_type(&test->column->type, &test->lookup);
    case SITE_AS_EMPTY:
        return &boolean;
    case SITE_AS_DATE:
        return &date;
    case SITE_AS_TIME:
        return &time;
    default:
        return &integer;
    }
}

static int integer_bytes(const site_type_t *type) {
    switch (type->kind) {
    case SITE_KIND_INT2:
        return 2;
    case SITE_KIND_INT4:
        return 4;
    case SITE_KIND_INT8:
        return 8;
    default:
        return 0;
    }
}

static const char *value_of(const site_condition_t *test, int i) {
    return APR_ARRAY_IDX(test->values, i, const char *);
}

/* --- comparisons --- */

static const char *sign_of(site_operator_t operator) {
    switch (operator) {
    case SITE_OP_GT:
        return " > ";
    case SITE_OP_GTE:
        return " >= ";
    case SITE_OP_LT:
        return " < ";
    case SITE_OP_LTE:
        return " <= ";
    default:
        return " = ";
    }
}

/* A whole number that no value of the column can reach: the answer does not depend on the row, but for NULL. */
static void write_beyond(site_sql_writer_t *writer, int alias, const site_condition_t *test, site_operator_t operator,
                         const char * whole) {
    int above = *whole != '-';
    int holds =
        above ? operator== SITE_OP_LT || operator== SITE_OP_LTE : operator== SITE_OP_GT || operator== SITE_OP_GTE;

    if (!holds) {
        put(writer, "FALSE");
        return;
    }
    write_left(writer, alias, test);
    put(writer, " IS NOT NULL");
}

static void write_comparison(site_sql_writer_t *writer, int alias, const site_condition_t *test,
                             site_operator_t operator, const char * value) {
    const site_type_t *type = left_type(test);
    int bytes = integer_bytes(type);

    if (!value) {
        put(writer, "NULL::boolean"); /* an empty half of a range: nothing is between */
        return;
    }
    if (bytes) {
        site_value_whole(writer->pool, value, &value); /* as int() cuts a decimal */
        if (!site_value_fits(value, bytes)) {
            write_beyond(writer, alias, test, operator, value);
            return;
        }
    }
    write_left(writer, alias, test);
    put(writer, sign_of(operator));
    site_sql_bind_as(writer, type, value);
}

static int has_float(const apr_array_header_t *values, const char *value) {
    int i;

    for (i = 0; i < values->nelts; i++) {
        if (strtod(APR_ARRAY_IDX(values, i, const char *), NULL) == strtod(value, NULL))
            return 1;
    }
    return 0;
}

static void write_in(site_sql_writer_t *writer, int alias, const site_condition_t *test) {
    static const site_type_t real = {.kind = SITE_KIND_OTHER, .sql_name = "real"};
    const site_type_t *type = left_type(test);
    int bytes = integer_bytes(type), i;
    apr_array_header_t *values = apr_array_make(writer->pool, test->values->nelts, sizeof(const char *));

    for (i = 0; i < test->values->nelts; i++) {
        const char *value = value_of(test, i);

        if (bytes)
            site_value_whole(writer->pool, value, &value);
        if ((!bytes || site_value_fits(value, bytes)) && !(type->kind == SITE_KIND_FLOAT4 && has_float(values, value)))
            APR_ARRAY_PUSH(values, const char *) = value;
    }
    write_left(writer, alias, test);
    put(writer, " = ANY(");
    /* PostgreSQL itself compares a list of several constants as float4, one alone as float8. */
    site_sql_bind_array(writer, type->kind == SITE_KIND_FLOAT4 && values->nelts > 1 ? &real : type, values);
    put(writer, ")");
}

static void write_between(site_sql_writer_t *writer, int alias, const site_condition_t *test) {
    put(writer, "(");
    write_comparison(writer, alias, test, SITE_OP_GTE, value_of(test, 0));
    put(writer, " AND ");
    write_comparison(writer, alias, test, SITE_OP_LTE, value_of(test, 1));
    put(writer, ")");
}

/* --- years and dates as ranges of the column, so that an index on it is of use --- */

static const char *first_day(apr_pool_t *pool, const char *year, int more) {
    const char *whole;

    site_value_whole(pool, year, &whole);
    return apr_psprintf(pool, "%04d-01-01", atoi(whole) + more);
}

/* The bound is a day's midnight in the session's zone for columns that know one. */
static void write_bound(site_sql_writer_t *writer, int alias, const site_condition_t *test, int count, const char *sign,
                        const char *day) {
    write_operand(writer, alias, test, count);
    put(writer, sign);
    site_sql_bind(writer, day);
    put(writer, "::date");
    if (count == 0 && test->column->type.kind == SITE_KIND_TIMESTAMPTZ)
        put(writer, "::timestamptz");
}

static void write_year(site_sql_writer_t *writer, int alias, const site_condition_t *test) {
    const char *year = value_of(test, 0), *until = test->lookup.operator== SITE_OP_RANGE ? value_of(test, 1) : year;
    int count = transform_count(&test->lookup) - 1; /* what the year is taken of: the column, or its date */
    apr_pool_t *pool = writer->pool;

    switch (test->lookup.operator) {
    case SITE_OP_GT:
        write_bound(writer, alias, test, count, " >= ", first_day(pool, year, 1));
        break;
    case SITE_OP_GTE:
        write_bound(writer, alias, test, count, " >= ", first_day(pool, year, 0));
        break;
    case SITE_OP_LT:
        write_bound(writer, alias, test, count, " < ", first_day(pool, year, 0));
        break;
    case SITE_OP_LTE:
        write_bound(writer, alias, test, count, " < ", first_day(pool, year, 1));
        break;
    default:
        if (!year || !until) {
            put(writer, "NULL::boolean");
            break;
        }
        put(writer, "(");
        write_bound(writer, alias, test, count, " >= ", first_day(pool, year, 0));
        put(writer, " AND ");
        write_bound(writer, alias, test, count, " < ", first_day(pool, until, 1));
        put(writer, ")");
        break;
    }
}

/* Whether there are dates of this year, here and in PostgreSQL. */
static int has_dates(apr_pool_t *pool, const char *year) {
    const char *whole;

    if (!year)
        return 1;
    site_value_whole(pool, year, &whole);
    return strlen(whole) <= 4 && atoi(whole) >= 1;
}

/* Django's calendar range stands for an ISO year, too, but for `range`, which compares the ISO year itself. */
static int is_year_range(apr_pool_t *pool, const site_condition_t *test) {
    const site_lookup_t *lookup = &test->lookup;
    site_transform_t last = last_transform(lookup);

    if (lookup->operator== SITE_OP_RANGE)
        return last == SITE_AS_YEAR && has_dates(pool, value_of(test, 0)) && has_dates(pool, value_of(test, 1));
    return (last == SITE_AS_YEAR || last == SITE_AS_ISO_YEAR) && lookup->operator!= SITE_OP_IN &&
                                                                 site_lookup_compares(lookup->operator);
}

/* Years that are compared themselves, a list of them or ISO years from one to another: beside it, the calendar's years from the first to the last, for
 * an index. An ISO year begins and ends some days off. */
static int year_bounds(apr_pool_t *pool, const site_condition_t *test, int *first, int *last) {
    site_transform_t transform = last_transform(&test->lookup);
    int slack = transform == SITE_AS_ISO_YEAR, i;

    if ((transform != SITE_AS_YEAR && !slack) ||
        (test->lookup.operator!= SITE_OP_IN && test->lookup.operator!= SITE_OP_RANGE))
        return 0;
    *first = 10000;
    *last = 0;
    for (i = 0; i < test->values->nelts; i++) {
        const char *value = value_of(test, i), *whole;
        int year;

        if (!value || !has_dates(pool, value))
            return 0;
        site_value_whole(pool, value, &whole);
        year = atoi(whole);
        *first = year < *first ? year : *first;
        *last = year > *last ? year : *last;
    }
    *first -= slack;
    *last += slack;
    return *first >= 1 && *last >= *first;
}

static void write_years(site_sql_writer_t *writer, int alias, const site_condition_t *test, int first, int last) {
    int count = transform_count(&test->lookup) - 1;

    put(writer, "(");
    if (test->lookup.operator== SITE_OP_IN)
        write_in(writer, alias, test);
    else
        write_between(writer, alias, test);
    put(writer, " AND ");
    write_bound(writer, alias, test, count, " >= ", apr_psprintf(writer->pool, "%04d-01-01", first));
    put(writer, " AND ");
    write_bound(writer, alias, test, count, " < ", apr_psprintf(writer->pool, "%04d-01-01", last + 1));
    put(writer, ")");
}

/* The first or the last of the dates; they are all spelled alike. NULL: one is missing, or there is none. */
static const char *outer_date(const site_condition_t *test, int last) {
    const char *outer = NULL;
    int i;

    for (i = 0; i < test->values->nelts; i++) {
        const char *value = value_of(test, i);

        if (!value)
            return NULL;
        if (!outer || (last ? strcmp(value, outer) > 0 : strcmp(value, outer) < 0))
            outer = value;
    }
    return outer;
}

/* The date of a moment: exact, and beside it a wider range of the column for its index. A day on either side, because days do not always
 * begin at midnight where clocks are changed. */
static void write_date(site_sql_writer_t *writer, int alias, const site_condition_t *test) {
    const char *first = outer_date(test, 0), *last = outer_date(test, 1);
    site_operator_t operator= test->lookup.operator;

    put(writer, "(");
    if (operator== SITE_OP_IN)
        write_in(writer, alias, test);
    else if (operator== SITE_OP_RANGE)
        write_between(writer, alias, test);
    else
        write_comparison(writer, alias, test, operator, value_of(test, 0));
    if (first && operator!= SITE_OP_LT && operator!= SITE_OP_LTE) {
        put(writer, " AND ");
        site_sql_column(writer, alias, test->column);
        put(writer, " >= (");
        site_sql_bind(writer, first);
        put(writer, "::date - 1)::");
        put(writer, test->column->type.sql_name);
    }
    if (last && operator!= SITE_OP_GT && operator!= SITE_OP_GTE) {
        put(writer, " AND ");
        site_sql_column(writer, alias, test->column);
        put(writer, " < (");
        site_sql_bind(writer, last);
        put(writer, "::date + 2)::");
        put(writer, test->column->type.sql_name);
    }
    put(writer, ")");
}

static int is_date_range(const site_lookup_t *lookup) {
    return lookup->transforms[0] == SITE_AS_DATE && lookup->transforms[1] == SITE_AS_IS &&
           (lookup->operator== SITE_OP_EXACT || lookup->operator== SITE_OP_IN || lookup->operator==
            SITE_OP_RANGE ||(lookup->operator>= SITE_OP_GT && lookup->operator<= SITE_OP_LTE));
}

/* --- text --- */

/* The left side as text: an address without its mask. */
static void write_text(site_sql_writer_t *writer, int alias, const site_condition_t *test) {
    const site_type_t *type = left_type(test);
    int address = type->kind == SITE_KIND_INET || type->kind == SITE_KIND_CIDR;

    put(writer, address ? "host(" : "(");
    write_left(writer, alias, test);
    put(writer, address ? ")" : ")::");
    if (!address)
        put(writer, type->case_insensitive ? type->sql_name : "text");
}

static void write_pattern(site_sql_writer_t *writer, int alias, const site_condition_t *test) {
    site_operator_t operator= test->lookup.operator;
    int folded = operator== SITE_OP_ICONTAINS || operator== SITE_OP_ISTARTSWITH || operator== SITE_OP_IENDSWITH;
    int before = operator!= SITE_OP_STARTSWITH && operator!= SITE_OP_ISTARTSWITH;
    int after = operator!= SITE_OP_ENDSWITH && operator!= SITE_OP_IENDSWITH;

    put(writer, folded ? "upper(" : "");
    write_text(writer, alias, test);
    put(writer, folded ? ") LIKE upper(" : " LIKE ");
    site_sql_bind(writer,
                  site_compare_pattern(writer->pool, site_compare_text(writer->pool, &test->lookup, value_of(test, 0)),
                                       before, after));
    put(writer, folded ? "::text)" : "::text");
}

static const site_text_search_t *text_search_of(const site_condition_t *test) {
    static const site_text_search_t none = {NULL, SITE_TEXT_SYNTAX_PLAIN};

    return test->text_search ? test->text_search : &none;
}

/* A configuration that is named makes of it the expression that an index can be on, `to_tsvector('english', x)`; NULL is then unknown, as for
 * other lookups. */
static void write_vector(site_sql_writer_t *writer, int alias, const site_condition_t *test) {
    const char *config = text_search_of(test)->config;

    if (test->column->type.kind == SITE_KIND_TSVECTOR) {
        write_left(writer, alias, test);
        return;
    }
    put(writer, "to_tsvector(");
    put(writer, config ? config : "coalesce(");
    put(writer, config ? ", " : "");
    write_text(writer, alias, test);
    put(writer, config ? ")" : ", ''))");
}

/* The client's words. */
static void write_words(site_sql_writer_t *writer, const site_condition_t *test) {
    static const char *const parsers[] = {[SITE_TEXT_SYNTAX_PLAIN] = "plainto_tsquery(",
                                          [SITE_TEXT_SYNTAX_PHRASE] = "phraseto_tsquery(",
                                          [SITE_TEXT_SYNTAX_WEBSEARCH] = "websearch_to_tsquery("};
    const site_text_search_t *search = text_search_of(test);

    put(writer, parsers[search->syntax]);
    put(writer, search->config ? search->config : "");
    put(writer, search->config ? ", " : "");
    site_sql_bind(writer, value_of(test, 0));
    put(writer, "::text)");
}

static void write_search(site_sql_writer_t *writer, int alias, const site_condition_t *test) {
    write_vector(writer, alias, test);
    put(writer, " @@ ");
    write_words(writer, test);
}

void site_compare_rank(site_sql_writer_t *writer, int alias, const site_condition_t *test) {
    put(writer, "coalesce(ts_rank(");
    write_vector(writer, alias, test);
    put(writer, ", ");
    write_words(writer, test);
    put(writer, "), 0)");
}

static void write_text_operator(site_sql_writer_t *writer, int alias, const site_condition_t *test) {
    switch (test->lookup.operator) {
    case SITE_OP_IEXACT:
        put(writer, "upper(");
        write_text(writer, alias, test);
        put(writer, ") = upper(");
        site_sql_bind(writer, value_of(test, 0));
        put(writer, "::text)");
        break;
    case SITE_OP_REGEX:
    case SITE_OP_IREGEX:
        write_text(writer, alias, test);
        put(writer, test->lookup.operator== SITE_OP_REGEX ? " ~ " : " ~* ");
        site_sql_bind(writer, value_of(test, 0));
        put(writer, "::text");
        break;
    case SITE_OP_SEARCH:
        write_search(writer, alias, test);
        break;
    default:
        write_pattern(writer, alias, test);
        break;
    }
}

/* --- arrays, JSON and ranges --- */

static const char *container_sign(site_operator_t operator) {
    switch (operator) {
    case SITE_OP_HOLDS:
        return " @> ";
    case SITE_OP_CONTAINED_BY:
        return " <@ ";
    case SITE_OP_OVERLAP:
        return " && ";
    case SITE_OP_FULLY_LT:
        return " << ";
    case SITE_OP_FULLY_GT:
        return " >> ";
    case SITE_OP_NOT_LT:
        return " &> ";
    case SITE_OP_NOT_GT:
        return " &< ";
    case SITE_OP_ADJACENT_TO:
        return " -|- ";
    case SITE_OP_HAS_KEY:
        return " ? ";
    case SITE_OP_HAS_KEYS:
        return " ?& ";
    case SITE_OP_HAS_ANY_KEYS:
        return " ?| ";
    default:
        return " = ";
    }
}

static void write_container(site_sql_writer_t *writer, int alias, const site_condition_t *test) {
    static const site_type_t text = {.kind = SITE_KIND_TEXT, .sql_name = "text"};
    const site_type_t *type = left_type(test);

    write_left(writer, alias, test);
    put(writer, container_sign(test->lookup.operator));
    if (test->lookup.operator== SITE_OP_HAS_KEY)
        site_sql_bind_as(writer, &text, value_of(test, 0));
    else if (test->lookup.operator== SITE_OP_HAS_KEYS || test->lookup.operator== SITE_OP_HAS_ANY_KEYS)
        site_sql_bind_array(writer, &text, test->values);
    else if (test->lookup.family == SITE_FAMILY_ARRAY)
        site_sql_bind_members(writer, type->element ? type->element : &text, test->values);
    else
        site_sql_bind_as(writer, type, value_of(test, 0));
}

/* Operators of two ranges. What `contains` is given can also be one element. */
static int is_of_ranges(const site_lookup_t *lookup) {
    return lookup->family == SITE_FAMILY_RANGE &&
           (lookup->reader == SITE_READ_RANGE || lookup->reader == SITE_READ_MEMBER) &&
           !site_lookup_compares(lookup->operator);
}

static void write_ranges(site_sql_writer_t *writer, int alias, const site_condition_t *test) {
    const site_type_t *type = &test->column->type;
    int element = test->lookup.reader == SITE_READ_MEMBER && type->bound && !site_range_is_meant(value_of(test, 0));

    write_left(writer, alias, test);
    put(writer, container_sign(test->lookup.operator));
    if (element)
        site_sql_bind_member(writer, type->bound, value_of(test, 0));
    else
        site_sql_bind_as(writer, type, value_of(test, 0));
}

/* --- the table's other half --- */

static void write_test(site_sql_writer_t *writer, int alias, const site_condition_t *test) {
    const site_lookup_t *lookup = &test->lookup;
    int first, last;

    if (lookup->operator== SITE_OP_ISNULL) {
        write_left(writer, alias, test);
        put(writer, *value_of(test, 0) == 't' ? " IS NULL" : " IS NOT NULL");
        return;
    }
    if (is_year_range(writer->pool, test)) {
        write_year(writer, alias, test);
        return;
    }
    if (year_bounds(writer->pool, test, &first, &last)) {
        write_years(writer, alias, test, first, last);
        return;
    }
    if (is_date_range(lookup)) {
        write_date(writer, alias, test);
        return;
    }
    if (lookup->family == SITE_FAMILY_ARRAY || lookup->family == SITE_FAMILY_JSON) {
        write_container(writer, alias, test);
        return;
    }
    if (is_of_ranges(lookup)) {
        write_ranges(writer, alias, test);
        return;
    }
    switch (lookup->operator) {
    case SITE_OP_EXACT:
    case SITE_OP_GT:
    case SITE_OP_GTE:
    case SITE_OP_LT:
    case SITE_OP_LTE:
        write_comparison(writer, alias, test, lookup->operator, value_of(test, 0));
        break;
    case SITE_OP_IN:
        write_in(writer, alias, test);
        break;
    case SITE_OP_RANGE:
        write_between(writer, alias, test);
        break;
    default:
        write_text_operator(writer, alias, test);
        break;
    }
}

void site_compare_write(site_sql_writer_t *writer, int alias, const site_condition_t *test) {
    if (!test->exclude) {
        write_test(writer, alias, test);
        return;
    }
    /* Django's exclude(): NULL is not unequal to the value, so such rows stay. */
    put(writer, "NOT (");
    write_test(writer, alias, test);
    if (!test->column->not_null && test->lookup.operator!= SITE_OP_ISNULL) {
        put(writer, " AND ");
        site_sql_column(writer, alias, test->column);
        put(writer, " IS NOT NULL");
    }
    put(writer, ")");
}
