/* The values of core/openapi: what core/format writes and core/field takes, as JSON Schema. */
#include "core/field.h"
#include "core/openapi_private.h"

#include <apr_strings.h>

/* The JSON types of a value, and what else is true of it. */
typedef struct shape_t {
    const char *types; /* NULL: any JSON */
    const char *more;
} shape_t;

#define DIGITS2 "[0-9]{2}"
#define DAY "[0-9]{4}-" DIGITS2 "-" DIGITS2
#define CLOCK DIGITS2 ":" DIGITS2 ":" DIGITS2 "([.][0-9]{6})?"
#define OFFSET "(Z|[+-]" DIGITS2 ":" DIGITS2 "(:" DIGITS2 ")?)"
#define FLOAT "'number','string'"
#define NO_NUMBER "'pattern':'^(NaN|-?Infinity)$'"

/* As core/format writes them. A `date` may be infinite, or before Christ: no format of JSON Schema knows that, and it is a remark there, no
 * rule. */
static const shape_t shapes[SITE_KIND_COUNT] = {
    [SITE_KIND_BOOLEAN] = {"'boolean'", NULL},
    [SITE_KIND_INT2] = {"'integer'", "'format':'int32','minimum':-32768,'maximum':32767"},
    [SITE_KIND_INT4] = {"'integer'", "'format':'int32','minimum':-2147483648,'maximum':2147483647"},
    [SITE_KIND_INT8] = {"'integer'", "'format':'int64'"},
    [SITE_KIND_OID] = {"'integer'", "'format':'int64','minimum':0,'maximum':4294967295"},
    [SITE_KIND_FLOAT4] = {FLOAT, "'format':'float'," NO_NUMBER},
    [SITE_KIND_FLOAT8] = {FLOAT, "'format':'double'," NO_NUMBER},
    [SITE_KIND_NUMERIC] = {FLOAT, NO_NUMBER},
    [SITE_KIND_DATE] = {"'string'", "'format':'date'"},
    [SITE_KIND_TIME] = {"'string'", "'pattern':'^" CLOCK "$'"},
    [SITE_KIND_TIMETZ] = {"'string'", "'pattern':'^" CLOCK OFFSET "$'"},
    [SITE_KIND_TIMESTAMP] = {"'string'", "'pattern':'^(" DAY "T" CLOCK "|-?infinity|[0-9]{4,}-.*)$'"},
    [SITE_KIND_TIMESTAMPTZ] = {"'string'", "'format':'date-time'"},
    [SITE_KIND_INTERVAL] = {"'string'", "'pattern':'^((-?[0-9]+ )?" CLOCK "|-?infinity)$'"},
    [SITE_KIND_UUID] = {"'string'", "'format':'uuid'"},
    [SITE_KIND_JSON] = {NULL, NULL},
    [SITE_KIND_JSONB] = {NULL, NULL},
    [SITE_KIND_BYTEA] = {"'string'", "'contentEncoding':'base64'"},
    [SITE_KIND_BIT] = {"'string'", "'pattern':'^[01]*$'"},
    [SITE_KIND_ARRAY] = {"'array'", NULL},
};

static void write_types(site_compose_t *to, const char *types, int nullable) {
    char text[64];

    apr_snprintf(text, sizeof text, nullable || strchr(types, ',') ? "[%s%s]" : "%s%s", types,
                 nullable ? ",'null'" : "");
    site_compose_json(to, "type", text);
}

static void write_string_type(site_compose_t *to, int nullable) {
    write_types(to, "'string'", nullable);
}

int site_openapi_quotes(apr_pool_t *pool, const site_format_t *format) {
    site_sink_t sink;

    site_sink_init(&sink, pool, 16, 0);
    format->write(&sink, format, "1", 1);
    return sink.used && *sink.data == '"';
}

/* numeric(5,2): "-1.44"; every value has as many decimals as were declared. */
static void write_decimal_string(site_compose_t *to, const site_type_t *type, int nullable) {
    char pattern[64];

    write_string_type(to, nullable);
    if (type->precision < 0)
        site_compose_json(to, "pattern", "'^(-?[0-9]+([.][0-9]+)?|NaN|-?Infinity)$'");
    else if (type->scale <= 0)
        site_compose_json(to, "pattern", "'^(-?[0-9]+|NaN)$'");
    else {
        apr_snprintf(pattern, sizeof pattern, "'^(-?[0-9]+[.][0-9]{%d}|NaN)$'", type->scale);
        site_compose_json(to, "pattern", pattern);
    }
}

static void write_labels(site_compose_t *to, const site_type_t *type, int nullable) {
    int i;

    site_compose_list(to, "enum");
    for (i = 0; type->labels && i < type->labels->nelts; i++)
        site_compose_string(to, NULL, APR_ARRAY_IDX(type->labels, i, const char *));
    if (nullable)
        site_compose_json(to, NULL, "null");
    site_compose_close(to, ']');
}

