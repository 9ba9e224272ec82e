/* present: how a resource shows its columns and relations: attributes, key, label, facets. What needs all resources is core/present_path's. */
#include "core/facet.h"
#include "core/field.h"
#include "core/resolver.h"
#include "core/lookup.h"
#include "core/withheld.h"

#include <apr_strings.h>
#include <string.h>

enum { LIKELY_FACETS = 6 }; /* of a resource that says nothing of it */

static const site_attribute_spec_t *spec_of(const site_draft_t *draft, const char *name) {
    int i;

    for (i = 0; draft->spec && draft->spec->attribute && i < draft->spec->attribute->nelts; i++) {
        const site_attribute_spec_t *spec = APR_ARRAY_IDX(draft->spec->attribute, i, const site_attribute_spec_t *);

        if (strcmp(spec->name, name) == 0)
            return spec;
    }
    return NULL;
}

/* Whether a column carries the relation: it is its foreign key, alone. */
static int carries(const site_column_t *column, const site_relation_t *relation) {
    return relation->kind == SITE_RELATION_FORWARD && relation->columns->nelts == 1 &&
           APR_ARRAY_IDX(relation->columns, 0, const site_column_t *) == column;
}

/* Choices that the database itself lists: an enum's labels, or CHECK (column IN (...)). */
static apr_array_header_t *native_choices(apr_pool_t *pool, const apr_array_header_t *values) {
    apr_array_header_t *choices;
    int i;

    if (!values)
        return NULL;
    choices = apr_array_make(pool, values->nelts, sizeof(site_choice_t *));
    for (i = 0; i < values->nelts; i++) {
        site_choice_t *choice = apr_pcalloc(pool, sizeof *choice);

        choice->value = choice->label = APR_ARRAY_IDX(values, i, const char *);
        APR_ARRAY_PUSH(choices, site_choice_t *) = choice;
    }
    return choices;
}

/* `"name":`, as it stands in front of every value. */
static void make_json_key(apr_pool_t *pool, site_attribute_t *attribute) {
    site_sink_t sink;

    site_sink_init(&sink, pool, strlen(attribute->name) + 8, 0);
    site_format_string(&sink, attribute->name, strlen(attribute->name));
    site_sink_char(&sink, ':');
    attribute->json_key = apr_pstrmemdup(pool, sink.data, sink.used);
    attribute->json_key_length = (int)sink.used;
}

static const char *label_of(apr_pool_t *pool, const char *name) {
    char *label = apr_pstrdup(pool, name), *at;

    for (at = label; *at; at++) {
        if (*at == '_')
            *at = ' ';
    }
    /* Django's capfirst(): only ASCII letters are safe to change byte by byte. */
    if (*label >= 'a' && *label <= 'z')
        *label = (char)(*label - 'a' + 'A');
    return label;
}

static const site_format_t *format_of(site_resolver_t *resolver, const site_draft_t *draft,
                                      const site_attribute_spec_t *spec, const site_type_t *type) {
    site_settings_t settings = site_draft_settings(resolver, draft);
    site_format_rules_t rules;

    memset(&rules, 0, sizeof rules);
    rules.decimals_as_numbers = (spec && spec->decimals_as_numbers != SITE_UNSET ? spec->decimals_as_numbers
                                                                                 : settings.decimals_as_numbers) == 1;
    rules.bigints_as_strings = settings.bigints_as_strings == 1;
    rules.scale = spec ? spec->scale : SITE_UNSET;
    return site_format_of(resolver->pool, type, &rules);
}

