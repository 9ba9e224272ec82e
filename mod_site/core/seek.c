#include "core/seek.h"

static void put(site_sql_writer_t *writer, const char *text) {
    site_sink_puts(&writer->text, text);
}

/* As exactly the column's type: its own text has come back, and a float4 has to equal itself. What Python shows is compared as a filter's value. */
static void bind_key(site_sql_writer_t *writer, const site_ordering_t *key, const char *value, int is_position) {
    if (is_position && key->column->type.kind != SITE_KIND_FLOAT4) {
        site_sql_bind_as(writer, &key->column->type, value);
        return;
    }
    site_sql_bind(writer, value);
    put(writer, "::");
    put(writer, key->column->type.sql_name);
}

static const site_ordering_t *key_at(const apr_array_header_t *ordering, int i) {
    return APR_ARRAY_IDX(ordering, i, const site_ordering_t *);
}

/* Over a relation there may be no row, and so no value. */
static int can_be_null(const site_ordering_t *key) {
    return key->relations || !key->column->not_null;
}

static int has_place(const apr_array_header_t *ordering, const site_cursor_t *cursor) {
    return cursor && (cursor->values || cursor->position) && ordering->nelts;
}

static const char *place_of(const site_cursor_t *cursor) {
    return cursor->values ? cursor->values[0] : cursor->position;
}

/* Whether the first part is the rows that are equal to the place in every key. */
static int begins_with_equals(const site_cursor_t *cursor) {
    return cursor && cursor->values && cursor->behind > 0;
}

/* After the place come first the rest of the rows like it, then those of the other kind. */
int site_seek_parts(const apr_array_header_t *ordering, const site_cursor_t *cursor) {
    const site_ordering_t *first;

    if (!has_place(ordering, cursor))
        return 1;
    first = key_at(ordering, 0);
    return (can_be_null(first) && !first->descending == (place_of(cursor) != NULL) ? 2 : 1) +
           begins_with_equals(cursor);
}

apr_int64_t site_seek_limit(const site_cursor_t *cursor, int part, apr_int64_t limit) {
    return part == 0 && begins_with_equals(cursor) && cursor->behind < limit ? cursor->behind : limit;
}

static void write_equal(site_sql_writer_t *writer, const site_ordering_t *key, const char *value,
                        site_seek_key_fn write_key) {
    write_key(writer, key);
    if (!value) {
        put(writer, " IS NULL");
        return;
    }
    put(writer, " = ");
    bind_key(writer, key, value, 0);
}

/* Rows that come after `value` in this key alone. */
static void write_after(site_sql_writer_t *writer, const site_ordering_t *key, const char *value,
                        site_seek_key_fn write_key) {
    if (!value) {
        if (key->descending) {
            write_key(writer, key);
            put(writer, " IS NOT NULL");
        }
        else {
            put(writer, "FALSE");
        }
        return;
    }
    put(writer, "(");
    write_key(writer, key);
    put(writer, key->descending ? " < " : " > ");
    bind_key(writer, key, value, 0);
    if (!key->descending && can_be_null(key)) {
        put(writer, " OR ");
        write_key(writer, key);
        put(writer, " IS NULL");
    }
    put(writer, ")");
}

static void write_equals(site_sql_writer_t *writer, const apr_array_header_t *ordering, const site_cursor_t *cursor,
                         int first, site_seek_key_fn write_key) {
    int i;

    put(writer, first == ordering->nelts ? "TRUE" : "");
    for (i = first; i < ordering->nelts; i++) {
        put(writer, i > first ? " AND " : "");
        write_equal(writer, key_at(ordering, i), cursor->values[i], write_key);
    }
}

/* (k0 = v0 AND ... AND k(i-1) = v(i-1) AND ki after vi), for every i, joined by OR. Rows that are equal are passed over by number. */
static void write_chain(site_sql_writer_t *writer, const apr_array_header_t *ordering, const site_cursor_t *cursor,
                        int first, site_seek_key_fn write_key) {
    int i, j;

    put(writer, "(");
    for (i = first; i < ordering->nelts; i++) {
        put(writer, i > first ? " OR (" : "(");
        for (j = first; j < i; j++) {
            write_equal(writer, key_at(ordering, j), cursor->values[j], write_key);
            put(writer, " AND ");
        }
        write_after(writer, key_at(ordering, i), cursor->values[i], write_key);
        put(writer, ")");
    }
    put(writer, first < ordering->nelts ? "" : "FALSE");
    if (cursor->offset) {
        put(writer, " OR (");
        write_equals(writer, ordering, cursor, first, write_key);
        put(writer, ")");
    }
    put(writer, ")");
}

int site_seek_write(site_sql_writer_t *writer, const apr_array_header_t *ordering, const site_cursor_t *cursor,
                    int part, site_seek_key_fn write_key) {
    const site_ordering_t *first;

    if (!has_place(ordering, cursor))
        return 0;
    first = key_at(ordering, 0);
    if (begins_with_equals(cursor) && part-- == 0) {
        write_equals(writer, ordering, cursor, 0, write_key);
        return 1;
    }
    if (part == 1) {
        /* ascending: the rows without a value; descending: those with one */
        write_key(writer, first);
        put(writer, first->descending ? " IS NOT NULL" : " IS NULL");
        return 1;
    }
    if (!cursor->values) {
        write_key(writer, first);
        put(writer, first->descending ? " < " : " > ");
        bind_key(writer, first, cursor->position, 1);
        return 1;
    }
    if (!cursor->values[0]) {
        write_key(writer, first);
        put(writer, " IS NULL AND ");
        write_chain(writer, ordering, cursor, 1, write_key);
        return 1;
    }
    /* The bound of the first key is what an index scan begins with; the chain decides among its equals. */
    write_key(writer, first);
    put(writer, first->descending ? " <= " : " >= ");
    bind_key(writer, first, cursor->values[0], 0);
    put(writer, " AND ");
    write_chain(writer, ordering, cursor, 0, write_key);
    return 1;
}
