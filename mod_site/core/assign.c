#include "core/assign.h"
#include "core/related.h"

#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

/* An attribute's field while it is read. */
typedef struct reading_t {
    apr_pool_t *pool;
    site_change_t *change;
    const char *zone;
    const site_body_t *body;
    site_field_t field;
    const char *name;
} reading_t;

static void refuse(reading_t *reading, const char *code, const char *message) {
    site_error_append(&reading->change->errors,
                      site_error_make(reading->pool, 400, code, reading->name, "%s", message));
}

/* --- messages --- */

static const char *lower(apr_pool_t *pool, const char *text, int all) {
    char *result = apr_pstrdup(pool, text), *at;

    for (at = result; *at && (all || at == result); at++) {
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at - 'A' + 'a');
    }
    return result;
}

/* Django's verbose_name of a field: its label with a small letter, unless that is an abbreviation. */
static const char *verbose_name(apr_pool_t *pool, const site_attribute_t *attribute) {
    const char *label = attribute->label;

    if (label[0] && label[1] >= 'A' && label[1] <= 'Z')
        return label;
    return *attribute->name >= 'A' && *attribute->name <= 'Z' ? label : lower(pool, label, 0);
}

static site_error_t *unique_field_error(apr_pool_t *pool, const site_attribute_t *attribute) {
    return site_error_make(pool, 400, "unique", attribute->name, "%s with this %s already exists.",
                           lower(pool, attribute->resource->singular, 1), verbose_name(pool, attribute));
}

site_error_t *site_unique_error(apr_pool_t *pool, const site_resource_t *resource, const site_key_t *key) {
    const char *names = NULL;
    int i;

    for (i = 0; i < key->columns->nelts; i++) {
        const site_attribute_t *attribute =
            site_field_over(resource, APR_ARRAY_IDX(key->columns, i, const site_column_t *));

        if (!attribute)
            return NULL;
        if (key->columns->nelts == 1)
            return unique_field_error(pool, attribute);
        names = names ? apr_pstrcat(pool, names, ", ", attribute->name, NULL) : attribute->name;
    }
    return site_error_make(pool, 400, "unique", "non_field_errors", "The fields %s must make a unique set.", names);
}

/* --- demands --- */

static site_demand_t *demand(reading_t *reading, site_demand_kind_t kind, site_assignment_t *assignment,
                             site_error_t *error) {
    site_demand_t *made = apr_pcalloc(reading->pool, sizeof *made);

    made->kind = kind;
    made->assignment = assignment;
    made->error = error;
    error->pending = 1;
    site_error_append(&reading->change->errors, error);
    APR_ARRAY_PUSH(reading->change->demands, site_demand_t *) = made;
    return made;
}

void site_demand_conclude(apr_pool_t *pool, site_demand_t *made, const char *answer) {
    int missing;

    switch (made->kind) {
    case SITE_DEMAND_UNIQUE:
    case SITE_DEMAND_TOGETHER:
    case SITE_DEMAND_MATCH:
    case SITE_DEMAND_MOMENT:
        made->error->pending = answer == NULL;
        break;
    case SITE_DEMAND_RELATED:
        made->error->pending = answer != NULL;
        /* The table holds what the foreign key refers to, whatever the client named the row by. */
        made->assignment->value = answer ? apr_pstrdup(pool, answer) : NULL;
        break;
    case SITE_DEMAND_EVERY:
        made->error->pending = answer == NULL && !made->otherwise;
        if (!answer && made->otherwise)
            made->error->message = made->otherwise->message;
        missing = answer ? atoi(answer) - 1 : -1;
        if (missing >= 0 && missing < made->shown->nelts)
            made->error->message =
                site_missing_error(pool, made->assignment->attribute, APR_ARRAY_IDX(made->shown, missing, const char *))
                    ->message;
        break;
    }
}

site_error_t *site_change_errors(site_change_t *change) {
    change->errors = site_error_settle(change->errors);
    if (change->errors && !site_error_is_late(change->errors))
        return change->errors;
    change->together = site_error_settle(change->together);
    return change->together ? change->together : change->errors;
}

int site_change_is_refused(const site_change_t *change) {
    const site_error_t *error;

    for (error = change->demands->nelts ? NULL : change->errors; error; error = error->next) {
        if (!error->pending)
            return 1;
    }
    return 0;
}

const site_assignment_t *site_change_of(const site_change_t *change, const site_attribute_t *attribute) {
    int i;

    for (i = 0; i < change->columns->nelts; i++) {
        const site_assignment_t *each = APR_ARRAY_IDX(change->columns, i, const site_assignment_t *);

        if (each->attribute == attribute)
            return each;
    }
    for (i = 0; i < change->lists->nelts; i++) {
        const site_assignment_t *each = APR_ARRAY_IDX(change->lists, i, const site_assignment_t *);

        if (each->attribute == attribute)
            return each;
    }
    return NULL;
}

