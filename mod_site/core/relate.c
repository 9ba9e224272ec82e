/* relate: the relations of every resource: those that sections declare, then those that foreign keys give. */
#include "core/resolver.h"

#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

static int same_columns(const apr_array_header_t *one, const apr_array_header_t *other) {
    int i;

    if (one->nelts != other->nelts)
        return 0;
    for (i = 0; i < one->nelts; i++) {
        if (APR_ARRAY_IDX(one, i, site_column_t *) != APR_ARRAY_IDX(other, i, site_column_t *))
            return 0;
    }
    return 1;
}

static int any_nullable(const apr_array_header_t *columns) {
    int i;

    for (i = 0; i < columns->nelts; i++) {
        if (!APR_ARRAY_IDX(columns, i, site_column_t *)->not_null)
            return 1;
    }
    return 0;
}

/* Whether some key of the columns' table consists of these columns, so that one row at most can match. */
static int is_key(const apr_array_header_t *columns) {
    const site_table_t *table = APR_ARRAY_IDX(columns, 0, site_column_t *)->table;
    int i;

    for (i = 0; i < table->keys->nelts; i++) {
        if (same_columns(APR_ARRAY_IDX(table->keys, i, site_key_t *)->columns, columns))
            return 1;
    }
    return 0;
}

static int names_columns(const apr_array_header_t *columns, const apr_array_header_t *names) {
    int i;

    if (columns->nelts != names->nelts)
        return 0;
    for (i = 0; i < names->nelts; i++) {
        if (strcmp(APR_ARRAY_IDX(columns, i, site_column_t *)->name, APR_ARRAY_IDX(names, i, const char *)) != 0)
            return 0;
    }
    return 1;
}

/* The column, where a parameter can give a value of it: an array is none. */
static const site_column_t *as_key(const site_column_t *column) {
    return column && column->type.kind != SITE_KIND_ARRAY ? column : NULL;
}

static site_relation_t *make(site_resolver_t *resolver, site_draft_t *source, site_draft_t *target,
                             site_relation_kind_t kind, const char *name) {
    site_relation_t *relation = apr_pcalloc(resolver->pool, sizeof *relation);

    relation->name = apr_pstrdup(resolver->pool, name);
    relation->kind = kind;
    relation->source = &source->resource;
    relation->target = &target->resource;
    return relation;
}

static void add(site_draft_t *draft, site_relation_t *relation) {
    relation->rank = draft->resource.relations->nelts;
    APR_ARRAY_PUSH(draft->resource.relations, site_relation_t *) = relation;
    apr_hash_set(draft->resource.relation_by_name, relation->name, APR_HASH_KEY_STRING, relation);
}

/* Two single columns of tables without a foreign key (views) can be related by a section. */
static void join_forward(site_relation_t *relation, const site_foreign_key_t *key) {
    relation->columns = key->columns;
    relation->target_columns = key->target_columns;
    relation->nullable = any_nullable(key->columns) != 0;
    relation->enforced = 1;
    relation->lookups = SITE_KEY_EXACT | SITE_KEY_ISNULL;
    if (key->columns->nelts == 1)
        relation->lookups |= SITE_KEY_IN;
    if (key->columns->nelts == 1)
        relation->key = as_key(APR_ARRAY_IDX(key->target_columns, 0, site_column_t *));
}

static void join_reverse(site_relation_t *relation, const site_foreign_key_t *key) {
    relation->columns = key->target_columns;
    relation->target_columns = key->columns;
    relation->many = !is_key(key->columns);
    relation->nullable = 1;
    relation->lookups = SITE_KEY_EXACT | SITE_KEY_ISNULL;
    relation->key = as_key(relation->target->primary);
}

