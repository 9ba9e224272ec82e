#include "core/url.h"
#include "core/views.h"

#include <apr_strings.h>
#include <string.h>

/* How many attributes a resource is described with where its table has no comment. */
enum { NAMED_ATTRIBUTES = 6 };

void site_views_page(site_view_t *view, const site_views_site_t *site, const char *page, const char *title) {
    const char *name = site->title ? site->title : "mod_site";

    site_view_text(view, "title", title ? title : name);
    site_view_text(view, "site_title", name);
    site_view_text(view, "site_description", site->description);
    site_view_text(view, "prefix", site->prefix);
    site_view_text(view, "assets", site->assets);
    site_view_text(view, "page", page);
}

void site_views_crumb(site_view_t *view, const char *label, const char *url) {
    site_view_t *item = site_view_item(view, "crumbs");

    site_view_text(item, "label", label);
    site_view_text(item, "url", url);
}

/* --- resources: the front page and the API's root --- */

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
static const char *attribute_names(apr_pool_t *pool, const site_resource_t *resource) {
    int all = 0, named, done = 0, i;
    const char *names = "";

    for (i = 0; i < resource->attributes->nelts; i++)
        all += is_named(resource, APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *));
    named = all > NAMED_ATTRIBUTES + 1 ? NAMED_ATTRIBUTES : all;
    for (i = 0; i < resource->attributes->nelts && done < named; i++) {
        const site_attribute_t *attribute = APR_ARRAY_IDX(resource->attributes, i, const site_attribute_t *);

        if (!is_named(resource, attribute))
            continue;
        names = apr_pstrcat(pool, names, !done ? "" : done + 1 == all ? " and " : ", ", attribute->label, NULL);
        done++;
    }
    return all > named ? apr_psprintf(pool, "%s and %d more", names, all - named) : names;
}

static void add_resource(site_view_t *view, const site_urls_t *urls, const site_resource_t *resource) {
    site_view_t *item = site_view_item(view, "resources");
    apr_pool_t *pool = site_view_pool(view);
    site_sink_t address;

    site_sink_init(&address, pool, 64, 0);
    site_url_list(&address, urls, resource);
    site_view_text(item, "name", resource->name);
    site_view_text(item, "label", resource->plural);
    site_view_text(item, "singular", resource->singular);
    site_view_text_of(item, "url", address.data, address.used);
    site_view_flag(item, "unavailable", resource->broken || !resource->table);
    if (resource->broken || !resource->table)
        return;
    site_view_text(item, "description",
                   resource->comment && *resource->comment ? resource->comment : attribute_names(pool, resource));
    site_view_flag(item, "about", resource->table->rows >= 100);
    if (resource->table->rows >= 1)
        site_view_number(item, "count", rounded(resource->table->rows));
}

typedef struct api_t {
    const site_urls_t *urls;
    const site_api_t *api;
} api_t;

static void fill_resources(site_view_t *view, const char *name, void *baton) {
    const api_t *api = baton;
    int i;

    (void)name;
    for (i = 0; i < api->api->resources->nelts; i++)
        add_resource(view, api->urls, APR_ARRAY_IDX(api->api->resources, i, const site_resource_t *));
}

void site_views_api(site_view_t *view, const site_urls_t *urls, const site_api_t *api) {
    site_view_t *item = site_view_item(view, "apis");
    apr_pool_t *pool = site_view_pool(view);
    api_t *baton = apr_palloc(pool, sizeof *baton);

    baton->urls = urls;
    baton->api = api;
    site_view_text(item, "path", api->spec->path);
    site_view_text(item, "url", apr_pstrcat(pool, site_url_path(urls->base), urls->query, NULL));
    site_view_later(item, "resources", fill_resources, baton);
}

/* --- errors --- */

const char *site_views_status(int status) {
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

/* A list's errors stand within those of the list: here they stand behind one another, under names that lead there. */
static void add_errors(site_view_t *view, const site_error_t *error, const char *within) {
    apr_pool_t *pool = site_view_pool(view);

    for (; error; error = error->next) {
        const char *field = error->field && *within ? apr_pstrcat(pool, within, ".", error->field, NULL)
                            : error->field          ? error->field
                                                    : within;

        if (error->message) {
            site_view_t *item = site_view_item(view, "errors");

            site_view_text(item, "field", field);
            site_view_text(item, "message", error->message);
        }
        if (error->nested)
            add_errors(view, error->nested, field);
    }
}

void site_views_errors(site_view_t *view, const site_error_t *errors) {
    add_errors(view, errors, "");
}

void site_views_error(site_view_t *view, int status, const site_error_t *error) {
    site_view_text(view, "status", apr_itoa(site_view_pool(view), status));
    site_view_text(view, "status_name", site_views_status(status));
    site_view_flag(view, "noindex", 1);
    if (error->field || error->next || error->nested)
        add_errors(view, error, "");
    else
        site_view_text(view, "message", error->message);
}
