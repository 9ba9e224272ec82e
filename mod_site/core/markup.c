#include "core/markup.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

static void add_character(char name[SITE_MARKUP_NAME_MAX + 1], char c) {
    apr_size_t length = strlen(name);

    if (length < SITE_MARKUP_NAME_MAX) {
        name[length] = (char)apr_tolower(c);
        name[length + 1] = '\0';
    }
}

static int is_one_of(const char *name, const char *const *names) {
    for (; *names; names++) {
        if (strcmp(name, *names) == 0)
            return 1;
    }
    return 0;
}

static int is_json(const char *type) {
    static const char *const types[] = {"application/ld+json", "application/json", NULL};

    return is_one_of(type, types);
}

/* Behind a '>': what an element holds is not always HTML. */
static void leave_tag(site_markup_t *markup) {
    static const char *const scripts[] = {"script", "style", NULL}, *const texts[] = {"title", "textarea", NULL};

    markup->place = SITE_MARKUP_TEXT;
    markup->matched = 0;
    if (markup->closing)
        return;
    if (is_one_of(markup->tag, scripts))
        markup->place =
            strcmp(markup->tag, "script") == 0 && is_json(markup->type) ? SITE_MARKUP_JSON : SITE_MARKUP_SCRIPT;
    else if (is_one_of(markup->tag, texts))
        markup->place = SITE_MARKUP_TITLE;
}

static void enter_tag(site_markup_t *markup, char c) {
    memset(markup->tag, 0, sizeof markup->tag);
    memset(markup->type, 0, sizeof markup->type);
    markup->closing = c == '/';
    markup->matched = 0;
    if (c == '/' || apr_isalpha(c)) {
        markup->place = SITE_MARKUP_NAME;
        if (c != '/')
            add_character(markup->tag, c);
    }
    else if (c == '!' || c == '?') {
        markup->place = SITE_MARKUP_NAME;
        add_character(markup->tag, c);
    }
    else {
        markup->place = SITE_MARKUP_TEXT; /* "a < b" */
    }
}

static void in_name(site_markup_t *markup, char c) {
    if (c == '>')
        leave_tag(markup);
    else if (apr_isspace(c) || c == '/')
        markup->place = SITE_MARKUP_TAG;
    else
        add_character(markup->tag, c);
    if (markup->place == SITE_MARKUP_NAME && strcmp(markup->tag, "!--") == 0)
        markup->place = SITE_MARKUP_COMMENT;
}

static void in_tag(site_markup_t *markup, char c) {
    if (c == '>') {
        leave_tag(markup);
    }
    else if (!apr_isspace(c) && c != '/') {
        memset(markup->attribute, 0, sizeof markup->attribute);
        add_character(markup->attribute, c);
        markup->place = SITE_MARKUP_ATTRIBUTE;
    }
}

static void in_attribute(site_markup_t *markup, char c) {
    if (c == '=') {
        markup->place = SITE_MARKUP_EQUALS;
        markup->begun = markup->rooted = 0;
    }
    else if (c == '>') {
        leave_tag(markup);
    }
    else if (apr_isspace(c) || c == '/') {
        markup->place = SITE_MARKUP_TAG;
    }
    else {
        add_character(markup->attribute, c);
    }
}

/* Of two types a browser takes the first: both together are none of those that are known. */
static void note_type(site_markup_t *markup, char c) {
    if (strcmp(markup->attribute, "type") == 0)
        add_character(markup->type, c);
}

static void at_value(site_markup_t *markup, char c) {
    if (c == '"')
        markup->place = SITE_MARKUP_DOUBLE;
    else if (c == '\'')
        markup->place = SITE_MARKUP_SINGLE;
    else if (c == '>')
        leave_tag(markup);
    else if (!apr_isspace(c)) {
        markup->place = SITE_MARKUP_BARE;
        note_type(markup, c);
    }
}

