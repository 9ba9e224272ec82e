#include "core/openapi.h"
#include "core/openapi_private.h"
#include "core/params.h"
#include "core/rights.h"

#include <apr_strings.h>

/* --- names --- */

/* Letters and digits of ASCII, a letter first: what every language takes. */
static const char *plain_name(apr_pool_t *pool, const char *name) {
    char *plain = apr_palloc(pool, strlen(name) + 4), *to = plain;

    for (; *name; name++) {
        int letter = (*name >= 'a' && *name <= 'z') || (*name >= 'A' && *name <= 'Z');

        if (!letter && !(*name >= '0' && *name <= '9'))
            continue;
        if (!letter && to == plain)
            *to++ = 'N';
        *to++ = *name;
    }
    *to = '\0';
    return *plain ? plain : "Row";
}

/* DRF adds the plural's letter where there is none yet. */
static const char *list_name(apr_pool_t *pool, const char *name) {
    return name[strlen(name) - 1] == 's' ? name : apr_pstrcat(pool, name, "s", NULL);
}

/* Takes every name that is made of this one, or none. */
static int take_name(apr_pool_t *pool, apr_hash_t *taken, const char *name) {
    const char *made[6];
    int i;

    made[0] = name;
    made[1] = apr_pstrcat(pool, name, "Request", NULL);
    made[2] = apr_pstrcat(pool, "Patched", name, "Request", NULL);
    made[3] = apr_pstrcat(pool, "Paginated", name, "List", NULL);
    made[4] = apr_pstrcat(pool, name, "Nested", NULL);
    made[5] = apr_pstrcat(pool, "list ", list_name(pool, name), NULL);
    for (i = 0; i < 6; i++) {
        if (apr_hash_get(taken, made[i], APR_HASH_KEY_STRING))
            return 0;
    }
    for (i = 0; i < 6; i++)
        apr_hash_set(taken, made[i], APR_HASH_KEY_STRING, "");
    return 1;
}

apr_array_header_t *site_openapi_names(apr_pool_t *pool, const site_api_t *api) {
    apr_array_header_t *names = apr_array_make(pool, api->resources->nelts, sizeof(const char *));
    apr_hash_t *taken = apr_hash_make(pool);
    int i, number;

    apr_hash_set(taken, "Error", APR_HASH_KEY_STRING, "");
    apr_hash_set(taken, "FieldErrors", APR_HASH_KEY_STRING, "");
    for (i = 0; i < api->resources->nelts; i++) {
        const site_resource_t *resource = APR_ARRAY_IDX(api->resources, i, const site_resource_t *);
        const char *plain = plain_name(pool, resource->object_name ? resource->object_name : ""), *name = plain;

        for (number = 2; !take_name(pool, taken, name); number++)
            name = apr_psprintf(pool, "%s%d", plain, number);
        APR_ARRAY_PUSH(names, const char *) = name;
    }
    return names;
}

const char *site_openapi_name_of(const site_describe_t *describe, const site_resource_t *resource) {
    const apr_array_header_t *resources = describe->openapi->api->resources;
    int i;

    for (i = 0; i < resources->nelts; i++) {
        if (APR_ARRAY_IDX(resources, i, const site_resource_t *) == resource)
            return APR_ARRAY_IDX(describe->names, i, const char *);
    }
    return NULL;
}

/* --- operations --- */

/* What differs between the operations of a resource. */
typedef struct operation_t {
    const char *method;
    const char *verb;    /* of the operationId */
    const char *summary; /* the resource's word follows, with its article */
    int writes, on_item, has_body;
} operation_t;

static const operation_t list_operation = {"get", "list", "List", 0, 0, 0};
static const operation_t create_operation = {"post", "create", "Create", 1, 0, 1};
static const operation_t retrieve_operation = {"get", "retrieve", "Retrieve", 0, 1, 0};
static const operation_t update_operation = {"put", "update", "Replace", 1, 1, 1};
static const operation_t partial_update_operation = {"patch", "partialUpdate", "Change", 1, 1, 1};
static const operation_t destroy_operation = {"delete", "destroy", "Delete", 1, 1, 0};

