#include "httpd/directives.h"

#include "core/text_search.h"
#include "core/accept.h"
#include "core/catalog.h"
#include "httpd/words.h"

#include <apr_strings.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

enum {
    MOST_ROWS = 100000,
    MOST_MILLISECONDS = 86400000 /* a day */
};

site_place_t site_directive_place(const cmd_parms *cmd) {
    site_place_t place;

    place.file = cmd->directive->filename;
    place.line = cmd->directive->line_num;
    return place;
}

static const char *place_key(apr_pool_t *pool, const char *directive, const char *what) {
    return what ? apr_pstrcat(pool, directive, " ", what, NULL) : directive;
}

void site_directive_remember(cmd_parms *cmd, apr_hash_t *places, const char *what) {
    site_place_t *place = apr_palloc(cmd->pool, sizeof *place);

    *place = site_directive_place(cmd);
    apr_hash_set(places, place_key(cmd->pool, cmd->cmd->name, what), APR_HASH_KEY_STRING, place);
}

const char *site_directive_once(cmd_parms *cmd, site_section_t *section, const char *what) {
    const char *key = place_key(cmd->pool, cmd->cmd->name, what);
    const site_place_t *before = apr_hash_get(section->spec.places, key, APR_HASH_KEY_STRING);

    if (before)
        return apr_psprintf(cmd->pool, "%s has been there before, at %s:%d", key, before->file, before->line);
    site_directive_remember(cmd, section->spec.places, what);
    return NULL;
}

const char *site_directive_wants(cmd_parms *cmd, const char *wants, const char *word) {
    return apr_psprintf(cmd->pool, "%s wants %s, not '%s'", cmd->cmd->name, wants, word);
}

const char *site_directive_words(cmd_parms *cmd, const char *line, int least, int most, const char *wants,
                                 apr_array_header_t **words) {
    const char *complaint = ap_check_cmd_context(cmd, NOT_IN_LIMIT);

    if (complaint)
        return complaint;
    *words = site_words(cmd->pool, line);
    if (!*words)
        return apr_psprintf(cmd->pool, "%s: a quote is not closed", cmd->cmd->name);
    if ((*words)->nelts < least || (most && (*words)->nelts > most))
        return apr_psprintf(cmd->pool, "%s wants %s", cmd->cmd->name, wants);
    return NULL;
}

const char *site_directive_bracketed(cmd_parms *cmd, const char *line, const char *wants, const char **word) {
    const char *end = strrchr(line, '>');
    apr_array_header_t *words;

    if (!end)
        return apr_psprintf(cmd->pool, "%s> lacks its closing bracket", cmd->cmd->name);
    words = site_words(cmd->pool, apr_pstrmemdup(cmd->temp_pool, line, (apr_size_t)(end - line)));
    if (!words || words->nelts != 1)
        return apr_psprintf(cmd->pool, "%s> wants %s", cmd->cmd->name, wants);
    *word = APR_ARRAY_IDX(words, 0, const char *);
    return NULL;
}

const char *site_directive_distinct(cmd_parms *cmd, const apr_array_header_t *words) {
    int i, j;

    for (i = 0; i < words->nelts; i++) {
        const char *word = APR_ARRAY_IDX(words, i, const char *), *equals = strchr(word, '=');
        int length = equals ? (int)(equals - word) : 0;

        for (j = 0; length && j < i; j++) {
            if (strncasecmp(APR_ARRAY_IDX(words, j, const char *), word, (size_t)length + 1) == 0)
                return apr_psprintf(cmd->pool, "%s: '%.*s=' is said twice", cmd->cmd->name, length, word);
        }
    }
    return NULL;
}

/* Where a behaviour goes: to the section that is being read, or to the location around it. */
static site_settings_t *settings_of(site_dir_t *dir) {
    return dir->section ? &dir->section->spec.settings : &dir->settings;
}

