#include "core/sql.h"
#include "core/sql_parts.h"
#include "core/seek.h"

#include <apr_strings.h>
#include <string.h>

static void put(site_sql_writer_t *writer, const char *text) {
    site_sink_puts(&writer->text, text);
}

void site_sql_finish(site_sql_writer_t *writer, site_sql_t *sql) {
    site_sink_char(&writer->text, '\0');
    sql->text = writer->text.data;
    sql->count = writer->values->nelts;
    sql->values = (const char *const *)(const void *)writer->values->elts;
}

/* --- order --- */

static void write_order(site_sql_writer_t *writer, const apr_array_header_t *ordering) {
    int i;

    for (i = 0; i < ordering->nelts; i++) {
        const site_ordering_t *key = APR_ARRAY_IDX(ordering, i, const site_ordering_t *);

        put(writer, i ? ", " : " ORDER BY ");
        site_sql_sort_key(writer, 0, key);
        put(writer, key->descending ? " DESC" : "");
    }
}

/* --- statements --- */

static void write_limit(site_sql_writer_t *writer, apr_int64_t limit, apr_int64_t offset) {
    /* As parameters, so that every page is the same statement. */
    if (limit >= 0) {
        put(writer, " LIMIT ");
        site_sql_bind(writer, apr_psprintf(writer->pool, "%" APR_INT64_T_FMT, limit));
        put(writer, "::bigint");
    }
    if (offset > 0) {
        put(writer, " OFFSET ");
        site_sql_bind(writer, apr_psprintf(writer->pool, "%" APR_INT64_T_FMT, offset));
        put(writer, "::bigint");
    }
}

void site_sql_rows(apr_pool_t *pool, const site_query_t *query, site_sql_t *sql) {
    site_sql_writer_t writer;

    site_sql_begin(&writer, pool);
    put(&writer, "SELECT ");
    site_sql_select(&writer, query->resource);
    site_sql_source(&writer, query);
    write_order(&writer, query->ordering);
    write_limit(&writer, query->limit, query->offset);
    site_sql_finish(&writer, sql);
}

static void write_own_key(site_sql_writer_t *writer, const site_ordering_t *key) {
    site_sql_sort_key(writer, 0, key);
}

/* A sort key's text for a cursor, which is the same in every time zone. */
static void write_key_text(site_sql_writer_t *writer, const site_ordering_t *key) {
    int zoned = key->column->type.kind == SITE_KIND_TIMESTAMPTZ;

    put(writer, zoned ? ", (" : ", ");
    write_own_key(writer, key);
    put(writer, zoned ? " AT TIME ZONE 'UTC')::text" : "::text");
}

void site_sql_rows_from(apr_pool_t *pool, const site_query_t *query, int part, site_sql_t *sql) {
    site_sql_writer_t writer;
    int i;

    site_sql_begin(&writer, pool);
    put(&writer, "SELECT ");
    site_sql_select(&writer, query->resource);
    for (i = 0; i < query->ordering->nelts; i++)
        write_key_text(&writer, APR_ARRAY_IDX(query->ordering, i, const site_ordering_t *));
    if (site_sql_source(&writer, query))
        put(&writer, " AND (");
    else
        put(&writer, " WHERE (");
    if (!site_seek_write(&writer, query->ordering, query->cursor, part, write_own_key))
        put(&writer, "TRUE");
    put(&writer, ")");
    write_order(&writer, query->ordering);
    /* Rows that are passed over are equal in the first key: they stand where that has a value. */
    write_limit(&writer, site_seek_limit(query->cursor, part, query->limit),
                part || !query->cursor || query->cursor->behind ? 0 : query->cursor->offset);
    site_sql_finish(&writer, sql);
}

void site_sql_count(apr_pool_t *pool, const site_query_t *query, site_sql_t *sql) {
    site_sql_writer_t writer;

    site_sql_begin(&writer, pool);
    put(&writer, "SELECT count(*)");
    site_sql_source(&writer, query);
    site_sql_finish(&writer, sql);
}

/* Local times that are none, or two. As pytz does it: with the offsets of a day before and of a day after, one of which must lead back, or both to
 * the same moment. */
void site_sql_moments(site_sql_writer_t *writer, const apr_array_header_t *moments) {
    static const site_type_t text = {.kind = SITE_KIND_TEXT, .sql_name = "text"};

    put(writer, "SELECT v.k FROM unnest(");
    site_sql_bind_array(writer, &text, moments);
    put(writer, ") WITH ORDINALITY AS v(k, n), LATERAL (SELECT v.k::timestamp AS t) AS m, LATERAL (SELECT "
                "(t - interval '1 day' + (t - ((t - interval '1 day') AT TIME ZONE 'UTC')::timestamp)) AT TIME ZONE "
                "'UTC' AS a, "
                "(t + interval '1 day' + (t - ((t + interval '1 day') AT TIME ZONE 'UTC')::timestamp)) AT TIME ZONE "
                "'UTC' AS b) AS i "
                "WHERE t < timestamp '0001-01-02' OR t >= timestamp '9999-12-31' OR (a::timestamp <> t AND "
                "b::timestamp <> t) OR "
                "(a::timestamp = t AND b::timestamp = t AND a <> b) ORDER BY v.n LIMIT 1");
}

void site_sql_check(apr_pool_t *pool, const site_check_t *check, site_sql_t *sql) {
    site_sql_writer_t writer;

    site_sql_begin(&writer, pool);
    if (check->zone) {
        site_sql_moments(&writer, check->values);
        site_sql_finish(&writer, sql);
        return;
    }
    put(&writer, "SELECT v.k FROM unnest(");
    site_sql_bind_array(&writer, &check->key->type, check->values);
    put(&writer, ") WITH ORDINALITY AS v(k, n) WHERE NOT EXISTS (SELECT 1 FROM ");
    put(&writer, check->target->from_sql);
    put(&writer, " AS t0 WHERE ");
    site_sql_column(&writer, 0, check->key);
    put(&writer, " = v.k");
    site_sql_where(&writer, " AND ", 0, check->target);
    put(&writer, ") ORDER BY v.n LIMIT 1");
    site_sql_finish(&writer, sql);
}
