#include "pages.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/builtin.h"
#include "core/template.h"
#include "core/template_names.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

static const site_template_file_t *find_file(void *baton, const char *name) {
    const site_builtin_t *builtin = site_builtin_find(site_builtin_templates, name);
    site_template_file_t *file;

    if (!builtin)
        return NULL;
    file = apr_palloc(baton, sizeof *file);
    file->path = name;
    file->text = builtin->data;
    file->length = site_builtin_size(builtin);
    return file;
}

static const char *find_asset(void *baton, apr_pool_t *pool, const char *name) {
    const char *dot = strrchr(name, '.');

    (void)baton;
    if (!site_builtin_find(site_builtin_assets, name) || !dot)
        return NULL;
    return apr_pstrcat(pool, "/", apr_pstrmemdup(pool, name, (apr_size_t)(dot - name)), ".0123456789", dot, NULL);
}

const site_template_library_t *pages_library(apr_pool_t *pool) {
    site_template_library_t *library = apr_palloc(pool, sizeof *library);

    library->file = find_file;
    library->asset = find_asset;
    library->baton = pool;
    return library;
}

static const site_template_page_t *find_page(const char *file) {
    const site_template_page_t *page = site_template_pages;

    while (page->file && strcmp(page->file, file) != 0)
        page++;
    assert_non_null(page->file);
    return page;
}

static const char *squeeze(char *text) {
    char *from, *to = text;

    for (from = text; *from; from++) {
        if (!apr_isspace(*from))
            *to++ = *from;
        else if (to > text && to[-1] != ' ')
            *to++ = ' ';
    }
    *to = '\0';
    return text;
}

const char *pages_expand(apr_pool_t *pool, const char *file, site_view_t *view) {
    site_template_set_t *set = site_template_set_make(pool);
    const char *complaint, *text;
    site_sink_t sink;

    assert_non_null(set);
    text = site_template_translate(pool, pages_library(pool), file, site_template_names(pool, find_page(file)->names),
                                   &complaint);
    if (!text)
        fail_msg("%s", complaint);
    assert_true(site_template_set_add(set, file, text));
    site_template_set_close(set);
    site_sink_init(&sink, pool, 16, 0);
    assert_true(site_template_expand(set, file, view, &sink));
    assert_int_equal(sink.status, APR_SUCCESS);
    return squeeze(apr_pstrmemdup(pool, sink.data, sink.used));
}
