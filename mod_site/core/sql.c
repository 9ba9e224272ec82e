#include "core/sql.h"
#include "core/compare.h"
#include "core/seek.h"

#include <apr_strings.h>
#include <string.h>

static void put(site_sql_writer_t *writer, const char *text) {
    site_sink_puts(&writer->text, text);
}

static void finish(site_sql_writer_t *writer, site_sql_t *sql) {
    site_sink_char(&writer->text, '\0');
    sql->text = writer->text.data;
    sql->count = writer->values->nelts;
    sql->values = (const char *const *)(const void *)writer->values->elts;
}

/* --- conditions --- */

static void write_condition(site_sql_writer_t *writer, int alias, const site_condition_t *condition);

static void write_parts(site_sql_writer_t *writer, int alias, const site_condition_t *condition, const char *between) {
    int i;

    if (!condition->parts->nelts) {
        put(writer, "TRUE");
        return;
    }
    for (i = 0; i < condition->parts->nelts; i++) {
        const site_condition_t *part = APR_ARRAY_IDX(condition->parts, i, const site_condition_t *);
        int wrap =
            condition->parts->nelts > 1 && (part->kind == SITE_CONDITION_ALL || part->kind == SITE_CONDITION_ANY);

        put(writer, i ? between : "");
        put(writer, wrap ? "(" : "");
        write_condition(writer, alias, part);
        put(writer, wrap ? ")" : "");
    }
}

/* columns[i] of one alias = columns[i] of another. */
static void write_join(site_sql_writer_t *writer, int alias, const apr_array_header_t *columns, int other,
                       const apr_array_header_t *other_columns) {
    int i;

    for (i = 0; i < columns->nelts; i++) {
        put(writer, i ? " AND " : "");
        site_sql_column(writer, alias, APR_ARRAY_IDX(columns, i, const site_column_t *));
        put(writer, " = ");
        site_sql_column(writer, other, APR_ARRAY_IDX(other_columns, i, const site_column_t *));
    }
}

static void write_table(site_sql_writer_t *writer, const site_table_t *table, int alias) {
    put(writer, site_identifier(writer->pool, table->schema));
    put(writer, ".");
    put(writer, site_identifier(writer->pool, table->name));
    put(writer, " AS t");
    site_sink_number(&writer->text, alias);
}

static int is_empty(const site_condition_t *condition) {
    return !condition || (condition->kind == SITE_CONDITION_ALL && !condition->parts->nelts);
}

/* What holds of the related row; a conjunction of one part is that part. */
static const site_condition_t *inner_of(const site_condition_t *related) {
    const site_condition_t *inner =
        related->parts->nelts ? APR_ARRAY_IDX(related->parts, 0, const site_condition_t *) : NULL;

    while (inner && inner->kind == SITE_CONDITION_ALL && inner->parts->nelts == 1)
        inner = APR_ARRAY_IDX(inner->parts, 0, const site_condition_t *);
    return is_empty(inner) ? NULL : inner;
}

static void write_and(site_sql_writer_t *writer, int alias, const site_condition_t *inner, const char *before) {
    int wrap = inner && inner->kind == SITE_CONDITION_ANY;

    if (!inner)
        return;
    put(writer, before);
    put(writer, wrap ? "(" : "");
    write_condition(writer, alias, inner);
    put(writer, wrap ? ")" : "");
}

/* Whether at most one row can satisfy it: some part asks for one value of a unique column. */
static int selects_one(const site_condition_t *condition) {
    int i;

    if (condition->kind == SITE_CONDITION_TEST)
        return condition->lookup.operator== SITE_OP_EXACT &&
            condition->lookup.transforms[0] == SITE_AS_IS && !condition->exclude &&
            site_column_is_unique(condition->column);
    if (condition->kind != SITE_CONDITION_ALL)
        return 0;
    for (i = 0; i < condition->parts->nelts; i++) {
        if (selects_one(APR_ARRAY_IDX(condition->parts, i, const site_condition_t *)))
            return 1;
    }
    return 0;
}

/* Whether some part goes to many rows. */
static int crosses_many(const site_condition_t *condition) {
    int i;

    if (condition->kind == SITE_CONDITION_RELATED && condition->relation->kind != SITE_RELATION_FORWARD)
        return 1;
    for (i = 0; condition->parts && i < condition->parts->nelts; i++) {
        if (crosses_many(APR_ARRAY_IDX(condition->parts, i, const site_condition_t *)))
            return 1;
    }
    return 0;
}

