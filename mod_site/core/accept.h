/* accept: Accept header, `?format=` and suffix -> representation (contract 5.13).
 *
 * DRF's rules, not RFC 9110's: q is ignored, the most specific media types are tried first, and among equals the server's order decides.
 */
#ifndef SITE_CORE_ACCEPT_H
#define SITE_CORE_ACCEPT_H

#include "core/error.h"

typedef enum site_representation_t { SITE_REPRESENTATION_JSON, SITE_REPRESENTATION_HTML } site_representation_t;

/* A set of representations. */
#define SITE_OFFER(representation) (1 << (representation))
#define SITE_OFFER_ALL (SITE_OFFER(SITE_REPRESENTATION_JSON) | SITE_OFFER(SITE_REPRESENTATION_HTML))

typedef struct site_accept_t {
    site_representation_t representation;
    int indent; /* of JSON: 1 to 8; 0: compact */
} site_accept_t;

/* header   the Accept header's value, NULL when there is none (the same as * / *)
 * suffix   the format of the path, or NULL
 * format   the value of the format parameter; NULL or empty: none
 * offered  the representations that there are, of SITE_OFFER()
 * Returns NULL, or the error: 404 for an unknown format, 406 when nothing fits. */
site_error_t *site_accept_choose(apr_pool_t *pool, const char *header, const char *suffix, const char *format,
                                 int offered, site_accept_t *accept);

/* What the format parameter calls each representation, in the server's order; NULL: there is none of that number. */
const char *site_accept_format(int representation);

#endif
