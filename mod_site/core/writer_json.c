#include "core/writer_json.h"
#include "core/params.h"
#include "core/route.h"

#include <apr_strings.h>
#include <string.h>

static void write_string(site_sink_t *sink, const char *text) {
    site_format_string(sink, text, strlen(text));
}

void site_json_address(site_sink_t *sink, const site_urls_t *urls, const site_resource_t *resource, const char *key,
                       apr_size_t key_length) {
    site_sink_puts(sink, urls->base);
    site_params_encode(sink, resource->name, strlen(resource->name), 0);
    site_sink_char(sink, '/');
    site_route_write_key(sink, key, key_length, resource->key_dots);
    site_sink_puts(sink, urls->item_tail);
    site_sink_puts(sink, urls->query);
}

static void write_address(site_sink_t *sink, const site_urls_t *urls, const site_resource_t *resource, const char *key,
                          apr_size_t key_length) {
    site_sink_char(sink, '"');
    site_json_address(sink, urls, resource, key, key_length);
    site_sink_char(sink, '"');
}

/* One related key, address or slug. */
static void write_related(site_sink_t *sink, const site_urls_t *urls, const site_attribute_t *attribute,
                          const char *text, apr_size_t length) {
    if (attribute->show == SITE_SHOW_LINK)
        write_address(sink, urls, site_attribute_target(attribute), text, length);
    else
        attribute->format->write(sink, attribute->format, text, length);
}

/* --- to-many values --- */

typedef struct list_t {
    site_sink_t *sink;
    const site_urls_t *urls;
    const site_attribute_t *attribute;
    int written;
} list_t;

static void write_element(void *baton, const char *value, apr_size_t length, int depth) {
    list_t *list = baton;

    (void)depth;
    if (list->written++)
        site_sink_char(list->sink, ',');
    if (value)
        write_related(list->sink, list->urls, list->attribute, value, length);
    else
        site_sink_write(list->sink, "null", 4);
}

static void write_list(site_sink_t *sink, const site_urls_t *urls, const site_attribute_t *attribute,
                       const site_cell_t *cell) {
    list_t list;
    char delimiter = ',';

    list.sink = sink;
    list.urls = urls;
    list.attribute = attribute;
    list.written = 0;
    site_sink_char(sink, '[');
    site_format_array_each(sink->pool, cell->text, cell->length, delimiter, write_element, &list);
    site_sink_char(sink, ']');
}

/* --- nested rows: a row of text cells, or a list of such rows --- */

typedef struct nested_t {
    site_sink_t *sink;
    const site_urls_t *urls;
    site_nesting_t nesting;
    site_cell_t *cells;
    int width, filled, written;
} nested_t;

static apr_size_t write_members(site_sink_t *sink, const site_urls_t *urls, const site_nesting_t *nesting,
                                const char *url_attribute, const site_cell_t *cells);

static void write_nested_row(nested_t *nested) {
    if (nested->written++)
        site_sink_char(nested->sink, ',');
    write_members(nested->sink, nested->urls, &nested->nesting, NULL, nested->cells);
    nested->filled = 0;
}

static void collect_cell(void *baton, const char *value, apr_size_t length, int depth) {
    nested_t *nested = baton;
    site_cell_t *cell = &nested->cells[nested->filled++];

    (void)depth;
    /* A value is valid during this call only. */
    cell->text = value ? apr_pstrmemdup(nested->sink->pool, value, length) : NULL;
    cell->length = length;
    if (nested->filled == nested->width)
        write_nested_row(nested);
}

static void write_nested(site_sink_t *sink, const site_urls_t *urls, const site_attribute_t *attribute,
                         const site_nesting_t *around, const site_cell_t *cell) {
    nested_t nested;

    memset(&nested, 0, sizeof nested);
    nested.sink = sink;
    nested.urls = urls;
    nested.nesting.resource = attribute->shape;
    nested.nesting.around = around;
    nested.width = site_resource_width(nested.nesting.resource);
    nested.cells = apr_palloc(sink->pool, (apr_size_t)nested.width * sizeof *nested.cells);
    if (attribute->relation->many)
        site_sink_char(sink, '[');
    site_format_array_each(sink->pool, cell->text, cell->length, ',', collect_cell, &nested);
    if (attribute->relation->many)
        site_sink_char(sink, ']');
}

