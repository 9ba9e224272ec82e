#include "core/metadata.h"
#include "core/accept.h"
#include "core/field.h"

#include <string.h>

/* "SpectralClass" -> "Spectral Class": a word begins where a capital follows a small letter, or where one is followed by a small one. */
static void write_spaced(site_sink_t *sink, const char *name) {
    const char *at;

    for (at = name; *at; at++) {
        int capital = *at >= 'A' && *at <= 'Z';
        int after_small = at > name && ((at[-1] >= 'a' && at[-1] <= 'z') || (at[-1] >= '0' && at[-1] <= '9'));
        int before_small = at > name && at[1] >= 'a' && at[1] <= 'z' && at[-1] >= 'A' && at[-1] <= 'Z';

        if (capital && (after_small || before_small))
            site_sink_char(sink, ' ');
        site_sink_char(sink, *at);
    }
    site_sink_char(sink, '\0');
}

static void write_text(site_sink_t *sink, const char *text) {
    site_format_string(sink, text, strlen(text));
}

/* Django's own key has this label; one that was declared is called what its column is called. */
static const char *label_of(const site_attribute_t *attribute) {
    if (site_field_counts(attribute) && attribute->column->type.kind == SITE_KIND_INT4 &&
        strcmp(attribute->label, "Id") == 0)
        return "ID";
    return attribute->label;
}

static int is_whole(const site_type_t *type) {
    return type && (type->kind == SITE_KIND_INT2 || type->kind == SITE_KIND_INT4 || type->kind == SITE_KIND_INT8);
}

static void write_choices(site_sink_t *sink, const site_field_t *field) {
    const apr_array_header_t *choices = field->choices;
    int i;

    site_sink_puts(sink, ",\"choices\":[");
    for (i = 0; i < choices->nelts; i++) {
        const site_choice_t *choice = APR_ARRAY_IDX(choices, i, const site_choice_t *);

        site_sink_puts(sink, i ? ",{\"value\":" : "{\"value\":");
        if (is_whole(field->type))
            site_sink_puts(sink, choice->value);
        else
            write_text(sink, choice->value);
        site_sink_puts(sink, ",\"display_name\":");
        write_text(sink, choice->label ? choice->label : choice->value);
        site_sink_char(sink, '}');
    }
    site_sink_char(sink, ']');
}

/* What is not whole is a Decimal in a Django model, and a Decimal a string in JSON; of a float it is a float. */
static void write_limit(site_sink_t *sink, const char *name, const char *limit, site_field_kind_t kind) {
    if (!limit)
        return;
    site_sink_printf(sink, ",\"%s\":", name);
    if (kind == SITE_FIELD_DECIMAL && strchr(limit, '.'))
        write_text(sink, limit);
    else
        site_sink_puts(sink, limit);
}

static void write_limits(site_sink_t *sink, const site_field_t *field) {
    if (field->read_only || field->kind == SITE_FIELD_RELATED)
        return;
    if (field->kind != SITE_FIELD_CHOICE) {
        if (field->min_length >= 0)
            site_sink_printf(sink, ",\"min_length\":%d", field->min_length);
        if (field->max_length >= 0)
            site_sink_printf(sink, ",\"max_length\":%d", field->max_length);
    }
    write_limit(sink, "min_value", field->min, field->kind);
    write_limit(sink, "max_value", field->max, field->kind);
}

static void write_field(site_sink_t *sink, const site_field_t *field, const site_nesting_t *nesting);

/* "url": where the row's own address stands among its fields. */
static int write_address(site_sink_t *sink, const char *name, const char *before) {
    site_sink_puts(sink, before);
    write_text(sink, name);
    site_sink_puts(sink, ":{\"type\":\"field\",\"required\":false,\"read_only\":true,\"label\":\"Url\"}");
    return 1;
}

/* The attributes of a nested row; of rows that are not shown inside themselves, the keys. */
static void write_children(site_sink_t *sink, const site_nesting_t *nesting) {
    const site_resource_t *resource = nesting->resource;
    int count = 0, i;

    site_sink_puts(sink, ",\"children\":{");
    for (i = 0; i <= resource->attributes->nelts; i++) {
        const site_attribute_t *attribute;
        site_attribute_t plain;
        site_field_t field;

        if (i == resource->url_place && *resource->url_name && resource->key)
            count += write_address(sink, resource->url_name, count ? "," : "");
        attribute =
            i < resource->attributes->nelts ? APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *) : NULL;
        if (!attribute || !attribute->shown)
            continue;
        plain = *attribute;
        if (plain.show == SITE_SHOW_NESTED && !site_attribute_nests(attribute, nesting))
            plain.show = SITE_SHOW_KEY;
        site_field_of(&plain, &field);
        site_sink_puts(sink, count++ ? "," : "");
        site_sink_write(sink, attribute->json_key, (apr_size_t)attribute->json_key_length);
        write_field(sink, &field, nesting);
    }
    site_sink_char(sink, '}');
}

