/* range: PostgreSQL's spelling of ranges and multiranges: `[1,5)`, `(,2024-01-01]`, `empty`, `{[1,3),[5,7)}`.
 *
 * Only brackets, quotes and commas are looked at. Whether the bounds are values of the range's type is PostgreSQL's to say.
 */
#ifndef SITE_CORE_RANGE_H
#define SITE_CORE_RANGE_H

#include <apr_pools.h>

/* Whether `text` (without blanks around it) is meant as a range, and not as one element: it begins with a bracket, or is `empty`. */
int site_range_is_meant(const char *text);

/* A range (`multirange`: a multirange, of which one range stands for itself) as PostgreSQL reads it, in `pool`; NULL: its brackets,
 * quotes or commas are wrong. */
const char *site_range_read(apr_pool_t *pool, const char *text, int multirange);

/* The first comma of [text, end) that is not inside of a range or of quotes; NULL: there is none. */
const char *site_range_comma(const char *text, const char *end);

#endif
