/* startup: what happens once, when the server starts: in the parent, after the configuration has been read. */
#ifndef SITE_HTTPD_STARTUP_H
#define SITE_HTTPD_STARTUP_H

#include <httpd.h>

/* Hook: post_config. Reads the password, looks for the modules that are needed, makes the memory that children share. */
int site_startup(apr_pool_t *pconf, apr_pool_t *log, apr_pool_t *temporary, server_rec *main);

/* Whether an API is configured: without one there is no database. */
int site_startup_has_work(server_rec *main);

/* Ends the server when this child still is root: without CAP_SETUID httpd stays so, and says nothing. */
void site_startup_refuse_root(server_rec *main);

#endif