/* DISTINCT keeps the planner from merging what goes to one row and on to many into the page's own plan, where LIMIT can make it look at the
 * many rows once for every row of this table. */
static const char *in_select(const site_condition_t *inner) {
    if (inner && selects_one(inner))
        return " = (SELECT ";
    return inner && crosses_many(inner) ? " IN (SELECT DISTINCT " : " IN (SELECT ";
}

/* A forward key: a scalar sub-select where one row at most is meant, so that the planner can probe an index with its value; IN
 * otherwise. */
static void write_forward(site_sql_writer_t *writer, int alias, const site_condition_t *related) {
    const site_relation_t *relation = related->relation;
    const site_condition_t *inner = inner_of(related);
    int target = ++writer->aliases;

    if (relation->columns->nelts > 1) {
        put(writer, "EXISTS (SELECT 1 FROM ");
        write_table(writer, relation->target->table, target);
        put(writer, " WHERE ");
        write_join(writer, target, relation->target_columns, alias, relation->columns);
        write_and(writer, target, inner, " AND ");
        put(writer, ")");
        return;
    }
    site_sql_column(writer, alias, APR_ARRAY_IDX(relation->columns, 0, const site_column_t *));
    if (!inner && relation->enforced) {
        put(writer, " IS NOT NULL");
        return;
    }
    put(writer, in_select(inner));
    site_sql_column(writer, target, APR_ARRAY_IDX(relation->target_columns, 0, const site_column_t *));
    put(writer, " FROM ");
    write_table(writer, relation->target->table, target);
    write_and(writer, target, inner, " WHERE ");
    put(writer, ")");
}

/* EXISTS rather than IN: the planner joins both alike, but NULLs on the other side cannot turn a negation into nothing. */
static void write_reverse(site_sql_writer_t *writer, int alias, const site_condition_t *related) {
    const site_relation_t *relation = related->relation;
    int target = ++writer->aliases;

    put(writer, "EXISTS (SELECT 1 FROM ");
    write_table(writer, relation->target->table, target);
    put(writer, " WHERE ");
    write_join(writer, target, relation->target_columns, alias, relation->columns);
    write_and(writer, target, inner_of(related), " AND ");
    put(writer, ")");
}

/* Whether the test is of the target's key itself, which the join table holds, too. */
static const site_condition_t *key_test(const site_condition_t *related) {
    const site_relation_t *relation = related->relation;
    const site_condition_t *inner = inner_of(related);

    return inner && inner->kind == SITE_CONDITION_TEST && relation->target_columns->nelts == 1 &&
                   inner->column == APR_ARRAY_IDX(relation->target_columns, 0, const site_column_t *) && !inner->exclude
               ? inner
               : NULL;
}

static void write_many(site_sql_writer_t *writer, int alias, const site_condition_t *related) {
    const site_relation_t *relation = related->relation;
    const site_condition_t *inner = inner_of(related), *key = key_test(related);
    int via = ++writer->aliases, target = via;

    put(writer, "EXISTS (SELECT 1 FROM ");
    write_table(writer, relation->via, via);
    if (inner && !key) {
        target = ++writer->aliases;
        put(writer, " JOIN ");
        write_table(writer, relation->target->table, target);
        put(writer, " ON ");
        write_join(writer, target, relation->target_columns, via, relation->via_target_columns);
    }
    put(writer, " WHERE ");
    write_join(writer, via, relation->via_columns, alias, relation->columns);
    if (key) {
        site_condition_t moved = *key;

        moved.column = APR_ARRAY_IDX(relation->via_target_columns, 0, const site_column_t *);
        write_and(writer, via, &moved, " AND ");
    }
    else if (inner) {
        write_and(writer, target, inner, " AND ");
    }
    put(writer, ")");
}

static void write_related(site_sql_writer_t *writer, int alias, const site_condition_t *related) {
    switch (related->relation->kind) {
    case SITE_RELATION_FORWARD:
        write_forward(writer, alias, related);
        break;
    case SITE_RELATION_REVERSE:
        write_reverse(writer, alias, related);
        break;
    case SITE_RELATION_MANY:
        write_many(writer, alias, related);
        break;
    }
}

