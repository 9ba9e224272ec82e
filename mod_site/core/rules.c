/* What a section says of values must be something that the column can have. */
#include "core/resolver.h"

#include <string.h>

static int is_number(const site_type_t *type) {
    return type->kind == SITE_KIND_INT2 || type->kind == SITE_KIND_INT4 || type->kind == SITE_KIND_INT8 ||
           type->kind == SITE_KIND_FLOAT4 || type->kind == SITE_KIND_FLOAT8 || type->kind == SITE_KIND_NUMERIC;
}

static int is_whole_text(const char *text) {
    text += *text == '-';
    return *text && !text[strspn(text, "0123456789")];
}

void site_present_rules(site_resolver_t *resolver, site_draft_t *draft, const site_attribute_t *attribute,
                        const site_attribute_spec_t *spec) {
    const site_type_t *type = attribute->column && !attribute->relation ? &attribute->column->type : NULL;
    const site_rules_t *rules = &spec->rules;
    int numeric = type && is_number(type), i;
    int whole =
        numeric && type->kind != SITE_KIND_FLOAT4 && type->kind != SITE_KIND_FLOAT8 && type->kind != SITE_KIND_NUMERIC;

    if ((rules->min || rules->max) && !numeric)
        site_resolver_complain(resolver, draft, &spec->place, "SiteAttribute %s: min= and max= are for numbers",
                               attribute->name);
    if ((rules->min_length || rules->max_length || rules->pattern) &&
        (!type || (type->kind != SITE_KIND_TEXT && type->kind != SITE_KIND_CHAR)))
        site_resolver_complain(resolver, draft, &spec->place,
                               "SiteAttribute %s: minlength=, maxlength= and pattern= are for text", attribute->name);
    if (rules->initial && !attribute->column)
        site_resolver_complain(resolver, draft, &spec->place, "SiteAttribute %s: default= is for columns",
                               attribute->name);
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