static SITE_DIRECTIVE(set_pagination) {
    static const char wants[] = "page, limit, cursor or none, then size=N or max=N";
    static const site_choice_word_t styles[] = {{"page", SITE_PAGINATION_PAGE},
                                                {"limit", SITE_PAGINATION_LIMIT},
                                                {"cursor", SITE_PAGINATION_CURSOR},
                                                {"none", SITE_PAGINATION_NONE},
                                                {NULL, 0}};
    site_settings_t *settings = settings_of(config);
    apr_array_header_t *words;
    const char *complaint = site_directive_words(cmd, line, 1, 3, wants, &words), *value;
    int i;

    complaint = complaint ? complaint : site_directive_distinct(cmd, words);
    for (i = 0; !complaint && i < words->nelts; i++) {
        const char *word = APR_ARRAY_IDX(words, i, const char *);

        if ((value = site_word_value(word, "size")) != NULL) {
            if (!site_word_number(value, 1, MOST_ROWS, &settings->page_size))
                complaint = site_directive_wants(cmd, "size=1 to size=100000", word);
        }
        else if ((value = site_word_value(word, "max")) != NULL) {
            if (!site_word_number(value, 0, MOST_ROWS, &settings->max_page_size))
                complaint = site_directive_wants(cmd, "max=0 (the client may not choose) to max=100000", word);
        }
        else if (i > 0 || !site_word_choose(styles, word, &settings->pagination)) {
            complaint = site_directive_wants(cmd, i > 0 ? "size=N or max=N" : "page, limit, cursor or none", word);
        }
    }
    return complaint;
}

/* The control parameters, and the members that hold their names. */
static const struct {
    const char *key;
    apr_size_t member;
} controls[] = {
    {"page", offsetof(site_settings_t, page_parameter)},
    {"size", offsetof(site_settings_t, page_size_parameter)},
    {"limit", offsetof(site_settings_t, limit_parameter)},
    {"offset", offsetof(site_settings_t, offset_parameter)},
    {"cursor", offsetof(site_settings_t, cursor_parameter)},
    {"ordering", offsetof(site_settings_t, ordering_parameter)},
    {"search", offsetof(site_settings_t, search_parameter)},
    {"filters", offsetof(site_settings_t, complex_parameter)},
    {"format", offsetof(site_settings_t, format_parameter)},
};

static SITE_DIRECTIVE(set_parameters) {
    static const char wants[] = "page=, size=, limit=, offset=, cursor=, ordering=, search=, filters= or format=, each "
                                "with a name, or - for none";
    site_settings_t *settings = settings_of(config);
    apr_array_header_t *words;
    const char *complaint = site_directive_words(cmd, line, 1, 0, wants, &words);
    int i, j, count = (int)(sizeof controls / sizeof *controls);

    complaint = complaint ? complaint : site_directive_distinct(cmd, words);
    for (i = 0; !complaint && i < words->nelts; i++) {
        const char *word = APR_ARRAY_IDX(words, i, const char *), *value = NULL;

        for (j = 0; j < count && !value; j++)
            value = site_word_value(word, controls[j].key);
        if (!value)
            complaint = site_directive_wants(cmd, wants, word);
        else if (!site_word_is_plain(value))
            complaint = site_directive_wants(cmd, "names of letters, digits and _ . ~ -, or - for none", word);
        else
            *(const char **)((char *)settings + controls[j - 1].member) = strcmp(value, "-") == 0 ? "" : value;
    }
    return complaint;
}

/* A name or Off; the member's offset is the command's data. */
static SITE_DIRECTIVE(set_name) {
    const char **member = (const char **)((char *)settings_of(config) + (apr_size_t)cmd->info);
    apr_array_header_t *words;
    const char *complaint = site_directive_words(cmd, line, 1, 1, "a name, or Off", &words), *word;

    if (complaint)
        return complaint;
    word = APR_ARRAY_IDX(words, 0, const char *);
    if (!site_word_is_plain(word))
        return site_directive_wants(cmd, "a name of letters, digits and _ . ~ -, or Off", word);
    *member = strcasecmp(word, "off") == 0 ? "" : word;
    return NULL;
}

static const char *set_one_of(cmd_parms *cmd, const char *line, const site_choice_word_t *choices, const char *wants,
                              int *member) {
    apr_array_header_t *words;
    const char *complaint = site_directive_words(cmd, line, 1, 1, wants, &words);

    if (!complaint && !site_word_choose(choices, APR_ARRAY_IDX(words, 0, const char *), member))
        complaint = site_directive_wants(cmd, wants, APR_ARRAY_IDX(words, 0, const char *));
    return complaint;
}

