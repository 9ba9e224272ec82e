#include "httpd/directives.h"

#include "httpd/words.h"

#include "core/lookup.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_DIGITS = 1000 }; /* of a numeric's fraction */

/* The section's record of an attribute, made when it is first spoken of: SiteAttribute, SiteLookups and SiteReadOnly
 * all fill it. */
static site_attribute_spec_t *attribute_of(cmd_parms *cmd, site_section_t *section, const char *name) {
    apr_array_header_t *all = section->spec.attribute;
    site_attribute_spec_t *attribute;
    int i;

    for (i = 0; i < all->nelts; i++) {
        attribute = APR_ARRAY_IDX(all, i, site_attribute_spec_t *);
        if (strcmp(attribute->name, name) == 0)
            return attribute;
    }
    attribute = apr_pcalloc(cmd->pool, sizeof *attribute);
    attribute->name = name;
    attribute->format = SITE_UNSET;
    attribute->read_only = SITE_UNSET;
    attribute->decimals_as_numbers = SITE_UNSET;
    attribute->scale = SITE_UNSET;
    attribute->directive = cmd->cmd->name;
    attribute->place = site_directive_place(cmd);
    APR_ARRAY_PUSH(all, site_attribute_spec_t *) = attribute;
    return attribute;
}

/* "1:Low,2:Very high": what stands before the first colon is the value. */
static const char *set_choices(cmd_parms *cmd, site_attribute_spec_t *attribute, const char *value) {
    static const char wants[] = "choices=value:Label,value:Label";
    apr_array_header_t *words = site_words_split(cmd->pool, value);
    int i, j;

    attribute->choices = apr_array_make(cmd->pool, words->nelts, sizeof(site_choice_t *));
    for (i = 0; i < words->nelts; i++) {
        const char *word = APR_ARRAY_IDX(words, i, const char *), *colon = strchr(word, ':');
        site_choice_t *choice = apr_palloc(cmd->pool, sizeof *choice);

        if (!*word || colon == word)
            return site_directive_wants(cmd, wants, value);
        choice->value = colon ? apr_pstrmemdup(cmd->pool, word, (apr_size_t)(colon - word)) : word;
        choice->label = colon && colon[1] ? colon + 1 : choice->value;
        for (j = 0; j < i; j++) {
            if (strcmp(APR_ARRAY_IDX(attribute->choices, j, site_choice_t *)->value, choice->value) == 0)
                return apr_psprintf(cmd->pool, "%s: the choice '%s' is there twice", cmd->cmd->name, choice->value);
        }
        APR_ARRAY_PUSH(attribute->choices, site_choice_t *) = choice;
    }
    return NULL;
}

/* -12.50 */
static int is_plain_number(const char *text) {
    apr_size_t whole;

    text += *text == '-';
    whole = strspn(text, "0123456789");
    if (whole > 1 && *text == '0') /* it stands in JSON, too */
        return 0;
    text += whole;
    if (*text == '.' && whole) {
        whole = strspn(++text, "0123456789");
        text += whole;
    }
    return whole && !*text;
}

static const char *set_limit(cmd_parms *cmd, const char **limit, const char *value, const char *word) {
    if (!is_plain_number(value))
        return site_directive_wants(cmd, "a number in min= and max=", word);
    *limit = value;
    return NULL;
}

static const char *set_length(cmd_parms *cmd, int *length, const char *value, const char *word) {
    char *end;
    long number = strtol(value, &end, 10);

    if (!apr_isdigit(*value) || *end || number < 1 || number > 1000000)
        return site_directive_wants(cmd, "minlength= and maxlength= between 1 and 1000000", word);
    *length = (int)number;
    return NULL;
}

/* Two words of which one can be said. */
static const char *set_either(cmd_parms *cmd, site_says_t *member, const char *word, const char *yes, const char *no) {
    site_says_t says = strcasecmp(word, yes) == 0 ? SITE_YES : SITE_NO;

    if (*member != SITE_UNSAID && *member != says)
        return apr_psprintf(cmd->pool, "%s: it can be %s or %s, not both", cmd->cmd->name, yes, no);
    *member = says;
    return NULL;
}

