#include "core/etag.h"

#include <apr_sha1.h>
#include <apr_strings.h>
#include <string.h>

const char *site_digest(apr_pool_t *pool, const char *data, apr_size_t length) {
    static const char hex[] = "0123456789abcdef";
    unsigned char digest[APR_SHA1_DIGESTSIZE];
    char *text = apr_palloc(pool, 33);
    apr_sha1_ctx_t context;
    int i;

    apr_sha1_init(&context);
    while (length) { /* apr_sha1 counts in unsigned int */
        unsigned part = length > 1u << 30 ? 1u << 30 : (unsigned)length;

        apr_sha1_update_binary(&context, (const unsigned char *)data, part);
        data += part;
        length -= part;
    }
    apr_sha1_final(digest, &context);
    for (i = 0; i < 16; i++) {
        text[2 * i] = hex[digest[i] >> 4];
        text[2 * i + 1] = hex[digest[i] & 15];
    }
    text[32] = '\0';
    return text;
}

const char *site_etag_row(apr_pool_t *pool, const site_resource_t *resource, const site_cell_t *cells) {
    /* Addresses without a host: what the row says does not depend on whom it is told. */
    static const site_urls_t urls = {"/", "/", "/", ""};
    site_sink_t body;

    site_sink_init(&body, pool, 1024, 0);
    site_json_row(&body, &urls, resource, "url", cells);
    return site_digest(pool, body.data, body.used);
}

const char *site_etag_json(apr_pool_t *pool, const char *row, int indent) {
    return apr_psprintf(pool, "\"%s-j%d\"", row, indent);
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