static void in_value(site_markup_t *markup, char c) {
    if (c == (markup->place == SITE_MARKUP_DOUBLE ? '"' : '\'')) {
        markup->place = SITE_MARKUP_TAG;
        return;
    }
    markup->begun = 1;
    note_type(markup, c);
    if (c == '/' || c == '?' || c == '#')
        markup->rooted = 1;
}

static void in_bare_value(site_markup_t *markup, char c) {
    if (c == '>')
        leave_tag(markup);
    else if (apr_isspace(c))
        markup->place = SITE_MARKUP_TAG;
    else
        note_type(markup, c);
}

/* Up to "-->". */
static void in_comment(site_markup_t *markup, char c) {
    if (c == '-')
        markup->matched += markup->matched < 2;
    else if (c == '>' && markup->matched == 2)
        markup->place = SITE_MARKUP_TEXT;
    else
        markup->matched = 0;
}

/* Up to "</title". */
static void in_raw(site_markup_t *markup, char c) {
    apr_size_t length = strlen(markup->tag);

    if (markup->matched == (int)length + 2 && (c == '>' || c == '/' || apr_isspace(c))) {
        markup->closing = 1;
        markup->place = SITE_MARKUP_TAG;
        in_tag(markup, c);
    }
    else if (c == '<')
        markup->matched = 1;
    else if (markup->matched == 1)
        markup->matched = c == '/' ? 2 : 0;
    else if (markup->matched >= 2 && markup->matched < (int)length + 2)
        markup->matched = apr_tolower(c) == markup->tag[markup->matched - 2] ? markup->matched + 1 : 0;
    else
        markup->matched = 0;
}

/* The end of the script is the end of a string, too. */
static void in_json(site_markup_t *markup, char c) {
    int escaped = markup->escaped;

    in_raw(markup, c);
    if (markup->place != SITE_MARKUP_JSON && markup->place != SITE_MARKUP_STRING)
        return;
    markup->escaped = markup->place == SITE_MARKUP_STRING && c == '\\' && !escaped;
    if (c == '"' && !escaped)
        markup->place = markup->place == SITE_MARKUP_JSON ? SITE_MARKUP_STRING : SITE_MARKUP_JSON;
}

static void follow(site_markup_t *markup, char c) {
    switch (markup->place) {
    case SITE_MARKUP_TEXT:
        if (c == '<')
            markup->place = SITE_MARKUP_OPENING;
        break;
    case SITE_MARKUP_OPENING:
        enter_tag(markup, c);
        break;
    case SITE_MARKUP_NAME:
        in_name(markup, c);
        break;
    case SITE_MARKUP_TAG:
        in_tag(markup, c);
        break;
    case SITE_MARKUP_ATTRIBUTE:
        in_attribute(markup, c);
        break;
    case SITE_MARKUP_EQUALS:
        at_value(markup, c);
        break;
    case SITE_MARKUP_BARE:
        in_bare_value(markup, c);
        break;
    case SITE_MARKUP_DOUBLE:
    case SITE_MARKUP_SINGLE:
        in_value(markup, c);
        break;
    case SITE_MARKUP_COMMENT:
        in_comment(markup, c);
        break;
    case SITE_MARKUP_TITLE:
    case SITE_MARKUP_SCRIPT:
        in_raw(markup, c);
        break;
    case SITE_MARKUP_JSON:
    case SITE_MARKUP_STRING:
        in_json(markup, c);
    }
}

void site_markup_follow(site_markup_t *markup, const char *text, apr_size_t length) {
    apr_size_t i;

    for (i = 0; i < length; i++)
        follow(markup, text[i]);
}

/* Attributes whose value a browser follows. */
static int is_address(const char *attribute) {
    static const char *const names[] = {"href",   "src",        "action", "formaction", "cite", "data",
                                        "poster", "xlink:href", "srcset", "ping",       NULL};

    return is_one_of(attribute, names);
}

/* Attributes that are programs. */
static int is_program(const char *attribute) {
    static const char *const names[] = {"style", "srcdoc", NULL};

    return strncmp(attribute, "on", 2) == 0 || is_one_of(attribute, names);
}

