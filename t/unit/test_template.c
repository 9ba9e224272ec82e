/* Templates: what is translated into what, what is refused and in which words, what values become where they land. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/template.h"
#include "core/template_names.h"
#include "pages.h"
#include <apr_general.h>
#include <apr_strings.h>
#include <string.h>

static apr_pool_t *pool;

/* --- templates of these tests: "main" is what a test gives, the others are here --- */

static const char *main_text;

static const site_template_file_t *find_file(void *baton, const char *name) {
    static const struct {
        const char *name, *text;
    } files[] = {{"part.html", "<b>{{name}}</b>\n"},
                 {"broken.html", "\n\n{{nonsense}}"},
                 {"circle.html", "{{>circle.html}}"},
                 {"open.html", "<p title=\""},
                 {NULL, NULL}};
    site_template_file_t *file = apr_palloc(pool, sizeof *file);
    int i;

    (void)baton;
    file->path = name;
    file->text = strcmp(name, "main") == 0 ? main_text : NULL;
    for (i = 0; files[i].name; i++) {
        if (strcmp(files[i].name, name) == 0)
            file->text = files[i].text;
    }
    if (!file->text)
        return NULL;
    file->length = strlen(file->text);
    return file;
}

static const char *find_asset(void *baton, apr_pool_t *into, const char *name) {
    (void)baton;
    return strcmp(name, "site.css") == 0 ? apr_pstrdup(into, "/site.0123456789.css") : NULL;
}

static const site_template_library_t library = {find_file, find_asset, NULL};

static const site_template_name_t row[] = {{"cell", SITE_VIEW_TEXT, NULL}, {NULL, SITE_VIEW_NOTHING, NULL}};
static const site_template_name_t any[] = {{"*", SITE_VIEW_NOTHING, NULL}, {NULL, SITE_VIEW_NOTHING, NULL}};
static const site_template_name_t names[] = {
    {"name", SITE_VIEW_TEXT, NULL}, {"other", SITE_VIEW_TEXT, NULL},  {"assets", SITE_VIEW_TEXT, NULL},
    {"flag", SITE_VIEW_FLAG, NULL}, {"html", SITE_VIEW_MARKUP, NULL}, {"rows", SITE_VIEW_LIST, row},
    {"data", SITE_VIEW_LIST, any},  {NULL, SITE_VIEW_NOTHING, NULL},
};

static const char *translate(const char *text, const char **complaint) {
    main_text = text;
    return site_template_translate(pool, &library, "main", names, complaint);
}

/* `text` is refused with this complaint. */
static void refused(const char *text, const char *expected) {
    const char *complaint, *translated = translate(text, &complaint);

    if (translated)
        fail_msg("'%s' is taken as '%s'", text, translated);
    assert_string_equal(complaint, expected);
}

static const char *expand(const char *text, site_view_t *view) {
    site_template_set_t *set = site_template_set_make(pool);
    const char *complaint, *translated = translate(text, &complaint);
    site_sink_t sink;

    if (!translated)
        fail_msg("%s", complaint);
    assert_true(site_template_set_add(set, "main", translated));
    site_template_set_close(set);
    assert_true(site_template_set_has(set, "main"));
    assert_false(site_template_set_has(set, "mainly"));
    site_sink_init(&sink, pool, 16, 0);
    assert_true(site_template_expand(set, "main", view, &sink));
    assert_false(site_template_expand(set, "missing", view, &sink));
    return apr_pstrmemdup(pool, sink.data, sink.used);
}

static site_view_t *hostile(void) {
    site_view_t *view = site_view_make(pool, NULL);

    site_view_text(view, "name", "javascript:alert('\"<>&\"')");
    site_view_text(view, "assets", "/static");
    return view;
}

/* --- values --- */

