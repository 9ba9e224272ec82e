#include "core/facet.h"

#include "core/sql_parts.h"

#include <apr_strings.h>
#include <string.h>

/* --- which attributes --- */

static int is_countable(const site_type_t *type) {
    switch (type->kind) {
    case SITE_KIND_BOOLEAN:
    case SITE_KIND_INT2:
    case SITE_KIND_INT4:
    case SITE_KIND_INT8:
    case SITE_KIND_TEXT:
    case SITE_KIND_CHAR:
    case SITE_KIND_ENUM:
    case SITE_KIND_DATE:
    case SITE_KIND_UUID:
        return 1;
    default:
        return 0;
    }
}

/* A filter for a value is the attribute's own name: it must be one that filters. */
static int can_be_asked(const site_attribute_t *attribute) {
    int i;

    for (i = 0; attribute->lookups && i < attribute->lookups->nelts; i++) {
        const char *lookup = APR_ARRAY_IDX(attribute->lookups, i, const char *);

        if (strcmp(lookup, "all") == 0 || strcmp(lookup, "exact") == 0)
            return 1;
    }
    return attribute->lookups == NULL;
}

int site_facet_is_possible(const site_attribute_t *attribute) {
    if (!attribute->column || !is_countable(&attribute->column->type))
        return 0;
    if (attribute->relation)
        return attribute->relation->kind == SITE_RELATION_FORWARD && attribute->relation->key != NULL &&
               attribute->relation->reach != SITE_REACH_NONE && (attribute->relation->lookups & SITE_KEY_EXACT) &&
               attribute->relation->key == APR_ARRAY_IDX(attribute->relation->target_columns, 0, const site_column_t *);
    return can_be_asked(attribute);
}

int site_facet_is_likely(const site_attribute_t *attribute) {
    const site_column_t *column = attribute->column;

    if (!attribute->shown || !site_facet_is_possible(attribute) || site_column_is_unique(column))
        return 0;
    if (column->type.kind == SITE_KIND_BOOLEAN || attribute->choices)
        return 1;
    return column->distinct > 1 && column->distinct <= (attribute->relation ? 2 : 1) * SITE_FACET_DISTINCT &&
           column->type.kind != SITE_KIND_DATE;
}

/* --- the statement --- */

static const site_attribute_t *facet_at(const site_resource_t *resource, int i) {
    return APR_ARRAY_IDX(resource->facets, i, const site_attribute_t *);
}

static void put(site_sql_writer_t *writer, const char *text) {
    site_sink_puts(&writer->text, text);
}

/* GROUPING() has a bit for each argument, the last one the lowest: set where the row is not grouped by it. */
static int grouping_of(int i, int count) {
    return (1 << count) - 1 - (1 << (count - 1 - i));
}

static void put_columns(site_sql_writer_t *writer, const site_resource_t *resource, const char *before,
                        const char *after) {
    int i;

    for (i = 0; i < resource->facets->nelts; i++) {
        put(writer, i ? ", " : "");
        put(writer, before);
        site_sql_column(writer, 0, facet_at(resource, i)->column);
        put(writer, after);
    }
}

static int is_guarded(const site_attribute_t *attribute) {
    return attribute->relation && site_attribute_rows(attribute)->where;
}

static int has_guarded(const site_resource_t *resource) {
    int i;

    for (i = 0; i < resource->facets->nelts; i++) {
        if (is_guarded(facet_at(resource, i)))
            return 1;
    }
    return 0;
}

static void put_names(site_sql_writer_t *writer, int count, const char *before, const char *after) {
    int i;

    for (i = 0; i < count; i++)
        site_sink_printf(&writer->text, "%s%ss.v%d%s", i ? ", " : "", before, i, after);
}

/* The same as put_groups() where SiteWhere may hide a value: values first, then their groups, because GROUPING() knows no sub-select. */
static void put_guarded_groups(site_sql_writer_t *writer, const site_query_t *query) {
    const site_resource_t *resource = query->resource;
    int count = resource->facets->nelts, i;

    put(writer, "SELECT GROUPING(");
    put_names(writer, count, "", "");
    put(writer, ") AS n, ");
    put_names(writer, count, "", "");
    put(writer, ", count(*) AS c FROM (SELECT ");
    for (i = 0; i < count; i++) {
        put(writer, i ? ", " : "");
        site_sql_own_value(writer, 0, facet_at(resource, i));
        site_sink_printf(&writer->text, " AS v%d", i);
    }
    site_sql_source(writer, query);
    put(writer, ") AS s GROUP BY GROUPING SETS (");
    put_names(writer, count, "(", ")");
    put(writer, ")");
}

