/* resource: what is exposed: catalogue and configuration joined.
 *
 * A snapshot (site_api_t) is made by core/resolve and immutable afterwards: a request takes a reference to it and reads. Arrays hold
 * pointers and are in the order in which things are shown.
 */
#ifndef SITE_CORE_RESOURCE_H
#define SITE_CORE_RESOURCE_H

#include "core/catalog.h"
#include "core/format.h"
#include "core/keepsake.h"
#include "core/spec.h"
#include "core/text_search.h"
#include <apr_hash.h>

typedef struct site_api_t site_api_t;
typedef struct site_resource_t site_resource_t;
typedef struct site_attribute_t site_attribute_t;
typedef struct site_relation_t site_relation_t;
typedef struct site_chart_t site_chart_t; /* core/chart */

/* A member of the representation. It shows a column of its own, or a relation, or both: a foreign key column is shown
 * through its relation. */
struct site_attribute_t {
    const char *name;
    const char *label;
    const char *json_key; /* `"name":`, written before every value */
    int json_key_length;
    const site_resource_t *resource;
    const site_column_t *column;     /* NULL: a to-many relation */
    const site_relation_t *relation; /* NULL: a plain value */
    site_show_t show;                /* of the relation: KEY, LINK, SLUG or NESTED */
    const site_attribute_t *slug;    /* of SITE_SHOW_SLUG */
    const site_resource_t *shape;    /* of LINK and NESTED: the target, or another resource over its table */
    apr_array_header_t
        *slug_path; /* site_relation_t *: what lies between the related row and the one with the slug; or NULL */
    const site_format_t *format; /* of the value, or of one related key or slug */
    site_text_format_t text_format;
    apr_array_header_t *choices;         /* site_choice_t *, or NULL */
    apr_array_header_t *element_choices; /* the same, of each element of an array */
    const site_rules_t *rules;           /* of the section; or NULL */
    apr_array_header_t *lookups;         /* const char *; NULL: all of its type */
    unsigned shown : 1;
    unsigned sparse : 1; /* left out where it is NULL */
    unsigned zoned : 1;  /* a timestamp without time zone that is shown with the site's */
    unsigned read_only : 1;
    unsigned no_insert : 1; /* the role may not give it a value in a new row */
    unsigned no_update : 1; /* nor change it */
    int rank;               /* its place among the resource's filters */
};

typedef enum site_relation_kind_t {
    SITE_RELATION_FORWARD, /* this table holds the foreign key */
    SITE_RELATION_REVERSE, /* the target's table does */
    SITE_RELATION_MANY     /* a join table holds both */
} site_relation_kind_t;

/* What can be asked of a related key. */
enum {
    SITE_KEY_EXACT = 1,
    SITE_KEY_IN = 2,
    SITE_KEY_ISNULL = 4,
    SITE_KEY_GT = 8,
    SITE_KEY_GTE = 16,
    SITE_KEY_LT = 32,
    SITE_KEY_LTE = 64,
    SITE_KEY_ALL = 127
};

/* columns[i] of the source is joined with target_columns[i] of the target (FORWARD, REVERSE); with a join table,
 * columns[i] with via_columns[i], and via_target_columns[i] with target_columns[i]. */
struct site_relation_t {
    const char *name;
    const char *label;
    site_relation_kind_t kind;
    const site_resource_t *source;
    const site_resource_t *target;
    apr_array_header_t *columns;            /* site_column_t * */
    apr_array_header_t *target_columns;     /* site_column_t * */
    const site_table_t *via;                /* MANY; else NULL */
    const site_resource_t *via_rows;        /* the resource whose SiteWhere the join table's rows satisfy; or NULL */
    apr_array_header_t *via_columns;        /* site_column_t * */
    apr_array_header_t *via_target_columns; /* site_column_t * */
    const site_column_t *key;               /* the target's column whose value a parameter gives; NULL: it takes none */
    apr_array_header_t *order;              /* site_ordering_t *: of the related rows; NULL: the target's own */
    site_reach_t reach;
    unsigned lookups;      /* SITE_KEY_*: those of the key */
    unsigned many : 1;     /* one row here can have several there */
    unsigned nullable : 1; /* FORWARD: the key may be NULL */
    unsigned enforced : 1; /* by a foreign key of the database: a key that is not NULL has its row */
    unsigned multiple : 1;
    unsigned duplicates : 1;
    unsigned
        blind : 1; /* FORWARD: the role may not read the rows of the target that it leads to, only their keys here */
    int rank;
};

typedef enum site_search_mode_t {
    SITE_SEARCH_ICONTAINS,
    SITE_SEARCH_ISTARTSWITH, /* ^ */
    SITE_SEARCH_IEXACT,      /* = */
    SITE_SEARCH_FULLTEXT,    /* @ */
    SITE_SEARCH_IREGEX       /* $ */
} site_search_mode_t;

/* A field that `search` looks into: over zero or more relations to a column. */
typedef struct site_search_t {
    site_search_mode_t mode;
    apr_array_header_t *relations; /* site_relation_t *, may be empty */
    const site_column_t *column;
    const site_relation_t *guard;          /* the column is its foreign key; or NULL */
    const site_text_search_t *text_search; /* of the resource that has the column */
} site_search_t;

/* One sort key: a column of the resource, or over to-one relations of another; or how well the row matches full text. */
typedef struct site_ordering_t {
    apr_array_header_t *relations; /* site_relation_t *; NULL: the resource's own column */
    const site_column_t *column;
    apr_array_header_t
        *looks; /* site_attribute_t *: a digest of what these show, and `column` stands for its type; or NULL */
    int descending;
    int is_rank;                 /* `column` is none of the table's, but says the rank's name and type */
    apr_array_header_t *matches; /* of a rank in a request: the tests (site_condition_t *) whose ranks it adds up */
} site_ordering_t;

