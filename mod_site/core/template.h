/* template: a contract in C around the template library (template.cc, the one file in C++).
 *
 * A set is made once, when the server starts, and never changed afterwards: any number of threads may expand from it.
 * Values are escaped by where they stand (text, attribute, address); what a value cannot stand in has been refused when
 * the set was made (core/template_source).
 */
#ifndef SITE_CORE_TEMPLATE_H
#define SITE_CORE_TEMPLATE_H

#include "core/view.h"

typedef struct site_template_set_t site_template_set_t;

/* An empty set; it ends with `pool`. NULL: no memory. */
site_template_set_t *site_template_set_make(apr_pool_t *pool);

/* Adds a template, in the library's language (site_template_translate). Returns 0 when the library refuses it: what it
 * has to say it says on stderr. Not after site_template_set_close(). */
int site_template_set_add(site_template_set_t *set, const char *name, const char *text);

/* Nothing is added any more: from now on the set may be shared. */
void site_template_set_close(site_template_set_t *set);

/* Whether the set has this template. */
int site_template_set_has(const site_template_set_t *set, const char *name);

/* Expands a template with what `view` knows. Returns 0 when there is no such template or no memory is left. */
int site_template_expand(const site_template_set_t *set, const char *name, site_view_t *view, site_sink_t *sink);

#endif
