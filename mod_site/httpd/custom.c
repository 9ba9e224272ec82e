#include "httpd/custom.h"

#include "core/digest.h"
#include "core/etag.h"
#include "httpd/access.h"
#include "httpd/complaint.h"
#include "httpd/config.h"
#include "httpd/identity.h"
#include "httpd/log.h"
#include "httpd/origin.h"
#include "httpd/pages.h"
#include "httpd/path.h"
#include "httpd/reply.h"
#include "httpd/templates.h"
#include "httpd/throttle.h"

#include <apr_strings.h>
#include <http_core.h>
#include <http_protocol.h>
#include <stdlib.h>
#include <string.h>

const apr_array_header_t *site_custom_pages(const server_rec *server) {
    return site_server_of(server)->tried;
}

/* --- while the configuration is judged --- */

typedef struct check_t {
    apr_pool_t *pool;
    site_complaints_t complaints;
    const apr_array_header_t *apis;
} check_t;

static int is_within(const char *path, const char *api) {
    apr_size_t length = strlen(api);

    return strncmp(path, api, length) == 0 && (path[length] == '/' || !path[length]);
}

/* Whether a page of `server` may ask this API: its own ones, and those that a virtual host inherits. */
static int is_near(const check_t *check, const site_exposed_t *api, const server_rec *server) {
    return api->server == server || api->server == check->complaints.main;
}

static site_exposed_t *api_of_address(const check_t *check, const site_own_page_t *page, const char *address) {
    site_exposed_t *best = NULL;
    int i;

    for (i = 0; i < check->apis->nelts; i++) {
        site_exposed_t *api = APR_ARRAY_IDX(check->apis, i, site_exposed_t *);
        apr_size_t length = strlen(api->spec.path);

        if (is_near(check, api, page->server) && is_within(address, api->spec.path) && address[length] == '/' &&
            (!best || length > strlen(best->spec.path) ||
             (api->server == page->server && strcmp(api->spec.path, best->spec.path) == 0)))
            best = api;
    }
    return best;
}

/* The one API that the page's other queries ask; NULL: there is none, or are several. */
static site_exposed_t *api_of_others(const check_t *check, const site_own_page_t *page) {
    site_exposed_t *found = NULL;
    int i;

    for (i = 0; i < page->custom.queries->nelts; i++) {
        const site_custom_query_t *query = APR_ARRAY_IDX(page->custom.queries, i, const site_custom_query_t *);
        site_exposed_t *api = query->address ? api_of_address(check, page, query->address) : NULL;

        if (api && found && api != found)
            return NULL;
        found = api ? api : found;
    }
    return found;
}

/* Where SQL says nothing: that one, or the only one that there is, the server's own before the main server's. */
static site_exposed_t *api_of_sql(const check_t *check, const site_own_page_t *page, const site_custom_query_t *query,
                                  int *count) {
    site_exposed_t *found = query->api_path ? NULL : api_of_others(check, page);
    int i, own;

    *count = found != NULL;
    for (own = 1; own >= 0 && !found; own--) {
        for (i = 0; i < check->apis->nelts; i++) {
            site_exposed_t *api = APR_ARRAY_IDX(check->apis, i, site_exposed_t *);
            const char *path = *api->spec.path ? api->spec.path : "/";

            if (api->server != (own ? page->server : check->complaints.main) ||
                (query->api_path && strcmp(query->api_path, path) != 0))
                continue;
            found = api;
            ++*count;
        }
    }
    return found;
}

static const char *paths_of(const check_t *check, const site_own_page_t *page) {
    const char *paths = "";
    int i;

    for (i = 0; i < check->apis->nelts; i++) {
        const site_exposed_t *api = APR_ARRAY_IDX(check->apis, i, const site_exposed_t *);

        if (is_near(check, api, page->server))
            paths = apr_pstrcat(check->complaints.pool, paths, *paths ? ", " : "",
                                *api->spec.path ? api->spec.path : "/", NULL);
    }
    return *paths ? apr_pstrcat(check->complaints.pool, "it has ", paths, NULL) : "it has none";
}