/* What values must be. *taken tells whether the word was one of these. */
static const char *set_rule(cmd_parms *cmd, site_rules_t *rules, const char *word, int *taken) {
    const char *value;

    *taken = 1;
    if (strcasecmp(word, "required") == 0 || strcasecmp(word, "optional") == 0)
        return set_either(cmd, &rules->required, word, "required", "optional");
    if (strcasecmp(word, "blank") == 0 || strcasecmp(word, "noblank") == 0)
        return set_either(cmd, &rules->blank, word, "blank", "noblank");
    if ((value = site_word_value(word, "default")) != NULL)
        rules->initial = value;
    else if ((value = site_word_value(word, "pattern")) != NULL && *value)
        rules->pattern = value;
    else if ((value = site_word_value(word, "minlength")) != NULL)
        return set_length(cmd, &rules->min_length, value, word);
    else if ((value = site_word_value(word, "maxlength")) != NULL)
        return set_length(cmd, &rules->max_length, value, word);
    else if ((value = site_word_value(word, "min")) != NULL)
        return set_limit(cmd, &rules->min, value, word);
    else if ((value = site_word_value(word, "max")) != NULL)
        return set_limit(cmd, &rules->max, value, word);
    else
        *taken = 0;
    return NULL;
}

static const char *set_attribute_option(cmd_parms *cmd, site_attribute_spec_t *attribute, const char *word) {
    static const char wants[] =
        "column=, label=, format=, choices=, show=, decimals=, scale=, default=, min=, max=, minlength=, "
        "maxlength=, pattern=, required, optional, blank, noblank, readonly or hidden after the name";
    static const site_choice_word_t formats[] = {{"email", SITE_TEXT_EMAIL},
                                                 {"slug", SITE_TEXT_SLUG},
                                                 {"url", SITE_TEXT_URL},
                                                 {"text", SITE_TEXT_PLAIN},
                                                 {NULL, 0}};
    static const site_choice_word_t decimals[] = {{"string", 0}, {"number", 1}, {NULL, 0}};
    static const site_choice_word_t shows[] = {{"value", 0}, {"label", 1}, {NULL, 0}};
    int taken;
    const char *value, *complaint = set_rule(cmd, &attribute->rules, word, &taken);

    if (taken)
        return complaint;
    if (strcasecmp(word, "readonly") == 0)
        attribute->read_only = 1;
    else if (strcasecmp(word, "hidden") == 0)
        attribute->hidden = 1;
    else if ((value = site_word_value(word, "column")) != NULL && *value)
        attribute->column = value;
    else if ((value = site_word_value(word, "label")) != NULL && *value)
        attribute->label = value;
    else if ((value = site_word_value(word, "format")) != NULL)
        return site_word_choose(formats, value, &attribute->format)
                   ? NULL
                   : site_directive_wants(cmd, "format=email, slug, url or text", word);
    else if ((value = site_word_value(word, "decimals")) != NULL)
        return site_word_choose(decimals, value, &attribute->decimals_as_numbers)
                   ? NULL
                   : site_directive_wants(cmd, "decimals=string or number", word);
    else if ((value = site_word_value(word, "show")) != NULL)
        return site_word_choose(shows, value, &attribute->show_label)
                   ? NULL
                   : site_directive_wants(cmd, "show=value or label", word);
    else if ((value = site_word_value(word, "scale")) != NULL)
        return site_word_number(value, 0, MOST_DIGITS, &attribute->scale)
                   ? NULL
                   : site_directive_wants(cmd, "scale=0 to scale=1000", word);
    else if ((value = site_word_value(word, "choices")) != NULL)
        return set_choices(cmd, attribute, value);
    else
        return site_directive_wants(cmd, wants, word);
    return NULL;
}