/* --- where a field's value comes from --- */

static int has_blank(const site_field_t *field) {
    return field->allow_blank &&
           (field->kind == SITE_FIELD_STRING || field->kind == SITE_FIELD_EMAIL || field->kind == SITE_FIELD_SLUG ||
            field->kind == SITE_FIELD_URL || field->kind == SITE_FIELD_CHOICE);
}

static site_node_t *list_of(apr_pool_t *pool, apr_array_header_t *values) {
    site_node_t *list = site_node_make(pool, SITE_NODE_LIST, NULL, 0);

    list->items = values;
    return list;
}

/* A browser sends no unchecked box and no empty selection, and "" for whatever was left empty. NULL: as if it were not there. */
static site_node_t *value_in_form(const reading_t *reading) {
    int partial = reading->change->mode == SITE_MODE_MODIFY;
    site_node_t *node = site_body_value(reading->body, reading->name);
    apr_array_header_t *values;

    if (reading->field.kind == SITE_FIELD_LIST || reading->field.kind == SITE_FIELD_MANY) {
        if (!node && partial)
            return NULL;
        values = site_body_values(reading->pool, reading->body, reading->name, reading->field.kind == SITE_FIELD_LIST);
        return values->nelts || reading->field.kind == SITE_FIELD_MANY ? list_of(reading->pool, values) : NULL;
    }
    if (!node) {
        if (reading->field.kind == SITE_FIELD_BOOLEAN && !partial)
            return site_node_make(reading->pool, SITE_NODE_BOOLEAN, "false", 5);
        return NULL;
    }
    if (reading->field.kind == SITE_FIELD_JSON || node->kind != SITE_NODE_STRING || node->length)
        return node;
    if (reading->field.allow_null)
        return has_blank(&reading->field) ? node : site_node_make(reading->pool, SITE_NODE_NULL, NULL, 0);
    if (!reading->field.required)
        return has_blank(&reading->field) ? node : NULL;
    return node;
}

/* --- fields --- */

static site_assignment_t *assign(reading_t *reading, apr_array_header_t *list) {
    site_assignment_t *assignment = apr_pcalloc(reading->pool, sizeof *assignment);

    assignment->attribute = reading->field.attribute;
    APR_ARRAY_PUSH(list, site_assignment_t *) = assignment;
    return assignment;
}

static void check_unique(reading_t *reading, site_assignment_t *assignment) {
    /* "" is returned before any validator of DRF's runs; the constraint itself still holds. */
    if (assignment->value && *assignment->value && site_column_is_unique(assignment->attribute->column))
        demand(reading, SITE_DEMAND_UNIQUE, assignment, unique_field_error(reading->pool, assignment->attribute));
}

/* The text with U+FFFD for half characters, which no parameter can hold. */
static const char *whole_text(apr_pool_t *pool, const char *text) {
    char *result = apr_pstrdup(pool, text), *at;

    for (at = result; *at; at++) {
        if ((unsigned char)at[0] == 0xed && (unsigned char)at[1] >= 0xa0)
            memcpy(at, "\xef\xbf\xbd", 3);
    }
    return result;
}

/* Text is matched by PostgreSQL, which knows the pattern's language. */
static void check_pattern(reading_t *reading, const site_node_t *node, const char *value) {
    const site_rules_t *rules = reading->field.attribute->rules;
    site_demand_t *made;

    if (!rules || !rules->pattern || !value || !*value)
        return;
    made = demand(reading, SITE_DEMAND_MATCH, NULL,
                  site_error_make(reading->pool, 400, "invalid", reading->name, "Enter a valid value."));
    made->value = node->surrogate ? whole_text(reading->pool, value) : value;
    made->pattern = rules->pattern;
}

/* Where clocks are changed there are hours that do not exist, and hours that exist twice. Returns whether PostgreSQL must be asked. */
static int check_moment(reading_t *reading, const char *value) {
    const site_attribute_t *attribute = reading->field.attribute;
    const char *clock = value ? strchr(value, 'T') : NULL;
    site_demand_t *made;

    if (reading->field.kind != SITE_FIELD_DATETIME || !clock || strpbrk(clock, "+-") || !strcmp(reading->zone, "UTC") ||
        (attribute->column->type.kind == SITE_KIND_TIMESTAMP && !attribute->zoned))
        return 0;
    made = demand(reading, SITE_DEMAND_MOMENT, NULL,
                  site_error_make(reading->pool, 400, "make_aware", reading->name,
                                  "Invalid datetime for the timezone \"%s\".", reading->zone));
    made->value = value;
    return 1;
}