/* A word that begins with a vowel as it is spoken, mostly: an author, a user. */
static const char *article(const char *word) {
    return *word && strchr("AEIOaeio", *word) ? " an " : " a ";
}

static void begin_operation(const site_describe_t *describe, const operation_t *operation, const char *description) {
    site_compose_t *to = describe->to;
    int is_list = operation == &list_operation;

    site_compose_object(to, operation->method);
    site_compose_string(to, "operationId",
                        apr_pstrcat(describe->pool, operation->verb,
                                    is_list ? list_name(describe->pool, describe->name) : describe->name, NULL));
    site_compose_string(to, "summary",
                        apr_pstrcat(describe->pool, operation->summary,
                                    is_list ? " " : article(describe->resource->singular),
                                    is_list ? describe->resource->plural : describe->resource->singular, NULL));
    if (description && *description)
        site_compose_string(to, "description", description);
    site_compose_list(to, "tags");
    site_compose_string(to, NULL, describe->resource->name);
    site_compose_close(to, ']');
    site_openapi_security(to, describe->openapi, operation->writes);
}

/* In the order of their numbers. */
static void write_errors(const site_describe_t *describe, const operation_t *operation) {
    const site_openapi_t *openapi = describe->openapi;

    site_openapi_use(describe, "400",
                     operation == &create_operation && describe->settings.bulk ? SITE_ANSWER_BAD_LIST
                                                                               : SITE_ANSWER_BAD_REQUEST);
    if (openapi->ways & (SITE_OPENAPI_BASIC | SITE_OPENAPI_TOKEN | SITE_OPENAPI_DIGEST))
        site_openapi_use(describe, "401", SITE_ANSWER_UNAUTHORIZED);
    site_openapi_use(describe, "403", SITE_ANSWER_FORBIDDEN);
    site_openapi_use(describe, "404", SITE_ANSWER_NOT_FOUND);
    site_openapi_use(describe, "406", SITE_ANSWER_NOT_ACCEPTABLE);
    if (operation->writes)
        site_openapi_use(describe, "409", SITE_ANSWER_CONFLICT);
    if (operation->writes && operation->on_item)
        site_openapi_use(describe, "412", SITE_ANSWER_PRECONDITION_FAILED);
    if (operation->has_body) {
        site_openapi_use(describe, "413", SITE_ANSWER_TOO_LARGE);
        site_openapi_use(describe, "415", SITE_ANSWER_UNSUPPORTED_MEDIA_TYPE);
    }
    if (operation == &create_operation && describe->settings.idempotency > 0)
        site_openapi_use(describe, "422", SITE_ANSWER_OTHER_REQUEST);
    if (openapi->throttled)
        site_openapi_use(describe, "429", SITE_ANSWER_TOO_MANY_REQUESTS);
    site_openapi_use(describe, "503", SITE_ANSWER_UNAVAILABLE);
    site_openapi_use(describe, "default", SITE_ANSWER_ANY_OTHER);
}

static void end_operation(const site_describe_t *describe, const operation_t *operation) {
    write_errors(describe, operation);
    site_compose_close(describe->to, '}'); /* responses */
    site_compose_close(describe->to, '}');
}

/* "content": one type, and what it holds: a row, or, where `rows`, perhaps a list of them. */
static void write_content(const site_describe_t *describe, const char *type, const char *schema, int rows) {
    site_compose_t *to = describe->to;

    site_compose_object(to, type);
    if (rows) {
        site_compose_object(to, "schema");
        site_compose_list(to, "anyOf");
        site_openapi_refer(to, NULL, "schemas", schema);
        site_compose_open(to, '{');
        site_compose_string(to, "type", "array");
        site_compose_number(to, "maxItems", rows);
        site_openapi_refer(to, "items", "schemas", schema);
        site_compose_close(to, '}');
        site_compose_close(to, ']');
        site_compose_close(to, '}');
    }
    else {
        site_openapi_refer(to, "schema", "schemas", schema);
    }
    site_compose_close(to, '}');
}