/* Keeps a line for those who can judge it. */
static void say(cmd_parms *cmd, const site_dir_t *dir, const char *value) {
    site_server_t *server = ap_get_module_config(cmd->server->module_config, &site_module);
    site_said_t *said = apr_array_push(server->said);

    said->directive = cmd->cmd->name;
    said->value = value;
    said->path = dir->section ? NULL : cmd->path;
    said->place = site_directive_place(cmd);
}

/* How values and relations are shown is settled when the catalogue is read: for an API or a resource, not for one request. */
static const char *for_all_requests(cmd_parms *cmd, const site_dir_t *dir, const char *line) {
    if (cmd->path && !dir->section && !site_directive_in_location(cmd))
        return apr_psprintf(cmd->pool,
                            "%s can stand at the server, in a <Location> with a plain path or in a "
                            "<SiteResource>: it holds for all requests",
                            cmd->cmd->name);
    say(cmd, dir, line);
    return NULL;
}

static const char *set_shape(cmd_parms *cmd, site_dir_t *dir, const char *line, const site_choice_word_t *choices,
                             const char *wants, int *member) {
    const char *complaint = set_one_of(cmd, line, choices, wants, member);

    return complaint ? complaint : for_all_requests(cmd, dir, line);
}

static SITE_DIRECTIVE(set_decimals) {
    static const site_choice_word_t kinds[] = {{"string", 0}, {"number", 1}, {NULL, 0}};

    return set_shape(cmd, config, line, kinds, "string or number", &settings_of(config)->decimals_as_numbers);
}

static SITE_DIRECTIVE(set_bigints) {
    static const site_choice_word_t kinds[] = {{"number", 0}, {"string", 1}, {NULL, 0}};

    return set_shape(cmd, config, line, kinds, "number or string", &settings_of(config)->bigints_as_strings);
}

static SITE_DIRECTIVE(set_strict) {
    static const site_choice_word_t flags[] = {{"on", 1}, {"off", 0}, {NULL, 0}};

    return set_one_of(cmd, line, flags, "On or Off", &settings_of(config)->strict);
}

static SITE_DIRECTIVE(set_search_phrases) {
    static const site_choice_word_t flags[] = {{"on", 1}, {"off", 0}, {NULL, 0}};

    return set_one_of(cmd, line, flags, "On or Off", &settings_of(config)->search_phrases);
}

/* An option of SiteTextSearch. Returns whether it is one. */
static int take_text_option(site_settings_t *settings, const char *word) {
    static const site_choice_word_t syntaxes[] = {{"plain", SITE_TEXT_SYNTAX_PLAIN},
                                                  {"phrase", SITE_TEXT_SYNTAX_PHRASE},
                                                  {"websearch", SITE_TEXT_SYNTAX_WEBSEARCH},
                                                  {NULL, 0}};
    const char *syntax = site_word_value(word, "syntax"), *rank = site_word_value(word, "rank");

    if (syntax)
        return site_word_choose(syntaxes, syntax, &settings->text_syntax);
    if (!rank || !*rank || *rank == '-' || strpbrk(rank, ", \t"))
        return 0;
    settings->text_rank = rank;
    return 1;
}

static SITE_DIRECTIVE(set_text_search) {
    static const char wants[] = "a text search configuration such as english, or Off, then syntax= and rank=";
    site_settings_t *settings = settings_of(config);
    apr_array_header_t *words;
    const char *complaint = site_directive_words(cmd, line, 1, 3, wants, &words), *name;
    int i;

    if (complaint)
        return complaint;
    for (i = 1; i < words->nelts; i++) {
        if (!take_text_option(settings, APR_ARRAY_IDX(words, i, const char *)))
            return site_directive_wants(cmd, "syntax=plain, phrase or websearch, or rank=name",
                                        APR_ARRAY_IDX(words, i, const char *));
    }
    name = APR_ARRAY_IDX(words, 0, const char *);
    if (!*name || strchr(name, '='))
        return site_directive_wants(cmd, wants, name);
    settings->text_search = strcasecmp(name, "off") == 0 ? "" : name;
    if (((site_dir_t *)config)->section)
        site_directive_remember(cmd, ((site_dir_t *)config)->section->spec.places, NULL);
    return for_all_requests(cmd, config, line);
}

