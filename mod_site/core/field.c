#include "core/field.h"
#include "core/array.h"
#include "core/base64.h"
#include "core/datetime.h"
#include "core/field_private.h"
#include "core/inet.h"
#include "core/unicode.h"
#include "core/value.h"

#include <apr_strings.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

site_error_t *site_field_error(const site_field_input_t *reading, const char *code, const char *format, ...) {
    va_list arguments;
    const char *message;

    va_start(arguments, format);
    message = apr_pvsprintf(reading->pool, format, arguments);
    va_end(arguments);
    return site_error_make(reading->pool, 400, code, reading->name, "%s", message);
}

static site_error_t *read_boolean(site_field_input_t *reading) {
    static const char *const words[] = {
        "t", "T", "y", "Y", "yes", "Yes", "YES", "true",  "True",  "TRUE",  "on",  "On",  "ON",  "1",
        "f", "F", "n", "N", "no",  "No",  "NO",  "false", "False", "FALSE", "off", "Off", "OFF", "0",
    };
    const site_node_t *node = reading->node;
    apr_size_t count = sizeof words / sizeof words[0], i;

    if (node->kind == SITE_NODE_BOOLEAN)
        reading->value = node->text;
    if (node->kind == SITE_NODE_INTEGER || node->kind == SITE_NODE_FLOAT) {
        double number = strtod(node->text, NULL);

        reading->value = number == 1 ? "true" : number == 0 ? "false" : NULL;
    }
    if (node->kind == SITE_NODE_STRING) {
        for (i = 0; i < count; i++) {
            if (strlen(words[i]) == node->length && strcmp(words[i], node->text) == 0)
                reading->value = i < count / 2 ? "true" : "false";
        }
        if (reading->field->allow_null && strlen(node->text) == node->length &&
            (!*node->text || strcmp(node->text, "null") == 0 || strcmp(node->text, "Null") == 0 ||
             strcmp(node->text, "NULL") == 0))
            return NULL;
    }
    return reading->value ? NULL : site_field_error(reading, "invalid", "Must be a valid boolean.");
}

/* uuid.UUID(int=...): 128 bits. */
static const char *uuid_of_number(apr_pool_t *pool, const char *digits) {
    static const char hex[] = "0123456789abcdef";
    unsigned char bytes[16] = {0};
    char *text = apr_palloc(pool, 37), *to = text;
    int i;

    for (; *digits; digits++) {
        unsigned carry = (unsigned)(*digits - '0');

        if (*digits < '0' || *digits > '9')
            return NULL;
        for (i = 15; i >= 0; i--) {
            carry += bytes[i] * 10u;
            bytes[i] = (unsigned char)carry;
            carry >>= 8;
        }
        if (carry)
            return NULL;
    }
    for (i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *to++ = '-';
        *to++ = hex[bytes[i] >> 4];
        *to++ = hex[bytes[i] & 15];
    }
    *to = '\0';
    return text;
}

static site_error_t *read_uuid(site_field_input_t *reading) {
    const site_node_t *node = reading->node;
    apr_size_t length;

    if (node->kind == SITE_NODE_INTEGER)
        reading->value = uuid_of_number(reading->pool, node->text);
    else if (node->kind == SITE_NODE_BOOLEAN)
        reading->value = uuid_of_number(reading->pool, *node->text == 't' ? "1" : "0");
    else if (node->kind == SITE_NODE_STRING) {
        site_value_strip(reading->pool, node->text, node->length, &length);
        if (length == node->length &&
            site_value_read(reading->pool, SITE_READ_UUID, NULL, reading->name, node->text, length, &reading->value))
            reading->value = NULL;
    }
    return reading->value ? NULL : site_field_error(reading, "invalid", "Must be a valid UUID.");
}

/* The length of the text without the one line end that the $ of Python's regular expressions overlooks. */
static apr_size_t before_line_end(const site_node_t *node) {
    return node->length && node->text[node->length - 1] == '\n' ? node->length - 1 : node->length;
}

