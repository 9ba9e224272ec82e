#include "core/writer_html.h"

#include <apr_strings.h>
#include <string.h>

/* How many attributes a resource is described with where its table has no comment. */
enum { NAMED_ATTRIBUTES = 6 };

/* The query that asks for JSON, or NULL where no parameter does. */
static const char *json_query(const site_resource_t *resource, const site_api_t *api, apr_pool_t *pool) {
    const char *parameter = resource ? resource->settings.format_parameter : NULL;

    if (!parameter && api)
        parameter = api->spec->settings.format_parameter;
    if (!parameter)
        parameter = "format";
    return *parameter ? apr_pstrcat(pool, "?", parameter, "=json", NULL) : NULL;
}

/* --- resources: the front page and the API root --- */

/* Two digits say enough of an estimate: 8412 -> 8,400. */
static apr_int64_t rounded(double rows) {
    apr_int64_t step = 1;

    if (!(rows < 1e15))
        return (apr_int64_t)1e15;
    while (rows / (double)step >= 100)
        step *= 10;
    return (apr_int64_t)(rows / (double)step + 0.5) * step;
}

/* A number that stands for the row says nothing of what is in it. */
static int is_named(const site_resource_t *resource, const site_attribute_t *attribute) {
    return attribute->shown && attribute != resource->key;
}

/* "Name, Address, Born and 20 more" */
static void write_attribute_names(site_sink_t *sink, const site_resource_t *resource) {
    int all = 0, named, done = 0, i;

    for (i = 0; i < resource->attributes->nelts; i++)
        all += is_named(resource, APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *));
    named = all > NAMED_ATTRIBUTES + 1 ? NAMED_ATTRIBUTES : all;
    for (i = 0; i < resource->attributes->nelts && done < named; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *);

        if (!is_named(resource, attribute))
            continue;
        if (done)
            site_sink_puts(sink, done + 1 == all ? " and " : ", ");
        site_html_puts(sink, attribute->label);
        done++;
    }
    if (all > named)
        site_sink_printf(sink, " and %d more", all - named);
}

static void write_card(site_sink_t *sink, const site_urls_t *urls, const site_resource_t *resource, int level) {
    site_sink_printf(sink, "<li><h%d><a href=\"", level);
    site_html_list_address(sink, urls, resource);
    site_sink_puts(sink, "\">");
    site_html_puts(sink, resource->plural);
    site_sink_printf(sink, "</a></h%d>\n", level);
    if (resource->broken || !resource->table) {
        site_sink_puts(sink, "<p class=\"note\">Not available at the moment.</p></li>\n");
        return;
    }
    if (resource->table->rows >= 1) {
        site_sink_puts(sink, resource->table->rows < 2 ? "<p class=\"count\">one row</p>\n" : "<p class=\"count\">");
        if (resource->table->rows >= 2) {
            site_sink_puts(sink, resource->table->rows < 100 ? "" : "about ");
            site_html_number(sink, rounded(resource->table->rows));
            site_sink_puts(sink, " rows</p>\n");
        }
    }
    site_sink_puts(sink, "<p>");
    if (resource->comment && *resource->comment)
        site_html_puts(sink, resource->comment);
    else
        write_attribute_names(sink, resource);
    site_sink_puts(sink, "</p></li>\n");
}

static void write_cards(site_sink_t *sink, const site_urls_t *urls, const site_api_t *api, int level) {
    int i;

    if (!api->resources->nelts) {
        site_sink_puts(sink, "<p class=\"note\">There is nothing here yet.</p>\n");
        return;
    }
    site_sink_puts(sink, "<ul class=\"cards\">\n");
    for (i = 0; i < api->resources->nelts; i++)
        write_card(sink, urls, APR_ARRAY_IDX(api->resources, i, const site_resource_t *), level);
    site_sink_puts(sink, "</ul>\n");
}

void site_html_root(site_sink_t *sink, const site_html_site_t *site, const site_urls_t *urls, const site_api_t *api) {
    site_html_frame_t frame = {site, "API", urls, NULL, NULL, json_query(NULL, api, sink->pool), "root"};

    site_html_begin(sink, &frame);
    site_sink_puts(sink,
                   "<h1>API</h1>\n<p class=\"lead\">Every collection is a page for people and JSON for programs, at "
                   "the same address. It can be filtered, sorted and paged.</p>\n");
    write_cards(sink, urls, api, 2);
    site_html_end(sink, &frame);
}