static const char *take_in_quotes(site_markup_t *markup) {
    if (is_program(markup->attribute))
        return "a value cannot stand in this attribute: it would be run";
    if (is_address(markup->attribute) && markup->begun && !markup->rooted)
        return "in an address a value must come first, or behind a '/', '?' or '#'";
    markup->begun = 1;
    note_type(markup, '?'); /* whatever it is */
    return NULL;
}

const char *site_markup_take_value(site_markup_t *markup) {
    switch (markup->place) {
    case SITE_MARKUP_TEXT:
        return NULL;
    case SITE_MARKUP_TITLE:
        markup->matched = 0;
        return NULL;
    case SITE_MARKUP_DOUBLE:
    case SITE_MARKUP_SINGLE:
        return take_in_quotes(markup);
    case SITE_MARKUP_EQUALS:
    case SITE_MARKUP_BARE:
        return "a value in a tag must stand in quotes";
    case SITE_MARKUP_COMMENT:
        return "a value cannot stand in a comment of HTML";
    case SITE_MARKUP_SCRIPT:
        return "a value cannot stand in a script or a style sheet; put it into a data- attribute";
    case SITE_MARKUP_JSON:
        return "a value in JSON must stand in a string, in double quotes";
    case SITE_MARKUP_STRING:
        if (markup->escaped)
            return "a value cannot stand behind a '\\'";
        markup->matched = 0;
        return NULL;
    default:
        return "a value cannot be a tag or an attribute; put it into quotes behind a '='";
    }
}

static int is_in_tag(const site_markup_t *markup) {
    return markup->place == SITE_MARKUP_NAME || markup->place == SITE_MARKUP_TAG ||
           markup->place == SITE_MARKUP_ATTRIBUTE;
}

int site_markup_agrees(const site_markup_t *one, const site_markup_t *other) {
    /* `<li` and `<li hidden`: what follows is in the tag. */
    if (is_in_tag(one) && is_in_tag(other))
        return strcmp(one->tag, other->tag) == 0 && one->closing == other->closing;
    if (one->place != other->place)
        return 0;
    switch (one->place) {
    case SITE_MARKUP_TEXT:
    case SITE_MARKUP_COMMENT:
        return 1;
    case SITE_MARKUP_TITLE:
    case SITE_MARKUP_SCRIPT:
    case SITE_MARKUP_JSON:
        return strcmp(one->tag, other->tag) == 0;
    case SITE_MARKUP_STRING:
        return !one->escaped && !other->escaped;
    case SITE_MARKUP_DOUBLE:
    case SITE_MARKUP_SINGLE:
        return strcmp(one->attribute, other->attribute) == 0;
    default:
        return 0; /* a value without quotes, half a tag: goes with nothing */
    }
}

void site_markup_rejoin(site_markup_t *markup, const site_markup_t *before) {
    markup->place = before->place;
    markup->rooted = before->rooted;
    markup->escaped = before->escaped;
    if (strcmp(markup->type, before->type) != 0)
        add_character(markup->type, '?'); /* it may have another one, or none */
}

const char *site_markup_describe(const site_markup_t *markup, char buffer[64]) {
    switch (markup->place) {
    case SITE_MARKUP_TEXT:
        return "between tags";
    case SITE_MARKUP_COMMENT:
        return "in a comment";
    case SITE_MARKUP_TITLE:
    case SITE_MARKUP_SCRIPT:
    case SITE_MARKUP_JSON:
        apr_snprintf(buffer, 64, "in <%s>", markup->tag);
        return buffer;
    case SITE_MARKUP_STRING:
        return "in a string of JSON";
    case SITE_MARKUP_DOUBLE:
    case SITE_MARKUP_SINGLE:
    case SITE_MARKUP_EQUALS:
    case SITE_MARKUP_BARE:
        apr_snprintf(buffer, 64, "in the attribute %s", markup->attribute);
        return buffer;
    default:
        apr_snprintf(buffer, 64, "in the tag <%s%s>", markup->closing ? "/" : "", markup->tag);
        return buffer;
    }
}
