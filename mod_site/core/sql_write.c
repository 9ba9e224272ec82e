#include "core/sql_write.h"
#include "core/sql_parts.h"

#include <string.h>

static void put(site_sql_writer_t *writer, const char *text) {
    site_sink_puts(&writer->text, text);
}

/* t0 to t2 are the statements' own; conditions come behind. */
static void begin(site_sql_writer_t *writer, apr_pool_t *pool) {
    site_sql_begin(writer, pool);
    writer->aliases = 2;
}

/* A value as the column stores it, not as filters compare it. Django writes numbers without the sign of a zero. */
static void bind_value(site_sql_writer_t *writer, const site_type_t *type, const char *value) {
    if (value && (type->kind == SITE_KIND_FLOAT4 || type->kind == SITE_KIND_FLOAT8) && strcmp(value, "-0.0") == 0)
        value = "0";
    if (type->kind != SITE_KIND_FLOAT4) {
        site_sql_bind_as(writer, type, value);
        return;
    }
    site_sql_bind(writer, value);
    put(writer, "::real");
}

static void bind_list(site_sql_writer_t *writer, const site_type_t *type, const apr_array_header_t *values) {
    site_sql_bind_array(writer, type, values);
}

static void write_key_test(site_sql_writer_t *writer, const site_resource_t *resource, int alias, const char *key) {
    site_sql_column(writer, alias, resource->key->column);
    put(writer, " = ");
    bind_value(writer, &resource->key->column->type, key);
}

/* --- demands --- */

/* A related row outside of its resource's own condition does not exist for the client. `alias` is that of its table. */
static void write_where(site_sql_writer_t *writer, int alias, const site_resource_t *target) {
    site_sql_where(writer, " AND ", alias, target);
}

/* The row that an assignment names, and in it the column that the foreign key refers to. */
static void write_referenced(site_sql_writer_t *writer, int alias, const site_assignment_t *assignment,
                             const char *cast) {
    const site_relation_t *relation = assignment->attribute->relation;

    put(writer, "(SELECT ");
    site_sql_column(writer, alias, APR_ARRAY_IDX(relation->target_columns, 0, const site_column_t *));
    put(writer, cast);
    put(writer, " FROM ");
    site_sql_table(writer, relation->target->table, alias);
    put(writer, " WHERE ");
    site_sql_column(writer, alias, assignment->lookup);
    put(writer, " = ");
    bind_value(writer, &assignment->lookup->type, assignment->value);
    write_where(writer, alias, site_attribute_target(assignment->attribute));
    put(writer, " LIMIT 1)");
}

/* What an assignment stores in its column. A client may name a related row by another column (its address, its slug) than the one that
 * the foreign key refers to. */
static void write_stored(site_sql_writer_t *writer, int alias, const site_assignment_t *assignment) {
    const site_relation_t *relation = assignment->attribute->relation;

    if (assignment->lookup && assignment->lookup != APR_ARRAY_IDX(relation->target_columns, 0, const site_column_t *))
        write_referenced(writer, alias, assignment, "");
    else
        bind_value(writer, &assignment->attribute->column->type, assignment->value);
}

static void write_unique(site_sql_writer_t *writer, const site_resource_t *resource, const site_demand_t *demand,
                         const char *key) {
    const site_column_t *column = demand->assignment->attribute->column;

    put(writer, "(SELECT '1' FROM ");
    site_sql_table(writer, resource->table, 0);
    put(writer, " WHERE ");
    site_sql_column(writer, 0, column);
    put(writer, " = ");
    write_stored(writer, 1, demand->assignment);
    if (key) {
        put(writer, " AND NOT ");
        write_key_test(writer, resource, 0, key);
    }
    put(writer, " LIMIT 1)");
}

/* t1 is the row that may be in the way, t0 the one that is changed: it gives what the change does not say. */
static void write_together(site_sql_writer_t *writer, const site_resource_t *resource, const site_demand_t *demand,
                           const char *key) {
    int i;

    put(writer, "(SELECT '1' FROM ");
    site_sql_table(writer, resource->table, 1);
    if (key) {
        put(writer, ", ");
        site_sql_table(writer, resource->table, 0);
    }
    put(writer, " WHERE ");
    for (i = 0; i < demand->key->columns->nelts; i++) {
        const site_column_t *column = APR_ARRAY_IDX(demand->key->columns, i, const site_column_t *);

        put(writer, i ? " AND " : "");
        site_sql_column(writer, 1, column);
        put(writer, " = ");
        if (demand->assignments[i])
            write_stored(writer, 2, demand->assignments[i]);
        else
            site_sql_column(writer, 0, column);
    }
    if (key) {
        put(writer, " AND ");
        write_key_test(writer, resource, 0, key);
        put(writer, " AND ");
        site_sql_column(writer, 1, resource->key->column);
        put(writer, " <> ");
        site_sql_column(writer, 0, resource->key->column);
    }
    put(writer, " LIMIT 1)");
}

