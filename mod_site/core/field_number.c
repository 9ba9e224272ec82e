/* The numbers of core/field: Python's int(), float() and Decimal() as DRF's fields call them. */
#include "core/field_private.h"
#include "core/unicode.h"
#include "core/value.h"

#include <apr_strings.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Characters of a number, digits of Python's int(), and how far an exponent may go. */
enum { LONGEST = 1000, LONGEST_INTEGER = 4300, FAR = 1000 };

/* The text stripped, digits of any script as ASCII, underscores between digits dropped. NULL: it holds something that is in no
 * number. */
static const char *plain_text(apr_pool_t *pool, const char *text, apr_size_t length) {
    const char *end = text + length;
    const unsigned char *folded;
    apr_size_t count, i;
    char *result, *to;

    site_unicode_strip(&text, &end);
    folded = site_unicode_fold(pool, text, (apr_size_t)(end - text), &count);
    result = to = apr_palloc(pool, count + 1);
    for (i = 0; i < count; i++) {
        int digit = site_folded_digit(folded[i]);

        if (folded[i] == '_') {
            if (i == 0 || i + 1 == count || site_folded_digit(folded[i - 1]) < 0 ||
                site_folded_digit(folded[i + 1]) < 0)
                return NULL;
            continue;
        }
        if (folded[i] == SITE_FOLDED_OTHER || folded[i] == '\0')
            return NULL;
        *to++ = digit >= 0 ? (char)('0' + digit) : (char)folded[i];
    }
    *to = '\0';
    return result;
}

/* The same of str() of the value. */
static const char *plain(const site_field_input_t *reading) {
    const char *text = site_node_python(reading->pool, reading->node);

    return plain_text(reading->pool, text, strlen(text));
}

/* Whether a string has more characters than DRF looks at. */
static int too_long(const site_field_input_t *reading) {
    apr_size_t i, count = 0;

    if (reading->node->kind != SITE_NODE_STRING)
        return 0;
    for (i = 0; i < reading->node->length; i++)
        count += (reading->node->text[i] & 0xc0) != 0x80;
    return count > LONGEST;
}

/* Plain digits without a sign, with or without a point: as strcmp(). */
static int compare_sizes(const char *one, const char *other) {
    apr_size_t whole, other_whole;
    int order;

    one += strspn(one, "0");
    other += strspn(other, "0");
    whole = strspn(one, "0123456789");
    other_whole = strspn(other, "0123456789");
    if (whole != other_whole)
        return whole < other_whole ? -1 : 1;
    order = strncmp(one, other, whole);
    one += whole + (one[whole] == '.');
    other += whole + (other[whole] == '.');
    for (; !order && (*one || *other); one += *one != '\0', other += *other != '\0')
        order = (*one ? *one : '0') - (*other ? *other : '0');
    return order;
}

/* Plain digits, as strcmp(). */
static int compare(const char *one, const char *other) {
    int negative = *one == '-' && one[strcspn(one, "123456789")], other_negative = *other == '-';

    if (negative != other_negative)
        return negative ? -1 : 1;
    one += *one == '-';
    other += *other == '-';
    return negative ? compare_sizes(other, one) : compare_sizes(one, other);
}

/* MinValueValidator and MaxValueValidator, over the result in plain digits. */
static site_error_t *check_range(const site_field_input_t *reading) {
    const site_field_t *field = reading->field;

    if (field->max && compare(reading->value, field->max) > 0)
        return site_field_error(reading, "max_value", "Ensure this value is less than or equal to %s.", field->max);
    if (field->min && compare(reading->value, field->min) < 0)
        return site_field_error(reading, "min_value", "Ensure this value is greater than or equal to %s.", field->min);
    return NULL;
}

const char *site_whole_number(apr_pool_t *pool, const char *text, apr_size_t length) {
    const char *digits;
    int negative;

    text = plain_text(pool, text, length);
    if (!text)
        return NULL;
    negative = *text == '-';
    digits = text + (*text == '-' || *text == '+');
    if (!*digits || digits[strspn(digits, "0123456789")] != '\0' || strlen(digits) > LONGEST_INTEGER)
        return NULL;
    while (*digits == '0' && digits[1])
        digits++;
    return negative && *digits != '0' ? apr_pstrcat(pool, "-", digits, NULL) : digits;
}