/* --- rows --- */

static void write_value(site_sink_t *sink, const site_urls_t *urls, const site_attribute_t *attribute,
                        const site_nesting_t *nesting, const site_cell_t *cell) {
    if (!cell->text)
        site_sink_write(sink, "null", 4);
    else if (!attribute->relation)
        attribute->format->write(sink, attribute->format, cell->text, cell->length);
    else if (site_attribute_nests(attribute, nesting))
        write_nested(sink, urls, attribute, nesting, cell);
    else if (attribute->relation->many)
        write_list(sink, urls, attribute, cell);
    else
        write_related(sink, urls, attribute, cell->text, cell->length);
}

void site_json_value(site_sink_t *sink, const site_urls_t *urls, const site_attribute_t *attribute,
                     const site_cell_t *cell) {
    site_nesting_t nesting = {attribute->resource, NULL};

    write_value(sink, urls, attribute, &nesting, cell);
}

static void write_own_address(site_sink_t *sink, const site_urls_t *urls, const site_resource_t *resource,
                              const char *url_attribute, const site_cell_t *key) {
    write_string(sink, url_attribute);
    site_sink_char(sink, ':');
    write_address(sink, urls, resource, key->text, key->length);
}

/* `url_attribute` NULL: a row inside another one, which shows its address only where SiteAttributes names it. Returns where
 * what is behind that address begins; beyond the sink's end where it does not come first. */
static apr_size_t write_members(site_sink_t *sink, const site_urls_t *urls, const site_nesting_t *nesting,
                                const char *url_attribute, const site_cell_t *cells) {
    const site_resource_t *resource = nesting->resource;
    const site_attribute_t *const *attributes =
        (const site_attribute_t *const *)(const void *)resource->attributes->elts;
    const site_cell_t *cell = cells + 1;
    int count = resource->attributes->nelts, url_at = resource->url_place < 0 ? 0 : resource->url_place, i;
    apr_size_t behind = sink->used + 1;
    char before = '{';

    if (!url_attribute)
        url_attribute = resource->url_place < 0 ? "" : resource->url_name;
    if (!*url_attribute || !cells[0].text)
        url_at = -1;
    for (i = 0; i <= count; i++) {
        if (i == url_at) {
            int first = before == '{';

            site_sink_char(sink, before);
            write_own_address(sink, urls, resource, url_attribute, cells);
            before = ',';
            behind = first ? sink->used + 1 : APR_SIZE_MAX;
        }
        if (i == count || !attributes[i]->shown)
            continue;
        if (cell->text || !attributes[i]->sparse) {
            site_sink_char(sink, before);
            site_sink_write(sink, attributes[i]->json_key, (apr_size_t)attributes[i]->json_key_length);
            write_value(sink, urls, attributes[i], nesting, cell);
            before = ',';
        }
        cell++;
    }
    if (before == '{')
        site_sink_char(sink, '{');
    site_sink_char(sink, '}');
    return behind;
}

apr_size_t site_json_row(site_sink_t *sink, const site_urls_t *urls, const site_resource_t *resource,
                         const char *url_attribute, const site_cell_t *cells) {
    site_nesting_t nesting = {resource, NULL};

    return write_members(sink, urls, &nesting, url_attribute, cells);
}

static void write_links(site_sink_t *sink, const char *next, const char *previous) {
    site_sink_puts(sink, "\"next\":");
    if (next)
        write_string(sink, next);
    else
        site_sink_puts(sink, "null");
    site_sink_puts(sink, ",\"previous\":");
    if (previous)
        write_string(sink, previous);
    else
        site_sink_puts(sink, "null");
    site_sink_puts(sink, ",\"results\":[");
}

