/* metadata: a route -> its OPTIONS document (contract 5.16). */
#ifndef SITE_CORE_METADATA_H
#define SITE_CORE_METADATA_H

#include "core/rights.h"
#include "core/route.h"

/* `action`: the method whose fields are told, "POST" or "PUT"; NULL: the caller may write nothing here. The settings are complete. `rights` are
 * the caller's, NULL when they are not known: what he may not write is told as read-only. */
void site_metadata_write(site_sink_t *sink, const site_route_t *route, const char *action,
                         const site_settings_t *settings, const site_rights_t *rights);

#endif
