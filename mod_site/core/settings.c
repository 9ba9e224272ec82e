#include "core/settings.h"
#include "core/sink.h"

#include "core/accept.h"

/* One list of members, so that init, merge and defaults cannot drift apart. */
#define NUMBERS(X)                                                                                                     \
    X(pagination, SITE_PAGINATION_PAGE)                                                                                \
    X(page_size, 100)                                                                                                  \
    X(max_page_size, 1000)                                                                                             \
    X(decimals_as_numbers, 0)                                                                                          \
    X(bigints_as_strings, 0)                                                                                           \
    X(representations, SITE_OFFER_ALL)                                                                                 \
    X(declared_relations, 0)                                                                                           \
    X(zoned_timestamps, 0)                                                                                             \
    X(search_phrases, 0)                                                                                               \
    X(text_syntax, 0)                                                                                                  \
    X(strict, 0)                                                                                                       \
    X(methods, SITE_METHOD_GET | SITE_METHOD_OPTIONS)                                                                  \
    X(statement_timeout, 5000)                                                                                         \
    X(stream_timeout, 600000)                                                                                          \
    X(stream_idle_timeout, 30000)                                                                                      \
    X(regex_timeout, 1000)                                                                                             \
    X(page_timeout, 1000)                                                                                              \
    X(max_depth, 8)                                                                                                    \
    X(max_conditions, 256)                                                                                             \
    X(max_values, 1000)                                                                                                \
    X(max_value_length, 8192)                                                                                          \
    X(body_limit, 1048576)                                                                                             \
    X(answer_limit, 67108864)                                                                                          \
    X(bulk, 0)                                                                                                         \
    X(sitemap, 1)                                                                                                      \
    X(idempotency, 0)

#define STRINGS(X)                                                                                                     \
    X(page_parameter, "page")                                                                                          \
    X(page_size_parameter, "page_size")                                                                                \
    X(limit_parameter, "limit")                                                                                        \
    X(offset_parameter, "offset")                                                                                      \
    X(cursor_parameter, "cursor")                                                                                      \
    X(ordering_parameter, "ordering")                                                                                  \
    X(search_parameter, "search")                                                                                      \
    X(complex_parameter, "filters")                                                                                    \
    X(format_parameter, "format")                                                                                      \
    X(lastmod, "")                                                                                                     \
    X(url_attribute, "url")                                                                                            \
    X(text_search, "")                                                                                                 \
    X(text_rank, "")                                                                                                   \
    X(search_path, "")                                                                                                 \
    X(time_zone, "UTC")

void site_settings_init(site_settings_t *settings) {
#define UNSET_NUMBER(member, value) settings->member = SITE_UNSET;
#define UNSET_STRING(member, value) settings->member = NULL;
    NUMBERS(UNSET_NUMBER)
    STRINGS(UNSET_STRING)
}

void site_settings_merge(site_settings_t *result, const site_settings_t *base, const site_settings_t *over) {
#define MERGE_NUMBER(member, value) result->member = over->member != SITE_UNSET ? over->member : base->member;
#define MERGE_STRING(member, value) result->member = over->member ? over->member : base->member;
    NUMBERS(MERGE_NUMBER)
    STRINGS(MERGE_STRING)
}

void site_settings_complete(site_settings_t *settings) {
#define COMPLETE_NUMBER(member, value)                                                                                 \
    if (settings->member == SITE_UNSET)                                                                                \
        settings->member = (value);
#define COMPLETE_STRING(member, value)                                                                                 \
    if (!settings->member)                                                                                             \
        settings->member = (value);
    NUMBERS(COMPLETE_NUMBER)
    STRINGS(COMPLETE_STRING)
}

const char *site_settings_text(apr_pool_t *pool, const site_settings_t *settings) {
    site_sink_t sink;

    site_sink_init(&sink, pool, 512, 0);
#define TELL_NUMBER(member, value) site_sink_printf(&sink, "%d ", settings->member);
/* Its length in front: no text can look like two. */
#define TELL_STRING(member, value)                                                                                     \
    site_sink_printf(&sink, "%d:", settings->member ? (int)strlen(settings->member) : -1);                             \
    site_sink_puts(&sink, settings->member ? settings->member : "");
    NUMBERS(TELL_NUMBER)
    STRINGS(TELL_STRING)
    site_sink_char(&sink, '\0');
    return sink.data;
}