#define BIT(component) (1u << (component))
#define SHOWN (BIT(SITE_HEADER_ETAG) | BIT(SITE_HEADER_PREFERENCE_APPLIED))

/* `headers`: a set of SITE_HEADER_*. */
static void write_headers(const site_describe_t *describe, unsigned headers) {
    static const struct {
        site_component_t component;
        const char *name;
    } all[] = {{SITE_HEADER_LOCATION, "Location"},
               {SITE_HEADER_ETAG, "ETag"},
               {SITE_HEADER_PREFERENCE_APPLIED, "Preference-Applied"},
               {SITE_HEADER_IDEMPOTENCY_REPLAYED, "Idempotency-Replayed"}};
    apr_size_t i;

    site_compose_object(describe->to, "headers");
    for (i = 0; i < sizeof all / sizeof *all; i++) {
        if (headers & BIT(all[i].component))
            site_openapi_use(describe, all[i].name, all[i].component);
    }
    site_compose_close(describe->to, '}');
}

static void write_success(const site_describe_t *describe, const char *status, const char *description,
                          unsigned headers, const char *schema, int rows) {
    site_compose_t *to = describe->to;

    site_compose_object(to, status);
    site_compose_string(to, "description", description);
    if (headers)
        write_headers(describe, headers);
    if (schema) {
        site_compose_object(to, "content");
        write_content(describe, "application/json", schema, rows);
        site_compose_close(to, '}');
    }
    site_compose_close(to, '}');
}

static int requires_something(const site_resource_t *resource) {
    int i;

    for (i = 0; i < resource->attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *);
        site_field_t field;

        site_field_of(attribute, &field);
        if (attribute->shown && !field.read_only && field.required)
            return 1;
    }
    return 0;
}

static void write_body(const site_describe_t *describe, const operation_t *operation) {
    site_compose_t *to = describe->to;
    int partial = operation == &partial_update_operation;
    const char *schema = apr_pstrcat(describe->pool, partial ? "Patched" : "", describe->name, "Request", NULL);

    site_compose_object(to, "requestBody");
    if (!partial && requires_something(describe->resource))
        site_compose_json(to, "required", "true");
    site_compose_object(to, "content");
    write_content(describe, "application/json", schema, operation == &create_operation ? describe->settings.bulk : 0);
    write_content(describe, "application/x-www-form-urlencoded", schema, 0);
    write_content(describe, "multipart/form-data", schema, 0);
    site_compose_close(to, '}');
    site_compose_close(to, '}');
}

/* Whether one can filter by what another operation lists. */
static int leads_on(const site_describe_t *describe, const site_relation_t *relation) {
    return relation->reach == SITE_REACH_ALL && site_openapi_name_of(describe, relation->target);
}

/* Which operations' filters fit behind which names. */
static void write_relations(const site_describe_t *describe) {
    const apr_array_header_t *relations = describe->resource->relations;
    site_compose_t *to = describe->to;
    int i, count = 0;

    for (i = 0; i < relations->nelts; i++)
        count += leads_on(describe, APR_ARRAY_IDX(relations, i, const site_relation_t *));
    if (!count)
        return;
    site_compose_list(to, "x-relations");
    for (i = 0; i < relations->nelts; i++) {
        const site_relation_t *relation = APR_ARRAY_IDX(relations, i, const site_relation_t *);

        if (!leads_on(describe, relation))
            continue;
        site_compose_open(to, '{');
        site_compose_string(to, "prefix", apr_pstrcat(describe->pool, relation->name, "__", NULL));
        site_compose_string(to, "resource", relation->target->name);
        site_compose_string(to, "filters",
                            apr_pstrcat(describe->pool, "list",
                                        list_name(describe->pool, site_openapi_name_of(describe, relation->target)),
                                        NULL));
        site_compose_json(to, "many", relation->many ? "true" : "false");
        site_compose_close(to, '}');
    }
    site_compose_close(to, ']');
}

