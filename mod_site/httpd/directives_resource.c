#include "httpd/directives.h"

#include "core/facet.h"

#include "httpd/words.h"

#include <apr_strings.h>
#include <string.h>

site_section_t *site_directive_section(cmd_parms *cmd, site_dir_t *dir, const char **complaint) {
    if (!dir->section)
        *complaint = apr_psprintf(cmd->pool, "%s can only stand in a <SiteResource> section", cmd->cmd->name);
    return dir->section;
}

const char *site_directive_list(cmd_parms *cmd, const apr_array_header_t *words, int from, apr_array_header_t **list) {
    int i;

    *list = apr_array_make(cmd->pool, words->nelts, sizeof(const char *));
    for (i = from; i < words->nelts; i++) {
        const char *word = APR_ARRAY_IDX(words, i, const char *);

        if (!*word)
            return apr_psprintf(cmd->pool, "%s: a name is empty", cmd->cmd->name);
        if (site_words_hold(*list, word))
            return apr_psprintf(cmd->pool, "%s: '%s' is named twice", cmd->cmd->name, word);
        APR_ARRAY_PUSH(*list, const char *) = word;
    }
    return NULL;
}

/* What most directives of a section begin with. */
static const char *begin(cmd_parms *cmd, site_dir_t *dir, const char *line, int most, const char *wants,
                         apr_array_header_t **words) {
    const char *complaint = site_directive_words(cmd, line, 1, most, wants, words), *elsewhere = NULL;

    return site_directive_section(cmd, dir, &elsewhere) ? complaint : elsewhere;
}

SITE_DIRECTIVE(site_directive_table) {
    static const char wants[] = "a table, as name or schema.name";
    site_dir_t *dir = config;
    apr_array_header_t *words;
    const char *complaint = begin(cmd, dir, line, 1, wants, &words), *word;

    if (complaint || (complaint = site_directive_once(cmd, dir->section, NULL)) != NULL)
        return complaint;
    word = APR_ARRAY_IDX(words, 0, const char *);
    if (!*word || *word == '.' || word[strlen(word) - 1] == '.')
        return site_directive_wants(cmd, wants, word);
    dir->section->spec.table = word;
    return NULL;
}

SITE_DIRECTIVE(site_directive_names) {
    static const char wants[] = "one or two texts: one row, and several";
    site_dir_t *dir = config;
    apr_array_header_t *words;
    const char *complaint = begin(cmd, dir, line, 2, wants, &words);

    if (complaint || (complaint = site_directive_once(cmd, dir->section, NULL)) != NULL)
        return complaint;
    if (site_words_hold(words, ""))
        return site_directive_wants(cmd, wants, "");
    dir->section->spec.singular = APR_ARRAY_IDX(words, 0, const char *);
    if (words->nelts > 1)
        dir->section->spec.plural = APR_ARRAY_IDX(words, 1, const char *);
    return NULL;
}

SITE_DIRECTIVE(site_directive_key) {
    site_dir_t *dir = config;
    apr_array_header_t *words;
    const char *complaint = begin(cmd, dir, line, 2, "one attribute, then dots or nothing", &words);

    if (complaint || (complaint = site_directive_once(cmd, dir->section, NULL)) != NULL)
        return complaint;
    dir->section->spec.key = APR_ARRAY_IDX(words, 0, const char *);
    if (words->nelts > 1 && strcasecmp(APR_ARRAY_IDX(words, 1, const char *), "dots") != 0)
        return site_directive_wants(cmd, "dots or nothing after the attribute", APR_ARRAY_IDX(words, 1, const char *));
    dir->section->spec.key_dots = words->nelts > 1;
    return *dir->section->spec.key ? NULL : site_directive_wants(cmd, "one attribute", "");
}

SITE_DIRECTIVE(site_directive_label) {
    site_dir_t *dir = config;
    apr_array_header_t *words;
    const char *complaint = begin(cmd, dir, line, 1, "one attribute", &words);

    if (complaint || (complaint = site_directive_once(cmd, dir->section, NULL)) != NULL)
        return complaint;
    dir->section->spec.label = APR_ARRAY_IDX(words, 0, const char *);
    return *dir->section->spec.label ? NULL : site_directive_wants(cmd, "one attribute", "");
}

