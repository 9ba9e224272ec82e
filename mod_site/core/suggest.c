#include "core/suggest.h"
#include "core/filterer.h"
#include "core/spelling.h"

#include <apr_strings.h>
#include <string.h>

typedef struct search_t {
    apr_pool_t *pool;
    site_spelling_t spelling;
    const site_attribute_t *attribute; /* whose lookups are the candidates */
    apr_array_header_t *words;         /* the lookups that were offered */
} search_t;

static void consider_lookup(void *baton, const char *expression, const site_lookup_t *lookup) {
    search_t *search = baton;
    const char *name = search->attribute->name;

    if (lookup->unsupported || !site_filter_allows(search->attribute, expression))
        return;
    site_spelling_try(&search->spelling, *expression ? apr_pstrcat(search->pool, name, "__", expression, NULL) : name);
    if (search->words && lookup->transforms[0] == SITE_AS_IS)
        APR_ARRAY_PUSH(search->words, const char *) = apr_pstrdup(search->pool, *expression ? expression : "exact");
}

/* The attribute whose name the key begins with, as in `name__nosuchlookup`. */
static const site_attribute_t *attribute_in(const site_resource_t *resource, apr_pool_t *pool, const char *key) {
    const char *split = strstr(key, "__");

    return split ? site_resource_attribute(resource, apr_pstrmemdup(pool, key, (apr_size_t)(split - key))) : NULL;
}

static void consider_all(search_t *search, const site_resource_t *resource, apr_array_header_t *names) {
    apr_hash_index_t *entry;
    int i;

    for (i = 0; i < resource->attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *);

        if (!attribute->column || attribute->relation || (attribute->lookups && !attribute->lookups->nelts))
            continue;
        APR_ARRAY_PUSH(names, const char *) = attribute->name;
        search->attribute = attribute;
        if (site_filter_allows(attribute, ""))
            site_spelling_try(&search->spelling, attribute->name);
        /* Every lookup of every attribute would be thousands of names: only where the beginning fits. */
        if (strncmp(search->spelling.wanted, attribute->name, 2) == 0)
            site_lookup_each(&attribute->column->type, consider_lookup, search);
    }
    for (i = 0; i < resource->relations->nelts; i++) {
        const site_relation_t *relation = APR_ARRAY_IDX(resource->relations, i, const site_relation_t *);

        if (relation->reach == SITE_REACH_NONE)
            continue;
        APR_ARRAY_PUSH(names, const char *) = relation->name;
        site_spelling_try(&search->spelling, relation->name);
    }
    for (entry = apr_hash_first(search->pool, resource->parameter_by_name); entry; entry = apr_hash_next(entry)) {
        const void *name;

        apr_hash_this(entry, &name, NULL, NULL);
        APR_ARRAY_PUSH(names, const char *) = name;
        site_spelling_try(&search->spelling, name);
    }
}

/* Where a path begins wrong (`auhtor__name`), its first name alone is mended. */
static const char *mended(const search_t *search, const apr_array_header_t *names) {
    const char *wanted = search->spelling.wanted, *split = strstr(wanted, "__");
    site_spelling_t first;
    int i;

    if (!split)
        return NULL;
    site_spelling_begin(&first, apr_pstrmemdup(search->pool, wanted, (apr_size_t)(split - wanted)));
    for (i = 0; i < names->nelts; i++)
        site_spelling_try(&first, APR_ARRAY_IDX(names, i, const char *));
    return first.best ? apr_pstrcat(search->pool, first.best, split, NULL) : NULL;
}

static const char *hint(const search_t *search) {
    const char *best = search->spelling.best;

    return best ? apr_psprintf(search->pool, "Did you mean '%s'? ", best) : "";
}

const char *site_suggest(apr_pool_t *pool, const site_resource_t *resource, const char *key) {
    const site_attribute_t *attribute = attribute_in(resource, pool, key);
    apr_array_header_t *names = apr_array_make(pool, 16, sizeof(const char *));
    search_t search;

    memset(&search, 0, sizeof search);
    search.pool = pool;
    site_spelling_begin(&search.spelling, key);
    if (attribute && attribute->column && !attribute->relation && !(attribute->lookups && !attribute->lookups->nelts)) {
        search.attribute = attribute;
        search.words = names;
        site_lookup_each(&attribute->column->type, consider_lookup, &search);
        return apr_psprintf(pool, "%s'%s' has the lookups %s.", hint(&search), attribute->name,
                            apr_array_pstrcat(pool, names, ','));
    }
    consider_all(&search, resource, names);
    if (!search.spelling.best)
        search.spelling.best = mended(&search, names);
    return apr_psprintf(pool, "%sThere are %s.", hint(&search), apr_array_pstrcat(pool, names, ','));
}
