#include "httpd/address.h"

#include "core/filter.h"
#include "core/params.h"
#include "httpd/config.h"
#include "httpd/snapshot.h"

#include <apr_strings.h>
#include <http_core.h>
#include <http_request.h>
#include <string.h>

/* The last part of a path that is not empty; *length is set. */
static const char *last_part(const char *path, apr_size_t size, apr_size_t *length) {
    const char *begin;

    while (size && path[size - 1] == '/')
        size--;
    for (begin = path + size; begin > path && begin[-1] != '/'; begin--)
        ;
    *length = (apr_size_t)(path + size - begin);
    return begin;
}

/* The path, encoded where it matters: a key's own slash is no separator. httpd has decoded all else already, so that the last part, which may
 * be a key, is taken from the request line, where a key's own dot or percent sign can be told from another. */
static const char *raw_path(request_rec *r) {
    const char *path = r->parsed_uri.path, *asked = r->unparsed_uri, *ours, *theirs, *wanted, *scheme;
    apr_size_t length, asked_length, decoded;

    if (r->prev || !path || strcmp(r->uri, path) != 0 || strstr(path, "/./") || strstr(path, "/../"))
        return ap_os_escape_path(r->pool, r->uri, 1);
    if (!asked)
        return path;
    asked_length = strcspn(asked, "?#");
    scheme = ap_strstr_c(asked, "://");
    if (scheme && scheme < asked + asked_length && *asked != '/') {
        asked_length -= (apr_size_t)(scheme + 3 - asked);
        asked = scheme + 3;
    }
    ours = last_part(path, strlen(path), &length);
    theirs = last_part(asked, asked_length, &asked_length);
    wanted = site_params_unquote(r->pool, theirs, asked_length, &decoded);
    if ((decoded != length || memcmp(wanted, ours, length) != 0) &&
        strcmp(wanted, site_params_unquote(r->pool, ours, length, &decoded)) != 0)
        return path;
    return apr_pstrcat(r->pool, apr_pstrmemdup(r->pool, path, (apr_size_t)(ours - path)),
                       apr_pstrmemdup(r->pool, theirs, asked_length), ours + length, NULL);
}

/* What follows the API's own path. */
static const char *path_below(const char *path, const char *prefix) {
    apr_size_t length = strlen(prefix);

    while (*path == '/' && path[1] == '/')
        path++;
    return strncmp(path, prefix, length) == 0 && (path[length] == '/' || !path[length]) ? path + length : NULL;
}

static int is_only_slashes(const char *path) {
    return *path == '/' && !path[strspn(path, "/")];
}

/* `007` and `7` are one integer, `-0` is 0. */
static const char *without_zeros(apr_pool_t *pool, const char *digits) {
    const char *first = digits + (*digits == '-');

    while (*first == '0' && first[1])
        first++;
    return *digits == '-' && *first != '0' ? apr_pstrcat(pool, "-", first, NULL) : first;
}

/* A key as the canonical address has it. What cannot be a key of this resource names no row; where only the row knows its spelling, each
 * stays what it is (httpd/row_address). */
static const char *settle_key(apr_pool_t *pool, const site_route_t *route, apr_size_t *length) {
    const char *key = NULL;

    if (!site_filter_key_has_spellings(route->resource->key->column))
        key = site_filter_key_text(pool, route->resource, route->key, route->key_length);
    if (!key) {
        *length = route->key_length;
        return route->key;
    }
    *length = strlen(key);
    switch (route->resource->key->column->type.kind) {
    case SITE_KIND_INT2:
    case SITE_KIND_INT4:
    case SITE_KIND_INT8:
        key = without_zeros(pool, key);
        *length = strlen(key);
        break;
    case SITE_KIND_CHAR: /* PostgreSQL compares it without the blanks at its end */
        while (*length && key[*length - 1] == ' ')
            (*length)--;
        break;
    default:
        break;
    }
    return key;
}

