#include "core/complex.h"
#include "core/params.h"
#include "core/value.h"

#include <apr_strings.h>
#include <string.h>

typedef struct scan_t {
    const char *at, *end;
} scan_t;

/* The next group: an optional `~`, `(`, one or more characters that are not `)`, `)`. As a regular expression is searched for, whatever stands
 * before it is skipped, and parentheses that do not fit are passed by. */
static int next_group(scan_t *scan, const char **start, const char **inner, const char **close) {
    const char *open;

    for (open = scan->at; open < scan->end; open++) {
        const char *stop;

        open = memchr(open, '(', (size_t)(scan->end - open));
        if (!open)
            return 0;
        stop = memchr(open, ')', (size_t)(scan->end - open));
        if (!stop)
            return 0;
        if (stop == open + 1)
            continue;
        *start = open > scan->at && open[-1] == '~' ? open - 1 : open;
        *inner = open + 1;
        *close = stop;
        scan->at = stop + 1;
        return 1;
    }
    return 0;
}

/* The operator: the text up to the next `(` or `~(`, when there is one. The expression is "anything but `(`, as little as possible". */
static const char *operator_end(const scan_t *scan) {
    const char *open = memchr(scan->at, '(', (size_t)(scan->end - scan->at));

    if (!open)
        return NULL;
    return open > scan->at && open[-1] == '~' ? open - 1 : open;
}

static void complain(apr_pool_t *pool, site_error_t **errors, const char *field, const char *code,
                     const char *message) {
    site_error_append(errors, site_error_make(pool, 400, code, field, "%s", message));
}

/* What joins `group` with the one that follows it: known only once there is one. */
static void join(apr_pool_t *pool, site_group_t *group, const char *operator, const char * field,
                 site_error_t **errors) {
    apr_size_t length;
    const char *bare = site_value_strip(pool, operator, strlen(operator), &length);

    if (strcmp(bare, "&") == 0 || strcmp(bare, "|") == 0)
        group->joined = *bare;
    else
        complain(pool, errors, field, "invalid_operator",
                 apr_psprintf(pool, "Invalid querystring operator. Matched: '%s'.", operator));
}

apr_array_header_t *site_complex_parse(apr_pool_t *pool, const char *field, const char *text, apr_size_t length,
                                       site_error_t **errors) {
    apr_array_header_t *groups = apr_array_make(pool, 4, sizeof(site_group_t));
    apr_size_t decoded_length;
    const char *decoded = site_params_unquote(pool, text, length, &decoded_length);
    const char *start, *inner, *close, *stop, *operator= "";
    site_group_t *group = NULL;
    scan_t scan;

    *errors = NULL;
    scan.at = decoded;
    scan.end = decoded + decoded_length;
    while (next_group(&scan, &start, &inner, &close)) {
        if (group)
            join(pool, group, operator, field, errors);
        group = apr_array_push(groups);
        memset(group, 0, sizeof *group);
        group->negated = *start == '~';
        group->query = site_params_unquote(pool, inner, (apr_size_t)(close - inner), &group->query_length);
        stop = operator_end(&scan);
        operator= stop ? site_value_shown(pool, scan.at, (apr_size_t)(stop - scan.at)) : "";
        if (stop)
            scan.at = stop;
    }
    if (!group) {
        complain(pool, errors, field, "unparsable",
                 apr_psprintf(pool, "Unable to parse querystring. Decoded: '%s'.",
                              site_value_shown(pool, decoded, decoded_length)));
    }
    else if (scan.at < scan.end) {
        complain(pool, errors, field, "trailing_characters",
                 apr_psprintf(pool, "Ending querystring must not have trailing characters. Matched: '%s'.",
                              site_value_shown(pool, scan.at, (apr_size_t)(scan.end - scan.at))));
    }
    return groups;
}
