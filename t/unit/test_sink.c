/* The buffer every writer writes to, growing and streaming. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/sink.h"
#include <apr_general.h>
#include <stdlib.h>

static apr_pool_t *pool;

/* What a stream's reader got. */
typedef struct received_t {
    char *data;
    apr_size_t length, calls, largest;
    apr_status_t status; /* to be returned */
} received_t;

static apr_status_t receive(void *baton, const char *data, apr_size_t length) {
    received_t *received = baton;

    received->calls++;
    if (received->status != APR_SUCCESS)
        return received->status;
    if (length > received->largest)
        received->largest = length;
    received->data = realloc(received->data, received->length + length);
    assert_non_null(received->data);
    memcpy(received->data + received->length, data, length);
    received->length += length;
    return APR_SUCCESS;
}

static void a_growing_sink_keeps_everything(void **state) {
    site_sink_t sink;
    int i;

    (void)state;
    site_sink_init(&sink, pool, 1, 0);
    for (i = 0; i < 1000; i++)
        site_sink_printf(&sink, "%d,", i % 10);
    site_sink_puts(&sink, "end");
    site_sink_char(&sink, '.');
    assert_int_equal(sink.status, APR_SUCCESS);
    assert_int_equal(sink.used, 2004);
    assert_memory_equal(sink.data, "0,1,2,", 6);
    assert_memory_equal(sink.data + 1998, "9,end.", 6);
    assert_int_equal(site_sink_flush(&sink), APR_SUCCESS);
    assert_int_equal(sink.used, 2004);
}

static void a_full_sink_is_still_a_string(void **state) {
    site_sink_t sink;

    (void)state;
    site_sink_init(&sink, pool, 4, 10);
    site_sink_puts(&sink, "12345");
    site_sink_puts(&sink, "123456789"); /* does not fit */
    assert_int_equal(sink.status, APR_ENOSPC);
    site_sink_puts(&sink, "6"); /* would have */
    site_sink_char(&sink, '7');
    assert_string_equal(sink.data, "12345");
    assert_int_equal(sink.used, 5);

    site_sink_init(&sink, pool, 4, 10);
    site_sink_puts(&sink, "1234567890");
    assert_int_equal(sink.status, APR_SUCCESS);
    site_sink_char(&sink, '\0');
    assert_int_equal(sink.status, APR_ENOSPC);
    assert_string_equal(sink.data, "123456789");
}

static void no_sink_is_without_a_limit(void **state) {
    site_sink_t sink;

    (void)state;
    site_sink_init(&sink, pool, 1, 0);
    assert_int_equal(sink.limit, SITE_SINK_MOST);
    site_sink_init(&sink, pool, 1, (apr_size_t)SITE_SINK_MOST + 1);
    assert_int_equal(sink.limit, SITE_SINK_MOST);
    assert_false(site_sink_reserve(&sink, SITE_SINK_MOST + 1U));
    assert_int_equal(sink.status, APR_ENOSPC);
}

static void numbers_are_decimal(void **state) {
    site_sink_t sink;

    (void)state;
    site_sink_init(&sink, pool, 1, 0);
    site_sink_number(&sink, 0);
    site_sink_number(&sink, -7);
    site_sink_number(&sink, 1000);
    site_sink_number(&sink, APR_INT64_MAX);
    site_sink_number(&sink, APR_INT64_MIN);
    site_sink_char(&sink, '\0');
    assert_string_equal(sink.data, "0-710009223372036854775807-9223372036854775808");
}

static void a_growing_sink_stops_at_its_limit(void **state) {
    site_sink_t sink;

    (void)state;
    site_sink_init(&sink, pool, 4, 10);
    site_sink_write(&sink, "0123456789", 10);
    assert_int_equal(sink.status, APR_SUCCESS);
    site_sink_write(&sink, "", 0);
    assert_int_equal(sink.status, APR_SUCCESS);
    site_sink_init(&sink, pool, 4, 10);
    site_sink_write(&sink, "01234567890", 11);
    assert_int_equal(sink.status, APR_ENOSPC);
    assert_int_equal(sink.used, 0);
    site_sink_write(&sink, "0", 1); /* the failure sticks */
    assert_int_equal(sink.status, APR_ENOSPC);
    assert_false(site_sink_reserve(&sink, 1));
}