/* What no value could keep. */
static const char *check_limits(cmd_parms *cmd, const site_rules_t *rules) {
    if (rules->min && rules->max && strtod(rules->min, NULL) > strtod(rules->max, NULL))
        return apr_psprintf(cmd->pool, "%s: min=%s is greater than max=%s", cmd->cmd->name, rules->min, rules->max);
    if (rules->min_length > 0 && rules->max_length > 0 && rules->min_length > rules->max_length)
        return apr_psprintf(cmd->pool, "%s: minlength=%d is greater than maxlength=%d", cmd->cmd->name,
                            rules->min_length, rules->max_length);
    return NULL;
}

SITE_DIRECTIVE(site_directive_attribute) {
    static const char wants[] = "an attribute's name, then what is special about it";
    site_section_t *section;
    site_attribute_spec_t *attribute;
    apr_array_header_t *words;
    const char *complaint = NULL, *name;
    int i;

    if (!(section = site_directive_section(cmd, config, &complaint)) ||
        (complaint = site_directive_words(cmd, line, 1, 0, wants, &words)) != NULL)
        return complaint;
    name = APR_ARRAY_IDX(words, 0, const char *);
    if (!*name || strchr(name, '='))
        return site_directive_wants(cmd, wants, name);
    if ((complaint = site_directive_once(cmd, section, name)) == NULL)
        complaint = site_directive_distinct(cmd, words);
    attribute = attribute_of(cmd, section, name);
    attribute->directive = cmd->cmd->name;
    attribute->place = site_directive_place(cmd);
    for (i = 1; !complaint && i < words->nelts; i++)
        complaint = set_attribute_option(cmd, attribute, APR_ARRAY_IDX(words, i, const char *));
    return complaint ? complaint : check_limits(cmd, &attribute->rules);
}

/* One or more lookups, or all, or none. `all` is said out loud ("all" as the only word): it lifts what SiteLookups *
 * has narrowed. */
static const char *read_lookups(cmd_parms *cmd, const apr_array_header_t *words, apr_array_header_t **lookups) {
    const char *complaint = site_directive_list(cmd, words, 1, lookups);
    int i;

    if (complaint)
        return complaint;
    if ((*lookups)->nelts == 1) {
        const char *word = APR_ARRAY_IDX(*lookups, 0, const char *);

        if (strcasecmp(word, "none") == 0) {
            (*lookups)->nelts = 0;
            return NULL;
        }
        if (strcasecmp(word, "all") == 0) {
            APR_ARRAY_IDX(*lookups, 0, const char *) = "all";
            return NULL;
        }
    }
    for (i = 0; i < (*lookups)->nelts; i++) {
        const char *word = APR_ARRAY_IDX(*lookups, i, const char *);

        if (!site_lookup_is_word(word))
            return apr_psprintf(cmd->pool, "%s: there is no lookup '%s'", cmd->cmd->name, word);
    }
    return NULL;
}

SITE_DIRECTIVE(site_directive_lookups) {
    static const char wants[] = "an attribute or *, then lookups, all or none";
    site_section_t *section;
    apr_array_header_t *words, *lookups;
    const char *complaint = NULL, *name;

    if (!(section = site_directive_section(cmd, config, &complaint)) ||
        (complaint = site_directive_words(cmd, line, 2, 0, wants, &words)) != NULL)
        return complaint;
    name = APR_ARRAY_IDX(words, 0, const char *);
    if (!*name)
        return site_directive_wants(cmd, wants, name);
    if ((complaint = site_directive_once(cmd, section, name)) != NULL ||
        (complaint = read_lookups(cmd, words, &lookups)) != NULL)
        return complaint;
    if (strcmp(name, "*") != 0)
        attribute_of(cmd, section, name)->lookups = lookups;
    else if (!site_words_hold(lookups, "all"))
        section->spec.lookups = lookups;
    return NULL;
}

