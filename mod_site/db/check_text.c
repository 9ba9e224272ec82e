#include "db/check_text.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

static void skip_space(site_check_text_t *text) {
    while (*text->at == ' ')
        text->at++;
}

int site_check_take(site_check_text_t *text, const char *token) {
    apr_size_t length = strlen(token);
    char after;

    skip_space(text);
    if (strncmp(text->at, token, length) != 0)
        return 0;
    after = text->at[length];
    if (apr_isalpha(token[length - 1]) && (apr_isalnum(after) || after == '_' || after == '$' || after & 0x80))
        return 0;
    text->at += length;
    return 1;
}

const char *site_check_literal(site_check_text_t *text) {
    const char *from;
    char *value, *to;
    int escapes = 0;

    skip_space(text);
    from = text->at;
    if (*from == 'E' && from[1] == '\'') {
        escapes = 1;
        from++;
    }
    if (*from++ != '\'')
        return NULL;
    value = to = apr_palloc(text->pool, strlen(from) + 1);
    for (; *from; from++) {
        if (*from == '\'') {
            if (from[1] != '\'') {
                *to = '\0';
                text->at = from + 1;
                return value;
            }
            from++;
        }
        else if (*from == '\\' && escapes) {
            if (from[1] != '\\')
                return NULL;
            from++;
        }
        *to++ = *from;
    }
    return NULL;
}

const char *site_check_digits(site_check_text_t *text) {
    const char *from;

    skip_space(text);
    for (from = text->at; apr_isdigit(*text->at); text->at++)
        ;
    return text->at > from ? apr_pstrmemdup(text->pool, from, (apr_size_t)(text->at - from)) : NULL;
}

static int take_quoted_column(site_check_text_t *text) {
    const char *from = text->at + 1, *name = text->column;

    for (; *name; name++, from++) {
        if (*from != *name || (*from == '"' && *++from != '"'))
            return 0;
    }
    if (*from != '"' || from[1] == '"')
        return 0;
    text->at = from + 1;
    return 1;
}

int site_check_column(site_check_text_t *text) {
    skip_space(text);
    if (!text->column)
        return site_check_take(text, "VALUE");
    if (*text->at == '"')
        return take_quoted_column(text);
    return *text->column != '\0' && site_check_take(text, text->column);
}
