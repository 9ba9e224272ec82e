/* The sitemap: the first half is which addresses there are, the second how they are sent.
 *
 * It lists what anybody may see: Apache is asked without the visitor's credentials, and PostgreSQL as the role of those
 * who have none. Rows are read by their keys, some thousands at a time, and their connection is given back before they
 * are sent, so that a slow client holds up nobody.
 *
 *     /sitemap.xml                        everything, or, when that is too much, an index of:
 *     /sitemap-pages.xml                  pages that are no rows
 *     /sitemap/api/books.xml              rows of a resource, from the first on
 *     /sitemap/api/books/from/KEY.xml     from this key on
 */
#include "httpd/crawl.h"

#include "core/params.h"
#include "core/route.h"
#include "core/sitemap.h"
#include "core/sql_keys.h"
#include "core/url.h"
#include "db/execute.h"
#include "httpd/access.h"
#include "httpd/borrow.h"
#include "httpd/config.h"
#include "httpd/custom.h"
#include "httpd/log.h"
#include "httpd/origin.h"
#include "httpd/pages.h"
#include "httpd/path.h"
#include "httpd/reply.h"
#include "httpd/role.h"
#include "httpd/snapshot.h"

#include <apr_strings.h>
#include <http_protocol.h>
#include <http_request.h>
#include <string.h>

enum { CHUNK = 5000 }; /* rows that are read at a time */

/* A resource whose pages anybody may see. */
typedef struct part_t {
    const site_exposed_t *exposed;
    const site_resource_t *resource;
    site_settings_t settings;
    site_urls_t urls;
    request_rec *asked; /* as nobody */
    int count;          /* of its rows, up to one more than a file holds; unknown: -1 */
} part_t;

typedef struct map_t {
    request_rec *r;
    apr_array_header_t *parts; /* part_t */
    site_sink_t sink;
    int left;        /* addresses that the file can still hold */
    const char *cut; /* why a statement failed, for the log: "client" (it has gone), "database"; NULL: none did */
} map_t;

/* --- what anybody may see --- */

/* Asks for an address as somebody without a name would. NULL: he may not see it. */
static request_rec *ask_as_nobody(request_rec *r, const char *address) {
    apr_table_t *headers = r->headers_in;
    char *user = r->user, *type = r->ap_auth_type;
    request_rec *asked;

    r->headers_in = apr_table_copy(r->pool, headers);
    apr_table_unset(r->headers_in, "Authorization");
    apr_table_unset(r->headers_in, "Proxy-Authorization");
    apr_table_unset(r->headers_in, "Cookie");
    r->user = r->ap_auth_type = NULL;
    asked = ap_sub_req_lookup_uri(address, r, NULL);
    r->headers_in = headers;
    r->user = user;
    r->ap_auth_type = type;
    if (asked->status != HTTP_UNAUTHORIZED && asked->status != HTTP_FORBIDDEN) {
        const site_visit_t *visit = site_visit_of(asked);

        if (!visit->denied && !visit->error && !visit->identity.user)
            return asked;
    }
    ap_destroy_sub_req(asked);
    return NULL;
}

static int may_anybody_see(request_rec *r, const char *address) {
    request_rec *asked = ask_as_nobody(r, address);

    if (asked)
        ap_destroy_sub_req(asked);
    return asked != NULL;
}

/* The resource, if it has pages for anybody. */
static void add_part(map_t *map, const site_exposed_t *exposed, const site_api_t *api,
                     const site_resource_t *resource) {
    request_rec *r = map->r, *asked;
    part_t part;

    if (resource->broken || !resource->table)
        return;
    asked = ask_as_nobody(
        r, apr_pstrcat(r->pool, exposed->spec.path, "/", ap_escape_path_segment(r->pool, resource->name), "/", NULL));
    if (!asked)
        return;
    memset(&part, 0, sizeof part);
    site_settings_merge(&part.settings, &api->spec->settings, &site_dir_of(asked)->settings);
    site_settings_merge(&part.settings, &part.settings, &resource->settings);
    site_settings_complete(&part.settings);
    if (!part.settings.sitemap || !(part.settings.representations & SITE_OFFER(SITE_REPRESENTATION_HTML)) ||
        !(part.settings.methods & SITE_METHOD_GET) ||
        !site_role_find(asked, &site_dir_of(asked)->access, site_visit_of(asked))) {
        ap_destroy_sub_req(asked);
        return;
    }
    part.exposed = exposed;
    part.resource = site_api_resource(site_api_of_role(api, site_visit_of(asked)->role), resource->name);
    part.asked = asked;
    part.count = -1;
    part.urls.base = apr_pstrcat(r->pool, site_origin(r), exposed->spec.path, "/", NULL);
    part.urls.item_tail = part.urls.collection_tail = "/";
    part.urls.query = "";
    APR_ARRAY_PUSH(map->parts, part_t) = part;
}

