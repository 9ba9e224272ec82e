/* form: rows that people make, change and delete: the pages with the forms, and what comes back from them.
 *
 * `?_form=new` of a collection, `?_form=edit` and `?_form=delete` of a row are forms; `?_form=options` shows what OPTIONS would say. HTML's
 * forms know POST alone, so each is sent to an address that says the method it means: `?_method=PATCH`. That holds for forms only, and for
 * clients that want HTML: to all others it is a parameter without meaning. Whoever was made to send one by another site's page is refused,
 * however he is known to us (a browser sends Basic credentials and certificates along like cookies).
 */
#ifndef SITE_HTTPD_FORM_H
#define SITE_HTTPD_FORM_H

#include "core/body.h"
#include "httpd/exchange.h"

/* What a form sent. */
typedef struct site_submission_t {
    const site_body_t *sent; /* what is shown again; NULL: it could not be read */
    site_error_t *unread;    /* why it is not taken: it could not be read, or is too large; NULL: it is */
} site_submission_t;

/* Answers with the page that `_form` asks for. Returns 0 when nothing asks for one. */
int site_form_page(site_exchange_t *exchange, int *result);

/* A form that was sent: from here on the request has the method that it means, and is denied or not as this method would be
 * (exchange->submission is set). Anything else is left as it is. Returns NULL, or the error. */
site_error_t *site_form_take(site_exchange_t *exchange);

/* The body that the form means. */
site_error_t *site_form_read(site_exchange_t *exchange, site_body_t **body);

/* What is answered when it was done: the way to the row (`location`; NULL: to where the form was), or to the collection. Returns what the
 * handler returns. */
int site_form_done(site_exchange_t *exchange, const char *location);

/* Whether an error is one that the form is shown again with; and that. */
int site_form_wants(const site_exchange_t *exchange, const site_error_t *error);
int site_form_again(site_exchange_t *exchange, const site_error_t *error);

#endif
