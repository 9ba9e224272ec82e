/* What the template of a collection sees of search, filters and facets: a part of views.h. */
#include "core/filter_words.h"
#include "core/vary.h"
#include "core/views.h"

#include <apr_strings.h>
#include <string.h>

/* --- what kind of value a field takes: a word for the form --- */

static const char *kind_of(const site_attribute_t *attribute) {
    if (attribute->choices)
        return "choice";
    switch (site_lookup_family(&attribute->column->type)) {
    case SITE_FAMILY_NUMBER:
        return "number";
    case SITE_FAMILY_BOOLEAN:
        return "boolean";
    case SITE_FAMILY_TEXT:
    case SITE_FAMILY_INET:
        return "text";
    case SITE_FAMILY_DATE:
        return "date";
    case SITE_FAMILY_TIME:
        return "time";
    case SITE_FAMILY_DATETIME:
        return "datetime";
    case SITE_FAMILY_ARRAY:
        return "array";
    case SITE_FAMILY_JSON:
        return "json";
    case SITE_FAMILY_RANGE:
        return "range";
    case SITE_FAMILY_DOCUMENT:
        return "document";
    case SITE_FAMILY_BYTES:
    case SITE_FAMILY_OPAQUE:
        return "other";
    default:
        return "exact";
    }
}

/* What the filter form offers, and for which kinds. A '!' at the end says the opposite. */
static const struct {
    const char *name, *label, *kinds;
} form_lookups[] = {
    {"", "is", "text number boolean choice date time datetime exact relation json range"},
    {"!", "is not", "text number boolean choice date time datetime exact relation range"},
    {"icontains", "contains", "text"},
    {"icontains!", "does not contain", "text"},
    {"istartswith", "starts with", "text"},
    {"iendswith", "ends with", "text"},
    {"iregex", "matches (regular expression)", "text"},
    {"lt", "is less than, before", "number date time datetime exact"},
    {"lte", "is at most, until", "number date time datetime exact"},
    {"gt", "is greater than, after", "number date time datetime exact"},
    {"gte", "is at least, from", "number date time datetime exact"},
    {"range", "is between (two values, with a comma)", "number date time datetime exact"},
    {"in", "is one of (values, with commas)", "text number choice date time datetime exact relation range"},
    {"year", "is in the year", "date datetime"},
    {"month", "is in the month", "date datetime"},
    {"date", "is on the day", "datetime"},
    {"contains", "holds", "array json range"},
    {"contained_by", "is within", "range"},
    {"overlap", "overlaps", "range"},
    {"fully_lt", "ends before", "range"},
    {"fully_gt", "begins after", "range"},
    {"not_lt", "does not begin before", "range"},
    {"not_gt", "does not end after", "range"},
    {"adjacent_to", "is next to", "range"},
    {"startswith", "begins at", "range"},
    {"endswith", "ends at", "range"},
    {"isempty", "is empty (true or false)", "range"},
    {"overlap", "has one of (values, with commas)", "array"},
    {"len", "has the length", "array"},
    {"has_key", "has the key", "json"},
    {"search", "has the words", "document"},
    {"isnull", "is missing (true or false)",
     "text number boolean choice date time datetime exact array json other relation range document"},
};

const char *site_views_filter_name(apr_pool_t *pool, const site_resource_t *resource, const site_settings_t *settings,
                                   const char *field, const char *lookup) {
    const char *name = !*lookup || *lookup == '!' ? apr_pstrcat(pool, field, lookup, NULL)
                                                  : apr_pstrcat(pool, field, "__", lookup, NULL);

    return site_filter_words(pool, resource, settings, name) ? name : NULL;
}

/* --- the filter form --- */

static const char *choices_json(apr_pool_t *pool, const apr_array_header_t *choices) {
    site_sink_t sink;
    int i;

    site_sink_init(&sink, pool, 128, 0);
    for (i = 0; i < choices->nelts; i++) {
        const site_choice_t *choice = APR_ARRAY_IDX(choices, i, const site_choice_t *);

        site_sink_puts(&sink, i ? ",[" : "[[");
        site_format_string(&sink, choice->value, strlen(choice->value));
        site_sink_char(&sink, ',');
        site_format_string(&sink, choice->label, strlen(choice->label));
        site_sink_char(&sink, ']');
    }
    site_sink_puts(&sink, "]");
    site_sink_char(&sink, '\0');
    return sink.data;
}