static void join_many(site_resolver_t *resolver, site_relation_t *relation, const site_foreign_key_t *here,
                      const site_foreign_key_t *there) {
    const site_draft_t *rows = site_resolver_over(resolver, here->table);

    relation->via = here->table;
    relation->via_rows = rows && rows->resource.where ? &rows->resource : NULL;
    relation->columns = here->target_columns;
    relation->via_columns = here->columns;
    relation->via_target_columns = there->columns;
    relation->target_columns = there->target_columns;
    relation->many = 1;
    relation->enforced = 1;
    relation->lookups = SITE_KEY_EXACT | SITE_KEY_ISNULL;
    if (there->target_columns->nelts == 1)
        relation->key = as_key(APR_ARRAY_IDX(there->target_columns, 0, site_column_t *));
}

/* Whether `name` can still be given to a relation: no column's attribute and no other relation has it. */
static int is_free(const site_draft_t *draft, const char *name) {
    return !site_table_column(draft->resource.table, name) &&
           !apr_hash_get(draft->resource.relation_by_name, name, APR_HASH_KEY_STRING);
}

static int has_forward(const site_draft_t *draft, const apr_array_header_t *columns) {
    int i;

    for (i = 0; i < draft->resource.relations->nelts; i++) {
        const site_relation_t *relation = APR_ARRAY_IDX(draft->resource.relations, i, const site_relation_t *);

        if (relation->kind == SITE_RELATION_FORWARD && same_columns(relation->columns, columns))
            return 1;
    }
    return 0;
}

static int has_reverse(const site_draft_t *draft, const site_foreign_key_t *key) {
    int i;

    for (i = 0; i < draft->resource.relations->nelts; i++) {
        const site_relation_t *relation = APR_ARRAY_IDX(draft->resource.relations, i, const site_relation_t *);

        if (relation->kind == SITE_RELATION_REVERSE && same_columns(relation->target_columns, key->columns))
            return 1;
    }
    return 0;
}

static int has_many(const site_draft_t *draft, const site_foreign_key_t *here, const site_foreign_key_t *there) {
    int i;

    for (i = 0; i < draft->resource.relations->nelts; i++) {
        const site_relation_t *relation = APR_ARRAY_IDX(draft->resource.relations, i, const site_relation_t *);

        if (relation->kind == SITE_RELATION_MANY && same_columns(relation->via_columns, here->columns) &&
            same_columns(relation->via_target_columns, there->columns))
            return 1;
    }
    return 0;
}

/* --- what a section declares --- */

static site_draft_t *declared_target(site_resolver_t *resolver, site_draft_t *draft, const site_relation_spec_t *spec) {
    site_draft_t *target;

    if (!spec->target)
        return NULL;
    target = site_resolver_named(resolver, spec->target);
    if (!target || !target->resource.table)
        site_resolver_complain(resolver, draft, &spec->place, "SiteRelation %s: there is no resource '%s'", spec->name,
                               spec->target);
    return target && target->resource.table ? target : NULL;
}

static const site_foreign_key_t *pick_foreign_key(const apr_array_header_t *keys, const site_table_t *source,
                                                  const site_table_t *target, const apr_array_header_t *names,
                                                  int *count) {
    const site_foreign_key_t *found = NULL;
    int i;

    *count = 0;
    for (i = 0; i < keys->nelts; i++) {
        const site_foreign_key_t *key = APR_ARRAY_IDX(keys, i, const site_foreign_key_t *);

        if ((source && key->table != source) || (target && key->target != target) ||
            (names && !names_columns(key->columns, names)))
            continue;
        found = key;
        ++*count;
    }
    return found;
}

