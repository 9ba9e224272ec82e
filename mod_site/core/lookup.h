/* lookup: THE table of lookups x types: what may follow an attribute's name, how the value is read.
 *
 * A lookup expression is `[transform__[transform__]]operator`, as in `updated__date__gte`; the operator `exact` is never written
 * (contract 5.3). Which SQL shape an operator makes is core/sql's half of the same table.
 */
#ifndef SITE_CORE_LOOKUP_H
#define SITE_CORE_LOOKUP_H

#include "core/catalog.h"
#include "core/value.h"

typedef enum site_operator_t {
    SITE_OP_EXACT,
    SITE_OP_IEXACT,
    SITE_OP_GT,
    SITE_OP_GTE,
    SITE_OP_LT,
    SITE_OP_LTE,
    SITE_OP_IN,
    SITE_OP_CONTAINS, /* of text; SITE_OP_HOLDS is that of arrays, JSON and ranges */
    SITE_OP_ICONTAINS,
    SITE_OP_STARTSWITH,
    SITE_OP_ISTARTSWITH,
    SITE_OP_ENDSWITH,
    SITE_OP_IENDSWITH,
    SITE_OP_RANGE,
    SITE_OP_ISNULL,
    SITE_OP_REGEX,
    SITE_OP_IREGEX,
    SITE_OP_HOLDS,
    SITE_OP_CONTAINED_BY,
    SITE_OP_OVERLAP,
    SITE_OP_HAS_KEY,
    SITE_OP_HAS_KEYS,
    SITE_OP_HAS_ANY_KEYS,
    SITE_OP_SEARCH,   /* full text */
    SITE_OP_FULLY_LT, /* of ranges, as the next four */
    SITE_OP_FULLY_GT,
    SITE_OP_NOT_LT,
    SITE_OP_NOT_GT,
    SITE_OP_ADJACENT_TO
} site_operator_t;

typedef enum site_transform_t {
    SITE_AS_IS,
    SITE_AS_YEAR,
    SITE_AS_MONTH,
    SITE_AS_DAY,
    SITE_AS_WEEK_DAY,
    SITE_AS_ISO_WEEK_DAY,
    SITE_AS_WEEK,
    SITE_AS_ISO_YEAR,
    SITE_AS_QUARTER,
    SITE_AS_HOUR,
    SITE_AS_MINUTE,
    SITE_AS_SECOND,
    SITE_AS_DATE,
    SITE_AS_TIME,
    SITE_AS_LENGTH,
    SITE_AS_LOWER, /* bounds of a range; NULL where it has none */
    SITE_AS_UPPER,
    SITE_AS_EMPTY /* whether a range is */
} site_transform_t;

/* How many values the text holds. */
typedef enum site_arity_t {
    SITE_ARITY_ONE,
    SITE_ARITY_LIST, /* comma separated */
    SITE_ARITY_PAIR  /* comma separated, exactly two */
} site_arity_t;

/* The kind of value that an operator is applied to, after all transforms. */
typedef enum site_family_t {
    SITE_FAMILY_NUMBER,
    SITE_FAMILY_BOOLEAN,
    SITE_FAMILY_TEXT,
    SITE_FAMILY_DATE,
    SITE_FAMILY_TIME,
    SITE_FAMILY_DATETIME,
    SITE_FAMILY_DURATION,
    SITE_FAMILY_UUID,
    SITE_FAMILY_INET,
    SITE_FAMILY_ARRAY,
    SITE_FAMILY_JSON,
    SITE_FAMILY_BYTES,
    SITE_FAMILY_LENGTH,   /* of an array */
    SITE_FAMILY_RANGE,    /* ranges and multiranges */
    SITE_FAMILY_NATIVE,   /* compared by PostgreSQL, read by nobody else: money, bit ... */
    SITE_FAMILY_DOCUMENT, /* tsvector: as the next, and full text */
    SITE_FAMILY_OPAQUE    /* only PostgreSQL's text of it is known: xml, points, composite types */
} site_family_t;

typedef struct site_lookup_t {
    site_operator_t operator;
    site_transform_t transforms[2]; /* in the order written; SITE_AS_IS where there are fewer */
    site_family_t family;           /* what the operator sees */
    site_reader_t reader;
    site_arity_t arity;
    int unsupported; /* the parameter exists, but PostgreSQL has no such comparison: a 400 (the oracle: 500) */
    int rank;        /* its place among the lookups of its type */
} site_lookup_t;

/* Whether the operator compares whole values: =, <, in, range ... */
int site_lookup_compares(site_operator_t operator);

/* Whether it matches the text of a value with a pattern. */
int site_lookup_matches_text(site_operator_t operator);

site_family_t site_lookup_family(const site_type_t *type);

/* The type whose values the operator is given: the column's own, or, of a bound of a range, the bound's. */
const site_type_t *site_lookup_type(const site_type_t *type, const site_lookup_t *lookup);

/* Finds the lookup that `expression` ("" is exact) names for a column of `type`. Returns 0 when there is none. */
int site_lookup_find(const site_type_t *type, const char *expression, site_lookup_t *lookup);

/* Whether `expression` is a lookup of some type: what a directive may name at all. */
int site_lookup_is_word(const char *expression);

/* Calls `each` for every lookup of `type`, in order; `expression` is "" for exact. For documents and suggestions. */
typedef void (*site_lookup_fn)(void *baton, const char *expression, const site_lookup_t *lookup);
void site_lookup_each(const site_type_t *type, site_lookup_fn each, void *baton);

#endif
