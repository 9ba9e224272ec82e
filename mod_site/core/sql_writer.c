#include "core/sql_writer.h"

#include "core/array.h"

void site_sql_begin(site_sql_writer_t *writer, apr_pool_t *pool) {
    writer->pool = pool;
    site_sink_init(&writer->text, pool, 2048, 0);
    writer->values = apr_array_make(pool, 8, sizeof(const char *));
    writer->aliases = 0;
    writer->negated = 0;
    writer->guarded = 0;
    writer->joins = NULL;
}

static void put(site_sql_writer_t *writer, const char *text) {
    site_sink_puts(&writer->text, text);
}

void site_sql_bind(site_sql_writer_t *writer, const char *value) {
    APR_ARRAY_PUSH(writer->values, const char *) = value;
    site_sink_char(&writer->text, '$');
    site_sink_number(&writer->text, writer->values->nelts);
}

void site_sql_column(site_sql_writer_t *writer, int alias, const site_column_t *column) {
    site_sink_char(&writer->text, 't');
    site_sink_number(&writer->text, alias);
    site_sink_char(&writer->text, '.');
    put(writer, site_identifier(writer->pool, column->name));
}

/* What a value is cast to. Some names mean something narrower than the column's type when no length follows. */
static const char *cast_of(const site_type_t *type) {
    switch (type->kind) {
    case SITE_KIND_FLOAT4:
        return "double precision"; /* as Django compares: 0.02 is no float4's value */
    case SITE_KIND_CHAR:
        return "bpchar"; /* `character` alone is character(1) */
    case SITE_KIND_BIT:
        return "varbit";
    case SITE_KIND_TIMESTAMP:
        return "timestamptz::timestamp"; /* an offset is brought into the session's zone */
    default:
        return type->sql_name;
    }
}

void site_sql_bind_as(site_sql_writer_t *writer, const site_type_t *type, const char *value) {
    site_sql_bind(writer, value);
    put(writer, "::");
    put(writer, cast_of(type));
}

void site_sql_bind_array(site_sql_writer_t *writer, const site_type_t *type, const apr_array_header_t *values) {
    site_sql_bind(writer, site_array_text(writer->pool, values));
    put(writer, "::");
    if (type->kind == SITE_KIND_TIMESTAMP) {
        put(writer, "timestamptz[]::timestamp[]");
        return;
    }
    put(writer, cast_of(type));
    put(writer, "[]");
}

/* A cast to the type itself; `array` is "" or "[]". */
static void put_exact(site_sql_writer_t *writer, const site_type_t *type, const char *array) {
    if (type->kind == SITE_KIND_TIMESTAMP) { /* an offset is brought into the session's zone */
        put(writer, "::timestamptz");
        put(writer, array);
    }
    put(writer, "::");
    put(writer, type->domain ? type->domain : type->sql_name);
    put(writer, array);
}

void site_sql_bind_member(site_sql_writer_t *writer, const site_type_t *type, const char *value) {
    site_sql_bind(writer, value);
    put_exact(writer, type, "");
}

void site_sql_bind_members(site_sql_writer_t *writer, const site_type_t *type, const apr_array_header_t *values) {
    site_sql_bind(writer, site_array_text(writer->pool, values));
    put_exact(writer, type, "[]");
}