/* DRF's re.sub(r'\.0*\s*$', ''): zeros behind the point are no fraction, as long as they are ASCII. */
static apr_size_t without_fraction(const char *text, apr_size_t length) {
    const char *begin = text, *end = text + length;

    site_unicode_strip(&begin, &end);
    while (end > begin && end[-1] == '0')
        end--;
    return end > begin && end[-1] == '.' ? (apr_size_t)(end - 1 - text) : length;
}

site_error_t *site_read_integer(site_field_input_t *reading) {
    const char *text;

    if (too_long(reading))
        return site_field_error(reading, "max_string_length", "String value too large.");
    text = site_node_python(reading->pool, reading->node);
    reading->value = site_whole_number(reading->pool, text, without_fraction(text, strlen(text)));
    if (!reading->value)
        return site_field_error(reading, "invalid", "A valid integer is required.");
    return check_range(reading);
}

/* Halfway between the largest real and what would be the next one. */
#define ROUNDS_BEYOND_REAL 0x1.ffffffp127

/* float(): digits, or the words of what is no number or too large for one. */
static int parse_float(const char *text, double *value) {
    const char *word = text + (*text == '-' || *text == '+');
    char *end;

    if (strcasecmp(word, "inf") != 0 && strcasecmp(word, "infinity") != 0 && strcasecmp(word, "nan") != 0 &&
        text[strspn(text, "0123456789+-.eE")] != '\0')
        return 0;
    *value = strtod(text, &end);
    return *text && !*end;
}

/* What Python renders and PostgreSQL stores, but JSON cannot say (NaN, infinities), is refused; so is what a real cannot hold. */
site_error_t *site_read_float(site_field_input_t *reading) {
    const site_field_t *field = reading->field;
    const char *text = NULL;
    double value;

    if (too_long(reading))
        return site_field_error(reading, "max_string_length", "String value too large.");
    if (reading->node->kind == SITE_NODE_BOOLEAN)
        text = *reading->node->text == 't' ? "1" : "0";
    else if (reading->node->kind == SITE_NODE_FLOAT)
        text = reading->node->text; /* with all its digits */
    else if (reading->node->kind == SITE_NODE_INTEGER || reading->node->kind == SITE_NODE_STRING)
        text = plain(reading);
    if (!text || !parse_float(text, &value))
        return site_field_error(reading, "invalid", "A valid number is required.");
    if (field->max && value > strtod(field->max, NULL))
        return site_field_error(reading, "max_value", "Ensure this value is less than or equal to %s.", field->max);
    if (field->min && value < strtod(field->min, NULL))
        return site_field_error(reading, "min_value", "Ensure this value is greater than or equal to %s.", field->min);
    if (!isfinite(value))
        return site_error_late(site_field_error(reading, "invalid", "A valid number is required."));
    if (field->type->kind == SITE_KIND_FLOAT4) {
        if (fabs(value) >= ROUNDS_BEYOND_REAL)
            return site_error_late(site_field_error(
                reading, value > 0 ? "max_value" : "min_value", "Ensure this value is %s than or equal to %s.",
                value > 0 ? "less" : "greater", value > 0 ? "3.4028235e+38" : "-3.4028235e+38"));
        if (value != 0 && fabs(value) < FLT_TRUE_MIN)
            value = 0;
    }
    reading->value = apr_pstrdup(reading->pool, site_float_python(reading->pool, value));
    return NULL;
}

/* --- decimals --- */

/* A number as Decimal.as_tuple() has it. */
typedef struct decimal_t {
    int negative;
    char *digits; /* without leading zeros, at least one */
    int count;
    long exponent;
} decimal_t;