static site_error_t *read_date(site_field_input_t *reading) {
    if (reading->node->kind == SITE_NODE_STRING)
        reading->value = site_date_parse(reading->pool, reading->node->text, before_line_end(reading->node));
    return reading->value ? NULL
                          : site_field_error(reading, "invalid",
                                             "Date has wrong format. Use one of these formats instead: YYYY-MM-DD.");
}

static site_error_t *read_time(site_field_input_t *reading) {
    if (reading->node->kind == SITE_NODE_STRING)
        reading->value = site_time_parse(reading->pool, reading->node->text, reading->node->length);
    return reading->value
               ? NULL
               : site_field_error(reading, "invalid",
                                  "Time has wrong format. Use one of these formats instead: hh:mm[:ss[.uuuuuu]].");
}

static site_error_t *read_datetime(site_field_input_t *reading) {
    const site_node_t *node = reading->node;

    if (node->kind == SITE_NODE_STRING)
        reading->value = site_datetime_read(reading->pool, node->text, before_line_end(node));
    if (!reading->value)
        return site_field_error(reading, "invalid",
                                "Datetime has wrong format. Use one of these formats instead: "
                                "YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].");
    return site_datetime_overflows(reading->value)
               ? site_field_error(reading, "overflow", "Datetime value out of range.")
               : NULL;
}

static site_error_t *read_duration(site_field_input_t *reading) {
    const char *text = site_node_python(reading->pool, reading->node);
    int overflow = 0;

    if (reading->node->kind != SITE_NODE_STRING || strlen(text) == reading->node->length)
        reading->value = site_duration_read(reading->pool, text, strlen(text), &overflow);
    if (overflow)
        return site_field_error(reading, "overflow", "The number of days must be between -999999999 and 999999999.");
    return reading->value ? NULL
                          : site_field_error(reading, "invalid",
                                             "Duration has wrong format. Use one of these formats instead: "
                                             "[DD] [HH:[MM:]]ss[.uuuuuu].");
}

static site_error_t *read_choice(site_field_input_t *reading) {
    const apr_array_header_t *choices = reading->field->choices;
    const char *text = site_node_python(reading->pool, reading->node);
    int i;

    if (!*text && reading->field->allow_blank && reading->node->kind == SITE_NODE_STRING && !reading->node->length) {
        reading->value = "";
        return NULL;
    }
    for (i = 0; choices && i < choices->nelts; i++) {
        const char *choice = APR_ARRAY_IDX(choices, i, const site_choice_t *)->value;

        if (strcmp(choice, text) == 0 &&
            (reading->node->kind != SITE_NODE_STRING || strlen(text) == reading->node->length))
            reading->value = choice;
    }
    return reading->value ? NULL : site_field_error(reading, "invalid_choice", "\"%s\" is not a valid choice.", text);
}

/* In a form, text that holds a document; in JSON, the document itself. */
static site_error_t *read_json(site_field_input_t *reading) {
    const site_node_t *node = reading->node;
    site_body_t *body;
    site_sink_t sink;

    if (!node->raw) {
        if (node->kind == SITE_NODE_FILE || site_body_read_json(reading->pool, node->text, node->length, &body))
            return site_field_error(reading, "invalid", "Value must be valid JSON.");
        node = body->root;
    }
    if (node->nul)
        return site_error_late(site_field_error(reading, "invalid", "Null and surrogate characters are not allowed."));
    site_sink_init(&sink, reading->pool, node->raw_length + 16, 0);
    site_format_json(&sink, node->raw, node->raw_length);
    site_sink_char(&sink, '\0');
    reading->value = sink.data;
    return NULL;
}

static const char *hex_of(apr_pool_t *pool, const unsigned char *bytes, apr_size_t length) {
    static const char digits[] = "0123456789abcdef";
    char *text = apr_palloc(pool, 2 * length + 3), *to = text;
    apr_size_t i;

    *to++ = '\\';
    *to++ = 'x';
    for (i = 0; i < length; i++) {
        *to++ = digits[bytes[i] >> 4];
        *to++ = digits[bytes[i] & 15];
    }
    *to = '\0';
    return text;
}

