/* template_source: a template as its author wrote it -> checked, in one piece, in the template library's own language.
 *
 *     {{name}}                  a value, escaped for the place where it stands
 *     {{name:url}}              the same, percent-encoded: a part of an address's query
 *     {{#name}} ... {{/name}}   once for each item of a list; or if the condition holds, if there is a value
 *     {{?name}} ... {{/name}}   once, if there is anything
 *     {{^name}} ... {{/name}}   if there is nothing
 *     {{>file.html}}            another template of the same folder
 *     {{@file.css}}             the address of a static file, with its fingerprint
 *     {{! ... }}                a comment
 *
 * Whatever would be wrong in every page is found here, and told with file and line: names that do not exist, sections
 * that are not closed or tear a tag apart, values where no escaping makes them safe.
 */
#ifndef SITE_CORE_TEMPLATE_SOURCE_H
#define SITE_CORE_TEMPLATE_SOURCE_H

#include "core/view.h"

/* A name that templates can use. A table of them ends with a NULL name; one called "*" stands for any further ones. */
typedef struct site_template_name_t {
    const char *name;
    site_view_kind_t kind;
    const struct site_template_name_t *inside; /* of a LIST: what its items have */
} site_template_name_t;

typedef struct site_template_file_t {
    const char *path; /* for messages */
    const char *text;
    apr_size_t length;
} site_template_file_t;

/* Where a template finds what it refers to. */
typedef struct site_template_library_t {
    /* The template of this name; NULL: there is none. */
    const site_template_file_t *(*file)(void *baton, const char *name);
    /* What follows {{assets}} in the address of a static file: "/site.0123456789.css"; NULL: there is none. In `pool`. */
    const char *(*asset)(void *baton, apr_pool_t *pool, const char *name);
    void *baton;
} site_template_library_t;

/* What the library is to show where `{{?name}}` and `{{^name}}` stand: the sections of these names. */
#define SITE_TEMPLATE_IF "__if"
#define SITE_TEMPLATE_UNLESS "__unless"
#define SITE_TEMPLATE_JSON "__json" /* the value, as it stands in a string of JSON */

/* Translates the template `name`. NULL: *complaint is "file:line: what is wrong". Everything in `pool`. */
const char *site_template_translate(apr_pool_t *pool, const site_template_library_t *library, const char *name,
                                    const site_template_name_t *names, const char **complaint);

#endif