static SITE_DIRECTIVE(set_methods) {
    static const char wants[] = "GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS";
    static const site_choice_word_t methods[] = {{"GET", SITE_METHOD_GET},         {"HEAD", SITE_METHOD_GET},
                                                 {"POST", SITE_METHOD_POST},       {"PUT", SITE_METHOD_PUT},
                                                 {"PATCH", SITE_METHOD_PATCH},     {"DELETE", SITE_METHOD_DELETE},
                                                 {"OPTIONS", SITE_METHOD_OPTIONS}, {NULL, 0}};
    apr_array_header_t *words;
    const char *complaint = site_directive_words(cmd, line, 1, 0, wants, &words);
    int i, method, all = 0;

    for (i = 0; !complaint && i < words->nelts; i++) {
        const char *word = APR_ARRAY_IDX(words, i, const char *);

        if (site_word_choose(methods, word, &method))
            all |= method;
        else
            complaint = site_directive_wants(cmd, wants, word);
    }
    if (!complaint)
        settings_of(config)->methods = all;
    return complaint;
}

static SITE_DIRECTIVE(set_relations) {
    static const site_choice_word_t kinds[] = {{"all", 0}, {"declared", 1}, {NULL, 0}};

    return set_shape(cmd, config, line, kinds, "all or declared", &settings_of(config)->declared_relations);
}

static SITE_DIRECTIVE(set_timestamps) {
    static const site_choice_word_t kinds[] = {{"plain", 0}, {"zoned", 1}, {NULL, 0}};

    return set_shape(cmd, config, line, kinds, "plain or zoned", &settings_of(config)->zoned_timestamps);
}

static SITE_DIRECTIVE(set_representations) {
    static const char wants[] = "json or html, or both";
    static const site_choice_word_t kinds[] = {
        {"json", SITE_OFFER(SITE_REPRESENTATION_JSON)}, {"html", SITE_OFFER(SITE_REPRESENTATION_HTML)}, {NULL, 0}};
    apr_array_header_t *words;
    const char *complaint = site_directive_words(cmd, line, 1, 2, wants, &words);
    int i, kind, all = 0;

    for (i = 0; !complaint && i < words->nelts; i++) {
        const char *word = APR_ARRAY_IDX(words, i, const char *);

        if (!site_word_choose(kinds, word, &kind) || (all & kind))
            complaint = site_directive_wants(cmd, wants, word);
        all |= kind;
    }
    if (!complaint)
        settings_of(config)->representations = all;
    return complaint;
}

/* Which names PostgreSQL knows, only PostgreSQL can say; this is what all of them are made of. */
static SITE_DIRECTIVE(set_time_zone) {
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/:";
    static const char wants[] = "a time zone such as UTC or Europe/Paris";
    apr_array_header_t *words;
    const char *complaint = site_directive_words(cmd, line, 1, 1, wants, &words), *zone;

    if (complaint)
        return complaint;
    zone = APR_ARRAY_IDX(words, 0, const char *);
    if (!*zone || zone[strspn(zone, letters)])
        return site_directive_wants(cmd, wants, zone);
    settings_of(config)->time_zone = zone;
    say(cmd, config, zone);
    return NULL;
}

/* Schemas of PostgreSQL's own are refused: pg_catalog is first, and who may make temporary functions could stand in for others. */
static SITE_DIRECTIVE(set_search_path) {
    static const char wants[] = "schemas, or Off";
    apr_array_header_t *words;
    const char *complaint = site_directive_words(cmd, line, 1, 0, wants, &words), *path = "";
    int i;

    for (i = 0; !complaint && i < words->nelts; i++) {
        const char *word = APR_ARRAY_IDX(words, i, const char *);

        if (words->nelts == 1 && strcasecmp(word, "off") == 0)
            break;
        if (!*word || strlen(word) > 63 || strncmp(word, "pg_", 3) == 0)
            complaint = site_directive_wants(cmd, wants, word);
        path = apr_pstrcat(cmd->pool, path, ", ", site_identifier(cmd->pool, word), NULL);
    }
    if (!complaint)
        settings_of(config)->search_path = path;
    return complaint;
}

