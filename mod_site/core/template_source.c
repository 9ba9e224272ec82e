#include "core/template_source.h"

#include "core/markup.h"
#include "core/spelling.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

enum { DEPTH = 16 }; /* of templates within templates: more is a circle */

/* The names that can be seen, the innermost first. */
typedef struct scope_t {
    const site_template_name_t *names;
    const struct scope_t *outer;
} scope_t;

typedef struct reader_t {
    apr_pool_t *pool;
    const site_template_library_t *library;
    site_sink_t *sink;
    site_markup_t markup;
    const char *complaint;
} reader_t;

/* A file while it is read. */
typedef struct source_t {
    const site_template_file_t *file;
    const char *at, *end;
    int line;
    int depth;
} source_t;

/* What stands between {{ and }}. */
typedef struct marker_t {
    char sign; /* '#', '?', '^', '/', '>', '@', '!' or 0 */
    const char *name;
    const char *modifier; /* or NULL */
    int line;
} marker_t;

static int fail(reader_t *reader, const source_t *source, int line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static int fail(reader_t *reader, const source_t *source, int line, const char *format, ...) {
    va_list arguments;

    if (reader->complaint)
        return 0;
    va_start(arguments, format);
    reader->complaint = apr_psprintf(reader->pool, "%s:%d: %s", source->file->path, line,
                                     apr_pvsprintf(reader->pool, format, arguments));
    va_end(arguments);
    return 0;
}

/* --- names --- */

static const site_template_name_t *find_name(const scope_t *scope, const char *name) {
    static const site_template_name_t anything[] = {{"*", SITE_VIEW_NOTHING, NULL}, {NULL, SITE_VIEW_NOTHING, NULL}};
    int open = 0;

    for (; scope; scope = scope->outer) {
        const site_template_name_t *each;

        for (each = scope->names; each->name; each++) {
            if (strcmp(each->name, name) == 0)
                return each;
            open |= strcmp(each->name, "*") == 0;
        }
    }
    return open ? anything : NULL;
}

static const char *nearest(reader_t *reader, const scope_t *scope, const char *name) {
    site_spelling_t spelling;

    site_spelling_begin(&spelling, name);
    for (; scope; scope = scope->outer) {
        const site_template_name_t *each;

        for (each = scope->names; each->name; each++)
            site_spelling_try(&spelling, each->name);
    }
    return spelling.best ? apr_psprintf(reader->pool, "; did you mean '%s'?", spelling.best) : "";
}

static int is_name(const char *name) {
    if (!apr_isalpha(*name) && *name != '_')
        return 0;
    for (; *name; name++) {
        if (!apr_isalnum(*name) && *name != '_')
            return 0;
    }
    return 1;
}

static const site_template_name_t *resolve(reader_t *reader, const source_t *source, const scope_t *scope,
                                           const marker_t *marker) {
    const site_template_name_t *found;

    if (!is_name(marker->name)) {
        fail(reader, source, marker->line, "'%s' is no name: letters, digits and '_'", marker->name);
        return NULL;
    }
    found = find_name(scope, marker->name);
    if (!found)
        fail(reader, source, marker->line, "there is no '%s' here%s", marker->name,
             nearest(reader, scope, marker->name));
    return found;
}

/* --- what stands in a file --- */

/* The text up to the next marker goes on as it is. */
static void copy_text(reader_t *reader, source_t *source) {
    const char *begin = source->at, *found = begin;

    while (found < source->end && !(found[0] == '{' && found + 1 < source->end && found[1] == '{'))
        source->line += *found++ == '\n';
    site_markup_follow(&reader->markup, begin, (apr_size_t)(found - begin));
    site_sink_write(reader->sink, begin, (apr_size_t)(found - begin));
    source->at = found;
}

static const char *find_close(const char *at, const char *end) {
    for (; at + 1 < end; at++) {
        if (at[0] == '}' && at[1] == '}')
            return at;
    }
    return NULL;
}

/* Reads the marker that stands at source->at. */
static int read_marker(reader_t *reader, source_t *source, marker_t *marker) {
    const char *begin = source->at + 2, *end = find_close(begin, source->end), *at;
    char *name, *colon;

    marker->line = source->line;
    marker->sign = 0;
    marker->name = "";
    marker->modifier = NULL;
    if (!end)
        return fail(reader, source, marker->line, "'{{' is not closed by '}}'");
    source->at = end + 2;
    for (at = begin; at < end; at++)
        source->line += *at == '\n';
    if (begin < end && strchr("#?^/>@!", *begin))
        marker->sign = *begin++;
    while (begin < end && apr_isspace(*begin))
        begin++;
    while (end > begin && apr_isspace(end[-1]))
        end--;
    marker->name = name = apr_pstrmemdup(reader->pool, begin, (apr_size_t)(end - begin));
    if (marker->sign == '!')
        return 1;
    if (!*name)
        return fail(reader, source, marker->line, "'{{%.1s}}' names nothing", marker->sign ? &marker->sign : "");
    colon = strchr(name, ':');
    if (colon && !marker->sign) {
        *colon = '\0';
        marker->modifier = colon + 1;
    }
    return 1;
}

/* Where the ends of lines mean something they stay; the library would make them blanks. */
static int keeps_lines(const site_markup_t *markup) {
    switch (markup->place) {
    case SITE_MARKUP_TEXT:
    case SITE_MARKUP_TITLE:
        return 1;
    case SITE_MARKUP_DOUBLE:
    case SITE_MARKUP_SINGLE:
        return strcmp(markup->attribute, "value") == 0;
    default:
        return 0;
    }
}

static int write_value(reader_t *reader, const source_t *source, const scope_t *scope, const marker_t *marker) {
    const site_template_name_t *name = resolve(reader, source, scope, marker);
    int lines = keeps_lines(&reader->markup);
    const char *why;

    if (!name)
        return 0;
    if (name->kind == SITE_VIEW_LIST || name->kind == SITE_VIEW_FLAG)
        return fail(reader, source, marker->line, "'%s' is a %s: it wants {{#%s}} ... {{/%s}}", marker->name,
                    name->kind == SITE_VIEW_LIST ? "list" : "condition", marker->name, marker->name);
    if (marker->modifier && strcmp(marker->modifier, "url") != 0)
        return fail(reader, source, marker->line, "'%s': the only modifier is 'url'", marker->modifier);
    if (name->kind == SITE_VIEW_MARKUP && (reader->markup.place != SITE_MARKUP_TEXT || marker->modifier))
        return fail(reader, source, marker->line, "'%s' is HTML: it can stand between tags only", marker->name);
    why = site_markup_take_value(&reader->markup);
    if (why)
        return fail(reader, source, marker->line, "%s: %s", marker->name, why);
    if (reader->markup.place == SITE_MARKUP_STRING) {
        if (marker->modifier)
            return fail(reader, source, marker->line, "%s: 'url' is for attributes", marker->name);
        site_sink_printf(reader->sink, "{{%s" SITE_TEMPLATE_JSON ":none}}", marker->name);
        return 1;
    }
    site_sink_puts(reader->sink, "{{");
    site_sink_puts(reader->sink, marker->name);
    if (name->kind == SITE_VIEW_MARKUP)
        site_sink_puts(reader->sink, ":none");
    else if (marker->modifier)
        site_sink_puts(reader->sink, ":url_query_escape");
    else if (lines)
        site_sink_puts(reader->sink, ":pre_escape");
    site_sink_puts(reader->sink, "}}");
    return 1;
}

static int write_asset(reader_t *reader, const source_t *source, const marker_t *marker) {
    const char *address = reader->library->asset(reader->library->baton, reader->pool, marker->name);
    const char *why;

    if (!address)
        return fail(reader, source, marker->line, "there is no static file '%s'", marker->name);
    if (reader->markup.place != SITE_MARKUP_DOUBLE && reader->markup.place != SITE_MARKUP_SINGLE)
        return fail(reader, source, marker->line, "{{@%s}} is an address: it stands in an attribute, in quotes",
                    marker->name);
    why = site_markup_take_value(&reader->markup);
    if (why)
        return fail(reader, source, marker->line, "@%s: %s", marker->name, why);
    site_sink_puts(reader->sink, "{{assets}}");
    site_markup_follow(&reader->markup, address, strlen(address));
    site_sink_puts(reader->sink, address);
    return 1;
}

static int read_file(reader_t *reader, source_t *outer, const marker_t *marker, const char *name, const scope_t *scope);

static int read_until(reader_t *reader, source_t *source, const scope_t *scope, const marker_t *opened);

/* From behind {{#name}} to behind {{/name}}. */
static int read_section(reader_t *reader, source_t *source, const scope_t *scope, const marker_t *marker) {
    const site_template_name_t *name = resolve(reader, source, scope, marker);
    const char *tail = marker->sign == '^' ? SITE_TEMPLATE_UNLESS : marker->sign == '?' ? SITE_TEMPLATE_IF : "";
    site_markup_t before = reader->markup;
    char one[64], other[64];
    scope_t inner = {NULL, scope};

    if (!name)
        return 0;
    site_sink_printf(reader->sink, "{{#%s%s}}", marker->name, tail);
    if (marker->sign == '#' && name->inside)
        inner.names = name->inside;
    else if (marker->sign == '#' && strcmp(name->name, "*") == 0)
        inner.names = name; /* a column, or rows within the row: whatever they are called */
    if (!read_until(reader, source, inner.names ? &inner : scope, marker))
        return 0;
    if (!site_markup_agrees(&before, &reader->markup))
        return fail(reader, source, marker->line, "{{%c%s}} begins %s and ends %s", marker->sign, marker->name,
                    site_markup_describe(&before, one), site_markup_describe(&reader->markup, other));
    /* It may have been left out: what follows must be right either way. */
    site_markup_rejoin(&reader->markup, &before);
    site_sink_printf(reader->sink, "{{/%s%s}}", marker->name, tail);
    return 1;
}

static int read_one(reader_t *reader, source_t *source, const scope_t *scope, const marker_t *marker) {
    switch (marker->sign) {
    case '!':
        return 1;
    case '>':
        return read_file(reader, source, marker, marker->name, scope);
    case '@':
        return write_asset(reader, source, marker);
    case '#':
    case '?':
    case '^':
        return read_section(reader, source, scope, marker);
    default:
        return write_value(reader, source, scope, marker);
    }
}

/* To the end of the file, or (with `opened`) to the end of its section. */
static int read_until(reader_t *reader, source_t *source, const scope_t *scope, const marker_t *opened) {
    marker_t marker;

    for (;;) {
        copy_text(reader, source);
        if (source->at >= source->end)
            return !opened || fail(reader, source, opened->line, "{{%c%s}} is not closed by {{/%s}}", opened->sign,
                                   opened->name, opened->name);
        if (!read_marker(reader, source, &marker))
            return 0;
        if (marker.sign == '/') {
            if (opened && strcmp(marker.name, opened->name) == 0)
                return 1;
            return opened ? fail(reader, source, marker.line, "{{/%s}} closes {{%c%s}} of line %d", marker.name,
                                 opened->sign, opened->name, opened->line)
                          : fail(reader, source, marker.line, "{{/%s}} closes nothing", marker.name);
        }
        if (!read_one(reader, source, scope, &marker))
            return 0;
    }
}

static int read_file(reader_t *reader, source_t *outer, const marker_t *marker, const char *name,
                     const scope_t *scope) {
    source_t source = {NULL, NULL, NULL, 1, outer->depth + 1};

    if (source.depth > DEPTH)
        return fail(reader, outer, marker->line, "{{>%s}}: templates within templates, without end", name);
    source.file = reader->library->file(reader->library->baton, name);
    if (!source.file)
        return fail(reader, outer, marker->line, "there is no template '%s'", name);
    source.at = source.file->text;
    source.end = source.at + source.file->length;
    return read_until(reader, &source, scope, NULL);
}

const char *site_template_translate(apr_pool_t *pool, const site_template_library_t *library, const char *name,
                                    const site_template_name_t *names, const char **complaint) {
    site_template_file_t here = {name, "", 0};
    source_t outermost = {&here, "", "", 1, 0};
    marker_t marker = {'>', name, NULL, 1};
    scope_t scope = {names, NULL};
    reader_t reader;
    site_sink_t sink;
    char where[64];

    memset(&reader, 0, sizeof reader);
    reader.pool = pool;
    reader.library = library;
    reader.sink = &sink;
    site_sink_init(&sink, pool, 4096, 0);
    if (read_file(&reader, &outermost, &marker, name, &scope) && reader.markup.place != SITE_MARKUP_TEXT)
        fail(&reader, &outermost, 1, "it ends %s", site_markup_describe(&reader.markup, where));
    *complaint = reader.complaint;
    if (reader.complaint)
        return NULL;
    site_sink_char(&sink, '\0');
    return sink.data;
}
