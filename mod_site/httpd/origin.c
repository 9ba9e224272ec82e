#include "httpd/origin.h"

#include "core/route.h"
#include "httpd/config.h"

#include <apr_strings.h>
#include <http_core.h>
#include <http_protocol.h>
#include <string.h>

/* "host", "host:80", "[::1]", "[::1]:80" */
static int is_host(const char *host) {
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    size_t length, digits;

    if (*host == '[') {
        length = strspn(host + 1, "0123456789abcdefABCDEF:.");
        if (length < 2 || host[length + 1] != ']')
            return 0;
        length += 2;
    }
    else {
        length = strspn(host, letters);
        if (!length)
            return 0;
    }
    if (!host[length])
        return 1;
    digits = strspn(host + length + 1, "0123456789");
    return host[length] == ':' && digits > 0 && digits <= 5 && !host[length + 1 + digits];
}

/* "/a/b": segments of plain letters, none of them "." or "..", none empty. */
static int is_prefix(const char *prefix) {
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~-%/";

    return *prefix == '/' && prefix[1] && !prefix[strspn(prefix, letters)] && !strstr(prefix, "//") &&
           !strstr(prefix, "/.");
}

/* "/a/" -> "/a", "/" -> "". */
static const char *without_slash(apr_pool_t *pool, const char *path) {
    size_t length = strlen(path);

    while (length && path[length - 1] == '/')
        length--;
    return apr_pstrmemdup(pool, path, length);
}

int site_origin_parse(apr_pool_t *pool, const char *url, const char **origin, const char **prefix) {
    const char *host, *path, *scheme;

    if (strncasecmp(url, "https://", 8) == 0)
        scheme = "https://";
    else if (strncasecmp(url, "http://", 7) == 0)
        scheme = "http://";
    else
        return 0;
    url += strlen(scheme);
    path = strchr(url, '/');
    host = path ? apr_pstrmemdup(pool, url, (apr_size_t)(path - url)) : url;
    *prefix = path ? without_slash(pool, path) : "";
    *origin = apr_pstrcat(pool, scheme, host, NULL);
    return is_host(host) && (!**prefix || is_prefix(*prefix));
}

/* Whether the peer is a proxy that mod_remoteip trusts: it has then put the address that the proxy told in the place of
 * the connection's, with port 0. A client's address by the PROXY protocol has its port: what comes that way comes
 * through a proxy that does not read headers, and so they are the client's. */
static int is_trusted(const request_rec *r) {
    return r->useragent_addr && r->useragent_addr != r->connection->client_addr && r->useragent_addr->port == 0;
}

/* What the trusted proxy says in this header; NULL: nothing. Of a list the last one is its own word, those before it may
 * be the client's. */
static const char *told(request_rec *r, const char *header) {
    const char *list = is_trusted(r) ? apr_table_get(r->headers_in, header) : NULL, *word;
    size_t length;

    if (!list)
        return NULL;
    word = strrchr(list, ',');
    word = word ? word + 1 : list;
    word += strspn(word, " \t");
    length = strlen(word);
    while (length && strchr(" \t", word[length - 1]))
        length--;
    return length ? apr_pstrmemdup(r->pool, word, length) : NULL;
}

static int is_said(const site_server_t *server) {
    return server->public_origin && *server->public_origin;
}

static const char *scheme_of(request_rec *r) {
    const char *proto = told(r, "X-Forwarded-Proto");

    if (proto && strcasecmp(proto, "https") == 0)
        return "https";
    if (proto && strcasecmp(proto, "http") == 0)
        return "http";
    return ap_http_scheme(r);
}

const char *site_origin_prefix(request_rec *r) {
    const site_server_t *server = site_server_of(r->server);
    const char *prefix;

    if (is_said(server))
        return server->public_prefix;
    prefix = told(r, "X-Forwarded-Prefix");
    if (!prefix)
        return "";
    prefix = without_slash(r->pool, prefix);
    return is_prefix(prefix) ? prefix : "";
}

const char *site_origin(request_rec *r) {
    const site_server_t *server = site_server_of(r->server);
    const char *host = told(r, "X-Forwarded-Host");

    if (is_said(server))
        return apr_pstrcat(r->pool, server->public_origin, server->public_prefix, NULL);
    if (!host || !is_host(host))
        host = apr_table_get(r->headers_in, "Host");
    if (!host || !is_host(host)) {
        /* A client of HTTP/1.0: the server's own name. */
        host = ap_construct_url(r->pool, "", r);
        host = strstr(host, "://") ? strstr(host, "://") + 3 : host;
    }
    return apr_pstrcat(r->pool, scheme_of(r), "://", host, site_origin_prefix(r), NULL);
}

int site_origin_redirect(request_rec *r, int status, const char *location) {
    apr_table_setn(r->headers_out, "Location", location);
    r->status = status;
    ap_set_content_type(r, "text/html; charset=utf-8");
    return OK;
}

int site_origin_add_slash(request_rec *r, const char *path) {
    site_sink_t location;

    /* "//name" would be another host. */
    while (*path == '/' && path[1] == '/')
        path++;
    site_sink_init(&location, r->pool, 256, 0);
    site_sink_puts(&location, site_origin_prefix(r));
    site_route_write_path(&location, path);
    site_sink_char(&location, '/');
    if (r->args) {
        site_sink_char(&location, '?');
        site_route_write_query(&location, r->args);
    }
    site_sink_char(&location, '\0');
    return site_origin_redirect(r, HTTP_MOVED_PERMANENTLY, location.data);
}

int site_origin_strip(request_rec *r) {
    const site_server_t *server = site_server_of(r->server);
    const char *path = r->parsed_uri.path;
    size_t length;

    if (!server->prefix_kept || !path)
        return DECLINED;
    length = strlen(server->public_prefix);
    if (strncmp(path, server->public_prefix, length) != 0 || (path[length] && path[length] != '/'))
        return DECLINED;
    path += length;
    /* httpd does the same with what a request line begins with. */
    while (*path == '/' && path[1] == '/')
        path++;
    r->parsed_uri.path = apr_pstrdup(r->pool, *path ? path : "/");
    /* One string, as httpd has it: it normalises both in one place. */
    r->uri = r->parsed_uri.path;
    return DECLINED;
}