static const char *canonical(request_rec *r, const site_api_spec_t *spec, const site_route_t *route) {
    const char *key = NULL;
    apr_size_t key_length = 0;
    site_sink_t uri;

    if (route->kind == SITE_ROUTE_NONE)
        return r->uri;
    if (route->resource && route->key)
        key = settle_key(r->pool, route, &key_length);
    site_sink_init(&uri, r->pool, 128, 0);
    site_sink_puts(&uri, spec->path);
    site_route_write_canonical(&uri, route, key, key_length);
    site_sink_char(&uri, '\0');
    return uri.data;
}

/* The root is found without the catalogue, so that other pages may ask for it while there is none. */
static site_address_t *find(request_rec *r, const site_api_spec_t *spec) {
    site_address_t *address = apr_pcalloc(r->pool, sizeof *address);

    address->encoded = raw_path(r);
    address->below = path_below(address->encoded, spec->path);
    address->uri = address->asked_uri = r->uri;
    if (!address->below)
        return NULL;
    if (is_only_slashes(address->below)) {
        address->route.kind = SITE_ROUTE_ROOT;
    }
    else {
        address->api = site_snapshot_take(r->pool, r->server, spec, &address->error);
        if (!address->api)
            return address;
        site_route_find(r->pool, address->api, address->below, &address->route);
    }
    address->uri = canonical(r, spec, &address->route);
    return address;
}

/* The API that answers at r->uri; NULL: none. r->per_dir_config stays as it was. */
static const site_api_spec_t *api_at(request_rec *r) {
    ap_conf_vector_t *before = r->per_dir_config;
    const site_api_spec_t *api = NULL;

    if (ap_location_walk(r) == OK && ap_if_walk(r) == OK && site_config_is_ours(r))
        api = site_dir_of(r)->api;
    r->per_dir_config = before;
    return api;
}

int site_address_settle(request_rec *r) {
    const site_api_spec_t *api;
    site_address_t *address;

    if (r->method_number == M_TRACE || r->proxyreq || !r->uri)
        return DECLINED;
    api = api_at(r);
    address = api ? find(r, api) : NULL;
    if (!address)
        return DECLINED;
    site_known_of(r)->address = address;
    if (strcmp(address->uri, r->uri) == 0)
        return OK;
    r->uri = apr_pstrdup(r->pool, address->uri);
    /* The canonical address may be another handler's: it then has no other spellings. */
    return api_at(r) == api ? OK : HTTP_NOT_FOUND;
}

const site_address_t *site_address_of(request_rec *r) {
    const site_address_t *address = site_known_of(r)->address;

    return address && strcmp(address->uri, r->uri) == 0 ? address : NULL;
}

const char *site_address_of_row(request_rec *r, const site_api_spec_t *spec, const char *key, apr_size_t length) {
    site_route_t route = site_address_of(r)->route;

    route.key = key;
    route.key_length = length;
    return canonical(r, spec, &route);
}

/* What the sections make of r->uri. httpd gives the same pointer for the same sections, one walk after the other. */
static const ap_conf_vector_t *rules_of(request_rec *r) {
    r->per_dir_config = r->server->lookup_defaults;
    return ap_location_walk(r) == OK && ap_if_walk(r) == OK ? r->per_dir_config : NULL;
}

int site_address_has_same_rules(request_rec *r, const char *uri) {
    ap_conf_vector_t *before = r->per_dir_config;
    const ap_conf_vector_t *rules, *others;
    char *asked = r->uri;

    r->uri = apr_pstrdup(r->pool, uri);
    others = rules_of(r);
    r->uri = asked;
    rules = rules_of(r); /* the last walk, because it sets what <LocationMatch> captures */
    r->per_dir_config = before;
    return rules && rules == others;
}

void site_address_rename(request_rec *r, const char *uri) {
    site_address_t *address = apr_pcalloc(r->pool, sizeof *address);

    address->asked_uri = r->uri;
    address->uri = uri;
    r->uri = apr_pstrdup(r->pool, uri);
    site_known_of(r)->address = address;
}

int site_address_restore(request_rec *r) {
    while (r->prev)
        r = r->prev;
    for (; r; r = r->next) {
        const site_address_t *address = site_address_of(r);

        if (address)
            r->uri = apr_pstrdup(r->pool, address->asked_uri);
    }
    return DECLINED;
}
