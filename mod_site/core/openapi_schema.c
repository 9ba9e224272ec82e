/* The schemas of core/openapi: rows as they are shown, as they are taken, and pages of them. */
#include "core/openapi_private.h"

#include <apr_strings.h>

static const char *join(apr_pool_t *pool, const char *one, const char *other) {
    return *one && *other ? apr_pstrcat(pool, one, " ", other, NULL) : *one ? one : other;
}

/* What the database says of the column, and, of a related row, what stands for it. */
static void write_meaning(const site_describe_t *describe, const site_attribute_t *attribute, int nested) {
    const char *comment = attribute->column && attribute->column->comment ? attribute->column->comment : "",
               *related = "";

    if (attribute->relation) {
        const char *what = nested || attribute->show == SITE_SHOW_KEY ? "Key"
                           : attribute->show == SITE_SHOW_LINK        ? "Address"
                           : attribute->show == SITE_SHOW_NESTED      ? "The whole"
                                                                      : NULL;

        if (!what && attribute->slug)
            what = apr_psprintf(describe->pool, "`%s`", attribute->slug->name);
        related =
            apr_psprintf(describe->pool, attribute->relation->many ? "%s of each row of `%s`." : "%s of a row of `%s`.",
                         what ? what : "Key", attribute->relation->target->name);
    }
    site_compose_string(describe->to, "title", attribute->label);
    if (*comment || *related)
        site_compose_string(describe->to, "description", join(describe->pool, comment, related));
}

/* --- as they are shown --- */

static void write_nested(const site_describe_t *describe, const site_attribute_t *attribute, int nullable) {
    site_compose_t *to = describe->to;
    const char *name =
        apr_pstrcat(describe->pool, site_openapi_name_of(describe, attribute->relation->target), "Nested", NULL);

    if (attribute->relation->many) {
        site_compose_string(to, "type", "array");
        site_openapi_refer(to, "items", "schemas", name);
        return;
    }
    if (!nullable) {
        site_compose_list(to, "allOf");
        site_openapi_refer(to, NULL, "schemas", name);
        site_compose_close(to, ']');
        return;
    }
    site_compose_list(to, "anyOf");
    site_openapi_refer(to, NULL, "schemas", name);
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
    else
        site_openapi_value(to, &attribute->relation->key->type, attribute->format, nullable, 0);
}

/* A foreign key that the database does not enforce may lead nowhere: then there is nothing to show but its own value. */
static int is_nullable(const site_attribute_t *attribute, int nested) {
    const site_relation_t *relation = attribute->relation;

    if (!attribute->column)
        return 1;
    if (!attribute->column->not_null)
        return 1;
    if (!relation || nested || attribute->show == SITE_SHOW_KEY)
        return 0;
    return !relation->enforced || (attribute->slug && !attribute->slug->column->not_null);
}

static void write_shown(const site_describe_t *describe, const site_attribute_t *attribute, int nested) {
    site_compose_t *to = describe->to;
    int nullable = is_nullable(attribute, nested);
    site_field_t field;

    site_compose_object(to, attribute->name);
    write_meaning(describe, attribute, nested);
    if (attribute->relation && !nested && attribute->show == SITE_SHOW_NESTED) {
        write_nested(describe, attribute, nullable);
    }
    else if (attribute->relation && !nested && attribute->relation->many) {
        site_compose_string(to, "type", "array");
        site_compose_object(to, "items");
        write_related(describe, attribute, attribute->slug && !attribute->slug->column->not_null);
        site_compose_close(to, '}');
    }
    else if (attribute->relation && !nested) {
        write_related(describe, attribute, nullable);
    }
    else if (attribute->column->choices && attribute->choices) {
        /* A CHECK lists them: there is no other value. */
        site_openapi_choices(to, attribute, nullable, 0);
    }
    else {
        site_openapi_value(to, &attribute->column->type, attribute->format, nullable, attribute->column->dimensions);
        if (attribute->text_format == SITE_TEXT_EMAIL)
            site_compose_string(to, "format", "email");
        else if (attribute->text_format == SITE_TEXT_URL)
            site_compose_string(to, "format", "uri");
    }
    site_field_of(attribute, &field);
    if (field.read_only && !nested)
        site_compose_json(to, "readOnly", "true");
    site_compose_close(to, '}');
}

/* The row's own address comes first, where the row has a key. */
static const char *url_attribute(const site_describe_t *describe) {
    return describe->resource->key ? describe->settings.url_attribute : "";
}

static int is_shown(const site_attribute_t *attribute, int nested) {
    return attribute->shown && (!nested || attribute->column);
}

static void write_row(const site_describe_t *describe, const char *name, int nested) {
    const apr_array_header_t *attributes = describe->resource->attributes;
    const char *url = nested ? "" : url_attribute(describe), *comment = describe->resource->comment;
    site_compose_t *to = describe->to;
    int i;

    site_compose_object(to, name);
    site_compose_string(to, "title", describe->resource->singular);
    if (comment && *comment)
        site_compose_string(to, "description", comment);
    site_compose_string(to, "type", "object");
    site_compose_object(to, "properties");
    if (*url)
        site_compose_json(to, url,
                          "{'title':'Url','description':'The address of this row.','type':'string',"
                          "'format':'uri','readOnly':true}");
    for (i = 0; i < attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(attributes, i, const site_attribute_t *);

        if (is_shown(attribute, nested))
            write_shown(describe, attribute, nested);
    }
    site_compose_close(to, '}');
    site_compose_list(to, "required");
    if (*url && describe->resource->key->column->not_null)
        site_compose_string(to, NULL, url);
    for (i = 0; i < attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(attributes, i, const site_attribute_t *);

        if (is_shown(attribute, nested))
            site_compose_string(to, NULL, attribute->name);
    }
    site_compose_close(to, ']');
    site_compose_close(to, '}');
}

void site_openapi_nested_schema(const site_describe_t *describe) {
    write_row(describe, apr_pstrcat(describe->pool, describe->name, "Nested", NULL), 1);
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
        write_meaning(describe, attribute, 0);
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
    int methods = describe->settings.methods, has_items = describe->resource->key != NULL;
    int whole = methods & SITE_METHOD_POST || (has_items && methods & SITE_METHOD_PUT);

    write_row(describe, describe->name, 0);
    if (methods & SITE_METHOD_GET)
        write_page(describe, apr_pstrcat(describe->pool, "Paginated", describe->name, "List", NULL));
    if (whole || (has_items && methods & SITE_METHOD_PATCH))
        write_fields(describe, fields);
    if (whole)
        write_request(describe, apr_pstrcat(describe->pool, describe->name, "Request", NULL), fields);
}
