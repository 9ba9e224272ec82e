#include "core/lookup.h"

#include <string.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))
#define BIT(value) (1u << (value))

/* Families whose operators are those of Django's Field: compared, ordered and matched as text. */
#define PLAIN                                                                                                          \
    (BIT(SITE_FAMILY_NUMBER) | BIT(SITE_FAMILY_BOOLEAN) | BIT(SITE_FAMILY_TEXT) | BIT(SITE_FAMILY_DATE) |              \
     BIT(SITE_FAMILY_TIME) | BIT(SITE_FAMILY_DATETIME) | BIT(SITE_FAMILY_DURATION) | BIT(SITE_FAMILY_UUID) |           \
     BIT(SITE_FAMILY_INET) | BIT(SITE_FAMILY_NATIVE))
#define RANGE BIT(SITE_FAMILY_RANGE)
#define LENGTH BIT(SITE_FAMILY_LENGTH)
#define OPAQUE (BIT(SITE_FAMILY_OPAQUE) | BIT(SITE_FAMILY_DOCUMENT))
#define ARRAY BIT(SITE_FAMILY_ARRAY)
#define JSON BIT(SITE_FAMILY_JSON)
#define BYTES BIT(SITE_FAMILY_BYTES)

/* Where `UPPER(col::text) = UPPER(v)` and `col::text ~ v` mean something: elsewhere the oracle answers 500. */
#define AS_TEXT (BIT(SITE_FAMILY_TEXT) | BIT(SITE_FAMILY_INET) | BIT(SITE_FAMILY_NATIVE) | OPAQUE | RANGE)

typedef struct operator_row_t {
    const char *word;
    site_operator_t operator;
    site_arity_t arity;
    unsigned families;    /* that know the word */
    unsigned unsupported; /* families that know it, but cannot answer */
} operator_row_t;

