#include "core/range.h"

#include <apr_strings.h>
#include <string.h>

static int opens(char c) {
    return c == '[' || c == '(';
}

static int closes(char c) {
    return c == ']' || c == ')';
}

int site_range_is_meant(const char *text) {
    return opens(*text) || *text == '{' || strcasecmp(text, "empty") == 0;
}

static const char *skip_blanks(const char *at) {
    return at + strspn(at, " \t\r\n");
}

/* The character behind a bound, which ends at a comma or a bracket outside of quotes; NULL: it does not end. */
static const char *skip_bound(const char *at) {
    int quoted = 0;

    for (; *at; at++) {
        if (*at == '\\') {
            if (!*++at)
                return NULL;
        }
        else if (*at == '"') {
            quoted = !quoted;
        }
        else if (!quoted && (*at == ',' || opens(*at) || closes(*at))) {
            return at;
        }
    }
    return NULL;
}

/* The character behind one range; NULL: there is none. */
static const char *skip_range(const char *at) {
    if (strncasecmp(at, "empty", 5) == 0)
        return at + 5;
    if (!opens(*at) || !(at = skip_bound(at + 1)) || *at != ',' || !(at = skip_bound(at + 1)) || !closes(*at))
        return NULL;
    return at + 1;
}

static int is_multirange(const char *at) {
    at = skip_blanks(at + 1);
    while (*at != '}') {
        at = skip_range(at);
        if (!at)
            return 0;
        at = skip_blanks(at);
        if (*at == ',') {
            at = skip_blanks(at + 1);
            if (*at == '}')
                return 0;
        }
        else if (*at != '}') {
            return 0;
        }
    }
    return *skip_blanks(at + 1) == '\0';
}

const char *site_range_read(apr_pool_t *pool, const char *text, int multirange) {
    const char *at = skip_blanks(text);

    if (multirange && *at == '{')
        return is_multirange(at) ? at : NULL;
    at = skip_range(at);
    if (!at || *skip_blanks(at))
        return NULL;
    return multirange ? apr_pstrcat(pool, "{", text, "}", NULL) : text;
}

const char *site_range_comma(const char *text, const char *end) {
    int quoted = 0, braces = 0, range = 0;

    for (; text < end; text++) {
        if (*text == '\\')
            text++;
        else if (*text == '"')
            quoted = !quoted;
        else if (quoted)
            continue;
        else if (*text == '{')
            braces = 1;
        else if (*text == '}')
            braces = 0;
        else if (opens(*text))
            range = 1;
        else if (closes(*text))
            range = 0;
        else if (*text == ',' && !braces && !range)
            return text;
    }
    return NULL;
}
