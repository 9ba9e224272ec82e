/* value: the text of a parameter -> a value that PostgreSQL can be given, or the field's own error message.
 *
 * The rules are those of Django's form fields as django-filter uses them (contract 5.5): what is accepted, what
 * counts as empty (no filter), and the words of each refusal. The result is canonical text, to be bound as a
 * parameter and cast to `sql_type`: the database never sees what a client wrote before it was understood.
 */
#ifndef SITE_CORE_VALUE_H
#define SITE_CORE_VALUE_H

#include "core/catalog.h"
#include "core/error.h"

/* How the text is read: the form field in front of the lookup. It belongs to the lookup and type, not to the type
 * alone: `discovered__year` reads a number, `name__isnull` a boolean. */
typedef enum site_reader_t {
    SITE_READ_TEXT,    /* stripped both ends; NUL refused */
    SITE_READ_NUMBER,  /* Python's Decimal syntax, not NaN or Infinity, at most 1e50 in size */
    SITE_READ_BOOLEAN, /* true/1/false/0; anything else is empty, without an error */
    SITE_READ_DATE,
    SITE_READ_TIME,
    SITE_READ_DATETIME, /* IsoDateTimeField: ISO 8601, zone optional */
    SITE_READ_DURATION,
    SITE_READ_UUID,
    SITE_READ_INET,   /* address or network, as inet or, where `type` says so, cidr takes it; a bad one is a 400
                           (the oracle: 500) */
    SITE_READ_JSON,   /* a JSON document; {} [] "" null count as empty, as in forms.JSONField + django-filter. What
                           Python takes and PostgreSQL cannot keep (NaN, lone surrogates) is refused */
    SITE_READ_CHOICE, /* one of `choices`, exactly: not stripped */
    SITE_READ_RANGE,  /* a range as PostgreSQL spells it, `[1,5)` or `empty`; where `type` says so, a multirange */
    SITE_READ_MEMBER, /* a range, or one element: what does not begin with a bracket */
    SITE_READ_NATIVE  /* text that only PostgreSQL can judge (money, bit, range ...): stripped, NUL refused */
} site_reader_t;

/* Whether PostgreSQL has the last word on what the reader read. */
static inline int site_reader_is_native(site_reader_t reader) {
    return reader == SITE_READ_NATIVE || reader == SITE_READ_RANGE || reader == SITE_READ_MEMBER;
}

typedef struct site_value_rules_t {
    const site_type_t *type;           /* of the column; decides details (inet or cidr, scale); may be NULL */
    const apr_array_header_t *choices; /* const char *, for SITE_READ_CHOICE */
    int zoned;                         /* SITE_READ_DATETIME: the column is timestamptz. No reader looks at it: an
                                          offset is kept, and SQL brings it into the site's zone */
} site_value_rules_t;

/* Reads one value.
 *
 * text     NUL-terminated UTF-8 of `length` bytes (a NUL inside is refused by message)
 * field    the parameter's name, for the error
 * result   canonical text in `pool`, or NULL when the text counts as empty
 *          number: a plain decimal ("48915", "-0.5", "1000" for 1e3; never an exponent, no leading +; trailing zeros of
 *          the fraction kept); when `type` is a float also "-Infinity" (see core/decimal.h on sizes)
 *          boolean: "true" or "false"; date: YYYY-MM-DD; time: HH:MM:SS[.ffffff]
 *          date-time: YYYY-MM-DDTHH:MM:SS[.ffffff] followed by +HH:MM when the text had an offset ("Z" is +00:00) or by
 *          nothing when it is naive (the caller's SQL reads that in the site's time zone)
 *          duration: an interval that PostgreSQL reads the same in every IntervalStyle
 *          ("-2 days +82738.500000 seconds")
 *          uuid: lower case, hyphenated; inet: as the text had it, checked; JSON: compact text
 * Returns NULL, or a 400 error with Django's message. Text that is not UTF-8 is refused by every reader. */
site_error_t *site_value_read(apr_pool_t *pool, site_reader_t reader, const site_value_rules_t *rules,
                              const char *field, const char *text, apr_size_t length, const char **result);

/* A number as read by SITE_READ_NUMBER, for an integer column.
 * Sets *whole to its integer part (Python's int(): towards zero), in `pool`, and returns whether the number had no
 * fraction. */
int site_value_whole(apr_pool_t *pool, const char *number, const char **whole);

/* Whether a whole number in canonical text fits a signed integer of `bytes` (2, 4 or 8) bytes. */
int site_value_fits(const char *whole, int bytes);

/* `text` without the characters that Python's str.strip() removes at both ends (Unicode white space); in `pool`. */
const char *site_value_strip(apr_pool_t *pool, const char *text, apr_size_t length, apr_size_t *stripped_length);

/* `text` as a message may show it, NUL-terminated: its own NULs become two bytes that are no UTF-8 and that core/format writes as one. In `pool`. */
const char *site_value_shown(apr_pool_t *pool, const char *text, apr_size_t length);

/* Whether `text` is valid UTF-8 (no surrogates, no overlong forms, at most U+10FFFF). */
int site_value_utf8(const char *text, apr_size_t length);

#endif
