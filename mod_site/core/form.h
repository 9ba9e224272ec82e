/* form: a row as fields that a person fills in, and what he sent back -> a body.
 *
 * The fields are those of core/field, each with the control that suits it. What HTML's forms cannot say is said by names of their own,
 * which begin with an underscore: that a box or a selection was there though nothing of it was sent (`_sent`), that an empty field
 * is NULL rather than "" (`_null`), that a file shall go (`_clear`).
 */
#ifndef SITE_CORE_FORM_H
#define SITE_CORE_FORM_H

#include "core/body.h"
#include "core/field.h"
#include "core/sql.h"
#include "core/writer_json.h"

enum {
    SITE_FORM_OPTIONS = 1000,  /* rows that a selection offers; where there are more, their keys are written */
    SITE_FORM_SELECTIONS = 12, /* fields whose related rows are asked for; the others take keys */
    SITE_FORM_TEXT = 200       /* characters; a longer text gets several lines */
};

/* The names under which a form says more than its fields. */
#define SITE_FORM_SENT "_sent"
#define SITE_FORM_NULL "_null"
#define SITE_FORM_CLEAR "_clear"

typedef enum site_control_t {
    SITE_CONTROL_LINE,
    SITE_CONTROL_TEXT, /* several lines */
    SITE_CONTROL_BOX,
    SITE_CONTROL_SELECT,
    SITE_CONTROL_SEVERAL, /* a selection of any number */
    SITE_CONTROL_FILE
} site_control_t;

typedef struct site_form_option_t {
    const char *value;
    const char *label;
} site_form_option_t;

typedef struct site_form_field_t {
    site_field_t field;
    int cell; /* its place in a row */
    site_control_t control;
    apr_array_header_t *options; /* site_form_option_t, of selections; else NULL */
    apr_array_header_t *values;  /* const char *: what is chosen, or the one text; empty: nothing */
    int null;                    /* there is no value, as against an empty one */
    const char *complaint;       /* what is wrong with it, or NULL */
} site_form_field_t;

typedef struct site_form_t {
    apr_pool_t *pool;
    const site_resource_t *resource;
    const site_urls_t *urls;
    int creating;
    apr_array_header_t *fields; /* site_form_field_t */
    int asked[SITE_FORM_SELECTIONS];
} site_form_t;

/* The form of a new row, or of one that is changed: every attribute that may be written. */
site_form_t *site_form_make(apr_pool_t *pool, const site_resource_t *resource, const site_urls_t *urls, int creating);

/* form_options: the statements that ask for the rows which fields can refer to, at most SITE_FORM_SELECTIONS; returns how many. Then one
 * row of the answer to statement `i` (its two cells, whose texts must live as long), and, once all have been taken, the end: fields without
 * options take keys. */
int site_form_ask(site_form_t *form, site_sql_t *sql);
void site_form_take_option(site_form_t *form, int i, const site_cell_t *cells);
void site_form_taken(site_form_t *form);

/* Fills the fields: from a row, as core/sql selects it; from what was sent. */
void site_form_show_row(site_form_t *form, const site_cell_t *cells);
void site_form_show_sent(site_form_t *form, const site_body_t *sent);

/* The form's body as JSON for people: of a row, or (NULL) of an empty one. */
void site_form_json(site_sink_t *sink, const site_form_t *form, const site_cell_t *cells);

/* Puts each error to its field. Returns those that are of no field: a chain. */
site_error_t *site_form_complain(site_form_t *form, const site_error_t *errors);

/* form_body: what was sent as the body that it means. Returns NULL, or a field's error. And whether one of the names above lists a field. */
site_error_t *site_form_body(const site_form_t *form, const site_body_t *sent, site_body_t **body);
int site_form_lists(apr_pool_t *pool, const site_body_t *sent, const char *list, const char *name);

#endif