static int parse_decimal(apr_pool_t *pool, const char *text, decimal_t *decimal) {
    const char *at = text;
    int point = 0, any = 0;
    char *to;

    memset(decimal, 0, sizeof *decimal);
    decimal->negative = *at == '-';
    at += *at == '-' || *at == '+';
    decimal->digits = to = apr_palloc(pool, strlen(at) + 2);
    for (; (*at >= '0' && *at <= '9') || (*at == '.' && !point); at++) {
        if (*at == '.') {
            point = 1;
            continue;
        }
        any = 1;
        decimal->exponent -= point;
        if (to == decimal->digits + 1 && *decimal->digits == '0')
            to--;
        *to++ = *at;
    }
    decimal->count = (int)(to - decimal->digits);
    *to = '\0';
    if (!any)
        return 0;
    if (*at == 'e' || *at == 'E') {
        char *end;
        long exponent;

        if (at[1] != '-' && at[1] != '+' && !(at[1] >= '0' && at[1] <= '9'))
            return 0;
        exponent = strtol(at + 1, &end, 10);
        if (end == at + 1 || *end)
            return 0;
        at = end;
        if (exponent > 1000000 || exponent < -1000000)
            exponent = exponent > 0 ? 1000000 : -1000000;
        decimal->exponent += exponent;
    }
    return *at == '\0';
}

/* validate_precision(). */
static site_error_t *check_precision(const site_field_input_t *reading, const decimal_t *decimal) {
    const site_type_t *type = reading->field->type;
    long total, whole, places;

    if (decimal->exponent >= 0) {
        total = whole = decimal->count + decimal->exponent;
        places = 0;
    }
    else if (decimal->count > -decimal->exponent) {
        total = decimal->count;
        places = -decimal->exponent;
        whole = total - places;
    }
    else {
        total = places = -decimal->exponent;
        whole = 0;
    }
    if (type->precision < 0)
        return total > FAR ? site_error_late(site_field_error(reading, "invalid", "A valid number is required."))
                           : NULL;
    if (total > type->precision)
        return site_field_error(reading, "max_digits", "Ensure that there are no more than %d digits in total.",
                                type->precision);
    if (places > type->scale)
        return site_field_error(reading, "max_decimal_places", "Ensure that there are no more than %d decimal places.",
                                type->scale);
    if (whole > type->precision - type->scale)
        return site_field_error(reading, "max_whole_digits",
                                "Ensure that there are no more than %d digits before the decimal point.",
                                type->precision - type->scale);
    return NULL;
}

/* Plain digits, the point put in its place. */
static const char *write_decimal(apr_pool_t *pool, const decimal_t *decimal) {
    long places = decimal->exponent < 0 ? -decimal->exponent : 0, i;
    site_sink_t sink;

    site_sink_init(&sink, pool, 64, 0);
    if (decimal->negative)
        site_sink_char(&sink, '-');
    if (decimal->count <= places)
        site_sink_char(&sink, '0');
    else
        site_sink_write(&sink, decimal->digits, (apr_size_t)(decimal->count - places));
    for (i = 0; i < decimal->exponent; i++)
        site_sink_char(&sink, '0');
    if (places) {
        site_sink_char(&sink, '.');
        for (i = places; i > decimal->count; i--)
            site_sink_char(&sink, '0');
        site_sink_puts(&sink, decimal->digits + (decimal->count > places ? decimal->count - places : 0));
    }
    site_sink_char(&sink, '\0');
    return sink.data;
}

site_error_t *site_read_decimal(site_field_input_t *reading) {
    const char *text = NULL;
    decimal_t decimal;
    site_error_t *error;

    if (too_long(reading))
        return site_field_error(reading, "max_string_length", "String value too large.");
    if (reading->node->kind == SITE_NODE_INTEGER || reading->node->kind == SITE_NODE_FLOAT ||
        reading->node->kind == SITE_NODE_STRING)
        text = plain(reading);
    if (text && !*text && reading->field->allow_null)
        return NULL;
    if (!text || !parse_decimal(reading->pool, text, &decimal))
        return site_field_error(reading, "invalid", "A valid number is required.");
    error = check_precision(reading, &decimal);
    if (error)
        return error;
    reading->value = write_decimal(reading->pool, &decimal);
    return check_range(reading);
}
