/* Pages of a keyset: each begins at the place that a cursor names, and costs the same however deep it is. */
#include "core/seek.h"
#include "httpd/borrow.h"
#include "httpd/reading.h"
#include "httpd/reply.h"

#include <apr_strings.h>

/* One row of the page, of whichever of its statements. */
typedef struct place_t {
    const PGresult *result;
    int row;
} place_t;

typedef struct keyset_t {
    site_reading_t *reading;
    site_cursor_t cursor;
    const apr_array_header_t *ordering; /* as the client sees it */
    place_t *places;                    /* in the order in which they are shown */
    int count;
    int more; /* there are rows beyond these, in the direction of reading; the first of them is places[count] */
} keyset_t;

/* The other way round: what comes last is read first. PostgreSQL's default places of NULL turn with it. */
static apr_array_header_t *turned(apr_pool_t *pool, const apr_array_header_t *ordering) {
    apr_array_header_t *result = apr_array_make(pool, ordering->nelts, sizeof(site_ordering_t *));
    int i;

    for (i = 0; i < ordering->nelts; i++) {
        site_ordering_t *key = apr_pmemdup(pool, APR_ARRAY_IDX(ordering, i, site_ordering_t *), sizeof *key);

        key->descending = !key->descending;
        APR_ARRAY_PUSH(result, site_ordering_t *) = key;
    }
    return result;
}

/* One row more than the page shows is read, to know whether there is another page. */
static void collect(keyset_t *keyset, const site_batch_t *batch, int first, int parts) {
    int size = (int)keyset->reading->page.size, part, row, i;

    keyset->places = apr_palloc(keyset->reading->exchange->r->pool, ((apr_size_t)size + 1) * sizeof *keyset->places);
    for (part = 0; part < parts; part++) {
        const PGresult *result = batch->results[first + part];

        for (row = 0; row < PQntuples(result) && keyset->count <= size; row++) {
            keyset->places[keyset->count].result = result;
            keyset->places[keyset->count++].row = row;
        }
    }
    keyset->more = keyset->count > size;
    if (keyset->more)
        keyset->count = size;
    for (i = 0; keyset->cursor.backward && i < keyset->count / 2; i++) {
        place_t swapped = keyset->places[i];

        keyset->places[i] = keyset->places[keyset->count - 1 - i];
        keyset->places[keyset->count - 1 - i] = swapped;
    }
}

static site_error_t *read_keyset(keyset_t *keyset, site_connection_t *connection) {
    site_reading_t *reading = keyset->reading;
    apr_pool_t *pool = reading->exchange->r->pool;
    int parts = site_seek_parts(reading->query.ordering, &keyset->cursor), part, first;
    site_batch_t batch;
    site_error_t *error = site_reading_begin(reading, connection, &batch);

    if (error)
        return error;
    first = batch.count;
    for (part = 0; part < parts; part++) {
        site_sql_t sql;

        site_sql_rows_from(pool, &reading->query, part, &sql);
        site_batch_add(&batch, &sql);
    }
    error = site_reading_run(reading, connection, &batch, 0);
    if (!error)
        collect(keyset, &batch, first, parts);
    else if (site_reading_is_bad_value(error) && (keyset->cursor.values || keyset->cursor.position))
        error = site_cursor_invalid(pool); /* somebody wrote a value of another type into it */
    return error;
}

/* Sort key i of a row that was read; NULL: SQL's NULL. */
static const char *key_of(const keyset_t *keyset, const place_t *place, int i) {
    int at = PQnfields(place->result) - keyset->ordering->nelts + i;

    return PQgetisnull(place->result, place->row, at) ? NULL : PQgetvalue(place->result, place->row, at);
}

static const char *position_of(const keyset_t *keyset, const place_t *place, int i) {
    const char *text = key_of(keyset, place, i);
    const site_ordering_t *key = APR_ARRAY_IDX(keyset->ordering, i, const site_ordering_t *);

    return text ? site_cursor_position(keyset->reading->exchange->r->pool, key->column, text) : NULL;
}

/* All sort keys of a row. Only moments are spelled anew: they were selected without their offset. */
static const char *const *values_of(const keyset_t *keyset, const place_t *place) {
    int keys = keyset->ordering->nelts, i;
    const char **values = apr_palloc(keyset->reading->exchange->r->pool, ((apr_size_t)keys + 1) * sizeof *values);

    for (i = 0; i < keys; i++)
        values[i] =
            APR_ARRAY_IDX(keyset->ordering, i, const site_ordering_t *)->column->type.kind == SITE_KIND_TIMESTAMPTZ
                ? position_of(keyset, place, i)
                : key_of(keyset, place, i);
    return values;
}

/* How many of the rows that were read last have these values. */
static int alike(const keyset_t *keyset, const char *const *values) {
    int count;

    for (count = 0; count < keyset->count; count++) {
        const place_t *place = &keyset->places[keyset->cursor.backward ? count : keyset->count - 1 - count];

        if (!site_cursor_same(values_of(keyset, place), values, keyset->ordering->nelts))
            break;
    }
    return count;
}

