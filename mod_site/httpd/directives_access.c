#include "httpd/directives.h"

#include "db/account.h"
#include "httpd/basic.h"
#include "httpd/role.h"
#include "httpd/throttle.h"
#include "httpd/words.h"

#include <ap_provider.h>
#include <apr_strings.h>
#include <string.h>

/* All of them are a location's: a complaint when they stand in a <SiteResource>. */
static const char *of_location(cmd_parms *cmd, const site_dir_t *dir) {
    return dir->section ? apr_psprintf(cmd->pool, "%s cannot stand in <SiteResource>: it is the location's to say",
                                       cmd->cmd->name)
                        : NULL;
}

SITE_DIRECTIVE(site_directive_basic_provider) {
    static const char wants[] = "providers of users and passwords such as file or dbd, or Off";
    site_dir_t *dir = config;
    apr_array_header_t *words, *list;
    const char *complaint = site_directive_words(cmd, line, 1, 0, wants, &words);
    int i, j;

    if (complaint || (complaint = of_location(cmd, dir)) != NULL)
        return complaint;
    list = apr_array_make(cmd->pool, words->nelts, sizeof(site_basic_t));
    if (words->nelts != 1 || strcasecmp(APR_ARRAY_IDX(words, 0, const char *), "off") != 0) {
        for (i = 0; i < words->nelts; i++) {
            const char *word = APR_ARRAY_IDX(words, i, const char *);
            site_basic_t *basic;

            for (j = 0; j < i; j++) {
                if (strcmp(APR_ARRAY_IDX(words, j, const char *), word) == 0)
                    return apr_psprintf(cmd->pool, "%s: '%s' is said twice", cmd->cmd->name, word);
            }
            basic = apr_array_push(list);
            basic->name = word;
            basic->provider = ap_lookup_provider(AUTHN_PROVIDER_GROUP, basic->name, AUTHN_PROVIDER_VERSION);
            if (!basic->provider)
                return apr_psprintf(cmd->pool,
                                    "%s: no module provides '%s'; a LoadModule line for mod_authn_%s has to come first",
                                    cmd->cmd->name, basic->name, basic->name);
            if (!basic->provider->check_password)
                return apr_psprintf(cmd->pool, "%s: the provider '%s' cannot check passwords", cmd->cmd->name,
                                    basic->name);
        }
    }
    dir->access.basic = list;
    return NULL;
}

SITE_DIRECTIVE(site_directive_realm) {
    static const char wants[] = "a name without quotes and backslashes";
    site_dir_t *dir = config;
    apr_array_header_t *words;
    const char *complaint = site_directive_words(cmd, line, 1, 1, wants, &words), *c;

    if (complaint || (complaint = of_location(cmd, dir)) != NULL)
        return complaint;
    dir->access.realm = APR_ARRAY_IDX(words, 0, const char *);
    if (!*dir->access.realm)
        return site_directive_wants(cmd, wants, dir->access.realm);
    for (c = dir->access.realm; *c; c++) {
        if ((unsigned char)*c < ' ' || *c == '"' || *c == '\\' || *c == 127)
            return site_directive_wants(cmd, wants, dir->access.realm);
    }
    return NULL;
}

/* Each of these lines counts on its own: requests to one location are none to another. */
SITE_DIRECTIVE(site_directive_throttle) {
    static const char wants[] = "anon=, user= or signin=, each with a rate such as 5/s, 100/min or 1000/d; or Off";
    static const struct {
        const char *key;
        site_throttle_scope_t scope;
    } scopes[] = {{"anon", SITE_THROTTLE_ANON}, {"user", SITE_THROTTLE_USER}, {"signin", SITE_THROTTLE_SIGN_IN}};
    site_dir_t *dir = config;
    apr_array_header_t *words, *list;
    const char *complaint = site_directive_words(cmd, line, 1, 0, wants, &words);
    int i, off;

    if (complaint || (complaint = of_location(cmd, dir)) != NULL)
        return complaint;
    list = apr_array_make(cmd->pool, words->nelts, sizeof(site_throttle_t *));
    off = words->nelts == 1 && strcasecmp(APR_ARRAY_IDX(words, 0, const char *), "off") == 0;
    for (i = 0; !off && i < words->nelts; i++) {
        const char *word = APR_ARRAY_IDX(words, i, const char *), *value = NULL;
        site_rate_t rate;
        int j;

        for (j = 0; j < 3 && !value; j++)
            value = site_word_value(word, scopes[j].key);
        if (!value || !site_rate_read(value, &rate))
            return site_directive_wants(cmd, wants, word);
        APR_ARRAY_PUSH(list, site_throttle_t *) = site_throttle_declare(cmd->pool, scopes[j - 1].scope, &rate);
    }
    dir->access.throttles = list;
    return NULL;
}

