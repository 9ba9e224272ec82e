#include "core/resource.h"

#include <string.h>

const site_resource_t *site_api_resource(const site_api_t *api, const char *name) {
    return apr_hash_get(api->by_name, name, APR_HASH_KEY_STRING);
}

const site_api_t *site_api_of_role(const site_api_t *api, const char *role) {
    int i;

    for (i = 0; api->role_apis && i < api->role_apis->nelts; i++) {
        const site_role_api_t *each = &APR_ARRAY_IDX(api->role_apis, i, const site_role_api_t);

        if (role ? strcmp(each->role, role) == 0 : each->own)
            return each->api;
    }
    return api;
}

int site_resource_width(const site_resource_t *resource) {
    int width = 1, i;

    for (i = 0; i < resource->attributes->nelts; i++)
        width += APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *)->shown;
    return width;
}

int site_attribute_nests(const site_attribute_t *attribute, const site_nesting_t *nesting) {
    const site_nesting_t *each;

    if (!attribute->relation || attribute->show != SITE_SHOW_NESTED)
        return 0;
    for (each = nesting; nesting->around && each; each = each->around) {
        if (each->resource == attribute->shape)
            return 0;
    }
    return 1;
}

const site_resource_t *site_attribute_target(const site_attribute_t *attribute) {
    return attribute->show == SITE_SHOW_LINK && attribute->shape ? attribute->shape : attribute->relation->target;
}

const site_resource_t *site_attribute_rows(const site_attribute_t *attribute) {
    int named = attribute->show == SITE_SHOW_LINK || attribute->show == SITE_SHOW_NESTED;

    return named && attribute->shape ? attribute->shape : attribute->relation->target;
}

const site_attribute_t *site_resource_attribute(const site_resource_t *resource, const char *name) {
    return apr_hash_get(resource->attribute_by_name, name, APR_HASH_KEY_STRING);
}

const site_relation_t *site_resource_relation(const site_resource_t *resource, const char *name) {
    return apr_hash_get(resource->relation_by_name, name, APR_HASH_KEY_STRING);
}

const site_attribute_t *site_attribute_over(const site_resource_t *resource, const site_column_t *column) {
    int i;

    for (i = 0; i < resource->attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *);

        if (attribute->column == column && attribute->shown)
            return attribute;
    }
    return NULL;
}

/* A column called like the row's address keeps its name: one object has no two members of one name. */
static void settle_url_attribute(const site_resource_t *resource, site_settings_t *settings) {
    const site_attribute_t *attribute = site_resource_attribute(resource, settings->url_attribute);

    if (attribute && attribute->shown)
        settings->url_attribute = "";
}

/* A view that takes no rows, say, has no POST, whatever the configuration allows. */
static void settle_methods(const site_resource_t *resource, site_settings_t *settings) {
    const site_table_t *table = resource->table;

    if (!table)
        return;
    if (!table->insertable)
        settings->methods &= ~SITE_METHOD_POST;
    if (!table->updatable)
        settings->methods &= ~(SITE_METHOD_PUT | SITE_METHOD_PATCH);
    if (!table->deletable)
        settings->methods &= ~SITE_METHOD_DELETE;
}

void site_resource_settle(const site_resource_t *resource, site_settings_t *settings) {
    if (resource)
        site_settings_merge(settings, settings, &resource->settings);
    site_settings_complete(settings);
    if (!resource)
        return;
    settle_url_attribute(resource, settings);
    settle_methods(resource, settings);
}