static void settle_query(check_t *check, const site_own_page_t *page, site_custom_query_t *query) {
    const char *wants;
    int count = 1;
    site_exposed_t *api =
        query->address ? api_of_address(check, page, query->address) : api_of_sql(check, page, query, &count);

    if (!api) {
        site_complain(&check->complaints, &query->place, "SitePageQuery: '%s' asks no API of this server (%s)",
                      query->address    ? query->address
                      : query->api_path ? query->api_path
                                        : query->sql->path,
                      paths_of(check, page));
        return;
    }
    if (count > 1) {
        site_complain(&check->complaints, &query->place,
                      "SitePageQuery: api= has to say whose database and roles '%s' uses (%s)", query->name,
                      paths_of(check, page));
        return;
    }
    wants = site_custom_query_settle(check->pool, query, &api->spec);
    if (wants)
        site_complain(&check->complaints, &query->place, "SitePageQuery wants %s, not '%s'", wants, query->address);
    if (!api->queries)
        api->queries = apr_array_make(check->pool, 8, sizeof(site_custom_query_t *));
    APR_ARRAY_PUSH(api->queries, site_custom_query_t *) = query;
}

static void settle_page(check_t *check, site_own_page_t *page) {
    site_custom_t *custom = &page->custom;
    int before = check->complaints.count, i;
    const char *complaint;
    site_place_t place;

    for (i = 0; i < check->apis->nelts; i++) {
        const site_exposed_t *api = APR_ARRAY_IDX(check->apis, i, const site_exposed_t *);

        if (api->server == page->server && is_within(custom->pattern->text, api->spec.path))
            site_complain(&check->complaints, &custom->place,
                          "<SitePage \"%s\"> lies within <Location \"%s\">, which is an API", custom->pattern->text,
                          *api->spec.path ? api->spec.path : "/");
    }
    for (i = 0; i < custom->queries->nelts; i++)
        settle_query(check, page, APR_ARRAY_IDX(custom->queries, i, site_custom_query_t *));
    if (check->complaints.count > before)
        return;
    complaint = site_custom_check(check->complaints.pool, custom, &place);
    if (complaint) {
        site_complain(&check->complaints, &place, "<SitePage \"%s\">: %s", custom->pattern->text, complaint);
        return;
    }
    page->templates = site_config_templates(page->server, custom->pattern->text);
    if (!page->templates)
        page->templates = site_templates_of_module(check->pool, check->complaints.main);
    /* Two servers may have pages at the same path. */
    page->key = apr_psprintf(check->pool, "%s (%s:%d)", custom->pattern->text, custom->place.file, custom->place.line);
    site_templates_ask(page->templates, page->key, custom->file, site_custom_names(check->complaints.pool, custom),
                       &custom->place);
}

static int in_order(const void *one, const void *other) {
    return site_pattern_compare((*(const site_own_page_t *const *)one)->custom.pattern,
                                (*(const site_own_page_t *const *)other)->custom.pattern);
}

static int answers_same(const apr_array_header_t *pages, const site_own_page_t *page) {
    int i;

    for (i = 0; i < pages->nelts; i++) {
        if (in_order(&APR_ARRAY_IDX(pages, i, site_own_page_t *), &page) == 0)
            return 1;
    }
    return 0;
}

/* A virtual host's own page takes the place of one of the main server. */
static apr_array_header_t *order_pages(check_t *check, const site_server_t *server) {
    const site_server_t *outer = site_server_of(check->complaints.main);
    apr_array_header_t *pages = apr_array_copy(check->pool, server->pages);
    int i;

    for (i = 0; server != outer && i < outer->pages->nelts; i++) {
        site_own_page_t *page = APR_ARRAY_IDX(outer->pages, i, site_own_page_t *);

        if (!answers_same(server->pages, page))
            APR_ARRAY_PUSH(pages, site_own_page_t *) = page;
    }
    qsort(pages->elts, (size_t)pages->nelts, sizeof(site_own_page_t *), in_order);
    return pages;
}

int site_custom_check_config(apr_pool_t *pool, apr_pool_t *log, apr_pool_t *temporary, server_rec *main) {
    check_t check = {pool, {temporary, main, 0}, site_config_apis(temporary, main)};
    server_rec *s;
    int i;

    (void)log;
    for (s = main; s; s = s->next) {
        site_server_t *server = site_server_of(s);

        if (s != main && server == site_server_of(main))
            continue;
        for (i = 0; i < server->pages->nelts; i++)
            settle_page(&check, APR_ARRAY_IDX(server->pages, i, site_own_page_t *));
        server->tried = order_pages(&check, server);
    }
    return check.complaints.count ? HTTP_INTERNAL_SERVER_ERROR : OK;
}

