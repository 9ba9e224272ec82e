/* spec: what the configuration says of an API, before any database has been seen.
 *
 * Directives fill these records when Apache reads its configuration; core/resolve joins them with a catalogue. What a
 * directive said keeps the place where it said it, so that a complaint of the catalogue can name file and line.
 * Everything lives in the configuration's pool and is never changed afterwards. Arrays hold pointers.
 */
#ifndef SITE_CORE_SPEC_H
#define SITE_CORE_SPEC_H

#include "core/settings.h"
#include <apr_hash.h>
#include <apr_tables.h>

typedef struct site_place_t {
    const char *file; /* NULL: no directive said it */
    int line;
} site_place_t;

typedef enum site_text_format_t { SITE_TEXT_PLAIN, SITE_TEXT_EMAIL, SITE_TEXT_SLUG, SITE_TEXT_URL } site_text_format_t;

typedef struct site_choice_t {
    const char *value;
    const char *label;
} site_choice_t;

typedef enum site_says_t { SITE_UNSAID, SITE_YES, SITE_NO } site_says_t;

/* What a section says of values that are written, where the column does not say it or says otherwise. All zero: nothing. Text is as it
 * stands in the section. */
typedef struct site_rules_t {
    const char *initial;   /* what a POST that does not give the attribute stores; NULL: the column's own default */
    const char *min, *max; /* of numbers; or NULL */
    const char *pattern;   /* a regular expression of PostgreSQL's that text must match; or NULL */
    int min_length;        /* of text, in characters; 0: unsaid */
    int max_length;
    site_says_t required;
    site_says_t blank; /* "" in text, [] in lists */
} site_rules_t;

/* How a related row is shown. */
typedef enum site_show_t {
    SITE_SHOW_DEFAULT, /* by key where the table itself holds the key, else not at all */
    SITE_SHOW_NONE,
    SITE_SHOW_KEY,
    SITE_SHOW_LINK,  /* the row's absolute URL */
    SITE_SHOW_SLUG,  /* the value of one of its attributes */
    SITE_SHOW_NESTED /* the row's own representation */
} site_show_t;

/* What a relation is to clients who filter. */
typedef enum site_reach_t {
    SITE_REACH_ALL, /* by its key, and over it by whatever the related resource can be filtered by */
    SITE_REACH_KEY, /* by its key */
    SITE_REACH_NONE /* not at all */
} site_reach_t;

/* SiteAttribute name [column=...] [label=...] [format=...] [choices=...] [show=...] [readonly] [hidden] [decimals=...] [scale=...]
 * [default=...] [required] [optional] [blank] [noblank] [min=...] [max=...] [minlength=...] [maxlength=...] [pattern=...] */
typedef struct site_attribute_spec_t {
    const char *name;
    const char *column;          /* NULL: the column of that name */
    const char *label;           /* or NULL */
    int format;                  /* site_text_format_t, or SITE_UNSET */
    apr_array_header_t *choices; /* site_choice_t *, or NULL */
    apr_array_header_t *lookups; /* const char *, or NULL: all of its type. Set by SiteLookups, too */
    int read_only;               /* 0, 1 or SITE_UNSET */
    int hidden;                  /* neither shown nor written; it can be filtered by */
    int show_label;              /* the choice's label is shown, not its value */
    int scale;                   /* fractional digits of a numeric, or SITE_UNSET: as many as there are */
    int decimals_as_numbers;     /* 0, 1 or SITE_UNSET */
    site_rules_t rules;
    const char *directive; /* that first spoke of it, SiteAttribute before all others */
    site_place_t place;
} site_attribute_spec_t;

/* SiteRelation name [target=...] [column=...] [reverse] [via=...] [show=...] [order=...] [filter=...] [lookups=...] [multiple] [duplicates] [sparse]
 * [label=...] */
