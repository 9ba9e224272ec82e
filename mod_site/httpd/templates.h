/* templates: the pages' templates: a site's own, and behind them those of the module.
 *
 * They are read and checked with the configuration, so that `apache2ctl configtest` finds what is wrong, with file and
 * line. A graceful restart that comes without a configtest (a signal) and finds a broken template goes on with the
 * templates that it had, and says so in the log: their text outlives the configuration.
 */
#ifndef SITE_HTTPD_TEMPLATES_H
#define SITE_HTTPD_TEMPLATES_H

#include "core/spec.h"
#include "core/template_source.h"

#include <httpd.h>

typedef struct site_templates_t site_templates_t;

/* The templates of one SiteTemplates, or (folder NULL) only the module's own. `optional`: without the folder they are the module's own.
 * In `pool`; `server` has the static files. */
site_templates_t *site_templates_make(apr_pool_t *pool, server_rec *server, const char *folder, int optional);

/* The module's own alone, for pages of servers that name no folder. */
site_templates_t *site_templates_of_module(apr_pool_t *pool, server_rec *main);

/* Wants the template `file` of this folder (or of the module) compiled for a site's own page, under `key`, with these
 * names. `key` begins with a slash, as no file does. */
void site_templates_ask(site_templates_t *templates, const char *key, const char *file,
                        const site_template_name_t *names, const site_place_t *place);

/* Reads, checks and compiles all that were made. Returns OK, or logs and returns an error. Hook: check_config. */
int site_templates_load(apr_pool_t *pool, apr_pool_t *log, apr_pool_t *temporary, server_rec *main);

/* Expands the template of a page ("list.html"), for a resource its own one where there is one. Returns 0 when that is
 * impossible, and has logged why; a sink that is full (APR_ENOSPC) is the caller's to tell of. */
int site_templates_expand(request_rec *r, const char *file, const char *resource, site_view_t *view, site_sink_t *sink);

/* The same of a template that was asked for. */
int site_templates_expand_asked(request_rec *r, const site_templates_t *templates, const char *key, site_view_t *view,
                                site_sink_t *sink);

#endif
