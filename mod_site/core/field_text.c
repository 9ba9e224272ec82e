/* The texts of core/field: strings, and what e-mail addresses, slugs, URLs and IP addresses look like to Django. */
#include "core/field_private.h"
#include "core/value.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <arpa/inet.h>
#include <string.h>

/* Letters beyond ASCII count as letters in host names: Django writes them as IDNA and looks again. */
static int is_host_letter(char c) {
    return apr_isalnum(c) || (c & 0x80);
}

/* label(.label)*, the last one of at least two letters; labels of up to 63, no hyphen at their ends. */
static int is_domain(const char *text, apr_size_t length) {
    const char *at = text, *end = text + length;
    int labels = 0;

    for (;;) {
        const char *dot = memchr(at, '.', (apr_size_t)(end - at)), *stop = dot ? dot : end, *each;

        if (stop == at || stop - at > 63 || *at == '-' || stop[-1] == '-')
            return 0;
        for (each = at; each < stop; each++) {
            if (!is_host_letter(*each) && *each != '-')
                return 0;
        }
        labels++;
        if (!dot)
            return labels > 1 && stop - at >= 2;
        at = dot + 1;
    }
}

static int is_literal(const char *text, apr_size_t length) {
    unsigned char address[16];
    char inside[64];

    if (length < 3 || length > sizeof inside || *text != '[' || text[length - 1] != ']')
        return 0;
    apr_cpystrn(inside, text + 1, length - 1);
    return inet_pton(AF_INET, inside, address) == 1 || inet_pton(AF_INET6, inside, address) == 1;
}

static int is_atom(const char *text, apr_size_t length) {
    apr_size_t i;

    for (i = 0; i < length; i++) {
        char c = text[i];

        if (c == '.' ? i == 0 || i + 1 == length || text[i - 1] == '.'
                     : !apr_isalnum(c) && (!c || !strchr("!#$%&'*+/=?^_`{}|~-", c)))
            return 0;
    }
    return length > 0;
}

/* "..." with backslashes in front of what would end it. */
static int is_quoted(const char *text, apr_size_t length) {
    apr_size_t i;

    if (length < 2 || *text != '"' || text[length - 1] != '"')
        return 0;
    for (i = 1; i + 1 < length; i++) {
        unsigned char c = (unsigned char)text[i];

        if (c == '\\') {
            if (++i + 1 >= length)
                return 0;
            c = (unsigned char)text[i];
            if (!c || c > 0x7f || c == '\n' || c == '\r')
                return 0;
        }
        else if (!c || c > 0x7f || c == '"' || c == '\t' || c == '\n' || c == '\r' || c == ' ') {
            return 0;
        }
    }
    return 1;
}

int site_text_email(const char *text, apr_size_t length) {
    apr_size_t at = length, domain;

    while (at > 0 && text[at - 1] != '@')
        at--;
    if (at == 0)
        return 0;
    domain = length - at;
    if (!is_atom(text, at - 1) && !is_quoted(text, at - 1))
        return 0;
    return is_domain(text + at, domain) || is_literal(text + at, domain) ||
           (domain == 9 && strncmp(text + at, "localhost", 9) == 0);
}

int site_text_slug(const char *text, apr_size_t length) {
    apr_size_t i;

    for (i = 0; i < length; i++) {
        if (!apr_isalnum(text[i]) && text[i] != '-' && text[i] != '_')
            return 0;
    }
    return length > 0;
}

/* Behind the host: a port, and then a path, query or fragment. */
static int is_tail(const char *at, const char *end) {
    if (at < end && *at == ':') {
        const char *port = ++at;

        while (at < end && apr_isdigit(*at))
            at++;
        if (at == port || at - port > 5)
            return 0;
    }
    if (at < end && *at != '/' && *at != '?' && *at != '#')
        return 0;
    for (; at < end; at++) {
        if (apr_isspace(*at))
            return 0;
    }
    return 1;
}