static void write_every(site_sql_writer_t *writer, const site_demand_t *demand) {
    const site_assignment_t *assignment = demand->assignment;

    put(writer, "(SELECT v.n::text FROM unnest(");
    bind_list(writer, &assignment->lookup->type, assignment->values);
    put(writer, ") WITH ORDINALITY AS v(k, n) WHERE NOT EXISTS (SELECT 1 FROM ");
    site_sql_table(writer, assignment->attribute->relation->target->table, 0);
    put(writer, " WHERE ");
    site_sql_column(writer, 0, assignment->lookup);
    put(writer, " = v.k");
    write_where(writer, 0, site_attribute_target(assignment->attribute));
    put(writer, ") ORDER BY v.n LIMIT 1)");
}

static void write_match(site_sql_writer_t *writer, const site_demand_t *demand) {
    put(writer, "(SELECT '1' WHERE NOT ");
    site_sql_bind(writer, demand->value);
    put(writer, "::text ~ ");
    site_sql_bind(writer, demand->pattern);
    put(writer, "::text)");
}

static void write_moment(site_sql_writer_t *writer, const site_demand_t *demand) {
    apr_array_header_t *moments = apr_array_make(writer->pool, 1, sizeof(const char *));

    APR_ARRAY_PUSH(moments, const char *) = demand->value;
    put(writer, "(");
    site_sql_moments(writer, moments);
    put(writer, ")");
}

void site_sql_demands(apr_pool_t *pool, const site_change_t *change, const char *key, site_sql_t *sql) {
    site_sql_writer_t writer;
    int i;

    begin(&writer, pool);
    put(&writer, "SELECT ");
    for (i = 0; i < change->demands->nelts; i++) {
        const site_demand_t *demand = APR_ARRAY_IDX(change->demands, i, const site_demand_t *);

        put(&writer, i ? ", " : "");
        switch (demand->kind) {
        case SITE_DEMAND_UNIQUE:
            write_unique(&writer, change->resource, demand, key);
            break;
        case SITE_DEMAND_TOGETHER:
            write_together(&writer, change->resource, demand, key);
            break;
        case SITE_DEMAND_RELATED:
            write_referenced(&writer, 0, demand->assignment, "::text");
            break;
        case SITE_DEMAND_EVERY:
            write_every(&writer, demand);
            break;
        case SITE_DEMAND_MATCH:
            write_match(&writer, demand);
            break;
        case SITE_DEMAND_MOMENT:
            write_moment(&writer, demand);
            break;
        }
    }
    site_sql_finish(&writer, sql);
}

/* --- rows --- */

static void write_find(apr_pool_t *pool, const site_resource_t *resource, const site_condition_t *condition,
                       const char *lock, site_sql_t *sql) {
    site_sql_writer_t writer;

    begin(&writer, pool);
    put(&writer, "SELECT ");
    site_sql_column(&writer, 0, resource->key->column);
    put(&writer, "::text FROM ");
    site_sql_table(&writer, resource->table, 0);
    site_sql_and(&writer, " WHERE ", 0, condition);
    put(&writer, lock);
    site_sql_finish(&writer, sql);
}

void site_sql_lock(apr_pool_t *pool, const site_resource_t *resource, const site_condition_t *condition,
                   site_sql_t *sql) {
    /* A view's own rows may not be lockable: there the UPDATE itself takes the lock. */
    write_find(pool, resource, condition, resource->table->kind == 'v' ? "" : " FOR UPDATE OF t0", sql);
}

void site_sql_find(apr_pool_t *pool, const site_resource_t *resource, const site_condition_t *condition,
                   site_sql_t *sql) {
    write_find(pool, resource, condition, "", sql);
}

void site_sql_item(apr_pool_t *pool, const site_resource_t *resource, const char *key, site_sql_t *sql) {
    site_sql_writer_t writer;

    begin(&writer, pool);
    put(&writer, "SELECT ");
    site_sql_select(&writer, resource);
    put(&writer, " FROM ");
    site_sql_table(&writer, resource->table, 0);
    put(&writer, " WHERE ");
    write_key_test(&writer, resource, 0, key);
    site_sql_finish(&writer, sql);
}

int site_sql_returns(const site_resource_t *resource) {
    int i;

    if (!resource->select_sql)
        return 0;
    for (i = 0; i < resource->attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *);

        if (attribute->shown && attribute->relation && (!attribute->column || attribute->show == SITE_SHOW_NESTED))
            return 0;
    }
    return 1;
}