/* Without a foreign key, a section can still say column and target (a view, say): joined with the target's key. */
static site_relation_t *unenforced(site_resolver_t *resolver, site_draft_t *draft, const site_relation_spec_t *spec,
                                   site_draft_t *target) {
    site_draft_t *holder = spec->reverse ? target : draft, *pointed = spec->reverse ? draft : target;
    site_relation_t *relation;
    apr_array_header_t *own, *key;
    site_column_t *column;

    if (!target || !spec->columns || spec->columns->nelts != 1 || !pointed->resource.primary)
        return NULL;
    column = site_table_column(holder->resource.table, APR_ARRAY_IDX(spec->columns, 0, const char *));
    if (!column)
        return NULL;
    own = apr_array_make(resolver->pool, 1, sizeof(site_column_t *));
    key = apr_array_make(resolver->pool, 1, sizeof(site_column_t *));
    APR_ARRAY_PUSH(own, const site_column_t *) = column;
    APR_ARRAY_PUSH(key, const site_column_t *) = pointed->resource.primary;
    relation = make(resolver, draft, target, spec->reverse ? SITE_RELATION_REVERSE : SITE_RELATION_FORWARD, spec->name);
    relation->columns = spec->reverse ? key : own;
    relation->target_columns = spec->reverse ? own : key;
    relation->key = as_key(spec->reverse ? target->resource.primary : pointed->resource.primary);
    relation->nullable = !column->not_null;
    relation->many = spec->reverse && !is_key(own);
    relation->lookups = SITE_KEY_EXACT | SITE_KEY_ISNULL | (spec->reverse ? 0 : SITE_KEY_IN);
    return relation;
}

/* The name of a forward relation as its column gives it: "mentor" for mentor_id. */
static int matches_column(const site_foreign_key_t *key, const char *name) {
    const char *column = APR_ARRAY_IDX(key->columns, 0, site_column_t *)->name;
    apr_size_t length = strlen(name);

    return key->columns->nelts == 1 &&
           (strcmp(column, name) == 0 || (strncmp(column, name, length) == 0 && strcmp(column + length, "_id") == 0));
}

static void miss_foreign_key(site_resolver_t *resolver, site_draft_t *draft, const site_relation_spec_t *spec,
                             const site_draft_t *target) {
    const site_table_t *table = draft->resource.table, *holder = !spec->reverse ? table
                                                                 : target       ? target->resource.table
                                                                                : NULL;
    int i;

    for (i = 0; holder && spec->columns && i < spec->columns->nelts; i++) {
        const char *name = APR_ARRAY_IDX(spec->columns, i, const char *);

        if (!site_table_column(holder, name)) {
            site_resolver_complain(resolver, draft, &spec->place, "SiteRelation %s: table '%s' has no column '%s'",
                                   spec->name, holder->name, name);
            return;
        }
    }
    site_resolver_complain(resolver, draft, &spec->place,
                           "SiteRelation %s: no foreign key of table '%s' leads %s %s; "
                           "column= and target= can name one",
                           spec->name, table->name, spec->reverse ? "here from" : "to",
                           target ? apr_psprintf(resolver->pool, "'%s'", target->resource.name) : "an exposed table");
}

static site_relation_t *declared_direct(site_resolver_t *resolver, site_draft_t *draft,
                                        const site_relation_spec_t *spec, site_draft_t *target) {
    const site_table_t *table = draft->resource.table, *other = target ? target->resource.table : NULL;
    const site_foreign_key_t *key = NULL;
    site_relation_t *relation;
    int count = 0, i;

    if (!spec->reverse && !spec->columns) {
        for (i = 0; i < table->foreign_keys->nelts && !key; i++) {
            const site_foreign_key_t *each = APR_ARRAY_IDX(table->foreign_keys, i, const site_foreign_key_t *);

            if (matches_column(each, spec->name) && (!other || each->target == other))
                key = each;
        }
        count = key != NULL;
    }
    if (!key && spec->reverse)
        key = pick_foreign_key(table->referenced, other, NULL, spec->columns, &count);
    else if (!key)
        key = pick_foreign_key(table->foreign_keys, NULL, other, spec->columns, &count);
    if (count > 1) {
        site_resolver_complain(resolver, draft, &spec->place,
                               "SiteRelation %s: %d foreign keys fit; say which one with column=", spec->name, count);
        return NULL;
    }
    if (key && !target)
        target = site_resolver_over(resolver, spec->reverse ? key->table : key->target);
    if (!key || !target) {
        relation = unenforced(resolver, draft, spec, target);
        if (!relation)
            miss_foreign_key(resolver, draft, spec, target);
        return relation;
    }
    relation = make(resolver, draft, target, spec->reverse ? SITE_RELATION_REVERSE : SITE_RELATION_FORWARD, spec->name);
    if (spec->reverse)
        join_reverse(relation, key);
    else
        join_forward(relation, key);
    return relation;
}

