/* One value of a row as HTML: the second half of html.h. */
#include "core/html.h"
#include "core/image.h"
#include "core/link.h"
#include "core/unicode.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

enum {
    SHORT_TEXT = 100,  /* bytes of a long text in a table; the style sheet cuts to the column's width */
    SHORT_JSON = 40,   /* of a document */
    SHORT_FLOAT = 7,   /* significant digits of a number that has no fixed ones */
    FULL_BINARY = 128, /* digits of a binary value on its own page */
    SHORT_LIST = 12    /* elements of a list in a table */
};

typedef struct writing_t {
    site_sink_t *sink;
    const site_urls_t *urls;
    const site_labels_t *labels; /* or NULL */
    site_html_style_t style;
    const site_cell_t *key; /* of the row; NULL: it has no page */
} writing_t;

/* --- text --- */

/* Where to cut so that no character is torn. */
static apr_size_t cut(const char *text, apr_size_t length, apr_size_t limit) {
    if (length <= limit)
        return length;
    while (limit && ((unsigned char)text[limit] & 0xc0) == 0x80)
        limit--;
    return limit;
}

static void write_up_to(const writing_t *w, const char *text, apr_size_t length, apr_size_t limit) {
    apr_size_t shown = w->style == SITE_HTML_FULL ? length : cut(text, length, limit);

    site_html_text(w->sink, text, shown);
    if (shown < length)
        site_sink_puts(w->sink, "\xe2\x80\xa6");
}

static void write_text(const writing_t *w, const char *text, apr_size_t length) {
    write_up_to(w, text, length, SHORT_TEXT);
}

static void write_formatted(const writing_t *w, site_text_format_t format, const char *text, apr_size_t length) {
    const char *scheme = NULL;

    if (w->style != SITE_HTML_BARE && format == SITE_TEXT_URL && site_link_is_web(text, length))
        scheme = "";
    if (w->style != SITE_HTML_BARE && format == SITE_TEXT_EMAIL && site_link_is_mail(text, length))
        scheme = "mailto:";
    if (!scheme) {
        write_text(w, text, length);
        return;
    }
    site_sink_puts(w->sink, "<a href=\"");
    site_sink_puts(w->sink, scheme);
    site_html_text(w->sink, text, length);
    site_sink_puts(w->sink, *scheme ? "\">" : "\" rel=\"nofollow noopener\">");
    write_text(w, text, length);
    site_sink_puts(w->sink, "</a>");
}

static void write_none(site_sink_t *sink) {
    site_sink_puts(sink, "<i class=null>none</i>");
}

/* --- dates --- */

static int has_form(const char *text, apr_size_t length, const char *form) {
    apr_size_t i;

    for (i = 0; form[i]; i++) {
        if (i == length || (form[i] == '0' ? !apr_isdigit(text[i]) : text[i] != form[i]))
            return 0;
    }
    return 1;
}

/* The machine-readable form, where HTML has one: no years beyond four digits, no BC, milliseconds at most. */
static void write_machine_moment(site_sink_t *sink, const char *text, apr_size_t length) {
    apr_size_t at = 19;

    site_sink_write(sink, text, 10);
    site_sink_char(sink, 'T');
    site_sink_write(sink, text + 11, 8);
    if (at < length && text[at] == '.') {
        apr_size_t begin = at++;

        while (at < length && apr_isdigit(text[at]))
            at++;
        site_sink_write(sink, text + begin, at - begin > 4 ? 4 : at - begin);
    }
    if (at == length)
        return;
    site_sink_write(sink, text + at, length - at);
    if (length - at == 3)
        site_sink_puts(sink, ":00");
}

static int is_moment(const char *text, apr_size_t length) {
    apr_size_t at = 19;

    if (!has_form(text, length, "0000-00-00 00:00:00"))
        return 0;
    while (at < length && (text[at] == '.' || apr_isdigit(text[at])))
        at++;
    if (at == length)
        return 1;
    if (text[at] != '+' && text[at] != '-')
        return 0;
    at++;
    return (length - at == 2 && has_form(text + at, 2, "00")) || (length - at == 5 && has_form(text + at, 5, "00:00"));
}

