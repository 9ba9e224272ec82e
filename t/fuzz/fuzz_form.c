/* Whatever a stranger sends as a form, and what every kind of field makes of it. */
#include "core/assign.h"
#include "core/value.h"
#include <apr_general.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static apr_pool_t *root;

static void require(int condition) {
    if (!condition)
        abort();
}

/* One field of the kind that the first byte chooses reads every value. */
static void read_fields(apr_pool_t *pool, unsigned choice, const site_body_t *body) {
    site_attribute_t attribute;
    site_column_t column;
    site_type_t element;
    site_table_t table;
    site_field_t field;
    int i;

    memset(&attribute, 0, sizeof attribute);
    memset(&column, 0, sizeof column);
    memset(&element, 0, sizeof element);
    memset(&table, 0, sizeof table);
    table.keys = apr_array_make(pool, 1, sizeof(site_key_t *));
    element.kind = (site_kind_t)(choice % SITE_KIND_ARRAY);
    element.max_length = 5;
    element.precision = 5;
    element.scale = 2;
    column.type = element;
    column.type.kind = (site_kind_t)(choice % SITE_KIND_COUNT);
    column.type.element = &element;
    column.not_null = choice >> 7;
    column.table = &table;
    attribute.name = "field";
    attribute.column = &column;
    attribute.shown = 1;
    attribute.text_format = (site_text_format_t)(choice >> 5 & 3);
    site_field_of(&attribute, &field);
    for (i = 0; i < body->root->items->nelts; i++) {
        const site_node_t *node = APR_ARRAY_IDX(body->root->items, i, site_member_t).value;
        const char *value = NULL;
        site_error_t *error = site_field_read(pool, &field, "field", node, &value);

        require(!error || error->status == 400);
        if (!error && value)
            require(site_value_utf8(value, strlen(value)));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    site_error_t *error;
    site_body_t *body;
    apr_pool_t *pool;
    char *text;

    if (!root) {
        apr_initialize();
        apr_pool_create(&root, NULL);
    }
    if (!size)
        return 0;
    text = malloc(size); /* of exactly this size, so that a read beyond shows */
    require(text != NULL);
    memcpy(text, data + 1, size - 1);
    apr_pool_create(&pool, root);
    error = site_body_read_form(pool, text, size - 1, &body);
    require(!error || error->status == 400);
    if (!error) {
        require(body->form && body->root->items->nelts <= SITE_BODY_FIELDS);
        site_body_values(pool, body, "a", 1);
        read_fields(pool, data[0], body);
    }
    apr_pool_destroy(pool);
    free(text);
    return 0;
}
