#include "core/custom.h"

#include "core/order.h"
#include "core/spelling.h"
#include "core/template_names.h"

#include <apr_strings.h>
#include <string.h>

/* --- names --- */

const site_custom_parameter_t *site_custom_parameter(const site_custom_t *page, const char *name) {
    int i;

    for (i = 0; i < page->parameters->nelts; i++) {
        const site_custom_parameter_t *parameter = &APR_ARRAY_IDX(page->parameters, i, const site_custom_parameter_t);

        if (strcmp(parameter->name, name) == 0)
            return parameter;
    }
    return NULL;
}

static int is_captured(const site_custom_t *page, const char *name) {
    int i;

    for (i = 0; i < page->pattern->segments->nelts; i++) {
        const site_pattern_segment_t *segment =
            &APR_ARRAY_IDX(page->pattern->segments, i, const site_pattern_segment_t);

        if (segment->captured && strcmp(segment->text, name) == 0)
            return 1;
    }
    return 0;
}

static const site_custom_query_t *find_query(const site_custom_t *page, const char *name, apr_size_t length) {
    int i;

    for (i = 0; i < page->queries->nelts; i++) {
        const site_custom_query_t *query = APR_ARRAY_IDX(page->queries, i, const site_custom_query_t *);

        if (strlen(query->name) == length && memcmp(query->name, name, length) == 0)
            return query;
    }
    return NULL;
}

/* The front page also has what the module's own one shows. */
static int is_front(const site_custom_t *page) {
    return page->pattern->segments->nelts == 0;
}

static const site_template_name_t *names_of_module(apr_pool_t *pool, const site_custom_t *page) {
    static const site_template_name_t none[] = {{NULL, SITE_VIEW_NOTHING, NULL}};

    return is_front(page) ? site_template_names(pool, site_template_pages[0].names) : site_template_names(pool, none);
}

/* What the template of a query has beside its rows ("books_count") clashes as well. */
static int clashes(const char *one, const char *other) {
    static const char *const tails[] = {"", "_count", "_next_url", "_previous_url"};
    apr_size_t length = strlen(other), i;

    for (i = 0; i < sizeof tails / sizeof *tails; i++) {
        if (strncmp(one, other, length) == 0 && strcmp(one + length, tails[i]) == 0)
            return 1;
    }
    return 0;
}

static int is_query(const site_custom_t *page, const char *name) {
    int i;

    for (i = 0; i < page->queries->nelts; i++) {
        const char *other = APR_ARRAY_IDX(page->queries, i, const site_custom_query_t *)->name;

        if (clashes(name, other) || clashes(other, name))
            return 1;
    }
    return 0;
}

int site_custom_is_common(apr_pool_t *pool, const site_custom_t *page, const char *name) {
    const site_template_name_t *names = names_of_module(pool, page);

    for (; names->name; names++) {
        if (strcmp(names->name, name) == 0)
            return 1;
    }
    return strcmp(name, "missing") == 0;
}

const char *site_custom_is_taken(const site_custom_t *page, const char *name) {
    if (is_captured(page, name))
        return "the page's address captures that name";
    if (site_custom_parameter(page, name))
        return "a parameter has that name";
    return is_query(page, name) ? "another query has that name" : NULL;
}

static void add_name(apr_array_header_t *names, const char *name, site_view_kind_t kind,
                     const site_template_name_t *inside) {
    site_template_name_t *added = apr_array_push(names);

    added->name = name;
    added->kind = kind;
    added->inside = inside;
}

static void add_query_names(apr_pool_t *pool, apr_array_header_t *names, const site_custom_query_t *query) {
    add_name(names, query->name, SITE_VIEW_LIST, site_template_row);
    if (query->counted)
        add_name(names, apr_pstrcat(pool, query->name, "_count", NULL), SITE_VIEW_TEXT, NULL);
    if (query->address) {
        add_name(names, apr_pstrcat(pool, query->name, "_next_url", NULL), SITE_VIEW_TEXT, NULL);
        add_name(names, apr_pstrcat(pool, query->name, "_previous_url", NULL), SITE_VIEW_TEXT, NULL);
    }
}