static void show_relation(site_resolver_t *resolver, site_draft_t *draft, site_attribute_t *attribute,
                          const site_attribute_spec_t *spec) {
    const site_relation_t *relation = attribute->relation;
    const site_relation_spec_t *said = site_draft_relation(draft, relation->name);
    const site_type_t *type = attribute->column ? &attribute->column->type
                              : relation->key   ? &relation->key->type
                                                : NULL;

    attribute->show = said ? said->show : SITE_SHOW_DEFAULT;
    if (attribute->show == SITE_SHOW_DEFAULT)
        attribute->show = attribute->column ? SITE_SHOW_KEY : SITE_SHOW_NONE;
    if (said && said->label)
        attribute->label = said->label;
    if (attribute->show == SITE_SHOW_KEY && !type)
        site_resolver_complain(resolver, draft, said ? &said->place : &draft->resource.place,
                               "SiteRelation %s: '%s' has no single key to show", relation->name,
                               relation->target->name);
    if (type)
        attribute->format = format_of(resolver, draft, spec, type);
    attribute->shown = attribute->show != SITE_SHOW_NONE && !(spec && spec->hidden);
    attribute->sparse = said && said->sparse;
}

static apr_array_header_t *label_pairs(apr_pool_t *pool, const apr_array_header_t *choices) {
    apr_array_header_t *pairs = apr_array_make(pool, 2 * choices->nelts, sizeof(const char *));
    int i;

    for (i = 0; i < choices->nelts; i++) {
        const site_choice_t *choice = APR_ARRAY_IDX(choices, i, const site_choice_t *);

        APR_ARRAY_PUSH(pairs, const char *) = choice->value;
        APR_ARRAY_PUSH(pairs, const char *) = choice->label ? choice->label : choice->value;
    }
    return pairs;
}

static void describe(site_resolver_t *resolver, site_draft_t *draft, site_attribute_t *attribute) {
    const site_attribute_spec_t *spec = spec_of(draft, attribute->name);
    const site_column_t *column = attribute->column;

    attribute->label = spec && spec->label ? spec->label : label_of(resolver->pool, attribute->name);
    attribute->lookups = spec && spec->lookups ? spec->lookups : draft->spec ? draft->spec->lookups : NULL;
    attribute->text_format = SITE_TEXT_PLAIN;
    if (spec && spec->format != SITE_UNSET)
        attribute->text_format = (site_text_format_t)spec->format;
    attribute->shown = !(spec && spec->hidden);
    if (column) {
        attribute->choices = spec && spec->choices ? spec->choices
                                                   : native_choices(resolver->pool, column->type.kind == SITE_KIND_ENUM
                                                                                        ? column->type.labels
                                                                                        : column->choices);
        attribute->element_choices =
            column->type.element ? native_choices(resolver->pool, column->type.element->labels) : NULL;
        attribute->read_only = column->generated || column->identity_always;
    }
    if (spec && spec->read_only != SITE_UNSET)
        attribute->read_only = spec->read_only != 0;
    attribute->rules = spec ? &spec->rules : NULL;
    if (attribute->relation) {
        show_relation(resolver, draft, attribute, spec);
    }
    else {
        attribute->format = format_of(resolver, draft, spec, &column->type);
        attribute->zoned =
            column->type.kind == SITE_KIND_TIMESTAMP && site_draft_settings(resolver, draft).zoned_timestamps == 1;
    }
    if (!attribute->relation && spec && spec->show_label && attribute->choices) {
        attribute->format = site_format_labels(resolver->pool, label_pairs(resolver->pool, attribute->choices));
        attribute->read_only = 1;
    }
    make_json_key(resolver->pool, attribute);
    if (spec)
        site_present_rules(resolver, draft, attribute, spec);
}

static void add_attribute(site_resolver_t *resolver, site_draft_t *draft, const char *name, const site_column_t *column,
                          const site_relation_t *relation) {
    site_resource_t *resource = &draft->resource;
    site_attribute_t *attribute = apr_pcalloc(resolver->pool, sizeof *attribute);

    attribute->name = name;
    if (site_draft_hides(draft, attribute->name))
        return;
    attribute->resource = resource;
    attribute->column = column;
    attribute->relation = relation;
    attribute->rank = resource->attributes->nelts;
    if (site_resource_attribute(resource, attribute->name)) {
        site_resolver_complain(resolver, draft, &resource->place,
                               "two attributes are called '%s'; SiteAttribute %s column=... can rename one",
                               attribute->name, attribute->name);
        return;
    }
    describe(resolver, draft, attribute);
    APR_ARRAY_PUSH(resource->attributes, site_attribute_t *) = attribute;
    apr_hash_set(resource->attribute_by_name, attribute->name, APR_HASH_KEY_STRING, attribute);
}

