#include "core/text_search.h"

#include <apr_strings.h>
#include <string.h>

/* How well `config` fits `name`: with its schema 3, of pg_catalog 2, of any schema 1, not at all 0. */
static int fits(apr_pool_t *pool, const site_text_config_t *config, const char *name) {
    if (strcmp(apr_pstrcat(pool, config->schema, ".", config->name, NULL), name) == 0)
        return 3;
    if (strcmp(config->name, name) != 0)
        return 0;
    return strcmp(config->schema, "pg_catalog") == 0 ? 2 : 1;
}

/* The name as a constant: both identifiers are quoted, and the quotes of the text are doubled. */
static const char *constant(apr_pool_t *pool, const site_text_config_t *config) {
    const char *from =
        apr_pstrcat(pool, site_identifier(pool, config->schema), ".", site_identifier(pool, config->name), NULL);
    char *text = apr_palloc(pool, 2 * strlen(from) + 1), *to = text;

    for (; *from; from++) {
        if (*from == '\'')
            *to++ = '\'';
        *to++ = *from;
    }
    *to = '\0';
    return apr_pstrcat(pool, "'", text, "'::pg_catalog.regconfig", NULL);
}

int site_text_search_find(apr_pool_t *pool, const site_catalog_t *catalog, const char *name,
                          site_text_search_t *search) {
    const site_text_config_t *best = NULL;
    int best_fit = 0, i;

    for (i = 0; i < catalog->text_configs->nelts; i++) {
        const site_text_config_t *config = &APR_ARRAY_IDX(catalog->text_configs, i, site_text_config_t);
        int fit = fits(pool, config, name);

        if (fit > best_fit) {
            best = config;
            best_fit = fit;
        }
    }
    if (best)
        search->config = constant(pool, best);
    return best != NULL;
}