void site_json_page_begin(site_sink_t *sink, apr_int64_t count, const char *next, const char *previous) {
    site_sink_puts(sink, "{\"count\":");
    site_sink_number(sink, count);
    site_sink_char(sink, ',');
    write_links(sink, next, previous);
}

void site_json_keyset_begin(site_sink_t *sink, const char *next, const char *previous) {
    site_sink_char(sink, '{');
    write_links(sink, next, previous);
}

void site_json_page_end(site_sink_t *sink) {
    site_sink_puts(sink, "]}");
}

void site_json_root(site_sink_t *sink, const site_urls_t *urls, const site_api_t *api) {
    int i;

    site_sink_char(sink, '{');
    for (i = 0; i < api->resources->nelts; i++) {
        const site_resource_t *resource = APR_ARRAY_IDX(api->resources, i, const site_resource_t *);

        if (i)
            site_sink_char(sink, ',');
        write_string(sink, resource->name);
        site_sink_puts(sink, ":\"");
        site_sink_puts(sink, urls->base);
        site_params_encode(sink, resource->name, strlen(resource->name), 0);
        site_sink_puts(sink, urls->collection_tail);
        site_sink_puts(sink, urls->query);
        site_sink_char(sink, '"');
    }
    site_sink_char(sink, '}');
}

/* --- errors --- */

/* Every field once, with all of its messages in order. */
static void write_fields(site_sink_t *sink, const site_error_t *errors) {
    const site_error_t *error, *other;
    int fields = 0;

    site_sink_char(sink, '{');
    for (error = errors; error; error = error->next) {
        int messages = 0;

        for (other = errors; other != error && strcmp(other->field, error->field) != 0; other = other->next)
            ;
        if (other != error)
            continue;
        if (fields++)
            site_sink_char(sink, ',');
        write_string(sink, error->field);
        site_sink_char(sink, ':');
        if (error->nested) {
            write_fields(sink, error->nested);
            continue;
        }
        site_sink_char(sink, '[');
        for (other = error; other; other = other->next) {
            if (strcmp(other->field, error->field) != 0)
                continue;
            if (messages++)
                site_sink_char(sink, ',');
            write_string(sink, other->message);
        }
        site_sink_char(sink, ']');
    }
    site_sink_char(sink, '}');
}

void site_json_error(site_sink_t *sink, const site_error_t *error) {
    if (error->field) {
        write_fields(sink, error);
        return;
    }
    site_sink_puts(sink, "{\"detail\":");
    write_string(sink, error->message ? error->message : "");
    site_sink_char(sink, '}');
}

/* --- indentation --- */

static void new_line(site_sink_t *sink, int spaces) {
    site_sink_char(sink, '\n');
    while (spaces-- > 0)
        site_sink_char(sink, ' ');
}

void site_json_indent(site_sink_t *sink, const char *json, apr_size_t length, int indent) {
    apr_size_t i;
    int depth = 0, quoted = 0;

    for (i = 0; i < length; i++) {
        char c = json[i];

        if (quoted) {
            site_sink_char(sink, c);
            if (c == '\\' && i + 1 < length)
                site_sink_char(sink, json[++i]);
            else if (c == '"')
                quoted = 0;
            continue;
        }
        if ((c == '}' || c == ']') && depth > 0)
            new_line(sink, --depth * indent);
        site_sink_char(sink, c);
        if (c == '"') {
            quoted = 1;
        }
        else if (c == ':') {
            site_sink_char(sink, ' ');
        }
        else if (c == ',') {
            new_line(sink, depth * indent);
        }
        else if ((c == '{' || c == '[') && i + 1 < length && (json[i + 1] == '}' || json[i + 1] == ']')) {
            site_sink_char(sink, json[++i]); /* empty ones stay on their line */
        }
        else if (c == '{' || c == '[') {
            new_line(sink, ++depth * indent);
        }
    }
}
