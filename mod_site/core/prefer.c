#include "core/prefer.h"

#include <string.h>
#include <strings.h>

static const char *skip_blanks(const char *at) {
    return at + strspn(at, " \t");
}

/* The length of a word: up to what can stand behind a name or a value. */
static size_t word(const char *at) {
    return strcspn(at, " \t=,;\"");
}

/* One preference, `name` or `name=value`, against the one that is looked for. */
static int is_it(const char *at, const char *preference) {
    size_t name = word(at), wanted = strcspn(preference, "=");

    if (name != wanted || strncasecmp(at, preference, name) != 0)
        return 0;
    at = skip_blanks(at + name);
    if (preference[wanted] == '\0')
        return *at != '=';
    if (*at != '=')
        return 0;
    at = skip_blanks(at + 1);
    at += *at == '"';
    preference += wanted + 1;
    return word(at) == strlen(preference) && strncasecmp(at, preference, strlen(preference)) == 0;
}

int site_prefers(const char *header, const char *preference) {
    while (header && *header) {
        header = skip_blanks(header);
        if (is_it(header, preference))
            return 1;
        header += strcspn(header, ",");
        header += *header == ',';
    }
    return 0;
}
