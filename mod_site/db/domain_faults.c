#include "db/domain_faults.h"
#include "core/sql_write.h"

#include <string.h>

site_error_t *site_domain_faults(apr_pool_t *pool, site_connection_t *connection,
                                 const apr_array_header_t *assignments) {
    site_error_t *errors = NULL;
    int i;

    /* One after the other: a statement that fails ends its transaction. */
    for (i = 0; i < assignments->nelts; i++) {
        const site_assignment_t *each = APR_ARRAY_IDX(assignments, i, const site_assignment_t *);
        site_statement_t statement;
        site_diagnosis_t diagnosis;
        site_violation_t violation = {0};
        PGresult *result;
        site_sql_t sql;

        site_sql_try(pool, each, &sql);
        statement.text = sql.text;
        statement.count = sql.count;
        statement.values = sql.values;
        if (!site_execute_batch(pool, connection, &statement, 1, &result, &diagnosis))
            continue;
        if (strncmp(diagnosis.sqlstate, "23", 2) != 0)
            return errors;
        violation.sqlstate = diagnosis.sqlstate;
        violation.constraint = diagnosis.constraint;
        if (each->attribute->shown)
            site_error_append(&errors, site_violation_of_domain(pool, each->attribute, &violation));
    }
    return errors;
}
