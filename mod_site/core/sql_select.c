/* sql_select: what is selected: a row's cells, those of rows shown inside it, and the values that it is sorted by. */
#include "core/sql_parts.h"

static void put(site_sql_writer_t *writer, const char *text) {
    site_sink_puts(&writer->text, text);
}

void site_sql_own_value(site_sql_writer_t *writer, int alias, const site_attribute_t *attribute) {
    if (attribute->relation)
        site_sql_foreign_key(writer, alias, attribute->relation, site_attribute_rows(attribute));
    else
        site_sql_column(writer, alias, attribute->column);
}

/* Over to-one relations: the related row's value, step by step. `attribute`: what shows the column there, or NULL. */
static void write_path(site_sql_writer_t *writer, int alias, const apr_array_header_t *relations, int step,
                       const site_column_t *column, const site_attribute_t *attribute) {
    const site_relation_t *relation;
    int target;

    if (!relations || step == relations->nelts) {
        if (attribute)
            site_sql_own_value(writer, alias, attribute);
        else
            site_sql_column(writer, alias, column);
        return;
    }
    relation = APR_ARRAY_IDX(relations, step, const site_relation_t *);
    target = ++writer->aliases;
    put(writer, "(SELECT ");
    write_path(writer, target, relations, step + 1, column, attribute);
    put(writer, " FROM ");
    site_sql_target(writer, relation->target, target, " WHERE ");
    site_sql_join(writer, target, relation->target_columns, alias, relation->columns);
    put(writer, ")");
}

/* The sum of what each test gives. */
static void write_rank(site_sql_writer_t *writer, int alias, const apr_array_header_t *matches) {
    int i;

    for (i = 0; i < matches->nelts; i++) {
        put(writer, i ? " + " : "(");
        site_compare_rank(writer, alias, APR_ARRAY_IDX(matches, i, const site_condition_t *));
    }
    put(writer, ")");
}

/* The column of the related row (or of one over its relations) whose value is shown; NULL: there is none. */
static const site_column_t *related_column(const site_attribute_t *attribute) {
    const site_attribute_t *key = site_attribute_target(attribute)->key;

    if (attribute->show == SITE_SHOW_LINK)
        return key ? key->column : NULL;
    if (attribute->show == SITE_SHOW_SLUG)
        return attribute->slug ? attribute->slug->column : NULL;
    return attribute->relation->key;
}

/* Whether the slug is not just a column of the related row: it lies over relations, or is a foreign key that SiteWhere may hide. */
static int has_path(const site_attribute_t *attribute) {
    const site_attribute_t *slug = attribute->show == SITE_SHOW_SLUG ? attribute->slug : NULL;

    return (slug && attribute->slug_path && attribute->slug_path->nelts) ||
           (slug && slug->relation && site_attribute_rows(slug)->where);
}

static void write_attribute(site_sql_writer_t *writer, int alias, const site_attribute_t *attribute,
                            const site_nesting_t *nesting);

/* A column as PostgreSQL would send it; a cast to text is not always that: it drops a char's blanks and gives every address its mask. */
static void write_text(site_sql_writer_t *writer, int alias, const site_column_t *column) {
    site_kind_t kind = column->type.kind;

    put(writer, kind == SITE_KIND_INET ? "abbrev(" : kind == SITE_KIND_CHAR ? "rpad(" : "");
    site_sql_column(writer, alias, column);
    if (kind == SITE_KIND_INET)
        put(writer, ")");
    else if (kind == SITE_KIND_CHAR)
        site_sink_printf(&writer->text, "::text, %d)", column->type.max_length);
    else
        put(writer, "::text");
}

/* A row inside another one: its cells as text, as core/writer_json reads them. */
static void write_cells(site_sql_writer_t *writer, int alias, const site_nesting_t *nesting) {
    const site_resource_t *resource = nesting->resource;
    int i;

    put(writer, "ARRAY[");
    if (resource->key)
        write_text(writer, alias, resource->key->column);
    else
        put(writer, "NULL::text");
    for (i = 0; i < resource->attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *);

        if (!attribute->shown)
            continue;
        put(writer, ", ");
        if (!attribute->relation && !attribute->zoned) {
            write_text(writer, alias, attribute->column);
            continue;
        }
        write_attribute(writer, alias, attribute, nesting);
        put(writer, "::text");
    }
    put(writer, "]");
}

/* What is shown of the related row `target`. */
static void write_shown(site_sql_writer_t *writer, int target, const site_attribute_t *attribute,
                        const site_nesting_t *nesting) {
    const site_column_t *column = related_column(attribute);
    site_nesting_t inner = {attribute->shape, nesting};

    if (site_attribute_nests(attribute, nesting))
        write_cells(writer, target, &inner);
    else if (attribute->show == SITE_SHOW_SLUG && attribute->slug)
        write_path(writer, target, attribute->slug_path, 0, column, attribute->slug);
    else if (column)
        site_sql_column(writer, target, column);
    else
        put(writer, "NULL");
}

static void write_one_related(site_sql_writer_t *writer, int alias, const site_attribute_t *attribute,
                              const site_nesting_t *nesting) {
    const site_relation_t *relation = attribute->relation;
    int target;

    /* The key that is shown is mostly the one that the table itself holds. */
    if (attribute->column && !site_attribute_nests(attribute, nesting) && !has_path(attribute) &&
        related_column(attribute) == APR_ARRAY_IDX(relation->target_columns, 0, const site_column_t *)) {
        site_sql_own_value(writer, alias, attribute);
        return;
    }
    target = ++writer->aliases;
    put(writer, "(SELECT ");
    write_shown(writer, target, attribute, nesting);
    put(writer, " FROM ");
    site_sql_target(writer, site_attribute_rows(attribute), target, " WHERE ");
    site_sql_join(writer, target, relation->target_columns, alias, relation->columns);
    put(writer, ")");
}