/* All of them; or the one of this API and name. */
static site_error_t *find_parts(map_t *map, const site_exposed_t *only, const char *name) {
    const apr_array_header_t *apis = site_pages_apis(map->r);
    int i, j;

    for (i = 0; i < apis->nelts; i++) {
        const site_exposed_t *exposed = APR_ARRAY_IDX(apis, i, const site_exposed_t *);
        const site_api_t *api;
        site_error_t *error;

        if (only && exposed != only)
            continue;
        api = site_snapshot_take(map->r->pool, map->r->server, &exposed->spec, &error);
        if (!api)
            return error;
        for (j = 0; j < api->resources->nelts; j++) {
            const site_resource_t *resource = APR_ARRAY_IDX(api->resources, j, const site_resource_t *);

            if (!name || strcmp(resource->name, name) == 0)
                add_part(map, exposed, api, resource);
        }
    }
    return NULL;
}

static void end_parts(map_t *map) {
    int i;

    for (i = 0; i < map->parts->nelts; i++)
        ap_destroy_sub_req(APR_ARRAY_IDX(map->parts, i, part_t).asked);
}

int site_sitemap_is_on(const request_rec *r) {
    return site_dir_of(r)->settings.sitemap != 0;
}

/* --- the database --- */

/* One statement, as nobody; the connection is back in its pool afterwards. What PostgreSQL does not let nobody see is no
 * part of the map. */
static const PGresult *ask(map_t *map, const part_t *part, apr_pool_t *pool, const site_sql_t *sql) {
    site_statement_t statement = {sql->text, sql->count, sql->values};
    site_connection_t *connection;
    site_diagnosis_t diagnosis = {.message = NULL};
    PGresult *result = NULL;
    site_error_t *error;
    site_loan_t *loan;

    if (map->cut)
        return NULL;
    loan = site_borrow(part->asked, &part->settings, &connection, &error);
    if (loan)
        error = site_execute_batch(pool, connection, &statement, 1, &result, &diagnosis);
    site_give_back(loan);
    if (!error)
        return result;
    if (error->status != HTTP_FORBIDDEN) {
        map->cut = error->status == SITE_CLIENT_GONE ? "client" : "database";
        ap_log_rerror(APLOG_MARK, error->status < 500 ? APLOG_INFO : APLOG_WARNING, 0, map->r,
                      "SITE0161: sitemap of %s/%s: %s %s %s", part->exposed->spec.path, part->resource->name,
                      error->code, diagnosis.sqlstate, diagnosis.message ? diagnosis.message : "");
    }
    return NULL;
}

static int count_rows(map_t *map, part_t *part) {
    const PGresult *result;
    site_sql_t sql;

    if (part->count < 0 && part->resource->key) {
        site_sql_key_count(map->r->pool, part->resource, SITE_SITEMAP_MOST + 1, &sql);
        result = ask(map, part, map->r->pool, &sql);
        part->count = result ? (int)apr_atoi64(PQgetvalue(result, 0, 0)) : 0;
    }
    return part->count < 0 ? 0 : part->count;
}

/* --- addresses --- */

static void add(map_t *map, site_sitemap_kind_t kind, const char *address, const char *lastmod) {
    if (map->left <= 0)
        return;
    map->left--;
    site_sitemap_add(&map->sink, kind, address, lastmod);
}

/* The front page, the site's own pages that capture nothing, and the collections. */
static void add_pages(map_t *map) {
    const apr_array_header_t *pages = site_custom_pages(map->r->server);
    const char *origin = site_origin(map->r);
    apr_pool_t *pool = map->r->pool;
    int i;

    if (may_anybody_see(map->r, "/"))
        add(map, SITE_SITEMAP_PAGES, apr_pstrcat(pool, origin, "/", NULL), NULL);
    for (i = 0; i < pages->nelts; i++) {
        const site_custom_t *page = &APR_ARRAY_IDX(pages, i, const site_own_page_t *)->custom;
        const char *path = site_pattern_path(pool, page->pattern);

        if (!page->pattern->captures && page->sitemap != 0 && page->pattern->segments->nelts &&
            may_anybody_see(map->r, path))
            add(map, SITE_SITEMAP_PAGES, apr_pstrcat(pool, origin, path, NULL), NULL);
    }
    for (i = 0; i < map->parts->nelts; i++) {
        const part_t *part = &APR_ARRAY_IDX(map->parts, i, const part_t);

        if (i == 0 || part->exposed != APR_ARRAY_IDX(map->parts, i - 1, const part_t).exposed)
            add(map, SITE_SITEMAP_PAGES, part->urls.base, NULL);
        add(map, SITE_SITEMAP_PAGES,
            apr_pstrcat(pool, part->urls.base, ap_escape_path_segment(pool, part->resource->name), "/", NULL), NULL);
    }
}