/* The order is that of django-filter's parameters, and so of the errors in a body. */
static const operator_row_t operators[] = {
    {"", SITE_OP_EXACT, SITE_ARITY_ONE, PLAIN | LENGTH | JSON | RANGE, 0},
    {"", SITE_OP_EXACT, SITE_ARITY_LIST, ARRAY, 0},
    {"iexact", SITE_OP_IEXACT, SITE_ARITY_ONE, PLAIN | OPAQUE | RANGE, ~AS_TEXT},
    {"gt", SITE_OP_GT, SITE_ARITY_ONE, PLAIN | LENGTH | RANGE, 0},
    {"gte", SITE_OP_GTE, SITE_ARITY_ONE, PLAIN | LENGTH | RANGE, 0},
    {"lt", SITE_OP_LT, SITE_ARITY_ONE, PLAIN | LENGTH | RANGE, 0},
    {"lte", SITE_OP_LTE, SITE_ARITY_ONE, PLAIN | LENGTH | RANGE, 0},
    {"in", SITE_OP_IN, SITE_ARITY_LIST, PLAIN | RANGE, BIT(SITE_FAMILY_BOOLEAN)},
    {"contains", SITE_OP_CONTAINS, SITE_ARITY_ONE, PLAIN | OPAQUE, 0},
    {"contains", SITE_OP_HOLDS, SITE_ARITY_LIST, ARRAY, 0},
    {"contains", SITE_OP_HOLDS, SITE_ARITY_ONE, JSON | RANGE, 0},
    {"contained_by", SITE_OP_CONTAINED_BY, SITE_ARITY_LIST, ARRAY, 0},
    {"contained_by", SITE_OP_CONTAINED_BY, SITE_ARITY_ONE, JSON | RANGE, 0},
    {"overlap", SITE_OP_OVERLAP, SITE_ARITY_LIST, ARRAY, 0},
    {"overlap", SITE_OP_OVERLAP, SITE_ARITY_ONE, RANGE, 0},
    {"fully_lt", SITE_OP_FULLY_LT, SITE_ARITY_ONE, RANGE, 0},
    {"fully_gt", SITE_OP_FULLY_GT, SITE_ARITY_ONE, RANGE, 0},
    {"not_lt", SITE_OP_NOT_LT, SITE_ARITY_ONE, RANGE, 0},
    {"not_gt", SITE_OP_NOT_GT, SITE_ARITY_ONE, RANGE, 0},
    {"adjacent_to", SITE_OP_ADJACENT_TO, SITE_ARITY_ONE, RANGE, 0},
    {"has_key", SITE_OP_HAS_KEY, SITE_ARITY_ONE, JSON, 0},
    {"has_keys", SITE_OP_HAS_KEYS, SITE_ARITY_LIST, JSON, 0},
    {"has_any_keys", SITE_OP_HAS_ANY_KEYS, SITE_ARITY_LIST, JSON, 0},
    {"icontains", SITE_OP_ICONTAINS, SITE_ARITY_ONE, PLAIN | OPAQUE | RANGE, 0},
    {"startswith", SITE_OP_STARTSWITH, SITE_ARITY_ONE, PLAIN | OPAQUE, 0},
    {"istartswith", SITE_OP_ISTARTSWITH, SITE_ARITY_ONE, PLAIN | OPAQUE | RANGE, 0},
    {"endswith", SITE_OP_ENDSWITH, SITE_ARITY_ONE, PLAIN | OPAQUE, 0},
    {"iendswith", SITE_OP_IENDSWITH, SITE_ARITY_ONE, PLAIN | OPAQUE | RANGE, 0},
    {"range", SITE_OP_RANGE, SITE_ARITY_PAIR, PLAIN | RANGE, BIT(SITE_FAMILY_BOOLEAN)},
    {"isnull", SITE_OP_ISNULL, SITE_ARITY_ONE, PLAIN | OPAQUE | ARRAY | JSON | BYTES | RANGE, 0},
    {"regex", SITE_OP_REGEX, SITE_ARITY_ONE, PLAIN | OPAQUE | RANGE, ~AS_TEXT},
    {"iregex", SITE_OP_IREGEX, SITE_ARITY_ONE, PLAIN | OPAQUE | RANGE, ~AS_TEXT},
    {"search", SITE_OP_SEARCH, SITE_ARITY_ONE, BIT(SITE_FAMILY_TEXT) | BIT(SITE_FAMILY_DOCUMENT), 0},
};

typedef struct transform_row_t {
    const char *word;
    site_transform_t transform;
    unsigned families; /* that have it */
    site_family_t result;
} transform_row_t;

/* The result of a transform that gives a bound: the family of the bound's type. */
#define OF_BOUND SITE_FAMILY_RANGE

#define DAYS (BIT(SITE_FAMILY_DATE) | BIT(SITE_FAMILY_DATETIME))
#define CLOCK (BIT(SITE_FAMILY_TIME) | BIT(SITE_FAMILY_DATETIME))

static const transform_row_t transforms[] = {
    {"year", SITE_AS_YEAR, DAYS, SITE_FAMILY_NUMBER},
    {"month", SITE_AS_MONTH, DAYS, SITE_FAMILY_NUMBER},
    {"day", SITE_AS_DAY, DAYS, SITE_FAMILY_NUMBER},
    {"week_day", SITE_AS_WEEK_DAY, DAYS, SITE_FAMILY_NUMBER},
    {"iso_week_day", SITE_AS_ISO_WEEK_DAY, DAYS, SITE_FAMILY_NUMBER},
    {"week", SITE_AS_WEEK, DAYS, SITE_FAMILY_NUMBER},
    {"iso_year", SITE_AS_ISO_YEAR, DAYS, SITE_FAMILY_NUMBER},
    {"quarter", SITE_AS_QUARTER, DAYS, SITE_FAMILY_NUMBER},
    {"hour", SITE_AS_HOUR, CLOCK, SITE_FAMILY_NUMBER},
    {"minute", SITE_AS_MINUTE, CLOCK, SITE_FAMILY_NUMBER},
    {"second", SITE_AS_SECOND, CLOCK, SITE_FAMILY_NUMBER},
    {"date", SITE_AS_DATE, BIT(SITE_FAMILY_DATETIME), SITE_FAMILY_DATE},
    {"time", SITE_AS_TIME, BIT(SITE_FAMILY_DATETIME), SITE_FAMILY_TIME},
    {"len", SITE_AS_LENGTH, ARRAY, SITE_FAMILY_LENGTH},
    {"startswith", SITE_AS_LOWER, RANGE, OF_BOUND},
    {"endswith", SITE_AS_UPPER, RANGE, OF_BOUND},
    {"isempty", SITE_AS_EMPTY, RANGE, SITE_FAMILY_BOOLEAN},
};