static void read_plain(reading_t *reading, const site_node_t *node) {
    const char *value = NULL;
    site_error_t *error = site_field_read(reading->pool, &reading->field, reading->name, node, &value);
    site_assignment_t *assignment;

    check_pattern(reading, node, value);
    if (error) {
        site_error_append(&reading->change->errors, error);
        return;
    }
    assignment = assign(reading, reading->change->columns);
    assignment->value = value;
    if (!check_moment(reading, value)) /* else its own constraint tells */
        check_unique(reading, assignment);
}

static void read_related(reading_t *reading, const site_node_t *node) {
    const site_attribute_t *attribute = reading->field.attribute;
    site_assignment_t *assignment;
    const char *value = NULL;
    site_error_t *error = site_related_read(reading->pool, attribute, node, &value);

    if (error) {
        site_error_append(&reading->change->errors, error);
        return;
    }
    assignment = assign(reading, reading->change->columns);
    assignment->value = value;
    assignment->lookup = site_related_lookup(attribute);
    assignment->shown = site_node_python(reading->pool, node);
    demand(reading, SITE_DEMAND_RELATED, assignment, site_missing_error(reading->pool, attribute, assignment->shown));
    check_unique(reading, assignment);
}

/* Python iterates over an object, too: its names are the items, each once. */
static const site_node_t *items_of(reading_t *reading, const site_node_t *node) {
    apr_array_header_t *names;
    apr_hash_t *seen;
    int i;

    if (node->kind != SITE_NODE_OBJECT)
        return node;
    names = apr_array_make(reading->pool, node->items->nelts, sizeof(site_node_t *));
    seen = apr_hash_make(reading->pool);
    for (i = 0; i < node->items->nelts; i++) {
        const site_member_t *member = &APR_ARRAY_IDX(node->items, i, site_member_t);
        apr_ssize_t length = (apr_ssize_t)member->name_length;

        if (apr_hash_get(seen, member->name, length))
            continue;
        apr_hash_set(seen, member->name, length, member);
        APR_ARRAY_PUSH(names, site_node_t *) =
            site_node_make(reading->pool, SITE_NODE_STRING, member->name, member->name_length);
    }
    return list_of(reading->pool, names);
}

static void read_many(reading_t *reading, const site_node_t *node) {
    const site_attribute_t *attribute = reading->field.attribute;
    site_assignment_t *assignment;
    site_demand_t *made;
    site_error_t *error = NULL;
    apr_array_header_t *shown;
    int i;

    node = items_of(reading, node);
    if (node->kind != SITE_NODE_LIST) {
        refuse(reading, "not_a_list",
               apr_psprintf(reading->pool, "Expected a list of items but got type \"%s\".", site_node_type(node)));
        return;
    }
    if (!node->items->nelts && !reading->field.allow_blank) {
        refuse(reading, "empty", "This list may not be empty.");
        return;
    }
    assignment = assign(reading, reading->change->lists);
    assignment->lookup = site_related_lookup(attribute);
    assignment->values = apr_array_make(reading->pool, node->items->nelts, sizeof(const char *));
    shown = apr_array_make(reading->pool, node->items->nelts, sizeof(const char *));
    for (i = 0; !error && i < node->items->nelts; i++) {
        const site_node_t *item = APR_ARRAY_IDX(node->items, i, const site_node_t *);
        const char *value = NULL;

        error = site_related_read(reading->pool, attribute, item, &value);
        if (error)
            break;
        APR_ARRAY_PUSH(assignment->values, const char *) = value;
        APR_ARRAY_PUSH(shown, const char *) = site_node_python(reading->pool, item);
    }
    /* Django looks at one item after the other: what stands in front of a wrong one may be wrong before it. */
    if (!shown->nelts) {
        site_error_append(&reading->change->errors, error);
        return;
    }
    made = demand(reading, SITE_DEMAND_EVERY, assignment, site_missing_error(reading->pool, attribute, ""));
    made->shown = shown;
    made->otherwise = error;
}

/* The section's default is no client's value, and so is not judged. */
static void begin_with_default(reading_t *reading) {
    const site_attribute_t *attribute = reading->field.attribute;

    if (reading->change->mode == SITE_MODE_CREATE && attribute->column && !attribute->no_insert && attribute->rules &&
        attribute->rules->initial)
        assign(reading, reading->change->columns)->value = attribute->rules->initial;
}

/* Whether a row must refer to another one: an existing row's reference may be hidden and then comes back as null, a new row's cannot. */
static int needs_reference(const reading_t *reading) {
    const site_attribute_t *attribute = reading->field.attribute;

    return reading->change->mode == SITE_MODE_CREATE && attribute->relation && attribute->column &&
           attribute->column->not_null;
}