static site_error_t *read_binary(site_field_input_t *reading) {
    const site_node_t *node = reading->node;
    unsigned char *bytes;
    apr_size_t i;
    long count;

    if (node->kind == SITE_NODE_FILE) {
        reading->value = hex_of(reading->pool, (const unsigned char *)node->text, node->length);
        return NULL;
    }
    if (node->kind != SITE_NODE_STRING)
        return site_field_error(reading, "invalid", "Not a valid string.");
    bytes = apr_palloc(reading->pool, node->length + 1);
    count = site_base64_decode(node->text, node->length, bytes);
    for (i = 0; i < node->length; i++)
        count = node->text[i] & 0x80 ? -1 : count;
    if (count < 0)
        return site_field_error(reading, "invalid", "Value must be valid base64.");
    reading->value = hex_of(reading->pool, bytes, (apr_size_t)count);
    return NULL;
}

/* Networks can be judged here; of the rest PostgreSQL says whether it takes the text. */
static site_error_t *read_native(site_field_input_t *reading) {
    site_error_t *error;

    if (reading->node->kind == SITE_NODE_STRING && !reading->node->length && reading->field->allow_null)
        return NULL;
    error = site_read_string(reading);
    if (!error && reading->field->type->kind == SITE_KIND_CIDR && !site_cidr_valid(reading->value))
        error = site_field_error(reading, "invalid", "Enter a valid IPv4 or IPv6 network.");
    return error;
}

/* --- lists --- */

static site_error_t *read_list(site_field_input_t *reading) {
    const site_node_t *node = reading->node;
    apr_array_header_t *values;
    site_error_t *errors = NULL, *error;
    site_field_t child;
    int i;

    if (node->kind != SITE_NODE_LIST)
        return site_field_error(reading, "not_a_list", "Expected a list of items but got type \"%s\".",
                                site_node_type(node));
    if (!node->items->nelts && !reading->field->allow_blank)
        return site_field_error(reading, "empty", "This list may not be empty.");
    site_field_child(reading->field, &child);
    values = apr_array_make(reading->pool, node->items->nelts, sizeof(const char *));
    for (i = 0; i < node->items->nelts; i++) {
        const site_node_t *item = APR_ARRAY_IDX(node->items, i, const site_node_t *);
        const char *index = apr_itoa(reading->pool, i), *value = NULL;

        if (item->kind == SITE_NODE_NULL)
            error = site_error_make(reading->pool, 400, "null", index, "This field may not be null.");
        else
            error = site_field_read(reading->pool, &child, index, item, &value);
        site_error_append(&errors, error);
        APR_ARRAY_PUSH(values, const char *) = value;
    }
    if (errors) {
        error = site_error_make(reading->pool, 400, "invalid", reading->name, NULL);
        error->nested = errors;
        return error;
    }
    reading->value = site_array_text(reading->pool, values);
    return NULL;
}

static site_error_t *read_elsewhere(site_field_input_t *reading) {
    return site_field_error(reading, "invalid", "Invalid value.");
}

/* --- the table --- */

typedef struct kind_t {
    site_error_t *(*read)(site_field_input_t *reading);
    const char *type_name; /* in OPTIONS */
} kind_t;