static void a_stream_hands_on_chunks(void **state) {
    apr_size_t size = SITE_SINK_CHUNK * 2 + 17, i;
    char *data = malloc(size);
    received_t received;
    site_sink_t sink;

    (void)state;
    assert_non_null(data);
    for (i = 0; i < size; i++)
        data[i] = (char)('a' + i % 26);
    memset(&received, 0, sizeof received);
    site_sink_init_stream(&sink, pool, receive, &received);
    site_sink_write(&sink, data, 5);
    assert_int_equal(received.calls, 0);
    site_sink_write(&sink, data + 5, size - 5);
    assert_int_equal(received.calls, 2);
    for (i = 0; i < 10; i++)
        site_sink_char(&sink, '!');
    assert_int_equal(site_sink_flush(&sink), APR_SUCCESS);
    assert_int_equal(received.length, size + 10);
    assert_int_equal(received.largest, SITE_SINK_CHUNK);
    assert_memory_equal(received.data, data, size);
    assert_memory_equal(received.data + size, "!!!!!!!!!!", 10);
    assert_int_equal(site_sink_flush(&sink), APR_SUCCESS); /* nothing left, nothing sent */
    assert_int_equal(received.calls, 3);
    free(received.data);
    free(data);
}

static void a_stream_makes_room_by_handing_on(void **state) {
    received_t received;
    site_sink_t sink;

    (void)state;
    memset(&received, 0, sizeof received);
    site_sink_init_stream(&sink, pool, receive, &received);
    site_sink_write(&sink, "abc", 3);
    assert_true(site_sink_reserve(&sink, SITE_SINK_CHUNK));
    assert_int_equal(received.length, 3);
    assert_int_equal(sink.used, 0);
    assert_false(site_sink_reserve(&sink, SITE_SINK_CHUNK + 1));
    free(received.data);
}

static void a_stream_whose_reader_is_gone_stays_silent(void **state) {
    received_t received;
    site_sink_t sink;
    int i;

    (void)state;
    memset(&received, 0, sizeof received);
    received.status = APR_EPIPE;
    site_sink_init_stream(&sink, pool, receive, &received);
    for (i = 0; i < SITE_SINK_CHUNK * 3; i++)
        site_sink_char(&sink, 'x');
    site_sink_write(&sink, "more", 4);
    assert_int_equal(sink.status, APR_EPIPE);
    assert_int_equal(site_sink_flush(&sink), APR_EPIPE);
    assert_int_equal(received.calls, 1);
}

static void printf_is_for_short_text(void **state) {
    char text[600];
    site_sink_t sink;

    (void)state;
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    site_sink_init(&sink, pool, 16, 0);
    site_sink_printf(&sink, "%s", text);
    assert_int_equal(sink.status, APR_EINVAL);
    assert_int_equal(sink.used, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_growing_sink_keeps_everything),
        cmocka_unit_test(a_growing_sink_stops_at_its_limit),
        cmocka_unit_test(a_stream_hands_on_chunks),
        cmocka_unit_test(a_stream_makes_room_by_handing_on),
        cmocka_unit_test(a_stream_whose_reader_is_gone_stays_silent),
        cmocka_unit_test(a_full_sink_is_still_a_string),
        cmocka_unit_test(no_sink_is_without_a_limit),
        cmocka_unit_test(numbers_are_decimal),
        cmocka_unit_test(printf_is_for_short_text),
    };
    int failed;

    apr_initialize();
    apr_pool_create(&pool, NULL);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    apr_terminate();
    return failed;
}
