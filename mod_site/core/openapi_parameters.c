/* The parameters of core/openapi: whatever stands behind the question mark.
 *
 * Each candidate is shown to core/filter_key, which resolves the parameters of requests: only what it understands in this very way is listed.
 */
#include "core/accept.h"
#include "core/filterer.h"
#include "core/openapi_private.h"

#include <apr_strings.h>
#include <stdlib.h>

typedef struct lister_t {
    const site_describe_t *describe;
    site_compose_t *to;
    apr_pool_t *pool;
    site_filterer_t reader;
    site_level_t level; /* of the resource itself */
    apr_hash_t *listed; /* names */
    int transformed;    /* which of an attribute's lookups are due: those behind a transform */
    const site_attribute_t *attribute;
} lister_t;

/* Begins a parameter; 0: there is one of this name. Ends with end(). */
static int begin(lister_t *lister, const char *name, const char *meaning) {
    if (apr_hash_get(lister->listed, name, APR_HASH_KEY_STRING))
        return 0;
    apr_hash_set(lister->listed, apr_pstrdup(lister->pool, name), APR_HASH_KEY_STRING, "");
    site_compose_open(lister->to, '{');
    site_compose_string(lister->to, "name", name);
    site_compose_string(lister->to, "in", "query");
    if (meaning)
        site_compose_string(lister->to, "description", meaning);
    return 1;
}

static void end(lister_t *lister) {
    site_compose_close(lister->to, '}');
}

static void simple(lister_t *lister, const char *name, const char *meaning, const char *schema) {
    if (!*name || !begin(lister, name, meaning))
        return;
    site_compose_json(lister->to, "schema", schema);
    end(lister);
}

/* --- types --- */

static const char *const reader_schemas[] = {
    [SITE_READ_TEXT] = "{'type':'string'}",
    [SITE_READ_NUMBER] = "{'type':'number'}",
    [SITE_READ_BOOLEAN] = "{'type':'boolean'}",
    [SITE_READ_DATE] = "{'type':'string','format':'date'}",
    [SITE_READ_TIME] = "{'type':'string'}",
    [SITE_READ_DATETIME] = "{'type':'string','format':'date-time'}",
    [SITE_READ_DURATION] = "{'type':'string'}",
    [SITE_READ_UUID] = "{'type':'string','format':'uuid'}",
    [SITE_READ_INET] = "{'type':'string'}",
    [SITE_READ_JSON] = "{'type':'string','contentMediaType':'application/json'}",
    [SITE_READ_CHOICE] = "{'type':'string'}",
    [SITE_READ_RANGE] = "{'type':'string'}",
    [SITE_READ_MEMBER] = "{'type':'string'}",
    [SITE_READ_NATIVE] = "{'type':'string'}",
};

void site_openapi_key_schema(site_compose_t *to, const char *name, const site_type_t *type) {
    int i;

    switch (type->kind) {
    case SITE_KIND_INT2:
    case SITE_KIND_INT4:
    case SITE_KIND_INT8:
    case SITE_KIND_OID:
        site_compose_json(to, name, "{'type':'integer'}");
        break;
    case SITE_KIND_NUMERIC:
        site_compose_json(to, name, "{'type':'number'}");
        break;
    case SITE_KIND_UUID:
        site_compose_json(to, name, "{'type':'string','format':'uuid'}");
        break;
    case SITE_KIND_DATE:
        site_compose_json(to, name, "{'type':'string','format':'date'}");
        break;
    case SITE_KIND_TIMESTAMPTZ:
        site_compose_json(to, name, "{'type':'string','format':'date-time'}");
        break;
    case SITE_KIND_ENUM:
        site_compose_object(to, name);
        site_compose_list(to, "enum");
        for (i = 0; i < type->labels->nelts; i++)
            site_compose_string(to, NULL, APR_ARRAY_IDX(type->labels, i, const char *));
        site_compose_close(to, ']');
        site_compose_close(to, '}');
        break;
    default:
        site_compose_json(to, name, "{'type':'string'}");
    }
}

