#include "core/neighbour.h"

#include "core/sql_parts.h"

#include <string.h>

/* --- which relations --- */

static int is_shown(const site_resource_t *resource, const site_relation_t *relation) {
    int i;

    for (i = 0; i < resource->attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *);

        if (attribute->relation == relation && attribute->shown)
            return 1;
    }
    return 0;
}

static int are_the_same(const apr_array_header_t *one, const apr_array_header_t *other) {
    int i;

    for (i = 0; i < one->nelts && i < other->nelts; i++) {
        if (APR_ARRAY_IDX(one, i, const site_column_t *) != APR_ARRAY_IDX(other, i, const site_column_t *))
            return 0;
    }
    return one->nelts == other->nelts;
}

/* Whether `back` is the same relation, seen from its other side. */
static int is_inverse(const site_relation_t *relation, const site_relation_t *back) {
    if (back->target != relation->source || !back->key || back->key != relation->source->primary)
        return 0;
    if (relation->kind == SITE_RELATION_REVERSE)
        return back->kind == SITE_RELATION_FORWARD && are_the_same(back->columns, relation->target_columns);
    return back->kind == SITE_RELATION_MANY && back->via == relation->via &&
           are_the_same(back->via_columns, relation->via_target_columns);
}

static const char *inverse_of(const site_relation_t *relation) {
    const apr_array_header_t *relations = relation->target->relations;
    int i;

    for (i = 0; i < relations->nelts; i++) {
        const site_relation_t *back = APR_ARRAY_IDX(relations, i, const site_relation_t *);

        if (is_inverse(relation, back))
            return back->name;
    }
    return NULL;
}

apr_array_header_t *site_neighbours_of(apr_pool_t *pool, const site_resource_t *resource) {
    apr_array_header_t *all = apr_array_make(pool, SITE_NEIGHBOURS, sizeof(site_neighbours_t *));
    int i;

    for (i = 0; i < resource->relations->nelts && all->nelts < SITE_NEIGHBOURS; i++) {
        const site_relation_t *relation = APR_ARRAY_IDX(resource->relations, i, const site_relation_t *);
        site_neighbours_t *neighbours;

        if (relation->kind == SITE_RELATION_FORWARD || relation->target->broken || !relation->target->key ||
            relation->target->internal || is_shown(resource, relation))
            continue;
        neighbours = apr_pcalloc(pool, sizeof *neighbours);
        neighbours->relation = relation;
        neighbours->filter = resource->key && resource->key->column == resource->primary ? inverse_of(relation) : NULL;
        neighbours->rows = apr_array_make(pool, SITE_NEIGHBOUR_ROWS, sizeof(site_neighbour_t));
        APR_ARRAY_PUSH(all, site_neighbours_t *) = neighbours;
    }
    return all;
}

/* --- the statement --- */

/* Aliases: 0 is the row, 1 a row on the other side, 2 the join table. */
enum { SELF, OTHER, VIA };

static void put(site_sql_writer_t *writer, const char *text) {
    site_sink_puts(&writer->text, text);
}

static void put_column(site_sql_writer_t *writer, int alias, const apr_array_header_t *columns) {
    site_sql_column(writer, alias, APR_ARRAY_IDX(columns, 0, const site_column_t *));
}

static void put_self(site_sql_writer_t *writer, const site_relation_t *relation, const site_condition_t *condition) {
    put(writer, " FROM ");
    site_sql_table(writer, relation->source->table, SELF);
    site_sql_and(writer, " WHERE ", SELF, condition);
}

/* "= (SELECT ...)": the row's own value first, and then an index on the other side. */
static void put_value(site_sql_writer_t *writer, const site_relation_t *relation, const site_condition_t *condition) {
    put(writer, " = (SELECT ");
    put_column(writer, SELF, relation->columns);
    put_self(writer, relation, condition);
    put(writer, ")");
}

static void put_where(site_sql_writer_t *writer, const site_relation_t *relation, const site_condition_t *condition) {
    int single = relation->columns->nelts == 1 && relation->target_columns->nelts == 1;

    put(writer, " WHERE ");
    if (relation->kind == SITE_RELATION_REVERSE && single) {
        put_column(writer, OTHER, relation->target_columns);
        put_value(writer, relation, condition);
    }
    else if (single) {
        put_column(writer, OTHER, relation->target_columns);
        put(writer, " IN (SELECT ");
        put_column(writer, VIA, relation->via_target_columns);
        put(writer, " FROM ");
        site_sql_table(writer, relation->via, VIA);
        put(writer, " WHERE ");
        put_column(writer, VIA, relation->via_columns);
        put_value(writer, relation, condition);
        site_sql_via_where(writer, VIA, relation);
        put(writer, ")");
    }
    else {
        put(writer, "EXISTS (SELECT 1");
        put_self(writer, relation, condition);
        put(writer, " AND ");
        if (relation->kind == SITE_RELATION_REVERSE) {
            site_sql_join(writer, OTHER, relation->target_columns, SELF, relation->columns);
        }
        else {
            put(writer, "EXISTS (SELECT 1 FROM ");
            site_sql_table(writer, relation->via, VIA);
            put(writer, " WHERE ");
            site_sql_via(writer, VIA, relation, SELF);
            put(writer, " AND ");
            site_sql_join(writer, OTHER, relation->target_columns, VIA, relation->via_target_columns);
            put(writer, ")");
        }
        put(writer, ")");
    }
}

static void put_order(site_sql_writer_t *writer, const site_resource_t *target) {
    int i, used = 0;

    for (i = 0; i < target->ordering->nelts; i++) {
        const site_ordering_t *key = APR_ARRAY_IDX(target->ordering, i, const site_ordering_t *);

        if (key->relations || key->looks)
            continue;
        put(writer, used++ ? ", " : " ORDER BY ");
        site_sql_column(writer, OTHER, key->column);
        put(writer, key->descending ? " DESC" : "");
    }
}

void site_neighbours_sql(apr_pool_t *pool, const site_relation_t *relation, const site_condition_t *condition,
                         site_sql_t *sql) {
    const site_resource_t *target = relation->target;
    site_sql_writer_t writer;

    site_sql_begin(&writer, pool);
    writer.aliases = VIA; /* those of the condition come behind */
    put(&writer, "SELECT ");
    site_sql_column(&writer, OTHER, target->key->column);
    put(&writer, "::text, ");
    if (target->label)
        site_sql_column(&writer, OTHER, target->label->column);
    else
        put(&writer, "NULL");
    put(&writer, "::text FROM ");
    site_sql_table(&writer, target->table, OTHER);
    put_where(&writer, relation, condition);
    site_sql_where(&writer, " AND ", OTHER, target);
    put_order(&writer, target);
    site_sink_printf(&writer.text, " LIMIT %d", SITE_NEIGHBOUR_ROWS + 1);
    site_sql_finish(&writer, sql);
}

void site_neighbours_take(site_neighbours_t *neighbours, const site_cell_t *cells) {
    site_neighbour_t *row;

    if (neighbours->rows->nelts == SITE_NEIGHBOUR_ROWS) {
        neighbours->more = 1;
        return;
    }
    row = apr_array_push(neighbours->rows);
    row->key = cells[0];
    row->label = cells[1].text && cells[1].length ? cells[1].text : NULL;
}