static const kind_t kinds[SITE_FIELD_KIND_COUNT] = {
    [SITE_FIELD_BOOLEAN] = {read_boolean, "boolean"},
    [SITE_FIELD_STRING] = {site_read_string, "string"},
    [SITE_FIELD_EMAIL] = {site_read_string, "email"},
    [SITE_FIELD_SLUG] = {site_read_string, "slug"},
    [SITE_FIELD_URL] = {site_read_string, "url"},
    [SITE_FIELD_UUID] = {read_uuid, "string"},
    [SITE_FIELD_ADDRESS] = {site_read_address, "string"},
    [SITE_FIELD_INTEGER] = {site_read_integer, "integer"},
    [SITE_FIELD_FLOAT] = {site_read_float, "float"},
    [SITE_FIELD_DECIMAL] = {site_read_decimal, "decimal"},
    [SITE_FIELD_DATE] = {read_date, "date"},
    [SITE_FIELD_TIME] = {read_time, "time"},
    [SITE_FIELD_DATETIME] = {read_datetime, "datetime"},
    [SITE_FIELD_DURATION] = {read_duration, "field"},
    [SITE_FIELD_CHOICE] = {read_choice, "choice"},
    [SITE_FIELD_LIST] = {read_list, "list"},
    [SITE_FIELD_JSON] = {read_json, "field"},
    [SITE_FIELD_BINARY] = {read_binary, "field"},
    [SITE_FIELD_NATIVE] = {read_native, "string"},
    [SITE_FIELD_RELATED] = {read_elsewhere, "field"},
    [SITE_FIELD_MANY] = {read_elsewhere, "field"},
};

/* The field of each kind of column. */
static const site_field_kind_t fields[SITE_KIND_COUNT] = {
    [SITE_KIND_BOOLEAN] = SITE_FIELD_BOOLEAN,    [SITE_KIND_INT2] = SITE_FIELD_INTEGER,
    [SITE_KIND_INT4] = SITE_FIELD_INTEGER,       [SITE_KIND_INT8] = SITE_FIELD_INTEGER,
    [SITE_KIND_FLOAT4] = SITE_FIELD_FLOAT,       [SITE_KIND_FLOAT8] = SITE_FIELD_FLOAT,
    [SITE_KIND_NUMERIC] = SITE_FIELD_DECIMAL,    [SITE_KIND_MONEY] = SITE_FIELD_NATIVE,
    [SITE_KIND_TEXT] = SITE_FIELD_STRING,        [SITE_KIND_CHAR] = SITE_FIELD_STRING,
    [SITE_KIND_ENUM] = SITE_FIELD_CHOICE,        [SITE_KIND_DATE] = SITE_FIELD_DATE,
    [SITE_KIND_TIME] = SITE_FIELD_TIME,          [SITE_KIND_TIMETZ] = SITE_FIELD_NATIVE,
    [SITE_KIND_TIMESTAMP] = SITE_FIELD_DATETIME, [SITE_KIND_TIMESTAMPTZ] = SITE_FIELD_DATETIME,
    [SITE_KIND_INTERVAL] = SITE_FIELD_DURATION,  [SITE_KIND_UUID] = SITE_FIELD_UUID,
    [SITE_KIND_JSON] = SITE_FIELD_JSON,          [SITE_KIND_JSONB] = SITE_FIELD_JSON,
    [SITE_KIND_BYTEA] = SITE_FIELD_BINARY,       [SITE_KIND_INET] = SITE_FIELD_ADDRESS,
    [SITE_KIND_CIDR] = SITE_FIELD_NATIVE,        [SITE_KIND_MACADDR] = SITE_FIELD_NATIVE,
    [SITE_KIND_BIT] = SITE_FIELD_NATIVE,         [SITE_KIND_OID] = SITE_FIELD_INTEGER,
    [SITE_KIND_RANGE] = SITE_FIELD_NATIVE,       [SITE_KIND_ARRAY] = SITE_FIELD_LIST,
    [SITE_KIND_TSVECTOR] = SITE_FIELD_NATIVE,    [SITE_KIND_OTHER] = SITE_FIELD_NATIVE,
};

static void set_bounds(site_field_t *field) {
    switch (field->type->kind) {
    case SITE_KIND_INT2:
        field->min = "-32768";
        field->max = "32767";
        break;
    case SITE_KIND_INT4:
        field->min = "-2147483648";
        field->max = "2147483647";
        break;
    case SITE_KIND_INT8:
        field->min = "-9223372036854775808";
        field->max = "9223372036854775807";
        break;
    case SITE_KIND_OID:
        field->min = "0";
        field->max = "4294967295";
        break;
    default:
        break;
    }
}

