#include "core/filter.h"
#include "core/complex.h"

#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

/* What a key turned out to be (contract 5.4). */
typedef enum target_kind_t {
    TARGET_NONE,
    TARGET_ATTRIBUTE, /* a lookup on a column of this resource */
    TARGET_RELATION,  /* the related key itself, or `in` or `isnull` of it */
    TARGET_PARAMETER, /* a SiteParameter: another path */
    TARGET_TRAVERSAL  /* goes on in the related resource */
} target_kind_t;

typedef struct target_t {
    target_kind_t kind;
    const site_attribute_t *attribute;
    const site_relation_t *relation;
    const char *path; /* of a SiteParameter */
    site_lookup_t lookup;
    int negated;
    int rank;
} target_t;

/* One key of this level, resolved. */
typedef struct entry_t {
    target_t target;
    const char *key;   /* without the path in front */
    const char *field; /* as errors name it */
    const site_param_t *param;
    int position;
} entry_t;

typedef struct reader_t {
    apr_pool_t *pool;
    const site_settings_t *settings;
    site_filter_t *filter;
    int conditions; /* made so far, of all groups */
    int too_many;
} reader_t;

typedef struct level_t {
    const site_resource_t *resource;
    const site_params_t *params;
    const char *prefix; /* "constellation__stars__", "" at the top */
    int depth;
} level_t;

static site_condition_t *read_level(reader_t *reader, const level_t *level, site_error_t **errors);

site_condition_t *site_condition_make(apr_pool_t *pool, site_condition_kind_t kind) {
    site_condition_t *condition = apr_pcalloc(pool, sizeof *condition);

    condition->kind = kind;
    if (kind != SITE_CONDITION_TEST && kind != SITE_CONDITION_NEVER)
        condition->parts = apr_array_make(pool, 2, sizeof(site_condition_t *));
    return condition;
}

void site_condition_add(site_condition_t *condition, site_condition_t *part) {
    if (part)
        APR_ARRAY_PUSH(condition->parts, site_condition_t *) = part;
}

static site_condition_t *negate(apr_pool_t *pool, site_condition_t *condition) {
    site_condition_t *outer = site_condition_make(pool, SITE_CONDITION_NOT);

    site_condition_add(outer, condition);
    return outer;
}

int site_filter_is_control(const site_settings_t *settings, const char *name) {
    const char *names[] = {settings->page_parameter,      settings->page_size_parameter, settings->limit_parameter,
                           settings->offset_parameter,    settings->cursor_parameter,    settings->ordering_parameter,
                           settings->search_parameter,    settings->complex_parameter,   settings->format_parameter};
    size_t i;

    for (i = 0; i < sizeof names / sizeof *names; i++) {
        if (*names[i] && strcmp(names[i], name) == 0)
            return 1;
    }
    return 0;
}

/* --- resolving a key --- */

static int is_allowed(const site_attribute_t *attribute, const char *expression) {
    int i;

    if (!attribute->lookups)
        return 1;
    for (i = 0; i < attribute->lookups->nelts; i++) {
        const char *lookup = APR_ARRAY_IDX(attribute->lookups, i, const char *);

        if (strcmp(lookup, *expression ? expression : "exact") == 0)
            return 1;
    }
    return 0;
}

/* "name__lookup" on a column of the resource. A name may itself hold "__", so that every split is tried, the longest name first. */
static int find_attribute(const site_resource_t *resource, apr_pool_t *pool, const char *key, target_t *target) {
    const char *split = key + strlen(key);

    while (split > key) {
        const char *name = apr_pstrmemdup(pool, key, (apr_size_t)(split - key));
        const char *expression = *split ? split + 2 : "";
        const site_attribute_t *attribute = site_resource_attribute(resource, name);

        /* `name__` is not `name`. */
        if (attribute && attribute->column && !attribute->relation && (!*split || *expression) &&
            is_allowed(attribute, expression) &&
            site_lookup_find(&attribute->column->type, expression, &target->lookup)) {
            target->kind = TARGET_ATTRIBUTE;
            target->attribute = attribute;
            target->rank = 1000000 + attribute->rank * 1000000 + target->lookup.rank;
            return 1;
        }
        for (split--; split > key && strncmp(split, "__", 2) != 0; split--)
            ;
    }
    return 0;
}