/* The member's offset is the command's data. */
static SITE_DIRECTIVE(set_timeout) {
    static const char wants[] = "a time such as 5s or 500ms up to a day, or 0 for none";
    int *member = (int *)((char *)settings_of(config) + (apr_size_t)cmd->info);
    apr_array_header_t *words;
    apr_interval_time_t timeout;
    const char *complaint = site_directive_words(cmd, line, 1, 1, wants, &words), *word;

    if (complaint)
        return complaint;
    word = APR_ARRAY_IDX(words, 0, const char *);
    if (!site_word_time(word, &timeout) || timeout > APR_TIME_C(1000) * MOST_MILLISECONDS ||
        (timeout > 0 && timeout < 1000))
        return site_directive_wants(cmd, wants, word);
    *member = (int)(timeout / 1000);
    return NULL;
}

static SITE_DIRECTIVE(set_limits) {
    static const char wants[] = "depth=0..32, conditions=1..10000, values=1..100000 or length=1..1000000";
    static const struct {
        const char *key;
        int low, high;
        apr_size_t member;
    } limits[] = {
        {"depth", 0, 32, offsetof(site_settings_t, max_depth)},
        {"conditions", 1, 10000, offsetof(site_settings_t, max_conditions)},
        {"values", 1, 100000, offsetof(site_settings_t, max_values)},
        {"length", 1, 1000000, offsetof(site_settings_t, max_value_length)},
    };
    site_settings_t *settings = settings_of(config);
    apr_array_header_t *words;
    const char *complaint = site_directive_words(cmd, line, 1, 0, wants, &words);
    int i, j, count = (int)(sizeof limits / sizeof *limits);

    complaint = complaint ? complaint : site_directive_distinct(cmd, words);
    for (i = 0; !complaint && i < words->nelts; i++) {
        const char *word = APR_ARRAY_IDX(words, i, const char *), *value = NULL;

        for (j = 0; j < count && !value; j++)
            value = site_word_value(word, limits[j].key);
        j--;
        if (!value ||
            !site_word_number(value, limits[j].low, limits[j].high, (int *)((char *)settings + limits[j].member)))
            complaint = site_directive_wants(cmd, wants, word);
    }
    return complaint;
}

/* `cmd->info`: the member of the settings. */
static SITE_DIRECTIVE(set_bytes) {
    static const char wants[] = "a number of bytes from 1 to 1073741824";
    int *bytes = (int *)((char *)settings_of(config) + (apr_size_t)cmd->info);
    apr_array_header_t *words;
    const char *complaint = site_directive_words(cmd, line, 1, 1, wants, &words);

    if (!complaint && !site_word_number(APR_ARRAY_IDX(words, 0, const char *), 1, 1 << 30, bytes))
        complaint = site_directive_wants(cmd, wants, APR_ARRAY_IDX(words, 0, const char *));
    return complaint;
}

static SITE_DIRECTIVE(set_bulk) {
    enum { ROWS = 1000 };
    static const char wants[] = "On, Off, or the most rows that one request may create, up to 100000";
    static const site_choice_word_t flags[] = {{"on", ROWS}, {"off", 0}, {NULL, 0}};
    int *rows = &settings_of(config)->bulk;
    apr_array_header_t *words;
    const char *complaint = site_directive_words(cmd, line, 1, 1, wants, &words), *word;

    if (complaint)
        return complaint;
    word = APR_ARRAY_IDX(words, 0, const char *);
    if (!site_word_choose(flags, word, rows) && !site_word_number(word, 1, MOST_ROWS, rows))
        return site_directive_wants(cmd, wants, word);
    return NULL;
}

static SITE_DIRECTIVE(set_idempotency) {
    static const char wants[] = "a time such as 24h or 30min, from a second to 30 days, or Off";
    enum { LONGEST = 30 * 86400 };
    apr_array_header_t *words;
    apr_interval_time_t window;
    const char *complaint = site_directive_words(cmd, line, 1, 1, wants, &words), *word;

    if (complaint)
        return complaint;
    word = APR_ARRAY_IDX(words, 0, const char *);
    if (strcasecmp(word, "off") == 0)
        window = 0;
    else if (!site_word_time(word, &window) || window < APR_USEC_PER_SEC ||
             window > (apr_interval_time_t)LONGEST * APR_USEC_PER_SEC)
        return site_directive_wants(cmd, wants, word);
    settings_of(config)->idempotency = (int)apr_time_sec(window);
    return NULL;
}