/* Every element of an array can be NULL. Only the innermost of several dimensions have values. */
static void write_items(site_compose_t *to, const site_type_t *type, const site_format_t *format, int dimensions) {
    site_compose_object(to, "items");
    if (dimensions > 1) {
        site_compose_string(to, "type", "array");
        write_items(to, type, format, dimensions - 1);
    }
    else {
        site_openapi_value(to, type->element, format->element, 1, 0);
    }
    site_compose_close(to, '}');
}

void site_openapi_value(site_compose_t *to, const site_type_t *type, const site_format_t *format, int nullable,
                        int dimensions) {
    const shape_t *shape = &shapes[type->kind];
    int whole = type->kind == SITE_KIND_INT8, quotes = 0;

    if (whole || type->kind == SITE_KIND_NUMERIC)
        quotes = site_openapi_quotes(to->sink->pool, format);
    if (type->kind == SITE_KIND_NUMERIC && quotes) {
        write_decimal_string(to, type, nullable);
        return;
    }
    if (whole && quotes) {
        write_string_type(to, nullable);
        site_compose_json(to, "pattern", "'^-?[0-9]+$'");
        return;
    }
    if (type->kind == SITE_KIND_JSON || type->kind == SITE_KIND_JSONB)
        return;
    write_types(to, shape->types ? shape->types : "'string'", nullable);
    if (shape->more)
        site_compose_json(to, NULL, shape->more);
    if (type->kind == SITE_KIND_ENUM)
        write_labels(to, type, nullable);
    if (type->max_length >= 0 && type->kind != SITE_KIND_ARRAY)
        site_compose_number(to, "maxLength", type->max_length);
    if (type->kind == SITE_KIND_ARRAY && type->element && format->element)
        write_items(to, type, format, dimensions);
}

/* --- choices --- */

static int labels_say_more(const apr_array_header_t *choices) {
    int i;

    for (i = 0; i < choices->nelts; i++) {
        const site_choice_t *choice = APR_ARRAY_IDX(choices, i, const site_choice_t *);

        if (choice->label && strcmp(choice->label, choice->value) != 0)
            return 1;
    }
    return 0;
}

void site_openapi_choices(site_compose_t *to, const apr_array_header_t *choices, const site_format_t *format,
                          int nullable, int blank) {
    int i;

    site_compose_list(to, "enum");
    for (i = 0; i < choices->nelts; i++) {
        const char *value = APR_ARRAY_IDX(choices, i, const site_choice_t *)->value;

        if (i)
            site_sink_char(to->sink, ',');
        format->write(to->sink, format, value, strlen(value));
    }
    to->follows = choices->nelts > 0;
    if (blank)
        site_compose_string(to, NULL, "");
    if (nullable)
        site_compose_json(to, NULL, "null");
    site_compose_close(to, ']');
    if (!labels_say_more(choices))
        return;
    site_compose_object(to, "x-enumDescriptions");
    for (i = 0; i < choices->nelts; i++) {
        const site_choice_t *choice = APR_ARRAY_IDX(choices, i, const site_choice_t *);

        site_compose_string(to, choice->value, choice->label ? choice->label : choice->value);
    }
    site_compose_close(to, '}');
}

/* --- fields of bodies --- */

static void write_text(site_compose_t *to, const site_field_t *field, const char *more) {
    write_string_type(to, field->allow_null);
    if (more)
        site_compose_json(to, NULL, more);
    if (field->max_length >= 0)
        site_compose_number(to, "maxLength", field->max_length);
    if (!field->allow_blank) /* an empty text is no short one */
        site_compose_number(to, "minLength", field->min_length > 1 ? field->min_length : 1);
}

/* A number beyond what every reader of JSON can hold is no limit to anybody. */
static int is_told(const char *limit) {
    return limit && strlen(limit) < sizeof "-9007199254740991" - 1;
}

/* A pattern is not told: it is in PostgreSQL's language, not in JSON Schema's. */
static void write_limits(site_compose_t *to, const site_field_t *field) {
    if (is_told(field->min))
        site_compose_json(to, "minimum", field->min);
    if (is_told(field->max))
        site_compose_json(to, "maximum", field->max);
}

/* A client sends back what it was shown: a string, where it was shown one. */
static void write_number(site_compose_t *to, const site_field_t *field, const char *type, const char *more) {
    const site_format_t *format = field->attribute->format;
    char types[32];

    if (field->kind != SITE_FIELD_FLOAT && format->element)
        format = format->element;
    apr_snprintf(types, sizeof types, "%s%s", type,
                 field->kind != SITE_FIELD_FLOAT && site_openapi_quotes(to->sink->pool, format) ? ",'string'" : "");
    write_types(to, types, field->allow_null);
    if (more)
        site_compose_json(to, NULL, more);
    write_limits(to, field);
}