const site_template_name_t *site_custom_names(apr_pool_t *pool, const site_custom_t *page) {
    apr_array_header_t *names = apr_array_make(pool, 32, sizeof(site_template_name_t));
    const site_template_name_t *module = names_of_module(pool, page);
    int i;

    for (i = 0; i < page->pattern->segments->nelts; i++) {
        const site_pattern_segment_t *segment =
            &APR_ARRAY_IDX(page->pattern->segments, i, const site_pattern_segment_t);

        if (segment->captured)
            add_name(names, segment->text, SITE_VIEW_TEXT, NULL);
    }
    for (i = 0; i < page->parameters->nelts; i++) {
        const site_custom_parameter_t *parameter = &APR_ARRAY_IDX(page->parameters, i, const site_custom_parameter_t);

        if (!parameter->unseen)
            add_name(names, parameter->name, SITE_VIEW_TEXT, NULL);
    }
    for (i = 0; i < page->queries->nelts; i++)
        add_query_names(pool, names, APR_ARRAY_IDX(page->queries, i, const site_custom_query_t *));
    if (!is_front(page))
        add_name(names, "missing", SITE_VIEW_FLAG, NULL);
    for (; module->name; module++)
        add_name(names, module->name, module->kind, module->inside);
    add_name(names, NULL, SITE_VIEW_NOTHING, NULL);
    return (const site_template_name_t *)(const void *)names->elts;
}

/* --- the address of a query --- */

/* What stands in a query string: "+" is a space. NULL: it holds a NUL. */
static const char *decode(apr_pool_t *pool, const char *text, apr_size_t length) {
    const char *query = apr_pstrcat(pool, "_=", apr_pstrmemdup(pool, text, length), NULL);
    site_error_t *error;
    const site_params_t *params = site_params_parse(pool, query, length + 2, &error);
    const site_param_t *param = site_params_last(params, "_");

    return strlen(param->value) == param->value_length ? param->value : NULL;
}

/* Blanks are found before anything is decoded: an encoded brace is a brace. */
static const char *read_blanks(apr_pool_t *pool, const char *text, int is_query, apr_array_header_t **blanks) {
    const char *complaint;
    int i;

    *blanks = site_blanks_read(pool, text, &complaint);
    if (!*blanks)
        return complaint;
    for (i = 0; i < (*blanks)->nelts; i++) {
        site_blank_t *blank = &APR_ARRAY_IDX(*blanks, i, site_blank_t);

        blank->text = is_query ? decode(pool, blank->text, blank->length)
                               : site_params_unquote(pool, blank->text, blank->length, &blank->length);
        if (!blank->text || (!is_query && strlen(blank->text) != blank->length))
            return "no %00";
        blank->length = strlen(blank->text);
    }
    return NULL;
}

static const char *read_param(apr_pool_t *pool, site_custom_query_t *query, const char *begin, apr_size_t length) {
    const char *equals = memchr(begin, '=', length), *complaint;
    apr_size_t name_length = equals ? (apr_size_t)(equals - begin) : length;
    site_custom_param_t *param;

    if (memchr(begin, '{', name_length))
        return "blanks in values alone, not in a parameter's name";
    param = apr_array_push(query->params);
    param->name = decode(pool, begin, name_length);
    if (!param->name)
        return "no %00";
    complaint =
        read_blanks(pool, equals ? apr_pstrmemdup(pool, equals + 1, length - name_length - 1) : "", 1, &param->value);
    return complaint;
}

static const char *read_params(apr_pool_t *pool, site_custom_query_t *query, const char *at) {
    const char *complaint = NULL;

    while (!complaint && *at) {
        apr_size_t length = strcspn(at, "&");

        if (length)
            complaint = read_param(pool, query, at, length);
        at += length;
        at += *at == '&';
    }
    return complaint;
}

/* "/books/", "/books/{id}/" */
static const char *read_path(apr_pool_t *pool, site_custom_query_t *query, const char *path) {
    static const char wants[] =
        "the address of a collection, such as /api/books/, or of a row, such as /api/books/{id}/";
    apr_size_t length, decoded;

    path += strspn(path, "/");
    length = strcspn(path, "/");
    if (!length || memchr(path, '{', length))
        return wants;
    query->resource = site_params_unquote(pool, path, length, &decoded);
    path += length;
    path += strspn(path, "/");
    length = strcspn(path, "/");
    if (path[length + strspn(path + length, "/")])
        return wants;
    return length ? read_blanks(pool, apr_pstrmemdup(pool, path, length), 0, &query->key) : NULL;
}

