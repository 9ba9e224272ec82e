#include "core/form.h"

#include <apr_strings.h>
#include <string.h>

/* --- controls --- */

/* A number, a date or a word that PostgreSQL judges is a line of text: no browser refuses what the database would take. */
static site_control_t control_of(const site_field_t *field) {
    switch (field->kind) {
    case SITE_FIELD_BOOLEAN:
        return field->allow_null ? SITE_CONTROL_SELECT : SITE_CONTROL_BOX;
    case SITE_FIELD_CHOICE:
    case SITE_FIELD_RELATED:
        return SITE_CONTROL_SELECT;
    case SITE_FIELD_MANY:
        return SITE_CONTROL_SEVERAL;
    case SITE_FIELD_BINARY:
        return SITE_CONTROL_FILE;
    case SITE_FIELD_LIST:
    case SITE_FIELD_JSON:
        return SITE_CONTROL_TEXT;
    case SITE_FIELD_STRING:
        return field->max_length < 0 || field->max_length > SITE_FORM_TEXT ? SITE_CONTROL_TEXT : SITE_CONTROL_LINE;
    default:
        return SITE_CONTROL_LINE;
    }
}

static void add_option(site_form_field_t *field, const char *value, const char *label) {
    site_form_option_t *option = apr_array_push(field->options);

    option->value = value;
    option->label = label;
}

/* What can be chosen without asking the database. */
static void add_options(apr_pool_t *pool, site_form_field_t *field) {
    const apr_array_header_t *choices = field->field.choices;
    int i;

    if (field->control != SITE_CONTROL_SELECT && field->control != SITE_CONTROL_SEVERAL)
        return;
    field->options = apr_array_make(pool, 8, sizeof(site_form_option_t));
    if (field->field.kind == SITE_FIELD_BOOLEAN) {
        add_option(field, "true", "yes");
        add_option(field, "false", "no");
    }
    for (i = 0; field->field.kind == SITE_FIELD_CHOICE && choices && i < choices->nelts; i++) {
        const site_choice_t *choice = APR_ARRAY_IDX(choices, i, const site_choice_t *);

        add_option(field, choice->value, choice->label ? choice->label : choice->value);
    }
}

site_form_t *site_form_make(apr_pool_t *pool, const site_resource_t *resource, const site_urls_t *urls, int creating) {
    site_form_t *form = apr_pcalloc(pool, sizeof *form);
    int cell = 0, i;

    form->pool = pool;
    form->resource = resource;
    form->urls = urls;
    form->creating = creating;
    form->fields = apr_array_make(pool, 16, sizeof(site_form_field_t));
    for (i = 0; i < resource->attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *);
        site_form_field_t *made;
        site_field_t field;

        if (!attribute->shown)
            continue;
        cell++;
        site_field_in(attribute, creating, &field);
        if (field.read_only)
            continue;
        made = apr_array_push(form->fields);
        memset(made, 0, sizeof *made);
        made->field = field;
        made->cell = cell;
        made->control = control_of(&field);
        made->values = apr_array_make(pool, 1, sizeof(const char *));
        made->null = field.allow_null;
        add_options(pool, made);
    }
    return form;
}

/* --- values --- */

static void add_value(site_form_t *form, site_form_field_t *field, const char *text, apr_size_t length) {
    APR_ARRAY_PUSH(field->values, const char *) = apr_pstrmemdup(form->pool, text, length);
}

/* A document or a list stands there as JSON that a person can read. */
static void add_document(site_form_t *form, site_form_field_t *field, const site_sink_t *json) {
    site_sink_t indented;

    if (field->field.kind == SITE_FIELD_LIST || json->used < SITE_FORM_TEXT / 4) {
        add_value(form, field, json->data, json->used);
        return;
    }
    site_sink_init(&indented, form->pool, json->used * 2 + 16, 0);
    site_json_indent(&indented, json->data, json->used, 2);
    add_value(form, field, indented.data, indented.used);
}

static void show_node(site_form_t *form, site_form_field_t *field, const site_node_t *node) {
    int i;

    if (node->kind == SITE_NODE_LIST) {
        for (i = 0; i < node->items->nelts; i++)
            show_node(form, field, APR_ARRAY_IDX(node->items, i, const site_node_t *));
    }
    else if (node->kind == SITE_NODE_STRING) {
        add_value(form, field, node->text, node->length);
    }
    else if (node->raw) {
        add_value(form, field, node->raw, node->raw_length);
    }
}

