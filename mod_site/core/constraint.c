#include "core/constraint.h"

#include <apr_strings.h>
#include <string.h>

static int is(const site_violation_t *violation, const char *sqlstate) {
    return strncmp(violation->sqlstate, sqlstate, strlen(sqlstate)) == 0;
}

/* " (name)", or nothing. */
static const char *name_of(apr_pool_t *pool, const site_violation_t *violation) {
    return violation->constraint ? apr_pstrcat(pool, " (", violation->constraint, ")", NULL) : "";
}

static int is_own(const site_resource_t *resource, const site_violation_t *violation) {
    return !violation->table || strcmp(violation->table, resource->table->name) == 0;
}

static const site_key_t *key_of(const site_resource_t *resource, const site_violation_t *violation) {
    int i;

    for (i = 0; violation->constraint && i < resource->table->keys->nelts; i++) {
        const site_key_t *key = APR_ARRAY_IDX(resource->table->keys, i, const site_key_t *);

        if (strcmp(key->name, violation->constraint) == 0)
            return key;
    }
    return NULL;
}

int site_violation_wants_columns(const site_resource_t *resource, const site_violation_t *violation) {
    if (!violation->constraint || violation->type || !is_own(resource, violation))
        return 0;
    return is(violation, "23514") || is(violation, "23P01") || (is(violation, "23505") && !key_of(resource, violation));
}

/* The shown attribute over a column of that name. */
static const site_attribute_t *attribute_of(const site_resource_t *resource, const char *column) {
    const site_column_t *found = column ? site_table_column(resource->table, column) : NULL;

    return found ? site_field_over(resource, found) : NULL;
}

/* Takes `name`, quoted or not, off the front of an SQL name. */
static int takes_name(apr_pool_t *pool, const char **sql, const char *name) {
    const char *spelled = **sql == '"' ? site_identifier(pool, name) : name;
    apr_size_t length = strlen(spelled);

    if (strncmp(*sql, spelled, length) != 0)
        return 0;
    *sql += length;
    return 1;
}

static int is_domain(apr_pool_t *pool, const site_type_t *type, const site_violation_t *violation) {
    const char *sql = type->domain;

    if (sql && takes_name(pool, &sql, violation->type_schema) && *sql++ == '.' &&
        takes_name(pool, &sql, violation->type) && !*sql)
        return 1;
    return (type->element && is_domain(pool, type->element, violation)) ||
           (type->bound && is_domain(pool, type->bound, violation));
}

apr_array_header_t *site_violation_suspects(apr_pool_t *pool, const site_change_t *change,
                                            const site_violation_t *violation) {
    apr_array_header_t *suspects = apr_array_make(pool, 2, sizeof(const site_assignment_t *));
    int i;

    if (!violation->type || !violation->type_schema || !(is(violation, "23502") || is(violation, "23514")))
        return suspects;
    for (i = 0; i < change->columns->nelts; i++) {
        const site_assignment_t *each = APR_ARRAY_IDX(change->columns, i, const site_assignment_t *);

        if (is_domain(pool, &each->attribute->column->type, violation))
            APR_ARRAY_PUSH(suspects, const site_assignment_t *) = each;
    }
    return suspects;
}

site_error_t *site_violation_of_domain(apr_pool_t *pool, const site_attribute_t *attribute,
                                       const site_violation_t *violation) {
    if (is(violation, "23502"))
        return site_error_make(pool, 400, "null", attribute->name, "This field may not be null.");
    return site_error_make(pool, 400, "constraint", attribute->name, "This value is not allowed.%s",
                           name_of(pool, violation));
}

/* The errors of the values that a domain refused. NULL: it is not known which, or the constraint is no domain's. */
static site_error_t *of_domain(apr_pool_t *pool, const site_change_t *change, const site_violation_t *violation) {
    const apr_array_header_t *suspects;
    const site_attribute_t *only;

    if (violation->faults)
        return violation->faults;
    suspects = site_violation_suspects(pool, change, violation);
    if (suspects->nelts != 1)
        return NULL;
    only = APR_ARRAY_IDX(suspects, 0, const site_assignment_t *)->attribute;
    return only->shown ? site_violation_of_domain(pool, only, violation) : NULL;
}

/* One column's constraint is its field's matter; that of several is said once, with their names. */
static site_error_t *of_columns(apr_pool_t *pool, const site_resource_t *resource, const site_violation_t *violation,
                                int status, const char *one, const char *several) {
    const char *names = NULL;
    int count = 0, i;

    for (i = 0; violation->columns && i < violation->columns->nelts; i++) {
        const site_attribute_t *attribute = attribute_of(resource, APR_ARRAY_IDX(violation->columns, i, const char *));

        if (!attribute)
            continue;
        count++;
        names = names ? apr_pstrcat(pool, names, ", ", attribute->name, NULL) : attribute->name;
    }
    if (count == 1)
        return site_error_make(pool, status, "constraint", names, "%s%s", one, name_of(pool, violation));
    if (count)
        return site_error_make(pool, status, "constraint", "non_field_errors", "The fields %s %s%s.", names, several,
                               name_of(pool, violation));
    return site_error_make(pool, status, "constraint", "non_field_errors", "%s%s", one, name_of(pool, violation));
}

