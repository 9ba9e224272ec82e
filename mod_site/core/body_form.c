/* The form sides of core/body: application/x-www-form-urlencoded and multipart/form-data. */
#include "core/body.h"
#include "core/params.h"
#include "core/unicode.h"

#include <apr_base64.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

static void add(site_body_t *body, const char *name, apr_size_t name_length, site_node_t *value) {
    site_member_t *member = apr_array_push(body->root->items);

    member->name = name;
    member->name_length = name_length;
    member->value = value;
}

static site_error_t *too_many(apr_pool_t *pool) {
    return site_error_make(pool, 400, "too_many_fields", NULL, "The body has more than %d fields.", SITE_BODY_FIELDS);
}

site_error_t *site_body_read_form(apr_pool_t *pool, const char *text, apr_size_t length, site_body_t **body) {
    site_error_t *error = NULL;
    const site_params_t *params = site_params_parse(pool, text, length, &error);
    int i;

    if (error)
        return too_many(pool);
    *body = site_body_empty(pool, 1);
    for (i = 0; i < params->list->nelts; i++) {
        const site_param_t *param = &APR_ARRAY_IDX(params->list, i, site_param_t);

        add(*body, param->name, param->name_length,
            site_node_make(pool, SITE_NODE_STRING, param->value, param->value_length));
    }
    site_body_index(pool, *body);
    return NULL;
}

/* --- multipart --- */

typedef struct range_t {
    const char *at, *end;
} range_t;

typedef struct part_t {
    const char *name;      /* NULL: none, the part is skipped */
    const char *file_name; /* NULL: a plain field */
    int base64;
} part_t;

static const char *find(range_t in, const char *what, apr_size_t length) {
    const char *at = in.at;

    while (at < in.end && (apr_size_t)(in.end - at) >= length) {
        at = memchr(at, *what, (apr_size_t)(in.end - at) - length + 1);
        if (!at)
            return NULL;
        if (memcmp(at, what, length) == 0)
            return at;
        at++;
    }
    return NULL;
}

/* The next line that begins with the delimiter; `before` is what stands in front of it, without its line break. */
static const char *find_delimiter(range_t in, const char *start, const char *delimiter, apr_size_t length,
                                  range_t *before) {
    range_t rest = in;
    const char *found;

    while ((found = find(rest, delimiter, length)) != NULL) {
        if (found == start || found[-1] == '\n') {
            before->at = in.at;
            before->end = found;
            if (before->end > before->at && before->end[-1] == '\n')
                before->end--;
            if (before->end > before->at && before->end[-1] == '\r')
                before->end--;
            return found + length;
        }
        rest.at = found + 1;
    }
    return NULL;
}

/* The value of a header's parameter: `; name="..."` or `; name=...`. NULL: there is none. */
static const char *parameter(apr_pool_t *pool, range_t header, const char *wanted) {
    apr_size_t length = strlen(wanted);
    const char *at = header.at;

    while ((at = memchr(at, ';', (apr_size_t)(header.end - at))) != NULL) {
        char *value, *to;
        int matches;

        for (at++; at < header.end && (*at == ' ' || *at == '\t'); at++)
            ;
        matches = (apr_size_t)(header.end - at) > length && strncasecmp(at, wanted, length) == 0 && at[length] == '=';
        while (at < header.end && *at != '=' && *at != ';')
            at++;
        if (at == header.end || *at == ';')
            continue;
        at++;
        value = to = apr_palloc(pool, (apr_size_t)(header.end - at) + 1);
        if (at < header.end && *at == '"') {
            for (at++; at < header.end && *at != '"'; at++) {
                if (*at == '\\' && at + 1 < header.end)
                    at++;
                *to++ = *at;
            }
            if (at < header.end)
                at++;
        }
        else {
            while (at < header.end && *at != ';' && *at != ' ' && *at != '\t')
                *to++ = *at++;
        }
        *to = '\0';
        if (matches)
            return value;
    }
    return NULL;
}

static int named(range_t line, const char *name) {
    apr_size_t length = strlen(name);

    return (apr_size_t)(line.end - line.at) > length && strncasecmp(line.at, name, length) == 0 &&
           line.at[length] == ':';
}