static void write_list(const site_describe_t *describe) {
    site_compose_t *to = describe->to;

    begin_operation(describe, &list_operation, describe->resource->comment);
    write_relations(describe);
    site_compose_list(to, "parameters");
    site_openapi_parameters(describe);
    site_openapi_use(describe, NULL, SITE_PARAMETER_PREFER_HANDLING);
    site_compose_close(to, ']');
    site_compose_object(to, "responses");
    write_success(describe, "200",
                  describe->settings.pagination == SITE_PAGINATION_NONE ? "All rows that match."
                                                                        : "A page of the rows that match.",
                  0, apr_pstrcat(describe->pool, "Paginated", describe->name, "List", NULL), 0);
    end_operation(describe, &list_operation);
}

static void write_create(const site_describe_t *describe) {
    int has_address = describe->resource->key && *describe->settings.url_attribute;
    int once = describe->settings.idempotency > 0;
    unsigned headers = BIT(SITE_HEADER_PREFERENCE_APPLIED);
    site_compose_t *to = describe->to;

    if (has_address)
        headers |= BIT(SITE_HEADER_LOCATION);
    if (describe->resource->key)
        headers |= BIT(SITE_HEADER_ETAG);
    if (once)
        headers |= BIT(SITE_HEADER_IDEMPOTENCY_REPLAYED);
    begin_operation(describe, &create_operation, NULL);
    site_compose_list(to, "parameters");
    site_openapi_use(describe, NULL, SITE_PARAMETER_PREFER_RETURN);
    if (once)
        site_openapi_use(describe, NULL, SITE_PARAMETER_IDEMPOTENCY_KEY);
    site_compose_close(to, ']');
    write_body(describe, &create_operation);
    site_compose_object(to, "responses");
    write_success(describe, "201", "The row as it is stored.", headers, describe->name, describe->settings.bulk);
    end_operation(describe, &create_operation);
}

static void write_retrieve(const site_describe_t *describe) {
    site_compose_t *to = describe->to;

    begin_operation(describe, &retrieve_operation, describe->resource->comment);
    site_compose_list(to, "parameters");
    site_openapi_use(describe, NULL, SITE_PARAMETER_IF_NONE_MATCH);
    site_openapi_use(describe, NULL, SITE_PARAMETER_PREFER_HANDLING);
    site_compose_close(to, ']');
    site_compose_object(to, "responses");
    write_success(describe, "200", "The row.", BIT(SITE_HEADER_ETAG), describe->name, 0);
    site_openapi_use(describe, "304", SITE_ANSWER_NOT_MODIFIED);
    end_operation(describe, &retrieve_operation);
}

static void write_change(const site_describe_t *describe, const operation_t *operation) {
    site_compose_t *to = describe->to;

    begin_operation(describe, operation, NULL);
    site_compose_list(to, "parameters");
    site_openapi_use(describe, NULL, SITE_PARAMETER_IF_MATCH);
    if (operation->has_body)
        site_openapi_use(describe, NULL, SITE_PARAMETER_PREFER_RETURN);
    site_compose_close(to, ']');
    if (operation->has_body)
        write_body(describe, operation);
    site_compose_object(to, "responses");
    if (operation->has_body) {
        write_success(describe, "200", "The row as it is stored.", SHOWN, describe->name, 0);
        write_success(describe, "204", "Done, and `Prefer: return=minimal` was asked for.", SHOWN, NULL, 0);
    }
    else {
        write_success(describe, "204", "The row is gone.", 0, NULL, 0);
    }
    end_operation(describe, operation);
}

/* --- paths --- */