/* .htaccess files may say none of them: what a database shows is the administrator's to decide. */
#define ANYWHERE (RSRC_CONF | ACCESS_CONF)
#define ROW(name, function, info, help) AP_INIT_RAW_ARGS(name, function, (void *)(info), ANYWHERE, help)
#define GLOBAL(name, function, help) AP_INIT_RAW_ARGS(name, function, NULL, RSRC_CONF, help)
#define MEMBER(member) offsetof(site_dir_t, member)
#define SETTING(member) offsetof(site_settings_t, member)

const command_rec site_directives[] = {
    GLOBAL("SitePasswordFile", site_directive_password_file, "file with the database's password, or none"),
    GLOBAL("SitePreparedStatements", site_directive_prepared_statements, "number kept per connection, or Off"),
    GLOBAL("SiteConnectionShare", site_directive_connection_share,
           "percentage or number of a pool's connections, or Off"),
    GLOBAL("SiteCatalogRefresh", site_directive_catalog_refresh, "listen, poll[=seconds] or off, then a channel"),
    GLOBAL("SiteStatic", site_directive_static, "path of static files, and the folder that has them"),
    GLOBAL("<SitePage", site_directive_page, "section about one of the site's own pages"),
    GLOBAL("SitePageTemplate", site_directive_page_template, "template of the page"),
    GLOBAL("SitePageTitle", site_directive_page_title, "title of the page, with {blanks}"),
    GLOBAL("SitePageParameter", site_directive_page_parameter, "parameter of the page's address, and its default"),
    GLOBAL("SitePageQuery", site_directive_page_query, "name, and an address of an API or sql= and a file"),
    GLOBAL("SitePageCache", site_directive_page_cache, "time that the page may be kept"),
    GLOBAL("SitePublicURL", site_directive_public_url, "address that clients know the server by, or none; prefix=kept"),

    ROW("SiteSchema", site_directive_schema, 0, "schemas whose tables are resources"),
    ROW("SiteHide", site_directive_hide, 0, "tables, or a resource's attributes, that are not shown"),
    ROW("SiteTitle", site_directive_text, MEMBER(title), "title of the pages"),
    ROW("SiteDescription", site_directive_text, MEMBER(description), "description of the pages"),
    ROW("SiteTemplates", site_directive_templates, 0, "folder of the pages' templates"),
    ROW("<SiteResource", site_directive_resource, 0, "section about one resource"),

    ROW("SiteBasicProvider", site_directive_basic_provider, 0, "providers that know users and passwords, or Off"),
    ROW("SiteRealm", site_directive_realm, 0, "what a browser calls this site when it asks for a password"),
    ROW("SiteUserTable", site_directive_user_table, 0, "table of users, as Django keeps them, or Off"),
    ROW("SiteTokenTable", site_directive_token_table, 0, "table of tokens, lifetime=, or Off"),
    ROW("SiteSessionTable", site_directive_session_table, 0, "table of sessions, lifetime=, or Off"),
    ROW("SiteRole", site_directive_role, 0,
        "a role of PostgreSQL's, then anonymous, authenticated or what Require takes"),
    ROW("SiteThrottle", site_directive_throttle, 0, "anon=, user=, signin= with a rate such as 100/h, or Off"),

    ROW("SitePagination", set_pagination, 0, "page, limit, cursor or none, size=, max="),
    ROW("SiteParameters", set_parameters, 0, "names of the control parameters"),
    ROW("SiteComplexFilter", set_name, SETTING(complex_parameter), "name of the complex filter's parameter, or Off"),
    ROW("SiteUrlAttribute", set_name, SETTING(url_attribute), "name of the attribute with a row's URL, or Off"),
    ROW("SiteDecimals", set_decimals, 0, "string or number"),
    ROW("SiteBigIntegers", set_bigints, 0, "number or string"),
    ROW("SiteRelations", set_relations, 0, "all or declared: whether foreign keys make relations by themselves"),
    ROW("SiteRepresentations", set_representations, 0, "json, html: what is answered in"),
    ROW("SiteSitemap", site_directive_sitemap, 0, "On or Off, lastmod= and an attribute"),
    ROW("SiteSearchPhrases", set_search_phrases, 0, "On or Off: whether \"two words\" are looked for as they stand"),
    ROW("SiteTextSearch", set_text_search, 0, "a text search configuration or Off, syntax=, rank="),
    ROW("SiteStrict", set_strict, 0, "On or Off: whether silent traps are errors"),
    ROW("SiteMethods", set_methods, 0, "methods that are allowed"),
    ROW("SiteBodyLimit", set_bytes, SETTING(body_limit), "bytes that a request's body may have"),
    ROW("SiteAnswerLimit", set_bytes, SETTING(answer_limit), "bytes that an answer may have that is built in memory"),
    ROW("SiteBulk", set_bulk, 0, "On, Off or a number: whether a POST may create a list of rows"),
    ROW("SiteIdempotency", set_idempotency, 0, "time that answers are kept for an Idempotency-Key, or Off"),
    ROW("SiteTimestamps", set_timestamps, 0, "plain or zoned: how timestamps without time zone are shown"),
    ROW("SiteTimeZone", set_time_zone, 0, "time zone of what is shown and read"),
    ROW("SiteSearchPath", set_search_path, 0,
        "schemas in which functions find what they name without a schema, or Off"),
    ROW("SiteStatementTimeout", set_timeout, SETTING(statement_timeout), "time that a statement may take, 0 for any"),
    ROW("SiteStreamTimeout", set_timeout, SETTING(stream_timeout), "time that a streamed list may take, 0 for any"),
    ROW("SiteStreamIdleTimeout", set_timeout, SETTING(stream_idle_timeout),
        "time that the client of a streamed list may take nothing, 0 for Apache's Timeout"),
    ROW("SiteRegexTimeout", set_timeout, SETTING(regex_timeout),
        "time that regular expressions of anonymous clients may take, 0 for SiteStatementTimeout"),
    ROW("SitePageTimeout", set_timeout, SETTING(page_timeout), "time that a page waits for a chart, 0 for any"),
    ROW("SiteLimits", set_limits, 0, "depth=, conditions=, values=, length="),

    ROW("SiteTable", site_directive_table, 0, "table of the resource"),
    ROW("SiteNames", site_directive_names, 0, "the resource in human words: singular and plural"),
    ROW("SiteKey", site_directive_key, 0, "attribute that is the key in URLs, then dots or nothing"),
    ROW("SiteLabel", site_directive_label, 0, "attribute that a row is called by on pages"),
    ROW("SiteAttributes", site_directive_attributes, 0, "the resource's attributes: exactly these, in this order"),
    ROW("SiteAttribute", site_directive_attribute, 0, "an attribute and what is special about it"),
    ROW("SiteLookups", site_directive_lookups, 0, "lookups of an attribute, or of * (all others)"),
    ROW("SiteReadOnly", site_directive_read_only, 0, "attributes that cannot be written"),
    ROW("SiteRelation", site_directive_relation, 0, "a relation and how it is shown"),
    ROW("SiteChart", site_directive_chart, 0, "a chart: its name, label=, x=, y=, size=, projection=sky"),
    ROW("SiteParameter", site_directive_parameter, 0, "another name for a lookup"),
    ROW("SiteWhere", site_directive_where, 0, "what holds of all the resource's rows: path=value"),
    ROW("SiteInternal", site_directive_internal, 0, "On: the resource has no addresses, only relations lead to it"),
    ROW("SiteSearch", site_directive_search, 0, "attributes that are searched, or Off"),
    ROW("SiteOrderings", site_directive_orderings, 0, "attributes to order by, all or none"),
    ROW("SiteFacets", site_directive_facets, 0, "attributes whose values pages count, or none"),
    ROW("SiteDefaultOrdering", site_directive_default_ordering, 0, "attributes, - before descending ones"),
    {NULL, {NULL}, NULL, 0, RAW_ARGS, NULL},
};
