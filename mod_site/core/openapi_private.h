/* openapi_private: what the files of core/openapi share. Private to them. */
#ifndef SITE_CORE_OPENAPI_PRIVATE_H
#define SITE_CORE_OPENAPI_PRIVATE_H

#include "core/compose.h"
#include "core/field.h"
#include "core/lookup.h"
#include "core/openapi.h"

/* One resource while it is being described. */
typedef struct site_describe_t {
    site_compose_t *to;
    apr_pool_t *pool;
    const site_openapi_t *openapi;
    const site_resource_t *resource;
    const char *name;                /* "Book" */
    const apr_array_header_t *names; /* of all resources */
    site_settings_t settings;        /* complete */
    unsigned *used;                  /* components: 1 << site_component_t */
} site_describe_t;

/* openapi_schema: the components that show and take rows. */
void site_openapi_schemas(const site_describe_t *describe);

/* Of a flat resource that others show nested: its row inside of another. What is not flat is described where it is shown, since it depends on
 * the rows around it which others are shown inside. */
void site_openapi_nested_schema(const site_describe_t *describe);

/* Whether its rows hold no others. */
int site_openapi_is_flat(const site_resource_t *resource);

/* openapi_value: the members of a value's schema, as it is shown (`format` of a column's attribute). `dimensions` of an array. */
void site_openapi_value(site_compose_t *to, const site_type_t *type, const site_format_t *format, int nullable,
                        int dimensions);

/* Those of a field's value, as it is taken. */
void site_openapi_field(site_compose_t *to, const site_field_t *field);

/* Whether the format writes a number as a string. */
int site_openapi_quotes(apr_pool_t *pool, const site_format_t *format);

/* Choices as JSON in the attribute's own format: the members of a schema, labels included. */
void site_openapi_choices(site_compose_t *to, const apr_array_header_t *choices, const site_format_t *format,
                          int nullable, int blank);

/* openapi_words: what a lookup of `subject` means; what `search` looks into. */
const char *site_openapi_meaning(apr_pool_t *pool, const char *subject, const site_lookup_t *lookup);
const char *site_openapi_search_meaning(apr_pool_t *pool, const site_resource_t *resource);

/* openapi_parameters: of a collection (filters and all), and those that go with every request; `alone`: of an item. */
void site_openapi_parameters(const site_describe_t *describe);
void site_openapi_format_parameter(const site_describe_t *describe);

/* The type of a key in an address or parameter. */
void site_openapi_key_schema(site_compose_t *to, const char *name, const site_type_t *type);

/* openapi_common: what every document says: answers, headers, errors, who may. */
typedef enum site_component_t {
    SITE_ANSWER_NOT_MODIFIED,
    SITE_ANSWER_BAD_REQUEST,
    SITE_ANSWER_BAD_LIST, /* to a request that may write several rows */
    SITE_ANSWER_UNAUTHORIZED,
    SITE_ANSWER_FORBIDDEN,
    SITE_ANSWER_NOT_FOUND,
    SITE_ANSWER_NOT_ACCEPTABLE,
    SITE_ANSWER_CONFLICT,
    SITE_ANSWER_PRECONDITION_FAILED,
    SITE_ANSWER_TOO_LARGE,
    SITE_ANSWER_UNSUPPORTED_MEDIA_TYPE,
    SITE_ANSWER_OTHER_REQUEST,
    SITE_ANSWER_TOO_MANY_REQUESTS,
    SITE_ANSWER_UNAVAILABLE,
    SITE_ANSWER_ANY_OTHER,
    SITE_HEADER_ETAG,
    SITE_HEADER_LOCATION,
    SITE_HEADER_PREFERENCE_APPLIED,
    SITE_HEADER_IDEMPOTENCY_REPLAYED,
    SITE_HEADER_CHALLENGE,
    SITE_HEADER_RETRY_AFTER,
    SITE_PARAMETER_PREFER_HANDLING,
    SITE_PARAMETER_PREFER_RETURN,
    SITE_PARAMETER_IF_NONE_MATCH,
    SITE_PARAMETER_IF_MATCH,
    SITE_PARAMETER_IDEMPOTENCY_KEY,
    SITE_COMPONENT_COUNT
} site_component_t;

/* Refers to one, which will therefore be written. */
void site_openapi_use(const site_describe_t *describe, const char *name, site_component_t component);

/* Those that were used, by their kinds. */
void site_openapi_components(site_compose_t *to, unsigned used);

void site_openapi_security_schemes(site_compose_t *to, const site_openapi_t *openapi);
void site_openapi_security(site_compose_t *to, const site_openapi_t *openapi, int writing);
void site_openapi_error_schemas(site_compose_t *to);
const char *site_openapi_conventions(void);

/* The name of another resource. */
const char *site_openapi_name_of(const site_describe_t *describe, const site_resource_t *resource);

/* name: {"$ref": "#/components/<kind>/<what>"} */
void site_openapi_refer(site_compose_t *to, const char *name, const char *kind, const char *what);

#endif