static void write_decimal(site_compose_t *to, const site_field_t *field) {
    const site_type_t *type = field->type;
    char pattern[64];

    write_number(to, field, "'number'", NULL);
    if (type->precision < 0)
        return;
    apr_snprintf(pattern, sizeof pattern,
                 type->scale > 0 ? "'^-?0*[0-9]{0,%d}([.][0-9]{0,%d})?$'" : "'^-?0*[0-9]{0,%d}$'",
                 type->precision - type->scale, type->scale);
    site_compose_json(to, "pattern", pattern);
}

static void write_list(site_compose_t *to, const site_field_t *field) {
    site_field_t child;

    write_types(to, "'array'", field->allow_null);
    if (!field->allow_blank)
        site_compose_number(to, "minItems", 1);
    site_field_child(field, &child);
    site_compose_object(to, "items");
    site_openapi_field(to, &child);
    site_compose_close(to, '}');
}

/* That of an attribute's value, or of its elements. */
static const site_format_t *format_of(const site_field_t *field) {
    const site_format_t *format = field->attribute->format;

    return field->type == &field->attribute->column->type || !format->element ? format : format->element;
}

/* Of a related row: its key, its address, or one of its attributes. */
static void write_related(site_compose_t *to, const site_attribute_t *attribute, int nullable) {
    const site_type_t *type = attribute->column ? &attribute->column->type : NULL;

    if (attribute->show == SITE_SHOW_LINK) {
        write_string_type(to, nullable);
        site_compose_string(to, "format", "uri-reference");
        return;
    }
    if (attribute->show == SITE_SHOW_SLUG && attribute->slug)
        type = &attribute->slug->column->type;
    else if (!type && attribute->relation->key)
        type = &attribute->relation->key->type;
    if (type)
        site_openapi_value(to, type, attribute->format, nullable, 0);
}

static int is_small(const site_type_t *type) {
    return type->kind == SITE_KIND_INT2 || type->kind == SITE_KIND_INT4;
}

void site_openapi_field(site_compose_t *to, const site_field_t *field) {
    switch (field->kind) {
    case SITE_FIELD_EMAIL:
        write_text(to, field, "'format':'email'");
        break;
    case SITE_FIELD_URL:
        write_text(to, field, "'format':'uri'");
        break;
    case SITE_FIELD_SLUG:
        write_text(to, field, field->allow_blank ? "'pattern':'^[-a-zA-Z0-9_]*$'" : "'pattern':'^[-a-zA-Z0-9_]+$'");
        break;
    case SITE_FIELD_STRING:
    case SITE_FIELD_NATIVE:
        write_text(to, field, NULL);
        break;
    case SITE_FIELD_ADDRESS:
        write_string_type(to, field->allow_null);
        site_compose_json(to, "anyOf",
                          field->allow_null ? "[{'format':'ipv4'},{'format':'ipv6'},{'type':'null'}]"
                                            : "[{'format':'ipv4'},{'format':'ipv6'}]");
        break;
    case SITE_FIELD_INTEGER:
        write_number(to, field, "'integer'", is_small(field->type) ? "'format':'int32'" : "'format':'int64'");
        break;
    case SITE_FIELD_FLOAT:
        write_number(to, field, "'number'",
                     field->type->kind == SITE_KIND_FLOAT4 ? "'format':'float'" : "'format':'double'");
        break;
    case SITE_FIELD_DECIMAL:
        write_decimal(to, field);
        break;
    case SITE_FIELD_TIME:
    case SITE_FIELD_DURATION:
        write_string_type(to, field->allow_null);
        break;
    case SITE_FIELD_DATETIME:
        write_string_type(to, field->allow_null);
        site_compose_string(to, "format", "date-time");
        break;
    case SITE_FIELD_CHOICE:
        site_openapi_choices(to, field->choices, format_of(field), field->allow_null, field->allow_blank);
        break;
    case SITE_FIELD_LIST:
        write_list(to, field);
        break;
    case SITE_FIELD_RELATED:
        write_related(to, field->attribute, field->allow_null);
        break;
    case SITE_FIELD_MANY:
        site_compose_string(to, "type", "array");
        site_compose_object(to, "items");
        write_related(to, field->attribute, 0);
        site_compose_close(to, '}');
        break;
    case SITE_FIELD_JSON:
        break;
    default: /* boolean, uuid, date, binary: taken as they are shown */
        site_openapi_value(to, field->type, field->attribute->format, field->allow_null, 0);
        break;
    }
}