static void write_nested(site_sink_t *sink, const site_attribute_t *attribute, const site_nesting_t *around) {
    const site_relation_t *relation = attribute->relation;
    site_nesting_t nesting = {attribute->shape, around};

    if (relation->many)
        site_sink_puts(sink, ",\"child\":{\"type\":\"nested object\",\"required\":false,\"read_only\":true");
    write_children(sink, &nesting);
    if (relation->many)
        site_sink_char(sink, '}');
}

static int is_nested(const site_attribute_t *attribute) {
    return attribute->relation && attribute->show == SITE_SHOW_NESTED;
}

static void write_field(site_sink_t *sink, const site_field_t *field, const site_nesting_t *nesting) {
    const site_attribute_t *attribute = field->attribute;
    const char *type =
        is_nested(attribute) && !attribute->relation->many ? "nested object" : site_field_type_name(field);
    site_field_t child;

    site_sink_printf(sink, "{\"type\":\"%s\",\"required\":%s,\"read_only\":%s,\"label\":", type,
                     field->required ? "true" : "false", field->read_only ? "true" : "false");
    write_text(sink, label_of(attribute));
    if (attribute->column && attribute->column->comment && *attribute->column->comment) {
        site_sink_puts(sink, ",\"help_text\":");
        write_text(sink, attribute->column->comment);
    }
    write_limits(sink, field);
    if (field->kind == SITE_FIELD_LIST) {
        site_field_child(field, &child);
        site_sink_puts(sink, ",\"child\":");
        write_field(sink, &child, nesting);
    }
    if (field->choices && !field->read_only)
        write_choices(sink, field);
    if (is_nested(attribute))
        write_nested(sink, attribute, nesting);
    site_sink_char(sink, '}');
}

static void write_fields(site_sink_t *sink, const site_resource_t *resource, const char *url_attribute, int creating) {
    int count = resource->attributes->nelts, url_at = resource->url_place < 0 ? 0 : resource->url_place, i;
    site_nesting_t nesting = {resource, NULL};
    const char *before = "{";

    for (i = 0; i <= count; i++) {
        const site_attribute_t *attribute;
        site_field_t field;

        if (i == url_at && *url_attribute && resource->key && write_address(sink, url_attribute, before))
            before = ",";
        attribute = i < count ? APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *) : NULL;
        if (!attribute || !attribute->shown)
            continue;
        site_field_in(attribute, creating, &field);
        site_sink_puts(sink, before);
        site_sink_write(sink, attribute->json_key, (apr_size_t)attribute->json_key_length);
        write_field(sink, &field, &nesting);
        before = ",";
    }
    site_sink_puts(sink, *before == '{' ? "{}" : "}");
}

static void write_representations(site_sink_t *sink, int offered) {
    int json = offered & SITE_OFFER(SITE_REPRESENTATION_JSON), html = offered & SITE_OFFER(SITE_REPRESENTATION_HTML);

    site_sink_puts(sink, json ? "\"application/json\"" : "");
    site_sink_puts(sink, json && html ? "," : "");
    site_sink_puts(sink, html ? "\"text/html\"" : "");
}

void site_metadata_write(site_sink_t *sink, const site_route_t *route, const char *action,
                         const site_settings_t *settings) {
    const char *name = route->kind == SITE_ROUTE_OPENAPI ? "Schema"
                       : route->kind == SITE_ROUTE_ROOT  ? "Api Root"
                                                         : "Documentation";
    const char *description =
        route->kind == SITE_ROUTE_ROOT ? "The default basic root view for DefaultRouter" : ""; /* as DRF has it */
    site_sink_t spaced;

    if (route->resource) {
        site_sink_init(&spaced, sink->pool, 64, 0);
        write_spaced(&spaced, route->resource->object_name);
        spaced.used--;
        site_sink_puts(&spaced, route->kind == SITE_ROUTE_COLLECTION ? " List" : " Instance");
        site_sink_char(&spaced, '\0');
        name = spaced.data;
        description = route->resource->description ? route->resource->description : "";
    }
    site_sink_puts(sink, "{\"name\":");
    write_text(sink, name);
    site_sink_puts(sink, ",\"description\":");
    write_text(sink, description);
    site_sink_puts(sink, ",\"renders\":[");
    write_representations(sink, settings->representations);
    site_sink_puts(sink,
                   "],\"parses\":[\"application/json\",\"application/x-www-form-urlencoded\",\"multipart/form-data\"]");
    if (action && route->resource) {
        site_sink_printf(sink, ",\"actions\":{\"%s\":", action);
        write_fields(sink, route->resource, settings->url_attribute, strcmp(action, "POST") == 0);
        site_sink_char(sink, '}');
    }
    site_sink_char(sink, '}');
}
