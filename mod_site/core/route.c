#include "core/route.h"
#include "core/params.h"
#include "core/unicode.h"

#include <apr_strings.h>
#include <string.h>

/* Parts of a path; repeated slashes count as one, as httpd merges them. */
typedef struct parts_t {
    const char *part[3];
    apr_size_t length[3];
    int count;  /* 3: too many */
    int closed; /* ends with a slash */
} parts_t;

static void split(const char *path, parts_t *parts) {
    memset(parts, 0, sizeof *parts);
    while (*path) {
        const char *end;

        if (*path == '/') {
            parts->closed = 1;
            path++;
            continue;
        }
        end = path + strcspn(path, "/");
        if (parts->count < 3) {
            parts->part[parts->count] = path;
            parts->length[parts->count] = (apr_size_t)(end - path);
            parts->count++;
        }
        parts->closed = 0;
        path = end;
    }
}

/* A suffix: the last dot and lower-case letters and digits behind it, with something in front unless `bare`. */
static const char *suffix(apr_pool_t *pool, const char *part, apr_size_t *length, int bare) {
    apr_size_t dot = *length, i;

    while (dot > 0 && part[dot - 1] != '.')
        dot--;
    if (dot == 0 || dot == *length || (dot == 1 && !bare))
        return NULL;
    for (i = dot; i < *length; i++) {
        if (!((part[i] >= 'a' && part[i] <= 'z') || (part[i] >= '0' && part[i] <= '9')))
            return NULL;
    }
    *length = dot - 1;
    return apr_pstrmemdup(pool, part + dot, i - dot);
}

/* The resource of a first part, whole, or without the format at its end. */
static const site_resource_t *resource_of(apr_pool_t *pool, const site_api_t *api, const parts_t *parts, int alone,
                                          const char **format) {
    apr_size_t length = parts->length[0], decoded;
    const site_resource_t *resource =
        site_api_resource(api, site_params_unquote(pool, parts->part[0], length, &decoded));

    *format = NULL;
    if (resource || !alone)
        return resource;
    *format = suffix(pool, parts->part[0], &length, 0);
    return *format ? site_api_resource(api, site_params_unquote(pool, parts->part[0], length, &decoded)) : NULL;
}

/* Kinds whose text never holds a dot: what follows one is a format, known or not. */
static int has_no_dots(const site_column_t *column) {
    switch (column->type.kind) {
    case SITE_KIND_BOOLEAN:
    case SITE_KIND_INT2:
    case SITE_KIND_INT4:
    case SITE_KIND_INT8:
    case SITE_KIND_OID:
    case SITE_KIND_DATE:
    case SITE_KIND_UUID:
        return 1;
    default:
        return 0;
    }
}

/* Any other key may itself look like `a.json`. */
static int is_of_the_key(const site_resource_t *resource, const parts_t *parts, const char *format) {
    if (has_no_dots(resource->key->column) || !parts->closed)
        return 0;
    return resource->key_dots || (strcmp(format, "json") != 0 && strcmp(format, "api") != 0);
}

static void find_item(apr_pool_t *pool, const parts_t *parts, site_route_t *route) {
    const site_column_t *column = route->resource->key ? route->resource->key->column : NULL;
    apr_size_t length = parts->length[1];
    const char *part = parts->part[1], *format;
    int dotless = column && has_no_dots(column);

    if (!column)
        return;
    if (dotless) /* however it is written, a dot is none of the key's */
        part = site_params_unquote(pool, part, length, &length);
    format = suffix(pool, part, &length, 0);
    if (format && is_of_the_key(route->resource, parts, format)) {
        format = NULL;
        length = parts->length[1];
    }
    if (dotless && (memchr(part, '.', length) || memchr(part, '/', length)))
        return;
    /* Only a closed address may leave a key's dots as they are. */
    if (!parts->closed && !route->resource->key_dots && memchr(part, '.', length))
        return;
    route->key =
        dotless ? apr_pstrmemdup(pool, part, length) : site_params_unquote(pool, part, length, &route->key_length);
    if (dotless)
        route->key_length = length;
    route->format = format;
    route->kind = parts->closed || format ? SITE_ROUTE_ITEM : SITE_ROUTE_SLASH;
}

static int is_only_part(const parts_t *parts, const char *name) {
    return parts->count == 1 && parts->length[0] == strlen(name) && memcmp(parts->part[0], name, parts->length[0]) == 0;
}

