/* The queries of a site's own page: the second part of custom.h.
 *
 * Each query is asked as the visitor could ask it: Apache is asked whether he may see the address, the API's roles say as
 * whom. Queries that run as the same role on the same database share a connection and a round trip, which begins with
 * making the transaction read-only; there is no way back from that once it has been used.
 */
#include "httpd/custom_source.h"

#include "core/regex.h"
#include "core/url.h"
#include "db/account.h"
#include "db/batch.h"
#include "httpd/access.h"
#include "httpd/borrow.h"
#include "httpd/config.h"
#include "httpd/identity.h"
#include "httpd/log.h"
#include "httpd/origin.h"
#include "httpd/role.h"
#include "httpd/snapshot.h"

#include <apr_strings.h>
#include <http_core.h>
#include <http_protocol.h>
#include <http_request.h>
#include <string.h>

typedef enum kind_t { KIND_CHECK, KIND_COUNT, KIND_ROWS } kind_t;

/* A statement on its way. */
typedef struct item_t {
    site_statement_t statement;
    site_custom_source_t *source;
    kind_t kind;
    int check; /* KIND_CHECK: which one of the filter */
} item_t;

/* --- before the database is asked --- */

static site_error_t *denial(site_custom_source_t *source) {
    const site_visit_t *caller = source->caller;
    site_exchange_t exchange;
    const char *challenge;

    memset(&exchange, 0, sizeof exchange);
    exchange.r = source->asked;
    exchange.dir = site_dir_of(source->asked);
    challenge = site_challenge(&exchange);
    if (caller->identity.user || caller->denied == HTTP_FORBIDDEN || !challenge)
        return site_error_make(source->visit->r->pool, HTTP_FORBIDDEN, "permission_denied", NULL,
                               "You do not have permission to perform this action.");
    apr_table_set(source->visit->r->err_headers_out, "WWW-Authenticate", challenge);
    return site_error_make(source->visit->r->pool, HTTP_UNAUTHORIZED, "not_authenticated", NULL,
                           "Authentication credentials were not provided.");
}

/* Whether somebody else could get something else here, by a cookie or by a header. */
static void note_differences(site_custom_source_t *source) {
    const site_access_t *access = &site_dir_of(source->asked)->access;
    const char *type = ap_auth_type(source->asked);
    int header = (access->basic && access->basic->nelts) || (access->tokens && access->tokens->table) || type;

    if (header)
        apr_table_mergen(source->visit->r->headers_out, "Vary", "Authorization");
    if ((access->sessions && access->sessions->table) ||
        (type && strcasecmp(type, "Basic") != 0 && strcasecmp(type, "Digest") != 0))
        apr_table_mergen(source->visit->r->headers_out, "Vary", "Cookie");
    if (source->caller->identity.user)
        source->visit->personal = 1;
}

/* The address that a query asks, with the API's own slash. */
static const char *address_of(const site_custom_source_t *source) {
    const site_custom_query_t *query = source->query;
    apr_pool_t *pool = source->visit->r->pool;

    return query->resource
               ? apr_pstrcat(pool, query->api->path, "/", ap_escape_path_segment(pool, query->resource), "/", NULL)
               : apr_pstrcat(pool, query->api->path, "/", NULL);
}

/* Asks Apache, and then the API's roles; once for each address. */
static void ask_access(site_custom_source_t *sources, int number) {
    site_custom_source_t *source = &sources[number];
    const char *address = address_of(source);
    int i;

    for (i = 0; i < number && !source->asked; i++) {
        if (strcmp(address_of(&sources[i]), address) == 0)
            source->asked = sources[i].asked;
    }
    if (!source->asked)
        source->asked = ap_sub_req_lookup_uri(address, source->visit->r, NULL);
    if (source->asked->status == HTTP_UNAUTHORIZED || source->asked->status == HTTP_FORBIDDEN) {
        source->denied = 1;
        source->caller = site_visit_of(source->visit->r);
        return;
    }
    source->caller = site_visit_of(source->asked);
    note_differences(source);
    source->denied = source->caller->denied || source->caller->error ||
                     !site_role_find(source->asked, &site_dir_of(source->asked)->access, source->caller);
}

