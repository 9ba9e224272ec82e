/* What a section says of values must be something that the column can have. */
#include "core/decimal.h"
#include "core/resolver.h"
#include "core/value.h"

#include <string.h>
#include <strings.h>

static int is_whole_text(const char *text) {
    text += *text == '-';
    return *text && !text[strspn(text, "0123456789")];
}

static int is_choice(const apr_array_header_t *choices, const char *value) {
    int i;

    for (i = 0; i < choices->nelts; i++) {
        if (strcmp(APR_ARRAY_IDX(choices, i, const site_choice_t *)->value, value) == 0)
            return 1;
    }
    return 0;
}

/* Whether `words`, between blanks, have this one. */
static int is_one_of(const char *word, const char *words) {
    apr_size_t length = strlen(word), step;

    for (; *words; words += step + (words[step] == ' ')) {
        step = strcspn(words, " ");
        if (step == length && strncasecmp(words, word, length) == 0)
            return 1;
    }
    return 0;
}

/* What is wrong with a default, as far as that can be told without the database: its other types' texts are PostgreSQL's
 * own, and judged when they are stored. */
static const char *default_wants(apr_pool_t *pool, const site_attribute_t *attribute, const char *value) {
    const site_type_t *type = &attribute->column->type;
    const char *number, *text;

    if (attribute->choices && *value)
        return is_choice(attribute->choices, value) ? NULL : "one of the choices";
    if (site_type_is_whole(type))
        return is_whole_text(value) ? NULL : "a whole number";
    if (site_type_is_number(type))
        return is_one_of(value, "NaN Infinity -Infinity") ||
                       site_decimal_read(pool, value, strlen(value), &number) == SITE_DECIMAL_OK
                   ? NULL
                   : "a number";
    if (type->kind == SITE_KIND_BOOLEAN)
        return is_one_of(value, "true false t f yes no y n on off 1 0") ? NULL : "true or false";
    if (type->kind == SITE_KIND_UUID)
        return site_value_read(pool, SITE_READ_UUID, NULL, attribute->name, value, strlen(value), &text) ? "a UUID"
                                                                                                         : NULL;
    return NULL;
}

static void check_default(site_resolver_t *resolver, site_draft_t *draft, const site_attribute_t *attribute,
                          const site_attribute_spec_t *spec) {
    const char *value = spec->rules.initial, *wants;

    if (!attribute->column)
        site_resolver_complain(resolver, draft, &spec->place, "SiteAttribute %s: default= is for columns",
                               attribute->name);
    else if ((wants = default_wants(resolver->pool, attribute, value)) != NULL)
        site_resolver_complain(resolver, draft, &spec->place, "SiteAttribute %s: default= wants %s, not '%s'",
                               attribute->name, wants, value);
}

static int is_text(const site_type_t *type) {
    return type->kind == SITE_KIND_TEXT || type->kind == SITE_KIND_CHAR;
}

static int is_opaque(const site_type_t *type) {
    return type->kind == SITE_KIND_OTHER || type->kind == SITE_KIND_TSVECTOR;
}

static int is_list(const site_type_t *type) {
    return type->kind == SITE_KIND_ARRAY || type->kind == SITE_KIND_JSON || type->kind == SITE_KIND_JSONB;
}

/* How values are shown: what the type would quietly make nothing of. `type` is that of the column, a relation's as well. */
static void check_shape(site_resolver_t *resolver, site_draft_t *draft, const site_attribute_t *attribute,
                        const site_attribute_spec_t *spec) {
    const site_type_t *type = attribute->column ? &attribute->column->type : NULL;
    const char *wrong = NULL;

    while (type && type->kind == SITE_KIND_ARRAY && type->element)
        type = type->element;
    if (spec->show_label && (attribute->relation || !attribute->choices))
        wrong = "show=label is for choices";
    else if (spec->format != SITE_UNSET && spec->format != SITE_TEXT_PLAIN &&
             (!type || attribute->relation || (!is_text(type) && !is_opaque(type))))
        wrong = "format= is for text";
    else if (type && spec->scale != SITE_UNSET && type->kind != SITE_KIND_NUMERIC)
        wrong = "scale= is for numeric columns";
    else if (type && spec->decimals_as_numbers != SITE_UNSET && type->kind != SITE_KIND_NUMERIC &&
             !(spec->decimals_as_numbers && site_type_is_number(type)))
        wrong = "decimals= is for numeric columns";
    if (wrong)
        site_resolver_complain(resolver, draft, &spec->place, "SiteAttribute %s: %s", attribute->name, wrong);
}

void site_present_rules(site_resolver_t *resolver, site_draft_t *draft, const site_attribute_t *attribute,
                        const site_attribute_spec_t *spec) {
    const site_type_t *type = attribute->column && !attribute->relation ? &attribute->column->type : NULL;
    const site_rules_t *rules = &spec->rules;
    int numeric = type && site_type_is_number(type), whole = type && site_type_is_whole(type), i;

    if ((rules->min || rules->max) && !numeric)
        site_resolver_complain(resolver, draft, &spec->place, "SiteAttribute %s: min= and max= are for numbers",
                               attribute->name);
    if ((rules->min_length || rules->max_length || rules->pattern) && (!type || !is_text(type)))
        site_resolver_complain(resolver, draft, &spec->place,
                               "SiteAttribute %s: minlength=, maxlength= and pattern= are for text", attribute->name);
    if (rules->blank != SITE_UNSAID && type && !is_text(type) && !is_list(type) && !is_opaque(type))
        site_resolver_complain(resolver, draft, &spec->place,
                               "SiteAttribute %s: blank and noblank are for text and lists", attribute->name);
    check_shape(resolver, draft, attribute, spec);
    if (rules->initial)
        check_default(resolver, draft, attribute, spec);
    if (whole && ((rules->min && !is_whole_text(rules->min)) || (rules->max && !is_whole_text(rules->max))))
        site_resolver_complain(resolver, draft, &spec->place, "SiteAttribute %s: min= and max= must be whole numbers",
                               attribute->name);
    for (i = 0; whole && spec->choices && i < spec->choices->nelts; i++) {
        const char *value = APR_ARRAY_IDX(spec->choices, i, const site_choice_t *)->value;

        if (!is_whole_text(value))
            site_resolver_complain(resolver, draft, &spec->place,
                                   "SiteAttribute %s: the choice '%s' is no whole number", attribute->name, value);
    }
}