/* The place of the page's last row, or, backward, of its first. */
static void point_at_row(const keyset_t *keyset, int backward, site_cursor_t *cursor) {
    cursor->values = values_of(keyset, &keyset->places[backward ? 0 : keyset->count - 1]);
    cursor->offset = 0;
    if (keyset->reading->query.resource->ties)
        site_cursor_among_equals(&keyset->cursor, keyset->ordering->nelts, keyset->count, alike(keyset, cursor->values),
                                 cursor);
}

/* The address of the page after this one, or before; NULL when there is none. */
static const char *link_to(const keyset_t *keyset, int backward) {
    const site_exchange_t *exchange = keyset->reading->exchange;
    apr_pool_t *pool = exchange->r->pool;
    int rows = keyset->count + keyset->more, i;
    const char **positions = apr_pcalloc(pool, ((apr_size_t)rows + 1) * sizeof *positions);
    site_cursor_page_t page = {&keyset->cursor, (int)keyset->reading->page.size, keyset->count, keyset->more,
                               positions};
    site_cursor_t cursor;
    site_step_t step;

    for (i = 0; keyset->ordering->nelts && i < rows; i++)
        positions[i] = position_of(keyset, &keyset->places[i], 0);
    step = site_cursor_step(&page, backward, &cursor);
    if (step == SITE_STEP_NONE)
        return NULL;
    if (keyset->count && (step == SITE_STEP_ROW || keyset->reading->query.resource->ties ||
                          !site_cursor_has_positions(keyset->ordering)))
        point_at_row(keyset, backward, &cursor);
    return site_page_cursor_link(pool, &exchange->settings, exchange->self, exchange->params,
                                 site_cursor_text(pool, keyset->ordering, &cursor));
}

static void cells_of(const void *baton, int row, site_cell_t *cells) {
    const place_t *place = &((const keyset_t *)baton)->places[row];

    site_cells_fill(place->result, place->row, cells);
}

static site_rows_t rows_of(const keyset_t *keyset) {
    site_rows_t rows = {keyset->count, keyset->count ? PQnfields(keyset->places[0].result) : 0, cells_of, keyset,
                        keyset->reading->labels};

    return rows;
}

static int reply_html(const keyset_t *keyset, const char *next, const char *previous) {
    site_rows_t rows = rows_of(keyset);
    site_views_list_t list = {.rows = &rows, .count = -1, .next = next, .previous = previous};

    return site_reading_reply_page(keyset->reading, &list);
}

static int reply(const keyset_t *keyset) {
    site_exchange_t *exchange = keyset->reading->exchange;
    const char *next = link_to(keyset, 0), *previous = link_to(keyset, 1);
    int i;
    site_cell_t *cells = NULL;
    site_sink_t body;

    if (exchange->accept.representation == SITE_REPRESENTATION_HTML)
        return reply_html(keyset, next, previous);
    site_reply_body(exchange, 65536, &body);
    site_json_keyset_begin(&body, next, previous);
    for (i = 0; i < keyset->count; i++) {
        if (!cells)
            cells = site_cells_make(exchange->r->pool, keyset->places[i].result);
        if (i)
            site_sink_char(&body, ',');
        site_cells_fill(keyset->places[i].result, keyset->places[i].row, cells);
        site_json_row(&body, &exchange->urls, exchange->route.resource, exchange->settings.url_attribute, cells);
    }
    site_json_page_end(&body);
    return site_reply_json(exchange, HTTP_OK, &body);
}

int site_read_cursor(site_reading_t *reading) {
    site_exchange_t *exchange = reading->exchange;
    apr_pool_t *pool = exchange->r->pool;
    const site_param_t *param = site_params_last(exchange->params, exchange->settings.cursor_parameter);
    site_connection_t *connection;
    site_error_t *error;
    site_loan_t *loan;
    keyset_t keyset;

    memset(&keyset, 0, sizeof keyset);
    keyset.reading = reading;
    keyset.ordering = reading->query.ordering;
    error = site_cursor_read(pool, keyset.ordering, param ? param->value : NULL, param ? param->value_length : 0,
                             &keyset.cursor);
    if (error)
        return site_reply_error(exchange, error);
    if (keyset.cursor.backward)
        reading->query.ordering = turned(pool, keyset.ordering);
    reading->query.cursor = &keyset.cursor;
    reading->query.limit = reading->page.size + 1;
    loan = site_reading_borrow(reading, &connection, &error);
    if (!error)
        error = read_keyset(&keyset, connection);
    if (!error && exchange->accept.representation == SITE_REPRESENTATION_HTML) {
        site_rows_t rows = rows_of(&keyset);

        site_reading_labels(reading, connection, &rows);
        site_reading_draw(reading, connection);
    }
    site_give_back(loan);
    return error ? site_reply_error(exchange, error) : reply(&keyset);
}
