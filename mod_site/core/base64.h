/* base64: as Python's binascii.a2b_base64() reads it: leniently. */
#ifndef SITE_CORE_BASE64_H
#define SITE_CORE_BASE64_H

#include <apr.h>

/* Decodes into `bytes`, which has room for `length`. What is not of the alphabet is skipped; the padding must be right. Returns the
 * number of bytes, or -1. */
long site_base64_decode(const char *text, apr_size_t length, unsigned char *bytes);

#endif
