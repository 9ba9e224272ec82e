#include "core/sql_file.h"

#include "core/sink.h"
#include "core/value.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <stdarg.h>
#include <string.h>

/* On one line with what follows it, so that lines count as in the file. */
#define BEFORE "SELECT * FROM ("

typedef struct reader_t {
    apr_pool_t *pool;
    site_sql_file_t *file;
    site_sink_t sink;
    const char *at, *end;
    int line;
    int depth;     /* of parentheses */
    int opened;    /* the line of the outermost one */
    int said;      /* something that is neither space nor comment */
    int ended;     /* a semicolon was there */
    int last_kept; /* bytes of `sink` without the semicolon and what follows it */
    const char *complaint;
} reader_t;

static int fail(reader_t *reader, int line, const char *format, ...) __attribute__((format(printf, 3, 4)));

static int fail(reader_t *reader, int line, const char *format, ...) {
    va_list arguments;

    va_start(arguments, format);
    reader->complaint = apr_psprintf(reader->pool, "%s:%d: %s", reader->file->path, line,
                                     apr_pvsprintf(reader->pool, format, arguments));
    va_end(arguments);
    return 0;
}

/* --- characters --- */

static char next(const reader_t *reader, int ahead) {
    return reader->at + ahead < reader->end ? reader->at[ahead] : '\0';
}

/* The text goes on as it is. */
static void take(reader_t *reader, int count) {
    while (count--) {
        reader->line += *reader->at == '\n';
        site_sink_char(&reader->sink, *reader->at++);
    }
}

static int begins_identifier(char c) {
    return apr_isalpha(c) || c == '_' || (unsigned char)c >= 0x80;
}

static int continues_identifier(char c) {
    return begins_identifier(c) || apr_isdigit(c) || c == '$';
}

static int is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

static int is_newline(char c) {
    return c == '\n' || c == '\r';
}

/* --- what placeholders do not stand in --- */

static void take_line_comment(reader_t *reader) {
    while (reader->at < reader->end && !is_newline(*reader->at))
        take(reader, 1);
}

/* They nest. */
static int take_comment(reader_t *reader) {
    int line = reader->line, depth = 0;

    do {
        if (reader->at >= reader->end)
            return fail(reader, line, "a comment is not closed by */");
        if (next(reader, 0) == '/' && next(reader, 1) == '*') {
            depth++;
            take(reader, 2);
        }
        else if (next(reader, 0) == '*' && next(reader, 1) == '/') {
            depth--;
            take(reader, 2);
        }
        else {
            take(reader, 1);
        }
    } while (depth);
    return 1;
}

/* From one quote to the next; a doubled one is one. */
static int take_quoted(reader_t *reader, char quote, int escapes) {
    int line = reader->line;

    take(reader, 1);
    for (;;) {
        if (reader->at >= reader->end)
            return fail(reader, line, "a %s is not closed", quote == '"' ? "quoted name" : "string");
        if (escapes && *reader->at == '\\' && reader->at + 1 < reader->end)
            take(reader, 2);
        else if (*reader->at != quote)
            take(reader, 1);
        else if (next(reader, 1) == quote)
            take(reader, 2);
        else
            break;
    }
    take(reader, 1);
    return 1;
}

/* Whether a string goes on behind this place: after white space with a newline in it, in which "--" comments count. */
static int continues(const reader_t *reader) {
    const char *at = reader->at;
    int newline = 0;

    while (at < reader->end) {
        if (at[0] == '-' && at + 1 < reader->end && at[1] == '-') {
            while (at < reader->end && !is_newline(*at))
                at++;
        }
        else if (is_space(*at)) {
            newline |= is_newline(*at++);
        }
        else {
            return newline && *at == '\'';
        }
    }
    return 0;
}

/* E'...': backslashes escape, in what continues it as well. */
static int take_escape_string(reader_t *reader) {
    for (;;) {
        if (!take_quoted(reader, '\'', 1))
            return 0;
        if (!continues(reader))
            return 1;
        while (*reader->at != '\'') {
            if (*reader->at == '-')
                take_line_comment(reader);
            else
                take(reader, 1);
        }
    }
}

/* $$ ... $$, $tag$ ... $tag$ */
static int take_dollar_quoted(reader_t *reader) {
    int line = reader->line, length = 1;

    if (apr_isdigit(next(reader, 1)))
        return fail(reader, line, "'$%c': parameters have names here, as in :name", next(reader, 1));
    if (begins_identifier(next(reader, 1))) {
        for (length = 2; begins_identifier(next(reader, length)) || apr_isdigit(next(reader, length));)
            length++;
    }
    if (next(reader, length) != '$') {
        take(reader, 1);
        return 1;
    }
    length++;
    {
        const char *tag = reader->at;

        take(reader, length);
        while (reader->end - reader->at >= length && memcmp(reader->at, tag, (size_t)length) != 0)
            take(reader, 1);
        if (reader->end - reader->at < length)
            return fail(reader, line, "%.*s is not closed", length, tag);
    }
    take(reader, length);
    return 1;
}

