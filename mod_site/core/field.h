/* field: an attribute -> the field of a body: how its value is read, the words of each refusal, what OPTIONS says of it.
 *
 * The fields are those that DRF's ModelSerializer makes of Django's models, found from the catalogue instead:
 *
 *   required      NOT NULL without a default, not generated; and the columns of a UNIQUE over several shown ones, unless they have a
 *                 default
 *   null          where the column takes NULL
 *   blank         "" in text, [] in arrays: where the column takes NULL, or its default is that very value
 *   range         of whole numbers: their type's, narrowed by CHECK (column >= 0) and the like
 *   read-only     generated columns, and a primary key that counts up by itself (identity, nextval())
 *   choices       SiteAttribute choices=, an enum's labels, CHECK (column IN (...))
 *
 * SiteAttribute can say otherwise of required, blank, range and length.
 */
#ifndef SITE_CORE_FIELD_H
#define SITE_CORE_FIELD_H

#include "core/body.h"
#include "core/resource.h"

typedef enum site_field_kind_t {
    SITE_FIELD_BOOLEAN,
    SITE_FIELD_STRING,
    SITE_FIELD_EMAIL,
    SITE_FIELD_SLUG,
    SITE_FIELD_URL,
    SITE_FIELD_UUID,
    SITE_FIELD_ADDRESS, /* inet */
    SITE_FIELD_INTEGER,
    SITE_FIELD_FLOAT,
    SITE_FIELD_DECIMAL,
    SITE_FIELD_DATE,
    SITE_FIELD_TIME,
    SITE_FIELD_DATETIME,
    SITE_FIELD_DURATION,
    SITE_FIELD_CHOICE,
    SITE_FIELD_LIST,
    SITE_FIELD_JSON,
    SITE_FIELD_BINARY,
    SITE_FIELD_NATIVE,  /* text that only PostgreSQL can judge */
    SITE_FIELD_RELATED, /* one key, address or slug: read by core/assign */
    SITE_FIELD_MANY,    /* a list of these */
    SITE_FIELD_KIND_COUNT
} site_field_kind_t;

typedef struct site_field_t {
    const site_attribute_t *attribute;
    const site_type_t *type; /* of the value; NULL: a to-many relation */
    site_field_kind_t kind;
    unsigned required : 1;
    unsigned allow_null : 1;
    unsigned allow_blank : 1; /* of a list: it may be empty */
    unsigned read_only : 1;
    int min_length;                    /* characters; -1: any */
    int max_length;                    /* the same */
    const char *min, *max;             /* of numbers; or NULL */
    const apr_array_header_t *choices; /* of CHOICE: site_choice_t *; else NULL */
} site_field_t;

/* The field of an attribute. */
void site_field_of(const site_attribute_t *attribute, site_field_t *field);

/* The same in a new row (`creating`), or in one that exists: read-only is also what the caller's role may not write
 * there. */
void site_field_in(const site_attribute_t *attribute, int creating, site_field_t *field);

/* The field of a list's elements. */
void site_field_child(const site_field_t *field, site_field_t *child);

/* Reads one value that is there and not null. *value is what PostgreSQL is given as a parameter: canonical text in `pool`, or NULL
 * for NULL (some fields take words for it). Returns NULL, or the errors, keyed by `name`. */
site_error_t *site_field_read(apr_pool_t *pool, const site_field_t *field, const char *name, const site_node_t *node,
                              const char **value);

/* The word for this kind of field in OPTIONS. */
const char *site_field_type_name(const site_field_t *field);

/* The attribute that writes a column; where none can be written, the first that shows it. NULL: it is not shown. */
const site_attribute_t *site_field_over(const site_resource_t *resource, const site_column_t *column);

/* Whether the attribute is the row's own number: a primary key that counts up by itself. */
int site_field_counts(const site_attribute_t *attribute);

/* Python's int() of a text: digits with a sign, or NULL when it is no whole number. */
const char *site_whole_number(apr_pool_t *pool, const char *text, apr_size_t length);

#endif
