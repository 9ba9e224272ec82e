#include "db/choices.h"
#include "db/check_text.h"

/* What PostgreSQL writes for `kind IN ('a', 'b')`, depending on the column's type:
 *
 *     CHECK ((kind = ANY (ARRAY['a'::text, 'b'::text])))
 *     CHECK (((kind)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])))
 *     CHECK (((VALUE)::text = 'a'::text))
 *
 * Read by a small grammar that knows only parentheses, casts between text types, literals, one ARRAY and the one
 * column. Anything else (a function, OR, a length in a cast, NULL, a collation) is not for us to understand. */

typedef enum operand_t { OPERAND_NONE, OPERAND_COLUMN, OPERAND_LITERAL, OPERAND_ARRAY } operand_t;

enum { DEPTH = 8 };

/* Casts that leave a text what it is. */
static int take_casts(site_check_text_t *text) {
    static const char *const types[] = {"text", "character varying", "bpchar", "citext", "public.citext"};
    apr_size_t i;

    while (site_check_take(text, "::")) {
        for (i = 0; i < sizeof types / sizeof types[0]; i++) {
            if (site_check_take(text, types[i]))
                break;
        }
        if (i == sizeof types / sizeof types[0])
            return 0;
        site_check_take(text, "[]");
    }
    return 1;
}

static operand_t take_operand(site_check_text_t *text, apr_array_header_t *values, int depth);

static int take_array(site_check_text_t *text, apr_array_header_t *values, int depth) {
    do {
        if (take_operand(text, values, depth) != OPERAND_LITERAL)
            return 0;
    } while (site_check_take(text, ","));
    return site_check_take(text, "]");
}

static operand_t take_operand(site_check_text_t *text, apr_array_header_t *values, int depth) {
    operand_t operand;
    const char *literal;

    if (depth > DEPTH)
        return OPERAND_NONE;
    if (site_check_take(text, "(")) {
        operand = take_operand(text, values, depth + 1);
        if (operand == OPERAND_NONE || !site_check_take(text, ")"))
            return OPERAND_NONE;
    }
    else if (site_check_take(text, "ARRAY[")) {
        if (!take_array(text, values, depth + 1))
            return OPERAND_NONE;
        operand = OPERAND_ARRAY;
    }
    else if ((literal = site_check_literal(text)) != NULL) {
        APR_ARRAY_PUSH(values, const char *) = literal;
        operand = OPERAND_LITERAL;
    }
    else if (site_check_column(text))
        operand = OPERAND_COLUMN;
    else
        return OPERAND_NONE;
    return take_casts(text) ? operand : OPERAND_NONE;
}

apr_array_header_t *site_choices_read(apr_pool_t *pool, const char *definition, const char *column) {
    site_check_text_t text = {.pool = pool, .at = definition, .column = column};
    apr_array_header_t *values = apr_array_make(pool, 8, sizeof(const char *));

    if (!site_check_take(&text, "CHECK ((") || take_operand(&text, values, 0) != OPERAND_COLUMN ||
        !site_check_take(&text, "="))
        return NULL;
    if (site_check_take(&text, "ANY (")) {
        if (take_operand(&text, values, 0) != OPERAND_ARRAY || !site_check_take(&text, ")"))
            return NULL;
    }
    else if (take_operand(&text, values, 0) != OPERAND_LITERAL)
        return NULL;
    if (!site_check_take(&text, "))") || *text.at != '\0')
        return NULL;
    return values;
}
