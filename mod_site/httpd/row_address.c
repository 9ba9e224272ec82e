#include "httpd/row_address.h"

#include "core/filter.h"
#include "core/url.h"
#include "httpd/address.h"
#include "httpd/origin.h"
#include "httpd/read.h"
#include "httpd/reading.h"
#include "httpd/reply.h"

#include <apr_strings.h>
#include <http_core.h>
#include <string.h>

/* The list's part of a row's canonical address, which ends in a slash; a slash within the key is %2F there. */
static const char *address_of_rows(const request_rec *r) {
    apr_size_t length = strlen(r->uri);

    while (length > 1 && r->uri[length - 2] != '/')
        length--;
    return apr_pstrmemdup(r->pool, r->uri, length - 1);
}

/* Whether the section can hold for some of the rows alone. */
static int names_rows(const ap_conf_vector_t *section, const char *rows) {
    const core_dir_config *location = ap_get_core_module_config(section);
    apr_size_t length = strlen(rows);

    return location->r || location->d_is_fnmatch || (strncmp(location->d, rows, length) == 0 && location->d[length]);
}

static int has_rules_of_rows(const site_exchange_t *exchange) {
    const request_rec *r = exchange->r;
    const core_server_config *server = ap_get_core_module_config(r->server->module_config);
    const core_dir_config *dir = ap_get_core_module_config(r->per_dir_config);
    const char *rows = address_of_rows(r);
    int i;

    if (dir->sec_if && dir->sec_if->nelts)
        return 1;
    for (i = 0; server->sec_url && i < server->sec_url->nelts; i++) {
        if (names_rows(APR_ARRAY_IDX(server->sec_url, i, const ap_conf_vector_t *), rows))
            return 1;
    }
    return 0;
}

/* The key as the row's own link has it. NULL: there is no such row, or *error. */
static const char *find_key(site_exchange_t *exchange, apr_size_t *length, site_error_t **error) {
    const PGresult *row;

    *error = site_read_row_now(exchange, &row);
    if (*error) {
        /* What is no such row, or no value of the key, is answered as it is for every row. */
        if ((*error)->status == HTTP_NOT_FOUND || site_reading_is_bad_value(*error))
            *error = NULL;
        return NULL;
    }
    *length = (apr_size_t)PQgetlength(row, 0, 0);
    return PQgetvalue(row, 0, 0);
}

/* The answer is not the address for good: the row can come to be spelled otherwise. */
static int send_there(site_exchange_t *exchange, const char *text, apr_size_t length) {
    request_rec *r = exchange->r;
    site_urls_t urls = exchange->urls;
    const site_cell_t key = {.text = text, .length = length};
    site_sink_t location;

    urls.query = "";
    site_sink_init(&location, r->pool, 256, 0);
    site_url_item(&location, &urls, exchange->route.resource, &key);
    if (r->args) {
        site_sink_char(&location, '?');
        site_route_write_query(&location, r->args);
    }
    site_sink_char(&location, '\0');
    return site_origin_redirect(r, HTTP_TEMPORARY_REDIRECT, location.data);
}

int site_row_address(site_exchange_t *exchange, int *result) {
    const site_resource_t *resource = exchange->route.resource;
    const char *key, *address;
    apr_size_t length;
    site_error_t *error;

    if (exchange->route.kind != SITE_ROUTE_ITEM || !resource || !resource->key ||
        !site_filter_key_has_spellings(resource->key->column) || !has_rules_of_rows(exchange))
        return 0;
    key = find_key(exchange, &length, &error);
    if (error) {
        *result = site_reply_error(exchange, error);
        return 1;
    }
    if (!key)
        return 0;
    address = site_address_of_row(exchange->r, exchange->api->spec, key, length);
    if (strcmp(address, exchange->r->uri) == 0 || site_address_has_same_rules(exchange->r, address))
        return 0;
    *result = send_there(exchange, key, length);
    return 1;
}