static const site_foreign_key_t *via_key(const site_table_t *via, const site_table_t *target, const char *column,
                                         const site_foreign_key_t *other) {
    int i;

    for (i = 0; i < via->foreign_keys->nelts; i++) {
        const site_foreign_key_t *key = APR_ARRAY_IDX(via->foreign_keys, i, const site_foreign_key_t *);

        if (key == other || (target && key->target != target))
            continue;
        if (!column ||
            (key->columns->nelts == 1 && strcmp(APR_ARRAY_IDX(key->columns, 0, site_column_t *)->name, column) == 0))
            return key;
    }
    return NULL;
}

static site_relation_t *declared_many(site_resolver_t *resolver, site_draft_t *draft, const site_relation_spec_t *spec,
                                      site_draft_t *target) {
    const site_table_t *via = site_resolver_table(resolver, spec->via);
    const site_foreign_key_t *here, *there;
    site_relation_t *relation;

    if (!via) {
        site_resolver_complain(resolver, draft, &spec->place,
                               "SiteRelation %s: there is no table '%s' that may be read", spec->name, spec->via);
        return NULL;
    }
    here = via_key(via, draft->resource.table, spec->via_column, NULL);
    there = here ? via_key(via, target ? target->resource.table : NULL, spec->via_target_column, here) : NULL;
    if (there && !target)
        target = site_resolver_over(resolver, there->target);
    if (!here || !there || !target) {
        site_resolver_complain(resolver, draft, &spec->place,
                               "SiteRelation %s: table '%s' has no foreign keys to '%s' and to an exposed table",
                               spec->name, spec->via, draft->resource.table->name);
        return NULL;
    }
    relation = make(resolver, draft, target, SITE_RELATION_MANY, spec->name);
    join_many(resolver, relation, here, there);
    return relation;
}

unsigned site_relate_lookup(const char *word) {
    static const struct {
        const char *word;
        unsigned bit;
    } known[] = {{"exact", SITE_KEY_EXACT}, {"in", SITE_KEY_IN}, {"isnull", SITE_KEY_ISNULL}, {"gt", SITE_KEY_GT},
                 {"gte", SITE_KEY_GTE},     {"lt", SITE_KEY_LT}, {"lte", SITE_KEY_LTE},       {"all", SITE_KEY_ALL}};
    apr_size_t i;

    for (i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(word, known[i].word) == 0)
            return known[i].bit;
    }
    return 0;
}

static unsigned lookups_of(const apr_array_header_t *words) {
    unsigned lookups = 0;
    int i;

    for (i = 0; i < words->nelts; i++)
        lookups |= site_relate_lookup(APR_ARRAY_IDX(words, i, const char *));
    return lookups;
}

/* SiteRelation says what comes beside the key itself, SiteLookups with the relation's name all of it. */
static void apply_lookups(const site_draft_t *draft, site_relation_t *relation, const site_relation_spec_t *spec) {
    int i;

    if (spec && spec->lookups)
        relation->lookups = SITE_KEY_EXACT | lookups_of(spec->lookups);
    for (i = 0; draft->spec && draft->spec->attribute && i < draft->spec->attribute->nelts; i++) {
        const site_attribute_spec_t *each = APR_ARRAY_IDX(draft->spec->attribute, i, const site_attribute_spec_t *);

        if (each->lookups && strcmp(each->name, relation->name) == 0)
            relation->lookups = lookups_of(each->lookups);
    }
}

