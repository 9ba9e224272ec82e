/* check_signing_in: whether every address that checks passwords can do so. A part of site_config_check().
 *
 * Of `<Location "/login">` the addresses are known, and so are the settings that hold there. Of `<LocationMatch>`, of patterns with
 * wildcards and of `<If>` only the beginning of the address is known, or nothing. They are refused when no section that may hold for the
 * same requests names a provider.
 */
#include "httpd/check_signing_in.h"

#include "db/account.h"
#include "httpd/basic.h"
#include "httpd/config.h"

#include <apr_strings.h>
#include <http_config.h>
#include <http_core.h>
#include <string.h>
#include <strings.h>

/* A section, and the addresses of its requests. */
typedef struct area_t {
    const ap_conf_vector_t *section;
    const char *text;   /* how the section is named in messages */
    const char *prefix; /* what its addresses begin with */
    int exact;          /* there is one address, `prefix` */
} area_t;

/* What holds in an area. */
typedef struct rights_t {
    site_access_t access; /* by the sections that hold for each of its requests */
    int maybe_provider;   /* a section that may hold for some of them has a provider */
} rights_t;

static int names_provider(const site_access_t *access) {
    return access->basic && access->basic->nelts > 0;
}

/* --- sections --- */

/* The letters that every match of an anchored regular expression begins with. */
static const char *prefix_of_regex(apr_pool_t *pool, const char *regex) {
    apr_size_t length;

    if (*regex != '^' || strchr(regex, '|'))
        return "";
    length = strcspn(++regex, ".[](){}*+?\\$^");
    if (length && regex[length] && strchr("*?{", regex[length]))
        length--; /* the letter before may be missing */
    return apr_pstrmemdup(pool, regex, length);
}

static area_t area_of(apr_pool_t *pool, const ap_conf_vector_t *section) {
    const core_dir_config *location = ap_get_core_module_config(section);
    area_t area = {.section = section};

    area.text = apr_psprintf(pool, "<Location%s \"%s\">", location->r ? "Match" : "", location->d);
    if (location->r)
        area.prefix = prefix_of_regex(pool, location->d);
    else if (location->d_is_fnmatch)
        area.prefix = apr_pstrmemdup(pool, location->d, strcspn(location->d, "*?[\\"));
    else {
        area.prefix = location->d;
        area.exact = 1;
    }
    return area;
}

/* Whether the section holds for every request of the area. */
static int holds(const ap_conf_vector_t *section, const area_t *area) {
    const core_dir_config *location = ap_get_core_module_config(section);
    apr_size_t length;

    if (section == area->section || strcmp(location->d, "/") == 0)
        return 1;
    if (area->exact)
        return site_config_covers(section, area->prefix);
    if (location->r || location->d_is_fnmatch)
        return 0;
    length = strlen(location->d);
    return strncmp(area->prefix, location->d, length) == 0 &&
           (length == 0 || location->d[length - 1] == '/' || area->prefix[length] == '/');
}

/* Whether it may hold for some. */
static int may_hold(const ap_conf_vector_t *section, const area_t *area) {
    const core_dir_config *location = ap_get_core_module_config(section);
    apr_size_t length = strlen(area->prefix);

    if (area->exact || holds(section, area))
        return holds(section, area);
    return location->r || location->d_is_fnmatch || strncmp(location->d, area->prefix, length) == 0 ||
           site_config_covers(section, area->prefix);
}

/* Whether an <If> in this section, at any depth, names a provider. */
static int has_provider_in_if(const ap_conf_vector_t *section) {
    const core_dir_config *core = ap_get_core_module_config(section);
    int i;

    for (i = 0; core && core->sec_if && i < core->sec_if->nelts; i++) {
        const ap_conf_vector_t *inner = APR_ARRAY_IDX(core->sec_if, i, const ap_conf_vector_t *);
        const site_dir_t *dir = ap_get_module_config(inner, &site_module);

        if ((dir && names_provider(&dir->access)) || has_provider_in_if(inner))
            return 1;
    }
    return 0;
}

static void add_section(rights_t *rights, const ap_conf_vector_t *section, int certain) {
    const site_dir_t *dir = ap_get_module_config(section, &site_module);
    site_access_t outer = rights->access;

    if (dir && certain)
        site_access_merge(&rights->access, &outer, &dir->access);
    rights->maybe_provider |= (dir && !certain && names_provider(&dir->access)) || has_provider_in_if(section);
}

