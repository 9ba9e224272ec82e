#include "core/etag.h"
#include "core/digest.h"

#include <apr_strings.h>
#include <string.h>

static int shows_addresses(const site_resource_t *resource) {
    int i;

    for (i = 0; i < resource->attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *);

        if (attribute->shown && attribute->relation && attribute->show == SITE_SHOW_LINK)
            return 1;
    }
    return 0;
}

const char *site_etag_row(apr_pool_t *pool, const site_resource_t *resource, const site_cell_t *cells) {
    /* Addresses without a host: what the row says does not depend on whom it is told. */
    static const site_urls_t urls = {"/", "/", "/", ""};
    apr_size_t members;
    site_sink_t json;

    site_sink_init(&json, pool, 1024, 0);
    members = site_json_row(&json, &urls, resource, "", cells);
    return site_digest(pool, json.data + members, json.used - members);
}

const char *site_etag_written(apr_pool_t *pool, const site_resource_t *resource, const site_cell_t *cells,
                              const site_sink_t *json, apr_size_t members) {
    /* What could not be written is an error soon. */
    if (shows_addresses(resource) || json->used < members)
        return site_etag_row(pool, resource, cells);
    return site_digest(pool, json->data + members, json->used - members);
}

const char *site_etag_json(apr_pool_t *pool, const char *row, int indent) {
    char number[16] = "0";

    if (indent)
        apr_snprintf(number, sizeof number, "%d", indent);
    return apr_pstrcat(pool, "\"", row, "-j", number, "\"", NULL);
}

const char *site_etag_html(apr_pool_t *pool, const char *row, const char *html, apr_size_t length) {
    return apr_psprintf(pool, "\"%s-h%.8s\"", row, site_digest(pool, html, length));
}

/* Takes the next entity tag of a list: *opaque without quotes. Returns 0 at the end. */
static int next_tag(const char **at, int *weak, const char **opaque, apr_size_t *length) {
    const char *end;

    *at += strspn(*at, " \t,");
    *weak = strncmp(*at, "W/", 2) == 0;
    *at += *weak ? 2 : 0;
    if (**at != '"')
        return 0;
    end = strchr(*at + 1, '"');
    if (!end)
        return 0;
    *opaque = *at + 1;
    *length = (apr_size_t)(end - *opaque);
    *at = end + 1;
    return 1;
}

static int is_any(const char *header) {
    header += strspn(header, " \t");
    return *header == '*' && header[1 + strspn(header + 1, " \t")] == '\0';
}

int site_etag_is_listed(const char *header, const char *etag) {
    apr_size_t length, wanted = strlen(etag) - 2;
    const char *opaque;
    int weak;

    if (is_any(header))
        return 1;
    while (next_tag(&header, &weak, &opaque, &length)) {
        if (length == wanted && memcmp(opaque, etag + 1, length) == 0)
            return 1;
    }
    return 0;
}

int site_etag_row_is_listed(const char *header, const char *row, int weak_counts) {
    apr_size_t length, wanted = strlen(row);
    const char *opaque;
    int weak;

    if (is_any(header))
        return 1;
    while (next_tag(&header, &weak, &opaque, &length)) {
        if (length > wanted && memcmp(opaque, row, wanted) == 0 && opaque[wanted] == '-' && (!weak || weak_counts))
            return 1;
    }
    return 0;
}

site_error_t *site_etag_mismatch(apr_pool_t *pool) {
    return site_error_make(pool, 412, "precondition_failed", NULL, "The row is no longer as you know it.");
}