static int find_relation(const site_resource_t *resource, const char *key, target_t *target) {
    int i;

    for (i = 0; i < resource->relations->nelts; i++) {
        const site_relation_t *relation = APR_ARRAY_IDX(resource->relations, i, const site_relation_t *);
        apr_size_t length = strlen(relation->name);
        const char *rest = key + length;

        if (strncmp(key, relation->name, length) != 0 || !relation->key)
            continue;
        memset(&target->lookup, 0, sizeof target->lookup);
        if (*rest == '\0')
            target->lookup.operator = SITE_OP_EXACT;
        else if (strcmp(rest, "__in") == 0 && relation->lookup_in)
            target->lookup.operator = SITE_OP_IN;
        else if (strcmp(rest, "__isnull") == 0 && relation->lookup_isnull)
            target->lookup.operator = SITE_OP_ISNULL;
        else
            continue;
        target->kind = TARGET_RELATION;
        target->relation = relation;
        target->lookup.family = site_lookup_family(&relation->key->type);
        target->lookup.arity = target->lookup.operator == SITE_OP_IN ? SITE_ARITY_LIST : SITE_ARITY_ONE;
        target->lookup.reader = target->lookup.operator == SITE_OP_ISNULL ? SITE_READ_BOOLEAN : SITE_READ_TEXT;
        /* Related filters are declared before the columns' lookups are expanded, their own lookups after. */
        target->rank = *rest == '\0' ? relation->rank * 2 : 1900000000 + relation->rank * 4 + (int)target->lookup.operator % 4;
        return 1;
    }
    return 0;
}

static int find_base(reader_t *reader, const site_resource_t *resource, const char *key, target_t *target) {
    const site_parameter_t *parameter = apr_hash_get(resource->parameter_by_name, key, APR_HASH_KEY_STRING);

    if (parameter) {
        target->kind = TARGET_PARAMETER;
        target->path = parameter->path;
        target->rank = 999999;
        return 1;
    }
    return find_relation(resource, key, target) || find_attribute(resource, reader->pool, key, target);
}

static void resolve(reader_t *reader, const level_t *level, const char *key, target_t *target) {
    apr_size_t length = strlen(key);
    int i;

    memset(target, 0, sizeof *target);
    if (!length || (level->depth == 0 && site_filter_is_control(reader->settings, key)))
        return;
    if (find_base(reader, level->resource, key, target))
        return;
    if (key[length - 1] == '!' &&
        find_base(reader, level->resource, apr_pstrmemdup(reader->pool, key, length - 1), target)) {
        target->negated = 1;
        return;
    }
    for (i = 0; i < level->resource->relations_down->nelts; i++) {
        const site_relation_t *relation = APR_ARRAY_IDX(level->resource->relations_down, i, const site_relation_t *);
        apr_size_t name_length = strlen(relation->name);

        if (strncmp(key, relation->name, name_length) == 0 && strncmp(key + name_length, "__", 2) == 0) {
            target->kind = TARGET_TRAVERSAL;
            target->relation = relation;
            return;
        }
    }
}

/* --- reading values --- */

static site_condition_t *never(reader_t *reader) { return site_condition_make(reader->pool, SITE_CONDITION_NEVER); }

static site_condition_t *make_test(reader_t *reader, const site_column_t *column, const entry_t *entry) {
    site_condition_t *test = site_condition_make(reader->pool, SITE_CONDITION_TEST);

    test->column = column;
    test->lookup = entry->target.lookup;
    test->values = apr_array_make(reader->pool, 2, sizeof(const char *));
    test->exclude = entry->target.negated;
    test->field = entry->field;
    if (test->lookup.reader == SITE_READ_NATIVE || test->lookup.operator == SITE_OP_REGEX ||
        test->lookup.operator == SITE_OP_IREGEX)
        reader->filter->has_native = 1;
    return test;
}

static int count_parts(const char *text, apr_size_t length) {
    int parts = 1;
    const char *end = text + length;

    while (text < end && (text = memchr(text, ',', (size_t)(end - text)))) {
        parts++;
        text++;
    }
    return parts;
}

/* Calls for one value; NULL into the list for an empty one. */
static site_error_t *read_one(reader_t *reader, const site_value_rules_t *rules, const site_lookup_t *lookup,
                              const char *field, const char *text, apr_size_t length, apr_array_header_t *values) {
    const char *value;
    site_error_t *error =
        site_value_read(reader->pool, lookup->reader, rules, field, text, length, &value);

    if (!error)
        APR_ARRAY_PUSH(values, const char *) = value;
    return error;
}

static site_error_t *read_list(reader_t *reader, const site_value_rules_t *rules, const entry_t *entry,
                               apr_array_header_t *values) {
    const char *at = entry->param->value, *end = at + entry->param->value_length;
    int parts = count_parts(at, entry->param->value_length);

    if (entry->target.lookup.arity == SITE_ARITY_PAIR && parts != 2)
        return site_error_make(reader->pool, 400, "invalid_range", entry->field, "Range query expects two values.");
    if (parts > reader->settings->max_values)
        return site_error_make(reader->pool, 400, "too_many_values", entry->field,
                               "Ensure this list has at most %d values.", reader->settings->max_values);
    for (;;) {
        const char *comma = memchr(at, ',', (size_t)(end - at));
        const char *stop = comma ? comma : end;
        site_error_t *error = read_one(reader, rules, &entry->target.lookup, entry->field,
                                       apr_pstrmemdup(reader->pool, at, (apr_size_t)(stop - at)),
                                       (apr_size_t)(stop - at), values);

        if (error || !comma)
            return error;
        at = comma + 1;
    }
}

