/* The form sides of core/body: application/x-www-form-urlencoded and multipart/form-data. */
#include "core/base64.h"
#include "core/body.h"
#include "core/header.h"
#include "core/latin1.h"
#include "core/params.h"
#include "core/unicode.h"

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

/* --- multipart: Django's MultiPartParser, over the whole body at once --- */

enum { HEADERS_MAX = 1024, BOUNDARY_MAX = 201 };

typedef struct range_t {
    const char *at, *end;
} range_t;

typedef struct part_t {
    const char *name; /* NULL: none, the part is skipped */
    int is_file;      /* a file name is given */
    int is_named;     /* and names something */
    int base64;
    range_t content;
} part_t;

static apr_size_t size_of(range_t range) {
    return (apr_size_t)(range.end - range.at);
}

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

/* What stands in front of the next delimiter, wherever that stands, without the line break before it; without a delimiter, all. What
 * stands in front of the first one is a part like any other. */
static range_t take_part(range_t *rest, const char *delimiter, apr_size_t length) {
    const char *found = find(*rest, delimiter, length);
    range_t part = *rest;

    if (!found) {
        rest->at = rest->end;
        return part;
    }
    part.end = found;
    rest->at = found + length;
    if (part.end > part.at && part.end[-1] == '\n')
        part.end--;
    if (part.end > part.at && part.end[-1] == '\r')
        part.end--;
    return part;
}

/* Behind the last slash of either kind; a name that is then none names nothing. */
static int names_a_file(const char *name) {
    const char *at, *base = name;

    for (at = name; *at; at++) {
        if (*at == '/' || *at == '\\')
            base = at + 1;
    }
    return *base && strcmp(base, ".") != 0 && strcmp(base, "..") != 0;
}

/* bytes.strip(), of a text that is ours. */
static const char *stripped(apr_pool_t *pool, const char *text) {
    apr_size_t length;

    text += strspn(text, " \t\n\r\f\v");
    for (length = strlen(text); length && apr_isspace(text[length - 1]); length--)
        ;
    return apr_pstrmemdup(pool, text, length);
}

static void read_header(apr_pool_t *pool, range_t line, part_t *part) {
    static const char disposition[] = "content-disposition:", encoding[] = "content-transfer-encoding:";
    const char *header = site_header_value(pool, line.at, size_of(line)), *name, *file_name;

    if (strncmp(header, disposition, sizeof disposition - 1) == 0) {
        name = site_header_parameter(pool, line.at, size_of(line), "name");
        file_name = site_header_parameter(pool, line.at, size_of(line), "filename");
        part->name = name ? stripped(pool, name) : NULL;
        part->is_file = file_name && *file_name;
        part->is_named = part->is_file && names_a_file(file_name);
    }
    else if (strncmp(header, encoding, sizeof encoding - 1) == 0) {
        part->base64 = strcmp(stripped(pool, header + sizeof encoding - 1), "base64") == 0;
    }
}