static void set_kind(site_field_t *field, const site_type_t *type) {
    field->type = type;
    field->kind = fields[type->kind];
    field->min_length = field->max_length = -1;
    if (type->kind == SITE_KIND_TEXT || type->kind == SITE_KIND_CHAR)
        field->max_length = type->max_length;
    set_bounds(field);
}

/* A default of '' or '{}': the empty value is one that the column is meant to have. */
static int defaults_to_empty(const site_column_t *column) {
    const char *text = column->default_sql;

    if (!text)
        return 0;
    if (column->type.kind == SITE_KIND_ARRAY)
        return strncmp(text, "'{}'::", 6) == 0 || strncmp(text, "ARRAY[]::", 9) == 0;
    return strcmp(text, "''") == 0 || strncmp(text, "''::", 4) == 0;
}

/* DRF wants every part of a UNIQUE over several columns, or its check could not be made; where it shows only some of them, it makes
 * none. */
static int is_part_of_unique(const site_attribute_t *attribute) {
    const apr_array_header_t *keys = attribute->column->table->keys;
    int i, j;

    for (i = 0; i < keys->nelts; i++) {
        const site_key_t *key = APR_ARRAY_IDX(keys, i, const site_key_t *);
        int count = key->columns->nelts, is_part = 0, shown = 0;

        for (j = 0; count > 1 && j < count; j++)
            is_part |= APR_ARRAY_IDX(key->columns, j, const site_column_t *) == attribute->column;
        for (j = 0; is_part && j < count; j++)
            shown += !attribute->resource ||
                     site_attribute_over(attribute->resource, APR_ARRAY_IDX(key->columns, j, const site_column_t *));
        if (is_part && shown == count)
            return 1;
    }
    return 0;
}

int site_field_counts(const site_attribute_t *attribute) {
    const site_column_t *column = attribute->column;
    const site_key_t *key = column ? column->table->primary_key : NULL;

    return key && key->columns->nelts == 1 && APR_ARRAY_IDX(key->columns, 0, const site_column_t *) == column &&
           (column->identity || (column->default_sql && strncmp(column->default_sql, "nextval(", 8) == 0));
}

/* A join table can be written by two keys alone when nothing else in it must be given. */
static int is_writable_join(const site_relation_t *relation) {
    int i, j, known;

    if (relation->kind != SITE_RELATION_MANY || relation->columns->nelts != 1 || relation->target_columns->nelts != 1)
        return 0;
    for (i = 0; i < relation->via->columns->nelts; i++) {
        const site_column_t *column = APR_ARRAY_IDX(relation->via->columns, i, const site_column_t *);

        for (known = j = 0; j < relation->via_columns->nelts; j++)
            known |= APR_ARRAY_IDX(relation->via_columns, j, const site_column_t *) == column;
        for (j = 0; j < relation->via_target_columns->nelts; j++)
            known |= APR_ARRAY_IDX(relation->via_target_columns, j, const site_column_t *) == column;
        if (!known && column->not_null && !column->has_default && !column->generated)
            return 0;
    }
    return 1;
}

/* What the section says. */
static void apply_rules(const site_rules_t *rules, site_field_t *field) {
    if (rules->required != SITE_UNSAID)
        field->required = rules->required == SITE_YES && !field->read_only;
    else if (rules->initial)
        field->required = 0;
    if (rules->blank != SITE_UNSAID)
        field->allow_blank = rules->blank == SITE_YES;
    else if (field->kind == SITE_FIELD_MANY)
        field->allow_blank = !field->required;
    if (rules->min_length)
        field->min_length = rules->min_length;
    if (rules->max_length)
        field->max_length = rules->max_length;
    if (rules->min)
        field->min = rules->min;
    if (rules->max)
        field->max = rules->max;
}

