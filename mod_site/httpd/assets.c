#include "httpd/assets.h"

#include "core/builtin.h"
#include "httpd/address.h"
#include "httpd/config.h"
#include "httpd/log.h"
#include "httpd/origin.h"
#include "httpd/send.h"

#include <apr_escape.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include <http_core.h>
#include <http_protocol.h>
#include <http_request.h>
#include <openssl/evp.h>
#include <string.h>

#define BUILTIN_PATH "/@static"
#define NOTE "site-asset"
#define FOR_EVER "public, max-age=31536000, immutable"

enum { DIGITS = 10 };

/* --- fingerprints --- */

/* Ten hexadecimal digits of a file's SHA-256; NULL: it cannot be read. */
static const char *hash_file(apr_pool_t *pool, const char *path) {
    unsigned char digest[EVP_MAX_MD_SIZE], buffer[16384];
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    const char *hash = NULL;
    apr_file_t *file;
    apr_size_t read;

    if (!context || apr_file_open(&file, path, APR_READ | APR_BINARY, 0, pool) != APR_SUCCESS) {
        EVP_MD_CTX_free(context);
        return NULL;
    }
    EVP_DigestInit_ex(context, EVP_sha256(), NULL);
    for (read = sizeof buffer; apr_file_read(file, buffer, &read) == APR_SUCCESS; read = sizeof buffer)
        EVP_DigestUpdate(context, buffer, read);
    apr_file_close(file);
    if (EVP_DigestFinal_ex(context, digest, NULL))
        hash = apr_pescape_hex(pool, digest, DIGITS / 2, 0);
    EVP_MD_CTX_free(context);
    return hash;
}

static int is_file(apr_pool_t *pool, const char *path, apr_finfo_t *found) {
    return apr_stat(found, path, APR_FINFO_TYPE | APR_FINFO_MTIME, pool) == APR_SUCCESS && found->filetype == APR_REG;
}

/* The path of a file in the server's folder; NULL: it is not there. */
static const char *find_file(apr_pool_t *pool, const site_server_t *server, const char *name, apr_finfo_t *found) {
    const char *path;

    if (!server->static_folder || !*name || strstr(name, ".."))
        return NULL;
    path = apr_pstrcat(pool, server->static_folder, "/", name, NULL);
    return is_file(pool, path, found) ? path : NULL;
}

/* "a/site.css", "0123456789" -> "/a/site.0123456789.css" */
static const char *with_fingerprint(apr_pool_t *pool, const char *name, const char *hash) {
    const char *file = strrchr(name, '/'), *dot = strrchr(file ? file : name, '.');

    if (!dot)
        dot = name + strlen(name);
    return apr_pstrcat(pool, "/", apr_pstrmemdup(pool, name, (apr_size_t)(dot - name)), ".", hash, dot, NULL);
}

/* The other way round; NULL: the name has no fingerprint. */
static const char *without_fingerprint(apr_pool_t *pool, const char *name, const char **hash) {
    const char *slash = strrchr(name, '/'), *file = slash ? slash + 1 : name, *dot = strrchr(file, '.'), *digits;
    int i;

    if (!dot)
        return NULL;
    /* "site.0123456789.css", or "LICENSE.0123456789". */
    if (dot - file > DIGITS && dot[-DIGITS - 1] == '.')
        digits = dot - DIGITS;
    else if (strlen(dot + 1) == DIGITS)
        digits = dot + 1;
    else
        return NULL;
    for (i = 0; i < DIGITS; i++) {
        if (!apr_isxdigit(digits[i]) || apr_isupper(digits[i]))
            return NULL;
    }
    *hash = apr_pstrmemdup(pool, digits, DIGITS);
    return apr_pstrcat(pool, apr_pstrmemdup(pool, name, (apr_size_t)(digits - 1 - name)), digits + DIGITS, NULL);
}

