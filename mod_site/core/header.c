#include "core/header.h"
#include "core/params.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

/* A stretch of the header. */
typedef struct piece_t {
    const char *at, *end;
} piece_t;

static piece_t trimmed(piece_t piece) {
    while (piece.at < piece.end && apr_isspace(*piece.at))
        piece.at++;
    while (piece.end > piece.at && apr_isspace(piece.end[-1]))
        piece.end--;
    return piece;
}

/* Cuts off what stands in front of the next `;` that an even number of quotes precedes, or all of it. */
static piece_t take_piece(piece_t *rest) {
    piece_t piece = {rest->at, rest->at};
    int quotes = 0;

    for (; piece.end < rest->end && (*piece.end != ';' || quotes % 2); piece.end++)
        quotes += *piece.end == '"';
    rest->at = piece.end < rest->end ? piece.end + 1 : rest->end;
    return trimmed(piece);
}

static const char *lowered(apr_pool_t *pool, piece_t piece) {
    char *text = apr_pstrmemdup(pool, piece.at, (apr_size_t)(piece.end - piece.at)), *at;

    for (at = text; *at; at++)
        *at = (char)apr_tolower(*at);
    return text;
}

const char *site_header_value(apr_pool_t *pool, const char *text, apr_size_t length) {
    piece_t rest = {text, text + length};

    return lowered(pool, take_piece(&rest));
}

/* What "..." means: a backslash in front of a backslash or a quote goes. */
static const char *unquoted(apr_pool_t *pool, piece_t piece, apr_size_t *length) {
    char *text = apr_palloc(pool, (apr_size_t)(piece.end - piece.at) + 1), *to = text;

    if (piece.end - piece.at >= 2 && *piece.at == '"' && piece.end[-1] == '"') {
        piece.at++;
        piece.end--;
        for (; piece.at < piece.end; piece.at++) {
            if (*piece.at == '\\' && piece.at + 1 < piece.end && (piece.at[1] == '\\' || piece.at[1] == '"'))
                piece.at++;
            *to++ = *piece.at;
        }
    }
    else {
        for (; piece.at < piece.end; piece.at++)
            *to++ = *piece.at;
    }
    *to = '\0';
    *length = (apr_size_t)(to - text);
    return text;
}

/* RFC 2231: charset'language'percent-encoded. Whatever the charset, it is read as UTF-8. */
static const char *decoded(apr_pool_t *pool, const char *value, apr_size_t length) {
    const char *last = memchr(value, '\'', length);

    last = last ? memchr(last + 1, '\'', length - (apr_size_t)(last + 1 - value)) : NULL;
    return last ? site_params_unquote(pool, last + 1, length - (apr_size_t)(last + 1 - value), &length) : value;
}

static int counts_two_quotes(piece_t piece) {
    int count = 0;

    for (; piece.at < piece.end; piece.at++)
        count += *piece.at == '\'';
    return count == 2;
}

const char *site_header_parameter(apr_pool_t *pool, const char *text, apr_size_t length, const char *name) {
    piece_t rest = {text, text + length};
    const char *found = NULL;

    take_piece(&rest);
    while (rest.at < rest.end) {
        piece_t piece = take_piece(&rest), key = piece, value = piece;
        const char *equals = memchr(piece.at, '=', (apr_size_t)(piece.end - piece.at));
        int starred;

        if (!equals)
            continue;
        key.end = equals;
        key = trimmed(key);
        value.at = equals + 1;
        starred = key.end > key.at && key.end[-1] == '*';
        key.end -= starred;
        if (strcmp(lowered(pool, key), name) != 0)
            continue;
        found = unquoted(pool, trimmed(value), &length);
        if (starred && counts_two_quotes(piece))
            found = decoded(pool, found, length);
    }
    return found;
}
