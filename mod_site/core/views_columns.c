/* What a template sees of a row of SQL: the fourth part of views.h. */
#include "core/views.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

typedef struct columns_t {
    const site_views_column_t *columns;
    int count;
    const site_cell_t *cells;
} columns_t;

/* "light_years" -> "Light years" */
static const char *label_of(apr_pool_t *pool, const char *name) {
    char *label = apr_pstrdup(pool, name), *at;

    *label = (char)apr_toupper(*label);
    for (at = label; *at; at++) {
        if (*at == '_')
            *at = ' ';
    }
    return label;
}

static void fill_cells(site_view_t *view, const char *name, void *baton) {
    const columns_t *row = baton;
    apr_pool_t *pool = site_view_pool(view);
    int i;

    for (i = 0; i < row->count; i++) {
        const site_views_column_t *column = &row->columns[i];
        site_view_t *item = site_view_item(view, name);
        site_sink_t value;

        site_sink_init(&value, pool, row->cells[i].length + 64, 0);
        if (row->cells[i].text)
            site_html_text(&value, row->cells[i].text, row->cells[i].length);
        site_view_text(item, "name", column->name);
        site_view_text(item, "label", label_of(pool, column->name));
        site_view_text(item, "comment", NULL);
        site_view_text(item, "class", column->number ? "n" : NULL);
        site_view_markup(item, "value", &value);
        site_view_text_of(item, "text", row->cells[i].text, row->cells[i].length);
    }
}

void site_views_columns(site_view_t *view, const site_views_column_t *columns, int count, const site_cell_t *cells) {
    columns_t *row = apr_palloc(site_view_pool(view), sizeof *row);
    int i;

    row->columns = columns;
    row->count = count;
    row->cells = cells;
    site_view_text(view, "_url", NULL);
    site_view_text(view, "_key", NULL);
    site_view_later(view, "_cells", fill_cells, row);
    for (i = 0; i < count; i++) {
        const site_cell_t *cell = &cells[i];

        if (columns[i].boolean)
            site_view_text(view, columns[i].name, cell->text && *cell->text == 't' ? "yes" : NULL);
        else
            site_view_text_of(view, columns[i].name, cell->text, cell->length);
    }
}
