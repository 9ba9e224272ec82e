/* identity: who asks, and whether he may, in the API's words. What is known was found out by access. */
#ifndef SITE_HTTPD_IDENTITY_H
#define SITE_HTTPD_IDENTITY_H

#include "httpd/exchange.h"

/* Finds out who asks and fills exchange->identity. Credentials that are given but wrong are a 401, on any method. */
site_error_t *site_identify(site_exchange_t *exchange);

/* Whether this caller may use this method here: 401 for somebody unknown, 403 for somebody known. */
site_error_t *site_permit(site_exchange_t *exchange);

/* The same of another method (one SITE_METHOD_*): the error that it would get. */
site_error_t *site_permit_method(site_exchange_t *exchange, int method);

/* Whether he might use another method (one SITE_METHOD_*) at this address: for what is shown to him. */
int site_may(site_exchange_t *exchange, int method);

/* The methods (SITE_METHOD_*) for which the caller's role has PostgreSQL's GRANTs on the route's table; all when none is
 * known. */
int site_granted(site_exchange_t *exchange);

/* The bit of a request's method among SITE_METHOD_*; 0: none that a resource could have. */
int site_method(const request_rec *r);

/* What PostgreSQL denied to nobody in particular: somebody might be allowed, so it is the 401. What is wrong with a body that
 * PostgreSQL would not have taken in any case: the 403, for DRF looks at permissions first. Any other error as it is. */
const site_error_t *site_denial(site_exchange_t *exchange, const site_error_t *error);

/* The WWW-Authenticate header of a 401; NULL where signing in is not done by a header. */
const char *site_challenge(const site_exchange_t *exchange);

#endif