static void write_moment(const writing_t *w, const char *text, apr_size_t length) {
    int machine = w->style == SITE_HTML_FULL && is_moment(text, length);
    int utc = length > 3 && memcmp(text + length - 3, "+00", 3) == 0;

    if (machine) {
        site_sink_puts(w->sink, "<time datetime=\"");
        write_machine_moment(w->sink, text, length);
        site_sink_puts(w->sink, "\">");
    }
    site_html_text(w->sink, text, utc ? length - 3 : length);
    if (utc)
        site_sink_puts(w->sink, " UTC");
    if (machine)
        site_sink_puts(w->sink, "</time>");
}

static void write_date(const writing_t *w, const char *text, apr_size_t length) {
    if (w->style == SITE_HTML_FULL && length == 10 && has_form(text, length, "0000-00-00")) {
        site_sink_puts(w->sink, "<time>");
        site_html_text(w->sink, text, length);
        site_sink_puts(w->sink, "</time>");
        return;
    }
    site_html_text(w->sink, text, length);
}

/* --- documents and bytes --- */

static void write_json(const writing_t *w, const char *text, apr_size_t length) {
    site_sink_t compact, indented;

    if (w->style != SITE_HTML_FULL) {
        write_up_to(w, text, length, SHORT_JSON);
        return;
    }
    site_sink_init(&compact, w->sink->pool, length + 16, 0);
    site_format_json(&compact, text, length);
    site_sink_init(&indented, w->sink->pool, compact.used * 2 + 16, 0);
    site_json_indent(&indented, compact.data, compact.used, 2);
    site_sink_puts(w->sink, "<pre><code>");
    site_html_text(w->sink, indented.data, indented.used);
    site_sink_puts(w->sink, "</code></pre>");
}

/* Where the value itself is to be had (httpd/file). */
static void write_file_address(const writing_t *w, const site_attribute_t *attribute) {
    site_html_item_address(w->sink, w->urls, attribute->resource, w->key);
    site_sink_puts(w->sink, *w->urls->query ? "&amp;_file=" : "?_file=");
    site_params_encode(w->sink, attribute->name, strlen(attribute->name), 1);
}

static void write_picture(const writing_t *w, const site_attribute_t *attribute) {
    site_sink_puts(w->sink, "<img src=\"");
    write_file_address(w, attribute);
    site_sink_puts(w->sink, "\" alt=\"");
    site_html_puts(w->sink, attribute->label);
    site_sink_puts(w->sink,
                   w->style == SITE_HTML_FULL ? "\" class=\"picture\">" : "\" class=\"thumb\" loading=\"lazy\">");
}

/* "\x00ff..." */
static void write_binary(const writing_t *w, const site_attribute_t *attribute, const char *text, apr_size_t length) {
    apr_size_t digits = length > 2 ? length - 2 : 0;
    int has_address =
        w->key && w->style != SITE_HTML_BARE && !attribute->relation && attribute->column->type.kind == SITE_KIND_BYTEA;

    if (has_address && site_image_type(text, length)) {
        write_picture(w, attribute);
        return;
    }
    site_html_number(w->sink, (apr_int64_t)(digits / 2));
    site_sink_puts(w->sink, digits == 2 ? " byte" : " bytes");
    if (w->style != SITE_HTML_FULL || !digits)
        return;
    if (has_address) {
        site_sink_puts(w->sink, " <a href=\"");
        write_file_address(w, attribute);
        site_sink_puts(w->sink, "\" download>download</a>");
    }
    site_sink_puts(w->sink, " <code>");
    site_html_text(w->sink, text + 2, digits > FULL_BINARY ? FULL_BINARY : digits);
    site_sink_puts(w->sink, digits > FULL_BINARY ? "\xe2\x80\xa6</code>" : "</code>");
}

/* --- numbers --- */