static site_error_t *misconfigured(apr_pool_t *pool) {
    return site_error_make(pool, HTTP_SERVICE_UNAVAILABLE, "misconfigured", NULL,
                           "This page is not available: its configuration does not fit the database.");
}

static site_error_t *ask_resource(site_custom_source_t *source, const site_api_t *api) {
    const site_resource_t *resource = site_api_resource(api, source->query->resource);
    request_rec *r = source->visit->r;

    if (!resource || resource->broken || !resource->table)
        return misconfigured(r->pool);
    site_custom_ask(r->pool, source->query, resource, &source->settings, &source->visit->values, &source->ask);
    source->settings = source->ask.settings;
    source->urls.base = apr_pstrcat(r->pool, site_origin(r), api->spec->path, "/", NULL);
    source->urls.item_tail = source->urls.collection_tail = "/";
    source->urls.query = "";
    if (source->caller->identity.user || !source->settings.regex_timeout)
        source->ask.regex = NULL;
    return source->ask.error && !source->ask.filter->checks->nelts ? source->ask.error : NULL;
}

/* The API as the caller's role sees it. A query that asks for more than that stays as it is, and PostgreSQL refuses it:
 * without one of its filters it would show rows that its author leaves out. */
static const site_api_t *as_seen_by(const site_custom_source_t *source, const site_api_t *api) {
    const site_api_t *seen = site_api_of_role(api, source->caller->role);

    return apr_hash_get(seen->misfits, &source->query, sizeof source->query) ? api : seen;
}

static site_error_t *prepare(site_custom_source_t *sources, int number) {
    site_custom_source_t *source = &sources[number];
    request_rec *r = source->visit->r;
    const site_api_t *api;
    site_error_t *error;

    ask_access(sources, number);
    if (source->denied)
        return source->query->required ? denial(source) : NULL;
    api = site_snapshot_take(r->pool, r->server, source->query->api, &error);
    if (!api)
        return error;
    if (apr_hash_get(api->misfits, &source->query, sizeof source->query))
        return misconfigured(r->pool);
    api = as_seen_by(source, api);
    site_settings_merge(&source->settings, &api->spec->settings, &site_dir_of(source->asked)->settings);
    site_settings_complete(&source->settings);
    return source->query->address ? ask_resource(source, api) : NULL;
}

/* --- statements --- */

static void add_item(apr_array_header_t *items, site_custom_source_t *source, kind_t kind, int check,
                     const site_sql_t *sql) {
    item_t *item = apr_array_push(items);

    item->source = source;
    item->kind = kind;
    item->check = check;
    item->statement.text = sql->text;
    item->statement.count = sql->count;
    item->statement.values = sql->values;
}

static void add_items(apr_array_header_t *items, site_custom_source_t *source) {
    apr_pool_t *pool = source->visit->r->pool;
    const site_custom_query_t *query = source->query;
    site_sql_t sql;
    int i;

    if (query->sql) {
        sql.text = query->sql->text;
        sql.count = query->sql->names->nelts;
        sql.values = site_custom_sql_values(pool, query, &source->visit->values);
        add_item(items, source, KIND_ROWS, 0, &sql);
        return;
    }
    for (i = 0; i < source->ask.filter->checks->nelts; i++) {
        site_sql_check(pool, APR_ARRAY_IDX(source->ask.filter->checks, i, site_check_t *), &sql);
        add_item(items, source, KIND_CHECK, i, &sql);
    }
    if (source->ask.error)
        return;
    if (query->counted) {
        site_sql_count(pool, &source->ask.query, &sql);
        add_item(items, source, KIND_COUNT, 0, &sql);
    }
    site_sql_rows(pool, &source->ask.query, &sql);
    add_item(items, source, KIND_ROWS, 0, &sql);
}

/* A row in the answer is a value that is missing: the error that was pending holds. */
static void conclude_check(const item_t *item, const PGresult *result) {
    site_check_t *check = APR_ARRAY_IDX(item->source->ask.filter->checks, item->check, site_check_t *);

    if (PQntuples(result) > 0)
        check->error->pending = 0;
}

static void take_result(const item_t *item, const PGresult *result) {
    switch (item->kind) {
    case KIND_CHECK:
        conclude_check(item, result);
        break;
    case KIND_COUNT:
        item->source->count = result;
        break;
    case KIND_ROWS:
        item->source->rows = result;
        break;
    }
}