static void relate_declared(site_resolver_t *resolver, site_draft_t *draft) {
    int i;

    for (i = 0; draft->spec && draft->spec->relations && i < draft->spec->relations->nelts; i++) {
        const site_relation_spec_t *spec = APR_ARRAY_IDX(draft->spec->relations, i, const site_relation_spec_t *);
        site_draft_t *target = declared_target(resolver, draft, spec);
        site_relation_t *relation;

        if ((spec->target && !target) || site_draft_hides(draft, spec->name))
            continue;
        relation =
            spec->via ? declared_many(resolver, draft, spec, target) : declared_direct(resolver, draft, spec, target);
        if (!relation)
            continue;
        relation->label = spec->label;
        relation->multiple = spec->multiple != 0;
        relation->duplicates = spec->duplicates != 0;
        relation->reach = spec->reach;
        apply_lookups(draft, relation, spec);
        add(draft, relation);
    }
}

/* --- what foreign keys give --- */

/* mentor_id -> mentor, unless the table has a column of that name, too. */
static const char *forward_name(site_resolver_t *resolver, const site_draft_t *draft, const site_foreign_key_t *key) {
    const char *column = APR_ARRAY_IDX(key->columns, 0, site_column_t *)->name;
    apr_size_t length = strlen(column);
    const char *name = column;
    int i;

    if (key->columns->nelts > 1)
        return is_free(draft, key->target->name) ? key->target->name : key->name;
    /* SiteAttribute renames the column, and with it the relation that it carries. */
    for (i = 0; draft->spec && draft->spec->attribute && i < draft->spec->attribute->nelts; i++) {
        const site_attribute_spec_t *spec = APR_ARRAY_IDX(draft->spec->attribute, i, const site_attribute_spec_t *);

        if (spec->column && strcmp(spec->column, column) == 0)
            return spec->name;
    }
    if (length > 3 && strcmp(column + length - 3, "_id") == 0)
        name = apr_pstrmemdup(resolver->pool, column, length - 3);
    return name == column || is_free(draft, name) ? name : column;
}

/* Columns of a key of several are attributes of their own. */
void site_draft_hide_columns(site_draft_t *draft, const apr_array_header_t *columns) {
    if (columns->nelts == 1)
        APR_ARRAY_PUSH(draft->hidden_columns, const site_column_t *) = APR_ARRAY_IDX(columns, 0, const site_column_t *);
}

static void relate_forward(site_resolver_t *resolver, site_draft_t *draft) {
    const apr_array_header_t *keys = draft->resource.table->foreign_keys;
    int i;

    for (i = 0; i < keys->nelts; i++) {
        const site_foreign_key_t *key = APR_ARRAY_IDX(keys, i, const site_foreign_key_t *);
        site_draft_t *target = site_resolver_over(resolver, key->target);
        site_relation_t *relation;
        const char *name;

        if (!target || has_forward(draft, key->columns))
            continue;
        name = forward_name(resolver, draft, key);
        if (site_draft_hides(draft, name)) {
            site_draft_hide_columns(draft, key->columns);
            continue;
        }
        if (apr_hash_get(draft->resource.relation_by_name, name, APR_HASH_KEY_STRING))
            continue;
        relation = make(resolver, draft, target, SITE_RELATION_FORWARD, name);
        join_forward(relation, key);
        apply_lookups(draft, relation, NULL);
        add(draft, relation);
    }
}

/* A relation is part of parameter names, where a hyphen of a resource's name reads badly. */
static const char *relation_word(apr_pool_t *pool, const char *name) {
    char *word = apr_pstrdup(pool, name), *at;

    for (at = word; *at; at++) {
        if (*at == '-')
            *at = '_';
    }
    return word;
}