/* A value stands there as its JSON has it: what is read is what would be sent. */
static void show_cell(site_form_t *form, site_form_field_t *field, const site_cell_t *cell) {
    site_control_t control = field->control;
    site_body_t *body;
    site_sink_t json;

    if (!cell->text || control == SITE_CONTROL_FILE)
        return;
    field->null = 0;
    site_sink_init(&json, form->pool, cell->length + 64, 0);
    site_json_value(&json, form->urls, field->field.attribute, cell);
    if (control == SITE_CONTROL_TEXT && field->field.kind != SITE_FIELD_STRING) {
        add_document(form, field, &json);
        return;
    }
    if (!site_body_read_json(form->pool, json.data, json.used, &body))
        show_node(form, field, body->root);
    if (control == SITE_CONTROL_LINE && field->values->nelts &&
        strpbrk(APR_ARRAY_IDX(field->values, 0, const char *), "\r\n"))
        field->control = SITE_CONTROL_TEXT; /* a line would lose where its lines end */
}

static site_form_field_t *field_at(const site_form_t *form, int i) {
    return &APR_ARRAY_IDX(form->fields, i, site_form_field_t);
}

void site_form_show_row(site_form_t *form, const site_cell_t *cells) {
    int i;

    for (i = 0; i < form->fields->nelts; i++) {
        site_form_field_t *field = field_at(form, i);

        field->values->nelts = 0;
        field->null = field->field.allow_null;
        show_cell(form, field, &cells[field->cell]);
    }
}

void site_form_show_sent(site_form_t *form, const site_body_t *sent) {
    int i, k;

    for (i = 0; i < form->fields->nelts; i++) {
        site_form_field_t *field = field_at(form, i);
        const apr_array_header_t *nodes = site_body_values(form->pool, sent, field->field.attribute->name, 0);

        field->values->nelts = 0;
        field->null = site_form_lists(form->pool, sent, SITE_FORM_NULL, field->field.attribute->name);
        for (k = 0; k < nodes->nelts; k++) {
            const site_node_t *node = APR_ARRAY_IDX(nodes, k, const site_node_t *);

            if (node->kind == SITE_NODE_STRING && node->length)
                add_value(form, field, node->text, node->length);
        }
    }
}

/* Files are left out: their bytes are no text. */
void site_form_json(site_sink_t *sink, const site_form_t *form, const site_cell_t *cells) {
    const char *before = "{";
    site_sink_t json;
    int i;

    site_sink_init(&json, form->pool, 1024, 0);
    for (i = 0; i < form->fields->nelts; i++) {
        const site_form_field_t *field = field_at(form, i);

        if (field->control == SITE_CONTROL_FILE)
            continue;
        site_sink_puts(&json, before);
        site_sink_write(&json, field->field.attribute->json_key, (apr_size_t)field->field.attribute->json_key_length);
        if (cells)
            site_json_value(&json, form->urls, field->field.attribute, &cells[field->cell]);
        else
            site_sink_puts(&json, field->field.kind == SITE_FIELD_MANY ? "[]" : "null");
        before = ",";
    }
    site_sink_puts(&json, *before == '{' ? "{}" : "}");
    site_json_indent(sink, json.data, json.used, 4);
}

/* --- complaints --- */

/* One line of all that is wrong with a field: its messages, and those of its elements. */
static const char *messages(apr_pool_t *pool, const char *before, const site_error_t *error) {
    const site_error_t *inner;

    if (error->message)
        before = before ? apr_pstrcat(pool, before, " ", error->message, NULL) : error->message;
    for (inner = error->nested; inner; inner = inner->next)
        before = messages(pool, before, inner);
    return before;
}

static site_form_field_t *field_named(const site_form_t *form, const char *name) {
    int i;

    for (i = 0; name && i < form->fields->nelts; i++) {
        if (strcmp(field_at(form, i)->field.attribute->name, name) == 0)
            return field_at(form, i);
    }
    return NULL;
}

site_error_t *site_form_complain(site_form_t *form, const site_error_t *errors) {
    site_error_t *others = NULL;

    for (; errors; errors = errors->next) {
        site_form_field_t *field = field_named(form, errors->field);

        if (field) {
            field->complaint = messages(form->pool, field->complaint, errors);
            continue;
        }
        site_error_append(&others, site_error_make(form->pool, errors->status, errors->code, errors->field, "%s",
                                                   messages(form->pool, NULL, errors)));
    }
    return others;
}
