/* <SitePage> and what stands in it. */
#include "httpd/directives.h"

#include "httpd/custom.h"
#include "httpd/keep.h"
#include "httpd/log.h"
#include "httpd/words.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

enum { MOST_BYTES = 1024 * 1024 /* of a file of SQL */, MOST_QUERIES = 64, MOST_SECONDS = 31536000 };

static site_server_t *server_of(const cmd_parms *cmd) {
    return ap_get_module_config(cmd->server->module_config, &site_module);
}

/* --- the section --- */

/* What is said in a section is about this page alone; anything else would quietly be about the server. */
static const char *check_children(cmd_parms *cmd) {
    const ap_directive_t *child;

    for (child = cmd->directive->first_child; child; child = child->next) {
        if (strncasecmp(child->directive, "SitePage", 8) != 0 && strcasecmp(child->directive, "SiteSitemap") != 0) {
            cmd->err_directive = child;
            return apr_psprintf(cmd->pool, "%s cannot stand in <SitePage>", child->directive);
        }
    }
    return NULL;
}

static const char *declared_before(cmd_parms *cmd, const site_own_page_t *page) {
    const apr_array_header_t *pages = server_of(cmd)->pages;
    int i;

    for (i = 0; i < pages->nelts; i++) {
        const site_own_page_t *other = APR_ARRAY_IDX(pages, i, const site_own_page_t *);

        if (site_pattern_compare(page->custom.pattern, other->custom.pattern) == 0)
            return apr_psprintf(cmd->pool, "%s \"%s\"> answers the same addresses as <SitePage \"%s\"> at %s:%d",
                                cmd->cmd->name, page->custom.pattern->text, other->custom.pattern->text,
                                other->custom.place.file, other->custom.place.line);
    }
    return NULL;
}

static const char *check_captures(cmd_parms *cmd, const site_custom_t *page) {
    int i;

    for (i = 0; i < page->pattern->segments->nelts; i++) {
        const site_pattern_segment_t *segment =
            &APR_ARRAY_IDX(page->pattern->segments, i, const site_pattern_segment_t);

        if (segment->captured && site_custom_is_common(cmd->temp_pool, page, segment->text))
            return apr_psprintf(cmd->pool, "%s \"%s\">: '%s' cannot be captured: every page has that name already",
                                cmd->cmd->name, page->pattern->text, segment->text);
    }
    return NULL;
}

SITE_DIRECTIVE(site_directive_page) {
    site_server_t *server = server_of(cmd);
    site_own_page_t *page = apr_pcalloc(cmd->pool, sizeof *page);
    const char *path = "", *wants,
               *complaint = site_directive_bracketed(cmd, line, "one path, such as \"/news/{slug}/\"", &path);

    (void)config;
    if (complaint)
        return complaint;
    page->server = cmd->server;
    page->custom.pattern = site_pattern_read(cmd->pool, path, &wants);
    if (!page->custom.pattern)
        return apr_psprintf(cmd->pool, "%s \"%s\"> wants %s", cmd->cmd->name, path, wants);
    page->custom.parameters = apr_array_make(cmd->pool, 2, sizeof(site_custom_parameter_t));
    page->custom.queries = apr_array_make(cmd->pool, 4, sizeof(site_custom_query_t *));
    page->custom.cache = page->custom.sitemap = SITE_UNSET;
    page->custom.place = site_directive_place(cmd);
    complaint = declared_before(cmd, page);
    if (!complaint)
        complaint = check_captures(cmd, &page->custom);
    if (!complaint)
        complaint = check_children(cmd);
    if (complaint)
        return complaint;
    APR_ARRAY_PUSH(server->pages, site_own_page_t *) = page;

    /* The lines within are ordinary directives; they find the page by way of the server's configuration. */
    server->page = &page->custom;
    complaint = ap_walk_config(cmd->directive->first_child, cmd, cmd->context);
    server->page = NULL;
    if (!complaint && !page->custom.file)
        complaint = apr_psprintf(cmd->pool, "%s \"%s\"> wants a template: SitePageTemplate names it", cmd->cmd->name,
                                 page->custom.pattern->text);
    return complaint;
}

/* --- what stands in it --- */

/* The page that is being read, and the words of the line; NULL and a complaint. */
static site_custom_t *begin(cmd_parms *cmd, const char *line, int least, int most, const char *wants,
                            apr_array_header_t **words, const char **complaint) {
    site_custom_t *page = server_of(cmd)->page;

    *complaint = page ? site_directive_words(cmd, line, least, most, wants, words)
                      : apr_psprintf(cmd->pool, "%s can only stand in a <SitePage> section", cmd->cmd->name);
    return *complaint ? NULL : page;
}

static const char *said_before(cmd_parms *cmd) {
    return apr_psprintf(cmd->pool, "%s has been there before in this section", cmd->cmd->name);
}

