#include "core/sql_chart.h"
#include "core/sql_parts.h"

#include <apr_strings.h>

enum {
    LONGEST_VALUE = 200, /* characters of a group's value */
    LONGEST_CAPTION = 80
};

static void put(site_sql_writer_t *writer, const char *text) {
    site_sink_puts(&writer->text, text);
}

/* --- values --- */

/* A column as it is compared: float4 as float8, which is how filters see it. */
static const char *operand_of(apr_pool_t *pool, const site_attribute_t *attribute) {
    const site_type_t *type = &attribute->column->type;
    const char *cast = type->kind == SITE_KIND_FLOAT4 ? "double precision" : type->domain ? type->sql_name : NULL;

    return apr_pstrcat(pool, "t0.", site_identifier(pool, attribute->column->name), cast ? "::" : "", cast, NULL);
}

static void write_operand(site_sql_writer_t *writer, const site_attribute_t *attribute) {
    put(writer, operand_of(writer->pool, attribute));
}

/* An expression of the attribute's type as its values come: moments as seconds, of a clock in the session's time zone. */
static void write_value(site_sql_writer_t *writer, const site_attribute_t *attribute, const char *expression) {
    site_kind_t kind = attribute->column->type.kind;

    put(writer, kind == SITE_KIND_DATE ? "(" : site_chart_is_time(attribute) ? "extract(epoch FROM " : "");
    put(writer, expression);
    if (kind == SITE_KIND_DATE)
        put(writer, " - DATE '1970-01-01') * 86400::bigint");
    else if (site_chart_is_time(attribute))
        put(writer, kind == SITE_KIND_TIMESTAMPTZ ? "::timestamp)" : ")");
}

/* That there is a value, and one that has a place on an axis. NaN is greater than all other numbers. */
static void write_finite(site_sql_writer_t *writer, const site_attribute_t *attribute) {
    write_operand(writer, attribute);
    switch (attribute->column->type.kind) {
    case SITE_KIND_INT2:
    case SITE_KIND_INT4:
    case SITE_KIND_INT8:
        put(writer, " IS NOT NULL");
        break;
    case SITE_KIND_DATE:
    case SITE_KIND_TIMESTAMP:
    case SITE_KIND_TIMESTAMPTZ:
        put(writer, " > '-infinity' AND ");
        write_operand(writer, attribute);
        put(writer, " < 'infinity'");
        break;
    default:
        put(writer, " BETWEEN -1e300 AND 1e300");
    }
}

/* FROM and WHERE of the query; the caller's own condition follows. */
static void write_source(site_sql_writer_t *writer, const site_query_t *query) {
    put(writer, site_sql_source(writer, query) ? " AND " : " WHERE ");
}

static void write_limit(site_sql_writer_t *writer, int most) {
    put(writer, " LIMIT ");
    site_sql_bind(writer, apr_psprintf(writer->pool, "%d", most));
    put(writer, "::bigint");
}

/* --- numbers and times --- */

void site_sql_chart_range(apr_pool_t *pool, const site_query_t *query, const site_chart_t *chart, site_sql_t *sql) {
    site_sql_writer_t writer;

    site_sql_begin(&writer, pool);
    put(&writer, "SELECT ");
    write_value(&writer, chart->x.attribute,
                apr_pstrcat(pool, "min(", operand_of(pool, chart->x.attribute), ")", NULL));
    put(&writer, ", ");
    write_value(&writer, chart->x.attribute,
                apr_pstrcat(pool, "max(", operand_of(pool, chart->x.attribute), ")", NULL));
    write_source(&writer, query);
    write_finite(&writer, chart->x.attribute);
    site_sql_finish(&writer, sql);
}

/* The marks between bins. Those at the ends say nothing new, and may be beyond what the column's type can hold. */
static void bind_marks(site_sql_writer_t *writer, const site_type_t *type, const site_mark_t *marks, int count) {
    static const site_type_t timestamp = {.kind = SITE_KIND_OTHER, .sql_name = "timestamp"};
    apr_array_header_t *texts = apr_array_make(writer->pool, count, sizeof(const char *));
    int zoned = type->kind == SITE_KIND_TIMESTAMP || type->kind == SITE_KIND_TIMESTAMPTZ, i;

    for (i = 1; i < count; i++)
        APR_ARRAY_PUSH(texts, const char *) = marks[i].text;
    site_sql_bind_array(writer, zoned ? &timestamp : type, texts);
}