static int is_among(const apr_array_header_t *names, const char *name) {
    int i;

    for (i = 0; names && i < names->nelts; i++) {
        if (strcmp(APR_ARRAY_IDX(names, i, const char *), name) == 0)
            return 1;
    }
    return 0;
}

/* Whether the section says that there is this attribute: then it means to publish it, or to hide it itself. */
static int is_said(const site_draft_t *draft, const char *name) {
    const site_resource_spec_t *spec = draft->spec;

    return spec && (spec_of(draft, name) || is_among(spec->attributes, name) || is_among(spec->hidden, name) ||
                    (spec->key && strcmp(spec->key, name) == 0) || (spec->label && strcmp(spec->label, name) == 0));
}

/* Whether the column looks like a secret, and no resource publishes it. The key stands in every row's address. */
static int is_secret(const site_resolver_t *resolver, const site_column_t *column) {
    int i;

    if (!site_withheld_column(column))
        return 0;
    for (i = 0; i < resolver->drafts->nelts; i++) {
        const site_draft_t *draft = APR_ARRAY_IDX(resolver->drafts, i, const site_draft_t *);

        if (draft->resource.table == column->table &&
            (column == draft->resource.primary || is_said(draft, column->name)))
            return 0;
    }
    return 1;
}

/* Whether the column's values are those of a secret: it is a foreign key to one. */
static int refers_to_secret(const site_resolver_t *resolver, const site_column_t *column) {
    const apr_array_header_t *keys = column->table->foreign_keys;
    int i;

    for (i = 0; i < keys->nelts; i++) {
        const site_foreign_key_t *key = APR_ARRAY_IDX(keys, i, const site_foreign_key_t *);

        if (key->columns->nelts == 1 && APR_ARRAY_IDX(key->columns, 0, const site_column_t *) == column &&
            is_secret(resolver, APR_ARRAY_IDX(key->target_columns, 0, const site_column_t *)))
            return 1;
    }
    return 0;
}

/* A column that holds a secret stays out until the section names it. */
static int is_withheld(site_resolver_t *resolver, const site_draft_t *draft, const site_column_t *column) {
    if ((!site_withheld_column(column) && !refers_to_secret(resolver, column)) || column == draft->resource.primary ||
        is_said(draft, column->name))
        return 0;
    APR_ARRAY_PUSH(resolver->api->left_out, const char *) =
        apr_pstrcat(resolver->pool, draft->resource.name, ".", column->name, NULL);
    return 1;
}

/* Relations over a secret stay, because they lead to rows that are public; their keys are not shown and cannot be asked for. */
static int is_keyless(site_resolver_t *resolver, const site_draft_t *draft, site_relation_t *relation,
                      const site_column_t *column) {
    if (!relation->key || !is_secret(resolver, relation->key) || site_draft_relation(draft, relation->name) ||
        is_said(draft, relation->name) || is_said(draft, column->name))
        return 0;
    relation->lookups &= SITE_KEY_ISNULL;
    return 1;
}

/* A column shows itself under its own name, or in each relation that it carries and under each name that a section gives it. */
static void add_column(site_resolver_t *resolver, site_draft_t *draft, const site_column_t *column) {
    site_resource_t *resource = &draft->resource;
    int made = 0, i;

    for (i = 0; i < resource->relations->nelts; i++) {
        site_relation_t *relation = APR_ARRAY_IDX(resource->relations, i, site_relation_t *);

        if (!carries(column, relation) || is_keyless(resolver, draft, relation, column))
            continue;
        add_attribute(resolver, draft, relation->name, column, relation);
        made++;
    }
    for (i = 0; draft->spec && draft->spec->attribute && i < draft->spec->attribute->nelts; i++) {
        const site_attribute_spec_t *spec = APR_ARRAY_IDX(draft->spec->attribute, i, const site_attribute_spec_t *);

        if (!spec->column || strcmp(spec->column, column->name) != 0)
            continue;
        if (!site_resource_relation(resource, spec->name))
            add_attribute(resolver, draft, spec->name, column, NULL);
        made++;
    }
    if (!made && !is_withheld(resolver, draft, column))
        add_attribute(resolver, draft, column->name, column, NULL);
}