static void add_field(site_view_t *group, const char *prefix, const char *name, const char *label, const char *kind,
                      const apr_array_header_t *choices) {
    site_view_t *item = site_view_item(group, "fields");
    apr_pool_t *pool = site_view_pool(group);

    site_view_text(item, "name", apr_pstrcat(pool, prefix, name, NULL));
    site_view_text(item, "label", label);
    site_view_text(item, "kind", kind);
    site_view_text(item, "choices", choices && choices->nelts ? choices_json(pool, choices) : NULL);
}

/* The filters of one resource: attributes, and relations by their key. */
static void add_fields(site_view_t *group, const site_resource_t *resource, const site_settings_t *settings,
                       const char *prefix) {
    int i;

    for (i = 0; i < resource->attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *);

        if (attribute->column && !attribute->relation &&
            !(attribute->lookups && attribute->lookups->nelts == 1 &&
              strcmp(APR_ARRAY_IDX(attribute->lookups, 0, const char *), "none") == 0) &&
            !(!*prefix && site_filter_is_control(settings, attribute->name)))
            add_field(group, prefix, attribute->name, attribute->label, kind_of(attribute), attribute->choices);
        else if (attribute->relation && attribute->relation->key && !attribute->relation->blind)
            add_field(group, prefix, attribute->name, attribute->label, "relation", NULL);
    }
}

/* Own fields, then those of the resources that the shown relations lead to. */
static void fill_groups(site_view_t *view, const char *name, void *baton) {
    const site_views_list_t *list = baton;
    const site_resource_t *resource = list->resource;
    apr_pool_t *pool = site_view_pool(view);
    site_view_t *group = site_view_item(view, name);
    int i;

    site_view_text(group, "label", resource->singular);
    add_fields(group, resource, list->settings, "");
    for (i = 0; i < resource->attributes->nelts && list->settings->max_depth > 0; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *);

        if (!attribute->relation || attribute->relation->target->broken || attribute->relation->reach != SITE_REACH_ALL)
            continue;
        group = site_view_item(view, name);
        site_view_text(group, "label", attribute->label);
        add_fields(group, attribute->relation->target, list->settings, apr_pstrcat(pool, attribute->name, "__", NULL));
    }
}

static void fill_lookups(site_view_t *view, const char *name, void *baton) {
    apr_size_t i;

    (void)baton;
    for (i = 0; i < sizeof form_lookups / sizeof *form_lookups; i++) {
        site_view_t *item = site_view_item(view, name);

        site_view_text(item, "name", form_lookups[i].name);
        site_view_text(item, "label", form_lookups[i].label);
        site_view_text(item, "kinds", form_lookups[i].kinds);
    }
}

/* What a form has to carry along so that nothing is lost; `besides` is the form's own field. */
static void add_hidden(site_view_t *view, const char *name, const site_views_list_t *list, const char *besides) {
    int i;

    for (i = 0; i < list->params->list->nelts; i++) {
        const site_param_t *param = &APR_ARRAY_IDX(list->params->list, i, site_param_t);
        site_view_t *item;

        if (*param->name == '_' || strcmp(param->name, besides) == 0 || site_vary_is_place(list->settings, param->name))
            continue;
        item = site_view_item(view, name);
        site_view_text(item, "name", param->name);
        site_view_text(item, "value", param->value);
    }
}

static void fill_filter_hidden(site_view_t *view, const char *name, void *baton) {
    add_hidden(view, name, baton, "");
}

/* --- search --- */

static void fill_search_hidden(site_view_t *view, const char *name, void *baton) {
    const site_views_list_t *list = baton;

    add_hidden(view, name, list, list->settings->search_parameter);
}

static void add_search(site_view_t *view, const site_views_list_t *list) {
    const char *parameter = list->settings->search_parameter;

    if (!*parameter || !list->resource->search->nelts)
        return;
    site_view_flag(view, "searchable", 1);
    site_view_text(view, "search_name", parameter);
    site_view_text(view, "search", site_params_value(list->params, parameter));
    site_view_later(view, "search_hidden", fill_search_hidden, (void *)list);
}

/* --- what is filtered by --- */

static void add_chip(site_view_t *view, const site_vary_t *vary, const char *label, const char *value, int position) {
    site_view_t *item = site_view_item(view, "chips");

    site_view_text(item, "label", label);
    site_view_text(item, "value", value);
    site_view_text(item, "url", site_vary_drop(vary, position));
}

/* Whether groups of conditions are asked for: beside them no other condition counts. */
static int has_groups(const site_views_list_t *list) {
    const char *parameter = list->settings->complex_parameter;

    return *parameter && site_params_value(list->params, parameter) != NULL;
}

