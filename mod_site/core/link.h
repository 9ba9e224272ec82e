/* link: which values of a row can be followed. What is not plainly an address stays text. */
#ifndef SITE_CORE_LINK_H
#define SITE_CORE_LINK_H

#include <apr.h>

/* Whether a text is an address of the web, http or https, as the URL standard has it without a fault: never javascript:,
 * nothing that a browser would have to repair, and nobody's name before the host. */
int site_link_is_web(const char *text, apr_size_t length);

/* Whether it is a mail address that needs no encoding behind "mailto:". */
int site_link_is_mail(const char *text, apr_size_t length);

#endif
