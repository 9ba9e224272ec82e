/* check_text: the text of a CHECK constraint, read token by token. For those who understand some constraints and leave the others. */
#ifndef SITE_DB_CHECK_TEXT_H
#define SITE_DB_CHECK_TEXT_H

#include <apr_pools.h>

typedef struct site_check_text_t {
    apr_pool_t *pool;
    const char *at;     /* what comes next */
    const char *column; /* the one that may be spoken of; NULL: a domain's VALUE */
} site_check_text_t;

/* Takes `token` when it comes next. Words must not go on. */
int site_check_take(site_check_text_t *text, const char *token);

/* Takes the column's name, quoted or not. */
int site_check_column(site_check_text_t *text);

/* Takes 'it''s', or E'a\\b', the only escape that PostgreSQL writes, unescaped in the pool. NULL when there is none. */
const char *site_check_literal(site_check_text_t *text);

/* Takes the digits of a number without a sign. NULL when there are none. */
const char *site_check_digits(site_check_text_t *text);

#endif