static void fill_chips(site_view_t *view, const char *name, void *baton) {
    const site_views_list_t *list = baton;
    apr_pool_t *pool = site_view_pool(view);
    site_vary_t vary = {pool, list->params, list->settings};
    int complex = has_groups(list);
    int i;

    (void)name;
    for (i = 0; i < list->params->list->nelts; i++) {
        const site_param_t *param = &APR_ARRAY_IDX(list->params->list, i, site_param_t);
        const char *words;

        if (!param->value_length)
            continue;
        if (strcmp(param->name, list->settings->search_parameter) == 0 && list->resource->search->nelts)
            add_chip(view, &vary, "Search for", param->value, i);
        else if (strcmp(param->name, list->settings->complex_parameter) == 0)
            add_chip(view, &vary, "Expression", param->value, i);
        else if (!complex && (words = site_filter_words(pool, list->resource, list->settings, param->name)) != NULL)
            add_chip(view, &vary, words,
                     site_filter_value_words(pool, list->resource, list->settings, param->name, param->value), i);
    }
}

/* The page without any filter; how it is sorted stays. */
static const char *clear_url(apr_pool_t *pool, const site_views_list_t *list) {
    const char *ordering = list->settings->ordering_parameter;
    const char *value = *ordering ? site_params_value(list->params, ordering) : NULL;
    site_params_t none = {apr_array_make(pool, 1, sizeof(site_param_t))};
    site_vary_t vary = {pool, &none, list->settings};

    return site_vary_set(&vary, *ordering ? ordering : "_", value);
}

/* --- facets --- */

/* The position of the parameter that asks for this very value; -1: there is none. */
static int asked_at(const site_params_t *params, const char *name, const char *value) {
    int i;

    for (i = 0; i < params->list->nelts; i++) {
        const site_param_t *param = &APR_ARRAY_IDX(params->list, i, site_param_t);

        if (strcmp(param->name, name) == 0 && strcmp(param->value, value) == 0)
            return i;
    }
    return -1;
}

/* The address that asks for a value, or that asks no longer for it; NULL: no filter can ask for it. */
static const char *facet_url(apr_pool_t *pool, const site_views_list_t *list, const site_attribute_t *attribute,
                             const site_facet_value_t *value, int *active) {
    site_vary_t vary = {pool, list->params, list->settings};
    const char *lookup = value->value ? "" : "isnull", *text = value->value ? value->value : "true";
    const char *name = site_views_filter_name(pool, list->resource, list->settings, attribute->name, lookup);
    int asked = name ? asked_at(list->params, name, text) : -1;

    if (!name || has_groups(list))
        return NULL;
    *active = asked >= 0;
    return *active ? site_vary_drop(&vary, asked) : site_vary_set(&vary, name, text);
}

static void add_facet_value(site_view_t *facet, const site_views_list_t *list, const site_attribute_t *attribute,
                            const site_facet_value_t *value) {
    site_view_t *item = site_view_item(facet, "values");
    int active = 0;
    const char *url = facet_url(site_view_pool(facet), list, attribute, value, &active);

    site_view_text(item, "label", value->label ? value->label : value->value ? value->value : "missing");
    site_view_number(item, "count", value->count);
    site_view_flag(item, "active", active);
    site_view_text(item, "url", url);
}

static void fill_facets(site_view_t *view, const char *name, void *baton) {
    const site_views_list_t *list = baton;
    int i, j;

    for (i = 0; i < list->facets->nelts; i++) {
        const site_facet_t *facet = APR_ARRAY_IDX(list->facets, i, const site_facet_t *);
        site_view_t *item;

        if (!facet->values->nelts)
            continue;
        item = site_view_item(view, name);
        site_view_text(item, "name", facet->attribute->name);
        site_view_text(item, "label", facet->attribute->label);
        site_view_flag(item, "more", facet->more);
        for (j = 0; j < facet->values->nelts; j++)
            add_facet_value(item, list, facet->attribute, &APR_ARRAY_IDX(facet->values, j, const site_facet_value_t));
    }
}

void site_views_filter(site_view_t *view, const site_views_list_t *list) {
    void *baton = (void *)list;

    add_search(view, list);
    site_view_text(view, "clear_url", clear_url(site_view_pool(view), list));
    site_view_later(view, "chips", fill_chips, baton);
    site_view_later(view, "groups", fill_groups, baton);
    site_view_later(view, "lookups", fill_lookups, baton);
    site_view_later(view, "filter_hidden", fill_filter_hidden, baton);
    site_view_flag(view, "facets_late", list->facets_late);
    if (list->facets)
        site_view_later(view, "facets", fill_facets, baton);
}
