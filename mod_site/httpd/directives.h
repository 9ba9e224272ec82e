/* directives: what the command table and the files that carry out its directives share.
 *
 * directives.c           the table; how a resource behaves (settings)
 * directives_server.c    what a process owns
 * directives_location.c  an API, its schemas, its <SiteResource> sections
 * directives_access.c    who may
 * directives_page.c      the site's own pages
 * directives_resource.c  what stands in a <SiteResource>
 * directives_member.c    its attributes and relations
 * directives_chart.c     its charts
 *
 * All of them take the raw line and split it themselves (words.h), so that a complaint is always ours. A function
 * returns NULL, or a message that names the directive and says what it wants; httpd adds file and line.
 */
#ifndef SITE_HTTPD_DIRECTIVES_H
#define SITE_HTTPD_DIRECTIVES_H

#include "httpd/config.h"

/* A <SiteResource> while it is read. */
typedef struct site_section_t {
    site_resource_spec_t spec; /* whose places also tell what has been said before */
} site_section_t;

extern const command_rec site_directives[];

site_place_t site_directive_place(const cmd_parms *cmd);

/* Keeps the place of this directive, as far as it speaks of `what` (NULL: altogether). */
void site_directive_remember(cmd_parms *cmd, apr_hash_t *places, const char *what);

/* Splits the line. Complains unless it has `least` to `most` words (most 0: any number), in the words of `wants`. */
const char *site_directive_words(cmd_parms *cmd, const char *line, int least, int most, const char *wants,
                                 apr_array_header_t **words);

/* The one word in the brackets of a section, whose raw line still holds the closing one; complains in the words of `wants`. */
const char *site_directive_bracketed(cmd_parms *cmd, const char *line, const char *wants, const char **word);

/* Whether the directive stands in a <Location> whose path is one path, and in nothing narrower. */
int site_directive_in_location(const cmd_parms *cmd);

/* Complains when two words have the same key: "size=10 size=20". */
const char *site_directive_distinct(cmd_parms *cmd, const apr_array_header_t *words);

/* "SitePagination wants page, limit ..., not 'foo'". */
const char *site_directive_wants(cmd_parms *cmd, const char *wants, const char *word);

/* The section that a directive stands in; NULL and a complaint when it stands in none. */
site_section_t *site_directive_section(cmd_parms *cmd, site_dir_t *dir, const char **complaint);

/* Complains when the section has had this directive (about `what`, which may be NULL) before. */
const char *site_directive_once(cmd_parms *cmd, site_section_t *section, const char *what);

/* Stands in for what it is about: *list = the words, each checked to be given once. */
const char *site_directive_list(cmd_parms *cmd, const apr_array_header_t *words, int from, apr_array_header_t **list);

#define SITE_DIRECTIVE(name) const char *name(cmd_parms *cmd, void *config, const char *line)

SITE_DIRECTIVE(site_directive_password_file);
SITE_DIRECTIVE(site_directive_prepared_statements);
SITE_DIRECTIVE(site_directive_connection_share);
SITE_DIRECTIVE(site_directive_catalog_refresh);
SITE_DIRECTIVE(site_directive_public_url);
SITE_DIRECTIVE(site_directive_static);

SITE_DIRECTIVE(site_directive_page);
SITE_DIRECTIVE(site_directive_page_template);
SITE_DIRECTIVE(site_directive_page_title);
SITE_DIRECTIVE(site_directive_page_parameter);
SITE_DIRECTIVE(site_directive_page_query);
SITE_DIRECTIVE(site_directive_page_cache);
SITE_DIRECTIVE(site_directive_sitemap);

SITE_DIRECTIVE(site_directive_schema);
SITE_DIRECTIVE(site_directive_hide);
SITE_DIRECTIVE(site_directive_text);
SITE_DIRECTIVE(site_directive_templates);
SITE_DIRECTIVE(site_directive_resource);

SITE_DIRECTIVE(site_directive_basic_provider);
SITE_DIRECTIVE(site_directive_realm);
SITE_DIRECTIVE(site_directive_user_table);
SITE_DIRECTIVE(site_directive_token_table);
SITE_DIRECTIVE(site_directive_session_table);
SITE_DIRECTIVE(site_directive_role);
SITE_DIRECTIVE(site_directive_throttle);

SITE_DIRECTIVE(site_directive_table);
SITE_DIRECTIVE(site_directive_names);
SITE_DIRECTIVE(site_directive_key);
SITE_DIRECTIVE(site_directive_label);
SITE_DIRECTIVE(site_directive_attributes);
SITE_DIRECTIVE(site_directive_parameter);
SITE_DIRECTIVE(site_directive_where);
SITE_DIRECTIVE(site_directive_internal);
SITE_DIRECTIVE(site_directive_search);
SITE_DIRECTIVE(site_directive_orderings);
SITE_DIRECTIVE(site_directive_facets);
SITE_DIRECTIVE(site_directive_default_ordering);

SITE_DIRECTIVE(site_directive_attribute);
SITE_DIRECTIVE(site_directive_lookups);
SITE_DIRECTIVE(site_directive_read_only);
SITE_DIRECTIVE(site_directive_relation);
SITE_DIRECTIVE(site_directive_chart);

#endif
