/* phrase: the text of a search -> the words, or words and quoted phrases, that it looks for. */
#ifndef SITE_CORE_PHRASE_H
#define SITE_CORE_PHRASE_H

#include <apr_tables.h>

/* Words as DRF splits them up to its version 3.14: at commas and at white space; NUL characters are dropped. const char *, in `pool`. */
apr_array_header_t *site_phrase_words(apr_pool_t *pool, const char *text, apr_size_t length);

/* As it does from 3.15 on: "a phrase" or 'a phrase' is one word, a backslash before its own quote or before another one stands for what
 * follows; what is not quoted is split at commas, too. */
apr_array_header_t *site_phrase_split(apr_pool_t *pool, const char *text, apr_size_t length);

#endif
