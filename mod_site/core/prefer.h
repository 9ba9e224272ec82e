/* prefer: the Prefer header (RFC 7240). */
#ifndef SITE_CORE_PREFER_H
#define SITE_CORE_PREFER_H

/* Whether `header` (NULL: none) holds `preference`, "handling=strict": names and values in any case, quotes around the value allowed, parameters
 * behind a semicolon ignored. */
int site_prefers(const char *header, const char *preference);

#endif
