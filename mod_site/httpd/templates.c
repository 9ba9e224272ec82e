#include "httpd/templates.h"

#include "core/builtin.h"
#include "core/template.h"
#include "core/template_names.h"
#include "httpd/assets.h"
#include "httpd/config.h"
#include "httpd/log.h"

#include <apr_strings.h>
#include <http_core.h>
#include <http_main.h>
#include <string.h>

enum { MOST_BYTES = 1024 * 1024 }; /* of one template */

struct site_templates_t {
    server_rec *server;
    const char *folder;        /* NULL: none */
    int optional;              /* the folder may be missing */
    apr_hash_t *files;         /* name -> site_template_file_t *: those of the folder */
    apr_array_header_t *asked; /* asked_t: beside the pages that every site has */
    site_template_set_t *set;  /* NULL until it is loaded */
};

/* What one of the site's own pages wants. */
typedef struct asked_t {
    const char *key, *file;
    const site_template_name_t *names;
    site_place_t place;
} asked_t;

/* --- files --- */

static int is_template(const char *name) {
    apr_size_t length = strlen(name);

    return length > 5 && strcmp(name + length - 5, ".html") == 0;
}

static int read_file(apr_pool_t *pool, const char *path, apr_finfo_t *info, site_template_file_t *file) {
    apr_file_t *handle;
    apr_size_t length = (apr_size_t)info->size;
    char *text;

    if (info->size > MOST_BYTES || apr_file_open(&handle, path, APR_READ | APR_BINARY, 0, pool) != APR_SUCCESS)
        return 0;
    text = apr_pcalloc(pool, length + 1);
    if (length && apr_file_read_full(handle, text, length, &length) != APR_SUCCESS)
        length = (apr_size_t)-1;
    apr_file_close(handle);
    file->path = path;
    file->text = text;
    file->length = length;
    return length != (apr_size_t)-1;
}

/* Reads every *.html of a folder, and of the folders in it; returns what is wrong, or NULL. */
static const char *read_folder(apr_pool_t *pool, apr_hash_t *files, const char *folder, const char *below) {
    const char *here = *below ? apr_pstrcat(pool, folder, "/", below, NULL) : folder, *complaint = NULL;
    apr_finfo_t entry;
    apr_dir_t *dir;

    if (apr_dir_open(&dir, here, pool) != APR_SUCCESS)
        return apr_psprintf(pool, "%s cannot be read", here);
    while (!complaint && apr_dir_read(&entry, APR_FINFO_NAME, dir) == APR_SUCCESS) {
        const char *path = apr_pstrcat(pool, here, "/", entry.name, NULL);
        apr_finfo_t info;

        if (*entry.name == '.' || apr_stat(&info, path, APR_FINFO_TYPE | APR_FINFO_SIZE, pool) != APR_SUCCESS)
            continue;
        if (info.filetype == APR_DIR && !*below)
            complaint = read_folder(pool, files, folder, apr_pstrdup(pool, entry.name));
        else if (info.filetype == APR_REG && is_template(entry.name)) {
            site_template_file_t *file = apr_palloc(pool, sizeof *file);

            if (!read_file(pool, path, &info, file))
                complaint = apr_psprintf(pool, "%s cannot be read, or is larger than 1 MiB", path);
            apr_hash_set(files, apr_pstrcat(pool, below, *below ? "/" : "", entry.name, NULL), APR_HASH_KEY_STRING,
                         file);
        }
    }
    apr_dir_close(dir);
    return complaint;
}

/* --- what a template refers to --- */

typedef struct library_t {
    apr_pool_t *pool;
    const site_templates_t *templates;
    int before; /* the templates are those of before a restart: a static file may be missing now */
} library_t;

static const site_template_file_t *find_file(void *baton, const char *name) {
    const library_t *library = baton;
    const site_template_file_t *own = apr_hash_get(library->templates->files, name, APR_HASH_KEY_STRING);
    const site_builtin_t *builtin = own ? NULL : site_builtin_find(site_builtin_templates, name);
    site_template_file_t *file;

    if (own || !builtin)
        return own;
    file = apr_palloc(library->pool, sizeof *file);
    file->path = apr_pstrcat(library->pool, "(built-in) ", name, NULL);
    file->text = builtin->data;
    file->length = site_builtin_size(builtin);
    return file;
}

static const char *find_asset(void *baton, apr_pool_t *pool, const char *name) {
    const library_t *library = baton;
    const char *address = site_assets_address(pool, library->templates->server, name);

    return !address && library->before ? apr_pstrcat(pool, "/", name, NULL) : address;
}

/* --- a set --- */