SITE_DIRECTIVE(site_directive_read_only) {
    site_section_t *section;
    apr_array_header_t *words, *names;
    const char *complaint = NULL;
    int i;

    if (!(section = site_directive_section(cmd, config, &complaint)) ||
        (complaint = site_directive_words(cmd, line, 1, 0, "one or more attributes", &words)) != NULL ||
        (complaint = site_directive_list(cmd, words, 0, &names)) != NULL)
        return complaint;
    for (i = 0; i < names->nelts; i++)
        attribute_of(cmd, section, APR_ARRAY_IDX(names, i, const char *))->read_only = 1;
    return NULL;
}

/* "join_table:column,target_column": a table's name may hold anything but the first colon. */
static const char *set_via(cmd_parms *cmd, site_relation_spec_t *relation, const char *value) {
    const char *colon = strchr(value, ':');
    apr_array_header_t *columns;

    relation->via = colon ? apr_pstrmemdup(cmd->pool, value, (apr_size_t)(colon - value)) : value;
    if (!*relation->via)
        return site_directive_wants(cmd, "via=table or via=table:column,target_column", value);
    if (!colon)
        return NULL;
    columns = site_words_split(cmd->pool, colon + 1);
    if (columns->nelts != 2 || site_words_hold(columns, ""))
        return site_directive_wants(cmd, "two columns in via=table:column,target_column", value);
    relation->via_column = APR_ARRAY_IDX(columns, 0, const char *);
    relation->via_target_column = APR_ARRAY_IDX(columns, 1, const char *);
    return NULL;
}

static const char *set_show(cmd_parms *cmd, site_relation_spec_t *relation, const char *value) {
    static const site_choice_word_t kinds[] = {{"key", SITE_SHOW_KEY},
                                               {"link", SITE_SHOW_LINK},
                                               {"nested", SITE_SHOW_NESTED},
                                               {"none", SITE_SHOW_NONE},
                                               {NULL, 0}};
    int show;

    if (strncasecmp(value, "slug:", 5) == 0 && value[5]) {
        relation->show = SITE_SHOW_SLUG;
        relation->slug = value + 5;
        return NULL;
    }
    if (strncasecmp(value, "nested:", 7) == 0 && value[7]) {
        relation->show = SITE_SHOW_NESTED;
        relation->shape = value + 7;
        return NULL;
    }
    if (strncasecmp(value, "link:", 5) == 0 && value[5]) {
        relation->show = SITE_SHOW_LINK;
        relation->shape = value + 5;
        return NULL;
    }
    if (!site_word_choose(kinds, value, &show))
        return site_directive_wants(
            cmd, "show=key, link, link:resource, nested, nested:resource, none or slug:attribute", value);
    relation->show = (site_show_t)show;
    return NULL;
}

static const char *set_reach(cmd_parms *cmd, site_relation_spec_t *relation, const char *value) {
    static const site_choice_word_t kinds[] = {
        {"all", SITE_REACH_ALL}, {"key", SITE_REACH_KEY}, {"none", SITE_REACH_NONE}, {NULL, 0}};
    int reach;

    if (!site_word_choose(kinds, value, &reach))
        return site_directive_wants(cmd, "filter=all, key or none", value);
    relation->reach = (site_reach_t)reach;
    return NULL;
}

static const char *set_order(cmd_parms *cmd, site_relation_spec_t *relation, const char *value) {
    relation->order = site_words_split(cmd->pool, value);
    if (site_words_hold(relation->order, "") || site_words_hold(relation->order, "-"))
        return site_directive_wants(cmd, "order=attribute or order=-attribute,attribute", value);
    return NULL;
}