/* Runs the items in one round trip. *culprit: whose statement failed; NULL: nobody's in particular. */
static site_error_t *ask_items(apr_pool_t *pool, site_connection_t *connection, const apr_array_header_t *items,
                               site_diagnosis_t *diagnosis, site_custom_source_t **culprit) {
    static const site_statement_t read_only = {.text = SITE_CUSTOM_READ_ONLY};
    site_batch_t batch = site_batch_make(pool);
    site_error_t *error;
    int i;

    site_batch_add_statement(&batch, &read_only);
    for (i = 0; i < items->nelts; i++)
        site_batch_add_statement(&batch, &APR_ARRAY_IDX(items, i, item_t).statement);
    error = site_batch_run(&batch, connection, 0, diagnosis);
    *culprit = error && diagnosis->statement > 0 ? APR_ARRAY_IDX(items, diagnosis->statement - 1, item_t).source : NULL;
    for (i = 0; i < items->nelts && !error; i++)
        take_result(&APR_ARRAY_IDX(items, i, item_t), batch.results[i + 1]);
    return error;
}

static void report(const site_custom_source_t *source, const site_error_t *error, const site_diagnosis_t *diagnosis) {
    if (strcmp(error->code, "stale_catalog") == 0)
        site_snapshot_poke();
    ap_log_rerror(APLOG_MARK, error->status >= 500 ? APLOG_WARNING : APLOG_INFO, 0, source->visit->r,
                  "SITE0160: %s:%d: query '%s': %s: %s %s", source->query->place.file, source->query->place.line,
                  source->query->name, error->code, diagnosis->sqlstate, diagnosis->message ? diagnosis->message : "");
}

/* What may fail is left out. Returns the error that the page ends with. */
static site_error_t *forgive(site_custom_source_t *source, site_error_t *error) {
    if (!error)
        return NULL;
    error = site_custom_blame(source->visit->r->pool, source->query, error);
    if (!source->query->optional)
        return error;
    source->failed = 1;
    source->rows = source->count = NULL;
    source->visit->missing = 1;
    return NULL;
}

static void drop_failed(apr_array_header_t *items) {
    int i, kept = 0;

    for (i = 0; i < items->nelts; i++) {
        const item_t *item = &APR_ARRAY_IDX(items, i, const item_t);

        if (!item->source->failed)
            APR_ARRAY_IDX(items, kept++, item_t) = *item;
    }
    items->nelts = kept;
}

/* Without those that may fail and do. */
static site_error_t *run_items(apr_pool_t *pool, site_connection_t *connection, apr_array_header_t *items) {
    while (items->nelts) {
        site_custom_source_t *culprit, *source = APR_ARRAY_IDX(items, 0, item_t).source;
        site_diagnosis_t diagnosis;
        site_error_t *error = ask_items(pool, connection, items, &diagnosis, &culprit);

        if (!error)
            return NULL;
        if (source->ask.regex && site_connection_is_out_of_work(connection, error)) {
            error = site_regex_error(pool, source->ask.regex);
            culprit = source;
        }
        report(culprit ? culprit : source, error, &diagnosis);
        if (!culprit || (error = forgive(culprit, error)) != NULL)
            return error;
        /* All begin again: some results may be of the one that is left out now. */
        drop_failed(items);
    }
    return NULL;
}

static int same_text(const char *one, const char *other) {
    return one == other || (one && other && strcmp(one, other) == 0);
}

/* Whether two run in one session as one caller. One whose time is limited (SiteRegexTimeout) runs alone. */
static int belong_together(const site_custom_source_t *one, const site_custom_source_t *other) {
    if (one->ask.regex || other->ask.regex)
        return one == other;
    return site_exposed_of(one->query->api)->server == site_exposed_of(other->query->api)->server &&
           same_text(one->caller->role, other->caller->role) &&
           same_text(one->caller->identity.user, other->caller->identity.user) &&
           same_text(one->settings.time_zone, other->settings.time_zone) &&
           same_text(one->settings.search_path, other->settings.search_path) &&
           one->settings.statement_timeout == other->settings.statement_timeout;
}

