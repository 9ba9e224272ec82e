#include "httpd/directives.h"

#include "httpd/basic.h"
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
    int i;

    if (complaint || (complaint = of_location(cmd, dir)) != NULL)
        return complaint;
    list = apr_array_make(cmd->pool, words->nelts, sizeof(site_basic_t));
    if (words->nelts != 1 || strcasecmp(APR_ARRAY_IDX(words, 0, const char *), "off") != 0) {
        for (i = 0; i < words->nelts; i++) {
            site_basic_t *basic = apr_array_push(list);

            basic->name = APR_ARRAY_IDX(words, i, const char *);
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
    for (c = dir->access.realm; *c; c++) {
        if ((unsigned char)*c < ' ' || *c == '"' || *c == '\\' || *c == 127)
            return site_directive_wants(cmd, wants, dir->access.realm);
    }
    return NULL;
}
