/* blanks: a text with blanks to be filled in: "Books of {author.name}", "author__slug={slug}".
 *
 * A brace that is meant as one is written twice.
 */
#ifndef SITE_CORE_BLANKS_H
#define SITE_CORE_BLANKS_H

#include <apr_pools.h>
#include <apr_tables.h>

/* A piece of text, and the blank behind it. */
typedef struct site_blank_t {
    const char *text; /* what stands before it */
    apr_size_t length;
    const char *name; /* NULL: the text ends here */
} site_blank_t;

/* Reads a text (site_blank_t). NULL: *complaint says what is wrong. */
apr_array_header_t *site_blanks_read(apr_pool_t *pool, const char *text, const char **complaint);

/* Fills it in: `find` gives the value of a name, or NULL. *missing (may be NULL): whether some name had none, which is as
 * if it were empty. */
typedef const char *(*site_blanks_find_fn)(void *baton, const char *name);
const char *site_blanks_fill(apr_pool_t *pool, const apr_array_header_t *blanks, site_blanks_find_fn find, void *baton,
                             int *missing);

/* The name, when the text is one blank and nothing else; else NULL. */
const char *site_blanks_only(const apr_array_header_t *blanks);

#endif