/* The noise of a measurement's last digits is for its own page: 30.959752321981423 -> 30.95975. */
static void write_float(const writing_t *w, const char *text, apr_size_t length) {
    char *end;
    double value;

    if (w->style == SITE_HTML_FULL || length <= SHORT_FLOAT + 2 || memchr(text, 'e', length)) {
        write_text(w, text, length);
        return;
    }
    value = strtod(text, &end);
    if (end != text + length || value >= 1e7 || value <= -1e7)
        write_text(w, text, length);
    else
        site_sink_printf(w->sink, "%.*g", SHORT_FLOAT, value);
}

/* --- one value --- */

static const char *choice_label(const site_attribute_t *attribute, const char *text, apr_size_t length) {
    int i;

    for (i = 0; attribute->choices && i < attribute->choices->nelts; i++) {
        const site_choice_t *choice = APR_ARRAY_IDX(attribute->choices, i, const site_choice_t *);

        if (strlen(choice->value) == length && memcmp(choice->value, text, length) == 0)
            return choice->label;
    }
    return NULL;
}

static void write_scalar(const writing_t *w, const site_attribute_t *attribute, site_kind_t kind, const char *text,
                         apr_size_t length) {
    const char *label = choice_label(attribute, text, length);

    if (label) {
        site_html_puts(w->sink, label);
        return;
    }
    switch (kind) {
    case SITE_KIND_BOOLEAN:
        site_sink_puts(w->sink, length && *text == 't' ? "yes" : "no");
        break;
    case SITE_KIND_TIMESTAMP:
    case SITE_KIND_TIMESTAMPTZ:
        write_moment(w, text, length);
        break;
    case SITE_KIND_DATE:
        write_date(w, text, length);
        break;
    case SITE_KIND_JSON:
    case SITE_KIND_JSONB:
        write_json(w, text, length);
        break;
    case SITE_KIND_BYTEA:
        write_binary(w, attribute, text, length);
        break;
    case SITE_KIND_FLOAT4:
    case SITE_KIND_FLOAT8:
        write_float(w, text, length);
        break;
    default:
        write_formatted(w, attribute->text_format, text, length);
    }
}

/* --- lists: arrays, and rows on the other side of a relation --- */

typedef struct list_t {
    const writing_t *w;
    const site_attribute_t *attribute;
    site_kind_t kind;
    int related; /* the elements are of the relation's target, not of this column */
    int written;
} list_t;

static void write_related(const writing_t *w, const site_attribute_t *attribute, const site_cell_t *cell);

static void write_element(void *baton, const char *value, apr_size_t length, int depth) {
    list_t *list = baton;
    const writing_t *w = list->w;
    int full = w->style == SITE_HTML_FULL;
    site_cell_t cell = {value, length};

    (void)depth;
    if (!full && list->written == SHORT_LIST)
        site_sink_puts(w->sink, ", \xe2\x80\xa6");
    if (!full && list->written >= SHORT_LIST) {
        list->written++;
        return;
    }
    site_sink_puts(w->sink, full ? "<li>" : list->written ? ", " : "");
    list->written++;
    if (!value)
        write_none(w->sink);
    else if (list->related)
        write_related(w, list->attribute, &cell);
    else
        write_scalar(w, list->attribute, list->kind, value, length);
    if (full)
        site_sink_puts(w->sink, "</li>");
}

static int is_nested_array(const site_cell_t *cell) {
    return cell->length > 1 && (cell->text[0] == '[' || cell->text[1] == '{');
}

static void write_list(const writing_t *w, const site_attribute_t *attribute, const site_cell_t *cell, int related) {
    const site_type_t *element = related ? NULL : attribute->column->type.element;
    char delimiter = related || !attribute->format ? ',' : attribute->format->delimiter;
    list_t list = {w, attribute, element ? element->kind : SITE_KIND_TEXT, related, 0};

    if (cell->length == 2 || is_nested_array(cell)) { /* "{}", or a matrix: as PostgreSQL writes it */
        if (cell->length == 2)
            write_none(w->sink);
        else
            write_text(w, cell->text, cell->length);
        return;
    }
    if (w->style == SITE_HTML_FULL)
        site_sink_puts(w->sink, "<ul class=\"values\">");
    site_format_array_each(w->sink->pool, cell->text, cell->length, delimiter ? delimiter : ',', write_element, &list);
    if (w->style == SITE_HTML_FULL)
        site_sink_puts(w->sink, "</ul>");
}

