#include "core/filterer.h"
#include "core/integer.h"

#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

static int all_null(const apr_array_header_t *values) {
    int i;

    for (i = 0; i < values->nelts; i++) {
        if (APR_ARRAY_IDX(values, i, const char *))
            return 0;
    }
    return 1;
}

/* A float's text as PostgreSQL writes it and Django's field does not read it: 1e+100, NaN, Infinity. */
static int is_float_text(const site_column_t *key, const char *text, apr_size_t length) {
    char *end;

    if ((key->type.kind != SITE_KIND_FLOAT4 && key->type.kind != SITE_KIND_FLOAT8) || !length ||
        strspn(text, "+-.0123456789eENaIinfty") != length)
        return 0;
    strtod(text, &end);
    return *end == '\0';
}

/* Reads a related key. Returns 0 when no row can have it. *error: where Django's field complains in words of its own. */
int site_filter_read_key(site_filterer_t *reader, const site_column_t *key, const char *field, const char *text,
                         apr_size_t length, const char **value, site_error_t **error) {
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
        return (*value = site_integer_text(reader->pool, text, length)) != NULL &&
               site_value_fits(*value, key->type.kind == SITE_KIND_INT2   ? 2
                                       : key->type.kind == SITE_KIND_INT4 ? 4
                                                                          : 8);
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
        *value = text;
        if (is_float_text(key, text, length))
            return 1;
        if (kind == SITE_READ_UUID)
            *error = site_error_make(reader->pool, 400, "invalid", field, "\u201c%s\u201d is not a valid UUID.",
                                     site_value_shown(reader->pool, text, length));
        return 0;
    }
    return 1;
}

int site_filter_key_has_spellings(const site_column_t *key) {
    switch (key->type.kind) {
    case SITE_KIND_INT2:
    case SITE_KIND_INT4:
    case SITE_KIND_INT8:
    case SITE_KIND_UUID:
    case SITE_KIND_DATE:
    case SITE_KIND_TIME:
    case SITE_KIND_ENUM:
        return 0;
    case SITE_KIND_TEXT:
    case SITE_KIND_CHAR:
        return key->type.case_insensitive || key->nondeterministic;
    default:
        return 1;
    }
}

static site_error_t *no_such_key(site_filterer_t *reader, const char *field) {
    return site_error_make(reader->pool, 400, "invalid_choice", field,
                           "Select a valid choice. That choice is not one of the available choices.");
}

const char *site_check_message(apr_pool_t *pool, const site_check_t *check, const char *value) {
    if (check->zone)
        return apr_psprintf(pool,
                            "%s couldn\u2019t be interpreted in time zone %s; it may be ambiguous or it may not exist.",
                            value, check->zone);
    return check->names_value
               ? apr_psprintf(pool, "Select a valid choice. %s is not one of the available choices.", value)
               : check->error->message;
}

