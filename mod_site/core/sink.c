#include "core/sink.h"

#include <stdarg.h>
#include <stdio.h>

void site_sink_init(site_sink_t *sink, apr_pool_t *pool, apr_size_t first_size, apr_size_t limit) {
    memset(sink, 0, sizeof *sink);
    sink->pool = pool;
    sink->limit = limit && limit < SITE_SINK_MOST ? limit : SITE_SINK_MOST;
    sink->size = first_size ? first_size : 256;
    sink->data = apr_palloc(pool, sink->size);
}

void site_sink_init_stream(site_sink_t *sink, apr_pool_t *pool, site_sink_flush_fn flush, void *baton) {
    site_sink_init(sink, pool, SITE_SINK_CHUNK, 0);
    sink->flush = flush;
    sink->baton = baton;
}

apr_status_t site_sink_flush(site_sink_t *sink) {
    if (sink->flush && sink->used && sink->status == APR_SUCCESS)
        sink->status = sink->flush(sink->baton, sink->data, sink->used);
    if (sink->flush)
        sink->used = 0;
    return sink->status;
}

/* No room is left afterwards, so that the inline functions of the header write no more either. */
static void fail(site_sink_t *sink, apr_status_t status) {
    sink->status = status;
    if (sink->flush)
        return;
    if (sink->used == sink->size)
        sink->used--;
    sink->data[sink->used] = '\0';
    sink->size = sink->used;
}

/* Doubling, so that n bytes cost at most 2n bytes of the pool and log n copies. */
static int grow(site_sink_t *sink, apr_size_t length) {
    apr_size_t wanted = sink->used + length, size = sink->size;
    char *data;

    if (wanted < length || wanted > sink->limit) {
        fail(sink, APR_ENOSPC);
        return 0;
    }
    while (size < wanted)
        size *= 2;
    if (size > sink->limit)
        size = sink->limit;
    data = apr_palloc(sink->pool, size);
    memcpy(data, sink->data, sink->used);
    sink->data = data;
    sink->size = size;
    return 1;
}

int site_sink_reserve(site_sink_t *sink, apr_size_t length) {
    if (sink->status != APR_SUCCESS)
        return 0;
    if (sink->size - sink->used >= length)
        return 1;
    if (!sink->flush)
        return grow(sink, length);
    return site_sink_flush(sink) == APR_SUCCESS && length <= sink->size;
}

void site_sink_write_more(site_sink_t *sink, const char *data, apr_size_t length) {
    while (sink->flush && length > sink->size - sink->used) {
        apr_size_t part = sink->size - sink->used;

        if (sink->status != APR_SUCCESS)
            return;
        memcpy(sink->data + sink->used, data, part);
        sink->used += part;
        data += part;
        length -= part;
        site_sink_flush(sink);
    }
    if (length && site_sink_reserve(sink, length)) {
        memcpy(sink->data + sink->used, data, length);
        sink->used += length;
    }
}

void site_sink_number(site_sink_t *sink, apr_int64_t number) {
    apr_uint64_t rest = number < 0 ? -(apr_uint64_t)number : (apr_uint64_t)number;
    char digits[20], *at = digits + sizeof digits;

    do
        *--at = (char)('0' + rest % 10);
    while (rest /= 10);
    if (number < 0)
        site_sink_char(sink, '-');
    site_sink_write(sink, at, (apr_size_t)(digits + sizeof digits - at));
}

void site_sink_printf(site_sink_t *sink, const char *format, ...) {
    char text[512];
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (length < 0 || (apr_size_t)length >= sizeof text)
        fail(sink, APR_EINVAL); /* only for short, bounded texts: a caller's mistake is loud in tests */
    else
        site_sink_write(sink, text, (apr_size_t)length);
}