/* An enum knows its labels: anything else could only fail in PostgreSQL. */
static const apr_array_header_t *choices_of(reader_t *reader, const site_attribute_t *attribute,
                                            const site_lookup_t *lookup) {
    const site_type_t *type = &attribute->column->type;
    apr_array_header_t *values;
    int i;

    if (lookup->transforms[0] != SITE_AS_IS)
        return NULL;
    if (type->kind == SITE_KIND_ENUM && (lookup->operator == SITE_OP_EXACT || lookup->operator == SITE_OP_IN ||
                                         lookup->operator == SITE_OP_RANGE ||
                                         (lookup->operator >= SITE_OP_GT && lookup->operator <= SITE_OP_LTE)))
        return type->labels;
    if (lookup->operator != SITE_OP_EXACT || !attribute->choices)
        return NULL;
    values = apr_array_make(reader->pool, attribute->choices->nelts, sizeof(const char *));
    for (i = 0; i < attribute->choices->nelts; i++)
        APR_ARRAY_PUSH(values, const char *) = APR_ARRAY_IDX(attribute->choices, i, const site_choice_t *)->value;
    return values;
}

static int drops_nulls(site_operator_t operator) { return operator == SITE_OP_IN; }

static int all_null(const apr_array_header_t *values) {
    int i;

    for (i = 0; i < values->nelts; i++) {
        if (APR_ARRAY_IDX(values, i, const char *))
            return 0;
    }
    return 1;
}

static apr_array_header_t *without_nulls(apr_pool_t *pool, const apr_array_header_t *values) {
    apr_array_header_t *kept = apr_array_make(pool, values->nelts, sizeof(const char *));
    int i;

    for (i = 0; i < values->nelts; i++) {
        const char *value = APR_ARRAY_IDX(values, i, const char *);

        if (value)
            APR_ARRAY_PUSH(kept, const char *) = value;
    }
    return kept;
}

/* Years are turned into dates, and there are dates for these only. */
static site_error_t *check_year(reader_t *reader, const entry_t *entry, const apr_array_header_t *values) {
    const site_lookup_t *lookup = &entry->target.lookup;
    site_transform_t last = lookup->transforms[lookup->transforms[1] != SITE_AS_IS];
    int i;

    if ((last != SITE_AS_YEAR && last != SITE_AS_ISO_YEAR) || lookup->operator == SITE_OP_IN ||
        !(lookup->operator == SITE_OP_EXACT || lookup->operator == SITE_OP_RANGE ||
          (lookup->operator >= SITE_OP_GT && lookup->operator <= SITE_OP_LTE)) ||
        (lookup->operator == SITE_OP_RANGE && last == SITE_AS_ISO_YEAR))
        return NULL;
    for (i = 0; i < values->nelts; i++) {
        const char *year = APR_ARRAY_IDX(values, i, const char *), *whole;

        if (!year)
            continue;
        site_value_whole(reader->pool, year, &whole);
        if (strlen(whole) > 4 || atoi(whole) < 1)
            return site_error_make(reader->pool, 400, "invalid_year", entry->field,
                                   "Ensure this year is between 1 and 9999.");
    }
    return NULL;
}

static site_error_t *unsupported(reader_t *reader, const entry_t *entry) {
    return site_error_make(reader->pool, 400, "unsupported_lookup", entry->field,
                           "This lookup is not supported for this field.");
}