/* What describes the API, unless a resource is called so. */
static void find_documentation(const parts_t *parts, site_route_t *route) {
    if (is_only_part(parts, "openapi.json") && !parts->closed) {
        route->kind = SITE_ROUTE_OPENAPI;
        route->described = "openapi.json";
    }
    else if (is_only_part(parts, "docs")) {
        route->kind = parts->closed ? SITE_ROUTE_DOCS : SITE_ROUTE_SLASH;
        route->described = "docs/";
    }
}

void site_route_find(apr_pool_t *pool, const site_api_t *api, const char *path, site_route_t *route) {
    parts_t parts;

    memset(route, 0, sizeof *route);
    split(path, &parts);
    if (parts.count == 0) {
        route->kind = parts.closed ? SITE_ROUTE_ROOT : SITE_ROUTE_SLASH;
        return;
    }
    if (parts.count == 1 && *parts.part[0] == '.' && !parts.closed) {
        apr_size_t length = parts.length[0];

        route->format = suffix(pool, parts.part[0], &length, 1);
        if (route->format && length == 0)
            route->kind = SITE_ROUTE_ROOT;
        return;
    }
    route->resource = resource_of(pool, api, &parts, parts.count == 1, &route->format);
    if (!route->resource) {
        route->format = NULL;
        find_documentation(&parts, route);
        return;
    }
    if (parts.count > 2)
        return;
    if (parts.count == 1)
        route->kind = parts.closed || route->format ? SITE_ROUTE_COLLECTION : SITE_ROUTE_SLASH;
    else
        find_item(pool, &parts, route);
}

/* --- and back --- */

static void write_byte(site_sink_t *sink, unsigned char c, const char *safe) {
    static const char digits[] = "0123456789ABCDEF";

    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr(safe, c))) {
        site_sink_char(sink, (char)c);
        return;
    }
    site_sink_char(sink, '%');
    site_sink_char(sink, digits[c >> 4]);
    site_sink_char(sink, digits[c & 15]);
}

void site_route_write_key(site_sink_t *sink, const char *key, apr_size_t length, int dots) {
    const char *safe;
    apr_size_t i;

    for (i = 0; i < length && key[i] == '.'; i++)
        ;
    safe = dots && i < length ? "._-~!$&'()*+,;=:@" : "_-~!$&'()*+,;=:@";
    for (i = 0; i < length; i++)
        write_byte(sink, (unsigned char)key[i], safe);
}

static void write_decoded(site_sink_t *sink, const char *text, apr_size_t length) {
    apr_size_t i;

    for (i = 0; i < length; i++) {
        if (text[i] == '/')
            site_sink_puts(sink, "%2F");
        else
            site_sink_char(sink, text[i]);
    }
}

void site_route_write_canonical(site_sink_t *sink, const site_route_t *route, const char *key, apr_size_t key_length) {
    site_sink_char(sink, '/');
    if (route->resource) {
        write_decoded(sink, route->resource->name, strlen(route->resource->name));
        site_sink_char(sink, '/');
        if (key) {
            write_decoded(sink, key, key_length);
            site_sink_char(sink, '/');
        }
    }
    else if (route->described) {
        site_sink_puts(sink, route->described);
    }
}

void site_route_write_path(site_sink_t *sink, const char *path) {
    while (*path) {
        apr_size_t length = strcspn(path, "/"), i, decoded_length;
        char *decoded = site_params_unescape(sink->pool, path, length, &decoded_length);
        int dots = decoded_length <= 2 && strspn(decoded, ".") == decoded_length;

        for (i = 0; i < decoded_length;) {
            unsigned code;
            int step = site_unicode_decode(decoded + i, decoded + decoded_length, &code);

            if (!step)
                site_sink_puts(sink, "%25");
            if (!step || (dots && decoded_length != length)) {
                /* Without its percent sign: three characters that stand for a byte; a segment of dots would mean another one. */
                site_sink_printf(sink, step ? "%%%02X" : "%02X", (unsigned char)decoded[i++]);
                continue;
            }
            for (; step; step--)
                write_byte(sink, (unsigned char)decoded[i++], ":@&+$,-_.!~*'()");
        }
        path += length;
        for (; *path == '/'; path++)
            site_sink_char(sink, '/');
    }
}

void site_route_write_query(site_sink_t *sink, const char *query) {
    for (; *query; query++)
        write_byte(sink, (unsigned char)*query, "/#%[]=:;$&()+,!?*@'~-_.");
}
