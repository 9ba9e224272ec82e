#include "httpd/file.h"

#include "core/etag.h"
#include "core/image.h"
#include "db/cells.h"
#include "httpd/read.h"
#include "httpd/reply.h"
#include "httpd/send.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <http_protocol.h>
#include <string.h>

/* The place of a bytea among a row's cells; 0: there is none of this name. */
static int place_of(const site_resource_t *resource, const char *name) {
    int place = 0, i;

    for (i = 0; i < resource->attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *);

        if (!attribute->shown)
            continue;
        place++;
        if (strcmp(attribute->name, name) == 0)
            return attribute->column && !attribute->relation && attribute->column->type.kind == SITE_KIND_BYTEA ? place
                                                                                                                : 0;
    }
    return 0;
}

static site_error_t *not_found(request_rec *r) {
    return site_error_make(r->pool, HTTP_NOT_FOUND, "not_found", NULL, "Not found.");
}

static int digit(char c) {
    return c <= '9' ? c - '0' : apr_tolower(c) - 'a' + 10;
}

/* What is no picture is saved, not shown: a page of ours would be what it says. */
static void describe(request_rec *r, const char *name, const char *type) {
    site_sink_t disposition;

    ap_set_content_type(r, type ? type : "application/octet-stream");
    apr_table_setn(r->err_headers_out, "X-Content-Type-Options", "nosniff");
    apr_table_setn(r->err_headers_out, "Content-Security-Policy", "default-src 'none'; sandbox");
    apr_table_setn(r->headers_out, "Cache-Control", "no-cache");
    if (type)
        return;
    site_sink_init(&disposition, r->pool, 64, 0);
    site_sink_puts(&disposition, "attachment; filename*=UTF-8''");
    site_params_encode(&disposition, name, strlen(name), 0);
    site_sink_char(&disposition, '\0');
    apr_table_setn(r->headers_out, "Content-Disposition", disposition.data);
}

static int send_bytes(request_rec *r, const char *hex, apr_size_t length) {
    apr_size_t size = length > 2 ? (length - 2) / 2 : 0, i;
    char *bytes = apr_palloc(r->pool, size + 1);

    for (i = 0; i < size; i++)
        bytes[i] = (char)(digit(hex[2 + 2 * i]) << 4 | digit(hex[3 + 2 * i]));
    ap_set_content_length(r, (apr_off_t)size);
    site_send_bytes(r, bytes, size);
    return OK;
}

/* The row's validator is the file's: it changes when the file does. */
static int is_known(const site_exchange_t *exchange, const PGresult *row) {
    request_rec *r = exchange->r;
    const char *known = apr_table_get(r->headers_in, "If-None-Match"), *etag;

    etag = apr_pstrcat(r->pool, "\"", site_etag_row(r->pool, exchange->route.resource, site_cells_of(r->pool, row, 0)),
                       "-f\"", NULL);
    apr_table_setn(r->headers_out, "ETag", etag);
    return known && site_etag_is_listed(known, etag);
}

static int send_file(site_exchange_t *exchange, const char *name, int place) {
    const PGresult *row;
    site_error_t *error = site_read_row_now(exchange, &row);
    const char *hex;
    apr_size_t length;

    if (!error && PQgetisnull(row, 0, place))
        error = not_found(exchange->r);
    if (error)
        return site_reply_error(exchange, error);
    hex = PQgetvalue(row, 0, place);
    length = (apr_size_t)PQgetlength(row, 0, place);
    describe(exchange->r, name, site_image_type(hex, length));
    return is_known(exchange, row) ? HTTP_NOT_MODIFIED : send_bytes(exchange->r, hex, length);
}

int site_file(site_exchange_t *exchange, int *result) {
    const char *name = site_params_value(exchange->params, "_file");
    const char *accept = apr_table_get(exchange->r->headers_in, "Accept");
    int place;

    if (!name || exchange->route.kind != SITE_ROUTE_ITEM ||
        (exchange->accept.representation != SITE_REPRESENTATION_HTML && !(accept && strstr(accept, "image/"))))
        return 0;
    place = place_of(exchange->route.resource, name);
    *result = place ? send_file(exchange, name, place) : site_reply_error(exchange, not_found(exchange->r));
    return 1;
}
