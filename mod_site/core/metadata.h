/* metadata: a route -> its OPTIONS document (contract 5.16). */
#ifndef SITE_CORE_METADATA_H
#define SITE_CORE_METADATA_H

#include "core/rights.h"
#include "core/route.h"

/* `action`: the method whose fields are told, "POST" or "PUT"; NULL: the caller may write nothing here. `url_attribute` is the name of the
 * row's own address, "" for none. `rights` are the caller's, NULL when they are not known: what he may not write is told as read-only. */
void site_metadata_write(site_sink_t *sink, const site_route_t *route, const char *action, const char *url_attribute,
                         const site_rights_t *rights);

#endif