static const char *row_address(apr_pool_t *pool, const part_t *part, const char *key, apr_size_t length) {
    site_sink_t sink;

    site_sink_init(&sink, pool, 128, 0);
    site_json_address(&sink, &part->urls, part->resource, key, length);
    site_sink_char(&sink, '\0');
    return sink.data;
}

/* Rows from this key on, as many as the file holds. */
static void add_rows(map_t *map, const part_t *part, const char *from) {
    site_sql_place_t place = {from, 0};
    apr_pool_t *pools[2];
    int rows = CHUNK, turn = 0, i;

    apr_pool_create(&pools[0], map->r->pool);
    apr_pool_create(&pools[1], map->r->pool);
    while (part->resource->key && rows == CHUNK && map->left > 0 && map->sink.status == APR_SUCCESS) {
        apr_pool_t *pool = pools[turn];
        const PGresult *result;
        site_sql_t sql;

        apr_pool_clear(pool);
        site_sql_keys(pool, part->resource, part->settings.lastmod, &place, map->left < CHUNK ? map->left : CHUNK,
                      &sql);
        result = ask(map, part, pool, &sql);
        rows = result ? PQntuples(result) : 0;
        for (i = 0; i < rows; i++) {
            place.key = PQgetvalue(result, i, 0);
            add(map, SITE_SITEMAP_PAGES, row_address(pool, part, place.key, (apr_size_t)PQgetlength(result, i, 0)),
                PQgetisnull(result, i, 1) ? NULL : PQgetvalue(result, i, 1));
        }
        /* The last key is read from this pool while the other one is filled. */
        place.behind = 1;
        turn = !turn;
    }
    apr_pool_destroy(pools[0]);
    apr_pool_destroy(pools[1]);
}

static const char *part_address(apr_pool_t *pool, const map_t *map, const part_t *part, const char *from) {
    site_sink_t sink;

    site_sink_init(&sink, pool, 128, 0);
    site_sink_puts(&sink, site_origin(map->r));
    site_sink_puts(&sink, "/sitemap");
    site_sink_puts(&sink, part->exposed->spec.path);
    site_sink_char(&sink, '/');
    site_params_encode(&sink, part->resource->name, strlen(part->resource->name), 0);
    if (from) {
        site_sink_puts(&sink, "/from/");
        site_route_write_key(&sink, from, strlen(from), 0);
    }
    site_sink_puts(&sink, ".xml");
    site_sink_char(&sink, '\0');
    return sink.data;
}

/* The files that its rows fill. */
static void add_files(map_t *map, part_t *part) {
    site_sql_place_t place = {NULL, 0};
    int rows = count_rows(map, part);

    if (!rows)
        return;
    add(map, SITE_SITEMAP_INDEX, part_address(map->r->pool, map, part, NULL), NULL);
    while (rows > SITE_SITEMAP_MOST && map->left > 0 && map->sink.status == APR_SUCCESS) {
        const PGresult *result;
        site_sql_t sql;

        site_sql_key_ahead(map->r->pool, part->resource, &place, SITE_SITEMAP_MOST, &sql);
        result = ask(map, part, map->r->pool, &sql);
        if (!result || !PQntuples(result))
            return;
        place.key = PQgetvalue(result, 0, 0);
        add(map, SITE_SITEMAP_INDEX, part_address(map->r->pool, map, part, place.key), NULL);
    }
}

/* --- sending --- */

static int is_client_gone(const map_t *map) {
    return map->cut && strcmp(map->cut, "client") == 0;
}

static int log_client_gone(request_rec *r) {
    r->status = SITE_CLIENT_GONE;
    return OK;
}

static int end_file(map_t *map) {
    if (is_client_gone(map) && !site_reply_stream_begun(&map->sink)) {
        site_reply_stream_forget(&map->sink);
        return log_client_gone(map->r);
    }
    return site_reply_stream_end(map->r, &map->sink, map->cut);
}

static int send_file(map_t *map, site_sitemap_kind_t kind, void (*fill)(map_t *map, const void *baton),
                     const void *baton) {
    request_rec *r = map->r;

    apr_table_setn(r->headers_out, "Cache-Control", "max-age=3600");
    site_reply_stream(r, "application/xml; charset=utf-8", 0, 0, &map->sink);
    if (r->header_only)
        return OK;
    map->left = SITE_SITEMAP_MOST;
    site_sitemap_begin(&map->sink, kind);
    fill(map, baton);
    site_sitemap_end(&map->sink, kind);
    return end_file(map);
}

static void fill_pages(map_t *map, const void *baton) {
    (void)baton;
    add_pages(map);
}

