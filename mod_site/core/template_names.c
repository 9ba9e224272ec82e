#include "core/template_names.h"

#include <string.h>

#define TEXT(name)                                                                                                     \
    { name, SITE_VIEW_TEXT, NULL }
#define HTML(name)                                                                                                     \
    { name, SITE_VIEW_MARKUP, NULL }
#define FLAG(name)                                                                                                     \
    { name, SITE_VIEW_FLAG, NULL }
#define LIST(name, inside)                                                                                             \
    { name, SITE_VIEW_LIST, inside }
#define ANY                                                                                                            \
    { "*", SITE_VIEW_NOTHING, NULL }
#define END                                                                                                            \
    { NULL, SITE_VIEW_NOTHING, NULL }

static const site_template_name_t crumb[] = {TEXT("label"), TEXT("url"), END};

static const site_template_name_t resource[] = {
    TEXT("name"),        TEXT("label"),       TEXT("singular"),
    TEXT("description"), TEXT("url"),         TEXT("count"),
    FLAG("about"),       FLAG("unavailable"), END,
};

static const site_template_name_t api[] = {TEXT("path"), TEXT("url"), LIST("resources", resource), END};

static const site_template_name_t everywhere[] = {
    TEXT("title"),    TEXT("site_title"), TEXT("site_description"), TEXT("prefix"),
    TEXT("assets"),   TEXT("page"),       LIST("crumbs", crumb),    LIST("apis", api),
    TEXT("json_url"), TEXT("user"),       TEXT("login_url"),        TEXT("logout_url"),
    TEXT("methods"),  TEXT("notice"),     FLAG("noindex"),          END,
};

static const site_template_name_t cell[] = {
    TEXT("name"), TEXT("label"), TEXT("comment"), TEXT("class"), HTML("value"), TEXT("text"), END,
};

const site_template_name_t site_template_row[] = {TEXT("_url"),         TEXT("_key"), TEXT("_label"),
                                                  LIST("_cells", cell), ANY,          END};

static const site_template_name_t column[] = {
    TEXT("name"),     TEXT("label"),     TEXT("comment"),    TEXT("class"),
    TEXT("sort_url"), FLAG("ascending"), FLAG("descending"), END,
};

static const site_template_name_t home[] = {FLAG("missing"), FLAG("single"), END};

static const site_template_name_t page[] = {TEXT("number"), TEXT("url"), FLAG("current"), FLAG("gap"), END};

static const site_template_name_t hidden[] = {TEXT("name"), TEXT("value"), END};

static const site_template_name_t chip[] = {TEXT("label"), TEXT("value"), TEXT("url"), END};

static const site_template_name_t field[] = {TEXT("name"), TEXT("label"), TEXT("kind"), TEXT("choices"), END};

static const site_template_name_t group[] = {TEXT("label"), LIST("fields", field), END};

static const site_template_name_t lookup[] = {TEXT("name"), TEXT("label"), TEXT("kinds"), END};

static const site_template_name_t facet_value[] = {TEXT("label"), TEXT("count"), TEXT("url"), FLAG("active"), END};

static const site_template_name_t facet[] = {TEXT("name"), TEXT("label"), LIST("values", facet_value), FLAG("more"),
                                             END};

static const site_template_name_t chart[] = {TEXT("label"), TEXT("url"), FLAG("current"), END};

static const site_template_name_t axis[] = {
    TEXT("name"), TEXT("label"), FLAG("axis"), FLAG("size"), FLAG("is_x"), FLAG("is_y"), FLAG("is_size"), END,
};

static const site_template_name_t list[] = {
    TEXT("name"),
    TEXT("singular"),
    TEXT("plural"),
    TEXT("comment"),
    /* rows */
    HTML("table"),
    LIST("rows", site_template_row),
    LIST("columns", column),
    /* pages */
    TEXT("range"),
    TEXT("count"),
    FLAG("about"),
    FLAG("turns"),
    TEXT("next_url"),
    TEXT("previous_url"),
    LIST("pages", page),
    /* filters */
    FLAG("searchable"),
    TEXT("search_name"),
    TEXT("search"),
    LIST("search_hidden", hidden),
    LIST("chips", chip),
    TEXT("clear_url"),
    LIST("groups", group),
    LIST("lookups", lookup),
    LIST("filter_hidden", hidden),
    LIST("facets", facet),
    FLAG("facets_late"),
    /* charts */
    HTML("chart"),
    LIST("charts", chart),
    LIST("axes", axis),
    /* the same for programs */
    TEXT("curl"),
    TEXT("new_url"),
    END,
};

