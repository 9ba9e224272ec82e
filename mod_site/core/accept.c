#include "core/accept.h"

#include <apr_strings.h>
#include <apr_tables.h>
#include <stdlib.h>
#include <string.h>

typedef struct renderer_t {
    const char *type, *subtype;
    const char *format;
} renderer_t;

/* In the order in which the server prefers them. */
static const renderer_t renderers[] = {
    [SITE_REPRESENTATION_JSON] = {"application", "json", "json"},
    [SITE_REPRESENTATION_HTML] = {"text", "html", "api"},
};

enum { RENDERERS = sizeof renderers / sizeof *renderers };

typedef struct media_t {
    const char *type, *subtype;
    const char *indent; /* value of the indent parameter, or NULL */
    int specificity;    /* 3: has parameters, 2: type/subtype, 1: type/ *, 0: * / * */
} media_t;

static const char *trim(apr_pool_t *pool, const char *text, apr_size_t length) {
    while (length && (*text == ' ' || *text == '\t')) {
        text++;
        length--;
    }
    while (length && (text[length - 1] == ' ' || text[length - 1] == '\t'))
        length--;
    return apr_pstrmemdup(pool, text, length);
}

static void read_parameters(apr_pool_t *pool, const char *at, media_t *media) {
    while (*at == ';') {
        apr_size_t length = strcspn(at + 1, ";");
        const char *parameter = trim(pool, at + 1, length), *equals = strchr(parameter, '=');

        if (equals) {
            const char *name = trim(pool, parameter, (apr_size_t)(equals - parameter));

            if (strcasecmp(name, "indent") == 0)
                media->indent = trim(pool, equals + 1, strlen(equals + 1));
            if (strcasecmp(name, "q") != 0 && media->specificity == 2)
                media->specificity = 3;
        }
        at += 1 + length;
    }
}

static void read_media(apr_pool_t *pool, const char *text, media_t *media) {
    apr_size_t length = strcspn(text, ";");
    const char *full = trim(pool, text, length), *slash = strchr(full, '/');

    memset(media, 0, sizeof *media);
    media->type = slash ? apr_pstrmemdup(pool, full, (apr_size_t)(slash - full)) : full;
    media->subtype = slash ? slash + 1 : "";
    media->specificity = strcmp(media->type, "*") == 0 ? 0 : strcmp(media->subtype, "*") == 0 ? 1 : 2;
    read_parameters(pool, text + length, media);
}

static int fits(const renderer_t *renderer, const media_t *media) {
    return (strcmp(media->subtype, "*") == 0 || strcasecmp(media->subtype, renderer->subtype) == 0) &&
           (strcmp(media->type, "*") == 0 || strcasecmp(media->type, renderer->type) == 0);
}

/* int() of the parameter, kept between 0 and 8; anything else is no indentation. */
static int indent_of(const char *text) {
    char *end;
    long indent;

    if (!text || !*text)
        return 0;
    indent = strtol(text, &end, 10);
    if (*end)
        return 0;
    return indent < 0 ? 0 : indent > 8 ? 8 : (int)indent;
}

static int is_offered(int representation, int offered, const char *format) {
    return (offered & SITE_OFFER(representation)) && (!format || strcmp(renderers[representation].format, format) == 0);
}

static int choose_among(const apr_array_header_t *medias, int specificity, int offered, const char *format,
                        site_accept_t *accept) {
    int i, j;

    for (i = 0; i < RENDERERS; i++) {
        for (j = 0; j < medias->nelts && is_offered(i, offered, format); j++) {
            const media_t *media = &APR_ARRAY_IDX(medias, j, media_t);

            if (media->specificity != specificity || !fits(&renderers[i], media))
                continue;
            accept->representation = (site_representation_t)i;
            accept->indent = i == SITE_REPRESENTATION_JSON ? indent_of(media->indent) : 0;
            return 1;
        }
    }
    return 0;
}

static int offers(int offered, const char *format) {
    int i, some = 0;

    for (i = 0; i < RENDERERS; i++)
        some |= is_offered(i, offered, format);
    return some;
}

site_error_t *site_accept_choose(apr_pool_t *pool, const char *header, const char *suffix, const char *format,
                                 int offered, site_accept_t *accept) {
    apr_array_header_t *medias = apr_array_make(pool, 8, sizeof(media_t));
    const char *wanted = suffix ? suffix : format && *format ? format : NULL;
    int specificity;

    /* Errors are told in the first one. */
    accept->representation =
        offered & SITE_OFFER(SITE_REPRESENTATION_JSON) ? SITE_REPRESENTATION_JSON : SITE_REPRESENTATION_HTML;
    accept->indent = 0;
    if (wanted && !offers(offered, wanted))
        return site_error_make(pool, 404, "unknown_format", NULL, "Not found.");
    if (!header)
        header = "*/*";
    for (;;) {
        apr_size_t length = strcspn(header, ",");

        read_media(pool, apr_pstrmemdup(pool, header, length), (media_t *)apr_array_push(medias));
        if (!header[length])
            break;
        header += length + 1;
    }
    for (specificity = 3; specificity >= 0; specificity--) {
        if (choose_among(medias, specificity, offered, wanted, accept))
            return NULL;
    }
    return site_error_make(pool, 406, "not_acceptable", NULL, "Could not satisfy the request Accept header.");
}

const char *site_accept_format(int representation) {
    return representation >= 0 && representation < RENDERERS ? renderers[representation].format : NULL;
}
