#include "core/value.h"

#include "core/datetime.h"
#include "core/decimal.h"
#include "core/format.h"
#include "core/inet.h"
#include "core/json.h"
#include "core/range.h"
#include "core/unicode.h"

#include <apr_strings.h>
#include <string.h>

/* What a reader is given: the text as it came, and stripped at both ends. */
typedef struct input_t {
    apr_pool_t *pool;
    const site_value_rules_t *rules;
    const char *field;
    const char *raw;
    apr_size_t raw_length;
    const char *text;
    apr_size_t length;
} input_t;

typedef site_error_t *(*reader_fn)(const input_t *input, const char **result);

static site_error_t *invalid(const input_t *input, const char *message) {
    return site_error_make(input->pool, 400, "invalid", input->field, "%s", message);
}

static site_kind_t kind_of(const input_t *input) {
    return input->rules && input->rules->type ? input->rules->type->kind : SITE_KIND_OTHER;
}

static site_error_t *found_or(const input_t *input, const char *found, const char *message, const char **result) {
    *result = found;
    return found ? NULL : invalid(input, message);
}

static site_error_t *read_text(const input_t *input, const char **result) {
    if (!input->length)
        return NULL;
    if (memchr(input->text, '\0', input->length))
        return site_error_make(input->pool, 400, "null_characters_not_allowed", input->field,
                               "Null characters are not allowed.");
    *result = apr_pstrmemdup(input->pool, input->text, input->length);
    return NULL;
}

static site_error_t *read_number(const input_t *input, const char **result) {
    site_kind_t kind = kind_of(input);

    switch (site_decimal_read(input->pool, input->text, input->length, result)) {
    case SITE_DECIMAL_INVALID:
        return invalid(input, "Enter a number.");
    case SITE_DECIMAL_TOO_LARGE:
        return site_error_make(input->pool, 400, "max_value", input->field,
                               "Ensure this value is less than or equal to 1e+50.");
    case SITE_DECIMAL_TOO_SMALL:
        return site_error_make(input->pool, 400, "min_value", input->field,
                               "Ensure this value is greater than or equal to -1e+%d.", SITE_DECIMAL_MAX_WHOLE);
    case SITE_DECIMAL_OK:
        break;
    }
    if (kind == SITE_KIND_FLOAT4 || kind == SITE_KIND_FLOAT8)
        *result = site_decimal_for_float(*result);
    return NULL;
}

/* django-filter's BooleanWidget: not stripped, and whatever it does not know is no filter. */
static site_error_t *read_boolean(const input_t *input, const char **result) {
    static const struct {
        const char *word, *value;
    } words[] = {{"true", "true"}, {"1", "true"}, {"false", "false"}, {"0", "false"}};
    apr_size_t i;

    for (i = 0; i < sizeof words / sizeof words[0]; i++) {
        const char *word = words[i].word;

        if (strlen(word) == input->raw_length && strncasecmp(word, input->raw, input->raw_length) == 0)
            *result = words[i].value;
    }
    return NULL;
}

static site_error_t *read_date(const input_t *input, const char **result) {
    return found_or(input, site_date_read(input->pool, input->text, input->length), "Enter a valid date.", result);
}

static site_error_t *read_time(const input_t *input, const char **result) {
    return found_or(input, site_time_read(input->pool, input->text, input->length), "Enter a valid time.", result);
}

static site_error_t *read_datetime(const input_t *input, const char **result) {
    return found_or(input, site_datetime_read(input->pool, input->text, input->length), "Enter a valid date/time.",
                    result);
}

static site_error_t *read_duration(const input_t *input, const char **result) {
    int overflow;

    *result = site_duration_read(input->pool, input->raw, input->raw_length, &overflow);
    if (overflow)
        return site_error_make(input->pool, 400, "overflow", input->field,
                               "The number of days must be between -999999999 and 999999999.");
    return *result ? NULL : invalid(input, "Enter a valid duration.");
}