static void set_format(const site_attribute_t *attribute, site_field_t *field) {
    if (attribute->choices) {
        field->kind = SITE_FIELD_CHOICE;
        field->choices = attribute->choices;
        field->allow_blank &=
            (field->type->kind == SITE_KIND_TEXT || field->type->kind == SITE_KIND_CHAR) && !attribute->column->choices;
        field->min = field->max = NULL;
    }
    else if (field->kind == SITE_FIELD_STRING && attribute->text_format != SITE_TEXT_PLAIN) {
        field->kind = attribute->text_format == SITE_TEXT_EMAIL  ? SITE_FIELD_EMAIL
                      : attribute->text_format == SITE_TEXT_SLUG ? SITE_FIELD_SLUG
                                                                 : SITE_FIELD_URL;
    }
}

static void set_column(const site_attribute_t *attribute, site_field_t *field) {
    const site_column_t *column = attribute->column;

    set_kind(field, &column->type);
    if (column->least)
        field->min = column->least;
    if (column->greatest)
        field->max = column->greatest;
    field->read_only |= column->generated || column->identity_always || site_field_counts(attribute);
    field->allow_null = !column->not_null;
    field->allow_blank = !column->not_null || defaults_to_empty(column);
    field->required = !field->read_only && !column->has_default && (column->not_null || is_part_of_unique(attribute));
    if (attribute->relation) {
        field->kind = SITE_FIELD_RELATED;
        field->read_only |= attribute->show == SITE_SHOW_NESTED;
        field->required &= !field->read_only;
        field->allow_null |= site_attribute_rows(attribute)->where != NULL;
    }
    else {
        set_format(attribute, field);
    }
}

void site_field_of(const site_attribute_t *attribute, site_field_t *field) {
    memset(field, 0, sizeof *field);
    field->attribute = attribute;
    field->min_length = field->max_length = -1;
    field->read_only = attribute->read_only || !attribute->shown || (attribute->no_insert && attribute->no_update);
    if (attribute->column) {
        set_column(attribute, field);
    }
    else {
        field->kind = attribute->relation->many ? SITE_FIELD_MANY : SITE_FIELD_RELATED;
        field->allow_blank = 1;
        field->read_only |= attribute->show == SITE_SHOW_NESTED || !is_writable_join(attribute->relation);
    }
    if (attribute->rules)
        apply_rules(attribute->rules, field);
}

void site_field_in(const site_attribute_t *attribute, int creating, site_field_t *field) {
    site_field_of(attribute, field);
    if (!(creating ? attribute->no_insert : attribute->no_update))
        return;
    field->read_only = 1;
    field->required = 0;
}

void site_field_child(const site_field_t *field, site_field_t *child) {
    *child = *field;
    child->min = child->max = NULL;
    set_kind(child, field->type->element);
    child->choices = field->attribute->element_choices;
    if (child->kind == SITE_FIELD_CHOICE && !child->choices)
        child->kind = SITE_FIELD_NATIVE; /* an enum that nobody listed: PostgreSQL judges */
    child->allow_null = child->allow_blank = child->read_only = 0;
    child->required = 1;
}

const char *site_field_type_name(const site_field_t *field) {
    return kinds[field->kind].type_name;
}

site_error_t *site_field_read(apr_pool_t *pool, const site_field_t *field, const char *name, const site_node_t *node,
                              const char **value) {
    site_field_input_t reading = {pool, field, name, node, NULL};
    site_error_t *error = kinds[field->kind].read(&reading);

    *value = reading.value;
    /* The error lies in the pool, like all that the readers give back. */
    /* cppcheck-suppress returnDanglingLifetime */
    return error;
}

const site_attribute_t *site_field_over(const site_resource_t *resource, const site_column_t *column) {
    int i;

    for (i = 0; i < resource->attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *);
        site_field_t field;

        if (attribute->column != column)
            continue;
        site_field_of(attribute, &field);
        if (!field.read_only)
            return attribute;
    }
    return site_attribute_over(resource, column);
}