static void read_attribute(reading_t *reading) {
    site_node_t *node = reading->body->form ? value_in_form(reading) : site_body_value(reading->body, reading->name);

    if (!node) {
        if (reading->field.required && reading->change->mode != SITE_MODE_MODIFY)
            refuse(reading, "required", "This field is required.");
        else
            begin_with_default(reading);
        return;
    }
    if (reading->field.kind == SITE_FIELD_RELATED && node->kind == SITE_NODE_STRING && !node->length)
        node = site_node_make(reading->pool, SITE_NODE_NULL, NULL, 0);
    if (node->kind == SITE_NODE_NULL) {
        if (!reading->field.allow_null || needs_reference(reading))
            refuse(reading, "null", "This field may not be null.");
        else
            assign(reading, reading->change->columns);
        return;
    }
    if (reading->field.kind == SITE_FIELD_RELATED)
        read_related(reading, node);
    else if (reading->field.kind == SITE_FIELD_MANY)
        read_many(reading, node);
    else
        read_plain(reading, node);
}

/* --- unique over several columns --- */

/* Of a POST only, and only of what a section made optional: required fields were missed before. */
static int misses(const site_change_t *change, const site_column_t *column) {
    const site_attribute_t *attribute = site_field_over(change->resource, column);
    site_field_t field;

    site_field_in(attribute, 1, &field);
    return change->mode == SITE_MODE_CREATE && !field.read_only && !column->has_default && !column->generated;
}

static void check_together(apr_pool_t *pool, site_change_t *change, const site_key_t *key) {
    int count = key->columns->nelts, given = 0, missing = 0, null = 0, i;
    site_assignment_t **assignments = apr_pcalloc(pool, (apr_size_t)count * sizeof *assignments);
    site_demand_t *made;
    site_error_t *error = site_unique_error(pool, change->resource, key);

    for (i = 0; error && i < count; i++) {
        const site_column_t *column = APR_ARRAY_IDX(key->columns, i, const site_column_t *);

        assignments[i] = (site_assignment_t *)site_change_of(change, site_field_over(change->resource, column));
        given += assignments[i] != NULL;
        null += assignments[i] && !assignments[i]->value;
        if (!assignments[i] && misses(change, column)) {
            missing++;
            site_error_append(&change->together,
                              site_error_make(pool, 400, "required", site_field_over(change->resource, column)->name,
                                              "This field is required."));
        }
    }
    /* NULL is no duplicate of NULL; and of a default that only PostgreSQL knows, its constraint decides. */
    if (!error || !given || missing || null || (given < count && change->mode == SITE_MODE_CREATE))
        return;
    made = apr_pcalloc(pool, sizeof *made);
    made->kind = SITE_DEMAND_TOGETHER;
    made->key = key;
    made->assignments = assignments;
    made->error = error;
    error->pending = 1;
    site_error_append(&change->together, error);
    APR_ARRAY_PUSH(change->demands, site_demand_t *) = made;
}

void site_assign(apr_pool_t *pool, const site_resource_t *resource, site_mode_t mode, const char *zone,
                 const site_body_t *body, site_change_t *change) {
    reading_t reading;
    int i;

    memset(change, 0, sizeof *change);
    change->resource = resource;
    change->mode = mode;
    change->columns = apr_array_make(pool, resource->attributes->nelts, sizeof(site_assignment_t *));
    change->lists = apr_array_make(pool, 2, sizeof(site_assignment_t *));
    change->demands = apr_array_make(pool, 4, sizeof(site_demand_t *));
    if (body->root->kind != SITE_NODE_OBJECT) {
        change->errors =
            body->root->kind == SITE_NODE_NULL
                ? site_error_make(pool, 400, "null", "non_field_errors", "No data provided")
                : site_error_make(pool, 400, "invalid", "non_field_errors",
                                  "Invalid data. Expected a dictionary, but got %s.", site_node_type(body->root));
        return;
    }
    reading.pool = pool;
    reading.change = change;
    reading.zone = zone;
    reading.body = body;
    for (i = 0; i < resource->attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *);

        reading.name = attribute->name;
        site_field_in(attribute, change->mode == SITE_MODE_CREATE, &reading.field);
        if (reading.field.read_only)
            begin_with_default(&reading);
        else
            read_attribute(&reading);
    }
    for (i = 0; i < resource->table->keys->nelts; i++) {
        const site_key_t *key = APR_ARRAY_IDX(resource->table->keys, i, const site_key_t *);

        if (key->columns->nelts > 1)
            check_together(pool, change, key);
    }
}
