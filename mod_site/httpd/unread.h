/* unread: what becomes of a request's body that nobody has read when the answer is there.
 *
 * httpd reads such a body to its end before it takes the next request of the connection, in the thread of the request: a client that
 * sends slowly would hold it. So what has arrived is skipped, and where that is not all of it the connection is closed.
 */
#ifndef SITE_HTTPD_UNREAD_H
#define SITE_HTTPD_UNREAD_H

#include <httpd.h>

/* Registers the filter. While hooks are registered. */
void site_unread_register(void);

/* Hook: insert_filter. Looks after the answers of this module, and of files. */
void site_unread_insert(request_rec *r);

/* Hook: fixups. httpd's own handler of files skips the body before it answers: there the connection is closed instead. */
int site_unread_fixup(request_rec *r);

/* Somebody has read the body: all of it, or as far as it could be read, after which the connection cannot go on. */
void site_unread_settle(request_rec *r, int whole);

#endif