static rights_t rights_of(const server_rec *server, const area_t *area) {
    const core_server_config *core = ap_get_core_module_config(server->module_config);
    rights_t rights;
    int i;

    memset(&rights, 0, sizeof rights);
    add_section(&rights, server->lookup_defaults, 1);
    for (i = 0; core->sec_url && i < core->sec_url->nelts; i++) {
        const ap_conf_vector_t *section = APR_ARRAY_IDX(core->sec_url, i, const ap_conf_vector_t *);

        if (may_hold(section, area))
            add_section(&rights, section, holds(section, area));
    }
    return rights;
}

/* --- handlers --- */

/* The line of the configuration that `handler` was made of, because httpd keeps SetHandler as an expression only. */
static const ap_directive_t *find_line(const ap_directive_t *line, const ap_expr_info_t *handler) {
    for (; line; line = line->next) {
        const ap_directive_t *inner = find_line(line->first_child, handler);

        if (inner)
            return inner;
        if (line->line_num == (int)handler->line_number && strcmp(line->filename, handler->filename) == 0 &&
            strcasecmp(line->directive, "SetHandler") == 0)
            return line;
    }
    return NULL;
}

static void check_users(site_complaints_t *complaints, const rights_t *rights, const char *text,
                        const site_place_t *place) {
    const site_access_t *access = &rights->access;
    int i;

    if (access->users && access->users->table)
        return;
    for (i = 0; access->basic && i < access->basic->nelts; i++) {
        if (strcmp(APR_ARRAY_IDX(access->basic, i, const site_basic_t).name, "site") == 0)
            site_complain(complaints, place,
                          "%s: SiteBasicProvider site needs a SiteUserTable in this location or for the server", text);
    }
}

/* Judges the handler that this section sets, in an area where `rights` hold. */
static void check_handler(site_complaints_t *complaints, const ap_conf_vector_t *section, const rights_t *rights,
                          const char *text) {
    const core_dir_config *core = ap_get_core_module_config(section);
    const ap_directive_t *line = core->expr_handler ? find_line(ap_conftree, core->expr_handler) : NULL;
    const char *words = line ? line->args : "", *handler = ap_getword_conf(complaints->pool, &words);
    const site_keys_t *keys = strcmp(handler, "site-token") == 0   ? rights->access.tokens
                              : strcmp(handler, "site-login") == 0 ? rights->access.sessions
                                                                   : NULL;
    site_place_t place;

    if (!line || !keys || !keys->table || rights->maybe_provider)
        return;
    place = (site_place_t){.file = line->filename, .line = line->line_num};
    if (names_provider(&rights->access))
        check_users(complaints, rights, text, &place);
    else
        site_complain(complaints, &place,
                      "%s: SetHandler %s needs a SiteBasicProvider in this location or for the server, "
                      "to check passwords",
                      text, handler);
}

/* The same for each <If> in this section. */
static void check_ifs(site_complaints_t *complaints, const ap_conf_vector_t *section, const rights_t *outer,
                      const char *text) {
    const core_dir_config *core = ap_get_core_module_config(section);
    int i;

    for (i = 0; core && core->sec_if && i < core->sec_if->nelts; i++) {
        const ap_conf_vector_t *inner = APR_ARRAY_IDX(core->sec_if, i, const ap_conf_vector_t *);
        rights_t rights = *outer;

        add_section(&rights, inner, 1);
        check_handler(complaints, inner, &rights, text);
        check_ifs(complaints, inner, &rights, text);
    }
}

void site_check_signing_in(site_complaints_t *complaints, const server_rec *server) {
    const core_server_config *core = ap_get_core_module_config(server->module_config);
    const area_t everywhere = {.prefix = ""};
    rights_t rights = rights_of(server, &everywhere);
    int i;

    check_ifs(complaints, server->lookup_defaults, &rights, "<If>");
    for (i = 0; core->sec_url && i < core->sec_url->nelts; i++) {
        const ap_conf_vector_t *section = APR_ARRAY_IDX(core->sec_url, i, const ap_conf_vector_t *);
        area_t area = area_of(complaints->pool, section);

        rights = rights_of(server, &area);
        check_handler(complaints, section, &rights, area.text);
        check_ifs(complaints, section, &rights, apr_pstrcat(complaints->pool, "<If> in ", area.text, NULL));
    }
}

void site_check_users(site_complaints_t *complaints, const server_rec *server, const char *path,
                      const site_place_t *place) {
    const area_t area = {.prefix = path, .exact = 1};
    rights_t rights = rights_of(server, &area);

    if (!rights.maybe_provider)
        check_users(complaints, &rights, apr_psprintf(complaints->pool, "<Location \"%s\">", path), place);
}
