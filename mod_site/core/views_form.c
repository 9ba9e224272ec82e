/* What the template of a form sees: a part of views.h. */
#include "core/views.h"

#include <apr_strings.h>
#include <string.h>

enum { SHORT_ROWS = 2, TEXT_ROWS = 6, LONG_ROWS = 16, SEVERAL_ROWS = 8 };

/* What a line may hold, for keyboards on screens. Nothing here keeps a browser from sending what the database would take. */
static const char *mode_of(const site_field_t *field) {
    switch (field->kind) {
    case SITE_FIELD_INTEGER:
    case SITE_FIELD_FLOAT:
    case SITE_FIELD_DECIMAL:
        return "text"; /* numeric keyboards have no minus sign */
    case SITE_FIELD_EMAIL:
        return "email";
    case SITE_FIELD_URL:
        return "url";
    default:
        return NULL;
    }
}

static const char *hint_of(const site_form_field_t *field) {
    switch (field->field.kind) {
    case SITE_FIELD_DATE:
        return "year-month-day, like 2026-01-31";
    case SITE_FIELD_TIME:
        return "hours:minutes:seconds, like 21:30:00";
    case SITE_FIELD_DATETIME:
        return "like 2026-01-31T21:30:00Z";
    case SITE_FIELD_DURATION:
        return "days hours:minutes:seconds, like 3 04:05:06";
    case SITE_FIELD_LIST:
        return "A list in JSON, like [\"one\", \"two\"]";
    case SITE_FIELD_JSON:
        return "JSON";
    case SITE_FIELD_MANY:
        return field->control == SITE_CONTROL_TEXT ? "A list of keys in JSON, like [1, 2]" : NULL;
    case SITE_FIELD_RELATED:
        return field->control == SITE_CONTROL_LINE ? "A key" : NULL;
    default:
        return NULL;
    }
}

static const char *value_of(const site_form_field_t *field) {
    return field->values->nelts ? APR_ARRAY_IDX(field->values, 0, const char *) : NULL;
}

static int is_chosen(const site_form_field_t *field, const char *value) {
    int i;

    for (i = 0; i < field->values->nelts; i++) {
        if (strcmp(APR_ARRAY_IDX(field->values, i, const char *), value) == 0)
            return 1;
    }
    return 0;
}

static int is_offered(const site_form_field_t *field, const char *value) {
    int i;

    for (i = 0; i < field->options->nelts; i++) {
        if (strcmp(APR_ARRAY_IDX(field->options, i, site_form_option_t).value, value) == 0)
            return 1;
    }
    return 0;
}

static void add_option(site_view_t *view, const char *value, const char *label, int chosen) {
    site_view_t *option = site_view_item(view, "options");

    site_view_text(option, "value", value);
    site_view_text(option, "label", label);
    site_view_flag(option, "chosen", chosen);
}

/* A value that is not offered (its row is not to be seen, or is gone) is, or it would be lost unasked. */
static void add_options(site_view_t *view, const site_form_t *form, const site_form_field_t *field) {
    int i;

    if (field->control == SITE_CONTROL_SELECT && (form->creating || field->field.required || field->field.allow_null ||
                                                  field->field.allow_blank || !field->values->nelts))
        add_option(view, "", "\xe2\x80\x93", !field->values->nelts);
    for (i = 0; i < field->values->nelts; i++) {
        const char *value = APR_ARRAY_IDX(field->values, i, const char *);

        if (*value && !is_offered(field, value))
            add_option(view, value, value, 1);
    }
    for (i = 0; i < field->options->nelts; i++) {
        const site_form_option_t *option = &APR_ARRAY_IDX(field->options, i, site_form_option_t);

        add_option(view, option->value, option->label, is_chosen(field, option->value));
    }
}

/* "2026-01-31": the only dates that browsers' calendars know. */
static int suits_calendar(const char *value) {
    return !value || (strlen(value) == 10 && value[4] == '-' && value[7] == '-' && strspn(value, "0123456789-") == 10);
}