static void values_are_escaped_for_where_they_stand(void **state) {
    site_view_t *view = hostile();

    (void)state;
    assert_string_equal(expand("<p>{{name}}</p>", view),
                        "<p>javascript:alert(&#39;&quot;&lt;&gt;&amp;&quot;&#39;)</p>");
    assert_string_equal(expand("<p title=\"{{name}}\">", view),
                        "<p title=\"javascript:alert(&#39;&quot;&lt;&gt;&amp;&quot;&#39;)\">");
    assert_string_equal(expand("<a href='{{name}}'>", view), "<a href='#'>");
    assert_string_equal(expand("<a href=\"/x?q={{name:url}}\">", view),
                        "<a href=\"/x?q=javascript%3Aalert(%27%22%3C%3E%26%22%27)\">");
    assert_string_equal(expand("<textarea>{{name}}</textarea>", view),
                        "<textarea>javascript:alert(&#39;&quot;&lt;&gt;&amp;&quot;&#39;)</textarea>");
    site_view_text(view, "name", "/a b?c=1&d=\xc3\xa9");
    assert_string_equal(expand("<a href=\"{{name}}\">", view), "<a href=\"/a b?c=1&amp;d=\xc3\xa9\">");
}

static void markup_stands_as_it_is_between_tags_only(void **state) {
    site_view_t *view = site_view_make(pool, NULL);
    site_sink_t sink;

    (void)state;
    site_sink_init(&sink, pool, 16, 0);
    site_sink_puts(&sink, "<i>x</i>");
    site_view_markup(view, "html", &sink);
    assert_string_equal(expand("<p>{{html}}</p>", view), "<p><i>x</i></p>");
    refused("<p title=\"{{html}}\">", "main:1: 'html' is HTML: it can stand between tags only");
    refused("<title>{{html}}</title>", "main:1: 'html' is HTML: it can stand between tags only");
    refused("<p>{{name:none}}", "main:1: 'none': the only modifier is 'url'");
}

static void a_value_stands_only_where_it_is_safe(void **state) {
    (void)state;
    refused("<p>\n<{{name}}>",
            "main:2: name: a value cannot be a tag or an attribute; put it into quotes behind a '='");
    refused("<p {{name}}>", "main:1: name: a value cannot be a tag or an attribute; put it into quotes behind a '='");
    refused("<p {{name}}=\"1\">",
            "main:1: name: a value cannot be a tag or an attribute; put it into quotes behind a '='");
    refused("<p title={{name}}>", "main:1: name: a value in a tag must stand in quotes");
    refused("<p title=a{{name}}>", "main:1: name: a value in a tag must stand in quotes");
    refused("<!-- {{name}} -->", "main:1: name: a value cannot stand in a comment of HTML");
    refused("<script>x = '{{name}}'</script>",
            "main:1: name: a value cannot stand in a script or a style sheet; put it into a data- attribute");
    refused("<STYLE>{{name}}</STYLE>",
            "main:1: name: a value cannot stand in a script or a style sheet; put it into a data- attribute");
    refused("<p onclick=\"f('{{name}}')\">", "main:1: name: a value cannot stand in this attribute: it would be run");
    refused("<p style='{{name}}'>", "main:1: name: a value cannot stand in this attribute: it would be run");
    refused("<a href=\"java{{name}}\">",
            "main:1: name: in an address a value must come first, or behind a '/', '?' or '#'");
    refused("<a href=\"{{name}}{{other}}\">",
            "main:1: other: in an address a value must come first, or behind a '/', '?' or '#'");
    refused("<a href=\"{{#flag}}/{{/flag}}{{name}}\">",
            "main:1: name: in an address a value must come first, or behind a '/', '?' or '#'");
}

static void a_value_in_json_is_escaped_for_its_string(void **state) {
    site_view_t *view = hostile();

    (void)state;
    assert_string_equal(expand("<script type=\"application/ld+json\">{\"name\": \"{{name}}\"}</script>{{name}}", view),
                        "<script type=\"application/ld+json\">{\"name\": "
                        "\"javascript:alert('\\\"\\u003c\\u003e\\u0026\\\"')\"}</script>"
                        "javascript:alert(&#39;&quot;&lt;&gt;&amp;&quot;&#39;)");
    site_view_text(view, "name", "</script><!--\\\n\t\x01\x7f \xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaa\xc3\xa9'");
    assert_string_equal(expand("<SCRIPT id=x TYPE='Application/JSON' >[\"\\\"{{name}}\"]</SCRIPT>", view),
                        "<SCRIPT id=x TYPE='Application/JSON' "
                        ">[\"\\\"\\u003c/script\\u003e\\u003c!--\\\\\\u000a\\u0009\xe2\x90\x81\xe2\x90\xa1 "
                        "\\u2028\\u2029\xe2\x80\xaa\xc3\xa9'\"]</SCRIPT>");
    assert_string_equal(expand("<script type=application/json>[{{#name}}\"{{name}}\"{{/name}}{{^other}}, "
                               "\"{{other}}\"{{/other}}]</script>",
                               (site_view_text(view, "name", "x"), view)),
                        "<script type=application/json>[\"x\", \"\"]</script>");
}