static void write_condition(site_sql_writer_t *writer, int alias, const site_condition_t *condition) {
    switch (condition->kind) {
    case SITE_CONDITION_ALL:
        write_parts(writer, alias, condition, " AND ");
        break;
    case SITE_CONDITION_ANY:
        write_parts(writer, alias, condition, " OR ");
        break;
    case SITE_CONDITION_NOT:
        put(writer, "NOT (");
        write_parts(writer, alias, condition, " AND ");
        put(writer, ")");
        break;
    case SITE_CONDITION_TEST:
        site_compare_write(writer, alias, condition);
        break;
    case SITE_CONDITION_RELATED:
        write_related(writer, alias, condition);
        break;
    case SITE_CONDITION_NEVER:
        put(writer, "FALSE");
        break;
    }
}

/* --- rows that appear once per related row --- */

static int multiplies(const site_condition_t *condition) {
    return condition->kind == SITE_CONDITION_RELATED && condition->relation->duplicates &&
           condition->relation->kind != SITE_RELATION_FORWARD;
}

static void write_multiplying_join(site_sql_writer_t *writer, const site_condition_t *related) {
    const site_relation_t *relation = related->relation;
    int target = ++writer->aliases, via;

    put(writer, " JOIN ");
    if (relation->kind == SITE_RELATION_MANY) {
        via = ++writer->aliases;
        write_table(writer, relation->via, via);
        put(writer, " ON ");
        write_join(writer, via, relation->via_columns, 0, relation->columns);
        put(writer, " JOIN ");
        write_table(writer, relation->target->table, target);
        put(writer, " ON ");
        write_join(writer, target, relation->target_columns, via, relation->via_target_columns);
    }
    else {
        write_table(writer, relation->target->table, target);
        put(writer, " ON ");
        write_join(writer, target, relation->target_columns, 0, relation->columns);
    }
    write_and(writer, target, inner_of(related), " AND ");
}

/* FROM and WHERE: related conditions of a relation with `duplicates` become joins, where they stand alone or in a conjunction. Returns
 * whether there is a WHERE; what follows it is one operand of AND. */
static int write_source(site_sql_writer_t *writer, const site_query_t *query) {
    const site_condition_t *condition = query->condition;
    site_condition_t rest;
    int i;

    put(writer, " FROM ");
    put(writer, query->resource->from_sql);
    put(writer, " AS t0");
    if (condition->kind == SITE_CONDITION_ALL) {
        rest = *condition;
        rest.parts = apr_array_make(writer->pool, condition->parts->nelts, sizeof(site_condition_t *));
        for (i = 0; i < condition->parts->nelts; i++) {
            site_condition_t *part = APR_ARRAY_IDX(condition->parts, i, site_condition_t *);

            if (multiplies(part))
                write_multiplying_join(writer, part);
            else
                site_condition_add(&rest, part);
        }
        condition = &rest;
    }
    if (is_empty(condition))
        return 0;
    write_and(writer, 0, condition, " WHERE ");
    return 1;
}

/* --- what is selected --- */

/* The expression of one related row's shown value, over alias `target`. */
static const site_column_t *related_column(const site_attribute_t *attribute) {
    const site_relation_t *relation = attribute->relation;

    if (attribute->show == SITE_SHOW_LINK)
        return relation->target->key ? relation->target->key->column : NULL;
    if (attribute->show == SITE_SHOW_SLUG)
        return attribute->slug ? attribute->slug->column : NULL;
    return relation->key;
}

/* A nested row: its cells as text, in the order of its shown attributes, the key first. */
static void write_cells(site_sql_writer_t *writer, int target, const site_resource_t *resource) {
    int i;

    put(writer, "ARRAY[");
    if (resource->key) {
        site_sql_column(writer, target, resource->key->column);
        put(writer, "::text");
    }
    else {
        put(writer, "NULL");
    }
    for (i = 0; i < resource->attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *);

        if (!attribute->shown || !attribute->column)
            continue;
        put(writer, ", ");
        site_sql_column(writer, target, attribute->column);
        put(writer, "::text");
    }
    put(writer, "]");
}

static void write_shown(site_sql_writer_t *writer, int target, const site_attribute_t *attribute) {
    const site_column_t *column;

    if (attribute->show == SITE_SHOW_NESTED) {
        write_cells(writer, target, attribute->relation->target);
        return;
    }
    column = related_column(attribute);
    if (column)
        site_sql_column(writer, target, column);
    else
        put(writer, "NULL");
}

