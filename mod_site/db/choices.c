#include "db/choices.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

/* What PostgreSQL writes for `kind IN ('a', 'b')`, depending on the column's type:
 *
 *     CHECK ((kind = ANY (ARRAY['a'::text, 'b'::text])))
 *     CHECK (((kind)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])))
 *     CHECK (((VALUE)::text = 'a'::text))
 *
 * Read by a small grammar that knows only parentheses, casts between text types, literals, one ARRAY and the one
 * column. Anything else (a function, OR, a length in a cast, NULL, a collation) is not for us to understand. */

typedef struct reader_t {
    apr_pool_t *pool;
    const char *at;
    const char *column;
} reader_t;

typedef enum operand_t { OPERAND_NONE, OPERAND_COLUMN, OPERAND_LITERAL, OPERAND_ARRAY } operand_t;

enum { DEPTH = 8 };

static void skip_space(reader_t *reader) {
    while (*reader->at == ' ')
        reader->at++;
}

/* Takes `token` when it comes next. Words must not go on. */
static int take(reader_t *reader, const char *token) {
    apr_size_t length = strlen(token);
    char after;

    skip_space(reader);
    if (strncmp(reader->at, token, length) != 0)
        return 0;
    after = reader->at[length];
    if (apr_isalpha(token[length - 1]) && (apr_isalnum(after) || after == '_' || after == '$' || after & 0x80))
        return 0;
    reader->at += length;
    return 1;
}

/* 'it''s', or E'a\\b', the only escape that PostgreSQL writes. NULL when there is none. */
static const char *take_literal(reader_t *reader) {
    const char *from;
    char *text, *to;
    int escapes = 0;

    skip_space(reader);
    from = reader->at;
    if (*from == 'E' && from[1] == '\'') {
        escapes = 1;
        from++;
    }
    if (*from++ != '\'')
        return NULL;
    text = to = apr_palloc(reader->pool, strlen(from) + 1);
    for (; *from; from++) {
        if (*from == '\'') {
            if (from[1] != '\'') {
                *to = '\0';
                reader->at = from + 1;
                return text;
            }
            from++;
        }
        else if (*from == '\\' && escapes) {
            if (from[1] != '\\')
                return NULL;
            from++;
        }
        *to++ = *from;
    }
    return NULL;
}

static int take_quoted_column(reader_t *reader) {
    const char *from = reader->at + 1, *name = reader->column;

    for (; *name; name++, from++) {
        if (*from != *name || (*from == '"' && *++from != '"'))
            return 0;
    }
    if (*from != '"' || from[1] == '"')
        return 0;
    reader->at = from + 1;
    return 1;
}

static int take_column(reader_t *reader) {
    skip_space(reader);
    if (!reader->column)
        return take(reader, "VALUE");
    if (*reader->at == '"')
        return take_quoted_column(reader);
    return *reader->column != '\0' && take(reader, reader->column);
}

/* Casts that leave a text what it is. */
static int take_casts(reader_t *reader) {
    static const char *const types[] = {"text", "character varying", "bpchar", "citext", "public.citext"};
    apr_size_t i;

    while (take(reader, "::")) {
        for (i = 0; i < sizeof types / sizeof types[0]; i++) {
            if (take(reader, types[i]))
                break;
        }
        if (i == sizeof types / sizeof types[0])
            return 0;
        take(reader, "[]");
    }
    return 1;
}

static operand_t take_operand(reader_t *reader, apr_array_header_t *values, int depth);

static int take_array(reader_t *reader, apr_array_header_t *values, int depth) {
    do {
        if (take_operand(reader, values, depth) != OPERAND_LITERAL)
            return 0;
    } while (take(reader, ","));
    return take(reader, "]");
}

static operand_t take_operand(reader_t *reader, apr_array_header_t *values, int depth) {
    operand_t operand;
    const char *literal;

    if (depth > DEPTH)
        return OPERAND_NONE;
    if (take(reader, "(")) {
        operand = take_operand(reader, values, depth + 1);
        if (operand == OPERAND_NONE || !take(reader, ")"))
            return OPERAND_NONE;
    }
    else if (take(reader, "ARRAY[")) {
        if (!take_array(reader, values, depth + 1))
            return OPERAND_NONE;
        operand = OPERAND_ARRAY;
    }
    else if ((literal = take_literal(reader)) != NULL) {
        APR_ARRAY_PUSH(values, const char *) = literal;
        operand = OPERAND_LITERAL;
    }
    else if (take_column(reader))
        operand = OPERAND_COLUMN;
    else
        return OPERAND_NONE;
    return take_casts(reader) ? operand : OPERAND_NONE;
}

apr_array_header_t *site_choices_read(apr_pool_t *pool, const char *definition, const char *column) {
    reader_t reader = {.pool = pool, .at = definition, .column = column};
    apr_array_header_t *values = apr_array_make(pool, 8, sizeof(const char *));

    if (!take(&reader, "CHECK ((") || take_operand(&reader, values, 0) != OPERAND_COLUMN || !take(&reader, "="))
        return NULL;
    if (take(&reader, "ANY (")) {
        if (take_operand(&reader, values, 0) != OPERAND_ARRAY || !take(&reader, ")"))
            return NULL;
    }
    else if (take_operand(&reader, values, 0) != OPERAND_LITERAL)
        return NULL;
    if (!take(&reader, "))") || *reader.at != '\0')
        return NULL;
    return values;
}
