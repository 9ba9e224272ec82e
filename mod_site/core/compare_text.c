#include "core/compare_text.h"

#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

/* str(timedelta) of "-2 days +82738.500000 seconds": "-2 days, 22:58:58.500000". */
static const char *duration_text(apr_pool_t *pool, const char *value) {
    apr_int64_t days = apr_atoi64(value);
    const char *plus = strchr(value, '+'), *dot = plus ? strchr(plus, '.') : NULL, *text;
    int seconds = plus ? atoi(plus + 1) : 0, micros = dot ? atoi(dot + 1) : 0;

    text = apr_psprintf(pool, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if (micros)
        text = apr_psprintf(pool, "%s.%06d", text, micros);
    if (days)
        text = apr_psprintf(pool, "%" APR_INT64_T_FMT " day%s, %s", days, days == 1 || days == -1 ? "" : "s", text);
    return text;
}

const char *site_compare_text(apr_pool_t *pool, const site_lookup_t *lookup, const char *value) {
    char *copy, *at;

    switch (lookup->family) {
    case SITE_FAMILY_BOOLEAN:
        return *value == 't' ? "True" : "False";
    case SITE_FAMILY_DURATION:
        return duration_text(pool, value);
    case SITE_FAMILY_DATETIME:
        copy = apr_pstrdup(pool, value);
        at = strchr(copy, 'T');
        if (at)
            *at = ' ';
        return at && !strchr(at, '+') && !strchr(at, '-') ? apr_pstrcat(pool, copy, "+00:00", NULL) : copy;
    default:
        return value;
    }
}

const char *site_compare_pattern(apr_pool_t *pool, const char *value, int before, int after) {
    char *pattern = apr_palloc(pool, 2 * strlen(value) + 3), *to = pattern;

    if (before)
        *to++ = '%';
    for (; *value; value++) {
        if (*value == '\\' || *value == '%' || *value == '_')
            *to++ = '\\';
        *to++ = *value;
    }
    if (after)
        *to++ = '%';
    *to = '\0';
    return pattern;
}