/* The keys exist, or the pending error is told. */
static site_error_t *expect_keys(site_filterer_t *reader, const site_relation_t *relation, const char *field,
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
static site_condition_t *key_condition(site_filterer_t *reader, const site_entry_t *entry, apr_array_header_t *values) {
    const site_relation_t *relation = entry->target.relation;
    site_entry_t inner = *entry;
    site_condition_t *test, *related;

    inner.target.negated = relation->kind == SITE_RELATION_FORWARD && entry->target.negated;
    test = site_filter_test(
        reader,
        relation->kind == SITE_RELATION_FORWARD ? APR_ARRAY_IDX(relation->columns, 0, site_column_t *) : relation->key,
        &inner);
    test->values = values;
    test->guard = relation->kind == SITE_RELATION_FORWARD ? relation : NULL;
    if (values->nelts > 1 && test->lookup.operator== SITE_OP_EXACT)
        test->lookup.operator= SITE_OP_IN;
    if (relation->kind == SITE_RELATION_FORWARD)
        return test;
    related = site_condition_make(reader->pool, SITE_CONDITION_RELATED);
    related->relation = relation;
    site_condition_add(related, test);
    return entry->target.negated ? site_filter_negate(reader->pool, related) : related;
}

/* Whether the row has a related one. It says something of the row itself, and so is no join that a negated group would keep: a
 * conjunction of one part, which filter_complex does not take for a join. */
static site_condition_t *presence(apr_pool_t *pool, const site_relation_t *relation, int wanted) {
    site_condition_t *related = site_condition_make(pool, SITE_CONDITION_RELATED), *all;

    related->relation = relation;
    if (!wanted)
        return site_filter_negate(pool, related);
    all = site_condition_make(pool, SITE_CONDITION_ALL);
    site_condition_add(all, related);
    return all;
}

static site_error_t *read_isnull(site_filterer_t *reader, const site_entry_t *entry, site_condition_t **condition) {
    const site_relation_t *relation = entry->target.relation;
    site_condition_t *test = site_filter_test(reader, APR_ARRAY_IDX(relation->columns, 0, site_column_t *), entry);
    site_value_rules_t rules;
    site_error_t *error;
    const char *value;

    memset(&rules, 0, sizeof rules);
    test->guard = relation->kind == SITE_RELATION_FORWARD ? relation : NULL;
    error = site_filter_read_one(reader, &rules, &test->lookup, entry->field, entry->param->value,
                                 entry->param->value_length, test->values);
    value = error ? NULL : APR_ARRAY_IDX(test->values, 0, const char *);
    if (!value)
        return error;
    *condition = relation->kind == SITE_RELATION_FORWARD && relation->columns->nelts == 1
                     ? test
                     : presence(reader->pool, relation, (strcmp(value, "false") == 0) != entry->target.negated);
    return NULL;
}

/* `tags=1&tags=2` where the relation takes several: alternatives. */
static site_error_t *read_multiple(site_filterer_t *reader, const site_level_t *level, const site_entry_t *entry,
                                   site_condition_t **condition) {
    const site_relation_t *relation = entry->target.relation;
    apr_array_header_t *values = apr_array_make(reader->pool, 4, sizeof(const char *));
    int i;

    for (i = 0; i < level->params->list->nelts; i++) {
        const site_param_t *param = &APR_ARRAY_IDX(level->params->list, i, site_param_t);
        const char *value;
        site_error_t *error;

        if (strcmp(param->name, entry->param->name) != 0)
            continue;
        if (!site_filter_read_key(reader, relation->key, entry->field, param->value, param->value_length, &value,
                                  &error))
            return error ? error
                         : site_error_make(reader->pool, 400, "invalid_pk_value", entry->field,
                                           "\u201c%s\u201d is not a valid value.",
                                           site_value_shown(reader->pool, param->value, param->value_length));
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

static site_error_t *read_key_list(site_filterer_t *reader, const site_entry_t *entry, apr_array_header_t *values) {
    const char *at = entry->param->value, *end = at + entry->param->value_length;

    if (site_filter_count_parts(at, entry->param->value_length) > reader->settings->max_values)
        return site_error_make(reader->pool, 400, "too_many_values", entry->field,
                               "Ensure this list has at most %d values.", reader->settings->max_values);
    for (;;) {
        const char *comma = memchr(at, ',', (size_t)(end - at)), *stop = comma ? comma : end, *value = NULL;
        site_error_t *error = NULL;

        if (stop > at && !site_filter_read_key(reader, entry->target.relation->key, entry->field,
                                               apr_pstrmemdup(reader->pool, at, (apr_size_t)(stop - at)),
                                               (apr_size_t)(stop - at), &value, &error))
            return error ? error : no_such_key(reader, entry->field);
        APR_ARRAY_PUSH(values, const char *) = value;
        if (!comma)
            return NULL;
        at = comma + 1;
    }
}

site_error_t *site_filter_relation(site_filterer_t *reader, const site_level_t *level, const site_entry_t *entry,
                                   site_condition_t **condition) {
    const site_relation_t *relation = entry->target.relation;
    apr_array_header_t *values = apr_array_make(reader->pool, 2, sizeof(const char *));
    site_error_t *error = NULL;
    const char *value;

    if (entry->target.lookup.operator== SITE_OP_ISNULL)
        return read_isnull(reader, entry, condition);
    if (entry->target.lookup.operator== SITE_OP_EXACT && relation->multiple)
        return read_multiple(reader, level, entry, condition);
    if (!entry->param->value_length)
        return NULL;
    if (entry->target.lookup.operator== SITE_OP_IN) {
        error = read_key_list(reader, entry, values);
        if (error)
            return error;
        if (all_null(values)) {
            *condition = site_filter_nothing(reader, entry->target.negated);
            return NULL;
        }
        values = site_filter_without_nulls(reader->pool, values);
    }
    else {
        if (!site_filter_read_key(reader, relation->key, entry->field, entry->param->value, entry->param->value_length,
                                  &value, &error))
            return error ? error : no_such_key(reader, entry->field);
        APR_ARRAY_PUSH(values, const char *) = value;
    }
    *condition = key_condition(reader, entry, values);
    return expect_keys(reader, relation, entry->field, values, 0);
}