/* A column is written by the first attribute over it that can be written. Slugs have been found: some of them cannot. */
void site_present_writers(site_draft_t *draft) {
    const apr_array_header_t *attributes = draft->resource.attributes;
    int i, j;

    if (!draft->resource.table)
        return;
    for (i = 0; i < attributes->nelts; i++) {
        const site_attribute_t *first = APR_ARRAY_IDX(attributes, i, const site_attribute_t *);
        site_field_t field;

        site_field_of(first, &field);
        for (j = i + 1; first->column && !field.read_only && j < attributes->nelts; j++) {
            site_attribute_t *other = APR_ARRAY_IDX(attributes, j, site_attribute_t *);

            if (other->column == first->column)
                other->read_only = 1;
        }
    }
}

/* SiteLookups of what is there: a lookup that its type does not have would be no parameter, silently. */
static void check_lookups(site_resolver_t *resolver, site_draft_t *draft, const char *name,
                          const apr_array_header_t *said) {
    const site_attribute_t *attribute = site_resource_attribute(&draft->resource, name);
    const site_place_t *place = site_draft_place(resolver, draft, "SiteLookups", name);
    int related = site_resource_relation(&draft->resource, name) != NULL, i;
    site_lookup_t lookup;

    for (i = 0; i < said->nelts; i++) {
        const char *word = APR_ARRAY_IDX(said, i, const char *);

        if (related && !site_relate_lookup(word))
            site_resolver_complain(resolver, draft, place, "SiteLookups %s: a relation has no lookup '%s'", name, word);
        else if (!related && strcmp(word, "all") != 0 &&
                 !site_lookup_find(&attribute->column->type, strcmp(word, "exact") == 0 ? "" : word, &lookup))
            site_resolver_complain(resolver, draft, place, "SiteLookups %s: type %s has no lookup '%s'", name,
                                   attribute->column->type.sql_name, word);
    }
}

/* What sections say of attributes that do not exist is a mistake worth a line in the log. */
static void check_attribute_specs(site_resolver_t *resolver, site_draft_t *draft) {
    const site_resource_spec_t *spec = draft->spec;
    int i;

    for (i = 0; spec && spec->attribute && i < spec->attribute->nelts; i++) {
        const site_attribute_spec_t *each = APR_ARRAY_IDX(spec->attribute, i, const site_attribute_spec_t *);
        const site_attribute_t *attribute = site_resource_attribute(&draft->resource, each->name);

        if (each->column && !site_table_column(draft->resource.table, each->column))
            site_resolver_complain(resolver, draft, &each->place, "SiteAttribute %s: table '%s' has no column '%s'",
                                   each->name, draft->resource.table->name, each->column);
        else if (each->lookups && (attribute || site_resource_relation(&draft->resource, each->name)))
            check_lookups(resolver, draft, each->name, each->lookups);
        else if (!attribute)
            site_resolver_complain(resolver, draft, &each->place, "%s: there is no attribute '%s' in table '%s'",
                                   each->directive, each->name, draft->resource.table->name);
    }
}

