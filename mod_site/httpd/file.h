/* file: the bytes of one value of a row, as what they are: `?_file=NAME` of a row, for browsers. */
#ifndef SITE_HTTPD_FILE_H
#define SITE_HTTPD_FILE_H

#include "httpd/exchange.h"

/* Answers with the bytes that `_file` asks for: to who wants a picture or a page; to all others it is a parameter without meaning. Returns 0
 * when nothing asks for any. */
int site_file(site_exchange_t *exchange, int *result);

#endif