const char *site_assets_address(apr_pool_t *pool, server_rec *server, const char *name) {
    site_server_t *site = site_server_of(server);
    const char *hash = apr_hash_get(site->fingerprints, name, APR_HASH_KEY_STRING), *path;
    const site_builtin_t *builtin;
    apr_finfo_t found;

    if (hash)
        return with_fingerprint(pool, name, hash);
    path = find_file(pool, site, name, &found);
    builtin = path ? NULL : site_builtin_find(site_builtin_assets, name);
    if (!path && !builtin)
        return NULL;
    hash = path ? hash_file(apr_hash_pool_get(site->fingerprints), path) : builtin->fingerprint;
    if (!hash)
        return NULL;
    apr_hash_set(site->fingerprints, apr_pstrdup(apr_hash_pool_get(site->fingerprints), name), APR_HASH_KEY_STRING,
                 hash);
    return with_fingerprint(pool, name, hash);
}

const char *site_assets_base(request_rec *r) {
    const site_server_t *server = site_server_of(r->server);
    const site_dir_t *dir = site_dir_of(r);

    if (server->static_folder)
        return apr_pstrcat(r->pool, site_origin_prefix(r), server->static_path, NULL);
    return apr_pstrcat(r->pool, site_origin_prefix(r), dir->api ? dir->api->path : "", BUILTIN_PATH, NULL);
}

/* --- requests --- */

/* Whether an entry of the header, "br;q=0.5", takes this coding: a weight of 0 takes nothing. */
static int takes(const char *entry, apr_size_t length, const char *coding) {
    apr_size_t name = strcspn(entry, ";, \t"), at;

    if (strlen(coding) != name || strncasecmp(entry, coding, name) != 0)
        return 0;
    for (at = name; at < length && entry[at] != '='; at++)
        ;
    return at == length || at + 1 + strspn(entry + at + 1, "0. \t") < length;
}

static int accepts(request_rec *r, const char *coding) {
    const char *at = apr_table_get(r->headers_in, "Accept-Encoding");

    while (at && *at) {
        apr_size_t length;

        at += strspn(at, ", \t");
        length = strcspn(at, ",");
        if (takes(at, length, coding))
            return 1;
        at += length;
    }
    return 0;
}

/* The file beside this one that a client takes as well: smaller, and not older. */
static const char *packed(request_rec *r, const char *path, const apr_finfo_t *plain) {
    static const struct { const char *coding, *ending; } forms[] = {{"br", ".br"}, {"gzip", ".gz"}};
    const char *best = NULL;
    apr_finfo_t found;
    int i, any = 0;

    for (i = 0; i < 2; i++) {
        const char *other = apr_pstrcat(r->pool, path, forms[i].ending, NULL);

        if (!is_file(r->pool, other, &found) || found.mtime < plain->mtime)
            continue;
        any = 1;
        if (!best && accepts(r, forms[i].coding))
            best = other;
    }
    if (any)
        apr_table_mergen(r->headers_out, "Vary", "Accept-Encoding");
    return best ? best : path;
}

/* The name of a built-in file that a path asks for, or NULL. */
static const char *builtin_name(const char *uri) {
    const char *found = strstr(uri, BUILTIN_PATH "/");

    return found ? found + strlen(BUILTIN_PATH "/") : NULL;
}

/* The name without its fingerprint. What is asked for under the right one is sent to be kept. */
static const char *settle_name(request_rec *r, const char *name) {
    const site_server_t *server = site_server_of(r->server);
    const char *known, *hash, *plain = without_fingerprint(r->pool, name, &hash);

    if (!plain)
        return name;
    known = apr_hash_get(server->fingerprints, plain, APR_HASH_KEY_STRING);
    if (!known)
        return name;
    if (strcmp(known, hash) == 0)
        apr_table_setn(r->headers_out, "Cache-Control", FOR_EVER);
    return plain;
}