/* A row that others refer to: it can neither go nor change its key. */
static site_error_t *still_referenced(apr_pool_t *pool, const site_resource_t *resource,
                                      const site_violation_t *violation) {
    const site_api_t *api = resource->api;
    const char *who = NULL;
    int i;

    for (i = 0; !who && i < resource->table->referenced->nelts; i++) {
        const site_foreign_key_t *key = APR_ARRAY_IDX(resource->table->referenced, i, const site_foreign_key_t *);
        int j;

        if (!violation->constraint || strcmp(key->name, violation->constraint) != 0)
            continue;
        for (j = 0; j < api->resources->nelts; j++) {
            const site_resource_t *other = APR_ARRAY_IDX(api->resources, j, const site_resource_t *);

            if (other->table == key->table && !who)
                who = other->name;
        }
    }
    return site_error_make(pool, 409, "still_referenced", NULL, "This %s is still referred to by %s%s%s%s.",
                           resource->object_name, who ? "'" : "other rows", who ? who : "", who ? "'" : "",
                           name_of(pool, violation));
}

/* A related row that was there when it was looked for, and is gone. */
static site_error_t *missing(apr_pool_t *pool, const site_resource_t *resource, const site_change_t *change,
                             const site_violation_t *violation) {
    int i;

    for (i = 0; violation->constraint && i < resource->table->foreign_keys->nelts; i++) {
        const site_foreign_key_t *key = APR_ARRAY_IDX(resource->table->foreign_keys, i, const site_foreign_key_t *);
        const site_attribute_t *attribute;
        const site_assignment_t *assignment;

        if (strcmp(key->name, violation->constraint) != 0)
            continue;
        attribute = site_field_over(resource, APR_ARRAY_IDX(key->columns, 0, const site_column_t *));
        assignment = attribute && key->columns->nelts == 1 ? site_change_of(change, attribute) : NULL;
        if (assignment && attribute->relation)
            return site_missing_error(pool, attribute, assignment->shown ? assignment->shown : assignment->value);
        return site_error_make(pool, 400, "does_not_exist", attribute ? attribute->name : "non_field_errors",
                               "The row referred to does not exist (%s).", violation->constraint);
    }
    for (i = 0; i < change->lists->nelts; i++) {
        const site_assignment_t *list = APR_ARRAY_IDX(change->lists, i, const site_assignment_t *);

        if (violation->table && strcmp(list->attribute->relation->via->name, violation->table) == 0)
            return site_error_make(pool, 400, "does_not_exist", list->attribute->name,
                                   "A row referred to does not exist.");
    }
    return NULL;
}

static site_error_t *duplicate(apr_pool_t *pool, const site_resource_t *resource, const site_violation_t *violation) {
    const site_key_t *key = is_own(resource, violation) ? key_of(resource, violation) : NULL;
    site_error_t *error = key ? site_unique_error(pool, resource, key) : NULL;

    if (error)
        return error;
    return of_columns(pool, resource, violation, 400, "A row with this value already exists.",
                      "must make a unique set");
}

/* The attribute over the column that is named; where the table is another one (a partition, or what a trigger fills), only if the change
 * gave that attribute no value. */
static const site_attribute_t *attribute_at_fault(const site_resource_t *resource, const site_change_t *change,
                                                  const site_violation_t *violation) {
    const site_attribute_t *attribute = attribute_of(resource, violation->column);
    const site_assignment_t *assignment = attribute && change ? site_change_of(change, attribute) : NULL;

    return is_own(resource, violation) || !assignment || !assignment->value ? attribute : NULL;
}

static site_error_t *of_null(apr_pool_t *pool, const site_resource_t *resource, const site_change_t *change,
                             const site_violation_t *violation) {
    const site_attribute_t *attribute = attribute_at_fault(resource, change, violation);
    site_error_t *error = attribute ? NULL : of_domain(pool, change, violation);

    if (error)
        return error;
    return site_error_make(pool, 400, "null", attribute ? attribute->name : "non_field_errors", "%s",
                           attribute ? "This field may not be null."
                                     : "A column that must have a value would have none.");
}

