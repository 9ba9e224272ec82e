#include "core/page.h"
#include "core/strict.h"
#include "core/value.h"

#include <apr_strings.h>
#include <string.h>

/* The decimal digits of Unicode (category Nd) begin at these code points, ten in a row each. */
static const unsigned digit_zeros[] = {0x30,   0x660,  0x6F0,  0x7C0,  0x966,  0x9E6,  0xA66,  0xAE6,  0xB66,  0xBE6,
                                       0xC66,  0xCE6,  0xD66,  0xDE6,  0xE50,  0xED0,  0xF20,  0x1040, 0x1090, 0x17E0,
                                       0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620,
                                       0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10};

/* One code point of valid UTF-8. */
static unsigned next_point(const char **at, const char *end) {
    unsigned char lead = (unsigned char)*(*at)++;
    unsigned point = lead < 0x80 ? lead : lead < 0xE0 ? lead & 0x1Fu : lead < 0xF0 ? lead & 0x0Fu : lead & 0x07u;
    int more = lead < 0x80 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;

    while (more-- && *at < end)
        point = point << 6 | ((unsigned char)*(*at)++ & 0x3Fu);
    return point;
}

static int digit_of(unsigned point) {
    size_t i;

    for (i = 0; i < sizeof digit_zeros / sizeof *digit_zeros; i++) {
        if (point >= digit_zeros[i] && point < digit_zeros[i] + 10)
            return (int)(point - digit_zeros[i]);
    }
    return -1;
}

static int is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

int site_page_integer(const char *text, apr_size_t length, apr_int64_t *number) {
    const char *at = text, *end = text + length;
    int negative = 0, digits = 0, underscore = 0;
    apr_int64_t value = 0;

    while (at < end && is_space(*at))
        at++;
    while (end > at && is_space(end[-1]))
        end--;
    if (at < end && (*at == '-' || *at == '+'))
        negative = *at++ == '-';
    while (at < end) {
        int digit;

        if (*at == '_') {
            if (!digits || underscore)
                return 0;
            underscore = 1;
            at++;
            continue;
        }
        digit = digit_of(next_point(&at, end));
        if (digit < 0)
            return 0;
        digits++;
        underscore = 0;
        value = value > (APR_INT64_MAX - digit) / 10 ? APR_INT64_MAX : value * 10 + digit;
    }
    if (!digits || underscore)
        return 0;
    *number = negative ? -value : value;
    return 1;
}

/* A size that the client may choose: anything unusable is the default, too much is the most. */
static apr_int64_t chosen_size(const site_settings_t *settings, const site_params_t *params, const char *name) {
    const site_param_t *param = settings->max_page_size && *name ? site_params_last(params, name) : NULL;
    apr_int64_t size;

    if (!param || !site_page_integer(param->value, param->value_length, &size) || size <= 0)
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
    if (!site_page_integer(param->value, param->value_length, &page->number) || page->number < 1 ||
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
    page->size = -1;
    switch (page->style) {
    case SITE_PAGINATION_PAGE:
        read_number(pool, settings, params, page, error);
        break;
    case SITE_PAGINATION_LIMIT:
        page->size = chosen_size(settings, params, settings->limit_parameter);
        param = site_params_last(params, settings->offset_parameter);
        if (param && (!site_page_integer(param->value, param->value_length, &page->offset) || page->offset < 0))
            page->offset = 0;
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
                               const char *base, const site_params_t *params, apr_int64_t offset) {
    const char *query =
        link_with(pool, "", params, settings->limit_parameter, apr_psprintf(pool, "%" APR_INT64_T_FMT, page->size));
    site_error_t *error;
    site_params_t *again = site_params_parse(pool, query + 1, strlen(query + 1), &error);

    return link_with(pool, base, again, settings->offset_parameter,
                     offset > 0 ? apr_psprintf(pool, "%" APR_INT64_T_FMT, offset) : NULL);
}

void site_page_links(apr_pool_t *pool, const site_settings_t *settings, const site_page_t *page, apr_int64_t count,
                     const char *base, const site_params_t *params, const char **next, const char **previous) {
    *next = *previous = NULL;
    if (page->style == SITE_PAGINATION_PAGE) {
        number_links(pool, settings, page, count, base, params, next, previous);
    }
    else if (page->style == SITE_PAGINATION_LIMIT) {
        if (page->offset <= APR_INT64_MAX - page->size && page->offset + page->size < count)
            *next = offset_link(pool, settings, page, base, params, page->offset + page->size);
        if (page->offset > 0)
            *previous = offset_link(pool, settings, page, base, params, page->offset - page->size);
    }
}