site_family_t site_lookup_family(const site_type_t *type) {
    static const site_family_t families[SITE_KIND_COUNT] = {
        [SITE_KIND_BOOLEAN] = SITE_FAMILY_BOOLEAN,    [SITE_KIND_INT2] = SITE_FAMILY_NUMBER,
        [SITE_KIND_INT4] = SITE_FAMILY_NUMBER,        [SITE_KIND_INT8] = SITE_FAMILY_NUMBER,
        [SITE_KIND_FLOAT4] = SITE_FAMILY_NUMBER,      [SITE_KIND_FLOAT8] = SITE_FAMILY_NUMBER,
        [SITE_KIND_NUMERIC] = SITE_FAMILY_NUMBER,     [SITE_KIND_MONEY] = SITE_FAMILY_NATIVE,
        [SITE_KIND_TEXT] = SITE_FAMILY_TEXT,          [SITE_KIND_CHAR] = SITE_FAMILY_TEXT,
        [SITE_KIND_ENUM] = SITE_FAMILY_TEXT,          [SITE_KIND_DATE] = SITE_FAMILY_DATE,
        [SITE_KIND_TIME] = SITE_FAMILY_TIME,          [SITE_KIND_TIMETZ] = SITE_FAMILY_NATIVE,
        [SITE_KIND_TIMESTAMP] = SITE_FAMILY_DATETIME, [SITE_KIND_TIMESTAMPTZ] = SITE_FAMILY_DATETIME,
        [SITE_KIND_INTERVAL] = SITE_FAMILY_DURATION,  [SITE_KIND_UUID] = SITE_FAMILY_UUID,
        [SITE_KIND_JSON] = SITE_FAMILY_JSON,          [SITE_KIND_JSONB] = SITE_FAMILY_JSON,
        [SITE_KIND_BYTEA] = SITE_FAMILY_BYTES,        [SITE_KIND_INET] = SITE_FAMILY_INET,
        [SITE_KIND_CIDR] = SITE_FAMILY_INET,          [SITE_KIND_MACADDR] = SITE_FAMILY_NATIVE,
        [SITE_KIND_BIT] = SITE_FAMILY_NATIVE,         [SITE_KIND_OID] = SITE_FAMILY_NUMBER,
        [SITE_KIND_RANGE] = SITE_FAMILY_RANGE,        [SITE_KIND_ARRAY] = SITE_FAMILY_ARRAY,
        [SITE_KIND_TSVECTOR] = SITE_FAMILY_DOCUMENT,  [SITE_KIND_OTHER] = SITE_FAMILY_OPAQUE,
    };

    return families[type->kind];
}

const site_type_t *site_lookup_type(const site_type_t *type, const site_lookup_t *lookup) {
    int of_bound = lookup->transforms[0] == SITE_AS_LOWER || lookup->transforms[0] == SITE_AS_UPPER;

    return of_bound && type->bound ? type->bound : type;
}

/* What the transform makes of a value of `type`. */
static site_family_t result_of(const transform_row_t *row, const site_type_t *type) {
    if (row->result != OF_BOUND)
        return row->result;
    return type->bound ? site_lookup_family(type->bound) : SITE_FAMILY_OPAQUE;
}