static void add_line(site_view_t *item, const site_form_field_t *field) {
    int is_date = field->field.kind == SITE_FIELD_DATE && suits_calendar(value_of(field));

    site_view_flag(item, "line", 1);
    site_view_text(item, "type", is_date ? "date" : "text");
    site_view_text(item, "mode", mode_of(&field->field));
    if (is_date)
        site_view_text(item, "hint", NULL);
    if (!is_date && field->field.max_length > 0)
        site_view_text(item, "length", apr_itoa(site_view_pool(item), field->field.max_length));
}

static void add_area(site_view_t *item, const site_form_field_t *field) {
    const char *value = value_of(field);
    int is_long = field->field.kind == SITE_FIELD_JSON || (value && strlen(value) > 2 * SITE_FORM_TEXT);
    int is_short = !value || (strlen(value) < SITE_FORM_TEXT / 2 && !strchr(value, '\n'));

    site_view_flag(item, "area", 1);
    site_view_flag(item, "code", field->field.kind != SITE_FIELD_STRING);
    site_view_text(item, "rows",
                   apr_itoa(site_view_pool(item), is_long    ? LONG_ROWS
                                                  : is_short ? SHORT_ROWS
                                                             : TEXT_ROWS));
}

static void add_field(site_view_t *view, const site_form_t *form, const site_form_field_t *field, int number) {
    const site_attribute_t *attribute = field->field.attribute;
    site_view_t *item = site_view_item(view, "fields");
    apr_pool_t *pool = site_view_pool(view);
    int box = field->control == SITE_CONTROL_BOX, several = field->control == SITE_CONTROL_SEVERAL;

    site_view_text(item, "id", apr_psprintf(pool, "f%d", number));
    site_view_text(item, "name", attribute->name);
    site_view_text(item, "label", attribute->label);
    site_view_text(item, "comment", attribute->column ? attribute->column->comment : NULL);
    site_view_text(item, "hint", hint_of(field));
    site_view_text(item, "complaint", field->complaint);
    site_view_text(item, "value", value_of(field));
    site_view_flag(item, "required", field->field.required && !box);
    site_view_flag(item, "null",
                   field->null && (field->control == SITE_CONTROL_LINE || field->control == SITE_CONTROL_TEXT ||
                                   field->control == SITE_CONTROL_SELECT));
    site_view_flag(item, "sent", box || several);
    site_view_flag(item, "box", box);
    site_view_flag(item, "ticked", box && is_chosen(field, "true"));
    site_view_flag(item, "select", field->control == SITE_CONTROL_SELECT);
    site_view_flag(item, "several", several);
    site_view_flag(item, "file", field->control == SITE_CONTROL_FILE);
    site_view_flag(item, "keeps", field->control == SITE_CONTROL_FILE && !form->creating);
    site_view_flag(item, "clears", field->control == SITE_CONTROL_FILE && !form->creating && field->field.allow_null);
    if (several)
        site_view_text(item, "rows", apr_itoa(pool, SEVERAL_ROWS));
    if (field->options)
        add_options(item, form, field);
    if (field->control == SITE_CONTROL_LINE)
        add_line(item, field);
    if (field->control == SITE_CONTROL_TEXT)
        add_area(item, field);
}

void site_views_form(site_view_t *view, const site_form_t *form) {
    const site_resource_t *resource = form->resource;
    int files = 0, wrong = 0, i;

    site_view_text(view, "name", resource->name);
    site_view_text(view, "singular", resource->singular);
    site_view_text(view, "plural", resource->plural);
    site_view_text(view, "comment", resource->comment);
    site_view_flag(view, "creating", form->creating);
    for (i = 0; i < form->fields->nelts; i++) {
        const site_form_field_t *field = &APR_ARRAY_IDX(form->fields, i, site_form_field_t);

        add_field(view, form, field, i + 1);
        files |= field->control == SITE_CONTROL_FILE;
        wrong |= field->complaint != NULL;
    }
    site_view_flag(view, "files", files);
    site_view_flag(view, "wrong", wrong);
}
