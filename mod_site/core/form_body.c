/* What a form sent as the body that it means: a part of form.h.
 *
 * A form knows only text. What it says is made explicit, as JSON would say it: an empty field is NULL, or "", or was left to the database's
 * default; lists and documents are read; a box that was there and not ticked is false.
 */
#include "core/form.h"

#include <apr_strings.h>
#include <string.h>

int site_form_lists(apr_pool_t *pool, const site_body_t *sent, const char *list, const char *name) {
    const apr_array_header_t *nodes = site_body_values(pool, sent, list, 0);
    int i;

    for (i = 0; i < nodes->nelts; i++) {
        const site_node_t *node = APR_ARRAY_IDX(nodes, i, const site_node_t *);

        if (node->kind == SITE_NODE_STRING && strcmp(node->text, name) == 0)
            return 1;
    }
    return 0;
}

static void add(site_body_t *body, const char *name, site_node_t *value) {
    site_member_t *member = apr_array_push(body->root->items);

    member->name = name;
    member->name_length = strlen(name);
    member->value = value;
}

/* Browsers end each line of a text with CR LF, whatever it had. */
static site_node_t *with_plain_lines(apr_pool_t *pool, const site_node_t *node) {
    site_node_t *plain = apr_pmemdup(pool, node, sizeof *node);
    char *text = apr_palloc(pool, node->length + 1);
    apr_size_t from, to = 0;

    for (from = 0; from < node->length; from++) {
        if (node->text[from] != '\r' || from + 1 == node->length || node->text[from + 1] != '\n')
            text[to++] = node->text[from];
    }
    text[to] = '\0';
    plain->text = text;
    plain->length = to;
    return plain;
}

static int may_be_blank(const site_field_t *field) {
    switch (field->kind) {
    case SITE_FIELD_STRING:
    case SITE_FIELD_EMAIL:
    case SITE_FIELD_SLUG:
    case SITE_FIELD_URL:
    case SITE_FIELD_CHOICE:
        return field->allow_blank;
    default:
        return 0;
    }
}

/* What an empty field means. NULL: as if it were not there. */
static site_node_t *blank(const site_form_t *form, const site_body_t *sent, const site_form_field_t *field,
                          site_node_t *node) {
    const site_field_t *its = &field->field;
    int wants_null = its->allow_null &&
                     (!may_be_blank(its) || site_form_lists(form->pool, sent, SITE_FORM_NULL, its->attribute->name));

    if (wants_null)
        return site_node_make(form->pool, SITE_NODE_NULL, NULL, 0);
    if (may_be_blank(its))
        return node;
    if (its->kind == SITE_FIELD_LIST && its->allow_blank)
        return site_node_make(form->pool, SITE_NODE_LIST, NULL, 0);
    return form->creating && !its->required ? NULL : node;
}

/* A list or a document. What is no JSON is told: a list that is one word would be an error that nobody understands. */
static site_error_t *read_document(const site_form_t *form, const site_field_t *field, const site_node_t *text,
                                   site_node_t **value) {
    site_body_t *document;

    if (site_body_read_json(form->pool, text->text, text->length, &document))
        return site_error_make(form->pool, 400, "invalid", field->attribute->name, "Value must be valid JSON.");
    *value = document->root;
    return NULL;
}

static site_node_t *list_of(const site_form_t *form, const site_body_t *sent, const char *name) {
    const apr_array_header_t *nodes = site_body_values(form->pool, sent, name, 0);
    site_node_t *list = site_node_make(form->pool, SITE_NODE_LIST, NULL, 0);
    int i;

    for (i = 0; i < nodes->nelts; i++) {
        site_node_t *node = APR_ARRAY_IDX(nodes, i, site_node_t *);

        if (node->kind != SITE_NODE_STRING || node->length)
            APR_ARRAY_PUSH(list->items, site_node_t *) = node;
    }
    return list;
}

/* Selections that were there at all: a template may leave them out. */
static int was_there(const site_form_t *form, const site_body_t *sent, const char *name) {
    return site_body_value(sent, name) || site_form_lists(form->pool, sent, SITE_FORM_SENT, name) ||
           site_form_lists(form->pool, sent, SITE_FORM_CLEAR, name);
}

static site_error_t *read_field(const site_form_t *form, const site_form_field_t *field, const site_body_t *sent,
                                site_node_t **value) {
    const char *name = field->field.attribute->name;
    site_node_t *node = site_body_value(sent, name);

    *value = NULL;
    if (!was_there(form, sent, name))
        return NULL;
    if (field->field.kind == SITE_FIELD_BOOLEAN && field->control == SITE_CONTROL_BOX) {
        *value = node ? node : site_node_make(form->pool, SITE_NODE_BOOLEAN, "false", 5);
        return NULL;
    }
    if (field->field.kind == SITE_FIELD_MANY && site_form_lists(form->pool, sent, SITE_FORM_SENT, name)) {
        *value = list_of(form, sent, name);
        return NULL;
    }
    if (field->control == SITE_CONTROL_FILE && field->field.allow_null &&
        site_form_lists(form->pool, sent, SITE_FORM_CLEAR, name)) {
        *value = site_node_make(form->pool, SITE_NODE_NULL, NULL, 0);
        return NULL;
    }
    if (!node || (field->control == SITE_CONTROL_FILE && !node->length))
        return NULL; /* nobody chose a file: what there is stays */
    if (node->kind != SITE_NODE_STRING) {
        *value = node;
        return NULL;
    }
    node = with_plain_lines(form->pool, node);
    if (!node->length)
        *value = blank(form, sent, field, node);
    else if (field->field.kind == SITE_FIELD_LIST || field->field.kind == SITE_FIELD_JSON ||
             field->field.kind == SITE_FIELD_MANY)
        return read_document(form, &field->field, node, value);
    else
        *value = node;
    return NULL;
}

site_error_t *site_form_body(const site_form_t *form, const site_body_t *sent, site_body_t **body) {
    site_error_t *errors = NULL;
    int i;

    *body = site_body_empty(form->pool, 0);
    for (i = 0; i < form->fields->nelts; i++) {
        const site_form_field_t *field = &APR_ARRAY_IDX(form->fields, i, site_form_field_t);
        site_node_t *value;

        site_error_append(&errors, read_field(form, field, sent, &value));
        if (value)
            add(*body, field->field.attribute->name, value);
    }
    site_body_index(form->pool, *body);
    return errors;
}
