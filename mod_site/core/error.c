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

void site_error_append(site_error_t **list, site_error_t *more) {
    while (*list)
        list = &(*list)->next;
    *list = more;
}

site_error_t *site_error_settle(site_error_t *list) {
    site_error_t *kept = NULL, **end = &kept;

    for (; list; list = list->next) {
        int has_nested = list->nested != NULL;

        list->nested = site_error_settle(list->nested);
        if (list->pending || (has_nested && !list->nested))
            continue;
        *end = list;
        end = &list->next;
    }
    *end = NULL;
    return kept;
}

site_error_t *site_error_find(site_error_t *list, const char *field) {
    for (; list; list = list->next) {
        if (list->field && field && strcmp(list->field, field) == 0)
            return list;
    }
    return NULL;
}