static site_reader_t reader_of(site_family_t family) {
    switch (family) {
    case SITE_FAMILY_NUMBER:
    case SITE_FAMILY_LENGTH:
        return SITE_READ_NUMBER;
    case SITE_FAMILY_BOOLEAN:
        return SITE_READ_BOOLEAN;
    case SITE_FAMILY_DATE:
        return SITE_READ_DATE;
    case SITE_FAMILY_TIME:
        return SITE_READ_TIME;
    case SITE_FAMILY_DATETIME:
        return SITE_READ_DATETIME;
    case SITE_FAMILY_DURATION:
        return SITE_READ_DURATION;
    case SITE_FAMILY_UUID:
        return SITE_READ_UUID;
    case SITE_FAMILY_JSON:
        return SITE_READ_JSON;
    case SITE_FAMILY_RANGE:
        return SITE_READ_RANGE;
    case SITE_FAMILY_NATIVE:
        return SITE_READ_NATIVE;
    default:
        return SITE_READ_TEXT;
    }
}

int site_lookup_compares(site_operator_t operator) {
    return operator== SITE_OP_EXACT || operator== SITE_OP_IN || operator==
        SITE_OP_RANGE ||(operator>= SITE_OP_GT && operator<= SITE_OP_LTE);
}

int site_lookup_matches_text(site_operator_t operator) {
    return operator>= SITE_OP_CONTAINS && operator<= SITE_OP_IENDSWITH;
}

/* Of one element of an array. What only PostgreSQL can judge is left to it. */
static site_reader_t element_reader(const site_type_t *element) {
    site_family_t family = site_lookup_family(element);

    if (family == SITE_FAMILY_INET)
        return SITE_READ_INET;
    return element->kind == SITE_KIND_ENUM || family == SITE_FAMILY_BYTES || family == SITE_FAMILY_OPAQUE
               ? SITE_READ_NATIVE
               : reader_of(family);
}

/* Whether it looks at the text of a value, and is given text. */
static int is_of_text(site_operator_t operator) {
    return site_lookup_matches_text(operator) || operator== SITE_OP_IEXACT || operator== SITE_OP_REGEX || operator==
           SITE_OP_IREGEX;
}

/* An operator on a family that no transform changes any more. */
static void fill(site_lookup_t *lookup, const operator_row_t *row, const site_type_t *type, int place) {
    site_operator_t operator= row->operator;

    lookup->operator= operator;
    lookup->arity = row->arity;
    lookup->unsupported = (row->unsupported & BIT(lookup->family)) != 0;
    /* Nor has a day of the week a text there. */
    if (site_lookup_matches_text(operator) &&
        lookup->transforms[lookup->transforms[1] != SITE_AS_IS] == SITE_AS_WEEK_DAY)
        lookup->unsupported = 1;
    lookup->rank += place;
    lookup->reader = reader_of(lookup->family);
    if (operator== SITE_OP_ISNULL)
        lookup->reader = SITE_READ_BOOLEAN;
    else if (operator== SITE_OP_HAS_KEY || operator== SITE_OP_HAS_KEYS || operator== SITE_OP_HAS_ANY_KEYS)
        lookup->reader = SITE_READ_TEXT;
    else if (lookup->family == SITE_FAMILY_INET && site_lookup_compares(operator))
        lookup->reader = SITE_READ_INET;
    else if (lookup->family == SITE_FAMILY_NATIVE && !site_lookup_compares(operator))
        lookup->reader = SITE_READ_TEXT;
    else if (lookup->family == SITE_FAMILY_RANGE && operator== SITE_OP_HOLDS)
        lookup->reader = SITE_READ_MEMBER;
    else if (lookup->family == SITE_FAMILY_RANGE && is_of_text(operator))
        lookup->reader = SITE_READ_TEXT;
    else if (lookup->family == SITE_FAMILY_ARRAY && type->element)
        lookup->reader = element_reader(type->element);
}