typedef struct site_relation_spec_t {
    const char *name;
    const char *target; /* a resource's name; NULL: what the foreign key says */
    apr_array_header_t
        *columns;    /* const char *, of the foreign key: of this table, or of the target's when reverse; or NULL */
    int reverse;     /* the target's table refers to this one */
    const char *via; /* the join table of a many-to-many relation, [schema.]name; or NULL */
    const char *via_column;        /* its column that refers to this table; NULL: found from its foreign keys */
    const char *via_target_column; /* its column that refers to the target */
    site_show_t show;
    const char *slug;          /* of SITE_SHOW_SLUG: the target's attribute, or one over its to-one relations */
    const char *shape;         /* of LINK and NESTED: the resource as whose rows they are shown; NULL: the target */
    apr_array_header_t *order; /* const char *, "-" = descending: of several related rows; NULL: the target's own */
    site_reach_t reach;
    int sparse;     /* a row without a related one is shown without the attribute */
    int multiple;   /* repeated parameters are alternatives (RelatedMultipleFilter) */
    int duplicates; /* a row appears once per matching related row (no DISTINCT) */
    apr_array_header_t
        *lookups; /* const char *: in, isnull, gt ...; NULL: in and isnull where the table holds the key, else none */
    const char *label;
    site_place_t place;
} site_relation_spec_t;

/* SiteParameter name path: another name for a lookup, also one over relations. */
typedef struct site_parameter_spec_t {
    const char *name;
    const char *path; /* "pages__gte", "author__name__icontains" */
    site_place_t place;
} site_parameter_spec_t;

/* SiteChart name [label=text] x=[-]attribute [y=[-]attribute] [size=[-]attribute] [projection=sky] */
typedef struct site_chart_spec_t {
    const char *name;
    const char *label;        /* or NULL */
    const char *x, *y, *size; /* attributes, "-" = the other way round; y and size may be NULL */
    int sky;                  /* projection=sky */
    site_place_t place;
} site_chart_spec_t;

/* SiteWhere path=value: what holds of every row that the resource has. */
typedef struct site_where_spec_t {
    const char *path;
    const char *value;
    site_place_t place;
} site_where_spec_t;

/* A <SiteResource> section. */
typedef struct site_resource_spec_t {
    const char *name;               /* in URLs */
    int internal;                   /* it has no URLs: only relations lead to it */
    const char *table;              /* [schema.]name as written, or NULL: the table called like the resource */
    const char *singular;           /* human words: "Spectral class"; or NULL */
    const char *plural;             /* or NULL */
    const char *description;        /* or NULL */
    const char *key;                /* the attribute that is the key in URLs, or NULL: the primary key */
    const char *label;              /* the attribute that a row is called by on pages, or NULL: found out */
    int key_dots;                   /* a key's own dots stand in addresses as they are */
    apr_array_header_t *attributes; /* const char *: exactly these, in this order (SiteAttributes); or NULL: all */
    apr_array_header_t *hidden;     /* const char *: attributes and relations left out (SiteHide); or NULL */
    apr_array_header_t *attribute;  /* site_attribute_spec_t * */
    apr_array_header_t *relations;  /* site_relation_spec_t * */
    apr_array_header_t *parameters; /* site_parameter_spec_t * */
    apr_array_header_t *charts;     /* site_chart_spec_t *, or NULL */
    apr_array_header_t *facets;     /* const char *: attributes; NULL: those that have few values; empty: none */
    apr_array_header_t *where;      /* site_where_spec_t * */
    apr_array_header_t *search;     /* const char *, prefixed; NULL: none declared; empty: Off */
    apr_array_header_t *orderings;  /* const char *, name or name=path; NULL: every shown attribute; empty: none */
    apr_array_header_t *ordering;   /* const char *, "-" = descending: the default; NULL: the primary key */
    apr_array_header_t *lookups;    /* const char *, of attributes without their own list; NULL: all */
    site_settings_t settings;
    site_place_t place;
    apr_hash_t *places; /* "SiteKey", "SiteHide name" -> site_place_t *: of the directives within; or NULL */
} site_resource_spec_t;

/* One exposed API: what a <Location> with SiteSchema or <SiteResource> sections makes. */
typedef struct site_api_spec_t {
    const char *path;              /* of the location, without a trailing slash: "/api" */
    apr_array_header_t *schemas;   /* const char *: every table of these is a resource; may be empty */
    apr_array_header_t *hidden;    /* const char *: tables ([schema.]name) that are not (SiteHide) */
    apr_array_header_t *withheld;  /* the same of what is hidden anyhow, there or not, but for a section; or NULL */
    apr_array_header_t *resources; /* site_resource_spec_t *, in the configuration's order */
    site_settings_t settings;      /* of the location, complete */
    site_place_t place;
    apr_hash_t *places; /* as a resource's: "SiteSchema name", "SiteHide name"; or NULL */
} site_api_spec_t;

#endif
