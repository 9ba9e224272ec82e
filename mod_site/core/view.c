#include "core/view.h"

#include "core/html.h"

#include <string.h>

struct site_view_t {
    apr_pool_t *pool;
    site_view_t *outer;
    apr_array_header_t *entries; /* site_view_entry_t: few enough to be looked through */
};

site_view_t *site_view_make(apr_pool_t *pool, site_view_t *outer) {
    site_view_t *view = apr_palloc(pool, sizeof *view);

    view->pool = pool;
    view->outer = outer;
    view->entries = apr_array_make(pool, 8, sizeof(site_view_entry_t));
    return view;
}

apr_pool_t *site_view_pool(const site_view_t *view) {
    return view->pool;
}

static site_view_entry_t *own_entry(const site_view_t *view, const char *name, apr_size_t length) {
    int i;

    for (i = 0; i < view->entries->nelts; i++) {
        site_view_entry_t *entry = &APR_ARRAY_IDX(view->entries, i, site_view_entry_t);

        if (entry->name_length == length && memcmp(entry->name, name, length) == 0)
            return entry;
    }
    return NULL;
}

/* The entry of this name, emptied unless it goes on being a list. */
static site_view_entry_t *entry_of(site_view_t *view, const char *name, site_view_kind_t kind) {
    apr_size_t length = strlen(name);
    site_view_entry_t *entry = own_entry(view, name, length);

    if (!entry) {
        entry = apr_array_push(view->entries);
        entry->kind = SITE_VIEW_NOTHING;
    }
    if (kind == SITE_VIEW_LIST && entry->kind == SITE_VIEW_LIST)
        return entry;
    memset(entry, 0, sizeof *entry);
    entry->name = name;
    entry->name_length = length;
    entry->kind = kind;
    return entry;
}

void site_view_text_of(site_view_t *view, const char *name, const char *text, apr_size_t length) {
    site_view_entry_t *entry = entry_of(view, name, text && length ? SITE_VIEW_TEXT : SITE_VIEW_NOTHING);

    /* A template escapes what means something in HTML, and lets through what no document may hold. */
    entry->text = text && length ? site_html_clean(view->pool, text, &length) : NULL;
    entry->length = length;
}

void site_view_text(site_view_t *view, const char *name, const char *text) {
    site_view_text_of(view, name, text, text ? strlen(text) : 0);
}

void site_view_number(site_view_t *view, const char *name, apr_int64_t number) {
    site_sink_t sink;

    site_sink_init(&sink, view->pool, 32, 0);
    site_html_number(&sink, number);
    site_view_text_of(view, name, sink.data, sink.used);
}

void site_view_markup(site_view_t *view, const char *name, const site_sink_t *sink) {
    int written = sink->status == APR_SUCCESS && sink->used > 0;
    site_view_entry_t *entry = entry_of(view, name, written ? SITE_VIEW_MARKUP : SITE_VIEW_NOTHING);

    entry->text = sink->data;
    entry->length = sink->used;
}

void site_view_flag(site_view_t *view, const char *name, int holds) {
    entry_of(view, name, holds ? SITE_VIEW_FLAG : SITE_VIEW_NOTHING);
}

site_view_t *site_view_item(site_view_t *view, const char *name) {
    site_view_entry_t *entry = entry_of(view, name, SITE_VIEW_LIST);
    site_view_t *item = site_view_make(view->pool, view);

    if (!entry->items)
        entry->items = apr_array_make(view->pool, 8, sizeof(site_view_t *));
    APR_ARRAY_PUSH(entry->items, site_view_t *) = item;
    return item;
}

void site_view_later(site_view_t *view, const char *name,
                     void (*fill)(site_view_t *view, const char *name, void *baton), void *baton) {
    site_view_entry_t *entry = entry_of(view, name, SITE_VIEW_NOTHING);

    entry->fill = fill;
    entry->baton = baton;
}

const site_view_entry_t *site_view_find(site_view_t *view, const char *name, apr_size_t length) {
    for (; view; view = view->outer) {
        site_view_entry_t *entry = own_entry(view, name, length);

        if (entry && entry->fill) {
            void (*fill)(site_view_t *, const char *, void *) = entry->fill;
            const char *asked = entry->name;

            entry->fill = NULL;
            fill(view, asked, entry->baton);
            entry = own_entry(view, name, length); /* it may have moved */
        }
        if (entry)
            return entry->kind == SITE_VIEW_NOTHING ? NULL : entry;
    }
    return NULL;
}
