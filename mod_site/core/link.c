#include "core/link.h"
#include "core/unicode.h"

#include <apr_lib.h>
#include <string.h>
#include <strings.h>

/* The part of a text that is still to be read. */
typedef struct rest_t {
    const char *at, *end;
} rest_t;

static int begins_with(rest_t *rest, const char *word) {
    apr_size_t length = strlen(word);

    if ((apr_size_t)(rest->end - rest->at) < length || strncasecmp(rest->at, word, length) != 0)
        return 0;
    rest->at += length;
    return 1;
}

/* One letter or digit of any script; beyond ASCII whatever is neither a control nor a space. */
static int is_letter(rest_t *rest) {
    unsigned code = 0;
    int length = site_unicode_decode(rest->at, rest->end, &code);

    if (!length || (code < 0x80 && !apr_isalnum((int)code)))
        return 0;
    if (code >= 0x80 && (code < 0xa1 || site_unicode_space(code) || (code >= 0x200b && code <= 0x206f) ||
                         (code >= 0xfdd0 && code <= 0xfdef) || (code & 0xfffe) == 0xfffe))
        return 0;
    rest->at += length;
    return 1;
}

static int is_one_of(rest_t *rest, const char *set) {
    if (rest->at == rest->end || !*rest->at || !strchr(set, *rest->at))
        return 0;
    rest->at++;
    return 1;
}

static int is_escape(rest_t *rest) {
    if (rest->end - rest->at < 3 || rest->at[0] != '%' || !apr_isxdigit(rest->at[1]) || !apr_isxdigit(rest->at[2]))
        return 0;
    rest->at += 3;
    return 1;
}

/* A name, or an address in brackets; then perhaps a port. */
static int read_host(rest_t *rest) {
    const char *begin = rest->at;

    if (is_one_of(rest, "[")) {
        while (rest->at < rest->end && (apr_isxdigit(*rest->at) || *rest->at == ':' || *rest->at == '.'))
            rest->at++;
        if (rest->at - begin < 3 || !is_one_of(rest, "]"))
            return 0;
    }
    else {
        if (!is_letter(rest))
            return 0;
        while (is_letter(rest) || is_one_of(rest, ".-_"))
            ;
    }
    if (!is_one_of(rest, ":"))
        return 1;
    begin = rest->at;
    while (rest->at < rest->end && apr_isdigit(*rest->at))
        rest->at++;
    return rest->at > begin && rest->at - begin < 6;
}

int site_link_is_web(const char *text, apr_size_t length) {
    rest_t rest = {text, text + length};

    if ((!begins_with(&rest, "http://") && !begins_with(&rest, "https://")) || !read_host(&rest))
        return 0;
    if (rest.at < rest.end && !strchr("/?#", *rest.at))
        return 0;
    while (is_letter(&rest) || is_escape(&rest) || is_one_of(&rest, "/?-._~!$&'()*+,;=:@"))
        ;
    if (is_one_of(&rest, "#")) {
        while (is_letter(&rest) || is_escape(&rest) || is_one_of(&rest, "/?-._~!$&'()*+,;=:@"))
            ;
    }
    return rest.at == rest.end;
}

int site_link_is_mail(const char *text, apr_size_t length) {
    apr_size_t i, at = 0;

    for (i = 0; i < length; i++) {
        if (text[i] == '@' && i && !at)
            at = i;
        else if (!apr_isalnum(text[i]) && !strchr("._+-", text[i]))
            return 0;
    }
    return at && at + 1 < length;
}