/* SiteAttributes: exactly these are shown, in this order; the others can still be filtered by. */
static void choose_attributes(site_resolver_t *resolver, site_draft_t *draft) {
    apr_array_header_t *chosen, *all = draft->resource.attributes;
    const char *url = draft->resource.url_name;
    int i, j;

    if (!draft->spec || !draft->spec->attributes)
        return;
    chosen = apr_array_make(resolver->pool, all->nelts, sizeof(site_attribute_t *));
    for (i = 0; i < draft->spec->attributes->nelts; i++) {
        const char *name = APR_ARRAY_IDX(draft->spec->attributes, i, const char *);
        site_attribute_t *attribute = apr_hash_get(draft->resource.attribute_by_name, name, APR_HASH_KEY_STRING);

        if (!attribute && strcmp(name, url) == 0) {
            draft->resource.url_place = chosen->nelts;
            continue;
        }
        if (!attribute) {
            site_resolver_complain(resolver, draft, site_draft_place(resolver, draft, "SiteAttributes", NULL),
                                   "SiteAttributes: there is no attribute '%s' in table '%s'", name,
                                   draft->resource.table->name);
            continue;
        }
        if (attribute->relation && attribute->show == SITE_SHOW_NONE)
            attribute->show = SITE_SHOW_KEY;
        attribute->shown = 1;
        APR_ARRAY_PUSH(chosen, site_attribute_t *) = attribute;
    }
    for (i = 0; i < all->nelts; i++) {
        site_attribute_t *attribute = APR_ARRAY_IDX(all, i, site_attribute_t *);

        for (j = 0; j < chosen->nelts && APR_ARRAY_IDX(chosen, j, site_attribute_t *) != attribute; j++)
            ;
        if (j == chosen->nelts) {
            attribute->shown = 0;
            APR_ARRAY_PUSH(chosen, site_attribute_t *) = attribute;
        }
    }
    draft->resource.attributes = chosen;
}

static void choose_key(site_resolver_t *resolver, site_draft_t *draft) {
    site_resource_t *resource = &draft->resource;
    const char *name = draft->spec ? draft->spec->key : NULL;
    int i;

    for (i = 0; i < resource->attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *);

        if (attribute->column && !resource->key &&
            (name ? strcmp(attribute->name, name) == 0 : attribute->column == resource->primary))
            resource->key = attribute;
    }
    resource->key_dots = draft->spec && draft->spec->key_dots;
    if (name && !resource->key)
        site_resolver_complain(resolver, draft, site_draft_place(resolver, draft, "SiteKey", NULL),
                               "SiteKey: there is no attribute '%s' in table '%s'", name, resource->table->name);
    else if (name && resource->table->kind != 'v' && resource->table->kind != 'f' &&
             !site_column_is_unique(resource->key->column))
        site_resolver_complain(resolver, draft, site_draft_place(resolver, draft, "SiteKey", NULL),
                               "SiteKey: '%s' is not unique in table '%s'", name, resource->table->name);
}

static int is_hidden(const site_draft_t *draft, const site_column_t *column) {
    int i;

    for (i = 0; i < draft->hidden_columns->nelts; i++) {
        if (APR_ARRAY_IDX(draft->hidden_columns, i, const site_column_t *) == column)
            return 1;
    }
    return 0;
}

static void choose_text_search(site_resolver_t *resolver, site_draft_t *draft) {
    site_settings_t settings = site_draft_settings(resolver, draft);
    site_text_search_t *search = &draft->resource.text_search;

    search->syntax = (site_text_syntax_t)settings.text_syntax;
    if (*settings.text_search &&
        !site_text_search_find(resolver->pool, resolver->api->catalog, settings.text_search, search))
        site_resolver_complain(resolver, draft, site_draft_place(resolver, draft, "SiteTextSearch", NULL),
                               "SiteTextSearch: PostgreSQL has no text search configuration '%s'",
                               settings.text_search);
}

/* An attribute shows one column: a relation over several has none, and can only be filtered by. */
static void check_composite(site_resolver_t *resolver, site_draft_t *draft, const site_relation_t *relation,
                            const site_relation_spec_t *said) {
    if (relation->columns->nelts > 1 && said && said->show > SITE_SHOW_NONE)
        site_resolver_complain(
            resolver, draft, &said->place,
            "SiteRelation %s: show= needs a foreign key of one column, and this one has %d; leave show= "
            "out, and clients can filter over it",
            relation->name, relation->columns->nelts);
}

