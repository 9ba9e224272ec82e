/* Whatever a stranger sends as a value: no reader fails over it, and what comes out is what the header promises. The
 * first byte chooses the reader or, from 0x80, the format that writes the rest. */
#include "core/format.h"
#include "core/json.h"
#include "core/value.h"
#include <apr_general.h>
#include <apr_strings.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static apr_pool_t *root;

static void require(int condition) {
    if (!condition)
        abort();
}

static void read_value(apr_pool_t *pool, unsigned choice, const char *text, size_t length) {
    site_reader_t reader = (site_reader_t)(choice % (SITE_READ_NATIVE + 1));
    const char *result, *again;
    site_type_t type;
    site_value_rules_t rules;
    site_error_t *error;

    memset(&type, 0, sizeof type);
    memset(&rules, 0, sizeof rules);
    type.kind = choice & 0x40 ? SITE_KIND_CIDR : choice & 0x20 ? SITE_KIND_FLOAT8 : SITE_KIND_OTHER;
    rules.type = &type;
    error = site_value_read(pool, reader, &rules, "field", text, length, &result);
    require(!error || (!result && error->status == 400 && error->message));
    if (!result || reader == SITE_READ_CHOICE)
        return;
    require(site_value_utf8(result, strlen(result)));
    if (reader == SITE_READ_JSON)
        require(site_json_check(result, strlen(result)) == SITE_JSON_VALID);
    if (reader == SITE_READ_NUMBER && type.kind != SITE_KIND_FLOAT8) {
        site_value_whole(pool, result, &again);
        require(strspn(result, "-.0123456789") == strlen(result));
        site_value_fits(again, 8);
    }
    /* Canonical text is read as itself. */
    if (reader == SITE_READ_DURATION || (reader == SITE_READ_NUMBER && type.kind == SITE_KIND_FLOAT8))
        return;
    require(!site_value_read(pool, reader, &rules, "field", result, strlen(result), &again));
    require(again && (reader == SITE_READ_NUMBER || strcmp(again, result) == 0));
}

/* A type's format may print nonsense for nonsense, but never bytes that are not UTF-8 out of text that is. */
static void write_value(apr_pool_t *pool, unsigned choice, const char *text, size_t length) {
    site_kind_t kind = (site_kind_t)(choice % SITE_KIND_COUNT);
    site_type_t type, element;
    const site_format_t *format;
    site_format_rules_t rules;
    site_sink_t sink;

    memset(&type, 0, sizeof type);
    memset(&element, 0, sizeof element);
    element.kind = type.kind = kind;
    if (choice & 0x40) {
        type.kind = SITE_KIND_ARRAY;
        type.element = &element;
    }
    if (kind == SITE_KIND_ARRAY)
        element.kind = SITE_KIND_TEXT;
    if (type.kind == SITE_KIND_ARRAY && !type.element)
        type.element = &element;
    rules.decimals_as_numbers = choice & 1;
    rules.bigints_as_strings = choice & 2;
    rules.scale = choice & 4 ? (int)(choice >> 4) : -1;
    format = site_format_of(pool, &type, &rules);
    site_sink_init(&sink, pool, 64, 0);
    format->write(&sink, format, text, length);
    require(sink.status == APR_SUCCESS);
    if (site_value_utf8(text, length))
        require(site_value_utf8(sink.data, sink.used));
    if (kind == SITE_KIND_TEXT && type.kind == SITE_KIND_TEXT)
        require(site_json_check(sink.data, sink.used) != SITE_JSON_INVALID);
    if (kind == SITE_KIND_JSON && type.kind == SITE_KIND_JSON && site_json_check(text, length) == SITE_JSON_VALID)
        require(site_json_check(sink.data, sink.used) == SITE_JSON_VALID);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    apr_pool_t *pool;
    char *text;

    if (!root) {
        apr_initialize();
        apr_pool_create(&root, NULL);
    }
    if (!size)
        return 0;
    text = malloc(size); /* of exactly this size, so that a read beyond shows */
    require(text != NULL);
    memcpy(text, data + 1, size - 1);
    text[size - 1] = '\0';
    apr_pool_create(&pool, root);
    if (data[0] & 0x80)
        write_value(pool, data[0] & 0x7f, text, size - 1);
    else
        read_value(pool, data[0], text, size - 1);
    apr_pool_destroy(pool);
    free(text);
    return 0;
}
