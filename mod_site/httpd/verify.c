#include "httpd/verify.h"

#include "httpd/log.h"

#include "db/execute.h"

#include <apr_strings.h>
#include <string.h>

typedef struct complaint_t {
    const char *tag; /* SITE0073: nothing is broken by it; SITE0074: something is */
    int level;
    site_place_t place;
    const char *message;
} complaint_t;

static void complain(apr_array_header_t *complaints, int level, const site_place_t *place, const char *message) {
    complaint_t *complaint = apr_array_push(complaints);

    complaint->tag = level == APLOG_ERR ? "SITE0074" : "SITE0073";
    complaint->level = level;
    complaint->place = *place;
    complaint->message = message;
}

/* One question about one name. NULL: no answer; then *sqlstate says why. */
static PGresult *ask(apr_pool_t *pool, site_connection_t *connection, const char *text, const char *name,
                     char sqlstate[6]) {
    site_statement_t statement = {text, 1, &name};
    site_diagnosis_t diagnosis;
    PGresult *result;

    if (!site_execute_batch(pool, connection, &statement, 1, &result, &diagnosis))
        return result;
    memcpy(sqlstate, diagnosis.sqlstate, sizeof diagnosis.sqlstate);
    return NULL;
}

static void verify_schema(apr_pool_t *pool, const site_exposed_t *exposed, site_connection_t *connection,
                          const char *schema, apr_array_header_t *complaints) {
    static const char usable[] =
        "SELECT has_schema_privilege(oid, 'USAGE') FROM pg_catalog.pg_namespace WHERE nspname = $1::text";
    const site_place_t *place =
        apr_hash_get(exposed->spec.places, apr_pstrcat(pool, "SiteSchema ", schema, NULL), APR_HASH_KEY_STRING);
    const char *wrong = NULL;
    char sqlstate[6];
    PGresult *result = ask(pool, connection, usable, schema, sqlstate);

    if (result && !PQntuples(result))
        wrong = "there is no such schema";
    else if (result && *PQgetvalue(result, 0, 0) != 't')
        wrong = "the role of DBDParams may not use this schema";
    if (wrong)
        complain(complaints, APLOG_WARNING, place ? place : &exposed->spec.place,
                 apr_psprintf(pool, "%s/: SiteSchema %s: %s", exposed->spec.path, schema, wrong));
}

static void verify_zone(apr_pool_t *pool, site_connection_t *connection, const site_said_t *zone,
                        apr_array_header_t *complaints) {
    char sqlstate[6];

    if (!ask(pool, connection, "SELECT pg_catalog.set_config('TimeZone', $1, true)", zone->value, sqlstate) &&
        strcmp(sqlstate, "22023") == 0)
        complain(
            complaints, APLOG_ERR, &zone->place,
            apr_psprintf(pool,
                         "SiteTimeZone: PostgreSQL knows no time zone '%s'. What it is meant for answers 503 until "
                         "that is mended",
                         zone->value));
}

static void verify_pattern(apr_pool_t *pool, site_connection_t *connection, const site_attribute_spec_t *attribute,
                           apr_array_header_t *complaints) {
    const char *pattern = attribute->rules.pattern;
    char sqlstate[6];

    if (pattern && !ask(pool, connection, "SELECT ''::text ~ $1::text", pattern, sqlstate) &&
        strcmp(sqlstate, "2201B") == 0)
        complain(complaints, APLOG_ERR, &attribute->place,
                 apr_psprintf(pool,
                              "SiteAttribute %s: '%s' is no regular expression of PostgreSQL. Nobody can write this "
                              "attribute until that is mended",
                              attribute->name, pattern));
}

static void verify_section(apr_pool_t *pool, site_connection_t *connection, const site_resource_spec_t *section,
                           apr_array_header_t *complaints) {
    int i;

    for (i = 0; section->attribute && i < section->attribute->nelts; i++)
        verify_pattern(pool, connection, APR_ARRAY_IDX(section->attribute, i, const site_attribute_spec_t *),
                       complaints);
}

apr_array_header_t *site_verify(apr_pool_t *pool, const site_exposed_t *exposed, site_connection_t *connection) {
    const apr_array_header_t *schemas = exposed->spec.schemas, *said = site_server_of(exposed->server)->said;
    const apr_array_header_t *sections = exposed->spec.resources;
    apr_array_header_t *complaints = apr_array_make(pool, 2, sizeof(complaint_t));
    int i;

    for (i = 0; i < schemas->nelts; i++)
        verify_schema(pool, exposed, connection, APR_ARRAY_IDX(schemas, i, const char *), complaints);
    for (i = 0; i < said->nelts; i++) {
        const site_said_t *line = &APR_ARRAY_IDX(said, i, const site_said_t);

        if (strcmp(line->directive, "SiteTimeZone") == 0)
            verify_zone(pool, connection, line, complaints);
    }
    for (i = 0; sections && i < sections->nelts; i++)
        verify_section(pool, connection, APR_ARRAY_IDX(sections, i, const site_resource_spec_t *), complaints);
    return complaints;
}

void site_verify_tell(const site_exposed_t *exposed, const apr_array_header_t *complaints) {
    int i;

    for (i = 0; i < complaints->nelts; i++) {
        const complaint_t *complaint = &APR_ARRAY_IDX(complaints, i, const complaint_t);

        ap_log_error(APLOG_MARK, complaint->level, 0, exposed->server, "%s: %s:%d: %s", complaint->tag,
                     complaint->place.file, complaint->place.line, complaint->message);
    }
}