static void a_value_in_json_stands_in_a_string(void **state) {
    static const char *const scripts[] = {
        "<script type=\"module\">\"{{name}}\"</script>",
        "<script type=\"text/javascript\" type=\"application/json\">\"{{name}}\"</script>",
        "<script type=\"application/json; charset=utf-8\">\"{{name}}\"</script>",
        "<script data-type=\"application/json\">\"{{name}}\"</script>",
        "<script type=\"{{name}}application/json\">\"{{name}}\"</script>",
        "<script {{#flag}}type=\"application/json\"{{/flag}}>\"{{name}}\"</script>",
        "<script type=\"{{#flag}}application/json{{/flag}}\">\"{{name}}\"</script>",
        "<script type=\"application/json\"></script><script>\"{{name}}\"</script>",
        "<style type=\"application/json\">\"{{name}}\"</style>",
        NULL};
    int i;

    (void)state;
    for (i = 0; scripts[i]; i++)
        refused(scripts[i],
                "main:1: name: a value cannot stand in a script or a style sheet; put it into a data- attribute");
    refused("<script type=\"application/json\">{\"price\": {{name}}}</script>",
            "main:1: name: a value in JSON must stand in a string, in double quotes");
    refused("<script type=\"application/json\">'{{name}}'</script>",
            "main:1: name: a value in JSON must stand in a string, in double quotes");
    refused("<script type=\"application/json\">\"\\{{name}}\"</script>",
            "main:1: name: a value cannot stand behind a '\\'");
    refused("<script type=\"application/json\">\"{{name:url}}\"</script>", "main:1: name: 'url' is for attributes");
    refused("<script type=\"application/json\">\"{{html}}\"</script>",
            "main:1: 'html' is HTML: it can stand between tags only");
    refused("<script type=\"application/json\">{{#flag}}\"{{/flag}}{{name}}</script>",
            "main:1: {{#flag}} begins in <script> and ends in a string of JSON");
}

static void after_what_is_no_text_comes_text(void **state) {
    site_view_t *view = site_view_make(pool, NULL);

    (void)state;
    site_view_text(view, "name", "x");
    assert_string_equal(expand("<script>if (a < b) {}</script>{{name}}", view), "<script>if (a < b) {}</script>x");
    assert_string_equal(expand("<title></titl></title >{{name}}", view), "<title></titl></title >x");
    assert_string_equal(expand("<!-- <script> --->{{name}}", view), "<!-- <script> --->x");
    assert_string_equal(expand("1 < 2 {{name}} <br/>{{name}}<img alt='>'>{{name}}", view),
                        "1 < 2 x <br/>x<img alt='>'>x");
    assert_string_equal(expand("<!DOCTYPE html>{{name}}", view), "<!DOCTYPE html>x");
}

/* --- sections --- */

static void sections_are_shown_by_what_there_is(void **state) {
    site_view_t *view = site_view_make(pool, NULL);

    (void)state;
    assert_string_equal(expand("{{#flag}}a{{/flag}}{{^flag}}b{{/flag}}{{?flag}}c{{/flag}}", view), "b");
    site_view_flag(view, "flag", 1);
    assert_string_equal(expand("{{#flag}}a{{/flag}}{{^flag}}b{{/flag}}{{?flag}}c{{/flag}}", view), "ac");
    assert_string_equal(expand("{{#name}}[{{name}}]{{/name}}{{^name}}none{{/name}}", view), "none");
    site_view_text(view, "name", "x");
    assert_string_equal(expand("{{#name}}[{{name}}]{{/name}}{{^name}}none{{/name}}", view), "[x]");
    site_view_text(view, "name", "");
    assert_string_equal(expand("{{#name}}[{{name}}]{{/name}}{{^name}}none{{/name}}", view), "none");
}

