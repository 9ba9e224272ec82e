#include "core/labels.h"

#include "core/sql_parts.h"

#include <apr_strings.h>
#include <string.h>

/* Of one attribute. */
typedef struct group_t {
    const site_attribute_t *attribute;
    const site_column_t *column; /* of the target, whose values are the keys */
    int cell;                    /* in a row */
    apr_array_header_t *keys;    /* const char *, each once */
    apr_hash_t *names;           /* key -> its label; "" until it is known */
} group_t;

struct site_labels_t {
    apr_pool_t *pool;
    group_t groups[SITE_LABELS_MAX];
    int count;
    int asked[SITE_LABELS_MAX]; /* the group of each statement */
};

/* The column whose values stand for related rows. */
static const site_column_t *key_column(const site_attribute_t *attribute) {
    const site_attribute_t *key = site_attribute_target(attribute)->key;

    if (attribute->show == SITE_SHOW_LINK)
        return key ? key->column : NULL;
    return attribute->show == SITE_SHOW_KEY ? attribute->relation->key : NULL;
}

int site_labels_are_wanted(const site_attribute_t *attribute) {
    const site_attribute_t *label = attribute->relation && !site_attribute_target(attribute)->broken
                                        ? site_attribute_target(attribute)->label
                                        : NULL;
    const site_column_t *column = label ? key_column(attribute) : NULL;

    return attribute->shown && column && !attribute->relation->blind && column != label->column;
}

site_labels_t *site_labels_make(apr_pool_t *pool, const site_resource_t *resource) {
    site_labels_t *labels = apr_pcalloc(pool, sizeof *labels);
    int cell = 1, i;

    labels->pool = pool;
    for (i = 0; i < resource->attributes->nelts && labels->count < SITE_LABELS_MAX; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *);

        if (!attribute->shown)
            continue;
        if (site_labels_are_wanted(attribute)) {
            group_t *group = &labels->groups[labels->count++];

            group->attribute = attribute;
            group->column = key_column(attribute);
            group->cell = cell;
            group->keys = apr_array_make(pool, 16, sizeof(const char *));
            group->names = apr_hash_make(pool);
        }
        cell++;
    }
    return labels;
}

/* --- keys --- */

typedef struct noting_t {
    site_labels_t *labels;
    group_t *group;
} noting_t;

static void note(void *baton, const char *value, apr_size_t length, int depth) {
    const noting_t *noting = baton;
    const char *key;

    (void)depth;
    if (!value || apr_hash_get(noting->group->names, value, (apr_ssize_t)length))
        return;
    key = apr_pstrmemdup(noting->labels->pool, value, length);
    apr_hash_set(noting->group->names, key, (apr_ssize_t)length, "");
    APR_ARRAY_PUSH(noting->group->keys, const char *) = key;
}

void site_labels_note(site_labels_t *labels, const site_cell_t *cells) {
    int i;

    for (i = 0; i < labels->count; i++) {
        group_t *group = &labels->groups[i];
        const site_cell_t *cell = &cells[group->cell];
        noting_t noting = {labels, group};

        if (!cell->text)
            continue;
        if (group->attribute->relation->many)
            site_format_array_each(labels->pool, cell->text, cell->length, ',', note, &noting);
        else
            note(&noting, cell->text, cell->length, 0);
    }
}

/* --- labels --- */

static void write_statement(apr_pool_t *pool, const group_t *group, site_sql_t *sql) {
    const site_resource_t *target = site_attribute_target(group->attribute);
    site_sql_writer_t writer;

    site_sql_begin(&writer, pool);
    site_sink_puts(&writer.text, "SELECT ");
    site_sql_column(&writer, 0, group->column);
    site_sink_puts(&writer.text, "::text, ");
    site_sql_column(&writer, 0, target->label->column);
    site_sink_puts(&writer.text, "::text FROM ");
    site_sql_table(&writer, target->table, 0);
    site_sink_puts(&writer.text, " WHERE ");
    site_sql_column(&writer, 0, group->column);
    site_sink_puts(&writer.text, " = ANY (");
    site_sql_bind_array(&writer, &group->column->type, group->keys);
    site_sink_puts(&writer.text, ")");
    site_sql_where(&writer, " AND ", 0, target);
    site_sql_finish(&writer, sql);
}

int site_labels_ask(site_labels_t *labels, site_sql_t *sql) {
    int count = 0, i;

    for (i = 0; i < labels->count; i++) {
        if (!labels->groups[i].keys->nelts)
            continue;
        labels->asked[count] = i;
        write_statement(labels->pool, &labels->groups[i], &sql[count++]);
    }
    return count;
}

void site_labels_take(site_labels_t *labels, int i, const site_cell_t *cells) {
    if (cells[0].text && cells[1].text && cells[1].length)
        apr_hash_set(labels->groups[labels->asked[i]].names, cells[0].text, (apr_ssize_t)cells[0].length,
                     cells[1].text);
}

const char *site_labels_find(const site_labels_t *labels, const site_attribute_t *attribute, const char *key,
                             apr_size_t length) {
    int i;

    for (i = 0; labels && i < labels->count; i++) {
        const char *name;

        if (labels->groups[i].attribute != attribute)
            continue;
        name = apr_hash_get(labels->groups[i].names, key, (apr_ssize_t)length);
        return name && *name ? name : NULL;
    }
    return NULL;
}