SITE_DIRECTIVE(site_directive_attributes) {
    site_dir_t *dir = config;
    apr_array_header_t *words;
    const char *complaint = begin(cmd, dir, line, 0, "one or more attributes", &words);

    if (complaint || (complaint = site_directive_once(cmd, dir->section, NULL)) != NULL)
        return complaint;
    return site_directive_list(cmd, words, 0, &dir->section->spec.attributes);
}

SITE_DIRECTIVE(site_directive_parameter) {
    static const char wants[] = "a parameter's name and the lookup that it stands for";
    site_dir_t *dir = config;
    site_parameter_spec_t *parameter;
    apr_array_header_t *words;
    const char *complaint = begin(cmd, dir, line, 2, wants, &words);

    if (complaint)
        return complaint;
    if (words->nelts != 2)
        return apr_psprintf(cmd->pool, "%s wants %s", cmd->cmd->name, wants);
    parameter = apr_pcalloc(cmd->pool, sizeof *parameter);
    parameter->name = APR_ARRAY_IDX(words, 0, const char *);
    parameter->path = APR_ARRAY_IDX(words, 1, const char *);
    parameter->place = site_directive_place(cmd);
    if (!site_word_is_plain(parameter->name))
        return site_directive_wants(cmd, "a name of letters, digits and _ . ~ -", parameter->name);
    if (!*parameter->path)
        return site_directive_wants(cmd, wants, "");
    complaint = site_directive_once(cmd, dir->section, parameter->name);
    if (!complaint)
        APR_ARRAY_PUSH(dir->section->spec.parameters, site_parameter_spec_t *) = parameter;
    return complaint;
}

SITE_DIRECTIVE(site_directive_where) {
    static const char wants[] = "conditions, each as path=value";
    site_dir_t *dir = config;
    apr_array_header_t *words;
    const char *complaint = begin(cmd, dir, line, 0, wants, &words);
    int i;

    if (complaint)
        return complaint;
    if (!dir->section->spec.where)
        dir->section->spec.where = apr_array_make(cmd->pool, words->nelts, sizeof(site_where_spec_t *));
    for (i = 0; i < words->nelts; i++) {
        const char *word = APR_ARRAY_IDX(words, i, const char *), *equals = strchr(word, '=');
        site_where_spec_t *where = apr_pcalloc(cmd->pool, sizeof *where);

        if (!equals || equals == word)
            return site_directive_wants(cmd, wants, word);
        where->path = apr_pstrmemdup(cmd->pool, word, (apr_size_t)(equals - word));
        where->value = equals + 1;
        where->place = site_directive_place(cmd);
        APR_ARRAY_PUSH(dir->section->spec.where, site_where_spec_t *) = where;
    }
    return NULL;
}

SITE_DIRECTIVE(site_directive_internal) {
    static const site_choice_word_t flags[] = {{"on", 1}, {"off", 0}, {NULL, 0}};
    site_dir_t *dir = config;
    apr_array_header_t *words;
    const char *complaint = begin(cmd, dir, line, 1, "On or Off", &words);

    if (complaint || (complaint = site_directive_once(cmd, dir->section, NULL)) != NULL)
        return complaint;
    if (!site_word_choose(flags, APR_ARRAY_IDX(words, 0, const char *), &dir->section->spec.internal))
        return site_directive_wants(cmd, "On or Off", APR_ARRAY_IDX(words, 0, const char *));
    return NULL;
}

/* Whether the line is this one word. */
static int is_only(const apr_array_header_t *words, const char *word) {
    return words->nelts == 1 && strcasecmp(APR_ARRAY_IDX(words, 0, const char *), word) == 0;
}

