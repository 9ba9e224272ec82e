/* writing: what the files of httpd/write share. Private to them. */
#ifndef SITE_HTTPD_WRITING_H
#define SITE_HTTPD_WRITING_H

#include "core/assign.h"
#include "core/sql_write.h"
#include "db/batch.h"
#include "db/cells.h"
#include "db/idempotency.h"
#include "httpd/exchange.h"

/* What is answered. */
typedef struct site_answer_t {
    int status;
    const char *location; /* or NULL */
    const char *etag;     /* or NULL */
    const char *body;     /* NULL: none */
    apr_size_t length;
    int html;
    const char *proof; /* of the rows in a kept body: site_write_prove(); NULL: they cannot be found again */
} site_answer_t;

/* A write on its way. */
typedef struct site_writing_t {
    site_exchange_t *exchange;
    apr_pool_t *pool;
    const site_resource_t *resource;
    site_mode_t mode;
    const site_body_t *body;           /* NULL: it could not be read */
    site_error_t *unread;              /* why */
    const site_condition_t *condition; /* of an item: its key, and what the query asks for */
    const char *key;                   /* of an item, as its column takes it; NULL: no row can have it */
    int filtered;                      /* the condition is more than the key */
    int minimal;                       /* Prefer: return=minimal */
    const char *if_match, *if_none_match;
    const site_claim_t *claim; /* of an Idempotency-Key; NULL: none */
    int replayed;              /* the answer was kept from an earlier request */
    site_change_t change;      /* the one that was being made when something failed */
    site_change_t *changes;    /* of a list: that of each item */
    int list_first;            /* of a list: the number of the item that the failed round trip began with; -1: none */
    apr_size_t kept;           /* of a list: bytes of the rows that wait to be shown */
    site_answer_t answer;
} site_writing_t;

/* Reads a body as a change, by site_assign(). In strict mode, a read-only field of a new row is an error. */
void site_writing_assign(const site_writing_t *writing, const site_body_t *body, site_change_t *change);

/* Concludes the demands of a change with the row that answers them. */
void site_writing_conclude(site_writing_t *writing, site_change_t *change, const PGresult *result);

/* The works of transactions: POST of one row and of a list, PUT and PATCH, DELETE. */
site_error_t *site_write_create(void *baton, site_transaction_t *transaction);
site_error_t *site_write_list(void *baton, site_transaction_t *transaction);
site_error_t *site_write_modify(void *baton, site_transaction_t *transaction);
site_error_t *site_write_remove(void *baton, site_transaction_t *transaction);

/* The first part of a POST: asks for the idempotency key, in `plan` or on its own. */
void site_write_claim(site_writing_t *writing, site_batch_t *plan);
site_error_t *site_write_claimed(site_writing_t *writing, site_transaction_t *transaction, const site_batch_t *plan,
                                 int *replay);

/* Adds to `proof` what finds a row of a kept body again, and tells whether the caller may still read what it shows.
 * `cells` as they are stored. */
void site_write_prove(const site_writing_t *writing, site_sink_t *proof, const site_cell_t *cells);

/* The body of an answer, which grows up to SiteAnswerLimit; and the error of one that is larger, as it will be sent. Judged
 * before COMMIT, because the error rolls the write back. */
void site_writing_body(const site_writing_t *writing, apr_size_t expected, site_sink_t *body);
site_error_t *site_writing_judge(const site_writing_t *writing, const site_sink_t *body);

/* Makes the answer that shows the row that was changed. */
site_error_t *site_writing_show(site_writing_t *writing, int status, const PGresult *row);

/* Ends a POST: stores the answer where it is kept, and COMMIT. */
site_error_t *site_write_end(site_writing_t *writing, site_transaction_t *transaction);

/* Whether what RETURNING says may not be what is stored: a view's triggers say what they like. Then the row is looked at once more. */
int site_writing_is_told_otherwise(const site_writing_t *writing);

/* *row, as it was returned, becomes what a GET would show, if the view has it. */
site_error_t *site_write_look_again(site_writing_t *writing, site_transaction_t *transaction, PGresult **row);

site_error_t *site_writing_not_taken(const site_writing_t *writing);

#endif