/* An identifier or a keyword; E'...' is a string. */
static int take_word(reader_t *reader) {
    const char *begin = reader->at;

    while (reader->at < reader->end && continues_identifier(*reader->at))
        take(reader, 1);
    if (reader->at - begin == 1 && (*begin == 'e' || *begin == 'E') && next(reader, 0) == '\'')
        return take_escape_string(reader);
    return 1;
}

/* --- placeholders --- */

static int number_of(reader_t *reader, const char *name) {
    apr_array_header_t *names = reader->file->names;
    int i;

    for (i = 0; i < names->nelts; i++) {
        if (strcmp(APR_ARRAY_IDX(names, i, const char *), name) == 0)
            return i + 1;
    }
    APR_ARRAY_PUSH(names, const char *) = name;
    APR_ARRAY_PUSH(reader->file->lines, int) = reader->line;
    return names->nelts;
}

static int take_colon(reader_t *reader) {
    int length = 1;
    char after = next(reader, 1);

    if (after == ':' || after == '=') {
        take(reader, 2);
        return 1;
    }
    if (after == '\'' || after == '"' || after == '{')
        return fail(reader, reader->line,
                    "':%c': a placeholder is written :name; its value is bound, so that it needs "
                    "no quotes",
                    after);
    if (!begins_identifier(after)) {
        take(reader, 1);
        return 1;
    }
    while (continues_identifier(next(reader, length)))
        length++;
    site_sink_printf(&reader->sink, "$%d",
                     number_of(reader, apr_pstrmemdup(reader->pool, reader->at + 1, (apr_size_t)(length - 1))));
    reader->at += length;
    return 1;
}

/* --- the whole --- */

static int take_parenthesis(reader_t *reader) {
    if (*reader->at == '(' && reader->depth++ == 0)
        reader->opened = reader->line;
    if (*reader->at == ')' && reader->depth-- == 0)
        return fail(reader, reader->line, "')' closes nothing");
    take(reader, 1);
    return 1;
}

/* One token that is neither white space nor a comment. */
static int take_token(reader_t *reader) {
    char c = *reader->at;

    if (reader->ended)
        return fail(reader, reader->line, "one query is enough: another one begins behind the semicolon");
    if (c == ';') {
        if (!reader->said)
            return fail(reader, reader->line, "there is no query before the semicolon");
        reader->ended = 1;
        reader->last_kept = (int)reader->sink.used;
        reader->at++;
        return 1;
    }
    reader->said = 1;
    if (c == '\'' || c == '"')
        return take_quoted(reader, c, 0);
    if (c == '$')
        return take_dollar_quoted(reader);
    if (c == ':')
        return take_colon(reader);
    if (c == '(' || c == ')')
        return take_parenthesis(reader);
    if (begins_identifier(c))
        return take_word(reader);
    take(reader, 1);
    return 1;
}

static int take_all(reader_t *reader) {
    while (reader->at < reader->end) {
        int good = 1;

        if (is_space(*reader->at))
            take(reader, 1);
        else if (next(reader, 0) == '-' && next(reader, 1) == '-')
            take_line_comment(reader);
        else if (next(reader, 0) == '/' && next(reader, 1) == '*')
            good = take_comment(reader);
        else
            good = take_token(reader);
        if (!good)
            return 0;
    }
    if (reader->depth)
        return fail(reader, reader->opened, "'(' is not closed");
    if (!reader->said)
        return fail(reader, 1, "there is no query in it");
    if (!reader->ended)
        reader->last_kept = (int)reader->sink.used;
    return 1;
}

static const char *limited(const reader_t *reader, int rows) {
    return apr_psprintf(reader->pool, BEFORE "%.*s\n) AS \"rows\" LIMIT %d", reader->last_kept, reader->sink.data,
                        rows);
}

site_sql_file_t *site_sql_file_read(apr_pool_t *pool, const char *path, const char *text, apr_size_t length, int rows,
                                    const char **complaint) {
    site_sql_file_t *file = apr_pcalloc(pool, sizeof *file);
    reader_t reader;

    memset(&reader, 0, sizeof reader);
    file->path = path;
    file->names = apr_array_make(pool, 4, sizeof(const char *));
    file->lines = apr_array_make(pool, 4, sizeof(int));
    reader.pool = pool;
    reader.file = file;
    reader.line = 1;
    /* An editor's mark at the beginning. */
    if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        text += 3;
        length -= 3;
    }
    reader.at = text;
    reader.end = text + length;
    site_sink_init(&reader.sink, pool, length + 256, 0);
    if (memchr(text, '\0', length) || !site_value_utf8(text, length))
        fail(&reader, 1, "it is no text in UTF-8");
    else if (take_all(&reader)) {
        file->text = limited(&reader, rows);
        file->probe = limited(&reader, 0);
        return file;
    }
    *complaint = reader.complaint;
    return NULL;
}

int site_sql_file_line(const site_sql_file_t *file, int position) {
    const char *at = file->text + sizeof BEFORE - 1;
    int line = 1, left = position - (int)sizeof BEFORE + 1;

    if (position <= 0) {
        for (; *at && is_space(*at); at++)
            line += *at == '\n';
        return line;
    }
    for (; *at && left > 1; at++) {
        line += *at == '\n';
        left -= ((unsigned char)*at & 0xC0) != 0x80; /* a character's first byte */
    }
    return line;
}
