#include "core/regex.h"

#include <string.h>

static int is_regex(const site_condition_t *condition) {
    return condition->kind == SITE_CONDITION_TEST &&
           (condition->lookup.operator== SITE_OP_REGEX || condition->lookup.operator== SITE_OP_IREGEX);
}

const char *site_regex_find(const site_condition_t *condition, const site_condition_t *where,
                            site_regex_fn parameter_of, const void *baton) {
    const char *parameter = is_regex(condition) ? parameter_of(baton, condition->field) : NULL;
    int i;

    if (condition->kind == SITE_CONDITION_RELATED)
        where = condition->relation->target->where;
    for (i = 0; !parameter && condition->parts && i < condition->parts->nelts; i++) {
        const site_condition_t *part = APR_ARRAY_IDX(condition->parts, i, const site_condition_t *);

        parameter = part != where ? site_regex_find(part, where, parameter_of, baton) : NULL;
    }
    return parameter;
}

int site_regex_is_asked(const char *name, const char *field) {
    apr_size_t end = strlen(name), length = strlen(field);

    if (end < length || strncmp(name + end - length, field, length) != 0)
        return 0;
    return end == length || (end > length + 2 && strncmp(name + end - length - 2, "__", 2) == 0);
}

site_error_t *site_regex_error(apr_pool_t *pool, const char *parameter) {
    return site_error_make(pool, 400, "regex_timeout", parameter,
                           "This regular expression takes too long. Use a simpler one, or another lookup.");
}
