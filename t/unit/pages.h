/* The module's own templates, for tests of pages. */
#ifndef TEST_PAGES_H
#define TEST_PAGES_H

#include "core/template_source.h"

/* Expands a page's template; runs of white space become one space. */
const char *pages_expand(apr_pool_t *pool, const char *file, site_view_t *view);

/* A library of the module's own templates and static files; every fingerprint is 0123456789. */
const site_template_library_t *pages_library(apr_pool_t *pool);

#endif