/* --- the front page --- */

static void write_api(site_sink_t *sink, const site_html_site_t *site, const site_api_t *api, int alone) {
    site_urls_t urls = {apr_pstrcat(sink->pool, site->prefix, api->spec->path, "/", NULL), "/", "/", ""};

    site_sink_puts(sink, "<section>\n<h2>");
    if (alone)
        site_sink_puts(sink, "Browse");
    else
        site_html_puts(sink, urls.base);
    site_sink_puts(sink, "</h2>\n");
    write_cards(sink, &urls, api, 3);
    site_sink_puts(sink,
                   "<p class=\"note\">For programs: the same as JSON, filtered and sorted as you ask, at <a href=\"");
    site_html_root_address(sink, &urls);
    site_sink_puts(sink, "\">");
    site_html_puts(sink, urls.base);
    site_sink_puts(sink, "</a>.</p>\n</section>\n");
}

void site_html_home(site_sink_t *sink, const site_html_site_t *site, const char *description,
                    const apr_array_header_t *apis, int missing) {
    site_html_frame_t frame = {site, NULL, NULL, NULL, NULL, NULL, "home"};
    int i;

    site_html_begin(sink, &frame);
    site_sink_puts(sink, "<div class=\"hero\"><h1>");
    site_html_title(sink, &frame);
    site_sink_puts(sink, "</h1>\n");
    if (description) {
        site_sink_puts(sink, "<p class=\"lead\">");
        site_html_puts(sink, description);
        site_sink_puts(sink, "</p>");
    }
    site_sink_puts(sink, "</div>\n");
    if (missing)
        site_sink_puts(
            sink, "<p class=\"notice\" role=\"status\">The catalogue cannot be reached right now. Please try again "
                  "in a moment.</p>\n");
    else if (!apis->nelts)
        site_sink_puts(sink, "<p class=\"notice\">There is nothing here yet.</p>\n");
    for (i = 0; i < apis->nelts; i++)
        write_api(sink, site, APR_ARRAY_IDX(apis, i, const site_api_t *), apis->nelts + missing == 1);
    site_html_end(sink, &frame);
}

/* --- a collection --- */

/* The attribute whose cell links to the row's own page: the key, else the first plain one. NULL: none of the shown ones
 * can, and a column of links comes in front. */
static const site_attribute_t *linking_attribute(const site_resource_t *resource) {
    int i;

    if (resource->key && resource->key->shown && !resource->key->relation)
        return resource->key;
    for (i = 0; i < resource->attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *);

        if (attribute->shown && !attribute->relation && attribute->column->type.kind != SITE_KIND_ARRAY)
            return attribute;
    }
    return NULL;
}

static int has_link_column(const site_resource_t *resource) {
    return resource->key && !linking_attribute(resource);
}

static void write_class(site_sink_t *sink, const char *class) {
    if (!*class)
        return;
    site_sink_puts(sink, " class=\"");
    site_sink_puts(sink, class);
    site_sink_char(sink, '"');
}

static void write_range(site_sink_t *sink, const site_html_list_t *list) {
    if (!list->rows) {
        site_sink_puts(sink, list->count > 0 ? "No rows on this page" : "No rows");
        return;
    }
    if (list->rows == list->count) {
        site_html_number(sink, list->count);
        site_sink_puts(sink, list->count == 1 ? " row" : " rows");
        return;
    }
    site_sink_puts(sink, "Rows ");
    site_html_number(sink, list->first);
    site_sink_puts(sink, "\xe2\x80\x93");
    site_html_number(sink, list->first + list->rows - 1);
    if (list->count >= 0) {
        site_sink_puts(sink, " of ");
        site_html_number(sink, list->count);
    }
}

static void write_turn(site_sink_t *sink, const char *url, const char *rel, const char *text) {
    if (url) {
        site_sink_puts(sink, "<a rel=\"");
        site_sink_puts(sink, rel);
        site_sink_puts(sink, "\" href=\"");
        site_html_address(sink, url);
        site_sink_puts(sink, "\">");
    }
    else {
        site_sink_puts(sink, "<span class=\"off\">");
    }
    site_sink_puts(sink, text);
    site_sink_puts(sink, url ? "</a>" : "</span>");
}