/* SiteParameter: what `name` stands for. */
typedef struct site_parameter_t {
    const char *name;
    const char *path;
} site_parameter_t;

struct site_condition_t;

struct site_resource_t {
    const site_api_t *api;
    const char *name;               /* in URLs */
    int internal;                   /* it has no URLs */
    const char *singular, *plural;  /* human words */
    const char *object_name;        /* "SpectralClass" */
    const site_table_t *table;      /* NULL when the resource is broken */
    const char *from_sql;           /* "schema"."table", quoted */
    site_text_search_t text_search; /* how its full text is looked for */
    const char *select_sql;      /* the select list, see core/sql; NULL: SiteWhere of another resource is part of it */
    const site_attribute_t *key; /* the key in URLs; NULL: no detail pages */
    const site_attribute_t *label;      /* what a row is called for people; NULL: only its key tells */
    int key_dots;                       /* its own dots need no encoding */
    const site_column_t *primary;       /* the single primary key column (else single unique one), or NULL */
    apr_array_header_t *attributes;     /* site_attribute_t * */
    apr_array_header_t *relations;      /* site_relation_t *, in the order of declaration */
    apr_array_header_t *unjoined;       /* const site_foreign_key_t *: rows with these go with the row they refer to */
    apr_array_header_t *relations_down; /* the same by name, reverse alphabetical: the order of prefix matching */
    apr_hash_t *attribute_by_name;      /* of every attribute, hidden ones too */
    apr_hash_t *relation_by_name;
    apr_hash_t *parameter_by_name;      /* site_parameter_t * */
    apr_array_header_t *search;         /* site_search_t * */
    apr_array_header_t *facets;         /* const site_attribute_t *: whose values pages count */
    apr_array_header_t *charts;         /* const site_chart_t *, in the order of declaration */
    apr_hash_t *orderings;              /* what `ordering` may name -> apr_array_header_t * of site_ordering_t * */
    apr_array_header_t *ordering_names; /* const char *: the same names, in order */
    apr_array_header_t *ordering;       /* site_ordering_t *: the default, ends with what breaks ties */
    apr_array_header_t *tie_breaker;    /* site_ordering_t *: what ends every other order */
    unsigned ties : 1;                  /* rows can be equal in all of that; then they look the same */
    struct site_condition_t
        *where;           /* SiteWhere (core/filter); NULL: none. Set before relations are resolved, filled after */
    const char *url_name; /* what the row's own address is called; "": it is not shown */
    int url_place; /* how many shown attributes stand before the row's address; -1: nothing was said, it is first */
    site_settings_t settings; /* the section's own; unset members are the location's */
    const char *broken;       /* NULL, or why the resource answers 503 */
    const char *comment;      /* the table's COMMENT, or NULL */
    const char *description;  /* what the section says of it, or NULL */
    site_place_t place;
};

/* The API for a role that may not read or write all columns. */
typedef struct site_role_api_t {
    const char *role;
    int own; /* the role that the site connects as */
    const site_api_t *api;
} site_role_api_t;

struct site_api_t {
    apr_pool_t *pool;
    const site_api_spec_t *spec;
    const site_catalog_t *catalog;
    apr_array_header_t *resources; /* site_resource_t *, in the order in which the root lists them */
    apr_hash_t *by_name;
    apr_array_header_t
        *left_out;       /* const char *: tables and columns (resource.column) that nothing names (core/withheld) */
    apr_hash_t *misfits; /* what the site's own pages ask and the catalogue does not bear out: by the query's address */
    site_keepsake_t *document;     /* what describes all of it: core/openapi */
    apr_array_header_t *role_apis; /* site_role_api_t; NULL: every role sees the same */
};

/* The API as this role sees it (NULL: the one that the site connects as); mostly `api` itself. */
const site_api_t *site_api_of_role(const site_api_t *api, const char *role);

/* As what related rows are shown: as rows of the relation's target, or of the other resource that a section links to. */
const site_resource_t *site_attribute_target(const site_attribute_t *attribute);

/* The resource that shows the related rows of an attribute over a relation: the one that `show=link:NAME` or `show=nested:NAME` names, else the
 * relation's target. Only rows that its SiteWhere leaves are shown. */
const site_resource_t *site_attribute_rows(const site_attribute_t *attribute);

/* Finds a resource by its name in URLs; NULL when there is none. */
const site_resource_t *site_api_resource(const site_api_t *api, const char *name);

/* How many cells a row has: its key, then the shown attributes. */
int site_resource_width(const site_resource_t *resource);

/* The resources around a row that is shown inside others. */
typedef struct site_nesting_t {
    const site_resource_t *resource;
    const struct site_nesting_t *around; /* NULL: the outermost row */
} site_nesting_t;

/* Whether the attribute, of a row of `nesting->resource`, is shown as a row of its own. A resource is not shown inside itself over others: there
 * the related row's key stands for it. */
int site_attribute_nests(const site_attribute_t *attribute, const site_nesting_t *nesting);

const site_attribute_t *site_resource_attribute(const site_resource_t *resource, const char *name);
const site_relation_t *site_resource_relation(const site_resource_t *resource, const char *name);

/* The shown attribute over a column; NULL: there is none. */
const site_attribute_t *site_attribute_over(const site_resource_t *resource, const site_column_t *column);

/* `settings`, those of the location, become the resource's (NULL: none, the root's): its own are laid over them, what is still unset gets
 * its default, and what the table does not allow is taken away. */
void site_resource_settle(const site_resource_t *resource, site_settings_t *settings);

#endif