static const transform_row_t *find_transform(const char *expression, site_family_t family, apr_size_t *length) {
    int i;

    for (i = 0; i < COUNT(transforms); i++) {
        const transform_row_t *row = &transforms[i];

        *length = strlen(row->word);
        if ((row->families & BIT(family)) && strncmp(expression, row->word, *length) == 0 &&
            (expression[*length] == '\0' || (strncmp(expression + *length, "__", 2) == 0 && expression[*length + 2])))
            return row;
    }
    return NULL;
}

int site_lookup_find(const site_type_t *type, const char *expression, site_lookup_t *lookup) {
    int depth = 0, i;
    apr_size_t length;

    memset(lookup, 0, sizeof *lookup);
    lookup->family = site_lookup_family(type);
    for (;;) {
        const transform_row_t *transform;

        for (i = 0; i < COUNT(operators); i++) {
            if ((operators[i].families & BIT(lookup->family)) && strcmp(operators[i].word, expression) == 0) {
                fill(lookup, &operators[i], type, i);
                return 1;
            }
        }
        transform = depth < 2 ? find_transform(expression, lookup->family, &length) : NULL;
        if (!transform)
            return 0;
        lookup->transforms[depth++] = transform->transform;
        lookup->family = result_of(transform, type);
        /* Transformed lookups come after the plain ones, in the transforms' order. */
        lookup->rank += ((int)(transform - transforms) + 1) * (depth == 1 ? 10000 : 100);
        expression += length + (expression[length] ? 2 : 0);
    }
}

int site_lookup_is_word(const char *expression) {
    static const site_kind_t kinds[] = {SITE_KIND_TEXT, SITE_KIND_TIMESTAMPTZ, SITE_KIND_ARRAY, SITE_KIND_JSONB,
                                        SITE_KIND_RANGE};
    static const site_type_t moment = {.kind = SITE_KIND_TIMESTAMPTZ, .sql_name = "timestamp with time zone"};
    site_lookup_t lookup;
    site_type_t type;
    int i;

    if (strcmp(expression, "exact") == 0)
        return 1;
    if (*expression == '\0')
        return 0;
    for (i = 0; i < COUNT(kinds); i++) {
        memset(&type, 0, sizeof type);
        type.kind = kinds[i];
        type.bound = &moment;
        if (site_lookup_find(&type, expression, &lookup))
            return 1;
    }
    return 0;
}

static void each_of_family(const site_type_t *type, const char *prefix, site_family_t family, int depth,
                           site_lookup_fn each, void *baton) {
    char expression[64];
    apr_size_t used = strlen(prefix);
    site_lookup_t lookup;
    int i;

    for (i = 0; i < COUNT(operators); i++) {
        const char *word = operators[i].word;

        if (!(operators[i].families & BIT(family)) || used + strlen(word) + 3 > sizeof expression)
            continue;
        memcpy(expression, prefix, used);
        memcpy(expression + used, used && *word ? "__" : "", used && *word ? 2 : 0);
        memcpy(expression + used + (used && *word ? 2 : 0), word, strlen(word) + 1);
        if (site_lookup_find(type, expression, &lookup))
            each(baton, expression, &lookup);
    }
    for (i = 0; i < COUNT(transforms) && depth < 2; i++) {
        const char *word = transforms[i].word;

        if (!(transforms[i].families & BIT(family)) || used + strlen(word) + 3 > sizeof expression)
            continue;
        memcpy(expression, prefix, used);
        memcpy(expression + used, used ? "__" : "", used ? 2 : 0);
        memcpy(expression + used + (used ? 2 : 0), word, strlen(word) + 1);
        each_of_family(type, expression, result_of(&transforms[i], type), depth + 1, each, baton);
    }
}

void site_lookup_each(const site_type_t *type, site_lookup_fn each, void *baton) {
    each_of_family(type, "", site_lookup_family(type), 0, each, baton);
}