/* A lookup on an own column. *condition stays NULL where the value counts as empty: no filter. */
static site_error_t *read_attribute(reader_t *reader, const entry_t *entry, site_condition_t **condition) {
    const site_attribute_t *attribute = entry->target.attribute;
    const site_lookup_t *lookup = &entry->target.lookup;
    site_condition_t *test = make_test(reader, attribute->column, entry);
    site_value_rules_t rules;
    site_error_t *error;

    memset(&rules, 0, sizeof rules);
    rules.type = lookup->family == SITE_FAMILY_ARRAY ? attribute->column->type.element : &attribute->column->type;
    rules.choices = choices_of(reader, attribute, lookup);
    rules.zoned = attribute->column->type.kind == SITE_KIND_TIMESTAMPTZ;
    if (rules.choices)
        test->lookup.reader = SITE_READ_CHOICE;
    if (entry->param->value_length == 0)
        return NULL;
    if (lookup->arity == SITE_ARITY_ONE) {
        error = read_one(reader, &rules, &test->lookup, entry->field, entry->param->value, entry->param->value_length,
                         test->values);
    }
    else if (lookup->family == SITE_FAMILY_BOOLEAN) {
        /* The boolean widget never understands a list: the oracle ignores a range, and fails at `in`. */
        return lookup->unsupported ? unsupported(reader, entry) : NULL;
    }
    else {
        entry_t with_reader = *entry;

        with_reader.target.lookup = test->lookup;
        error = read_list(reader, &rules, &with_reader, test->values);
    }
    if (error || (lookup->arity == SITE_ARITY_ONE && !APR_ARRAY_IDX(test->values, 0, const char *)))
        return error;
    if (lookup->unsupported)
        return unsupported(reader, entry);
    error = check_year(reader, entry, test->values);
    if (error)
        return error;
    if (drops_nulls(lookup->operator)) {
        test->values = without_nulls(reader->pool, test->values);
        if (!test->values->nelts) {
            *condition = entry->target.negated ? site_condition_make(reader->pool, SITE_CONDITION_ALL) : never(reader);
            return NULL;
        }
    }
    *condition = test;
    return NULL;
}

/* --- related keys --- */

/* int(text) as Python reads it, for a key column: sign, digits, single underscores between them. */
static int reads_as_integer(apr_pool_t *pool, const char *text, apr_size_t length, const char **number) {
    apr_size_t stripped, i, used = 0;
    const char *at = site_value_strip(pool, text, length, &stripped);
    char *digits = apr_palloc(pool, stripped + 2);

    i = stripped && (*at == '-' || *at == '+');
    if (i && *at == '-')
        digits[used++] = '-';
    if (i == stripped)
        return 0;
    for (; i < stripped; i++) {
        if (at[i] >= '0' && at[i] <= '9')
            digits[used++] = at[i];
        else if (at[i] != '_' || i == 0 || i + 1 == stripped || at[i - 1] == '_' || at[i - 1] == '-' || at[i - 1] == '+')
            return 0;
    }
    digits[used] = '\0';
    *number = digits;
    return 1;
}

/* Reads a related key. Returns 0 when no row can have it. *error: where Django's field complains in words of its own. */
static int read_key(reader_t *reader, const site_column_t *key, const char *field, const char *text, apr_size_t length,
                    const char **value, site_error_t **error) {
    site_value_rules_t rules;
    site_reader_t kind = SITE_READ_NATIVE;

    *error = NULL;
    memset(&rules, 0, sizeof rules);
    rules.type = &key->type;
    rules.zoned = key->type.kind == SITE_KIND_TIMESTAMPTZ;
    switch (key->type.kind) {
    case SITE_KIND_INT2:
    case SITE_KIND_INT4:
    case SITE_KIND_INT8:
        return reads_as_integer(reader->pool, text, length, value) &&
               site_value_fits(*value, key->type.kind == SITE_KIND_INT2 ? 2 : key->type.kind == SITE_KIND_INT4 ? 4 : 8);
    case SITE_KIND_TEXT:
    case SITE_KIND_CHAR:
        *value = text;
        return memchr(text, '\0', length) == NULL;
    case SITE_KIND_UUID:
        kind = SITE_READ_UUID;
        break;
    case SITE_KIND_DATE:
        kind = SITE_READ_DATE;
        break;
    case SITE_KIND_TIME:
        kind = SITE_READ_TIME;
        break;
    case SITE_KIND_TIMESTAMP:
    case SITE_KIND_TIMESTAMPTZ:
        kind = SITE_READ_DATETIME;
        break;
    case SITE_KIND_NUMERIC:
    case SITE_KIND_FLOAT4:
    case SITE_KIND_FLOAT8:
    case SITE_KIND_OID:
        kind = SITE_READ_NUMBER;
        break;
    case SITE_KIND_INET:
    case SITE_KIND_CIDR:
        kind = SITE_READ_INET;
        break;
    case SITE_KIND_ENUM:
        kind = SITE_READ_CHOICE;
        rules.choices = key->type.labels;
        break;
    default:
        reader->filter->has_native = 1;
        break;
    }
    if (site_value_read(reader->pool, kind, &rules, field, text, length, value) || !*value) {
        if (kind == SITE_READ_UUID)
            *error = site_error_make(reader->pool, 400, "invalid", field, "\u201c%s\u201d is not a valid UUID.", text);
        return 0;
    }
    return 1;
}

