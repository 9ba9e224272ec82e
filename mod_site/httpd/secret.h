/* secret: the database's password on its way from a file that only root may read to libpq.
 *
 * The web container's root has neither CAP_CHOWN nor CAP_DAC_OVERRIDE to make a copy for the user who serves, and a
 * password in DBDParams or the environment is seen by others. So:
 *
 * 1. When the module is loaded an empty memory file is opened, and the environment variable SITE_PASSFILE names it as
 *    /proc/self/fd/N: a path, which the configuration can put into DBDParams as passfile=${SITE_PASSFILE}.
 * 2. When the server starts, root (or whoever starts it) reads the password into memory.
 * 3. Each child, which is the serving user by then, makes a memory file of its own with one line of libpq's format, and
 *    puts it in the place of descriptor N. libpq opens it at each connect and finds a regular file of mode 0600 that
 *    belongs to itself.
 *
 * A graceful restart does all of it again, with the password as it is then. When it cannot be read then, the one from
 * before stays.
 */
#ifndef SITE_HTTPD_SECRET_H
#define SITE_HTTPD_SECRET_H

#include <httpd.h>

/* Step 1. Closed with `pconf`, so that restarts do not leak descriptors. To be called before the configuration is
 * read: from the module's register_hooks. */
void site_secret_reserve(apr_pool_t *pconf);

/* Step 2. Reads `file` ("" or NULL: there is none). With `keep` 0 only looks whether it could. Returns OK, or logs why
 * not; then returns an error when the server starts, and OK when it restarts. */
int site_secret_read(apr_pool_t *pconf, server_rec *s, const char *file, int keep);

/* Step 3. The child's copies of what step 2 read are wiped. Exits the child when it cannot. */
void site_secret_hand_over(server_rec *s);

#endif