static void write_returning(site_sql_writer_t *writer, const site_resource_t *resource) {
    put(writer, " RETURNING ");
    if (site_sql_returns(resource) || !resource->key)
        site_sql_select(writer, resource);
    else {
        site_sql_column(writer, 0, resource->key->column);
        put(writer, "::text");
    }
}

static void write_name(site_sql_writer_t *writer, const site_assignment_t *assignment) {
    put(writer, site_identifier(writer->pool, assignment->attribute->column->name));
}

void site_sql_insert(apr_pool_t *pool, const site_change_t *change, site_sql_t *sql) {
    site_sql_writer_t writer;
    int i;

    begin(&writer, pool);
    put(&writer, "INSERT INTO ");
    site_sql_table(&writer, change->resource->table, 0);
    for (i = 0; i < change->columns->nelts; i++) {
        put(&writer, i ? ", " : " (");
        write_name(&writer, APR_ARRAY_IDX(change->columns, i, const site_assignment_t *));
    }
    put(&writer, change->columns->nelts ? ") VALUES (" : " DEFAULT VALUES");
    for (i = 0; i < change->columns->nelts; i++) {
        const site_assignment_t *assignment = APR_ARRAY_IDX(change->columns, i, const site_assignment_t *);

        put(&writer, i ? ", " : "");
        bind_value(&writer, &assignment->attribute->column->type, assignment->value);
    }
    put(&writer, change->columns->nelts ? ")" : "");
    write_returning(&writer, change->resource);
    site_sql_finish(&writer, sql);
}

/* NULL in a foreign key, but for one that SiteWhere hides: it was shown as null, and who sends that back does not mean to lose it. */
static void write_cleared(site_sql_writer_t *writer, const site_attribute_t *attribute) {
    if (!site_attribute_rows(attribute)->where) {
        bind_value(writer, &attribute->column->type, NULL);
        return;
    }
    put(writer, "CASE WHEN ");
    site_sql_own_value(writer, 0, attribute);
    put(writer, " IS NULL THEN ");
    site_sql_column(writer, 0, attribute->column);
    put(writer, " END");
}

void site_sql_update(apr_pool_t *pool, const site_change_t *change, const char *key, site_sql_t *sql) {
    site_sql_writer_t writer;
    int i;

    begin(&writer, pool);
    put(&writer, "UPDATE ");
    site_sql_table(&writer, change->resource->table, 0);
    for (i = 0; i < change->columns->nelts; i++) {
        const site_assignment_t *assignment = APR_ARRAY_IDX(change->columns, i, const site_assignment_t *);

        put(&writer, i ? ", " : " SET ");
        write_name(&writer, assignment);
        put(&writer, " = ");
        if (!assignment->value && assignment->attribute->relation)
            write_cleared(&writer, assignment->attribute);
        else
            bind_value(&writer, &assignment->attribute->column->type, assignment->value);
    }
    put(&writer, " WHERE ");
    write_key_test(&writer, change->resource, 0, key);
    write_returning(&writer, change->resource);
    site_sql_finish(&writer, sql);
}

void site_sql_delete(apr_pool_t *pool, const site_resource_t *resource, const site_condition_t *condition,
                     site_sql_t *sql) {
    site_sql_writer_t writer;

    begin(&writer, pool);
    put(&writer, "DELETE FROM ");
    site_sql_table(&writer, resource->table, 0);
    site_sql_and(&writer, " WHERE ", 0, condition);
    site_sql_finish(&writer, sql);
}

void site_sql_try(apr_pool_t *pool, const site_assignment_t *assignment, site_sql_t *sql) {
    const site_type_t *type = &assignment->attribute->column->type;
    site_sql_writer_t writer;

    begin(&writer, pool);
    put(&writer, "SELECT (");
    bind_value(&writer, type, assignment->value);
    if (type->domain) {
        put(&writer, "::");
        put(&writer, type->domain);
    }
    put(&writer, ") IS NULL");
    site_sql_finish(&writer, sql);
}

/* --- to-many relations: t0 the row, t1 the related one, t2 the join table's --- */

static const site_column_t *only(const apr_array_header_t *columns) {
    return APR_ARRAY_IDX(columns, 0, const site_column_t *);
}

static void write_equal(site_sql_writer_t *writer, int alias, const site_column_t *column, int other,
                        const site_column_t *other_column) {
    site_sql_column(writer, alias, column);
    put(writer, " = ");
    site_sql_column(writer, other, other_column);
}

static void write_wanted(site_sql_writer_t *writer, const site_assignment_t *list) {
    site_sql_column(writer, 1, list->lookup);
    put(writer, " = ANY(");
    bind_list(writer, &list->lookup->type, list->values);
    put(writer, ")");
}