int site_assets_translate(request_rec *r) {
    const site_server_t *server = site_server_of(r->server);
    const char *name, *path;
    apr_size_t length;
    apr_finfo_t found;

    if (!server->static_folder)
        return DECLINED;
    length = strlen(server->static_path);
    if (strncmp(r->uri, server->static_path, length) != 0 || r->uri[length] != '/')
        return DECLINED;
    name = settle_name(r, r->uri + length + 1);
    /* A <Location> that names the file holds under its fingerprint, too. */
    if (name != r->uri + length + 1)
        site_address_rename(r, apr_pstrcat(r->pool, server->static_path, "/", name, NULL));
    path = find_file(r->pool, server, name, &found);
    if (path)
        path = packed(r, path, &found);
    else if (site_builtin_find(site_builtin_assets, name))
        apr_table_setn(r->notes, NOTE, name);
    r->filename = path ? apr_pstrdup(r->pool, path) : apr_pstrcat(r->pool, server->static_folder, "/", name, NULL);
    r->canonical_filename = r->filename;
    return OK;
}

static const char *type_of(const char *name) {
    static const struct {
        const char *ending, *type;
    } types[] = {{".css", "text/css; charset=utf-8"},
                 {".js", "text/javascript; charset=utf-8"},
                 {".svg", "image/svg+xml; charset=utf-8"},
                 {".html", "text/html; charset=utf-8"},
                 {NULL, "text/plain; charset=utf-8"}};
    const char *dot = strrchr(name, '.');
    int i = 0;

    while (types[i].ending && !(dot && strcmp(dot, types[i].ending) == 0))
        i++;
    return types[i].type;
}

/* The form of a built-in file that the client takes. Each is a representation of its own, with its own validator. */
static const char *choose_form(request_rec *r, const site_builtin_t *file, apr_size_t *size) {
    const char *coding = file->br && accepts(r, "br") ? "br" : file->gz && accepts(r, "gzip") ? "gzip" : NULL;
    int br = coding && *coding == 'b';

    if (file->br || file->gz)
        apr_table_mergen(r->headers_out, "Vary", "Accept-Encoding");
    apr_table_setn(r->headers_out, "ETag",
                   apr_pstrcat(r->pool, "\"", file->fingerprint, coding ? "-" : "", coding ? coding : "", "\"", NULL));
    if (!coding) {
        *size = site_builtin_size(file);
        return file->data;
    }
    r->content_encoding = coding;
    *size = (apr_size_t)(br ? file->br_end - file->br : file->gz_end - file->gz);
    return br ? file->br : file->gz;
}

static int send_builtin(request_rec *r, const char *name, const site_builtin_t *file) {
    const char *data;
    apr_size_t size;
    int result;

    r->allowed |= (AP_METHOD_BIT << M_GET);
    if (r->method_number != M_GET)
        return HTTP_METHOD_NOT_ALLOWED;
    data = choose_form(r, file, &size);
    if (!apr_table_get(r->headers_out, "Cache-Control"))
        apr_table_setn(r->headers_out, "Cache-Control", "max-age=3600");
    ap_set_content_type(r, type_of(name));
    result = ap_meets_conditions(r);
    if (result != OK)
        return result;
    ap_set_content_length(r, (apr_off_t)size);
    site_send_bytes(r, data, size);
    return OK;
}

int site_assets_send(request_rec *r, const char *name) {
    const site_server_t *server = site_server_of(r->server);
    const site_builtin_t *file;
    apr_finfo_t found;

    if (find_file(r->pool, server, name, &found)) {
        ap_internal_redirect(apr_pstrcat(r->pool, server->static_path, "/", name, NULL), r);
        return OK;
    }
    file = site_builtin_find(site_builtin_assets, name);
    return file ? send_builtin(r, name, file) : DECLINED;
}

int site_assets_handler(request_rec *r) {
    const char *name = apr_table_get(r->notes, NOTE);
    const site_builtin_t *file;

    if (!name && r->handler && strcmp(r->handler, "site") == 0 && !site_server_of(r->server)->static_folder) {
        name = builtin_name(r->uri);
        name = name ? settle_name(r, name) : NULL;
    }
    file = name ? site_builtin_find(site_builtin_assets, name) : NULL;
    return file ? send_builtin(r, name, file) : DECLINED;
}
