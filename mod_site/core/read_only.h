/* read_only: what a body says of fields that cannot be written. DRF ignores it; strict mode refuses it, unless it is what the row shows anyway:
 * a client may send back what it was given.
 */
#ifndef SITE_CORE_READ_ONLY_H
#define SITE_CORE_READ_ONLY_H

#include "core/body.h"
#include "core/resource.h"

/* Whether `body` has a member for a shown field that cannot be written in a row of `resource` that exists.
 * `url_attribute`: what rows call their address; "": nothing. */
int site_read_only_is_sent(const site_resource_t *resource, const char *url_attribute, const site_body_t *body);

/* An error for each such member, in the order of the representation. `row` is the row as a GET shows it; members with the same value are no
 * errors. NULL: there is no row yet, and each is. */
site_error_t *site_read_only_errors(apr_pool_t *pool, const site_resource_t *resource, const char *url_attribute,
                                    const site_body_t *body, const site_body_t *row);

/* Whether two values of JSON are the same, however they are spelled; the order of an object's members is of no meaning. */
int site_node_is_same(const site_node_t *one, const site_node_t *other);

#endif