static site_error_t *no_such_key(reader_t *reader, const char *field) {
    return site_error_make(reader->pool, 400, "invalid_choice", field,
                           "Select a valid choice. That choice is not one of the available choices.");
}

/* The keys exist, or the pending error is told. */
static site_error_t *expect_keys(reader_t *reader, const site_relation_t *relation, const char *field,
                                 apr_array_header_t *values, int names_value) {
    site_check_t *check = apr_pcalloc(reader->pool, sizeof *check);

    check->target = relation->target;
    check->key = relation->key;
    check->values = values;
    check->names_value = names_value;
    check->error = no_such_key(reader, field);
    check->error->pending = 1;
    APR_ARRAY_PUSH(reader->filter->checks, site_check_t *) = check;
    return check->error;
}

/* A test of the related key: on the column itself where this table holds it. */
static site_condition_t *key_condition(reader_t *reader, const entry_t *entry, apr_array_header_t *values) {
    const site_relation_t *relation = entry->target.relation;
    entry_t inner = *entry;
    site_condition_t *test, *related;

    inner.target.negated = relation->kind == SITE_RELATION_FORWARD && entry->target.negated;
    test = make_test(reader,
                     relation->kind == SITE_RELATION_FORWARD ? APR_ARRAY_IDX(relation->columns, 0, site_column_t *)
                                                             : relation->key,
                     &inner);
    test->values = values;
    if (values->nelts > 1 && test->lookup.operator == SITE_OP_EXACT)
        test->lookup.operator = SITE_OP_IN;
    if (relation->kind == SITE_RELATION_FORWARD)
        return test;
    related = site_condition_make(reader->pool, SITE_CONDITION_RELATED);
    related->relation = relation;
    site_condition_add(related, test);
    return entry->target.negated ? negate(reader->pool, related) : related;
}

static site_error_t *read_isnull(reader_t *reader, const entry_t *entry, site_condition_t **condition) {
    const site_relation_t *relation = entry->target.relation;
    site_condition_t *test, *related;
    site_value_rules_t rules;
    site_error_t *error;

    memset(&rules, 0, sizeof rules);
    if (relation->kind == SITE_RELATION_FORWARD) {
        test = make_test(reader, APR_ARRAY_IDX(relation->columns, 0, site_column_t *), entry);
        error = read_one(reader, &rules, &test->lookup, entry->field, entry->param->value, entry->param->value_length,
                         test->values);
        if (!error && APR_ARRAY_IDX(test->values, 0, const char *))
            *condition = test;
        return error;
    }
    test = make_test(reader, relation->key, entry);
    error = read_one(reader, &rules, &test->lookup, entry->field, entry->param->value, entry->param->value_length,
                     test->values);
    if (error || !APR_ARRAY_IDX(test->values, 0, const char *))
        return error;
    related = site_condition_make(reader->pool, SITE_CONDITION_RELATED);
    related->relation = relation;
    *condition = (strcmp(APR_ARRAY_IDX(test->values, 0, const char *), "true") == 0) != entry->target.negated
                     ? negate(reader->pool, related)
                     : related;
    return NULL;
}

/* `tags=1&tags=2` where the relation takes several: alternatives. */
static site_error_t *read_multiple(reader_t *reader, const level_t *level, const entry_t *entry,
                                   site_condition_t **condition) {
    const site_relation_t *relation = entry->target.relation;
    apr_array_header_t *values = apr_array_make(reader->pool, 4, sizeof(const char *));
    int i;

    for (i = 0; i < level->params->list->nelts; i++) {
        const site_param_t *param = &APR_ARRAY_IDX(level->params->list, i, site_param_t);
        const char *value;
        site_error_t *error;

        if (strcmp(param->name, entry->param->name) != 0 || !param->value_length)
            continue;
        if (!read_key(reader, relation->key, entry->field, param->value, param->value_length, &value, &error))
            return error ? error
                         : site_error_make(reader->pool, 400, "invalid_pk_value", entry->field,
                                           "\u201c%s\u201d is not a valid value.", param->value);
        APR_ARRAY_PUSH(values, const char *) = value;
    }
    if (!values->nelts)
        return NULL;
    if (values->nelts > reader->settings->max_values)
        return site_error_make(reader->pool, 400, "too_many_values", entry->field,
                               "Ensure this list has at most %d values.", reader->settings->max_values);
    *condition = key_condition(reader, entry, values);
    return expect_keys(reader, relation, entry->field, values, 1);
}