/* Of one value: a choice, a label, or whatever the reader takes. `attribute` NULL: of a related key. */
static void value_schema(lister_t *lister, const char *name, const site_target_t *target) {
    const site_lookup_t *lookup = &target->lookup;
    const site_attribute_t *attribute = target->attribute;

    if (target->kind == TARGET_RELATION && lookup->operator!= SITE_OP_ISNULL) {
        site_openapi_key_schema(lister->to, name, &target->relation->key->type);
        return;
    }
    if (attribute && attribute->choices && lookup->operator== SITE_OP_EXACT && lookup->transforms[0] == SITE_AS_IS) {
        site_compose_object(lister->to, name);
        site_openapi_choices(lister->to, attribute->choices, attribute->format, 0, 0);
        site_compose_close(lister->to, '}');
        return;
    }
    if (attribute && attribute->column->type.kind == SITE_KIND_ENUM && site_lookup_compares(lookup->operator)) {
        site_openapi_key_schema(lister->to, name, &attribute->column->type);
        return;
    }
    site_compose_json(lister->to, name, reader_schemas[lookup->reader]);
}

/* `several`: repeated parameters are alternatives. */
static void target_schema(lister_t *lister, const site_target_t *target, int several) {
    site_arity_t arity = target->lookup.arity;

    if (arity == SITE_ARITY_ONE && !several) {
        value_schema(lister, "schema", target);
        return;
    }
    if (!several)
        site_compose_json(lister->to, NULL, "'style':'form','explode':false");
    site_compose_object(lister->to, "schema");
    site_compose_string(lister->to, "type", "array");
    value_schema(lister, "items", target);
    if (arity == SITE_ARITY_PAIR)
        site_compose_json(lister->to, NULL, "'minItems':2,'maxItems':2");
    else
        site_compose_number(lister->to, "maxItems", lister->describe->settings.max_values);
    site_compose_close(lister->to, '}');
}

/* --- filters --- */

/* Whether `key` means just this at the resource's own level. */
static int is_target(lister_t *lister, const site_level_t *level, const char *key, const site_target_t *wanted) {
    site_target_t found;

    site_filter_resolve(&lister->reader, level, key, &found);
    return found.kind == wanted->kind && !found.negated &&
           (wanted->kind == TARGET_ATTRIBUTE ? found.attribute == wanted->attribute
                                             : found.relation == wanted->relation) &&
           found.lookup.operator== wanted->lookup.operator&& found.lookup.transforms[0] ==
           wanted->lookup.transforms[0] && found.lookup.transforms[1] == wanted->lookup.transforms[1];
}

static const char *meaning_of(lister_t *lister, const site_attribute_t *attribute, const site_lookup_t *lookup,
                              const char *expression) {
    const char *meaning = site_openapi_meaning(lister->pool, attribute->name, lookup);
    const char *comment = attribute->column->comment;

    return *expression || !comment || !*comment ? meaning : apr_pstrcat(lister->pool, meaning, ". ", comment, NULL);
}

static void list_lookup(void *baton, const char *expression, const site_lookup_t *lookup) {
    lister_t *lister = baton;
    const site_attribute_t *attribute = lister->attribute;
    const char *word = expression, *name;
    site_target_t target;

    if (lookup->unsupported || (lookup->transforms[0] != SITE_AS_IS) != lister->transformed ||
        !site_filter_allows(attribute, expression))
        return;
    if (!*expression && site_filter_is_control(&lister->describe->settings, attribute->name))
        word = "exact";
    name = *word ? apr_pstrcat(lister->pool, attribute->name, "__", word, NULL) : attribute->name;
    memset(&target, 0, sizeof target);
    target.kind = TARGET_ATTRIBUTE;
    target.attribute = attribute;
    target.lookup = *lookup;
    if (!is_target(lister, &lister->level, name, &target) ||
        !begin(lister, name, meaning_of(lister, attribute, lookup, expression)))
        return;
    target_schema(lister, &target, 0);
    end(lister);
}

static void list_attributes(lister_t *lister, int transformed) {
    const apr_array_header_t *attributes = lister->describe->resource->attributes;
    int i;

    lister->transformed = transformed;
    for (i = 0; i < attributes->nelts; i++) {
        lister->attribute = APR_ARRAY_IDX(attributes, i, const site_attribute_t *);
        if (lister->attribute->column && !lister->attribute->relation)
            site_lookup_each(&lister->attribute->column->type, list_lookup, lister);
    }
}

/* A related row by its key, and whether there is one. */
static void list_relation(lister_t *lister, const site_relation_t *relation, const char *suffix, const char *meaning) {
    const char *name = apr_pstrcat(lister->pool, relation->name, suffix, NULL);
    site_target_t target;

    site_filter_resolve(&lister->reader, &lister->level, name, &target);
    if (target.kind != TARGET_RELATION || target.relation != relation ||
        !begin(lister, name,
               apr_pstrcat(lister->pool, relation->name, ": ", meaning, ", of `", relation->target->name, "`", NULL)))
        return;
    target_schema(lister, &target, relation->multiple && target.lookup.operator== SITE_OP_EXACT);
    end(lister);
}

