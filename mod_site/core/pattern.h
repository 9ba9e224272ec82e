/* pattern: the address of a site's own page: a path, some of whose segments are captured.
 *
 *   /                   the front page
 *   /authors/           literal
 *   /authors/{slug}/    one segment, whatever it is, is the value of `slug`
 *
 * Paths are matched as the client wrote them, still encoded, so that a captured segment may hold any character, a slash
 * as %2F. Where several patterns match, a literal segment goes before a captured one, from the left.
 */
#ifndef SITE_CORE_PATTERN_H
#define SITE_CORE_PATTERN_H

#include <apr_pools.h>
#include <apr_tables.h>

typedef struct site_pattern_segment_t {
    const char *text; /* decoded; or the capture's name */
    apr_size_t length;
    int captured;
} site_pattern_segment_t;

typedef struct site_pattern_t {
    const char *text;             /* as written */
    apr_array_header_t *segments; /* site_pattern_segment_t */
    int closed;                   /* ends with a slash */
    int captures;                 /* how many segments are captured */
} site_pattern_t;

typedef enum site_pattern_match_t {
    SITE_PATTERN_OTHER,
    SITE_PATTERN_SLASH, /* it would match with a slash at its end */
    SITE_PATTERN_MATCH
} site_pattern_match_t;

/* Reads a pattern. NULL: *complaint says what it wants. */
site_pattern_t *site_pattern_read(apr_pool_t *pool, const char *text, const char **complaint);

/* Compares an encoded path with the pattern. On a match values[i] is the value of capture i, decoded, in `pool`: valid
 * UTF-8, without NUL, never empty; anything else does not match. */
site_pattern_match_t site_pattern_match(apr_pool_t *pool, const site_pattern_t *pattern, const char *path,
                                        const char **values);

/* The order in which patterns are to be tried: < 0: `one` first; 0: both match the same paths. */
int site_pattern_compare(const site_pattern_t *one, const site_pattern_t *other);

/* The path of a pattern that captures nothing, encoded. In `pool`. */
const char *site_pattern_path(apr_pool_t *pool, const site_pattern_t *pattern);

/* Whether `outer` is the address of one page that lies above those of `inner`: /news/ above /news/{slug}/. */
int site_pattern_is_above(const site_pattern_t *outer, const site_pattern_t *inner);

/* Whether `name` can be the name of a capture: a letter, then letters, digits and '_'. */
int site_pattern_is_name(const char *name, apr_size_t length);

#endif