static site_error_t *read_key_list(reader_t *reader, const entry_t *entry, apr_array_header_t *values) {
    const char *at = entry->param->value, *end = at + entry->param->value_length;

    if (count_parts(at, entry->param->value_length) > reader->settings->max_values)
        return site_error_make(reader->pool, 400, "too_many_values", entry->field,
                               "Ensure this list has at most %d values.", reader->settings->max_values);
    for (;;) {
        const char *comma = memchr(at, ',', (size_t)(end - at)), *stop = comma ? comma : end, *value = NULL;
        site_error_t *error = NULL;

        if (stop > at && !read_key(reader, entry->target.relation->key, entry->field,
                                   apr_pstrmemdup(reader->pool, at, (apr_size_t)(stop - at)), (apr_size_t)(stop - at),
                                   &value, &error))
            return error ? error : no_such_key(reader, entry->field);
        APR_ARRAY_PUSH(values, const char *) = value;
        if (!comma)
            return NULL;
        at = comma + 1;
    }
}

static site_error_t *read_relation(reader_t *reader, const level_t *level, const entry_t *entry,
                                   site_condition_t **condition) {
    const site_relation_t *relation = entry->target.relation;
    apr_array_header_t *values = apr_array_make(reader->pool, 2, sizeof(const char *));
    site_error_t *error = NULL;
    const char *value;

    if (entry->target.lookup.operator == SITE_OP_ISNULL)
        return read_isnull(reader, entry, condition);
    if (entry->target.lookup.operator == SITE_OP_EXACT && relation->multiple)
        return read_multiple(reader, level, entry, condition);
    if (!entry->param->value_length)
        return NULL;
    if (entry->target.lookup.operator == SITE_OP_IN) {
        error = read_key_list(reader, entry, values);
        if (error)
            return error;
        if (all_null(values)) {
            *condition = entry->target.negated ? site_condition_make(reader->pool, SITE_CONDITION_ALL) : never(reader);
            return NULL;
        }
        values = without_nulls(reader->pool, values);
    }
    else {
        if (!read_key(reader, relation->key, entry->field, entry->param->value, entry->param->value_length, &value,
                      &error))
            return error ? error : no_such_key(reader, entry->field);
        APR_ARRAY_PUSH(values, const char *) = value;
    }
    *condition = key_condition(reader, entry, values);
    return expect_keys(reader, relation, entry->field, values, 0);
}

/* --- a SiteParameter --- */

/* The path is resolved anew, as if the client had written it; its errors carry the parameter's own name. */
static site_error_t *read_path(reader_t *reader, const level_t *level, const entry_t *entry, const char *path,
                               site_condition_t **condition) {
    level_t inner = *level;
    entry_t step = *entry;
    int negated = entry->target.negated;

    memset(&step.target, 0, sizeof step.target);
    resolve(reader, &inner, path, &step.target);
    if (step.target.kind == TARGET_TRAVERSAL) {
        const site_relation_t *relation = step.target.relation;
        site_condition_t *related = site_condition_make(reader->pool, SITE_CONDITION_RELATED), *part = NULL;
        entry_t deeper = *entry;
        site_error_t *error;

        deeper.target.negated = 0;
        inner.resource = relation->target;
        inner.depth++;
        error = read_path(reader, &inner, &deeper, path + strlen(relation->name) + 2, &part);
        if (!part)
            return error;
        related->relation = relation;
        site_condition_add(related, part);
        *condition = negated ? negate(reader->pool, related) : related;
        return error;
    }
    step.target.negated ^= negated;
    if (step.target.kind == TARGET_ATTRIBUTE)
        return read_attribute(reader, &step, condition);
    if (step.target.kind == TARGET_RELATION)
        return read_relation(reader, &inner, &step, condition);
    return NULL;
}

/* --- a level --- */

static int by_rank(const void *one, const void *other) {
    const entry_t *a = one, *b = other;

    if (a->target.rank != b->target.rank)
        return a->target.rank < b->target.rank ? -1 : 1;
    if (a->target.negated != b->target.negated)
        return a->target.negated ? 1 : -1;
    return a->position - b->position;
}

/* The keys of this level, each once, with its last value. */
static apr_array_header_t *collect(reader_t *reader, const level_t *level) {
    apr_array_header_t *entries = apr_array_make(reader->pool, 8, sizeof(entry_t));
    apr_size_t prefix_length = strlen(level->prefix);
    int i;

    for (i = 0; i < level->params->list->nelts; i++) {
        const site_param_t *param = &APR_ARRAY_IDX(level->params->list, i, site_param_t);
        entry_t *entry, *seen;
        int j;

        /* A name with a NUL inside is no name of ours. */
        if (strlen(param->name) != param->name_length || strncmp(param->name, level->prefix, prefix_length) != 0)
            continue;
        for (j = 0; j < entries->nelts; j++) {
            seen = &APR_ARRAY_IDX(entries, j, entry_t);
            if (strcmp(seen->param->name, param->name) == 0)
                break;
        }
        if (j < entries->nelts) {
            APR_ARRAY_IDX(entries, j, entry_t).param = param;
            continue;
        }
        entry = apr_array_push(entries);
        entry->param = param;
        entry->key = param->name + prefix_length;
        entry->field = entry->key;
        entry->position = i;
        resolve(reader, level, entry->key, &entry->target);
    }
    return entries;
}