static const site_template_name_t neighbour[] = {TEXT("label"), TEXT("url"), END};

static const site_template_name_t related[] = {
    TEXT("name"), TEXT("label"), TEXT("url"), FLAG("more"), LIST("rows", neighbour), END,
};

static const site_template_name_t item[] = {
    TEXT("name"),
    TEXT("singular"),
    TEXT("plural"),
    TEXT("comment"),
    TEXT("list_url"),
    LIST("row", site_template_row),
    LIST("related", related),
    TEXT("edit_url"),
    TEXT("delete_url"),
    END,
};

static const site_template_name_t message[] = {TEXT("field"), TEXT("message"), END};

static const site_template_name_t error[] = {
    TEXT("status"), TEXT("status_name"), TEXT("message"), LIST("errors", message), END,
};

static const site_template_name_t login[] = {
    TEXT("complaint"), TEXT("username"), TEXT("csrf_name"), TEXT("csrf_token"), TEXT("next"), FLAG("out"), END,
};

static const site_template_name_t option[] = {TEXT("value"), TEXT("label"), FLAG("chosen"), END};

static const site_template_name_t form_field[] = {
    TEXT("id"),
    TEXT("name"),
    TEXT("label"),
    TEXT("comment"),
    TEXT("hint"),
    TEXT("complaint"),
    TEXT("value"),
    FLAG("null"),
    FLAG("sent"),
    FLAG("required"),
    FLAG("line"),
    TEXT("type"),
    TEXT("mode"),
    TEXT("length"),
    FLAG("area"),
    FLAG("code"),
    TEXT("rows"),
    FLAG("box"),
    FLAG("ticked"),
    FLAG("select"),
    FLAG("file"),
    FLAG("keeps"),
    FLAG("clears"),
    FLAG("several"),
    LIST("options", option),
    END,
};

static const site_template_name_t way[] = {TEXT("method"), TEXT("url"), END};

static const site_template_name_t form[] = {
    TEXT("name"),
    TEXT("singular"),
    TEXT("plural"),
    TEXT("comment"),
    TEXT("label"),
    TEXT("action"),
    TEXT("cancel_url"),
    TEXT("etag"),
    TEXT("csrf_name"),
    TEXT("csrf_token"),
    FLAG("creating"),
    FLAG("files"),
    FLAG("wrong"),
    LIST("fields", form_field),
    LIST("errors", message),
    /* the body itself */
    FLAG("raw_open"),
    TEXT("raw"),
    LIST("ways", way),
    END,
};

static const site_template_name_t options[] = {TEXT("document"), TEXT("allow"), TEXT("cancel_url"), END};

static const site_template_name_t docs[] = {TEXT("document_url"), END};

static const site_template_name_t none[] = {END};

const site_template_page_t site_template_pages[] = {
    {"home.html", home, 0},   {"api.html", none, 0},        {"list.html", list, 1}, {"item.html", item, 1},
    {"error.html", error, 0}, {"login.html", login, 0},     {"docs.html", docs, 0}, {"form.html", form, 1},
    {"delete.html", form, 1}, {"options.html", options, 1}, {NULL, NULL, 0},
};

static int length_of(const site_template_name_t *names) {
    int length = 0;

    while (names[length].name)
        length++;
    return length;
}

const site_template_name_t *site_template_names(apr_pool_t *pool, const site_template_name_t *own) {
    int count = length_of(own), common = length_of(everywhere);
    site_template_name_t *names = apr_pcalloc(pool, (apr_size_t)(count + common + 1) * sizeof *names);

    memcpy(names, own, (apr_size_t)count * sizeof *names);
    memcpy(names + count, everywhere, (apr_size_t)common * sizeof *names);
    return names;
}