static void write_pages(site_sink_t *sink, const site_html_list_t *list, const char *name) {
    site_sink_puts(sink, "<nav class=\"pages\" aria-label=\"");
    site_sink_puts(sink, name);
    site_sink_puts(sink, "\"><p>");
    write_range(sink, list);
    site_sink_puts(sink, "</p>");
    if (list->next || list->previous) {
        site_sink_puts(sink, "<p>");
        write_turn(sink, list->previous, "prev", "Previous");
        site_sink_char(sink, ' ');
        write_turn(sink, list->next, "next", "Next");
        site_sink_puts(sink, "</p>");
    }
    site_sink_puts(sink, "</nav>\n");
}

static site_html_frame_t frame_of_list(site_sink_t *sink, const site_html_list_t *list) {
    const site_resource_t *resource = list->resource;
    site_html_frame_t frame = {list->site, resource->plural, list->urls, resource, NULL, NULL, "list"};

    frame.json = list->json ? list->json : json_query(resource, resource->api, sink->pool);
    return frame;
}

static void write_head(site_sink_t *sink, const site_resource_t *resource) {
    int i;

    site_sink_puts(sink, "<thead><tr>");
    if (has_link_column(resource))
        site_sink_puts(sink, "<th scope=\"col\">Key</th>");
    for (i = 0; i < resource->attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *);

        if (!attribute->shown)
            continue;
        site_sink_puts(sink, "<th scope=\"col\"");
        write_class(sink, site_html_class(attribute));
        site_sink_char(sink, '>');
        site_html_puts(sink, attribute->label);
        site_sink_puts(sink, "</th>");
    }
    site_sink_puts(sink, "</tr></thead>\n<tbody>\n");
}

void site_html_list_begin(site_sink_t *sink, const site_html_list_t *list) {
    site_html_frame_t frame = frame_of_list(sink, list);

    site_html_begin(sink, &frame);
    site_sink_puts(sink, "<h1 id=\"title\">");
    site_html_title(sink, &frame);
    site_sink_puts(sink, "</h1>\n");
    if (list->resource->comment && *list->resource->comment) {
        site_sink_puts(sink, "<p class=\"lead\">");
        site_html_puts(sink, list->resource->comment);
        site_sink_puts(sink, "</p>\n");
    }
    write_pages(sink, list, "Pages");
    if (!list->rows)
        return;
    site_sink_puts(sink, "<div class=\"scroll\" role=\"region\" aria-labelledby=\"title\" tabindex=\"0\"><table>\n");
    write_head(sink, list->resource);
}

/* The text of a row's own link: the value, or the key where there is nothing to be seen. */
static void write_row_link(site_sink_t *sink, const site_html_list_t *list, const site_attribute_t *attribute,
                           const site_cell_t *cells, const site_cell_t *cell) {
    site_sink_puts(sink, "<a href=\"");
    site_html_item_address(sink, list->urls, list->resource, &cells[0]);
    site_sink_puts(sink, "\">");
    if (attribute && cell->text && cell->length)
        site_html_value(sink, list->urls, attribute, cell, SITE_HTML_BARE);
    else
        site_html_text(sink, cells[0].text, cells[0].length);
    site_sink_puts(sink, "</a>");
}

void site_html_list_row(site_sink_t *sink, const site_html_list_t *list, const site_cell_t *cells) {
    const site_resource_t *resource = list->resource;
    const site_attribute_t *linking = site_html_has_page(&cells[0]) ? linking_attribute(resource) : NULL;
    const site_cell_t *cell = cells + 1;
    int i;

    site_sink_puts(sink, "<tr>");
    if (has_link_column(resource)) {
        site_sink_puts(sink, "<th scope=\"row\">");
        if (site_html_has_page(&cells[0]))
            write_row_link(sink, list, NULL, cells, NULL);
        site_sink_puts(sink, "</th>");
    }
    for (i = 0; i < resource->attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *);

        if (!attribute->shown)
            continue;
        site_sink_puts(sink, attribute == linking ? "<th scope=\"row\"" : "<td");
        write_class(sink, site_html_class(attribute));
        site_sink_char(sink, '>');
        if (attribute == linking)
            write_row_link(sink, list, attribute, cells, cell);
        else
            site_html_value(sink, list->urls, attribute, cell, SITE_HTML_SHORT);
        site_sink_puts(sink, attribute == linking ? "</th>" : "</td>");
        cell++;
    }
    site_sink_puts(sink, "</tr>\n");
}

