#include "core/chart_draw.h"
#include "core/filterer.h"
#include "core/vary.h"

#include <apr_strings.h>
#include <string.h>

enum { LONGEST_NUMBER = 40 }; /* digits: a filter takes numbers up to 1e50 */

/* The parameter that asks for this lookup of the attribute; NULL where nothing does. */
static const char *parameter(apr_pool_t *pool, const site_chart_page_t *page, const site_attribute_t *attribute,
                             const char *expression, site_operator_t operator) {
    const char *key = *expression ? apr_pstrcat(pool, attribute->name, "__", expression, NULL) : attribute->name;
    site_filterer_t reader = {.pool = pool, .settings = page->settings};
    site_level_t level = {.resource = attribute->resource, .params = page->params, .prefix = ""};
    site_target_t target;

    site_filter_resolve(&reader, &level, key, &target);
    if (target.lookup.operator!= operator|| target.lookup.transforms[0] != SITE_AS_IS || target.lookup.unsupported)
        return NULL;
    if (attribute->relation ? target.kind != TARGET_RELATION || target.relation != attribute->relation
                            : target.kind != TARGET_ATTRIBUTE || target.attribute != attribute)
        return NULL;
    return key;
}

/* A bar of the relation's own key only: a filter takes the key that rows are addressed by. */
static int takes_values(const site_attribute_t *attribute) {
    const site_relation_t *relation = attribute->relation;

    return !relation || relation->key == APR_ARRAY_IDX(relation->target_columns, 0, const site_column_t *);
}

static int is_named(const site_param_t *param, const char *name) {
    return name && *name && strcmp(param->name, name) == 0;
}

/* The list's address, its query without what says where in the list one is, and without the parameters that are said anew. */
static const char *base_of(const site_chart_links_t *links, const char *one, const char *other) {
    const site_chart_page_t *page = links->page;
    int i, used = 0;
    site_sink_t sink;

    site_sink_init(&sink, links->pool, 256, 0);
    site_sink_puts(&sink, page->urls->base);
    site_params_encode(&sink, links->chart->resource->name, strlen(links->chart->resource->name), 0);
    site_sink_puts(&sink, page->urls->collection_tail);
    for (i = 0; i < page->params->list->nelts; i++) {
        const site_param_t *param = &APR_ARRAY_IDX(page->params->list, i, site_param_t);

        if (is_named(param, one) || is_named(param, other) || site_vary_is_place(page->settings, param->name))
            continue;
        site_sink_char(&sink, used++ ? '&' : '?');
        site_params_encode(&sink, param->name, param->name_length, 1);
        site_sink_char(&sink, '=');
        site_params_encode(&sink, param->value, param->value_length, 1);
    }
    site_sink_write(&sink, used ? "&" : "?", 2);
    return sink.data;
}

static int is_said(const site_chart_page_t *page, const char *name) {
    const char *value = name ? site_params_value(page->params, name) : NULL;

    return value && *value;
}

static void link_bins(site_chart_links_t *links) {
    const site_attribute_t *attribute = links->chart->x.attribute;

    links->from = parameter(links->pool, links->page, attribute, "gte", SITE_OP_GTE);
    links->below = parameter(links->pool, links->page, attribute, "lt", SITE_OP_LT);
    links->up_to = parameter(links->pool, links->page, attribute, "lte", SITE_OP_LTE);
    links->has_from = is_said(links->page, links->from);
    links->has_end = is_said(links->page, links->below) || is_said(links->page, links->up_to);
    links->bin_base[0][0] = base_of(links, NULL, NULL);
    links->bin_base[0][1] = base_of(links, NULL, links->below);
    links->bin_base[1][0] = base_of(links, links->from, NULL);
    links->bin_base[1][1] = base_of(links, links->from, links->below);
}