/* Drops `word` wherever it stands, as str.replace(word, '') does. Returns the new length. */
static apr_size_t drop(char *text, apr_size_t length, const char *word) {
    apr_size_t size = strlen(word), from, to = 0;

    for (from = 0; from < length; from++) {
        if (length - from >= size && memcmp(text + from, word, size) == 0)
            from += size - 1;
        else
            text[to++] = text[from];
    }
    return to;
}

static int hex_digit(unsigned char c) {
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return site_folded_digit(c);
}

static int is_blank(unsigned char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* int(text, 16) of the 32 folded characters: blanks at the ends, a sign, 0x and single underscores between digits are
 * all taken. The value has then fewer than 32 digits and zeros in front. */
static int hex_of_32(const unsigned char *at, char digits[32]) {
    const unsigned char *end = at + 32;
    int count = 0, i, underscore_allowed = 0;
    char found[32] = "";

    while (at < end && is_blank(*at))
        at++;
    while (end > at && is_blank(end[-1]))
        end--;
    if (at < end && *at == '+')
        at++;
    if (end - at > 2 && at[0] == '0' && (at[1] | 0x20) == 'x') {
        at += 2;
        underscore_allowed = 1;
    }
    for (; at < end; at++) {
        int digit = hex_digit(*at);

        if (*at == '_' && underscore_allowed && at + 1 < end) {
            underscore_allowed = 0;
            continue;
        }
        if (digit < 0)
            return 0;
        found[count++] = "0123456789abcdef"[digit];
        underscore_allowed = 1;
    }
    for (i = 0; i < 32; i++)
        digits[i] = i < 32 - count ? '0' : found[i - (32 - count)];
    return count > 0;
}

/* uuid.UUID(text): "urn:" and "uuid:" dropped, braces at the ends stripped, hyphens dropped. */
static const char *uuid_of(const input_t *input) {
    char *text = apr_pstrmemdup(input->pool, input->text, input->length);
    apr_size_t length = drop(text, input->length, "urn:"), folded_length, i, to;
    const unsigned char *folded;
    char digits[32], *uuid = apr_palloc(input->pool, 37);

    length = drop(text, length, "uuid:");
    for (; length && (*text == '{' || *text == '}'); length--)
        text++;
    while (length && (text[length - 1] == '{' || text[length - 1] == '}'))
        length--;
    length = drop(text, length, "-");
    folded = site_unicode_fold(input->pool, text, length, &folded_length);
    if (folded_length != 32 || !hex_of_32(folded, digits))
        return NULL;
    for (i = to = 0; i < 32; i++) {
        if (i == 8 || i == 12 || i == 16 || i == 20)
            uuid[to++] = '-';
        uuid[to++] = digits[i];
    }
    uuid[to] = '\0';
    return uuid;
}

static site_error_t *read_uuid(const input_t *input, const char **result) {
    if (!input->length)
        return NULL;
    return found_or(input, uuid_of(input), "Enter a valid UUID.", result);
}

static site_error_t *read_inet(const input_t *input, const char **result) {
    site_error_t *error = read_text(input, result);

    if (error || !*result)
        return error;
    if (kind_of(input) == SITE_KIND_CIDR ? site_cidr_valid(*result) : site_inet_valid(*result))
        return NULL;
    *result = NULL;
    return site_error_late(invalid(input, "Enter a valid IPv4 or IPv6 address."));
}

static site_error_t *read_json(const input_t *input, const char **result) {
    site_sink_t sink;

    switch (site_json_check(input->raw, input->raw_length)) {
    case SITE_JSON_INVALID:
        return invalid(input, "Enter a valid JSON.");
    case SITE_JSON_NUL:
        return site_error_make(input->pool, 400, "null_characters_not_allowed", input->field,
                               "Null characters are not allowed.");
    case SITE_JSON_EMPTY:
        return NULL;
    case SITE_JSON_VALID:
        break;
    }
    site_sink_init(&sink, input->pool, input->raw_length + 16, 0);
    site_format_json(&sink, input->raw, input->raw_length);
    site_sink_char(&sink, '\0');
    *result = sink.data;
    return NULL;
}

static site_error_t *read_choice(const input_t *input, const char **result) {
    const apr_array_header_t *choices = input->rules ? input->rules->choices : NULL;
    int i;

    for (i = 0; choices && i < choices->nelts; i++) {
        const char *choice = APR_ARRAY_IDX(choices, i, const char *);

        if (strlen(choice) == input->raw_length && memcmp(choice, input->raw, input->raw_length) == 0) {
            *result = choice;
            return NULL;
        }
    }
    return site_error_make(input->pool, 400, "invalid_choice", input->field,
                           "Select a valid choice. %s is not one of the available choices.",
                           site_value_shown(input->pool, input->raw, input->raw_length));
}

static site_error_t *read_range(const input_t *input, const char **result) {
    site_error_t *error = read_text(input, result);
    int multirange = input->rules && input->rules->type && input->rules->type->multirange;

    if (error || !*result)
        return error;
    *result = site_range_read(input->pool, *result, multirange);
    return *result ? NULL
                   : invalid(input, multirange ? "Enter a valid multirange, such as {[1,5)}, or a range."
                                               : "Enter a valid range, such as [1,5).");
}

static site_error_t *read_member(const input_t *input, const char **result) {
    site_error_t *error = read_text(input, result);

    return !error && *result && site_range_is_meant(*result) ? read_range(input, result) : error;
}

static const reader_fn readers[] = {
    [SITE_READ_TEXT] = read_text,         [SITE_READ_NUMBER] = read_number, [SITE_READ_BOOLEAN] = read_boolean,
    [SITE_READ_DATE] = read_date,         [SITE_READ_TIME] = read_time,     [SITE_READ_DATETIME] = read_datetime,
    [SITE_READ_DURATION] = read_duration, [SITE_READ_UUID] = read_uuid,     [SITE_READ_INET] = read_inet,
    [SITE_READ_JSON] = read_json,         [SITE_READ_CHOICE] = read_choice, [SITE_READ_RANGE] = read_range,
    [SITE_READ_MEMBER] = read_member,     [SITE_READ_NATIVE] = read_text,
};

site_error_t *site_value_read(apr_pool_t *pool, site_reader_t reader, const site_value_rules_t *rules,
                              const char *field, const char *text, apr_size_t length, const char **result) {
    input_t input = {pool, rules, field, text, length, text, length};
    const char *end = text + length;

    *result = NULL;
    if (!length)
        return NULL;
    if (!site_value_utf8(text, length))
        return invalid(&input, "Enter text in UTF-8.");
    site_unicode_strip(&input.text, &end);
    input.length = (apr_size_t)(end - input.text);
    return readers[reader](&input, result);
}

const char *site_value_strip(apr_pool_t *pool, const char *text, apr_size_t length, apr_size_t *stripped_length) {
    const char *end = text + length;

    site_unicode_strip(&text, &end);
    if (stripped_length)
        *stripped_length = (apr_size_t)(end - text);
    return apr_pstrmemdup(pool, text, (apr_size_t)(end - text));
}

const char *site_value_shown(apr_pool_t *pool, const char *text, apr_size_t length) {
    char *shown = apr_palloc(pool, 2 * length + 1), *to = shown;
    apr_size_t i;

    for (i = 0; i < length; i++) {
        if (text[i]) {
            *to++ = text[i];
            continue;
        }
        memcpy(to, "\xc0\x80", 2);
        to += 2;
    }
    *to = '\0';
    return shown;
}

int site_value_utf8(const char *text, apr_size_t length) {
    const char *end = text + length;
    unsigned code;

    while (text < end) {
        int bytes = site_unicode_decode(text, end, &code);

        if (!bytes)
            return 0;
        text += bytes;
    }
    return 1;
}