void site_sql_chart_bins(apr_pool_t *pool, const site_query_t *query, const site_chart_t *chart,
                         const site_mark_t *marks, int count, site_sql_t *sql) {
    const site_attribute_t *attribute = chart->x.attribute;
    site_sql_writer_t writer;

    site_sql_begin(&writer, pool);
    put(&writer, "SELECT CASE WHEN ");
    site_sql_column(&writer, 0, attribute->column);
    site_sink_printf(&writer.text, " IS NULL THEN %d WHEN ", SITE_CHART_MISSING);
    write_finite(&writer, attribute);
    put(&writer, " THEN width_bucket(");
    write_operand(&writer, attribute);
    if (attribute->column->type.kind == SITE_KIND_TIMESTAMPTZ)
        put(&writer, "::timestamp");
    put(&writer, ", ");
    bind_marks(&writer, &attribute->column->type, marks, count);
    site_sink_printf(&writer.text, ") ELSE %d END, count(*)", SITE_CHART_OUTSIDE);
    site_sql_source(&writer, query);
    put(&writer, " GROUP BY 1");
    site_sql_finish(&writer, sql);
}

/* --- groups --- */

/* What a row is called, of `column` and, where that is empty, `otherwise`: expressions, or NULL. */
static void write_caption(site_sql_writer_t *writer, const char *column, const char *otherwise) {
    if (!column) {
        put(writer, "NULL");
        return;
    }
    put(writer, "left(coalesce(nullif(");
    put(writer, column);
    put(writer, "::text, ''), ");
    put(writer, otherwise ? otherwise : "NULL");
    site_sink_printf(&writer->text, "%s), %d)", otherwise ? "::text" : "", LONGEST_CAPTION);
}

static const char *column_of(apr_pool_t *pool, int alias, const site_column_t *column) {
    return apr_psprintf(pool, "t%d.%s", alias, site_identifier(pool, column->name));
}

static void write_related_caption(site_sql_writer_t *writer, const site_relation_t *relation) {
    int target = ++writer->aliases;
    const site_attribute_t *label = relation->target->label;

    put(writer, "(SELECT ");
    write_caption(writer, label ? column_of(writer->pool, target, label->column) : NULL, NULL);
    put(writer, " FROM ");
    site_sql_target(writer, relation->target, target, " WHERE ");
    site_sql_column(writer, target, APR_ARRAY_IDX(relation->target_columns, 0, const site_column_t *));
    put(writer, " = s.v)");
}

void site_sql_chart_groups(apr_pool_t *pool, const site_query_t *query, const site_chart_t *chart, int most,
                           site_sql_t *sql) {
    const site_attribute_t *attribute = chart->x.attribute;
    site_sql_writer_t writer;

    site_sql_begin(&writer, pool);
    writer.aliases = 1000; /* never those of the condition within */
    site_sink_printf(&writer.text, "SELECT left(s.v::text, %d), s.n, s.rows, s.kinds, char_length(s.v::text) > %d, ",
                     LONGEST_VALUE, LONGEST_VALUE);
    if (attribute->relation && !attribute->relation->blind)
        write_related_caption(&writer, attribute->relation);
    else
        put(&writer, "NULL");
    put(&writer, " FROM (SELECT v, n, sum(n) OVER () AS rows, count(v) OVER () AS kinds FROM (SELECT ");
    writer.aliases = 0;
    site_sql_own_value(&writer, 0, attribute);
    put(&writer, " AS v, count(*) AS n");
    site_sql_source(&writer, query);
    put(&writer, " GROUP BY 1) AS g ORDER BY v IS NULL DESC, n DESC, v");
    write_limit(&writer, most + 1);
    put(&writer, ") AS s ORDER BY s.v IS NULL DESC, s.n DESC, s.v");
    site_sql_finish(&writer, sql);
}

