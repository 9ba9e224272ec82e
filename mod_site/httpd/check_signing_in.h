/* check_signing_in: whether every address that checks passwords can do so. */
#ifndef SITE_HTTPD_CHECK_SIGNING_IN_H
#define SITE_HTTPD_CHECK_SIGNING_IN_H

#include "httpd/complaint.h"

/* Complains of each `SetHandler site-token` and `site-login` with a table but without a SiteBasicProvider, or with the provider `site` but
 * without a SiteUserTable. */
void site_check_signing_in(site_complaints_t *complaints, const server_rec *server);

/* The latter for an API at `path`, which was made at `place`. */
void site_check_users(site_complaints_t *complaints, const server_rec *server, const char *path,
                      const site_place_t *place);

#endif
