/* words: what stands on a directive's line.
 *
 * Words are separated by blanks; one with blanks is quoted, as a whole or after its `=`: label="Spectral class". Inside
 * quotes a backslash keeps the character after it.
 */
#ifndef SITE_HTTPD_WORDS_H
#define SITE_HTTPD_WORDS_H

#include <httpd.h>

#include <apr_tables.h>

typedef struct site_choice_word_t {
    const char *word;
    int value;
} site_choice_word_t;

/* The words of `line` (const char *), in `pool`. NULL when a quote is not closed. */
apr_array_header_t *site_words(apr_pool_t *pool, const char *line);

/* The words between the commas of `text`, blanks around them dropped; empty ones are kept. */
apr_array_header_t *site_words_split(apr_pool_t *pool, const char *text);

/* What follows `key=` in `word`; NULL when it says something else. */
const char *site_word_value(const char *word, const char *key);

/* Finds `word`, in any case, among `choices` (the last one has a NULL word). Returns 0 when it is none of them. */
int site_word_choose(const site_choice_word_t *choices, const char *word, int *value);

/* Reads a decimal number between `low` and `high`. Returns 0 when `text` is none. */
int site_word_number(const char *text, int low, int high, int *value);

/* Reads a time in httpd's notation, seconds where it names no unit. Returns 0 when `text` is none, or is negative. */
int site_word_time(const char *text, apr_interval_time_t *time);

/* Whether `text` can stand in a URL's path or query as it is: one or more of A-Z a-z 0-9 _ . ~ - */
int site_word_is_plain(const char *text);

/* Whether an array of const char * holds `word`. NULL holds nothing. */
int site_words_hold(const apr_array_header_t *words, const char *word);

#endif