/* Under `key`. */
static const char *add_page(const library_t *library, site_template_set_t *set, const char *key, const char *name,
                            const site_template_name_t *names) {
    site_template_library_t find = {find_file, find_asset, (void *)library};
    const char *complaint, *text = site_template_translate(library->pool, &find, name, names, &complaint);

    if (!text)
        return complaint;
    if (!site_template_set_add(set, key, text))
        return apr_psprintf(library->pool, "%s: the template library refuses it (see above)",
                            find_file((void *)library, name)->path);
    return NULL;
}

/* "NAME/list.html" is list.html for the resource NAME. */
static const char *add_special_pages(const library_t *library, site_template_set_t *set,
                                     const site_template_page_t *page, const site_template_name_t *names) {
    const char *complaint = NULL;
    apr_hash_index_t *index;

    for (index = apr_hash_first(library->pool, library->templates->files); index && !complaint;
         index = apr_hash_next(index)) {
        const char *name = apr_hash_this_key(index), *file = strchr(name, '/');

        if (file && strcmp(file + 1, page->file) == 0)
            complaint = add_page(library, set, name, name, names);
    }
    return complaint;
}

static const char *add_asked(const library_t *library, site_template_set_t *set, const asked_t *asked) {
    if (!find_file((void *)library, asked->file))
        return apr_psprintf(library->pool, "%s:%d: SitePageTemplate: there is no template '%s'%s%s", asked->place.file,
                            asked->place.line, asked->file, library->templates->folder ? " in " : "",
                            library->templates->folder ? library->templates->folder
                                                       : ": SiteTemplates names no folder");
    return add_page(library, set, asked->key, asked->file, asked->names);
}

static const char *compile(apr_pool_t *pool, apr_pool_t *temporary, site_templates_t *templates, int before) {
    site_template_set_t *set = site_template_set_make(pool);
    library_t library = {temporary, templates, before};
    const char *complaint = set ? NULL : "no memory";
    const site_template_page_t *page;
    int i;

    for (page = site_template_pages; page->file && !complaint; page++) {
        const site_template_name_t *names = site_template_names(temporary, page->names);

        complaint = add_page(&library, set, page->file, page->file, names);
        if (!complaint && page->per_resource)
            complaint = add_special_pages(&library, set, page, names);
    }
    for (i = 0; i < templates->asked->nelts && !complaint; i++)
        complaint = add_asked(&library, set, &APR_ARRAY_IDX(templates->asked, i, const asked_t));
    if (complaint)
        return complaint;
    site_template_set_close(set);
    templates->set = set;
    return NULL;
}

/* --- what outlives a restart --- */

#define KEPT "mod_site: templates"

/* The folders' texts as they were when they were last found to be right: folder -> files. Nothing in it is a part of
 * the module, which is unloaded in between. */
typedef struct kept_t {
    apr_pool_t *pool;
    apr_hash_t *folders;
} kept_t;

static kept_t *kept_of(server_rec *main) {
    void *data;

    apr_pool_userdata_get(&data, KEPT, main->process->pool);
    return data;
}

static apr_hash_t *copy_files(apr_pool_t *pool, apr_hash_t *files) {
    apr_hash_t *copies = apr_hash_make(pool);
    apr_hash_index_t *index;

    for (index = apr_hash_first(pool, files); index; index = apr_hash_next(index)) {
        const site_template_file_t *file = apr_hash_this_val(index);
        site_template_file_t *copy = apr_palloc(pool, sizeof *copy);

        copy->path = apr_pstrdup(pool, file->path);
        copy->text = apr_pstrmemdup(pool, file->text, file->length);
        copy->length = file->length;
        apr_hash_set(copies, apr_pstrdup(pool, apr_hash_this_key(index)), APR_HASH_KEY_STRING, copy);
    }
    return copies;
}

static void keep(server_rec *main, const apr_array_header_t *all) {
    kept_t *old = kept_of(main), *kept;
    apr_pool_t *pool;
    int i;

    apr_pool_create(&pool, main->process->pool);
    apr_pool_tag(pool, "site_templates");
    kept = apr_palloc(pool, sizeof *kept);
    kept->pool = pool;
    kept->folders = apr_hash_make(pool);
    for (i = 0; i < all->nelts; i++) {
        const site_templates_t *templates = APR_ARRAY_IDX(all, i, site_templates_t *);

        if (templates->folder)
            apr_hash_set(kept->folders, apr_pstrdup(pool, templates->folder), APR_HASH_KEY_STRING,
                         copy_files(pool, templates->files));
    }
    /* The key is copied, too: ours goes with the module. */
    apr_pool_userdata_set(kept, KEPT, NULL, main->process->pool);
    if (old)
        apr_pool_destroy(old->pool);
}

/* --- loading --- */

#define LIST "mod_site: folders of templates"

/* All that were made since the configuration is read. It goes with the configuration's pool. */
static apr_array_header_t *list_of(apr_pool_t *pool) {
    apr_array_header_t *list;
    void *data;

    apr_pool_userdata_get(&data, LIST, pool);
    if (data)
        return data;
    list = apr_array_make(pool, 4, sizeof(site_templates_t *));
    apr_pool_userdata_setn(list, LIST, NULL, pool);
    return list;
}

