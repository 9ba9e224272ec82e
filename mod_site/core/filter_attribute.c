#include "core/decimal.h"
#include "core/filterer.h"
#include "core/range.h"

#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

/* An `in` list of nothing but empty values: no row, or, negated, every row. */
site_condition_t *site_filter_nothing(site_filterer_t *reader, int negated) {
    return site_condition_make(reader->pool, negated ? SITE_CONDITION_ALL : SITE_CONDITION_NEVER);
}

site_condition_t *site_filter_test(site_filterer_t *reader, const site_column_t *column, const site_entry_t *entry) {
    site_condition_t *test = site_condition_make(reader->pool, SITE_CONDITION_TEST);

    test->column = column;
    test->lookup = entry->target.lookup;
    test->values = apr_array_make(reader->pool, 2, sizeof(const char *));
    test->exclude = entry->target.negated;
    test->field = entry->field;
    if (site_filter_is_native(test))
        reader->filter->has_native = 1;
    return test;
}

int site_filter_count_parts(const char *text, apr_size_t length) {
    int parts = 1;
    const char *end = text + length;

    while (text < end && (text = memchr(text, ',', (size_t)(end - text)))) {
        parts++;
        text++;
    }
    return parts;
}

/* Calls for one value; NULL into the list for an empty one. */
site_error_t *site_filter_read_one(site_filterer_t *reader, const site_value_rules_t *rules,
                                   const site_lookup_t *lookup, const char *field, const char *text, apr_size_t length,
                                   apr_array_header_t *values) {
    const char *value;
    site_error_t *error = site_value_read(reader->pool, lookup->reader, rules, field, text, length, &value);

    if (!error)
        APR_ARRAY_PUSH(values, const char *) = value;
    return error;
}

/* A part of a list of texts can be empty: only other types have no value then. */
static void keep_empty(const site_lookup_t *lookup, apr_array_header_t *values) {
    const char **last = &APR_ARRAY_IDX(values, values->nelts - 1, const char *);

    if (!*last && lookup->reader == SITE_READ_TEXT && lookup->family != SITE_FAMILY_INET)
        *last = "";
}

/* Where a part of the list ends; NULL: it is the last. The commas of a range belong to it. */
static const char *next_comma(const site_lookup_t *lookup, const char *at, const char *end) {
    return lookup->reader == SITE_READ_RANGE ? site_range_comma(at, end) : memchr(at, ',', (size_t)(end - at));
}

static int count_parts(const site_lookup_t *lookup, const char *at, const char *end) {
    int parts = 1;

    while ((at = next_comma(lookup, at, end)) != NULL) {
        parts++;
        at++;
    }
    return parts;
}

static site_error_t *read_list(site_filterer_t *reader, const site_value_rules_t *rules, const site_entry_t *entry,
                               apr_array_header_t *values) {
    const char *at = entry->param->value, *end = at + entry->param->value_length;
    int parts = count_parts(&entry->target.lookup, at, end);

    if (parts > reader->settings->max_values)
        return site_error_make(reader->pool, 400, "too_many_values", entry->field,
                               "Ensure this list has at most %d values.", reader->settings->max_values);
    for (;;) {
        const char *comma = next_comma(&entry->target.lookup, at, end);
        const char *stop = comma ? comma : end;
        site_error_t *error = site_filter_read_one(reader, rules, &entry->target.lookup, entry->field,
                                                   apr_pstrmemdup(reader->pool, at, (apr_size_t)(stop - at)),
                                                   (apr_size_t)(stop - at), values);

        if (!error)
            keep_empty(&entry->target.lookup, values);
        if (error)
            return error;
        if (!comma)
            break;
        at = comma + 1;
    }
    /* How many they are is told when each of them is right. */
    return entry->target.lookup.arity == SITE_ARITY_PAIR && parts != 2
               ? site_error_make(reader->pool, 400, "invalid_range", entry->field, "Range query expects two values.")
               : NULL;
}

