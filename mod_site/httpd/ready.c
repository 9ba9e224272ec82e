#include "httpd/ready.h"

#include "httpd/borrow.h"
#include "httpd/config.h"
#include "httpd/snapshot.h"

#include <apr_thread_mutex.h>
#include <http_protocol.h>
#include <string.h>

#define FRESH APR_TIME_C(1000000)  /* an answer is given again */
#define SILENT APR_TIME_C(2000000) /* a check that takes longer counts as failed */

enum { PATIENCE = 1500 /* milliseconds, for the answer to a statement */ };

/* One database: that of a server with an API. */
typedef struct check_t {
    server_rec *server;
    apr_time_t begun;    /* the check that is under way; 0: none */
    apr_time_t ended;    /* the last one; 0: none */
    const char *problem; /* that it found; NULL: none */
} check_t;

static struct {
    apr_thread_mutex_t *mutex; /* NULL: this server has no API */
    check_t *checks;
    int count;
} child;

static const char no_answer[] = "no answer";

void site_ready_make(apr_pool_t *pchild, server_rec *main) {
    const apr_array_header_t *apis = site_config_apis(pchild, main);
    int i;

    child.checks = apr_pcalloc(pchild, (apr_size_t)(apis->nelts + 1) * sizeof *child.checks);
    child.count = 0;
    for (i = 0; i < apis->nelts; i++) {
        server_rec *server = APR_ARRAY_IDX(apis, i, const site_exposed_t *)->server;

        if (child.count && child.checks[child.count - 1].server == server)
            continue;
        child.checks[child.count].server = server;
        child.checks[child.count++].problem = no_answer;
    }
    apr_thread_mutex_create(&child.mutex, APR_THREAD_MUTEX_DEFAULT, pchild);
}

/* Asks the database. Returns what is wrong, or NULL. */
static const char *ask(apr_pool_t *pool, server_rec *server) {
    site_connection_t *connection;
    site_loan_t *loan;
    const char *problem;
    int full;

    loan = site_borrow_now(pool, server, &connection, &full);
    if (!loan)
        return full ? NULL : "no connection";
    problem = site_connection_answers(connection, PATIENCE) ? NULL : no_answer;
    site_give_back(loan);
    return problem;
}

/* The last answer, if it will do; else *due is set, and this request asks. */
static const char *recall(check_t *check, int *due) {
    apr_time_t now = apr_time_now();
    const char *problem;

    apr_thread_mutex_lock(child.mutex);
    problem = check->problem;
    *due = !check->begun && (!check->ended || now - check->ended >= FRESH);
    if (*due)
        check->begun = now;
    else if (check->begun && now - check->begun > SILENT)
        problem = no_answer;
    apr_thread_mutex_unlock(child.mutex);
    return problem;
}

static const char *problem_of(apr_pool_t *pool, check_t *check) {
    const char *problem;
    int due;

    problem = recall(check, &due);
    if (!due)
        return problem;
    problem = ask(pool, check->server);
    apr_thread_mutex_lock(child.mutex);
    check->problem = problem;
    check->ended = apr_time_now();
    check->begun = 0;
    apr_thread_mutex_unlock(child.mutex);
    return problem;
}

static void find_problems(apr_pool_t *pool, site_sink_t *problems) {
    int i;

    if (!child.mutex)
        return;
    for (i = 0; i < child.count; i++) {
        const char *problem = problem_of(pool, &child.checks[i]);

        if (problem)
            site_sink_printf(problems, "database: %s\n", problem);
    }
    site_snapshots_missing(problems);
}

int site_ready_handler(request_rec *r) {
    site_sink_t body;

    if (!r->handler || strcmp(r->handler, "site-ready") != 0)
        return DECLINED;
    if (r->method_number != M_GET) {
        apr_table_setn(r->err_headers_out, "Allow", "GET, HEAD");
        return HTTP_METHOD_NOT_ALLOWED;
    }
    site_sink_init(&body, r->pool, 128, 0);
    find_problems(r->pool, &body);
    if (body.used)
        r->status = HTTP_SERVICE_UNAVAILABLE;
    else
        site_sink_puts(&body, "ready\n");
    ap_set_content_type(r, "text/plain; charset=utf-8");
    ap_set_content_length(r, (apr_off_t)body.used);
    apr_table_setn(r->headers_out, "Cache-Control", "no-store");
    if (!r->header_only)
        ap_rwrite(body.data, (int)body.used, r);
    return OK;
}
