/* template_names: which names the template of each page can use. */
#ifndef SITE_CORE_TEMPLATE_NAMES_H
#define SITE_CORE_TEMPLATE_NAMES_H

#include "core/template_source.h"

/* A page of its own, as against what is only a part of pages ({{>head.html}}). */
typedef struct site_template_page_t {
    const char *file;                  /* "list.html"; NULL ends the table */
    const site_template_name_t *names; /* beside those of every page */
    int per_resource;                  /* "NAME/list.html" takes its place for the resource NAME */
} site_template_page_t;

/* The front page comes first. */
extern const site_template_page_t site_template_pages[];

/* What a row of a resource has. */
extern const site_template_name_t site_template_row[];

/* What the names of a page are, every page's own ones included: for site_template_translate(). In `pool`. */
const site_template_name_t *site_template_names(apr_pool_t *pool, const site_template_name_t *own);

#endif