/* The values that an exact lookup may ask for, or NULL. */
static const apr_array_header_t *choices_of(site_filterer_t *reader, const site_attribute_t *attribute,
                                            const site_lookup_t *lookup) {
    apr_array_header_t *values;
    int i;

    if (lookup->operator!= SITE_OP_EXACT || !attribute->choices)
        return NULL;
    values = apr_array_make(reader->pool, attribute->choices->nelts, sizeof(const char *));
    for (i = 0; i < attribute->choices->nelts; i++)
        APR_ARRAY_PUSH(values, const char *) = APR_ARRAY_IDX(attribute->choices, i, const site_choice_t *)->value;
    return values;
}

/* An enum knows its labels: anything else could only fail in PostgreSQL. */
static site_error_t *check_labels(site_filterer_t *reader, const site_entry_t *entry, const site_type_t *type,
                                  const apr_array_header_t *values) {
    site_value_rules_t rules;
    int i;

    if (type->kind != SITE_KIND_ENUM || !site_lookup_compares(entry->target.lookup.operator))
        return NULL;
    memset(&rules, 0, sizeof rules);
    rules.choices = type->labels;
    for (i = 0; i < values->nelts; i++) {
        const char *value = APR_ARRAY_IDX(values, i, const char *), *read;
        site_error_t *error =
            value ? site_value_read(reader->pool, SITE_READ_CHOICE, &rules, entry->field, value, strlen(value), &read)
                  : NULL;

        if (!error && value && !*value)
            error = site_error_make(reader->pool, 400, "invalid_choice", entry->field,
                                    "Select a valid choice.  is not one of the available choices.");
        if (error)
            return site_error_late(error);
    }
    return NULL;
}

/* Django leaves the empty parts out of a list, but for addresses: those become NULL, beside which nothing is known not to be in it. */
static int drops_nulls(const site_lookup_t *lookup) {
    return lookup->operator== SITE_OP_IN && lookup->family != SITE_FAMILY_INET;
}

