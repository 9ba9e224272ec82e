#include "core/resource.h"

const site_resource_t *site_api_resource(const site_api_t *api, const char *name) {
    return apr_hash_get(api->by_name, name, APR_HASH_KEY_STRING);
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
