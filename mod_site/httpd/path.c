#include "httpd/path.h"

#include "core/params.h"
#include "httpd/origin.h"

#include <apr_strings.h>
#include <http_protocol.h>
#include <string.h>

/* A part of a path, read from its end. */
typedef struct part_t {
    const char *begin;
    apr_size_t length;
} part_t;

/* Takes the last segment off [path, *end). Returns 0 when there is none. */
static int take_last(const char *path, const char **end, part_t *part) {
    const char *stop = *end, *begin;

    while (stop > path && stop[-1] == '/')
        stop--;
    for (begin = stop; begin > path && begin[-1] != '/'; begin--)
        ;
    part->begin = begin;
    part->length = (apr_size_t)(stop - begin);
    *end = begin;
    return part->length > 0;
}

/* Whether the segment that was sent is the one that httpd has. An encoded slash it leaves encoded. */
static int is_same(apr_pool_t *pool, const part_t *sent, const part_t *ours) {
    apr_size_t sent_length, length;
    const char *one = site_params_unquote(pool, sent->begin, sent->length, &sent_length);
    const char *other;

    if (sent_length == ours->length && memcmp(one, ours->begin, sent_length) == 0)
        return 1;
    other = site_params_unquote(pool, ours->begin, ours->length, &length);
    return sent_length == length && memcmp(one, other, length) == 0;
}

/* The path of the request line, without a host and a query. */
static part_t sent_path(const request_rec *r) {
    const char *asked = r->unparsed_uri ? r->unparsed_uri : "", *scheme = ap_strstr_c(asked, "://");
    part_t path;

    path.length = strcspn(asked, "?#");
    path.begin = asked;
    if (scheme && scheme < asked + path.length && *asked != '/') {
        path.length -= (apr_size_t)(scheme + 3 - asked);
        path.begin = scheme + 3;
    }
    return path;
}

const char *site_path_encoded(request_rec *r) {
    const char *path = r->uri, *end = path + strlen(path), *result = end > path && end[-1] == '/' ? "/" : "";
    part_t asked = sent_path(r), ours, sent;
    const char *asked_end = asked.begin + asked.length;
    int follows = !r->prev && asked.length;

    while (take_last(path, &end, &ours)) {
        const char *segment;

        follows = follows && take_last(asked.begin, &asked_end, &sent) && is_same(r->pool, &sent, &ours);
        segment = follows ? apr_pstrmemdup(r->pool, sent.begin, sent.length)
                          : ap_escape_path_segment(r->pool, apr_pstrmemdup(r->pool, ours.begin, ours.length));
        result = apr_pstrcat(r->pool, "/", segment, result, NULL);
    }
    return *result ? result : "/";
}

int site_path_add_slash(request_rec *r) {
    apr_table_setn(r->headers_out, "Location",
                   apr_pstrcat(r->pool, site_origin_prefix(r), site_path_encoded(r), "/", r->args ? "?" : "",
                               r->args ? r->args : "", NULL));
    r->status = HTTP_MOVED_PERMANENTLY;
    ap_set_content_type(r, "text/html; charset=utf-8");
    return OK;
}