static void write_one_related(site_sql_writer_t *writer, const site_attribute_t *attribute) {
    const site_relation_t *relation = attribute->relation;
    int target;

    /* The key that is shown is mostly the one that the table itself holds. */
    if (attribute->column && attribute->show != SITE_SHOW_NESTED &&
        related_column(attribute) == APR_ARRAY_IDX(relation->target_columns, 0, const site_column_t *)) {
        site_sql_column(writer, 0, attribute->column);
        return;
    }
    target = ++writer->aliases;
    put(writer, "(SELECT ");
    write_shown(writer, target, attribute);
    put(writer, " FROM ");
    write_table(writer, relation->target->table, target);
    put(writer, " WHERE ");
    write_join(writer, target, relation->target_columns, 0, relation->columns);
    put(writer, ")");
}

static void write_many_order(site_sql_writer_t *writer, int target, const site_resource_t *resource) {
    int i, used = 0;

    for (i = 0; i < resource->ordering->nelts; i++) {
        const site_ordering_t *key = APR_ARRAY_IDX(resource->ordering, i, const site_ordering_t *);

        if (key->relations)
            continue;
        put(writer, used++ ? ", " : " ORDER BY ");
        site_sql_column(writer, target, key->column);
        put(writer, key->descending ? " DESC" : "");
    }
}

/* Keys alone need no look at the related table, when its default order is that of the key. */
static int key_is_enough(const site_attribute_t *attribute) {
    const site_relation_t *relation = attribute->relation;
    const apr_array_header_t *ordering = relation->target->ordering;
    const site_ordering_t *first = ordering->nelts ? APR_ARRAY_IDX(ordering, 0, const site_ordering_t *) : NULL;

    return attribute->show != SITE_SHOW_NESTED && relation->target_columns->nelts == 1 &&
           related_column(attribute) == APR_ARRAY_IDX(relation->target_columns, 0, const site_column_t *) && first &&
           !first->relations && !first->descending && first->column == related_column(attribute);
}

static void write_many_related(site_sql_writer_t *writer, const site_attribute_t *attribute) {
    const site_relation_t *relation = attribute->relation;
    int via = ++writer->aliases, target;

    put(writer, "ARRAY(SELECT ");
    if (relation->kind == SITE_RELATION_MANY && key_is_enough(attribute)) {
        site_sql_column(writer, via, APR_ARRAY_IDX(relation->via_target_columns, 0, const site_column_t *));
        put(writer, " FROM ");
        write_table(writer, relation->via, via);
        put(writer, " WHERE ");
        write_join(writer, via, relation->via_columns, 0, relation->columns);
        put(writer, " ORDER BY 1)");
        return;
    }
    target = ++writer->aliases;
    write_shown(writer, target, attribute);
    put(writer, " FROM ");
    write_table(writer, relation->target->table, target);
    if (relation->kind == SITE_RELATION_MANY) {
        put(writer, " JOIN ");
        write_table(writer, relation->via, via);
        put(writer, " ON ");
        write_join(writer, target, relation->target_columns, via, relation->via_target_columns);
        put(writer, " WHERE ");
        write_join(writer, via, relation->via_columns, 0, relation->columns);
    }
    else {
        put(writer, " WHERE ");
        write_join(writer, target, relation->target_columns, 0, relation->columns);
    }
    write_many_order(writer, target, relation->target);
    put(writer, ")");
}

const char *site_sql_select_list(apr_pool_t *pool, const site_resource_t *resource) {
    site_sql_writer_t writer;
    int i;

    site_sql_begin(&writer, pool);
    writer.aliases = 1000; /* never those of the conditions behind */
    if (resource->key)
        site_sql_column(&writer, 0, resource->key->column);
    else
        put(&writer, "NULL");
    for (i = 0; i < resource->attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *);

        if (!attribute->shown)
            continue;
        put(&writer, ", ");
        if (!attribute->relation)
            site_sql_column(&writer, 0, attribute->column);
        else if (attribute->relation->many)
            write_many_related(&writer, attribute);
        else
            write_one_related(&writer, attribute);
    }
    site_sink_char(&writer.text, '\0');
    return writer.text.data;
}

/* --- order --- */

/* Over to-one relations: the related row's value, step by step. */
static void write_sort_key(site_sql_writer_t *writer, int alias, const site_ordering_t *key, int step) {
    const site_relation_t *relation;
    int target;

    if (!key->relations || step == key->relations->nelts) {
        site_sql_column(writer, alias, key->column);
        return;
    }
    relation = APR_ARRAY_IDX(key->relations, step, const site_relation_t *);
    target = ++writer->aliases;
    put(writer, "(SELECT ");
    write_sort_key(writer, target, key, step + 1);
    put(writer, " FROM ");
    write_table(writer, relation->target->table, target);
    put(writer, " WHERE ");
    write_join(writer, target, relation->target_columns, alias, relation->columns);
    put(writer, ")");
}

