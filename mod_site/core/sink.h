/* sink: where a writer puts its bytes.
 *
 * A writer knows only this buffer. With a flush function the sink is a fixed chunk that is handed on
 * whenever it is full (streaming, constant memory); without one it grows in its pool up to `limit` bytes
 * (a page that must be complete before its first byte leaves). No sink grows beyond SITE_SINK_MOST.
 *
 * The first failure sticks in `status`; later writes are ignored, so that a writer checks once, at its end.
 * What a failed sink holds still ends with a NUL, for callers that use it as a string.
 */
#ifndef SITE_CORE_SINK_H
#define SITE_CORE_SINK_H

#include <apr_errno.h>
#include <apr_pools.h>
#include <string.h>

/* Takes `length` bytes that stay valid only during the call. */
typedef apr_status_t (*site_sink_flush_fn)(void *baton, const char *data, apr_size_t length);

typedef struct site_sink_t {
    char *data;
    apr_size_t used;
    apr_size_t size;
    apr_size_t limit; /* of a growing sink: APR_ENOSPC beyond */
    site_sink_flush_fn flush;
    void *baton;
    apr_pool_t *pool;
    apr_status_t status;
} site_sink_t;

enum {
    SITE_SINK_CHUNK = 64 * 1024,
    SITE_SINK_MOST = 1 << 30 /* bytes: fits an int, which ap_rwrite() and libpq take */
};

/* A sink that grows in `pool`. `limit` in bytes, 0: SITE_SINK_MOST. */
void site_sink_init(site_sink_t *sink, apr_pool_t *pool, apr_size_t first_size, apr_size_t limit);

/* A sink that hands on chunks of SITE_SINK_CHUNK bytes to `flush`. */
void site_sink_init_stream(site_sink_t *sink, apr_pool_t *pool, site_sink_flush_fn flush, void *baton);

/* Makes room for at least `length` more bytes, or sets `status`. Returns non-zero when there is room.
 * On a streaming sink `length` may not exceed SITE_SINK_CHUNK. */
int site_sink_reserve(site_sink_t *sink, apr_size_t length);

/* Hands on what is buffered (streaming sinks only). Returns the sink's status. */
apr_status_t site_sink_flush(site_sink_t *sink);

/* What site_sink_write() does when there is no room left: any length; larger than a chunk is handed on in pieces. */
void site_sink_write_more(site_sink_t *sink, const char *data, apr_size_t length);

static inline void site_sink_write(site_sink_t *sink, const char *data, apr_size_t length) {
    if (length > sink->size - sink->used) {
        site_sink_write_more(sink, data, length);
        return;
    }
    memcpy(sink->data + sink->used, data, length);
    sink->used += length;
}

/* A number in decimal digits. */
void site_sink_number(site_sink_t *sink, apr_int64_t number);

void site_sink_printf(site_sink_t *sink, const char *format, ...) __attribute__((format(printf, 2, 3)));

static inline void site_sink_puts(site_sink_t *sink, const char *text) {
    site_sink_write(sink, text, strlen(text));
}

static inline void site_sink_char(site_sink_t *sink, char c) {
    if (sink->used < sink->size || site_sink_reserve(sink, 1))
        sink->data[sink->used++] = c;
}

#endif