static void lists_are_gone_through(void **state) {
    static const char text[] = "{{?rows}}<ul>{{#rows}}<li>{{cell}}{{name}}</li>{{/rows}}</ul>{{/rows}}"
                               "{{^rows}}none{{/rows}}";
    site_view_t *view = site_view_make(pool, NULL), *item;

    (void)state;
    assert_string_equal(expand(text, view), "none");
    site_view_text(view, "name", "!");
    site_view_text(site_view_item(view, "rows"), "cell", "1");
    item = site_view_item(view, "rows");
    site_view_text(item, "cell", "2");
    site_view_text(item, "name", NULL); /* hides the one outside */
    assert_string_equal(expand(text, view), "<ul><li>1!</li><li>2</li></ul>");
}

static int computed;

static void compute(site_view_t *view, const char *name, void *baton) {
    computed++;
    site_view_text(view, name, baton);
}

static void what_nobody_shows_is_not_computed(void **state) {
    site_view_t *view = site_view_make(pool, NULL);
    char dear[] = "dear";

    (void)state;
    computed = 0;
    site_view_later(view, "name", compute, dear);
    expand("nothing", view);
    assert_int_equal(computed, 0);
    assert_string_equal(expand("{{#name}}{{name}}, {{name}}{{/name}}", view), "dear, dear");
    assert_int_equal(computed, 1);
}

static void a_section_does_not_tear_a_tag(void **state) {
    site_view_t *view = site_view_make(pool, NULL);

    (void)state;
    site_view_flag(view, "flag", 1);
    site_view_text(view, "name", "x");
    assert_string_equal(expand("<li{{#flag}} class=\"a\"{{/flag}} title=\"{{name}}\">", view),
                        "<li class=\"a\" title=\"x\">");
    assert_string_equal(expand("<option{{#flag}} selected{{/flag}}>", view), "<option selected>");
    assert_string_equal(expand("<p class=\"a{{#flag}} b{{/flag}}\">", view), "<p class=\"a b\">");
    refused("<p{{#flag}} class=\"{{/flag}}{{name}}\">",
            "main:1: {{#flag}} begins in the tag <p> and ends in the attribute class");
    refused("{{#flag}}<p {{/flag}}>", "main:1: {{#flag}} begins between tags and ends in the tag <p>");
    refused("<p title=\"{{#flag}}\"{{/flag}}>",
            "main:1: {{#flag}} begins in the attribute title and ends in the tag <p>");
}

static void sections_are_closed_in_order(void **state) {
    (void)state;
    refused("a\n{{#flag}}\nb", "main:2: {{#flag}} is not closed by {{/flag}}");
    refused("{{/flag}}", "main:1: {{/flag}} closes nothing");
    refused("{{#flag}}\n{{#name}}\n{{/flag}}{{/name}}", "main:3: {{/flag}} closes {{#name}} of line 2");
    refused("x\n{{name", "main:2: '{{' is not closed by '}}'");
    refused("{{}}", "main:1: '{{}}' names nothing");
    refused("{{# }}", "main:1: '{{#}}' names nothing");
}

/* --- names --- */

static void a_name_must_exist(void **state) {
    (void)state;
    refused("\n{{nmae}}", "main:2: there is no 'nmae' here; did you mean 'name'?");
    refused("{{zzzzzz}}", "main:1: there is no 'zzzzzz' here");
    refused("{{cell}}", "main:1: there is no 'cell' here");
    refused("{{a-b}}", "main:1: 'a-b' is no name: letters, digits and '_'");
    refused("{{rows}}", "main:1: 'rows' is a list: it wants {{#rows}} ... {{/rows}}");
    refused("{{flag}}", "main:1: 'flag' is a condition: it wants {{#flag}} ... {{/flag}}");
    refused("{{=<% %>=}}", "main:1: '=<% %>=' is no name: letters, digits and '_'");
    refused("{{%AUTOESCAPE context=\"CSS\"}}",
            "main:1: '%AUTOESCAPE context=\"CSS\"' is no name: letters, digits and '_'");
}

