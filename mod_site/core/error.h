/* error: what went wrong with a request, said once and for every representation.
 *
 * Core and db functions that can fail return `site_error_t *`: NULL is success. Only the httpd folder
 * turns an error into a response. Several errors of one request (all bad parameters at once) are a
 * chain in the order in which they are shown.
 *
 * The texts are those of Django REST framework wherever a client may rely on them.
 */
#ifndef SITE_CORE_ERROR_H
#define SITE_CORE_ERROR_H

#include <apr_pools.h>

typedef struct site_error_t site_error_t;

struct site_error_t {
    int status;           /* HTTP status: 400, 404, 503 ... */
    const char *code;     /* stable word for logs and tests: "invalid_page" */
    const char *field;    /* parameter, field or directive at fault; NULL: the request as a whole */
    const char *message;  /* a sentence for the client; NULL when `nested` says it */
    site_error_t *nested; /* errors keyed below `field` ({"filters": {"id=foo": {"id": [...]}}}) */
    site_error_t *next;   /* the next error of the same request */
    int retry_after;      /* seconds; 0: no Retry-After */
    int pending;          /* holds only if the database says so: see site_error_settle() */
    int whole;            /* `field` is a parameter's whole name: no relation's path goes before it */
    int late;             /* the Django site would not see it before the database does: any other error goes first */
};

/* A new error in `pool`, all strings copied. `field` may be NULL. Never returns NULL. */
site_error_t *site_error_make(apr_pool_t *pool, int status, const char *code, const char *field, const char *format,
                              ...) __attribute__((format(printf, 5, 6)));

/* An answer that would need more than `limit` bytes of memory (SiteAnswerLimit): 400, code "answer_too_large". */
site_error_t *site_error_too_large(apr_pool_t *pool, apr_size_t limit);

/* Appends `more` (which may be NULL or a chain) to the chain at `*list`. */
void site_error_append(site_error_t **list, site_error_t *more);

/* The chain without the errors that are still marked pending, without the late ones where there are others, and without those whose nested
 * errors are all gone. */
site_error_t *site_error_settle(site_error_t *list);

/* Marks an error (NULL: none) as late, and gives it back. */
site_error_t *site_error_late(site_error_t *error);

/* The chain without its late errors. */
site_error_t *site_error_without_late(site_error_t *list);

/* Whether a chain (not an empty one) has late errors only, as far as is known. */
int site_error_is_late(const site_error_t *list);

/* The first error of the chain whose field is `field`, or NULL. */
site_error_t *site_error_find(site_error_t *list, const char *field);

#endif
