/* The formats of core/field: what e-mail addresses, slugs and URLs look like to Django's validators. */
#include "core/field_private.h"
#include "core/unicode.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <arpa/inet.h>
#include <string.h>

enum { LONGEST_LABEL = 63, LONGEST_EMAIL = 320, LONGEST_URL = 2048 };

/* A stretch of text. */
typedef struct piece_t {
    const char *at, *end;
} piece_t;

static apr_size_t size_of(piece_t piece) {
    return (apr_size_t)(piece.end - piece.at);
}

/* The next character, or -1; `at` is moved behind it. */
static long take_character(piece_t *piece) {
    unsigned code;
    int length;

    if (piece->at == piece->end)
        return -1;
    length = site_unicode_decode(piece->at, piece->end, &code);
    piece->at += length ? length : 1;
    return length ? (long)code : 0;
}

static long count_characters(piece_t piece) {
    long count = 0;

    while (take_character(&piece) >= 0)
        count++;
    return count;
}

/* --- names of hosts --- */

/* Characters beyond ASCII count as letters: Django writes what its patterns do not take as IDNA, and looks again. */
static int is_beyond(long code) {
    return code > 0xa0 && !site_unicode_space((unsigned)code);
}

/* 1 to 63 letters, digits and hyphens. */
static int is_label(piece_t label) {
    piece_t rest = label;
    long code, count = 0;

    while ((code = take_character(&rest)) >= 0) {
        if (code < 0x80 ? !apr_isalnum((char)code) && code != '-' : !is_beyond(code))
            return 0;
        count++;
    }
    return count > 0 && count <= LONGEST_LABEL;
}

/* Cuts the last label off; the dot goes, too. Returns 0 when there is no dot. */
static int cut_last_label(piece_t *host, piece_t *last) {
    const char *dot = host->end;

    while (dot > host->at && dot[-1] != '.')
        dot--;
    if (dot == host->at)
        return 0;
    last->at = dot;
    last->end = host->end;
    host->end = dot - 1;
    return 1;
}

/* Labels that neither begin nor end with a hyphen, joined by dots. */
static int are_labels(piece_t host) {
    piece_t last;
    int more;

    do {
        more = cut_last_label(&host, &last);
        if (!more)
            last = host;
        if (!is_label(last) || *last.at == '-' || last.end[-1] == '-')
            return 0;
    } while (more);
    return 1;
}

/* --- e-mail addresses --- */

/* The last label may begin with a hyphen, and consist of digits. */
static int is_mail_domain(piece_t host) {
    piece_t last;

    if (!cut_last_label(&host, &last) || !are_labels(host) || !is_label(last) || last.end[-1] == '-')
        return 0;
    return count_characters(last) >= 2 || (*last.at & 0x80);
}

static int is_address(piece_t text, int family) {
    unsigned char address[16];
    char inside[64];

    if (size_of(text) >= sizeof inside || memchr(text.at, '\0', size_of(text)))
        return 0;
    apr_cpystrn(inside, text.at, size_of(text) + 1);
    return inet_pton(family, inside, address) == 1;
}

static int is_literal(piece_t text) {
    piece_t inside = {text.at + 1, text.end - 1};

    return size_of(text) > 2 && *text.at == '[' && text.end[-1] == ']' &&
           (is_address(inside, AF_INET) || is_address(inside, AF_INET6));
}

/* Words of letters, digits and signs, joined by dots. */
static int is_atom(piece_t text) {
    const char *at;

    for (at = text.at; at < text.end; at++) {
        if (*at == '.' ? at == text.at || at + 1 == text.end || at[-1] == '.'
                       : !apr_isalnum(*at) && (!*at || !strchr("!#$%&'*+/=?^_`{}|~-", *at)))
            return 0;
    }
    return text.at < text.end;
}

/* "..." with backslashes in front of what would end it. */
static int is_quoted(piece_t text) {
    const char *at, *last = text.end - 1;

    if (size_of(text) < 2 || *text.at != '"' || *last != '"')
        return 0;
    for (at = text.at + 1; at < last; at++) {
        int escaped = *at == '\\';
        unsigned char c;

        if (escaped && ++at == last)
            return 0;
        c = (unsigned char)*at;
        if (!c || c > 0x7f || c == '\n' || c == '\r' || (!escaped && (c == '"' || c == '\t' || c == ' ')))
            return 0;
    }
    return 1;
}

