/* metadata: a route -> its OPTIONS document (contract 5.16). */
#ifndef SITE_CORE_METADATA_H
#define SITE_CORE_METADATA_H

#include "core/route.h"

/* `action`: the method whose fields are told, "POST" or "PUT"; NULL: the caller may write nothing here. The settings are
 * complete. */
void site_metadata_write(site_sink_t *sink, const site_route_t *route, const char *action,
                         const site_settings_t *settings);

#endif
