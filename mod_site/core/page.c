#include "core/page.h"
#include "core/integer.h"
#include "core/strict.h"
#include "core/value.h"

#include <apr_strings.h>
#include <string.h>

/* A size that the client may choose: anything unusable is the default, too much is the most. */
static apr_int64_t chosen_size(const site_settings_t *settings, const site_params_t *params, const char *name) {
    const site_param_t *param = settings->max_page_size && *name ? site_params_last(params, name) : NULL;
    apr_int64_t size;

    if (!param || !site_integer_read(param->value, param->value_length, &size) || size <= 0)
        return settings->page_size;
    return size > settings->max_page_size ? settings->max_page_size : size;
}

static site_error_t *invalid_page(apr_pool_t *pool) {
    return site_error_make(pool, 404, "invalid_page", NULL, "Invalid page.");
}

static void read_number(apr_pool_t *pool, const site_settings_t *settings, const site_params_t *params,
                        site_page_t *page, site_error_t **error) {
    const site_param_t *param = site_params_last(params, settings->page_parameter);

    page->size = chosen_size(settings, params, settings->page_size_parameter);
    page->number = 1;
    if (!param)
        return;
    if (strcmp(param->value, "last") == 0) {
        page->number = 0;
        page->offset = -1;
        return;
    }
    if (!site_integer_read(param->value, param->value_length, &page->number) || page->number < 1 ||
        page->number > APR_INT64_MAX / page->size) {
        *error = invalid_page(pool);
        return;
    }
    page->offset = (page->number - 1) * page->size;
}

/* Sizes that would silently be replaced. */
static site_error_t *check_sizes(apr_pool_t *pool, const site_settings_t *settings, const site_params_t *params) {
    site_error_t *errors = NULL;

    if (settings->pagination == SITE_PAGINATION_LIMIT) {
        errors = site_strict_size(pool, params, settings->limit_parameter, 1, settings->max_page_size);
        site_error_append(&errors, site_strict_size(pool, params, settings->offset_parameter, 0, 0));
    }
    else if (settings->pagination != SITE_PAGINATION_NONE) {
        errors = site_strict_size(pool, params, settings->page_size_parameter, 1, settings->max_page_size);
    }
    return errors;
}

void site_page_read(apr_pool_t *pool, const site_settings_t *settings, const site_params_t *params, site_page_t *page,
                    site_error_t **error) {
    const site_param_t *param;

    *error = settings->strict ? check_sizes(pool, settings, params) : NULL;
    page->style = (site_pagination_t)settings->pagination;
    page->number = 1;
    page->offset = 0;
    page->beyond = NULL;
    page->size = -1;
    switch (page->style) {
    case SITE_PAGINATION_PAGE:
        read_number(pool, settings, params, page, error);
        break;
    case SITE_PAGINATION_LIMIT:
        page->size = chosen_size(settings, params, settings->limit_parameter);
        param = site_params_last(params, settings->offset_parameter);
        if (param && (!site_integer_read(param->value, param->value_length, &page->offset) || page->offset < 0))
            page->offset = 0;
        if (page->offset == APR_INT64_MAX)
            page->beyond = site_integer_text(pool, param->value, param->value_length);
        break;
    case SITE_PAGINATION_CURSOR:
        page->size = chosen_size(settings, params, settings->page_size_parameter);
        break;
    case SITE_PAGINATION_NONE:
        break;
    }
}

site_error_t *site_page_settle(apr_pool_t *pool, site_page_t *page, apr_int64_t count) {
    apr_int64_t last;

    if (page->style != SITE_PAGINATION_PAGE)
        return NULL;
    last = count ? (count - 1) / page->size + 1 : 1;
    if (page->number == 0) {
        page->number = last;
        page->offset = (last - 1) * page->size;
    }
    return page->number > last ? invalid_page(pool) : NULL;
}

static const char *link_with(apr_pool_t *pool, const char *base, const site_params_t *params, const char *name,
                             const char *value) {
    site_sink_t sink;

    site_sink_init(&sink, pool, strlen(base) + 128, 0);
    site_sink_puts(&sink, base);
    site_params_write_with(&sink, pool, params, name, value);
    site_sink_char(&sink, '\0');
    return sink.data;
}

static void number_links(apr_pool_t *pool, const site_settings_t *settings, const site_page_t *page, apr_int64_t count,
                         const char *base, const site_params_t *params, const char **next, const char **previous) {
    if (count > page->offset + page->size)
        *next = link_with(pool, base, params, settings->page_parameter,
                          apr_psprintf(pool, "%" APR_INT64_T_FMT, page->number + 1));
    if (page->number > 1)
        *previous = link_with(pool, base, params, settings->page_parameter,
                              page->number == 2 ? NULL : apr_psprintf(pool, "%" APR_INT64_T_FMT, page->number - 1));
}

/* Both parameters are set, in turn; an offset of zero is left out. */
static const char *offset_link(apr_pool_t *pool, const site_settings_t *settings, const site_page_t *page,
                               const char *base, const site_params_t *params, const char *offset) {
    const char *query =
        link_with(pool, "", params, settings->limit_parameter, apr_psprintf(pool, "%" APR_INT64_T_FMT, page->size));
    site_error_t *error;
    site_params_t *again = site_params_parse(pool, query + 1, strlen(query + 1), &error);

    return link_with(pool, base, again, settings->offset_parameter, offset);
}

void site_page_links(apr_pool_t *pool, const site_settings_t *settings, const site_page_t *page, apr_int64_t count,
                     const char *base, const site_params_t *params, const char **next, const char **previous) {
    *next = *previous = NULL;
    if (page->style == SITE_PAGINATION_PAGE) {
        number_links(pool, settings, page, count, base, params, next, previous);
    }
    else if (page->style == SITE_PAGINATION_LIMIT) {
        if (page->offset <= APR_INT64_MAX - page->size && page->offset + page->size < count)
            *next = offset_link(pool, settings, page, base, params,
                                apr_psprintf(pool, "%" APR_INT64_T_FMT, page->offset + page->size));
        if (page->beyond)
            *previous =
                offset_link(pool, settings, page, base, params, site_integer_minus(pool, page->beyond, page->size));
        else if (page->offset > 0)
            *previous = offset_link(
                pool, settings, page, base, params,
                page->offset > page->size ? apr_psprintf(pool, "%" APR_INT64_T_FMT, page->offset - page->size) : NULL);
    }
}

const char *site_page_cursor_link(apr_pool_t *pool, const site_settings_t *settings, const char *base,
                                  const site_params_t *params, const char *cursor) {
    return link_with(pool, base, params, settings->cursor_parameter, cursor);
}