/* --- a request --- */

/* The page that answers a path, and what it captures. A page that the very path names goes before one that only lacks its
 * slash. */
static site_pattern_match_t find_page(site_custom_visit_t *visit, const char *path) {
    const apr_array_header_t *pages = site_custom_pages(visit->r->server);
    site_pattern_match_t best = SITE_PATTERN_OTHER;
    int i;

    for (i = 0; i < pages->nelts && best != SITE_PATTERN_MATCH; i++) {
        const site_own_page_t *page = APR_ARRAY_IDX(pages, i, const site_own_page_t *);
        const char **captured =
            apr_palloc(visit->r->pool, ((apr_size_t)page->custom.pattern->captures + 1) * sizeof *captured);
        site_pattern_match_t match = site_pattern_match(visit->r->pool, page->custom.pattern, path, captured);

        if (match > best) {
            best = match;
            visit->page = page;
            visit->values.page = &page->custom;
            visit->values.captured = captured;
        }
    }
    return best;
}

/* "news.html" -> "news": a word for the style sheet. */
static const char *word_of(apr_pool_t *pool, const char *file) {
    const char *name = strrchr(file, '/');

    name = name ? name + 1 : file;
    return apr_pstrmemdup(pool, name, strlen(name) - 5);
}

static void add_values(site_custom_visit_t *visit) {
    const site_custom_t *custom = &visit->page->custom;
    int i;

    for (i = 0; i < custom->pattern->segments->nelts; i++) {
        const site_pattern_segment_t *segment =
            &APR_ARRAY_IDX(custom->pattern->segments, i, const site_pattern_segment_t);

        if (segment->captured)
            site_view_text(visit->view, segment->text, site_custom_value(&visit->values, segment->text));
    }
    for (i = 0; i < custom->parameters->nelts; i++) {
        const site_custom_parameter_t *parameter = &APR_ARRAY_IDX(custom->parameters, i, const site_custom_parameter_t);

        if (!parameter->unseen)
            site_view_text(visit->view, parameter->name, site_custom_value(&visit->values, parameter->name));
    }
}

/* {slug}, or {author.name}: of the first row. */
static const char *title_part(void *baton, const char *name) {
    site_custom_visit_t *visit = baton;
    const char *dot = strchr(name, '.');
    const site_view_entry_t *entry;

    if (!dot)
        return site_custom_value(&visit->values, name);
    entry = site_view_find(visit->view, name, (apr_size_t)(dot - name));
    if (!entry || entry->kind != SITE_VIEW_LIST || !entry->items->nelts)
        return NULL;
    entry = site_view_find(APR_ARRAY_IDX(entry->items, 0, site_view_t *), dot + 1, strlen(dot + 1));
    return entry && entry->kind == SITE_VIEW_TEXT ? apr_pstrmemdup(visit->r->pool, entry->text, entry->length) : NULL;
}

/* The pages above this one that have a title of their own, the outermost first: they are tried in that order. */
static void add_crumbs(const site_custom_visit_t *visit, const char *title) {
    const apr_array_header_t *pages = site_custom_pages(visit->r->server);
    const char *prefix = site_origin_prefix(visit->r);
    apr_pool_t *pool = visit->r->pool;
    int i;

    site_views_crumb(visit->view, "Home", apr_pstrcat(pool, prefix, "/", NULL));
    for (i = 0; i < pages->nelts; i++) {
        const site_custom_t *page = &APR_ARRAY_IDX(pages, i, const site_own_page_t *)->custom;

        if (page->pattern->segments->nelts && page->title && page->title->nelts == 1 &&
            site_pattern_is_above(page->pattern, visit->page->custom.pattern))
            site_views_crumb(visit->view, APR_ARRAY_IDX(page->title, 0, const site_blank_t).text,
                             apr_pstrcat(pool, prefix, site_pattern_path(pool, page->pattern), NULL));
    }
    if (title && *title)
        site_views_crumb(visit->view, title, NULL);
}