site_templates_t *site_templates_make(apr_pool_t *pool, server_rec *server, const char *folder, int optional) {
    site_templates_t *templates = apr_pcalloc(pool, sizeof *templates);

    templates->server = server;
    templates->folder = folder;
    templates->optional = optional;
    templates->files = apr_hash_make(pool);
    templates->asked = apr_array_make(pool, 4, sizeof(asked_t));
    APR_ARRAY_PUSH(list_of(pool), site_templates_t *) = templates;
    return templates;
}

site_templates_t *site_templates_of_module(apr_pool_t *pool, server_rec *main) {
    site_server_t *server = site_server_of(main);

    if (!server->templates)
        server->templates = site_templates_make(pool, main, NULL, 1);
    return server->templates;
}

void site_templates_ask(site_templates_t *templates, const char *key, const char *file,
                        const site_template_name_t *names, const site_place_t *place) {
    asked_t *asked = apr_array_push(templates->asked);

    asked->key = key;
    asked->file = file;
    asked->names = names;
    asked->place = *place;
}

/* The folder's texts of before this restart, NULL if there are none. */
static apr_hash_t *files_before(server_rec *main, const site_templates_t *templates) {
    const kept_t *kept = kept_of(main);

    return kept && templates->folder ? apr_hash_get(kept->folders, templates->folder, APR_HASH_KEY_STRING) : NULL;
}

static const char *load(apr_pool_t *pool, apr_pool_t *temporary, server_rec *main, site_templates_t *templates) {
    apr_hash_t *before = files_before(main, templates);
    /* A folder that had templates and is missing now is a mistake, also where it is optional. */
    int may_be_missing = templates->optional && (!before || apr_hash_count(before) == 0);
    const char *complaint = NULL;

    if (templates->folder && !(may_be_missing && !ap_is_directory(temporary, templates->folder)))
        complaint = read_folder(temporary, templates->files, templates->folder, "");
    return complaint ? complaint : compile(pool, temporary, templates, 0);
}

/* Whether the templates of before can stand in. */
static int fall_back(apr_pool_t *pool, apr_pool_t *temporary, server_rec *main, site_templates_t *templates) {
    apr_hash_t *files = files_before(main, templates);

    if (!files)
        return 0;
    templates->files = files;
    return compile(pool, temporary, templates, 1) == NULL;
}

int site_templates_load(apr_pool_t *pool, apr_pool_t *log, apr_pool_t *temporary, server_rec *main) {
    const apr_array_header_t *all;
    int i, restarting = ap_state_query(AP_SQ_CONFIG_GEN) > 1, fell = 0;

    (void)log;
    site_templates_of_module(pool, main);
    all = list_of(pool);
    for (i = 0; i < all->nelts; i++) {
        site_templates_t *templates = APR_ARRAY_IDX(all, i, site_templates_t *);
        const char *complaint = load(pool, temporary, main, templates);

        if (!complaint)
            continue;
        ap_log_error(APLOG_MARK, APLOG_STARTUP | APLOG_ERR, 0, main, "SITE0130: %s", complaint);
        if (!restarting || !fall_back(pool, temporary, main, templates))
            return HTTP_INTERNAL_SERVER_ERROR;
        fell = 1;
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, main,
                     "SITE0131: the templates of %s stay as they were before this restart", templates->folder);
    }
    if (!fell)
        keep(main, all);
    return OK;
}

int site_templates_expand_asked(request_rec *r, const site_templates_t *templates, const char *key, site_view_t *view,
                                site_sink_t *sink) {
    if (site_template_expand(templates->set, key, view, sink) && sink->status == APR_SUCCESS)
        return 1;
    if (sink->status != APR_ENOSPC)
        ap_log_rerror(APLOG_MARK, APLOG_ERR, sink->status, r, "SITE0132: the template of %s could not be expanded",
                      key);
    return 0;
}

int site_templates_expand(request_rec *r, const char *file, const char *resource, site_view_t *view,
                          site_sink_t *sink) {
    const site_dir_t *dir = site_dir_of(r);
    const site_templates_t *templates = dir->templates ? dir->templates : site_server_of(ap_server_conf)->templates;
    const char *special = resource ? apr_pstrcat(r->pool, resource, "/", file, NULL) : NULL;

    if (special && site_template_set_has(templates->set, special))
        file = special;
    if (site_template_expand(templates->set, file, view, sink) && sink->status == APR_SUCCESS)
        return 1;
    if (sink->status != APR_ENOSPC)
        ap_log_rerror(APLOG_MARK, APLOG_ERR, sink->status, r, "SITE0132: %s could not be expanded", file);
    return 0;
}
