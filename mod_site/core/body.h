/* body: the body of a request -> a tree of values, whatever form it came in: JSON, a form, or multipart.
 *
 * JSON is read as Python's json module reads it, with its messages and positions: clients of the Django site see them. json-c would
 * lose what they are about: where a mistake is, the digits of large numbers, the spelling that a json column is given.
 *
 * A form's values are strings (or files); a name may have several. What a missing or empty one means depends on the field: core/assign.
 */
#ifndef SITE_CORE_BODY_H
#define SITE_CORE_BODY_H

#include "core/error.h"

#include <apr_hash.h>
#include <apr_tables.h>

enum {
    SITE_BODY_DEPTH = 32,     /* of nested lists and objects */
    SITE_BODY_NODES = 100000, /* values in one body */
    SITE_BODY_FIELDS = 1000   /* of a form: Django's DATA_UPLOAD_MAX_NUMBER_FIELDS */
};

typedef enum site_node_kind_t {
    SITE_NODE_NULL,
    SITE_NODE_BOOLEAN,
    SITE_NODE_INTEGER,
    SITE_NODE_FLOAT,
    SITE_NODE_STRING,
    SITE_NODE_LIST,
    SITE_NODE_OBJECT,
    SITE_NODE_FILE
} site_node_kind_t;

typedef struct site_node_t site_node_t;

struct site_node_t {
    site_node_kind_t kind;
    const char
        *text; /* BOOLEAN: "true" or "false"; INTEGER, FLOAT: as spelled; STRING: its characters; FILE: its bytes.
                                  NUL-terminated, with `length` bytes before that, which may be NUL, too */
    apr_size_t length;
    int surrogate;   /* STRING: the first lone surrogate, which stands in `text` as three bytes; 0: none */
    int nul;         /* of JSON: U+0000 is somewhere in it, or (surrogates) something else that no json column takes */
    const char *raw; /* of JSON: the value's own text in the body; NULL in forms */
    apr_size_t raw_length;
    apr_array_header_t *items; /* LIST: site_node_t *; OBJECT: site_member_t */
};

typedef struct site_member_t {
    const char *name; /* NUL-terminated */
    apr_size_t name_length;
    site_node_t *value;
} site_member_t;

typedef struct site_body_t {
    int form;            /* from a form: omitted and empty fields mean more than in JSON */
    site_node_t *root;   /* of a form: an OBJECT that may repeat names */
    apr_hash_t *by_name; /* of an OBJECT: site_node_t *, the last of each name; else NULL */
} site_body_t;

/* No body at all: an empty object or an empty form. */
site_body_t *site_body_empty(apr_pool_t *pool, int form);

/* Reads a body of `length` bytes, which must stay where they are. On success *body is set; else a 400 in DRF's words. */
site_error_t *site_body_read_json(apr_pool_t *pool, const char *text, apr_size_t length, site_body_t **body);
site_error_t *site_body_read_form(apr_pool_t *pool, const char *text, apr_size_t length, site_body_t **body);

/* `type`: the Content-Type, which names the boundary. */
site_error_t *site_body_read_multipart(apr_pool_t *pool, const char *text, apr_size_t length, const char *type,
                                       site_body_t **body);

/* Makes room in a form of this Content-Type that arrives in pieces: drops the contents of its files from text[0..*length), in place. The
 * end is kept where it may be the beginning of a delimiter, so more of the body can be appended. Drops nothing of other bodies. */
void site_body_drop_files(apr_pool_t *pool, char *text, apr_size_t *length, const char *type);

/* The length up to which a form that was cut off consists of whole fields. */
apr_size_t site_body_whole(apr_pool_t *pool, const char *text, apr_size_t length, const char *type);

/* The same body with `root`, an item of a list, as its root. */
site_body_t *site_body_of(apr_pool_t *pool, site_node_t *root);

/* A name that some object of the tree has twice, of which Python keeps the last; NULL: there is none. */
const char *site_node_repeats(apr_pool_t *pool, const site_node_t *node);

/* The (last) value of a name; NULL: the body has none. */
site_node_t *site_body_value(const site_body_t *body, const char *name);

/* Every value of a name in a form, in order; if there is none, those of name[0], name[1] ... (in the order of the numbers) where
 * `indexed`. site_node_t *, never NULL. */
apr_array_header_t *site_body_values(apr_pool_t *pool, const site_body_t *body, const char *name, int indexed);

/* What Python calls the value's type: "str", "NoneType", "dict". */
const char *site_node_type(const site_node_t *node);

/* The value as Python's str() shows it, for messages; U+0000 in a string is SITE_NUL_IN_TEXT, so that no comparison takes it for the
 * end. */
const char *site_node_python(apr_pool_t *pool, const site_node_t *node);

/* A float's shortest text that reads as the same float, as Python's repr() writes it. */
const char *site_float_python(apr_pool_t *pool, double value);

/* Makes nodes; for the readers. */
site_node_t *site_node_make(apr_pool_t *pool, site_node_kind_t kind, const char *text, apr_size_t length);
void site_body_index(apr_pool_t *pool, site_body_t *body);

#endif