/* "books", or "books_by_second" where "books" is taken or would be ambiguous. NULL: both are taken. */
static const char *backward_name(site_resolver_t *resolver, const site_draft_t *draft, const site_draft_t *other,
                                 const apr_array_header_t *columns, int ambiguous) {
    const char *name = relation_word(resolver->pool, other->resource.name), *column;
    apr_size_t length;

    if (!ambiguous && is_free(draft, name))
        return name;
    column = APR_ARRAY_IDX(columns, 0, site_column_t *)->name;
    length = strlen(column);
    if (length > 3 && strcmp(column + length - 3, "_id") == 0)
        column = apr_pstrmemdup(resolver->pool, column, length - 3);
    name = apr_pstrcat(resolver->pool, name, "_by_", column, NULL);
    return is_free(draft, name) ? name : NULL;
}

static int references(const site_table_t *from, const site_table_t *to) {
    int i, count = 0;

    for (i = 0; i < from->foreign_keys->nelts; i++)
        count += APR_ARRAY_IDX(from->foreign_keys, i, const site_foreign_key_t *)->target == to;
    return count;
}

static void relate_reverse(site_resolver_t *resolver, site_draft_t *draft) {
    const apr_array_header_t *keys = draft->resource.table->referenced;
    int i;

    for (i = 0; i < keys->nelts; i++) {
        const site_foreign_key_t *key = APR_ARRAY_IDX(keys, i, const site_foreign_key_t *);
        site_draft_t *source = site_resolver_over(resolver, key->table);
        site_relation_t *relation;
        const char *name;

        if (!source || has_reverse(draft, key))
            continue;
        name = backward_name(resolver, draft, source, key->columns,
                             references(key->table, key->target) > 1 || key->table == key->target);
        if (!name || site_draft_hides(draft, name))
            continue;
        relation = make(resolver, draft, source, SITE_RELATION_REVERSE, name);
        join_reverse(relation, key);
        apply_lookups(draft, relation, NULL);
        add(draft, relation);
    }
}

static void relate_many(site_resolver_t *resolver, site_draft_t *draft) {
    const apr_array_header_t *keys = draft->resource.table->referenced;
    int i;

    for (i = 0; i < keys->nelts; i++) {
        const site_foreign_key_t *here = APR_ARRAY_IDX(keys, i, const site_foreign_key_t *), *there;
        site_draft_t *target;
        site_relation_t *relation;
        const char *name;

        if (!site_table_only_joins(here->table))
            continue;
        there = APR_ARRAY_IDX(here->table->foreign_keys, 0, const site_foreign_key_t *);
        if (there == here)
            there = APR_ARRAY_IDX(here->table->foreign_keys, 1, const site_foreign_key_t *);
        target = site_resolver_over(resolver, there->target);
        if (!target || has_many(draft, here, there))
            continue;
        name = backward_name(resolver, draft, target, there->columns, target == draft);
        if (!name || site_draft_hides(draft, name))
            continue;
        relation = make(resolver, draft, target, SITE_RELATION_MANY, name);
        join_many(resolver, relation, here, there);
        apply_lookups(draft, relation, NULL);
        add(draft, relation);
    }
}

static int by_name_down(const void *one, const void *other) {
    return -strcmp((*(site_relation_t *const *)one)->name, (*(site_relation_t *const *)other)->name);
}

void site_relate(site_resolver_t *resolver) {
    int i;

    for (i = 0; i < resolver->drafts->nelts; i++) {
        site_draft_t *draft = APR_ARRAY_IDX(resolver->drafts, i, site_draft_t *);
        site_resource_t *resource = &draft->resource;

        if (resource->table) {
            relate_declared(resolver, draft);
            if (!site_draft_settings(resolver, draft).declared_relations) {
                relate_forward(resolver, draft);
                relate_many(resolver, draft);
                relate_reverse(resolver, draft);
            }
        }
    }
    site_resolver_drop_relations(resolver);
    for (i = 0; i < resolver->drafts->nelts; i++) {
        site_resource_t *resource = &APR_ARRAY_IDX(resolver->drafts, i, site_draft_t *)->resource;

        resource->relations_down = apr_array_copy(resolver->pool, resource->relations);
        qsort(resource->relations_down->elts, (size_t)resource->relations_down->nelts, sizeof(site_relation_t *),
              by_name_down);
    }
}
