/* The schemas of core/openapi: rows as they are shown, as they are taken, and pages of them. */
#include "core/openapi_private.h"

#include <apr_strings.h>

static const char *join(apr_pool_t *pool, const char *one, const char *other) {
    return *one && *other ? apr_pstrcat(pool, one, " ", other, NULL) : *one ? one : other;
}

int site_openapi_is_flat(const site_resource_t *resource) {
    int i;

    for (i = 0; i < resource->attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *);

        if (attribute->shown && attribute->relation && attribute->show == SITE_SHOW_NESTED)
            return 0;
    }
    return 1;
}

/* Whether only the related row's key is shown. */
static int shows_key(const site_attribute_t *attribute, const site_nesting_t *nesting) {
    return attribute->show == SITE_SHOW_KEY ||
           (attribute->show == SITE_SHOW_NESTED && !site_attribute_nests(attribute, nesting));
}

/* What the database says of the column, and, of a related row, what stands for it. */
static void write_meaning(const site_describe_t *describe, const site_attribute_t *attribute,
                          const site_nesting_t *nesting) {
    const char *comment = attribute->column && attribute->column->comment ? attribute->column->comment : "",
               *related = "";

    if (attribute->relation) {
        const char *what = shows_key(attribute, nesting)         ? "Key"
                           : attribute->show == SITE_SHOW_LINK   ? "Address"
                           : attribute->show == SITE_SHOW_NESTED ? "The whole"
                                                                 : NULL;

        if (!what && attribute->slug)
            what = apr_psprintf(describe->pool, "`%s`", attribute->slug->name);
        related =
            apr_psprintf(describe->pool, attribute->relation->many ? "%s of each row of `%s`." : "%s of a row of `%s`.",
                         what ? what : "Key", site_attribute_target(attribute)->name);
    }
    site_compose_string(describe->to, "title", attribute->label);
    if (*comment || *related)
        site_compose_string(describe->to, "description", join(describe->pool, comment, related));
}

/* --- as they are shown --- */

static void write_row(const site_describe_t *describe, const site_nesting_t *nesting);

/* The schema of a row inside another one, as a member of an object, or, without a name, of a list. */
static void write_inner_row(const site_describe_t *describe, const site_nesting_t *nesting, const char *member) {
    site_compose_t *to = describe->to;
    const char *name = site_openapi_name_of(describe, nesting->resource);

    if (name && site_openapi_is_flat(nesting->resource)) {
        site_openapi_refer(to, member, "schemas", apr_pstrcat(describe->pool, name, "Nested", NULL));
        return;
    }
    if (member)
        site_compose_object(to, member);
    else
        site_compose_open(to, '{');
    write_row(describe, nesting);
    site_compose_close(to, '}');
}

static void write_nested(const site_describe_t *describe, const site_attribute_t *attribute,
                         const site_nesting_t *nesting, int nullable) {
    site_compose_t *to = describe->to;
    site_nesting_t inner = {attribute->shape, nesting};

    if (attribute->relation->many) {
        site_compose_string(to, "type", "array");
        write_inner_row(describe, &inner, "items");
        return;
    }
    site_compose_list(to, nullable ? "anyOf" : "allOf");
    write_inner_row(describe, &inner, NULL);
    if (nullable)
        site_compose_json(to, NULL, "{'type':'null'}");
    site_compose_close(to, ']');
}

/* One related key, address or slug. */
static void write_related(const site_describe_t *describe, const site_attribute_t *attribute, int nullable) {
    site_compose_t *to = describe->to;

    if (attribute->show == SITE_SHOW_LINK) {
        site_compose_json(to, "type", nullable ? "['string','null']" : "'string'");
        site_compose_string(to, "format", "uri");
        return;
    }
    if (attribute->show == SITE_SHOW_SLUG && attribute->slug)
        site_openapi_value(to, &attribute->slug->column->type, attribute->format, nullable, 0);
    else if (attribute->column)
        site_openapi_value(to, &attribute->column->type, attribute->format, nullable, 0);
    else if (attribute->relation->key)
        site_openapi_value(to, &attribute->relation->key->type, attribute->format, nullable, 0);
    else
        /* A key of several columns is no value, so that null stands in its place. */
        site_compose_json(to, "type", "'null'");
}

/* One that lies over further relations may be missing with any of them. */
static int is_slug_nullable(const site_attribute_t *attribute) {
    return attribute->slug && (!attribute->slug->column->not_null || attribute->slug_path->nelts);
}