SITE_DIRECTIVE(site_directive_search) {
    site_dir_t *dir = config;
    apr_array_header_t *words;
    const char *complaint = begin(cmd, dir, line, 0, "attributes, each after ^ = @ $ or nothing, or Off", &words);
    int i;

    if (complaint || (complaint = site_directive_once(cmd, dir->section, NULL)) != NULL)
        return complaint;
    if (is_only(words, "off")) {
        dir->section->spec.search = apr_array_make(cmd->pool, 1, sizeof(const char *));
        return NULL;
    }
    for (i = 0; i < words->nelts; i++) {
        const char *word = APR_ARRAY_IDX(words, i, const char *);

        if (!word[strchr("^=@$", *word) && *word ? 1 : 0])
            return site_directive_wants(cmd, "an attribute, after ^ = @ $ or nothing", word);
    }
    return site_directive_list(cmd, words, 0, &dir->section->spec.search);
}

SITE_DIRECTIVE(site_directive_orderings) {
    site_dir_t *dir = config;
    apr_array_header_t *words, *names;
    const char *complaint = begin(cmd, dir, line, 0, "attributes, all or none", &words);
    int i;

    if (complaint || (complaint = site_directive_once(cmd, dir->section, NULL)) != NULL)
        return complaint;
    if (is_only(words, "all"))
        return NULL;
    if (is_only(words, "none")) {
        dir->section->spec.orderings = apr_array_make(cmd->pool, 1, sizeof(const char *));
        return NULL;
    }
    names = apr_array_make(cmd->temp_pool, words->nelts, sizeof(const char *));
    for (i = 0; i < words->nelts; i++) {
        const char *word = APR_ARRAY_IDX(words, i, const char *), *equals = strchr(word, '=');

        APR_ARRAY_PUSH(names, const char *) =
            equals ? apr_pstrmemdup(cmd->temp_pool, word, (apr_size_t)(equals - word)) : word;
        if (*word == '-')
            return site_directive_wants(cmd, "attributes without a sign: each can be asked for in both directions",
                                        word);
        if (equals && (equals == word || !equals[1]))
            return site_directive_wants(cmd, "attributes, or name=attribute", word);
    }
    /* What clients call it is what must differ. */
    complaint = site_directive_list(cmd, names, 0, &names);
    return complaint ? complaint : site_directive_list(cmd, words, 0, &dir->section->spec.orderings);
}

SITE_DIRECTIVE(site_directive_default_ordering) {
    site_dir_t *dir = config;
    apr_array_header_t *words, *bare;
    const char *complaint = begin(cmd, dir, line, 0, "attributes, - before descending ones", &words);
    int i;

    if (complaint || (complaint = site_directive_once(cmd, dir->section, NULL)) != NULL)
        return complaint;
    bare = apr_array_make(cmd->temp_pool, words->nelts, sizeof(const char *));
    for (i = 0; i < words->nelts; i++) {
        const char *word = APR_ARRAY_IDX(words, i, const char *);

        APR_ARRAY_PUSH(bare, const char *) = *word == '-' ? word + 1 : word;
    }
    /* Twice the same attribute, in whatever directions, orders no further. */
    complaint = site_directive_list(cmd, bare, 0, &bare);
    return complaint ? complaint : site_directive_list(cmd, words, 0, &dir->section->spec.ordering);
}

SITE_DIRECTIVE(site_directive_facets) {
    static const char wants[] = "attributes, or none";
    site_dir_t *dir = config;
    apr_array_header_t *words;
    const char *complaint = begin(cmd, dir, line, 0, wants, &words);

    if (complaint || (complaint = site_directive_once(cmd, dir->section, NULL)) != NULL)
        return complaint;
    if (!words->nelts)
        return site_directive_wants(cmd, wants, "");
    if (words->nelts == 1 && strcasecmp(APR_ARRAY_IDX(words, 0, const char *), "none") == 0) {
        dir->section->spec.facets = apr_array_make(cmd->pool, 1, sizeof(const char *));
        return NULL;
    }
    if (words->nelts > SITE_FACETS_MAX)
        return apr_psprintf(cmd->pool, "%s: at most %d attributes", cmd->cmd->name, SITE_FACETS_MAX);
    return site_directive_list(cmd, words, 0, &dir->section->spec.facets);
}
