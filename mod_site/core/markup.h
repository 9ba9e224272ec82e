/* markup: where in an HTML text one is: between tags, inside one, in an attribute's value ...
 *
 * Followed character by character while a template is read, so that a value can be refused where no escaping would make
 * it safe: as a tag or an attribute's name, outside of quotes, in a script.
 */
#ifndef SITE_CORE_MARKUP_H
#define SITE_CORE_MARKUP_H

#include <apr.h>

typedef enum site_markup_place_t {
    SITE_MARKUP_TEXT,    /* between tags */
    SITE_MARKUP_OPENING, /* behind a '<' */
    SITE_MARKUP_NAME,    /* in a tag's name */
    SITE_MARKUP_TAG,     /* in a tag, between attributes */
    SITE_MARKUP_ATTRIBUTE,
    SITE_MARKUP_EQUALS, /* behind the '=' of an attribute */
    SITE_MARKUP_BARE,   /* in a value without quotes */
    SITE_MARKUP_DOUBLE, /* in a value in "quotes" */
    SITE_MARKUP_SINGLE, /* in a value in 'quotes' */
    SITE_MARKUP_COMMENT,
    SITE_MARKUP_TITLE,  /* in a <title> or <textarea>: text, and nothing else */
    SITE_MARKUP_SCRIPT, /* in a <script> or <style> */
    SITE_MARKUP_JSON,   /* in a <script> of JSON, which no browser runs: outside of strings */
    SITE_MARKUP_STRING  /* in a string of it */
} site_markup_place_t;

enum { SITE_MARKUP_NAME_MAX = 31 };

/* A position. Zeroed, it is the beginning of a text. */
typedef struct site_markup_t {
    site_markup_place_t place;
    char tag[SITE_MARKUP_NAME_MAX + 1];       /* lower case; the innermost one, also behind its '>' */
    char attribute[SITE_MARKUP_NAME_MAX + 1]; /* lower case */
    char type[SITE_MARKUP_NAME_MAX + 1];      /* lower case; of a <script> */
    int matched;                              /* characters of what ends a comment, a title or a script */
    unsigned closing : 1;                     /* the tag is an end tag */
    unsigned begun : 1;                       /* the attribute's value has had something */
    unsigned escaped : 1;                     /* a '\\' stands in front, in a string */
    unsigned rooted : 1;                      /* the value has had a '/', '?' or '#': no scheme can follow */
} site_markup_t;

/* Goes on over a piece of text. */
void site_markup_follow(site_markup_t *markup, const char *text, apr_size_t length);

/* Why a value cannot stand here; NULL: it can, and the position goes on behind it. */
const char *site_markup_take_value(site_markup_t *markup);

/* Whether two positions are of one kind, so that what lies between them may be left out or repeated. */
int site_markup_agrees(const site_markup_t *one, const site_markup_t *other);

/* Goes on behind a section that began at `before` and may be left out, or repeated. */
void site_markup_rejoin(site_markup_t *markup, const site_markup_t *before);

/* "between tags", "in the attribute href": for messages. `buffer` of 64 bytes. */
const char *site_markup_describe(const site_markup_t *markup, char buffer[64]);

#endif