/* Whether the related filterset takes part: some key names the relation or goes through it, and some key begins with its prefix. */
static int is_touched(const apr_array_header_t *entries, const site_relation_t *relation) {
    apr_size_t length = strlen(relation->name);
    int named = 0, prefixed = 0, i;

    for (i = 0; i < entries->nelts; i++) {
        const entry_t *entry = &APR_ARRAY_IDX(entries, i, entry_t);

        named |= entry->target.relation == relation &&
                 (entry->target.kind == TARGET_TRAVERSAL || entry->target.lookup.operator == SITE_OP_EXACT);
        prefixed |= strncmp(entry->key, relation->name, length) == 0 && strncmp(entry->key + length, "__", 2) == 0;
    }
    return named && prefixed;
}

/* The errors of a related filterset carry the whole path once more at every level, as the Django site shows them. */
static void adopt(reader_t *reader, const char *prefix, site_error_t *nested, site_error_t **errors) {
    site_error_t *error;

    for (error = nested; error; error = error->next)
        error->field = apr_pstrcat(reader->pool, prefix, error->field, NULL);
    site_error_append(errors, nested);
}

static site_condition_t *read_related(reader_t *reader, const level_t *level, const site_relation_t *relation,
                                      site_error_t **errors) {
    site_condition_t *related = site_condition_make(reader->pool, SITE_CONDITION_RELATED);
    site_error_t *nested = NULL;
    level_t inner;

    inner.resource = relation->target;
    inner.params = level->params;
    inner.prefix = apr_pstrcat(reader->pool, level->prefix, relation->name, "__", NULL);
    inner.depth = level->depth + 1;
    if (inner.depth > reader->settings->max_depth) {
        site_error_append(errors, site_error_make(reader->pool, 400, "too_deep", relation->name,
                                                  "A parameter may cross at most %d relations.",
                                                  reader->settings->max_depth));
        return NULL;
    }
    related->relation = relation;
    site_condition_add(related, read_level(reader, &inner, &nested));
    if (nested)
        adopt(reader, inner.prefix, nested, errors);
    return related;
}

static int within_limits(reader_t *reader, const entry_t *entry, site_error_t **errors) {
    if (++reader->conditions > reader->settings->max_conditions) {
        if (!reader->too_many)
            site_error_append(errors, site_error_make(reader->pool, 400, "too_many_conditions", entry->field,
                                                      "A request may have at most %d conditions.",
                                                      reader->settings->max_conditions));
        reader->too_many = 1;
        return 0;
    }
    if (entry->param->value_length > (apr_size_t)reader->settings->max_value_length) {
        site_error_append(errors, site_error_make(reader->pool, 400, "too_long", entry->field,
                                                  "Ensure this value has at most %d characters (it has %" APR_SIZE_T_FMT ").",
                                                  reader->settings->max_value_length, entry->param->value_length));
        return 0;
    }
    return 1;
}

static site_condition_t *read_level(reader_t *reader, const level_t *level, site_error_t **errors) {
    site_condition_t *all = site_condition_make(reader->pool, SITE_CONDITION_ALL);
    apr_array_header_t *entries = collect(reader, level);
    int i;

    qsort(entries->elts, (size_t)entries->nelts, sizeof(entry_t), by_rank);
    for (i = 0; i < entries->nelts; i++) {
        const entry_t *entry = &APR_ARRAY_IDX(entries, i, entry_t);
        site_condition_t *condition = NULL;
        site_error_t *error = NULL;

        if (entry->target.kind == TARGET_NONE || entry->target.kind == TARGET_TRAVERSAL)
            continue;
        if (!within_limits(reader, entry, errors))
            continue;
        if (entry->target.kind == TARGET_ATTRIBUTE)
            error = read_attribute(reader, entry, &condition);
        else if (entry->target.kind == TARGET_RELATION)
            error = read_relation(reader, level, entry, &condition);
        else
            error = read_path(reader, level, entry, entry->target.path, &condition);
        if (error)
            site_error_append(errors, error);
        site_condition_add(all, condition);
    }
    for (i = 0; i < level->resource->relations->nelts; i++) {
        const site_relation_t *relation = APR_ARRAY_IDX(level->resource->relations, i, const site_relation_t *);

        if (is_touched(entries, relation))
            site_condition_add(all, read_related(reader, level, relation, errors));
    }
    return all;
}