static void rows_of_data_have_any_names(void **state) {
    site_view_t *view = site_view_make(pool, NULL), *item = site_view_item(view, "data");

    (void)state;
    site_view_text(item, "anything", "<1>");
    site_view_text(site_view_item(item, "more"), "deeper", "2");
    assert_string_equal(
        expand("{{#data}}{{anything}}{{#more}}{{deeper}}{{/more}}{{#else_}}no{{/else_}}{{/data}}", view), "&lt;1&gt;2");
    refused("{{anything}}", "main:1: there is no 'anything' here");
}

/* --- other files --- */

static void templates_hold_templates(void **state) {
    site_view_t *view = site_view_make(pool, NULL);

    (void)state;
    site_view_text(view, "name", "<x>");
    assert_string_equal(expand("<p>{{>part.html}}</p>{{! a comment\nof two lines }}", view),
                        "<p><b>&lt;x&gt;</b>\n</p>");
    refused("\n{{>missing.html}}", "main:2: there is no template 'missing.html'");
    refused("\n{{>broken.html}}", "broken.html:3: there is no 'nonsense' here");
    refused("{{>circle.html}}", "circle.html:1: {{>circle.html}}: templates within templates, without end");
    refused("{{>open.html}}{{name", "main:1: '{{' is not closed by '}}'");
    refused("{{>open.html}}", "main:1: it ends in the attribute title");
}

static void static_files_have_their_fingerprint(void **state) {
    (void)state;
    assert_string_equal(expand("<link href=\"{{@site.css}}\">", hostile()),
                        "<link href=\"/static/site.0123456789.css\">");
    refused("<link href=\"{{@nothing.css}}\">", "main:1: there is no static file 'nothing.css'");
    refused("{{@site.css}}", "main:1: {{@site.css}} is an address: it stands in an attribute, in quotes");
    refused("<p title=\"x\" {{@site.css}}>",
            "main:1: {{@site.css}} is an address: it stands in an attribute, in quotes");
}

/* --- the module's own --- */

static void the_modules_own_templates_are_right(void **state) {
    const site_template_page_t *page;

    (void)state;
    for (page = site_template_pages; page->file; page++) {
        const char *complaint;
        const site_template_name_t *all = site_template_names(pool, page->names);

        if (!site_template_translate(pool, pages_library(pool), page->file, all, &complaint))
            fail_msg("%s", complaint);
    }
}

static void keeps_the_ends_of_lines(void **state) {
    site_view_t *view = site_view_make(pool, NULL);

    (void)state;
    site_view_text(view, "other", "a\n<b>");
    assert_string_equal(expand("<pre>{{other}}</pre>", view), "<pre>a\n&lt;b&gt;</pre>");
    assert_string_equal(expand("<textarea>\n{{other}}</textarea>", view), "<textarea>\na\n&lt;b&gt;</textarea>");
    assert_string_equal(expand("<input value=\"{{other}}\">", view), "<input value=\"a\n&lt;b&gt;\">");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_the_ends_of_lines),
        cmocka_unit_test(values_are_escaped_for_where_they_stand),
        cmocka_unit_test(markup_stands_as_it_is_between_tags_only),
        cmocka_unit_test(a_value_stands_only_where_it_is_safe),
        cmocka_unit_test(a_value_in_json_is_escaped_for_its_string),
        cmocka_unit_test(a_value_in_json_stands_in_a_string),
        cmocka_unit_test(after_what_is_no_text_comes_text),
        cmocka_unit_test(sections_are_shown_by_what_there_is),
        cmocka_unit_test(lists_are_gone_through),
        cmocka_unit_test(what_nobody_shows_is_not_computed),
        cmocka_unit_test(a_section_does_not_tear_a_tag),
        cmocka_unit_test(sections_are_closed_in_order),
        cmocka_unit_test(a_name_must_exist),
        cmocka_unit_test(rows_of_data_have_any_names),
        cmocka_unit_test(templates_hold_templates),
        cmocka_unit_test(static_files_have_their_fingerprint),
        cmocka_unit_test(the_modules_own_templates_are_right),
    };
    int failed;

    apr_initialize();
    apr_pool_create(&pool, NULL);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    apr_terminate();
    return failed;
}