static void write_collection(const site_describe_t *describe, const char *path) {
    int methods = describe->settings.methods;
    site_compose_t *to = describe->to;

    if (!(methods & (SITE_METHOD_GET | SITE_METHOD_POST)))
        return;
    site_compose_object(to, path);
    if (*describe->settings.format_parameter) {
        site_compose_list(to, "parameters");
        site_openapi_format_parameter(describe);
        site_compose_close(to, ']');
    }
    if (methods & SITE_METHOD_GET)
        write_list(describe);
    if (methods & SITE_METHOD_POST)
        write_create(describe);
    site_compose_close(to, '}');
}

static void write_item(const site_describe_t *describe, const char *path) {
    const site_attribute_t *key = describe->resource->key;
    int methods = describe->settings.methods;
    site_compose_t *to = describe->to;
    const char *name;

    if (!key || !(methods & (SITE_METHOD_GET | SITE_METHOD_PUT | SITE_METHOD_PATCH | SITE_METHOD_DELETE)))
        return;
    name = plain_name(describe->pool, key->name);
    site_compose_object(to, apr_pstrcat(describe->pool, path, "{", name, "}/", NULL));
    site_compose_string(to, "description",
                        "The filters of the list hold here, too: a row that they leave out is not found.");
    site_compose_list(to, "parameters");
    site_compose_open(to, '{');
    site_compose_string(to, "name", name);
    site_compose_string(to, "in", "path");
    site_compose_json(to, "required", "true");
    site_compose_string(to, "description",
                        key->column->comment && *key->column->comment ? key->column->comment : key->label);
    site_openapi_key_schema(to, "schema", &key->column->type);
    site_compose_close(to, '}');
    site_openapi_format_parameter(describe);
    site_compose_close(to, ']');
    if (methods & SITE_METHOD_GET)
        write_retrieve(describe);
    if (methods & SITE_METHOD_PUT)
        write_change(describe, &update_operation);
    if (methods & SITE_METHOD_PATCH)
        write_change(describe, &partial_update_operation);
    if (methods & SITE_METHOD_DELETE)
        write_change(describe, &destroy_operation);
    site_compose_close(to, '}');
}

static void write_paths(const site_describe_t *describe) {
    site_sink_t path;

    site_sink_init(&path, describe->pool, 64, 0);
    site_sink_char(&path, '/');
    site_params_encode(&path, describe->resource->name, strlen(describe->resource->name), 0);
    site_sink_puts(&path, "/");
    site_sink_char(&path, '\0');
    write_collection(describe, path.data);
    write_item(describe, path.data);
}

static void write_root(const site_describe_t *describe) {
    site_compose_t *to = describe->to;

    site_compose_object(to, "/");
    site_compose_object(to, "get");
    site_compose_string(to, "operationId", "apiRoot");
    site_compose_string(to, "summary", "The resources and their addresses");
    site_openapi_security(to, describe->openapi, 0);
    site_compose_object(to, "responses");
    site_compose_json(
        to, "200",
        "{'description':'The address of each resource, by its name.','content':{'application/json':{'schema':"
        "{'type':'object','additionalProperties':{'type':'string','format':'uri'}}}}}");
    write_errors(describe, &retrieve_operation);
    site_compose_close(to, '}');
    site_compose_close(to, '}');
    site_compose_close(to, '}');
}

/* --- the document --- */

typedef void (*each_fn)(const site_describe_t *describe);

/* Calls for every resource that can be asked: one that is broken answers 503 to everything. */
static void each_resource(const site_describe_t *all, each_fn each) {
    const apr_array_header_t *resources = all->openapi->api->resources;
    site_describe_t describe = *all;
    int i;

    if (apr_pool_create(&describe.pool, all->pool) != APR_SUCCESS)
        return;
    for (i = 0; i < resources->nelts; i++) {
        describe.resource = APR_ARRAY_IDX(resources, i, const site_resource_t *);
        if (describe.resource->broken || !describe.resource->table)
            continue;
        describe.name = APR_ARRAY_IDX(all->names, i, const char *);
        describe.settings = *all->openapi->settings;
        site_resource_settle(describe.resource, &describe.settings);
        describe.settings.methods &= site_rights_methods_of_all(describe.resource->table);
        each(&describe);
        apr_pool_clear(describe.pool);
    }
    apr_pool_destroy(describe.pool);
}

