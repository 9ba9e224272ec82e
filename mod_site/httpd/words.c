#include "httpd/words.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

/* A quote opens at the start of a word or of its value, a double one also in lists; elsewhere it is a character like any other: Barnard's. */
static int opens_quote(const char *word, const char *to, char c) {
    if (c != '"' && c != '\'')
        return 0;
    return to == word || to[-1] == '=' || (c == '"' && (to[-1] == ',' || to[-1] == ':'));
}

/* Copies one word to `to`, which has room for all of it. Returns what is left of the line, NULL for an open quote. */
static const char *take_word(const char *line, char *to) {
    const char *word = to;

    while (*line && !apr_isspace(*line)) {
        if (opens_quote(word, to, *line)) {
            char quote = *line++;

            while (*line != quote) {
                if (*line == '\\' && line[1])
                    line++;
                if (*line == '\0')
                    return NULL;
                *to++ = *line++;
            }
            line++;
        }
        else {
            *to++ = *line++;
        }
    }
    *to = '\0';
    return line;
}

apr_array_header_t *site_words(apr_pool_t *pool, const char *line) {
    apr_array_header_t *words = apr_array_make(pool, 4, sizeof(const char *));

    for (;;) {
        char *word;

        while (apr_isspace(*line))
            line++;
        if (*line == '\0')
            return words;
        word = apr_palloc(pool, strlen(line) + 1);
        line = take_word(line, word);
        if (!line)
            return NULL;
        APR_ARRAY_PUSH(words, const char *) = word;
    }
}

apr_array_header_t *site_words_split(apr_pool_t *pool, const char *text) {
    apr_array_header_t *words = apr_array_make(pool, 4, sizeof(const char *));

    for (;;) {
        apr_size_t length = strcspn(text, ","), end = length;
        const char *next = text[length] ? text + length + 1 : NULL;

        for (; end && apr_isspace(*text); end--)
            text++;
        while (end && apr_isspace(text[end - 1]))
            end--;
        APR_ARRAY_PUSH(words, const char *) = apr_pstrmemdup(pool, text, end);
        if (!next)
            return words;
        text = next;
    }
}

const char *site_word_value(const char *word, const char *key) {
    apr_size_t length = strlen(key);

    return strncasecmp(word, key, length) == 0 && word[length] == '=' ? word + length + 1 : NULL;
}

int site_word_choose(const site_choice_word_t *choices, const char *word, int *value) {
    for (; choices->word; choices++) {
        if (strcasecmp(choices->word, word) == 0) {
            *value = choices->value;
            return 1;
        }
    }
    return 0;
}

int site_word_number(const char *text, int low, int high, int *value) {
    apr_size_t length = strlen(text);
    long number;

    if (length == 0 || length > 10 || strspn(text, "0123456789") != length)
        return 0;
    number = strtol(text, NULL, 10);
    if (number < low || number > high)
        return 0;
    *value = (int)number;
    return 1;
}

int site_word_time(const char *text, apr_interval_time_t *time) {
    /* Of a unit alone httpd would make 0. */
    return apr_isdigit(*text) && ap_timeout_parameter_parse(text, time, "s") == APR_SUCCESS && *time >= 0;
}

int site_word_is_plain(const char *text) {
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.~-";

    return *text && text[strspn(text, plain)] == '\0';
}

int site_words_hold(const apr_array_header_t *words, const char *word) {
    int i;

    for (i = 0; words && i < words->nelts; i++) {
        if (strcmp(APR_ARRAY_IDX(words, i, const char *), word) == 0)
            return 1;
    }
    return 0;
}