const char *site_custom_query_settle(apr_pool_t *pool, site_custom_query_t *query, const site_api_spec_t *api) {
    const char *below, *question, *complaint;

    query->api = api;
    query->params = apr_array_make(pool, 4, sizeof(site_custom_param_t));
    if (!query->address)
        return NULL;
    below = query->address + strlen(api->path);
    question = strchr(below, '?');
    complaint = read_path(pool, query, question ? apr_pstrmemdup(pool, below, (apr_size_t)(question - below)) : below);
    return complaint || !question ? complaint : read_params(pool, query, question + 1);
}

/* --- whether names are known --- */

static const char *unknown(apr_pool_t *pool, const site_custom_t *page, const char *sign, const char *name) {
    site_spelling_t spelling;
    int i;

    site_spelling_begin(&spelling, name);
    for (i = 0; i < page->pattern->segments->nelts; i++) {
        const site_pattern_segment_t *segment =
            &APR_ARRAY_IDX(page->pattern->segments, i, const site_pattern_segment_t);

        if (segment->captured)
            site_spelling_try(&spelling, segment->text);
    }
    for (i = 0; i < page->parameters->nelts; i++)
        site_spelling_try(&spelling, APR_ARRAY_IDX(page->parameters, i, const site_custom_parameter_t).name);
    return apr_psprintf(pool,
                        "there is no '%s%s' here: the page's address does not capture it, and no "
                        "SitePageParameter declares it%s%s%s",
                        sign, name, spelling.best ? "; did you mean '" : "", spelling.best ? spelling.best : "",
                        spelling.best ? "'?" : "");
}

static int is_value(const site_custom_t *page, const char *name) {
    return is_captured(page, name) || site_custom_parameter(page, name);
}

static const char *check_blanks(apr_pool_t *pool, const site_custom_t *page, const apr_array_header_t *blanks) {
    int i;

    for (i = 0; blanks && i < blanks->nelts; i++) {
        const char *name = APR_ARRAY_IDX(blanks, i, const site_blank_t).name;

        if (name && !is_value(page, name))
            return unknown(pool, page, "", name);
    }
    return NULL;
}

static const char *check_query(apr_pool_t *pool, const site_custom_t *page, const site_custom_query_t *query) {
    const char *complaint = check_blanks(pool, page, query->key);
    int i;

    for (i = 0; !complaint && i < query->params->nelts; i++)
        complaint = check_blanks(pool, page, APR_ARRAY_IDX(query->params, i, const site_custom_param_t).value);
    for (i = 0; !complaint && query->sql && i < query->sql->names->nelts; i++) {
        const char *name = APR_ARRAY_IDX(query->sql->names, i, const char *);

        if (!is_value(page, name))
            complaint = apr_psprintf(pool, "%s:%d: %s", query->sql->path, APR_ARRAY_IDX(query->sql->lines, i, int),
                                     unknown(pool, page, ":", name));
    }
    return complaint;
}

/* {slug}, {author.name} */
static const char *check_title(apr_pool_t *pool, const site_custom_t *page) {
    int i;

    for (i = 0; page->title && i < page->title->nelts; i++) {
        const char *name = APR_ARRAY_IDX(page->title, i, const site_blank_t).name,
                   *dot = name ? strchr(name, '.') : NULL;

        if (dot && !find_query(page, name, (apr_size_t)(dot - name)))
            return apr_psprintf(pool, "the title shows '%s', but no query has that name", name);
        if (name && !dot && !is_value(page, name))
            return unknown(pool, page, "", name);
    }
    return NULL;
}

const char *site_custom_check(apr_pool_t *pool, const site_custom_t *page, site_place_t *place) {
    const char *complaint = check_title(pool, page);
    int i;

    *place = page->place;
    for (i = 0; !complaint && i < page->queries->nelts; i++) {
        const site_custom_query_t *query = APR_ARRAY_IDX(page->queries, i, const site_custom_query_t *);

        complaint = check_query(pool, page, query);
        *place = query->place;
    }
    return complaint;
}

/* --- whether the catalogue bears a query out --- */

/* What a strict API would refuse and an author may well mean. */
static int may_be_meant(const site_error_t *error) {
    static const char *const codes[] = {"duplicates", "inner_negation", "null_kept", "repeated"};
    apr_size_t i;

    for (i = 0; i < sizeof codes / sizeof *codes; i++) {
        if (strcmp(error->code, codes[i]) == 0)
            return 1;
    }
    return 0;
}

