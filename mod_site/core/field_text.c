/* The texts of core/field: strings, and IP addresses. */
#include "core/field_private.h"
#include "core/value.h"

#include <apr_strings.h>
#include <arpa/inet.h>
#include <string.h>

static apr_size_t characters(const char *text, apr_size_t length) {
    apr_size_t i, count = 0;

    for (i = 0; i < length; i++)
        count += (text[i] & 0xc0) != 0x80;
    return count;
}

/* What no text column can hold. Appends, for all that is wrong is told. */
static void check_characters(const site_field_input_t *reading, const char *text, apr_size_t length,
                             site_error_t **errors) {
    if (memchr(text, '\0', length))
        site_error_append(errors,
                          site_field_error(reading, "null_characters_not_allowed", "Null characters are not allowed."));
    if (reading->node->surrogate)
        site_error_append(errors, site_field_error(reading, "surrogate_characters_not_allowed",
                                                   "Surrogate characters are not allowed: U+%X.",
                                                   (unsigned)reading->node->surrogate));
}

/* What every string must be, whatever its format. */
static void check_string(const site_field_input_t *reading, const char *text, apr_size_t length,
                         site_error_t **errors) {
    const site_field_t *field = reading->field;
    apr_size_t count = characters(text, length);

    if (field->max_length >= 0 && count > (apr_size_t)field->max_length)
        site_error_append(errors,
                          site_field_error(reading, "max_length", "Ensure this field has no more than %d characters.",
                                           field->max_length));
    if (field->min_length >= 0 && count < (apr_size_t)field->min_length)
        site_error_append(errors, site_field_error(reading, "min_length",
                                                   "Ensure this field has at least %d characters.", field->min_length));
    check_characters(reading, text, length, errors);
}

/* str() of what may stand for a string, stripped. NULL: it is none. */
static const char *string_of(site_field_input_t *reading, apr_size_t *length) {
    const char *text;

    switch (reading->node->kind) {
    case SITE_NODE_STRING:
        return site_value_strip(reading->pool, reading->node->text, reading->node->length, length);
    case SITE_NODE_INTEGER:
    case SITE_NODE_FLOAT:
        text = site_node_python(reading->pool, reading->node);
        *length = strlen(text);
        return text;
    default:
        return NULL;
    }
}

/* What is said of a text that is not of its field's format, and of what is no text at all. */
static const char *complaint_of(site_field_kind_t kind) {
    switch (kind) {
    case SITE_FIELD_EMAIL:
        return "Enter a valid email address.";
    case SITE_FIELD_SLUG:
        return "Enter a valid \"slug\" consisting of letters, numbers, underscores or hyphens.";
    case SITE_FIELD_URL:
        return "Enter a valid URL.";
    default:
        return "Not a valid string.";
    }
}

static int has_format(site_field_kind_t kind, const char *text, apr_size_t length) {
    switch (kind) {
    case SITE_FIELD_EMAIL:
        return site_text_email(text, length);
    case SITE_FIELD_SLUG:
        return site_text_slug(text, length);
    case SITE_FIELD_URL:
        return site_text_url(text, length);
    default:
        return 1;
    }
}

site_error_t *site_read_string(site_field_input_t *reading) {
    site_field_kind_t kind = reading->field->kind;
    site_error_t *errors = NULL;
    apr_size_t length;
    const char *text = string_of(reading, &length);

    if (!text)
        return site_field_error(reading, "invalid", "%s", complaint_of(kind));
    if (!length) {
        if (!reading->field->allow_blank)
            return site_field_error(reading, "blank", "This field may not be blank.");
        reading->value = "";
        return NULL;
    }
    check_string(reading, text, length, &errors);
    if (!has_format(kind, text, length))
        site_error_append(&errors, site_field_error(reading, "invalid", "%s", complaint_of(kind)));
    reading->value = text;
    return errors;
}

/* An IPv4 address inside of an IPv6 one is taken out, as Django does it. */
site_error_t *site_read_address(site_field_input_t *reading) {
    static const char message[] = "Enter a valid IPv4 or IPv6 address.";
    unsigned char address[16];
    char plain[INET6_ADDRSTRLEN];
    site_error_t *errors = NULL;
    apr_size_t length;
    const char *text;

    if (reading->node->kind == SITE_NODE_STRING)
        text = site_value_strip(reading->pool, reading->node->text, reading->node->length, &length);
    else
        return site_field_error(reading, "invalid", message);
    if (!length)
        return site_field_error(reading, "blank", "This field may not be blank.");
    if (memchr(text, ':', length)) {
        static const unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

        if (length != reading->node->length || memchr(text, '\0', length) || inet_pton(AF_INET6, text, address) != 1)
            return site_field_error(reading, "invalid", message);
        if (memcmp(address, mapped, sizeof mapped) == 0)
            inet_ntop(AF_INET, address + 12, plain, sizeof plain);
        else
            inet_ntop(AF_INET6, address, plain, sizeof plain);
        reading->value = apr_pstrdup(reading->pool, plain);
        return NULL;
    }
    check_characters(reading, text, length, &errors);
    if (errors || inet_pton(AF_INET, text, address) != 1)
        site_error_append(&errors, site_field_error(reading, "invalid", message));
    reading->value = text;
    return errors;
}