static void add_frame(site_custom_visit_t *visit) {
    const site_custom_t *custom = &visit->page->custom;
    const char *title = custom->title ? site_blanks_fill(visit->r->pool, custom->title, title_part, visit, NULL) : NULL;

    if (title && *title)
        site_view_text(visit->view, "title", title);
    /* The front page also misses an API that cannot be told of. */
    if (visit->missing || custom->pattern->segments->nelts)
        site_view_flag(visit->view, "missing", visit->missing);
    if (custom->pattern->segments->nelts)
        add_crumbs(visit, title);
}

/* What belongs to one visitor is kept by nobody else. */
static void set_cache(const site_custom_visit_t *visit) {
    request_rec *r = visit->r;
    int seconds = visit->page->custom.cache;

    if (seconds <= 0 || visit->missing)
        return;
    apr_table_setn(r->headers_out, "Cache-Control",
                   apr_psprintf(r->pool, "%smax-age=%d", visit->personal ? "private, " : "", seconds));
}

static int send_page(site_custom_visit_t *visit) {
    request_rec *r = visit->r;
    const char *known = apr_table_get(r->headers_in, "If-None-Match"), *etag;
    site_sink_t *body = apr_palloc(r->pool, sizeof *body);

    site_sink_init(body, r->pool, 16384, 0);
    if (!site_templates_expand_asked(r, visit->page->templates, visit->page->key, visit->view, body))
        return body->status == APR_ENOSPC ? site_pages_send_error(r, site_error_too_large(r->pool, body->limit))
                                          : HTTP_INTERNAL_SERVER_ERROR;
    set_cache(visit);
    /* Weak: whoever packs it sends other bytes under the same name. */
    etag = apr_psprintf(r->pool, "\"%s\"", site_digest(r->pool, body->data, body->used));
    apr_table_setn(r->headers_out, "ETag", apr_pstrcat(r->pool, "W/", etag, NULL));
    if (known && site_etag_is_listed(known, etag)) {
        if (!apr_table_get(r->headers_out, "Cache-Control"))
            apr_table_setn(r->headers_out, "Cache-Control", "no-cache");
        return HTTP_NOT_MODIFIED;
    }
    return site_pages_send_body(r, HTTP_OK, body);
}

static site_error_t *read_values(site_custom_visit_t *visit) {
    request_rec *r = visit->r;
    site_error_t *error;

    visit->values.params = site_params_parse(r->pool, r->args, r->args ? strlen(r->args) : 0, &error);
    return error ? error : site_custom_check_values(r->pool, &visit->values);
}

static site_error_t *fill_view(site_custom_visit_t *visit) {
    site_error_t *error = read_values(visit);

    if (error)
        return error;
    /* The front page is one, whoever made it. */
    visit->view = site_pages_view(
        visit->r,
        !visit->page->custom.pattern->segments->nelts ? "home" : word_of(visit->r->pool, visit->page->custom.file),
        NULL);
    site_pages_add_apis(visit->r, visit->view);
    add_values(visit);
    error = site_custom_run(visit);
    if (!error)
        add_frame(visit);
    return error;
}

int site_custom(request_rec *r, const site_exchange_t *exchange) {
    site_custom_visit_t visit;
    site_error_t *error;
    const char *path;

    if (!site_custom_pages(r->server)->nelts)
        return DECLINED;
    memset(&visit, 0, sizeof visit);
    visit.r = r;
    visit.personal = exchange->identity.user != NULL;
    path = site_path_encoded(r);
    switch (find_page(&visit, path)) {
    case SITE_PATTERN_MATCH:
        break;
    case SITE_PATTERN_SLASH:
        return site_path_add_slash(r);
    default:
        return DECLINED;
    }
    if (r->method_number != M_GET) {
        apr_table_setn(r->err_headers_out, "Allow", "GET, HEAD");
        return site_pages_send_error(r, site_error_make(r->pool, HTTP_METHOD_NOT_ALLOWED, "method_not_allowed", NULL,
                                                        "This page can only be read."));
    }
    visit.self = apr_pstrcat(r->pool, site_origin_prefix(r), path, NULL);
    error = site_throttle_request(r, &exchange->dir->access, &exchange->identity);
    if (!error)
        error = fill_view(&visit);
    return error ? site_pages_send_error(r, error) : send_page(&visit);
}
