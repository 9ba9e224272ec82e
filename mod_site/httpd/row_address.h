/* row_address: whether a row is asked for by the one address that the configuration knows it by.
 *
 * Of most types a key is made canonical before httpd looks for the sections that hold (httpd/address). Where only the row can say how its key
 * is spelled (site_filter_key_has_spellings), it is asked here, and only where a section of the configuration may tell one row from another.
 */
#ifndef SITE_HTTPD_ROW_ADDRESS_H
#define SITE_HTTPD_ROW_ADDRESS_H

#include "httpd/exchange.h"

/* Before anything is done with the row of exchange->route. Other sections hold for the row's own address: the client is sent there by a 307,
 * which keeps method and body. Returns whether the request has been answered; *result is what the handler then returns. */
int site_row_address(site_exchange_t *exchange, int *result);

#endif