void site_present(site_resolver_t *resolver, site_draft_t *draft) {
    site_resource_t *resource = &draft->resource;
    int i;

    if (!resource->table)
        return;
    for (i = 0; i < resource->table->columns->nelts; i++) {
        const site_column_t *column = APR_ARRAY_IDX(resource->table->columns, i, const site_column_t *);

        if (!is_hidden(draft, column) && site_resolver_reads(resolver, column))
            add_column(resolver, draft, column);
    }
    for (i = 0; i < resource->relations->nelts; i++) {
        const site_relation_t *relation = APR_ARRAY_IDX(resource->relations, i, const site_relation_t *);
        const site_relation_spec_t *said = site_draft_relation(draft, relation->name);

        if (relation->kind == SITE_RELATION_FORWARD)
            check_composite(resolver, draft, relation, said);
        else if (said && said->show > SITE_SHOW_NONE)
            add_attribute(resolver, draft, relation->name, NULL, relation);
    }
    check_attribute_specs(resolver, draft);
    resource->url_name = site_draft_settings(resolver, draft).url_attribute;
    choose_text_search(resolver, draft);
    choose_attributes(resolver, draft);
    choose_key(resolver, draft);
}

/* --- what a row is called --- */

static int is_text(const site_attribute_t *attribute) {
    return attribute->column && !attribute->relation && !attribute->choices &&
           attribute->column->type.kind == SITE_KIND_TEXT;
}

static const site_attribute_t *named_like(const site_resource_t *resource, const char *name) {
    const site_attribute_t *attribute = site_resource_attribute(resource, name);

    return attribute && is_text(attribute) ? attribute : NULL;
}

/* What people would look for: a name, a title; else the first text that tells rows apart. */
static const site_attribute_t *likely_label(const site_resource_t *resource) {
    static const char *const names[] = {"name", "title", "label", NULL};
    const site_attribute_t *found = NULL;
    int i;

    for (i = 0; names[i] && !found; i++)
        found = named_like(resource, names[i]);
    for (i = 0; i < resource->attributes->nelts && !found; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *);

        if (is_text(attribute) && attribute->column->not_null && site_column_is_unique(attribute->column))
            found = attribute;
    }
    return found;
}

void site_present_label(site_resolver_t *resolver, site_draft_t *draft) {
    site_resource_t *resource = &draft->resource;
    const char *said = draft->spec ? draft->spec->label : NULL;

    if (!resource->table || !site_resolver_reads_table(resolver, resource->table))
        return;
    resource->label = said ? site_resource_attribute(resource, said) : likely_label(resource);
    if (said && (!resource->label || !resource->label->column || resource->label->relation)) {
        site_resolver_complain(resolver, draft, site_draft_place(resolver, draft, "SiteLabel", NULL),
                               "SiteLabel: table '%s' has no column '%s'", resource->table->name, said);
        resource->label = NULL;
    }
}

/* --- whose values pages count --- */

static void declared_facets(site_resolver_t *resolver, site_draft_t *draft) {
    site_resource_t *resource = &draft->resource;
    int i;

    for (i = 0; i < draft->spec->facets->nelts; i++) {
        const char *name = APR_ARRAY_IDX(draft->spec->facets, i, const char *);
        const site_attribute_t *attribute = site_resource_attribute(resource, name);

        if (attribute && site_facet_is_possible(attribute))
            APR_ARRAY_PUSH(resource->facets, const site_attribute_t *) = attribute;
        else
            site_resolver_complain(resolver, draft, site_draft_place(resolver, draft, "SiteFacets", NULL),
                                   "SiteFacets: %s '%s'%s",
                                   attribute ? "the values cannot be counted of" : "there is no attribute", name,
                                   site_resolver_secret(resolver, resource, name));
    }
}

void site_present_facets(site_resolver_t *resolver, site_draft_t *draft) {
    site_resource_t *resource = &draft->resource;
    int i;

    resource->facets = apr_array_make(resolver->pool, 4, sizeof(const site_attribute_t *));
    if (!resource->table)
        return;
    if (draft->spec && draft->spec->facets) {
        declared_facets(resolver, draft);
        return;
    }
    for (i = 0; i < resource->attributes->nelts && resource->facets->nelts < LIKELY_FACETS; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *);

        if (site_facet_is_likely(attribute))
            APR_ARRAY_PUSH(resource->facets, const site_attribute_t *) = attribute;
    }
}
