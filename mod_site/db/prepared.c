#include "db/connection_private.h"

#include <apr_hash.h>
#include <stdlib.h>
#include <string.h>

/* A few hundred at most, and comparing that many hashes takes less time than reading the statement's text once. */

static unsigned hash_of(const char *text) {
    apr_ssize_t length = APR_HASH_KEY_STRING;

    return apr_hashfunc_default(text, &length);
}

site_prepared_t *site_connection_find(site_connection_t *connection, const char *text) {
    unsigned hash = hash_of(text);
    int i;

    for (i = 0; i < connection->count; i++) {
        site_prepared_t *prepared = connection->prepared[i];

        if (prepared->hash == hash && strcmp(prepared->text, text) == 0) {
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
    prepared->hash = hash_of(text);
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