static void write_tag(const site_describe_t *describe) {
    const char *comment = describe->resource->comment;

    site_compose_open(describe->to, '{');
    site_compose_string(describe->to, "name", describe->resource->name);
    site_compose_string(describe->to, "description",
                        comment && *comment
                            ? apr_pstrcat(describe->pool, describe->resource->plural, ": ", comment, NULL)
                            : describe->resource->plural);
    site_compose_close(describe->to, '}');
}

/* Whether a row of `nesting->resource` has one of `target` somewhere inside. */
static int holds(const site_nesting_t *nesting, const site_resource_t *target) {
    const apr_array_header_t *attributes = nesting->resource->attributes;
    int i;

    for (i = 0; attributes && i < attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(attributes, i, const site_attribute_t *);
        site_nesting_t inner = {attribute->shape, nesting};

        if (attribute->shown && site_attribute_nests(attribute, nesting) &&
            (attribute->shape == target || holds(&inner, target)))
            return 1;
    }
    return 0;
}

/* Whether some resource shows this one's rows inside of its own. */
static int is_nested(const site_api_t *api, const site_resource_t *target) {
    int i;

    for (i = 0; i < api->resources->nelts; i++) {
        site_nesting_t nesting = {APR_ARRAY_IDX(api->resources, i, const site_resource_t *), NULL};

        if (!nesting.resource->broken && holds(&nesting, target))
            return 1;
    }
    return 0;
}

static void write_schemas(const site_describe_t *describe) {
    site_openapi_schemas(describe);
    if (site_openapi_is_flat(describe->resource) && is_nested(describe->openapi->api, describe->resource))
        site_openapi_nested_schema(describe);
}

void site_openapi_head(site_sink_t *sink, const site_openapi_head_t *head) {
    const char *description = head->description ? head->description : "";
    site_compose_t to;

    site_compose_init(&to, sink);
    site_compose_open(&to, '{');
    site_compose_string(&to, "openapi", "3.1.0");
    site_compose_object(&to, "info");
    site_compose_string(&to, "title", head->title ? head->title : "mod_site");
    site_compose_string(
        &to, "description",
        apr_pstrcat(sink->pool, description, *description ? "\n\n" : "", site_openapi_conventions(), NULL));
    site_compose_string(&to, "version", head->version);
    site_compose_close(&to, '}');
    site_compose_list(&to, "servers");
    site_compose_open(&to, '{');
    site_compose_string(&to, "url", *head->server ? head->server : "/");
    site_compose_close(&to, '}');
    site_compose_close(&to, ']');
}

void site_openapi_rest(site_sink_t *sink, const site_openapi_t *openapi) {
    site_describe_t all;
    site_compose_t to;
    unsigned used = 0;

    memset(&all, 0, sizeof all);
    all.to = &to;
    all.pool = sink->pool;
    all.openapi = openapi;
    all.names = site_openapi_names(sink->pool, openapi->api);
    all.used = &used;
    site_compose_init(&to, sink);
    to.follows = 1; /* the head */
    site_compose_list(&to, "tags");
    each_resource(&all, write_tag);
    site_compose_close(&to, ']');
    site_compose_object(&to, "paths");
    write_root(&all);
    each_resource(&all, write_paths);
    site_compose_close(&to, '}');
    site_compose_object(&to, "components");
    site_compose_object(&to, "schemas");
    site_openapi_error_schemas(&to);
    each_resource(&all, write_schemas);
    site_compose_close(&to, '}');
    site_openapi_components(&to, used);
    site_openapi_security_schemes(&to, openapi);
    site_compose_close(&to, '}');
    site_compose_close(&to, '}');
}
