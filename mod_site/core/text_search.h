/* text_search: how full text is looked for: PostgreSQL's configuration, and how a client's words are read. */
#ifndef SITE_CORE_TEXT_SEARCH_H
#define SITE_CORE_TEXT_SEARCH_H

#include "core/catalog.h"

typedef enum site_text_syntax_t {
    SITE_TEXT_SYNTAX_PLAIN,    /* all words, anywhere */
    SITE_TEXT_SYNTAX_PHRASE,   /* the words one behind another */
    SITE_TEXT_SYNTAX_WEBSEARCH /* "phrases", or, -not */
} site_text_syntax_t;

typedef struct site_text_search_t {
    const char *config; /* as a constant of SQL, `'"pg_catalog"."english"'::regconfig`; NULL: the database's default */
    site_text_syntax_t syntax;
} site_text_search_t;

/* Finds the configuration that `name` ([schema.]name; pg_catalog first) means, and fills *search, in `pool`. Returns 0 if there is none. */
int site_text_search_find(apr_pool_t *pool, const site_catalog_t *catalog, const char *name,
                          site_text_search_t *search);

#endif
