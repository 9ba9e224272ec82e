#include "httpd/describe.h"
#include "core/metadata.h"
#include "core/sql_write.h"
#include "core/views.h"
#include "db/execute.h"
#include "httpd/borrow.h"
#include "httpd/identity.h"
#include "httpd/read.h"
#include "httpd/reply.h"

#include <httpd.h>

int site_describe_root(site_exchange_t *exchange) {
    site_sink_t body;

    if (exchange->accept.representation == SITE_REPRESENTATION_HTML) {
        site_view_t *view = site_reply_view(exchange, "api", "API");

        site_views_api(view, &exchange->urls, exchange->api);
        return site_reply_page(exchange, HTTP_OK, "api.html", view);
    }
    site_sink_init(&body, exchange->r->pool, 1024, 0);
    site_json_root(&body, &exchange->urls, exchange->api);
    return site_reply_json(exchange, HTTP_OK, &body);
}

/* Whether the row is there: only then can it be replaced. A database that cannot be asked says no more than that. */
static int is_there(site_exchange_t *exchange) {
    apr_pool_t *pool = exchange->r->pool;
    const site_condition_t *condition;
    site_connection_t *connection;
    site_statement_t statement;
    const char *key;
    site_error_t *error;
    site_loan_t *loan;
    PGresult *result;
    int filtered, there = 0;
    site_sql_t sql;

    if (site_read_condition(exchange, &condition, &key, &filtered) || !key)
        return 0;
    loan = site_borrow(exchange->r, &exchange->settings, &connection, &error);
    if (!loan)
        return 0;
    site_sql_find(pool, exchange->route.resource, condition, &sql);
    statement.text = sql.text;
    statement.count = sql.count;
    statement.values = sql.values;
    if (!site_execute_batch(pool, connection, &statement, 1, &result, NULL))
        there = PQntuples(result) > 0;
    site_give_back(loan);
    return there;
}

/* The method whose fields are told: what this caller could send here. */
static const char *action_of(site_exchange_t *exchange) {
    int methods = exchange->settings.methods;

    if (exchange->route.kind == SITE_ROUTE_COLLECTION)
        return methods & SITE_METHOD_POST && site_may(exchange, SITE_METHOD_POST) ? "POST" : NULL;
    if (exchange->route.kind == SITE_ROUTE_ITEM)
        return methods & SITE_METHOD_PUT && site_may(exchange, SITE_METHOD_PUT) && is_there(exchange) ? "PUT" : NULL;
    return NULL;
}

int site_describe(site_exchange_t *exchange) {
    site_sink_t body;

    site_sink_init(&body, exchange->r->pool, 4096, 0);
    site_metadata_write(&body, &exchange->route, action_of(exchange), &exchange->settings);
    exchange->accept.representation = SITE_REPRESENTATION_JSON;
    return site_reply_json(exchange, HTTP_OK, &body);
}