/* The part's headers, up to an empty line. Returns where its content begins; NULL: it has none. */
static const char *read_headers(apr_pool_t *pool, range_t rest, part_t *part) {
    memset(part, 0, sizeof *part);
    while (rest.at < rest.end) {
        const char *end = memchr(rest.at, '\n', (apr_size_t)(rest.end - rest.at));
        range_t line;

        if (!end)
            return NULL;
        line.at = rest.at;
        line.end = end > rest.at && end[-1] == '\r' ? end - 1 : end;
        rest.at = end + 1;
        if (line.at == line.end)
            return rest.at;
        if (named(line, "content-disposition")) {
            part->name = parameter(pool, line, "name");
            part->file_name = parameter(pool, line, "filename");
            if (part->file_name && !*part->file_name)
                part->name = part->file_name = NULL; /* a file input that was left empty */
        }
        else if (named(line, "content-transfer-encoding")) {
            const char *at = line.at + sizeof "content-transfer-encoding";

            while (at < line.end && (*at == ' ' || *at == '\t'))
                at++;
            part->base64 = line.end - at >= 6 && strncasecmp(at, "base64", 6) == 0;
        }
    }
    return NULL;
}

/* Text that is not UTF-8 is repaired, as Django does it. */
static site_node_t *text_node(apr_pool_t *pool, range_t content) {
    char *text = apr_palloc(pool, (apr_size_t)(content.end - content.at) * 3 + 1), *to = text;
    const char *at = content.at;
    unsigned code;

    while (at < content.end) {
        int bytes = site_unicode_decode(at, content.end, &code);

        if (bytes) {
            memcpy(to, at, (apr_size_t)bytes);
            to += bytes;
        }
        else {
            memcpy(to, "\xef\xbf\xbd", 3);
            to += 3;
        }
        at += bytes ? bytes : 1;
    }
    *to = '\0';
    return site_node_make(pool, SITE_NODE_STRING, text, (apr_size_t)(to - text));
}

/* Content-Transfer-Encoding: base64; line breaks in it say nothing. */
static range_t decoded(apr_pool_t *pool, range_t content) {
    char *packed = apr_palloc(pool, (apr_size_t)(content.end - content.at) + 1), *to = packed, *plain;
    range_t result;
    const char *at;

    for (at = content.at; at < content.end; at++) {
        if (apr_isalnum(*at) || *at == '+' || *at == '/')
            *to++ = *at;
    }
    *to = '\0';
    plain = apr_palloc(pool, (apr_size_t)apr_base64_decode_len(packed) + 1);
    result.at = plain;
    result.end = plain + apr_base64_decode(plain, packed);
    return result;
}

static void add_part(apr_pool_t *pool, site_body_t *body, range_t whole) {
    part_t part;
    range_t content = whole;

    content.at = read_headers(pool, whole, &part);
    if (!content.at || !part.name || !*part.name)
        return;
    if (part.base64)
        content = decoded(pool, content);
    if (part.file_name) {
        apr_size_t length = (apr_size_t)(content.end - content.at);

        add(body, part.name, strlen(part.name),
            site_node_make(pool, SITE_NODE_FILE, apr_pstrmemdup(pool, content.at, length), length));
        return;
    }
    add(body, part.name, strlen(part.name), text_node(pool, content));
}

/* RFC 2046's characters, at most 200 of them as Django has it. */
static int boundary_valid(const char *boundary) {
    apr_size_t length = strlen(boundary), i;

    for (i = 0; i < length; i++) {
        if (boundary[i] < ' ' || boundary[i] > '~')
            return 0;
    }
    return length > 0 && length <= 200 && boundary[length - 1] != ' ';
}

site_error_t *site_body_read_multipart(apr_pool_t *pool, const char *text, apr_size_t length, const char *boundary,
                                       site_body_t **body) {
    const char *delimiter;
    apr_size_t delimiter_length;
    range_t rest, part;

    if (!boundary || !boundary_valid(boundary))
        return site_error_make(pool, 400, "parse_error", NULL,
                               "Multipart form parse error - Invalid boundary in multipart: %s",
                               boundary ? boundary : "None");
    *body = site_body_empty(pool, 1);
    delimiter = apr_pstrcat(pool, "--", boundary, NULL);
    delimiter_length = strlen(delimiter);
    rest.at = text;
    rest.end = text + length;
    rest.at = find_delimiter(rest, text, delimiter, delimiter_length, &part);
    while (rest.at && !(rest.end - rest.at >= 2 && rest.at[0] == '-' && rest.at[1] == '-')) {
        const char *line = memchr(rest.at, '\n', (apr_size_t)(rest.end - rest.at));

        if (!line)
            break;
        rest.at = line + 1;
        rest.at = find_delimiter(rest, text, delimiter, delimiter_length, &part);
        if (!rest.at) { /* cut short: what is there counts, as in Django */
            part.at = line + 1;
            part.end = rest.end;
        }
        add_part(pool, *body, part);
        if ((*body)->root->items->nelts > SITE_BODY_FIELDS)
            return too_many(pool);
    }
    site_body_index(pool, *body);
    return NULL;
}
