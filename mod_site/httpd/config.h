/* config: what the configuration says, as the rest of the module reads it.
 *
 * Per directory: what a location serves, merged by httpd for every request; so a merge allocates little and keeps
 * nothing. Per server: what a process owns. An API belongs to the server_rec that its location was declared in, also
 * when a virtual host inherits that location: its database is that server's.
 */
#ifndef SITE_HTTPD_CONFIG_H
#define SITE_HTTPD_CONFIG_H

#include "core/spec.h"
#include "core/share.h"
#include "db/introspect.h"
#include "httpd/access.h"

#include <apr_hash.h>
#include <httpd.h>

#include <http_config.h>

#define SITE_PASSWORD_FILE "/secrets/password/password"
#define SITE_CHANNEL "mod_site_catalog"

enum { SITE_PREPARED_STATEMENTS = 64, SITE_POLL_SECONDS = 10, SITE_CONNECTION_SHARE = 50 /* percent */ };

typedef enum site_refresh_t { SITE_REFRESH_LISTEN, SITE_REFRESH_POLL, SITE_REFRESH_OFF } site_refresh_t;

struct site_section_t;
struct site_templates_t;
struct site_custom_t;

typedef struct site_dir_t {
    const char *path;                   /* of the Location, as written */
    site_api_spec_t *api;               /* of this location or of the one around it; NULL: none (site pages) */
    site_settings_t settings;           /* what this location says itself, unset members inherited */
    site_access_t access;               /* who may: the same way */
    const char *title;                  /* SiteTitle, or NULL */
    const char *description;            /* SiteDescription, or NULL */
    struct site_templates_t *templates; /* SiteTemplates; NULL: the main server's */
    struct site_section_t *section;     /* the <SiteResource> that is being read; NULL otherwise, and always later on */
} site_dir_t;

/* An API and what is known of it beside its specification: `spec` comes first, so that a pointer to the one is a pointer
 * to the other. */
typedef struct site_exposed_t {
    site_api_spec_t spec;
    server_rec *server;          /* that it was declared in: whose database it shows */
    int number;                  /* among all APIs of the process */
    int watched;                 /* its server's number among those that have an API */
    site_scope_t scope;          /* what is read from the database */
    const site_dir_t *dir;       /* of the first section that declared it */
    apr_array_header_t *queries; /* site_custom_query_t *: what the site's own pages ask of it; NULL: nothing */
} site_exposed_t;

/* A line that can only be judged later: SiteTimeZone by the database, SiteDecimals and SiteBigIntegers when all APIs are
 * known. */
typedef struct site_said_t {
    const char *directive;
    const char *value; /* its word */
    const char *path;  /* of the <Location> around it; NULL: none, or a <SiteResource> */
    site_place_t place;
} site_said_t;

typedef struct site_server_t {
    const char *password_file;     /* the main server's; NULL: not said; "": none */
    int prepared_statements;       /* per connection; 0: off; SITE_UNSET */
    site_share_t connection_share; /* percent SITE_UNSET: the default */
    int refresh;                   /* site_refresh_t, or SITE_UNSET */
    int poll_seconds;              /* SITE_UNSET: the default */
    const char *channel;           /* NULL: SITE_CHANNEL */
    const char *public_origin;     /* SitePublicURL: "https://host:port"; "": none; NULL: not said */
    const char *public_prefix;     /* its path, without a last slash: "/library" or "" */
    int prefix_kept;               /* the proxy leaves the prefix on the path */
    apr_array_header_t *apis;      /* site_exposed_t *, declared in this server */
    site_scope_t named;            /* what its directives name: tables of secrets, roles of callers */
    const char *static_path;       /* SiteStatic: "/static", and its folder; NULL: none */
    const char *static_folder;
    apr_hash_t *fingerprints;           /* of static files that pages refer to: name -> ten digits */
    struct site_templates_t *templates; /* the main server's: the module's own */
    apr_array_header_t *said;           /* site_said_t, in this server */
    apr_array_header_t *pages;          /* site_own_page_t *, declared in this server (custom.h) */
    apr_array_header_t *tried;          /* the same and those inherited, in the order in which they are tried */
    struct site_custom_t *page;         /* the <SitePage> that is being read; NULL otherwise, and always later on */
} site_server_t;

extern module AP_MODULE_DECLARE_DATA site_module;

/* What the module knows of one request. */
typedef struct site_known_t {
    site_visit_t *visit;            /* access.h; NULL: not yet */
    struct site_address_t *address; /* address.h; NULL: no API answers here */
} site_known_t;

site_dir_t *site_dir_of(const request_rec *r);

/* Of this request itself, not of one that it is a part of. Made on the spot. */
site_known_t *site_known_of(request_rec *r);

site_server_t *site_server_of(const server_rec *s);

/* The record around an API's specification. */
static inline const site_exposed_t *site_exposed_of(const site_api_spec_t *spec) {
    return (const site_exposed_t *)spec;
}

/* Whether a section of httpd's (of core_server_config's sec_url) holds for the path of an address. */
int site_config_covers(const ap_conf_vector_t *section, const char *path);

/* All APIs of the process (site_exposed_t *), those of `main` and of its virtual hosts, in the order of their numbers.
 * In `pool`. */
apr_array_header_t *site_config_apis(apr_pool_t *pool, server_rec *main);

/* Whether `SetHandler site` holds for this request: what httpd itself finds out only later. */
int site_config_is_ours(request_rec *r);

/* What SiteTemplates says at an address of a server; NULL: nothing. */
struct site_templates_t *site_config_templates(const server_rec *server, const char *path);

/* The functions of the module record. */
void *site_config_create_dir(apr_pool_t *pool, char *path);
void *site_config_merge_dir(apr_pool_t *pool, void *base, void *add);
void *site_config_create_server(apr_pool_t *pool, server_rec *s);
void *site_config_merge_server(apr_pool_t *pool, void *base, void *add);

/* Judges what no single directive can (names that clash, an API inside another), numbers the APIs and completes their
 * settings. Returns OK, or logs and returns an error. Hook: check_config. */
int site_config_check(apr_pool_t *pool, apr_pool_t *log, apr_pool_t *temporary, server_rec *main);

#endif