static void fill_all(map_t *map, const void *baton) {
    int i;

    (void)baton;
    add_pages(map);
    for (i = 0; i < map->parts->nelts; i++)
        add_rows(map, &APR_ARRAY_IDX(map->parts, i, const part_t), NULL);
}

static void fill_index(map_t *map, const void *baton) {
    int i;

    (void)baton;
    add(map, SITE_SITEMAP_INDEX, apr_pstrcat(map->r->pool, site_origin(map->r), "/sitemap-pages.xml", NULL), NULL);
    for (i = 0; i < map->parts->nelts; i++)
        add_files(map, &APR_ARRAY_IDX(map->parts, i, part_t));
}

static void fill_rows(map_t *map, const void *baton) {
    if (map->parts->nelts)
        add_rows(map, &APR_ARRAY_IDX(map->parts, 0, const part_t), baton);
}

static int unavailable(map_t *map) {
    site_error_t *error = site_error_make(map->r->pool, HTTP_SERVICE_UNAVAILABLE, "database_unavailable", NULL,
                                          "The sitemap is not available. Try again later.");

    error->retry_after = 60;
    return site_pages_send_error(map->r, error);
}

static int send_whole(map_t *map) {
    const apr_array_header_t *pages = site_custom_pages(map->r->server);
    int total = 1 + pages->nelts + 2 * map->parts->nelts, i;

    for (i = 0; i < map->parts->nelts && total <= SITE_SITEMAP_MOST; i++)
        total += count_rows(map, &APR_ARRAY_IDX(map->parts, i, part_t));
    if (map->cut)
        return is_client_gone(map) ? log_client_gone(map->r) : unavailable(map);
    return total <= SITE_SITEMAP_MOST ? send_file(map, SITE_SITEMAP_PAGES, fill_all, NULL)
                                      : send_file(map, SITE_SITEMAP_INDEX, fill_index, NULL);
}

/* "/api/books.xml", "/api/books/from/42.xml": what follows /sitemap. */
static int find_part(map_t *map, const char *path, const char **name, const char **from, const site_exposed_t **api) {
    const apr_array_header_t *apis = site_pages_apis(map->r);
    apr_size_t length = strlen(path), decoded;
    int i;

    *api = NULL;
    if (length < 5 || strcmp(path + length - 4, ".xml") != 0)
        return 0;
    path = apr_pstrmemdup(map->r->pool, path, length - 4);
    for (i = 0; i < apis->nelts; i++) {
        const site_exposed_t *exposed = APR_ARRAY_IDX(apis, i, const site_exposed_t *);
        apr_size_t size = strlen(exposed->spec.path);

        if (strncmp(path, exposed->spec.path, size) != 0 || path[size] != '/' ||
            (*api && strlen((*api)->spec.path) > size))
            continue;
        *api = exposed;
    }
    if (!*api)
        return 0;
    path += strlen((*api)->spec.path) + 1;
    length = strcspn(path, "/");
    *name = site_params_unquote(map->r->pool, path, length, &decoded);
    *from = NULL;
    if (strncmp(path + length, "/from/", 6) == 0 && path[length + 6] && !strchr(path + length + 6, '/'))
        *from = site_params_unquote(map->r->pool, path + length + 6, strlen(path + length + 6), &decoded);
    return length && (*from || !path[length]);
}

static int serve(map_t *map) {
    const char *path = site_path_encoded(map->r), *name = NULL, *from = NULL;
    const site_exposed_t *api = NULL;
    int whole = strcmp(path, "/sitemap.xml") == 0, pages = strcmp(path, "/sitemap-pages.xml") == 0;
    site_error_t *error;

    if (!whole && !pages && (strncmp(path, "/sitemap/", 9) != 0 || !find_part(map, path + 8, &name, &from, &api)))
        return DECLINED;
    if (map->r->method_number != M_GET) {
        apr_table_setn(map->r->err_headers_out, "Allow", "GET, HEAD");
        return site_pages_send_error(map->r, site_error_make(map->r->pool, HTTP_METHOD_NOT_ALLOWED,
                                                             "method_not_allowed", NULL, "This can only be read."));
    }
    error = find_parts(map, api, name);
    if (error)
        return unavailable(map);
    if (whole)
        return send_whole(map);
    if (pages)
        return send_file(map, SITE_SITEMAP_PAGES, fill_pages, NULL);
    return map->parts->nelts && APR_ARRAY_IDX(map->parts, 0, const part_t).resource->key
               ? send_file(map, SITE_SITEMAP_PAGES, fill_rows, from)
               : DECLINED;
}

int site_sitemap(request_rec *r) {
    map_t map;
    int result;

    if (!site_sitemap_is_on(r))
        return DECLINED;
    memset(&map, 0, sizeof map);
    map.r = r;
    map.parts = apr_array_make(r->pool, 16, sizeof(part_t));
    result = serve(&map);
    end_parts(&map);
    return result;
}
