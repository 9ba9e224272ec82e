/* The JSON side of core/body: Python's json.loads(), its messages included. */
#include "core/body.h"
#include "core/unicode.h"

#include <apr_strings.h>
#include <string.h>

typedef struct reader_t {
    apr_pool_t *pool;
    const char *text, *at, *end;
    const char *complaint; /* NULL: none so far */
    const char *where;     /* NULL: the complaint names no place */
    int depth, nodes;
} reader_t;

static site_node_t *complain(reader_t *reader, const char *complaint, const char *where) {
    if (!reader->complaint) {
        reader->complaint = complaint;
        reader->where = where;
    }
    return NULL;
}

static void skip_space(reader_t *reader) {
    while (reader->at < reader->end &&
           (*reader->at == ' ' || *reader->at == '\t' || *reader->at == '\n' || *reader->at == '\r'))
        reader->at++;
}

/* --- strings --- */

/* A lone surrogate takes three bytes, as if it were a character: whoever needs one can see it. */
static char *put_code(char *to, unsigned code) {
    if (code >= 0xd800 && code <= 0xdfff) {
        *to++ = (char)(0xe0 | code >> 12);
        *to++ = (char)(0x80 | (code >> 6 & 0x3f));
        *to++ = (char)(0x80 | (code & 0x3f));
        return to;
    }
    return to + site_unicode_encode(code, to);
}

/* `at` stands on the u of a \u escape; leaves reader->at behind it. Returns the character, or -1. */
static long take_unicode(reader_t *reader) {
    const char *at = reader->at + 1;
    long code, low;

    if (reader->end - at < 5 || (code = site_unicode_hex4(at, reader->end)) < 0) { /* a quote must follow, at least */
        complain(reader, "Invalid \\uXXXX escape", reader->at);
        return -1;
    }
    at += 4;
    reader->at = at;
    if (code < 0xd800 || code > 0xdbff || reader->end - at < 7 || at[0] != '\\' || at[1] != 'u')
        return code;
    low = site_unicode_hex4(at + 2, reader->end);
    if (low < 0xdc00 || low > 0xdfff)
        return code;
    reader->at = at + 6;
    return 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
}

