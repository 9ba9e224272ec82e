/* Whether the database bears out what a site's own pages ask of an API: the third part of custom.h. */
#include "httpd/custom.h"

#include "db/execute.h"
#include "httpd/borrow.h"
#include "httpd/config.h"
#include "httpd/log.h"

#include <apr_strings.h>
#include <string.h>

typedef struct judge_t {
    const site_exposed_t *exposed;
    site_api_t *api;
    int loud;
} judge_t;

static void note_misfit(const judge_t *judge, const site_custom_query_t *query, const char *complaint) {
    const site_custom_query_t **key = apr_palloc(judge->api->pool, sizeof *key);

    *key = query;
    apr_hash_set(judge->api->misfits, key, sizeof *key, query);
    if (judge->loud)
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, judge->exposed->server,
                     "SITE0162: %s:%d: query '%s' of <SitePage \"%s\">: %s. It fails until that is mended",
                     query->place.file, query->place.line, query->name, query->page->pattern->text, complaint);
}

/* --- SQL: PostgreSQL alone knows --- */

/* What says something of the query, and not of the moment or of whom it was asked for. */
static int is_about_query(const char *sqlstate) {
    static const char *const others[] = {"08", "57", "53", "40", "55", "58", "XX", "25", "28", "3D", "42501"};
    apr_size_t i;

    if (!*sqlstate)
        return 0;
    for (i = 0; i < sizeof others / sizeof *others; i++) {
        if (strncmp(sqlstate, others[i], strlen(others[i])) == 0)
            return 0;
    }
    return 1;
}

static const char *complaint_of(apr_pool_t *pool, const site_sql_file_t *file, const site_diagnosis_t *diagnosis) {
    int unqualified = strcmp(diagnosis->sqlstate, "42P01") == 0 && !strchr(diagnosis->message, '.');

    return apr_psprintf(pool, "%s:%d: %s%s", file->path, site_sql_file_line(file, diagnosis->position),
                        diagnosis->message, unqualified ? " (tables are named with their schema: public.book)" : "");
}

/* Runs it without rows. What says nothing about the query, a lost connection or a missing right, is no complaint. */
static const char *probe(apr_pool_t *pool, site_connection_t *connection, const site_custom_query_t *query) {
    site_statement_t statements[2] = {{.text = SITE_CUSTOM_READ_ONLY}};
    site_diagnosis_t diagnosis;
    PGresult *results[2];

    statements[1].text = query->sql->probe;
    statements[1].count = query->sql->names->nelts;
    statements[1].values = apr_pcalloc(pool, ((apr_size_t)statements[1].count + 1) * sizeof(const char *));
    return site_execute_batch(pool, connection, statements, 2, results, &diagnosis) &&
                   is_about_query(diagnosis.sqlstate)
               ? complaint_of(pool, query->sql, &diagnosis)
               : NULL;
}

static void probe_all(const judge_t *judge, apr_pool_t *pool) {
    const apr_array_header_t *queries = judge->exposed->queries;
    site_connection_t *connection;
    site_error_t *error;
    site_loan_t *loan =
        site_borrow_for(pool, judge->exposed->server, &judge->exposed->spec.settings, &connection, &error);
    int i;

    for (i = 0; loan && queries && i < queries->nelts; i++) {
        const site_custom_query_t *query = APR_ARRAY_IDX(queries, i, const site_custom_query_t *);
        const char *complaint = query->sql ? probe(pool, connection, query) : NULL;

        if (complaint)
            note_misfit(judge, query, complaint);
    }
    site_give_back(loan);
}

/* What a role may not read is no complaint. */
static void judge_for(judge_t *judge, apr_pool_t *scratch, const site_role_api_t *role) {
    int i;

    judge->api = (site_api_t *)role->api; /* no request has it yet */
    for (i = 0; judge->exposed->queries && i < judge->exposed->queries->nelts; i++) {
        const site_custom_query_t *query = APR_ARRAY_IDX(judge->exposed->queries, i, const site_custom_query_t *);

        if (site_custom_judge(scratch, role->api, query))
            note_misfit(judge, query, NULL);
    }
}

void site_custom_judge_all(const site_exposed_t *exposed, site_api_t *api, apr_pool_t *scratch, int loud) {
    judge_t judge = {exposed, api, loud}, quiet = {exposed, api, 0};
    int i, sql = 0;

    for (i = 0; exposed->queries && i < exposed->queries->nelts; i++) {
        const site_custom_query_t *query = APR_ARRAY_IDX(exposed->queries, i, const site_custom_query_t *);
        const char *complaint = site_custom_judge(scratch, api, query);

        sql |= query->sql != NULL;
        if (complaint)
            note_misfit(&judge, query, complaint);
    }
    for (i = 0; api->role_apis && i < api->role_apis->nelts; i++)
        judge_for(&quiet, scratch, &APR_ARRAY_IDX(api->role_apis, i, const site_role_api_t));
    if (sql)
        probe_all(&judge, scratch);
}