/* A connection that cannot be had is every query's failure. */
static site_error_t *forgive_all(site_custom_source_t *sources, int count, const site_custom_source_t *first,
                                 site_error_t *error) {
    int i;

    for (i = 0; i < count; i++) {
        site_custom_source_t *source = &sources[i];

        if (!source->denied && !source->failed && belong_together(first, source) && forgive(source, error))
            return error;
    }
    return NULL;
}

static site_error_t *run_group(site_custom_source_t *sources, int count, site_custom_source_t *first) {
    apr_pool_t *pool = first->visit->r->pool;
    apr_array_header_t *items = apr_array_make(pool, 8, sizeof(item_t));
    site_connection_t *connection;
    site_error_t *error;
    site_loan_t *loan;
    int i;

    for (i = 0; i < count; i++) {
        site_custom_source_t *source = &sources[i];

        if (!source->denied && !source->failed && !source->done && belong_together(first, source)) {
            source->done = 1;
            add_items(items, source);
        }
    }
    loan = site_borrow(first->asked, &first->settings, &connection, &error);
    if (loan) {
        site_connection_limit_work(connection, first->ask.regex ? first->settings.regex_timeout : 0);
        error = run_items(pool, connection, items);
        site_connection_limit_work(connection, 0);
    }
    for (i = 0; loan && !error && i < items->nelts; i++) {
        const item_t *item = &APR_ARRAY_IDX(items, i, const item_t);

        if (item->kind == KIND_ROWS && item->source->query->labelled)
            site_custom_ask_labels(item->source, connection);
    }
    site_give_back(loan);
    return !loan ? forgive_all(sources, count, first, error) : error;
}

/* --- what came of it --- */

static site_error_t *not_found(apr_pool_t *pool) {
    return site_error_make(pool, HTTP_NOT_FOUND, "not_found", NULL, "There is nothing at this address.");
}

/* What only the rows decide. */
static site_error_t *conclude(site_custom_source_t *source) {
    const site_custom_ask_t *ask = &source->ask;
    apr_pool_t *pool = source->visit->r->pool;
    site_error_t *error = NULL;

    if (source->query->address && !source->denied && !source->failed) {
        error = site_error_settle(ask->filter->errors);
        error = forgive(source, error ? error : ask->error);
    }
    if (error)
        return error;
    source->shown = source->rows ? PQntuples(source->rows) : 0;
    if (ask->turned_by && source->shown > ask->page.size)
        source->shown = (int)ask->page.size;
    if (!source->shown && source->rows &&
        (source->query->required ||
         (ask->turned_by && ask->page.style == SITE_PAGINATION_PAGE && ask->page.number > 1)))
        return not_found(pool);
    return NULL;
}

static site_error_t *run_all(site_custom_source_t *sources, int count) {
    site_error_t *error = NULL;
    int i;

    for (i = 0; i < count && !error; i++)
        error = forgive(&sources[i], prepare(sources, i));
    for (i = 0; i < count && !error; i++) {
        if (!sources[i].denied && !sources[i].failed && !sources[i].done)
            error = run_group(sources, count, &sources[i]);
    }
    for (i = 0; i < count && !error; i++)
        error = conclude(&sources[i]);
    for (i = 0; i < count && !error; i++)
        site_custom_show(&sources[i]);
    return error;
}

static void end_lookups(site_custom_source_t *sources, int count) {
    int i, j;

    for (i = 0; i < count; i++) {
        request_rec *asked = sources[i].asked;

        for (j = i; j < count && asked; j++) {
            if (sources[j].asked == asked)
                sources[j].asked = NULL;
        }
        if (asked)
            ap_destroy_sub_req(asked);
    }
}

site_error_t *site_custom_run(site_custom_visit_t *visit) {
    const apr_array_header_t *queries = visit->page->custom.queries;
    site_custom_source_t *sources = apr_pcalloc(visit->r->pool, ((apr_size_t)queries->nelts + 1) * sizeof *sources);
    site_error_t *error;
    int i;

    for (i = 0; i < queries->nelts; i++) {
        sources[i].visit = visit;
        sources[i].query = APR_ARRAY_IDX(queries, i, const site_custom_query_t *);
    }
    error = run_all(sources, queries->nelts);
    end_lookups(sources, queries->nelts);
    return error;
}
