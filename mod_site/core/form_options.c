/* The rows that a form's fields can refer to: a part of form.h. */
#include "core/form.h"
#include "core/related.h"
#include "core/sql_parts.h"

static void put(site_sql_writer_t *writer, const char *text) {
    site_sink_puts(&writer->text, text);
}

static const site_column_t *label_column(const site_attribute_t *attribute) {
    const site_attribute_t *label = site_attribute_target(attribute)->label;

    return label && label->column && label->column != site_related_lookup(attribute) ? label->column : NULL;
}

/* By their labels; one more than a selection holds says that there are too many. */
static void write_statement(apr_pool_t *pool, const site_attribute_t *attribute, site_sql_t *sql) {
    const site_column_t *key = site_related_lookup(attribute), *label = label_column(attribute);
    const site_resource_t *target = site_attribute_target(attribute);
    site_sql_writer_t writer;

    site_sql_begin(&writer, pool);
    put(&writer, "SELECT ");
    site_sql_column(&writer, 0, key);
    put(&writer, "::text, ");
    if (label)
        site_sql_column(&writer, 0, label);
    else
        put(&writer, "NULL");
    put(&writer, "::text FROM ");
    site_sql_table(&writer, target->table, 0);
    put(&writer, " WHERE ");
    site_sql_column(&writer, 0, key);
    put(&writer, " IS NOT NULL");
    site_sql_where(&writer, " AND ", 0, target);
    put(&writer, " ORDER BY ");
    if (label) {
        site_sql_column(&writer, 0, label);
        put(&writer, "::text, ");
    }
    site_sql_column(&writer, 0, key);
    site_sink_printf(&writer.text, " LIMIT %d", SITE_FORM_OPTIONS + 1);
    site_sql_finish(&writer, sql);
}

static int refers(const site_form_field_t *field) {
    return field->field.kind == SITE_FIELD_RELATED || field->field.kind == SITE_FIELD_MANY;
}

static site_form_field_t *field_at(const site_form_t *form, int i) {
    return &APR_ARRAY_IDX(form->fields, i, site_form_field_t);
}

int site_form_ask(site_form_t *form, site_sql_t *sql) {
    int count = 0, i;

    for (i = 0; i < form->fields->nelts && count < SITE_FORM_SELECTIONS; i++) {
        const site_attribute_t *attribute = field_at(form, i)->field.attribute;

        if (!refers(field_at(form, i)) || site_attribute_target(attribute)->broken || !site_related_lookup(attribute))
            continue;
        form->asked[count] = i;
        write_statement(form->pool, attribute, &sql[count++]);
    }
    return count;
}

void site_form_take_option(site_form_t *form, int i, const site_cell_t *cells) {
    site_form_field_t *field = field_at(form, form->asked[i]);
    const site_attribute_t *attribute = field->field.attribute;
    site_form_option_t *option = apr_array_push(field->options);
    site_sink_t address;

    option->value = cells[0].text;
    option->label = cells[1].text && cells[1].length ? cells[1].text : cells[0].text;
    if (attribute->show == SITE_SHOW_LINK) {
        site_sink_init(&address, form->pool, 64, 0);
        site_json_address(&address, form->urls, site_attribute_target(attribute), cells[0].text, cells[0].length);
        site_sink_char(&address, '\0');
        option->value = address.data;
    }
}

void site_form_taken(site_form_t *form) {
    int i;

    for (i = 0; i < form->fields->nelts; i++) {
        site_form_field_t *field = field_at(form, i);

        if (!refers(field) || (field->options->nelts && field->options->nelts <= SITE_FORM_OPTIONS))
            continue;
        field->options = NULL;
        field->control = field->field.kind == SITE_FIELD_MANY ? SITE_CONTROL_TEXT : SITE_CONTROL_LINE;
    }
}