/* --- complex expressions --- */

static site_condition_t *join(apr_pool_t *pool, site_condition_t *left, char operator, site_condition_t *right) {
    site_condition_kind_t kind = operator == '&' ? SITE_CONDITION_ALL : SITE_CONDITION_ANY;
    site_condition_t *joined;

    if (left->kind == kind && left->parts->nelts) {
        site_condition_add(left, right);
        return left;
    }
    joined = site_condition_make(pool, kind);
    site_condition_add(joined, left);
    site_condition_add(joined, right);
    return joined;
}

/* An empty group holds for every row, negated or not: Django negates a WHERE that is not there. */
static site_condition_t *group_condition(reader_t *reader, const site_resource_t *resource, const site_group_t *group,
                                         site_error_t **errors) {
    level_t level;
    site_condition_t *condition;
    site_error_t *too_many;

    level.resource = resource;
    level.params = site_params_parse(reader->pool, group->query, group->query_length, &too_many);
    level.prefix = "";
    level.depth = 0;
    if (too_many) {
        too_many->field = reader->settings->complex_parameter;
        site_error_append(errors, too_many);
    }
    condition = read_level(reader, &level, errors);
    return group->negated && condition->parts->nelts ? negate(reader->pool, condition) : condition;
}

static site_condition_t *read_complex(reader_t *reader, const site_resource_t *resource, const site_param_t *param,
                                      site_error_t **errors) {
    const char *field = reader->settings->complex_parameter;
    apr_array_header_t *groups;
    site_condition_t *result = NULL;
    site_error_t *keyed = NULL, *holder;
    char joined = 0;
    int i;

    groups = site_complex_parse(reader->pool, field, param->value, param->value_length, errors);
    if (*errors)
        return site_condition_make(reader->pool, SITE_CONDITION_ALL);
    for (i = 0; i < groups->nelts; i++) {
        const site_group_t *group = &APR_ARRAY_IDX(groups, i, site_group_t);
        site_error_t *wrong = NULL;
        site_condition_t *condition = group_condition(reader, resource, group, &wrong);

        if (wrong && !site_error_find(keyed, group->query)) {
            holder = site_error_make(reader->pool, 400, "invalid_group", group->query, NULL);
            holder->nested = wrong;
            site_error_append(&keyed, holder);
        }
        result = result ? join(reader->pool, result, joined, condition) : condition;
        joined = group->joined;
    }
    if (keyed) {
        holder = site_error_make(reader->pool, 400, "invalid_groups", field, NULL);
        holder->nested = keyed;
        site_error_append(errors, holder);
    }
    return result;
}

/* Whether some error is more than pending. */
static int is_certain(const site_error_t *errors) {
    for (; errors; errors = errors->next) {
        if (errors->nested ? is_certain(errors->nested) : !errors->pending)
            return 1;
    }
    return 0;
}

site_filter_t *site_filter_read(apr_pool_t *pool, const site_resource_t *resource, const site_settings_t *settings,
                                const site_params_t *params) {
    site_filter_t *filter = apr_pcalloc(pool, sizeof *filter);
    const site_param_t *complex =
        *settings->complex_parameter ? site_params_last(params, settings->complex_parameter) : NULL;
    reader_t reader;
    level_t level;

    filter->checks = apr_array_make(pool, 2, sizeof(site_check_t *));
    memset(&reader, 0, sizeof reader);
    reader.pool = pool;
    reader.settings = settings;
    reader.filter = filter;
    if (complex) {
        filter->condition = read_complex(&reader, resource, complex, &filter->errors);
    }
    else {
        level.resource = resource;
        level.params = params;
        level.prefix = "";
        level.depth = 0;
        filter->condition = read_level(&reader, &level, &filter->errors);
    }
    filter->decided = is_certain(filter->errors);
    return filter;
}

site_condition_t *site_filter_key(apr_pool_t *pool, const site_resource_t *resource, const char *value,
                                  apr_size_t length) {
    site_filter_t scratch;
    site_condition_t *test;
    site_error_t *error;
    reader_t reader;
    const char *read;

    memset(&scratch, 0, sizeof scratch);
    memset(&reader, 0, sizeof reader);
    reader.pool = pool;
    reader.filter = &scratch;
    if (!read_key(&reader, resource->key->column, NULL, value, length, &read, &error))
        return NULL;
    test = site_condition_make(pool, SITE_CONDITION_TEST);
    test->column = resource->key->column;
    test->lookup.operator = SITE_OP_EXACT;
    test->lookup.family = site_lookup_family(&test->column->type);
    test->values = apr_array_make(pool, 1, sizeof(const char *));
    APR_ARRAY_PUSH(test->values, const char *) = read;
    return test;
}