apr_array_header_t *site_filter_without_nulls(apr_pool_t *pool, const apr_array_header_t *values) {
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
static site_error_t *check_year(site_filterer_t *reader, const site_entry_t *entry, const apr_array_header_t *values) {
    const site_lookup_t *lookup = &entry->target.lookup;
    site_transform_t last = lookup->transforms[lookup->transforms[1] != SITE_AS_IS];
    int i;

    if ((last != SITE_AS_YEAR && last != SITE_AS_ISO_YEAR) ||
        lookup->operator== SITE_OP_IN || lookup->operator== SITE_OP_RANGE || !site_lookup_compares(lookup->operator))
        return NULL;
    for (i = 0; i < values->nelts; i++) {
        const char *year = APR_ARRAY_IDX(values, i, const char *), *whole;

        if (!year)
            continue;
        site_value_whole(reader->pool, year, &whole);
        if (strlen(whole) > 4 || atoi(whole) < 1)
            return site_error_late(site_error_make(reader->pool, 400, "invalid_year", entry->field,
                                                   "Ensure this year is between 1 and 9999."));
    }
    return NULL;
}

/* Moments without an offset, as Python shows them. */
static apr_array_header_t *local_moments(apr_pool_t *pool, const apr_array_header_t *values) {
    apr_array_header_t *moments = apr_array_make(pool, 2, sizeof(const char *));
    int i;

    for (i = 0; i < values->nelts; i++) {
        const char *value = APR_ARRAY_IDX(values, i, const char *), *at = value ? strchr(value, 'T') : NULL;
        char *copy;

        if (!at || strpbrk(at, "+-"))
            continue;
        copy = apr_pstrdup(pool, value);
        copy[at - value] = ' ';
        APR_ARRAY_PUSH(moments, const char *) = copy;
    }
    return moments;
}

/* Where clocks are changed there are hours that do not exist, and hours that exist twice. */
static site_error_t *check_moments(site_filterer_t *reader, const site_entry_t *entry,
                                   const apr_array_header_t *values) {
    const char *zone = reader->settings->time_zone;
    apr_array_header_t *moments;
    site_check_t *check;

    if (entry->target.lookup.reader != SITE_READ_DATETIME || strcmp(zone, "UTC") == 0)
        return NULL;
    moments = local_moments(reader->pool, values);
    if (!moments->nelts)
        return NULL;
    check = apr_pcalloc(reader->pool, sizeof *check);
    check->zone = zone;
    check->values = moments;
    check->error = site_error_make(reader->pool, 400, "invalid_moment", entry->field, NULL);
    check->error->pending = 1;
    APR_ARRAY_PUSH(reader->filter->checks, site_check_t *) = check;
    return check->error;
}

static site_error_t *unsupported(site_filterer_t *reader, const site_entry_t *entry) {
    return site_error_late(site_error_make(reader->pool, 400, "unsupported_lookup", entry->field,
                                           "This lookup is not supported for this field."));
}

/* A lookup on an own column. *condition stays NULL where the value counts as empty: no filter. */
site_error_t *site_filter_attribute(site_filterer_t *reader, const site_entry_t *entry, site_condition_t **condition) {
    const site_attribute_t *attribute = entry->target.attribute;
    const site_lookup_t *lookup = &entry->target.lookup;
    const site_type_t *type = site_lookup_type(&attribute->column->type, lookup);
    site_condition_t *test = site_filter_test(reader, attribute->column, entry);
    site_value_rules_t rules;
    site_error_t *error;

    test->text_search = attribute->resource ? &attribute->resource->text_search : NULL;
    memset(&rules, 0, sizeof rules);
    rules.type = lookup->family == SITE_FAMILY_ARRAY ? type->element : type;
    rules.choices = choices_of(reader, attribute, lookup);
    rules.zoned = type->kind == SITE_KIND_TIMESTAMPTZ;
    if (site_lookup_matches_text(lookup->operator))
        rules.type = NULL; /* what the text says, not what the column's type can keep of it */
    if (rules.choices)
        test->lookup.reader = SITE_READ_CHOICE;
    if (entry->param->value_length == 0)
        return NULL;
    if (lookup->arity == SITE_ARITY_ONE) {
        error = site_filter_read_one(reader, &rules, &test->lookup, entry->field, entry->param->value,
                                     entry->param->value_length, test->values);
    }
    else if (lookup->family == SITE_FAMILY_BOOLEAN) {
        /* The boolean widget reads the list as one value: nearly always nothing, else something that is no list. */
        error = site_filter_read_one(reader, &rules, &test->lookup, entry->field, entry->param->value,
                                     entry->param->value_length, test->values);
        return !error && APR_ARRAY_IDX(test->values, 0, const char *) ? unsupported(reader, entry) : error;
    }
    else {
        site_entry_t with_reader = *entry;

        with_reader.target.lookup = test->lookup;
        error = read_list(reader, &rules, &with_reader, test->values);
    }
    if (error || (lookup->arity == SITE_ARITY_ONE && !APR_ARRAY_IDX(test->values, 0, const char *)))
        return error;
    if (lookup->unsupported)
        return unsupported(reader, entry);
    error = check_year(reader, entry, test->values);
    if (!error)
        error = check_labels(reader, entry, type, test->values);
    if (error)
        return error;
    if (lookup->reader == SITE_READ_NUMBER && site_lookup_matches_text(lookup->operator))
        APR_ARRAY_IDX(test->values, 0, const char *) =
            site_decimal_shown(reader->pool, entry->param->value, entry->param->value_length,
                               APR_ARRAY_IDX(test->values, 0, const char *));
    if (drops_nulls(lookup)) {
        test->values = site_filter_without_nulls(reader->pool, test->values);
        if (!test->values->nelts) {
            *condition = site_filter_nothing(reader, entry->target.negated);
            return NULL;
        }
    }
    *condition = test;
    return check_moments(reader, entry, test->values);
}