/* A link that SiteWhere hides, or to a row that it hides, stays: the client did not see it. */
static void write_seen(site_sql_writer_t *writer, const site_attribute_t *attribute) {
    const site_relation_t *relation = attribute->relation;

    site_sql_via_where(writer, 2, relation);
    if (!site_attribute_rows(attribute)->where)
        return;
    put(writer, " AND EXISTS (SELECT 1 FROM ");
    site_sql_target(writer, site_attribute_rows(attribute), 1, " WHERE ");
    write_equal(writer, 1, only(relation->target_columns), 2, only(relation->via_target_columns));
    put(writer, ")");
}

void site_sql_unlink(apr_pool_t *pool, const site_assignment_t *list, const char *key, site_sql_t *sql) {
    const site_relation_t *relation = list->attribute->relation;
    site_sql_writer_t writer;

    begin(&writer, pool);
    put(&writer, "DELETE FROM ");
    site_sql_table(&writer, relation->via, 2);
    put(&writer, " USING ");
    site_sql_table(&writer, relation->source->table, 0);
    put(&writer, " WHERE ");
    write_key_test(&writer, relation->source, 0, key);
    put(&writer, " AND ");
    write_equal(&writer, 2, only(relation->via_columns), 0, only(relation->columns));
    put(&writer, " AND NOT EXISTS (SELECT 1 FROM ");
    site_sql_table(&writer, relation->target->table, 1);
    put(&writer, " WHERE ");
    write_equal(&writer, 1, only(relation->target_columns), 2, only(relation->via_target_columns));
    put(&writer, " AND ");
    write_wanted(&writer, list);
    put(&writer, ")");
    write_seen(&writer, list->attribute);
    site_sql_finish(&writer, sql);
}

/* Also a link that SiteWhere hides is there already: with a second one, every PUT of the same list would add rows. */
void site_sql_link(apr_pool_t *pool, const site_assignment_t *list, const char *key, site_sql_t *sql) {
    const site_relation_t *relation = list->attribute->relation;
    site_sql_writer_t writer;

    begin(&writer, pool);
    put(&writer, "INSERT INTO ");
    put(&writer, site_identifier(pool, relation->via->schema));
    put(&writer, ".");
    put(&writer, site_identifier(pool, relation->via->name));
    put(&writer, " (");
    put(&writer, site_identifier(pool, only(relation->via_columns)->name));
    put(&writer, ", ");
    put(&writer, site_identifier(pool, only(relation->via_target_columns)->name));
    put(&writer, ") SELECT ");
    site_sql_column(&writer, 0, only(relation->columns));
    put(&writer, ", ");
    site_sql_column(&writer, 1, only(relation->target_columns));
    put(&writer, " FROM ");
    site_sql_table(&writer, relation->source->table, 0);
    put(&writer, ", ");
    site_sql_table(&writer, relation->target->table, 1);
    put(&writer, " WHERE ");
    write_key_test(&writer, relation->source, 0, key);
    put(&writer, " AND ");
    write_wanted(&writer, list);
    site_sql_where(&writer, " AND ", 1, site_attribute_rows(list->attribute));
    put(&writer, " AND NOT EXISTS (SELECT 1 FROM ");
    site_sql_table(&writer, relation->via, 2);
    put(&writer, " WHERE ");
    write_equal(&writer, 2, only(relation->via_columns), 0, only(relation->columns));
    put(&writer, " AND ");
    write_equal(&writer, 2, only(relation->via_target_columns), 1, only(relation->target_columns));
    put(&writer, ")");
    site_sql_finish(&writer, sql);
}

/* t0 the row, t2 the rows with a foreign key that refers to it */
static void write_joined(site_sql_writer_t *writer, const char *begin, const char *source, const char *end,
                         const site_foreign_key_t *key, const site_condition_t *condition) {
    put(writer, begin);
    site_sql_table(writer, key->table, 2);
    put(writer, source);
    site_sql_table(writer, key->target, 0);
    site_sql_and(writer, " WHERE ", 0, condition);
    put(writer, " AND ");
    site_sql_join(writer, 2, key->columns, 0, key->target_columns);
    put(writer, end);
}

void site_sql_joined(apr_pool_t *pool, const site_foreign_key_t *key, const site_condition_t *condition,
                     site_sql_t *sql) {
    site_sql_writer_t writer;

    begin(&writer, pool);
    write_joined(&writer, "SELECT 1 FROM ", ", ", " LIMIT 1", key, condition);
    site_sql_finish(&writer, sql);
}

void site_sql_unjoin(apr_pool_t *pool, const site_foreign_key_t *key, const site_condition_t *condition,
                     site_sql_t *sql) {
    site_sql_writer_t writer;

    begin(&writer, pool);
    write_joined(&writer, "DELETE FROM ", " USING ", "", key, condition);
    site_sql_finish(&writer, sql);
}