/* Behind a backslash; *to is moved on. Returns 0 on a mistake. */
static int take_escape(reader_t *reader, const char *begin, char **to, site_node_t *node) {
    static const char names[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    const char *found;
    long code;

    if (reader->at == reader->end)
        return complain(reader, "Unterminated string starting at", begin) != NULL;
    if (*reader->at != 'u') {
        found = *reader->at ? strchr(names, *reader->at) : NULL;
        if (!found)
            return complain(reader, "Invalid \\escape", reader->at - 1) != NULL;
        *(*to)++ = meanings[found - names];
        reader->at++;
        return 1;
    }
    code = take_unicode(reader);
    if (code < 0)
        return 0;
    if (code >= 0xd800 && code <= 0xdfff && !node->surrogate)
        node->surrogate = (int)code;
    if (code == 0 || node->surrogate)
        node->nul = 1;
    *to = put_code(*to, (unsigned)code);
    return 1;
}

/* `at` stands on the opening quote. */
static site_node_t *take_string(reader_t *reader) {
    const char *begin = reader->at++, *quote = begin + 1;
    site_node_t *node;
    char *text, *to;

    /* Unescaped text is never longer than its source. */
    while (quote < reader->end && *quote != '"')
        quote += *quote == '\\' ? 2 : 1;
    if (quote >= reader->end)
        quote = reader->end;
    text = to = apr_palloc(reader->pool, (apr_size_t)(quote - begin) + 1);
    node = site_node_make(reader->pool, SITE_NODE_STRING, text, 0);
    while (reader->at < reader->end && *reader->at != '"') {
        unsigned char c = (unsigned char)*reader->at;

        if (c < 0x20)
            return complain(reader, "Invalid control character at", reader->at);
        reader->at++;
        if (c != '\\')
            *to++ = (char)c;
        else if (!take_escape(reader, begin, &to, node))
            return NULL;
    }
    if (reader->at >= reader->end)
        return complain(reader, "Unterminated string starting at", begin);
    reader->at++;
    *to = '\0';
    node->length = (apr_size_t)(to - text);
    return node;
}

/* --- other values --- */

static int take_word(reader_t *reader, const char *word) {
    apr_size_t length = strlen(word);

    if ((apr_size_t)(reader->end - reader->at) < length || memcmp(reader->at, word, length) != 0)
        return 0;
    reader->at += length;
    return 1;
}

static const char *digits_from(const reader_t *reader, const char *at) {
    while (at < reader->end && *at >= '0' && *at <= '9')
        at++;
    return at;
}

/* -?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)? */
static site_node_t *take_number(reader_t *reader) {
    enum { LONGEST_INTEGER = 4300 }; /* of Python's int() */
    const char *begin = reader->at, *digits = begin + (*begin == '-'), *at = digits, *more;
    site_node_kind_t kind = SITE_NODE_INTEGER;

    if (at == reader->end || *at < '0' || *at > '9')
        return complain(reader, "Expecting value", begin);
    at = *at == '0' ? at + 1 : digits_from(reader, at);
    if (at < reader->end && *at == '.' && (more = digits_from(reader, at + 1)) > at + 1) {
        at = more;
        kind = SITE_NODE_FLOAT;
    }
    if (at < reader->end && (*at == 'e' || *at == 'E')) {
        const char *sign = at + 1 < reader->end && (at[1] == '+' || at[1] == '-') ? at + 2 : at + 1;

        if ((more = digits_from(reader, sign)) > sign) {
            at = more;
            kind = SITE_NODE_FLOAT;
        }
    }
    if (kind == SITE_NODE_INTEGER && at - digits > LONGEST_INTEGER)
        return complain(reader,
                        apr_psprintf(reader->pool,
                                     "Exceeds the limit (4300 digits) for integer string conversion: value has %ld "
                                     "digits; use sys.set_int_max_str_digits() to increase the limit",
                                     (long)(at - digits)),
                        NULL);
    reader->at = at;
    return site_node_make(reader->pool, kind, apr_pstrmemdup(reader->pool, begin, (apr_size_t)(at - begin)),
                          (apr_size_t)(at - begin));
}

static site_node_t *take_constant(reader_t *reader) {
    if (take_word(reader, "null"))
        return site_node_make(reader->pool, SITE_NODE_NULL, NULL, 0);
    if (take_word(reader, "true"))
        return site_node_make(reader->pool, SITE_NODE_BOOLEAN, "true", 4);
    if (take_word(reader, "false"))
        return site_node_make(reader->pool, SITE_NODE_BOOLEAN, "false", 5);
    if (take_word(reader, "NaN"))
        return complain(reader, "Out of range float values are not JSON compliant: 'NaN'", NULL);
    if (take_word(reader, "Infinity"))
        return complain(reader, "Out of range float values are not JSON compliant: 'Infinity'", NULL);
    if (take_word(reader, "-Infinity"))
        return complain(reader, "Out of range float values are not JSON compliant: '-Infinity'", NULL);
    return take_number(reader);
}

/* --- lists and objects --- */

static site_node_t *take_value(reader_t *reader);

static site_node_t *take_list(reader_t *reader) {
    site_node_t *list = site_node_make(reader->pool, SITE_NODE_LIST, NULL, 0), *item;

    reader->at++;
    skip_space(reader);
    if (reader->at < reader->end && *reader->at == ']') {
        reader->at++;
        return list;
    }
    for (;;) {
        item = take_value(reader);
        if (!item)
            return NULL;
        APR_ARRAY_PUSH(list->items, site_node_t *) = item;
        list->nul |= item->nul;
        skip_space(reader);
        if (reader->at < reader->end && *reader->at == ']') {
            reader->at++;
            return list;
        }
        if (reader->at == reader->end || *reader->at != ',')
            return complain(reader, "Expecting ',' delimiter", reader->at);
        reader->at++;
        skip_space(reader);
    }
}

static int take_member(reader_t *reader, site_node_t *object) {
    site_member_t *member;
    site_node_t *name, *value;

    if (reader->at == reader->end || *reader->at != '"')
        return complain(reader, "Expecting property name enclosed in double quotes", reader->at) != NULL;
    name = take_string(reader);
    if (!name)
        return 0;
    skip_space(reader);
    if (reader->at == reader->end || *reader->at != ':')
        return complain(reader, "Expecting ':' delimiter", reader->at) != NULL;
    reader->at++;
    skip_space(reader);
    value = take_value(reader);
    if (!value)
        return 0;
    member = apr_array_push(object->items);
    member->name = name->text;
    member->name_length = name->length;
    member->value = value;
    object->nul |= value->nul | name->nul;
    return 1;
}

static site_node_t *take_object(reader_t *reader) {
    site_node_t *object = site_node_make(reader->pool, SITE_NODE_OBJECT, NULL, 0);

    reader->at++;
    skip_space(reader);
    if (reader->at < reader->end && *reader->at == '}') {
        reader->at++;
        return object;
    }
    for (;;) {
        if (!take_member(reader, object))
            return NULL;
        skip_space(reader);
        if (reader->at < reader->end && *reader->at == '}') {
            reader->at++;
            return object;
        }
        if (reader->at == reader->end || *reader->at != ',')
            return complain(reader, "Expecting ',' delimiter", reader->at);
        reader->at++;
        skip_space(reader);
    }
}

static site_node_t *take_value(reader_t *reader) {
    const char *begin = reader->at;
    site_node_t *node;

    if (begin == reader->end)
        return complain(reader, "Expecting value", begin);
    if (++reader->nodes > SITE_BODY_NODES)
        return complain(reader, "Too many values", NULL);
    if (*begin == '[' || *begin == '{') {
        if (reader->depth == SITE_BODY_DEPTH)
            return complain(reader, "Nested too deeply", NULL);
        reader->depth++;
        node = *begin == '[' ? take_list(reader) : take_object(reader);
        reader->depth--;
    }
    else {
        node = *begin == '"' ? take_string(reader) : take_constant(reader);
    }
    if (node) {
        node->raw = begin;
        node->raw_length = (apr_size_t)(reader->at - begin);
    }
    return node;
}

/* --- the whole --- */

static site_error_t *parse_error(apr_pool_t *pool, const char *message) {
    return site_error_make(pool, 400, "parse_error", NULL, "JSON parse error - %s", message);
}

/* Lines and columns are counted in characters, from 1; the position in the whole text from 0. */
static site_error_t *place_error(const reader_t *reader) {
    const char *at;
    long line = 1, column = 1, position = 0;

    if (!reader->where)
        return parse_error(reader->pool, reader->complaint);
    for (at = reader->text; at < reader->where; at++) {
        if ((*at & 0xc0) == 0x80)
            continue;
        position++;
        column++;
        if (*at == '\n') {
            line++;
            column = 1;
        }
    }
    return parse_error(reader->pool, apr_psprintf(reader->pool, "%s: line %ld column %ld (char %ld)", reader->complaint,
                                                  line, column, position));
}

/* --- Python decodes before it parses --- */

/* How many bytes, beginning with `first`, UTF-8 takes for a character; 0: it begins none. */
static int length_of(unsigned char first) {
    if (first < 0xc2 || first > 0xf4)
        return first < 0x80;
    return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/* Whether `second` may follow `first`: some leave no room for overlong forms, surrogates or what is beyond Unicode. */
static int may_follow(unsigned char first, unsigned char second) {
    if ((second & 0xc0) != 0x80)
        return 0;
    switch (first) {
    case 0xe0:
        return second >= 0xa0;
    case 0xed:
        return second < 0xa0;
    case 0xf0:
        return second >= 0x90;
    case 0xf4:
        return second < 0x90;
    default:
        return 1;
    }
}

/* How many of the bytes from `at` on are a character, or the beginning of one. */
static int good_bytes(const char *at, const char *end, int wanted) {
    int good = 1;

    while (good < wanted && at + good < end &&
           (good == 1 ? may_follow((unsigned char)at[0], (unsigned char)at[1]) : (at[good] & 0xc0) == 0x80))
        good++;
    return good;
}

static site_error_t *encoding_error(apr_pool_t *pool, const char *text, const char *at, int wanted, int good) {
    apr_size_t where = (apr_size_t)(at - text);

    if (good > 1)
        return parse_error(pool, apr_psprintf(pool,
                                              "'utf-8' codec can't decode bytes in position %" APR_SIZE_T_FMT
                                              "-%" APR_SIZE_T_FMT ": invalid continuation byte",
                                              where, where + (apr_size_t)good - 1));
    return parse_error(pool, apr_psprintf(pool,
                                          "'utf-8' codec can't decode byte 0x%02x in position %" APR_SIZE_T_FMT
                                          ": invalid %s byte",
                                          (unsigned char)*at, where, wanted ? "continuation" : "start"));
}

/* Checks the text; a character that is cut off at its end is left out of *length, as Python's reader of streams waits for the rest. */
static site_error_t *check_encoding(apr_pool_t *pool, const char *text, apr_size_t *length) {
    const char *at = text, *end = text + *length;

    while (at < end) {
        int wanted = length_of((unsigned char)*at), good = wanted ? good_bytes(at, end, wanted) : 0;

        if (!wanted || (good < wanted && at + good < end))
            return encoding_error(pool, text, at, wanted, good);
        if (good < wanted)
            *length = (apr_size_t)(at - text);
        at += good;
    }
    if (*length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        return parse_error(pool, "Unexpected UTF-8 BOM (decode using utf-8-sig): line 1 column 1 (char 0)");
    return NULL;
}

site_error_t *site_body_read_json(apr_pool_t *pool, const char *text, apr_size_t length, site_body_t **body) {
    reader_t reader;
    site_node_t *root;
    site_error_t *error = check_encoding(pool, text, &length);

    if (error)
        return error;
    memset(&reader, 0, sizeof reader);
    reader.pool = pool;
    reader.text = reader.at = text;
    reader.end = text + length;
    skip_space(&reader);
    root = take_value(&reader);
    if (root) {
        skip_space(&reader);
        if (reader.at < reader.end)
            root = complain(&reader, "Extra data", reader.at);
    }
    if (!root)
        return place_error(&reader);
    *body = site_body_of(pool, root);
    return NULL;
}