/* The related row may be hidden, or (where the database does not enforce the foreign key) missing: then there is nothing to show but the
 * key. */
static int is_nullable(const site_attribute_t *attribute, const site_nesting_t *nesting) {
    const site_relation_t *relation = attribute->relation;

    if (!attribute->column)
        return 1;
    if (!attribute->column->not_null)
        return 1;
    if (relation && site_attribute_rows(attribute)->where)
        return 1;
    if (!relation || shows_key(attribute, nesting))
        return 0;
    return !relation->enforced || site_attribute_rows(attribute)->table->has_policies || is_slug_nullable(attribute);
}

static void write_shown(const site_describe_t *describe, const site_attribute_t *attribute,
                        const site_nesting_t *nesting) {
    site_compose_t *to = describe->to;
    int nullable = is_nullable(attribute, nesting) && !attribute->sparse;
    site_field_t field;
    site_type_t moment = attribute->column ? attribute->column->type : (site_type_t){.kind = SITE_KIND_OTHER};

    moment.kind = SITE_KIND_TIMESTAMPTZ;
    site_compose_object(to, attribute->name);
    write_meaning(describe, attribute, nesting);
    if (site_attribute_nests(attribute, nesting)) {
        write_nested(describe, attribute, nesting, nullable);
    }
    else if (attribute->relation && attribute->relation->many) {
        site_compose_string(to, "type", "array");
        site_compose_object(to, "items");
        write_related(describe, attribute, is_slug_nullable(attribute));
        site_compose_close(to, '}');
    }
    else if (attribute->relation) {
        write_related(describe, attribute, nullable);
    }
    else if (attribute->format->labels && !attribute->column->choices) {
        /* A value without a label is shown as it is. */
        site_compose_json(to, "type", nullable ? "['string','null']" : "'string'");
    }
    else if (attribute->column->choices && attribute->choices) {
        /* A CHECK lists them: there is no other value. */
        site_openapi_choices(to, attribute->choices, attribute->format, nullable, 0);
    }
    else {
        site_openapi_value(to, attribute->zoned ? &moment : &attribute->column->type, attribute->format, nullable,
                           attribute->column->dimensions);
        if (attribute->text_format == SITE_TEXT_EMAIL)
            site_compose_string(to, "format", "email");
        else if (attribute->text_format == SITE_TEXT_URL)
            site_compose_string(to, "format", "uri");
    }
    site_field_of(attribute, &field);
    if (field.read_only && !nesting->around)
        site_compose_json(to, "readOnly", "true");
    site_compose_close(to, '}');
}

/* What the row's own address is called, where it has one. */
static const char *url_attribute(const site_describe_t *describe, const site_nesting_t *nesting) {
    const site_resource_t *resource = nesting->resource;

    if (!resource->key)
        return "";
    if (!nesting->around)
        return describe->settings.url_attribute;
    return resource->url_place < 0 ? "" : resource->url_name;
}

static void write_properties(const site_describe_t *describe, const site_nesting_t *nesting, const char *url) {
    const apr_array_header_t *attributes = nesting->resource->attributes;
    site_compose_t *to = describe->to;
    int i;

    site_compose_object(to, "properties");
    if (*url)
        site_compose_json(to, url,
                          "{'title':'Url','description':'The address of this row.','type':'string',"
                          "'format':'uri','readOnly':true}");
    for (i = 0; i < attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(attributes, i, const site_attribute_t *);

        if (attribute->shown)
            write_shown(describe, attribute, nesting);
    }
    site_compose_close(to, '}');
}

/* The members of a row's schema. */
static void write_row(const site_describe_t *describe, const site_nesting_t *nesting) {
    const site_resource_t *resource = nesting->resource;
    const char *url = url_attribute(describe, nesting);
    site_compose_t *to = describe->to;
    int i;

    site_compose_string(to, "title", resource->singular);
    if (resource->comment && *resource->comment)
        site_compose_string(to, "description", resource->comment);
    site_compose_string(to, "type", "object");
    write_properties(describe, nesting, url);
    site_compose_list(to, "required");
    if (*url && resource->key->column->not_null)
        site_compose_string(to, NULL, url);
    for (i = 0; i < resource->attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *);

        if (attribute->shown && !attribute->sparse)
            site_compose_string(to, NULL, attribute->name);
    }
    site_compose_close(to, ']');
}