void site_chart_links(site_chart_links_t *links, apr_pool_t *pool, const site_chart_page_t *page,
                      const site_chart_t *chart) {
    const site_attribute_t *attribute = chart->x.attribute;
    const char *complex_parameter = page->settings->complex_parameter;

    memset(links, 0, sizeof *links);
    links->pool = pool;
    links->page = page;
    links->chart = chart;
    /* Beside groups of conditions no other condition counts. */
    if (*complex_parameter && site_params_last(page->params, complex_parameter))
        return;
    links->isnull = parameter(pool, page, attribute, "isnull", SITE_OP_ISNULL);
    links->isnull_base = base_of(links, links->isnull, NULL);
    if (chart->kind == SITE_CHART_BARS && takes_values(attribute)) {
        links->exact = parameter(pool, page, attribute, "", SITE_OP_EXACT);
        links->exact_base = base_of(links, links->exact, NULL);
    }
    if (chart->kind == SITE_CHART_HISTOGRAM || chart->kind == SITE_CHART_SERIES)
        link_bins(links);
}

static const char *encoded(apr_pool_t *pool, const char *value) {
    site_sink_t sink;

    site_sink_init(&sink, pool, 64, 0);
    site_params_encode(&sink, value, strlen(value), 1);
    site_sink_char(&sink, '\0');
    return sink.data;
}

/* A mark as a filter reads it, with nothing in it that an address could not hold: of moments only those of a calendar that it knows, to the
 * minute where that is enough. */
static const char *filter_text(apr_pool_t *pool, const site_attribute_t *attribute, const char *text) {
    char *moment;

    if (!site_chart_is_time(attribute))
        return strlen(text) > LONGEST_NUMBER ? NULL : text;
    if (text[4] != '-' || text[strlen(text) - 1] == 'C')
        return NULL;
    moment = apr_pstrdup(pool, text);
    if (moment[10])
        moment[10] = 'T';
    if (moment[10] && strcmp(moment + 16, ":00") == 0)
        moment[16] = '\0';
    return moment;
}

/* Whether a bin ends before its second mark even where it is the last one. */
static int ends_before(const site_attribute_t *attribute) {
    const site_type_t *type = &attribute->column->type;

    return site_chart_is_time(attribute) || site_chart_is_whole(type);
}

/* At the ends of what a request asks for, what it says is stricter than the marks that stand around it. */
const char *site_chart_bin_address(const site_chart_links_t *links, const site_chart_data_t *data, int bin) {
    const site_attribute_t *attribute = links->chart->x.attribute;
    const char *from = filter_text(links->pool, attribute, data->marks[bin].text);
    const char *to = filter_text(links->pool, attribute, data->marks[bin + 1].text);
    int is_last = bin == data->bins - 1, says_from = bin > 0 || !links->has_from,
        says_end = !is_last || !links->has_end;
    const char *end = is_last && !ends_before(attribute) ? links->up_to : links->below;
    const char *base = links->bin_base[says_from][says_end];

    if (!from || !to || !links->from || !end)
        return NULL;
    if (!says_from && !says_end)
        return apr_pstrmemdup(links->pool, base, strlen(base) - 1);
    from = says_from ? apr_pstrcat(links->pool, encoded(links->pool, links->from), "=", from, NULL) : "";
    to = says_end ? apr_pstrcat(links->pool, encoded(links->pool, end), "=", to, NULL) : "";
    return apr_pstrcat(links->pool, base, from, *from && *to ? "&" : "", to, NULL);
}

/* A filter takes no blanks at the ends of a value, no empty one, and of choices only those that are listed. */
static int can_be_asked_for(const site_chart_links_t *links, const char *value) {
    const site_attribute_t *attribute = links->chart->x.attribute;
    apr_size_t length;
    int i;

    if (attribute->choices && !attribute->relation) {
        for (i = 0; i < attribute->choices->nelts; i++) {
            if (strcmp(APR_ARRAY_IDX(attribute->choices, i, const site_choice_t *)->value, value) == 0)
                return 1;
        }
        return 0;
    }
    site_value_strip(links->pool, value, strlen(value), &length);
    return *value && length == strlen(value);
}

const char *site_chart_group_address(const site_chart_links_t *links, const site_chart_group_t *group) {
    if (!links->exact || !group->value || !can_be_asked_for(links, group->value))
        return NULL;
    return apr_pstrcat(links->pool, links->exact_base, encoded(links->pool, links->exact), "=",
                       encoded(links->pool, group->value), NULL);
}

const char *site_chart_missing_address(const site_chart_links_t *links) {
    return links->isnull
               ? apr_pstrcat(links->pool, links->isnull_base, encoded(links->pool, links->isnull), "=true", NULL)
               : NULL;
}
