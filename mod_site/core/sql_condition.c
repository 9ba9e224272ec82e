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

int site_sql_where(site_sql_writer_t *writer, const char *before, int alias, const site_resource_t *resource) {
    if (!resource->where)
        return 0;
    writer->guarded++;
    return site_sql_and(writer, before, alias, resource->where);
}

void site_sql_target(site_sql_writer_t *writer, const site_resource_t *resource, int alias, const char *before) {
    site_sql_table(writer, resource->table, alias);
    put(writer, before);
    if (site_sql_where(writer, "", alias, resource))
        put(writer, " AND ");
}

void site_sql_via_where(site_sql_writer_t *writer, int via, const site_relation_t *relation) {
    if (relation->via_rows)
        site_sql_where(writer, " AND ", via, relation->via_rows);
}

void site_sql_via(site_sql_writer_t *writer, int via, const site_relation_t *relation, int alias) {
    site_sql_join(writer, via, relation->via_columns, alias, relation->columns);
    site_sql_via_where(writer, via, relation);
}

/* The rest of a sub-select: ` FROM target WHERE ...`, the row that the foreign key leads to, if it is to be seen. */
static void write_led_to(site_sql_writer_t *writer, int alias, const site_relation_t *relation,
                         const site_resource_t *rows) {
    int target = ++writer->aliases;

    put(writer, " FROM ");
    site_sql_target(writer, rows, target, " WHERE ");
    site_sql_join(writer, target, relation->target_columns, alias, relation->columns);
}

void site_sql_foreign_key(site_sql_writer_t *writer, int alias, const site_relation_t *relation,
                          const site_resource_t *rows) {
    const site_column_t *column = APR_ARRAY_IDX(relation->columns, 0, const site_column_t *);

    if (!rows->where) {
        site_sql_column(writer, alias, column);
        return;
    }
    put(writer, "(SELECT ");
    site_sql_column(writer, alias, column);
    write_led_to(writer, alias, relation, rows);
    put(writer, relation->enforced ? ")" : " LIMIT 1)");
}

/* The relation whose target may hide the row that the tested foreign key leads to. */
static const site_relation_t *guard_of(const site_condition_t *test) {
    return test->guard && test->guard->target->where ? test->guard : NULL;
}

static void write_leads(site_sql_writer_t *writer, int alias, const site_relation_t *relation) {
    put(writer, "EXISTS (SELECT 1");
    write_led_to(writer, alias, relation, relation->target);
    put(writer, ")");
}

/* A test of a foreign key, as if it were NULL where SiteWhere hides its row. The column itself is tested, too, for its index; but below a NOT
 * it matters that the result is NULL. */
static void write_guarded_test(site_sql_writer_t *writer, int alias, const site_condition_t *test) {
    site_condition_t inner = *test;

    inner.exclude = 0;
    put(writer, test->exclude ? "NOT (" : "(");
    if (test->lookup.operator== SITE_OP_ISNULL) {
        put(writer, *APR_ARRAY_IDX(test->values, 0, const char *) == 't' ? "NOT " : "");
        write_leads(writer, alias, test->guard);
    }
    else if (writer->negated && !test->exclude) {
        put(writer, "SELECT ");
        site_compare_write(writer, alias, &inner);
        write_led_to(writer, alias, test->guard, test->guard->target);
        put(writer, test->guard->enforced ? "" : " LIMIT 1");
    }
    else {
        site_compare_write(writer, alias, &inner);
        put(writer, " AND ");
        write_leads(writer, alias, test->guard);
    }
    put(writer, ")");
}

/* Whether the related rows are those that the target's SiteWhere leaves. */
static int is_guarded(const site_condition_t *related) {
    return related->relation->target->where && !related->unguarded;
}

/* Whether some of the related rows may be hidden, by SiteWhere or by a policy. Then a join table alone does not tell which are there. */
static int may_hide(const site_condition_t *related) {
    return is_guarded(related) || related->relation->target->table->has_policies;
}