void site_openapi_nested_schema(const site_describe_t *describe) {
    site_nesting_t around = {describe->resource, NULL}, nesting = {describe->resource, &around};

    site_compose_object(describe->to, apr_pstrcat(describe->pool, describe->name, "Nested", NULL));
    write_row(describe, &nesting);
    site_compose_close(describe->to, '}');
}

/* --- as they are taken --- */

static int is_taken(const site_attribute_t *attribute, site_field_t *field) {
    if (!attribute->shown)
        return 0;
    site_field_of(attribute, field);
    return !field->read_only;
}

static void write_fields(const site_describe_t *describe, const char *name) {
    const apr_array_header_t *attributes = describe->resource->attributes;
    site_nesting_t nesting = {describe->resource, NULL};
    site_compose_t *to = describe->to;
    site_field_t field;
    int i;

    site_compose_object(to, name);
    site_compose_string(to, "title",
                        apr_pstrcat(describe->pool, describe->resource->singular, ", as it is sent", NULL));
    site_compose_string(to, "type", "object");
    site_compose_object(to, "properties");
    for (i = 0; i < attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(attributes, i, const site_attribute_t *);

        if (!is_taken(attribute, &field))
            continue;
        site_compose_object(to, attribute->name);
        write_meaning(describe, attribute, &nesting);
        site_openapi_field(to, &field);
        site_compose_close(to, '}');
    }
    site_compose_close(to, '}');
    site_compose_close(to, '}');
}

/* The same fields, some of which must be there. */
static void write_request(const site_describe_t *describe, const char *name, const char *fields) {
    const apr_array_header_t *attributes = describe->resource->attributes;
    site_compose_t *to = describe->to;
    site_field_t field;
    int count = 0, i;

    site_compose_object(to, name);
    site_compose_list(to, "allOf");
    site_openapi_refer(to, NULL, "schemas", fields);
    site_compose_close(to, ']');
    for (i = 0; i < attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(attributes, i, const site_attribute_t *);

        if (!is_taken(attribute, &field) || !field.required)
            continue;
        if (!count++)
            site_compose_list(to, "required");
        site_compose_string(to, NULL, attribute->name);
    }
    if (count)
        site_compose_close(to, ']');
    site_compose_close(to, '}');
}

/* --- pages --- */

static void write_page(const site_describe_t *describe, const char *name) {
    static const char links[] = "'next':{'description':'The next page.','type':['string','null'],'format':'uri'},"
                                "'previous':{'description':'The page before.','type':['string','null'],'format':'uri'}";
    site_compose_t *to = describe->to;
    int counted = describe->settings.pagination != SITE_PAGINATION_CURSOR;

    site_compose_object(to, name);
    if (describe->settings.pagination == SITE_PAGINATION_NONE) {
        site_compose_string(to, "type", "array");
        site_openapi_refer(to, "items", "schemas", describe->name);
        site_compose_close(to, '}');
        return;
    }
    site_compose_string(to, "type", "object");
    site_compose_object(to, "properties");
    if (counted)
        site_compose_json(to, "count",
                          "{'description':'All rows, not only those of this page.','type':'integer','minimum':0}");
    site_compose_json(to, NULL, links);
    site_compose_object(to, "results");
    site_compose_string(to, "type", "array");
    site_openapi_refer(to, "items", "schemas", describe->name);
    site_compose_close(to, '}');
    site_compose_close(to, '}');
    site_compose_json(to, "required",
                      counted ? "['count','next','previous','results']" : "['next','previous','results']");
    site_compose_close(to, '}');
}

void site_openapi_schemas(const site_describe_t *describe) {
    const char *fields = apr_pstrcat(describe->pool, "Patched", describe->name, "Request", NULL);
    site_nesting_t nesting = {describe->resource, NULL};
    int methods = describe->settings.methods, has_items = describe->resource->key != NULL;
    int whole = methods & SITE_METHOD_POST || (has_items && methods & SITE_METHOD_PUT);

    site_compose_object(describe->to, describe->name);
    write_row(describe, &nesting);
    site_compose_close(describe->to, '}');
    if (methods & SITE_METHOD_GET)
        write_page(describe, apr_pstrcat(describe->pool, "Paginated", describe->name, "List", NULL));
    if (whole || (has_items && methods & SITE_METHOD_PATCH))
        write_fields(describe, fields);
    if (whole)
        write_request(describe, apr_pstrcat(describe->pool, describe->name, "Request", NULL), fields);
}
