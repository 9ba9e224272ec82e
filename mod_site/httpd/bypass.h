/* bypass: relations past a `Require`. It protects addresses, not rows: a resource without it that shows the rows of one with it, or filters
 * by them, tells of these rows to everybody who may ask it. That can be meant, so it is a warning.
 */
#ifndef SITE_HTTPD_BYPASS_H
#define SITE_HTTPD_BYPASS_H

#include "core/resource.h"
#include "httpd/config.h"

/* Logs each such relation (SITE0181). What is decided by more than <Location> and its `Require` is not known here. */
void site_bypass_tell(const site_exposed_t *exposed, const site_api_t *api, apr_pool_t *scratch);

#endif