static void list_relations(lister_t *lister) {
    const apr_array_header_t *relations = lister->describe->resource->relations;
    int i;

    for (i = 0; i < relations->nelts; i++) {
        const site_relation_t *relation = APR_ARRAY_IDX(relations, i, const site_relation_t *);

        list_relation(lister, relation, "", "the row with this key, which must exist");
        list_relation(lister, relation, "__in", "one of the rows with these keys, which must exist");
        list_relation(lister, relation, "__isnull", "there is no row (true) or there is one (false)");
        list_relation(lister, relation, "__gt", "the row's key is greater than this");
        list_relation(lister, relation, "__gte", "the row's key is this or greater");
        list_relation(lister, relation, "__lt", "the row's key is less than this");
        list_relation(lister, relation, "__lte", "the row's key is this or less");
    }
}

/* What is listed of a related row: each of its attributes by its value. Its other filters are told by x-relations. */
static void list_related(lister_t *lister, const site_relation_t *relation) {
    const apr_array_header_t *attributes = relation->target->attributes;
    site_target_t target;
    site_level_t inner;
    int i;

    memset(&inner, 0, sizeof inner);
    inner.resource = relation->target;
    inner.depth = 1;
    for (i = 0; i < attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(attributes, i, const site_attribute_t *);
        const char *name = apr_pstrcat(lister->pool, relation->name, "__", attribute->name, NULL);

        site_filter_resolve(&lister->reader, &lister->level, name, &target);
        if (target.kind != TARGET_TRAVERSAL || target.relation != relation)
            continue;
        site_filter_resolve(&lister->reader, &inner, attribute->name, &target);
        if ((target.kind != TARGET_ATTRIBUTE && target.kind != TARGET_RELATION) || target.lookup.unsupported ||
            !begin(lister, name,
                   apr_psprintf(lister->pool, "%s: a row of `%s` whose %s equals this", relation->name,
                                relation->target->name, attribute->name)))
            continue;
        target_schema(lister, &target, 0);
        end(lister);
    }
}

static int by_name(const void *one, const void *other) {
    return strcmp((*(const site_parameter_t *const *)one)->name, (*(const site_parameter_t *const *)other)->name);
}

/* What a SiteParameter stands for, through whatever relations. */
static void list_alias(lister_t *lister, const site_parameter_t *alias) {
    site_level_t level = lister->level;
    const char *path = alias->path;
    site_target_t target;

    lister->reader.trusted = 1;
    site_filter_resolve(&lister->reader, &level, path, &target);
    while (target.kind == TARGET_TRAVERSAL) {
        path += strlen(target.relation->name) + 2;
        level.resource = target.relation->target;
        level.depth++;
        site_filter_resolve(&lister->reader, &level, path, &target);
    }
    lister->reader.trusted = 0;
    if ((target.kind != TARGET_ATTRIBUTE && target.kind != TARGET_RELATION) || target.lookup.unsupported ||
        !begin(lister, alias->name, apr_pstrcat(lister->pool, "the same as `", alias->path, "`", NULL)))
        return;
    target_schema(lister, &target,
                  target.kind == TARGET_RELATION && target.relation->multiple &&
                      target.lookup.operator== SITE_OP_EXACT);
    end(lister);
}

static void list_aliases(lister_t *lister) {
    apr_hash_t *by_name_of = lister->describe->resource->parameter_by_name;
    apr_array_header_t *aliases = apr_array_make(lister->pool, 4, sizeof(const site_parameter_t *));
    apr_hash_index_t *at;
    int i;

    for (at = apr_hash_first(lister->pool, by_name_of); at; at = apr_hash_next(at)) {
        void *value;

        apr_hash_this(at, NULL, NULL, &value);
        APR_ARRAY_PUSH(aliases, const site_parameter_t *) = value;
    }
    if (aliases->nelts)
        qsort(aliases->elts, (size_t)aliases->nelts, sizeof(const site_parameter_t *), by_name);
    for (i = 0; i < aliases->nelts; i++)
        list_alias(lister, APR_ARRAY_IDX(aliases, i, const site_parameter_t *));
}

/* --- what controls the answer --- */

static const char *size_schema(lister_t *lister) {
    const site_settings_t *settings = &lister->describe->settings;

    return apr_psprintf(lister->pool, "{'type':'integer','minimum':1,'maximum':%d,'default':%d}",
                        settings->max_page_size, settings->page_size);
}