static const apr_array_header_t *order_of(const site_relation_t *relation) {
    return relation->order ? relation->order : relation->target->ordering;
}

static void write_many_order(site_sql_writer_t *writer, int target, const site_relation_t *relation) {
    const apr_array_header_t *order = order_of(relation);
    int i;

    for (i = 0; i < order->nelts; i++) {
        const site_ordering_t *key = APR_ARRAY_IDX(order, i, const site_ordering_t *);

        put(writer, i ? ", " : " ORDER BY ");
        site_sql_sort_key(writer, target, key);
        put(writer, key->descending ? " DESC" : "");
    }
}

/* Keys alone need no look at the related table, when its order is that of the key and none of its rows may be hidden. */
static int key_is_enough(const site_attribute_t *attribute, const site_nesting_t *nesting) {
    const site_relation_t *relation = attribute->relation;
    const apr_array_header_t *order = order_of(relation);
    const site_ordering_t *first = order->nelts ? APR_ARRAY_IDX(order, 0, const site_ordering_t *) : NULL;

    return !site_attribute_rows(attribute)->where && !relation->target->table->has_policies &&
           !site_attribute_nests(attribute, nesting) && !has_path(attribute) && relation->target_columns->nelts == 1 &&
           related_column(attribute) == APR_ARRAY_IDX(relation->target_columns, 0, const site_column_t *) && first &&
           !first->relations && !first->descending && first->column == related_column(attribute);
}

static void write_many_related(site_sql_writer_t *writer, int alias, const site_attribute_t *attribute,
                               const site_nesting_t *nesting) {
    const site_relation_t *relation = attribute->relation;
    int via = ++writer->aliases, target;

    put(writer, "ARRAY(SELECT ");
    if (relation->kind == SITE_RELATION_MANY && key_is_enough(attribute, nesting)) {
        site_sql_column(writer, via, APR_ARRAY_IDX(relation->via_target_columns, 0, const site_column_t *));
        put(writer, " FROM ");
        site_sql_table(writer, relation->via, via);
        put(writer, " WHERE ");
        site_sql_via(writer, via, relation, alias);
        put(writer, " ORDER BY 1)");
        return;
    }
    target = ++writer->aliases;
    write_shown(writer, target, attribute, nesting);
    put(writer, " FROM ");
    site_sql_table(writer, relation->target->table, target);
    if (relation->kind == SITE_RELATION_MANY) {
        put(writer, " JOIN ");
        site_sql_table(writer, relation->via, via);
        put(writer, " ON ");
        site_sql_join(writer, target, relation->target_columns, via, relation->via_target_columns);
        put(writer, " WHERE ");
        site_sql_via(writer, via, relation, alias);
    }
    else {
        put(writer, " WHERE ");
        site_sql_join(writer, target, relation->target_columns, alias, relation->columns);
    }
    site_sql_where(writer, " AND ", target, site_attribute_rows(attribute));
    write_many_order(writer, target, relation);
    put(writer, ")");
}

static void write_attribute(site_sql_writer_t *writer, int alias, const site_attribute_t *attribute,
                            const site_nesting_t *nesting) {
    if (attribute->relation && attribute->relation->many) {
        write_many_related(writer, alias, attribute, nesting);
    }
    else if (attribute->relation) {
        write_one_related(writer, alias, attribute, nesting);
    }
    else {
        site_sql_column(writer, alias, attribute->column);
        put(writer, attribute->zoned ? "::timestamptz" : "");
    }
}

/* A digest, because a cursor holds it. */
static void write_looks(site_sql_writer_t *writer, int alias, const apr_array_header_t *looks) {
    int i;

    put(writer, "pg_catalog.hashtextextended(ROW(");
    for (i = 0; i < looks->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(looks, i, const site_attribute_t *);
        site_nesting_t nesting = {attribute->resource, NULL};

        put(writer, i ? ", " : "");
        if (attribute->column)
            site_sql_own_value(writer, alias, attribute);
        else
            write_attribute(writer, alias, attribute, &nesting);
    }
    put(writer, ")::text, 0)");
}

void site_sql_sort_key(site_sql_writer_t *writer, int alias, const site_ordering_t *key) {
    if (key->looks)
        write_looks(writer, alias, key->looks);
    else if (key->is_rank)
        write_rank(writer, alias, key->matches);
    else
        write_path(writer, alias, key->relations, 0, key->column, NULL);
}

static void write_select_list(site_sql_writer_t *writer, const site_resource_t *resource) {
    site_nesting_t nesting = {resource, NULL};
    int i;

    if (resource->key)
        site_sql_column(writer, 0, resource->key->column);
    else
        put(writer, "NULL");
    for (i = 0; i < resource->attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *);

        if (!attribute->shown)
            continue;
        put(writer, ", ");
        write_attribute(writer, 0, attribute, &nesting);
    }
}

/* Its aliases are never those of the conditions behind. */
void site_sql_select(site_sql_writer_t *writer, const site_resource_t *resource) {
    int aliases = writer->aliases;

    if (resource->select_sql) {
        put(writer, resource->select_sql);
        return;
    }
    writer->aliases = 1000;
    write_select_list(writer, resource);
    writer->aliases = aliases;
}

const char *site_sql_select_list(apr_pool_t *pool, const site_resource_t *resource) {
    site_sql_writer_t writer;

    site_sql_begin(&writer, pool);
    writer.aliases = 1000;
    write_select_list(&writer, resource);
    site_sink_char(&writer.text, '\0');
    return writer.guarded ? NULL : writer.text.data;
}