SITE_DIRECTIVE(site_directive_page_template) {
    static const char wants[] = "the name of a template, such as news.html";
    apr_array_header_t *words;
    const char *complaint, *word;
    site_custom_t *page = begin(cmd, line, 1, 1, wants, &words, &complaint);
    apr_size_t length;

    (void)config;
    if (!page)
        return complaint;
    if (page->file)
        return said_before(cmd);
    word = APR_ARRAY_IDX(words, 0, const char *);
    length = strlen(word);
    if (length < 6 || strcmp(word + length - 5, ".html") != 0 || *word == '/' || strstr(word, ".."))
        return site_directive_wants(cmd, wants, word);
    page->file = word;
    return NULL;
}

SITE_DIRECTIVE(site_directive_page_title) {
    apr_array_header_t *words;
    const char *complaint, *wants;
    site_custom_t *page = begin(cmd, line, 1, 1, "one text, in quotes", &words, &complaint);

    (void)config;
    if (!page)
        return complaint;
    if (page->title)
        return said_before(cmd);
    page->title = site_blanks_read(cmd->pool, APR_ARRAY_IDX(words, 0, const char *), &wants);
    return page->title ? NULL : apr_psprintf(cmd->pool, "%s wants %s", cmd->cmd->name, wants);
}

SITE_DIRECTIVE(site_directive_page_parameter) {
    static const char wants[] = "the name of a parameter, and what it is when it is not given";
    apr_array_header_t *words;
    const char *complaint, *why;
    site_custom_t *page = begin(cmd, line, 1, 2, wants, &words, &complaint);
    site_custom_parameter_t parameter;

    (void)config;
    if (!page)
        return complaint;
    parameter.name = APR_ARRAY_IDX(words, 0, const char *);
    parameter.fallback = words->nelts > 1 ? APR_ARRAY_IDX(words, 1, const char *) : NULL;
    if (!site_pattern_is_name(parameter.name, strlen(parameter.name)))
        return site_directive_wants(cmd, "a name of letters, digits and _, beginning with a letter", parameter.name);
    why = site_custom_is_taken(page, parameter.name);
    if (why)
        return apr_psprintf(cmd->pool, "%s: '%s' cannot be a parameter: %s", cmd->cmd->name, parameter.name, why);
    parameter.unseen = site_custom_is_common(cmd->temp_pool, page, parameter.name);
    APR_ARRAY_PUSH(page->parameters, site_custom_parameter_t) = parameter;
    return NULL;
}

SITE_DIRECTIVE(site_directive_page_cache) {
    static const char wants[] = "a time such as 60s or 1h, up to a year";
    apr_array_header_t *words;
    apr_interval_time_t time;
    const char *complaint, *word;
    site_custom_t *page = begin(cmd, line, 1, 1, wants, &words, &complaint);

    (void)config;
    if (!page)
        return complaint;
    word = APR_ARRAY_IDX(words, 0, const char *);
    if (!site_word_time(word, &time) || time > (apr_interval_time_t)MOST_SECONDS * APR_USEC_PER_SEC)
        return site_directive_wants(cmd, wants, word);
    page->cache = (int)apr_time_sec(time);
    return NULL;
}

/* --- queries --- */

/* The text of the file at `path`, in the temporary pool; else *complaint. */
static char *read_text(cmd_parms *cmd, const char *path, apr_size_t *length, const char **complaint) {
    apr_file_t *handle = NULL;
    apr_finfo_t info;
    char *text;

    *complaint = NULL;
    *length = 0;
    if (apr_stat(&info, path, APR_FINFO_TYPE | APR_FINFO_SIZE, cmd->temp_pool) != APR_SUCCESS ||
        info.filetype != APR_REG)
        *complaint = apr_psprintf(cmd->pool, "there is no file '%s'", path);
    else if (info.size > MOST_BYTES)
        *complaint = apr_psprintf(cmd->pool, "%s is larger than 1 MiB", path);
    else if (apr_file_open(&handle, path, APR_READ | APR_BINARY, 0, cmd->temp_pool) != APR_SUCCESS)
        *complaint = apr_psprintf(cmd->pool, "%s cannot be read", path);
    if (*complaint || !handle)
        return NULL;
    *length = (apr_size_t)info.size;
    text = apr_palloc(cmd->temp_pool, *length + 1);
    if (*length && apr_file_read_full(handle, text, *length, length) != APR_SUCCESS)
        *complaint = apr_psprintf(cmd->pool, "%s cannot be read", path);
    apr_file_close(handle);
    return *complaint ? NULL : text;
}

/* A restart that meets a file which is missing or wrong goes on with what was right before. */
static const char *read_sql(cmd_parms *cmd, const char *file, site_custom_query_t *query) {
    const char *path = ap_server_root_relative(cmd->pool, file), *complaint, *why = NULL, *text;
    process_rec *process = cmd->server->process;
    apr_size_t length;

    if (!path)
        return apr_psprintf(cmd->pool, "%s: there is no file '%s'", cmd->cmd->name, file);
    text = read_text(cmd, path, &length, &complaint);
    if (text)
        query->sql = site_sql_file_read(cmd->pool, path, text, length, query->rows, &complaint);
    if (!complaint) {
        site_keep(process, path, text, length);
        return NULL;
    }
    text = site_kept(process, path, &length);
    if (text)
        query->sql = site_sql_file_read(cmd->pool, path, text, length, query->rows, &why);
    if (!text || why)
        return apr_psprintf(cmd->pool, "%s: %s", cmd->cmd->name, complaint);
    ap_log_error(APLOG_MARK, APLOG_ERR, 0, cmd->server,
                 "SITE0176: %s:%d: %s: %s. The query stays as it was before this restart", cmd->directive->filename,
                 cmd->directive->line_num, cmd->cmd->name, complaint);
    return NULL;
}