static const char *set_relation_lookups(cmd_parms *cmd, site_relation_spec_t *relation, const char *value) {
    static const char wants[] = "lookups=none, all, or of in, isnull, gt, gte, lt, lte";
    static const char *const words[] = {"in", "isnull", "gt", "gte", "lt", "lte"};
    int i, j;

    relation->lookups = site_words_split(cmd->pool, value);
    if (strcasecmp(value, "none") == 0) {
        relation->lookups->nelts = 0;
        return NULL;
    }
    if (strcasecmp(value, "all") == 0) {
        relation->lookups->nelts = 0;
        for (i = 0; i < (int)(sizeof words / sizeof *words); i++)
            APR_ARRAY_PUSH(relation->lookups, const char *) = words[i];
    }
    for (i = 0; i < relation->lookups->nelts; i++) {
        const char *word = APR_ARRAY_IDX(relation->lookups, i, const char *);

        for (j = 0; j < (int)(sizeof words / sizeof *words) && strcmp(words[j], word) != 0; j++)
            ;
        if (j == (int)(sizeof words / sizeof *words))
            return site_directive_wants(cmd, wants, value);
    }
    return NULL;
}

static const char *set_relation_option(cmd_parms *cmd, site_relation_spec_t *relation, const char *word) {
    static const char wants[] = "target=, column=, via=, show=, order=, filter=, lookups=, label=, reverse, multiple, "
                                "duplicates or sparse after the "
                                "name";
    const char *value;

    if (strcasecmp(word, "reverse") == 0)
        relation->reverse = 1;
    else if (strcasecmp(word, "multiple") == 0)
        relation->multiple = 1;
    else if (strcasecmp(word, "duplicates") == 0)
        relation->duplicates = 1;
    else if (strcasecmp(word, "sparse") == 0)
        relation->sparse = 1;
    else if ((value = site_word_value(word, "target")) != NULL && *value)
        relation->target = value;
    else if ((value = site_word_value(word, "label")) != NULL && *value)
        relation->label = value;
    else if ((value = site_word_value(word, "column")) != NULL) {
        relation->columns = site_words_split(cmd->pool, value);
        if (site_words_hold(relation->columns, ""))
            return site_directive_wants(cmd, "column=name or column=name,name", word);
    }
    else if ((value = site_word_value(word, "via")) != NULL)
        return set_via(cmd, relation, value);
    else if ((value = site_word_value(word, "show")) != NULL)
        return set_show(cmd, relation, value);
    else if ((value = site_word_value(word, "filter")) != NULL)
        return set_reach(cmd, relation, value);
    else if ((value = site_word_value(word, "order")) != NULL)
        return set_order(cmd, relation, value);
    else if ((value = site_word_value(word, "lookups")) != NULL)
        return set_relation_lookups(cmd, relation, value);
    else
        return site_directive_wants(cmd, wants, word);
    return NULL;
}

SITE_DIRECTIVE(site_directive_relation) {
    static const char wants[] = "a relation's name, then what it leads to and how it is shown";
    site_section_t *section;
    site_relation_spec_t *relation;
    apr_array_header_t *words;
    const char *complaint = NULL, *name;
    int i;

    if (!(section = site_directive_section(cmd, config, &complaint)) ||
        (complaint = site_directive_words(cmd, line, 1, 0, wants, &words)) != NULL)
        return complaint;
    name = APR_ARRAY_IDX(words, 0, const char *);
    if (!*name || strchr(name, '='))
        return site_directive_wants(cmd, wants, name);
    if ((complaint = site_directive_once(cmd, section, name)) != NULL ||
        (complaint = site_directive_distinct(cmd, words)) != NULL)
        return complaint;
    relation = apr_pcalloc(cmd->pool, sizeof *relation);
    relation->name = name;
    relation->place = site_directive_place(cmd);
    for (i = 1; i < words->nelts; i++) {
        complaint = set_relation_option(cmd, relation, APR_ARRAY_IDX(words, i, const char *));
        if (complaint)
            return complaint;
    }
    if (relation->via && (relation->columns || relation->reverse))
        return apr_psprintf(cmd->pool, "%s: with via= neither column= nor reverse means anything", cmd->cmd->name);
    APR_ARRAY_PUSH(section->spec.relations, site_relation_spec_t *) = relation;
    return NULL;
}
