/* resolver: what the files of core/resolve share while a snapshot is being made. Private to them. */
#ifndef SITE_CORE_RESOLVER_H
#define SITE_CORE_RESOLVER_H

#include "core/resolve.h"

/* A resource while it can still be changed. */
typedef struct site_draft_t {
    site_resource_t resource;
    const site_resource_spec_t *spec;   /* NULL: no section speaks of it */
    char *hides;                        /* whether the section's hidden names have been met, one each */
    apr_array_header_t *hidden_columns; /* const site_column_t *: that carry a relation that is hidden */
} site_draft_t;

/* With a base, the API is made once more, for a role that may not read all columns. What is missing then is no problem of
 * the configuration: nothing is reported, and a resource is broken where it is broken in the base. */
typedef struct site_resolver_t {
    apr_pool_t *pool;
    site_api_t *api;
    apr_array_header_t *drafts; /* site_draft_t *, in the order of api->resources */
    site_problem_fn problem;
    void *baton;
    const struct site_resolver_t *base; /* of the same API for every role; NULL: this is it */
    const char *role;                   /* with a base: for whom; NULL: the role that the site connects as */
} site_resolver_t;

/* Reports a problem of `draft` and marks it broken. */
void site_resolver_complain(site_resolver_t *resolver, site_draft_t *draft, const site_place_t *place,
                            const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Where the section's directive stands that speaks of `what` (NULL: altogether); the section's own place when nobody knows. */
const site_place_t *site_draft_place(const site_resolver_t *resolver, const site_draft_t *draft, const char *directive,
                                     const char *what);

/* Why the path that a directive names leads to nothing, to be put behind the complaint: its column looks like a secret and was left out; else "". */
const char *site_resolver_secret(const site_resolver_t *resolver, const site_resource_t *resource, const char *path);

/* The draft of the resource called `name`, or of the (first) resource over `table`; NULL when there is none. */
site_draft_t *site_resolver_named(site_resolver_t *resolver, const char *name);
site_draft_t *site_resolver_over(site_resolver_t *resolver, const site_table_t *table);

/* [schema.]name -> table: in the given schema, or the first of the API's schemas that has it, or public. */
const site_table_t *site_resolver_table(site_resolver_t *resolver, const char *name);

/* Whether the section leaves this attribute or relation out, which is thereby known to exist. */
int site_draft_hides(site_draft_t *draft, const char *name);

/* How the resource behaves: what its section says, else its API, complete. */
site_settings_t site_draft_settings(const site_resolver_t *resolver, const site_draft_t *draft);

/* core/resolve_role: whether the role that the API is made for may read the column. A table of which it may read nothing
 * keeps all of its columns: PostgreSQL refuses its statements. */
int site_resolver_reads(const site_resolver_t *resolver, const site_column_t *column);

/* core/resolve_role: whether it may read all of these columns; NULL: none. */
int site_resolver_reads_all(const site_resolver_t *resolver, const apr_array_header_t *columns);

/* core/resolve_role: whether it may read some column of the table. */
int site_resolver_reads_table(const site_resolver_t *resolver, const site_table_t *table);

/* core/resolve_role: takes away relations that need what the role may not read, once all of them have their names; and
 * attributes, once it is known how related rows are shown. Marks the columns that it may not write. */
void site_resolver_drop_relations(site_resolver_t *resolver);
void site_resolver_drop_attributes(site_resolver_t *resolver);

/* core/resolve_role: makes the API anew for every role that may not read or write all columns. */
void site_resolve_roles(const site_resolver_t *base);

/* core/resolve: an empty API; then its resources. */
void site_resolver_begin(site_resolver_t *resolver, apr_pool_t *pool, const site_api_spec_t *spec,
                         const site_catalog_t *catalog);
void site_resolver_run(site_resolver_t *resolver);

/* core/relate: a relation that is hidden is not to be seen as its bare key. */
void site_draft_hide_columns(site_draft_t *draft, const apr_array_header_t *columns);

/* core/relate: makes the relations of every draft. */
void site_relate(site_resolver_t *resolver);

/* The lookup of a related key (SITE_KEY_*) that a configuration calls so; 0: there is none. */
unsigned site_relate_lookup(const char *word);

/* core/unjoin: whether it is a join table: two foreign keys, and no columns beside theirs but a key of its own. */
int site_table_only_joins(const site_table_t *table);

/* core/unjoin: decides which rows of join tables go with a row of each resource, once it is known which lists of keys can be written. */
void site_unjoin(site_resolver_t *resolver);

/* What the section says of a relation; NULL: nothing. */
const site_relation_spec_t *site_draft_relation(const site_draft_t *draft, const char *name);

/* core/present: makes the attributes and the key, once the relations are there; then label and facets. */
void site_present(site_resolver_t *resolver, site_draft_t *draft);
void site_present_rules(site_resolver_t *resolver, site_draft_t *draft, const site_attribute_t *attribute,
                        const site_attribute_spec_t *spec);
void site_present_label(site_resolver_t *resolver, site_draft_t *draft);
void site_present_facets(site_resolver_t *resolver, site_draft_t *draft);

/* core/present_path: what lies over relations, once every resource has its attributes. First of all drafts how related rows are shown. */
void site_present_related(site_resolver_t *resolver, site_draft_t *draft);
void site_present_order(site_resolver_t *resolver, site_draft_t *draft);
void site_present_search(site_resolver_t *resolver, site_draft_t *draft);

/* core/present: decides which attribute writes a column that several show. After site_present_search(). */
void site_present_writers(site_draft_t *draft);

#endif