static const char *read_option(cmd_parms *cmd, const char *word, site_custom_query_t *query) {
    static const char wants[] =
        "required, optional, count, labels, rows=1 to rows=10000, or (with sql=) api= behind the query";
    const char *value;

    if (strcasecmp(word, "required") == 0)
        query->required = 1;
    else if (strcasecmp(word, "optional") == 0)
        query->optional = 1;
    else if (strcasecmp(word, "count") == 0)
        query->counted = 1;
    else if (strcasecmp(word, "labels") == 0 && query->address)
        query->labelled = 1;
    else if ((value = site_word_value(word, "rows")) != NULL) {
        if (!site_word_number(value, 1, SITE_CUSTOM_MOST_ROWS, &query->rows))
            return site_directive_wants(cmd, "rows=1 to rows=10000", word);
    }
    else if ((value = site_word_value(word, "api")) != NULL && !query->address && *value == '/')
        query->api_path = value;
    else
        return site_directive_wants(cmd, wants, word);
    return NULL;
}

SITE_DIRECTIVE(site_directive_page_query) {
    static const char wants[] =
        "a name, then an address of an API such as \"/api/books/?pages__lt=100\", or sql= and a "
        "file; and then required or optional, count, labels, rows=";
    apr_array_header_t *words;
    const char *complaint, *source, *file, *why;
    site_custom_t *page = begin(cmd, line, 2, 0, wants, &words, &complaint);
    site_custom_query_t *query = apr_pcalloc(cmd->pool, sizeof *query);
    int i;

    (void)config;
    if (!page)
        return complaint;
    query->name = APR_ARRAY_IDX(words, 0, const char *);
    query->page = page;
    query->rows = SITE_CUSTOM_ROWS;
    query->place = site_directive_place(cmd);
    source = APR_ARRAY_IDX(words, 1, const char *);
    file = site_word_value(source, "sql");
    query->address = file ? NULL : source;
    if (!site_pattern_is_name(query->name, strlen(query->name)))
        return site_directive_wants(cmd, "a name of letters, digits and _, beginning with a letter", query->name);
    why = site_custom_is_common(cmd->temp_pool, page, query->name) ? "every page has that name already"
                                                                   : site_custom_is_taken(page, query->name);
    if (why)
        return apr_psprintf(cmd->pool, "%s: '%s' cannot be a query: %s", cmd->cmd->name, query->name, why);
    if (!(file ? *file : *source == '/'))
        return site_directive_wants(cmd, wants, source);
    if (page->queries->nelts == MOST_QUERIES)
        return apr_psprintf(cmd->pool, "%s: a page can have %d queries", cmd->cmd->name, MOST_QUERIES);
    for (i = 2; !complaint && i < words->nelts; i++)
        complaint = read_option(cmd, APR_ARRAY_IDX(words, i, const char *), query);
    if (!complaint && query->required && query->optional)
        complaint =
            apr_psprintf(cmd->pool, "%s: '%s' can be required or optional, not both", cmd->cmd->name, query->name);
    if (!complaint && file)
        complaint = read_sql(cmd, file, query);
    if (!complaint)
        APR_ARRAY_PUSH(page->queries, site_custom_query_t *) = query;
    return complaint;
}

/* --- the sitemap --- */

SITE_DIRECTIVE(site_directive_sitemap) {
    static const char wants[] = "On or Off, and then lastmod= with an attribute";
    static const site_choice_word_t flags[] = {{"on", 1}, {"off", 0}, {NULL, 0}};
    site_custom_t *page = server_of(cmd)->page;
    site_dir_t *dir = config;
    site_settings_t *settings = dir->section ? &dir->section->spec.settings : &dir->settings;
    apr_array_header_t *words;
    const char *complaint = site_directive_words(cmd, line, 1, 2, wants, &words), *value;
    int on;

    if (complaint)
        return complaint;
    if (!site_word_choose(flags, APR_ARRAY_IDX(words, 0, const char *), &on))
        return site_directive_wants(cmd, wants, APR_ARRAY_IDX(words, 0, const char *));
    if (page)
        page->sitemap = on;
    else
        settings->sitemap = on;
    if (words->nelts == 1)
        return NULL;
    value = site_word_value(APR_ARRAY_IDX(words, 1, const char *), "lastmod");
    if (page || !dir->section || !value || !*value)
        return apr_psprintf(cmd->pool, "%s: lastmod= names an attribute, in a <SiteResource>", cmd->cmd->name);
    settings->lastmod = value;
    site_directive_remember(cmd, dir->section->spec.places, NULL);
    return NULL;
}
