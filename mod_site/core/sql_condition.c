/* sql_condition: the conditions of a statement, and where its rows come from. */
#include "core/sql_parts.h"

#include <apr_strings.h>

static void put(site_sql_writer_t *writer, const char *text) {
    site_sink_puts(&writer->text, text);
}

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

void site_sql_join(site_sql_writer_t *writer, int alias, const apr_array_header_t *columns, int other,
                   const apr_array_header_t *other_columns) {
    int i;

    for (i = 0; i < columns->nelts; i++) {
        put(writer, i ? " AND " : "");
        site_sql_column(writer, alias, APR_ARRAY_IDX(columns, i, const site_column_t *));
        put(writer, " = ");
        site_sql_column(writer, other, APR_ARRAY_IDX(other_columns, i, const site_column_t *));
    }
}

void site_sql_table(site_sql_writer_t *writer, const site_table_t *table, int alias) {
    put(writer, site_identifier(writer->pool, table->schema));
    put(writer, ".");
    put(writer, site_identifier(writer->pool, table->name));
    put(writer, " AS t");
    site_sink_number(&writer->text, alias);
}

static int is_empty(const site_condition_t *condition) {
    return !condition || (condition->kind == SITE_CONDITION_ALL && !condition->parts->nelts);
}

/* A group of one part is that part: `a OR b` alone in a conjunction is still a disjunction. */
static const site_condition_t *without_groups(const site_condition_t *condition) {
    while (condition && (condition->kind == SITE_CONDITION_ALL || condition->kind == SITE_CONDITION_ANY) &&
           condition->parts->nelts == 1)
        condition = APR_ARRAY_IDX(condition->parts, 0, const site_condition_t *);
    return condition;
}

/* What holds of the related row. */
static const site_condition_t *inner_of(const site_condition_t *related) {
    const site_condition_t *inner =
        related->parts->nelts ? without_groups(APR_ARRAY_IDX(related->parts, 0, const site_condition_t *)) : NULL;

    return is_empty(inner) ? NULL : inner;
}

/* In a WHERE what is not known is as good as false, whatever stands around the SELECT. */
int site_sql_and(site_sql_writer_t *writer, const char *before, int alias, const site_condition_t *condition) {
    const site_condition_t *operand = without_groups(condition);
    int wrap = operand && operand->kind == SITE_CONDITION_ANY, negated = writer->negated;

    if (is_empty(operand))
        return 0;
    put(writer, before);
    put(writer, wrap ? "(" : "");
    writer->negated = 0;
    write_condition(writer, alias, operand);
    writer->negated = negated;
    put(writer, wrap ? ")" : "");
    return 1;
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
 * many rows once for every row of this table. Below a NOT the scalar form would be wrong: where there is no such row it is NULL, not false. */
static const char *in_select(const site_sql_writer_t *writer, const site_condition_t *inner) {
    if (inner && !writer->negated && selects_one(inner))
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
        site_sql_table(writer, relation->target->table, target);
        put(writer, " WHERE ");
        site_sql_join(writer, target, relation->target_columns, alias, relation->columns);
        site_sql_and(writer, " AND ", target, inner);
        put(writer, ")");
        return;
    }
    site_sql_column(writer, alias, APR_ARRAY_IDX(relation->columns, 0, const site_column_t *));
    if (!inner && relation->enforced) {
        put(writer, " IS NOT NULL");
        return;
    }
    put(writer, in_select(writer, inner));
    site_sql_column(writer, target, APR_ARRAY_IDX(relation->target_columns, 0, const site_column_t *));
    put(writer, " FROM ");
    site_sql_table(writer, relation->target->table, target);
    site_sql_and(writer, " WHERE ", target, inner);
    put(writer, ")");
}