/* The part's headers, up to an empty line near its beginning. Returns 0 when there is none. */
static int read_headers(apr_pool_t *pool, range_t whole, part_t *part) {
    range_t head = whole;
    const char *end;

    memset(part, 0, sizeof *part);
    if (size_of(head) > HEADERS_MAX)
        head.end = head.at + HEADERS_MAX;
    end = find(head, "\r\n\r\n", 4);
    if (!end)
        return 0;
    part->content.at = end + 4;
    part->content.end = whole.end;
    head.end = end;
    while (head.at < head.end) {
        range_t line = {head.at, find(head, "\r\n", 2)};

        if (!line.end)
            line.end = head.end;
        head.at = line.end + (line.end < head.end ? 2 : 0);
        read_header(pool, line, part);
    }
    return part->name != NULL;
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

/* Content-Transfer-Encoding: base64. Returns 0 when it is none. */
static int decode(apr_pool_t *pool, range_t *content) {
    unsigned char *bytes = apr_palloc(pool, size_of(*content) + 1);
    long length = site_base64_decode(content->at, size_of(*content), bytes);

    if (length < 0)
        return 0;
    content->at = (const char *)bytes;
    content->end = content->at + length;
    return 1;
}

/* Files are decoded in groups of four characters, and none may be left over. */
static int is_in_fours(range_t content) {
    apr_size_t count = 0;

    for (; content.at < content.end; content.at++)
        count += !apr_isspace(*content.at);
    return count % 4 == 0;
}

static site_error_t *multipart_error(apr_pool_t *pool, const char *message) {
    return site_error_make(pool, 400, "parse_error", NULL, "Multipart form parse error - %s", message);
}

static site_error_t *add_part(apr_pool_t *pool, site_body_t *body, part_t *part, int latin1) {
    const char *bytes;
    apr_size_t length;

    if (!part->is_file) {
        if (part->base64)
            (void)decode(pool, &part->content); /* what cannot be decoded is taken as it is */
        if (latin1) {
            length = size_of(part->content);
            part->content.at = site_latin1_decode(pool, part->content.at, &length);
            part->content.end = part->content.at + length;
        }
        add(body, part->name, strlen(part->name), text_node(pool, part->content));
        return NULL;
    }
    if (!part->is_named)
        return NULL;
    if (part->base64 && (!is_in_fours(part->content) || !decode(pool, &part->content)))
        return multipart_error(pool, "Could not decode base64 data.");
    bytes = apr_pstrmemdup(pool, part->content.at, size_of(part->content));
    add(body, part->name, strlen(part->name), site_node_make(pool, SITE_NODE_FILE, bytes, size_of(part->content)));
    return NULL;
}

/* As RFC 2046 and cgi.valid_boundary() have it, but for their length. */
static int boundary_valid(const char *boundary) {
    apr_size_t length = strlen(boundary), i;

    for (i = 0; i < length; i++) {
        if (boundary[i] < ' ' || boundary[i] > '~')
            return 0;
    }
    return length > 0 && length <= BOUNDARY_MAX && boundary[length - 1] != ' ';
}

/* Takes the parts that are files, or those that are not. */
static site_error_t *read_parts(apr_pool_t *pool, range_t rest, const char *delimiter, int files, int latin1,
                                site_body_t *body) {
    apr_size_t length = strlen(delimiter);
    site_error_t *error = NULL;
    part_t part;

    while (!error && rest.at < rest.end) {
        if (read_headers(pool, take_part(&rest, delimiter, length), &part) && part.is_file == files)
            error = add_part(pool, body, &part, latin1);
        if (body->root->items->nelts > SITE_BODY_FIELDS)
            return too_many(pool);
    }
    return error;
}

static const char *boundary_of(apr_pool_t *pool, const char *type) {
    return site_header_parameter(pool, type, strlen(type), "boundary");
}

site_error_t *site_body_read_multipart(apr_pool_t *pool, const char *text, apr_size_t length, const char *type,
                                       site_body_t **body) {
    const char *boundary = boundary_of(pool, type), *delimiter;
    range_t whole = {text, text + length};
    site_error_t *error;
    int latin1;

    if (strncmp(type, "multipart/", 10) != 0)
        return multipart_error(pool, apr_pstrcat(pool, "Invalid Content-Type: ", type, NULL));
    if (!boundary || !boundary_valid(boundary))
        return multipart_error(
            pool, apr_pstrcat(pool, "Invalid boundary in multipart: ", boundary ? boundary : "None", NULL));
    *body = site_body_empty(pool, 1);
    delimiter = apr_pstrcat(pool, "--", boundary, NULL);
    latin1 = site_charset_is_latin1(site_header_parameter(pool, type, strlen(type), "charset"));
    error = read_parts(pool, whole, delimiter, 0, latin1, *body);
    if (!error)
        error = read_parts(pool, whole, delimiter, 1, latin1, *body); /* files stand behind fields of the same name */
    site_body_index(pool, *body);
    return error;
}

/* --- forms that are too large --- */

static const char *delimiter_of(apr_pool_t *pool, const char *type) {
    const char *boundary = boundary_of(pool, type);

    return strncmp(type, "multipart/", 10) == 0 && boundary && boundary_valid(boundary)
               ? apr_pstrcat(pool, "--", boundary, NULL)
               : NULL;
}

static char *move(char *to, const char *from, apr_size_t length) {
    memmove(to, from, length);
    return to + length;
}

/* Moves a part to `to`; of a file, its headers and its last `kept` bytes. Returns the end of what was moved. */
static char *move_part(apr_pool_t *pool, char *to, range_t whole, apr_size_t kept) {
    part_t part;

    (void)read_headers(pool, whole, &part);
    if (!part.is_file || size_of(part.content) <= kept)
        return move(to, whole.at, size_of(whole));
    to = move(to, whole.at, (apr_size_t)(part.content.at - whole.at));
    return move(to, whole.end - kept, kept);
}

void site_body_drop_files(apr_pool_t *pool, char *text, apr_size_t *length, const char *type) {
    range_t rest = {text, text + *length};
    apr_pool_t *headers; /* a large body is looked at many times */
    const char *delimiter;
    apr_size_t size;
    char *to = text;

    apr_pool_create(&headers, pool);
    delimiter = delimiter_of(headers, type);
    size = delimiter ? strlen(delimiter) : 0;
    while (delimiter && rest.at < rest.end) {
        const char *found = find(rest, delimiter, size);
        range_t part = {rest.at, found ? found : rest.end};

        /* A line break stands before each delimiter. */
        to = move_part(headers, to, part, found ? 2 : size + 2);
        rest.at = part.end;
        if (found) {
            to = move(to, found, size);
            rest.at = found + size;
        }
        *length = (apr_size_t)(to - text);
    }
    apr_pool_destroy(headers);
}

apr_size_t site_body_whole(apr_pool_t *pool, const char *text, apr_size_t length, const char *type) {
    const char *delimiter = delimiter_of(pool, type), *found;
    range_t rest = {text, text + length};
    apr_size_t whole = 0;

    if (!delimiter) {
        while (length && text[length - 1] != '&')
            length--;
        return length;
    }
    while ((found = find(rest, delimiter, strlen(delimiter))) != NULL) {
        rest.at = found + strlen(delimiter);
        whole = (apr_size_t)(rest.at - text);
    }
    return whole;
}
