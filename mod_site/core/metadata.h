/* metadata: a route -> its OPTIONS document (contract 5.16). */
#ifndef SITE_CORE_METADATA_H
#define SITE_CORE_METADATA_H

#include "core/route.h"

void site_metadata_write(site_sink_t *sink, const site_route_t *route);

#endif