int site_text_email(const char *text, apr_size_t length) {
    piece_t whole = {text, text + length}, user = whole, domain = whole;

    while (domain.at < user.end && user.end[-1] != '@')
        user.end--;
    if (user.end == user.at || count_characters(whole) > LONGEST_EMAIL)
        return 0;
    domain.at = user.end--;
    if (!is_atom(user) && !is_quoted(user))
        return 0;
    return is_mail_domain(domain) || is_literal(domain) ||
           (size_of(domain) == 9 && memcmp(domain.at, "localhost", 9) == 0);
}

/* --- slugs --- */

int site_text_slug(const char *text, apr_size_t length) {
    apr_size_t i;

    for (i = 0; i < length; i++) {
        if (!apr_isalnum(text[i]) && text[i] != '-' && text[i] != '_')
            return 0;
    }
    return length > 0;
}

/* --- URLs --- */

/* At least two letters, or xn-- and more. */
static int is_top_label(piece_t label) {
    int encoded = size_of(label) > 4 && strncasecmp(label.at, "xn--", 4) == 0;
    const char *at;

    for (at = label.at; at < label.end; at++) {
        if (!encoded && apr_isdigit(*at))
            return 0;
    }
    return is_label(label) && *label.at != '-' && label.end[-1] != '-' &&
           (count_characters(label) >= 2 || (*label.at & 0x80));
}

static int is_host(piece_t host) {
    piece_t last;

    if (is_address(host, AF_INET) || (size_of(host) == 9 && strncasecmp(host.at, "localhost", 9) == 0))
        return 1;
    if (host.end > host.at && host.end[-1] == '.')
        host.end--;
    return cut_last_label(&host, &last) && are_labels(host) && is_top_label(last);
}

static int starts_tail(char c) {
    return c == '/' || c == '?' || c == '#';
}

/* host(:port)?([/?#].*)?, without white space. */
static int is_place(piece_t rest) {
    piece_t host = rest, tail;
    long code;

    if (rest.at < rest.end && *rest.at == '[') {
        const char *close = memchr(rest.at, ']', size_of(rest));
        piece_t inside = {rest.at + 1, close};

        if (!close || !is_address(inside, AF_INET6))
            return 0;
        host.end = close + 1;
    }
    else {
        for (host.end = host.at; host.end < rest.end && *host.end != ':' && !starts_tail(*host.end); host.end++)
            ;
        if (!is_host(host))
            return 0;
    }
    tail.at = host.end;
    tail.end = rest.end;
    if (tail.at < tail.end && *tail.at == ':') {
        const char *port = ++tail.at;

        while (tail.at < tail.end && apr_isdigit(*tail.at))
            tail.at++;
        if (tail.at - port < 2 || tail.at - port > 5)
            return 0;
    }
    if (tail.at < tail.end && !starts_tail(*tail.at))
        return 0;
    while ((code = take_character(&tail)) >= 0) {
        if (site_unicode_space((unsigned)code))
            return 0;
    }
    return 1;
}

/* [^\s:@/]+(:[^\s:@/]*)?@ in front of the host. Returns what follows, or NULL: there is none. */
static const char *behind_user(piece_t rest) {
    const char *begin = rest.at;
    int colons = 0;
    long code;

    while ((code = take_character(&rest)) >= 0) {
        if (code == '@')
            return rest.at - 1 > begin ? rest.at : NULL;
        if (code == '/' || site_unicode_space((unsigned)code) ||
            (code == ':' && (++colons > 1 || rest.at - 1 == begin)))
            return NULL;
    }
    return NULL;
}

int site_text_url(const char *text, apr_size_t length) {
    static const char *const schemes[] = {"http://", "https://", "ftp://", "ftps://"};
    piece_t whole = {text, text + length}, rest = {NULL, text + length};
    apr_size_t i;

    for (i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        apr_size_t size = strlen(schemes[i]);

        if (length > size && strncasecmp(text, schemes[i], size) == 0)
            rest.at = text + size;
    }
    if (!rest.at || count_characters(whole) > LONGEST_URL)
        return 0;
    if (is_place(rest))
        return 1;
    rest.at = behind_user(rest);
    return rest.at && is_place(rest);
}
