/* keep: texts of files as they were when they were last read, for a restart that meets a file which is missing or wrong.
 *
 * They belong to the process, which outlives its configuration, and hold nothing of the module, which is unloaded in
 * between.
 */
#ifndef SITE_HTTPD_KEEP_H
#define SITE_HTTPD_KEEP_H

#include <httpd.h>

/* Keeps a copy under this name, in the place of the one before. */
void site_keep(process_rec *process, const char *name, const char *text, apr_size_t length);

/* NULL: nothing was kept. A NUL follows. */
const char *site_kept(process_rec *process, const char *name, apr_size_t *length);

/* Wipes it. */
void site_keep_forget(process_rec *process, const char *name);

#endif