/* The table of the related rows, `before`, and what SiteWhere says of them. */
static void write_target(site_sql_writer_t *writer, const site_condition_t *related, int alias, const char *before) {
    const site_resource_t *target = related->relation->target;

    if (is_guarded(related)) {
        site_sql_target(writer, target, alias, before);
        return;
    }
    site_sql_table(writer, target->table, alias);
    put(writer, before);
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
    int target = ++writer->aliases, guarded = is_guarded(related), has_where;

    if (relation->columns->nelts > 1) {
        put(writer, "EXISTS (SELECT 1 FROM ");
        write_target(writer, related, target, " WHERE ");
        site_sql_join(writer, target, relation->target_columns, alias, relation->columns);
        site_sql_and(writer, " AND ", target, inner);
        put(writer, ")");
        return;
    }
    if (guarded && writer->negated) /* NULL, not false, where the row is hidden */
        site_sql_foreign_key(writer, alias, relation, relation->target);
    else
        site_sql_column(writer, alias, APR_ARRAY_IDX(relation->columns, 0, const site_column_t *));
    if (!inner && relation->enforced && (!guarded || writer->negated)) {
        put(writer, " IS NOT NULL");
        return;
    }
    put(writer, in_select(writer, inner));
    site_sql_column(writer, target, APR_ARRAY_IDX(relation->target_columns, 0, const site_column_t *));
    put(writer, " FROM ");
    site_sql_table(writer, relation->target->table, target);
    has_where = guarded && site_sql_where(writer, " WHERE ", target, relation->target);
    site_sql_and(writer, has_where ? " AND " : " WHERE ", target, inner);
    put(writer, ")");
}

/* EXISTS rather than IN: the planner joins both alike, but NULLs on the other side cannot turn a negation into nothing. */
static void write_reverse(site_sql_writer_t *writer, int alias, const site_condition_t *related) {
    const site_relation_t *relation = related->relation;
    int target = ++writer->aliases;

    put(writer, "EXISTS (SELECT 1 FROM ");
    write_target(writer, related, target, " WHERE ");
    site_sql_join(writer, target, relation->target_columns, alias, relation->columns);
    site_sql_and(writer, " AND ", target, inner_of(related));
    put(writer, ")");
}

/* Whether the test is of the target's key itself, which the join table holds, too: then that table is enough, unless rows may be hidden. */
static const site_condition_t *key_test(const site_condition_t *related) {
    const site_relation_t *relation = related->relation;
    const site_condition_t *inner = inner_of(related);

    return inner && inner->kind == SITE_CONDITION_TEST && !may_hide(related) && !guard_of(inner) &&
                   relation->target_columns->nelts == 1 &&
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
    if ((inner && !key) || may_hide(related)) {
        target = ++writer->aliases;
        put(writer, " JOIN ");
        write_target(writer, related, target, " ON ");
        site_sql_join(writer, target, relation->target_columns, via, relation->via_target_columns);
    }
    put(writer, " WHERE ");
    if (related->unguarded)
        site_sql_join(writer, via, relation->via_columns, alias, relation->columns);
    else
        site_sql_via(writer, via, relation, alias);
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

/* The same over a join table whose rows count only where SiteWhere leaves the row behind them. */
static int write_guarded_join(site_sql_writer_t *writer, int from, const site_relation_t *relation) {
    int via = ++writer->aliases, target = ++writer->aliases;

    put(writer, " LEFT JOIN (");
    site_sql_table(writer, relation->via, via);
    put(writer, " JOIN ");
    site_sql_target(writer, relation->target, target, " ON ");
    site_sql_join(writer, target, relation->target_columns, via, relation->via_target_columns);
    put(writer, ") ON ");
    site_sql_via(writer, via, relation, from);
    return target;
}

/* The related rows of `from`, or one row of NULLs where there are none. Returns their alias. */
static int write_outer_join(site_sql_writer_t *writer, int from, const site_relation_t *relation) {
    int via = 0, target;

    if (relation->kind == SITE_RELATION_MANY && relation->target->where)
        return write_guarded_join(writer, from, relation);
    if (relation->kind == SITE_RELATION_MANY) {
        via = ++writer->aliases;
        put(writer, " LEFT JOIN ");
        site_sql_table(writer, relation->via, via);
        put(writer, " ON ");
        site_sql_via(writer, via, relation, from);
    }
    target = ++writer->aliases;
    put(writer, " LEFT JOIN ");
    site_sql_target(writer, relation->target, target, " ON ");
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
        if (guard_of(condition))
            write_guarded_test(writer, alias, condition);
        else
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
           !condition->unguarded && condition->relation->kind != SITE_RELATION_FORWARD;
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
