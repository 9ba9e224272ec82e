/* view: what a template sees: names, and what stands behind them.
 *
 * A view is a small dictionary. A list is a name with views of its own, one for each turn of the section; what a view
 * does not know itself, it asks the one around it. Where a value costs something to find out, a function may stand for
 * it, which is called when a template asks for the name, at most once: what no template shows is never computed.
 *
 * A view and everything in it live in one pool, belong to one request and are used by one thread. Names are not copied.
 * A name that is given twice keeps what came last.
 */
#ifndef SITE_CORE_VIEW_H
#define SITE_CORE_VIEW_H

#include "core/sink.h"

#include <apr_tables.h>

typedef struct site_view_t site_view_t;

/* What stands behind a name. */
typedef enum site_view_kind_t {
    SITE_VIEW_NOTHING,
    SITE_VIEW_TEXT,   /* escaped for the place where it lands */
    SITE_VIEW_MARKUP, /* HTML that our own writers made: it stands as it is */
    SITE_VIEW_FLAG,   /* a condition that holds */
    SITE_VIEW_LIST
} site_view_kind_t;

typedef struct site_view_entry_t {
    const char *name;
    apr_size_t name_length;
    site_view_kind_t kind;
    const char *text; /* TEXT, MARKUP */
    apr_size_t length;
    apr_array_header_t *items; /* LIST: site_view_t * */
    void (*fill)(site_view_t *view, const char *name, void *baton);
    void *baton;
} site_view_entry_t;

/* An empty view; `outer` may be NULL. */
site_view_t *site_view_make(apr_pool_t *pool, site_view_t *outer);

apr_pool_t *site_view_pool(const site_view_t *view);

/* Text; NULL and "" are the same as no text at all. It is not copied, unless it holds what no document may hold
 * (site_html_clean). */
void site_view_text(site_view_t *view, const char *name, const char *text);
void site_view_text_of(site_view_t *view, const char *name, const char *text, apr_size_t length);

/* "8,412": for people. */
void site_view_number(site_view_t *view, const char *name, apr_int64_t number);

/* What a sink holds, as it is. It must not be written to any more. */
void site_view_markup(site_view_t *view, const char *name, const site_sink_t *sink);

/* The condition `name` holds, or does not. */
void site_view_flag(site_view_t *view, const char *name, int holds);

/* One more turn of the list `name`. */
site_view_t *site_view_item(site_view_t *view, const char *name);

/* `fill` is called when `name` is asked for; it gives `view` the name (or does not: then there is nothing). */
void site_view_later(site_view_t *view, const char *name,
                     void (*fill)(site_view_t *view, const char *name, void *baton), void *baton);

/* What stands behind a name, here or further out; NULL: nothing. A list without items is nothing. */
const site_view_entry_t *site_view_find(site_view_t *view, const char *name, apr_size_t length);

#endif
