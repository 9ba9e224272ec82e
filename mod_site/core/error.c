#include "core/error.h"

#include <apr_strings.h>
#include <string.h>

site_error_t *site_error_make(apr_pool_t *pool, int status, const char *code, const char *field, const char *format,
                              ...) {
    site_error_t *error = apr_pcalloc(pool, sizeof *error);
    va_list arguments;

    error->status = status;
    error->code = apr_pstrdup(pool, code);
    error->field = field ? apr_pstrdup(pool, field) : NULL;
    if (format) {
        va_start(arguments, format);
        error->message = apr_pvsprintf(pool, format, arguments);
        va_end(arguments);
    }
    return error;
}

site_error_t *site_error_too_large(apr_pool_t *pool, apr_size_t limit) {
    return site_error_make(pool, 400, "answer_too_large", NULL,
                           "This answer is larger than %" APR_SIZE_T_FMT " bytes. Ask for fewer rows.", limit);
}

void site_error_append(site_error_t **list, site_error_t *more) {
    while (*list)
        list = &(*list)->next;
    *list = more;
}

site_error_t *site_error_late(site_error_t *error) {
    if (error)
        error->late = 1;
    return error;
}

/* Whether some error holds whatever the database says, and is not late. */
static int has_prompt(const site_error_t *list) {
    for (; list; list = list->next) {
        if (list->nested ? has_prompt(list->nested) : !list->pending && !list->late)
            return 1;
    }
    return 0;
}

int site_error_is_late(const site_error_t *list) {
    return !has_prompt(list);
}

static site_error_t *keep(site_error_t *list, int pending_ones, int late_ones) {
    site_error_t *kept = NULL, **end = &kept;

    for (; list; list = list->next) {
        int has_nested = list->nested != NULL;

        list->nested = keep(list->nested, pending_ones, late_ones);
        if ((list->pending && !pending_ones) || (list->late && !late_ones) || (has_nested && !list->nested))
            continue;
        *end = list;
        end = &list->next;
    }
    *end = NULL;
    return kept;
}

site_error_t *site_error_settle(site_error_t *list) {
    return keep(list, 0, !has_prompt(list));
}

site_error_t *site_error_without_late(site_error_t *list) {
    return keep(list, 1, 0);
}

site_error_t *site_error_find(site_error_t *list, const char *field) {
    for (; list; list = list->next) {
        if (list->field && field && strcmp(list->field, field) == 0)
            return list;
    }
    return NULL;
}