/* --- points --- */

static void write_both_finite(site_sql_writer_t *writer, const site_chart_t *chart) {
    write_finite(writer, chart->x.attribute);
    put(writer, " AND ");
    write_finite(writer, chart->y.attribute);
}

void site_sql_chart_placed(apr_pool_t *pool, const site_query_t *query, const site_chart_t *chart, site_sql_t *sql) {
    site_sql_writer_t writer;

    site_sql_begin(&writer, pool);
    put(&writer, "SELECT count(*), count(*) FILTER (WHERE ");
    write_both_finite(&writer, chart);
    put(&writer, ")");
    site_sql_source(&writer, query);
    site_sql_finish(&writer, sql);
}

static void write_key(site_sql_writer_t *writer, const site_resource_t *resource) {
    if (resource->key)
        site_sql_column(writer, 0, resource->key->column);
    else
        put(writer, "NULL");
}

/* What points are sorted by, as a column: their size, the largest first; NaN, which comes first where numbers fall, is no size there. Else
 * what a hash makes of their key: a fair choice, and the same each time. */
static void write_rank(site_sql_writer_t *writer, const site_chart_t *chart) {
    const site_attribute_t *size = chart->size.attribute;

    if (size && chart->size.reversed) {
        site_sql_column(writer, 0, size->column);
    }
    else if (size) {
        put(writer, "CASE WHEN ");
        write_finite(writer, size);
        put(writer, " THEN ");
        site_sql_column(writer, 0, size->column);
        put(writer, " END");
    }
    else {
        put(writer, "hashtextextended(");
        if (chart->resource->key) {
            write_key(writer, chart->resource);
        }
        else {
            site_sql_column(writer, 0, chart->x.attribute->column);
            put(writer, "::text || ' ' || ");
            site_sql_column(writer, 0, chart->y.attribute->column);
        }
        put(writer, "::text, 0)");
    }
}

static void write_points_order(site_sql_writer_t *writer, const site_chart_t *chart) {
    put(writer, chart->size.attribute && !chart->size.reversed ? " ORDER BY r DESC NULLS LAST" : " ORDER BY r");
    put(writer, chart->resource->key ? ", k" : "");
}

static void write_as(site_sql_writer_t *writer, const site_column_t *column, const char *name) {
    put(writer, ", ");
    if (column)
        site_sql_column(writer, 0, column);
    else
        put(writer, "NULL");
    put(writer, name);
}

/* Chosen within, from the bare columns; put into words without, where there are few. */
void site_sql_chart_points(apr_pool_t *pool, const site_query_t *query, const site_chart_t *chart, int most,
                           site_sql_t *sql) {
    const site_attribute_t *size = chart->size.attribute;
    site_chart_caption_t caption;
    site_sql_writer_t writer;

    site_chart_caption(chart->resource, &caption);
    site_sql_begin(&writer, pool);
    put(&writer, "SELECT k, ");
    write_caption(&writer, caption.column ? "c" : NULL, caption.otherwise ? "o" : NULL);
    put(&writer, ", ");
    write_value(&writer, chart->x.attribute, "x");
    put(&writer, ", ");
    write_value(&writer, chart->y.attribute, "y");
    put(&writer, ", s FROM (SELECT ");
    write_key(&writer, chart->resource);
    put(&writer, " AS k");
    write_as(&writer, caption.column, " AS c");
    write_as(&writer, caption.otherwise, " AS o");
    write_as(&writer, chart->x.attribute->column, " AS x");
    write_as(&writer, chart->y.attribute->column, " AS y");
    write_as(&writer, size ? size->column : NULL, " AS s");
    put(&writer, ", ");
    write_rank(&writer, chart);
    put(&writer, " AS r");
    write_source(&writer, query);
    write_both_finite(&writer, chart);
    write_points_order(&writer, chart);
    write_limit(&writer, most);
    put(&writer, ") AS p");
    write_points_order(&writer, chart);
    site_sql_finish(&writer, sql);
}
