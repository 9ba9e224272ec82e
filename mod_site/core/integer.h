/* integer: whole numbers as Python's int() reads them. */
#ifndef SITE_CORE_INTEGER_H
#define SITE_CORE_INTEGER_H

#include <apr_pools.h>

/* White space around, a sign, decimal digits of any script, single underscores between digits. Returns 0 when `text` is no integer; beyond 64 bits
 * *number is the nearest. */
int site_integer_read(const char *text, apr_size_t length, apr_int64_t *number);

/* The same of any size, as plain ASCII digits with a minus where needed; in `pool`. NULL when `text` is no integer. */
const char *site_integer_text(apr_pool_t *pool, const char *text, apr_size_t length);

/* `digits` (a positive number in plain ASCII, larger than `less`) minus `less`; in `pool`. */
const char *site_integer_minus(apr_pool_t *pool, const char *digits, apr_int64_t less);

#endif