/* "SiteRole editor group editors": what follows the role is what Require takes. */
static const char *parse_rule(cmd_parms *cmd, const char *line, const char *word, site_role_t *rule) {
    const char *rest = strstr(line, word);

    rule->who = SITE_ROLE_FOR_PROVIDER;
    rule->name = word;
    rule->provider = ap_lookup_provider(AUTHZ_PROVIDER_GROUP, word, AUTHZ_PROVIDER_VERSION);
    if (!rule->provider || !rest)
        return apr_psprintf(cmd->pool,
                            "%s: no module can tell '%s'; it wants anonymous, authenticated or what Require "
                            "takes, such as group editors",
                            cmd->cmd->name, word);
    rest += strlen(word);
    rule->arguments = apr_pstrdup(cmd->pool, rest + strspn(rest, " \t"));
    if (!*rule->arguments && (strcasecmp(word, "user") == 0 || strcasecmp(word, "group") == 0))
        return apr_psprintf(cmd->pool, "%s: nobody is named behind '%s'", cmd->cmd->name, word);
    return rule->provider->parse_require_line ? rule->provider->parse_require_line(cmd, rule->arguments, &rule->parsed)
                                              : NULL;
}

SITE_DIRECTIVE(site_directive_role) {
    static const char wants[] = "a role, then anonymous, authenticated or what Require takes; or Off";
    site_dir_t *dir = config;
    apr_array_header_t *words;
    const char *complaint = site_directive_words(cmd, line, 1, 0, wants, &words), *who;
    site_role_t *rule;

    if (complaint || (complaint = of_location(cmd, dir)) != NULL)
        return complaint;
    if (!dir->access.roles)
        dir->access.roles = apr_array_make(cmd->pool, 4, sizeof(site_role_t *));
    rule = apr_pcalloc(cmd->pool, sizeof *rule);
    rule->role = APR_ARRAY_IDX(words, 0, const char *);
    if (words->nelts == 1 && strcasecmp(rule->role, "off") == 0) {
        apr_array_clear(dir->access.roles);
        return NULL;
    }
    /* "none" is SET ROLE's word for the role that logged in. */
    if (words->nelts == 1 || !*rule->role || strcasecmp(rule->role, "none") == 0)
        return apr_psprintf(cmd->pool, "%s wants %s", cmd->cmd->name, wants);
    who = APR_ARRAY_IDX(words, 1, const char *);
    if (strcasecmp(who, "anonymous") == 0 && words->nelts == 2)
        rule->who = SITE_ROLE_FOR_ANONYMOUS;
    else if (strcasecmp(who, "authenticated") == 0 && words->nelts == 2)
        rule->who = SITE_ROLE_FOR_AUTHENTICATED;
    else if ((complaint = parse_rule(cmd, line + strcspn(line, " \t"), who, rule)) != NULL)
        return complaint;
    APR_ARRAY_PUSH(site_server_of(cmd->server)->named.roles, const char *) = rule->role;
    APR_ARRAY_PUSH(dir->access.roles, site_role_t *) = rule;
    return NULL;
}

/* --- tables --- */

/* What is in it, or in this column, is nobody's to read: no API ever shows it. */
static void keep_secret(cmd_parms *cmd, const char *name, const char *column) {
    const char *dot = strchr(name, '.');
    site_omission_t *omission = apr_array_push(site_server_of(cmd->server)->named.omissions);

    omission->schema = dot ? apr_pstrmemdup(cmd->pool, name, (apr_size_t)(dot - name)) : "public";
    omission->table = dot ? dot + 1 : name;
    omission->column = column;
}

/* The first word: a table, or Off, alone. Each key stands once behind it. */
static const char *table_of(cmd_parms *cmd, const apr_array_header_t *words, const char **table) {
    const char *word = APR_ARRAY_IDX(words, 0, const char *);
    int off = strcasecmp(word, "off") == 0;

    *table = off ? NULL : site_account_table(cmd->pool, word);
    if (off && words->nelts > 1)
        return apr_psprintf(cmd->pool, "%s: nothing can follow Off, but '%s' does", cmd->cmd->name,
                            APR_ARRAY_IDX(words, 1, const char *));
    return *table || off ? site_directive_distinct(cmd, words)
                         : site_directive_wants(cmd, "[schema.]table or Off", word);
}

