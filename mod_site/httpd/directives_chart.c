#include "httpd/directives.h"

#include "httpd/words.h"

#include <apr_strings.h>
#include <string.h>

static const char *set_chart_option(cmd_parms *cmd, site_chart_spec_t *chart, const char *word) {
    static const char wants[] = "label=, x=, y=, size= or projection=sky after the name, and attributes after x=, y= "
                                "and size=";
    const char *value;

    if ((value = site_word_value(word, "label")) != NULL && *value)
        chart->label = value;
    else if ((value = site_word_value(word, "x")) != NULL && value[*value == '-'])
        chart->x = value;
    else if ((value = site_word_value(word, "y")) != NULL && value[*value == '-'])
        chart->y = value;
    else if ((value = site_word_value(word, "size")) != NULL && value[*value == '-'])
        chart->size = value;
    else if ((value = site_word_value(word, "projection")) != NULL && strcasecmp(value, "sky") == 0)
        chart->sky = 1;
    else
        return site_directive_wants(cmd, wants, word);
    return NULL;
}

/* What no catalogue is needed for. */
static const char *check(cmd_parms *cmd, const site_chart_spec_t *chart) {
    if (!chart->x)
        return apr_psprintf(cmd->pool, "%s %s: x= is missing", cmd->cmd->name, chart->name);
    if (chart->size && !chart->y)
        return apr_psprintf(cmd->pool, "%s %s: without y= size= means nothing", cmd->cmd->name, chart->name);
    if (chart->sky && !chart->y)
        return apr_psprintf(cmd->pool, "%s %s: projection=sky needs y=, the declination", cmd->cmd->name, chart->name);
    return NULL;
}

SITE_DIRECTIVE(site_directive_chart) {
    static const char wants[] = "a chart's name, then what it draws: x= and an attribute, ...";
    site_section_t *section;
    site_chart_spec_t *chart;
    apr_array_header_t *words;
    const char *complaint = NULL;
    int i;

    if (!(section = site_directive_section(cmd, config, &complaint)) ||
        (complaint = site_directive_words(cmd, line, 2, 0, wants, &words)) != NULL)
        return complaint;
    chart = apr_pcalloc(cmd->pool, sizeof *chart);
    chart->name = APR_ARRAY_IDX(words, 0, const char *);
    chart->place = site_directive_place(cmd);
    if (!site_word_is_plain(chart->name))
        return site_directive_wants(cmd, "a name of letters, digits and _ . ~ -", chart->name);
    if ((complaint = site_directive_once(cmd, section, chart->name)) != NULL)
        return complaint;
    for (i = 1; i < words->nelts; i++) {
        complaint = set_chart_option(cmd, chart, APR_ARRAY_IDX(words, i, const char *));
        if (complaint)
            return complaint;
    }
    APR_ARRAY_PUSH(section->spec.charts, site_chart_spec_t *) = chart;
    return check(cmd, chart);
}
