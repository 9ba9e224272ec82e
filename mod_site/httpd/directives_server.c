#include "httpd/directives.h"

#include "httpd/log.h"
#include "httpd/origin.h"
#include "httpd/words.h"

#include <apr_strings.h>
#include <http_core.h>
#include <string.h>

enum { MOST_STATEMENTS = 10000, MOST_SECONDS = 86400, LONGEST_CHANNEL = 63, MOST_CONNECTIONS = 1000 };

static site_server_t *server_of(const cmd_parms *cmd) {
    return ap_get_module_config(cmd->server->module_config, &site_module);
}

SITE_DIRECTIVE(site_directive_password_file) {
    static const char wants[] = "a file, or none";
    apr_array_header_t *words;
    const char *complaint = ap_check_cmd_context(cmd, GLOBAL_ONLY), *word;

    (void)config;
    /* One process, one password: libpq finds it in one place. */
    if (complaint || (complaint = site_directive_words(cmd, line, 1, 1, wants, &words)) != NULL)
        return complaint;
    word = APR_ARRAY_IDX(words, 0, const char *);
    if (!*word)
        return apr_psprintf(cmd->pool, "%s wants %s", cmd->cmd->name, wants);
    /* Whether the file is there is looked at when the server starts: an image is built without its secrets. */
    server_of(cmd)->password_file = strcasecmp(word, "none") == 0 ? "" : ap_server_root_relative(cmd->pool, word);
    if (!server_of(cmd)->password_file)
        return site_directive_wants(cmd, "a file", word);
    return NULL;
}

SITE_DIRECTIVE(site_directive_prepared_statements) {
    static const char wants[] = "a number from 1 to 10000, or Off";
    site_server_t *server = server_of(cmd);
    apr_array_header_t *words;
    const char *complaint = site_directive_words(cmd, line, 1, 1, wants, &words), *word;

    (void)config;
    if (complaint)
        return complaint;
    word = APR_ARRAY_IDX(words, 0, const char *);
    if (strcasecmp(word, "off") == 0)
        server->prepared_statements = 0;
    else if (!site_word_number(word, 1, MOST_STATEMENTS, &server->prepared_statements))
        return site_directive_wants(cmd, wants, word);
    return NULL;
}

SITE_DIRECTIVE(site_directive_connection_share) {
    static const char wants[] = "a percentage from 1% to 100%, a number from 1 to 1000, or Off";
    site_share_t *share = &server_of(cmd)->connection_share;
    apr_array_header_t *words;
    const char *complaint = site_directive_words(cmd, line, 1, 1, wants, &words), *word, *percent;

    (void)config;
    if (complaint)
        return complaint;
    word = APR_ARRAY_IDX(words, 0, const char *);
    percent = *word ? word + strlen(word) - 1 : word;
    share->percent = share->number = 0;
    if (strcasecmp(word, "off") == 0)
        return NULL;
    if (*percent == '%'
            ? !site_word_number(apr_pstrmemdup(cmd->pool, word, (apr_size_t)(percent - word)), 1, 100, &share->percent)
            : !site_word_number(word, 1, MOST_CONNECTIONS, &share->number))
        return site_directive_wants(cmd, wants, word);
    return NULL;
}

SITE_DIRECTIVE(site_directive_catalog_refresh) {
    static const char wants[] = "listen, poll, poll=SECONDS or off, and then a channel to listen on";
    site_server_t *server = server_of(cmd);
    apr_array_header_t *words;
    const char *complaint = site_directive_words(cmd, line, 1, 2, wants, &words), *word, *seconds;

    (void)config;
    if (complaint)
        return complaint;
    word = APR_ARRAY_IDX(words, 0, const char *);
    seconds = site_word_value(word, "poll");
    if (strcasecmp(word, "listen") == 0)
        server->refresh = SITE_REFRESH_LISTEN;
    else if (strcasecmp(word, "off") == 0)
        server->refresh = SITE_REFRESH_OFF;
    else if (seconds || strcasecmp(word, "poll") == 0)
        server->refresh = SITE_REFRESH_POLL;
    else
        return site_directive_wants(cmd, wants, word);
    if (seconds && !site_word_number(seconds, 1, MOST_SECONDS, &server->poll_seconds))
        return site_directive_wants(cmd, "poll=1 to poll=86400", word);
    if (words->nelts == 1)
        return NULL;
    word = APR_ARRAY_IDX(words, 1, const char *);
    if (server->refresh != SITE_REFRESH_LISTEN)
        return apr_psprintf(cmd->pool, "%s: only listen has a channel, but '%s' follows", cmd->cmd->name, word);
    if (!*word || strlen(word) > LONGEST_CHANNEL)
        return site_directive_wants(cmd, "a channel of 1 to 63 bytes", word);
    server->channel = word;
    return NULL;
}

SITE_DIRECTIVE(site_directive_public_url) {
    static const char wants[] = "http(s)://host[:port][/prefix] or none, and then prefix=kept or prefix=stripped";
    site_server_t *server = server_of(cmd);
    apr_array_header_t *words;
    const char *complaint = site_directive_words(cmd, line, 1, 2, wants, &words), *word, *prefix;

    (void)config;
    if (complaint)
        return complaint;
    word = APR_ARRAY_IDX(words, 0, const char *);
    server->public_prefix = "";
    server->prefix_kept = 0;
    if (strcasecmp(word, "none") == 0)
        server->public_origin = "";
    else if (!site_origin_parse(cmd->pool, word, &server->public_origin, &server->public_prefix))
        return site_directive_wants(cmd, wants, word);
    if (words->nelts == 1)
        return NULL;
    word = APR_ARRAY_IDX(words, 1, const char *);
    prefix = site_word_value(word, "prefix");
    if (!*server->public_prefix || !prefix || (strcasecmp(prefix, "kept") != 0 && strcasecmp(prefix, "stripped") != 0))
        return site_directive_wants(cmd, wants, word);
    server->prefix_kept = strcasecmp(prefix, "kept") == 0;
    return NULL;
}

SITE_DIRECTIVE(site_directive_static) {
    static const char wants[] = "a path such as /static, and a folder that exists";
    site_server_t *server = server_of(cmd);
    apr_array_header_t *words;
    const char *complaint = site_directive_words(cmd, line, 2, 2, wants, &words), *path, *folder;
    apr_size_t length;

    (void)config;
    if (complaint)
        return complaint;
    path = APR_ARRAY_IDX(words, 0, const char *);
    length = strlen(path);
    while (length > 1 && path[length - 1] == '/')
        length--;
    if (*path != '/' || length < 2 || strstr(path, "//"))
        return site_directive_wants(cmd, wants, path);
    folder = ap_server_root_relative(cmd->pool, APR_ARRAY_IDX(words, 1, const char *));
    if (!folder || !ap_is_directory(cmd->temp_pool, folder)) {
        /* At a restart that is no reason to end: the files answer 404 until they are back. */
        if (!folder || ap_state_query(AP_SQ_CONFIG_GEN) <= 1)
            return site_directive_wants(cmd, "a folder that exists", APR_ARRAY_IDX(words, 1, const char *));
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, cmd->server, "SITE0182: %s:%d: SiteStatic: there is no folder %s",
                     cmd->directive->filename, cmd->directive->line_num, folder);
    }
    server->static_path = apr_pstrmemdup(cmd->pool, path, length);
    server->static_folder = folder;
    return NULL;
}