SITE_DIRECTIVE(site_directive_user_table) {
    static const char wants[] = "[schema.]table, then name=, password= or active= with a column; or Off";
    site_dir_t *dir = config;
    site_users_t *users = apr_pcalloc(cmd->pool, sizeof *users);
    apr_array_header_t *words;
    const char *complaint = site_directive_words(cmd, line, 1, 4, wants, &words), *value, *password;
    int i;

    if (complaint || (complaint = of_location(cmd, dir)) != NULL ||
        (complaint = table_of(cmd, words, &users->table)) != NULL)
        return complaint;
    password = "password";
    users->name = "\"username\"";
    users->password = "\"password\"";
    users->active = "\"is_active\"";
    for (i = 1; i < words->nelts; i++) {
        const char *word = APR_ARRAY_IDX(words, i, const char *), **member = NULL;

        if ((value = site_word_value(word, "name")) != NULL)
            member = &users->name;
        else if ((value = site_word_value(word, "password")) != NULL)
            member = &users->password;
        else if ((value = site_word_value(word, "active")) != NULL)
            member = &users->active;
        if (!member || !*value)
            return site_directive_wants(cmd, wants, word);
        if (member == &users->password)
            password = value;
        *member = member == &users->active && strcmp(value, "-") == 0 ? NULL : site_account_quote(cmd->pool, value);
    }
    if (users->table)
        keep_secret(cmd, APR_ARRAY_IDX(words, 0, const char *), password);
    dir->access.users = users;
    return NULL;
}

enum { MOST_DAYS = 3650 };

/* "30d", "12h", "0". Returns 0 when it is no time. */
static int read_lifetime(apr_pool_t *pool, const char *text, int *seconds) {
    apr_size_t length = strlen(text);
    apr_interval_time_t time;
    int days;

    /* httpd's own reader of times knows no days. */
    if (length && text[length - 1] == 'd') {
        if (!site_word_number(apr_pstrmemdup(pool, text, length - 1), 0, MOST_DAYS, &days))
            return 0;
        time = apr_time_from_sec(days * 86400);
    }
    else if (!site_word_time(text, &time))
        return 0;
    if (apr_time_sec(time) > MOST_DAYS * 86400 || (time > 0 && apr_time_sec(time) < 1))
        return 0;
    *seconds = (int)apr_time_sec(time);
    return 1;
}

/* "/api-auth", "/a/b/" -> without its last slash; NULL: no such path. */
static const char *read_page(apr_pool_t *pool, const char *text) {
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~-/";
    apr_size_t length = strlen(text);

    if (*text != '/' || text[strspn(text, letters)] || strstr(text, "//"))
        return NULL;
    return apr_pstrmemdup(pool, text, text[length - 1] == '/' ? length - 1 : length);
}

/* `wants` speaks of lifetime=, and of page= where `paged`. */
static const char *set_keys(cmd_parms *cmd, const site_dir_t *dir, const char *line, const char *wants, int paged,
                            const site_keys_t *defaults, const site_keys_t **member) {
    site_keys_t *keys = apr_pmemdup(cmd->pool, defaults, sizeof *keys);
    apr_array_header_t *words;
    const char *complaint = site_directive_words(cmd, line, 1, paged ? 3 : 2, wants, &words), *value;
    int i;

    if (complaint || (complaint = of_location(cmd, dir)) != NULL ||
        (complaint = table_of(cmd, words, &keys->table)) != NULL)
        return complaint;
    for (i = 1; i < words->nelts; i++) {
        const char *word = APR_ARRAY_IDX(words, i, const char *);
        int understood = 0;

        if ((value = site_word_value(word, "lifetime")) != NULL)
            understood = read_lifetime(cmd->temp_pool, value, &keys->lifetime);
        else if (paged && (value = site_word_value(word, "page")) != NULL)
            understood = (keys->page = read_page(cmd->pool, value)) != NULL;
        if (!understood)
            return site_directive_wants(cmd, wants, word);
    }
    if (keys->table)
        keep_secret(cmd, APR_ARRAY_IDX(words, 0, const char *), NULL);
    *member = keys;
    return NULL;
}

SITE_DIRECTIVE(site_directive_token_table) {
    static const char wants[] = "[schema.]table, then lifetime= with a time such as 30d or 12h, 0 for ever; or Off";
    static const site_keys_t defaults = {NULL, 0, 0, NULL};
    site_dir_t *dir = config;

    return set_keys(cmd, dir, line, wants, 0, &defaults, &dir->access.tokens);
}

SITE_DIRECTIVE(site_directive_session_table) {
    static const char wants[] =
        "[schema.]table, then lifetime= with a time such as 30d or 12h, 0 for ever, and page= with "
        "the path of the pages for signing in; or Off";
    static const site_keys_t defaults = {NULL, 14 * 86400, 1, NULL};
    site_dir_t *dir = config;

    return set_keys(cmd, dir, line, wants, 1, &defaults, &dir->access.sessions);
}
