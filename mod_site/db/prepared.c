#include "db/connection_private.h"

#include <stdlib.h>
#include <string.h>

/* A few hundred at most, mostly of different lengths, so that hardly more than the right one is compared. */

site_prepared_t *site_connection_find(site_connection_t *connection, const char *text) {
    apr_size_t length = strlen(text);
    int i;

    for (i = 0; i < connection->count; i++) {
        site_prepared_t *prepared = connection->prepared[i];

        if (prepared->length == length && memcmp(prepared->text, text, length) == 0) {
            prepared->used = ++connection->clock;
            return prepared;
        }
    }
    return NULL;
}

site_prepared_t *site_connection_evict(site_connection_t *connection, apr_uint64_t since) {
    int i, oldest = -1;
    site_prepared_t *prepared;

    if (connection->count == 0 || connection->count < connection->session.prepared_statements)
        return NULL;
    for (i = 0; i < connection->count; i++) {
        if (oldest < 0 || connection->prepared[i]->used < connection->prepared[oldest]->used)
            oldest = i;
    }
    prepared = connection->prepared[oldest];
    if (prepared->used > since)
        return NULL;
    connection->prepared[oldest] = connection->prepared[--connection->count];
    return prepared;
}

site_prepared_t *site_connection_remember(site_connection_t *connection, const char *text) {
    site_prepared_t *prepared;

    if (connection->count >= connection->session.prepared_statements)
        return NULL;
    if (connection->count == connection->size) {
        int size = connection->size ? 2 * connection->size : 16;
        site_prepared_t **larger = realloc(connection->prepared, (size_t)size * sizeof *larger);

        if (!larger)
            return NULL;
        connection->prepared = larger;
        connection->size = size;
    }
    prepared = calloc(1, sizeof *prepared);
    if (prepared)
        prepared->text = strdup(text);
    if (!prepared || !prepared->text) {
        free(prepared);
        return NULL;
    }
    prepared->length = strlen(text);
    prepared->number = ++connection->next_number;
    prepared->used = ++connection->clock;
    connection->prepared[connection->count++] = prepared;
    return prepared;
}

void site_connection_free_prepared(site_prepared_t *prepared) {
    free(prepared->text);
    free(prepared);
}

void site_connection_forget(site_connection_t *connection, site_prepared_t *prepared) {
    int i;

    for (i = 0; i < connection->count; i++) {
        if (connection->prepared[i] == prepared) {
            connection->prepared[i] = connection->prepared[--connection->count];
            site_connection_free_prepared(prepared);
            return;
        }
    }
}

void site_connection_forget_all(site_connection_t *connection) {
    while (connection->count > 0)
        site_connection_free_prepared(connection->prepared[--connection->count]);
    connection->deallocate_all = 1;
}