int site_text_url(const char *text, apr_size_t length) {
    static const char *const schemes[] = {"http://", "https://", "ftp://", "ftps://"};
    const char *end = text + length, *host = NULL, *stop, *at;
    char address[64];
    unsigned char ip[16];
    apr_size_t i;

    for (i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        apr_size_t size = strlen(schemes[i]);

        if (length > size && strncasecmp(text, schemes[i], size) == 0)
            host = text + size;
    }
    if (!host)
        return 0;
    for (stop = host; stop < end && *stop != '/' && *stop != '?' && *stop != '#'; stop++)
        ;
    at = memchr(host, '@', (apr_size_t)(stop - host));
    if (at)
        host = at + 1;
    if (host < end && *host == '[') {
        at = memchr(host, ']', (apr_size_t)(stop - host));
        if (!at || at - host > (long)sizeof address - 1)
            return 0;
        apr_cpystrn(address, host + 1, (apr_size_t)(at - host));
        return inet_pton(AF_INET6, address, ip) == 1 && is_tail(at + 1, end);
    }
    at = memchr(host, ':', (apr_size_t)(stop - host));
    if (!at)
        at = stop;
    if ((apr_size_t)(at - host) < sizeof address) {
        apr_cpystrn(address, host, (apr_size_t)(at - host) + 1);
        if (inet_pton(AF_INET, address, ip) == 1 || strcasecmp(address, "localhost") == 0)
            return is_tail(at, end);
    }
    return is_domain(host, (apr_size_t)(at - host)) && is_tail(at, end);
}

/* --- fields --- */

static apr_size_t characters(const char *text, apr_size_t length) {
    apr_size_t i, count = 0;

    for (i = 0; i < length; i++)
        count += (text[i] & 0xc0) != 0x80;
    return count;
}

/* What every string must be, whatever its format. Appends, for all that is wrong is told. */
static void check_string(const site_field_input_t *reading, const char *text, apr_size_t length,
                         site_error_t **errors) {
    const site_field_t *field = reading->field;

    if (field->max_length >= 0 && characters(text, length) > (apr_size_t)field->max_length)
        site_error_append(errors,
                          site_field_error(reading, "max_length", "Ensure this field has no more than %d characters.",
                                           field->max_length));
    if (memchr(text, '\0', length))
        site_error_append(errors,
                          site_field_error(reading, "null_characters_not_allowed", "Null characters are not allowed."));
    if (reading->node->surrogate)
        site_error_append(errors, site_field_error(reading, "surrogate_characters_not_allowed",
                                                   "Surrogate characters are not allowed: U+%X.",
                                                   (unsigned)reading->node->surrogate));
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

site_error_t *site_read_string(site_field_input_t *reading) {
    site_error_t *errors = NULL;
    apr_size_t length;
    const char *text = string_of(reading, &length);

    if (!text)
        return site_field_error(reading, "invalid", "Not a valid string.");
    if (!length) {
        if (!reading->field->allow_blank)
            return site_field_error(reading, "blank", "This field may not be blank.");
        reading->value = "";
        return NULL;
    }
    check_string(reading, text, length, &errors);
    if (reading->field->kind == SITE_FIELD_EMAIL && !site_text_email(text, length))
        site_error_append(&errors, site_field_error(reading, "invalid", "Enter a valid email address."));
    if (reading->field->kind == SITE_FIELD_SLUG && !site_text_slug(text, length))
        site_error_append(
            &errors,
            site_field_error(reading, "invalid",
                             "Enter a valid \"slug\" consisting of letters, numbers, underscores or hyphens."));
    if (reading->field->kind == SITE_FIELD_URL && !site_text_url(text, length))
        site_error_append(&errors, site_field_error(reading, "invalid", "Enter a valid URL."));
    reading->value = text;
    return errors;
}

/* An IPv4 address inside of an IPv6 one is taken out, as Django does it. */
site_error_t *site_read_address(site_field_input_t *reading) {
    static const char message[] = "Enter a valid IPv4 or IPv6 address.";
    unsigned char address[16];
    char plain[INET6_ADDRSTRLEN];
    apr_size_t length;
    const char *text;

    if (reading->node->kind == SITE_NODE_STRING)
        text = site_value_strip(reading->pool, reading->node->text, reading->node->length, &length);
    else
        return site_field_error(reading, "invalid", message);
    if (!length)
        return site_field_error(reading, "blank", "This field may not be blank.");
    if (memchr(text, '\0', length))
        return site_field_error(reading, "invalid", message);
    if (memchr(text, ':', length)) {
        static const unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

        if (length != reading->node->length || inet_pton(AF_INET6, text, address) != 1)
            return site_field_error(reading, "invalid", message);
        if (memcmp(address, mapped, sizeof mapped) == 0)
            inet_ntop(AF_INET, address + 12, plain, sizeof plain);
        else
            inet_ntop(AF_INET6, address, plain, sizeof plain);
        reading->value = apr_pstrdup(reading->pool, plain);
        return NULL;
    }
    if (inet_pton(AF_INET, text, address) != 1)
        return site_field_error(reading, "invalid", message);
    reading->value = text;
    return NULL;
}