/* The groups of all facets: which facet, its value in a column of its own, how many. */
static void put_groups(site_sql_writer_t *writer, const site_query_t *query) {
    const site_resource_t *resource = query->resource;
    int i;

    if (has_guarded(resource)) {
        put_guarded_groups(writer, query);
        return;
    }
    put(writer, "SELECT GROUPING(");
    put_columns(writer, resource, "", "");
    put(writer, ") AS n");
    for (i = 0; i < resource->facets->nelts; i++) {
        put(writer, ", ");
        site_sql_column(writer, 0, facet_at(resource, i)->column);
        site_sink_printf(&writer->text, " AS v%d", i);
    }
    put(writer, ", count(*) AS c");
    site_sql_source(writer, query);
    put(writer, " GROUP BY GROUPING SETS (");
    put_columns(writer, resource, "(", ")");
    put(writer, ")");
}

/* What a related row is called. */
static void put_label(site_sql_writer_t *writer, int i, const site_relation_t *relation) {
    int target = ++writer->aliases;

    put(writer, "(SELECT ");
    site_sql_column(writer, target, relation->target->label->column);
    put(writer, "::text FROM ");
    site_sql_target(writer, relation->target, target, " WHERE ");
    site_sql_column(writer, target, relation->key);
    site_sink_printf(&writer->text, " = r.v%d)", i);
}

/* One value more than are told says that there are more. */
void site_facet_sql(apr_pool_t *pool, const site_query_t *query, site_sql_t *sql) {
    const site_resource_t *resource = query->resource;
    int count = resource->facets->nelts, i;
    site_sql_writer_t writer;

    site_sql_begin(&writer, pool);
    put(&writer, "SELECT r.n, CASE r.n");
    for (i = 0; i < count; i++)
        site_sink_printf(&writer.text, " WHEN %d THEN r.v%d::text", grouping_of(i, count), i);
    put(&writer, " END, CASE r.n");
    for (i = 0; i < count; i++) {
        const site_relation_t *relation = facet_at(resource, i)->relation;

        if (!relation || !relation->target->label)
            continue;
        site_sink_printf(&writer.text, " WHEN %d THEN ", grouping_of(i, count));
        put_label(&writer, i, relation);
    }
    put(&writer,
        " WHEN -1 THEN NULL::text END, r.c FROM (SELECT g.*, row_number() OVER (PARTITION BY g.n ORDER BY g.c DESC");
    for (i = 0; i < count; i++)
        site_sink_printf(&writer.text, ", g.v%d", i);
    put(&writer, ") AS k FROM (");
    put_groups(&writer, query);
    site_sink_printf(&writer.text, ") AS g) AS r WHERE r.k <= %d ORDER BY r.n DESC, r.k", SITE_FACET_VALUES + 1);
    site_sql_finish(&writer, sql);
}

/* --- its answer --- */

apr_array_header_t *site_facets_make(apr_pool_t *pool, const site_resource_t *resource) {
    apr_array_header_t *facets = apr_array_make(pool, resource->facets->nelts, sizeof(site_facet_t *));
    int i;

    for (i = 0; i < resource->facets->nelts; i++) {
        site_facet_t *facet = apr_pcalloc(pool, sizeof *facet);

        facet->attribute = facet_at(resource, i);
        facet->values = apr_array_make(pool, SITE_FACET_VALUES, sizeof(site_facet_value_t));
        APR_ARRAY_PUSH(facets, site_facet_t *) = facet;
    }
    return facets;
}

/* A boolean is "t" to PostgreSQL and "true" to a filter. */
static const char *as_filter(const site_attribute_t *attribute, const char *text) {
    if (text && !attribute->relation && attribute->column->type.kind == SITE_KIND_BOOLEAN)
        return *text == 't' ? "true" : "false";
    return text;
}

static const char *label_of(const site_attribute_t *attribute, const char *text) {
    int i;

    if (text && !attribute->relation && attribute->column->type.kind == SITE_KIND_BOOLEAN)
        return *text == 't' ? "yes" : "no";
    for (i = 0; text && attribute->choices && i < attribute->choices->nelts; i++) {
        const site_choice_t *choice = APR_ARRAY_IDX(attribute->choices, i, const site_choice_t *);

        if (strcmp(choice->value, text) == 0)
            return choice->label;
    }
    return NULL;
}

void site_facets_take(apr_array_header_t *facets, const site_cell_t *cells) {
    apr_int64_t number = apr_atoi64(cells[0].text);
    int i;

    for (i = 0; i < facets->nelts; i++) {
        site_facet_t *facet = APR_ARRAY_IDX(facets, i, site_facet_t *);
        site_facet_value_t *value;

        if (grouping_of(i, facets->nelts) != number)
            continue;
        if (facet->values->nelts == SITE_FACET_VALUES) {
            facet->more = 1;
            return;
        }
        value = apr_array_push(facet->values);
        value->value = as_filter(facet->attribute, cells[1].text);
        value->label = cells[2].text && *cells[2].text ? cells[2].text : label_of(facet->attribute, cells[1].text);
        value->count = apr_atoi64(cells[3].text);
        return;
    }
}
