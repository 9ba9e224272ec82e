#include "core/phrase.h"
#include "core/unicode.h"

#include <apr_strings.h>
#include <string.h>

/* Whether a comma or white space of any script stands at `at`; *step is its length. */
static int separates(const char *at, const char *end, apr_size_t *step) {
    unsigned code;
    int length = site_unicode_decode(at, end, &code);

    *step = length ? (apr_size_t)length : 1;
    return length && (code == ',' || site_unicode_space(code));
}

apr_array_header_t *site_phrase_words(apr_pool_t *pool, const char *text, apr_size_t length) {
    apr_array_header_t *words = apr_array_make(pool, 4, sizeof(const char *));
    char *copy = apr_palloc(pool, length + 1);
    apr_size_t used = 0, start = 0, step, i;

    for (i = 0; i < length; i++) {
        if (text[i] != '\0')
            copy[used++] = text[i];
    }
    for (i = 0; i < used; i += step) {
        if (!separates(copy + i, copy + used, &step))
            continue;
        if (i > start)
            APR_ARRAY_PUSH(words, const char *) = apr_pstrmemdup(pool, copy + start, i - start);
        start = i + step;
    }
    if (used > start)
        APR_ARRAY_PUSH(words, const char *) = apr_pstrmemdup(pool, copy + start, used - start);
    return words;
}

/* --- phrases --- */

typedef struct cut_t {
    apr_pool_t *pool;
    apr_array_header_t *words;
} cut_t;

/* The length of a white space at `at`; 0: there is none. */
static apr_size_t space_at(const char *at, const char *end) {
    unsigned code;
    int length = site_unicode_decode(at, end, &code);

    return length && site_unicode_space(code) ? (apr_size_t)length : 0;
}

/* Behind the quote that closes the one at `at`; NULL: nothing does. */
static const char *closed(const char *at, const char *end) {
    char quote = *at++;

    for (; at < end; at++) {
        if (*at == quote)
            return at + 1;
        if (*at == '\\' && ++at == end)
            break;
    }
    return NULL;
}

static const char *to_space(const char *at, const char *end, const char *marks) {
    while (at < end && !space_at(at, end) && !(*at && strchr(marks, *at)))
        at++;
    return at;
}

/* The end of the term that begins at `at`: as far as its quotes are closed; where none is, up to the next white space. */
static const char *end_of(const char *at, const char *end) {
    const char *quote = to_space(at, end, "\"'"), *behind;

    if (quote == end || (*quote != '"' && *quote != '\'') || !closed(quote, end))
        return to_space(at, end, "");
    while (quote < end && (*quote == '"' || *quote == '\'') && (behind = closed(quote, end)) != NULL) {
        at = to_space(behind, end, "\"'");
        quote = at;
    }
    return quote;
}

/* What stands between quotes: a backslash makes its quote, or itself, a character. */
static void add_phrase(cut_t *cut, const char *at, const char *end) {
    char quote = *at, *word, *to;

    to = word = apr_palloc(cut->pool, (apr_size_t)(end - at) + 1);
    for (at++, end--; at < end; at++) {
        if (*at == '\\' && at + 1 < end && (at[1] == quote || at[1] == '\\'))
            at++;
        if (*at)
            *to++ = *at;
    }
    *to = '\0';
    if (to > word)
        APR_ARRAY_PUSH(cut->words, const char *) = word;
}

static void add_term(cut_t *cut, const char *at, const char *end) {
    while (at < end && *at == ',')
        at++;
    while (at < end && end[-1] == ',')
        end--;
    if (end - at > 1 && (*at == '"' || *at == '\'') && end[-1] == *at)
        add_phrase(cut, at, end);
    else
        apr_array_cat(cut->words, site_phrase_words(cut->pool, at, (apr_size_t)(end - at)));
}

apr_array_header_t *site_phrase_split(apr_pool_t *pool, const char *text, apr_size_t length) {
    cut_t cut = {pool, apr_array_make(pool, 4, sizeof(const char *))};
    const char *at = text, *end = text + length, *behind;

    while (at < end) {
        apr_size_t space = space_at(at, end);

        if (space) {
            at += space;
            continue;
        }
        behind = end_of(at, end);
        add_term(&cut, at, behind);
        at = behind;
    }
    return cut.words;
}