/* EXISTS rather than IN: the planner joins both alike, but NULLs on the other side cannot turn a negation into nothing. */
static void write_reverse(site_sql_writer_t *writer, int alias, const site_condition_t *related) {
    const site_relation_t *relation = related->relation;
    int target = ++writer->aliases;

    put(writer, "EXISTS (SELECT 1 FROM ");
    site_sql_table(writer, relation->target->table, target);
    put(writer, " WHERE ");
    site_sql_join(writer, target, relation->target_columns, alias, relation->columns);
    site_sql_and(writer, " AND ", target, inner_of(related));
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
    site_sql_table(writer, relation->via, via);
    if (inner && !key) {
        target = ++writer->aliases;
        put(writer, " JOIN ");
        site_sql_table(writer, relation->target->table, target);
        put(writer, " ON ");
        site_sql_join(writer, target, relation->target_columns, via, relation->via_target_columns);
    }
    put(writer, " WHERE ");
    site_sql_join(writer, via, relation->via_columns, alias, relation->columns);
    if (key) {
        site_condition_t moved = *key;

        moved.column = APR_ARRAY_IDX(relation->via_target_columns, 0, const site_column_t *);
        site_sql_and(writer, " AND ", via, &moved);
    }
    else if (inner) {
        site_sql_and(writer, " AND ", target, inner);
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

/* --- rows of several tables side by side --- */

/* The related rows of `from`, or one row of NULLs where there are none. Returns their alias. */
static int write_outer_join(site_sql_writer_t *writer, int from, const site_relation_t *relation) {
    int via = 0, target;

    if (relation->kind == SITE_RELATION_MANY) {
        via = ++writer->aliases;
        put(writer, " LEFT JOIN ");
        site_sql_table(writer, relation->via, via);
        put(writer, " ON ");
        site_sql_join(writer, via, relation->via_columns, from, relation->columns);
    }
    target = ++writer->aliases;
    put(writer, " LEFT JOIN ");
    site_sql_table(writer, relation->target->table, target);
    put(writer, " ON ");
    if (via)
        site_sql_join(writer, target, relation->target_columns, via, relation->via_target_columns);
    else
        site_sql_join(writer, target, relation->target_columns, from, relation->columns);
    return target;
}

static void write_joined(site_sql_writer_t *writer, int alias, const site_condition_t *joined) {
    int i;

    put(writer, "EXISTS (SELECT 1 FROM (VALUES (1)) AS one");
    for (i = 0; i < joined->joins->nelts; i++) {
        site_join_t *join = APR_ARRAY_IDX(joined->joins, i, site_join_t *);

        join->alias = write_outer_join(writer, join->from ? join->from->alias : alias, join->relation);
    }
    put(writer, " WHERE ");
    write_parts(writer, alias, joined, " AND ");
    put(writer, ")");
}

/* Where a row is joined with its related ones, so that it appears once with each: the condition's alias in the statement. */
typedef struct row_join_t {
    const site_condition_t *related;
    int alias;
    int taken; /* by the operand of OR that is being read */
} row_join_t;

static int alias_of(const site_sql_writer_t *writer, const site_condition_t *related) {
    int i;

    for (i = 0; writer->joins && i < writer->joins->nelts; i++) {
        if (APR_ARRAY_IDX(writer->joins, i, row_join_t).related == related)
            return APR_ARRAY_IDX(writer->joins, i, row_join_t).alias;
    }
    return 0;
}

/* What holds of a related row that stands beside the row. */
static void write_beside(site_sql_writer_t *writer, int alias, const site_condition_t *related) {
    /* There may be no such row: a test for NULL would hold of nothing. */
    put(writer, "(");
    site_sql_column(writer, alias, APR_ARRAY_IDX(related->relation->target_columns, 0, const site_column_t *));
    put(writer, " IS NOT NULL");
    site_sql_and(writer, " AND ", alias, inner_of(related));
    put(writer, ")");
}

static void write_condition(site_sql_writer_t *writer, int alias, const site_condition_t *condition) {
    int beside;

    switch (condition->kind) {
    case SITE_CONDITION_ALL:
        write_parts(writer, alias, condition, " AND ");
        break;
    case SITE_CONDITION_ANY:
        write_parts(writer, alias, condition, " OR ");
        break;
    case SITE_CONDITION_NOT:
        put(writer, "NOT (");
        writer->negated++;
        write_parts(writer, alias, condition, " AND ");
        writer->negated--;
        put(writer, ")");
        break;
    case SITE_CONDITION_UNTRUE:
        put(writer, "(");
        write_parts(writer, alias, condition, " AND ");
        put(writer, ") IS NOT TRUE");
        break;
    case SITE_CONDITION_TEST:
        site_compare_write(writer, alias, condition);
        break;
    case SITE_CONDITION_RELATED:
        beside = alias_of(writer, condition);
        if (beside)
            write_beside(writer, beside, condition);
        else
            write_related(writer, alias, condition);
        break;
    case SITE_CONDITION_JOINED:
        write_joined(writer, alias, condition);
        break;
    case SITE_CONDITION_AT:
        write_parts(writer, condition->join ? condition->join->alias : 0, condition, " AND ");
        break;
    case SITE_CONDITION_NEVER:
        put(writer, "FALSE");
        break;
    }
}

/* --- rows that appear once per related row --- */

static int multiplies(const site_condition_t *condition) {
    return condition->kind == SITE_CONDITION_RELATED && condition->relation->duplicates && !condition->once &&
           condition->relation->kind != SITE_RELATION_FORWARD;
}

/* Whether some relation's rows are to count once: Django then says DISTINCT of the whole query. */
static int counts_once(const site_condition_t *condition) {
    int i;

    if (condition->kind == SITE_CONDITION_RELATED)
        return condition->once ||
               (condition->relation->kind != SITE_RELATION_FORWARD && !condition->relation->duplicates);
    if (condition->kind == SITE_CONDITION_JOINED)
        return 1;
    for (i = 0; condition->parts && i < condition->parts->nelts; i++) {
        if (counts_once(APR_ARRAY_IDX(condition->parts, i, const site_condition_t *)))
            return 1;
    }
    return 0;
}

/* The latest join of this relation that an earlier operand of OR has made: Django's OR goes on with it, where AND joins anew. */
static int earlier_alias(site_sql_writer_t *writer, const site_condition_t *related, int earlier) {
    int i;

    for (i = earlier - 1; i >= 0; i--) {
        row_join_t *join = &APR_ARRAY_IDX(writer->joins, i, row_join_t);

        if (join->related->relation == related->relation && !join->taken) {
            join->taken = 1;
            return join->alias;
        }
    }
    return 0;
}

static void add_join(site_sql_writer_t *writer, const site_condition_t *related, int earlier) {
    int alias = earlier_alias(writer, related, earlier);
    row_join_t *join;

    if (!alias)
        alias = write_outer_join(writer, 0, related->relation);
    join = apr_array_push(writer->joins);
    join->related = related;
    join->alias = alias;
    join->taken = 0;
}

/* Joins what multiplies rows below `condition`; `earlier` joins are those of the operands before it. */
static void write_row_joins(site_sql_writer_t *writer, const site_condition_t *condition, int earlier) {
    int i, j;

    if (multiplies(condition))
        add_join(writer, condition, earlier);
    if (condition->kind != SITE_CONDITION_ALL && condition->kind != SITE_CONDITION_ANY)
        return;
    for (i = 0; i < condition->parts->nelts; i++) {
        if (condition->kind == SITE_CONDITION_ANY && i) {
            earlier = writer->joins->nelts;
            for (j = 0; j < earlier; j++)
                APR_ARRAY_IDX(writer->joins, j, row_join_t).taken = 0;
        }
        write_row_joins(writer, APR_ARRAY_IDX(condition->parts, i, const site_condition_t *), earlier);
    }
}

int site_sql_source(site_sql_writer_t *writer, const site_query_t *query) {
    put(writer, " FROM ");
    put(writer, query->resource->from_sql);
    put(writer, " AS t0");
    writer->joins = apr_array_make(writer->pool, 2, sizeof(row_join_t));
    if (!counts_once(query->condition))
        write_row_joins(writer, query->condition, 0);
    return site_sql_and(writer, " WHERE ", 0, query->condition);
}