static void write_order(site_sql_writer_t *writer, const apr_array_header_t *ordering) {
    int i;

    for (i = 0; i < ordering->nelts; i++) {
        const site_ordering_t *key = APR_ARRAY_IDX(ordering, i, const site_ordering_t *);

        put(writer, i ? ", " : " ORDER BY ");
        write_sort_key(writer, 0, key, 0);
        put(writer, key->descending ? " DESC" : "");
    }
}

/* --- statements --- */

static void write_limit(site_sql_writer_t *writer, const site_query_t *query) {
    /* As parameters, so that every page is the same statement. */
    if (query->limit >= 0) {
        put(writer, " LIMIT ");
        site_sql_bind(writer, apr_psprintf(writer->pool, "%" APR_INT64_T_FMT, query->limit));
        put(writer, "::bigint");
    }
    if (query->offset > 0) {
        put(writer, " OFFSET ");
        site_sql_bind(writer, apr_psprintf(writer->pool, "%" APR_INT64_T_FMT, query->offset));
        put(writer, "::bigint");
    }
}

void site_sql_rows(apr_pool_t *pool, const site_query_t *query, site_sql_t *sql) {
    site_sql_writer_t writer;

    site_sql_begin(&writer, pool);
    put(&writer, "SELECT ");
    put(&writer, query->resource->select_sql);
    write_source(&writer, query);
    write_order(&writer, query->ordering);
    write_limit(&writer, query);
    finish(&writer, sql);
}

static void write_own_key(site_sql_writer_t *writer, const site_ordering_t *key) {
    write_sort_key(writer, 0, key, 0);
}

void site_sql_rows_from(apr_pool_t *pool, const site_query_t *query, int part, site_sql_t *sql) {
    site_sql_writer_t writer;
    int i;

    site_sql_begin(&writer, pool);
    put(&writer, "SELECT ");
    put(&writer, query->resource->select_sql);
    for (i = 0; i < query->ordering->nelts; i++) {
        put(&writer, ", ");
        write_own_key(&writer, APR_ARRAY_IDX(query->ordering, i, const site_ordering_t *));
        put(&writer, "::text");
    }
    if (write_source(&writer, query))
        put(&writer, " AND (");
    else
        put(&writer, " WHERE (");
    if (!site_seek_write(&writer, query->ordering, query->cursor, part, write_own_key))
        put(&writer, "TRUE");
    put(&writer, ")");
    write_order(&writer, query->ordering);
    write_limit(&writer, query);
    finish(&writer, sql);
}

void site_sql_count(apr_pool_t *pool, const site_query_t *query, site_sql_t *sql) {
    site_sql_writer_t writer;

    site_sql_begin(&writer, pool);
    put(&writer, "SELECT count(*)");
    write_source(&writer, query);
    finish(&writer, sql);
}

void site_sql_check(apr_pool_t *pool, const site_check_t *check, site_sql_t *sql) {
    site_sql_writer_t writer;

    site_sql_begin(&writer, pool);
    put(&writer, "SELECT v.k FROM unnest(");
    site_sql_bind_array(&writer, &check->key->type, check->values);
    put(&writer, ") WITH ORDINALITY AS v(k, n) WHERE NOT EXISTS (SELECT 1 FROM ");
    put(&writer, check->target->from_sql);
    put(&writer, " AS t0 WHERE ");
    site_sql_column(&writer, 0, check->key);
    put(&writer, " = v.k) ORDER BY v.n LIMIT 1");
    finish(&writer, sql);
}

/* --- for core/sql_write and core/sql_chart --- */

void site_sql_finish(site_sql_writer_t *writer, site_sql_t *sql) {
    finish(writer, sql);
}

void site_sql_condition(site_sql_writer_t *writer, int alias, const site_condition_t *condition) {
    if (is_empty(condition))
        put(writer, "TRUE");
    else
        write_condition(writer, alias, condition);
}

int site_sql_source(site_sql_writer_t *writer, const site_query_t *query) {
    return write_source(writer, query);
}

void site_sql_table(site_sql_writer_t *writer, const site_table_t *table, int alias) {
    write_table(writer, table, alias);
}
