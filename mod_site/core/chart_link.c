#include "core/chart_draw.h"
#include "core/filterer.h"

#include <apr_strings.h>
#include <string.h>

enum { LONGEST_NUMBER = 40 }; /* digits: a filter takes numbers up to 1e50 */

/* The parameter that asks for this lookup of the attribute, encoded; NULL where nothing does. */
static const char *parameter(apr_pool_t *pool, const site_chart_page_t *page, const site_attribute_t *attribute,
                             const char *expression, site_operator_t operator) {
    const char *key = *expression ? apr_pstrcat(pool, attribute->name, "__", expression, NULL) : attribute->name;
    site_filterer_t reader = {.pool = pool, .settings = page->settings};
    site_level_t level = {.resource = attribute->resource, .params = page->params, .prefix = ""};
    site_target_t target;
    site_sink_t sink;

    site_filter_resolve(&reader, &level, key, &target);
    if (target.lookup.operator!= operator|| target.lookup.transforms[0] != SITE_AS_IS || target.lookup.unsupported)
        return NULL;
    if (attribute->relation ? target.kind != TARGET_RELATION || target.relation != attribute->relation
                            : target.kind != TARGET_ATTRIBUTE || target.attribute != attribute)
        return NULL;
    site_sink_init(&sink, pool, 64, 0);
    site_params_encode(&sink, key, strlen(key), 1);
    site_sink_write(&sink, "=", 2);
    return sink.data;
}

/* A bar of the relation's own key only: a filter takes the key that rows are addressed by. */
static int takes_values(const site_attribute_t *attribute) {
    const site_relation_t *relation = attribute->relation;

    return !relation || relation->key == APR_ARRAY_IDX(relation->target_columns, 0, const site_column_t *);
}

/* What a bar says anew, or what says where in a list one is. */
static int is_replaced(const site_settings_t *settings, const site_attribute_t *attribute, const site_param_t *param) {
    static const char *const lookups[] = {"", "__exact", "__gte", "__lt", "__lte", "__isnull"};
    const char *own[] = {settings->page_parameter, settings->offset_parameter, settings->cursor_parameter};
    apr_size_t length = strlen(attribute->name), i;

    for (i = 0; i < sizeof own / sizeof *own; i++) {
        if (*own[i] && strcmp(param->name, own[i]) == 0)
            return 1;
    }
    for (i = 0; i < sizeof lookups / sizeof *lookups; i++) {
        if (strncmp(param->name, attribute->name, length) == 0 && strcmp(param->name + length, lookups[i]) == 0)
            return 1;
    }
    return 0;
}

static const char *base_of(apr_pool_t *pool, const site_chart_page_t *page, const site_chart_t *chart) {
    int i, used = 0;
    site_sink_t sink;

    site_sink_init(&sink, pool, 256, 0);
    site_sink_puts(&sink, page->urls->base);
    site_params_encode(&sink, chart->resource->name, strlen(chart->resource->name), 0);
    site_sink_puts(&sink, page->urls->collection_tail);
    for (i = 0; i < page->params->list->nelts; i++) {
        const site_param_t *param = &APR_ARRAY_IDX(page->params->list, i, site_param_t);

        if (is_replaced(page->settings, chart->x.attribute, param))
            continue;
        site_sink_char(&sink, used++ ? '&' : '?');
        site_params_encode(&sink, param->name, param->name_length, 1);
        site_sink_char(&sink, '=');
        site_params_encode(&sink, param->value, param->value_length, 1);
    }
    site_sink_write(&sink, used ? "&" : "?", 2);
    return sink.data;
}

void site_chart_links(site_chart_links_t *links, apr_pool_t *pool, const site_chart_page_t *page,
                      const site_chart_t *chart) {
    const site_attribute_t *attribute = chart->x.attribute;
    const char *complex_parameter = page->settings->complex_parameter;

    memset(links, 0, sizeof *links);
    links->pool = pool;
    links->chart = chart;
    links->base = base_of(pool, page, chart);
    /* Beside groups of conditions no other condition counts. */
    if (*complex_parameter && site_params_last(page->params, complex_parameter))
        return;
    links->isnull = parameter(pool, page, attribute, "isnull", SITE_OP_ISNULL);
    if (takes_values(attribute))
        links->exact = parameter(pool, page, attribute, "", SITE_OP_EXACT);
    if (attribute->relation)
        return;
    links->from = parameter(pool, page, attribute, "gte", SITE_OP_GTE);
    links->below = parameter(pool, page, attribute, "lt", SITE_OP_LT);
    links->up_to = parameter(pool, page, attribute, "lte", SITE_OP_LTE);
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

const char *site_chart_bin_address(const site_chart_links_t *links, const site_chart_data_t *data, int bin) {
    const site_attribute_t *attribute = links->chart->x.attribute;
    const char *from = filter_text(links->pool, attribute, data->marks[bin].text);
    const char *to = filter_text(links->pool, attribute, data->marks[bin + 1].text);
    const char *end = bin == data->bins - 1 ? links->up_to : links->below;

    if (!from || !to || !links->from || !end)
        return NULL;
    return apr_pstrcat(links->pool, links->base, links->from, from, "&", end, to, NULL);
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
    return apr_pstrcat(links->pool, links->base, links->exact, encoded(links->pool, group->value), NULL);
}

const char *site_chart_missing_address(const site_chart_links_t *links) {
    return links->isnull ? apr_pstrcat(links->pool, links->base, links->isnull, "true", NULL) : NULL;
}