/* --- relations --- */

/* Whether the value that is shown is the key in the related row's address. */
static int shows_url_key(const site_attribute_t *attribute) {
    const site_resource_t *target = site_attribute_target(attribute);
    const site_attribute_t *key = target->key;

    if (!key || target->internal)
        return 0;
    if (attribute->show == SITE_SHOW_SLUG)
        return attribute->slug && attribute->slug->column == key->column;
    return attribute->show == SITE_SHOW_LINK || attribute->relation->key == key->column;
}

static void write_related(const writing_t *w, const site_attribute_t *attribute, const site_cell_t *cell) {
    const char *label = site_labels_find(w->labels, attribute, cell->text, cell->length);
    site_cell_t name = {label, label ? strlen(label) : 0};

    if (!label)
        name = *cell;
    if (w->style == SITE_HTML_BARE || !site_html_has_page(cell) || !shows_url_key(attribute)) {
        write_text(w, name.text, name.length);
        return;
    }
    site_sink_puts(w->sink, "<a href=\"");
    site_html_item_address(w->sink, w->urls, site_attribute_target(attribute), cell);
    site_sink_puts(w->sink, "\">");
    write_text(w, name.text, name.length);
    site_sink_puts(w->sink, "</a>");
}

/* --- nested rows: their cells as text, row after row --- */

typedef struct nested_t {
    const writing_t *w;
    const site_resource_t *resource;
    site_nesting_t nesting;
    site_cell_t *cells;
    int width, filled, written;
} nested_t;

static void write_cell(const writing_t *w, const site_attribute_t *attribute, const site_nesting_t *nesting,
                       const site_cell_t *cell);

static void write_nested_values(const nested_t *nested) {
    writing_t inner = *nested->w, *w = &inner;
    const site_cell_t *cell = nested->cells + 1;
    int i;

    inner.key = NULL; /* its files are not the outer row's */
    site_sink_puts(w->sink, "<dl class=\"row\">");
    for (i = 0; i < nested->resource->attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(nested->resource->attributes, i, const site_attribute_t *);

        if (!attribute->shown)
            continue;
        site_sink_puts(w->sink, "<div><dt>");
        site_html_puts(w->sink, attribute->label);
        site_sink_puts(w->sink, "</dt><dd>");
        write_cell(w, attribute, &nested->nesting, cell);
        site_sink_puts(w->sink, "</dd></div>");
        cell++;
    }
    site_sink_puts(w->sink, "</dl>");
}

static void write_nested_row(nested_t *nested) {
    const writing_t *w = nested->w;
    const site_cell_t *key = nested->cells;
    const site_cell_t *name = key->text || nested->width < 2 ? key : key + 1;
    int linked = w->style != SITE_HTML_BARE && !nested->resource->internal && site_html_has_page(key);

    if (w->style == SITE_HTML_FULL)
        site_sink_puts(w->sink, "<li>");
    else if (nested->written)
        site_sink_puts(w->sink, ", ");
    if (linked) {
        site_sink_puts(w->sink, "<a href=\"");
        site_html_item_address(w->sink, w->urls, nested->resource, key);
        site_sink_puts(w->sink, "\">");
    }
    if (name->text)
        write_text(w, name->text, name->length);
    else
        write_none(w->sink);
    if (linked)
        site_sink_puts(w->sink, "</a>");
    if (w->style == SITE_HTML_FULL) {
        write_nested_values(nested);
        site_sink_puts(w->sink, "</li>");
    }
    nested->written++;
    nested->filled = 0;
}