void site_html_list_end(site_sink_t *sink, const site_html_list_t *list) {
    site_html_frame_t frame = frame_of_list(sink, list);

    if (list->rows) {
        site_sink_puts(sink, "</tbody></table></div>\n");
        write_pages(sink, list, "Pages, at the end");
    }
    site_html_end(sink, &frame);
}

/* --- one row --- */

void site_html_item(site_sink_t *sink, const site_html_site_t *site, const site_urls_t *urls,
                    const site_resource_t *resource, const site_cell_t *cells) {
    site_html_frame_t frame = {site, resource->singular, urls, resource, &cells[0], NULL, "item"};
    const site_cell_t *cell = cells + 1;
    int i;

    frame.json = json_query(resource, resource->api, sink->pool);
    site_html_begin(sink, &frame);
    site_sink_puts(sink, "<h1>");
    site_html_title(sink, &frame);
    site_sink_puts(sink, "</h1>\n<dl class=\"item\">\n");
    for (i = 0; i < resource->attributes->nelts; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *);

        if (!attribute->shown)
            continue;
        site_sink_puts(sink, "<div><dt>");
        site_html_puts(sink, attribute->label);
        if (attribute->column && attribute->column->comment) {
            site_sink_puts(sink, " <small>");
            site_html_puts(sink, attribute->column->comment);
            site_sink_puts(sink, "</small>");
        }
        site_sink_puts(sink, "</dt><dd");
        write_class(sink, site_html_class(attribute));
        site_sink_char(sink, '>');
        site_html_value(sink, urls, attribute, cell++, SITE_HTML_FULL);
        site_sink_puts(sink, "</dd></div>\n");
    }
    site_sink_puts(sink, "</dl>\n");
    site_html_end(sink, &frame);
}

/* --- errors --- */

static const char *name_of_status(int status) {
    static const struct {
        int status;
        const char *name;
    } names[] = {{400, "Bad request"},      {401, "Sign in, please"},         {403, "Not allowed"},
                 {404, "Not found"},        {405, "Method not allowed"},      {406, "Not acceptable"},
                 {409, "Conflict"},         {412, "Changed meanwhile"},       {413, "Too large"},
                 {414, "Address too long"}, {415, "Unsupported media type"},  {429, "Too many requests"},
                 {500, "Internal error"},   {503, "Not available right now"}, {504, "It took too long"}};
    apr_size_t i;

    for (i = 0; i < sizeof names / sizeof *names; i++) {
        if (names[i].status == status)
            return names[i].name;
    }
    return "Error";
}

static void write_errors(site_sink_t *sink, const site_error_t *error) {
    site_sink_puts(sink, "<ul class=\"errors\">\n");
    for (; error; error = error->next) {
        site_sink_puts(sink, "<li>");
        if (error->field) {
            site_sink_puts(sink, "<code>");
            site_html_puts(sink, error->field);
            site_sink_puts(sink, "</code> ");
        }
        if (error->message)
            site_html_puts(sink, error->message);
        if (error->nested)
            write_errors(sink, error->nested);
        site_sink_puts(sink, "</li>\n");
    }
    site_sink_puts(sink, "</ul>\n");
}

void site_html_error(site_sink_t *sink, const site_html_site_t *site, int status, const site_error_t *error) {
    site_html_frame_t frame = {site, name_of_status(status), NULL, NULL, NULL, NULL, "error"};

    site_html_begin(sink, &frame);
    site_sink_printf(sink, "<p class=\"status\">%d</p>\n<h1>", status);
    site_html_title(sink, &frame);
    site_sink_puts(sink, "</h1>\n");
    if (error->field || error->next) {
        write_errors(sink, error);
    }
    else if (error->message) {
        site_sink_puts(sink, "<p class=\"lead\">");
        site_html_puts(sink, error->message);
        site_sink_puts(sink, "</p>\n");
    }
    site_sink_puts(sink, "<p><a href=\"");
    site_html_puts(sink, site->prefix);
    site_sink_puts(sink, "/\">To the front page</a></p>\n");
    site_html_end(sink, &frame);
}
