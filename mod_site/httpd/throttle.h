/* throttle: how often somebody may ask (SiteThrottle), counted for all processes of this machine together.
 *
 * Who is counted is a user by name, anybody else by the address of the client, as mod_remoteip made it out; of an IPv6
 * address its network of 64 bits, which is what one client has. Memory holds neither names nor addresses, only a keyed
 * hash of them, and a fixed number of them: when there are more, those who have been quiet for longest are forgotten.
 * A restart forgets all.
 */
#ifndef SITE_HTTPD_THROTTLE_H
#define SITE_HTTPD_THROTTLE_H

#include "core/rate.h"
#include "httpd/access.h"

typedef enum site_throttle_scope_t {
    SITE_THROTTLE_ANON,   /* requests of those who are not signed in */
    SITE_THROTTLE_USER,   /* requests of anybody */
    SITE_THROTTLE_SIGN_IN /* wrong passwords and tokens */
} site_throttle_scope_t;

typedef struct site_throttle_t site_throttle_t;

/* A rate of one location, while the configuration is read. */
site_throttle_t *site_throttle_declare(apr_pool_t *pconf, site_throttle_scope_t scope, const site_rate_t *rate);

/* The memory for all that were declared, in post_config. */
apr_status_t site_throttle_make(apr_pool_t *pconf);

/* Counts this request. Returns a 429 with Retry-After when there were too many. */
site_error_t *site_throttle_request(request_rec *r, const site_access_t *access, const site_identity_t *identity);

/* One attempt to sign in, of which is not known yet whether it counts. */
typedef struct site_attempt_t site_attempt_t;

/* Before credentials are looked at: a 429 when too many were wrong. Of those that are looked at just now no more can be
 * wrong than the rate allows; others wait a moment for what becomes of them. *attempt must be concluded: NULL, where
 * nothing is counted. */
site_error_t *site_throttle_attempt(request_rec *r, const site_access_t *access, site_attempt_t **attempt);

/* Afterwards: the credentials were wrong, which counts, or not, which does not. */
void site_throttle_conclude(site_attempt_t *attempt, int wrong);

#endif