static void collect_cell(void *baton, const char *value, apr_size_t length, int depth) {
    nested_t *nested = baton;
    site_cell_t *cell = &nested->cells[nested->filled++];

    (void)depth;
    /* A value is valid during this call only. */
    cell->text = value ? apr_pstrmemdup(nested->w->sink->pool, value, length) : NULL;
    cell->length = length;
    if (nested->filled == nested->width)
        write_nested_row(nested);
}

static void write_nested(const writing_t *w, const site_attribute_t *attribute, const site_nesting_t *around,
                         const site_cell_t *cell) {
    const site_resource_t *target = attribute->shape;
    nested_t nested = {w, target, {target, around}, NULL, site_resource_width(target), 0, 0};

    if (cell->length == 2) {
        write_none(w->sink);
        return;
    }
    nested.cells = apr_pcalloc(w->sink->pool, (apr_size_t)nested.width * sizeof *nested.cells);
    if (w->style == SITE_HTML_FULL)
        site_sink_puts(w->sink, "<ul class=\"rows\">");
    site_format_array_each(w->sink->pool, cell->text, cell->length, ',', collect_cell, &nested);
    if (w->style == SITE_HTML_FULL)
        site_sink_puts(w->sink, "</ul>");
}

/* --- a cell --- */

static void write_cell(const writing_t *w, const site_attribute_t *attribute, const site_nesting_t *nesting,
                       const site_cell_t *cell) {
    if (!cell->text)
        write_none(w->sink);
    else if (site_attribute_nests(attribute, nesting))
        write_nested(w, attribute, nesting, cell);
    else if (attribute->relation && attribute->relation->many)
        write_list(w, attribute, cell, 1);
    else if (attribute->relation)
        write_related(w, attribute, cell);
    else if (attribute->column->type.kind == SITE_KIND_ARRAY)
        write_list(w, attribute, cell, 0);
    else
        write_scalar(w, attribute, attribute->column->type.kind, cell->text, cell->length);
}

void site_html_value(site_sink_t *sink, const site_urls_t *urls, const site_attribute_t *attribute,
                     const site_cell_t *key, const site_cell_t *cell, const site_labels_t *labels,
                     site_html_style_t style) {
    writing_t w = {sink, urls, labels, style, key && site_html_has_page(key) ? key : NULL};
    site_nesting_t nesting = {attribute->resource, NULL};

    write_cell(&w, attribute, &nesting, cell);
}

/* The column whose values are shown. */
static const site_column_t *shown_column(const site_attribute_t *attribute) {
    if (!attribute->relation)
        return attribute->column;
    if (site_labels_are_wanted(attribute))
        return NULL;
    if (attribute->relation->many || attribute->show == SITE_SHOW_NESTED)
        return NULL;
    if (attribute->show == SITE_SHOW_SLUG)
        return attribute->slug ? attribute->slug->column : NULL;
    if (attribute->show == SITE_SHOW_LINK)
        return site_attribute_target(attribute)->key ? site_attribute_target(attribute)->key->column : NULL;
    return attribute->relation->key;
}

const char *site_html_class(const site_attribute_t *attribute) {
    const site_column_t *column = shown_column(attribute);

    if (!column || attribute->choices)
        return "";
    switch (column->type.kind) {
    case SITE_KIND_INT2:
    case SITE_KIND_INT4:
    case SITE_KIND_INT8:
    case SITE_KIND_FLOAT4:
    case SITE_KIND_FLOAT8:
    case SITE_KIND_NUMERIC:
    case SITE_KIND_MONEY:
    case SITE_KIND_OID:
        return "n";
    case SITE_KIND_UUID:
    case SITE_KIND_INET:
    case SITE_KIND_CIDR:
    case SITE_KIND_MACADDR:
    case SITE_KIND_BIT:
        return "m";
    case SITE_KIND_JSON:
    case SITE_KIND_JSONB:
        return "m t";
    case SITE_KIND_TEXT:
    case SITE_KIND_TSVECTOR:
    case SITE_KIND_OTHER:
    case SITE_KIND_ARRAY:
        return column->type.max_length > 0 && column->type.max_length <= 40 ? "" : "t";
    default:
        return "";
    }
}