/* A value that only PostgreSQL could judge; when just one was given, it was that one. */
static site_error_t *of_native(apr_pool_t *pool, const site_change_t *change) {
    const site_assignment_t *only = NULL;
    int count = 0, i;

    for (i = 0; i < change->columns->nelts; i++) {
        const site_assignment_t *each = APR_ARRAY_IDX(change->columns, i, const site_assignment_t *);
        site_field_t field;

        site_field_of(each->attribute, &field);
        if (each->value && (field.kind == SITE_FIELD_NATIVE || field.kind == SITE_FIELD_LIST)) {
            count++;
            only = each;
        }
    }
    return site_error_make(pool, 400, "invalid", count == 1 ? only->attribute->name : "non_field_errors",
                           "Enter a valid value.");
}

/* What says nothing of the change: a server that is away, busy or being changed, rights that are missing. */
static int is_elsewhere(const site_violation_t *violation) {
    static const char *const prefixes[] = {"08", "25",    "26",    "28",    "34",    "3D",    "3F",
                                           "40", "42501", "42P01", "42703", "42704", "42883", "53",
                                           "54", "55P03", "57",    "58",    "F0",    "XX001", "XX002"};
    apr_size_t i;

    for (i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        if (is(violation, prefixes[i]))
            return 1;
    }
    return !*violation->sqlstate;
}

const site_attribute_t *site_violation_attribute(const site_resource_t *resource, const site_violation_t *violation) {
    return is_own(resource, violation) ? attribute_of(resource, violation->column) : NULL;
}

/* A trigger, a function or a rule had its own reasons; its words stay in the log. */
static site_error_t *refused(apr_pool_t *pool, const site_resource_t *resource, const site_change_t *change,
                             const site_violation_t *violation) {
    const site_attribute_t *attribute = site_violation_attribute(resource, violation);

    return site_error_make(pool, change ? 400 : 409, "refused", attribute ? attribute->name : "non_field_errors",
                           "The database refuses this change%s.", name_of(pool, violation));
}

static site_error_t *of_reference(apr_pool_t *pool, const site_resource_t *resource, const site_change_t *change,
                                  const site_violation_t *violation) {
    site_error_t *error = change && is(violation, "23503") ? missing(pool, resource, change, violation) : NULL;

    if (error)
        return error;
    /* Nothing refers to a row that is being made: what a trigger says so is a reason of its own. */
    return change && change->mode == SITE_MODE_CREATE ? refused(pool, resource, change, violation)
                                                      : still_referenced(pool, resource, violation);
}

site_error_t *site_constraint_error(apr_pool_t *pool, const site_resource_t *resource, const site_change_t *change,
                                    const site_violation_t *violation) {
    site_error_t *error;

    if (is_elsewhere(violation))
        return NULL;
    if (is(violation, "23001") || is(violation, "23503"))
        return of_reference(pool, resource, change, violation);
    if (!change)
        return refused(pool, resource, change, violation);
    if (is(violation, "23502"))
        return of_null(pool, resource, change, violation);
    if (is(violation, "23505"))
        return duplicate(pool, resource, violation);
    if (is(violation, "23514") && (error = of_domain(pool, change, violation)) != NULL)
        return error;
    if (is(violation, "23514"))
        return of_columns(pool, resource, violation, 400, "This value is not allowed.", "do not go together");
    if (is(violation, "23P01"))
        return of_columns(pool, resource, violation, 400, "This value conflicts with another row's.",
                          "conflict with another row");
    if (is(violation, "44000"))
        return site_error_make(pool, 400, "refused", "non_field_errors", "The row would lie outside of this view.");
    if (is(violation, "22"))
        return of_native(pool, change);
    return refused(pool, resource, change, violation);
}

/* The tests whose values are of the domain: how many there are, and the parameter of the last. */
static const char *field_of_domain(apr_pool_t *pool, const site_condition_t *condition, const site_condition_t *where,
                                   const site_violation_t *violation, int *count) {
    const char *field = NULL;
    int i;

    if (condition->kind == SITE_CONDITION_TEST) {
        if (!site_filter_is_native(condition) || !is_domain(pool, &condition->column->type, violation))
            return NULL;
        ++*count;
        return condition->field;
    }
    if (condition->kind == SITE_CONDITION_RELATED)
        where = condition->relation->target->where;
    for (i = 0; condition->parts && i < condition->parts->nelts; i++) {
        const site_condition_t *part = APR_ARRAY_IDX(condition->parts, i, const site_condition_t *);
        const char *found = part != where ? field_of_domain(pool, part, where, violation, count) : NULL;

        field = found ? found : field;
    }
    return field;
}

site_error_t *site_constraint_filter_error(apr_pool_t *pool, const site_condition_t *condition,
                                           const site_condition_t *where, const site_violation_t *violation) {
    const char *field;
    int count = 0;

    if (!condition || !violation->type || !violation->type_schema ||
        (!is(violation, "23514") && !is(violation, "23502")))
        return NULL;
    field = field_of_domain(pool, condition, where, violation, &count);
    return count ? site_error_make(pool, 400, "invalid", count == 1 ? field : NULL, "This value is not allowed.")
                 : NULL;
}