static void list_paging(lister_t *lister) {
    const site_settings_t *settings = &lister->describe->settings;
    const char *chosen = settings->max_page_size ? settings->page_size_parameter : "";

    switch ((site_pagination_t)settings->pagination) {
    case SITE_PAGINATION_PAGE:
        simple(lister, settings->page_parameter, "The number of the page, from 1, or `last`.",
               "{'oneOf':[{'type':'integer','minimum':1},{'const':'last'}],'default':1}");
        simple(lister, chosen, "How many rows a page has.", size_schema(lister));
        break;
    case SITE_PAGINATION_LIMIT:
        simple(lister, settings->max_page_size ? settings->limit_parameter : "", "How many rows are shown at most.",
               size_schema(lister));
        simple(lister, settings->offset_parameter, "How many rows are skipped.",
               "{'type':'integer','minimum':0,'default':0}");
        break;
    case SITE_PAGINATION_CURSOR:
        simple(lister, settings->cursor_parameter, "Where the page begins: from `next` or `previous`.",
               "{'type':'string'}");
        simple(lister, chosen, "How many rows a page has.", size_schema(lister));
        break;
    case SITE_PAGINATION_NONE:
        break;
    }
}

static void list_ordering(lister_t *lister) {
    const apr_array_header_t *names = lister->describe->resource->ordering_names;
    const char *parameter = lister->describe->settings.ordering_parameter;
    int i;

    if (!*parameter || !names->nelts ||
        !begin(lister, parameter, "What the rows are sorted by, the first name first. A `-` in front turns the order."))
        return;
    site_compose_json(lister->to, NULL, "'style':'form','explode':false");
    site_compose_object(lister->to, "schema");
    site_compose_string(lister->to, "type", "array");
    site_compose_object(lister->to, "items");
    site_compose_list(lister->to, "enum");
    for (i = 0; i < names->nelts; i++) {
        const char *name = APR_ARRAY_IDX(names, i, const char *);

        site_compose_string(lister->to, NULL, name);
        site_compose_string(lister->to, NULL, apr_pstrcat(lister->pool, "-", name, NULL));
    }
    site_compose_close(lister->to, ']');
    site_compose_close(lister->to, '}');
    site_compose_close(lister->to, '}');
    end(lister);
}

static void list_controls(lister_t *lister) {
    const site_settings_t *settings = &lister->describe->settings;

    list_paging(lister);
    list_ordering(lister);
    if (lister->describe->resource->search->nelts)
        simple(lister, settings->search_parameter,
               site_openapi_search_meaning(lister->pool, lister->describe->resource), "{'type':'string'}");
    simple(lister, settings->complex_parameter,
           "An expression of filters: `(name=Ada)|~(year__lt=1900)`. Each query string in parentheses is "
           "percent-encoded once more. "
           "Joined by `&` and `|`, negated by `~`, read from left to right. The filters beside it are not applied.",
           "{'type':'string'}");
}

void site_openapi_format_parameter(const site_describe_t *describe) {
    const char *parameter = describe->settings.format_parameter;
    site_compose_t *to = describe->to;
    int i;

    if (!*parameter)
        return;
    site_compose_open(to, '{');
    site_compose_string(to, "name", parameter);
    site_compose_string(to, "in", "query");
    site_compose_string(to, "description", "The representation, where `Accept` shall not choose it.");
    site_compose_object(to, "schema");
    site_compose_list(to, "enum");
    for (i = 0; site_accept_format(i); i++) {
        if (describe->settings.representations & SITE_OFFER(i))
            site_compose_string(to, NULL, site_accept_format(i));
    }
    site_compose_close(to, ']');
    site_compose_close(to, '}');
    site_compose_close(to, '}');
}

void site_openapi_parameters(const site_describe_t *describe) {
    const apr_array_header_t *relations = describe->resource->relations;
    site_filter_t scratch;
    lister_t lister;
    int i;

    memset(&lister, 0, sizeof lister);
    memset(&scratch, 0, sizeof scratch);
    lister.describe = describe;
    lister.to = describe->to;
    lister.pool = describe->pool;
    lister.reader.pool = describe->pool;
    lister.reader.settings = &describe->settings;
    lister.reader.filter = &scratch;
    lister.level.resource = describe->resource;
    lister.level.prefix = "";
    lister.listed = apr_hash_make(describe->pool);
    list_controls(&lister);
    list_attributes(&lister, 0);
    list_relations(&lister);
    list_aliases(&lister);
    for (i = 0; i < relations->nelts && describe->settings.max_depth > 0; i++)
        list_related(&lister, APR_ARRAY_IDX(relations, i, const site_relation_t *));
    list_attributes(&lister, 1);
}
