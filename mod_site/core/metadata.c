#include "core/metadata.h"

#include <string.h>

/* "SpectralClass" -> "Spectral Class": a word begins where a capital follows a small letter, or where one is followed by a small one. */
static void write_spaced(site_sink_t *sink, const char *name) {
    const char *at;

    for (at = name; *at; at++) {
        int capital = *at >= 'A' && *at <= 'Z';
        int after_small = at > name && ((at[-1] >= 'a' && at[-1] <= 'z') || (at[-1] >= '0' && at[-1] <= '9'));
        int before_small = at > name && at[1] >= 'a' && at[1] <= 'z' && at[-1] >= 'A' && at[-1] <= 'Z';

        if (capital && (after_small || before_small))
            site_sink_char(sink, ' ');
        site_sink_char(sink, *at);
    }
    site_sink_char(sink, '\0');
}

void site_metadata_write(site_sink_t *sink, const site_route_t *route) {
    const char *name = "Api Root";
    site_sink_t spaced;

    if (route->resource) {
        site_sink_init(&spaced, sink->pool, 64, 0);
        write_spaced(&spaced, route->resource->object_name);
        spaced.used--;
        site_sink_puts(&spaced, route->kind == SITE_ROUTE_COLLECTION ? " List" : " Instance");
        site_sink_char(&spaced, '\0');
        name = spaced.data;
    }
    site_sink_puts(sink, "{\"name\":");
    site_format_string(sink, name, strlen(name));
    site_sink_puts(
        sink, ",\"description\":\"\",\"renders\":[\"application/json\",\"text/html\"],\"parses\":[\"application/json\","
              "\"application/x-www-form-urlencoded\",\"multipart/form-data\"]}");
}
