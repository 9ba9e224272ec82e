#include "core/sql_keys.h"

#include "core/sql_parts.h"

static void put(site_sql_writer_t *writer, const char *text) {
    site_sink_puts(&writer->text, text);
}

int site_sql_is_lastmod(const site_attribute_t *attribute) {
    if (!attribute || !attribute->column || attribute->relation)
        return 0;
    switch (attribute->column->type.kind) {
    case SITE_KIND_DATE:
    case SITE_KIND_TIMESTAMP:
    case SITE_KIND_TIMESTAMPTZ:
        return 1;
    default:
        return 0;
    }
}

/* A time without a zone could be any: its day is near enough. Years before the first one look like later ones. */
static void write_lastmod(site_sql_writer_t *writer, const site_resource_t *resource, const char *name) {
    const site_attribute_t *attribute = site_resource_attribute(resource, name);
    int zoned = attribute && attribute->column && attribute->column->type.kind == SITE_KIND_TIMESTAMPTZ;

    if (!site_sql_is_lastmod(attribute)) {
        put(writer, "NULL");
        return;
    }
    put(writer, "CASE WHEN ");
    site_sql_column(writer, 0, attribute->column);
    put(writer, " >= '0001-01-01' THEN pg_catalog.to_char(");
    site_sql_column(writer, 0, attribute->column);
    put(writer,
        zoned ? " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') END" : "::timestamp, 'YYYY-MM-DD') END");
}

static int is_text(const site_column_t *column) {
    return column->type.kind == SITE_KIND_TEXT || column->type.kind == SITE_KIND_CHAR;
}

/* ` FROM table WHERE ...`: what has an address, from this place on. */
static void write_source(site_sql_writer_t *writer, const site_resource_t *resource, const site_sql_place_t *place) {
    const site_column_t *key = resource->key->column;

    put(writer, " FROM ");
    site_sql_table(writer, resource->table, 0);
    put(writer, " WHERE ");
    site_sql_column(writer, 0, key);
    put(writer, " IS NOT NULL");
    if (is_text(key)) {
        put(writer, " AND ");
        site_sql_column(writer, 0, key);
        put(writer, " <> ''");
    }
    site_sql_where(writer, " AND ", 0, resource);
    if (!place || !place->key)
        return;
    put(writer, " AND ");
    site_sql_column(writer, 0, key);
    put(writer, place->behind ? " > " : " >= ");
    site_sql_bind(writer, place->key);
    put(writer, "::");
    put(writer, key->type.sql_name);
}

static void write_order(site_sql_writer_t *writer, const site_resource_t *resource) {
    put(writer, " ORDER BY ");
    site_sql_column(writer, 0, resource->key->column);
}

void site_sql_keys(apr_pool_t *pool, const site_resource_t *resource, const char *lastmod,
                   const site_sql_place_t *place, int limit, site_sql_t *sql) {
    site_sql_writer_t writer;

    site_sql_begin(&writer, pool);
    put(&writer, "SELECT ");
    site_sql_column(&writer, 0, resource->key->column);
    put(&writer, ", ");
    write_lastmod(&writer, resource, lastmod);
    write_source(&writer, resource, place);
    write_order(&writer, resource);
    site_sink_printf(&writer.text, " LIMIT %d", limit);
    site_sql_finish(&writer, sql);
}

void site_sql_key_ahead(apr_pool_t *pool, const site_resource_t *resource, const site_sql_place_t *place, int step,
                        site_sql_t *sql) {
    site_sql_writer_t writer;

    site_sql_begin(&writer, pool);
    put(&writer, "SELECT ");
    site_sql_column(&writer, 0, resource->key->column);
    write_source(&writer, resource, place);
    write_order(&writer, resource);
    site_sink_printf(&writer.text, " OFFSET %d LIMIT 1", step);
    site_sql_finish(&writer, sql);
}

void site_sql_key_count(apr_pool_t *pool, const site_resource_t *resource, int most, site_sql_t *sql) {
    site_sql_writer_t writer;

    site_sql_begin(&writer, pool);
    put(&writer, "SELECT pg_catalog.count(*) FROM (SELECT 1");
    write_source(&writer, resource, NULL);
    site_sink_printf(&writer.text, " LIMIT %d) AS counted", most);
    site_sql_finish(&writer, sql);
}