static const char *first_error(apr_pool_t *pool, const site_error_t *errors, int unknown_alone) {
    for (; errors; errors = errors->next) {
        const char *nested = errors->nested ? first_error(pool, errors->nested, unknown_alone) : NULL;

        if (nested)
            return nested;
        if (!errors->nested && !errors->pending && !may_be_meant(errors) &&
            (!unknown_alone || strcmp(errors->code, "unknown_parameter") == 0))
            return apr_psprintf(pool, "%s%s%s", errors->field ? errors->field : "", errors->field ? ": " : "",
                                errors->message);
    }
    return NULL;
}

static void add_param(site_params_t *params, const char *name, const char *value) {
    site_param_t *param = apr_array_push(params->list);

    param->name = name;
    param->name_length = strlen(name);
    param->value = value;
    param->value_length = strlen(value);
}

static site_params_t *no_params(apr_pool_t *pool) {
    site_params_t *params = apr_palloc(pool, sizeof *params);

    params->list = apr_array_make(pool, 8, sizeof(site_param_t));
    return params;
}

/* What is certain without a visitor; of what has blanks only the name. */
static const char *judge_params(apr_pool_t *pool, const site_resource_t *resource, const site_settings_t *settings,
                                const site_custom_query_t *query) {
    site_params_t *constant = no_params(pool), *named = no_params(pool);
    const char *complaint;
    site_error_t *error;
    site_page_t page;
    int i;

    for (i = 0; i < query->params->nelts; i++) {
        const site_custom_param_t *param = &APR_ARRAY_IDX(query->params, i, const site_custom_param_t);
        int open = param->value->nelts > 1;

        add_param(open ? named : constant, param->name, open ? "1" : APR_ARRAY_IDX(param->value, 0, site_blank_t).text);
    }
    complaint = first_error(pool, site_filter_read(pool, resource, settings, constant)->errors, 0);
    if (!complaint)
        complaint = first_error(pool, site_filter_read(pool, resource, settings, named)->errors, 1);
    if (!complaint) {
        site_order_read(pool, resource, settings, constant, NULL, &error);
        complaint = first_error(pool, error, 0);
    }
    if (!complaint) {
        site_page_read(pool, settings, constant, &page, &error);
        complaint = first_error(pool, error, 0);
        if (!complaint && page.offset < 0)
            complaint = apr_psprintf(pool, "%s: a number is wanted", settings->page_parameter);
    }
    return complaint;
}

static const char *unknown_resource(apr_pool_t *pool, const site_api_t *api, const char *name) {
    site_spelling_t spelling;
    int i;

    site_spelling_begin(&spelling, name);
    for (i = 0; i < api->resources->nelts; i++)
        site_spelling_try(&spelling, APR_ARRAY_IDX(api->resources, i, const site_resource_t *)->name);
    return apr_psprintf(pool, "there is no resource '%s' in %s%s%s%s", name, *api->spec->path ? api->spec->path : "/",
                        spelling.best ? "; did you mean '" : "", spelling.best ? spelling.best : "",
                        spelling.best ? "'?" : "");
}

/* A title can show what rows have. */
static const char *judge_title(apr_pool_t *pool, const site_resource_t *resource, const site_custom_query_t *query) {
    const apr_array_header_t *title = query->page->title;
    apr_size_t length = strlen(query->name);
    int i;

    for (i = 0; title && i < title->nelts; i++) {
        const char *name = APR_ARRAY_IDX(title, i, const site_blank_t).name;
        const site_attribute_t *attribute;

        if (!name || strncmp(name, query->name, length) != 0 || name[length] != '.' || name[length + 1] == '_')
            continue;
        attribute = site_resource_attribute(resource, name + length + 1);
        if (!attribute || !attribute->shown)
            return apr_psprintf(pool, "the title shows '%s', but '%s' has no such attribute", name, resource->name);
    }
    return NULL;
}

const char *site_custom_judge(apr_pool_t *pool, const site_api_t *api, const site_custom_query_t *query) {
    const site_resource_t *resource;
    site_settings_t settings;
    const char *complaint;

    if (!query->address)
        return NULL;
    resource = site_api_resource(api, query->resource);
    if (!resource)
        return unknown_resource(pool, api, query->resource);
    if (resource->broken || !resource->table)
        return NULL; /* that has been told of the resource itself */
    if (query->key && !resource->key)
        return apr_psprintf(pool, "rows of '%s' have no address of their own: they have no key", resource->name);
    site_custom_settings(query, resource, &api->spec->settings, &settings);
    settings.strict = 1;
    complaint = judge_params(pool, resource, &settings, query);
    return complaint ? complaint : judge_title(pool, resource, query);
}
