/* idempotency: the statements that remember which requests were answered, and how (website/database/mod_site.sql makes their table).
 *
 * In one transaction: claim, do the work, store its answer. A second request with the same key waits in its claim until the first one
 * has ended, and then finds the answer; if the first one came to nothing, there is none, and it does the work itself.
 */
#ifndef SITE_DB_IDEMPOTENCY_H
#define SITE_DB_IDEMPOTENCY_H

#include "db/execute.h"

typedef struct site_claim_t {
    const char *scope;       /* who asked for what kind of thing: keys of others never meet */
    const char *key;         /* the client's */
    const char *fingerprint; /* of the request */
    int window;              /* seconds that the answer is kept */
} site_claim_t;

/* An answer as it is kept. */
typedef struct site_kept_t {
    int same;                                          /* the same request, by the same role */
    const char *status;                                /* "201"; NULL: none was stored */
    const char *content_type, *location, *etag, *body; /* or NULL */
} site_kept_t;

/* Two statements, to be run in this order: the first has a row when the key is ours; else the second has what was kept. The
 * fingerprint is kept with the role that asked: another role gets nothing of it. */
void site_idempotency_claim(apr_pool_t *pool, const site_claim_t *claim, site_statement_t statements[2]);
void site_idempotency_kept(apr_pool_t *pool, const PGresult *result, site_kept_t *kept);

/* A row, if the current role may still create and read rows of this table. */
void site_idempotency_right(apr_pool_t *pool, const char *schema, const char *table, site_statement_t *statement);

/* Stores the answer; and throws away a few that are too old. */
void site_idempotency_store(apr_pool_t *pool, const site_claim_t *claim, const site_kept_t *kept,
                            site_statement_t statements[2]);

#endif
