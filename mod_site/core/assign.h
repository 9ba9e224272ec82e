/* assign: a body and a resource -> what is to be written, and every error of its fields at once.
 *
 * Some errors only the database can decide: whether a value that must be unique is taken, whether a related row exists. Each such
 * demand stands in the error chain as a pending error, in its field's place: run the demands (core/sql_write makes one statement of
 * all), conclude each with its answer, and site_change_errors() says what is to be told.
 */
#ifndef SITE_CORE_ASSIGN_H
#define SITE_CORE_ASSIGN_H

#include "core/body.h"
#include "core/field.h"

typedef enum site_mode_t {
    SITE_MODE_CREATE,
    SITE_MODE_REPLACE, /* PUT: what is required must be there; what is not there stays */
    SITE_MODE_MODIFY   /* PATCH */
} site_mode_t;

/* What one attribute becomes. */
typedef struct site_assignment_t {
    const site_attribute_t *attribute;
    const char *value;           /* of a column: text for its type; NULL: NULL */
    apr_array_header_t *values;  /* of a to-many relation: const char *, in `lookup`'s type; else NULL */
    const site_column_t *lookup; /* of relations: the target's column that the values are in; else NULL */
    const char *shown;           /* the value as an error quotes it */
} site_assignment_t;

typedef enum site_demand_kind_t {
    SITE_DEMAND_UNIQUE,   /* no other row has the value */
    SITE_DEMAND_TOGETHER, /* no other row has the values */
    SITE_DEMAND_RELATED,  /* the related row exists */
    SITE_DEMAND_EVERY,    /* all of them do */
    SITE_DEMAND_MATCH,    /* the value matches the section's pattern */
    SITE_DEMAND_MOMENT    /* a time without an offset is one in the site's time zone: it exists there, once */
} site_demand_kind_t;

typedef struct site_demand_t {
    site_demand_kind_t kind;
    site_assignment_t *assignment;   /* of UNIQUE, RELATED and EVERY */
    const site_key_t *key;           /* of TOGETHER */
    site_assignment_t **assignments; /* of TOGETHER: of each of the key's columns; NULL: the row's own value */
    const char *value, *pattern;     /* of MATCH; of MOMENT the value alone */
    apr_array_header_t *shown;       /* of EVERY: const char *, the values as errors quote them */
    site_error_t *otherwise;         /* of EVERY: what is wrong with the value behind them, or NULL */
    site_error_t *error;             /* pending, in the chain */
} site_demand_t;

typedef struct site_change_t {
    const site_resource_t *resource;
    site_mode_t mode;
    apr_array_header_t *columns; /* site_assignment_t * */
    apr_array_header_t *lists;   /* site_assignment_t *, to-many relations */
    apr_array_header_t *demands; /* site_demand_t * */
    site_error_t *errors;        /* of fields, in their order, pending ones among them */
    site_error_t *together;      /* of several fields: told when no field has an error */
} site_change_t;

/* Reads `body`; times without an offset are those of `zone`. *change is complete even when there are errors that are certain. */
void site_assign(apr_pool_t *pool, const site_resource_t *resource, site_mode_t mode, const char *zone,
                 const site_body_t *body, site_change_t *change);

/* The database's answer to a demand: the text of its column in the statement of core/sql_write; NULL: SQL's NULL. */
void site_demand_conclude(apr_pool_t *pool, site_demand_t *demand, const char *answer);

/* What is to be told once all demands are concluded; NULL: nothing is wrong. */
site_error_t *site_change_errors(site_change_t *change);

/* Whether its errors are known without the database: some error is certain, and there are no demands that could add more. */
int site_change_is_refused(const site_change_t *change);

/* "book with this shelf mark already exists.", "The fields a, b must make a unique set.", in the words that core/constraint needs, too.
 * NULL: the key has columns that are no attributes. */
site_error_t *site_unique_error(apr_pool_t *pool, const site_resource_t *resource, const site_key_t *key);

/* The error of a related row that does not exist. */
site_error_t *site_missing_error(apr_pool_t *pool, const site_attribute_t *attribute, const char *shown);

/* What a change assigns to an attribute; NULL: nothing. */
const site_assignment_t *site_change_of(const site_change_t *change, const site_attribute_t *attribute);

#endif
